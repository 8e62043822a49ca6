"""Who is drawn first (優先) and with how many tickets: from what a party declared, and how its last draw went.

**Group.** One for each priority of the course that the party does not meet; 0 is drawn first. A party is of the city's
residents (市内在住) if one of it declared so and nobody declared otherwise; first-timers (初めて) if nobody of it was
present at a course of the series — of the same title, where the course belongs to none.

**Tickets.** The course's `loser_tickets` if the last draw of somebody of the party was lost, less than a year ago; else
one. Reserves who were never offered a place have lost, too.

Children who are only looked after (保育) count for neither.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog.models import (
    Attendance,
    Belonging,
    ChangeReason,
    Course,
    CourseRules,
    Participant,
    Person,
    Presence,
    Registration,
    RegistrationChange,
    RegistrationState,
    Session,
)
from catalog.registration.seating import Place
from catalog.upsert import table

LATELY = timedelta(days=365)
MOST_TICKETS = 100

_RESULTS = (ChangeReason.WON, ChangeReason.RESERVED, ChangeReason.LOST)
_SEATED = (RegistrationState.CONFIRMED, RegistrationState.OFFERED)


@dataclass(frozen=True, slots=True)
class Chance:
    """How a party is drawn: its tickets, and its group."""

    weight: int = 1
    group: int = 0


async def of_entrants(
    db: AsyncSession, place: Place, rules: CourseRules, registrations: Iterable[Registration], *, now: datetime
) -> dict[int, Chance]:
    """The chance of each of the registrations, which are entered for the place, by id."""
    parties = await _parties(db, place)
    came_before = await _came_before(db, place, rules) if rules.priority_first_timers else set()
    losers = await _losers(db, place, since=now - LATELY) if rules.loser_tickets > 1 else set()
    chances = {}
    for registration in registrations:
        party = parties[registration.id or 0]
        unmet = (
            rules.priority_residents and not _residents(party),
            rules.priority_first_timers and not came_before.isdisjoint(party),
            rules.priority_all_sessions and registration.all_sessions is not True,
        )
        lost = not losers.isdisjoint(party)
        chances[registration.id or 0] = Chance(min(rules.loser_tickets, MOST_TICKETS) if lost else 1, sum(unmet))
    return chances


def _residents(party: dict[int, Belonging | None]) -> bool:
    return {belonging for belonging in party.values() if belonging is not None} == {Belonging.RESIDENT}


async def _parties(db: AsyncSession, place: Place) -> dict[int, dict[int, Belonging | None]]:
    """What each person declared, by registration and person."""
    rows = await db.execute(
        _entrants(place)
        .join(Person, col(Person.id) == col(Participant.person_id))
        .with_only_columns(col(Participant.registration_id), col(Participant.person_id), col(Person.belonging))
    )
    parties: dict[int, dict[int, Belonging | None]] = defaultdict(dict)
    for registration_id, person_id, belonging in rows:
        parties[registration_id][person_id] = belonging
    return parties


async def _came_before(db: AsyncSession, place: Place, rules: CourseRules) -> set[int]:
    """Those who were present at a course of the same series, or title."""
    came = (
        select(col(Attendance.person_id))
        .join(Session, col(Session.id) == col(Attendance.session_id))
        .where(col(Attendance.presence) == Presence.PRESENT, col(Attendance.person_id).in_(_entrants(place)))
    )
    if rules.series:
        came = came.join(CourseRules, col(CourseRules.course_id) == col(Session.course_id)).where(
            col(CourseRules.series) == rules.series
        )
    else:
        title = select(col(Course.title)).where(col(Course.id) == place.course_id).scalar_subquery()
        came = came.join(Course, col(Course.id) == col(Session.course_id)).where(col(Course.title) == title)
    return set((await db.scalars(came)).all())


async def _losers(db: AsyncSession, place: Place, *, since: datetime) -> set[int]:
    """Those whose last draw since then gave them no place."""
    other = table(RegistrationChange).alias().c
    seated = exists().where(
        other.registration_id == col(RegistrationChange.registration_id), other.to_state.in_(_SEATED)
    )
    rows = await db.execute(
        select(col(Participant.person_id), seated)
        .join(RegistrationChange, col(RegistrationChange.registration_id) == col(Participant.registration_id))
        .where(
            col(RegistrationChange.reason).in_(_RESULTS),
            col(RegistrationChange.at) >= since,
            col(Participant.person_id).in_(_entrants(place)),
            ~col(Participant.in_childcare),
        )
        .order_by(col(RegistrationChange.id))
    )
    last: dict[int, bool] = {row[0]: row[1] for row in rows}
    return {person_id for person_id, got_a_place in last.items() if not got_a_place}


def _entrants(place: Place) -> Select[Any]:
    """The people who are entered for the place."""
    return (
        select(col(Participant.person_id))
        .join(Registration, col(Registration.id) == col(Participant.registration_id))
        .where(
            col(Registration.course_id) == place.course_id,
            col(Registration.session_id).is_not_distinct_from(place.session_id),
            col(Registration.state) == RegistrationState.ENTERED,
            ~col(Participant.in_childcare),
        )
    )
