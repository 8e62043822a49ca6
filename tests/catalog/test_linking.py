"""Joining LINE and Telegram: one resident, one self, one seat; and every code that must not work."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from catalog import leanings, linking, registration, residents
from catalog.database import Database
from catalog.linking import VALID_FOR
from catalog.models import (
    LinkCode,
    MarkKind,
    Outgoing,
    OutgoingKind,
    Person,
    Platform,
    RegistrationState,
    Relation,
    Reminder,
    ReminderKind,
    Resident,
)
from tests.catalog.builders import Household, assert_sound, course, enrol, household, rows_of, states
from tests.catalog.search.factories import NOW, TOKYO

LINE, TELEGRAM = Platform.LINE, Platform.TELEGRAM


async def pair(db: Any, *, line: tuple[str, ...] = (), telegram: tuple[str, ...] = ()) -> tuple[Household, Household]:
    """One human on LINE, who makes the code, and on Telegram, with the children entered on each."""
    return await household(db, *line, platform=LINE), await household(db, *telegram, platform=TELEGRAM)


async def join(db: Any, keeper: Household, joining: Household) -> Resident:
    code = await linking.new_code(db, keeper.id, now=NOW)
    linked = await linking.redeem(db, code, by=joining.resident, now=NOW, zone=TOKYO)
    assert linked is not None
    return linked


async def test_one_resident_remains_with_all_that_both_had(database: Database) -> None:
    """Accounts, family, wishes and settings come together; nothing told is lost."""
    async with database.transaction() as db:
        talk, walk = await course(db), await course(db)
        keeper, joining = await pair(db, line=("はる",), telegram=("あき",))
        joining.resident.area, joining.resident.calendar_token = "田無", "secret"
        joining.resident.remind_deadline, joining.resident.digest_at = False, NOW
        await leanings.note_look(db, joining.id, ["music"], now=NOW)
        joining.me.birth_year, joining.me.birth_month = 1970, 5
        for home, field in ((keeper, "music"), (joining, "music"), (joining, "science")):
            await residents.set_interest(db, home.id, field, on=True)
        await residents.mark(db, joining.id, talk.id, MarkKind.SAVED, now=NOW)
        await residents.mark(db, keeper.id, talk.id, MarkKind.DISMISSED, now=NOW + timedelta(hours=1))
        await residents.mark(db, joining.id, walk.id, MarkKind.SAVED, now=NOW)
        await residents.remember_search(db, joining.id, text="書道", criteria="{}", found=1, now=NOW)
        linked = await join(db, keeper, joining)
        assert linked.id == keeper.id
    async with database.reading() as db:
        assert await rows_of(db, Resident) == 1
        assert {account.platform for account in await residents.accounts(db, keeper.id)} == {LINE, TELEGRAM}
        family = await residents.people(db, keeper.id)
        assert [someone.relation for someone in family] == [Relation.SELF, Relation.CHILD, Relation.CHILD]
        assert (family[0].birth_year, family[0].birth_month) == (1970, 5)
        assert await residents.interests(db, keeper.id) == {"music", "science"}
        assert await residents.marks(db, keeper.id, MarkKind.SAVED) == {walk.id}
        assert await residents.marks(db, keeper.id, MarkKind.DISMISSED) == {talk.id}, "the last word counts"
        assert await residents.last_search(db, keeper.id, since=timedelta(days=1), now=NOW) is not None
        kept = await db.get_one(Resident, keeper.id)
        assert (kept.area, kept.calendar_token) == ("田無", "secret")
        assert (kept.remind_deadline, kept.remind_same_day) == (False, True), "what was switched off stays off"
    await assert_sound(database)


@pytest.mark.parametrize("first", ["keeper", "joining"])
async def test_a_seat_held_twice_is_given_on(database: Database, first: str) -> None:
    """Of two registrations of one human the earlier stays, and who waited is offered the other."""
    async with database.transaction() as db:
        small = await course(db, capacity=2)
        keeper, joining = await pair(db)
        order = (keeper, joining) if first == "keeper" else (joining, keeper)
        earlier, later = [await enrol(db, small, home) for home in order]
        waiting = await enrol(db, small, await household(db))
        await join(db, keeper, joining)
        assert await states(db, waiting) == [RegistrationState.OFFERED]
        mine = await registration.of_resident(db, keeper.id, active_only=False)
        assert [(found.id, found.state) for found in mine] == [
            (earlier.id, RegistrationState.CONFIRMED),
            (later.id, RegistrationState.CANCELLED),
        ]
    await assert_sound(database, small.id)


async def test_the_child_of_a_doubled_party_keeps_the_place(database: Database) -> None:
    """Only what is there twice goes: the parent's second seat, not the child's."""
    async with database.transaction() as db:
        small = await course(db, capacity=3)
        keeper, joining = await pair(db, telegram=("はる",))
        await enrol(db, small, keeper)
        both = await enrol(db, small, joining, joining.people)
        await join(db, keeper, joining)
        assert [someone.nickname for someone in await registration.party_of(db, both.id or 0)] == ["はる"]
        assert (both.state, both.seats) == (RegistrationState.CONFIRMED, 1)
        assert (await registration.seats(db, [small.id], now=NOW))[small.id].taken == 2
    await assert_sound(database, small.id)


@pytest.mark.parametrize(("year", "humans"), [(2018, 2), (2020, 3)])
async def test_a_child_entered_on_both_is_one_child(database: Database, year: int, humans: int) -> None:
    """The same name and birth is the same child, once in a course; another birth is another child."""
    async with database.transaction() as db:
        small = await course(db, capacity=9)
        keeper, joining = await pair(db, line=("はる",), telegram=("はる",))
        for home, born in ((keeper, 2018), (joining, year)):
            home.people[1].birth_year, home.people[1].birth_month = born, 4
            await enrol(db, small, home, home.people)
        await join(db, keeper, joining)
        assert len(await residents.people(db, keeper.id)) == humans
        assert (await registration.seats(db, [small.id], now=NOW))[small.id].taken == humans
    await assert_sound(database, small.id)


async def test_messages_and_reminders_move_along(database: Database) -> None:
    """What waits to be sent is sent; what was reminded of on one platform is not reminded of again."""
    async with database.transaction() as db:
        talk = await course(db)
        keeper, joining = await pair(db)
        for key, home, kind in (
            ("first", keeper, ReminderKind.DAY_BEFORE),
            ("again", joining, ReminderKind.DAY_BEFORE),
            ("other", joining, ReminderKind.SAME_DAY),
        ):
            db.add(Reminder(resident_id=home.id, kind=kind, course_id=talk.id, occasion_at=NOW, outgoing_key=key))
        db.add(
            Outgoing(
                key="notice",
                kind=OutgoingKind.NOTICE,
                platform=TELEGRAM,
                address="1",
                resident_id=joining.id,
                payload="{}",
                retry_key="1",
                due_at=NOW,
                created_at=NOW,
            )
        )
        await db.flush()
        await join(db, keeper, joining)
    async with database.reading() as db:
        told = await db.scalars(select(Reminder).order_by(col(Reminder.id)))
        assert [(row.resident_id, row.outgoing_key) for row in told] == [(keeper.id, "first"), (keeper.id, "other")]
        assert list(await db.scalars(select(col(Outgoing.resident_id)))) == [keeper.id]


async def test_a_code_works_once_and_for_ten_minutes(database: Database) -> None:
    """Wrong, too old, replaced, used: each is refused, and nothing is joined by it."""
    async with database.transaction() as db:
        keeper, joining = await pair(db)
        third = await household(db, platform=TELEGRAM)
        old = await linking.new_code(db, keeper.id, now=NOW)
        code = await linking.new_code(db, keeper.id, now=NOW)
        assert len(code) == 8
        assert code.isdigit()
        late = NOW + VALID_FOR + timedelta(seconds=1)
        for typed, now in ((old, NOW), ("00000000x", NOW), ("", NOW), (code, late)):
            assert await linking.redeem(db, typed, by=joining.resident, now=now, zone=TOKYO) is None
        assert await rows_of(db, Resident) == 3
        assert await linking.redeem(db, code, by=joining.resident, now=NOW + VALID_FOR, zone=TOKYO) is not None
        assert await linking.redeem(db, code, by=third.resident, now=NOW, zone=TOKYO) is None
        assert await rows_of(db, Resident) == 2


async def test_a_code_is_not_for_oneself_nor_for_another_human(database: Database) -> None:
    """One's own code, and one from a second resident of the same platform, join nothing and stay usable."""
    async with database.transaction() as db:
        keeper, joining = await pair(db)
        neighbour = await household(db, platform=LINE)
        code = await linking.new_code(db, keeper.id, now=NOW)
        assert await linking.redeem(db, code, by=keeper.resident, now=NOW, zone=TOKYO) is None
        assert await linking.redeem(db, code, by=neighbour.resident, now=NOW, zone=TOKYO) is None
        assert await rows_of(db, Resident) == 3
        assert await linking.redeem(db, code, by=joining.resident, now=NOW, zone=TOKYO) is not None


async def test_an_old_phone_that_blocks_us_does_not_stand_in_the_way(sqlite_database: Database) -> None:
    """A new LINE account joins the resident whose old one is gone."""
    async with sqlite_database.transaction() as db:
        old, new = await household(db), await household(db)
        (account,) = await residents.accounts(db, old.id)
        await residents.set_blocked(db, LINE, account.address, at=NOW)
        db.expire_all()
        await db.refresh(old.resident)
        await db.refresh(new.resident)
        assert (await join(db, old, new)).id == old.id


async def test_only_a_hash_of_the_code_is_kept_and_not_for_long(sqlite_database: Database) -> None:
    """Who reads the table learns no code; what is too old goes with the next one made by anybody."""
    async with sqlite_database.transaction() as db:
        keeper, other = await pair(db)
        code = await linking.new_code(db, keeper.id, now=NOW)
        assert [code in stored for stored in await db.scalars(select(col(LinkCode.code_hash)))] == [False]
        await linking.new_code(db, other.id, now=NOW + 2 * VALID_FOR)
        assert await rows_of(db, LinkCode) == 1


async def test_the_code_of_somebody_forgotten_joins_nothing(database: Database) -> None:
    """Its maker is gone, and so is the code."""
    async with database.transaction() as db:
        keeper, joining = await pair(db)
        code = await linking.new_code(db, keeper.id, now=NOW)
        await residents.forget(db, keeper.id, now=NOW, zone=TOKYO)
        assert await linking.redeem(db, code, by=joining.resident, now=NOW, zone=TOKYO) is None
        assert await rows_of(db, Person) == 1
