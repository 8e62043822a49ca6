"""Rows with their dates read and checked. What cannot be right is reported and left out, never corrected by guess."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from statistics import median_low
from typing import TypeVar
from zoneinfo import ZoneInfo

from catalog.civil_time import to_utc
from catalog.importing.layouts import SourceRecord
from catalog.importing.report import RowIssue, Severity
from catalog.importing.values import parse_date, parse_time
from catalog.reading.recurrence import Recurrence, clock_range, recurrence

YEARS_FROM_MEDIAN = 3
_CALENDAR = range(1990, 2101)  # years that a list of events can be about at all
_END_OF_DAY = time(23, 59)
_LONGEST_ID = 80  # of source_rows.row_id
_CALLED_OFF = re.compile(r"中止|キャンセル|取消|取りやめ|延期|Cancelled|Postponed", re.IGNORECASE)
_CALLED_OFF_TITLE = re.compile(r"[【\[(（<＜《](?:開催|講座|行事)?(?:中止|延期)[^】\])）>＞》]{0,12}[】\])）>＞》]")

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One dated meeting that a row announces, in UTC."""

    starts_at: datetime
    ends_at: datetime | None
    all_day: bool
    cancelled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row that can be held: its record, the meetings it announces (one at least), its application window in UTC."""

    record: SourceRecord
    title: str  # without a mark such as 【中止】
    first_day: date
    meetings: tuple[Meeting, ...]
    stands_alone: bool  # several days under one application: no other row is a further date of the same course
    apply_from: datetime | None
    apply_until: datetime | None

    @property
    def row_id(self) -> str:
        return self.record.source_id


@dataclass(slots=True)
class _Checker:
    """Collects the issues of one row while its cells are read."""

    record: SourceRecord
    issues: list[RowIssue]

    def doubt(self, reason: str) -> None:
        self._report(Severity.DOUBTFUL, reason)

    def reject(self, reason: str) -> None:
        self._report(Severity.REJECTED, reason)

    def read(self, parse: Callable[[str], Value | None], name: str, text: str) -> Value | None:
        """The cell's value, or None and a doubt when it cannot be read."""
        try:
            return parse(text)
        except (ValueError, OverflowError):
            self.doubt(f"「{name}」の「{_quoted(text)}」を読み取れないため、空として取り込みました。")
            return None

    def _report(self, severity: Severity, reason: str) -> None:
        row, source_id = self.record.row, self.record.source_id
        self.issues.append(RowIssue(row=row, source_id=source_id[:_LONGEST_ID], severity=severity, reason=reason))


def check(records: Iterable[SourceRecord], zone: ZoneInfo) -> tuple[list[Entry], list[RowIssue]]:
    """The rows that can be held, in order, and the issues of all rows."""
    records = list(records)
    years = _possible_years(records)
    seen: dict[tuple[str, str], int] = {}
    entries: list[Entry] = []
    issues: list[RowIssue] = []
    for record in records:
        checker = _Checker(record, issues)
        if not _identified(checker, seen):
            continue
        first_day = _first_day(checker, years)
        if first_day is not None:
            entries.append(_entry(checker, first_day, years, zone))
    return entries, issues


def _possible_years(records: Iterable[SourceRecord]) -> range:
    years = []
    for record in records:
        try:
            day = parse_date(record.first_day)
        except ValueError:
            continue
        if day is not None and day.year in _CALENDAR:
            years.append(day.year)
    if not years:
        return _CALENDAR
    middle = median_low(years)
    return range(middle - YEARS_FROM_MEDIAN, middle + YEARS_FROM_MEDIAN + 1)


def _identified(checker: _Checker, seen: dict[tuple[str, str], int]) -> bool:
    record = checker.record
    if not record.title:
        checker.reject("イベント名がありません。")
        return False
    if not record.source_id or len(record.source_id) > _LONGEST_ID:
        checker.reject("NO（ID）がないか長すぎるため、次の取り込みで同じ行と分かりません。")
        return False
    first_row = seen.setdefault((record.municipality, record.source_id), record.row)
    if first_row != record.row:
        checker.reject(f"NO（ID）が{first_row}行目と同じです。先の行だけを取り込みました。")
        return False
    return True


def _first_day(checker: _Checker, years: range) -> date | None:
    text = checker.record.first_day
    if not text:
        checker.reject("開始日がありません。")
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        checker.reject(f"開始日「{_quoted(text)}」を日付として読み取れません。")
    elif day.year not in years:
        checker.reject(f"開始日「{_quoted(text)}」は、この一覧のほかの行から{YEARS_FROM_MEDIAN}年より離れています。")
        return None
    return day


def _entry(checker: _Checker, first_day: date, years: range, zone: ZoneInfo) -> Entry:
    record = checker.record
    if record.shortened:
        checker.doubt("長すぎる欄があったため、途中までを取り込みました。")
    if record.lossy:
        checker.doubt("元の表で失われた文字（�）があります。「?」として取り込みました。")
    last_day = _last_day(checker, first_day, years)
    dates = recurrence(record.schedule, first_day, last_day)
    if dates and dates.doubt:
        checker.doubt(dates.doubt)
    until = last_day or (dates.until if dates else None)
    meetings = _meetings(checker, dates, first_day, until, zone)
    apply_from, apply_until = _window(checker, first_day, meetings[-1], years, zone)
    return Entry(
        record=record,
        title=_CALLED_OFF_TITLE.sub("", record.title).strip() or record.title,
        first_day=first_day,
        meetings=meetings,
        stands_alone=dates is not None or (until is not None and until > first_day),
        apply_from=apply_from,
        apply_until=apply_until,
    )


def _last_day(checker: _Checker, first_day: date, years: range) -> date | None:
    text = checker.record.last_day
    day = checker.read(parse_date, "終了日", text)
    if day is None:
        return None
    if day < first_day:
        checker.doubt(f"終了日「{_quoted(text)}」が開始日より前のため、終了日を空として取り込みました。")
        return None
    # A permanent exhibition may end decades later; a year beyond the calendar is a slip.
    if day.year not in years:
        checker.doubt(f"終了日「{_quoted(text)}」がほかの行から離れすぎているため、空として取り込みました。")
        return None
    return day


def _meetings(
    checker: _Checker, dates: Recurrence | None, first_day: date, until: date | None, zone: ZoneInfo
) -> tuple[Meeting, ...]:
    record = checker.record
    starts, ends = _hours(checker, dates)
    cancelled = bool(_CALLED_OFF.search(record.state) or _CALLED_OFF_TITLE.search(record.title))
    all_day = starts is None
    spans = [(day, day) for day in dates.days] if dates and dates.days else [(first_day, until or first_day)]
    if ends is not None and starts is not None and ends <= starts and spans[0][0] == spans[0][1]:
        checker.doubt(f"終了時間「{_quoted(record.ends)}」が開始時間より前のため、空として取り込みました。")
        ends = None
    meetings = []
    for opens, closes in spans:
        clock = ends or (_END_OF_DAY if closes > opens else None)
        meetings.append(
            Meeting(
                starts_at=to_utc(opens, starts or time(0), zone),
                ends_at=to_utc(closes, clock, zone) if clock else None,
                all_day=all_day,
                cancelled=cancelled,
            )
        )
    return tuple(meetings)


def _hours(checker: _Checker, dates: Recurrence | None) -> tuple[time | None, time | None]:
    """The hours of the columns; where they are empty, those of the note."""
    record = checker.record
    starts = checker.read(parse_time, "開始時間", record.starts)
    ends = checker.read(parse_time, "終了時間", record.ends)
    noted_start, noted_end = (dates.starts, dates.ends) if dates else clock_range(record.schedule)
    if starts is None and not record.starts:
        starts = noted_start
    if ends is None and not record.ends and starts is not None and starts == noted_start:
        ends = noted_end
    return starts, ends if starts is not None else None


def _window(
    checker: _Checker, first_day: date, last_meeting: Meeting, years: range, zone: ZoneInfo
) -> tuple[datetime | None, datetime | None]:
    """The application window of the columns, without what lies outside of reason."""
    record = checker.record
    opens_on = checker.read(parse_date, "申込開始日", record.apply_from_day)
    closes_on = checker.read(parse_date, "参加申込終了日", record.apply_until_day)
    opens_at = checker.read(parse_time, "申込開始時刻", record.apply_from_time)
    closes_at = checker.read(parse_time, "参加申込終了時間", record.apply_until_time)
    closes = to_utc(closes_on, closes_at or _END_OF_DAY, zone) if closes_on and closes_on.year in years else None
    opens = to_utc(opens_on, opens_at or time(0), zone) if opens_on and opens_on.year in years else None
    if closes_on and closes is None:
        checker.doubt(f"申込の締切「{_quoted(record.apply_until_day)}」がほかの行から離れすぎているため、除きました。")
    if opens_on and opens is None:
        checker.doubt(f"申込の開始「{_quoted(record.apply_from_day)}」がほかの行から離れすぎているため、除きました。")
    if closes_on and closes and closes_on > first_day:
        last_day = (last_meeting.ends_at or last_meeting.starts_at).astimezone(zone).date()
        if closes_on > last_day:
            checker.doubt(f"申込の締切「{_quoted(record.apply_until_day)}」が開催より後のため、除いて取り込みました。")
            closes = None
        else:
            checker.doubt(
                f"申込の締切「{_quoted(record.apply_until_day)}」が開始日より後です。期間の途中まで申し込めるものとしました。"
            )
    if opens and closes and opens > closes:
        checker.doubt("申込の開始が締切より後のため、申込の開始を除いて取り込みました。")
        opens = None
    if opens and opens > (last_meeting.ends_at or last_meeting.starts_at):
        checker.doubt("申込の開始が開催より後のため、除いて取り込みました。")
        opens = None
    return opens, closes


def _quoted(text: str) -> str:
    return text if len(text) <= 30 else text[:30] + "…"
