"""The waitlist (キャンセル待ち, 補欠): who is next, timed offers (繰り上げ), and what happens when their time runs out.

The rule of who is next: in their order, parties whole. A party that does not fit may be passed over by smaller ones for
`skip_hours`; after that what comes free is kept until it does. Who only lacks childcare never holds up the others.
An offer is open for waking hours, and never beyond the start of the next session.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import waking
from catalog.models import ChangeReason, Course, CourseRules, CourseStatus, Registration, RegistrationState, Session
from catalog.registration import seating
from catalog.registration.lookup import rules_of
from catalog.registration.moving import (
    CANCELLED,
    CONFIRMED,
    HELD,
    LAPSED,
    OFFERED,
    WAITLISTED,
    Cause,
    by_rule,
    move,
    place_of,
    room_of,
)
from catalog.registration.seating import Free, Place

LEAST_ANSWER = timedelta(minutes=30)  # of waking time; who has less is not asked any more


async def settle(db: AsyncSession, course_id: int, *, now: datetime, zone: ZoneInfo) -> int:
    """Lets lapse what ran out, offers what is free to whoever is next; returns how many changed. Locks the course."""
    stored = (await seating.lock(db, [course_id])).get(course_id)
    changed = await expire(db, course_id, now=now)
    if stored is None or stored.status is not CourseStatus.SCHEDULED:
        return changed
    rules = await rules_of(db, course_id)
    sessions = await db.scalars(
        select(col(Registration.session_id))
        .where(col(Registration.course_id) == course_id, col(Registration.state) == WAITLISTED)
        .distinct()
    )
    for session_id in sessions.all():
        changed += await offer(db, Place(course_id, session_id), rules, now=now, zone=zone)
    return changed


async def expire(db: AsyncSession, course_id: int, *, now: datetime) -> int:
    """Ends holds and offers of a locked course whose time is over. Returns how many."""
    over = await db.scalars(
        select(Registration)
        .where(col(Registration.course_id) == course_id, col(Registration.expires_at) <= now)
        .order_by(col(Registration.id))
        .execution_options(populate_existing=True)
    )
    ended = over.all()
    for registration in ended:
        reason = ChangeReason.FORM_LAPSED if registration.state is HELD else ChangeReason.OFFER_LAPSED
        await move(db, registration, LAPSED, by_rule(reason, now))
    return len(ended)


async def offer(db: AsyncSession, place: Place, rules: CourseRules, *, now: datetime, zone: ZoneInfo) -> int:
    """Offers free seats of a locked course to those whose turn it is. Returns how many offers."""
    start = await seating.next_start(db, place, now, midway=rules.join_midway)
    if start is None or waking.between(now, start, zone) < LEAST_ANSWER:
        return 0
    until = min(waking.after(now, rules.offer_hours, zone), start)
    turns = await whose_turn(db, place, rules, now=now)
    for registration in turns:
        await move(db, registration, OFFERED, by_rule(ChangeReason.OFFERED, now), expires_at=until)
    return len(turns)


async def whose_turn(db: AsyncSession, place: Place, rules: CourseRules, *, now: datetime) -> list[Registration]:
    """Those waiting for whom seats are free, by the rule above. Notes who is passed over. The course is locked."""
    free = await seating.free(db, place)
    if free.is_full:
        return []
    turns = []
    for registration in await _waiting(db, place):
        room = room_of(registration)
        if free.holds(room):
            turns.append(registration)
            free = free.without(room)
        elif not free.has_seats(room) and _holds_up_the_rest(registration, free, rules, now):
            break
    await db.flush()
    return turns


async def accept(
    db: AsyncSession, registration: Registration, cause: Cause, *, now: datetime, zone: ZoneInfo
) -> Registration:
    """Takes an offer (and a win that must be confirmed). Tell by the state what came of it: it may have lapsed.

    The registration's course is locked.
    """
    if registration.state is OFFERED:
        if registration.expires_at is not None and registration.expires_at <= now:
            await settle(db, registration.course_id, now=now, zone=zone)
        else:
            await move(db, registration, CONFIRMED, cause.because(ChangeReason.ACCEPTED))
    return registration


async def decline(
    db: AsyncSession, registration: Registration, cause: Cause, *, now: datetime, zone: ZoneInfo
) -> Registration:
    """Says no to an offer: the next party is asked. The registration's course is locked."""
    if registration.state is OFFERED:
        await move(db, registration, CANCELLED, cause.because(ChangeReason.DECLINED))
        await settle(db, registration.course_id, now=now, zone=zone)
    return registration


async def position(db: AsyncSession, registration: Registration) -> int | None:
    """The party's place on the waitlist, from 1; None for a registration that is not waiting."""
    if registration.state is not WAITLISTED:
        return None
    mine = tuple_(registration.rank, registration.id)
    ahead = await db.scalar(
        select(func.count())
        .select_from(Registration)
        .where(seating.waiting(place_of(registration)), tuple_(col(Registration.rank), col(Registration.id)) <= mine)
    )
    return ahead or 1


async def due(db: AsyncSession, *, now: datetime, after: int = 0, limit: int = 100) -> list[int]:
    """Courses in which something has run out, or somebody waits while a seat is free: `settle` each.

    In the order of their ids, those with a greater one than `after`.
    """
    over = exists().where(col(Registration.course_id) == col(Course.id), col(Registration.expires_at) <= now)
    waits = exists().where(
        col(Registration.course_id) == col(Course.id),
        col(Registration.state) == RegistrationState.WAITLISTED,
        or_(
            col(Course.capacity).is_(None),
            col(Registration.session_id).is_(None) & (col(Course.seats_taken) < col(Course.capacity)),
            exists().where(
                col(Session.id) == col(Registration.session_id), col(Session.seats_taken) < col(Course.capacity)
            ),
        ),
    )
    held = (col(Course.status) == CourseStatus.SCHEDULED) & or_(
        col(Course.ends_at).is_(None), col(Course.ends_at) > now
    )
    found = await db.scalars(
        select(col(Course.id))
        .where(col(Course.id) > after, over | (waits & held))
        .order_by(col(Course.id))
        .limit(limit)
    )
    return [course_id for course_id in found.all() if course_id is not None]


def _holds_up_the_rest(registration: Registration, free: Free, rules: CourseRules, now: datetime) -> bool:
    """Whether a party without enough seats has been passed over long enough. The first time starts the clock."""
    if free.is_full:
        return True  # nobody can be let in before them either
    if free.capacity is not None and registration.seats > free.capacity:
        return False  # the course has become smaller than this party
    if registration.passed_over_at is None:
        registration.passed_over_at = now
    return now >= registration.passed_over_at + timedelta(hours=rules.skip_hours)


async def _waiting(db: AsyncSession, place: Place) -> list[Registration]:
    """Who waits, in their order."""
    waiting = await db.scalars(
        select(Registration)
        .where(seating.waiting(place))
        .order_by(col(Registration.rank), col(Registration.id))
        .execution_options(populate_existing=True)
    )
    return list(waiting.all())
