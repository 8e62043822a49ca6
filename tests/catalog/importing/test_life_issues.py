"""The life issues of courses come with the import, and with the next one where the list was imported before."""

from pathlib import Path

import pytest

from catalog.database import Database
from catalog.models import CourseChange, CourseLifeIssue
from catalog.reading import announcement
from tests.catalog.importing.lists import row
from tests.catalog.importing.test_importer import LATER, import_rows, stored


async def issues(database: Database) -> list[str]:
    return [link.life_issue_code for link in await stored(database, CourseLifeIssue)]


async def test_a_course_has_the_life_issues_of_its_announcement(database: Database, tmp_path: Path) -> None:
    care = row(イベント名="介護と仕事の両立", 説明="使える制度を学びます。")
    report = await import_rows(database, tmp_path, care, row(NO="2"))
    assert (await issues(database), report.yields["life_issues"]) == (["elder_care", "work"], 1)
    assert (await import_rows(database, tmp_path, care, row(NO="2"), now=LATER)).unchanged == 2
    report = await import_rows(database, tmp_path, {**care, "イベント名": "年金のしくみ"}, now=LATER)
    assert (await issues(database), report.changed) == (["money"], 1)


async def test_who_imported_before_there_were_issues_gets_them_with_the_next_import(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same holds where a city has changed the words that point to an issue. Nothing has moved for who applied."""
    with monkeypatch.context() as before:
        before.setattr(announcement, "read_life_issues", lambda _title, _body: ())
        await import_rows(database, tmp_path, row(イベント名="地震にそなえる"))
    assert await issues(database) == []
    report = await import_rows(database, tmp_path, row(イベント名="地震にそなえる"), now=LATER)
    assert (report.changed, await issues(database)) == (1, ["disaster"])
    assert await stored(database, CourseChange) == []
    assert (await import_rows(database, tmp_path, row(イベント名="地震にそなえる"), now=LATER)).unchanged == 1
