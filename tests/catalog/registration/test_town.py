"""Whatever a town does in whatever order, the rows say what a model of a few lines says."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis.stateful import invariant
from hypothesis.stateful import run_state_machine_as_test as run_machine
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import invariants, registration
from catalog.models import Participant, PartyFriend, Registration, RegistrationChange
from tests.catalog.registration.model import ACTIVE, WAITLISTED
from tests.catalog.registration.town import Town
from tests.conftest import open_database

pytestmark = pytest.mark.long

EXAMPLES, STEPS = {"sqlite": 20, "postgres": 15}, 25


class WatchedTown(Town):
    """After each step rows and model agree."""

    @invariant()
    def rows_and_model_agree(self) -> None:
        async def look() -> None:
            async with self.database.reading() as db:
                await self._same_parties(db)
                await self._sound(db)
                await self._positions(db)

        self.runner.run(look())

    async def _same_parties(self, db: AsyncSession) -> None:
        stored, friends = await _rows(db), await _friends(db)
        for stage in self.stages:
            for party in stage.room.parties.values():
                row, people = stored.pop(party.number)
                assert (row.resident_id, row.state, row.seats, row.childcare, row.expires_at, people) == (
                    party.owner,
                    party.state,
                    party.seats,
                    party.childcare,
                    party.until,
                    {person: person in party.aside for person in party.people},
                )
                assert sorted(friends.pop(party.number, [])) == sorted(party.friends)
        assert (stored, friends) == ({}, {})

    async def _sound(self, db: AsyncSession) -> None:
        """No seat too many, nobody twice, the history whole. But a course may become smaller than who is in it."""
        too_small = sum(
            stage.room.taken(session) > stage.room.capacity for stage in self.stages for session in stage.sessions
        )
        broken = await invariants.broken(db)
        assert len(broken) == too_small, broken
        assert all(": 定員(" in sentence for sentence in broken)

    async def _positions(self, db: AsyncSession) -> None:
        for stage in self.stages:
            for session in stage.sessions:
                waiting = stage.room.active(WAITLISTED, session=session)
                rows = [await db.get_one(Registration, party.number) for party in waiting]
                told = [await registration.position(db, row) for row in rows]
                assert told == list(range(1, len(waiting) + 1))

    def teardown(self) -> None:
        async def steps() -> list[tuple[str, str]]:
            async with self.database.reading() as db:
                return await _edges(db)

        for before, after in self.runner.run(steps()):
            event(f"{before} → {after}")


async def _rows(db: AsyncSession) -> dict[int, tuple[Registration, dict[int, bool]]]:
    """Every registration with its people, and whether they are in childcare."""
    stored = {found.id or 0: (found, dict[int, bool]()) for found in await db.scalars(select(Registration))}
    for someone in await db.scalars(select(Participant)):
        found, people = stored[someone.registration_id]
        people[someone.person_id] = someone.in_childcare
        assert someone.active is (found.state in ACTIVE)
    return stored


async def _friends(db: AsyncSession) -> dict[int, list[int]]:
    """Who has joined each party."""
    found: dict[int, list[int]] = {}
    for friend in await db.scalars(select(PartyFriend)):
        found.setdefault(friend.registration_id, []).append(friend.resident_id)
    return found


async def _edges(db: AsyncSession) -> list[tuple[str, str]]:
    rows = await db.execute(select(col(RegistrationChange.from_state), col(RegistrationChange.to_state)).distinct())
    return [(str(row[0] or "new"), str(row[1])) for row in rows]


@pytest.fixture(params=list(EXAMPLES))
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[type[WatchedTown], int]]:
    """A town with a database and a loop of its own (its steps are plain functions), and how often to play it."""
    with asyncio.Runner() as loop:
        opened = AsyncExitStack()

        class Place(WatchedTown):
            runner = loop
            database = loop.run(opened.enter_async_context(open_database(request.param, tmp_path)))

        yield Place, EXAMPLES[request.param]
        loop.run(opened.aclose())


def test_a_town_of_families(town: tuple[type[WatchedTown], int]) -> None:
    """Seats, childcare, parties, order, owners and history are right after every step, on both engines."""
    place, examples = town
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_machine(
        place,
        settings=settings(max_examples=examples, stateful_step_count=STEPS, suppress_health_check=slow),
    )
