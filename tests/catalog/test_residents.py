"""Meeting residents, what they tell of themselves, forgetting them. Doing things twice changes nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from catalog import changing, leanings, linking, registration, residents
from catalog.changing import Hand
from catalog.database import Database
from catalog.models import (
    ChannelAccount,
    Conversation,
    CourseMark,
    InboxEvent,
    InboxState,
    Interest,
    Leaning,
    LinkCode,
    MarkKind,
    Outgoing,
    OutgoingKind,
    Participant,
    Person,
    Platform,
    Registration,
    RegistrationState,
    Relation,
    Reminder,
    ReminderKind,
    Resident,
    Search,
)
from catalog.registration import Request
from catalog.residents import FORGET_OLD_SEARCHES, MAX_PEOPLE, MAX_SEARCHES
from tests.catalog.builders import assert_sound, call_off, course, enrol, household, rows_of, rules, states
from tests.catalog.search.factories import NOW, TOKYO

LINE, TELEGRAM = Platform.LINE, Platform.TELEGRAM
HAND = Hand(at=NOW, staff="佐藤", reason="講師が急病のため")
# Everything that is kept of a resident.
PERSONAL: tuple[type[SQLModel], ...] = (
    ChannelAccount,
    Conversation,
    CourseMark,
    Interest,
    Leaning,
    LinkCode,
    Outgoing,
    Participant,
    Person,
    Registration,
    Reminder,
    Resident,
    Search,
)


async def test_whoever_comes_again_is_known(database: Database) -> None:
    """The first contact makes a resident with themselves as a person; the second finds them. Platforms are apart."""
    async with database.transaction() as db:
        resident, account = await residents.meet(db, LINE, "U1", language="ja", now=NOW)
        assert await residents.meet(db, LINE, "U1", language="en", now=NOW) == (resident, account)
        assert resident.language == "ja"
        assert await residents.known(db, TELEGRAM, "U1") is None
        other, _account = await residents.meet(db, TELEGRAM, "U1", language="ja", now=NOW)
        assert other.id != resident.id
        assert [one.relation for one in await residents.people(db, resident.id or 0)] == [Relation.SELF]
    await assert_sound(database)


async def test_a_family_has_a_limit_and_an_order(database: Database) -> None:
    """The resident first, the others as they were added; a stranger cannot fill the table."""
    async with database.transaction() as db:
        names = [f"子{number}" for number in range(MAX_PEOPLE - 1)]
        home = await household(db, *names)
        assert [someone.nickname for someone in home.people] == [None, *names]
        one_more = Person(resident_id=home.id, relation=Relation.CHILD, nickname="はる", created_at=NOW)
        assert not await residents.add_person(db, one_more)
        assert len(await residents.people(db, home.id)) == MAX_PEOPLE


async def test_who_stands_in_a_course_is_not_removed(database: Database) -> None:
    """Nor oneself, nor another's child, nor anybody twice; after the cancellation they may go."""
    async with database.transaction() as db:
        open_to_all, home, neighbour = await course(db), await household(db, "はる"), await household(db)
        child = home.people[1].id or 0
        mine = await enrol(db, open_to_all, home, home.people)
        assert not await residents.remove_person(db, home.id, child)
        await call_off(db, mine)
        assert not await residents.remove_person(db, home.id, home.me.id or 0)
        assert not await residents.remove_person(db, neighbour.id, child)
        assert await residents.remove_person(db, home.id, child)
        assert not await residents.remove_person(db, home.id, child)
        assert await residents.people(db, home.id) == [home.me]
    await assert_sound(database)


async def test_who_is_removed_leaves_what_is_over_as_if_they_had_not_been_in_it(database: Database) -> None:
    """A course was cancelled, of three who took part two are removed: held after all, only who is left comes back."""
    async with database.transaction() as db:
        entry = await rules(db, await course(db, capacity=3, childcare=True), childcare_capacity=1)
        home = await household(db, "はる", "そら")
        _me, attends, looked_after = (someone.id or 0 for someone in home.people)
        found = await enrol(db, entry, home, home.people, in_childcare=frozenset({looked_after}))
        await changing.cancel_course(db, entry.id, HAND)
        for person in (attends, looked_after):
            assert await residents.remove_person(db, home.id, person)
    await assert_sound(database)
    async with database.transaction() as db:
        await changing.restore_course(db, entry.id, HAND, zone=TOKYO)
        assert await states(db, found) == [RegistrationState.CONFIRMED]
        assert (await registration.seats(db, [entry.id], now=NOW))[entry.id].taken == 1
        assert (await registration.rules_of(db, entry.id)).childcare_taken == 0
    await assert_sound(database)


async def test_interests_and_marks_are_switches(database: Database) -> None:
    """On and off as often as one likes; of two marks of a course the last word counts."""
    async with database.transaction() as db:
        home, talk = await household(db), await course(db)
        for on, expected in ((True, {"music"}), (True, {"music"}), (False, set()), (False, set())):
            await residents.set_interest(db, home.id, "music", on=on)
            assert await residents.interests(db, home.id) == expected
        for kind in (MarkKind.SAVED, MarkKind.SAVED, MarkKind.DISMISSED):
            await residents.mark(db, home.id, talk.id, kind, now=NOW)
        assert await residents.marks(db, home.id, MarkKind.SAVED) == set()
        assert await residents.marks(db, home.id, MarkKind.DISMISSED) == {talk.id}
        for _twice in range(2):
            await residents.unmark(db, home.id, talk.id)
            assert await residents.marks(db, home.id, MarkKind.DISMISSED) == set()


async def test_saving_again_keeps_the_day_it_was_saved(sqlite_database: Database) -> None:
    """The deadline's reminder looks at that day; a second tap on the button does not move it."""
    async with sqlite_database.transaction() as db:
        home, talk = await household(db), await course(db)
        for days in (0, 3):
            await residents.mark(db, home.id, talk.id, MarkKind.SAVED, now=NOW + timedelta(days=days))
        assert list(await db.scalars(select(col(CourseMark.created_at)))) == [NOW]


async def test_only_the_newest_searches_are_kept_and_every_wish(database: Database) -> None:
    """Two residents search in turns: each keeps their own newest, and the wish from long ago."""
    async with database.transaction() as db:
        homes = [await household(db), await household(db)]
        for number in range(MAX_SEARCHES + 10):
            for home in homes:
                search_id = await residents.remember_search(
                    db, home.id, text=f"{number}", criteria="{}", found=0, now=NOW + timedelta(minutes=number)
                )
                if number == 0:
                    (await db.get_one(Search, search_id)).wished_at = NOW
                    await db.flush()
        await db.execute(FORGET_OLD_SEARCHES)
        for home in homes:
            texts = await db.scalars(
                select(col(Search.text)).where(col(Search.resident_id) == home.id).order_by(col(Search.id))
            )
            assert list(texts) == ["0", *(str(number) for number in range(10, MAX_SEARCHES + 10))]
            last = await residents.last_search(
                db, home.id, since=timedelta(minutes=5), now=NOW + timedelta(minutes=MAX_SEARCHES + 12)
            )
            assert last is not None
            assert last.text == str(MAX_SEARCHES + 9)


async def test_a_search_is_ones_own_and_can_be_taken_back(database: Database) -> None:
    """Another's number is none; a message taken back takes its search along, and only that one."""
    async with database.transaction() as db:
        home, neighbour = await household(db), await household(db)
        kept, gone, theirs = [
            await residents.remember_search(
                db, owner.id, text="書道" * 400, criteria="{}", found=3, now=NOW, message_id=message
            )
            for owner, message in ((home, "m1"), (home, "m2"), (neighbour, "m2"))
        ]
        assert await residents.search_of(db, neighbour.id, kept) is None
        assert await residents.search_of(db, home.id, 999_999) is None
        for _twice in range(2):
            await residents.take_back(db, home.id, "m2")
        assert await residents.search_of(db, home.id, gone) is None
        assert len((await db.get_one(Search, kept)).text) == 500
        for owner, number in ((home, kept), (neighbour, theirs)):
            assert await residents.search_of(db, owner.id, number) is await db.get_one(Search, number)
        old = await residents.last_search(db, home.id, since=timedelta(hours=1), now=NOW + timedelta(hours=2))
        assert old is None


async def test_a_blocked_account_is_noted_and_freed(database: Database) -> None:
    """By address, as the platform tells it."""
    async with database.transaction() as db:
        resident, account = await residents.meet(db, LINE, "U1", language="ja", now=NOW)
        for at in (NOW, NOW, None):
            await residents.set_blocked(db, LINE, "U1", at=at)
            assert [one.blocked_at for one in await residents.accounts(db, resident.id or 0)] == [at]
        assert account.blocked_at is None


@pytest.mark.parametrize("neighbours", [0, 1])
async def test_forgetting_leaves_nothing(database: Database, neighbours: int) -> None:
    """Not a row, on either platform, but bare event ids; and nothing of a neighbour is touched."""
    async with database.transaction() as db:
        before = [await _live(db, f"N{number}") for number in range(neighbours)]
        home = await _live(db, "U1")
        for _twice in range(2):
            await residents.forget(db, home, now=NOW, zone=TOKYO)
    async with database.reading() as db:
        for model in PERSONAL:
            expected = {Participant: 2, Person: 2, ChannelAccount: 2}.get(model, 1)
            assert await rows_of(db, model) == len(before) * expected, model
        events = list(await db.scalars(select(InboxEvent).order_by(col(InboxEvent.id))))
        mine = [event for event in events if event.event_id.startswith("U1")]
        assert [(event.address, event.payload) for event in mine] == [(None, ""), (None, "")]
        assert all(event.address and event.payload for event in events if event not in mine)
    await assert_sound(database)


async def test_what_is_not_answered_yet_is_answered_after_forgetting(sqlite_database: Database) -> None:
    """A message sent behind the farewell is a new contact: it is neither lost nor left empty."""
    async with sqlite_database.transaction() as db:
        resident, _account = await residents.meet(db, LINE, "U1", language="ja", now=NOW)
        db.add(InboxEvent(platform=LINE, event_id="late", address="U1", payload="こんにちは", received_at=NOW))
        await db.flush()
        await residents.forget(db, resident.id or 0, now=NOW, zone=TOKYO)
        assert [event.payload for event in await db.scalars(select(InboxEvent))] == ["こんにちは"]


async def test_the_places_of_the_forgotten_go_to_who_waits(database: Database) -> None:
    """Not to the forgotten themselves, who waited with a child."""
    async with database.transaction() as db:
        small = await course(db, capacity=1)
        home = await household(db, "はる")
        await enrol(db, small, home)
        await enrol(db, small, home, home.people[1:])
        waiting = await enrol(db, small, await household(db))
        await residents.forget(db, home.id, now=NOW, zone=TOKYO)
        assert await states(db, waiting) == [RegistrationState.OFFERED]
        assert (await registration.seats(db, [small.id], now=NOW))[small.id].taken == 1
    await assert_sound(database, small.id)


async def _live(db: AsyncSession, address: str) -> int:
    """Somebody on both platforms who has used everything; returns their id."""
    resident, account = await residents.meet(db, LINE, address, language="ja", now=NOW)
    assert resident.id is not None
    me = resident.id
    db.add(ChannelAccount(resident_id=me, platform=TELEGRAM, address=address, created_at=NOW))
    child = Person(resident_id=me, relation=Relation.CHILD, nickname="はる", created_at=NOW)
    await residents.add_person(db, child)
    talk = await course(db)
    request = Request(party=await residents.people(db, me), resident_id=me)
    await registration.apply(db, talk, request, now=NOW, zone=TOKYO)
    await residents.set_interest(db, me, "music", on=True)
    await residents.mark(db, me, talk.id, MarkKind.SAVED, now=NOW)
    await leanings.note_look(db, me, ["music"], now=NOW)
    await residents.remember_search(db, me, text="書道", criteria="{}", found=1, now=NOW)
    await linking.new_code(db, me, now=NOW)
    db.add(Conversation(account_id=account.id or 0, expecting="link.code"))
    told = ReminderKind.DAY_BEFORE
    db.add(Reminder(resident_id=me, kind=told, course_id=talk.id, occasion_at=NOW, outgoing_key=address))
    for platform in Platform:
        event = f"{address}-{platform}"
        db.add(
            InboxEvent(
                platform=platform,
                event_id=event,
                address=address,
                payload="書道はありますか",
                state=InboxState.DONE,
                received_at=NOW,
            )
        )
    db.add(
        Outgoing(
            key=address,
            kind=OutgoingKind.REPLY,
            platform=TELEGRAM,
            address=address,
            payload="{}",
            retry_key="1",
            due_at=NOW,
            created_at=NOW,
        )
    )
    await db.flush()
    return me
