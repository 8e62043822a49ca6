"""保育 is a second capacity taken together with the seat; 各回 have a capacity each."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from catalog import registration
from catalog.eligibility import Refusal, RefusalCode
from catalog.models import CourseRules, Registration, RegistrationState
from catalog.registration import Seats
from catalog.search.entry import CourseEntry
from tests.catalog.builders import Household, answer, call_off, course, enrol, household, rules, states
from tests.catalog.search.factories import NOW, TOKYO

CONFIRMED, OFFERED = RegistrationState.CONFIRMED, RegistrationState.OFFERED
WAITLISTED, CANCELLED = RegistrationState.WAITLISTED, RegistrationState.CANCELLED


async def with_childcare(db: AsyncSession, entry: CourseEntry, *children: str) -> tuple[Registration, Household]:
    """A parent who attends while the children are looked after."""
    home = await household(db, *children)
    aside = frozenset(child.id or 0 for child in home.people[1:])
    return await enrol(db, entry, home, home.people, in_childcare=aside), home


async def looked_after(db: AsyncSession, entry: CourseEntry) -> int:
    return (await registration.rules_of(db, entry.id)).childcare_taken


async def test_a_child_that_is_looked_after_takes_no_seat(db: AsyncSession) -> None:
    """One seat for the parent, one place in childcare for the child."""
    entry = await rules(db, await course(db, capacity=5), childcare_capacity=3)
    found, home = await with_childcare(db, entry, "はる")
    assert (found.state, found.seats, found.childcare) == (CONFIRMED, 1, 1)
    assert await registration.in_childcare(db, found.id or 0) == {home.people[1].id}
    assert (await registration.seats(db, [entry.id], now=NOW))[entry.id].taken == 1
    assert await looked_after(db, entry) == 1


@pytest.mark.parametrize(("capacity", "childcare"), [(5, 1), (0, 5)])
async def test_seat_and_childcare_are_given_together_or_not_at_all(
    db: AsyncSession, capacity: int, childcare: int
) -> None:
    """Whichever is lacking, the party waits, and of the other nothing is taken."""
    entry = await rules(db, await course(db, capacity=capacity + 1), childcare_capacity=childcare)
    await enrol(db, entry, await household(db))
    found, _home = await with_childcare(db, entry, "はる", "あき")
    assert found.state is WAITLISTED
    assert await looked_after(db, entry) == 0
    assert (await registration.seats(db, [entry.id], now=NOW))[entry.id].taken == 1


async def test_who_only_lacks_childcare_never_holds_up_the_others(db: AsyncSession) -> None:
    """Not even where nobody may be passed over: a seat that they cannot use is no seat kept for them."""
    entry = await rules(db, await course(db, capacity=3), childcare_capacity=1, skip_hours=0)
    first, _home = await with_childcare(db, entry, "はる")
    second, _home = await with_childcare(db, entry, "なつ")
    alone = await enrol(db, entry, await household(db))
    assert await states(db, first, second, alone) == [CONFIRMED, WAITLISTED, CONFIRMED]
    await call_off(db, first)
    assert await states(db, second) == [OFFERED]
    assert await looked_after(db, entry) == 1


async def test_a_child_that_stays_at_home_frees_its_place(db: AsyncSession) -> None:
    """The parent keeps the seat; the next child is looked after."""
    entry = await rules(db, await course(db, capacity=2), childcare_capacity=1)
    found, home = await with_childcare(db, entry, "はる")
    waiting, _home = await with_childcare(db, entry, "なつ")
    await registration.withdraw(db, found.id or 0, home.people[1].id or 0, resident_id=home.id, now=NOW, zone=TOKYO)
    assert (found.state, found.seats, found.childcare) == (CONFIRMED, 1, 0)
    assert await states(db, waiting) == [OFFERED]


async def test_no_child_is_looked_after_for_nobody(db: AsyncSession) -> None:
    """When the parent leaves, the child's place goes with them."""
    entry = await rules(db, await course(db, capacity=2), childcare_capacity=1)
    found, home = await with_childcare(db, entry, "はる")
    await registration.withdraw(db, found.id or 0, home.me.id or 0, resident_id=home.id, now=NOW, zone=TOKYO)
    assert await states(db, found) == [CANCELLED]
    assert await looked_after(db, entry) == 0


async def test_childcare_without_a_limit_is_counted_too(db: AsyncSession) -> None:
    entry = await course(db, capacity=2, childcare=True)
    await with_childcare(db, entry, "はる", "あき", "なつ")
    assert await looked_after(db, entry) == 3


async def by_session(db: AsyncSession) -> tuple[CourseEntry, list[int]]:
    """A course of two sessions, each with one place."""
    entry = await rules(db, await course(db, capacity=1, sessions=2), by_session=True)
    return entry, [session.id for session in entry.sessions]


async def test_each_session_has_its_own_places_and_its_own_line(db: AsyncSession) -> None:
    entry, (first, second) = await by_session(db)
    homes = [await household(db) for _ in range(3)]
    found = [await enrol(db, entry, home, session_id=first) for home in homes]
    other = await enrol(db, entry, homes[2], session_id=second)
    assert await states(db, *found, other) == [CONFIRMED, WAITLISTED, WAITLISTED, CONFIRMED]
    assert [await registration.position(db, one) for one in found[1:]] == [1, 2]
    assert await registration.seats_by_session(db, entry.id) == {
        first: Seats(1, taken=1, waiting=2, entered=0),
        second: Seats(1, taken=1, waiting=0, entered=0),
    }
    await call_off(db, found[0])
    assert await states(db, *found[1:], other) == [OFFERED, WAITLISTED, CONFIRMED]
    assert found[1].expires_at is not None


async def test_a_course_is_full_when_all_its_sessions_to_come_are(db: AsyncSession) -> None:
    """満席: whoever applies for any of them would wait. Only sessions to come count."""
    entry, (first, second) = await by_session(db)

    async def left(*, now: datetime = NOW) -> int | None:
        return (await registration.seats(db, [entry.id], now=now))[entry.id].left

    between = entry.sessions[0].starts_at + timedelta(days=1)
    assert await left() is None
    taken = await enrol(db, entry, await household(db), session_id=second)
    assert (await left(), await left(now=between)) == (None, 0)
    await enrol(db, entry, await household(db), session_id=first)
    assert await left() == 0
    await call_off(db, taken)
    assert await left() is None


async def test_a_session_is_applied_for_once(db: AsyncSession) -> None:
    entry, (first, _second) = await by_session(db)
    home = await household(db)
    found = await enrol(db, entry, home, session_id=first)
    assert await enrol(db, entry, home, session_id=first) is found


async def test_no_place_is_given_in_a_session_that_is_over_or_elsewhere(db: AsyncSession) -> None:
    """The first is past, the second to come; a session of another course is none of this one."""
    entry, (first, second) = await by_session(db)
    other, (elsewhere, _) = await by_session(db)
    between = entry.sessions[0].starts_at + timedelta(days=1)
    home = await household(db)
    for session in (first, elsewhere):
        assert await answer(db, entry, home, session_id=session, now=between) == Refusal(RefusalCode.FINISHED)
    assert (await enrol(db, entry, home, session_id=second, now=between)).state is CONFIRMED
    assert await db.get(CourseRules, other.id) is not None
