"""What the rows say of registrations: a resident's own, a party, how full courses are, the rules of a course."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog.holding import held_by
from catalog.models import (
    CapacityUnit,
    Course,
    CourseRules,
    Draw,
    Participant,
    PartyFriend,
    Person,
    Registration,
    RegistrationState,
    Relation,
    Selection,
    Session,
)
from catalog.prepared import Prepared
from catalog.registration.moving import ACTIVE, ENTERED, WAITLISTED
from catalog.search.entry import CourseEntry

# Who comes along with a child where a course counts pairs.
_CARERS = frozenset({Relation.SELF, Relation.PARTNER, Relation.PARENT})


def takes_registrations(course: CourseEntry | Course) -> bool:
    """Whether one applies here at all; otherwise one just comes, and can only note the date."""
    if course.registration_needed is None:
        return course.selection is not Selection.NONE
    return course.registration_needed


def seats_for(course: CourseEntry | Course, party: Sequence[Person]) -> int:
    """How many places the party takes, in the course's own unit. A course that needs no registration counts none.

    Families and pairs are counted in each household, where friends come together.
    """
    if not party or not takes_registrations(course):
        return 0
    if course.capacity_unit is CapacityUnit.PERSON:
        return len(party)
    homes = households(party).values()
    if course.capacity_unit is CapacityUnit.FAMILY:
        return len(homes)
    return sum(max(1, sum(someone.relation not in _CARERS for someone in home)) for home in homes)


def households(people: Iterable[Person]) -> dict[int, list[Person]]:
    """The people by the resident whose family they are."""
    homes: dict[int, list[Person]] = defaultdict(list)
    for someone in people:
        homes[someone.resident_id].append(someone)
    return dict(homes)


async def rules_of(db: AsyncSession, course_id: int) -> CourseRules:
    """The course's own rules; those of a course without any are the defaults."""
    return await db.get(CourseRules, course_id, populate_existing=True) or CourseRules(course_id=course_id)


async def own(db: AsyncSession, registration_id: int | None, resident_id: int) -> Registration | None:
    """The registration, if it is this resident's, or one in which their people are with friends."""
    found = None if registration_id is None else await db.get(Registration, registration_id)
    return found if found is not None and await is_of(db, found, resident_id) else None


async def is_of(db: AsyncSession, registration: Registration, resident_id: int) -> bool:
    """Whether the resident made the registration, or has joined its party."""
    if registration.resident_id == resident_id:
        return True
    return registration.shared and await db.get(PartyFriend, (registration.id, resident_id)) is not None


async def of_resident(db: AsyncSession, resident_id: int, *, active_only: bool = True) -> list[Registration]:
    """The resident's registrations, and those with friends, in the order they were made."""
    query = select(Registration).where(col(Registration.id).in_(held_by([resident_id]))).order_by(col(Registration.id))
    if active_only:
        query = query.where(col(Registration.state).in_(ACTIVE))
    return list((await db.scalars(query)).all())


async def of_course(db: AsyncSession, course_id: int) -> list[Registration]:
    """All registrations of a course, those that are over too, in the order of its queue."""
    found = await db.scalars(
        select(Registration)
        .where(col(Registration.course_id) == course_id)
        .order_by(col(Registration.rank), col(Registration.id))
    )
    return list(found.all())


async def party_of(db: AsyncSession, registration_id: int, resident_id: int | None = None) -> list[Person]:
    """The people of a registration, the resident first; where one is named only that one's own."""
    people = (
        select(Person)
        .join(Participant, col(Participant.person_id) == col(Person.id))
        .where(col(Participant.registration_id) == registration_id)
        .order_by(col(Person.id))
    )
    if resident_id is not None:
        people = people.where(col(Person.resident_id) == resident_id)
    return list((await db.scalars(people)).all())


async def in_childcare(db: AsyncSession, registration_id: int) -> frozenset[int]:
    """The ids of those of the party who are looked after meanwhile (保育)."""
    found = await db.scalars(
        select(col(Participant.person_id)).where(
            col(Participant.registration_id) == registration_id, col(Participant.in_childcare)
        )
    )
    return frozenset(found.all())


@dataclass(frozen=True, slots=True)
class Seats:
    """How full a course is: places taken of `capacity` (None: unlimited), parties waiting, parties in the lottery.

    `closed`: the list of its lottery is, and nobody enters any more. `sessions_full`: one applies for single sessions,
    and none of those to come has a place.
    """

    capacity: int | None
    taken: int
    waiting: int
    entered: int
    closed: bool = False
    sessions_full: bool = False

    @property
    def left(self) -> int | None:
        """Free places, or None where they are not limited. None is free while somebody waits."""
        if self.sessions_full:
            return 0
        if self.capacity is None:
            return None
        return 0 if self.waiting else max(0, self.capacity - self.taken)


_BY_SESSION = (
    exists().where(col(CourseRules.course_id) == col(Course.id), col(CourseRules.by_session)).correlate(Course)
)
_SESSION_WITH_A_PLACE = (
    exists()
    .where(
        col(Session.course_id) == col(Course.id),
        col(Session.starts_at) > bindparam("now"),
        ~col(Session.cancelled),
        or_(col(Course.capacity).is_(None), col(Session.seats_taken) < col(Course.capacity)),
        ~exists()
        .where(col(Registration.session_id) == col(Session.id), col(Registration.state) == WAITLISTED)
        .correlate(Session),
    )
    .correlate(Course)
)


def _count_of(state: RegistrationState) -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(Registration)
        .where(col(Registration.course_id) == col(Course.id), col(Registration.state) == state)
        .correlate(Course)
        .scalar_subquery()
    )


_LISTED = exists().where(col(Draw.course_id) == col(Course.id), col(Draw.fixed_at).is_not(None)).correlate(Course)

# Every page of cards asks this: built once. Where one applies for single sessions the capacity is that of each, and no
# number is true of the course.
_SEATS_AT_ONCE = 10  # as many as a page shows
_SEATS = Prepared(
    select(
        col(Course.id),
        case((_BY_SESSION, None), else_=col(Course.capacity)),
        col(Course.seats_taken),
        _count_of(WAITLISTED),
        _count_of(ENTERED),
        _LISTED,
        and_(_BY_SESSION, ~_SESSION_WITH_A_PLACE),
    ).where(col(Course.id).in_([bindparam(f"course_{number}", type_=Integer) for number in range(_SEATS_AT_ONCE)]))
)


async def seats(db: AsyncSession, course_ids: Sequence[int], *, now: datetime) -> dict[int, Seats]:
    """How full the courses are at `now`, in one query for a page; `seats_by_session` says it of single sessions."""
    found = {}
    for first in range(0, len(course_ids), _SEATS_AT_ONCE):
        page = zip_longest(range(_SEATS_AT_ONCE), course_ids[first : first + _SEATS_AT_ONCE])
        values = {f"course_{number}": course_id for number, course_id in page}
        for row in await _SEATS.rows(db, {**values, "now": now}):
            course, capacity, taken, waiting, entered, closed, sessions_full = row
            found[course] = Seats(capacity, taken, waiting, entered, bool(closed), bool(sessions_full))
    return found


async def seats_by_session(db: AsyncSession, course_id: int) -> dict[int, Seats]:
    """How full each session is, where one applies for single ones."""
    counts = {
        state: (
            select(func.count())
            .select_from(Registration)
            .where(col(Registration.session_id) == col(Session.id), col(Registration.state) == state)
            .correlate(Session)
            .scalar_subquery()
        )
        for state in (WAITLISTED, ENTERED)
    }
    rows = await db.execute(
        select(col(Session.id), col(Course.capacity), col(Session.seats_taken), counts[WAITLISTED], counts[ENTERED])
        .join(Course, col(Course.id) == col(Session.course_id))
        .where(col(Session.course_id) == course_id)
    )
    return {int(row[0] or 0): Seats(capacity=row[1], taken=row[2], waiting=row[3], entered=row[4]) for row in rows}


def may_cancel_here(rules: CourseRules, registration: Registration, now: datetime) -> bool:
    """Whether a tap is enough to cancel. Only who has seats for good must keep to the course's deadline."""
    seated = registration.state is RegistrationState.CONFIRMED
    return not seated or rules.cancel_until is None or now <= rules.cancel_until
