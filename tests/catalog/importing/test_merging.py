"""Rows of one course on many dates are one course; terms that are applied for apart are courses of their own."""

from pathlib import Path

import pytest

from catalog.importing.checking import check
from catalog.importing.layouts import read_records
from catalog.importing.merging import KnownCourse, RowKey, merge
from tests.catalog.importing.lists import row, write_list
from tests.conftest import TOKYO


def merged(
    folder: Path, *rows: dict[str, str], known: dict[str, KnownCourse] | None = None
) -> list[tuple[int | None, str, list[str]]]:
    entries, _ = check(read_records(write_list(folder, rows)), TOKYO)
    by_row = {RowKey("132292", row_id): course for row_id, course in (known or {}).items()}
    return [(c.course_id, c.source_id, [e.row_id for e in c.entries]) for c in merge(entries, by_row)]


def test_rows_that_differ_in_the_date_alone_are_one_course(tmp_path: Path) -> None:
    rows = [row(), row(NO="2", 開始日="2026-07-08"), row(NO="3", 開始日="2026-07-15", 開始時間="14:00")]
    assert merged(tmp_path, *rows) == [(None, "1", ["1", "2", "3"])]


@pytest.mark.parametrize(
    "cells",
    [
        *({"場所名称": "保谷駅前公民館"}, {"説明": "対象：60歳以上"}, {"料金(基本)": "800"}, {"定員": "10人"}),
        *({"参加申込終了日": "2026-07-01"}, {"連絡先名称": "図書館"}, {"都道府県コード又は市区町村コード": "132004"}),
    ],
)
def test_what_a_course_says_but_once_parts_rows(tmp_path: Path, cells: dict[str, str]) -> None:
    assert len(merged(tmp_path, row(), row(**{"NO": "2", "開始日": "2026-07-08", **cells}))) == 2


def test_widths_and_spaces_do_not_part_rows(tmp_path: Path) -> None:
    other = row(NO="2", 開始日="2026-07-08", 定員="２０人 先着順", イベント名="はじめての　ヨガ教室")
    assert len(merged(tmp_path, row(), other)) == 1


@pytest.mark.parametrize("note", ["全8回講座", "7/8〜7/29(水)全4回", "毎週水曜"])
def test_a_row_for_several_dates_is_a_course_of_its_own(tmp_path: Path, note: str) -> None:
    rows = [row(NO=str(n), 開始日=f"2026-07-{n:02}", 開始日時特記事項=note) for n in (1, 8)]
    assert len(merged(tmp_path, *rows)) == 2


def test_the_very_same_row_twice_is_one_course(tmp_path: Path) -> None:
    assert merged(tmp_path, row(開始日時特記事項="全8回講座"), row(NO="2", 開始日時特記事項="全8回講座")) == [
        (None, "1", ["1", "2"])
    ]


def test_rows_stay_in_their_course_when_other_columns_part_them(tmp_path: Path) -> None:
    """A list that closes the applications of past dates does not tear a course and its applications apart."""
    known = {"1": KnownCourse(7, "1"), "2": KnownCourse(7, "1")}
    rows = [row(参加申込方法="締切"), row(NO="2", 開始日="2026-07-08"), row(NO="3", 開始日="2026-07-15")]
    assert merged(tmp_path, *rows, known=known) == [(7, "1", ["1", "2", "3"])]


def test_a_row_with_a_new_title_leaves_its_course(tmp_path: Path) -> None:
    known = {"1": KnownCourse(7, "1"), "2": KnownCourse(7, "1")}
    rows = [row(), row(NO="2", 開始日="2026-07-08", イベント名="太極拳")]
    assert merged(tmp_path, *rows, known=known) == [(7, "1", ["1"]), (None, "2", ["2"])]


def test_a_course_goes_on_when_its_first_row_has_left_the_list(tmp_path: Path) -> None:
    known = {"1": KnownCourse(7, "1"), "2": KnownCourse(7, "1")}
    assert merged(tmp_path, row(NO="2", イベント名="朝のヨガ"), known=known) == [(7, "1", ["2"])]


def test_two_known_courses_are_never_thrown_together(tmp_path: Path) -> None:
    """Each may have applications."""
    known = {"1": KnownCourse(7, "1"), "2": KnownCourse(8, "2")}
    rows = [row(), row(NO="2", 開始日="2026-07-08"), row(NO="3", 開始日="2026-07-15")]
    assert merged(tmp_path, *rows, known=known) == [(7, "1", ["1", "3"]), (8, "2", ["2"])]
