"""A list becomes the catalogue, on both engines; what is known stays what it is, with its applications."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert, select, update
from sqlmodel import SQLModel, col

from catalog.database import Database
from catalog.errors import UnreadableFileError
from catalog.importing import ImportReport, import_file
from catalog.importing.report import FACTS
from catalog.models import (
    CatalogueVersion,
    Course,
    CourseField,
    CourseKind,
    CourseLifeStage,
    CourseStatus,
    Department,
    FieldOfLearning,
    LifeIssue,
    LifeStage,
    Organizer,
    OrganizerKind,
    Registration,
    RegistrationState,
    Resident,
    Selection,
    Session,
    SourceRow,
    Venue,
)
from catalog.reading.life_issues import life_issue_names
from catalog.seed import FIELDS, LIFE_STAGES, seed
from catalog.upsert import table
from tests.catalog.importing.lists import row, write_list
from tests.conftest import TOKYO

NOW = datetime(2026, 6, 10, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


async def import_rows(
    database: Database, folder: Path, *rows: dict[str, str], now: datetime = NOW, dry_run: bool = False
) -> ImportReport:
    return await import_file(database, write_list(folder, rows), zone=TOKYO, now=now, dry_run=dry_run)


async def stored(database: Database, model: type[SQLModel]) -> Sequence[Any]:
    """All rows of a table, in the order of its primary key."""
    async with database.reading() as session:
        return (await session.execute(select(table(model)).order_by(*table(model).primary_key))).all()


async def only_course(database: Database) -> Any:
    [course] = await stored(database, Course)
    return course


async def version(database: Database) -> int:
    [row] = await stored(database, CatalogueVersion)
    return int(row.version)


async def test_a_row_becomes_a_course_with_all_that_belongs_to_it(database: Database, tmp_path: Path) -> None:
    report = await import_rows(
        database,
        tmp_path,
        row(
            方書="2階 講座室",
            駐車場情報="なし",
            参加申込終了日="2026-06-25",
            緯度="35.72",
            経度="139.53",
            URL="javascript:alert(1)",
        ),
    )
    assert (report.rows, report.new, report.sessions, report.kinds) == (1, 1, 1, {CourseKind.COURSE: 1})
    course = await only_course(database)
    assert (course.source, course.source_id, course.title) == ("132292", "1", "はじめてのヨガ教室")
    assert (course.selection, course.capacity, course.min_age) == (Selection.FIRST_COME, 20, 18)
    assert (course.fee_text, course.fee_yen) == ("500円", 500)
    assert course.remarks == "会場の詳細：2階 講座室\n駐車場：なし"
    assert course.url is None
    assert course.apply_until == datetime(2026, 6, 25, 14, 59, tzinfo=UTC)
    assert (course.starts_at, course.ends_at) == (
        NOW.replace(month=7, day=1),
        NOW.replace(month=7, day=1, hour=2, minute=30),
    )
    assert (course.seats_taken, course.status, course.updated_at) == (0, CourseStatus.SCHEDULED, NOW)
    [venue], [organizer], [department] = [await stored(database, model) for model in (Venue, Organizer, Department)]
    assert (venue.id, venue.name, venue.area, venue.latitude) == (course.venue_id, "田無公民館", "田無", 35.72)
    assert (organizer.id, organizer.name, organizer.kind) == (course.organizer_id, "西東京市", OrganizerKind.GOVERNMENT)
    assert (department.id, department.name) == (course.department_id, "田無公民館")
    assert "sports_fitness" in [link.field_code for link in await stored(database, CourseField)]
    assert [link.life_stage_code for link in await stored(database, CourseLifeStage)] == ["adult", "senior", "youth"]


async def test_rows_of_one_course_are_its_sessions(database: Database, tmp_path: Path) -> None:
    days = ["2026-07-15", "2026-07-01", "2026-07-08"]
    report = await import_rows(database, tmp_path, *(row(NO=str(n), 開始日=day) for n, day in enumerate(days, 1)))
    assert (report.rows, report.courses, report.sessions) == (3, 1, 3)
    sessions = sorted(await stored(database, Session), key=lambda s: s.position)
    assert [(s.position, s.starts_at.day) for s in sessions] == [(1, 1), (2, 8), (3, 15)]
    assert (await only_course(database)).source_id == "1"
    assert len(await stored(database, SourceRow)) == 3


async def test_a_recurrence_is_expanded(database: Database, tmp_path: Path) -> None:
    await import_rows(database, tmp_path, row(終了日="2026-12-31", 開始日時特記事項="第1・3水曜 午前10時～"))
    sessions = await stored(database, Session)
    assert len(sessions) == 12
    assert (await only_course(database)).ends_at.month == 12


async def test_the_same_file_twice_writes_nothing(database: Database, tmp_path: Path) -> None:
    rows = [row(), row(NO="2", 開始日="2026-07-08"), row(NO="3", イベント名="太極拳", 開始日="2026-02-30")]
    first = await import_rows(database, tmp_path, *rows)
    before = [await stored(database, model) for model in (Course, Session, SourceRow, Venue, CatalogueVersion)]
    written: list[str] = []

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def _watch(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(statement)

    second = await import_rows(database, tmp_path, *rows, now=LATER)
    assert written == []
    assert (first.new, second.new, second.changed, second.unchanged) == (1, 0, 0, 1)
    assert second.issues == first.issues
    assert before == [await stored(database, model) for model in (Course, Session, SourceRow, Venue, CatalogueVersion)]


async def test_a_changed_row_keeps_applications_and_seats(database: Database, tmp_path: Path) -> None:
    await import_rows(database, tmp_path, row())
    course = await only_course(database)
    async with database.transaction() as session:
        resident = Resident(created_at=NOW)
        session.add(resident)
        await session.flush()
        assert resident.id is not None
        session.add(
            Registration(
                receipt="A234",
                course_id=course.id,
                resident_id=resident.id,
                state=RegistrationState.CONFIRMED,
                created_at=NOW,
                changed_at=NOW,
            )
        )
        await session.execute(update(Course).where(col(Course.id) == course.id).values(seats_taken=1))
    raised = await version(database)
    report = await import_rows(database, tmp_path, row(イベント名="朝のヨガ教室", 定員="30人　先着順"), now=LATER)
    assert (report.new, report.changed, report.unchanged) == (0, 1, 0)
    changed = await only_course(database)
    assert (changed.id, changed.title, changed.capacity) == (course.id, "朝のヨガ教室", 30)
    assert (changed.seats_taken, changed.updated_at) == (1, LATER)
    [registration] = await stored(database, Registration)
    assert registration.course_id == course.id
    assert await version(database) == raised + 1


async def test_a_moved_session_keeps_its_id(database: Database, tmp_path: Path) -> None:
    """The second date moves over the third: each row's session stays that row's."""
    days = ["2026-07-01", "2026-07-08", "2026-07-15"]
    await import_rows(database, tmp_path, *(row(NO=str(n), 開始日=day) for n, day in enumerate(days)))
    ids = [s.id for s in sorted(await stored(database, Session), key=lambda s: s.starts_at)]
    moved = ["2026-07-01", "2026-07-22", "2026-07-15"]
    await import_rows(database, tmp_path, *(row(NO=str(n), 開始日=day) for n, day in enumerate(moved)))
    sessions = sorted(await stored(database, Session), key=lambda s: s.position)
    assert [s.id for s in sessions] == [ids[0], ids[2], ids[1]]
    assert [s.starts_at.day for s in sessions] == [1, 15, 22]


async def test_dates_that_push_each_other_on_keep_their_sessions(database: Database, tmp_path: Path) -> None:
    await import_rows(database, tmp_path, row(), row(NO="2", 開始日="2026-07-08"))
    ids = [s.id for s in sorted(await stored(database, Session), key=lambda s: s.starts_at)]
    await import_rows(database, tmp_path, row(開始日="2026-07-08"), row(NO="2", 開始日="2026-07-15"))
    assert [s.id for s in sorted(await stored(database, Session), key=lambda s: s.starts_at)] == ids


async def test_a_weekly_course_that_moves_to_another_hour_keeps_its_sessions(
    database: Database, tmp_path: Path
) -> None:
    weekly = {"終了日": "2026-07-31", "開始日時特記事項": "毎週水曜"}
    await import_rows(database, tmp_path, row(**weekly))
    ids = [s.id for s in await stored(database, Session)]
    await import_rows(database, tmp_path, row(**weekly, 開始時間="18:00", 終了時間="19:00"))
    assert [(s.id, s.starts_at.hour) for s in await stored(database, Session)] == [(i, 9) for i in ids]


async def test_a_session_that_a_row_no_longer_has_goes(database: Database, tmp_path: Path) -> None:
    await import_rows(database, tmp_path, row(終了日="2026-07-31", 開始日時特記事項="毎週水曜"))
    await import_rows(database, tmp_path, row(終了日="2026-07-15", 開始日時特記事項="毎週水曜"))
    assert [s.starts_at.day for s in await stored(database, Session)] == [1, 8, 15]


async def test_dates_that_left_the_list_stay_in_the_catalogue(database: Database, tmp_path: Path) -> None:
    """A list of the coming month says nothing of the past one."""
    await import_rows(database, tmp_path, row(), row(NO="2", 開始日="2026-07-08"))
    await import_rows(database, tmp_path, row(NO="2", 開始日="2026-07-09"), row(NO="3", 開始日="2026-08-05"))
    sessions = sorted(await stored(database, Session), key=lambda s: s.position)
    assert [(s.starts_at.month, s.starts_at.day) for s in sessions] == [(7, 1), (7, 9), (8, 5)]
    course = await only_course(database)
    assert (course.source_id, course.starts_at.day, course.ends_at.month) == ("1", 1, 8)


async def test_a_date_that_is_called_off_is_cancelled(database: Database, tmp_path: Path) -> None:
    rows = [row(), row(NO="2", 開始日="2026-07-08")]
    await import_rows(database, tmp_path, *rows)
    await import_rows(database, tmp_path, rows[0], {**rows[1], "イベント名": "【中止】はじめてのヨガ教室"})
    assert [s.cancelled for s in sorted(await stored(database, Session), key=lambda s: s.starts_at)] == [False, True]
    assert (await only_course(database)).status is CourseStatus.SCHEDULED
    await import_rows(database, tmp_path, *({**r, "イベント名": "【中止】はじめてのヨガ教室"} for r in rows))
    assert (await only_course(database)).status is CourseStatus.CANCELLED


async def test_a_dry_run_reports_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    report = await import_rows(database, tmp_path, row(), row(NO="2", 開始日=""), dry_run=True)
    assert (report.new, report.rejected, report.dry_run) == (1, 1, True)
    assert [await stored(database, model) for model in (Course, SourceRow, Venue, Organizer)] == [[], [], [], []]
    assert await version(database) == 0


async def test_progress_counts_courses_up_to_all(sqlite_database: Database, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    path = write_list(tmp_path, [row(NO=str(n), イベント名=f"講座{n}") for n in range(200)])
    await import_file(sqlite_database, path, zone=TOKYO, now=NOW, progress=lambda done, of: steps.append((done, of)))
    assert steps[-1] == (200, 200)
    assert len(steps) > 1


async def test_the_report_counts_the_rows_that_yield_each_fact(sqlite_database: Database, tmp_path: Path) -> None:
    unsaid = {"料金(基本)": "", "定員": "", "参加申込方法": ""}
    report = await import_rows(
        sqlite_database,
        tmp_path,
        row(説明="小学生20人（先着順）。500円。", **unsaid),
        row(NO="2", 開始日="2026-12-19", 説明="小学生20人（先着順）。500円。", **unsaid),
        row(NO="3", イベント名="作品展", 説明="作品を飾ります。", **unsaid),
    )
    facts = ("ages", "capacity", "selection", "fee_yen", "childcare")
    assert {fact: report.yields[fact] for fact in facts} == {
        "ages": 2,
        "capacity": 2,
        "selection": 2,
        "fee_yen": 2,
        "childcare": 0,
    }


async def test_the_report_is_plain_json(sqlite_database: Database, tmp_path: Path) -> None:
    report = await import_rows(sqlite_database, tmp_path, row(), row(NO="2", 開始日="夏"))
    plain = json.loads(json.dumps(report.to_json()))
    assert plain.pop("yields").keys() == set(FACTS)
    assert plain == {
        "rows": 2,
        "rejected": 1,
        "courses": {"new": 1, "changed": 0, "unchanged": 0},
        "sessions": 1,
        "kinds": {"course": 1, "closure": 0, "notice": 0, "recruitment": 0, "consultation": 0},
        "issues": [
            {
                "row": 3,
                "source_id": "2",
                "severity": "rejected",
                "reason": "開始日「夏」を日付として読み取れません。",
            }
        ],
        "dry_run": False,
    }


async def test_two_imports_at_once_make_each_course_once(database: Database, tmp_path: Path) -> None:
    path = write_list(tmp_path, [row(NO=str(n), イベント名=f"講座{n}") for n in range(40)])
    reports = await asyncio.gather(*(import_file(database, path, zone=TOKYO, now=NOW) for _ in range(3)))
    assert len(await stored(database, Course)) == len(await stored(database, Session)) == 40
    assert sorted(report.new for report in reports) == [0, 0, 40]


async def test_long_texts_fit_the_columns(database: Database, tmp_path: Path) -> None:
    """PostgreSQL refuses what is longer than its column."""
    long = "長" * 3000
    names = (
        "市区町村名",
        "イベント名",
        "イベント名_カナ",
        "連絡先名称",
        "連絡先電話番号",
        "主催者",
        "場所名称",
        "住所",
        "方書",
    )
    report = await import_rows(
        database, tmp_path, row(**dict.fromkeys(names, long), URL="https://example.jp/" + long), row(NO="2" * 90)
    )
    assert (report.new, report.rejected) == (1, 1)
    assert (await only_course(database)).title == "長" * 500


async def test_a_file_that_is_no_list_changes_nothing(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "menu.csv"
    path.write_text("品名,値段\nそば,500\n", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match=r"^menu\.csv: "):
        await import_file(database, path, zone=TOKYO, now=NOW)
    assert await stored(database, Course) == []


async def test_seeding_twice_leaves_the_citys_own_names(database: Database) -> None:
    await seed(database)
    async with database.transaction() as session:
        fields = table(FieldOfLearning)
        await session.execute(update(fields).where(fields.c.code == "music").values(name="おんがく"))
        await session.execute(insert(fields).values(code="local", name="地域", position=20))
        await session.execute(update(table(LifeIssue)).where(table(LifeIssue).c.code == "money").values(name="円"))
    await seed(database)
    names = {field.code: field.name for field in await stored(database, FieldOfLearning)}
    assert names == {**FIELDS, "music": "おんがく", "local": "地域"}
    assert {stage.code for stage in await stored(database, LifeStage)} == set(LIFE_STAGES)
    # Issues are named by the reader's vocabulary, which a city edits.
    assert {issue.code: issue.name for issue in await stored(database, LifeIssue)} == life_issue_names()
    assert await version(database) == 0
