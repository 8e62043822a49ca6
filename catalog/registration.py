"""Taking and giving back places. Every verb runs in the caller's transaction and may be repeated without harm.

Seats are exact at any load: they are taken by one conditional UPDATE, and a person stands in a course once by a unique
index. While a course has a waitlist, newcomers join its end; nobody overtakes. For that every verb begins by locking
the course. Courses are locked before residents, each in the order of their ids, so that nobody waits in a circle.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import eligibility, seating
from catalog.eligibility import Refusal, RefusalCode
from catalog.models import (
    CapacityUnit,
    Course,
    CourseStatus,
    Participant,
    Person,
    Registration,
    RegistrationState,
    Relation,
    Resident,
    Selection,
)
from catalog.search.entry import CourseEntry

ACTIVE = (RegistrationState.CONFIRMED, RegistrationState.ENTERED, RegistrationState.WAITLISTED)

# Who comes along with a child where a course counts pairs.
_CARERS = frozenset({Relation.SELF, Relation.PARTNER, Relation.PARENT})

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


def takes_registrations(course: CourseEntry | Course) -> bool:
    """Whether one applies here at all; otherwise one just comes, and can only note the date."""
    if course.registration_needed is None:
        return course.selection is not Selection.NONE
    return course.registration_needed


def seats_for(course: CourseEntry | Course, party: Sequence[Person]) -> int:
    """How many places the party takes, in the course's own unit. A course that needs no registration counts none."""
    if not takes_registrations(course):
        return 0
    if course.capacity_unit is CapacityUnit.FAMILY:
        return 1
    if course.capacity_unit is CapacityUnit.PAIR:
        return max(1, sum(someone.relation not in _CARERS for someone in party))
    return len(party)


async def apply(
    db: AsyncSession, course: CourseEntry, party: Sequence[Person], *, resident_id: int, now: datetime, zone: ZoneInfo
) -> Applied | Refusal:
    """Applies for the whole party (at least one person), all or none.

    Whoever of them stands in the course already keeps that place: the others apply, and where there are no others the
    registration that is there is given. First come: confirmed while places last, else the waitlist. Lottery: entered.
    No registration needed: noted.
    """
    stored = (await seating.lock(db, [course.id])).get(course.id)
    standing = await _standing(db, course.id, party)
    newcomers = [someone for someone in party if someone.id not in standing]
    if not newcomers:
        known = standing[party[0].id]
        return Applied(registration=known, already=True, position=await position(db, known))
    seats = seats_for(course, newcomers)
    refusal = _closed(stored, seats) or eligibility.party(course, newcomers, now=now, zone=zone)
    if refusal is not None:
        return refusal
    registration = Registration(
        receipt=_receipt(),
        course_id=course.id,
        resident_id=resident_id,
        state=await _admit(db, course, seats),
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
            for someone in newcomers
        ],
    )
    return Applied(registration=registration, position=await position(db, registration))


async def cancel(db: AsyncSession, registration_id: int, *, resident_id: int, now: datetime) -> Cancelled | None:
    """Cancels the resident's own registration and gives its places to the waitlist. None if there is no such one."""
    registration = await _own(db, registration_id, resident_id)
    if registration is None or registration.state not in ACTIVE:
        return None if registration is None else Cancelled(registration=registration)
    if registration.state is RegistrationState.CONFIRMED:
        await seating.release(db, registration.course_id, registration.seats)
    registration.state = RegistrationState.CANCELLED
    registration.changed_at = now
    await db.flush()
    await db.execute(
        update(Participant).where(col(Participant.registration_id) == registration_id).values(active=False)
    )
    return Cancelled(registration=registration, promoted=await promote(db, registration.course_id, now=now))


async def withdraw(
    db: AsyncSession, registration_id: int, person_id: int, *, resident_id: int, now: datetime
) -> Cancelled | None:
    """Takes one person out of a party; the others keep what they have. Cancels it when nobody else is left."""
    registration = await _own(db, registration_id, resident_id)
    if registration is None or registration.state not in ACTIVE:
        return None if registration is None else Cancelled(registration=registration)
    rest = [someone for someone in await party_of(db, registration_id) if someone.id != person_id]
    course = await db.get(Course, registration.course_id)
    if not rest or course is None:
        return await cancel(db, registration_id, resident_id=resident_id, now=now)
    seats = min(registration.seats, seats_for(course, rest))
    if registration.state is RegistrationState.CONFIRMED:
        await seating.release(db, registration.course_id, registration.seats - seats)
    registration.seats, registration.changed_at = seats, now
    await db.flush()
    await db.execute(
        delete(Participant).where(
            col(Participant.registration_id) == registration_id, col(Participant.person_id) == person_id
        )
    )
    return Cancelled(registration=registration, promoted=await promote(db, registration.course_id, now=now))


async def promote(db: AsyncSession, course_id: int, *, now: datetime) -> tuple[Registration, ...]:
    """Confirms waiting parties in their order while places last. The first that does not fit holds up the rest.

    Nobody is promoted into a course that is called off or over.
    """
    stored = (await seating.lock(db, [course_id])).get(course_id)
    if stored is None or stored.status is not CourseStatus.SCHEDULED or not await seating.to_come(db, course_id, now):
        return ()
    waiting = await db.scalars(
        select(Registration)
        .where(seating.waiting(course_id))
        .order_by(col(Registration.id))
        .execution_options(populate_existing=True)
    )
    promoted = []
    for registration in waiting.all():
        if not await seating.take(db, course_id, registration.seats):
            break
        registration.state = RegistrationState.CONFIRMED
        registration.changed_at = now
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
        .where(seating.waiting(registration.course_id), col(Registration.id) <= registration.id)
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


def _count_of(state: RegistrationState) -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(Registration)
        .where(col(Registration.course_id) == col(Course.id), col(Registration.state) == state)
        .correlate(Course)
        .scalar_subquery()
    )


# Every page of cards asks this: built once.
_SEATS = select(
    col(Course.id),
    col(Course.capacity),
    col(Course.seats_taken),
    _count_of(RegistrationState.WAITLISTED),
    _count_of(RegistrationState.ENTERED),
).where(col(Course.id).in_(bindparam("courses", expanding=True)))


async def seats(db: AsyncSession, course_ids: Sequence[int]) -> dict[int, Seats]:
    """How full the courses are, in one query for all of them."""
    if not course_ids:
        return {}
    rows = await db.execute(_SEATS, {"courses": course_ids})
    return {int(row[0] or 0): Seats(capacity=row[1], taken=row[2], waiting=row[3], entered=row[4]) for row in rows}


async def hold(db: AsyncSession, *resident_ids: int) -> set[int]:
    """Lets nobody else change these residents or their registrations until the transaction ends. Those that exist."""
    standing = await db.scalars(
        select(col(Registration.course_id)).where(
            col(Registration.resident_id).in_(resident_ids), col(Registration.state).in_(ACTIVE)
        )
    )
    await seating.lock(db, standing.all())
    # An application under way holds its resident by the foreign key, so nothing is added after this.
    held = await db.scalars(
        select(col(Resident.id)).where(col(Resident.id).in_(resident_ids)).order_by(col(Resident.id)).with_for_update()
    )
    return {found for found in held.all() if found is not None}


async def forget(db: AsyncSession, resident_id: int, *, now: datetime) -> tuple[Registration, ...]:
    """Gives back every place of a resident and removes the registrations. Returns who was promoted, to be told."""
    await hold(db, resident_id)
    promoted: list[Registration] = []
    for registration in await of_resident(db, resident_id):
        if registration.id is not None:
            done = await cancel(db, registration.id, resident_id=resident_id, now=now)
            promoted += done.promoted if done else ()
    await db.execute(delete(Registration).where(col(Registration.resident_id) == resident_id))
    return tuple(other for other in promoted if other.resident_id != resident_id)


async def _own(db: AsyncSession, registration_id: int, resident_id: int) -> Registration | None:
    """The resident's own registration, as it is once its course is locked."""
    course_id = await db.scalar(select(col(Registration.course_id)).where(col(Registration.id) == registration_id))
    if course_id is None:
        return None
    await seating.lock(db, [course_id])
    registration = await db.get(Registration, registration_id, populate_existing=True)
    return registration if registration is not None and registration.resident_id == resident_id else None


def _closed(stored: seating.Stored | None, seats: int) -> Refusal | None:
    """What the stored course says against it, which may be newer than the entry that was shown."""
    if stored is None or stored.status is not CourseStatus.SCHEDULED:
        return Refusal(RefusalCode.CANCELLED)
    if stored.capacity is not None and seats > stored.capacity:
        return Refusal(RefusalCode.TOO_MANY)
    return None


async def _admit(db: AsyncSession, course: CourseEntry, seats: int) -> RegistrationState:
    if not takes_registrations(course):
        return RegistrationState.CONFIRMED
    if course.selection is Selection.LOTTERY:
        return RegistrationState.ENTERED
    taken = await seating.take(db, course.id, seats, behind_waitlist=True)
    return RegistrationState.CONFIRMED if taken else RegistrationState.WAITLISTED


async def _standing(db: AsyncSession, course_id: int, party: Sequence[Person]) -> dict[int | None, Registration]:
    """Those of the party who stand in the course already, by id, with their registration."""
    rows = await db.execute(
        select(col(Participant.person_id), Registration)
        .join(Registration, col(Participant.registration_id) == col(Registration.id))
        .where(
            col(Participant.course_id) == course_id,
            col(Participant.active),
            col(Participant.person_id).in_([someone.id for someone in party]),
        )
    )
    return {row[0]: row[1] for row in rows}


def _receipt() -> str:
    """Eight signs in two groups: 54,000 million numbers, so that none is guessed or met twice."""
    signs = [secrets.choice(_RECEIPT_ALPHABET) for _ in range(8)]
    return f"{''.join(signs[:4])}-{''.join(signs[4:])}"
