"""The dates that a note beside an event's period names: 毎週火曜, 第1・3木曜, 4/14〜5/26(金)全6回.

A note is read only when all of it that concerns dates is understood. What is open (月2回, いずれか) names no dates.
Where a note says how many times (全6回), that is the check: dates that do not come to it are doubted, not used.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import pairwise

MAX_SESSIONS = 120
_SAME_SEASON = timedelta(days=62)  # a day without a year may lie this much before the row's own

_DAYS = "月火水木金土日"
# A note with one of these leaves the choice of days open, or is about something other than the days it is held on.
_OPEN = re.compile(
    r"いずれか|どちらか|か所|隔週|月\d+回|\d回程度|要相談|随時|別途|コースがある|順延|延期|予備日|荒天|雨天時"
)
_CLOSED = re.compile(r"休館|休業|定休|休室|閉館|予約停止|利用停止|受付期間|申込期間|説明会")
_DATE = re.compile(
    r"(?:(?:令和|R)(?P<era>\d{1,2}|元)[年.]|(?P<year>20\d\d)[年/.])?(?P<month>\d{1,2})(?:月|/)(?P<day>\d{1,2})(?:日|(?!\d))"
)
_NOTED = r"(?:\((?P<{0}>[月火水木金土日])(?:曜日?)?(?:・祝)?\))?"
_RANGE = re.compile(rf"{{}}{_NOTED.format('opens')}(?:から|~){{}}{_NOTED.format('closes')}".replace("{}", "§"))
_COUNT = re.compile(r"全(\d{1,3})回")
_EXCLUSION = re.compile(r"((?:\d{1,2}(?:月|/)\d{1,2}日?[、,]?)+)(?:は[^。、]*休み|を?除く)")
_NO_HOLIDAYS = re.compile(r"祝日(?:は|を)?除く")
_EXCEPTION = re.compile(r"除|ただし|但し")  # one that was not understood
_WEEKLY = re.compile(rf"毎週([{_DAYS}](?:[・、,と]?[{_DAYS}]|~[{_DAYS}])*)")
_ORDINAL = re.compile(rf"第(\d(?:[・.、,と]?第?\d)*)(?:週の?)?([{_DAYS}])曜")
_WEEKDAYS = re.compile(
    rf"(?:(?<![{_DAYS}\d])|(?<=日))([{_DAYS}](?:[・、,と]?[{_DAYS}])*)(?:曜|(?=\))|(?=のみ)|(?= )|$)"
)
_MONTHS = re.compile(r"(?<!\d)(\d{1,2})月?(?:から|~|より)(?:(\d{1,2})月(?!\d))?")
_CLOCK = r"(午前|午後|AM|PM)?(\d{1,2})(?::(\d{2})|時(?:(\d{1,2})分|(半))?)"
_TIME = re.compile(rf"{_CLOCK}(?:(~)(?:{_CLOCK})?)?")
# The hour beside one of these words is not that of the event.
_OTHER_HOUR = re.compile(
    r"受付|開場|集合|入館|入場|締|上が|焼き|申込|休憩|終了|開館|解散|以降|のみ|上映|最終日|荒天|雨天|延期|予約"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """The civil days of a note in order (at most MAX_SESSIONS), and its hours where it says them.

    A `doubt` (a Japanese sentence for staff) says why `days` is empty or cut short; `until` is then the last day.
    """

    days: tuple[date, ...]
    starts: time | None = None
    ends: time | None = None
    until: date | None = None
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class _Pattern:
    """Weekdays (0 = Monday), each week or on the `ordinals` of a month."""

    weekdays: frozenset[int]
    ordinals: frozenset[int] = frozenset()

    def days(self, first: date, last: date) -> list[date]:
        span = range((last - first).days + 1)
        return [day for day in (first + timedelta(days=n) for n in span) if self._meets(day)]

    def _meets(self, day: date) -> bool:
        return day.weekday() in self.weekdays and (not self.ordinals or (day.day - 1) // 7 + 1 in self.ordinals)


@dataclass(frozen=True, slots=True)
class _Period:
    """From when until when, and whether the note itself says both ends."""

    opens: date
    closes: date
    written: bool

    def within(self, first: date, last: date | None) -> bool:
        """Whether it agrees with the row's own dates."""
        if last is None:
            return self.opens == first
        return first <= self.opens and self.closes <= _month_end(last)


def recurrence(text: str, first: date, last: date | None) -> Recurrence | None:
    """The days on which an event is held between `first` and `last`, or None when the note names none.

    `last` may be missing: then the note must bring its own end (4/14〜5/26) or name each day.
    """
    note = _plain(text)
    if not note or _OPEN.search(note) or _CLOSED.search(note):
        return None
    starts, ends = clock_range(text)
    listed = _listed(note, first, last)
    if listed:
        return Recurrence(days=listed, starts=starts, ends=ends)
    period = _period(note, first, last)
    pattern = _pattern(note)
    if period is None or pattern is None or (period.closes - period.opens).days > 3 * 366:
        return None
    found = _counted(note, pattern, period)
    if not period.within(first, last) or (found and last is None and found.days[:1] not in {(), (first,)}):
        doubt = "開始日・終了日と、開始日時特記事項に書かれた期間が合いません。"
        found = Recurrence(days=(), until=last, doubt=doubt)
    return replace(found, starts=starts, ends=ends) if found else None


def several_times(text: str) -> bool:
    """Whether a note says by itself that one application is for several dates (全12回, 4/1〜5/27, 毎週火曜)."""
    note = _plain(text)
    count = _COUNT.search(note)
    return bool((count and int(count[1]) > 1) or _WEEKLY.search(note) or _ORDINAL.search(note) or "月2回" in note)


def clock_range(text: str) -> tuple[time | None, time | None]:
    """The one beginning and end that a note says; (None, None) when it says none, several, or another hour."""
    note = _plain(text)
    found = list(_TIME.finditer(note))
    if len(found) != 1 or _OTHER_HOUR.search(note):
        return None, None
    half, hour, *minutes = found[0].groups()[:5]
    tilde, half_of_end, hour_of_end, *minutes_of_end = found[0].groups()[5:]
    try:
        starts = _clock(half, hour, minutes)
        ends = _clock(half_of_end or half, hour_of_end, minutes_of_end) if tilde and hour_of_end else None
    except ValueError:
        return None, None
    if ends is not None and ends <= starts:
        # 午前11時〜0時45分: the end belongs to the other half of the day.
        ends = ends.replace(hour=ends.hour + 12) if ends.hour < 12 else None
    return starts, ends if ends is None or ends > starts else None


def _counted(note: str, pattern: _Pattern, period: _Period) -> Recurrence | None:
    """The pattern's days in the period, if they come to the number that the note says."""
    excluded = _excluded(note, period.opens)
    days = [day for day in pattern.days(period.opens, period.closes) if day not in excluded]
    if _NO_HOLIDAYS.search(note):
        days = _without_holidays(days)
    count = _COUNT.search(note)
    if count is not None and int(count[1]) != len(days):
        times = int(count[1])
        if len(workdays := _without_holidays(days)) == times:
            days = workdays
        elif not period.written and len(days) > times:
            days = days[:times]  # 1月から 全6回 月曜: the row's period is longer than the course
        else:
            doubt = f"「全{times}回」とありますが、書かれた曜日と期間では{len(days)}回になります。"
            return Recurrence(days=(), until=period.closes, doubt=doubt)
    if len(days) > MAX_SESSIONS:
        doubt = f"{len(days)}回のうち、はじめの{MAX_SESSIONS}回だけを取り込みました。"
        return Recurrence(days=tuple(days[:MAX_SESSIONS]), until=period.closes, doubt=doubt)
    return Recurrence(days=tuple(days)) if days else None


def _period(note: str, first: date, last: date | None) -> _Period | None:
    if written := _written_range(note, first):
        return _Period(*written, written=True)
    if match := _MONTHS.search(_DATE.sub("§", note)):
        opening, closing = (int(month) if month else None for month in match.groups())
        if opening is None or opening not in range(1, 13) or (closing and closing not in range(1, 13)):
            return None
        opens = max(first, _next(opening, 1, first.replace(day=1)))
        closes = _month_end(_next(closing, 1, opens.replace(day=1))) if closing else last
        return _Period(opens, closes, written=closing is not None) if closes and opens <= closes else None
    return _Period(first, last, written=False) if last and last > first else None


def _written_range(note: str, first: date) -> tuple[date, date] | None:
    dates = list(_DATE.finditer(note))
    marked = _RANGE.search(_DATE.sub("§", note))
    if marked is None:
        return None
    position = _DATE.sub("§", note)[: marked.start()].count("§")
    opens = _day(dates[position], first)
    closes = _day(dates[position + 1], opens, tolerance=timedelta(0)) if opens else None
    return (opens, closes) if opens and closes and opens <= closes else None


def _pattern(note: str) -> _Pattern | None:
    note = _NO_HOLIDAYS.sub("", _EXCLUSION.sub("", note))
    if _EXCEPTION.search(note):
        return None
    marked = _DATE.sub("§", note)
    if ordinal := _ORDINAL.search(marked):
        numbers = frozenset(int(digit) for digit in re.findall(r"\d", ordinal[1]))
        return _Pattern(frozenset({_DAYS.index(ordinal[2])}), numbers)
    bare = re.sub(r"曜日?", "", marked)
    if weekly := _WEEKLY.search(bare):
        return _Pattern(_weekdays(weekly[1]))
    written = _RANGE.search(marked)
    if written and written["opens"]:
        # 6月5日(月)〜8月7日(月): each day is only annotated, unless a count says that it goes on weekly.
        same = written["opens"] == written["closes"] and _COUNT.search(marked)
        return _Pattern(_weekdays(written["opens"])) if same else None
    if not written and not _COUNT.search(marked):
        return None
    named = _WEEKDAYS.search(
        re.sub(r"[()]", lambda sign: " " if sign[0] == "(" else " ) ", marked.replace("・全", " 全"))
    )
    return _Pattern(_weekdays(named[1])) if named else None


def _weekdays(names: str) -> frozenset[int]:
    numbers: set[int] = set()
    for span in re.finditer(rf"([{_DAYS}])(?:~([{_DAYS}]))?", names):
        begin = _DAYS.index(span[1])
        end = _DAYS.index(span[2]) if span[2] else begin
        numbers.update(range(begin, end + 1))
    return frozenset(numbers)


def _listed(note: str, first: date, last: date | None) -> tuple[date, ...]:
    """Each day by name: 4/13,4/27,5/11 全6回; 4月5日、12日、19日; (2)11/17(金)(3)12/8(金)."""
    if "~" in _TIME.sub("", note) or _EXCLUSION.search(note):
        return ()
    days = _named_days(note, first)
    later = note.startswith("(2)")  # the first date is the row's own
    if later:
        days = [first, *days]
    count = _COUNT.search(note) or re.search(r"の(\d)回講座", note)
    ends_with_row = len(days) > 1 and days[-1] == last
    agreed = int(count[1]) == len(days) if count else later or ends_with_row or note.startswith("(1)")
    in_order = all(a < b for a, b in pairwise(days))
    return tuple(days[:MAX_SESSIONS]) if agreed and in_order and len(days) > 1 and days[0] == first else ()


def _named_days(note: str, first: date) -> list[date]:
    """The dates of a list; a day without a month (、12日) is of the month before it."""
    days: list[date] = []
    for match in re.finditer(rf"{_DATE.pattern}|(?<=[、,・])(?P<only>\d{{1,2}})日?(?=[、,・(全の毎]|$)", note):
        anchor = days[-1] if days else first
        try:
            day = anchor.replace(day=int(match["only"])) if match["only"] else _day(match, anchor)
        except ValueError:
            return []
        if day is None:
            return []
        days.append(day)
    return days


def _excluded(note: str, opens: date) -> set[date]:
    days = (_day(match, opens) for part in _EXCLUSION.finditer(note) for match in _DATE.finditer(part[1]))
    return {day for day in days if day}


def _day(match: re.Match[str], near: date, tolerance: timedelta = _SAME_SEASON) -> date | None:
    month, day = int(match["month"]), int(match["day"])
    try:
        if match["era"]:
            return date(2018 + (1 if match["era"] == "元" else int(match["era"])), month, day)
        if match["year"]:
            return date(int(match["year"]), month, day)
        return _next(month, day, near - tolerance)
    except ValueError:
        return None


def _next(month: int, day: int, after: date) -> date:
    """The first such day on or after `after`."""
    candidate = date(after.year, month, day)
    return candidate if candidate >= after else date(after.year + 1, month, day)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _without_holidays(days: Iterable[date]) -> list[date]:
    import jpholiday  # noqa: PLC0415 - its tables are only needed where a count does not come out

    return [day for day in days if not jpholiday.is_holiday(day)]


def _clock(half: str | None, hour: str, minutes: list[str | None]) -> time:
    colon, counted, thirty = minutes
    afternoon = half is not None and half.upper() in {"午後", "PM"} and int(hour) < 12
    return time(int(hour) + (12 if afternoon else 0), int(colon or counted or (30 if thirty else 0)))


def _plain(text: str) -> str:
    """One spelling of signs; spaces stay only where they part words."""
    note = unicodedata.normalize("NFKC", text)
    note = re.sub(r"[〜～~−–—―-]", "~", note)
    note = re.sub(r"\s+", " ", note)
    return re.sub(r"(?<=[\d~、,・(（]) | (?=[\d~、,・)）])", "", note).strip()
