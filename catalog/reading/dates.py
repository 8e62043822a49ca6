"""When residents can come: days, weekdays and times of the day, put together from atoms.

Atoms that stand next to each other, joined by nothing but の, か, から and the like, mean one thing together:
来月 + 第3 + 日曜 is one day, 8月 + 土日 is a month and two weekdays.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from catalog.reading.calendar import Calendar, Period, Unit, day, month, nth_weekday, part, week
from catalog.reading.clock_times import UNWANTED, read_times_of_day
from catalog.reading.date_atoms import Atom, DayNumber, Month, MonthDay, Nth, Part, Weekdays, Weekend
from catalog.reading.date_patterns import read_atoms
from catalog.reading.spans import Found, without
from catalog.search.criteria import TimeOfDay

Dates = tuple[tuple[date, date | None], ...]

_JOIN = re.compile(r"[\s、,・/\u3000]*(?:の(?:うち)?|に|は|も|で|及び|and|in|on|of|the)?[\s、,]*")
_OR = re.compile(r"\s*(?:[、,・/]|か|や|と|または|もしくは|or|それか)\s*(?:の)?\s*")
_RANGE = re.compile(r"\s*(?:~|-|から|より|to|ー)\s*(?:翌)?")
_OPEN = re.compile(
    r"\s*(?:あたり|辺り|ごろ|頃|くらい|ぐらい)?\s*(?:以降|いこう|から|~(?=\s|$)|onwards?|より後"
    r"|に?入って(?:から)?|に?入ったら|になって(?:から)?|になったら)"
)
_FROM = re.compile(r"\b(?:starting|beginning|from|after|since)(?: (?:from|in|on|the))*\s?$")
_UNTIL = re.compile(r"\s*(?:までに|まで|以前)")
_TILL = re.compile(r"\b(?:until|till|by|before)(?: the)?\s$")
_OTHERS = re.compile(r"[^。]{0,24}?(?:それ|これ|その日|そこ)ら?以外")
_AFTERWARDS = re.compile(r"\s*(?:明け|あけ|が明け|が終わ)")
_INSIDE = re.compile(r"\s*(?:中|のあいだ|の間|期間|じゅう|いっぱい|だけ)")
# 去年の春に夫が亡くなり, 三年前の12月: what has been, told beside a wish.
_LONG_AGO = re.compile(
    r"(?:去年|昨年|一昨年|おととし|(?:[\d一二三四五六七八九十]+|数)年前)の?"
    r"(?:春|夏|秋|冬|年末|年明け|正月|暮れ?|\d{1,2}月)(?:の?(?:初め|はじめ|終わり|頃|ごろ))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """What a text asks for. Within `dates` an end of None is open; `spans` are where it stands in the text."""

    dates: Dates = ()
    weekdays: tuple[int, ...] = ()
    time_of_day: tuple[TimeOfDay, ...] = ()
    spans: tuple[Found[object], ...] = ()


def read_when(text: str, today: date) -> When:
    """When somebody can come, out of a plain text, seen from the civil day `today`."""
    text = _LONG_AGO.sub(lambda past: " " * len(past[0]), text)
    now = Calendar(today)
    reading = _Reading(now)
    spans: list[Found[object]] = []
    previous: int | None = None
    atoms = list(read_atoms(text, now))
    for number, atom in enumerate(atoms, start=1):
        following = atoms[number].start if number < len(atoms) else len(text)
        between = text[previous : atom.start] if previous is not None else None
        if not reading.take(atom.value, between):
            continue
        end = reading.take_modifiers(text, atom.start, atom.end, following)
        spans.append(Found(None, atom.start, end))
        previous = end
    times = read_times_of_day(without(text, [s for s in spans if not _holds_time(text, s)]))
    spans += [Found(None, one.start, one.end) for one in times]
    return When(
        dates=_merged(reading.periods),
        weekdays=reading.wanted_weekdays(),
        time_of_day=tuple(value for value in TimeOfDay if any(value in one.value for one in times)),
        spans=tuple(spans),
    )


def _holds_time(text: str, span: Found[object]) -> bool:
    """今夜 and 明晩 are a day and a time at once."""
    return text[span.start : span.end].endswith(("夜", "晩", "夕", "tonight"))


@dataclass(slots=True)
class _Reading:
    """What the atoms up to now mean. `open_group` is whether the next atom may still refine the last period."""

    now: Calendar
    periods: list[Period] = field(default_factory=list)
    weekdays: set[int] = field(default_factory=set)
    _barred: set[int] = field(default_factory=set)  # weekdays that are named as impossible
    _run: set[int] = field(default_factory=set)  # weekdays named in a row: 火曜と金曜 (は無理)
    _last_days: tuple[int, ...] = ()  # weekdays of the atom before, for 月曜から金曜 and for 以外
    _week: Period | None = None  # the week that single weekdays choose from (来週の火曜か木曜)
    _range: tuple[date, Period] | None = None  # where a range starts, and the period that ends it

    def take(self, atom: Atom, between: str | None) -> bool:
        """Adds an atom; `between` is the text since the one before, None for the first.

        False: it means nothing here.
        """
        joined = between is not None and _JOIN.fullmatch(between) is not None
        alternative = between is not None and _OR.fullmatch(between) is not None
        ranged = between is not None and _RANGE.fullmatch(between) is not None
        near = joined or alternative or ranged
        if not near:
            self._week = None
        before = set(self.weekdays)
        match atom:
            case Weekdays():
                self._take_weekdays(atom, ranged=ranged, near=near)
            case Weekend(period=period):
                self.periods.append(period)
                self.weekdays |= {5, 6}
            case Part(name=name):
                return self._take_part(name, near=near)
            case Nth():
                self._take_nth(atom, near=near)
            case _:
                self._take_period(atom, joined=joined and not alternative, alternative=alternative, ranged=ranged)
        self._run = (self._run if near else set()) | (self.weekdays - before)
        return True

    def take_modifiers(self, text: str, start: int, end: int, following: int) -> int:
        """Applies 以降, まで, 以外, は無理 around the atom that stands at `start` to `end`; gives where they end.

        What is said of it ends before the next atom, which begins at `following`.
        """
        if self._last_days:
            match = UNWANTED.match(text, end, following)
            if match:
                self._bar(self._run or set(self._last_days))
            elif match := _OTHERS.match(text, end, following):
                self._bar(set(self.weekdays))
        elif self.periods:
            match = self._bounded(text, start, end, following)
        else:
            match = None
        return match.end() if match else end

    def wanted_weekdays(self) -> tuple[int, ...]:
        """Those that are named; where only impossible ones are (月曜以外), all others."""
        wanted = self.weekdays or (set(range(7)) if self._barred else set())
        return tuple(sorted(wanted - self._barred))

    def _bar(self, days: set[int]) -> None:
        self._barred |= days
        self.weekdays -= days

    def _bounded(self, text: str, start: int, end: int, following: int) -> re.Match[str] | None:
        last = self.periods[-1]
        to = _RANGE.match(text, end)
        ranges = to is not None and to.end() == following < len(text)
        match = _OPEN.match(text, end)
        if not ranges and (match or _FROM.search(text[:start])):
            self.periods[-1], self._week = Period(last.start, None), None
        elif (match := _UNTIL.match(text, end)) and self._range:
            pass  # "5日から12日まで" has its start already
        elif match or _TILL.search(text[:start]):
            self.periods[-1] = Period(
                min(self.now.today, last.start) if last.unit is Unit.DAY else self.now.today, last.end
            )
        elif match := _AFTERWARDS.match(text, end):
            after = last.last + timedelta(days=1)
            self.periods[-1] = Period(after, after + timedelta(days=6))
        elif match := UNWANTED.match(text, end, following):
            self.periods.pop()
        else:
            match = _INSIDE.match(text, end)
        return match

    def _take_period(self, atom: Atom, *, joined: bool, alternative: bool, ranged: bool) -> None:
        last = self.periods[-1] if self.periods and (joined or alternative or ranged) else None
        period = self._resolved(atom, last)
        self._last_days = ()
        if period is None:
            return
        self._range = None
        if last is not None and ranged:
            self._range = last.start, period
            self.periods[-1] = Period(last.start, max(period.last, last.start))
        elif last is not None and joined and _inside(period, last):
            self.periods[-1] = period
        elif last is not None and joined and last.unit is Unit.DAY and _inside(last, period):
            return  # 12月24日のクリスマスに
        else:
            self.periods.append(period)
        self._week = period if period.unit in (Unit.WEEK, Unit.DAY) else None

    def _resolved(self, atom: Atom, last: Period | None) -> Period | None:
        match atom:
            case Period():
                return atom
            case Month(number=number):
                return self._month(number, last)
            case MonthDay(month=month_number, day=day_number):
                return self._day(month_number, day_number, last)
            case DayNumber(day=number):
                return self._day_number(number, last)
            case _:
                return None

    def _month(self, number: int, last: Period | None) -> Period:
        if last is None or last.end is None:
            return self.now.from_today(self.now.in_month(number))
        if last.unit is Unit.YEAR or (last.end - last.start).days > 300:
            return month(last.end.year - (number > last.end.month), number)
        return month(last.end.year + (number < last.start.month), number)

    def _day(self, month_number: int, day_number: int, last: Period | None) -> Period | None:
        start = self.now.today
        if last is not None:
            start = last.start if last.unit is not Unit.YEAR else max(last.start, start)
        found = Calendar(start).on(month_number, day_number)
        return day(found) if found else None

    def _day_number(self, number: int, last: Period | None) -> Period | None:
        if last is not None and (last.unit is Unit.MONTH or last.unit is Unit.DAY):
            start = last.start if last.unit is Unit.DAY else last.start.replace(day=1)
            found = Calendar(start).day_of_month(number)
        else:
            found = self.now.day_of_month(number)
        return day(found) if found else None

    def _take_part(self, name: str, *, near: bool) -> bool:
        if self._range and near:
            start, ending = self._range
            self.periods[-1] = Period(start, max(part(ending, name).last, start))
        elif self.periods and near:
            self.periods[-1] = self.now.from_today(part(_whole(self.periods[-1]), name))
        elif name in ("上旬", "中旬", "下旬"):
            this = part(month(self.now.today.year, self.now.today.month), name)
            following = part(month(self.now.today.year, self.now.today.month + 1), name)
            self.periods.append(self.now.from_today(this) if this.last >= self.now.today else following)
        else:
            return False
        self._last_days = ()
        return True

    def _take_nth(self, atom: Nth, *, near: bool) -> None:
        self._last_days = ()
        if self.periods and near and self.periods[-1].unit is not Unit.DAY:
            whole = _whole(self.periods.pop())
            days = [nth_weekday(whole, number, atom.weekday) for number in atom.numbers]
        else:
            days = [self._next_nth(number, atom.weekday) for number in atom.numbers]
        self.periods += [day(found) for found in days if found is not None]
        if len(atom.numbers) == 1 and atom.counted:
            self.weekdays.add(atom.weekday)

    def _next_nth(self, number: int, weekday: int) -> date | None:
        months = (month(self.now.today.year, self.now.today.month + shift) for shift in range(13))
        days = (nth_weekday(of, number, weekday) for of in months)
        return next((found for found in days if found is not None and found >= self.now.today), None)

    def _take_weekdays(self, atom: Weekdays, *, ranged: bool, near: bool) -> None:
        last = self.periods[-1] if self.periods and near else None
        if atom.coming:
            self.periods.append(day(self.now.weekday(atom.days[0])))
        elif ranged and self._last_days and self._week is not None and last is not None:
            end_of_range = week(last.start).start + timedelta(days=atom.days[-1])
            self.periods[-1] = Period(last.start, max(end_of_range, last.start))
        elif ranged and self._last_days and len(atom.days) == 1:
            first, end = self._last_days[-1], atom.days[0]
            self.weekdays |= set(range(first, end + 1)) if first <= end else {*range(first, 7), *range(end + 1)}
        elif self._week is not None and last is not None:
            self._choose_in_week(atom.days)
        elif last is None or last.unit is not Unit.DAY:
            self.weekdays |= set(atom.days)
        self._last_days = atom.days

    def _choose_in_week(self, days: tuple[int, ...]) -> None:
        """来週の土曜 is a day; 来週の火曜か木曜 is a range and two weekdays; 12/5(土) only repeats what is known."""
        assert self._week is not None  # noqa: S101 - asked by the only caller
        if self._week.unit is Unit.DAY and self._week.start.weekday() in days:
            return
        whole = week(self._week.start)
        chosen = [whole.start + timedelta(days=number) for number in days]
        if self.periods[-1].unit is Unit.DAY and self._last_days:
            chosen.append(self.periods[-1].start)
        elif self.periods[-1].unit is Unit.SPAN and self._last_days:
            chosen += [self.periods[-1].start, self.periods[-1].last]
        if len(chosen) == 1:
            self.periods[-1] = day(chosen[0])
            return
        self.weekdays |= {one.weekday() for one in chosen}
        self.periods[-1] = self.now.from_today(Period(min(chosen), max(chosen)))


def _whole(period: Period) -> Period:
    """The whole month or week of a period whose past days were left out."""
    if period.unit is Unit.MONTH:
        return month(period.start.year, period.start.month)
    return week(period.start) if period.unit is Unit.WEEK else period


def _inside(inner: Period, outer: Period) -> bool:
    return outer.start <= inner.start and inner.last <= outer.last


def _merged(periods: list[Period]) -> Dates:
    """In order, each once, neighbours and overlaps joined: 6月20日か21日 is one range of two days."""
    merged: list[tuple[date, date | None]] = []
    for period in sorted(periods, key=lambda one: (one.start, one.last)):
        if merged and (merged[-1][1] is None or period.start <= _next_day(merged[-1][1])):
            start, end = merged[-1]
            merged[-1] = (start, None if end is None or period.end is None else max(end, period.end))
        else:
            merged.append((period.start, period.end))
    return tuple(merged)


def _next_day(of: date) -> date:
    return of + timedelta(days=1) if of < date.max else of
