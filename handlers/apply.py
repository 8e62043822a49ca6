"""Applying: for whom, whether they may (and if not why, and what else), confirmation, receipt."""

from catalog import eligibility, registration, residents
from catalog.eligibility import Refusal, RefusalCode
from catalog.models import Person, RegistrationState, Relation, Selection
from catalog.people import age_on
from catalog.recommend import nearest_fit
from catalog.registration import Applied, Request
from catalog.search.entry import CourseEntry
from handlers import cards, steps, wording
from handlers.actions import encode
from handlers.advise import member_of
from handlers.context import Turn
from handlers.course import find_course, gone
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, Text, Tone, say

_SOON = 5  # years until which a child is told how long to wait


async def start(turn: Turn) -> Reply:
    """`apply:<course>`: straight to the confirmation where only one may take part, else for whom."""
    course = await find_course(turn, turn.action.number(0))
    if course is None:
        return gone()
    refusal = eligibility.window(course, turn.now)
    if refusal is not None:
        return await refused(turn, course, refusal, [])
    people = await residents.people(turn.db, turn.resident_id)
    able = _able(turn, course, people)
    children = [someone for someone in people if someone.relation is Relation.CHILD]
    if course.parent_child and children and not any(child in able for child in children):
        able = []  # a carer without a child of that age
    if len(able) <= 1:  # nothing to ask; if nobody may, it is said why
        return await _confirm(
            turn, course, able or [min(people, key=lambda someone: _years_off(turn, course, someone))]
        )
    return _ask_who(course, people, able, chosen=[])


async def choose(turn: Turn) -> Reply:
    """`apply.who:<course>:<ids joined by .>`: the party as chosen so far."""
    course = await find_course(turn, turn.action.number(0))
    if course is None:
        return gone()
    people = await residents.people(turn.db, turn.resident_id)
    able = _able(turn, course, people)
    return _ask_who(course, people, able, chosen=_party(turn, able))


async def check(turn: Turn) -> Reply:
    """`apply.check:<course>:<ids>`: the confirmation, or the reason why not."""
    course = await find_course(turn, turn.action.number(0))
    if course is None:
        return gone()
    people = await residents.people(turn.db, turn.resident_id)
    party = _party(turn, people)
    return await _confirm(turn, course, party) if party else await start(turn)


async def confirm(turn: Turn) -> Reply:
    """`apply.yes:<course>:<ids>`: applies. Tapping twice gives the same registration."""
    course = await find_course(turn, turn.action.number(0))
    if course is None:
        return gone()
    party = _party(turn, await residents.people(turn.db, turn.resident_id))
    if not party:
        return await start(turn)
    request = Request(party=party, resident_id=turn.resident_id)
    outcome = await registration.apply(turn.db, course, request, now=turn.now, zone=turn.zone)
    if isinstance(outcome, Refusal):
        return await refused(turn, course, outcome, party)
    return _receipt(turn, course, outcome, party)


async def refused(turn: Turn, course: CourseEntry, refusal: Refusal, party: list[Person]) -> Reply:
    """What, why in the course's own terms, and what is possible instead."""
    person = next((someone for someone in party if someone.id == refusal.person_id), None)
    body = _why_not(turn, course, refusal, person)
    buttons = [steps.back_to(course.id)]
    if refusal.code is RefusalCode.NOT_OPEN_YET:
        buttons.insert(0, Button(label=_("あとで見る"), action=encode("course.save", course.id), tone=Tone.PRIMARY))
    others_able = [someone for someone in _able(turn, course, party) if someone is not person]
    if person is not None and others_able:
        code = _code("apply.check", course, others_able)
        buttons.insert(0, Button(label=_("ほかの人だけで"), action=code, tone=Tone.PRIMARY))
    people = [person] if person is not None else (await residents.people(turn.db, turn.resident_id))[:1]
    others = nearest_fit(turn.index, course, member_of(turn, people[0]), now=turn.now, zone=turn.zone, limit=3)
    if not others:
        return say(body, buttons=(*buttons, steps.find(), steps.recommend()))
    shown = [(other, "") for other in others]
    return Reply(
        views=(
            Text(body=body + "\n" + _("いま参加できる近い講座があります。")),
            await cards.course_cards(turn, shown),
        ),
        buttons=(*buttons, steps.find()),
    )


def _why_not(turn: Turn, course: CourseEntry, refusal: Refusal, person: Person | None) -> str:
    match refusal.code:
        case RefusalCode.TOO_YOUNG | RefusalCode.TOO_OLD if person is not None:
            return _wrong_age(turn, course, person)
        case RefusalCode.TOO_MANY if course.capacity is not None:
            return _("この講座の定員は{capacity}です。人数を分けて申し込めます。").format(
                capacity=cards.capacity(course, None)
            )
        case RefusalCode.NOT_OPEN_YET if course.apply_from is not None:
            opening = wording.moment(course.apply_from, turn.zone)
            return _("申込は{opening}から始まります。").format(opening=opening)
        case RefusalCode.CLOSED if course.apply_until is not None:
            until = wording.deadline(course.apply_until, turn.zone)
            return _("申込は{until}でしめきりました。").format(until=until)
        case RefusalCode.CANCELLED:
            return _("残念ながら、この講座は中止になりました。")
        case RefusalCode.FINISHED:
            return _("この講座は終わりました。")
    return _("この講座は、いま申込を受け付けていません。")


def _wrong_age(turn: Turn, course: CourseEntry, person: Person) -> str:
    """Whom the course is for, who is not of that age, and how long a child still has to wait."""
    age = age_on(person, turn.today)
    who = name_of(person)
    if person.nickname and age.known:
        who += f"({wording.ages(age.low, age.high)})"
    target = cards.target(course, short=True)
    years = _years_off(turn, course, person)
    if age.high is not None and course.min_age is not None and age.high < course.min_age and years <= _SOON:
        return _("この講座は{target}が対象です。{who}は、あと{n}年ほどで参加できます。").format(
            target=target, who=who, n=years
        )
    return _("この講座は{target}が対象で、{who}の年代とは合いません。").format(target=target, who=who)


def _years_off(turn: Turn, course: CourseEntry, someone: Person) -> int:
    """By how many years somebody is too young or too old, 0 for neither."""
    age = age_on(someone, turn.today)
    missing = course.min_age - age.high if course.min_age is not None and age.high is not None else 0
    over = age.low - course.max_age if course.max_age is not None and age.low is not None else 0
    return max(missing, over, 0)


def _able(turn: Turn, course: CourseEntry, people: list[Person]) -> list[Person]:
    """Those who are of the course's age."""
    return [someone for someone in people if eligibility.person(course, someone, now=turn.now, zone=turn.zone) is None]


def _ask_who(course: CourseEntry, people: list[Person], able: list[Person], *, chosen: list[Person]) -> Reply:
    """Who takes part, of those who may; where somebody may not, the course's ages say why they are not asked for."""
    ids = {someone.id for someone in chosen}
    buttons = []
    for someone in able:
        on = someone.id in ids
        party = [other.id for other in able if (other.id in ids) != (other.id == someone.id)]
        code = encode("apply.who", course.id, ".".join(map(str, party)))
        label = ("✓ " if on else "") + name_of(someone)
        buttons.append(Button(label=label, action=code, tone=Tone.PRIMARY if on else Tone.PLAIN))
    names = "・".join(name_of(someone) for someone in chosen)
    body = (
        _("{names}で申し込みます。ほかにもいれば選んでください。").format(names=names)
        if chosen
        else _("「{title}」にはどなたが参加しますか。").format(title=wording.inner(course.title))
    )
    if not chosen and course.parent_child:
        body += "\n" + _("お子さんと保護者の方を選んでください。")
    if not chosen and len(able) < len(people):
        body += "\n" + _("対象は{target}です。").format(target=cards.target(course, short=True))
    on_with = Button(label=_("次へ"), action=_code("apply.check", course, chosen), tone=Tone.PRIMARY)
    return Reply(
        views=(Choices(body=body, buttons=tuple(buttons)),),
        buttons=(*((on_with,) if chosen else ()), steps.back_to(course.id)),
        in_place=True,
    )


async def _confirm(turn: Turn, course: CourseEntry, party: list[Person]) -> Reply:
    for someone in party:
        refusal = eligibility.person(course, someone, now=turn.now, zone=turn.zone)
        if refusal is not None:
            return await refused(turn, course, refusal, party)
    seats = (await registration.seats(turn.db, [course.id])).get(course.id)
    needed = registration.seats_for(course, party)
    left = None if seats is None else seats.left
    lines = [
        _("「{title}」").format(title=wording.inner(course.title)),
        cards.when(turn, course),
        "・".join(part for part in (cards.where(course), cards.fee(course, short=True)) if part),
        _("対象: {target}").format(target=cards.target(course)),
    ]
    if len(party) > 1 or party[0].relation is not Relation.SELF:
        lines.append(_("参加: {names}").format(names="・".join(name_of(someone) for someone in party)))
    if course.parent_child:
        lines.append(_together(turn, party))
    if not registration.takes_registrations(course):
        lines.append(_("申込はいりません。予定に入れて、前の日にお知らせしますか。"))
        label = _("予定に入れる")
    elif course.selection is Selection.LOTTERY:
        lines.append(_("抽選です。申し込みますか。"))
        label = _("申し込む")
    elif left is not None and left < needed:
        lines.append(
            _("定員になりました。キャンセル待ちは{n}組目です。待ちますか。").format(
                n=(seats.waiting if seats else 0) + 1
            )
        )
        label = _("待つ")
    else:
        lines.append(_("この内容で申し込みますか。"))
        label = _("申し込む")
    yes = Button(label=label, action=_code("apply.yes", course, party), tone=Tone.PRIMARY)
    body = "\n".join(line for line in lines if line)
    return Reply(views=(Choices(body=body, buttons=(yes, steps.back_to(course.id))),), in_place=True)


def _together(turn: Turn, party: list[Person]) -> str:
    """A parent-and-child course for one of both only: who else should come."""
    grown = [age.low is None or age.low >= eligibility.ADULT for age in (age_on(one, turn.today) for one in party)]
    if all(grown):
        return _("親子で参加する講座です。お子さんは「家族」で足せます。")
    return "" if any(grown) else _("保護者の方もいっしょにお越しください。")


def _receipt(turn: Turn, course: CourseEntry, outcome: Applied, party: list[Person]) -> Reply:
    found = outcome.registration
    number = _("受付番号 {receipt}").format(receipt=found.receipt)
    match found.state:
        case RegistrationState.ENTERED:
            body = _("抽選に申し込みました。結果はここでお知らせします。")
        case RegistrationState.WAITLISTED:
            body = _("キャンセル待ちに入りました。いま{n}組目です。空いたらすぐお知らせします。").format(
                n=outcome.position
            )
        case _state if not registration.takes_registrations(course):
            body = _("予定に入れました。当日、直接会場へどうぞ。")
            number = ""
        case _state:
            body = _("申し込みました。")
    if outcome.already:
        body = _("この講座はもう申込ずみです。")
    lines = [body, course.title, cards.when(turn, course), cards.where(course), number]
    buttons = (
        Button(label=_("申込を見る"), action=encode("mine.show", found.id or 0), tone=Tone.PRIMARY),
        Button(label=_("カレンダーへ"), url=f"{turn.city.public_url}/c/{course.id}.ics"),
        steps.recommend(),
    )
    return Reply(views=(Text(body="\n".join(line for line in lines if line)),), buttons=buttons, in_place=True)


def name_of(someone: Person) -> str:
    """はるさん, or ご自身 for the resident."""
    return wording.called(someone.nickname) if someone.nickname else _("ご自身")


def _party(turn: Turn, people: list[Person]) -> list[Person]:
    """Those of the resident's own people whose ids the code names; all other ids are ignored."""
    wanted = {part for part in turn.action.text(1).split(".") if part}
    return [someone for someone in people if str(someone.id) in wanted]


def _code(name: str, course: CourseEntry, party: list[Person]) -> str:
    return encode(name, course.id, ".".join(str(someone.id) for someone in party))
