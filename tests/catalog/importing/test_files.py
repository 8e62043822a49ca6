"""Files of every kind that cities publish are read; every other one is refused with one clear line."""

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import UnreadableFileError
from catalog.importing import files
from catalog.importing.checking import check
from catalog.importing.drafting import draft
from catalog.importing.layouts import Layout, SourceRecord, read_records
from catalog.importing.merging import merge
from tests.catalog.importing.lists import OLD, csv_text, row, write_list
from tests.conftest import TOKYO


def read_bytes(folder: Path, content: bytes) -> list[SourceRecord]:
    path = folder / "list.csv"
    path.write_bytes(content)
    return read_records(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_each_encoding_reads_the_same(tmp_path: Path, encoding: str) -> None:
    """The wave dash is another code in CP932, and still the same sign."""
    text = csv_text([row(説明="①10時～11時 髙橋さんの講座")])
    [record] = read_bytes(tmp_path, text.encode(encoding))
    assert record.description == "①10時〜11時 髙橋さんの講座"


def test_bytes_of_no_encoding_are_refused_not_guessed(tmp_path: Path) -> None:
    broken = csv_text([row()]).encode() + b"\xff\xfe\x81"
    with pytest.raises(UnreadableFileError, match=r"^list\.csv: 文字コードを読み取れません。.+$"):
        read_bytes(tmp_path, broken)


def test_one_broken_byte_in_utf8_never_becomes_other_signs(tmp_path: Path) -> None:
    """Every byte pair can be CP932: the header then reads as nonsense and the file is refused."""
    content = csv_text([row()]).encode().replace("ヨガ".encode(), b"\xe3\x83")
    with pytest.raises(UnreadableFileError):
        read_bytes(tmp_path, content)


def test_a_cell_that_looks_like_a_formula_is_text(tmp_path: Path) -> None:
    cells = {"説明": '=HYPERLINK("http://example.com";"x")', "備考": "@SUM(1)", "定員": "+20", "料金(詳細)": "-"}
    [record] = read_records(write_list(tmp_path, [row(**cells)]))
    assert (record.description, record.remarks, record.capacity, record.fee_detail) == tuple(cells.values())


def test_control_and_direction_characters_are_stripped(tmp_path: Path) -> None:
    [record] = read_bytes(tmp_path, csv_text([row(イベント名="ヨ\x00ガ\x1b[31m\u202e教室\u200b")]).encode())
    assert record.title == "ヨガ[31m教室"


def test_an_over_long_cell_is_cut_and_reported(tmp_path: Path) -> None:
    [record] = read_records(write_list(tmp_path, [row(説明="あ" * 20_000)]))
    assert len(record.description) == 10_000
    assert record.shortened
    _, [issue] = check([record], TOKYO)
    assert "途中まで" in issue.reason


@pytest.mark.parametrize("size", [10, 200_000])
def test_a_quote_that_is_never_closed_is_named(tmp_path: Path, size: int) -> None:
    text = csv_text([row(), row(NO="2")]) + '1,"' + "x" * size
    with pytest.raises(UnreadableFileError, match="引用符"):
        read_bytes(tmp_path, text.encode())


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_ROWS", 1)
    with pytest.raises(UnreadableFileError, match="行が多すぎます"):
        read_records(write_list(tmp_path, [row(), row(NO="2")]))


def test_too_many_bytes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 100)
    with pytest.raises(UnreadableFileError, match="大きすぎます"):
        read_records(write_list(tmp_path, [row()]))


@pytest.mark.parametrize("content", [b"", b"\n\n", b"a,b\n1,2\n", "イベント名,開始日\nヨガ,2026-07-01\n".encode()])
def test_a_file_without_the_header_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnreadableFileError, match=r"^list\.csv: [^\n]+$"):
        read_bytes(tmp_path, content)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="開けません"):
        read_records(tmp_path / "none.csv")


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path: Path) -> None:
    """A line break inside a cell counts nothing, an empty row and a line above the header do."""
    lines = csv_text([row(説明="一行目\n二行目"), row(NO="2")]).split("\r\n", 1)
    text = f"令和8年度 イベント一覧\r\n{lines[0]}\r\n\r\n{lines[1]}"
    assert [(r.source_id, r.row) for r in read_bytes(tmp_path, text.encode())] == [("1", 4), ("2", 5)]


def test_headers_are_known_in_any_width_and_with_spaces(tmp_path: Path) -> None:
    header = "全国地方公共団体コード,ＩＤ, イベント名 ,開始日,料金（基本）,料金 (詳細),未知の列,建物名等（方書）"
    [record] = read_bytes(tmp_path, f"{header}\n132292,A-1,ヨガ,2026/7/1,500,,?,2階\n".encode())
    assert (record.layout, record.source_id, record.fee_basic, record.room) == (Layout.NEW, "A-1", "500", "2階")


def test_the_new_layout_brings_what_the_old_one_lacks(tmp_path: Path) -> None:
    columns = {
        "全国地方公共団体コード": "132292",
        "ID": "9",
        "イベント名": "ヨガ",
        "タグ": "健康",
        "イベント種類": "講座",
        "開始日": "2026-07-01",
        "対象者": "市内在住の方",
        "対象者備考": "18歳以上",
        "所在地_連結表記": "西東京市南町5-6-11",
        "Web開催": "有",
        "申込開始日": "2026-06-01",
        "申込開始時刻": "9:00",
        "申込URL": "https://example.jp/apply",
    }
    [record] = read_bytes(tmp_path, csv_text([columns], columns).encode())
    assert record.layout is Layout.NEW
    assert record.category == "講座\n健康"
    assert record.target == "市内在住の方\n18歳以上"
    assert (record.address, record.online, record.apply_from_day) == ("西東京市南町5-6-11", "有", "2026-06-01")


def test_tokyos_own_spelling_is_known(tmp_path: Path) -> None:
    columns = {
        "都道府県コード又は市区町村コード": "130001",
        "NO": "7",
        "イベント名": "ヨガ",
        "開始日": "2026-07-01",
        "料金_基本": "0",
        "料金_詳細": "無料",
        "参加条件_詳細": "60歳以上",
        "託児所_有無": "有",
        "託児所_詳細": "2歳から",
        "最終確認日": "2026-06-01",
    }
    [record] = read_bytes(tmp_path, csv_text([columns], columns).encode())
    assert (record.layout, record.fee_detail, record.target) == (Layout.TOKYO, "無料", "60歳以上")
    assert record.childcare == "有\n2歳から"


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in rows:
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_reads_as_the_same_list_would_in_csv(tmp_path: Path) -> None:
    cells: dict[str, object] = {
        **row(),
        "NO": 1,
        "開始日": date(2026, 7, 1),
        "開始時間": time(10, 0),
        "料金(基本)": 500.0,
    }
    book = workbook([["イベント一覧"], list(OLD), [cells.get(name) for name in OLD]])
    [record] = read_bytes(tmp_path, book)
    [expected] = read_records(write_list(tmp_path, [row()]))
    assert record.row == 3
    for name in ("source_id", "title", "first_day", "starts", "ends", "fee_basic", "description", "venue"):
        assert (name, getattr(record, name)) in [(name, getattr(expected, name)), ("starts", "10:00")]


def test_workbook_dates_with_a_time_and_formulas_stay_text(tmp_path: Path) -> None:
    cells: dict[str, object] = {**row(), "開始日": datetime(2026, 7, 1), "説明": '=WEBSERVICE("http://example.com")'}  # noqa: DTZ001 - a spreadsheet's cells have no zone
    [record] = read_bytes(tmp_path, workbook([list(OLD), [cells.get(name) for name in OLD]]))
    assert record.first_day == "2026-07-01"
    assert record.description == '=WEBSERVICE("http://example.com")'


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    book = workbook([list(OLD)])
    with pytest.raises(UnreadableFileError, match="Excel"):
        read_bytes(tmp_path, book[: len(book) // 2])


def test_an_archive_that_unpacks_beyond_measure_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_UNPACKED_BYTES", 1000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * 10_000)
    with pytest.raises(UnreadableFileError, match="大きすぎます"):
        read_bytes(tmp_path, out.getvalue())


CELLS = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(
            [
                "2026-07-01",
                "2026-13-45",
                "9999-12-31",
                "0001-01-01",
                "25:99",
                "24:00",
                "9時",
                "毎週火曜",
                "全6回",
                "10/4〜11/22(月)",
            ]
        ),
        st.from_regex(
            r"(全\d+回|第\d・\d[月火水]曜|\d+/\d+〜\d+/\d+\([月土]\)|R\d+年\d+月\d+日、\d+日){1,3}", fullmatch=True
        ),
    ),
    min_size=len(OLD),
    max_size=len(OLD),
)


@given(rows=st.lists(CELLS, max_size=4))
def test_any_cells_are_read_or_reported(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    """Whatever stands in the cells, each row that is not blank is held by a course or has its issue."""
    path = tmp_path_factory.mktemp("any") / "any.csv"
    lines = csv_text([dict(zip(OLD, cells, strict=True)) for cells in rows])
    path.write_bytes(lines.encode(errors="replace"))
    records = read_records(path)
    entries, issues = check(records, TOKYO)
    held = {entry.record.row for course in merge(entries, {}) for entry in course.entries}
    rejected = {issue.row for issue in issues if issue.severity == "rejected"}
    assert held | rejected == {record.row for record in records}
    assert not held & rejected
    for course in merge(entries, {}):
        draft(course, zone=TOKYO)


@given(
    content=st.one_of(
        st.binary(max_size=400),
        st.binary(max_size=90).map(lambda tail: b"PK\x03\x04" + tail),
        st.binary(max_size=60).map(lambda tail: csv_text([row()]).encode() + tail),
    )
)
def test_any_bytes_import_or_are_refused_in_one_line(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "any.csv"
    path.write_bytes(content)
    try:
        records = read_records(path)
    except UnreadableFileError as error:
        assert "\n" not in str(error)  # noqa: PT017 - both outcomes are right; this one is one line
        return
    entries, _ = check(records, TOKYO)
    for course in merge(entries, {}):
        draft(course, zone=TOKYO)
