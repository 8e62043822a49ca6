"""One resident on two platforms: a one-time code joins them, with one seat and one set of reminders."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import registration
from catalog.models import (
    ChannelAccount,
    CourseMark,
    Interest,
    LinkCode,
    Participant,
    Person,
    Registration,
    Relation,
    Resident,
    Search,
)

VALID_FOR = timedelta(minutes=10)
_DIGITS = 8  # read off one phone and typed into the other


async def new_code(db: AsyncSession, resident_id: int, *, now: datetime) -> str:
    """A fresh code of eight digits, valid for ten minutes; an older one of the same resident ends."""
    await db.execute(delete(LinkCode).where(col(LinkCode.resident_id) == resident_id))
    code = "".join(secrets.choice("0123456789") for _ in range(_DIGITS))
    db.add(LinkCode(code_hash=_hash(code), resident_id=resident_id, expires_at=now + VALID_FOR))
    await db.flush()
    return code


@dataclass(frozen=True, slots=True)
class Linked:
    """The one resident that remains, and registrations that got places which were held twice: they are to be told."""

    resident: Resident
    promoted: tuple[Registration, ...]


async def redeem(db: AsyncSession, code: str, *, by: Resident, now: datetime) -> Linked | None:
    """Joins `by` to the resident who made the code; None for a code that is unknown or too old.

    A code works once. Of two registrations of one person for one course the later one is cancelled.
    """
    found = await db.get(LinkCode, _hash(code))
    if found is None or found.expires_at < now or found.resident_id == by.id or by.id is None:
        return None
    keeper = await db.get(Resident, found.resident_id)
    if keeper is None:
        return None
    await db.delete(found)
    await db.flush()
    return Linked(keeper, await _merge(db, source=by.id, target=found.resident_id, now=now))


async def _merge(db: AsyncSession, *, source: int, target: int, now: datetime) -> tuple[Registration, ...]:
    promoted = await _merge_selves(db, source=source, target=target, now=now)
    for table in (ChannelAccount, Person, Registration, Search):
        await db.execute(update(table).where(col(table.resident_id) == source).values(resident_id=target))
    for row in (await db.scalars(select(Interest).where(col(Interest.resident_id) == source))).all():
        await db.merge(Interest(resident_id=target, field_code=row.field_code))
    for mark in (await db.scalars(select(CourseMark).where(col(CourseMark.resident_id) == source))).all():
        await db.merge(
            CourseMark(resident_id=target, course_id=mark.course_id, kind=mark.kind, created_at=mark.created_at)
        )
    await db.flush()
    await db.execute(delete(Resident).where(col(Resident.id) == source).execution_options(synchronize_session=False))
    return promoted


async def _merge_selves(db: AsyncSession, *, source: int, target: int, now: datetime) -> tuple[Registration, ...]:
    """The two `self` persons are one human: what either told of their age stays, what both applied for counts once."""
    mine, other = await _self_of(db, target), await _self_of(db, source)
    if mine is None or other is None:
        return ()
    if mine.age_min is None and mine.birth_year is None:
        mine.birth_year, mine.birth_month = other.birth_year, other.birth_month
        mine.age_min, mine.age_max, mine.age_told_at = other.age_min, other.age_max, other.age_told_at
        db.add(mine)
    promoted: list[Registration] = []
    taken = await _courses_of(db, mine)
    for course_id, registration_id in (await _courses_of(db, other)).items():
        if course_id in taken:
            later = max(registration_id, taken[course_id])
            owner = source if later == registration_id else target
            done = await registration.cancel(db, later, resident_id=owner, now=now)
            promoted += done.promoted if done else ()
    await db.execute(update(Participant).where(col(Participant.person_id) == other.id).values(person_id=mine.id))
    await db.flush()
    await db.execute(delete(Person).where(col(Person.id) == other.id).execution_options(synchronize_session=False))
    return tuple(promoted)


async def _self_of(db: AsyncSession, resident_id: int) -> Person | None:
    rows = await db.scalars(
        select(Person).where(col(Person.resident_id) == resident_id, col(Person.relation) == Relation.SELF)
    )
    return rows.first()


async def _courses_of(db: AsyncSession, person: Person) -> dict[int, int]:
    """The courses in which the person has a place, with their registration."""
    rows = await db.execute(
        select(col(Participant.course_id), col(Participant.registration_id)).where(
            col(Participant.person_id) == person.id, col(Participant.active)
        )
    )
    return {row[0]: row[1] for row in rows}


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
