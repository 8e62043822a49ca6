"""Days that move with today: the notation of the sample announcements, and how a newsletter prints the result.

A wish is an offset in days and, if it matters, the days of the week:

    +3              three days from today
    -14             a fortnight ago
    +12 sat         the first Saturday that is at least 12 days away
    +5 tue,thu      the first Tuesday or Thursday at least 5 days away
    +9 sat2,sat4    the first second or fourth Saturday of a month at least 9 days away

A series goes on with the next days that suit the same wish. No session falls into the days around New Year on which
public halls are closed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice, takewhile

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KANJI = "月火水木金土日"
_WISH = re.compile(r"(?P<offset>[+-]\d+)(?: (?P<weekdays>[a-z]{3}[1-5]?(?:,[a-z]{3}[1-5]?)*))?")


@dataclass(frozen=True, slots=True)
class Wish:
    """An offset from today in days, and the days that suit: (weekday, its place in the month or None). None: all."""

    offset: int
    weekdays: frozenset[tuple[int, int | None]]

    @classmethod
    def read(cls, text: str) -> "Wish":
        """Reads the notation; a ValueError names what cannot be read."""
        found = _WISH.fullmatch(text)
        if found is None:
            raise ValueError(f"not a day of the sample catalogue: {text!r}")
        parts = (found["weekdays"] or "").split(",") if found["weekdays"] else []
        return cls(int(found["offset"]), frozenset(_weekday(part) for part in parts))

    def suits(self, day: date) -> bool:
        """Whether the day is one of the wished weekdays."""
        place = (day.day + 6) // 7
        return not self.weekdays or bool(self.weekdays & {(day.weekday(), None), (day.weekday(), place)})

    def days(self, today: date) -> Iterator[date]:
        """All days that suit, from the offset on, without end."""
        start = today + timedelta(days=self.offset)
        return filter(self.suits, (start + timedelta(days=more) for more in count()))


def wished_day(text: str, today: date) -> date:
    """The one day that a wish names."""
    return next(Wish.read(text).days(today))


def session_days(text: str, today: date, *, times: int = 1, every: int = 1) -> list[date]:
    """The days of a series of `times` sessions on every `every`-th day that suits, halls being open."""
    open_days = (day for day in Wish.read(text).days(today) if not halls_closed(day))
    return list(islice(open_days, 0, times * every, every))


def left_out(text: str, days: Sequence[date]) -> list[date]:
    """The days within a series that suit the wish but fall into the days on which halls are closed."""
    between = takewhile(lambda day: day < days[-1], Wish(0, Wish.read(text).weekdays).days(days[0]))
    return [day for day in between if halls_closed(day)]


def halls_closed(day: date) -> bool:
    """29 December to 3 January."""
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)


def printed(day: date) -> str:
    """As a newsletter prints a day: 12月5日(土)."""
    return f"{day.month}月{day.day}日({KANJI[day.weekday()]})"


def printed_list(days: Sequence[date]) -> str:
    """As a newsletter prints a series: 12月5日・12日・19日、1月9日."""
    months: dict[tuple[int, int], list[date]] = {}
    for day in days:
        months.setdefault((day.year, day.month), []).append(day)
    return "、".join(f"{month}月" + "・".join(f"{day.day}日" for day in group) for (_, month), group in months.items())


def _weekday(part: str) -> tuple[int, int | None]:
    return WEEKDAYS.index(part[:3]), int(part[3:]) if part[3:] else None
