"""Parties with friends (友だちといっしょに): all of them or none, nobody is overtaken, each keeps their own."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import counter, linking, registration, residents
from catalog.counter import Staff
from catalog.database import Database
from catalog.eligibility import Fact, Missing, Refusal, RefusalCode
from catalog.models import (
    Belonging,
    CapacityUnit,
    ChangeReason,
    Participant,
    PartyNews,
    Person,
    Platform,
    Registration,
    RegistrationChange,
    RegistrationState,
    Relation,
    Residency,
    Selection,
)
from catalog.registration import Cancelled, Companions, Joined, Place, Request, lottery
from catalog.registration.friends import MOST_FRIENDS, VALID_FOR
from catalog.search.entry import CourseEntry
from tests.catalog.builders import (
    Household,
    assert_sound,
    call_off,
    course,
    enrol,
    household,
    rules,
    settle,
)
from tests.catalog.search.factories import NOW, TOKYO

CONFIRMED, ENTERED, WAITLISTED = RegistrationState.CONFIRMED, RegistrationState.ENTERED, RegistrationState.WAITLISTED
CANCELLED, OFFERED = RegistrationState.CANCELLED, RegistrationState.OFFERED


async def join(
    db: AsyncSession,
    entry: CourseEntry,
    found: Registration,
    home: Household,
    party: Sequence[Person] | None = None,
    *,
    nickname: str = "",
    now: datetime = NOW,
) -> Joined | Refusal | Missing | None:
    """What joining by the code is answered with; without a party, for the resident alone."""
    invitation = await registration.invite(db, found.id or 0, resident_id=found.resident_id, nickname="ゆき", now=now)
    assert invitation is not None
    request = Request(party=party or [home.me], resident_id=home.id)
    return await registration.join(db, entry, invitation.code, request, nickname=nickname, now=now, zone=TOKYO)


async def together(db: AsyncSession, entry: CourseEntry, *homes: Household) -> Registration:
    """One party of all these residents; the first is its owner, the others joined a minute after each other."""
    found = await enrol(db, entry, homes[0])
    for number, home in enumerate(homes[1:], start=1):
        joined = await join(db, entry, found, home, nickname="みき", now=NOW + timedelta(minutes=number))
        assert isinstance(joined, Joined), joined
    return found


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
        assert {(owner.id, result), (friend.id, result)} <= await _to_tell(db)
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


async def test_each_takes_back_their_own(database: Database) -> None:
    """A friend leaves with their own people alone; the owner may cancel for all, and all others are told."""
    async with database.transaction() as db:
        entry = await course(db, capacity=9)
        owner, friend, third = await household(db), await household(db), await household(db)
        found = await together(db, entry, owner, friend, third)
        number = found.id or 0
        for home in (friend, third):
            assert await registration.of_resident(db, home.id) == [found]
        await registration.withdraw(db, number, owner.me.id or 0, resident_id=friend.id, now=NOW, zone=TOKYO)
        assert found.seats == 3, "nobody takes out whom others brought"
        done = await registration.cancel(db, number, resident_id=friend.id, now=NOW, zone=TOKYO)
        assert isinstance(done, Cancelled)
        assert (found.state, found.seats) == (CONFIRMED, 2)
        assert await registration.of_resident(db, friend.id) == []
        await registration.cancel(db, number, resident_id=owner.id, now=NOW, zone=TOKYO)
        assert found.state is CANCELLED
        assert [change.reason for change in await registration.history(db, number)] == [
            ChangeReason.APPLIED,
            ChangeReason.FRIENDS_JOINED,
            ChangeReason.FRIENDS_JOINED,
            ChangeReason.FRIENDS_LEFT,
            ChangeReason.CANCELLED,
        ]
        assert await _to_tell(db) == {
            (owner.id, ChangeReason.FRIENDS_JOINED),
            (friend.id, ChangeReason.FRIENDS_JOINED),
            (owner.id, ChangeReason.FRIENDS_LEFT),
            (third.id, ChangeReason.FRIENDS_LEFT),
            (third.id, ChangeReason.CANCELLED),
        }
    await assert_sound(database)


async def _to_tell(db: AsyncSession) -> set[tuple[int, ChangeReason]]:
    """Who is still to be told of what."""
    owners = await db.execute(
        select(col(Registration.resident_id), col(RegistrationChange.reason))
        .join(RegistrationChange, col(RegistrationChange.registration_id) == col(Registration.id))
        .where(col(RegistrationChange.to_tell))
    )
    friends = await db.execute(
        select(col(PartyNews.resident_id), col(RegistrationChange.reason)).join(
            RegistrationChange, col(RegistrationChange.id) == col(PartyNews.change_id)
        )
    )
    return {(row[0], row[1]) for row in (*owners, *friends)}


async def test_the_party_passes_on_to_who_joined_first(database: Database) -> None:
    """The owner leaves, or is forgotten: the others keep their places and their receipt, and one of them may cancel."""
    async with database.transaction() as db:
        entry = await course(db, capacity=9)
        owner, friend, third = await household(db), await household(db), await household(db)
        found = await together(db, entry, owner, friend, third)
        number = found.id or 0
        assert await registration.companions(db, found, third.id) == (Companions("ゆき", 1), Companions("みき", 1))
        await residents.forget(db, owner.id, now=NOW, zone=TOKYO)
        await db.refresh(found)
        assert (found.resident_id, found.state, found.seats) == (friend.id, CONFIRMED, 2)
        assert await registration.companions(db, found, third.id) == (Companions("みき", 1),)
        await registration.quit_party(db, number, resident_id=friend.id, now=NOW, zone=TOKYO)
        assert (found.resident_id, found.shared, found.seats) == (third.id, False, 1)
        await residents.forget(db, third.id, now=NOW, zone=TOKYO)
        assert await db.scalar(select(col(Registration.id))) is None
    await assert_sound(database)


async def test_who_has_left_sees_their_own_part_of_it(database: Database) -> None:
    """From when they came in until they left; nothing of before and after, and nothing of parties of others."""
    async with database.transaction() as db:
        entry = await course(db, capacity=9)
        owner, friend, third, stranger = [await household(db) for _ in range(4)]
        found = await together(db, entry, owner, friend, third)
        number = found.id or 0
        await registration.quit_party(db, number, resident_id=friend.id, now=NOW, zone=TOKYO)
        await registration.quit_party(db, number, resident_id=owner.id, now=NOW, zone=TOKYO)
        await call_off(db, found)

        async def seen(home: Household) -> list[tuple[int | None, ChangeReason]]:
            part = await registration.own_part(db, number, home.id)
            return [(change.resident_id, change.reason) for change in part]

        joined, left = ChangeReason.FRIENDS_JOINED, ChangeReason.FRIENDS_LEFT
        assert await seen(friend) == [(friend.id, joined), (third.id, joined), (friend.id, left)]
        assert await seen(owner) == [
            (owner.id, ChangeReason.APPLIED),
            (friend.id, joined),
            (third.id, joined),
            (friend.id, left),
            (owner.id, left),
        ]
        assert await seen(stranger) == []
        assert await registration.parted(db, friend.id) == [(found, NOW + timedelta(minutes=1))]
        assert await registration.parted(db, third.id) == [], "it is theirs"
        assert await registration.parted(db, stranger.id) == []
        await residents.forget(db, friend.id, now=NOW, zone=TOKYO)
        assert await seen(friend) == []
    await assert_sound(database)


async def test_what_is_over_outlives_its_owner(database: Database) -> None:
    """A lost draw stays readable to the friend, without those whose data is gone."""
    async with database.transaction() as db:
        entry = await course(db, capacity=9, selection=Selection.LOTTERY)
        owner, friend = await household(db), await household(db)
        found = await together(db, entry, owner, friend)
        await call_off(db, found)
        await residents.forget(db, owner.id, now=NOW, zone=TOKYO)
        await db.refresh(found)
        assert (found.resident_id, found.shared, found.state) == (friend.id, False, CANCELLED)
        assert await registration.party_of(db, found.id or 0) == [friend.me]
        doers = [change.resident_id for change in await registration.history(db, found.id or 0)]
        assert doers == [None, friend.id, None]
    await assert_sound(database)


async def test_two_accounts_of_one_human_are_one_in_the_party(database: Database) -> None:
    """Somebody has joined themselves, from the other platform, and links the two: one seat, in what is over as well."""
    async with database.transaction() as db:
        entry, past = await course(db, capacity=9), await course(db, capacity=9)
        line, telegram = await household(db, "はる"), await household(db, platform=Platform.TELEGRAM)
        over = await together(db, past, line, telegram)
        await call_off(db, over)
        found = await together(db, entry, telegram, line)
        code = await linking.new_code(db, line.id, now=NOW)
        keeper = await linking.redeem(db, code, by=telegram.resident, now=NOW, zone=TOKYO)
        assert keeper is not None
        for party in (found, over):
            await db.refresh(party)
            assert (party.resident_id, party.shared) == (line.id, False)
            assert await registration.party_of(db, party.id or 0) == [line.me]
        assert found.seats == 1
        active = await db.scalars(select(col(Participant.active)).order_by(col(Participant.registration_id)))
        assert list(active) == [False, True]
    await assert_sound(database)


@pytest.mark.parametrize("keeper", ["owner", "friend"])
async def test_a_household_that_was_two_is_counted_once(database: Database, keeper: str) -> None:
    """A parent brought the child by one account and themselves by the other; linked, they are one pair, either way."""
    async with database.transaction() as db:
        entry = await course(db, capacity=2, capacity_unit=CapacityUnit.PAIR)
        owner, friend = await household(db, "はる"), await household(db, platform=Platform.TELEGRAM)
        found = await enrol(db, entry, owner, owner.people)
        assert isinstance(await join(db, entry, found, friend), Joined)
        waiting = await enrol(db, entry, await household(db))
        assert (found.seats, waiting.state) == (2, WAITLISTED)
        code_of, by = (owner, friend) if keeper == "owner" else (friend, owner)
        code = await linking.new_code(db, code_of.id, now=NOW)
        assert await linking.redeem(db, code, by=by.resident, now=NOW, zone=TOKYO) is not None
        assert (found.seats, found.shared, waiting.state) == (1, False, OFFERED)
        party = await registration.party_of(db, found.id or 0)
        assert [one.nickname for one in party if one.relation is Relation.CHILD] == ["はる"]
        assert len(party) == 2
    await assert_sound(database, entry.id)


@pytest.mark.parametrize("keeper", ["owner", "friend"])
async def test_a_child_stays_in_childcare_when_two_accounts_become_one(database: Database, keeper: str) -> None:
    """The parent is in the party twice and stays in it once, whichever account made the code."""
    async with database.transaction() as db:
        entry = await rules(db, await course(db, capacity=9, childcare=True), childcare_capacity=1)
        owner, friend = await household(db, "はる"), await household(db, platform=Platform.TELEGRAM)
        child = owner.people[1].id or 0
        found = await enrol(db, entry, owner, owner.people, in_childcare=frozenset({child}))
        assert isinstance(await join(db, entry, found, friend), Joined)
        code_of, by = (owner, friend) if keeper == "owner" else (friend, owner)
        code = await linking.new_code(db, code_of.id, now=NOW)
        assert await linking.redeem(db, code, by=by.resident, now=NOW, zone=TOKYO) is not None
        assert (found.seats, found.childcare, found.shared) == (1, 1, False)
        assert await registration.in_childcare(db, found.id or 0) == {child}
        assert (await registration.history(db, found.id or 0))[-1].reason is ChangeReason.LINKED
    await assert_sound(database)


async def test_staff_move_the_whole_party(database: Database) -> None:
    async with database.transaction() as db:
        entry, other = await course(db, capacity=9), await course(db, capacity=9)
        owner, friend = await household(db), await household(db)
        found = await together(db, entry, owner, friend)
        staff = Staff("公民館", NOW, "会場の都合")
        moved = await counter.transfer(db, found, other, staff=staff, zone=TOKYO)
        assert isinstance(moved, registration.Applied)
        assert (moved.registration.seats, moved.registration.shared) == (2, True)
        assert await registration.of_resident(db, friend.id) == [moved.registration]
        assert await registration.companions(db, moved.registration, friend.id) == (Companions("ゆき", 1),)
    await assert_sound(database)


async def test_a_seat_without_a_place_in_childcare_is_told_apart(database: Database) -> None:
    async with database.transaction() as db:
        entry = await rules(db, await course(db, capacity=3, childcare=True), childcare_capacity=1)
        other, owner, friend = await household(db, "あき"), await household(db), await household(db, "はる")
        aside = frozenset({other.people[1].id or 0})
        await enrol(db, entry, other, other.people, in_childcare=aside)
        found = await enrol(db, entry, owner)
        invitation = await registration.invite(db, found.id or 0, resident_id=owner.id, nickname="", now=NOW)
        assert invitation is not None
        child = frozenset({friend.people[1].id or 0})
        both = Request(party=friend.people, resident_id=friend.id, in_childcare=child)
        alone = Request(party=[friend.me], resident_id=friend.id)
        outcome = await registration.join(db, entry, invitation.code, both, nickname="", now=NOW, zone=TOKYO)
        assert outcome == Refusal(RefusalCode.CHILDCARE_FULL)
        outcome = await registration.join(db, entry, invitation.code, alone, nickname="", now=NOW, zone=TOKYO)
        assert outcome == Joined(registration=found)
    await assert_sound(database)


async def test_children_in_childcare_go_with_their_own(database: Database) -> None:
    async with database.transaction() as db:
        entry = await rules(db, await course(db, capacity=9, childcare=True), childcare_capacity=1)
        owner, friend = await household(db), await household(db, "はる")
        found, child = await enrol(db, entry, owner), friend.people[1]
        invitation = await registration.invite(db, found.id or 0, resident_id=owner.id, nickname="", now=NOW)
        assert invitation is not None
        request = Request(party=friend.people, resident_id=friend.id, in_childcare=frozenset({child.id or 0}))
        joined = await registration.join(db, entry, invitation.code, request, nickname="", now=NOW, zone=TOKYO)
        assert isinstance(joined, Joined)
        assert (found.seats, found.childcare) == (2, 1)
        await registration.withdraw(db, found.id or 0, friend.me.id or 0, resident_id=friend.id, now=NOW, zone=TOKYO)
        assert (found.seats, found.childcare, found.shared) == (1, 0, False)
        assert await settle(db, entry) == 0
    await assert_sound(database)
