"""The facts of a course that conditions ask for, as one row of numbers: read once a course, kept with the index."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.models.course import CourseKind, CourseStatus
from catalog.reading.access import ages_looked_after
from catalog.reading.target import ages_of_nobody
from catalog.search import lexicon
from catalog.search.audience import (
    children_of_parents,
    hinted_ages,
    is_about_siblings,
    is_for_children_too,
    is_for_many,
    is_for_parents,
    welcomes_children_along,
)
from catalog.search.circumstances import beside_parents, circumstances_of
from catalog.search.entry import CourseEntry
from catalog.search.reasons import is_for_beginners

OLDEST = 120
FAR = 2**62  # a moment that never comes
UNKNOWN_FEE = -1
_NO_AGES = (OLDEST + 1, OLDEST + 1)
KINDS = tuple(CourseKind)  # `kind` is a place in it

_FLAGS = (
    *("ageless", "together", "no_registration", "held", "childcare", "online", "wheelchair", "sign_language"),
    *("children_too", "parents", "siblings", "along", "many", "beginners"),
)
FACTS = np.dtype(
    [("id", "i8")]
    + [("youngest", "i8"), ("oldest", "i8"), ("fee", "i8"), ("apply_from", "i8"), ("apply_until", "i8")]
    + [("published", "i8")]
    + [("nobody_from", "i8"), ("nobody_to", "i8")]
    + [("circumstances", "i8"), ("beside_parents", "i8"), ("care_youngest", "i8"), ("care_oldest", "i8")]
    + [("child_youngest", "i8"), ("child_oldest", "i8"), ("hinted_youngest", "i8"), ("hinted_oldest", "i8")]
    + [("kind", "u1"), ("level", "i1"), ("said_weekdays", "u1"), ("said_times", "u1")]
    + [(flag, "?") for flag in _FLAGS]
)
SESSIONS = np.dtype([("course", "i4"), ("starts", "i8"), ("ends", "i8"), ("all_day", "?")])

# A course for people in wheelchairs has room for them, whether it says so or not.
_FOR_WHEELCHAIRS = re.compile(
    r"車(?:いす|椅子|イス)(?:バスケ|テニス|ラグビー|ダンス|スポーツ|ハンドボール|フェンシング|マラソン)"
)
_SAID_DAYS = re.compile(
    r"(?:毎週|第[0-90-9・、,第]+)\s*([月火水木金土日](?:[・、,と及び]*[月火水木金土日])*)|([月火水木金土日])曜"
)
MORNING, AFTERNOON, EVENING = 1, 2, 4  # times of day, as bits
_SAID_TIMES = ((re.compile("午前|朝"), MORNING), (re.compile("午後|昼"), AFTERNOON), (re.compile("夜|夕"), EVENING))


def facts_of(entries: Iterable[CourseEntry]) -> NDArray[Any]:
    """One row of FACTS a course."""
    return np.array([_row(entry) for entry in entries], FACTS)


def sessions_of(entries: Iterable[CourseEntry]) -> NDArray[Any]:
    """One row of SESSIONS for each that is not cancelled, course by course. Moments are timestamps."""
    return np.array(
        [
            (course, starts := _timestamp(one.starts_at, 0), _timestamp(one.ends_at, starts), one.all_day)
            for course, entry in enumerate(entries)
            for one in entry.sessions
            if not one.cancelled
        ],
        SESSIONS,
    )


def _row(entry: CourseEntry) -> tuple[Any, ...]:
    schedule = entry.schedule_text or ""
    nobody = ages_of_nobody(entry.target_text or "")
    parents, circumstances = is_for_parents(entry), circumstances_of(entry)
    for_a_child = circumstances & beside_parents()  # who expects one, or has a grandchild
    beside = for_a_child if parents else 0
    hinted = (0, None) if parents or for_a_child else hinted_ages(entry)
    return (
        entry.id,
        entry.min_age or 0,
        OLDEST if entry.max_age is None else entry.max_age,
        UNKNOWN_FEE if entry.fee_yen is None else entry.fee_yen,
        _timestamp(entry.apply_from, -FAR),
        _timestamp(entry.apply_until, FAR),
        _timestamp(entry.published_at, -FAR),
        *((nobody.low, nobody.high) if nobody else _NO_AGES),
        circumstances & ~beside,
        beside,
        *(ages_looked_after(entry.description) if entry.childcare else _NO_AGES),
        *(children_of_parents(entry) if parents else _NO_AGES),
        hinted[0],
        OLDEST if hinted[1] is None else hinted[1],
        KINDS.index(entry.kind),
        _level(entry),
        _said_weekdays(schedule),
        _said_times(schedule),
        entry.min_age is None and entry.max_age is None and nobody is None,
        entry.parent_child,
        entry.registration_needed is False,
        entry.status is CourseStatus.SCHEDULED,
        entry.childcare,
        entry.online,
        entry.wheelchair or _FOR_WHEELCHAIRS.search(entry.title) is not None,
        entry.sign_language,
        is_for_children_too(entry),
        parents,
        parents and is_about_siblings(entry),
        welcomes_children_along(entry),
        is_for_many(entry),
        is_for_beginners(entry),
    )


def _level(entry: CourseEntry) -> int:
    """1 for beginners, -1 for the advanced, 0 for whoever comes; a title says it more surely than a text."""
    easy, hard = lexicon.beginner_words()
    for text in (entry.title, entry.description):
        for level, said in ((1, easy), (-1, hard)):
            if any(word in text for word in said):
                return level
    return 0


def _timestamp(moment: datetime | None, otherwise: int) -> int:
    return otherwise if moment is None else int(moment.timestamp())


def _said_weekdays(schedule: str) -> int:
    days = "".join(a or b for a, b in _SAID_DAYS.findall(schedule))
    return sum(1 << "月火水木金土日".index(day) for day in set(days) if day in "月火水木金土日")


def _said_times(schedule: str) -> int:
    return sum(bit for said, bit in _SAID_TIMES if said.search(schedule))
