"""What there is to choose from now: nobody is offered a choice that leads to nothing."""

from datetime import datetime
from zoneinfo import ZoneInfo

from catalog.reading.life_issues import life_issue_names
from catalog.search.criteria import Criteria
from catalog.search.index import CourseIndex


def issues_offered(index: CourseIndex, *, now: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """The codes of the life issues that some course or consultation one may still join is about, as they are listed."""
    standing = index.conditions.standing(Criteria(), now=now, zone=zone)
    open_now = ~standing.barred & (standing.missed == 0)
    return tuple(code for code in life_issue_names() if (index.of_issues([code]) & open_now).any())
