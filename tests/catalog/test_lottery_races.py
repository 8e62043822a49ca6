"""The lottery (抽選) while many are at it at once, and whatever its entrants do meanwhile."""

import asyncio
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import draw, registration
from catalog.database import Database
from catalog.draw import Outcome
from catalog.models import (
    Actor,
    ChangeReason,
    Course,
    CourseRules,
    Draw,
    Registration,
    RegistrationChange,
    RegistrationState,
    Selection,
)
from catalog.registration import Place, lottery
from catalog.search.entry import CourseEntry
from tests.catalog.builders import assert_sound, call_off, course, enrol, household
from tests.catalog.search.factories import NOW, TOKYO

CLOSES = NOW + timedelta(days=3)
LATER = CLOSES + timedelta(hours=1)
AT_ONCE = 6

RESULT = {
    Outcome.WON: RegistrationState.CONFIRMED,
    Outcome.RESERVE: RegistrationState.WAITLISTED,
    Outcome.LOST: RegistrationState.LOST,
}


async def open_lottery(db: AsyncSession, *, capacity: int, reserves: int | None = None) -> CourseEntry:
    entry = await course(db, selection=Selection.LOTTERY, capacity=capacity, apply_until=CLOSES)
    db.add(CourseRules(course_id=entry.id, reserves=reserves))
    await db.flush()
    return entry


async def party(db: AsyncSession, entry: CourseEntry, size: int, *, by: Actor = Actor.RESIDENT) -> Registration:
    home = await household(db, *(f"子{number}" for number in range(size - 1)))
    return await enrol(db, entry, home, home.people, by=by)


async def test_whoever_enters_first_at_the_same_time_one_seed_is_promised(database: Database) -> None:
    async with database.transaction() as db:
        entry = await open_lottery(db, capacity=3)

    async def enter() -> None:
        async with database.transaction() as db:
            await party(db, entry, 1)

    await asyncio.gather(*(enter() for _ in range(AT_ONCE)))
    async with database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Draw)) == 1
        codes = await db.scalar(select(func.count(col(Registration.entry_code).distinct())))
    assert codes == AT_ONCE


async def test_drawn_by_many_at_once_it_is_drawn_once(database: Database) -> None:
    async with database.transaction() as db:
        entry = await open_lottery(db, capacity=3)
        for size in (1, 2, 3, 1):
            await party(db, entry, size)

    async def run() -> lottery.Held:
        async with database.transaction() as db:
            return await lottery.run(db, Place(entry.id), now=LATER, zone=TOKYO)

    held = await asyncio.gather(*(run() for _ in range(AT_ONCE)))
    assert sorted(one.already for one in held) == [False] + [True] * (AT_ONCE - 1)
    assert len({one.drawn.text for one in held}) == 1
    async with database.reading() as db:
        won = select(func.count()).where(col(RegistrationChange.reason) == ChangeReason.WON)
        wins = sum(result.outcome is Outcome.WON for result in held[0].drawn.results)
        assert await db.scalar(won.select_from(RegistrationChange)) == wins
    await assert_sound(database)


@pytest.mark.parametrize("chance", range(6))
async def test_whatever_happens_meanwhile_the_result_is_that_of_the_list(database: Database, chance: int) -> None:
    """Parties of any size enter, leave before and after the deadline, and staff take others too late."""
    random = Random(chance)  # noqa: S311 - the same parties in every run
    capacity = random.randint(4, 12)
    async with database.transaction() as db:
        entry = await open_lottery(db, capacity=capacity, reserves=random.choice([None, 0, 3]))
        entered = [await party(db, entry, random.randint(1, 4)) for _ in range(random.randint(0, 10))]
        await leave(db, entered, random)
        await lottery.fix(db, Place(entry.id), now=LATER)
        listed = {one.entry_code for one in entered if one.state is RegistrationState.ENTERED}
        await leave(db, entered, random)
        late = [await party(db, entry, 1, by=Actor.STAFF) for _ in range(random.randint(0, 2))]
        held = await lottery.run(db, Place(entry.id), now=LATER, zone=TOKYO)

    assert draw.problems(held.drawn.text) == []
    outcomes = {result.code: result.outcome for result in held.drawn.results}
    assert outcomes.keys() == listed
    for one in entered:
        left = one.state is RegistrationState.CANCELLED
        assert left or one.state is RESULT[outcomes[one.entry_code or ""]]
    assert {one.state for one in late} <= {RegistrationState.WAITLISTED}
    async with database.reading() as db:
        row = await db.get(Course, entry.id)
        assert row is not None
        seated = sum(one.seats for one in entered if one.state is RegistrationState.CONFIRMED)
        assert row.seats_taken == seated <= capacity
        behind = [await registration.position(db, one) or 0 for one in late]
        reserves = [await registration.position(db, one) or 0 for one in entered if one not in late]
    assert not behind or min(behind) > max(reserves, default=0)
    await assert_sound(database)


async def leave(db: AsyncSession, entered: list[Registration], random: Random) -> None:
    for one in entered:
        if one.state is RegistrationState.ENTERED and random.random() < 0.25:
            await call_off(db, one)
