"""Residents with families and courses with places, as rows: only what a test is about is said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from catalog import invariants, registration, residents
from catalog.database import Database
from catalog.eligibility import Missing, Refusal
from catalog.models import (
    Actor,
    ChangeReason,
    Course,
    CourseRules,
    Person,
    Platform,
    Registration,
    RegistrationState,
    Relation,
    Resident,
    Selection,
    Session,
)
from catalog.registration import Applied, Cancelled, Cause, Request, waitlist
from catalog.search.entry import CourseEntry
from catalog.search.loading import load_entries
from tests.catalog.search.factories import NOW, TOKYO

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Household:
    """A resident and the people they apply for, themselves first."""

    resident: Resident
    people: tuple[Person, ...]

    @property
    def id(self) -> int:
        assert self.resident.id is not None
        return self.resident.id

    @property
    def me(self) -> Person:
        return self.people[0]


async def household(db: AsyncSession, *children: str, platform: Platform = Platform.LINE) -> Household:
    """A new resident with children of these names."""
    resident, _account = await residents.meet(db, platform, f"U{next(_numbers)}", language="ja", now=NOW)
    assert resident.id is not None
    for name in children:
        child = Person(resident_id=resident.id, relation=Relation.CHILD, nickname=name, created_at=NOW)
        assert await residents.add_person(db, child)
    return Household(resident, tuple(await residents.people(db, resident.id)))


async def course(db: AsyncSession, *, days: float | None = 30, sessions: int = 1, **facts: Any) -> CourseEntry:
    """A first-come course whose first session is in `days` (None: with none), the others each a week later."""
    told = {"selection": Selection.FIRST_COME, "title": "健康体操", "updated_at": NOW, **facts}
    row = Course(source="test", source_id=str(next(_numbers)), **told)
    db.add(row)
    await db.flush()
    assert row.id is not None
    if days is not None:
        starts = [NOW + timedelta(days=days, weeks=week) for week in range(sessions)]
        db.add_all(
            Session(course_id=row.id, starts_at=start, position=position) for position, start in enumerate(starts, 1)
        )
        await db.flush()
    return (await load_entries(db, [row.id]))[0]


async def rules(db: AsyncSession, entry: CourseEntry, **settings: Any) -> CourseEntry:
    """The course with rules of its own."""
    db.add(CourseRules(course_id=entry.id, **settings))
    await db.flush()
    return entry


async def answer(
    db: AsyncSession,
    entry: CourseEntry,
    home: Household,
    party: Sequence[Person] | None = None,
    *,
    now: datetime = NOW,
    **wishes: Any,
) -> Applied | Refusal | Missing:
    """What applying is answered with; without a party, for the resident alone. `wishes` as of a `Request`."""
    request = Request(party=party or [home.me], resident_id=home.id, **wishes)
    return await registration.apply(db, entry, request, now=now, zone=TOKYO)


async def enrol(
    db: AsyncSession,
    entry: CourseEntry,
    home: Household,
    party: Sequence[Person] | None = None,
    *,
    now: datetime = NOW,
    **wishes: Any,
) -> Registration:
    """An application that must not be refused."""
    outcome = await answer(db, entry, home, party, now=now, **wishes)
    assert isinstance(outcome, Applied), outcome
    return outcome.registration


async def call_off(db: AsyncSession, found: Registration, *, now: datetime = NOW) -> None:
    """A cancellation that must find its registration."""
    assert found.id is not None
    done = await registration.cancel(db, found.id, resident_id=found.resident_id, now=now, zone=TOKYO)
    assert isinstance(done, Cancelled)


async def settle(db: AsyncSession, entry: CourseEntry, *, now: datetime = NOW) -> int:
    """Lets lapse and offers on what is due, as the scheduler does."""
    return await waitlist.settle(db, entry.id, now=now, zone=TOKYO)


async def say_yes(db: AsyncSession, found: Registration, *, now: datetime = NOW) -> None:
    """Takes an offer by a tap."""
    cause = Cause(by=Actor.RESIDENT, at=now, reason=ChangeReason.ACCEPTED)
    await registration.accept(db, found, cause, now=now, zone=TOKYO)


async def states(db: AsyncSession, *found: Registration) -> list[RegistrationState]:
    """The states as stored."""
    rows = await db.execute(select(col(Registration.id), col(Registration.state)))
    stored = {row[0]: row[1] for row in rows}
    return [stored[one.id] for one in found]


async def rows_of(db: AsyncSession, model: type[SQLModel]) -> int:
    return await db.scalar(select(func.count()).select_from(model)) or 0


async def assert_sound(database: Database, course_id: int | None = None, *, now: datetime = NOW) -> None:
    """All invariants hold; and in the course, if named, nobody waits whose turn it is by the stated rule."""
    async with database.reading() as db:
        assert await invariants.broken(db) == []
        if course_id is None:
            return
        course, rules = await db.get_one(Course, course_id), await registration.rules_of(db, course_id)
        waiting = await db.scalars(
            select(Registration)
            .where(col(Registration.course_id) == course_id, col(Registration.state) == RegistrationState.WAITLISTED)
            .order_by(col(Registration.rank), col(Registration.id))
        )
        assert course.capacity is not None
        free = course.capacity - course.seats_taken
        for party in waiting:
            if party.seats <= free:
                assert rules.childcare_capacity is not None, "places are free while somebody waits for them"
                assert rules.childcare_taken + party.childcare > rules.childcare_capacity
            elif party.passed_over_at and now >= party.passed_over_at + timedelta(hours=rules.skip_hours):
                return  # kept for this party
