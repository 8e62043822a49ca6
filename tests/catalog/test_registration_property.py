"""Whatever a town does in whatever order, the rows say what a model of a few lines says."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, consumes, invariant, multiple, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine
from sqlalchemy import delete, select, update
from sqlmodel import col

from catalog import linking, registration, residents
from catalog.database import Database
from catalog.models import CapacityUnit, Course, Participant, Platform, Registration, RegistrationState, Resident
from catalog.registration import Applied
from catalog.search.entry import CourseEntry
from tests.catalog.builders import Household, answer, assert_sound, course, household
from tests.catalog.search.factories import NOW, TOKYO
from tests.conftest import open_database

CONFIRMED, OFFERED, WAITLISTED = (
    RegistrationState.CONFIRMED,
    RegistrationState.OFFERED,
    RegistrationState.WAITLISTED,
)
CAPACITIES = {CapacityUnit.PERSON: 3, CapacityUnit.PAIR: 2}
EXAMPLES = {"sqlite": 15, "postgres": 8}

_names = count(1)


@dataclass
class Party:
    """An active registration as the model has it: ids of persons, those of children apart."""

    owner: int
    grown_ups: set[int]
    children: set[int]
    seats: int
    state: RegistrationState = WAITLISTED

    @property
    def people(self) -> set[int]:
        return self.grown_ups | self.children


@dataclass
class Room:
    """A course as the model has it: active registrations by id, which is also the order of arrival."""

    entry: CourseEntry
    parties: dict[int, Party] = field(default_factory=dict)

    def seats_for(self, grown_ups: set[int], children: set[int]) -> int:
        if self.entry.capacity_unit is CapacityUnit.PAIR:
            return max(1, len(children))
        return len(grown_ups) + len(children)

    def settle(self) -> None:
        """Offers free places to who waits, in order; who does not fit is passed over, as no time goes by."""
        capacity = self.entry.capacity or 0
        for number in sorted(self.parties):
            party = self.parties[number]
            if party.state is WAITLISTED and self.taken + party.seats <= capacity:
                party.state = OFFERED

    def leave(self, number: int, person: int) -> None:
        party = self.parties[number]
        party.grown_ups.discard(person)
        if not party.people:
            del self.parties[number]
        else:
            party.seats = min(party.seats, self.seats_for(party.grown_ups, party.children))
        self.settle()

    @property
    def taken(self) -> int:
        return sum(party.seats for party in self.parties.values() if party.state is not WAITLISTED)


class Town(RuleBasedStateMachine):
    """Residents on both platforms apply, cancel, forget and link; after each step rows and model agree."""

    homes: Bundle[Household] = Bundle("homes")

    runner: ClassVar[asyncio.Runner]
    database: ClassVar[Database]

    def __init__(self) -> None:
        super().__init__()
        self.rooms = self.runner.run(self._open())

    async def _open(self) -> list[Room]:
        async with self.database.transaction() as db:
            await db.execute(delete(Resident))
            await db.execute(update(Course).values(seats_taken=0))
            return [Room(await course(db, capacity=size, capacity_unit=unit)) for unit, size in CAPACITIES.items()]

    @rule(target=homes, children=st.integers(0, 2), platform=st.sampled_from(Platform))
    def arrive(self, children: int, platform: Platform) -> Household:
        async def meet() -> Household:
            async with self.database.transaction() as db:
                return await household(db, *(f"子{next(_names)}" for _ in range(children)), platform=platform)

        return self.runner.run(meet())

    @rule(home=homes, room=st.sampled_from((0, 1)), chosen=st.integers(1, 7))
    def apply(self, home: Household, room: int, chosen: int) -> None:
        """The party is chosen by the bits of a number; where it names nobody, all apply."""
        place = self.rooms[room]
        party = [someone for at, someone in enumerate(home.people) if chosen >> at & 1] or list(home.people)

        async def play() -> object:
            async with self.database.transaction() as db:
                return await answer(db, place.entry, home, party)

        outcome = self.runner.run(play())
        standing = {person for known in place.parties.values() for person in known.people}
        newcomers = {someone.id or 0 for someone in party} - standing
        grown_ups, children = newcomers & {home.me.id or 0}, newcomers - {home.me.id or 0}
        seats = place.seats_for(grown_ups, children)
        if newcomers and seats <= (place.entry.capacity or 0):
            assert isinstance(outcome, Applied)
            assert not outcome.already
            mine = place.parties[outcome.registration.id or 0] = Party(home.id, grown_ups, children, seats)
            place.settle()
            mine.state = WAITLISTED if mine.state is WAITLISTED else CONFIRMED
        else:
            assert not newcomers or not isinstance(outcome, Applied)

    @rule(room=st.sampled_from((0, 1)), which=st.integers(0, 9))
    def cancel(self, room: int, which: int) -> None:
        place = self.rooms[room]
        if not place.parties:
            return
        number = sorted(place.parties)[which % len(place.parties)]
        owner = place.parties.pop(number).owner

        async def play() -> None:
            async with self.database.transaction() as db:
                for _twice in range(2):
                    await registration.cancel(db, number, resident_id=owner, now=NOW, zone=TOKYO)

        self.runner.run(play())
        place.settle()

    @rule(home=consumes(homes))
    def forget(self, home: Household) -> None:
        async def play() -> None:
            async with self.database.transaction() as db:
                await residents.forget(db, home.id, now=NOW, zone=TOKYO)

        self.runner.run(play())
        for place in self.rooms:
            place.parties = {number: party for number, party in place.parties.items() if party.owner != home.id}
            place.settle()

    @rule(target=homes, keeper=consumes(homes), joining=consumes(homes))
    def link(self, keeper: Household, joining: Household) -> Household | MultipleResults[Household]:
        """Where both have a platform in common nothing is joined; no two children have the same name."""

        async def play() -> Household | None:
            async with self.database.transaction() as db:
                code = await linking.new_code(db, keeper.id, now=NOW)
                if await linking.redeem(db, code, by=joining.resident, now=NOW, zone=TOKYO) is None:
                    return None
                return Household(keeper.resident, tuple(await residents.people(db, keeper.id)))

        joined = self.runner.run(play())
        if joined is None:
            return multiple(keeper, joining)
        self._join(keeper, joining)
        return joined

    def _join(self, keeper: Household, joining: Household) -> None:
        mine, other = keeper.me.id or 0, joining.me.id or 0
        for place in self.rooms:
            standing = {
                person: number for number, party in place.parties.items() for person in party.grown_ups & {mine, other}
            }
            if len(standing) == 2:
                person = max(standing, key=lambda one: standing[one])
                place.leave(standing[person], person)
            for party in place.parties.values():
                party.owner = keeper.id if party.owner == joining.id else party.owner
                party.grown_ups = {mine if person == other else person for person in party.grown_ups}

    @invariant()
    def rows_agree(self) -> None:
        for place in self.rooms:
            expected = {
                number: (party.owner, party.seats, party.state, party.people) for number, party in place.parties.items()
            }
            assert self.runner.run(self._stored(place.entry.id)) == expected
            self.runner.run(assert_sound(self.database, place.entry.id))

    async def _stored(self, course_id: int) -> dict[int, tuple[int, int, RegistrationState, set[int]]]:
        async with self.database.reading() as db:
            rows = await db.execute(
                select(Registration, col(Participant.person_id))
                .join(Participant, col(Participant.registration_id) == col(Registration.id))
                .where(col(Registration.course_id) == course_id, col(Participant.active))
            )
            stored: dict[int, tuple[int, int, RegistrationState, set[int]]] = {}
            for found, person in rows.all():
                facts = (found.resident_id, found.seats, found.state, set[int]())
                stored.setdefault(found.id or 0, facts)[3].add(person)
            return stored


@pytest.fixture(params=list(EXAMPLES))
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[type[Town], int]]:
    """A town with a database and a loop of its own (its steps are plain functions), and how often to play it."""
    opened = open_database(request.param, tmp_path)

    async def begin() -> Database:
        return await anext(opened)

    async def end() -> None:
        await anext(opened, None)

    with asyncio.Runner() as loop:

        class Place(Town):
            runner = loop
            database = loop.run(begin())

        yield Place, EXAMPLES[request.param]
        loop.run(end())


def test_a_town_of_families(town: tuple[type[Town], int]) -> None:
    """Seats, parties, order and owners are right after every step, on both engines."""
    place, examples = town
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_machine(
        place,
        settings=settings(max_examples=examples, stateful_step_count=20, deadline=None, suppress_health_check=slow),
    )
