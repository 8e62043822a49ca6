"""窓口と電話: applicants without an account in the same queue, a slip to link later, and what staff set right."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import attendance, counter, linking, registration
from catalog.counter import Companion, Staff
from catalog.database import Database
from catalog.eligibility import Refusal, RefusalCode
from catalog.models import (
    Actor,
    CounterApplicant,
    Course,
    Person,
    Presence,
    Registration,
    RegistrationState,
    Relation,
    Session,
)
from catalog.registration import Applied
from catalog.search.entry import CourseEntry
from tests.catalog.builders import assert_sound, course, enrol, household
from tests.catalog.search.factories import NOW, TOKYO

CONFIRMED, WAITLISTED = RegistrationState.CONFIRMED, RegistrationState.WAITLISTED
CANCELLED, OFFERED = RegistrationState.CANCELLED, RegistrationState.OFFERED
DESK = Staff("窓口 一", NOW, "お電話で")


async def _by_phone(db: AsyncSession, entry: CourseEntry, name: str = "見本 太郎") -> Registration:
    party = await counter.take_in(db, name=name, phone="042-000-0000", staff=DESK)
    outcome = await counter.apply(db, entry, party, staff=DESK, zone=TOKYO)
    assert isinstance(outcome, Applied)
    return outcome.registration


async def test_who_calls_stands_in_the_same_queue(database: Database) -> None:
    """先着順: chat, telephone, chat: in the order of arrival, whoever they are."""
    async with database.transaction() as db:
        entry = await course(db, capacity=1)
        first = await enrol(db, entry, await household(db))
        caller = await _by_phone(db, entry)
        third = await enrol(db, entry, await household(db))
        assert (first.state, caller.state, third.state) == (CONFIRMED, WAITLISTED, WAITLISTED)
        assert await registration.position(db, caller) == 1
        assert await registration.position(db, third) == 2
        (applied,) = await registration.history(db, caller.id or 0)
        assert (applied.by, applied.staff) == (Actor.STAFF, "窓口 一")
    await assert_sound(database, entry.id)


async def test_the_same_caller_is_the_same_applicant(database: Database) -> None:
    """However the number is written; a child is told of once."""
    haru = Companion(relation=Relation.CHILD, nickname="はる", birth_year=2018, birth_month=5)
    async with database.transaction() as db:
        people = [
            await counter.take_in(db, name=name, phone=phone, companions=[haru], staff=DESK)
            for name, phone in (("見本 花子", "042-000-0001"), ("見本 花子 ", "042(000)0001"))
        ]
        assert [someone.id for someone in people[0]] == [someone.id for someone in people[1]]
        assert [someone.nickname for someone in people[0]] == [None, "はる"]
        other = await counter.take_in(db, name="見本 花子", phone="042-000-0002", staff=DESK)
        assert other[0].resident_id != people[0][0].resident_id


async def test_a_receipt_is_found_as_it_is_read_out(sqlite_database: Database) -> None:
    async with sqlite_database.transaction() as db:
        found = await _by_phone(db, await course(db))
        for said in (found.receipt, found.receipt.lower(), f" {found.receipt.replace('-', '')}"):
            assert await counter.find(db, said) is found
        for wrong in ("", "なし", "1' OR '1'='1"):
            assert await counter.find(db, wrong) is None


async def test_the_slip_links_an_account_later(database: Database) -> None:
    """What was applied for by telephone is in the chat then, and name and number are no longer kept."""
    async with database.transaction() as db:
        entry = await course(db)
        caller = await _by_phone(db, entry)
        session = (await db.scalars(select(Session).where(col(Session.course_id) == entry.id))).one()
        ours = await attendance.attending(db, caller.id or 0)
        noted = attendance.Noted(NOW, Actor.STAFF, "窓口 一")
        await attendance.mark(db, session, caller.id or 0, ours, Presence.PRESENT, noted=noted, zone=TOKYO)
        slip = await linking.new_slip_code(db, caller.resident_id, now=NOW)
        home = await household(db)
        await enrol(db, await course(db, title="書道"), home)
    assert len(slip) == 14
    async with database.transaction() as db:
        later = NOW + timedelta(days=100)
        by = home.resident
        linked = await linking.redeem(db, slip, by=by, now=later, zone=TOKYO)
        assert linked is not None
        assert linked.id is not None
        assert len(await registration.of_resident(db, linked.id)) == 2
        assert [entry_.title for _person, entry_ in await attendance.passport(db, linked.id)] == ["健康体操"]
        assert (await db.scalars(select(CounterApplicant))).all() == []
        assert len((await db.scalars(select(Person).where(col(Person.resident_id) == linked.id))).all()) == 1
        assert await linking.redeem(db, slip, by=(await household(db)).resident, now=later, zone=TOKYO) is None
    await assert_sound(database)


async def test_nobody_goes_on_guessing_codes(database: Database) -> None:
    """After five wrong codes within an hour no more is tried; an hour later it is."""
    async with database.transaction() as db:
        home = await household(db)
        for miss in range(linking.MISSES):
            assert await linking.may_try(db, home.id, now=NOW + timedelta(minutes=miss))
            await linking.count_miss(db, home.id, now=NOW + timedelta(minutes=miss))
        assert not await linking.may_try(db, home.id, now=NOW + timedelta(minutes=59))
        assert await linking.may_try(db, home.id, now=NOW + timedelta(minutes=60))
        await linking.count_miss(db, home.id, now=NOW + timedelta(minutes=60))
        assert await linking.may_try(db, home.id, now=NOW + timedelta(minutes=61)), "counted anew"


async def test_staff_cancel_and_the_next_is_asked(database: Database) -> None:
    """With name and reason in the history; the resident will be told, and so will who moves up (繰り上げ)."""
    async with database.transaction() as db:
        entry = await course(db, capacity=1)
        first = await enrol(db, entry, await household(db))
        waiting = await _by_phone(db, entry)
        assert await counter.cancel(db, first, staff=DESK, zone=TOKYO)
        assert not await counter.cancel(db, first, staff=DESK, zone=TOKYO), "twice is once"
        assert (first.state, waiting.state) == (CANCELLED, OFFERED)
        last = (await registration.history(db, first.id or 0))[-1]
        assert (last.by, last.staff, last.note, last.to_tell) == (Actor.STAFF, "窓口 一", "お電話で", True)
    await assert_sound(database, entry.id)


async def test_staff_let_somebody_in_only_where_a_seat_is_free(database: Database) -> None:
    async with database.transaction() as db:
        entry = await course(db, capacity=1)
        await enrol(db, entry, await household(db))
        waiting = await enrol(db, entry, await household(db))
        assert not await counter.admit(db, waiting, staff=DESK)
        stored = await db.get(Course, entry.id)
        assert stored is not None
        stored.capacity = 2
        await db.flush()
        assert await counter.admit(db, waiting, staff=DESK)
        assert waiting.state is CONFIRMED
    await assert_sound(database, entry.id)


async def test_a_party_is_moved_to_another_course_whole_or_not_at_all(database: Database) -> None:
    async with database.transaction() as db:
        tuesday, full, home = await course(db), await course(db, capacity=1), await household(db, "はる")
        thursday = await course(db, capacity=2)
        found = await enrol(db, tuesday, home, home.people)
        assert await counter.transfer(db, found, full, staff=DESK, zone=TOKYO) == Refusal(RefusalCode.FULL)
        assert found.state is CONFIRMED
        moved = await counter.transfer(db, found, thursday, staff=DESK, zone=TOKYO)
        assert isinstance(moved, Applied)
        assert (moved.registration.state, moved.registration.seats, found.state) == (CONFIRMED, 2, CANCELLED)
    await assert_sound(database)
