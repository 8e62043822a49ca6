"""当日の受付(出席)と、まなび手帳: who was there, and what is written down of it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import absence, attendance, registration
from catalog.attendance import CheckedIn, CheckInProblem, Noted
from catalog.database import Database
from catalog.models import Actor, CourseRules, Presence, Registration, Session
from catalog.search.entry import CourseEntry
from tests.catalog.builders import Household, assert_sound, call_off, course, enrol, household
from tests.catalog.search.factories import NOW, TOKYO

START = NOW + timedelta(days=30)


async def _session(db: AsyncSession, entry: CourseEntry, *, hours: float | None = 2) -> Session:
    """The course's one session, with its length."""
    session = (await db.scalars(select(Session).where(col(Session.course_id) == entry.id))).one()
    session.ends_at = None if hours is None else session.starts_at + timedelta(hours=hours)
    await db.flush()
    return session


async def _come(
    db: AsyncSession, session: Session, home: Household, *, after: timedelta = timedelta()
) -> CheckedIn | CheckInProblem:
    code = await attendance.open_code(db, session.id or 0)
    assert code is not None
    return await attendance.check_in(db, code, resident_id=home.id, now=session.starts_at + after, zone=TOKYO)


async def test_the_code_on_the_wall_checks_the_whole_party_in(database: Database) -> None:
    """A mother and her child come: one tap, both are there, and the learning record says so."""
    async with database.transaction() as db:
        entry, home = await course(db, title="親子の工作"), await household(db, "はる")
        await enrol(db, entry, home, home.people)
        session = await _session(db, entry)
        for _twice in range(2):
            there = await _come(db, session, home)
            assert isinstance(there, CheckedIn)
            assert [someone.id for someone in there.people] == [someone.id for someone in home.people]
        record = await attendance.passport(db, home.id)
    assert {person.id for person, _entry in record} == {someone.id for someone in home.people}
    assert {(found.title, found.sessions, found.minutes, found.units) for _person, found in record} == {
        ("親子の工作", 1, 120, 2)
    }
    await assert_sound(database)


@pytest.mark.parametrize(
    ("after", "answer"),
    [
        (timedelta(minutes=-61), CheckInProblem.TOO_EARLY),
        (timedelta(minutes=-60), None),
        (timedelta(hours=2, minutes=30), None),
        (timedelta(hours=2, minutes=31), CheckInProblem.TOO_LATE),
    ],
)
async def test_the_door_is_open_from_an_hour_before_to_half_an_hour_after(
    sqlite_database: Database, after: timedelta, answer: CheckInProblem | None
) -> None:
    async with sqlite_database.transaction() as db:
        entry, home = await course(db), await household(db)
        await enrol(db, entry, home)
        outcome = await _come(db, await _session(db, entry), home, after=after)
    assert (outcome if isinstance(outcome, CheckInProblem) else None) is answer


async def test_only_who_has_a_place_is_checked_in(sqlite_database: Database) -> None:
    """Who waits, who cancelled and who never applied are sent to the desk; so is whoever made up a code."""
    async with sqlite_database.transaction() as db:
        entry = await course(db, capacity=1)
        first, second, stranger = [await household(db) for _ in range(3)]
        gone = await enrol(db, entry, first)
        await call_off(db, gone)
        await enrol(db, entry, second)
        waiting = await household(db)
        await enrol(db, entry, waiting)
        session = await _session(db, entry)
        for home in (first, waiting, stranger):
            assert await _come(db, session, home) is CheckInProblem.NOT_REGISTERED
        made_up = await attendance.check_in(db, "' OR 1=1", resident_id=second.id, now=START, zone=TOKYO)
        assert made_up is CheckInProblem.UNKNOWN_CODE
        session.cancelled = True
        await db.flush()
        assert await _come(db, session, second) is CheckInProblem.CANCELLED


async def test_where_one_just_comes_the_coming_is_noted(database: Database) -> None:
    """申込不要: the code on the wall is enough, and it is in the learning record."""
    async with database.transaction() as db:
        entry, home = await course(db, registration_needed=False), await household(db)
        session = await _session(db, entry, hours=None)
        for _twice in range(2):
            assert isinstance(await _come(db, session, home), CheckedIn)
        assert len((await db.scalars(select(Registration))).all()) == 1
        ((_me, found),) = await attendance.passport(db, home.id)
        assert (found.minutes, found.units) == (0, 1), "no length is announced: none is made up"
    await assert_sound(database)


async def test_several_sessions_make_one_entry(database: Database) -> None:
    """A series is one line of the record: how often, how long, from when to when; a note taken back is gone from it."""
    async with database.transaction() as db:
        entry, home = await course(db), await household(db)
        found = await enrol(db, entry, home)
        first = await _session(db, entry)
        second = Session(
            course_id=entry.id, starts_at=START + timedelta(days=7), ends_at=START + timedelta(days=7, hours=1)
        )
        db.add(second)
        await db.flush()
        desk = Noted(START, Actor.STAFF, "窓口 一")
        for session in (first, second):
            await attendance.mark(db, session, found.id or 0, home.people, Presence.PRESENT, noted=desk, zone=TOKYO)
        ((_me, record),) = await attendance.passport(db, home.id)
        assert (record.sessions, record.minutes, record.units) == (2, 180, 3)
        assert record.last_on - record.first_on == timedelta(days=7)
        assert isinstance(record.first_on, date)
        await attendance.mark(db, first, found.id or 0, home.people, None, noted=desk, zone=TOKYO)
        await attendance.mark(db, second, found.id or 0, home.people, Presence.ABSENT, noted=desk, zone=TOKYO)
        assert await attendance.passport(db, home.id) == []


async def test_an_absence_is_told_and_taken_back_before_the_session(database: Database) -> None:
    async with database.transaction() as db:
        entry, home, other = await course(db), await household(db), await household(db)
        found = await enrol(db, entry, home)
        session = await _session(db, entry)
        number, at = found.id or 0, session.id or 0
        assert await absence.tell_absence(db, number, at, resident_id=home.id, now=NOW, zone=TOKYO) is session
        assert await absence.absences(db, number, home.id) == {at}
        assert await absence.come_after_all(db, number, at, resident_id=home.id, now=NOW, zone=TOKYO) is session
        assert await absence.absences(db, number, home.id) == set()
        assert await absence.tell_absence(db, number, at, resident_id=home.id, now=START, zone=TOKYO) is None, (
            "it has begun"
        )
        assert await absence.tell_absence(db, number, at, now=NOW, resident_id=other.id, zone=TOKYO) is None


@pytest.mark.parametrize("counted", [True, False])
async def test_no_shows_count_only_where_the_course_asks_for_it(sqlite_database: Database, *, counted: bool) -> None:
    async with sqlite_database.transaction() as db:
        entry, came, told, missing = await course(db), *[await household(db) for _ in range(3)]
        db.add(CourseRules(course_id=entry.id, count_no_shows=counted))
        await db.flush()
        for home in (came, told, missing):
            found = await enrol(db, entry, home)
            session = await _session(db, entry)
            if home is told:
                await absence.tell_absence(db, found.id or 0, session.id or 0, resident_id=home.id, now=NOW, zone=TOKYO)
        await _come(db, session, came)
        desk = Noted(START + timedelta(hours=3), Actor.STAFF, "窓口 一")
        assert await attendance.close_session(db, session, desk, zone=TOKYO) == int(counted)
        noted = [line.presence for line in await attendance.roster(db, session)]
    assert noted == [Presence.PRESENT, Presence.ABSENT, Presence.NO_SHOW if counted else None]


async def test_the_record_goes_with_its_owner(sqlite_database: Database) -> None:
    """Deleting one's data deletes attendance and record too."""
    async with sqlite_database.transaction() as db:
        entry, home = await course(db), await household(db)
        await enrol(db, entry, home)
        await _come(db, await _session(db, entry), home)
        await registration.forget(db, home.id, now=START, zone=TOKYO)
        assert [line for line in await attendance.roster(db, await _session(db, entry)) if line.presence] == []
