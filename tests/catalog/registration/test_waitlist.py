"""キャンセル待ち: in order, parties whole; who does not fit is passed over for some hours, then places are kept."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import registration
from catalog.models import Course, Registration, RegistrationState
from catalog.registration import Applied
from catalog.search.entry import CourseEntry
from tests.catalog.builders import answer, call_off, course, enrol, household, rules, say_yes, settle, states
from tests.catalog.search.factories import NOW, TOKYO

CONFIRMED, OFFERED, WAITLISTED = RegistrationState.CONFIRMED, RegistrationState.OFFERED, RegistrationState.WAITLISTED
HOUR = timedelta(hours=1)


async def two_places(db: AsyncSession, *, skip_hours: int) -> tuple[CourseEntry, list[Registration], Registration]:
    """A full course of two single people, and a family of two that waits."""
    entry = await rules(db, await course(db, capacity=2), skip_hours=skip_hours)
    singles = [await enrol(db, entry, await household(db)) for _ in range(2)]
    pair = await household(db, "はる")
    return entry, singles, await enrol(db, entry, pair, pair.people)


async def test_everybody_sees_their_place_in_line(db: AsyncSession) -> None:
    """From 1; it gets smaller as those before them leave, and is None for who does not wait."""
    entry = await course(db, capacity=1)
    taken, *waiting = [await enrol(db, entry, await household(db)) for _ in range(4)]
    assert [await registration.position(db, found) for found in (taken, *waiting)] == [None, 1, 2, 3]
    await call_off(db, waiting[0])
    assert [await registration.position(db, found) for found in waiting] == [None, 1, 2]


async def test_a_smaller_party_goes_first_while_the_larger_may_be_passed_over(db: AsyncSession) -> None:
    """One place is free, two stand first: whoever comes alone within the hours gets it at once."""
    entry, singles, family = await two_places(db, skip_hours=24)
    await call_off(db, singles[0])
    assert await states(db, family) == [WAITLISTED]
    assert family.passed_over_at == NOW
    single = await enrol(db, entry, await household(db), now=NOW + 23 * HOUR)
    assert await states(db, single, family) == [CONFIRMED, WAITLISTED]


async def test_after_the_hours_the_place_is_kept(db: AsyncSession) -> None:
    """Then the family need only wait for one more: nobody overtakes any longer."""
    entry, singles, family = await two_places(db, skip_hours=24)
    await call_off(db, singles[0])
    single = await enrol(db, entry, await household(db), now=NOW + 24 * HOUR)
    assert await states(db, single, family) == [WAITLISTED, WAITLISTED]
    await call_off(db, singles[1], now=NOW + 25 * HOUR)
    assert await states(db, single, family) == [WAITLISTED, OFFERED]
    await say_yes(db, family, now=NOW + 26 * HOUR)
    assert family.passed_over_at is None


async def test_with_no_hours_nobody_is_ever_passed_over(db: AsyncSession) -> None:
    entry, singles, family = await two_places(db, skip_hours=0)
    behind = await enrol(db, entry, await household(db))
    await call_off(db, singles[0])
    assert await states(db, family, behind) == [WAITLISTED, WAITLISTED]
    await call_off(db, family)
    assert await states(db, behind) == [OFFERED], "the head gave up: the next in line is asked"


async def test_the_hours_begin_when_there_was_a_place_and_not_before(db: AsyncSession) -> None:
    """To wait for a course that is full is not to be passed over."""
    entry, singles, family = await two_places(db, skip_hours=24)
    await settle(db, entry, now=NOW + 100 * HOUR)
    assert family.passed_over_at is None
    await call_off(db, singles[0], now=NOW + 100 * HOUR)
    assert family.passed_over_at == NOW + 100 * HOUR


async def test_a_party_larger_than_the_course_has_become_holds_up_nobody(db: AsyncSession) -> None:
    """The room was exchanged for one with a single seat: the two who wait first can never get in."""
    entry, singles, family = await two_places(db, skip_hours=0)
    behind = await enrol(db, entry, await household(db))
    await db.execute(update(Course).where(col(Course.id) == entry.id).values(capacity=1))
    for single in singles:
        await call_off(db, single)
    assert await states(db, family, behind) == [WAITLISTED, OFFERED]


async def test_a_smaller_room_puts_nobody_out(db: AsyncSession) -> None:
    """Who is in stays in; a place that comes free above the new size is not offered."""
    entry = await course(db, capacity=3)
    found = [await enrol(db, entry, await household(db)) for _ in range(4)]
    await db.execute(update(Course).where(col(Course.id) == entry.id).values(capacity=2))
    await settle(db, entry)
    await call_off(db, found[0])
    assert await states(db, *found[1:]) == [CONFIRMED, CONFIRMED, WAITLISTED]
    await call_off(db, found[1])
    assert await states(db, *found[2:]) == [CONFIRMED, OFFERED]


@pytest.mark.parametrize("hold", [False, True])
async def test_a_newcomer_joins_the_end_and_is_let_in_if_it_is_their_turn(db: AsyncSession, hold: bool) -> None:
    """Who is there gets the seat at once: no offer to themselves, of which they would be told again."""
    entry, singles, family = await two_places(db, skip_hours=24)
    await call_off(db, singles[0])
    outcome = await answer(db, entry, await household(db), hold=hold)
    assert isinstance(outcome, Applied)
    assert outcome.registration.state is (RegistrationState.HELD if hold else CONFIRMED)
    assert outcome.position is None
    told = [change.to_tell for change in await registration.history(db, outcome.registration.id or 0)]
    assert not any(told)
    assert await states(db, family) == [WAITLISTED]


async def test_part_of_a_party_may_wait_for_less(db: AsyncSession) -> None:
    """Three wait for two places; when one of them stays at home the others are asked."""
    entry = await course(db, capacity=3)
    taken = await enrol(db, entry, await household(db))
    home = await household(db, "はる", "あき")
    family = await enrol(db, entry, home, home.people)
    await registration.withdraw(db, family.id or 0, home.people[2].id or 0, resident_id=home.id, now=NOW, zone=TOKYO)
    assert await states(db, taken, family) == [CONFIRMED, OFFERED]
    assert family.seats == 2
