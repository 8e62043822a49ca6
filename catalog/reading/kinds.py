"""What an entry of a municipal list is: a course, or a closure, a notice, a recruitment, a consultation."""

import re
from functools import cache

from catalog.models.course import CourseKind
from catalog.reading.vocabulary import vocabulary

_ORDER = (CourseKind.CLOSURE, CourseKind.RECRUITMENT, CourseKind.NOTICE, CourseKind.CONSULTATION)
_CATEGORIES = {"相談": CourseKind.CONSULTATION, "お知らせ": CourseKind.NOTICE, "休館": CourseKind.CLOSURE}


def read_kind(title: str, category: str = "") -> CourseKind:
    """The kind, by the wordings of `data/kinds.toml`; plain texts. What nothing speaks against is a course."""
    is_course, patterns = _patterns()
    learns = bool(is_course.search(title))
    for kind, (always, unless_course) in patterns.items():
        if not learns and (always.search(title) or unless_course.search(title)):
            return kind
        if kind in (CourseKind.CLOSURE, CourseKind.RECRUITMENT) and always.search(title):
            return kind
    return CourseKind.COURSE if learns else _CATEGORIES.get(category.strip(), CourseKind.COURSE)


@cache
def _patterns() -> tuple[re.Pattern[str], dict[CourseKind, tuple[re.Pattern[str], re.Pattern[str]]]]:
    tables = vocabulary("kinds")
    patterns = {
        kind: (re.compile("|".join(tables[kind]["always"])), re.compile("|".join(tables[kind]["unless_course"])))
        for kind in _ORDER
    }
    return re.compile("|".join(tables["still_a_course"])), patterns
