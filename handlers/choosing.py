"""What a course may ask before the confirmation: for whom, which sessions, childcare, whether all sessions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from catalog import childcare, eligibility, registration
from catalog.models import CourseRules, Person
from catalog.registration import Seats
from catalog.search.entry import SessionEntry
from handlers import cards, steps, wording
from handlers.actions import encode
from handlers.context import Turn
from handlers.forms import Form
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, Tone
from handlers.wording import name_of

Code = Callable[[Form], str]

_MOST_SESSIONS = 20


def who(form: Form, able: list[Person]) -> Reply:
    """Who takes part, of those who may; where somebody may not, the course's ages say why they are not asked for."""
    course, chosen = form.course, form.party
    buttons = []
    for someone in able:
        on = someone in chosen
        after = tuple(other for other in able if (other in chosen) != (other is someone))
        code = _apart(replace(form, party=after)).code("apply.who")
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
    if not chosen and len(able) < len(form.family):
        body += "\n" + _("対象は{target}です。").format(target=cards.target(course, short=True))
    on_with = Button(label=_("次へ"), action=form.code("apply.check"), tone=Tone.PRIMARY)
    return Reply(
        views=(Choices(body=body, buttons=tuple(buttons)),),
        buttons=(*((on_with,) if chosen else ()), steps.back_to(course.id)),
        in_place=True,
    )


async def sessions(turn: Turn, form: Form, rules: CourseRules, *, again: bool = False) -> Reply | None:
    """Which of the sessions, with their free seats; `again` while they are still being chosen."""
    coming = form.course.coming(turn.now)[:_MOST_SESSIONS]
    if not rules.by_session or (form.sessions and not again):
        return None
    full = await registration.seats_by_session(turn.db, form.course.id)
    buttons = []
    for session in coming:
        on = session.id in form.sessions
        after = tuple(other.id for other in coming if (other.id in form.sessions) != (other is session))
        label = ("✓ " if on else "") + wording.moment(session.starts_at, turn.zone)
        code = replace(form, sessions=after).code("apply.when")
        buttons.append(Button(label=label, action=code, tone=Tone.PRIMARY if on else Tone.PLAIN))
    lines = [f"{wording.session(session, turn.zone)} {_room(full.get(session.id))}" for session in coming]
    question = _("どの回に参加しますか。いくつでも選べます。")
    on_with = Button(label=_("次へ"), action=form.code("apply.check"), tone=Tone.PRIMARY)
    return Reply(
        views=(Choices(body="\n".join([question, *lines]), buttons=tuple(buttons), columns=1),),
        buttons=(*((on_with,) if form.sessions else ()), steps.back_to(form.course.id)),
        in_place=True,
    )


async def looked_after(
    turn: Turn, form: Form, rules: CourseRules, *, code: Code | None = None, may_wait: bool = True
) -> Reply | None:
    """Whether a child is looked after meanwhile; asked only who has one of that age that does not take part.

    `code` is that of a button which goes on with a form, of an application where nothing is said. Where one may not
    wait for a place in childcare it is not offered while there is none.
    """
    course, code = form.course, code or _go_on
    children = candidates(form, rules, eligibility.reference_day(course, now=turn.now, zone=turn.zone, rules=rules))
    if not course.childcare or form.looked_after is not None or not children:
        return None
    left = childcare.left(rules)
    if left == 0 and not may_wait:
        children = []
    alone = [replace(form, looked_after=(child,)) for child in children]
    options = [*alone, replace(form, looked_after=tuple(children))] if len(children) > 1 else alone
    buttons = [
        Button(label="・".join(name_of(child) for child in option.looked_after or ()), action=code(option))
        for option in options
    ]
    nobody = Button(label=_("預けない"), action=code(replace(form, looked_after=())))
    body = _("保育つきの講座です。参加のあいだ、お子さんを預けますか。")
    if left == 0 and not may_wait:
        body = _("保育つきの講座ですが、いま保育は定員です。預けずに参加しますか。")
    elif left == 0:
        body += "\n" + _("いま保育は定員です。預ける方は、空くまで待てます。")
    elif left is not None:
        body += "\n" + _("保育はのこり{n}人です。").format(n=left)
    return Reply(
        views=(Choices(body=body, buttons=(*buttons, nobody)),), buttons=(steps.back_to(course.id),), in_place=True
    )


def _go_on(form: Form) -> str:
    return form.code("apply.check")


async def every_session(turn: Turn, form: Form, rules: CourseRules) -> Reply | None:
    """Whether they can come to all sessions, where that decides about the order of a draw."""
    coming = form.course.coming(turn.now)
    if not rules.priority_all_sessions or rules.by_session or form.all_sessions is not None or len(coming) < 2:
        return None
    body = _("全{n}回の講座です。全回出席できますか。全回出席できる方が優先です。").format(n=len(coming))
    buttons = (
        Button(
            label=_("全回出席できる"), action=replace(form, all_sessions=True).code("apply.check"), tone=Tone.PRIMARY
        ),
        Button(label=_("休む回がある"), action=replace(form, all_sessions=False).code("apply.check")),
    )
    return Reply(views=(Choices(body=body, buttons=buttons),), buttons=(steps.back_to(form.course.id),), in_place=True)


def candidates(form: Form, rules: CourseRules, day: date) -> list[Person]:
    """The children of the family who could be looked after: of the age, and not taking part."""
    return [someone for someone in form.family if someone not in form.party and childcare.takes(rules, someone, day)]


def add_child(course_id: int) -> Button:
    """Where no child is known yet who could be looked after; from there it goes on with the application."""
    return Button(label=_("お子さんを登録"), action=encode("family.add", course_id))


def _apart(form: Form) -> Form:
    """Nobody both takes part and is looked after: who else takes part is asked for childcare anew."""
    return replace(form, looked_after=None)


def _room(seats: Seats | None) -> str:
    if seats is None or seats.left is None:
        return ""
    if seats.left == 0:
        return _("満席・{n}組待ち").format(n=seats.waiting) if seats.waiting else _("満席")
    return _("のこり{n}").format(n=seats.left)


def session_line(turn: Turn, session: SessionEntry, seats: Seats | None) -> str:
    """A chosen session with what is free in it."""
    room = _room(seats)
    return wording.session(session, turn.zone) + (f" {room}" if room else "")
