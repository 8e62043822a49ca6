"""What an import moves: noted beside what staff change, with the same consequences for those who applied.

What staff changed by hand stays, whatever the list says: they know better than it does. Dates that the list adds are
not told one by one: reminders follow.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog.course_changes import Hand, bring_back, end_registrations, read_span, record, shorten_offers, span_of
from catalog.models import (
    Actor,
    Attendance,
    Course,
    CourseChange,
    CourseChangeKind,
    CourseStatus,
    Registration,
    Session,
    Venue,
)
from catalog.registration import ACTIVE
from catalog.registration.seating import lock
from catalog.search.entry import SessionEntry
from catalog.search.loading import session_entry

_HELD_OR_NOT = frozenset({CourseChangeKind.CANCELLED, CourseChangeKind.RESTORED})
_DRAW = frozenset({CourseChangeKind.LIST_CLOSED, CourseChangeKind.DRAWN})  # changes nothing that a list says


@dataclass(slots=True)
class Known:
    """A course as it was before the import: what is compared afterwards, and what must stay.

    `announced` are the times at which the list had the sessions that staff have moved or cancelled since; `added` the
    sessions that staff added; `kept` those that somebody's attendance or application names.
    """

    status: CourseStatus
    capacity: int | None
    venue_id: int | None
    taken: int
    sessions: dict[int, SessionEntry] = field(default_factory=dict)
    anybody: bool = False  # stands in it
    by_hand: set[CourseChangeKind] = field(default_factory=set)
    announced: dict[int, datetime] = field(default_factory=dict)
    added: set[int] = field(default_factory=set)
    kept: set[int] = field(default_factory=set)

    @property
    def untouchable(self) -> set[int]:
        return self.added | set(self.announced)

    def columns(self, columns: Mapping[str, Any]) -> dict[str, Any]:
        """The columns of a draft with what staff changed, and with no fewer places than are taken."""
        mine: dict[str, Any] = {}
        if self.by_hand & _HELD_OR_NOT:
            mine["status"] = self.status
        if CourseChangeKind.VENUE_CHANGED in self.by_hand:
            mine["venue_id"] = self.venue_id
        if CourseChangeKind.CAPACITY_CHANGED in self.by_hand:
            mine["capacity"] = self.capacity
        elif columns["capacity"] is not None:
            mine["capacity"] = max(columns["capacity"], self.taken)
        return {**columns, **mine}


async def look(db: AsyncSession, course_ids: Collection[int]) -> dict[int, Known]:
    """The courses as they are, locked, so that nobody applies while they change."""
    await lock(db, course_ids)
    rows = await db.execute(
        select(
            col(Course.id),
            col(Course.status),
            col(Course.capacity),
            col(Course.venue_id),
            col(Course.seats_taken),
            exists().where(col(Registration.course_id) == col(Course.id), col(Registration.state).in_(ACTIVE)),
        ).where(col(Course.id).in_(course_ids))
    )
    known = {
        row[0] or 0: Known(status=row[1], capacity=row[2], venue_id=row[3], taken=row[4], anybody=row[5])
        for row in rows
    }
    for session in await _sessions(db, course_ids):
        course = known[session.course_id]
        course.sessions[session.id] = session_entry(session)
        course.taken = max(course.taken, session.seats_taken)
    await _note_hands(db, known)
    await _note_named(db, known)
    return known


async def note(db: AsyncSession, known: Mapping[int, Known], *, now: datetime) -> None:
    """Writes down what is different now, and lets applications follow: once for each import that changes something."""
    hand = Hand(at=now, by=Actor.SYSTEM)
    after: dict[int, dict[int, SessionEntry]] = defaultdict(dict)
    for session in await _sessions(db, known):
        after[session.course_id][session.id] = session_entry(session)
    rows = await db.execute(
        select(col(Course.id), col(Course.status), col(Course.capacity), col(Course.venue_id)).where(
            col(Course.id).in_(known)
        )
    )
    for course_id, status, capacity, venue_id in rows.all():
        was = known[course_id or 0]
        await _note_capacity(db, course_id or 0, was.capacity, capacity, hand)
        if venue_id != was.venue_id:
            await _note_venue(db, course_id or 0, was, venue_id, hand)
        if status is was.status:
            await _note_sessions(db, course_id or 0, was, after[course_id or 0], hand)
            if was.anybody:
                await shorten_offers(db, course_id or 0, hand)
        else:
            await _note_status(db, course_id or 0, status, hand)


async def _sessions(db: AsyncSession, course_ids: Collection[int]) -> list[Any]:
    sessions = Session.__table__  # type: ignore[attr-defined] # SQLModel does not declare it
    found = await db.execute(
        select(sessions).where(sessions.c.course_id.in_(course_ids)).order_by(sessions.c.starts_at, sessions.c.id)
    )
    return list(found)


async def _note_hands(db: AsyncSession, known: Mapping[int, Known]) -> None:
    """What staff changed; of being held or not the newest word counts, whoever said it."""
    changes = await db.scalars(
        select(CourseChange).where(col(CourseChange.course_id).in_(known)).order_by(col(CourseChange.id))
    )
    for change in changes:
        course, staff = known[change.course_id], change.by is Actor.STAFF
        if change.kind in _HELD_OR_NOT:
            course.by_hand -= _HELD_OR_NOT
        if not staff or change.kind in _DRAW:
            continue
        if change.session_id is None:
            course.by_hand.add(change.kind)
        elif change.kind is CourseChangeKind.SESSION_ADDED:
            course.added.add(change.session_id)
        elif change.session_id in course.sessions:
            told = read_span(change.before) if change.before and "/" in change.before else None
            start = told.starts_at if told else course.sessions[change.session_id].starts_at
            course.announced.setdefault(change.session_id, start)


async def _note_named(db: AsyncSession, known: Mapping[int, Known]) -> None:
    """Sessions that cannot go, since something that somebody did names them."""
    attended = select(col(Session.course_id), col(Session.id)).join(
        Attendance, col(Attendance.session_id) == col(Session.id)
    )
    chosen = select(col(Registration.course_id), col(Registration.session_id)).where(
        col(Registration.session_id).is_not(None)
    )
    for query, course_id in ((attended, col(Session.course_id)), (chosen, col(Registration.course_id))):
        for course, session in await db.execute(query.where(course_id.in_(known)).distinct()):
            known[course].kept.add(session or 0)


async def _note_capacity(db: AsyncSession, course_id: int, before: int | None, after: int | None, hand: Hand) -> None:
    if before != after:
        said = [None if value is None else str(value) for value in (before, after)]
        kind = CourseChangeKind.CAPACITY_CHANGED
        await record(db, course_id, kind, hand, to_tell=False, before=said[0], after=said[1])


async def _note_venue(db: AsyncSession, course_id: int, was: Known, venue_id: int | None, hand: Hand) -> None:
    before = await db.get(Venue, was.venue_id) if was.venue_id is not None else None
    after = await db.get(Venue, venue_id) if venue_id is not None else None
    names = [venue.name if venue else None for venue in (before, after)]
    if names[0] != names[1]:
        await record(
            db,
            course_id,
            CourseChangeKind.VENUE_CHANGED,
            hand,
            to_tell=was.anybody,
            before=names[0],
            after=names[1],
        )


async def _note_status(db: AsyncSession, course_id: int, status: CourseStatus, hand: Hand) -> None:
    if status is CourseStatus.CANCELLED:
        await record(db, course_id, CourseChangeKind.CANCELLED, hand, to_tell=False)  # each application tells it
        await end_registrations(db, course_id, hand)
    elif status is CourseStatus.SCHEDULED:
        await record(db, course_id, CourseChangeKind.RESTORED, hand, to_tell=False)
        await bring_back(db, course_id, hand)


async def _note_sessions(
    db: AsyncSession, course_id: int, was: Known, sessions: Mapping[int, SessionEntry], hand: Hand
) -> None:
    for number, session in sessions.items():
        before = was.sessions.get(number)
        spans: tuple[str | None, str | None]
        if before is None or (before.cancelled and not session.cancelled):
            kind, spans = CourseChangeKind.SESSION_ADDED, (None, span_of(session))
        elif session.cancelled and not before.cancelled:
            kind, spans = CourseChangeKind.SESSION_CANCELLED, (span_of(before), None)
            await end_registrations(db, course_id, hand, session_id=number)
        elif not session.cancelled and _moved(before, session):
            kind, spans = CourseChangeKind.SESSION_MOVED, (span_of(before), span_of(session))
        else:
            continue
        told = kind is not CourseChangeKind.SESSION_ADDED and was.anybody
        to_come = max(session.starts_at, before.starts_at if before else session.starts_at) > hand.at
        await record(
            db,
            course_id,
            kind,
            hand,
            to_tell=told and to_come,
            session_id=number,
            before=spans[0],
            after=spans[1],
        )


def _moved(before: SessionEntry, after: SessionEntry) -> bool:
    """Whether somebody would come at the wrong time; an end that was not said before moves nobody."""
    ends = (before.ends_at, after.ends_at)
    return (before.starts_at, before.all_day) != (after.starts_at, after.all_day) or (
        None not in ends and ends[0] != ends[1]
    )
