"""What the rows say of a party and a course, for the rules of `catalog.eligibility`: in as few queries as these need.

Courses belong together that are of the same series; of the same title, where a course belongs to none.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog.eligibility import Standing, Taken
from catalog.holding import held_by
from catalog.models import (
    Attendance,
    Course,
    CourseRules,
    CourseStatus,
    Participant,
    PassportEntry,
    Person,
    Presence,
    Registration,
    RegistrationState,
    Search,
    Session,
)
from catalog.search import criteria_json
from catalog.search.criteria import Feature
from catalog.search.entry import CourseEntry

_NEEDED_LATELY = timedelta(days=30)
_UNSAID_LENGTH = timedelta(hours=1)  # of a session without an end


async def standing_of(
    db: AsyncSession, course: CourseEntry, party: Sequence[Person], *, zone: ZoneInfo, rules: CourseRules | None = None
) -> Standing:
    """How the party stands to one course, whose `rules` may have been read already."""
    if rules is None:
        return (await standings_of(db, [course], party, zone=zone))[course.id]
    return (await _standings(db, [course], {course.id: rules}, party, zone))[course.id]


async def standings_of(
    db: AsyncSession, courses: Sequence[CourseEntry], party: Sequence[Person], *, zone: ZoneInfo
) -> dict[int, Standing]:
    """How the party stands to each of the courses, by their ids."""
    ids = [course.id for course in courses]
    stored = await db.scalars(select(CourseRules).where(col(CourseRules.course_id).in_(ids)))
    return await _standings(db, courses, {found.course_id: found for found in stored.all()}, party, zone)


async def _standings(
    db: AsyncSession,
    courses: Sequence[CourseEntry],
    rules: Mapping[int, CourseRules],
    party: Sequence[Person],
    zone: ZoneInfo,
) -> dict[int, Standing]:
    companions = await _companions(db, [course.id for course in courses if _is_for_two(course, rules)], party)
    return {
        course.id: Standing(
            rules=(own := rules.get(course.id) or CourseRules(course_id=course.id)),
            taken=await _taken(db, course, own, party, zone) if _asks_for_history(own) else (),
            companions=companions.get(course.id, ()),
        )
        for course in courses
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Somebody of the party is to be elsewhere when a session of the course is held. A warning, no refusal.

    `starts_at` is that of the course's session, `other_starts_at` that of the other course's; both UTC.
    """

    person_id: int
    course_id: int
    title: str
    starts_at: datetime
    other_starts_at: datetime


async def clashes(
    db: AsyncSession,
    course: CourseEntry,
    party: Sequence[Person],
    *,
    now: datetime,
    session_id: int | None = None,
) -> tuple[Clash, ...]:
    """What the party would miss or leave early, in the order of time: one clash for each person and other course.

    `session_id` where one applies for a single session. Sessions of no known hour clash with nothing.
    """
    meetings = [one for one in course.coming(now) if not one.all_day and session_id in (None, one.id)]
    if not meetings:
        return ()
    earliest, latest = (
        meetings[0].starts_at - timedelta(days=1),
        max(_end(one.starts_at, one.ends_at) for one in meetings),
    )
    rows = await db.execute(
        _places(party)
        .join(Course, col(Course.id) == col(Participant.course_id))
        .join(Session, col(Session.course_id) == col(Course.id))
        .where(
            col(Participant.course_id) != course.id,
            col(Registration.session_id).is_(None) | (col(Registration.session_id) == col(Session.id)),
            col(Course.status) == CourseStatus.SCHEDULED,
            ~col(Session.cancelled),
            ~col(Session.all_day),
            col(Session.starts_at).between(earliest, latest),
        )
        .with_only_columns(
            col(Participant.person_id),
            col(Participant.course_id),
            col(Course.title),
            col(Session.starts_at),
            col(Session.ends_at),
        )
        .order_by(col(Session.starts_at), col(Participant.person_id))
    )
    found: dict[tuple[int, int], Clash] = {}
    for person_id, course_id, title, starts_at, ends_at in rows:
        for one in meetings:
            if starts_at < _end(one.starts_at, one.ends_at) and one.starts_at < _end(starts_at, ends_at):
                clash = Clash(
                    person_id=person_id,
                    course_id=course_id,
                    title=title,
                    starts_at=one.starts_at,
                    other_starts_at=starts_at,
                )
                found.setdefault((person_id, course_id), clash)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Unmet:
    """Something that the resident looked for lately and that the course does not offer. A warning, no refusal."""

    need: Feature


Caution = Clash | Unmet


async def cautions(
    db: AsyncSession,
    course: CourseEntry,
    party: Sequence[Person],
    *,
    now: datetime,
    session_id: int | None = None,
) -> tuple[Caution, ...]:
    """What a party should know before it applies, and that keeps nobody from it."""
    return (*await clashes(db, course, party, now=now, session_id=session_id), *await _unmet(db, course, party, now))


async def _unmet(db: AsyncSession, course: CourseEntry, party: Sequence[Person], now: datetime) -> list[Unmet]:
    """Needs are what was searched for; nothing else is kept of them."""
    offered = {
        Feature.CHILDCARE: course.childcare,
        Feature.WHEELCHAIR: course.wheelchair,
        Feature.SIGN_LANGUAGE: course.sign_language,
    }
    searches = await db.scalars(
        select(col(Search.criteria)).where(
            col(Search.resident_id).in_(_households(party)), col(Search.created_at) >= now - _NEEDED_LATELY
        )
    )
    needed = {feature for criteria in searches.all() for feature in criteria_json.loads(criteria).features}
    return [Unmet(need) for need, there in offered.items() if need in needed and not there]


def _end(starts_at: datetime, ends_at: datetime | None) -> datetime:
    return starts_at + _UNSAID_LENGTH if ends_at is None else ends_at


def _is_for_two(course: CourseEntry, rules: Mapping[int, CourseRules]) -> bool:
    """Whether it matters who of the household is there already: a child's carer."""
    own = rules.get(course.id)
    return course.parent_child or course.childcare or (own is not None and own.childcare_capacity is not None)


def _asks_for_history(rules: CourseRules) -> bool:
    quotas = rules.quota_per_series is not None or rules.quota_per_year is not None
    return rules.first_timers_only or rules.series_members_only or quotas


async def _companions(
    db: AsyncSession, course_ids: Collection[int], party: Sequence[Person]
) -> dict[int, tuple[Person, ...]]:
    """Others of the household who stand in the courses, by course."""
    if not course_ids:
        return {}
    others = _places(party, whole_household=True).where(
        col(Participant.course_id).in_(course_ids), col(Participant.person_id).not_in(_ids(party))
    )
    rows = await db.execute(
        others.join(Person, col(Person.id) == col(Participant.person_id))
        .where(col(Person.resident_id).in_(_households(party)))  # not those whom friends brought along
        .with_only_columns(col(Participant.course_id), Person)
        .order_by(col(Person.id))
    )
    found: dict[int, tuple[Person, ...]] = {}
    for course_id, someone in rows:
        found[course_id] = (*found.get(course_id, ()), someone)
    return found


async def _taken(
    db: AsyncSession, course: CourseEntry, rules: CourseRules, party: Sequence[Person], zone: ZoneInfo
) -> tuple[Taken, ...]:
    """The other courses of the series in which the party stands or was seen, or that their record (手帳) holds."""
    kin = _of_the_series(course, rules)
    stands = (
        _places(party)
        .join(Course, col(Course.id) == col(Participant.course_id))
        .where(kin)
        .with_only_columns(
            col(Participant.person_id),
            col(Participant.course_id),
            col(Course.starts_at),
            (col(Registration.state) == RegistrationState.CONFIRMED).label("confirmed"),
            literal(False).label("present"),
        )
    )
    seen = (
        select(
            col(Attendance.person_id), col(Registration.course_id), col(Course.starts_at), literal(False), literal(True)
        )
        .join(Registration, col(Registration.id) == col(Attendance.registration_id))
        .join(Course, col(Course.id) == col(Registration.course_id))
        .where(
            col(Registration.id).in_(held_by(_households(party))),
            col(Attendance.person_id).in_(_ids(party)),
            col(Attendance.presence) == Presence.PRESENT,
            kin,
        )
    )
    recorded = (
        select(
            col(PassportEntry.person_id),
            col(PassportEntry.course_id),
            col(Course.starts_at),
            literal(False),
            literal(True),
        )
        .join(Course, col(Course.id) == col(PassportEntry.course_id))
        .where(col(PassportEntry.person_id).in_(_ids(party)), kin)
    )
    rows = await db.execute(union_all(stands, seen, recorded))
    return tuple(
        Taken(
            person_id=person_id,
            course_id=course_id,
            on=None if starts_at is None else starts_at.astimezone(zone).date(),
            confirmed=bool(confirmed),
            present=bool(present),
        )
        for person_id, course_id, starts_at, confirmed, present in rows
    )


def _of_the_series(course: CourseEntry, rules: CourseRules) -> ColumnElement[bool]:
    if rules.series is None:
        alike = col(Course.title) == course.title
    else:
        series = select(col(CourseRules.course_id)).where(col(CourseRules.series) == rules.series)
        alike = col(Course.id).in_(series)
    return alike & (col(Course.id) != course.id) & (col(Course.status) != CourseStatus.CANCELLED)


def _places(party: Sequence[Person], *, whole_household: bool = False) -> Select[Any]:
    """Where the party takes part, or has applied to: by the household's registrations, which are found by an index."""
    places = (
        select(col(Participant.person_id))
        .join(Registration, col(Registration.id) == col(Participant.registration_id))
        .where(
            col(Registration.id).in_(held_by(_households(party))),
            col(Participant.active),
            ~col(Participant.in_childcare),
        )
    )
    return places if whole_household else places.where(col(Participant.person_id).in_(_ids(party)))


def _households(party: Sequence[Person]) -> set[int]:
    return {someone.resident_id for someone in party}


def _ids(party: Sequence[Person]) -> list[int]:
    return [someone.id or 0 for someone in party]
