"""Cancelling and changing: a whole registration, one person of it, another person instead, everything of a resident."""

import dataclasses
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import eligibility
from catalog.eligibility import Missing, Refusal, RefusalCode
from catalog.holding import held_by
from catalog.models import (
    ChangeReason,
    Course,
    CourseChange,
    CourseChangeKind,
    Participant,
    Person,
    Registration,
    Resident,
)
from catalog.registration import friends, seating, waitlist
from catalog.registration.lookup import (
    households,
    in_childcare,
    is_of,
    may_cancel_here,
    of_resident,
    party_of,
    rules_of,
    seats_for,
)
from catalog.registration.moving import ACTIVE, CANCELLED, Cause, by_resident, by_rule, move
from catalog.registration.seating import Room
from catalog.search.entry import CourseEntry
from catalog.standing import standing_of

_MOVES = (CourseChangeKind.SESSION_MOVED, CourseChangeKind.SESSION_CANCELLED, CourseChangeKind.VENUE_CHANGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """The registration as it is after somebody left it; others of the party may still be in it."""

    registration: Registration


async def lock_own(db: AsyncSession, registration_id: int, resident_id: int | None) -> Registration | None:
    """The resident's registration (anybody's for None) as it is once its course is locked; with friends, too."""
    course_id = await db.scalar(select(col(Registration.course_id)).where(col(Registration.id) == registration_id))
    if course_id is None:
        return None
    await seating.lock(db, [course_id])
    registration = await db.get(Registration, registration_id, populate_existing=True)
    if registration is None or resident_id is None:
        return registration
    return registration if await is_of(db, registration, resident_id) else None


async def cancel(
    db: AsyncSession, registration_id: int, *, resident_id: int, now: datetime, zone: ZoneInfo
) -> Cancelled | Refusal | None:
    """Cancels the resident's own registration for all of its party; its places are offered on. None for no such one.

    Refused after the course's own deadline, unless the course has moved since: then a call is needed. Who has only
    joined takes back their own people (`quit_party`).
    """
    registration = await lock_own(db, registration_id, resident_id)
    if registration is None:
        return None
    if registration.resident_id != resident_id:
        return await quit_party(db, registration_id, resident_id=resident_id, now=now, zone=zone)
    if registration.state in ACTIVE:
        if not await may_leave(db, registration, now):
            return Refusal(RefusalCode.TOO_LATE_TO_CANCEL)
        await end(db, registration, by_resident(ChangeReason.CANCELLED, resident_id, now), zone=zone)
    return Cancelled(registration=registration)


async def end(db: AsyncSession, registration: Registration, cause: Cause, *, zone: ZoneInfo) -> None:
    """Cancels a registration of a locked course, whatever its deadline, and offers its places on."""
    await move(db, registration, CANCELLED, cause)
    await waitlist.settle(db, registration.course_id, now=cause.at, zone=zone)


async def withdraw(
    db: AsyncSession, registration_id: int, person_id: int, *, resident_id: int, now: datetime, zone: ZoneInfo
) -> Cancelled | Refusal | None:
    """Takes one of the resident's people out of a party; the others keep what they have.

    Cancels it when nobody else is left. Whom a friend brought along only that friend can take out.
    """
    registration = await lock_own(db, registration_id, resident_id)
    if registration is None or registration.state not in ACTIVE:
        return None if registration is None else Cancelled(registration=registration)
    if not await may_leave(db, registration, now):
        return Refusal(RefusalCode.TOO_LATE_TO_CANCEL)
    own = households(await party_of(db, registration_id)).get(resident_id, [])
    if person_id not in {someone.id for someone in own}:
        return Cancelled(registration=registration)
    return await leave(db, registration, person_id, by_resident(ChangeReason.PERSON_LEFT, resident_id, now), zone=zone)


async def quit_party(
    db: AsyncSession, registration_id: int, *, resident_id: int, now: datetime, zone: ZoneInfo
) -> Cancelled | Refusal | None:
    """Takes all of the resident's people out of a party with friends. If it was theirs, it is the first friend's now.

    Cancels it when nobody else is in it.
    """
    registration = await lock_own(db, registration_id, resident_id)
    if registration is None or registration.state not in ACTIVE:
        return None if registration is None else Cancelled(registration=registration)
    if not await may_leave(db, registration, now):
        return Refusal(RefusalCode.TOO_LATE_TO_CANCEL)
    own = households(await party_of(db, registration_id)).get(resident_id, [])
    cause = by_resident(ChangeReason.FRIENDS_LEFT, resident_id, now)
    await _take_out(db, registration, {someone.id for someone in own}, cause)
    await waitlist.settle(db, registration.course_id, now=now, zone=zone)
    return Cancelled(registration=registration)


async def leave(
    db: AsyncSession, registration: Registration, person_id: int, cause: Cause, *, zone: ZoneInfo
) -> Cancelled:
    """Takes one person out of a registration of a locked course, whatever its deadline. Nothing if they have left."""
    await _take_out(db, registration, {person_id}, cause.because(cause.reason, person_id=person_id))
    await waitlist.settle(db, registration.course_id, now=cause.at, zone=zone)
    return Cancelled(registration=registration)


async def _take_out(db: AsyncSession, registration: Registration, leaving: Set[int | None], cause: Cause) -> None:
    """Takes people out of a registration of a locked course; cancels it when nobody is left who attends.

    Children in childcare go with the last of their own household.
    """
    number = registration.id or 0
    party = await party_of(db, number)
    course = await db.get(Course, registration.course_id)
    rest = [someone for someone in party if someone.id not in leaving]
    if registration.state not in ACTIVE or len(rest) == len(party) or course is None:
        return
    cared = await in_childcare(db, number)
    attending = [someone for someone in rest if someone.id not in cared]
    if not attending:
        await move(db, registration, CANCELLED, cause.because(ChangeReason.CANCELLED))
        return
    homes = {someone.resident_id for someone in attending}
    staying = {someone.id for someone in rest if someone.resident_id in homes}
    gone = [someone.id for someone in party if someone.id not in staying]
    room = Room(min(registration.seats, seats_for(course, attending)), len(cared & staying))
    await db.execute(
        delete(Participant).where(col(Participant.registration_id) == number, col(Participant.person_id).in_(gone))
    )
    await move(db, registration, registration.state, cause, room=room, expires_at=registration.expires_at)
    if registration.shared:
        await friends.keep(db, registration, homes)


async def count_again(db: AsyncSession, registration_id: int, cause: Cause, *, zone: ZoneInfo) -> None:
    """Gives back what the party does not need any more since two of its households have become one."""
    registration = await lock_own(db, registration_id, None)
    if registration is None or registration.state not in ACTIVE:
        return
    course, cared = await db.get_one(Course, registration.course_id), await in_childcare(db, registration_id)
    attending = [someone for someone in await party_of(db, registration_id) if someone.id not in cared]
    room = Room(min(registration.seats, seats_for(course, attending)), len(cared))
    await move(db, registration, registration.state, cause, room=room, expires_at=registration.expires_at)
    await waitlist.settle(db, registration.course_id, now=cause.at, zone=zone)


async def replace(
    db: AsyncSession,
    course: CourseEntry,
    registration_id: int,
    person_id: int,
    instead: Person,
    *,
    resident_id: int,
    now: datetime,
    zone: ZoneInfo,
) -> Cancelled | Refusal | Missing | None:
    """Another person of the resident comes instead of one of theirs. They must be allowed to, and fit in."""
    registration = await lock_own(db, registration_id, resident_id)
    if registration is None or registration.state not in ACTIVE:
        return None if registration is None else Cancelled(registration=registration)
    if not may_cancel_here(await rules_of(db, registration.course_id), registration, now):
        return Refusal(RefusalCode.TOO_LATE_TO_CANCEL)
    if await stands_elsewhere(db, registration, instead):
        return Refusal(RefusalCode.ALREADY_IN, instead.id)
    party = await party_of(db, registration_id)
    own = {someone.id for someone in households(party).get(resident_id, [])}
    if instead.id in own or person_id not in own or instead.resident_id != resident_id:
        return Cancelled(registration=registration)
    looked_after = await in_childcare(db, registration_id)
    after = [instead if someone.id == person_id else someone for someone in party if someone.id not in looked_after]
    swap = _Swap(course, person_id, instead, after, cared_for=person_id in looked_after)
    unfit = await _unfit(db, swap, now=now, zone=zone)
    if unfit is not None:
        return unfit
    cause = by_resident(ChangeReason.PERSON_REPLACED, resident_id, now)
    cause = cause.because(ChangeReason.PERSON_REPLACED, person_id=instead.id)
    room = Room(seats_for(course, after), registration.childcare)
    if not await move(db, registration, registration.state, cause, room=room, expires_at=registration.expires_at):
        return Refusal(RefusalCode.FULL, instead.id)
    await db.execute(
        update(Participant)
        .where(col(Participant.registration_id) == registration_id, col(Participant.person_id) == person_id)
        .values(person_id=instead.id)
    )
    await waitlist.settle(db, registration.course_id, now=now, zone=zone)
    return Cancelled(registration=registration)


@dataclass(frozen=True, slots=True)
class _Swap:
    """Who comes instead of whom, those who attend then, and whether it is a place in childcare."""

    course: CourseEntry
    person_id: int
    instead: Person
    after: list[Person]
    cared_for: bool


async def _unfit(db: AsyncSession, swap: _Swap, *, now: datetime, zone: ZoneInfo) -> Refusal | Missing | None:
    """What the rules of who may join say against it, or must know first."""
    course, instead = swap.course, swap.instead
    standing = await standing_of(db, course, [instead], zone=zone)
    if swap.cared_for:
        return eligibility.childcare(course, instead, now=now, zone=zone, standing=standing)
    household = [someone for someone in swap.after if someone.resident_id == instead.resident_id]
    others = tuple(someone for someone in standing.companions if someone.id != swap.person_id)
    standing = dataclasses.replace(standing, companions=others)
    return (
        eligibility.person(course, instead, now=now, zone=zone, standing=standing)
        or eligibility.together(course, household, now=now, zone=zone, standing=standing)
        or eligibility.missing(course, [instead], now=now, zone=zone, standing=standing)
    )


async def stands_elsewhere(db: AsyncSession, registration: Registration, someone: Person) -> bool:
    """Whether they are in the course by another registration."""
    stands = exists().where(
        col(Participant.course_id) == registration.course_id,
        col(Participant.session_id) == (registration.session_id or 0),
        col(Participant.person_id) == someone.id,
        col(Participant.registration_id) != registration.id,
        col(Participant.active),
    )
    return bool(await db.scalar(select(stands)))


async def lock_residents(db: AsyncSession, *resident_ids: int) -> set[int]:
    """Lets nobody else change these residents or their registrations until the transaction ends. Those that exist."""
    standing = await db.scalars(
        select(col(Registration.course_id)).where(
            col(Registration.id).in_(held_by(resident_ids)), col(Registration.state).in_(ACTIVE)
        )
    )
    await seating.lock(db, standing.all())
    # An application under way holds its resident by the foreign key, so nothing is added after this.
    held = await db.scalars(
        select(col(Resident.id)).where(col(Resident.id).in_(resident_ids)).order_by(col(Resident.id)).with_for_update()
    )
    return {found for found in held.all() if found is not None}


async def forget(db: AsyncSession, resident_id: int, *, now: datetime, zone: ZoneInfo) -> None:
    """Gives back every place of a resident and removes the registrations, whatever their deadlines.

    Where friends are in the party these keep their places, and what was the resident's is the first friend's.
    """
    await lock_residents(db, resident_id)
    courses = set()
    for registration in await of_resident(db, resident_id):
        courses.add(registration.course_id)
        if registration.shared:
            people = households(await party_of(db, registration.id or 0)).get(resident_id, [])
            cause = by_resident(ChangeReason.FRIENDS_LEFT, resident_id, now)
            await _take_out(db, registration, {someone.id for someone in people}, cause)
        else:
            await move(db, registration, CANCELLED, by_rule(ChangeReason.CANCELLED, now))
    await friends.forget(db, resident_id)
    await db.execute(delete(Registration).where(col(Registration.resident_id) == resident_id))
    for course_id in sorted(courses):
        await waitlist.settle(db, course_id, now=now, zone=zone)


async def may_leave(db: AsyncSession, registration: Registration, now: datetime) -> bool:
    """Until the course's deadline; and at any time once date or place are no longer what was applied for."""
    if may_cancel_here(await rules_of(db, registration.course_id), registration, now):
        return True
    moved = exists().where(
        col(CourseChange.course_id) == registration.course_id,
        col(CourseChange.kind).in_(_MOVES),
        col(CourseChange.at) > registration.created_at,
    )
    return bool(await db.scalar(select(moved)))
