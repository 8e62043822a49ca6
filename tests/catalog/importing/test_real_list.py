"""A real city's list of a year, in both encodings that it comes in. Skipped where the data is not at hand."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel

from catalog import schema
from catalog.database import Database
from catalog.importing import Severity, import_file
from catalog.models import Course, CourseKind, Session, Venue
from tests.catalog.importing.test_importer import LATER, NOW, stored, version
from tests.conftest import TOKYO

EVENTS = Path(__file__).resolve().parents[4] / "shared" / "data" / "events"
UTF8, CP932 = EVENTS / "hamamatsu_2023.csv", EVENTS / "hamamatsu_2023_cp932.csv"

pytestmark = pytest.mark.skipif(not UTF8.exists(), reason="the real list is not beside this checkout")


async def catalogue(database: Database) -> list[list[Any]]:
    """What the list made, without what no two imports share; a sign that CP932 lost is a question mark in both."""
    columns: dict[type[SQLModel], tuple[str, ...]] = {
        Course: (
            "source_id",
            "kind",
            "title",
            "description",
            "starts_at",
            "ends_at",
            "capacity",
            "apply_until",
            "fee_yen",
        ),
        Session: ("course_id", "position", "starts_at", "ends_at", "all_day"),
        Venue: ("name", "address", "area"),
    }
    return [
        [tuple(str(getattr(row, name)).replace("―", "?") for name in names) for row in await stored(database, model)]
        for model, names in columns.items()
    ]


async def test_the_list_of_a_year(sqlite_database: Database, tmp_path: Path) -> None:
    report = await import_file(sqlite_database, UTF8, zone=TOKYO, now=NOW)
    assert report.rows == 2159
    rejected = [(issue.row, issue.source_id) for issue in report.issues if issue.severity is Severity.REJECTED]
    assert rejected == [(8, "7"), (12, "11"), (1378, "1377")]
    late = [issue.row for issue in report.issues if "申込の締切" in issue.reason]
    assert {455, 459, 905, 938, 1502, 1632} <= set(late)
    assert 1300 < report.courses < 1600
    assert report.kinds[CourseKind.COURSE] > 1000
    assert report.kinds[CourseKind.CLOSURE] > 0
    first = await catalogue(sqlite_database)
    raised = await version(sqlite_database)

    again = await import_file(sqlite_database, UTF8, zone=TOKYO, now=LATER)
    assert (again.new, again.changed, again.unchanged) == (0, 0, report.courses)
    assert await version(sqlite_database) == raised
    assert await catalogue(sqlite_database) == first

    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    try:
        await schema.upgrade(other)
        await import_file(other, CP932, zone=TOKYO, now=NOW)
        assert await catalogue(other) == first
    finally:
        await other.close()
