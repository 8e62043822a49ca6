"""The seats of a course and of its childcare, as the database holds them: locked, counted, taken, given back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Table, Update, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog.models import Course, CourseRules, CourseStatus, Registration, RegistrationState, Session
from catalog.upsert import insert_missing, table

# What every application runs is built once: building a statement costs more than running it.
_courses, _sessions = table(Course), table(Session)
_LOCK = (
    select(_courses.c.status, _courses.c.capacity)
    .where(_courses.c.id == bindparam("course"))
    .with_for_update(key_share=True)  # rows that only refer to the course need not wait
)


class Place(NamedTuple):
    """What seats are counted of: a course, or one of its sessions where one applies for single ones."""

    course_id: int
    session_id: int | None = None


class Room(NamedTuple):
    """Seats in the course's unit, and children in its childcare."""

    seats: int = 0
    childcare: int = 0

    def less(self, other: "Room") -> "Room":
        return Room(self.seats - other.seats, self.childcare - other.childcare)


@dataclass(frozen=True, slots=True)
class Stored:
    """What decides about applications, as stored: newer, it may be, than the entry that was shown."""

    status: CourseStatus
    capacity: int | None


async def lock(db: AsyncSession, course_ids: Iterable[int]) -> dict[int, Stored]:
    """The courses, whose seats nobody else can change until the transaction ends.

    Whoever comes later waits here and then sees what came before. On SQLite the one writer is alone anyway.
    """
    await db.flush()
    found = {}
    for course_id in sorted(set(course_ids)):  # always in the same order, so that no two wait for each other
        if (row := (await db.execute(_LOCK, {"course": course_id})).first()) is not None:
            found[course_id] = Stored(*row)
    return found


async def change(db: AsyncSession, place: Place, by: Room) -> bool:
    """Takes (or, where negative, gives back) seats and childcare together; False, and nothing changed, if too few."""
    if by.seats and not await _change_seats(db, place, by.seats):
        return False
    if by.childcare and not await _change_childcare(db, place.course_id, by.childcare):
        if by.seats:
            await _change_seats(db, place, -by.seats)
        return False
    return True


def _changing(counted: Table) -> Update:
    by = bindparam("by", type_=counted.c.seats_taken.type)
    return counted.update().where(counted.c.id == bindparam("counted")).values(seats_taken=counted.c.seats_taken + by)


def _taking(counted: Table, capacity: ColumnElement[int | None]) -> Update:
    by = bindparam("by", type_=counted.c.seats_taken.type)
    return _changing(counted).where(or_(capacity.is_(None), counted.c.seats_taken + by <= capacity))


TAKE = _taking(_courses, _courses.c.capacity)  # `by` seats of the course `counted`
COURSE = _courses.c.id
_GIVE_BACK = _changing(_courses)
_TAKE_OF_SESSION = _taking(
    _sessions, select(_courses.c.capacity).where(_courses.c.id == _sessions.c.course_id).scalar_subquery()
)
_GIVE_BACK_OF_SESSION = _changing(_sessions)


async def _change_seats(db: AsyncSession, place: Place, by: int) -> bool:
    if place.session_id is None:
        changing, counted = TAKE if by > 0 else _GIVE_BACK, place.course_id
    else:
        changing, counted = _TAKE_OF_SESSION if by > 0 else _GIVE_BACK_OF_SESSION, place.session_id
    result = await db.execute(changing, {"by": by, "counted": counted})
    return bool(getattr(result, "rowcount", 0))


async def _change_childcare(db: AsyncSession, course_id: int, by: int) -> bool:
    await insert_missing(db, CourseRules, [CourseRules(course_id=course_id).model_dump()])
    taken, capacity = col(CourseRules.childcare_taken), col(CourseRules.childcare_capacity)
    changing = update(CourseRules).where(col(CourseRules.course_id) == course_id)
    if by > 0:
        changing = changing.where(capacity.is_(None) | (taken + by <= capacity))
    result = await db.execute(changing.values(childcare_taken=taken + by).execution_options(synchronize_session=False))
    return bool(getattr(result, "rowcount", 0))


@dataclass(frozen=True, slots=True)
class Free:
    """What is free, and of how many seats; None is without limit."""

    seats: int | None
    childcare: int | None
    capacity: int | None = None

    @property
    def is_full(self) -> bool:
        """Below zero where the course has become smaller than who is in it."""
        return self.seats is not None and self.seats <= 0

    def holds(self, room: Room) -> bool:
        return self.has_seats(room) and (self.childcare is None or room.childcare <= self.childcare)

    def has_seats(self, room: Room) -> bool:
        return self.seats is None or room.seats <= self.seats

    def without(self, room: Room) -> "Free":
        seats = None if self.seats is None else self.seats - room.seats
        childcare = None if self.childcare is None else self.childcare - room.childcare
        return Free(seats, childcare, self.capacity)


async def free(db: AsyncSession, place: Place) -> Free:
    """What is free in a course that exists. Exact while the course is locked."""
    of_session = select(col(Session.seats_taken)).where(col(Session.id) == place.session_id).scalar_subquery()
    row = (
        await db.execute(
            select(
                col(Course.capacity) - (col(Course.seats_taken) if place.session_id is None else of_session),
                col(CourseRules.childcare_capacity) - col(CourseRules.childcare_taken),
                col(Course.capacity),
            )
            .join(CourseRules, col(CourseRules.course_id) == col(Course.id), isouter=True)
            .where(col(Course.id) == place.course_id)
        )
    ).one()
    return Free(row[0], row[1], row[2])


def waiting(place: Place) -> ColumnElement[bool]:
    """The registrations on the waitlist of a course or session."""
    return (
        (col(Registration.course_id) == place.course_id)
        & (col(Registration.state) == RegistrationState.WAITLISTED)
        & col(Registration.session_id).is_not_distinct_from(place.session_id)
    )


async def last_rank(db: AsyncSession, place: Place) -> int:
    """The rank of the last on the waitlist: whoever joins behind them has the same, and a later id."""
    return await db.scalar(select(func.max(col(Registration.rank))).where(waiting(place))) or 0


async def next_start(db: AsyncSession, place: Place, now: datetime, *, midway: bool) -> datetime | None:
    """When the next session to come starts; None if none does, or the course is under way and not joined `midway`."""
    sessions = select(func.min(col(Session.starts_at))).where(
        col(Session.course_id) == place.course_id, ~col(Session.cancelled)
    )
    if place.session_id is not None:
        sessions = sessions.where(col(Session.id) == place.session_id)
    if midway:
        sessions = sessions.where(col(Session.starts_at) > now)
    first = await db.scalar(sessions)
    return first if first is not None and first > now else None
