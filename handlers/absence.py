"""Telling that one will not come to a session (この回は休む), and that one comes after all. The place stays theirs."""

from collections.abc import Awaitable, Callable

from catalog import absence
from catalog.models import Registration, RegistrationState, Session
from catalog.search.entry import CourseEntry
from handlers import states, steps, wording
from handlers.actions import encode
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, Tone

_MOST = 20


def button(turn: Turn, found: Registration, course: CourseEntry) -> tuple[Button, ...]:
    """Under an application to a series: who comes to one session only cancels instead."""
    several = found.session_id is None and len(course.sessions) > 1 and course.coming(turn.now)
    if not several or found.state is not RegistrationState.CONFIRMED:
        return ()
    return (Button(label=_("休む回を伝える"), action=encode("absence", found.id or 0)),)


async def dates(turn: Turn, found: Registration, course: CourseEntry) -> str:
    """The sessions to come that they will miss, a line each."""
    away = await absence.absences(turn.db, found.id or 0, turn.resident_id)
    return "\n".join(wording.session(one, turn.zone) for one in course.coming(turn.now) if one.id in away)


async def ask(turn: Turn) -> Reply:
    """`absence:<registration>`: which of the sessions."""
    own = await states.own(turn)
    return states.none_such() if own is None else await _sessions(turn, *own)


async def tell(turn: Turn) -> Reply:
    """`absence.tell:<registration>:<session>`: noted, so that nobody waits for them."""
    return await _change(turn, absence.tell_absence, done=_("わかりました。お休みを伝えました。"))


async def come(turn: Turn) -> Reply:
    """`absence.come:<registration>:<session>`: they come after all."""
    return await _change(turn, absence.come_after_all, done=_("わかりました。お待ちしています。"))


async def _change(turn: Turn, verb: Callable[..., Awaitable[Session | None]], *, done: str) -> Reply:
    own = await states.own(turn)
    if own is None:
        return states.none_such()
    found, course = own
    changed = await verb(
        turn.db,
        found.id or 0,
        turn.action.number(1) or 0,
        resident_id=turn.resident_id,
        now=turn.now,
        zone=turn.zone,
    )
    return await _sessions(turn, found, course, head=done if changed else _late())


async def _sessions(turn: Turn, found: Registration, course: CourseEntry, *, head: str = "") -> Reply:
    """The sessions to come, each with the tap that changes it."""
    away = await absence.absences(turn.db, found.id or 0, turn.resident_id)
    coming = course.coming(turn.now)[:_MOST]
    lines = [wording.session(session, turn.zone) + (_(" お休み") if session.id in away else "") for session in coming]
    question = head or _("「{title}」で、お休みする回を選んでください。申込はそのままです。").format(
        title=wording.inner(course.title)
    )
    buttons = tuple(
        Button(
            label=(_("{date}は行く") if session.id in away else _("{date}は休む")).format(
                date=wording.day(session.starts_at.astimezone(turn.zone).date())
            ),
            action=encode("absence.come" if session.id in away else "absence.tell", found.id or 0, session.id),
        )
        for session in coming
        if found.state is RegistrationState.CONFIRMED
    )
    back = steps.details(found.id, tone=Tone.PLAIN)
    return Reply(
        views=(Choices(body="\n".join([question, *lines]), buttons=buttons, columns=1),),
        buttons=(back, steps.mine()),
        in_place=True,
    )


def _late() -> str:
    return _("その回はもう始まったか、変わっています。")
