"""Files to rows of text: CSV in UTF-8 or CP932, XLSX. Everything in a file is untrusted and bounded."""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from catalog.errors import UnreadableFileError
from catalog.importing.values import MAX_CELL, clean

MAX_BYTES = 50_000_000
MAX_UNPACKED_BYTES = 300_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 300

_END = "(end of file)"
_ZIP_SIGNATURE = b"PK\x03\x04"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A row with its number as a spreadsheet shows it: the first is 1, a line break inside a cell counts nothing."""

    number: int
    cells: tuple[str, ...]
    shortened: bool = False  # a cell was longer than MAX_CELL and lost its end
    lossy: bool = False  # a cell holds U+FFFD: some program before us lost a character


def read_tables(path: Path) -> Iterator[list[FileRow]]:
    """The rows of the file, once for every way in which it can be decoded without a single wrong byte.

    An XLSX yields once a sheet, a CSV first as UTF-8, then as CP932; the caller takes the first with a known header.
    Raises UnreadableFileError when the file cannot be opened, is too large, or is damaged.
    """
    content = _content(path)
    if content.startswith(_ZIP_SIGNATURE):
        yield from _sheets(content, path.name)
        return
    texts = list(_decoded(content))
    if not texts:
        raise UnreadableFileError(
            f"{path.name}: 文字コードを読み取れません。UTF-8 か Shift_JIS (CP932) の CSV にして保存しなおしてください。"
        )
    for text in texts:
        yield _csv_rows(text, path.name)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableFileError(f"{path.name}: ファイルを開けません（{error.strerror}）。") from error
    if len(content) > MAX_BYTES:
        raise UnreadableFileError(f"{path.name}: ファイルが大きすぎます（{MAX_BYTES // 1_000_000}MBまで）。")
    if not content.strip():
        raise UnreadableFileError(f"{path.name}: ファイルが空です。")
    return content


def _decoded(content: bytes) -> Iterator[str]:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            yield content.decode(encoding)
        except UnicodeDecodeError:
            continue


def _csv_rows(text: str, name: str) -> list[FileRow]:
    # A last row of our own: when it does not come out alone, a quote was opened and never closed.
    reader = csv.reader(io.StringIO(f"{text}\n{_END}\n", newline=""))
    try:
        *rows, last = _bounded(reader, name)
    except csv.Error:  # a field of more than 128 KiB: the same
        last = None
    if last is None or last.cells != (_END,):
        raise UnreadableFileError(f'{name}: 引用符(")が閉じていない欄があります。CSVとして保存しなおしてください。')
    return rows


def _sheets(content: bytes, name: str) -> list[list[FileRow]]:
    import openpyxl  # noqa: PLC0415 - heavy, and most lists are CSV

    try:
        _check_unpacked_size(content, name)
        with warnings.catch_warnings(action="ignore"):  # of styles and validations that a list of text does not need
            shown = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            written = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)
            return [_bounded(_sheet_rows(shown[sheet.title], sheet), name) for sheet in written.worksheets]
    except UnreadableFileError:
        raise
    except Exception as error:
        # openpyxl lets through whatever a damaged archive or broken XML raises in any of the libraries below it.
        raise UnreadableFileError(f"{name}: Excelファイルがこわれているか、開けない形式です。") from error


def _sheet_rows(shown: Any, written: Any) -> Iterator[list[str]]:
    """What the city's own spreadsheet showed; where it had not worked a formula out, the formula as plain text."""
    for values, formulas in zip(shown.iter_rows(values_only=True), written.iter_rows(values_only=True), strict=False):
        yield [_cell_text(v if v is not None else f) for v, f in zip(values, formulas, strict=False)]


def _check_unpacked_size(content: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > MAX_UNPACKED_BYTES:
        raise UnreadableFileError(f"{name}: Excelファイルの中身が大きすぎます。")


def _cell_text(value: Any) -> str:
    """A spreadsheet cell as the text a CSV would hold."""
    match value:
        case None:
            text = ""
        case bool():
            text = "有" if value else "無"
        case datetime():
            text = value.date().isoformat() if value.time() == time(0) else value.isoformat(" ", "minutes")
        case time():
            text = value.isoformat("minutes")
        case timedelta():  # a time cell of 24 hours or more
            minutes = int(value.total_seconds()) // 60
            text = f"{minutes // 60}:{minutes % 60:02}"
        case float() if value.is_integer():
            text = str(int(value))
        case _:
            text = str(value)
    return text


def _bounded(rows: Iterable[list[str]], name: str) -> list[FileRow]:
    result: list[FileRow] = []
    for number, cells in enumerate(rows, start=1):
        if not any(cells):
            continue
        if len(result) > MAX_ROWS:  # one more for the row at the end
            raise UnreadableFileError(f"{name}: 行が多すぎます（{MAX_ROWS:,}行まで）。分けて取り込んでください。")
        result.append(_row(number, cells[:MAX_COLUMNS]))
    return result


def _row(number: int, cells: list[str]) -> FileRow:
    return FileRow(
        number=number,
        cells=tuple(clean(cell[:MAX_CELL]) for cell in cells),
        shortened=any(len(cell) > MAX_CELL for cell in cells),
        lossy=any("\N{REPLACEMENT CHARACTER}" in cell for cell in cells),
    )
