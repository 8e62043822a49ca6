"""Periods of the calendar and how to find the one that is meant. Civil days throughout, both ends inclusive."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum, auto

import jpholiday

from catalog.reading.vocabulary import vocabulary

_LATE = timedelta(days=65)  # an announcement may name a day this long after its course has begun, not later


class Unit(Enum):
    DAY = auto()
    WEEK = auto()
    MONTH = auto()
    YEAR = auto()
    SPAN = auto()  # anything else: a holiday season, a range


@dataclass(frozen=True, slots=True)
class Period:
    """Inclusive days; an open end is None."""

    start: date
    end: date | None
    unit: Unit = Unit.SPAN

    @property
    def last(self) -> date:
        return self.end or date.max


def day(value: date) -> Period:
    return Period(value, value, Unit.DAY)


def week(of: date) -> Period:
    """The week of a day; weeks start on Monday."""
    monday = of - timedelta(days=of.weekday())
    return Period(monday, monday + timedelta(days=6), Unit.WEEK)


def month(year: int, number: int) -> Period:
    """A month; `number` may run past 12 or below 1 into other years."""
    year, number = year + (number - 1) // 12, (number - 1) % 12 + 1
    following = date(year + number // 12, number % 12 + 1, 1)
    return Period(date(year, number, 1), following - timedelta(days=1), Unit.MONTH)


def year(number: int) -> Period:
    return Period(date(number, 1, 1), date(number, 12, 31), Unit.YEAR)


def months_later(start: date, count: int) -> date:
    """The same day `count` months later, or the last of that month."""
    target = month(start.year, start.month + count)
    return min(target.start + timedelta(days=start.day - 1), target.last)


def part(of: Period, name: str) -> Period:
    """A named part of a period: 上旬, 中旬, 下旬, 前半, 後半, 初め, 半ば, 末. What has no such part stays whole."""
    if of.end is None or of.unit is Unit.DAY:
        return of
    if of.unit is Unit.MONTH:
        return _part_of_month(of, name)
    length = (of.end - of.start).days + 1
    half = timedelta(days=length // 2)
    third = timedelta(days=max(length // 3, 1))
    match name:
        case "前半":
            return Period(of.start, of.start + half - timedelta(days=1))
        case "後半":
            return Period(of.start + half, of.end)
        case "上旬" | "初め":
            return Period(of.start, of.start + third)
        case "中旬" | "半ば":
            return Period(of.start + third, of.end - third)
        case _:
            return Period(of.end - third, of.end)


def _part_of_month(of: Period, name: str) -> Period:
    first, last = {
        "上旬": (1, 10),
        "初め": (1, 10),
        "中旬": (11, 20),
        "半ば": (11, 20),
        "下旬": (21, 31),
        "前半": (1, 15),
        "後半": (16, 31),
        "末": (of.last.day - 6, 31),
    }[name]
    return Period(of.start.replace(day=first), of.start.replace(day=min(last, of.last.day)))


def nth_weekday(of: Period, nth: int, weekday: int) -> date | None:
    """The nth (1…5; -1 the last) such weekday of a period, or None where it has none."""
    if of.end is None:
        return None
    first = of.start + timedelta(days=(weekday - of.start.weekday()) % 7)
    if nth < 0:
        last = of.end - timedelta(days=(of.end.weekday() - weekday) % 7)
        return last if last >= of.start else None
    found = first + timedelta(weeks=nth - 1)
    return found if found <= of.end else None


@dataclass(frozen=True, slots=True)
class Calendar:
    """Finds the day that is meant where its year or month is left out.

    Residents (`looking_back` False) mean the next one from `today`. An announcement means the one before its course:
    there `today` is the course's first day.
    """

    today: date
    looking_back: bool = False

    def on(self, month_number: int, day_number: int) -> date | None:
        """The day of an omitted year; None for a day that no calendar has."""
        return self._choose([_date(self.today.year + shift, month_number, day_number) for shift in range(-1, 9)])

    def in_month(self, number: int) -> Period:
        """A month of an omitted year: this one while it lasts, else the next."""
        shift = 12 if number < self.today.month and not self.looking_back else 0
        return month(self.today.year, number + shift)

    def day_of_month(self, number: int) -> date | None:
        """The 5th, of this month or of the next one that has it."""
        months = [month(self.today.year, self.today.month + shift).start for shift in range(-1, 4)]
        return self._choose([_date(first.year, first.month, number) for first in months])

    def span(self, first: str, last: str) -> Period:
        """The running or next period between two "month-day" texts; its past days are left out."""
        for shift in (-1, 0, 1):
            start = _month_day(self.today.year + shift, first)
            end = _month_day(self.today.year + shift + (last < first), last)
            if end >= self.today:
                return self.from_today(Period(start, end))
        raise AssertionError("a yearly period always has a next one")

    def from_today(self, period: Period) -> Period:
        """The period without its days that are past, unless all are."""
        if period.start < self.today <= period.last:
            return replace(period, start=self.today)
        return period

    def weekday(self, number: int) -> date:
        """The next such weekday after today."""
        return self.today + timedelta(days=(number - self.today.weekday() - 1) % 7 + 1)

    def holiday(self, name: str) -> date | None:
        """The next public holiday of this name."""
        for shift in range(2):
            for on, called in jpholiday.year_holidays(self.today.year + shift):
                if called == name and on >= self.today:
                    return on
        return None

    def next_holiday(self) -> date | None:
        """The next public holiday after today."""
        days = (self.today + timedelta(days=ahead) for ahead in range(1, 200))
        return next((on for on in days if jpholiday.is_holiday(on)), None)

    def days_off(self, at_least: int) -> Period | None:
        """The next run of so many days without work."""
        start = self.today
        for _ in range(400):
            run = _run_of_days_off(start)
            if run is not None and (run.last - run.start).days + 1 >= at_least:
                return run
            start = (run.last if run else start) + timedelta(days=1)
        return None

    def days_off_around(self, on: date) -> Period:
        """The whole run of days without work that holds a day."""
        while _is_off(on - timedelta(days=1)):
            on -= timedelta(days=1)
        return _run_of_days_off(on) or day(on)

    def _choose(self, candidates: list[date | None]) -> date | None:
        days = [candidate for candidate in candidates if candidate is not None]
        if self.looking_back:
            return max((candidate for candidate in days if candidate <= self.today + _LATE), default=None)
        return min((candidate for candidate in days if candidate >= self.today), default=None)


def named(name: str) -> tuple[str, str]:
    """First and last "month-day" of a period of the vocabulary."""
    tables = vocabulary("calendar")
    entry = tables["periods"].get(name) or tables["occasions"][name]
    return entry["from"], entry["to"]


def _run_of_days_off(start: date) -> Period | None:
    if not _is_off(start):
        return None
    end = start
    while _is_off(end + timedelta(days=1)):
        end += timedelta(days=1)
    return Period(start, end)


def _is_off(on: date) -> bool:
    return on.weekday() >= 5 or jpholiday.is_holiday(on)


def _date(year_number: int, month_number: int, day_number: int) -> date | None:
    try:
        return date(year_number, month_number, day_number)
    except ValueError:
        return None


def _month_day(year_number: int, text: str) -> date:
    month_number, day_number = map(int, text.split("-"))
    last = month(year_number, month_number).last
    return last.replace(day=min(day_number, last.day))
