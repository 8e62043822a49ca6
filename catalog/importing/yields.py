"""How much a list says: for each fact, from how many of its rows it could be read."""

from collections.abc import Iterator

from catalog.importing.drafting import CourseDraft
from catalog.importing.report import FACTS
from catalog.models.course import Residency, Selection

_YES_OR_UNSAID = ("parent_child", "childcare", "online", "wheelchair", "sign_language")


def stated(course: CourseDraft) -> Iterator[str]:
    """The facts, of `FACTS`, that a course's announcement states; what is not said is not stated."""
    columns = course.columns
    said = {
        **{fact: columns.get(fact) is not None for fact in FACTS},
        **{fact: bool(columns[fact]) for fact in _YES_OR_UNSAID},
        "ages": columns["min_age"] is not None or columns["max_age"] is not None,
        "residency": columns["residency"] is not Residency.NONE,
        "selection": columns["selection"] is not Selection.NONE,
        "fields": bool(course.fields),
        "life_stages": bool(course.life_stages),
        "life_issues": bool(course.life_issues),
    }
    return (fact for fact in FACTS if said[fact])
