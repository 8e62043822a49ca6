"""What an import moves is noted, told to those concerned, and never takes anything from who has applied."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlmodel import col

from catalog import changing, registration
from catalog.changing import Hand
from catalog.database import Database
from catalog.models import (
    Actor,
    Attendance,
    ChangeReason,
    Course,
    CourseChange,
    CourseChangeKind,
    CourseStatus,
    Presence,
    Registration,
    RegistrationState,
    Session,
)
from catalog.registration import waitlist
from catalog.search.loading import load_entries
from tests.catalog.builders import assert_sound, enrol, household
from tests.catalog.importing.lists import row
from tests.catalog.importing.test_importer import LATER, NOW, import_rows, only_course, stored
from tests.conftest import TOKYO

CALLED_OFF = {"イベント名": "【中止】はじめてのヨガ教室"}
FIRST_COME = {"参加申込方法": "電話で申込(先着順)"}
STAFF = Hand(at=NOW, staff="佐藤", reason="会場の都合")


async def imported(database: Database, folder: Path, *rows: dict[str, str], people: int = 1) -> list[Registration]:
    """Imports the list, and lets so many residents apply."""
    await import_rows(database, folder, *rows)
    course = await only_course(database)
    async with database.transaction() as db:
        (entry,) = await load_entries(db, [course.id])
        return [await enrol(db, entry, await household(db)) for _ in range(people)]


async def changes(database: Database) -> list[Any]:
    return list(await stored(database, CourseChange))


def kinds(rows: list[Any]) -> list[tuple[CourseChangeKind, bool]]:
    return [(change.kind, change.to_tell) for change in rows]


async def test_a_moved_date_is_noted_once_and_told(database: Database, tmp_path: Path) -> None:
    await imported(database, tmp_path, row(), row(NO="2", 開始日="2026-07-08"))
    moved = [row(), row(NO="2", 開始日="2026-07-09")]
    await import_rows(database, tmp_path, *moved, now=LATER)
    (change,) = await changes(database)
    assert (change.kind, change.to_tell, change.by, change.at) == (
        CourseChangeKind.SESSION_MOVED,
        True,
        Actor.SYSTEM,
        LATER,
    )
    assert change.before.startswith("2026-07-08T01:00")
    assert change.after.startswith("2026-07-09T01:00")
    await import_rows(database, tmp_path, *moved, now=LATER)
    assert len(await changes(database)) == 1, "the same file again"


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({"場所名称": "柳沢公民館"}, [(CourseChangeKind.VENUE_CHANGED, True)]),
        ({"定員": "30人　先着順"}, [(CourseChangeKind.CAPACITY_CHANGED, False)]),
        ({"終了時間": "12:00"}, [(CourseChangeKind.SESSION_MOVED, True)]),
        ({"説明": "対象：18歳以上。ゆっくりしたヨガです。"}, []),
    ],
)
async def test_what_changed_is_noted_and_nothing_else(
    database: Database, tmp_path: Path, after: dict[str, str], expected: list[tuple[CourseChangeKind, bool]]
) -> None:
    await imported(database, tmp_path, row())
    await import_rows(database, tmp_path, row(**after), now=LATER)
    assert kinds(await changes(database)) == expected


async def test_where_nobody_applied_nobody_is_told(database: Database, tmp_path: Path) -> None:
    await imported(database, tmp_path, row(), people=0)
    await import_rows(database, tmp_path, row(開始日="2026-07-02"), now=LATER)
    assert kinds(await changes(database)) == [(CourseChangeKind.SESSION_MOVED, False)]


async def test_what_is_over_is_noted_and_not_told(database: Database, tmp_path: Path) -> None:
    await imported(database, tmp_path, row())
    await import_rows(database, tmp_path, row(終了時間="12:00"), now=datetime(2026, 7, 2, tzinfo=UTC))
    assert kinds(await changes(database)) == [(CourseChangeKind.SESSION_MOVED, False)]


async def test_a_course_that_is_called_off_ends_its_applications(database: Database, tmp_path: Path) -> None:
    (found,) = await imported(database, tmp_path, row())
    await import_rows(database, tmp_path, row(**CALLED_OFF), now=LATER)
    async with database.reading() as db:
        newest = (await registration.history(db, found.id or 0))[-1]
    assert (newest.to_state, newest.reason, newest.by, newest.to_tell) == (
        RegistrationState.CANCELLED,
        ChangeReason.COURSE_CANCELLED,
        Actor.SYSTEM,
        True,
    )
    await assert_sound(database)
    await import_rows(database, tmp_path, row(), now=LATER)
    async with database.reading() as db:
        back = await db.get_one(Registration, found.id)
    assert back.state is RegistrationState.CONFIRMED
    await assert_sound(database)


async def test_staff_hold_a_course_that_the_list_called_off(database: Database, tmp_path: Path) -> None:
    (found,) = await imported(database, tmp_path, row(), row(NO="2", 開始日="2026-07-08"))
    await import_rows(database, tmp_path, row(**CALLED_OFF), row(NO="2", 開始日="2026-07-08", **CALLED_OFF), now=LATER)
    async with database.transaction() as db:
        assert await changing.restore_course(db, found.course_id, STAFF, zone=TOKYO) == 1
    assert [session.cancelled for session in await stored(database, Session)] == [False, False]
    await assert_sound(database)


async def test_more_places_let_the_waitlist_move(database: Database, tmp_path: Path) -> None:
    _first, second = await imported(database, tmp_path, row(定員="1人　先着順", **FIRST_COME), people=2)
    assert second.state is RegistrationState.WAITLISTED
    await import_rows(database, tmp_path, row(定員="2人　先着順", **FIRST_COME), now=LATER)
    async with database.transaction() as db:
        assert await waitlist.due(db, now=LATER) == [second.course_id]
        assert await registration.settle(db, second.course_id, now=LATER, zone=TOKYO) == 1
    await assert_sound(database)


async def test_fewer_places_than_are_taken_are_not_taken_over(database: Database, tmp_path: Path) -> None:
    await imported(database, tmp_path, row(定員="3人　先着順", **FIRST_COME), people=3)
    await import_rows(database, tmp_path, row(定員="2人　先着順", **FIRST_COME), now=LATER)
    assert (await only_course(database)).capacity == 3
    await assert_sound(database)


async def test_a_date_that_goes_is_cancelled_where_somebody_reckons_with_it(database: Database, tmp_path: Path) -> None:
    weekly = {"開始日時特記事項": "毎週水曜"}
    await imported(database, tmp_path, row(終了日="2026-07-15", **weekly))
    await import_rows(database, tmp_path, row(終了日="2026-07-08", **weekly), now=LATER)
    sessions = sorted(await stored(database, Session), key=lambda s: s.starts_at)
    assert [session.cancelled for session in sessions] == [False, False, True]
    assert kinds(await changes(database)) == [(CourseChangeKind.SESSION_CANCELLED, True)]
    course = await only_course(database)
    assert course.ends_at.day == 8, "the last date that is held"


async def test_a_date_that_somebody_attended_stays(database: Database, tmp_path: Path) -> None:
    weekly = {"開始日時特記事項": "毎週水曜"}
    (found,) = await imported(database, tmp_path, row(終了日="2026-07-15", **weekly))
    first = min(await stored(database, Session), key=lambda s: s.starts_at)
    async with database.transaction() as db:
        (someone,) = await registration.party_of(db, found.id or 0)
        await db.execute(
            insert(Attendance).values(
                session_id=first.id,
                person_id=someone.id,
                registration_id=found.id,
                presence=Presence.PRESENT,
                by=Actor.STAFF,
                at=LATER,
            )
        )
    later = datetime(2026, 7, 3, tzinfo=UTC)
    await import_rows(database, tmp_path, row(開始日="2026-07-08", 終了日="2026-07-15", **weekly), now=later)
    assert first.id in [session.id for session in await stored(database, Session)]
    assert len(await stored(database, Attendance)) == 1


async def test_dates_that_the_list_adds_are_noted_and_not_told(database: Database, tmp_path: Path) -> None:
    await imported(database, tmp_path, row())
    await import_rows(database, tmp_path, row(), row(NO="2", 開始日="2026-08-05"), now=LATER)
    assert kinds(await changes(database)) == [(CourseChangeKind.SESSION_ADDED, False)]


async def test_what_staff_changed_by_hand_stays(database: Database, tmp_path: Path) -> None:
    """The list knows nothing of it; when it changes in another point, the session stays where staff moved it."""
    days = [row(), row(NO="2", 開始日="2026-07-08"), row(NO="3", 開始日="2026-07-15")]
    await imported(database, tmp_path, *days)
    course = await only_course(database)
    ids = [session.id for session in sorted(await stored(database, Session), key=lambda s: s.starts_at)]
    moved_to, added_at = datetime(2026, 7, 3, 4, tzinfo=UTC), datetime(2026, 7, 29, 1, tzinfo=UTC)
    async with database.transaction() as db:
        await changing.move_session(db, ids[0], STAFF, starts_at=moved_to, ends_at=None)
        await changing.cancel_session(db, ids[1], STAFF)
        added = await changing.add_session(db, course.id, STAFF, starts_at=added_at, ends_at=None)
        await changing.change_venue(db, course.id, STAFF, venue="柳沢公民館")
        await changing.change_capacity(db, course.id, STAFF, capacity=7, zone=TOKYO)
    before = await changes(database)
    titled = [{**day, "イベント名": "朝のヨガ教室"} for day in days]
    await import_rows(database, tmp_path, *titled, now=LATER)
    sessions = {session.id: session for session in await stored(database, Session)}
    assert sorted(sessions) == [*ids, added]
    assert (sessions[ids[0]].starts_at, sessions[ids[1]].cancelled) == (moved_to, True)
    assert sessions[added].starts_at == added_at
    after = await only_course(database)
    assert (after.title, after.capacity, after.ends_at) == ("朝のヨガ教室", 7, added_at)
    assert await changes(database) == before, "nothing moved"


async def test_a_course_that_staff_cancelled_stays_cancelled(database: Database, tmp_path: Path) -> None:
    await imported(database, tmp_path, row())
    course = await only_course(database)
    async with database.transaction() as db:
        assert await changing.cancel_course(db, course.id, STAFF) == 1
    await import_rows(database, tmp_path, row(イベント名="朝のヨガ教室"), now=LATER)
    assert (await only_course(database)).status is CourseStatus.CANCELLED
    async with database.transaction() as db:
        assert await changing.restore_course(db, course.id, STAFF, zone=TOKYO) == 1
        await db.execute(update(Course).values(title="x"))
        status = await db.scalar(select(col(Course.status)))
    assert status is CourseStatus.SCHEDULED
