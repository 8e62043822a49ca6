"""What is stored of a course: texts as people read them, facts as far as they can be."""

from pathlib import Path
from typing import Any

import pytest

from catalog.importing.checking import check
from catalog.importing.drafting import CourseDraft, draft, possible
from catalog.importing.layouts import read_records
from catalog.importing.merging import merge
from catalog.reading.facts import Facts
from catalog.reading.fields import read_fields
from tests.catalog.importing.lists import OLD, csv_text, row, write_list
from tests.catalog.search.factories import needs_encoder
from tests.conftest import TOKYO


def drafted(folder: Path, **cells: str) -> CourseDraft:
    path = folder / "list.csv"
    path.write_text(csv_text([row(**cells)], (*OLD, *(name for name in cells if name not in OLD))), encoding="utf-8")
    entries, _ = check(read_records(path), TOKYO)
    [course] = merge(entries, {})
    return draft(course, zone=TOKYO)[0]


@pytest.mark.parametrize(
    ("facts", "left", "doubts"),
    [
        ({"capacity": 20, "max_age": 64}, {"capacity": 20, "max_age": 64}, 0),
        ({"capacity": 2**31}, {"capacity": None}, 1),
        ({"fee_yen": 2**31, "min_age": 18}, {"fee_yen": None, "min_age": 18}, 1),
        ({"min_age": 12, "max_age": 6}, {"min_age": None, "max_age": None}, 1),
    ],
)
def test_numbers_that_cannot_be_are_left_out(facts: dict[str, Any], left: dict[str, Any], doubts: int) -> None:
    sensible, said = possible(Facts(**facts))
    assert {name: getattr(sensible, name) for name in left} == left
    assert len(said) == doubts


@pytest.mark.parametrize(
    ("basic", "detail", "text"),
    [
        ("500", "", "500円"),
        ("1500", "材料費込み", "1,500円 材料費込み"),
        ("0", "", "無料"),
        ("0", "無料", "無料"),
        ("無料", "0", "無料"),
        ("大人300円", "", "大人300円"),
        ("", "", None),
    ],
)
def test_fees_as_people_read_them(tmp_path: Path, basic: str, detail: str, text: str | None) -> None:
    columns = drafted(tmp_path, **{"料金(基本)": basic, "料金(詳細)": detail}).columns
    assert columns["fee_text"] == text


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.jp/a", "https://example.jp/a"),
        ("http://example.jp/ ほか", "http://example.jp/"),
        ("javascript:alert(1)", None),
        ("example.jp", None),
        ("", None),
    ],
)
def test_only_web_addresses_become_links(tmp_path: Path, url: str, link: str | None) -> None:
    assert drafted(tmp_path, URL=url).columns["url"] == link


def test_the_texts_of_the_new_layout_are_put_together_once(tmp_path: Path) -> None:
    made = drafted(tmp_path, サブタイトル="朝の部", 概要="ヨガです。", 説明="ヨガです。マットを使います。")
    assert made.columns["description"] == "朝の部\nヨガです。マットを使います。"


def test_a_telephone_comes_with_its_extension(tmp_path: Path) -> None:
    made = drafted(tmp_path, 連絡先電話番号="042-464-1311", 連絡先内線番号="2709")
    assert made.columns["contact_phone"] == "042-464-1311 内線2709"


def test_the_same_row_has_the_same_fingerprint_wherever_it_stands(tmp_path: Path) -> None:
    first = drafted(tmp_path)
    path = tmp_path / "list.csv"
    path.write_text("表題\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    [course] = merge(check(read_records(path), TOKYO)[0], {})
    again, _ = draft(course, zone=TOKYO)
    assert (again.fingerprint, again.rows) == (first.fingerprint, first.rows)
    assert drafted(tmp_path, 説明="別の講座").fingerprint != first.fingerprint


@pytest.mark.parametrize(
    ("notes", "text"),
    [
        (["雨天中止", "雨天中止"], "雨天中止"),
        (["第1回", "第2回"], None),
        (["", "会場は2階"], "7月8日：会場は2階"),
        (["", ""], None),
    ],
)
def test_notes_of_several_dates(tmp_path: Path, notes: list[str], text: str | None) -> None:
    rows = [
        row(NO=str(n), 開始日=f"2026-07-{n:02}", 開始日時特記事項=note) for n, note in zip((1, 8), notes, strict=True)
    ]
    entries, _ = check(read_records(write_list(tmp_path, rows)), TOKYO)
    [course] = merge(entries, {})
    assert draft(course, zone=TOKYO)[0].columns["schedule_text"] == text


@pytest.mark.parametrize(
    ("column", "text", "fact"),
    [
        ("場所名称", "オンライン（Zoom）", "online"),
        ("方書", "第1会議室とオンライン", "online"),
        ("子育て情報", "授乳室あり。一時保育あり", "childcare"),
    ],
)
def test_columns_beside_the_text_are_read_too(tmp_path: Path, column: str, text: str, fact: str) -> None:
    assert drafted(tmp_path, **{column: text}).columns[fact] is True
    assert drafted(tmp_path, **{column: "会議室"}).columns[fact] is False


@pytest.mark.parametrize(
    ("stated", "remark", "capacity"),
    [
        ("18人　先着順", "", (18, "person")),
        ("先着順　定員18組", "", (18, "pair")),
        ("12人　先着順　親子12組", "", (12, "pair")),
        ("12人", "親子12組", (12, "pair")),
        ("60人", "1家族2名まで", (60, "person")),
    ],
)
def test_capacity_columns(tmp_path: Path, stated: str, remark: str, capacity: tuple[int, str]) -> None:
    columns = drafted(tmp_path, 定員=stated, 定員備考=remark).columns
    assert (columns["capacity"], columns["capacity_unit"]) == capacity


@needs_encoder
def test_a_course_whose_words_name_no_field_is_of_the_one_it_is_nearest_to(tmp_path: Path) -> None:
    assert read_fields("ボレロを味わう夕べ", "管弦の名曲を解説とともに聴きます。") == ()
    made = drafted(tmp_path, イベント名="ボレロを味わう夕べ", 説明="管弦の名曲を解説とともに聴きます。")
    assert made.fields == ("music",)


def test_what_is_near_to_nothing_has_no_field(tmp_path: Path) -> None:
    assert drafted(tmp_path, イベント名="第3回", 説明="").fields == ()


def test_a_consultation_has_the_field_that_it_is_about(tmp_path: Path) -> None:
    assert "career_money" in drafted(tmp_path, イベント名="相続・遺言 無料相談会", カテゴリー="相談").fields
