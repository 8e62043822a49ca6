"""The verbs with which staff change a course: with a reason and a name, recorded, and told to everybody concerned.

Each runs in the caller's transaction, locks the course first, and lets search know. What cannot be is refused with
`ChangeError`, whose words are for staff. Doing the same twice changes nothing.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog.course_changes import (
    Hand,
    bring_back,
    close_tasks,
    end_registrations,
    raise_version,
    record,
    shorten_offers,
    span,
    span_of,
)
from catalog.errors import ManabiError
from catalog.models import Course, CourseChangeKind, CourseStatus, Session, Venue
from catalog.registration import rules_of, settle
from catalog.registration.seating import lock

__all__ = [
    "ChangeError",
    "Hand",
    "add_session",
    "cancel_course",
    "cancel_session",
    "change_capacity",
    "change_venue",
    "hold_course",
    "move_session",
    "restore_course",
]


class ChangeError(ManabiError):
    """A course cannot be changed like that; the text tells staff why."""


async def cancel_course(db: AsyncSession, course_id: int, hand: Hand) -> int:
    """The course will not be held: every application ends. Returns how many did."""
    course = await _locked(db, course_id)
    if course.status is CourseStatus.CANCELLED:
        return 0
    course.status = CourseStatus.CANCELLED
    await _changed(db, course, hand)
    await record(db, course_id, CourseChangeKind.CANCELLED, hand, to_tell=False)  # each application tells it
    await close_tasks(db, course_id, hand, "中止する")
    return await end_registrations(db, course_id, hand)


async def restore_course(db: AsyncSession, course_id: int, hand: Hand, *, zone: ZoneInfo) -> int:
    """The course is held after all: applications are again what they were. Returns how many came back."""
    course = await _locked(db, course_id)
    if course.status is CourseStatus.SCHEDULED:
        return 0
    course.status = CourseStatus.SCHEDULED
    await _hold_sessions(db, course_id, hand)
    await _changed(db, course, hand)
    await record(db, course_id, CourseChangeKind.RESTORED, hand, to_tell=False)  # each application tells it
    back = await bring_back(db, course_id, hand)
    await settle(db, course_id, now=hand.at, zone=zone)
    return back


async def hold_course(db: AsyncSession, course_id: int, hand: Hand) -> None:
    """The course is held although few take part; everybody is told so. What staff were asked is decided."""
    course = await _locked(db, course_id)
    if course.status is not CourseStatus.SCHEDULED:
        raise ChangeError("中止した講座です。開くときは、先に中止を取り消してください。")
    await close_tasks(db, course_id, hand, "開催する")
    await record(db, course_id, CourseChangeKind.HELD, hand, to_tell=True)


async def cancel_session(db: AsyncSession, session_id: int, hand: Hand) -> None:
    """One meeting is not held. Who applied for that one alone is not registered any more."""
    course, session = await _locked_session(db, session_id)
    if session.cancelled:
        return
    others = await db.scalar(
        select(func.count())
        .select_from(Session)
        .where(
            col(Session.course_id) == course.id,
            col(Session.id) != session_id,
            ~col(Session.cancelled),
            col(Session.starts_at) > hand.at,
        )
    )
    if not others:
        raise ChangeError("ほかに残る回がありません。講座そのものを中止してください。")
    session.cancelled = True
    await _changed(db, course, hand)
    await record(
        db,
        session.course_id,
        CourseChangeKind.SESSION_CANCELLED,
        hand,
        to_tell=session.starts_at > hand.at,
        session_id=session_id,
        before=span_of(session),
    )
    await end_registrations(db, session.course_id, hand, session_id=session_id)


async def move_session(
    db: AsyncSession,
    session_id: int,
    hand: Hand,
    *,
    starts_at: datetime,
    ends_at: datetime | None,
    venue: str | None = None,
    address: str = "",
) -> None:
    """Another time, and with `venue` another place, for one meeting."""
    course, session = await _locked_session(db, session_id)
    _check_times(starts_at, ends_at)
    if session.cancelled:
        raise ChangeError("中止した回です。新しい回を足してください。")
    to_come = max(session.starts_at, starts_at) > hand.at
    before, after = span_of(session), span(starts_at, ends_at, all_day=False)
    if before != after:
        session.starts_at, session.ends_at, session.all_day = starts_at, ends_at, False
        await record(
            db,
            session.course_id,
            CourseChangeKind.SESSION_MOVED,
            hand,
            to_tell=to_come,
            session_id=session_id,
            before=before,
            after=after,
        )
    if venue is not None:
        await _move_to(db, course, session, await _venue(db, venue, address), hand)
    await _changed(db, course, hand)
    await shorten_offers(db, session.course_id, hand)


async def add_session(
    db: AsyncSession,
    course_id: int,
    hand: Hand,
    *,
    starts_at: datetime,
    ends_at: datetime | None,
    venue: str | None = None,
    address: str = "",
) -> int:
    """One more meeting. Returns its id."""
    course = await _locked(db, course_id)
    _check_times(starts_at, ends_at)
    last = await db.scalar(select(func.max(col(Session.position))).where(col(Session.course_id) == course_id))
    session = Session(course_id=course_id, position=(last or 0) + 1, starts_at=starts_at, ends_at=ends_at)
    if venue is not None:
        session.venue_id = (await _venue(db, venue, address)).id
    db.add(session)
    await _changed(db, course, hand)
    assert session.id is not None  # noqa: S101 - a flushed row has its key
    await record(
        db,
        course_id,
        CourseChangeKind.SESSION_ADDED,
        hand,
        to_tell=starts_at > hand.at,
        session_id=session.id,
        after=span_of(session),
    )
    return session.id


async def change_venue(db: AsyncSession, course_id: int, hand: Hand, *, venue: str, address: str = "") -> None:
    """Another place for the whole course."""
    course = await _locked(db, course_id)
    await _move_to(db, course, None, await _venue(db, venue, address), hand)
    await _changed(db, course, hand)


async def change_capacity(db: AsyncSession, course_id: int, hand: Hand, *, capacity: int | None, zone: ZoneInfo) -> int:
    """More or fewer places (None: as many as come). Whoever waits is asked at once; returns how many changed.

    Refused below what is taken.
    """
    course = await _locked(db, course_id)
    taken = await seats_in_use(db, course)
    if capacity is not None and capacity < max(taken, 1):
        raise ChangeError(f"いま{taken}席がうまっています。定員を{capacity}にはできません。")
    if capacity == course.capacity:
        return 0
    before, course.capacity = course.capacity, capacity
    await _changed(db, course, hand)
    await record(
        db,
        course_id,
        CourseChangeKind.CAPACITY_CHANGED,
        hand,
        to_tell=False,  # who moves up is told by their application
        before=None if before is None else str(before),
        after=None if capacity is None else str(capacity),
    )
    return await settle(db, course_id, now=hand.at, zone=zone)


async def seats_in_use(db: AsyncSession, course: Course) -> int:
    """The least capacity that a course can have now: its seats taken, or those of its fullest session."""
    if not (await rules_of(db, course.id or 0)).by_session:
        return course.seats_taken
    fullest = await db.scalar(select(func.max(col(Session.seats_taken))).where(col(Session.course_id) == course.id))
    return max(course.seats_taken, fullest or 0)


async def _hold_sessions(db: AsyncSession, course_id: int, hand: Hand) -> None:
    """Where a list called off every date to come, they are held again; a single one that was cancelled stays so."""
    found = await db.scalars(
        select(Session).where(col(Session.course_id) == course_id, col(Session.starts_at) > hand.at)
    )
    to_come = found.all()
    if all(session.cancelled for session in to_come):
        for session in to_come:
            session.cancelled = False


async def _locked(db: AsyncSession, course_id: int) -> Course:
    await lock(db, [course_id])
    course = await db.get(Course, course_id, populate_existing=True)
    if course is None:
        raise ChangeError(f"講座{course_id}はありません。")
    return course


async def _locked_session(db: AsyncSession, session_id: int) -> tuple[Course, Session]:
    course_id = await db.scalar(select(col(Session.course_id)).where(col(Session.id) == session_id))
    if course_id is None:
        raise ChangeError(f"回{session_id}はありません。")
    course = await _locked(db, course_id)
    session = await db.get(Session, session_id, populate_existing=True)
    if session is None:
        raise ChangeError(f"回{session_id}はありません。")
    return course, session


def _check_times(starts_at: datetime, ends_at: datetime | None) -> None:
    if ends_at is not None and ends_at <= starts_at:
        raise ChangeError("終わりの時刻は、始まりより後にしてください。")


async def _move_to(db: AsyncSession, course: Course, session: Session | None, venue: Venue, hand: Hand) -> None:
    """Another place, for the course or for one session; recorded where it is another one."""
    moving, to_come = (course, course.ends_at) if session is None else (session, session.starts_at)
    before_id = moving.venue_id or course.venue_id
    if venue.id == before_id:
        return
    before = await db.get(Venue, before_id) if before_id is not None else None
    moving.venue_id = venue.id
    db.add(moving)
    await record(
        db,
        course.id or 0,
        CourseChangeKind.VENUE_CHANGED,
        hand,
        to_tell=to_come is None or to_come > hand.at,
        session_id=session.id if session is not None else None,
        before=before.name if before else None,
        after=venue.name,
    )


async def _venue(db: AsyncSession, name: str, address: str) -> Venue:
    """The place of this name, which is added where nobody knows it."""
    known = select(Venue).where(col(Venue.name) == name).order_by(col(Venue.id))
    found = (await db.scalars(known.where(col(Venue.address) == address) if address else known)).first()
    if found is None:
        found = Venue(name=name, address=address)
        db.add(found)
        await db.flush()
    return found


async def _changed(db: AsyncSession, course: Course, hand: Hand) -> None:
    """Brings the course's own dates up to date, and lets search know."""
    await db.flush()
    dates = await db.execute(
        select(
            func.min(col(Session.starts_at)), func.max(func.coalesce(col(Session.ends_at), col(Session.starts_at)))
        ).where(col(Session.course_id) == course.id, ~col(Session.cancelled))
    )
    first, last = dates.one()
    if first is not None:
        course.starts_at, course.ends_at = first, last
    course.updated_at = hand.at
    db.add(course)
    await db.flush()
    await raise_version(db)
