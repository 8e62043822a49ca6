"""What becomes of a party with friends: who leaves, whose it is then, what is left of it for each of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from catalog import counter, linking, registration, residents
from catalog.counter import Staff
from catalog.database import Database
from catalog.eligibility import Refusal, RefusalCode
from catalog.models import (
    CapacityUnit,
    ChangeReason,
    Participant,
    Platform,
    Registration,
    RegistrationState,
    Relation,
    Selection,
)
from catalog.registration import Cancelled, Companions, Joined, Request
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
from tests.catalog.registration.parties import join, to_tell, together
from tests.catalog.search.factories import NOW, TOKYO

CONFIRMED, ENTERED, WAITLISTED = RegistrationState.CONFIRMED, RegistrationState.ENTERED, RegistrationState.WAITLISTED
CANCELLED, OFFERED = RegistrationState.CANCELLED, RegistrationState.OFFERED


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
        assert await to_tell(db) == {
            (owner.id, ChangeReason.FRIENDS_JOINED),
            (friend.id, ChangeReason.FRIENDS_JOINED),
            (owner.id, ChangeReason.FRIENDS_LEFT),
            (third.id, ChangeReason.FRIENDS_LEFT),
            (third.id, ChangeReason.CANCELLED),
        }
    await assert_sound(database)


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
