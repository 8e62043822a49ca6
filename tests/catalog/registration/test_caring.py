"""保育 changed afterwards: a place for the child is taken or given back, the seat stays, and the history tells it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from catalog import registration
from catalog.eligibility import Refusal, RefusalCode
from catalog.models import ChangeReason, CourseRules, Person, Registration, RegistrationState, Selection
from catalog.registration import Cancelled, Place, lottery
from catalog.search.entry import CourseEntry
from tests.catalog.builders import Household, course, enrol, household, rules, states
from tests.catalog.search.factories import NOW, TOKYO

CONFIRMED, OFFERED = RegistrationState.CONFIRMED, RegistrationState.OFFERED
WAITLISTED, ENTERED = RegistrationState.WAITLISTED, RegistrationState.ENTERED
LATER = NOW + timedelta(days=2)

Said = Cancelled | Refusal | None


async def parent(
    db: AsyncSession, entry: CourseEntry, *aside: str, home: str = "はる"
) -> tuple[Registration, Household]:
    """A parent with a child, who applies alone or with the child looked after."""
    family = await household(db, home)
    cared = frozenset(someone.id or 0 for someone in family.people[1:] if someone.nickname in aside)
    party = [family.me, *(someone for someone in family.people if someone.id in cared)]
    return await enrol(db, entry, family, party, in_childcare=cared), family


async def add(db: AsyncSession, entry: CourseEntry, found: Registration, child: Person, *, now: datetime = NOW) -> Said:
    return await registration.look_after(
        db, entry, found.id or 0, child, resident_id=found.resident_id, now=now, zone=TOKYO
    )


async def drop(db: AsyncSession, found: Registration, child: Person) -> Said:
    return await registration.take_back(
        db, found.id or 0, child.id or 0, resident_id=found.resident_id, now=NOW, zone=TOKYO
    )


async def places(db: AsyncSession, entry: CourseEntry) -> tuple[int, int]:
    """Seats and places in childcare that are taken."""
    taken = (await registration.seats(db, [entry.id], now=NOW))[entry.id].taken
    return taken, (await registration.rules_of(db, entry.id)).childcare_taken


async def test_a_child_is_added_and_taken_back_and_the_seat_stays(db: AsyncSession) -> None:
    entry = await rules(db, await course(db, capacity=2, childcare=True), childcare_capacity=1)
    found, home = await parent(db, entry)
    child = home.people[1]
    for _twice in range(2):
        assert await add(db, entry, found, child) == Cancelled(registration=found)
        assert (await places(db, entry), found.childcare) == ((1, 1), 1)
    assert await registration.in_childcare(db, found.id or 0) == {child.id}
    for _twice in range(2):
        assert await drop(db, found, child) == Cancelled(registration=found)
        assert (await places(db, entry), found.childcare) == ((1, 0), 0)
    assert found.state is CONFIRMED
    told = [(change.reason, change.person_id) for change in await registration.history(db, found.id or 0)]
    assert told[1:] == [(ChangeReason.CHILDCARE_CHANGED, child.id)] * 2


async def test_a_full_childcare_takes_no_child_more(db: AsyncSession) -> None:
    """The place that another gives back is for who waits for it, then for anybody."""
    entry = await rules(db, await course(db, capacity=3, childcare=True), childcare_capacity=1)
    other, neighbours = await parent(db, entry, "はる")
    waiting, _home = await parent(db, entry, "はる")
    found, home = await parent(db, entry)
    refusal = Refusal(RefusalCode.CHILDCARE_FULL, home.people[1].id)
    assert await add(db, entry, found, home.people[1]) == refusal
    await drop(db, other, neighbours.people[1])
    assert await states(db, waiting) == [OFFERED]
    assert await add(db, entry, found, home.people[1]) == refusal
    assert await states(db, other) == [CONFIRMED]


@pytest.mark.parametrize("selection", [Selection.FIRST_COME, Selection.LOTTERY])
async def test_who_has_no_seat_yet_waits_for_both(db: AsyncSession, selection: Selection) -> None:
    entry = await rules(db, await course(db, capacity=1, childcare=True, selection=selection), childcare_capacity=1)
    await parent(db, entry)
    found, home = await parent(db, entry)
    assert await add(db, entry, found, home.people[1]) == Cancelled(registration=found)
    assert found.state in (WAITLISTED, ENTERED)
    assert (found.childcare, (await places(db, entry))[1]) == (1, 0)


async def test_a_child_is_added_as_long_as_one_may_apply_and_taken_back_until_the_deadline(db: AsyncSession) -> None:
    entry = await course(db, capacity=2, childcare=True, apply_until=NOW + timedelta(days=1))
    await rules(db, entry, cancel_until=NOW - timedelta(days=1))
    found, home = await parent(db, entry)
    assert await add(db, entry, found, home.people[1], now=LATER) == Refusal(RefusalCode.CLOSED)
    await add(db, entry, found, home.people[1])
    assert await drop(db, found, home.people[1]) == Refusal(RefusalCode.TOO_LATE_TO_CANCEL)
    assert await places(db, entry) == (1, 1)


async def test_a_closed_list_of_a_lottery_stays_as_it_was_published(db: AsyncSession) -> None:
    entry = await course(db, capacity=1, childcare=True, selection=Selection.LOTTERY)
    found, home = await parent(db, entry)
    await lottery.fix(db, Place(entry.id), now=NOW)
    assert await add(db, entry, found, home.people[1]) == Refusal(RefusalCode.CLOSED)


async def test_only_children_of_the_age_who_do_not_take_part_and_ones_own(db: AsyncSession) -> None:
    entry = await rules(db, await course(db, capacity=5, childcare=True), childcare_capacity=5, childcare_max_age=3)
    family = await household(db, "はる")
    child = family.people[1]
    both = await enrol(db, entry, family, family.people)
    assert await add(db, entry, both, child) == Refusal(RefusalCode.ALREADY_IN, child.id)
    found, home = await parent(db, entry)
    home.people[1].birth_year = 2015
    assert await add(db, entry, found, home.people[1]) == Refusal(RefusalCode.CHILDCARE_TOO_OLD, home.people[1].id)
    stranger = await registration.look_after(
        db, entry, found.id or 0, child, resident_id=family.id, now=NOW, zone=TOKYO
    )
    assert stranger is None
    assert (await db.get_one(CourseRules, entry.id)).childcare_taken == 0
