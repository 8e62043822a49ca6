"""Applying and cancelling, one after the other: seats, parties, waitlists, lotteries, and doing things twice."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from catalog import registration
from catalog.codes import new_code
from catalog.database import Database
from catalog.eligibility import Refusal, RefusalCode
from catalog.models import (
    CapacityUnit,
    Course,
    CourseStatus,
    Person,
    Platform,
    Registration,
    RegistrationState,
    Relation,
    Selection,
)
from catalog.registration import Applied, Place, Request, Seats, lottery
from tests.catalog.builders import answer, assert_sound, call_off, course, enrol, household, rows_of, settle, states
from tests.catalog.search.factories import NOW, TOKYO
from tests.catalog.search.factories import course as entry

CONFIRMED, ENTERED = RegistrationState.CONFIRMED, RegistrationState.ENTERED
WAITLISTED, CANCELLED = RegistrationState.WAITLISTED, RegistrationState.CANCELLED
OFFERED = RegistrationState.OFFERED

FIRST_COME, LOTTERY, NONE = Selection.FIRST_COME, Selection.LOTTERY, Selection.NONE


@pytest.mark.parametrize(
    ("needed", "selection", "takes"),
    [
        (True, NONE, True),
        (True, FIRST_COME, True),
        (None, NONE, False),
        (None, FIRST_COME, True),
        (None, LOTTERY, True),
        (False, NONE, False),
        (False, FIRST_COME, False),  # 申込不要、当日先着20名
    ],
)
def test_one_applies_where_the_announcement_says_so(needed: bool | None, selection: Selection, takes: bool) -> None:
    """申込不要 is never overruled by 先着 or 抽選, which then happen at the door."""
    assert registration.takes_registrations(entry(1, "", registration_needed=needed, selection=selection)) is takes


SELF, PARTNER, CHILD, OTHER = Relation.SELF, Relation.PARTNER, Relation.CHILD, Relation.OTHER
PERSON, PAIR, FAMILY = CapacityUnit.PERSON, CapacityUnit.PAIR, CapacityUnit.FAMILY


@pytest.mark.parametrize(
    ("unit", "party", "seats"),
    [
        (PERSON, [SELF], 1),
        (PERSON, [SELF, CHILD, CHILD], 3),
        (PAIR, [SELF], 1),
        (PAIR, [CHILD], 1),
        (PAIR, [SELF, CHILD], 1),
        (PAIR, [SELF, PARTNER, CHILD], 1),
        (PAIR, [SELF, CHILD, CHILD], 2),
        (PAIR, [SELF, OTHER, CHILD], 2),
        (PAIR, [SELF, PARTNER], 1),
        (FAMILY, [SELF, PARTNER, CHILD, CHILD], 1),
    ],
)
def test_a_party_takes_places_in_the_unit_of_the_course(unit: CapacityUnit, party: list[Relation], seats: int) -> None:
    """Persons count each, pairs by the child, a family once; and nothing where one just comes."""
    people = [Person(resident_id=1, relation=relation, created_at=NOW) for relation in party]
    assert registration.seats_for(entry(1, "", selection=FIRST_COME, capacity_unit=unit), people) == seats
    assert registration.seats_for(entry(1, "", registration_needed=False, capacity_unit=unit), people) == 0


async def test_places_are_given_until_none_is_left_and_then_in_line(database: Database) -> None:
    """Two places, four applicants: two in, two on the waitlist with their place in it."""
    async with database.transaction() as db:
        full = await course(db, capacity=2)
        outcomes = [await answer(db, full, await household(db)) for _ in range(4)]
        told = [(outcome.registration.state, outcome.position) for outcome in outcomes if isinstance(outcome, Applied)]
        assert told == [(CONFIRMED, None), (CONFIRMED, None), (WAITLISTED, 1), (WAITLISTED, 2)]
        assert await registration.seats(db, [full.id], now=NOW) == {full.id: Seats(2, taken=2, waiting=2, entered=0)}
    await assert_sound(database, full.id)


async def test_a_party_gets_all_its_places_or_none(database: Database) -> None:
    """Three do not fit into two places: they wait, whole, until there are three."""
    async with database.transaction() as db:
        small = await course(db, capacity=4)
        two, three = await household(db, "はる"), await household(db, "あき", "なつ")
        first = await enrol(db, small, two, two.people)
        family = await enrol(db, small, three, three.people)
        assert [first.state, family.state] == [CONFIRMED, WAITLISTED]
        seats = (await registration.seats(db, [small.id], now=NOW))[small.id]
        assert (seats.taken, seats.left) == (2, 0), "no place is free while somebody waits"
        await call_off(db, first)
        assert await states(db, family) == [OFFERED]
    await assert_sound(database, small.id)


async def test_applying_and_cancelling_twice_change_nothing(database: Database) -> None:
    """The same receipt comes back, the seat is counted once and given back once."""
    async with database.transaction() as db:
        open_to_all = await course(db, capacity=5)
        home, other = await household(db), await household(db)
        await enrol(db, open_to_all, other)
        first = await enrol(db, open_to_all, home)
        again = await answer(db, open_to_all, home)
        assert again == Applied(registration=first, already=True)
        await call_off(db, first)
        await call_off(db, first)
        assert (await registration.seats(db, [open_to_all.id], now=NOW))[open_to_all.id].taken == 1
        back = await enrol(db, open_to_all, home)
        assert back.receipt != first.receipt, "applying after a cancellation is a new application"
    await assert_sound(database, open_to_all.id)


async def test_a_family_member_may_follow(database: Database) -> None:
    """Who stands in the course keeps their place; the child named beside them now is not lost."""
    async with database.transaction() as db:
        open_to_all = await course(db, capacity=5)
        home = await household(db, "はる")
        mine = await enrol(db, open_to_all, home)
        outcome = await answer(db, open_to_all, home, home.people)
        assert isinstance(outcome, Applied)
        assert not outcome.already
        assert outcome.registration.id != mine.id
        assert await registration.party_of(db, outcome.registration.id or 0) == [home.people[1]]
        assert isinstance(again := await answer(db, open_to_all, home, home.people), Applied)
        assert again.already
    await assert_sound(database, open_to_all.id)


async def test_nobody_cancels_what_is_not_theirs(database: Database) -> None:
    """A stranger's number is as good as none, and changes nothing."""
    async with database.transaction() as db:
        open_to_all = await course(db, capacity=1)
        mine, stranger = await enrol(db, open_to_all, await household(db)), await household(db)
        assert await registration.cancel(db, mine.id or 0, resident_id=stranger.id, now=NOW, zone=TOKYO) is None
        assert await registration.cancel(db, 999_999, resident_id=stranger.id, now=NOW, zone=TOKYO) is None
        assert mine.state is CONFIRMED


async def test_a_lottery_is_entered_and_takes_no_place(database: Database) -> None:
    """However many enter, nobody has a place or waits before the draw."""
    async with database.transaction() as db:
        drawn = await course(db, capacity=1, selection=LOTTERY)
        entries = [await enrol(db, drawn, await household(db)) for _ in range(3)]
        assert {found.state for found in entries} == {ENTERED}
        await call_off(db, entries[0])
        assert await registration.seats(db, [drawn.id], now=NOW) == {drawn.id: Seats(1, taken=0, waiting=0, entered=2)}
    await assert_sound(database)


async def test_a_closed_list_takes_no_entry_by_chat_where_no_deadline_says_so(database: Database) -> None:
    """Neither before the draw nor after it; whoever is in the list stays."""
    async with database.transaction() as db:
        drawn = await course(db, capacity=1, selection=LOTTERY)
        home, newcomer = await household(db), await household(db)
        entered = await enrol(db, drawn, home)
        await lottery.fix(db, Place(drawn.id), now=NOW)
        assert await answer(db, drawn, newcomer) == Refusal(RefusalCode.CLOSED)
        assert await enrol(db, drawn, home) is entered
        assert (await registration.seats(db, [drawn.id], now=NOW))[drawn.id].closed
        await lottery.run(db, Place(drawn.id), now=NOW, zone=TOKYO)
        assert await answer(db, drawn, newcomer) == Refusal(RefusalCode.CLOSED)
    await assert_sound(database)


@pytest.mark.parametrize("selection", [NONE, FIRST_COME, LOTTERY])
async def test_where_one_just_comes_the_date_is_noted(sqlite_database: Database, selection: Selection) -> None:
    """No registration needed: any number may note it, and no place is taken."""
    async with sqlite_database.transaction() as db:
        free = await course(db, capacity=1, registration_needed=False, selection=selection)
        noted = [await enrol(db, free, await household(db)) for _ in range(3)]
        assert [(found.state, found.seats) for found in noted] == [(CONFIRMED, 0)] * 3
        await call_off(db, noted[0])
        assert (await registration.seats(db, [free.id], now=NOW))[free.id].taken == 0
    await assert_sound(sqlite_database)


async def test_a_party_larger_than_the_course_is_refused(database: Database) -> None:
    """It could never get in, and would hold up everybody behind it for ever."""
    async with database.transaction() as db:
        small = await course(db, capacity=2)
        home = await household(db, "はる", "あき")
        assert await answer(db, small, home, home.people) == Refusal(RefusalCode.TOO_MANY)
        assert (await enrol(db, small, home, home.people[1:])).state is CONFIRMED
    await assert_sound(database, small.id)


async def test_the_stored_course_decides_not_the_one_that_was_shown(database: Database) -> None:
    """Between showing and tapping the course was called off, or grew smaller."""
    async with database.transaction() as db:
        shown = await course(db, capacity=9)
        await db.execute(update(Course).where(col(Course.id) == shown.id).values(capacity=1))
        states = [(await enrol(db, shown, await household(db))).state for _ in range(2)]
        assert states == [CONFIRMED, WAITLISTED]
        await db.execute(update(Course).where(col(Course.id) == shown.id).values(status=CourseStatus.CANCELLED))
        assert await answer(db, shown, await household(db)) == Refusal(RefusalCode.CANCELLED)


async def test_a_refusal_of_one_refuses_the_party_and_writes_nothing(database: Database) -> None:
    """All or none holds for ages too; the refusal names who was the reason."""
    async with database.transaction() as db:
        grown_up = await course(db, capacity=9, min_age=18)
        home = await household(db, "はる")
        child = home.people[1]
        child.birth_year, child.birth_month = 2018, 4
        await db.flush()
        assert await answer(db, grown_up, home, home.people) == Refusal(RefusalCode.TOO_YOUNG, child.id)
        assert await rows_of(db, Registration) == 0
        assert (await registration.seats(db, [grown_up.id], now=NOW))[grown_up.id].taken == 0


async def test_an_application_made_in_time_is_found_after_the_deadline(database: Database) -> None:
    """Tapping an old button again answers with the receipt, not with 'closed'."""
    async with database.transaction() as db:
        soon = await course(db, capacity=1, apply_until=NOW + timedelta(hours=1))
        home = await household(db)
        mine = await enrol(db, soon, home)
        late = NOW + timedelta(days=1)
        again = await registration.apply(db, soon, Request(party=[home.me], resident_id=home.id), now=late, zone=TOKYO)
        assert again == Applied(registration=mine, already=True)
        newcomer = await household(db)
        request = Request(party=[newcomer.me], resident_id=newcomer.id)
        refused = await registration.apply(db, soon, request, now=late, zone=TOKYO)
        assert refused == Refusal(RefusalCode.CLOSED)


@pytest.mark.parametrize("gone", ["over", "called off"])
async def test_nobody_moves_up_into_a_course_that_is_no_more(database: Database, gone: str) -> None:
    """A late cancellation, or somebody's forgetting, must not tell the waiting that they may come."""
    async with database.transaction() as db:
        held = await course(db, capacity=1)
        first, second = await enrol(db, held, await household(db)), await enrol(db, held, await household(db))
        later = NOW + timedelta(days=31 if gone == "over" else 1)
        if gone == "called off":
            await db.execute(update(Course).where(col(Course.id) == held.id).values(status=CourseStatus.CANCELLED))
        done = await registration.cancel(db, first.id or 0, resident_id=first.resident_id, now=later, zone=TOKYO)
        assert done == registration.Cancelled(registration=first)
        assert second.state is WAITLISTED
    await assert_sound(database)


async def test_more_places_are_given_in_line(database: Database) -> None:
    """The city found a larger room: those who wait are offered places, in order, as far as it reaches."""
    async with database.transaction() as db:
        room = await course(db, capacity=1)
        found = [await enrol(db, room, await household(db)) for _ in range(4)]
        await db.execute(update(Course).where(col(Course.id) == room.id).values(capacity=3))
        assert [await settle(db, room) for _twice in range(2)] == [2, 0]
        assert await states(db, *found) == [CONFIRMED, OFFERED, OFFERED, WAITLISTED]
        assert await registration.position(db, found[3]) == 1
    await assert_sound(database, room.id)


async def test_one_leaves_the_party_and_the_others_stay(database: Database) -> None:
    """The place of one goes to the waitlist; the last one's leaving is a cancellation."""
    async with database.transaction() as db:
        small = await course(db, capacity=2)
        home = await household(db, "はる")
        ours = await enrol(db, small, home, home.people)
        waiting = await enrol(db, small, await household(db, platform=Platform.TELEGRAM))
        left = await registration.withdraw(db, ours.id or 0, home.me.id or 0, resident_id=home.id, now=NOW, zone=TOKYO)
        assert left == registration.Cancelled(registration=ours)
        assert await states(db, waiting) == [OFFERED]
        assert (ours.state, ours.seats) == (CONFIRMED, 1)
        assert await registration.party_of(db, ours.id or 0) == [home.people[1]]
        await registration.withdraw(db, ours.id or 0, home.people[1].id or 0, resident_id=home.id, now=NOW, zone=TOKYO)
        assert ours.state is CANCELLED
    await assert_sound(database, small.id)


def test_receipts_can_be_read_aloud() -> None:
    """Two groups of four signs, none of which is mistaken for another; and no number twice."""
    receipts = {new_code() for _ in range(500)}
    assert len(receipts) == 500
    assert not set("".join(receipts)) & set("01IOLSBQ5U8V")
    assert {(len(receipt), receipt[4]) for receipt in receipts} == {(9, "-")}
