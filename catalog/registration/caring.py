"""Childcare (保育) changed afterwards: a child more is looked after, or one is not any more. All seats stay."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import eligibility
from catalog.eligibility import Refusal, RefusalCode
from catalog.models import ChangeReason, Participant, Person, Registration, RegistrationState
from catalog.registration import lottery, waitlist
from catalog.registration.leaving import Cancelled, lock_own, may_leave, stands_elsewhere
from catalog.registration.lookup import in_childcare, party_of
from catalog.registration.moving import ACTIVE, Cause, by_resident, move, place_of
from catalog.registration.seating import Room
from catalog.search.entry import CourseEntry
from catalog.standing import standing_of


async def look_after(
    db: AsyncSession,
    course: CourseEntry,
    registration_id: int,
    child: Person,
    *,
    resident_id: int,
    now: datetime,
    zone: ZoneInfo,
) -> Cancelled | Refusal | None:
    """A child of the same resident is looked after meanwhile, as long as one may apply. None if there is no such one.

    Who has a place gets it only if there is one for the child; who waits, waits for both.
    """
    registration = await lock_own(db, registration_id, resident_id)
    if registration is None or child.resident_id != resident_id:
        return None
    await waitlist.settle(db, registration.course_id, now=now, zone=zone)  # what has run out is for who waits
    if registration.state not in ACTIVE:
        return Cancelled(registration=registration)
    looked_after = await in_childcare(db, registration_id)
    if child.id in looked_after:
        return Cancelled(registration=registration)
    refusal = await _unfit(db, course, registration, child, now=now, zone=zone)
    if refusal is not None:
        return refusal
    cause = by_resident(ChangeReason.CHILDCARE_CHANGED, resident_id, now)
    if not await _change(db, registration, child.id or 0, len(looked_after) + 1, cause):
        return Refusal(RefusalCode.CHILDCARE_FULL, child.id)
    db.add(
        Participant(
            registration_id=registration_id,
            person_id=child.id or 0,
            course_id=registration.course_id,
            session_id=registration.session_id or 0,
            in_childcare=True,
        )
    )
    await db.flush()
    return Cancelled(registration=registration)


async def take_back(
    db: AsyncSession, registration_id: int, child_id: int, *, resident_id: int, now: datetime, zone: ZoneInfo
) -> Cancelled | Refusal | None:
    """A child is not looked after any more; its place is for whoever is next. Until the course's own deadline."""
    registration = await lock_own(db, registration_id, resident_id)
    if registration is None or registration.state not in ACTIVE:
        return None if registration is None else Cancelled(registration=registration)
    looked_after = await in_childcare(db, registration_id)
    own = {someone.id for someone in await party_of(db, registration_id, resident_id)}
    if child_id not in looked_after & own:
        return Cancelled(registration=registration)
    if not await may_leave(db, registration, now):
        return Refusal(RefusalCode.TOO_LATE_TO_CANCEL)
    await db.execute(
        delete(Participant).where(
            col(Participant.registration_id) == registration_id, col(Participant.person_id) == child_id
        )
    )
    cause = by_resident(ChangeReason.CHILDCARE_CHANGED, resident_id, now)
    await _change(db, registration, child_id, len(looked_after) - 1, cause)
    await waitlist.settle(db, registration.course_id, now=now, zone=zone)
    return Cancelled(registration=registration)


async def _change(db: AsyncSession, registration: Registration, child_id: int, children: int, cause: Cause) -> bool:
    return await move(
        db,
        registration,
        registration.state,
        cause.because(cause.reason, person_id=child_id),
        room=Room(registration.seats, children),
        expires_at=registration.expires_at,
    )


async def _unfit(
    db: AsyncSession, course: CourseEntry, registration: Registration, child: Person, *, now: datetime, zone: ZoneInfo
) -> Refusal | None:
    """What is against looking after the child: no more applications, its age, or that it takes part itself."""
    closed = eligibility.window(course, now)
    if closed is None and registration.state is RegistrationState.ENTERED:
        found = await lottery.find(db, place_of(registration))
        closed = Refusal(RefusalCode.CLOSED) if found is not None and found.fixed_at is not None else None
    standing = await standing_of(db, course, [child], zone=zone)
    refusal = closed or eligibility.childcare(course, child, now=now, zone=zone, standing=standing)
    party = await party_of(db, registration.id or 0)
    if refusal is None and (child.id in {one.id for one in party} or await stands_elsewhere(db, registration, child)):
        return Refusal(RefusalCode.ALREADY_IN, child.id)
    return refusal
