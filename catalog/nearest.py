"""What stands beside a refusal: the courses most like the one refused that these people can surely join now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from catalog import eligibility, registration
from catalog.advised import Member
from catalog.eligibility import Standing
from catalog.models import Person, Relation, Selection
from catalog.people import age_on
from catalog.recommend import nearest_fit
from catalog.registration import Seats, takes_registrations
from catalog.search.entry import CourseEntry
from catalog.search.index import CourseIndex
from catalog.standing import standings_of

_CONSIDERED = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Who looks for something else: those who would apply, and the household, from which a carer may come along."""

    people: Sequence[Person]
    family: Sequence[Person]


async def nearest_joinable(
    db: AsyncSession,
    index: CourseIndex,
    course: CourseEntry,
    wanted: Wanted,
    *,
    now: datetime,
    zone: ZoneInfo,
    limit: int = 3,
) -> tuple[CourseEntry, ...]:
    """The nearest first, at most `limit`. None that is full, or that any rule, or what the rows say, would refuse.

    Those for which something would have to be asked first come last.
    """
    someone = wanted.people[0]
    member = member_of(someone, now=now, zone=zone)
    alike = nearest_fit(index, course, member, now=now, zone=zone, limit=_CONSIDERED)
    seats = await registration.seats(db, [one.id for one in alike], now=now)
    alike = tuple(one for one in alike if one.id in seats and _takes_one_more(one, seats[one.id]))
    standings = await standings_of(db, alike, wanted.people, zone=zone)
    sure: list[CourseEntry] = []
    after_asking: list[CourseEntry] = []
    for one in alike:
        asked = _fits(one, wanted, standings[one.id], now=now, zone=zone)
        if asked is not None:
            (after_asking if asked else sure).append(one)
    return tuple([*sure, *after_asking][:limit])


def member_of(someone: Person, *, now: datetime, zone: ZoneInfo) -> Member:
    """The person as advice sees them."""
    age = age_on(someone, now.astimezone(zone).date())
    return Member(key=str(someone.id), relation=someone.relation.value, min_age=age.low, max_age=age.high)


def _takes_one_more(course: CourseEntry, seats: Seats) -> bool:
    """Whether newcomers need not wait; before a draw everybody is taken, until its list is closed."""
    return not seats.closed if course.selection is Selection.LOTTERY else seats.left != 0


def _fits(course: CourseEntry, wanted: Wanted, standing: Standing, *, now: datetime, zone: ZoneInfo) -> bool | None:
    """Whether something must be asked first; None where they may not join."""
    party = list(wanted.people)
    if course.parent_child and not any(one.relation is Relation.SELF for one in party):
        party += [one for one in wanted.family if one.relation is Relation.SELF]
    if eligibility.party(course, party, now=now, zone=zone, standing=standing) is not None:
        return None
    asks = takes_registrations(course) and eligibility.missing(course, party, now=now, zone=zone, standing=standing)
    return bool(asks)
