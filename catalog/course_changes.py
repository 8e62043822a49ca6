"""What moves of a course, as rows from which it is told, and what that does to its applications."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, literal, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog.attendance import attending
from catalog.models import (
    Actor,
    CatalogueVersion,
    ChangeReason,
    CounterApplicant,
    Course,
    CourseChange,
    CourseChangeKind,
    Participant,
    Registration,
    RegistrationChange,
    RegistrationState,
    Session,
    StaffTask,
)
from catalog.registration.lookup import rules_of, seats_for
from catalog.registration.moving import ACTIVE, Cause, move, place_of
from catalog.registration.seating import Room, next_start
from catalog.search.entry import SessionEntry
from catalog.upsert import table

_ALL_DAY = "all_day"
_MARK = (
    "registration_id",
    "at",
    "by",
    "staff",
    "reason",
    "note",
    "from_state",
    "to_state",
    "seats_before",
    "seats_after",
    "to_tell",
)

# Back to where one was; what was kept for a time starts anew. A form that was being filled in is not brought back.
_BACK = {
    RegistrationState.CONFIRMED: RegistrationState.CONFIRMED,
    RegistrationState.ENTERED: RegistrationState.ENTERED,
    RegistrationState.WAITLISTED: RegistrationState.WAITLISTED,
    RegistrationState.OFFERED: RegistrationState.WAITLISTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Who changes a course, when and why. `reason` is in words, for the residents too; `staff` names who."""

    at: datetime
    by: Actor = Actor.STAFF
    staff: str | None = None
    reason: str | None = None

    def cause(self, reason: ChangeReason) -> Cause:
        return Cause(by=self.by, at=self.at, reason=reason, staff=self.staff, note=self.reason)


def span(starts_at: datetime, ends_at: datetime | None, *, all_day: bool) -> str:
    """A session's time as `CourseChange` keeps it: start, end (or nothing), and whether only the day is known."""
    end = ends_at.isoformat() if ends_at else ""
    return f"{starts_at.isoformat()}/{end}/{_ALL_DAY if all_day else ''}"


def read_span(text: str, *, session_id: int = 0, cancelled: bool = False) -> SessionEntry:
    """The session that `span` wrote down."""
    start, end, flag = text.split("/")
    return SessionEntry(
        id=session_id,
        starts_at=datetime.fromisoformat(start),
        ends_at=datetime.fromisoformat(end) if end else None,
        all_day=flag == _ALL_DAY,
        cancelled=cancelled,
    )


def span_of(session: Session | SessionEntry) -> str:
    return span(session.starts_at, session.ends_at, all_day=session.all_day)


async def record(
    db: AsyncSession,
    course_id: int,
    kind: CourseChangeKind,
    hand: Hand,
    *,
    to_tell: bool,
    session_id: int | None = None,
    before: str | None = None,
    after: str | None = None,
) -> None:
    """Adds to the course's history; `to_tell` where everybody concerned is to be told.

    Who has no account is to be telephoned (`catalog.counter.calls`).
    """
    db.add(
        CourseChange(
            course_id=course_id,
            session_id=session_id,
            kind=kind,
            before=before,
            after=after,
            note=hand.reason,
            by=hand.by,
            staff=hand.staff,
            at=hand.at,
            to_tell=to_tell,
        )
    )
    if to_tell:
        await _mark_calls(db, course_id, hand, session_id=session_id)


async def _mark_calls(db: AsyncSession, course_id: int, hand: Hand, *, session_id: int | None) -> None:
    """Notes for those without an account that they have not heard of it; once, however much moves."""
    changes, mine = table(RegistrationChange), table(Registration)
    unheard = exists().where(
        changes.c.registration_id == mine.c.id, changes.c.reason == ChangeReason.COURSE_MOVED, changes.c.to_tell
    )
    concerned = select(
        mine.c.id,
        literal(hand.at, changes.c.at.type),
        literal(hand.by, changes.c.by.type),
        literal(hand.staff, changes.c.staff.type),
        literal(ChangeReason.COURSE_MOVED, changes.c.reason.type),
        literal(hand.reason, changes.c.note.type),
        mine.c.state,
        mine.c.state,
        mine.c.seats,
        mine.c.seats,
        true(),
    ).where(
        mine.c.course_id == course_id,
        mine.c.state.in_(ACTIVE),
        mine.c.resident_id.in_(select(table(CounterApplicant).c.resident_id)),
        ~unheard,
    )
    if session_id is not None:
        concerned = concerned.where(or_(mine.c.session_id.is_(None), mine.c.session_id == session_id))
    await db.flush()
    await db.execute(changes.insert().from_select(_MARK, concerned))


async def raise_version(db: AsyncSession) -> None:
    """Lets every process know that its index is out of date."""
    versions = table(CatalogueVersion)
    await db.execute(update(versions).values(version=versions.c.version + 1))


async def end_registrations(db: AsyncSession, course_id: int, hand: Hand, *, session_id: int | None = None) -> int:
    """Ends every registration of a locked course that is not held (or of one session of it). Returns how many.

    Each is told by its own history.
    """
    standing = select(Registration).where(col(Registration.course_id) == course_id, col(Registration.state).in_(ACTIVE))
    if session_id is not None:
        standing = standing.where(col(Registration.session_id) == session_id)
    found = await db.scalars(standing.order_by(col(Registration.id)).execution_options(populate_existing=True))
    ended = found.all()
    for registration in ended:
        await move(db, registration, RegistrationState.CANCELLED, hand.cause(ChangeReason.COURSE_CANCELLED))
    return len(ended)


async def bring_back(db: AsyncSession, course_id: int, hand: Hand) -> int:
    """Gives those whose registrations ended with a locked course back what they had. Returns how many.

    Whoever does not fit in any more waits, in the old order; whom their family has removed since then has no place.
    """
    course = await db.get_one(Course, course_id)
    cause = hand.cause(ChangeReason.COURSE_RESTORED)
    back = 0
    for registration, state in await _ended_with_the_course(db, course_id):
        to = _BACK.get(state)
        if to is None:
            continue
        seats = seats_for(course, await attending(db, registration.id or 0))
        room = Room(min(registration.seats, seats), registration.childcare)
        if not await move(db, registration, to, cause, room=room):
            await move(db, registration, RegistrationState.WAITLISTED, cause, room=room)
        back += 1
    return back


async def shorten_offers(db: AsyncSession, course_id: int, hand: Hand) -> None:
    """No answer is awaited beyond the start of what was offered, when that has moved; who is asked is told until when.

    The course is locked, and its dates are stored.
    """
    rules = await rules_of(db, course_id)
    offered = await db.scalars(
        select(Registration)
        .where(col(Registration.course_id) == course_id, col(Registration.state) == RegistrationState.OFFERED)
        .order_by(col(Registration.id))
        .execution_options(populate_existing=True)
    )
    for found in offered.all():
        start = await next_start(db, place_of(found), hand.at, midway=rules.join_midway)
        if start is not None and found.expires_at is not None and start < found.expires_at:
            cause = hand.cause(ChangeReason.CORRECTED)
            await move(db, found, RegistrationState.OFFERED, cause, expires_at=start)


async def close_tasks(db: AsyncSession, course_id: int, hand: Hand, decision: str) -> None:
    """What staff were asked about this course is decided."""
    words = f"{decision}:{hand.reason}" if hand.reason else decision
    await db.execute(
        update(StaffTask)
        .where(col(StaffTask.course_id) == course_id, col(StaffTask.done_at).is_(None))
        .values(decision=words[:500], staff=hand.staff, done_at=hand.at)
    )


async def _ended_with_the_course(db: AsyncSession, course_id: int) -> list[tuple[Registration, RegistrationState]]:
    """Registrations whose last change was the course's cancellation, with the state before; the first one first."""
    later = RegistrationChange.__table__.alias()  # type: ignore[attr-defined] # SQLModel does not declare it
    newest = (
        select(later.c.id)
        .where(later.c.registration_id == col(Registration.id))
        .order_by(later.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = await db.execute(
        select(Registration, col(RegistrationChange.from_state))
        .join(RegistrationChange, col(RegistrationChange.id) == newest)
        .join(Session, col(Session.id) == col(Registration.session_id), isouter=True)
        .where(
            col(Registration.course_id) == course_id,
            col(Registration.state) == RegistrationState.CANCELLED,
            col(RegistrationChange.reason) == ChangeReason.COURSE_CANCELLED,
            col(Session.cancelled).is_not(True),
            exists().where(col(Participant.registration_id) == col(Registration.id), ~col(Participant.in_childcare)),
        )
        .order_by(col(Registration.id))
        .execution_options(populate_existing=True)
    )
    return [(registration, before) for registration, before in rows if before is not None]
