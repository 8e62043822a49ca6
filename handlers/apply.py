"""Applying: for whom, whether they may (and if not why, and what else), confirmation, receipt."""

from catalog import eligibility, registration, residents
from catalog.eligibility import Refusal, RefusalCode
from catalog.models import Person, RegistrationState, Relation, Selection
from catalog.recommend import nearest_fit
from catalog.registration import Applied
from catalog.search.entry import CourseEntry
from handlers import cards, steps, wording
from handlers.actions import encode
from handlers.advise import member_of
from handlers.context import Turn
from handlers.course import find_course, gone
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, Text, Tone, say


async def start(turn: Turn) -> Reply:
    """`apply:<course>`: straight to the confirmation for a resident alone, else for whom."""
    course = await find_course(turn, turn.action.number(0))
    if course is None:
        return gone()
    refusal = eligibility.window(course, turn.now)
    if refusal is not None:
        return await refused(turn, course, refusal, [])
    people = await residents.people(turn.db, turn.resident_id)
    if len(people) == 1:
        return await _confirm(turn, course, people)
    return _ask_who(course, people, chosen=[])


async def choose(turn: Turn) -> Reply:
    """`apply.who:<course>:<ids joined by .>`: the party as chosen so far."""
    course = await find_course(turn, turn.action.number(0))
    if course is None:
        return gone()
    people = await residents.people(turn.db, turn.resident_id)
    return _ask_who(course, people, chosen=_party(turn, people))


async def check(turn: Turn) -> Reply:
    """`apply.check:<course>:<ids>`: the confirmation, or the reason why not."""
    course = await find_course(turn, turn.action.number(0))
    if course is None:
        return gone()
    people = await residents.people(turn.db, turn.resident_id)
    party = _party(turn, people)
    return await _confirm(turn, course, party) if party else _ask_who(course, people, chosen=[])


async def confirm(turn: Turn) -> Reply:
    """`apply.yes:<course>:<ids>`: applies. Tapping twice gives the same registration."""
    course = await find_course(turn, turn.action.number(0))
    if course is None:
        return gone()
    party = _party(turn, await residents.people(turn.db, turn.resident_id))
    if not party:
        return await start(turn)
    outcome = await registration.apply(
        turn.db, course, party, resident_id=turn.resident_id, now=turn.now, zone=turn.zone
    )
    if isinstance(outcome, Refusal):
        return await refused(turn, course, outcome, party)
    return _receipt(turn, course, outcome, party)


async def refused(turn: Turn, course: CourseEntry, refusal: Refusal, party: list[Person]) -> Reply:
    """What, why in the course's own terms, and what is possible instead."""
    person = next((someone for someone in party if someone.id == refusal.person_id), None)
    body = _refusal_words(turn, course, refusal, person)
    buttons = [steps.back_to(course.id)]
    if refusal.code is RefusalCode.NOT_OPEN_YET:
        buttons.insert(0, Button(label=_("あとで見る"), action=encode("course.save", course.id), tone=Tone.PRIMARY))
    people = [person] if person is not None else (await residents.people(turn.db, turn.resident_id))[:1]
    others = nearest_fit(turn.index, course, member_of(turn, people[0]), now=turn.now, zone=turn.zone, limit=3)
    if not others:
        return say(body, buttons=(*buttons, steps.find(), steps.recommend()))
    shown = [(other, _("いま申し込めます")) for other in others]
    return Reply(
        views=(
            Text(body=body + "\n" + _("いま参加できる近い講座があります。")),
            await cards.course_cards(turn, shown),
        ),
        buttons=(*buttons, steps.find()),
    )


def _refusal_words(turn: Turn, course: CourseEntry, refusal: Refusal, person: Person | None) -> str:
    who = name_of(person) if person is not None else ""
    ages = wording.ages(course.min_age, course.max_age)
    match refusal.code:
        case RefusalCode.TOO_YOUNG:
            return _("この講座は{ages}が対象です。{who}が大きくなるのをお待ちしています。").format(ages=ages, who=who)
        case RefusalCode.TOO_OLD:
            return _("この講座は{ages}が対象で、{who}の年代とは合いません。").format(ages=ages, who=who)
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


def _ask_who(course: CourseEntry, people: list[Person], *, chosen: list[Person]) -> Reply:
    ids = {someone.id for someone in chosen}
    buttons = []
    for someone in people:
        on = someone.id in ids
        party = [other.id for other in people if (other.id in ids) != (other.id == someone.id)]
        code = encode("apply.who", course.id, ".".join(map(str, party)))
        label = ("✓ " if on else "") + name_of(someone)
        buttons.append(Button(label=label, action=code, tone=Tone.PRIMARY if on else Tone.PLAIN))
    names = "・".join(name_of(someone) for someone in chosen)
    body = (
        _("{names}で申し込みます。ほかにもいれば選んでください。").format(names=names)
        if chosen
        else _("「{title}」にはどなたが参加しますか。").format(title=course.title)
    )
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
        _("「{title}」").format(title=course.title),
        cards.when(turn, course),
        _("対象: {target}").format(target=cards.target(course)),
    ]
    if len(party) > 1 or party[0].relation is not Relation.SELF:
        lines.append(_("参加: {names}").format(names="・".join(name_of(someone) for someone in party)))
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
    return Reply(views=(Choices(body="\n".join(lines), buttons=(yes, steps.back_to(course.id))),), in_place=True)


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
    lines = [body, f"{course.title}\n{cards.when(turn, course)}", number]
    buttons = (
        Button(label=_("申込を見る"), action=encode("mine.show", found.id or 0), tone=Tone.PRIMARY),
        Button(label=_("カレンダーへ"), url=f"{turn.city.public_url}/c/{course.id}.ics"),
        steps.recommend(),
    )
    return Reply(views=(Text(body="\n".join(line for line in lines if line)),), buttons=buttons, in_place=True)


def name_of(someone: Person) -> str:
    """はるさん, or ご自身 for the resident."""
    return _("{name}さん").format(name=someone.nickname) if someone.nickname else _("ご自身")


def _party(turn: Turn, people: list[Person]) -> list[Person]:
    """Those of the resident's own people whose ids the code names; all other ids are ignored."""
    wanted = {part for part in turn.action.text(1).split(".") if part}
    return [someone for someone in people if str(someone.id) in wanted]


def _code(name: str, course: CourseEntry, party: list[Person]) -> str:
    return encode(name, course.id, ".".join(str(someone.id) for someone in party))
