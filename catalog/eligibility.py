"""Who may join a course, and if not, why: pure rules that answer with reasons, never with words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from catalog.models import CourseStatus, Person, Relation
from catalog.people import AgeRange, age_on
from catalog.search.entry import CourseEntry

ADULT = 18


class RefusalCode(StrEnum):
    CANCELLED = "cancelled"  # the course is not held
    FINISHED = "finished"  # no session to come
    NOT_OPEN_YET = "not_open_yet"  # applications open later
    CLOSED = "closed"  # the deadline has passed
    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"
    NO_REGISTRATION = "no_registration"  # one just comes
    TOO_MANY = "too_many"  # a party larger than the whole course
    FULL = "full"  # no seat for one more
    TOO_LATE_TO_CANCEL = "too_late_to_cancel"  # by a tap; a call is needed


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not. `person_id` where one person of the party is the reason."""

    code: RefusalCode
    person_id: int | None = None


def window(course: CourseEntry, now: datetime) -> Refusal | None:
    """Whether anybody may apply at `now`."""
    if course.status is not CourseStatus.SCHEDULED:
        return Refusal(RefusalCode.CANCELLED)
    if not course.coming(now):
        return Refusal(RefusalCode.FINISHED)
    if course.apply_from is not None and now < course.apply_from:
        return Refusal(RefusalCode.NOT_OPEN_YET)
    if course.apply_until is not None and now > course.apply_until:
        return Refusal(RefusalCode.CLOSED)
    return None


def person(course: CourseEntry, someone: Person, *, now: datetime, zone: ZoneInfo) -> Refusal | None:
    """Whether this person's age fits the course on the day of its first session. What may fit is not refused.

    In a parent-and-child course the ages are the child's: its carer is never refused for being older.
    """
    age = age_on(someone, reference_day(course, now=now, zone=zone))
    if course.min_age is not None and age.high is not None and age.high < course.min_age:
        return Refusal(RefusalCode.TOO_YOUNG, someone.id)
    if course.max_age is not None and age.low is not None and age.low > course.max_age:
        if course.parent_child and _may_be_carer(someone, age):
            return None
        return Refusal(RefusalCode.TOO_OLD, someone.id)
    return None


def party(course: CourseEntry, people: Iterable[Person], *, now: datetime, zone: ZoneInfo) -> Refusal | None:
    """Whether all of them may join at `now`; if not, the first reason why."""
    refusals = (person(course, someone, now=now, zone=zone) for someone in people)
    return window(course, now) or next((refusal for refusal in refusals if refusal is not None), None)


def reference_day(course: CourseEntry, *, now: datetime, zone: ZoneInfo) -> date:
    """The day on which ages count: that of the first session held, whether past or to come; else today."""
    first = next((session.starts_at for session in course.sessions if not session.cancelled), now)
    return first.astimezone(zone).date()


def _may_be_carer(someone: Person, age: AgeRange) -> bool:
    """A child only when surely grown up, anybody else unless surely not."""
    sure = age.low if someone.relation is Relation.CHILD else age.high
    return sure is None or sure >= ADULT
