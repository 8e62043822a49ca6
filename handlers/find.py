"""Finding courses: free text, refinement buttons, paging, alternatives, and wishes for what is not there."""

import re
from dataclasses import replace
from datetime import timedelta

from catalog import residents
from catalog.models import Person, Search
from catalog.people import age_on
from catalog.search import criteria_json
from catalog.search.criteria import Criteria, Feature
from catalog.search.entry import CourseEntry
from catalog.search.index import SearchResult
from handlers import cards, criteria_words, steps, wording
from handlers.actions import encode
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, Text, Tone, say
from handlers.profile import areas_of
from handlers.understanding import Understood

PAGE = 10
_FOLLOW_UP = timedelta(minutes=10)
_NEAREST = 10
_FAMILY_OFFERED = 3
_BRIEF = 14  # letters: a longer text without a subject is a new question, not a follow-up
_NAMES_COURSES = re.compile("講座|こうざ|教室|イベント|体験|もの|なに|何か|event|course|class", re.IGNORECASE)
_CHILD = 18
# What may be left of a text beside its conditions, and names nothing: 子供向けで, 午後がいい, 明日なにかある?
_NO_SUBJECT = frozenset({"で", "の", "の で", "は", "も", "です", "がいい", "だけで", "なにか", "何か", "なんか"})


async def start(turn: Turn) -> Reply:
    """`find`: how to look for courses, with the fields to choose from."""
    buttons = (
        Button(label=_("無料の講座"), action=encode("find.free")),
        Button(label=_("土日の講座"), action=encode("find.weekend")),
        Button(label=_("子どもの講座"), action=encode("find.kids")),
        Button(label=_("保育つき"), action=encode("find.childcare")),
        Button(label=_("近くの講座"), action=encode("find.near")),
        Button(label=_("初心者むけ"), action=encode("find.beginner")),
    )
    family = (await residents.people(turn.db, turn.resident_id))[1:]
    return Reply(
        views=(
            Choices(
                body=_("さがしたいことを、そのまま書いてください。\n例:「来週の土日、無料で小学生が行ける工作」"),
                buttons=buttons,
            ),
        ),
        buttons=(*(_for(someone) for someone in family[:_FAMILY_OFFERED]), steps.recommend()),
    )


def _for(someone: Person) -> Button:
    """はるさんに合う講座."""
    label = _("{name}に合う講座").format(name=wording.called(someone.nickname or ""))
    return Button(label=label, action=encode("recommend", someone.id or 0))


async def quick(turn: Turn) -> Reply:
    """`find.free`, `find.weekend` …: one refinement on its own."""
    refinement = turn.action.name.removeprefix("find.")
    if refinement == "near" and turn.resident.area is None:
        return _ask_area(turn)
    return await run(turn, await _for_child(turn, await _refined(turn, Criteria(), refinement)), text="")


async def from_text(turn: Turn, understood: Understood) -> Reply:
    """A resident's own words. Slots without a subject refine what was looked for a moment ago."""
    criteria = understood.criteria
    if criteria.words in _NO_SUBJECT:
        criteria = replace(criteria, words="")
    if criteria.is_empty():
        return await start(turn)
    if not criteria.words and not criteria.fields and _is_follow_up(turn.incoming.text):
        before = await residents.last_search(turn.db, turn.resident_id, since=_FOLLOW_UP, now=turn.now)
        if before is not None:
            criteria = _merged(criteria_json.loads(before.criteria), criteria)
    return await run(turn, await _for_child(turn, criteria), text=turn.incoming.text)


def _is_follow_up(text: str) -> bool:
    """「日曜は?」 adds to what was looked for; 「日曜の講座」 and whatever is long begin anew."""
    return len(text.strip()) <= _BRIEF and not _NAMES_COURSES.search(text)


def has_slots(criteria: Criteria) -> bool:
    """Whether there is a condition in it, beside what the words are about."""
    return criteria != Criteria(words=criteria.words, fields=criteria.fields, not_words=criteria.not_words)


async def _for_child(turn: Turn, criteria: Criteria) -> Criteria:
    """A child who is here alone looks for themselves; of everybody else the age is used only when asked for."""
    people = await residents.people(turn.db, turn.resident_id)
    age = age_on(people[0], turn.today)
    if len(people) > 1 or criteria.ages is not None or age.high is None or age.high > _CHILD:
        return criteria
    return replace(criteria, ages=(age.low, age.high))


async def run(turn: Turn, criteria: Criteria, *, text: str) -> Reply:
    """Searches, remembers the search for its buttons, and shows the first page."""
    result = turn.index.search(criteria, now=turn.now, zone=turn.zone)
    search = await residents.remember_search(
        turn.db,
        turn.resident_id,
        text=text,
        criteria=criteria_json.dumps(criteria),
        found=len(result.hits),
        now=turn.now,
        message_id=turn.incoming.message_id,
    )
    return await _page(turn, search, criteria, result, page=0)


async def taken_back(turn: Turn) -> Reply:
    """A message was unsent: what was kept of it goes too, without a word."""
    if turn.incoming.message_id:
        await residents.take_back(turn.db, turn.resident_id, turn.incoming.message_id)
    return Reply()


async def more(turn: Turn) -> Reply:
    """`find.more:<search>:<page>`: another page, searched again so that it is never stale."""
    search = await _own_search(turn)
    if search is None:
        return await _lost(turn)
    criteria = criteria_json.loads(search.criteria)
    result = turn.index.search(criteria, now=turn.now, zone=turn.zone)
    return await _page(turn, search, criteria, result, page=turn.action.number(1) or 0)


async def refine(turn: Turn) -> Reply:
    """`find.refine:<search>:<what>`: the same search with one condition more."""
    search = await _own_search(turn)
    if search is None:
        return await _lost(turn)
    what = turn.action.text(1)
    if what == "near" and turn.resident.area is None:
        return _ask_area(turn)
    return await run(turn, await _refined(turn, criteria_json.loads(search.criteria), what), text=search.text)


async def meant(turn: Turn) -> Reply:
    """`find.meant:<search>`: the corrected words of "もしかして"."""
    search = await _own_search(turn)
    if search is None:
        return await _lost(turn)
    criteria = criteria_json.loads(search.criteria)
    suggestion = turn.index.search(criteria, now=turn.now, zone=turn.zone).did_you_mean
    return await run(turn, replace(criteria, words=suggestion or criteria.words), text=suggestion or search.text)


async def wish(turn: Turn) -> Reply:
    """`find.wish:<search>`: tell me when there is one."""
    search = await _own_search(turn)
    if search is None:
        return await _lost(turn)
    search.wished_at = search.wished_at or turn.now
    turn.db.add(search)
    await turn.db.flush()
    wanted = criteria_words.describe(criteria_json.loads(search.criteria))
    return say(
        _("「{wanted}」の講座が出たら、お知らせします。ご希望は、講座を考える職員にも数として伝わります。").format(
            wanted=wanted
        ),
        buttons=(Button(label=_("やっぱりやめる"), action=encode("find.unwish", search.id or 0)), steps.recommend()),
    )


async def unwish(turn: Turn) -> Reply:
    """`find.unwish:<search>`."""
    search = await _own_search(turn)
    if search is not None:
        search.wished_at = None
        turn.db.add(search)
        await turn.db.flush()
    return say(_("お知らせをやめました。"), buttons=(steps.find(), steps.recommend()))


async def nearby(turn: Turn) -> Reply:
    """A location was sent: courses open now, the nearest venue first."""
    latitude, longitude = turn.incoming.latitude or 0.0, turn.incoming.longitude or 0.0
    open_now = [entry for entry in turn.index.entries if _has_place(entry) and entry.takes_applications(turn.now)]
    open_now.sort(key=lambda entry: _distance_km(entry, latitude, longitude))
    nearest = [entry for entry in open_now if _distance_km(entry, latitude, longitude) <= _NEAREST][: cards.MAX_CARDS]
    if not nearest:
        return say(
            _("その場所から10km以内に、いま申し込める講座が見つかりませんでした。"),
            buttons=(steps.find(), steps.recommend()),
        )
    shown = [
        (entry, _("ここから約{km:.1f}km").format(km=_distance_km(entry, latitude, longitude))) for entry in nearest
    ]
    return Reply(
        views=(
            Text(body=_("近い会場の講座です。送られた位置は保存していません。")),
            await cards.course_cards(turn, shown),
        ),
        buttons=(steps.find(),),
    )


async def _page(turn: Turn, search: Search, criteria: Criteria, result: SearchResult, *, page: int) -> Reply:
    hits = result.hits[page * PAGE : (page + 1) * PAGE]
    if not hits:
        return await _nothing(turn, search, criteria, result) if page == 0 else await _lost(turn)
    wanted = criteria_words.describe(criteria)
    total = len(result.hits)
    body = _("{wanted}で{n}件見つかりました。").format(wanted=f"「{wanted}」" if wanted else "", n=total)
    if total > PAGE:
        first = page * PAGE + 1
        body += _("({first}〜{last}件目)").format(first=first, last=first + len(hits) - 1)
    shown = [(hit.course, cards.reason_words(turn, hit.course, hit.reasons)) for hit in hits]
    return Reply(
        views=(Text(body=body), await cards.course_cards(turn, shown)),
        buttons=(*_paging(search, page, total), *await _refinements(turn, search, criteria)),
        in_place=page > 0 or turn.action.name == "find.more",
    )


async def _nothing(turn: Turn, search: Search, criteria: Criteria, result: SearchResult) -> Reply:
    """No dead end: what was looked for, what is near it, a corrected spelling, and a wish."""
    wanted = criteria_words.describe(criteria)
    buttons = [Button(label=_("出たら知らせて"), action=encode("find.wish", search.id or 0), tone=Tone.PRIMARY)]
    body = _("「{wanted}」の講座は、いま見つかりませんでした。").format(wanted=wanted)
    if result.did_you_mean:
        body += _("\nもしかして「{other}」でしょうか。").format(other=result.did_you_mean)
        meant_this = Button(label=_("それでさがす"), action=encode("find.meant", search.id or 0), tone=Tone.PRIMARY)
        buttons.insert(0, meant_this)
    steps_on = (*buttons, steps.find(), steps.recommend())
    if not result.alternatives:
        return say(body, buttons=steps_on)
    shown = [(other.course, cards.relaxed_words(other.relaxed)) for other in result.alternatives[:5]]
    return Reply(
        views=(Text(body=body + _("\n近い講座はこちらです。")), await cards.course_cards(turn, shown)), buttons=steps_on
    )


def _paging(search: Search, page: int, total: int) -> list[Button]:
    buttons = []
    if (page + 1) * PAGE < total:
        buttons.append(Button(label=_("次の10件"), action=encode("find.more", search.id or 0, page + 1)))
    if page:
        buttons.append(Button(label=_("前の10件"), action=encode("find.more", search.id or 0, page - 1)))
    return buttons


async def _refinements(turn: Turn, search: Search, criteria: Criteria) -> list[Button]:
    """The conditions that are not set yet; of the ages those of the people who are known."""
    people = await residents.people(turn.db, turn.resident_id)
    known = [someone for someone in people if age_on(someone, turn.today).known]
    family = [someone for someone in known if someone.nickname][:_FAMILY_OFFERED]
    offers = (
        *(
            (
                f"p{someone.id}",
                _("{name}に合う").format(name=wording.called(someone.nickname or "")),
                criteria.ages is None,
            )
            for someone in family
        ),
        ("anyone", _("年代を問わない"), criteria.ages is not None),
        ("me", _("自分の年代だけ"), criteria.ages is None and people[0] in known),
        ("free", _("無料だけ"), criteria.max_fee is None),
        ("weekend", _("土日だけ"), not criteria.weekdays),
        ("near", _("近くだけ"), not criteria.places),
        ("kids", _("子どもと"), criteria.ages is None and not family),
        ("childcare", _("保育あり"), Feature.CHILDCARE not in criteria.features),
    )
    return [
        Button(label=label, action=encode("find.refine", search.id or 0, what)) for what, label, fits in offers if fits
    ]


async def _refined(turn: Turn, criteria: Criteria, what: str) -> Criteria:
    people = await residents.people(turn.db, turn.resident_id)
    for someone in people:
        if what == f"p{someone.id}" or (what == "me" and someone is people[0]):
            age = age_on(someone, turn.today)
            return replace(criteria, ages=(age.low, age.high)) if age.known else criteria
    match what:
        case "anyone":
            return replace(criteria, ages=None)
        case "free":
            return replace(criteria, max_fee=0)
        case "weekend":
            return replace(criteria, weekdays=(5, 6))
        case "kids":
            return replace(criteria, ages=(3, 12))
        case "near" if turn.resident.area:
            return replace(criteria, places=(turn.resident.area,))
        case "childcare":
            return replace(criteria, features=(*criteria.features, Feature.CHILDCARE))
        case "beginner":
            return replace(criteria, features=(*criteria.features, Feature.BEGINNER))
    return criteria


def _merged(before: Criteria, now: Criteria) -> Criteria:
    """The earlier search with what was said now in its place."""
    return replace(
        before,
        ages=now.ages or before.ages,
        dates=now.dates or before.dates,
        weekdays=now.weekdays or before.weekdays,
        time_of_day=now.time_of_day or before.time_of_day,
        places=now.places or before.places,
        max_fee=before.max_fee if now.max_fee is None else now.max_fee,
        features=tuple(dict.fromkeys((*before.features, *now.features))),
    )


def _ask_area(turn: Turn) -> Reply:
    areas = areas_of(turn)
    buttons = tuple(Button(label=area, action=encode("find.in", number)) for number, area in enumerate(areas))
    return Reply(
        views=(
            Choices(body=_("どのあたりがよいですか。位置を送っても、近くをさがせます。"), buttons=buttons, columns=3),
        )
    )


async def in_area(turn: Turn) -> Reply:
    """`find.in:<number>`: an area chosen from the list; it is remembered as the resident's own."""
    areas, number = areas_of(turn), turn.action.number(0)
    if number is None or number >= len(areas):
        return _ask_area(turn)
    turn.resident.area = areas[number]
    turn.db.add(turn.resident)
    before = await residents.last_search(turn.db, turn.resident_id, since=_FOLLOW_UP, now=turn.now)
    base = criteria_json.loads(before.criteria) if before is not None else Criteria()
    return await run(turn, replace(base, places=(areas[number],)), text=before.text if before else "")


async def _own_search(turn: Turn) -> Search | None:
    search_id = turn.action.number(0)
    return None if search_id is None else await residents.search_of(turn.db, turn.resident_id, search_id)


async def _lost(turn: Turn) -> Reply:
    """An old button whose search is not kept any more."""
    return say(
        _("前の検索は時間がたって消えました。もう一度、さがしたいことを書いてください。"), buttons=(steps.find(),)
    )


def _has_place(entry: CourseEntry) -> bool:
    return entry.venue is not None and entry.venue.latitude is not None and entry.venue.longitude is not None


def _distance_km(entry: CourseEntry, latitude: float, longitude: float) -> float:
    """Distance on a flat map: exact enough within a city. 111 km a degree, 91 km a degree of longitude at 35.7 N."""
    if entry.venue is None or entry.venue.latitude is None or entry.venue.longitude is None:
        return float("inf")
    north = (entry.venue.latitude - latitude) * 111.0
    east = (entry.venue.longitude - longitude) * 90.5
    return float((north * north + east * east) ** 0.5)
