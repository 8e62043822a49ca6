"""取り消しと変更: until the course's own deadline by a tap; one person of a party, or somebody else instead."""

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from catalog import registration
from catalog.eligibility import Refusal, RefusalCode
from catalog.models import (
    Actor,
    CapacityUnit,
    ChangeReason,
    CourseChange,
    CourseChangeKind,
    Person,
    Registration,
    RegistrationState,
)
from catalog.registration import Cancelled, Cause
from catalog.search.entry import CourseEntry
from tests.catalog.builders import Household, answer, course, enrol, household, rules, states
from tests.catalog.search.factories import NOW, TOKYO

CONFIRMED, OFFERED = RegistrationState.CONFIRMED, RegistrationState.OFFERED
WAITLISTED, CANCELLED = RegistrationState.WAITLISTED, RegistrationState.CANCELLED
DEADLINE = NOW + timedelta(days=20)
TOO_LATE = Refusal(RefusalCode.TOO_LATE_TO_CANCEL)


async def swap(
    db: AsyncSession, entry: CourseEntry, found: Registration, person: Person, instead: Person, **other: object
) -> object:
    how = {"resident_id": found.resident_id, "now": NOW, "zone": TOKYO, **other}
    return await registration.replace(db, entry, found.id or 0, person.id or 0, instead, **how)  # type: ignore[arg-type] # as said


async def withdraw(db: AsyncSession, home: Household, found: Registration, person: Person) -> object:
    return await registration.withdraw(db, found.id or 0, person.id or 0, resident_id=home.id, now=NOW, zone=TOKYO)


@pytest.mark.parametrize("late", [False, True])
async def test_one_cancels_by_a_tap_until_the_deadline(db: AsyncSession, late: bool) -> None:
    """To the second; afterwards a call is needed, and nothing is changed by a tap."""
    entry, home = await rules(db, await course(db), cancel_until=DEADLINE), await household(db, "はる")
    found = await enrol(db, entry, home, home.people)
    when = {"resident_id": home.id, "now": DEADLINE + timedelta(seconds=late), "zone": TOKYO}
    left = await registration.withdraw(db, found.id or 0, home.people[1].id or 0, **when)  # type: ignore[arg-type] # as said
    gone = await registration.cancel(db, found.id or 0, **when)  # type: ignore[arg-type] # as said
    assert [left, gone] == [TOO_LATE if late else Cancelled(registration=found)] * 2
    assert await states(db, found) == [CONFIRMED if late else CANCELLED]


@pytest.mark.parametrize(
    ("kind", "after", "free"),
    [
        (CourseChangeKind.SESSION_MOVED, 1, True),
        (CourseChangeKind.VENUE_CHANGED, 1, True),
        (CourseChangeKind.SESSION_MOVED, -1, False),  # that is how it was when they applied
        (CourseChangeKind.CAPACITY_CHANGED, 1, False),
    ],
)
async def test_who_is_moved_may_leave_after_the_deadline(
    db: AsyncSession, kind: CourseChangeKind, after: int, free: bool
) -> None:
    """What was applied for is no longer what is held: a tap is enough, whatever the deadline."""
    entry = await rules(db, await course(db), cancel_until=NOW)
    found = await enrol(db, entry, await household(db))
    db.add(CourseChange(course_id=entry.id, kind=kind, by=Actor.STAFF, at=NOW + timedelta(hours=after)))
    await db.flush()
    late = NOW + timedelta(days=1)
    left = await registration.cancel(db, found.id or 0, resident_id=found.resident_id, now=late, zone=TOKYO)
    assert left == (Cancelled(registration=found) if free else TOO_LATE)


async def test_who_has_no_place_yet_may_leave_at_any_time(db: AsyncSession) -> None:
    """The deadline is for those whose place would stay empty."""
    entry = await rules(db, await course(db, capacity=1), cancel_until=NOW)
    await enrol(db, entry, await household(db))
    waiting = await enrol(db, entry, await household(db))
    late = NOW + timedelta(days=1)
    await registration.cancel(db, waiting.id or 0, resident_id=waiting.resident_id, now=late, zone=TOKYO)
    assert await states(db, waiting) == [CANCELLED]


async def test_staff_cancel_after_the_deadline(db: AsyncSession) -> None:
    """By telephone: with who and why, and the place goes on."""
    entry = await rules(db, await course(db, capacity=1), cancel_until=NOW)
    found, waiting = [await enrol(db, entry, await household(db)) for _ in range(2)]
    cause = Cause(
        by=Actor.STAFF, at=NOW + timedelta(days=1), reason=ChangeReason.CANCELLED, staff="窓口", note="急な病気"
    )
    locked = await registration.lock_own(db, found.id or 0, None)
    assert locked is found
    await registration.end(db, found, cause, zone=TOKYO)
    assert await states(db, found, waiting) == [CANCELLED, OFFERED]
    last = (await registration.history(db, found.id or 0))[-1]
    assert (last.by, last.staff, last.note, last.to_tell) == (Actor.STAFF, "窓口", "急な病気", True)


async def test_who_has_left_leaves_no_second_time(db: AsyncSession) -> None:
    """Nor does a stranger: nothing is written, and nobody loses a seat by it."""
    entry, home, other = await course(db), await household(db, "はる", "あき"), await household(db)
    found = await enrol(db, entry, home, home.people)
    for person in (home.people[1], home.people[1], other.me):
        await withdraw(db, home, found, person)
    assert found.seats == 2
    reasons = [change.reason for change in await registration.history(db, found.id or 0)]
    assert reasons == [ChangeReason.APPLIED, ChangeReason.PERSON_LEFT]


async def test_a_pair_is_a_pair_while_a_child_is_left(db: AsyncSession) -> None:
    """組: two children are two pairs; without one of them it is one, and without the carer as well."""
    entry = await course(db, capacity=2, capacity_unit=CapacityUnit.PAIR)
    home = await household(db, "はる", "あき")
    found = await enrol(db, entry, home, home.people)
    assert found.seats == 2
    await withdraw(db, home, found, home.people[1])
    assert found.seats == 1
    await withdraw(db, home, found, home.me)
    assert (found.state, found.seats) == (CONFIRMED, 1)


async def test_somebody_else_of_the_family_comes_instead(db: AsyncSession) -> None:
    """The seat and the receipt stay; the course being full is no hindrance."""
    entry, home = await course(db, capacity=1), await household(db, "はる")
    found = await enrol(db, entry, home)
    assert await swap(db, entry, found, home.me, home.people[1]) == Cancelled(registration=found)
    assert await registration.party_of(db, found.id or 0) == [home.people[1]]
    last = (await registration.history(db, found.id or 0))[-1]
    assert (last.reason, last.person_id, last.to_state) == (
        ChangeReason.PERSON_REPLACED,
        home.people[1].id,
        CONFIRMED,
    )
    assert (await enrol(db, entry, home)).state is WAITLISTED, "who was replaced is free to apply again"


async def test_a_swap_must_fit(db: AsyncSession) -> None:
    """組: a child instead of the carer makes two pairs of one, for which there is no place."""
    entry = await course(db, capacity=1, capacity_unit=CapacityUnit.PAIR)
    home = await household(db, "はる", "あき")
    found = await enrol(db, entry, home, home.people[:2])
    assert await swap(db, entry, found, home.me, home.people[2]) == Refusal(RefusalCode.FULL, home.people[2].id)
    assert await registration.party_of(db, found.id or 0) == list(home.people[:2])
    assert found.seats == 1


async def test_nobody_comes_instead_who_is_in_already_or_may_not(db: AsyncSession) -> None:
    """In by another registration; too young; and not after the deadline."""
    entry = await rules(db, await course(db, min_age=10), cancel_until=DEADLINE)
    home = await household(db, "はる", "あき")
    home.people[2].birth_year, home.people[2].birth_month = 2024, 4
    mine, childs = await enrol(db, entry, home), await enrol(db, entry, home, home.people[1:2])
    assert await swap(db, entry, mine, home.me, home.people[1]) == Refusal(RefusalCode.ALREADY_IN, home.people[1].id)
    assert await swap(db, entry, mine, home.me, home.people[2]) == Refusal(RefusalCode.TOO_YOUNG, home.people[2].id)
    late = DEADLINE + timedelta(seconds=1)
    assert await swap(db, entry, mine, home.me, home.people[1], now=late) == TOO_LATE
    assert await swap(db, entry, mine, home.me, home.people[1], resident_id=0) is None
    assert await states(db, mine, childs) == [CONFIRMED, CONFIRMED]
    assert await registration.party_of(db, mine.id or 0) == [home.me]


async def test_a_party_of_all_is_refused_as_one(db: AsyncSession) -> None:
    """Nobody of a party is let in because they came with others."""
    entry, home = await course(db, capacity=2), await household(db, "はる", "あき")
    assert await answer(db, entry, home, home.people) == Refusal(RefusalCode.TOO_MANY)
