"""Finding courses: free text, refinement buttons, paging, alternatives, and wishes for what is not there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice

from catalog import residents
from catalog.models import Person, Search
from catalog.people import AgeRange, age_on
from catalog.residents import LastSearch
from catalog.search import criteria_json
from catalog.search.criteria import Criteria
from catalog.search.entry import CourseEntry, VenueEntry
from catalog.search.results import SearchResult
from handlers import cards, criteria_words, refining, steps, unsure, whose, wording
from handlers.actions import encode
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, Text, Tone, say
from handlers.profile import areas_of
from handlers.understanding import Understood
from handlers.understanding.senses import senses_of

PAGE = 10
_FOLLOW_UP = timedelta(minutes=10)
_NEAREST = 10
# What may be left of a text beside its conditions, and names nothing: 子供向けで, 午後がいい, 明日なにかある?
_NO_SUBJECT = frozenset({"で", "の", "の で", "は", "も", "です", "がいい", "だけで", "なにか", "何か", "なんか"})


async def start(turn: Turn) -> Reply:
    """`find`: how to look for courses, with conditions and life issues to choose from."""
    buttons = (
        Button(label=_("無料の講座"), action=encode("find.free")),
        Button(label=_("土日の講座"), action=encode("find.weekend")),
        Button(label=_("子どもの講座"), action=encode("find.kids")),
        Button(label=_("保育つき"), action=encode("find.childcare")),
        Button(label=_("近くの講座"), action=encode("find.near")),
        Button(label=_("初心者むけ"), action=encode("find.beginner")),
        Button(label=_("くらしの悩みから"), action=encode("find.issues")),
    )
    family = (await turn.people())[1:]
    return Reply(
        views=(
            Choices(
                body=_("さがしたいことを、そのまま書いてください。\n例:「来週の土日、無料で小学生が行ける工作」"),
                buttons=buttons,
            ),
        ),
        buttons=(*(_for(someone) for someone in family[: refining.FAMILY_OFFERED]), steps.recommend()),
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
    return await run(
        turn, await refining.for_child(turn, await refining.refined(turn, Criteria(), refinement)), text=""
    )


async def from_text(turn: Turn, understood: Understood) -> Reply:
    """A resident's own words. Slots without a subject refine what was looked for a moment ago."""
    criteria = understood.criteria
    if criteria.words in _NO_SUBJECT:
        criteria = replace(criteria, words="")
    if criteria.is_empty():
        return await start(turn)
    before = await residents.last_search(turn.db, turn.resident_id, since=_FOLLOW_UP, now=turn.now)
    follows = not criteria.words and not criteria.fields and refining.is_follow_up(turn.incoming.text)
    if before is not None and follows:
        criteria = refining.merged(criteria_json.loads(before.criteria), criteria)
    people = await _spoken_of(turn, before) if criteria.ages is None else []
    if people:
        criteria = replace(criteria, words=whose.without_mention(criteria.words, people))
    if len(people) > 1:
        return await unsure.for_whom(turn, criteria, people[: refining.FAMILY_OFFERED])
    if people:
        criteria = refining.for_person(criteria, people[0], turn.today)
    criteria = await refining.for_child(turn, criteria)
    return await unsure.in_which_sense(turn, criteria) or await run(turn, criteria, text=turn.incoming.text)


async def _spoken_of(turn: Turn, before: LastSearch | None) -> list[Person]:
    """Whom of the family the text may mean. Who was asked about it a moment ago is not asked again."""
    people = whose.spoken_of(turn.incoming.text, (await turn.people())[1:], turn.today)
    lately = criteria_json.loads(before.criteria) if before is not None else Criteria()
    return [one for one in people if refining.for_person(lately, one, turn.today) == lately] or people


async def run(turn: Turn, criteria: Criteria, *, text: str) -> Reply:
    """Searches, remembers the search for its buttons, and shows the first page."""
    result = await _searched(turn, criteria)
    search_id = await residents.remember_search(
        turn.db,
        turn.resident_id,
        text=text,
        criteria=criteria_json.dumps(criteria),
        found=len(result.hits),
        now=turn.now,
        message_id=turn.incoming.message_id,
    )
    return await _page(turn, search_id, criteria, result, page=0)


async def _searched(turn: Turn, criteria: Criteria) -> SearchResult:
    """What is found; where no age is asked for, first what somebody of the household is old and young enough for."""
    result = turn.index.search(criteria, now=turn.now, zone=turn.zone)
    known = [age for someone in await turn.people() if (age := age_on(someone, turn.today)).known]
    if criteria.ages is not None or not known:
        return result
    return replace(result, hits=tuple(sorted(result.hits, key=lambda hit: not _admits(hit.course, known))))


def _admits(course: CourseEntry, ages: Sequence[AgeRange]) -> bool:
    return any(age.may_lie_within(course.min_age, course.max_age) for age in ages)


async def taken_back(turn: Turn) -> Reply:
    """A message was unsent: what was kept of it goes too, without a word."""
    if turn.incoming.message_id:
        await residents.take_back(turn.db, turn.resident_id, turn.incoming.message_id)
    return Reply()


async def more(turn: Turn) -> Reply:
    """`find.more:<search>:<page>`: another page, searched again so that it is never stale."""
    search = await _own_search(turn)
    if search is None:
        return await lost(turn)
    criteria = criteria_json.loads(search.criteria)
    result = await _searched(turn, criteria)
    return await _page(turn, search.id or 0, criteria, result, page=turn.action.number(1) or 0)


async def refine(turn: Turn) -> Reply:
    """`find.refine:<search>:<what>`: the same search with one condition more."""
    search = await _own_search(turn)
    if search is None:
        return await lost(turn)
    what = turn.action.text(1)
    if what == "near" and turn.resident.area is None:
        return _ask_area(turn)
    return await run(turn, await refining.refined(turn, criteria_json.loads(search.criteria), what), text=search.text)


async def meant(turn: Turn) -> Reply:
    """`find.meant:<search>`: the corrected words of "もしかして"."""
    search = await _own_search(turn)
    if search is None:
        return await lost(turn)
    criteria = criteria_json.loads(search.criteria)
    suggestion = turn.index.search(criteria, now=turn.now, zone=turn.zone).did_you_mean
    return await run(turn, replace(criteria, words=suggestion or criteria.words), text=suggestion or search.text)


async def in_sense(turn: Turn) -> Reply:
    """`find.sense:<search>:<number>`: which sense of a word was meant."""
    search = await _own_search(turn)
    if search is None:
        return await lost(turn)
    criteria, number = criteria_json.loads(search.criteria), turn.action.number(1)
    senses = senses_of(criteria.words)
    if number is None or number >= len(senses):
        return await run(turn, criteria, text=search.text)
    return await run(turn, replace(criteria, words=senses[number].words), text=search.text)


async def wish(turn: Turn) -> Reply:
    """`find.wish:<search>`: tell me when there is one."""
    search = await _own_search(turn)
    if search is None:
        return await lost(turn)
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
    distances = [(_distance_km(venue, latitude, longitude), venue) for venue in turn.index.venues]
    within = sorted((one for one in distances if one[0] <= _NEAREST), key=lambda one: one[0])
    open_now = (
        (course, distance)
        for distance, venue in within
        for course in turn.index.held_at(venue)
        if course.takes_applications(turn.now)
    )
    nearest = list(islice(open_now, cards.MAX_CARDS))
    if not nearest:
        return say(
            _("その場所から10km以内に、いま申し込める講座が見つかりませんでした。"),
            buttons=(steps.find(), steps.recommend()),
        )
    shown = [(course, _("ここから約{km:.1f}km").format(km=distance)) for course, distance in nearest]
    return Reply(
        views=(
            Text(body=_("近い会場の講座です。送られた位置は保存していません。")),
            await cards.course_cards(turn, shown),
        ),
        buttons=(steps.find(),),
    )


async def _page(turn: Turn, search_id: int, criteria: Criteria, result: SearchResult, *, page: int) -> Reply:
    hits = result.hits[page * PAGE : (page + 1) * PAGE]
    if not hits:
        return await _nothing(turn, search_id, criteria, result) if page == 0 else await lost(turn)
    total = len(result.hits)
    body = _found(criteria, total)
    if total > PAGE:
        first = page * PAGE + 1
        body += _("({first}〜{last}件目)").format(first=first, last=first + len(hits) - 1)
    shown = [(hit.course, cards.reason_words(hit.course, hit.reasons)) for hit in hits]
    return Reply(
        views=(Text(body=body), await cards.course_cards(turn, shown)),
        buttons=(*_paging(search_id, page, total), *await refining.offers(turn, search_id, criteria)),
        in_place=page > 0 or turn.action.name == "find.more",
    )


def _found(criteria: Criteria, total: int) -> str:
    if criteria_words.is_a_story(criteria):  # it is not said back; what was understood of it is
        slots = criteria_words.describe(replace(criteria, words=""))
        told = _("お話を読んで、「{wanted}」で{n}件見つけました。") if slots else _("お話を読んで、{n}件見つけました。")
        return told.format(wanted=slots, n=total)
    wanted = criteria_words.describe(criteria)
    return _("{wanted}で{n}件見つかりました。").format(wanted=f"「{wanted}」" if wanted else "", n=total)


def _missing(criteria: Criteria) -> str:
    if criteria_words.is_a_story(criteria):
        slots = criteria_words.describe(replace(criteria, words=""))
        told = (
            _("「{wanted}」でお話に合う講座は、いま見つかりませんでした。")
            if slots
            else _("お話に合う講座は、いま見つかりませんでした。")
        )
        return told.format(wanted=slots)
    return _("「{wanted}」の講座は、いま見つかりませんでした。").format(wanted=criteria_words.describe(criteria))


async def _nothing(turn: Turn, search_id: int, criteria: Criteria, result: SearchResult) -> Reply:
    """No dead end: what was looked for, what is near it, a corrected spelling, and a wish."""
    buttons = [Button(label=_("出たら知らせて"), action=encode("find.wish", search_id), tone=Tone.PRIMARY)]
    body = _missing(criteria)
    if result.did_you_mean:
        body += _("\nもしかして「{other}」でしょうか。").format(other=result.did_you_mean)
        meant_this = Button(label=_("それでさがす"), action=encode("find.meant", search_id), tone=Tone.PRIMARY)
        buttons.insert(0, meant_this)
    steps_on = (*buttons, steps.find(), steps.recommend())
    if not result.alternatives:
        return say(body, buttons=steps_on)
    shown = [(other.course, cards.relaxed_words(other.relaxed)) for other in result.alternatives[:5]]
    return Reply(
        views=(Text(body=body + _("\n近い講座はこちらです。")), await cards.course_cards(turn, shown)), buttons=steps_on
    )


def _paging(search_id: int, page: int, total: int) -> list[Button]:
    buttons = []
    if (page + 1) * PAGE < total:
        buttons.append(Button(label=_("次の10件"), action=encode("find.more", search_id, page + 1)))
    if page:
        buttons.append(Button(label=_("前の10件"), action=encode("find.more", search_id, page - 1)))
    return buttons


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


async def lost(turn: Turn) -> Reply:
    """An old button whose search is not kept any more."""
    return say(
        _("前の検索は時間がたって消えました。もう一度、さがしたいことを書いてください。"), buttons=(steps.find(),)
    )


def _distance_km(venue: VenueEntry, latitude: float, longitude: float) -> float:
    """Distance on a flat map: exact enough within a city. 111 km a degree, 91 km a degree of longitude at 35.7 N."""
    if venue.latitude is None or venue.longitude is None:
        return float("inf")
    north = (venue.latitude - latitude) * 111.0
    east = (venue.longitude - longitude) * 90.5
    return float((north * north + east * east) ** 0.5)
