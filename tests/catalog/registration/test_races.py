"""Many at once, through real transactions: seats stay exact, everybody is answered, nobody overtakes."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import changing, linking, registration, residents
from catalog.changing import Hand
from catalog.database import Database
from catalog.models import (
    ChangeReason,
    Course,
    Participant,
    Platform,
    Registration,
    RegistrationChange,
    RegistrationState,
    Resident,
)
from catalog.registration import Applied
from catalog.search.entry import CourseEntry
from tests.catalog.builders import (
    Household,
    answer,
    assert_sound,
    call_off,
    course,
    enrol,
    household,
    rows_of,
    rules,
    settle,
    states,
)
from tests.catalog.search.factories import NOW, TOKYO

CONFIRMED, WAITLISTED = RegistrationState.CONFIRMED, RegistrationState.WAITLISTED
HAND = Hand(at=NOW, staff="佐藤")

First = TypeVar("First")
Second = TypeVar("Second")


async def overlapping(
    database: Database,
    first: Callable[[AsyncSession], Awaitable[First]],
    second: Callable[[AsyncSession], Awaitable[Second]],
) -> tuple[First, Second]:
    """What both led to, where the second begins while the first has done its work and not committed it yet."""

    async def later() -> Second:
        async with database.transaction() as db:
            return await second(db)

    async with database.transaction() as db:
        before = await first(db)
        waiting = asyncio.create_task(later())
        await asyncio.wait([waiting], timeout=0.2)
        assert not waiting.done(), "the second did not wait for the first"
    return before, await waiting


async def a_full_course(database: Database, *, waiting: int) -> tuple[CourseEntry, list[Registration]]:
    """A course of one place that is taken, and its registrations, the waiting ones after the first."""
    async with database.transaction() as db:
        small = await course(db, capacity=1)
        return small, [await enrol(db, small, await household(db)) for _ in range(1 + waiting)]


async def newcomer(database: Database, *children: str) -> Household:
    async with database.transaction() as db:
        return await household(db, *children)


async def test_forty_at_once_for_seven_places(database: Database) -> None:
    """Parties of one to three: no place too many, none free that somebody in line could have, all answered."""
    async with database.transaction() as db:
        small = await course(db, capacity=7)
        homes = [await household(db, *"はるあき"[: number % 3]) for number in range(40)]

    async def one(home: Household) -> object:
        async with database.transaction() as db:
            return await answer(db, small, home, home.people)

    outcomes = await asyncio.gather(*(one(home) for home in homes))
    applied = [outcome.registration for outcome in outcomes if isinstance(outcome, Applied)]
    assert len(applied) == 40
    confirmed = [found for found in applied if found.state is CONFIRMED]
    assert sum(found.seats for found in confirmed) == 7, "there are single ones enough to fill the gaps"
    assert {found.state for found in applied} == {CONFIRMED, WAITLISTED}
    await assert_sound(database, small.id)

    async def give_up(found: Registration) -> None:
        async with database.transaction() as db:
            await call_off(db, found)

    await asyncio.gather(*(give_up(found) for found in confirmed))
    told = await told_of_an_offer(database)
    async with database.reading() as db:
        offered = [found for found in applied if await states(db, found) == [RegistrationState.OFFERED]]
    assert sorted(told) == sorted(found.id or 0 for found in offered), "each of them told, and once"
    assert sum(found.seats for found in offered) == 7
    await assert_sound(database, small.id)


async def test_one_person_taps_ten_times_at_once(database: Database) -> None:
    """Ten taps, one registration, ten receipts of it."""
    home = await newcomer(database)
    async with database.transaction() as db:
        roomy = await course(db, capacity=20)

    async def tap() -> tuple[int | None, bool]:
        async with database.transaction() as db:
            outcome = await answer(db, roomy, home)
            assert isinstance(outcome, Applied)
            return outcome.registration.id, outcome.already

    taps = await asyncio.gather(*(tap() for _ in range(10)))
    assert len({found for found, _already in taps}) == 1
    assert sorted(already for _found, already in taps) == [False] + [True] * 9
    await assert_sound(database, roomy.id)


async def test_whoever_joins_the_line_while_a_place_comes_free_gets_it(database: Database) -> None:
    """The newcomer saw a full course; the cancellation that follows must see the newcomer."""
    small, (taken,) = await a_full_course(database, waiting=0)
    home = await newcomer(database)
    joined, _cancelled = await overlapping(database, lambda db: enrol(db, small, home), lambda db: call_off(db, taken))
    assert await told_of_an_offer(database) == [joined.id]
    await assert_sound(database, small.id)


async def test_a_newcomer_does_not_overtake_while_a_place_changes_hands(database: Database) -> None:
    """The place that comes free goes to who waits, and the newcomer who saw it free stands in line."""
    small, (taken, first) = await a_full_course(database, waiting=1)
    home = await newcomer(database)
    _cancelled, late = await overlapping(database, lambda db: call_off(db, taken), lambda db: enrol(db, small, home))
    assert await told_of_an_offer(database) == [first.id]
    assert late.state is WAITLISTED
    await assert_sound(database, small.id)


async def test_who_settles_at_once_offers_nothing_twice(database: Database) -> None:
    """Each place is offered, and each good news told, by one of them only."""
    small, found = await a_full_course(database, waiting=4)
    async with database.transaction() as db:
        await db.execute(update(Course).where(col(Course.id) == small.id).values(capacity=3))
    one, other = await overlapping(
        database,
        lambda db: settle(db, small),
        lambda db: settle(db, small),
    )
    assert (one, other) == (2, 0)
    assert await told_of_an_offer(database) == [found[1].id, found[2].id]
    await assert_sound(database, small.id)


async def test_giving_up_the_line_while_moving_up(database: Database) -> None:
    """The waiting party is offered the place and cancels in the same moment: it goes on to the next."""
    small, (taken, first, second) = await a_full_course(database, waiting=2)
    await overlapping(database, lambda db: call_off(db, taken), lambda db: call_off(db, first))
    assert await told_of_an_offer(database) == [first.id, second.id]
    await assert_sound(database, small.id)


async def test_two_who_forget_at_once_do_not_block_each_other(database: Database) -> None:
    """They stand in the same two courses in opposite order."""
    async with database.transaction() as db:
        one, other = await course(db, capacity=5), await course(db, capacity=5)
        homes = [await household(db), await household(db)]
        for home, order in zip(homes, ((one, other), (other, one)), strict=True):
            for entry in order:
                await enrol(db, entry, home)

    async def forget(home: Household) -> None:
        async with database.transaction() as db:
            await residents.forget(db, home.id, now=NOW, zone=TOKYO)

    await asyncio.gather(*(forget(home) for home in homes))
    async with database.reading() as db:
        assert [await rows_of(db, model) for model in (Resident, Registration, Participant)] == [0, 0, 0]
    await assert_sound(database, one.id)


async def test_forgetting_takes_an_application_under_way_with_it(database: Database) -> None:
    """The seat taken on one phone while the other says 'forget me' does not stay behind."""
    small, _taken = await a_full_course(database, waiting=0)
    roomy = await _roomy(database)
    home = await newcomer(database)
    await overlapping(
        database, lambda db: enrol(db, roomy, home), lambda db: residents.forget(db, home.id, now=NOW, zone=TOKYO)
    )
    async with database.reading() as db:
        assert (await registration.seats(db, [roomy.id], now=NOW))[roomy.id].taken == 0
    await assert_sound(database, small.id)


async def test_nobody_applies_for_who_is_forgotten(database: Database) -> None:
    """The application that comes too late fails as a whole; repeated, it meets a new resident."""
    roomy, home = await _roomy(database), await newcomer(database)
    with pytest.raises(IntegrityError):
        await overlapping(
            database, lambda db: residents.forget(db, home.id, now=NOW, zone=TOKYO), lambda db: enrol(db, roomy, home)
        )
    await assert_sound(database, roomy.id)


async def test_an_application_under_way_is_linked_too(database: Database) -> None:
    """Applied on LINE and joined from Telegram in the same moment: one resident with one seat."""
    roomy = await _roomy(database)
    async with database.transaction() as db:
        keeper, joining = await household(db), await household(db, platform=Platform.TELEGRAM)
        code = await linking.new_code(db, keeper.id, now=NOW)
        await enrol(db, roomy, keeper)
    _applied, linked = await overlapping(
        database,
        lambda db: enrol(db, roomy, joining),
        lambda db: linking.redeem(db, code, by=joining.resident, now=NOW, zone=TOKYO),
    )
    assert linked is not None
    async with database.reading() as db:
        assert len(await registration.of_resident(db, keeper.id)) == 1
        assert (await registration.seats(db, [roomy.id], now=NOW))[roomy.id].taken == 1
    await assert_sound(database, roomy.id)


async def test_a_code_is_redeemed_once_even_at_once(database: Database) -> None:
    """Two who type the same number: one is joined, the other is told that it does not work."""
    async with database.transaction() as db:
        keeper = await household(db)
        homes = [await household(db, platform=Platform.TELEGRAM) for _ in range(2)]
        code = await linking.new_code(db, keeper.id, now=NOW)
    linked, refused = await overlapping(
        database,
        lambda db: linking.redeem(db, code, by=homes[0].resident, now=NOW, zone=TOKYO),
        lambda db: linking.redeem(db, code, by=homes[1].resident, now=NOW, zone=TOKYO),
    )
    assert linked is not None
    assert refused is None
    await assert_sound(database)


async def test_a_child_in_an_application_under_way_is_not_removed(database: Database) -> None:
    """Removing waits for the application, and then finds the child in it."""
    roomy, home = await _roomy(database), await newcomer(database, "はる")
    child = home.people[1]
    _applied, removed = await overlapping(
        database,
        lambda db: enrol(db, roomy, home, [child]),
        lambda db: residents.remove_person(db, home.id, child.id or 0),
    )
    assert removed is False
    await assert_sound(database, roomy.id)


@pytest.mark.parametrize("aside", [False, True])
async def test_a_child_is_not_removed_while_its_course_is_held_after_all(database: Database, *, aside: bool) -> None:
    """Removing waits until the course is back, and then finds the child in it; looked after, or taking part."""
    async with database.transaction() as db:
        entry = await rules(db, await course(db, capacity=3, childcare=True), childcare_capacity=1)
        home = await household(db, "はる")
        child = home.people[1].id or 0
        await enrol(db, entry, home, home.people, in_childcare=frozenset({child} if aside else ()))
        await changing.cancel_course(db, entry.id, HAND)
    back, removed = await overlapping(
        database,
        lambda db: changing.restore_course(db, entry.id, HAND, zone=TOKYO),
        lambda db: residents.remove_person(db, home.id, child),
    )
    assert (back, removed) == (1, False)
    await assert_sound(database, entry.id)


async def test_a_course_is_not_held_after_all_with_a_child_that_is_just_removed(database: Database) -> None:
    """The other way round: who brings the course back waits, and finds the child gone."""
    async with database.transaction() as db:
        entry = await rules(db, await course(db, capacity=3, childcare=True), childcare_capacity=1)
        home = await household(db, "はる")
        child = home.people[1].id or 0
        found = await enrol(db, entry, home, home.people, in_childcare=frozenset({child}))
        await changing.cancel_course(db, entry.id, HAND)
    removed, back = await overlapping(
        database,
        lambda db: residents.remove_person(db, home.id, child),
        lambda db: changing.restore_course(db, entry.id, HAND, zone=TOKYO),
    )
    assert (removed, back) == (True, 1)
    async with database.reading() as db:
        assert await states(db, found) == [CONFIRMED]
        assert (await registration.rules_of(db, entry.id)).childcare_taken == 0
    await assert_sound(database, entry.id)


async def told_of_an_offer(database: Database) -> list[int]:
    """The registrations whose residents are to be told of an offer, in its order."""
    async with database.reading() as db:
        offered = await db.scalars(
            select(col(RegistrationChange.registration_id))
            .where(col(RegistrationChange.reason) == ChangeReason.OFFERED, col(RegistrationChange.to_tell))
            .order_by(col(RegistrationChange.id))
        )
        return list(offered)


async def _roomy(database: Database) -> CourseEntry:
    async with database.transaction() as db:
        return await course(db, capacity=20)
