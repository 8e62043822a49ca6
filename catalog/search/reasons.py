"""Why a course is shown: true of it and asked for, the most telling first."""

from datetime import datetime, timedelta

from catalog.search import lexicon
from catalog.search.criteria import Criteria, Feature, Reason
from catalog.search.entry import CourseEntry

_SOON = timedelta(days=3)
_WEEKEND = (5, 6)


def reasons(entry: CourseEntry, criteria: Criteria, now: datetime, *, titled: bool) -> tuple[Reason, ...]:
    """At least one where anything was asked for that has a word; `titled`: the words stand in the title."""
    features = criteria.features
    found = (
        (Reason.TITLE, titled),
        (Reason.SUBJECT, bool(criteria.words or criteria.fields) and not titled),
        (Reason.AGE, criteria.ages is not None and _has_ages(entry)),
        (Reason.TOGETHER, entry.parent_child and Feature.PARENT_CHILD in features),
        (Reason.CHILDCARE, entry.childcare and Feature.CHILDCARE in features),
        (Reason.NEAR, bool(criteria.places)),
        (Reason.WEEKEND, bool(criteria.weekdays) and set(criteria.weekdays) <= set(_WEEKEND)),
        (Reason.FREE, criteria.max_fee is not None and entry.fee_yen == 0),
        (Reason.BEGINNER, Feature.BEGINNER in features and is_for_beginners(entry)),
        (Reason.CLOSING_SOON, is_closing_soon(entry, now)),
    )
    return tuple([reason for reason, holds in found if holds])


def is_for_beginners(entry: CourseEntry) -> bool:
    easy, _ = lexicon.beginner_words()
    return any(word in f"{entry.title} {entry.description}" for word in easy)


def is_closing_soon(entry: CourseEntry, now: datetime) -> bool:
    """Whether its applications close within three days."""
    return entry.apply_until is not None and now <= entry.apply_until <= now + _SOON


def _has_ages(entry: CourseEntry) -> bool:
    return entry.min_age is not None or entry.max_age is not None
