"""Many registrations moved together are moved as one by one: states, seats, history, and who may apply again."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import registration
from catalog.database import Database
from catalog.models import (
    Actor,
    ChangeReason,
    Course,
    CourseRules,
    Participant,
    Registration,
    RegistrationChange,
    RegistrationState,
    Selection,
)
from catalog.registration import Place
from catalog.registration.moving import Cause, Step, move, move_together
from tests.catalog.builders import assert_sound, course, household
from tests.catalog.search.factories import NOW, TOKYO

CAUSE = Cause(by=Actor.STAFF, at=NOW + timedelta(days=1), reason=ChangeReason.WON, staff="窓口1")
UNTIL = NOW + timedelta(days=2)


@pytest.fixture
async def db(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.transaction() as session:
        yield session
    await assert_sound(database)


async def entered(db: AsyncSession, *, capacity: int = 9, childcare: int = 9) -> tuple[Place, list[Registration]]:
    """A lottery that four parties of two have entered, each with a child who is looked after."""
    entry = await course(db, selection=Selection.LOTTERY, capacity=capacity, childcare=True)
    db.add(CourseRules(course_id=entry.id, childcare_capacity=childcare))
    registrations = []
    for _ in range(4):
        home = await household(db, "はる")
        wish = registration.Request(
            party=home.people, resident_id=home.id, in_childcare=frozenset({home.people[1].id or 0})
        )
        applied = await registration.apply(db, entry, wish, now=NOW, zone=TOKYO)
        assert isinstance(applied, registration.Applied)
        registrations.append(applied.registration)
    return Place(entry.id), registrations


def steps(registrations: list[Registration]) -> list[Step]:
    confirmed, offered, waits, lost = registrations
    return [
        Step(registration=confirmed, to=RegistrationState.CONFIRMED, cause=CAUSE),
        Step(registration=offered, to=RegistrationState.OFFERED, cause=CAUSE, expires_at=UNTIL),
        Step(registration=waits, to=RegistrationState.WAITLISTED, cause=CAUSE.because(ChangeReason.RESERVED), rank=7),
        Step(registration=lost, to=RegistrationState.LOST, cause=CAUSE.because(ChangeReason.LOST)),
    ]


async def rows(db: AsyncSession, place: Place) -> list[Any]:
    """All that is stored of the registrations of a place, but ids and numbers."""
    ids = select(col(Registration.id)).where(col(Registration.course_id) == place.course_id)
    found: list[Any] = []
    for query, unlike in (
        (select(Registration).where(col(Registration.id).in_(ids)), {"id", "receipt", "resident_id", "entry_code"}),
        (select(RegistrationChange).where(col(RegistrationChange.registration_id).in_(ids)), {"id", "resident_id"}),
        (select(Participant).where(col(Participant.registration_id).in_(ids)), {"person_id"}),
        (select(Course).where(col(Course.id) == place.course_id), {"id", "source_id"}),
        (select(CourseRules).where(col(CourseRules.course_id) == place.course_id), set()),
    ):
        stored = (await db.scalars(query.execution_options(populate_existing=True))).all()
        found.append([row.model_dump(exclude=unlike | {"registration_id", "course_id"}) for row in stored])
    return found


async def test_it_comes_to_the_same(db: AsyncSession) -> None:
    one_by_one, alone = await entered(db)
    together, crowd = await entered(db)
    for step in steps(alone):
        step.registration.rank = step.rank or 0
        assert await move(db, step.registration, step.to, step.cause, expires_at=step.expires_at)
    assert await move_together(db, together, steps(crowd))
    assert [one.state for one in crowd] == [one.state for one in alone], "what is in memory follows"
    assert await rows(db, together) == await rows(db, one_by_one)


@pytest.mark.parametrize("too_few", [{"capacity": 1}, {"childcare": 1}], ids=str)
async def test_without_room_for_all_nobody_is_moved(db: AsyncSession, too_few: dict[str, int]) -> None:
    place, registrations = await entered(db, **too_few)
    before = await rows(db, place)
    assert not await move_together(db, place, steps(registrations))
    assert await rows(db, place) == before


async def test_a_step_that_no_registration_takes_is_refused(db: AsyncSession) -> None:
    place, registrations = await entered(db)
    before = await rows(db, place)
    wrong = Step(registration=registrations[1], to=RegistrationState.HELD, cause=CAUSE)
    with pytest.raises(ValueError, match="does not go from entered to held"):
        await move_together(db, place, [*steps(registrations), wrong])
    assert await rows(db, place) == before


async def test_nobody_to_move_is_no_failure(db: AsyncSession) -> None:
    place, _registrations = await entered(db)
    assert await move_together(db, place, [])
