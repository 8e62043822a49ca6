"""Applying: first come (先着順), lottery (抽選), waitlist (キャンセル待ち), for a whole party or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import eligibility
from catalog.codes import new_code
from catalog.eligibility import Missing, Refusal, RefusalCode
from catalog.models import (
    Actor,
    ChangeReason,
    CourseRules,
    CourseStatus,
    Participant,
    Person,
    Registration,
    RegistrationState,
    Selection,
)
from catalog.prepared import Prepared
from catalog.registration import lottery, seating, waitlist
from catalog.registration.lookup import rules_of, seats_for, takes_registrations
from catalog.registration.moving import (
    CONFIRMED,
    ENTERED,
    HELD,
    WAITLISTED,
    Cause,
    begin,
    move,
)
from catalog.registration.seating import Place
from catalog.search.entry import CourseEntry
from catalog.standing import standing_of
from catalog.upsert import table

_DEFAULTS = CourseRules(course_id=0)  # only read, like any rules here


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What an application led to. `already`: it was there before. `position` on the waitlist counts from 1."""

    registration: Registration
    already: bool = False
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An application as somebody makes it. The party is at least one person.

    `in_childcare` names those of the party who are looked after meanwhile. `session_id` where one applies for single
    sessions. With `hold` free seats are kept for the course's `hold_minutes` while a form is filled in; the same
    application without it makes them sure.
    """

    party: Sequence[Person]
    resident_id: int
    in_childcare: frozenset[int] = frozenset()
    session_id: int | None = None
    hold: bool = False
    all_sessions: bool | None = None
    by: Actor = Actor.RESIDENT
    staff: str | None = None

    def cause(self, now: datetime) -> Cause:
        doer = self.resident_id if self.by is Actor.RESIDENT else None
        return Cause(by=self.by, at=now, reason=ChangeReason.APPLIED, staff=self.staff, resident_id=doer)


async def apply(
    db: AsyncSession, course: CourseEntry, request: Request, *, now: datetime, zone: ZoneInfo
) -> Applied | Refusal | Missing:
    """Applies for the whole party, all or none.

    Whoever of them stands in the course already keeps that place: the others apply, and where there are no others the
    registration that is there is given. First come: confirmed while places last, else the waitlist; while somebody
    waits, newcomers join the end, and are let in at once if it is their turn. Lottery: entered until it is drawn.
    Once its list is closed only staff may enter somebody, who waits behind the reserves. No registration needed: noted.
    Missing: something must be asked first, of whoever applies for them.
    """
    place = Place(course.id, request.session_id)
    stored = (await seating.lock(db, [course.id])).get(course.id)
    facts = await _facts(db, place, request.party, now=now)
    if facts.expired:
        await waitlist.expire(db, course.id, now=now)
    standing = await who_stands(db, place, request.party) if facts.stands else {}
    newcomers = [someone for someone in request.party if someone.id not in standing]
    cause = request.cause(now)
    if not newcomers:
        return await _known(db, standing, request, cause)
    attending = [someone for someone in newcomers if someone.id not in request.in_childcare]
    seats = seats_for(course, attending)
    rules = await rules_of(db, course.id) if facts.ruled else _DEFAULTS
    refusal: Refusal | Missing | None = (
        closed(stored, seats)
        or await past(db, place, now=now)
        or await listed(db, course, place, request.by)
        or await unfit(db, course, rules, newcomers, request, now=now, zone=zone)
    )
    if refusal is not None:
        return refusal
    if not request.hold:
        await _make_sure(db, standing, cause)
    registration = Registration(
        receipt=new_code(),
        course_id=course.id,
        session_id=request.session_id,
        resident_id=request.resident_id,
        state=CONFIRMED,
        seats=seats,
        childcare=len(newcomers) - len(attending),
        all_sessions=request.all_sessions,
        created_at=now,
        changed_at=now,
    )
    case = _Case(course, newcomers, request, rules, cause, facts.waits)
    await _admit(db, registration, case, zone)
    return Applied(registration=registration, position=await waitlist.position(db, registration))


@dataclass(frozen=True, slots=True)
class _Case:
    """What decides about one new registration."""

    course: CourseEntry
    newcomers: list[Person]
    request: Request
    rules: CourseRules
    cause: Cause
    others_wait: bool

    @property
    def place(self) -> Place:
        return Place(self.course.id, self.request.session_id)

    @property
    def seated(self) -> RegistrationState:
        """What one becomes who gets seats."""
        return HELD if self.request.hold and takes_registrations(self.course) else CONFIRMED

    @property
    def held_until(self) -> datetime:
        return self.cause.at + timedelta(minutes=self.rules.hold_minutes)

    def why(self, state: RegistrationState) -> Cause:
        return self.cause.because(ChangeReason.FORM_STARTED) if state is HELD else self.cause


async def _admit(db: AsyncSession, registration: Registration, case: _Case, zone: ZoneInfo) -> None:
    """Stores the registration in the state that the course's selection gives it."""
    taking = takes_registrations(case.course)
    if taking and case.course.selection is Selection.LOTTERY:
        promised = await lottery.promise(db, case.place, now=case.cause.at)
        if promised.drawn_at is None:
            registration.entry_code = new_code()
            await _store(db, registration, ENTERED, case)
            return
    behind = taking and case.others_wait
    if not behind and await _store(db, registration, case.seated, case):
        return
    registration.rank = await seating.last_rank(db, case.place)
    await _store(db, registration, WAITLISTED, case)
    if behind:
        if registration in await waitlist.whose_turn(db, case.place, case.rules, now=case.cause.at):
            await move(db, registration, case.seated, case.why(case.seated), expires_at=case.held_until)
        await waitlist.offer(db, case.place, case.rules, now=case.cause.at, zone=zone)


async def _store(db: AsyncSession, registration: Registration, state: RegistrationState, case: _Case) -> bool:
    registration.state = state
    registration.expires_at = case.held_until if state is HELD else None
    return await begin(db, registration, case.newcomers, case.why(state), in_childcare=case.request.in_childcare)


async def _known(db: AsyncSession, standing: dict[int | None, Registration], request: Request, cause: Cause) -> Applied:
    """All of the party are in. Without `hold` what they hold is made sure, which is what the form was for."""
    sure = None if request.hold else await _make_sure(db, standing, cause)
    if sure is not None:
        return Applied(registration=sure)
    registration = standing[request.party[0].id]
    return Applied(registration=registration, already=True, position=await waitlist.position(db, registration))


async def _make_sure(db: AsyncSession, standing: dict[int | None, Registration], cause: Cause) -> Registration | None:
    """Confirms whatever is held; the last of it."""
    sure = None
    for registration in standing.values():
        if registration.state is HELD:
            await move(db, registration, CONFIRMED, cause)
            sure = registration
    return sure


def closed(stored: seating.Stored | None, seats: int) -> Refusal | None:
    """What the stored course says against it, which may be newer than the entry that was shown."""
    if stored is None or stored.status is not CourseStatus.SCHEDULED:
        return Refusal(RefusalCode.CANCELLED)
    if stored.capacity is not None and seats > stored.capacity:
        return Refusal(RefusalCode.TOO_MANY)
    return None


async def past(db: AsyncSession, place: Place, *, now: datetime) -> Refusal | None:
    """Whether the single session that is asked for is one of the course that is still to come."""
    if place.session_id is not None and await seating.next_start(db, place, now, midway=True) is None:
        return Refusal(RefusalCode.FINISHED)
    return None


async def listed(db: AsyncSession, course: CourseEntry, place: Place, by: Actor) -> Refusal | None:
    """Whether the list of the lottery is closed, which a course without a deadline says nowhere else."""
    if by is not Actor.RESIDENT or course.selection is not Selection.LOTTERY:
        return None
    found = await lottery.find(db, place)
    return None if found is None or found.fixed_at is None else Refusal(RefusalCode.CLOSED)


async def unfit(
    db: AsyncSession,
    course: CourseEntry,
    rules: CourseRules,
    newcomers: list[Person],
    request: Request,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Refusal | Missing | None:
    """What the rules of who may join say against it, or must know first. Who just comes is asked nothing."""
    aside = request.in_childcare
    standing = await standing_of(db, course, newcomers, zone=zone, rules=rules)
    refusal = eligibility.party(course, newcomers, now=now, zone=zone, standing=standing, in_childcare=aside)
    if refusal is not None or not takes_registrations(course):
        return refusal
    attending = [someone for someone in newcomers if someone.id not in aside]
    return eligibility.missing(course, attending, now=now, zone=zone, standing=standing)


class _Facts(NamedTuple):
    """What is to be known before anybody is let in: whether …"""

    expired: bool  # a hold or an offer of the course has run out
    waits: bool  # somebody is on the waitlist of the place
    stands: bool  # somebody of the party is in it already
    ruled: bool  # the course has rules of its own


_registrations, _participants, _rules = table(Registration), table(Participant), table(CourseRules)
_in_course = _registrations.c.course_id == bindparam("course")


@cache
def _asking(size: int) -> Prepared:
    """The statement for a party of this size: a list of any length would be written anew each time."""
    party = [bindparam(f"person_{number}", type_=_participants.c.person_id.type) for number in range(size)]
    facts = select(
        exists().where(_in_course, _registrations.c.expires_at <= bindparam("now")),
        exists().where(
            _in_course,
            _registrations.c.state == WAITLISTED,
            _registrations.c.session_id.is_not_distinct_from(bindparam("session")),
        ),
        exists().where(
            _participants.c.course_id == bindparam("course"),
            _participants.c.session_id == bindparam("seated_in"),
            _participants.c.active,
            _participants.c.person_id.in_(party),
        ),
        exists().where(_rules.c.course_id == bindparam("course")),
    )
    return Prepared(facts)


async def _facts(db: AsyncSession, place: Place, party: Sequence[Person], *, now: datetime) -> _Facts:
    """In one statement, and after the lock: what was read while waiting for it would be old."""
    values = {
        "course": place.course_id,
        "session": place.session_id,
        "seated_in": place.session_id or 0,
        "now": now,
        **{f"person_{number}": someone.id for number, someone in enumerate(party)},
    }
    found = await _asking(len(party)).row(db, values)
    return _Facts(*map(bool, found or ()))


async def who_stands(db: AsyncSession, place: Place, party: Sequence[Person]) -> dict[int | None, Registration]:
    """Those of the party who stand in the course already, by id, with their registration."""
    rows = await db.execute(
        select(col(Participant.person_id), Registration)
        .join(Registration, col(Participant.registration_id) == col(Registration.id))
        .where(
            col(Participant.course_id) == place.course_id,
            col(Participant.session_id) == (place.session_id or 0),
            col(Participant.active),
            col(Participant.person_id).in_([someone.id for someone in party]),
        )
    )
    return {row[0]: row[1] for row in rows}
