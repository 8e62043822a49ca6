"""The atoms of the date grammar: the smallest wordings that mean a day, a period, weekdays, or a part of a period."""

from dataclasses import dataclass

from catalog.reading.calendar import Period


@dataclass(frozen=True, slots=True)
class Month:
    """A month without a year."""

    number: int


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day without a year."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class DayNumber:
    """A day without month and year: 20日."""

    day: int


@dataclass(frozen=True, slots=True)
class Part:
    """上旬, 前半, 末 … of what stands before it."""

    name: str


@dataclass(frozen=True, slots=True)
class Nth:
    """第1・第3土曜; -1 is the last. `counted` for 第1 and 1st; 最初の and 最後の name a single day."""

    numbers: tuple[int, ...]
    weekday: int
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Days of the week; `coming` for 今度の土曜."""

    days: tuple[int, ...]
    coming: bool = False


@dataclass(frozen=True, slots=True)
class Weekend:
    """今週末: a period and its weekdays at once."""

    period: Period


Atom = Period | Month | MonthDay | DayNumber | Part | Nth | Weekdays | Weekend
