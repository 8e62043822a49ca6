"""What is looked for: words and slots, as understood from a resident's text or chosen by buttons."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class TimeOfDay(StrEnum):
    MORNING = "morning"  # before 12:00
    AFTERNOON = "afternoon"  # 12:00-16:59
    EVENING = "evening"  # 17:00 or later


class Feature(StrEnum):
    CHILDCARE = "childcare"
    ONLINE = "online"
    WHEELCHAIR = "wheelchair"
    SIGN_LANGUAGE = "sign_language"
    PARENT_CHILD = "parent_child"
    BEGINNER = "beginner"
    NO_REGISTRATION = "no_registration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """All optional and all joined by "and"; within one slot its values are joined by "or".

    `ages` are inclusive years of whoever takes part, None open. `dates` are inclusive civil days, an open end None.
    `weekdays` count from Monday = 0. `max_fee` in yen, 0 is free. `places` are names of venues or areas.
    `fields` and `issues` of life are codes. `words` is the rest of the text: the subject.
    """

    words: str = ""
    ages: tuple[int | None, int | None] | None = None
    dates: tuple[tuple[date, date | None], ...] = ()
    weekdays: tuple[int, ...] = ()
    time_of_day: tuple[TimeOfDay, ...] = ()
    places: tuple[str, ...] = ()
    max_fee: int | None = None
    features: tuple[Feature, ...] = ()
    fields: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()  # "英語以外"

    def is_empty(self) -> bool:
        """Nothing is asked for: an empty text without any slot."""
        return self == Criteria()


class Reason(StrEnum):
    """Why a course is shown, or what an alternative relaxed. `handlers` has the words."""

    TITLE = "title"  # the words stand in its title
    SUBJECT = "subject"  # its text or field is about it
    INTEREST = "interest"  # one of the resident's fields
    RELATED = "related"  # of another field, but near to one of theirs
    AGE = "age"  # made for this age
    OPEN = "open"  # to this age, and made for none in particular
    NEAR = "near"  # in the resident's area
    FREE = "free"
    WEEKEND = "weekend"
    BEGINNER = "beginner"
    CLOSING_SOON = "closing_soon"
    CHILDCARE = "childcare"
    TOGETHER = "together"  # parent and child
    OWN_WORDS = "own_words"
    LIKE_BEFORE = "like_before"  # like one they applied for, attended or saved
    LOOKED_AT = "looked_at"  # of a field they have lately looked at
    NEW = "new"


class Relaxed(StrEnum):
    DATE = "date"
    WEEKDAY = "weekday"
    TIME_OF_DAY = "time_of_day"
    PLACE = "place"
    FEE = "fee"
    LEVEL = "level"
    REGISTRATION = "registration"  # applications are closed or not open yet
    SUBJECT = "subject"  # a neighbour in meaning, not the thing itself
