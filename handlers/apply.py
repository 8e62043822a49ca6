"""Applying: for whom, whether they may (and if not why, and what else), confirmation, receipt."""

from catalog import eligibility, registration, residents
from catalog.eligibility import Missing, Refusal
from catalog.models import Person, RegistrationState, Relation, Selection
from catalog.people import age_on
from catalog.registration import Applied, Request
from catalog.search.entry import CourseEntry
from handlers import cards, declaring, steps, wording
from handlers.actions import encode
from handlers.context import Turn
from handlers.course import find_course, gone
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, Text, Tone
from handlers.refusing import able, held_back, refused, years_off


async def start(turn: Turn) -> Reply:
    """`apply:<course>`: straight to the confirmation where only one may take part, else for whom."""
    course = await find_course(turn, turn.action.number(0))
    if course is None:
        return gone()
    refusal = eligibility.window(course, turn.now)
    if refusal is not None:
        return await refused(turn, course, refusal, [])
    people = await residents.people(turn.db, turn.resident_id)
    fitting = able(turn, course, people)
    children = [someone for someone in people if someone.relation is Relation.CHILD]
    if course.parent_child and children and not any(child in fitting for child in children):
        fitting = []  # a carer without a child of that age
    if len(fitting) <= 1:  # nothing to ask; if nobody may, it is said why
        return await _confirm(
            turn, course, fitting or [min(people, key=lambda someone: years_off(turn, course, someone))]
        )
    return _ask_who(course, people, fitting, chosen=[])


async def choose(turn: Turn) -> Reply:
    """`apply.who:<course>:<ids joined by .>`: the party as chosen so far."""
    course = await find_course(turn, turn.action.number(0))
    if course is None:
        return gone()
    people = await residents.people(turn.db, turn.resident_id)
    fitting = able(turn, course, people)
    return _ask_who(course, people, fitting, chosen=_party(turn, fitting))


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
    if isinstance(outcome, Missing):
        return await declaring.ask(turn, course, party, outcome)
    return _receipt(turn, course, outcome, party)


def _ask_who(course: CourseEntry, people: list[Person], able: list[Person], *, chosen: list[Person]) -> Reply:
    """Who takes part, of those who may; where somebody may not, the course's ages say why they are not asked for."""
    ids = {someone.id for someone in chosen}
    buttons = []
    for someone in able:
        on = someone.id in ids
        party = [other.id for other in able if (other.id in ids) != (other.id == someone.id)]
        code = encode("apply.who", course.id, ".".join(map(str, party)))
        label = ("✓ " if on else "") + wording.name_of(someone)
        buttons.append(Button(label=label, action=code, tone=Tone.PRIMARY if on else Tone.PLAIN))
    names = "・".join(wording.name_of(someone) for someone in chosen)
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
    held = await held_back(turn, course, party)
    if held is not None:
        return held
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
        lines.append(_("参加: {names}").format(names="・".join(wording.name_of(someone) for someone in party)))
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


def _party(turn: Turn, people: list[Person]) -> list[Person]:
    """Those of the resident's own people whose ids the code names; all other ids are ignored."""
    wanted = {part for part in turn.action.text(1).split(".") if part}
    return [someone for someone in people if str(someone.id) in wanted]


def _code(name: str, course: CourseEntry, party: list[Person]) -> str:
    return encode(name, course.id, ".".join(str(someone.id) for someone in party))
