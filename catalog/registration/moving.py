"""The states of a registration, and the one way from one into another: with its seats and its history, or not at all.

    (new) ──► held ──► confirmed ──► cancelled
      ├─────► confirmed   ▲
      ├─────► entered ────┼──► offered ──► lapsed
      │          └──► waitlisted ──┘ ▲      lost
      └─────► waitlisted ────────────┘

Whoever calls has locked the course.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog.models import (
    Actor,
    ChangeReason,
    Participant,
    Person,
    Registration,
    RegistrationChange,
    RegistrationState,
)
from catalog.registration import seating
from catalog.registration.seating import Place, Room

HELD, CONFIRMED, ENTERED = RegistrationState.HELD, RegistrationState.CONFIRMED, RegistrationState.ENTERED
WAITLISTED, OFFERED = RegistrationState.WAITLISTED, RegistrationState.OFFERED
LOST, CANCELLED, LAPSED = RegistrationState.LOST, RegistrationState.CANCELLED, RegistrationState.LAPSED

ACTIVE = (HELD, CONFIRMED, ENTERED, WAITLISTED, OFFERED)
SEATED = frozenset({HELD, CONFIRMED, OFFERED})  # keep seats
TIMED = frozenset({HELD, OFFERED})  # until `expires_at`

TRANSITIONS: dict[RegistrationState, frozenset[RegistrationState]] = {
    HELD: frozenset({CONFIRMED, CANCELLED, LAPSED}),
    CONFIRMED: frozenset({CANCELLED}),
    ENTERED: frozenset({CONFIRMED, OFFERED, WAITLISTED, LOST, CANCELLED}),
    WAITLISTED: frozenset({HELD, CONFIRMED, OFFERED, LOST, CANCELLED}),
    OFFERED: frozenset({CONFIRMED, CANCELLED, LAPSED}),
    LOST: frozenset({CANCELLED}),
    CANCELLED: frozenset(),
    LAPSED: frozenset(),
}

# What a resident is told of where somebody else, or a rule, brought it about.
_TOLD = frozenset(
    {
        ChangeReason.OFFERED,
        ChangeReason.OFFER_LAPSED,
        ChangeReason.WON,
        ChangeReason.RESERVED,
        ChangeReason.LOST,
        ChangeReason.CANCELLED,
        ChangeReason.PERSON_LEFT,
        ChangeReason.PERSON_REPLACED,
        ChangeReason.CORRECTED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Who brings a change about, when and why. `staff` names who at the counter, `note` is their reason in words."""

    by: Actor
    at: datetime
    reason: ChangeReason
    staff: str | None = None
    note: str | None = None
    person_id: int | None = None

    def because(self, reason: ChangeReason, *, person_id: int | None = None) -> "Cause":
        """The same doer at the same time, for another reason."""
        return replace(self, reason=reason, person_id=person_id)


def by_rule(reason: ChangeReason, now: datetime) -> Cause:
    """What happens by itself when its time has come."""
    return Cause(by=Actor.SYSTEM, at=now, reason=reason)


def place_of(registration: Registration) -> Place:
    return Place(registration.course_id, registration.session_id)


def room_of(registration: Registration) -> Room:
    return Room(registration.seats, registration.childcare)


async def begin(
    db: AsyncSession,
    registration: Registration,
    party: Sequence[Person],
    cause: Cause,
    *,
    in_childcare: frozenset[int] = frozenset(),
) -> bool:
    """Stores a new registration with its party and, in a seated state, its seats. False if there are too few."""
    if registration.state in SEATED and not await seating.change(db, place_of(registration), room_of(registration)):
        return False
    db.add(registration)
    await db.flush()
    await db.execute(
        insert(Participant),
        [
            {
                "registration_id": registration.id,
                "person_id": someone.id,
                "course_id": registration.course_id,
                "session_id": registration.session_id or 0,
                "in_childcare": someone.id in in_childcare,
                "active": True,
            }
            for someone in party
        ],
    )
    await _record(db, registration, None, Room(), cause)
    return True


async def move(
    db: AsyncSession,
    registration: Registration,
    to: RegistrationState,
    cause: Cause,
    *,
    room: Room | None = None,
    expires_at: datetime | None = None,
) -> bool:
    """Brings a registration into another state, or the same with other seats (`room`). The only way to do so.

    False, and nothing changed, where there are too few seats. Raises ValueError for a step that no registration takes.
    """
    before, was = registration.state, room_of(registration)
    if to is not before and to not in TRANSITIONS[before]:
        raise ValueError(f"a registration does not go from {before} to {to}")
    after = was if room is None else room
    needed = (after if to in SEATED else Room()).less(was if before in SEATED else Room())
    if not await seating.change(db, place_of(registration), needed):
        return False
    registration.state = to
    registration.seats, registration.childcare = after
    registration.expires_at = expires_at if to in TIMED else None
    if to is not WAITLISTED:
        registration.passed_over_at = None
    registration.changed_at = cause.at
    db.add(registration)
    await db.flush()
    if to not in ACTIVE and before in ACTIVE:
        await db.execute(
            update(Participant).where(col(Participant.registration_id) == registration.id).values(active=False)
        )
    await _record(db, registration, before, was, cause)
    return True


async def history(db: AsyncSession, registration_id: int) -> list[RegistrationChange]:
    """Every change of a registration, the oldest first."""
    changes = await db.scalars(
        select(RegistrationChange)
        .where(col(RegistrationChange.registration_id) == registration_id)
        .order_by(col(RegistrationChange.id))
    )
    return list(changes.all())


async def _record(
    db: AsyncSession, registration: Registration, before: RegistrationState | None, was: Room, cause: Cause
) -> None:
    """Adds to the history; what the resident did themselves they need not be told."""
    await db.execute(
        insert(RegistrationChange),
        [
            {
                "registration_id": registration.id,
                "at": cause.at,
                "by": cause.by,
                "staff": cause.staff,
                "reason": cause.reason,
                "note": cause.note,
                "person_id": cause.person_id,
                "from_state": before,
                "to_state": registration.state,
                "seats_before": was.seats,
                "seats_after": registration.seats,
                "to_tell": cause.by is not Actor.RESIDENT and cause.reason in _TOLD,
            }
        ],
    )
