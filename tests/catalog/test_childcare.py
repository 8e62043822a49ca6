"""Childcare (保育): children of which age a course asks its families for, and how many places are left."""

from datetime import date
from typing import Any

import pytest

from catalog import childcare
from catalog.models import CourseRules, Person, Relation
from tests.catalog.search.factories import NOW

DAY = date(2026, 6, 24)


def someone(relation: Relation = Relation.CHILD, **facts: Any) -> Person:
    return Person(resident_id=1, relation=relation, created_at=NOW, age_told_at=NOW, **facts)


@pytest.mark.parametrize(
    ("person", "taken"),
    [
        (someone(birth_year=2024, birth_month=5), True),
        (someone(birth_year=2020, birth_month=5), True),  # six, 年長
        (someone(birth_year=2019, birth_month=5), False),
        (someone(age_min=3, age_max=5), True),
        (someone(age_min=6, age_max=12), False),  # 小学生
        (someone(), True),  # a child of unknown age: asked
        (someone(Relation.OTHER, birth_year=2024, birth_month=5), True),  # a grandchild
        (someone(Relation.OTHER), False),
        (someone(Relation.PARTNER, age_min=30, age_max=44), False),
        (someone(Relation.SELF, age_min=6, age_max=12), False),
    ],
)
def test_children_before_school_where_a_course_names_no_age(person: Person, taken: bool) -> None:
    assert childcare.takes(CourseRules(course_id=1), person, DAY) is taken


@pytest.mark.parametrize(("year", "taken"), [(2026, False), (2025, True), (2023, True), (2022, False)])
def test_the_ages_that_a_course_names(year: int, taken: bool) -> None:
    rules = CourseRules(course_id=1, childcare_min_age=1, childcare_max_age=3)
    assert childcare.takes(rules, someone(birth_year=year, birth_month=5), DAY) is taken


def test_how_many_more() -> None:
    assert childcare.left(CourseRules(course_id=1)) is None
    assert childcare.left(CourseRules(course_id=1, childcare_capacity=4, childcare_taken=1)) == 3
    assert childcare.left(CourseRules(course_id=1, childcare_capacity=1, childcare_taken=3)) == 0
