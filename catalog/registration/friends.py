"""Parties with friends (友だちといっしょに): several residents, each with their own people, in one registration.

It is one party like any other: one entry in the draw, one place in the line, seats for all of them or for none. The
owner invites by a code that ends by itself, and alone may cancel for all. Who joins learns the course and how the owner
wishes to be called; the owner learns how they wish to be called and how many they are.

**Nobody is overtaken by it.** Who joins takes what anybody could take at that moment: a free seat while nobody waits, a
place in a draw whose list is still open, a place at the end of the line. Otherwise the party stays as it is.

**A party always belongs to somebody who is in it.** When all people of its owner leave, it passes on to the friend who
joined first.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, exists, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from catalog.codes import new_code
from catalog.eligibility import Missing, Refusal, RefusalCode
from catalog.holding import held_by
from catalog.models import (
    ChangeReason,
    Invitation,
    Participant,
    PartyFriend,
    PartyNews,
    Registration,
    RegistrationChange,
)
from catalog.registration import seating, waitlist
from catalog.registration.applying import Request, closed, listed, past, unfit, who_stands
from catalog.registration.entering import take_part
from catalog.registration.lookup import households, in_childcare, party_of, rules_of, seats_for
from catalog.registration.moving import (
    CONFIRMED,
    ENTERED,
    OFFERED,
    WAITLISTED,
    by_resident,
    move,
    place_of,
)
from catalog.registration.seating import Room
from catalog.search.entry import CourseEntry

VALID_FOR = timedelta(days=3)
MOST_FRIENDS = 5  # residents besides the owner

_OPEN = frozenset({CONFIRMED, ENTERED, WAITLISTED, OFFERED})  # what friends may join


@dataclass(frozen=True, slots=True)
class Invited:
    """The registration that a code is for, and how its owner wishes to be called; empty: お友だち."""

    registration: Registration
    nickname: str


@dataclass(frozen=True, slots=True)
class Companions:
    """The people of another resident in a party: how that one wishes to be called, and how many they are."""

    nickname: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The registration in which the people are now. `already`: they were before."""

    registration: Registration
    already: bool = False


async def invite(
    db: AsyncSession, registration_id: int, *, resident_id: int, nickname: str, now: datetime
) -> Invitation | None:
    """The code for friends of a registration's owner: the same one again while it is valid, for three more days.

    None where the registration is not the resident's own, or nobody can join it.
    """
    registration = await db.get(Registration, registration_id, with_for_update=True)
    if registration is None or registration.resident_id != resident_id or registration.state not in _OPEN:
        return None
    found = await db.get(Invitation, registration_id) or Invitation(
        registration_id=registration_id, code=new_code(), expires_at=now
    )
    if found.expires_at <= now:
        found.code = new_code()
    found.nickname, found.expires_at = nickname, now + VALID_FOR
    db.add(found)
    await db.flush()
    return found


async def invited(db: AsyncSession, code: str, *, now: datetime) -> Invited | None:
    """What a code is for; None where it is none, has ended, or nobody can join any more."""
    rows = await db.execute(
        select(Registration, col(Invitation.nickname))
        .join(Invitation, col(Invitation.registration_id) == col(Registration.id))
        .where(col(Invitation.code) == code, col(Invitation.expires_at) > now, col(Registration.state).in_(_OPEN))
        .execution_options(populate_existing=True)
    )
    found = rows.first()
    return None if found is None else Invited(found[0], found[1])


async def join(
    db: AsyncSession,
    course: CourseEntry,
    code: str,
    request: Request,
    *,
    nickname: str,
    now: datetime,
    zone: ZoneInfo,
) -> Joined | Refusal | Missing | None:
    """Puts a resident's people into the party that the code is for: all of them, or nobody. None as for `invited`.

    Each must be allowed to join the course, with what their own resident declared; and stand in it nowhere else.
    """
    stored = (await seating.lock(db, [course.id])).get(course.id)
    await waitlist.settle(db, course.id, now=now, zone=zone)
    found = await invited(db, code, now=now)
    if found is None or found.registration.course_id != course.id:
        return None
    registration, number = found.registration, found.registration.id or 0
    party, cared = await party_of(db, number), await in_childcare(db, number)
    there = {someone.id for someone in party}
    newcomers = [someone for someone in request.party if someone.id not in there]
    if not newcomers:
        return Joined(registration=registration, already=True)
    place = place_of(registration)
    if elsewhere := await who_stands(db, place, newcomers):
        return Refusal(RefusalCode.ALREADY_IN, min(filter(None, elsewhere)))
    others = {friend.resident_id for friend in await friends_of(db, number)} - {request.resident_id}
    if request.resident_id != registration.resident_id and len(others) >= MOST_FRIENDS:
        return Refusal(RefusalCode.PARTY_FULL)
    aside = cared | request.in_childcare
    seats = seats_for(course, [someone for someone in (*party, *newcomers) if someone.id not in aside])
    rules = await rules_of(db, course.id)
    refusal = (
        closed(stored, seats)
        or await past(db, place, now=now)
        or await listed(db, course, place, request.by)
        or await unfit(db, course, rules, newcomers, request, now=now, zone=zone)
        or await _overtakes(db, registration)
    )
    if refusal is not None:
        return refusal
    room = Room(seats, len(aside))
    cause = by_resident(ChangeReason.FRIENDS_JOINED, request.resident_id, now)
    if not await move(db, registration, registration.state, cause, room=room, expires_at=registration.expires_at):
        seats_are_free = (await seating.free(db, place)).has_seats(Room(seats - registration.seats))
        care = bool(request.in_childcare) and seats_are_free
        return Refusal(RefusalCode.CHILDCARE_FULL if care else RefusalCode.FULL)
    await take_part(db, place_of(registration), registration.id or 0, newcomers, in_childcare=request.in_childcare)
    if request.resident_id != registration.resident_id:
        friend = PartyFriend(registration_id=number, resident_id=request.resident_id, joined_at=now)
        friend = await db.get(PartyFriend, (number, request.resident_id)) or friend
        friend.nickname = nickname
        db.add(friend)
        registration.shared = True
    if registration.all_sessions and request.all_sessions is False:
        registration.all_sessions = False  # 全回出席できる is said of all of them
    await db.flush()
    return Joined(registration=registration)


async def friends_of(db: AsyncSession, registration_id: int) -> list[PartyFriend]:
    """Who has joined a party, the first first."""
    found = await db.scalars(
        select(PartyFriend)
        .where(col(PartyFriend.registration_id) == registration_id)
        .order_by(col(PartyFriend.joined_at), col(PartyFriend.resident_id))
    )
    return list(found.all())


async def companions(db: AsyncSession, registration: Registration, resident_id: int) -> tuple[Companions, ...]:
    """The others in a party, as this resident may know them: the owner first, then the friends as they joined."""
    if not registration.shared:
        return ()
    homes = households(await party_of(db, registration.id or 0))
    others = [registration.resident_id, *(friend.resident_id for friend in await friends_of(db, registration.id or 0))]
    found = [
        Companions(await called(db, registration, other), len(homes.get(other, ())))
        for other in others
        if other != resident_id
    ]
    return tuple(found)


async def called(db: AsyncSession, registration: Registration, resident_id: int | None) -> str:
    """How a resident in a party wishes to be called there; empty for お友だち, and for who is not in it any more."""
    found: Invitation | PartyFriend | None = None
    if resident_id == registration.resident_id:
        found = await db.get(Invitation, registration.id)
    elif resident_id is not None:
        found = await db.get(PartyFriend, (registration.id, resident_id))
    return "" if found is None else found.nickname


async def bring_along(db: AsyncSession, old: Registration, new: Registration) -> None:
    """The whole of a party has got another registration: its friends are in that one, too."""
    for friend in await friends_of(db, old.id or 0):
        db.add(PartyFriend.model_validate(friend.model_dump() | {"registration_id": new.id}))
    invitation = await db.get(Invitation, old.id)
    if invitation is not None:  # for how the owner is called; it is not for anybody else to join
        moved = {"registration_id": new.id, "code": new_code(), "expires_at": new.created_at}
        db.add(Invitation.model_validate(invitation.model_dump() | moved))
    new.shared = True
    db.add(new)
    await db.flush()


async def keep(db: AsyncSession, registration: Registration, homes: Collection[int]) -> None:
    """Of a party's residents only these are in it still: the others' part in it ends, its owner's too."""
    staying = []
    for friend in await friends_of(db, registration.id or 0):
        if friend.resident_id in homes:
            staying.append(friend)
        else:
            await db.delete(friend)
    if registration.resident_id not in homes and staying:
        await _pass_on(db, registration, staying.pop(0))
    registration.shared = bool(staying)
    db.add(registration)
    await db.flush()


async def forget(db: AsyncSession, resident_id: int) -> None:
    """Leaves what is over and was shared to the others in it, and names the resident in no history any more.

    They stand in nothing that goes on.
    """
    shared = await db.scalars(
        select(Registration).where(col(Registration.id).in_(held_by([resident_id])), col(Registration.shared))
    )
    for registration in shared.all():
        number = registration.id or 0
        own = households(await party_of(db, number)).get(resident_id, [])
        await db.execute(
            delete(Participant).where(
                col(Participant.registration_id) == number,
                col(Participant.person_id).in_([someone.id for someone in own]),
            )
        )
        registration.childcare = len(await in_childcare(db, number))
        others = {registration.resident_id, *(friend.resident_id for friend in await friends_of(db, number))}
        await keep(db, registration, others - {resident_id})
    await db.execute(
        update(RegistrationChange).where(col(RegistrationChange.resident_id) == resident_id).values(resident_id=None)
    )


async def merge(db: AsyncSession, *, source: int, target: int) -> None:
    """Two residents turn out to be one human, who is in each party once; the registrations are the target's already."""
    same = aliased(PartyFriend)
    mine = exists().where(
        col(Registration.id) == col(PartyFriend.registration_id), col(Registration.resident_id) == target
    )
    twice = exists().where(
        col(same.registration_id) == col(PartyFriend.registration_id), col(same.resident_id) == target
    )
    either = col(PartyFriend.resident_id).in_((source, target))
    for statement in (
        delete(PartyFriend).where(either, mine),
        delete(PartyFriend).where(col(PartyFriend.resident_id) == source, twice),
        update(PartyFriend).where(col(PartyFriend.resident_id) == source).values(resident_id=target),
        update(RegistrationChange).where(col(RegistrationChange.resident_id) == source).values(resident_id=target),
    ):
        await db.execute(statement.execution_options(synchronize_session=False))
    others = exists().where(col(PartyFriend.registration_id) == col(Registration.id))
    await db.execute(
        update(Registration)
        .where(col(Registration.resident_id) == target, col(Registration.shared), ~others)
        .values(shared=False)
    )
    told = select(col(PartyNews.change_id)).where(col(PartyNews.resident_id) == target)
    await db.execute(
        update(PartyNews)
        .where(col(PartyNews.resident_id) == source, col(PartyNews.change_id).not_in(told))
        .values(resident_id=target)
        .execution_options(synchronize_session=False)
    )


async def _overtakes(db: AsyncSession, registration: Registration) -> Refusal | None:
    """Whether a larger party would take what others are waiting for."""
    place = place_of(registration)
    if registration.state is ENTERED:
        return None
    others = exists().where(seating.waiting(place))
    if registration.state is WAITLISTED:
        mine = tuple_(registration.rank, registration.id)
        others = others.where(tuple_(col(Registration.rank), col(Registration.id)) > mine)
    return Refusal(RefusalCode.OTHERS_WAIT) if await db.scalar(select(others)) else None


async def _pass_on(db: AsyncSession, registration: Registration, heir: PartyFriend) -> None:
    """The party is this friend's now. The code of who has left invites nobody any more."""
    registration.resident_id = heir.resident_id
    await db.execute(
        update(Invitation)
        .where(col(Invitation.registration_id) == registration.id)
        .values(nickname=heir.nickname, expires_at=heir.joined_at)
    )
    # What the owner was still to be told the heir is told as a friend.
    await db.execute(
        update(RegistrationChange)
        .where(col(RegistrationChange.registration_id) == registration.id, col(RegistrationChange.to_tell))
        .values(to_tell=False)
    )
    await db.delete(heir)
    await db.flush()
