"""Parties with friends (友だちといっしょに): all of them or none, nobody is overtaken, each by what they declared."""

import asyncio

from catalog import registration
from catalog.database import Database
from catalog.eligibility import Fact, Missing, Refusal, RefusalCode
from catalog.models import Belonging, CapacityUnit, ChangeReason, RegistrationState, Residency, Selection
from catalog.registration import Joined, Place, Request, lottery
from catalog.registration.friends import MOST_FRIENDS, VALID_FOR
from tests.catalog.builders import Household, assert_sound, call_off, course, enrol, household
from tests.catalog.registration.parties import join, to_tell, together
from tests.catalog.search.factories import NOW, TOKYO

CONFIRMED, ENTERED, WAITLISTED = RegistrationState.CONFIRMED, RegistrationState.ENTERED, RegistrationState.WAITLISTED
CANCELLED, OFFERED = RegistrationState.CANCELLED, RegistrationState.OFFERED


async def test_friends_are_one_entry_in_the_draw(database: Database) -> None:
    """Two friends and somebody else for two seats: both or none, by one ticket; and both of them are told."""
    async with database.transaction() as db:
        entry = await course(db, capacity=2, selection=Selection.LOTTERY)
        owner, friend = await household(db), await household(db)
        found, alone = await together(db, entry, owner, friend), await enrol(db, entry, await household(db))
        assert found.state is ENTERED
        held = await lottery.run(db, Place(entry.id), now=NOW, zone=TOKYO)
        assert len(held.drawn.results) == 2
        assert {found.state, alone.state} == {CONFIRMED, WAITLISTED}
        result = ChangeReason.WON if found.state is CONFIRMED else ChangeReason.RESERVED
        assert {(owner.id, result), (friend.id, result)} <= await to_tell(db)
    await assert_sound(database)


async def test_a_fixed_list_grows_no_more(database: Database) -> None:
    async with database.transaction() as db:
        entry = await course(db, capacity=9, selection=Selection.LOTTERY)
        found, late = await enrol(db, entry, await household(db)), await household(db)
        await lottery.fix(db, Place(entry.id), now=NOW)
        assert await join(db, entry, found, late) == Refusal(RefusalCode.CLOSED)


async def test_full_is_full_for_friends_too(database: Database) -> None:
    """No seat is free: nobody joins, nothing is split, and the friend can wait on their own; then others wait."""
    async with database.transaction() as db:
        entry = await course(db, capacity=2)
        found, friend = await enrol(db, entry, await household(db)), await household(db)
        await enrol(db, entry, await household(db))
        assert await join(db, entry, found, friend) == Refusal(RefusalCode.FULL)
        assert (found.seats, found.shared) == (1, False)
        assert (await enrol(db, entry, friend)).state is WAITLISTED
    await assert_sound(database, entry.id)


async def test_one_seat_for_two_friends_at_the_same_moment(database: Database) -> None:
    async with database.transaction() as db:
        entry = await course(db, capacity=2)
        found, friends = await enrol(db, entry, await household(db)), [await household(db), await household(db)]

    async def comes(home: Household) -> Joined | Refusal | Missing | None:
        async with database.transaction() as db:
            return await join(db, entry, found, home)

    outcomes = await asyncio.gather(*(comes(home) for home in friends))
    assert sorted(isinstance(outcome, Joined) for outcome in outcomes) == [False, True]
    assert Refusal(RefusalCode.TOO_MANY) in outcomes
    await assert_sound(database, entry.id)


async def test_nobody_who_waits_is_overtaken(database: Database) -> None:
    """The last in line may grow; who has somebody behind them may not, and neither may who has a seat."""
    async with database.transaction() as db:
        entry = await course(db, capacity=3)
        seated = await together(db, entry, await household(db), await household(db), await household(db))
        first, last = await enrol(db, entry, await household(db)), await enrol(db, entry, await household(db))
        friend = await household(db)
        assert await join(db, entry, first, friend) == Refusal(RefusalCode.OTHERS_WAIT)
        assert await join(db, entry, seated, friend) == Refusal(RefusalCode.TOO_MANY)
        assert isinstance(await join(db, entry, last, friend), Joined)
        assert last.seats == 2
        await call_off(db, seated)
        assert (first.state, last.state) == (OFFERED, OFFERED), "all of them are asked together"
    await assert_sound(database, entry.id)


async def test_everybody_by_what_their_own_resident_declared(database: Database) -> None:
    """The friend is asked for what nobody told of them; and nobody stands in a course twice, through whomever."""
    async with database.transaction() as db:
        entry = await course(db, capacity=9, residency=Residency.RESIDENTS)
        owner, friend = await household(db), await household(db, "はる")
        owner.me.belonging = Belonging.RESIDENT
        found = await enrol(db, entry, owner)
        child = friend.people[1]
        asked = await join(db, entry, found, friend, friend.people)
        assert asked == Missing(Fact.BELONGING, (friend.me.id or 0, child.id or 0))
        friend.me.belonging = child.belonging = Belonging.RESIDENT
        assert isinstance(await join(db, entry, found, friend, [child]), Joined)
        assert await join(db, entry, found, friend, [child]) == Joined(registration=found, already=True)
        mine = await enrol(db, entry, friend, friend.people)
        assert (mine.seats, await registration.party_of(db, mine.id or 0)) == (1, [friend.me])
        assert await join(db, entry, found, friend) == Refusal(RefusalCode.ALREADY_IN, friend.me.id)
    await assert_sound(database)


async def test_pairs_are_counted_in_each_household(database: Database) -> None:
    async with database.transaction() as db:
        entry = await course(db, capacity=2, capacity_unit=CapacityUnit.PAIR, parent_child=True)
        owner, friend = await household(db, "はる"), await household(db, "あき")
        found = await enrol(db, entry, owner, owner.people)
        friend.me.birth_year, friend.me.birth_month = 1980, 5
        assert await join(db, entry, found, friend) == Refusal(RefusalCode.NEEDS_CHILD, friend.me.id)
        assert isinstance(await join(db, entry, found, friend, friend.people), Joined)
        assert found.seats == 2


async def test_a_code_is_for_a_time_and_for_what_can_be_joined(database: Database) -> None:
    async with database.transaction() as db:
        entry, other = await course(db, capacity=9), await course(db, capacity=9)
        owner, friend = await household(db), await household(db)
        found = await enrol(db, entry, owner)
        number, request = found.id or 0, Request(party=[friend.me], resident_id=friend.id)
        assert await registration.invite(db, number, resident_id=friend.id, nickname="", now=NOW) is None, "not theirs"
        invitation = await registration.invite(db, number, resident_id=owner.id, nickname="ゆき", now=NOW)
        again = await registration.invite(db, number, resident_id=owner.id, nickname="ゆき", now=NOW)
        assert invitation is again is not None, "a link that was sent already goes on working"
        code = again.code
        shown = await registration.invited(db, code, now=NOW)
        assert shown is not None
        assert (shown.registration, shown.nickname) == (found, "ゆき")
        for entered, at, said in ((entry, NOW + VALID_FOR, code), (entry, NOW, "AAAA-AAAA"), (other, NOW, code)):
            assert await registration.join(db, entered, said, request, nickname="", now=at, zone=TOKYO) is None
        await call_off(db, found)
        assert await registration.join(db, entry, code, request, nickname="", now=NOW, zone=TOKYO) is None
        renewed = await registration.invite(db, number, resident_id=owner.id, nickname="", now=NOW)
        assert renewed is None, "what is over nobody joins"


async def test_not_a_crowd(database: Database) -> None:
    async with database.transaction() as db:
        entry = await course(db, capacity=30)
        homes = [await household(db) for _ in range(MOST_FRIENDS + 2)]
        found = await together(db, entry, *homes[:-1])
        assert await join(db, entry, found, homes[-1]) == Refusal(RefusalCode.PARTY_FULL)
