"""Childcare (保育) at a course: for children of which age, and how many more."""

from datetime import date

from catalog.models import CourseRules, Person, Relation
from catalog.people import age_on

BEFORE_SCHOOL = 6  # where a course names no age: children before school (就学前)


def takes(rules: CourseRules, someone: Person, day: date) -> bool:
    """Whether somebody of the family is a child of the age that is looked after on `day`. Who may be, is."""
    age = age_on(someone, day)
    if someone.relation is Relation.SELF or not age.known:
        return someone.relation is Relation.CHILD
    low, high = age.low or 0, age.high
    if rules.childcare_max_age is not None:
        young_enough = low <= rules.childcare_max_age
    else:
        young_enough = low < BEFORE_SCHOOL or high == BEFORE_SCHOOL  # who said 小学生 may be six, and goes to school
    return young_enough and (high is None or high >= (rules.childcare_min_age or 0))


def left(rules: CourseRules) -> int | None:
    """How many more children can be looked after; None without limit."""
    return None if rules.childcare_capacity is None else max(0, rules.childcare_capacity - rules.childcare_taken)
