"""Taking and giving back places. Every verb runs in the caller's transaction and may be repeated without harm.

Seats are exact at any load: they are taken by one conditional UPDATE, and a person stands in a course once by a unique
index. While a course has a waitlist, newcomers join its end; nobody overtakes.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import eligibility
from catalog.eligibility import Refusal
from catalog.models import (
    CapacityUnit,
    Course,
    Participant,
    Person,
    Registration,
    RegistrationState,
    Selection,
)
from catalog.people import is_self
from catalog.search.entry import CourseEntry

ACTIVE = (RegistrationState.CONFIRMED, RegistrationState.ENTERED, RegistrationState.WAITLISTED)

# No letter or digit that is mistaken for another when read aloud or copied by hand.
_RECEIPT_ALPHABET = "234679ACDEFHJKMNPRTWXY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What an application led to. `already`: it was there before. `position` on the waitlist counts from 1."""

    registration: Registration
    already: bool = False
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """A cancellation and who got the places: `promoted` are to be told."""

    registration: Registration
    promoted: tuple[Registration, ...] = ()


def takes_registrations(course: CourseEntry) -> bool:
    """Whether one applies here at all; otherwise one just comes, and can only note the date."""
    return course.registration_needed is True or course.selection is not Selection.NONE


def seats_for(course: CourseEntry, party: Sequence[Person]) -> int:
    """How many places the party takes, in the course's own unit. A course that needs no registration counts none."""
    if not takes_registrations(course):
        return 0
    if course.capacity_unit is CapacityUnit.FAMILY:
        return 1
    if course.capacity_unit is CapacityUnit.PAIR:
        return max(1, sum(not is_self(someone) for someone in party))
    return len(party)


async def apply(
    db: AsyncSession, course: CourseEntry, party: Sequence[Person], *, resident_id: int, now: datetime, zone: ZoneInfo
) -> Applied | Refusal:
    """Applies for the whole party, all or none. Applying again gives the registration that is already there.

    First come: confirmed while places last, else the waitlist. Lottery: entered. No registration needed: noted.
    """
    known = await _registration_of(db, course.id, party)
    if known is not None:
        return Applied(registration=known, already=True, position=await position(db, known))
    refusal = eligibility.window(course, now) or next(
        (found for someone in party if (found := eligibility.person(course, someone, now=now, zone=zone))), None
    )
    if refusal is not None:
        return refusal
    seats = seats_for(course, party)
    state = await _admit(db, course, seats)
    registration = Registration(
        receipt=_receipt(),
        course_id=course.id,
        resident_id=resident_id,
        state=state,
        seats=seats,
        created_at=now,
        changed_at=now,
    )
    db.add(registration)
    await db.flush()
    await db.execute(
        insert(Participant),
        [
            {"registration_id": registration.id, "person_id": someone.id, "course_id": course.id, "active": True}
            for someone in party
        ],
    )
    return Applied(registration=registration, position=await position(db, registration))


async def cancel(db: AsyncSession, registration_id: int, *, resident_id: int, now: datetime) -> Cancelled | None:
    """Cancels the resident's own registration and gives its places to the waitlist. None if there is no such one."""
    registration = await db.get(Registration, registration_id, with_for_update=True)
    if registration is None or registration.resident_id != resident_id:
        return None
    if registration.state not in ACTIVE:
        return Cancelled(registration=registration)
    held = registration.seats if registration.state is RegistrationState.CONFIRMED else 0
    registration.state = RegistrationState.CANCELLED
    registration.changed_at = now
    db.add(registration)
    await db.flush()
    await db.execute(
        update(Participant).where(col(Participant.registration_id) == registration_id).values(active=False)
    )
    await _release(db, registration.course_id, held)
    return Cancelled(registration=registration, promoted=await promote(db, registration.course_id, now=now))


async def promote(db: AsyncSession, course_id: int, *, now: datetime) -> tuple[Registration, ...]:
    """Confirms waiting parties in their order while places last. The first that does not fit holds up the rest."""
    promoted = []
    waiting = await db.scalars(
        select(Registration)
        .where(col(Registration.course_id) == course_id, col(Registration.state) == RegistrationState.WAITLISTED)
        .order_by(col(Registration.id))
    )
    for registration in waiting.all():
        if not await _take(db, course_id, registration.seats):
            break
        registration.state = RegistrationState.CONFIRMED
        registration.changed_at = now
        db.add(registration)
        promoted.append(registration)
    await db.flush()
    return tuple(promoted)


async def position(db: AsyncSession, registration: Registration) -> int | None:
    """The party's place on the waitlist, from 1; None for a registration that is not waiting."""
    if registration.state is not RegistrationState.WAITLISTED:
        return None
    ahead = await db.scalar(
        select(func.count())
        .select_from(Registration)
        .where(_waiting(registration.course_id), col(Registration.id) <= registration.id)
    )
    return ahead or 1


async def of_resident(db: AsyncSession, resident_id: int, *, active_only: bool = True) -> list[Registration]:
    """The resident's registrations, in the order they were made."""
    query = select(Registration).where(col(Registration.resident_id) == resident_id).order_by(col(Registration.id))
    if active_only:
        query = query.where(col(Registration.state).in_(ACTIVE))
    return list((await db.scalars(query)).all())


async def party_of(db: AsyncSession, registration_id: int) -> list[Person]:
    """The people of a registration, the resident first."""
    people = await db.scalars(
        select(Person)
        .join(Participant, col(Participant.person_id) == col(Person.id))
        .where(col(Participant.registration_id) == registration_id)
        .order_by(col(Person.id))
    )
    return list(people.all())


@dataclass(frozen=True, slots=True)
class Seats:
    """How full a course is: places taken of `capacity` (None: unlimited), parties waiting, parties in the lottery."""

    capacity: int | None
    taken: int
    waiting: int
    entered: int

    @property
    def left(self) -> int | None:
        """Free places, or None where they are not limited. None is free while somebody waits."""
        if self.capacity is None:
            return None
        return 0 if self.waiting else max(0, self.capacity - self.taken)


async def seats(db: AsyncSession, course_ids: Sequence[int]) -> dict[int, Seats]:
    """How full the courses are, in one query for all of them."""
    if not course_ids:
        return {}
    waiting = _count_of(RegistrationState.WAITLISTED)
    entered = _count_of(RegistrationState.ENTERED)
    rows = await db.execute(
        select(col(Course.id), col(Course.capacity), col(Course.seats_taken), waiting, entered).where(
            col(Course.id).in_(course_ids)
        )
    )
    return {int(row[0] or 0): Seats(capacity=row[1], taken=row[2], waiting=row[3], entered=row[4]) for row in rows}


async def forget(db: AsyncSession, resident_id: int, *, now: datetime) -> tuple[Registration, ...]:
    """Gives back every place of a resident and removes the registrations. Returns who was promoted, to be told."""
    promoted: list[Registration] = []
    for registration in await of_resident(db, resident_id):
        if registration.id is not None:
            done = await cancel(db, registration.id, resident_id=resident_id, now=now)
            promoted += done.promoted if done else ()
    await db.execute(delete(Registration).where(col(Registration.resident_id) == resident_id))
    return tuple(other for other in promoted if other.resident_id != resident_id)


async def _admit(db: AsyncSession, course: CourseEntry, seats: int) -> RegistrationState:
    if course.selection is Selection.LOTTERY:
        return RegistrationState.ENTERED
    if not seats or await _take(db, course.id, seats, behind_waitlist=True):
        return RegistrationState.CONFIRMED
    return RegistrationState.WAITLISTED


async def _take(db: AsyncSession, course_id: int, seats: int, *, behind_waitlist: bool = False) -> bool:
    """Takes seats if they are there; with `behind_waitlist` only when nobody waits."""
    taking = update(Course).where(
        col(Course.id) == course_id,
        col(Course.capacity).is_(None) | (col(Course.seats_taken) + seats <= col(Course.capacity)),
    )
    if behind_waitlist:
        taking = taking.where(~exists().where(_waiting(course_id)))
    result = await db.execute(
        taking.values(seats_taken=Course.seats_taken + seats).execution_options(synchronize_session=False)
    )
    return bool(getattr(result, "rowcount", 0))


async def _release(db: AsyncSession, course_id: int, seats: int) -> None:
    if seats:
        await db.execute(
            update(Course)
            .where(col(Course.id) == course_id)
            .values(seats_taken=Course.seats_taken - seats)
            .execution_options(synchronize_session=False)
        )


async def _registration_of(db: AsyncSession, course_id: int, party: Sequence[Person]) -> Registration | None:
    """The active registration that any of the party already stands in."""
    return (
        await db.scalars(
            select(Registration)
            .join(Participant, col(Participant.registration_id) == col(Registration.id))
            .where(
                col(Participant.course_id) == course_id,
                col(Participant.active),
                col(Participant.person_id).in_([someone.id for someone in party]),
            )
            .limit(1)
        )
    ).first()


def _waiting(course_id: int) -> ColumnElement[bool]:
    return (col(Registration.course_id) == course_id) & (col(Registration.state) == RegistrationState.WAITLISTED)


def _count_of(state: RegistrationState) -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(Registration)
        .where(col(Registration.course_id) == col(Course.id), col(Registration.state) == state)
        .correlate(Course)
        .scalar_subquery()
    )


def _receipt() -> str:
    """Eight signs in two groups: 54,000 million numbers, so that none is guessed or met twice."""
    signs = [secrets.choice(_RECEIPT_ALPHABET) for _ in range(8)]
    return f"{''.join(signs[:4])}-{''.join(signs[4:])}"
