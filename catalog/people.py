"""The ages of people: from a birth month, or from the band they told us once."""

from dataclasses import dataclass
from datetime import date

from catalog.models import Person


@dataclass(frozen=True, slots=True)
class AgeRange:
    """Inclusive years between which a person's age lies; None is open. Both None: not known at all."""

    low: int | None = None
    high: int | None = None

    @property
    def known(self) -> bool:
        return self.low is not None or self.high is not None


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
