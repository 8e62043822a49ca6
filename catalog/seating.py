"""The places of a course as the database holds them: locked, asked for, taken, given back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog.models import Course, CourseStatus, Registration, RegistrationState, Session


@dataclass(frozen=True, slots=True)
class Stored:
    """What decides about applications, as stored: newer, it may be, than the entry that was shown."""

    status: CourseStatus
    capacity: int | None


async def lock(db: AsyncSession, course_ids: Iterable[int]) -> dict[int, Stored]:
    """The courses, whose places nobody else can change until the transaction ends.

    Whoever comes later waits here and then sees what came before. On SQLite the one writer is alone anyway.
    """
    rows = await db.execute(
        select(col(Course.id), col(Course.status), col(Course.capacity))
        .where(col(Course.id).in_(set(course_ids)))
        .order_by(col(Course.id))
        .with_for_update(key_share=True)  # rows that only refer to the course need not wait
    )
    return {row[0] or 0: Stored(row[1], row[2]) for row in rows}


async def take(db: AsyncSession, course_id: int, seats: int, *, behind_waitlist: bool = False) -> bool:
    """Takes seats if they are there; with `behind_waitlist` only when nobody waits."""
    taking = update(Course).where(
        col(Course.id) == course_id,
        col(Course.capacity).is_(None) | (col(Course.seats_taken) + seats <= col(Course.capacity)),
    )
    if behind_waitlist:
        taking = taking.where(~exists().where(waiting(course_id)))
    result = await db.execute(
        taking.values(seats_taken=Course.seats_taken + seats).execution_options(synchronize_session=False)
    )
    return bool(getattr(result, "rowcount", 0))


async def release(db: AsyncSession, course_id: int, seats: int) -> None:
    """Gives seats back, to whoever is let in next."""
    if seats:
        await db.execute(
            update(Course)
            .where(col(Course.id) == course_id)
            .values(seats_taken=Course.seats_taken - seats)
            .execution_options(synchronize_session=False)
        )


def waiting(course_id: int) -> ColumnElement[bool]:
    """The registrations on the waitlist of a course."""
    return (col(Registration.course_id) == course_id) & (col(Registration.state) == RegistrationState.WAITLISTED)


async def to_come(db: AsyncSession, course_id: int, now: datetime) -> bool:
    """Whether a session of the course has yet to begin."""
    coming = exists().where(col(Session.course_id) == course_id, ~col(Session.cancelled), col(Session.starts_at) > now)
    return bool(await db.scalar(select(coming)))
