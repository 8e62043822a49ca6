"""The layouts of municipal event lists, recognised by the names in their header, and rows as records.

Old 推奨データセット, new 自治体標準オープンデータセット and Tokyo's variant name most columns alike. A column is
found by its name without brackets, spaces and underscores, in any width, so that 料金(基本) and 料金_基本 are one.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path

from catalog.errors import UnreadableFileError
from catalog.importing.files import FileRow, read_tables

_HEADER_WITHIN = 20  # rows: some lists have a title and a date of issue above their header


class Layout(StrEnum):
    OLD = "old"
    NEW = "new"
    TOKYO = "tokyo"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """One row of a list, by meaning rather than by column. Cleaned text, empty where the list says nothing."""

    row: int  # as a spreadsheet numbers it; the header is 1 where it comes first
    layout: Layout
    shortened: bool = False
    lossy: bool = False

    municipality: str = ""  # code
    source_id: str = ""  # NO or ID
    city: str = ""
    title: str = ""
    subtitle: str = ""
    title_kana: str = ""
    state: str = ""
    category: str = ""
    first_day: str = ""
    last_day: str = ""
    starts: str = ""
    ends: str = ""
    schedule: str = ""
    summary: str = ""
    description: str = ""
    fee_basic: str = ""
    fee_detail: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_extension: str = ""
    organizer: str = ""
    target: str = ""
    venue: str = ""
    meeting_point: str = ""
    address: str = ""
    town: str = ""
    room: str = ""
    latitude: str = ""
    longitude: str = ""
    access: str = ""
    parking: str = ""
    online: str = ""
    online_tools: str = ""
    capacity: str = ""
    apply_from_day: str = ""
    apply_from_time: str = ""
    apply_until_day: str = ""
    apply_until_time: str = ""
    apply_method: str = ""
    apply_url: str = ""
    url: str = ""
    remarks: str = ""
    childcare: str = ""
    parenting: str = ""  # 子育て情報


# Field → the column names that fill it. Several columns that a row fills are put together, a line each.
_COLUMNS: dict[str, tuple[str, ...]] = {
    "municipality": ("都道府県コード又は市区町村コード", "全国地方公共団体コード"),
    "source_id": ("NO", "ID"),
    "city": ("地方公共団体名", "市区町村名"),
    "title": ("イベント名",),
    "subtitle": ("サブタイトル",),
    "title_kana": ("イベント名_カナ",),
    "state": ("状態",),
    "category": ("カテゴリー", "カテゴリ", "イベント種類", "タグ", "キーワード"),
    "first_day": ("開始日",),
    "last_day": ("終了日",),
    "starts": ("開始時間", "開始時刻"),
    "ends": ("終了時間", "終了時刻"),
    "schedule": ("開始日時特記事項",),
    "summary": ("概要",),
    "description": ("説明",),
    "fee_basic": ("料金(基本)",),
    "fee_detail": ("料金(詳細)",),
    "contact_name": ("連絡先名称",),
    "contact_phone": ("連絡先電話番号",),
    "contact_extension": ("連絡先内線番号",),
    "organizer": ("主催者",),
    "target": ("対象者", "対象者備考", "参加条件", "参加条件_詳細", "開催条件"),
    "venue": ("場所名称",),
    "meeting_point": ("集合(受付)場所",),
    "address": ("住所", "所在地_連結表記"),
    "town": ("区", "所在地_町字"),
    "room": ("方書", "建物名等(方書)"),
    "latitude": ("緯度",),
    "longitude": ("経度",),
    "access": ("アクセス方法",),
    "parking": ("駐車場情報", "駐車場_有無"),
    "online": ("Web開催", "Web開催_有無"),
    "online_tools": ("ツール・環境", "Web開催URL"),
    "capacity": ("定員", "定員備考"),
    "apply_from_day": ("申込開始日", "参加申込開始日"),
    "apply_from_time": ("申込開始時刻", "申込開始時間", "参加申込開始時間"),
    "apply_until_day": ("参加申込終了日",),
    "apply_until_time": ("参加申込終了時間", "参加申込終了時刻"),
    "apply_method": ("参加申込方法",),
    "apply_url": ("申込URL",),
    "url": ("URL", "コンテンツURL"),
    "remarks": ("備考",),
    "childcare": ("託児所_有無", "託児所_詳細"),
    "parenting": ("子育て情報",),
}
# Of these, only the first column that a row fills counts: they say the same thing twice.
_FIRST_FILLED = {
    "municipality",
    "source_id",
    "city",
    "url",
    "address",
    "town",
    "room",
    "online",
    "latitude",
    "longitude",
}
_TEXT_FIELDS = tuple(field.name for field in fields(SourceRecord) if field.name in _COLUMNS)


def read_records(path: Path) -> list[SourceRecord]:
    """The rows of a municipal event list, in the file's order.

    Raises UnreadableFileError, with one line that says why, when no known layout is found in the file.
    """
    for table in read_tables(path):
        for position, row in enumerate(table[:_HEADER_WITHIN]):
            if (header := _Header(row.cells)).is_event_list:
                return list(header.records(table[position + 1 :]))
    raise UnreadableFileError(
        f"{path.name}: イベント一覧の見出しが見つかりません。「イベント名」「開始日」と「NO」か「ID」の列が要ります。"
    )


class _Header:
    """Which column fills which field."""

    def __init__(self, cells: Iterable[str]) -> None:
        self._position: dict[str, int] = {}
        for position, cell in enumerate(cells):
            self._position.setdefault(_column_key(cell), position)

    @property
    def is_event_list(self) -> bool:
        return self._has("イベント名") and self._has("開始日") and (self._has("NO") or self._has("ID"))

    @property
    def layout(self) -> Layout:
        if self._has("託児所_有無") or self._has("参加条件_詳細") or self._has("最終確認日"):
            return Layout.TOKYO
        return Layout.NEW if self._has("全国地方公共団体コード") else Layout.OLD

    def records(self, rows: Iterable[FileRow]) -> Iterator[SourceRecord]:
        layout = self.layout
        positions = {
            name: [self._position[key] for key in map(_column_key, _COLUMNS[name]) if key in self._position]
            for name in _TEXT_FIELDS
        }
        for row in rows:
            texts = {name: _joined(row.cells, where, name) for name, where in positions.items()}
            if any(texts.values()):
                yield SourceRecord(row=row.number, layout=layout, shortened=row.shortened, lossy=row.lossy, **texts)

    def _has(self, column: str) -> bool:
        return _column_key(column) in self._position


def _joined(cells: tuple[str, ...], positions: list[int], name: str) -> str:
    texts = [cells[position] for position in positions if position < len(cells) and cells[position]]
    if name in _FIRST_FILLED:
        return texts[0] if texts else ""
    return "\n".join(dict.fromkeys(texts))


def _column_key(name: str) -> str:
    return re.sub(r"[\s()_\[\]{}「」【】・･.,、\-−]", "", unicodedata.normalize("NFKC", name)).upper()
