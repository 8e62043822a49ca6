"""The ages and school grades of people: from a birth month, or from the band they told us once."""

from dataclasses import dataclass
from datetime import date, timedelta

from catalog.models import Person


@dataclass(frozen=True, slots=True)
class AgeRange:
    """Inclusive years between which a person's age lies; None is open. Both None: not known at all."""

    low: int | None = None
    high: int | None = None

    @property
    def known(self) -> bool:
        return self.low is not None or self.high is not None

    def may_lie_within(self, low: int | None, high: int | None) -> bool:
        """Whether one of these years may be the person's; not where nothing is known of them."""
        above = low is None or self.high is None or self.high >= low
        below = high is None or self.low is None or self.low <= high
        return self.known and above and below


AGE_BANDS: dict[str, tuple[int, int | None]] = {
    "0-2": (0, 2),
    "3-5": (3, 5),
    "6-12": (6, 12),
    "13-18": (13, 18),
    "19-29": (19, 29),
    "30-44": (30, 44),
    "45-64": (45, 64),
    "65-74": (65, 74),
    "75-": (75, None),
}


def age_on(person: Person, day: date) -> AgeRange:
    """The person's age on a day. Within the birth month the birthday counts as past: nobody is refused for a doubt.

    A band ages with the years since it was told, so that a child does not stay a child for ever.
    """
    if person.birth_year is not None:
        had_birthday = person.birth_month is None or day.month >= person.birth_month
        age = max(0, day.year - person.birth_year - (0 if had_birthday else 1))
        if person.birth_month is None:
            return AgeRange(max(0, age - 1), age)
        return AgeRange(age, age)
    told = person.age_told_at
    years = max(0, day.year - told.year - ((day.month, day.day) < (told.month, told.day))) if told else 0
    low = None if person.age_min is None else person.age_min + years
    high = None if person.age_max is None else person.age_max + years + (1 if years else 0)
    return AgeRange(low, high)


@dataclass(frozen=True, slots=True)
class GradeRange:
    """Inclusive grades of Japanese schools between which somebody's lies: 1–6 小学, 7–9 中学, 10–12 高校.

    0 and less is before school, 13 and more after it. None is open; both None: not known at all.
    """

    low: int | None = None
    high: int | None = None


def grades_on(person: Person, day: date) -> GradeRange:
    """The grade that somebody is in on a day, as far as their birth month or band tells.

    A school year runs from 1 April, for those born from 2 April: whoever was born on 1 April belongs to the elder year.
    Whoever was born in April may so be in either of two.
    """
    year = day.year - ((day.month, day.day) < (4, 1))
    eldest, youngest = _school_years_of_birth(person, day)
    return GradeRange(
        None if youngest is None else year - youngest - 6,
        None if eldest is None else year - eldest - 6,
    )


def _school_years_of_birth(person: Person, day: date) -> tuple[int | None, int | None]:
    """The earliest and the latest school year (2 April to 1 April) in which the person may have been born."""
    born = person.birth_year
    if born is not None:
        month = person.birth_month
        return born - (month is None or month <= 4), born - (month is not None and month < 4)
    told = person.age_told_at.date() if person.age_told_at else day
    eldest = None if person.age_max is None else _school_year(told + timedelta(days=1)) - person.age_max - 1
    youngest = None if person.age_min is None else _school_year(told) - person.age_min
    return eldest, youngest


def _school_year(birthday: date) -> int:
    return birthday.year - ((birthday.month, birthday.day) < (4, 2))
