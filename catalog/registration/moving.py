"""The states of a registration, and the one way from one into another: with its seats and its history, or not at all.

    applied   ──► held | confirmed | entered | waitlisted
    held      ──► confirmed | cancelled | lapsed             the form is sent, given up, forgotten
    entered   ──► confirmed | offered | waitlisted | lost | cancelled      the draw; or they leave
    waitlisted ─► offered | held | confirmed | cancelled     their turn: asked, or there already; or they leave
    offered   ──► confirmed | cancelled | lapsed             yes, no, silence
    confirmed ──► cancelled
    cancelled ──► confirmed | entered | waitlisted           the course was cancelled, and is held after all
    lost, lapsed: the end; whoever applies again gets a new registration

Whoever calls has locked the course.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import col

from catalog.models import (
    Actor,
    ChangeReason,
    Participant,
    PartyFriend,
    PartyNews,
    Person,
    Registration,
    RegistrationChange,
    RegistrationState,
)
from catalog.registration import entering, seating
from catalog.registration.seating import Place, Room
from catalog.upsert import table

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
    WAITLISTED: frozenset({HELD, CONFIRMED, OFFERED, CANCELLED}),
    OFFERED: frozenset({CONFIRMED, CANCELLED, LAPSED}),
    LOST: frozenset(),
    CANCELLED: frozenset({CONFIRMED, ENTERED, WAITLISTED}),  # a course is held after all
    LAPSED: frozenset(),
}

_participants, _changes = table(Participant), table(RegistrationChange)
_RECORD = _changes.insert()

# What a resident is told of where somebody else, or a rule, brought it about.
_TOLD = frozenset(
    {
        ChangeReason.OFFERED,
        ChangeReason.OFFER_LAPSED,
        ChangeReason.WON,
        ChangeReason.RESERVED,
        ChangeReason.LOST,
        ChangeReason.CANCELLED,
        ChangeReason.COURSE_CANCELLED,
        ChangeReason.COURSE_RESTORED,
        ChangeReason.PERSON_LEFT,
        ChangeReason.PERSON_REPLACED,
        ChangeReason.CORRECTED,
    }
)
# What the others of a party are told of that one of them did.
_TOLD_TO_FRIENDS = frozenset(
    {
        ChangeReason.ACCEPTED,
        ChangeReason.DECLINED,
        ChangeReason.CANCELLED,
        ChangeReason.PERSON_LEFT,
        ChangeReason.FRIENDS_JOINED,
        ChangeReason.FRIENDS_LEFT,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Who brings a change about, when and why. `staff` names who at the counter, `note` is their reason in words.

    `resident_id` is the resident who does it; the others of a party with friends are told.
    """

    by: Actor
    at: datetime
    reason: ChangeReason
    resident_id: int | None = None
    staff: str | None = None
    note: str | None = None
    person_id: int | None = None

    def because(self, reason: ChangeReason, *, person_id: int | None = None) -> "Cause":
        """The same doer at the same time, for another reason."""
        return replace(self, reason=reason, person_id=person_id)


def by_rule(reason: ChangeReason, now: datetime) -> Cause:
    """What happens by itself when its time has come."""
    return Cause(by=Actor.SYSTEM, at=now, reason=reason)


def by_resident(reason: ChangeReason, resident_id: int, now: datetime) -> Cause:
    """What a resident does themselves."""
    return Cause(by=Actor.RESIDENT, at=now, reason=reason, resident_id=resident_id)


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
    room = room_of(registration) if registration.state in SEATED else Room()
    change = _change(registration, cause, before=None, to=registration.state, was=Room(), room=room_of(registration))
    registration.id = await entering.store(db, registration, party, change, in_childcare=in_childcare, room=room)
    if registration.id is None:
        return False
    make_transient_to_detached(registration)  # it is stored already, at a third of what a flush costs
    db.add(registration)
    if registration.shared:
        await _tell_friends(db, registration, cause)
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
    _must_lead(before, to)
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
    if (to in ACTIVE) is not (before in ACTIVE):
        await db.execute(
            update(Participant).where(col(Participant.registration_id) == registration.id).values(active=to in ACTIVE)
        )
    await _record(db, registration, before, was, cause)
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A move to be made together with others. `rank` is the registration's new one on the waitlist; None keeps it."""

    registration: Registration
    to: RegistrationState
    cause: Cause
    expires_at: datetime | None = None
    rank: int | None = None


async def move_together(db: AsyncSession, place: Place, steps: Sequence[Step]) -> bool:
    """`move` for many registrations of one place, in a few statements however many they are.

    False, and nothing changed, where there are too few seats for all. Raises ValueError as `move` does.
    """
    needed, rows, changes, ended = Room(), [], [], []
    for step in steps:
        registration, before, room = step.registration, step.registration.state, room_of(step.registration)
        _must_lead(before, step.to)
        needed = needed.less((room if before in SEATED else Room()).less(room if step.to in SEATED else Room()))
        values = {
            "state": step.to,
            "expires_at": step.expires_at if step.to in TIMED else None,
            "passed_over_at": registration.passed_over_at if step.to is WAITLISTED else None,
            "rank": registration.rank if step.rank is None else step.rank,
            "changed_at": step.cause.at,
        }
        rows.append((registration, values))
        change = _change(registration, step.cause, before=before, to=step.to, was=room, room=room)
        changes.append({"registration_id": registration.id, **change})
        if before in ACTIVE and step.to not in ACTIVE:
            ended.append({"ended": registration.id})
    if not steps:
        return True
    if not await seating.change(db, place, needed):
        return False
    await db.execute(update(Registration), [{"id": registration.id, **values} for registration, values in rows])
    for registration, values in rows:
        for name, value in values.items():
            set_committed_value(registration, name, value)
    if ended:
        ending = _participants.update().where(_participants.c.registration_id == bindparam("ended"))
        ending = ending.values(active=False)
        await (await db.connection()).execute(ending, ended)
    await db.execute(_RECORD, changes)
    for step in steps:
        if step.registration.shared:
            await _tell_friends(db, step.registration, step.cause)
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
    """Adds to the history."""
    change = _change(registration, cause, before=before, to=registration.state, was=was, room=room_of(registration))
    await db.execute(_RECORD, {"registration_id": registration.id, **change})
    if registration.shared:
        await _tell_friends(db, registration, cause)


async def _tell_friends(db: AsyncSession, registration: Registration, cause: Cause) -> None:
    """Marks the newest change as to be told to the friends in the party, but for the one who did it."""
    if not _is_told(cause, None):
        return
    newest = select(func.max(_changes.c.id)).where(_changes.c.registration_id == registration.id).scalar_subquery()
    friends = select(newest, col(PartyFriend.resident_id)).where(
        col(PartyFriend.registration_id) == registration.id,
        col(PartyFriend.resident_id).is_distinct_from(cause.resident_id),
    )
    await db.execute(table(PartyNews).insert().from_select(["change_id", "resident_id"], friends))


def _change(
    registration: Registration,
    cause: Cause,
    *,
    before: RegistrationState | None,
    to: RegistrationState,
    was: Room,
    room: Room,
) -> dict[str, Any]:
    """The row of the history, but for the registration's id. What somebody did themselves they need not be told."""
    return {
        "at": cause.at,
        "by": cause.by,
        "staff": cause.staff,
        "reason": cause.reason,
        "note": cause.note,
        "person_id": cause.person_id,
        "resident_id": cause.resident_id,
        "from_state": before,
        "to_state": to,
        "seats_before": was.seats,
        "seats_after": room.seats,
        "to_tell": _is_told(cause, registration.resident_id),
    }


def _is_told(cause: Cause, reader: int | None) -> bool:
    """Whether this resident is to be told of it."""
    if cause.by is not Actor.RESIDENT:
        return cause.reason in _TOLD
    return cause.resident_id not in (None, reader) and cause.reason in _TOLD_TO_FRIENDS


def _must_lead(before: RegistrationState, to: RegistrationState) -> None:
    if to is not before and to not in TRANSITIONS[before]:
        raise ValueError(f"a registration does not go from {before} to {to}")
