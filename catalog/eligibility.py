"""Who may join a course, and if not, why: pure rules that answer with reasons, never with words.

What the rows say of a party is passed in (`Standing`, read by `catalog.standing`). In doubt nobody is refused; what a
course must know and nobody has told yet is asked for (`missing`). In a parent-and-child course all that is asked for
is asked of the child: its carer comes along.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from catalog.models import Belonging, CourseRules, CourseStatus, Person, Relation, Residency
from catalog.people import AgeRange, age_on, grades_on
from catalog.reading.grades import Grades, read_grades
from catalog.search.entry import CourseEntry, to_the_minute

ADULT = 18
_FISCAL_YEAR_FROM = 4  # April


class RefusalCode(StrEnum):
    CANCELLED = "cancelled"  # the course is not held
    FINISHED = "finished"  # no session to come
    NOT_OPEN_YET = "not_open_yet"  # applications open later
    CLOSED = "closed"  # the deadline has passed
    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"
    GRADE_TOO_LOW = "grade_too_low"  # 学年
    GRADE_TOO_HIGH = "grade_too_high"
    NOT_OF_THE_CITY = "not_of_the_city"  # 在住, 在勤 or 在学, as the course asks
    WRONG_GENDER = "wrong_gender"
    NEEDS_CARER = "needs_carer"  # 親子: a child without a grown-up
    NEEDS_CHILD = "needs_child"  # 親子: a grown-up without a child
    NOT_FIRST_TIME = "not_first_time"  # 初めての方
    NOT_IN_SERIES = "not_in_series"  # has taken no other course of the series
    SERIES_QUOTA = "series_quota"  # as many courses of the series as one may take
    YEAR_QUOTA = "year_quota"  # the same within the fiscal year (年度)
    NO_CHILDCARE = "no_childcare"  # 保育 is not offered
    CHILDCARE_TOO_YOUNG = "childcare_too_young"
    CHILDCARE_TOO_OLD = "childcare_too_old"
    CHILDCARE_FULL = "childcare_full"  # no place for one more child
    NO_REGISTRATION = "no_registration"  # one just comes
    TOO_MANY = "too_many"  # a party larger than the whole course
    FULL = "full"  # no seat for one more
    ALREADY_IN = "already_in"  # by another registration
    OTHERS_WAIT = "others_wait"  # behind this party: it cannot grow any more
    PARTY_FULL = "party_full"  # as many friends as one application may hold
    TOO_LATE_TO_CANCEL = "too_late_to_cancel"  # by a tap; a call is needed


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not. `person_id` where one person of the party is the reason."""

    code: RefusalCode
    person_id: int | None = None


class Fact(StrEnum):
    """What a course may have to know of somebody, and what is asked for only then."""

    BELONGING = "belonging"  # 在住・在勤・在学
    GENDER = "gender"


@dataclass(frozen=True, slots=True)
class Missing:
    """Not yet: a fact must be asked for first, of these people of the party."""

    fact: Fact
    person_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Another course of the series in which somebody stands or was. `on`: its first day; `present`: seen there."""

    person_id: int
    course_id: int
    on: date | None
    confirmed: bool = False
    present: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the rows say of a party and one course: its rules, and what of the people these ask for.

    `companions` are others of their household who stand in the course already.
    """

    rules: CourseRules
    taken: tuple[Taken, ...] = ()
    companions: tuple[Person, ...] = field(default=())


_NO_RULES = Standing(rules=CourseRules(course_id=0))


def window(course: CourseEntry, now: datetime) -> Refusal | None:
    """Whether anybody may apply at `now`. The minute of the opening and the minute of the deadline belong to it."""
    if course.status is not CourseStatus.SCHEDULED:
        return Refusal(RefusalCode.CANCELLED)
    if not course.goes_on(now):
        return Refusal(RefusalCode.FINISHED)
    if course.apply_from is not None and now < course.apply_from:
        return Refusal(RefusalCode.NOT_OPEN_YET)
    if course.apply_until is not None and to_the_minute(now) > course.apply_until:
        return Refusal(RefusalCode.CLOSED)
    return None


def party(
    course: CourseEntry,
    people: Sequence[Person],
    *,
    now: datetime,
    zone: ZoneInfo,
    standing: Standing = _NO_RULES,
    in_childcare: Collection[int] = (),
) -> Refusal | None:
    """Whether all may join at `now`; if not, the first reason why. Who is `in_childcare` is only looked after."""
    attending = [someone for someone in people if someone.id not in in_childcare]
    looked_after = [someone for someone in people if someone.id in in_childcare]
    return (
        window(course, now)
        or _first(person(course, one, now=now, zone=zone, standing=standing) for one in attending)
        or _first(childcare(course, one, now=now, zone=zone, standing=standing) for one in looked_after)
        or together(course, people, now=now, zone=zone, standing=standing, in_childcare=in_childcare)
    )


def person(
    course: CourseEntry, someone: Person, *, now: datetime, zone: ZoneInfo, standing: Standing = _NO_RULES
) -> Refusal | None:
    """Whether this person may join, whoever else does: age and grade, the city, gender, history."""
    day = reference_day(course, now=now, zone=zone, rules=standing.rules)
    age = age_on(someone, day)
    carer = course.parent_child and _may_be_carer(someone, age)
    code = _grade(course, someone, standing.rules, day, carer=carer) or _age(course, age, carer=carer)
    if code is None and not carer:
        year = fiscal_year(first_day(course, now=now, zone=zone))
        code = _city(course, someone) or _gender(someone, standing.rules) or _history(someone, standing, year)
    return Refusal(code, someone.id) if code else None


def childcare(
    course: CourseEntry, child: Person, *, now: datetime, zone: ZoneInfo, standing: Standing = _NO_RULES
) -> Refusal | None:
    """Whether a child can be looked after meanwhile, by its age on the reference day."""
    rules = standing.rules
    if not course.childcare and rules.childcare_capacity is None:
        return Refusal(RefusalCode.NO_CHILDCARE, child.id)
    age = age_on(child, reference_day(course, now=now, zone=zone, rules=rules))
    if rules.childcare_min_age is not None and age.high is not None and age.high < rules.childcare_min_age:
        return Refusal(RefusalCode.CHILDCARE_TOO_YOUNG, child.id)
    if rules.childcare_max_age is not None and age.low is not None and age.low > rules.childcare_max_age:
        return Refusal(RefusalCode.CHILDCARE_TOO_OLD, child.id)
    return None


def together(
    course: CourseEntry,
    people: Sequence[Person],
    *,
    now: datetime,
    zone: ZoneInfo,
    standing: Standing = _NO_RULES,
    in_childcare: Collection[int] = (),
) -> Refusal | None:
    """Whether a parent-and-child course gets both, and a child in childcare somebody who attends. Who may be is."""
    day = reference_day(course, now=now, zone=zone, rules=standing.rules)
    all_of_them = [*(one for one in people if one.id not in in_childcare), *standing.companions]
    if not all_of_them:
        return Refusal(RefusalCode.NEEDS_CARER, people[0].id if people else None)
    if not course.parent_child:
        return None
    if not any(_may_be_carer(someone, age_on(someone, day)) for someone in all_of_them):
        return Refusal(RefusalCode.NEEDS_CARER, all_of_them[0].id)
    if all(_surely_grown_up(someone, age_on(someone, day)) for someone in all_of_them):
        return Refusal(RefusalCode.NEEDS_CHILD, all_of_them[0].id)
    return None


def missing(
    course: CourseEntry, people: Iterable[Person], *, now: datetime, zone: ZoneInfo, standing: Standing = _NO_RULES
) -> Missing | None:
    """What must be asked before those who attend may apply: one fact at a time, of all who have not told it."""
    day = reference_day(course, now=now, zone=zone, rules=standing.rules)
    asked = [one for one in people if not (course.parent_child and _may_be_carer(one, age_on(one, day)))]
    if course.residency is not Residency.NONE and (silent := [one for one in asked if one.belonging is None]):
        return Missing(Fact.BELONGING, tuple(one.id or 0 for one in silent))
    if standing.rules.gender is not None and (silent := [one for one in asked if one.gender is None]):
        return Missing(Fact.GENDER, tuple(one.id or 0 for one in silent))
    return None


def reference_day(course: CourseEntry, *, now: datetime, zone: ZoneInfo, rules: CourseRules | None = None) -> date:
    """The day on which ages and grades count: the one that the course names, else its first day."""
    if rules is not None and rules.reference_day is not None:
        return rules.reference_day
    return first_day(course, now=now, zone=zone)


def first_day(course: CourseEntry, *, now: datetime, zone: ZoneInfo) -> date:
    """That of the first session held, whether past or to come; today for a course without any."""
    first = next((session.starts_at for session in course.sessions if not session.cancelled), now)
    return first.astimezone(zone).date()


def grades_of(course: CourseEntry, rules: CourseRules) -> Grades | None:
    """The grades a course is for: those that staff set, else those that its announcement names; None for neither."""
    if rules.min_grade is not None or rules.max_grade is not None:
        return Grades(rules.min_grade, rules.max_grade)
    return read_grades(course.target_text) if course.target_text else None


def fiscal_year(day: date) -> int:
    """年度: the year in which it begins, in April."""
    return day.year - (day.month < _FISCAL_YEAR_FROM)


def _first(refusals: Iterable[Refusal | None]) -> Refusal | None:
    return next((refusal for refusal in refusals if refusal is not None), None)


def _grade(course: CourseEntry, someone: Person, rules: CourseRules, day: date, *, carer: bool) -> RefusalCode | None:
    asked = grades_of(course, rules)
    if asked is None:
        return None
    grade = grades_on(someone, day)
    if asked.low is not None and grade.high is not None and grade.high < asked.low:
        return RefusalCode.GRADE_TOO_LOW
    if asked.high is not None and grade.low is not None and grade.low > asked.high and not carer:
        return RefusalCode.GRADE_TOO_HIGH
    return None


def _age(course: CourseEntry, age: AgeRange, *, carer: bool) -> RefusalCode | None:
    if course.min_age is not None and age.high is not None and age.high < course.min_age:
        return RefusalCode.TOO_YOUNG
    if course.max_age is not None and age.low is not None and age.low > course.max_age and not carer:
        return RefusalCode.TOO_OLD
    return None


def _city(course: CourseEntry, someone: Person) -> RefusalCode | None:
    """As declared; whoever has declared nothing is asked, not refused."""
    match course.residency:
        case Residency.RESIDENTS:
            belongs = someone.belonging in (None, Belonging.RESIDENT)
        case Residency.RESIDENTS_OR_WORKERS_OR_STUDENTS:
            belongs = someone.belonging is not Belonging.NONE
        case Residency.NONE:
            belongs = True
    return None if belongs else RefusalCode.NOT_OF_THE_CITY


def _gender(someone: Person, rules: CourseRules) -> RefusalCode | None:
    fits = rules.gender is None or someone.gender in (None, rules.gender)
    return None if fits else RefusalCode.WRONG_GENDER


def _history(someone: Person, standing: Standing, year: int) -> RefusalCode | None:
    """What other courses of the series say. Only who was seen there is no first-timer; a place is not enough."""
    rules = standing.rules
    others = [taken for taken in standing.taken if taken.person_id == someone.id]
    courses = {taken.course_id for taken in others}
    this_year = {taken.course_id for taken in others if taken.on is not None and fiscal_year(taken.on) == year}
    if rules.first_timers_only and any(taken.present for taken in others):
        return RefusalCode.NOT_FIRST_TIME
    if rules.series_members_only and not any(taken.present or taken.confirmed for taken in others):
        return RefusalCode.NOT_IN_SERIES
    if rules.quota_per_series is not None and len(courses) >= rules.quota_per_series:
        return RefusalCode.SERIES_QUOTA
    if rules.quota_per_year is not None and len(this_year) >= rules.quota_per_year:
        return RefusalCode.YEAR_QUOTA
    return None


def _may_be_carer(someone: Person, age: AgeRange) -> bool:
    """A child only when surely grown up, anybody else unless surely not."""
    if someone.relation is Relation.CHILD:
        return age.low is not None and age.low >= ADULT
    return age.high is None or age.high >= ADULT


def _surely_grown_up(someone: Person, age: AgeRange) -> bool:
    if age.low is not None:
        return age.low >= ADULT
    return someone.relation in (Relation.PARTNER, Relation.PARENT)
