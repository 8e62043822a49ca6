"""要件 in the city's terms: 学年, 在住・在勤・在学, 親子, 初めての方, series and quotas, gender, 保育, 申込期間."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import eligibility
from catalog.eligibility import Fact, Missing, RefusalCode, Standing, Taken
from catalog.models import Belonging, CourseRules, Gender, Person, Relation, Residency
from tests.catalog.search.factories import NOW, TOKYO, course, local

SELF, CHILD, PARTNER, OTHER = Relation.SELF, Relation.CHILD, Relation.PARTNER, Relation.OTHER
Code = RefusalCode


def someone(relation: Relation = SELF, number: int = 7, **facts: Any) -> Person:
    return Person(id=number, resident_id=1, relation=relation, created_at=NOW, age_told_at=NOW, **facts)


def adult(number: int = 1, **facts: Any) -> Person:
    return someone(SELF, number, birth_year=1990, birth_month=1, **facts)


def child(number: int = 2, year: int = 2018, month: int = 5, **facts: Any) -> Person:
    return someone(CHILD, number, birth_year=year, birth_month=month, **facts)


def standing(*taken: Taken, companions: tuple[Person, ...] = (), **rules: Any) -> Standing:
    return Standing(rules=CourseRules(course_id=1, **rules), taken=taken, companions=companions)


def refused(people: list[Person], known: Standing, *, aside: set[int] | None = None, **facts: Any) -> Code | None:
    found = eligibility.party(
        course(1, "", **facts), people, now=NOW, zone=TOKYO, standing=known, in_childcare=aside or set()
    )
    return found.code if found else None


@pytest.mark.parametrize(
    ("target", "year", "month", "code"),
    [
        ("小学3〜4年生", 2018, 4, None),  # 8 years old; born on the first they are in 小3
        ("小学3〜4年生", 2018, 5, Code.GRADE_TOO_LOW),  # as old, but 小2
        ("小学3〜4年生", 2016, 4, None),
        ("小学3〜4年生", 2016, 3, Code.GRADE_TOO_HIGH),
        ("小学3年生以上", 1990, 1, None),
        ("小学生", 2020, 5, Code.GRADE_TOO_LOW),  # 年長
        ("小学生", 2020, 4, None),  # on the first it is 小1
        ("小学生", 2020, 3, None),  # 早生まれの小1
        ("中学生", 2011, 4, None),
        ("中学生", 2010, 5, Code.GRADE_TOO_HIGH),
        ("高校生以上", 2010, 5, None),
    ],
)
def test_grades_of_the_announcement(target: str, year: int, month: int, code: Code | None) -> None:
    """学年 is that of the school year in which the course begins, 4 July 2026."""
    assert refused([child(year=year, month=month)], standing(), target_text=target) is code


def test_grades_of_the_rules_go_before_the_announcements() -> None:
    """Staff know better than what was read."""
    second = [child(year=2018, month=5)]
    assert refused(second, standing(min_grade=1, max_grade=2), target_text="小学3〜4年生") is None
    assert refused(second, standing(min_grade=3), target_text="小学生") is Code.GRADE_TOO_LOW
    assert refused(second, standing(max_grade=1)) is Code.GRADE_TOO_HIGH


def test_ages_and_grades_count_on_the_day_that_the_course_names() -> None:
    """基準日 1 April, though the course begins on 4 July."""
    at_six = [child(year=2020, month=6)]
    assert refused(at_six, standing(), min_age=6) is None
    assert refused(at_six, standing(reference_day=date(2026, 4, 1)), min_age=6) is Code.TOO_YOUNG
    eve, day = standing(reference_day=date(2026, 3, 31)), standing(reference_day=date(2026, 4, 1))
    assert refused([child(year=2019, month=5)], eve, target_text="小学生") is Code.GRADE_TOO_LOW
    assert refused([child(year=2019, month=5)], day, target_text="小学生") is None


ONLY, ALL_THREE = Residency.RESIDENTS, Residency.RESIDENTS_OR_WORKERS_OR_STUDENTS


@pytest.mark.parametrize(
    ("asked", "belonging", "fits"),
    [
        (ONLY, Belonging.RESIDENT, True),
        (ONLY, Belonging.WORKER, False),
        (ONLY, Belonging.STUDENT, False),
        (ONLY, Belonging.NONE, False),
        (ALL_THREE, Belonging.RESIDENT, True),
        (ALL_THREE, Belonging.WORKER, True),
        (ALL_THREE, Belonging.STUDENT, True),
        (ALL_THREE, Belonging.NONE, False),
        (Residency.NONE, Belonging.NONE, True),
    ],
)
def test_living_working_or_learning_in_the_city(asked: Residency, belonging: Belonging, fits: bool) -> None:
    """在住, 在勤, 在学 as declared."""
    code = refused([adult(belonging=belonging)], standing(), residency=asked)
    assert code is (None if fits else Code.NOT_OF_THE_CITY)


def asked_first(people: list[Person], known: Standing, **facts: Any) -> Missing | None:
    return eligibility.missing(course(1, "", **facts), people, now=NOW, zone=TOKYO, standing=known)


def test_what_is_not_known_is_asked_once_and_never_guessed() -> None:
    """Of all who have not told it, one fact after the other; nothing where the course does not need it."""
    silent, told = adult(1), adult(2, belonging=Belonging.WORKER)
    assert refused([silent, told], standing(gender=Gender.FEMALE), residency=ONLY) is Code.NOT_OF_THE_CITY
    assert refused([silent], standing(gender=Gender.FEMALE), residency=ALL_THREE) is None
    assert asked_first([silent, told], standing(), residency=ALL_THREE) == Missing(Fact.BELONGING, (1,))
    women = standing(gender=Gender.FEMALE)
    assert asked_first([silent, told], women, residency=ALL_THREE) == Missing(Fact.BELONGING, (1,))
    assert asked_first([silent, told], women) == Missing(Fact.GENDER, (1, 2))
    assert asked_first([adult(gender=Gender.MALE)], women) is None
    assert asked_first([silent, told], standing()) is None


def test_a_course_for_one_gender() -> None:
    women = standing(gender=Gender.FEMALE)
    assert refused([adult(gender=Gender.FEMALE)], women) is None
    assert refused([adult(gender=Gender.MALE)], women) is Code.WRONG_GENDER
    assert refused([adult(gender=Gender.OTHER)], women) is Code.WRONG_GENDER
    assert refused([adult(gender=Gender.MALE)], standing()) is None


@pytest.mark.parametrize(
    ("people", "code"),
    [
        ([adult(), child()], None),
        ([child()], Code.NEEDS_CARER),
        ([someone(CHILD)], Code.NEEDS_CARER),  # a child whose age nobody told
        ([adult()], Code.NEEDS_CHILD),
        ([adult(), someone(PARTNER)], Code.NEEDS_CHILD),
        ([someone(SELF)], None),  # may be a pupil with an account of their own
        ([someone(SELF), child()], None),  # or a parent
        ([someone(OTHER), child()], None),
        ([someone(SELF, age_min=13, age_max=18)], None),  # may be either
    ],
)
def test_parent_and_child(people: list[Person], code: Code | None) -> None:
    """親子: both, where it is known; who may be the one or the other is."""
    assert refused(people, standing(), parent_child=True) is code
    assert refused(people, standing()) is None


def test_the_other_half_of_a_pair_may_stand_in_the_course_already() -> None:
    assert refused([child()], standing(companions=(adult(),)), parent_child=True) is None
    assert refused([adult()], standing(companions=(child(),)), parent_child=True) is None


def test_in_a_parent_and_child_course_requirements_are_the_childs() -> None:
    """The carer is not asked where they live, nor counted as having been there."""
    pair = [adult(belonging=Belonging.NONE, gender=Gender.MALE), child(belonging=Belonging.RESIDENT)]
    there = Taken(person_id=1, course_id=9, on=date(2026, 5, 1), present=True)
    known = standing(there, first_timers_only=True)
    assert refused(pair, known, parent_child=True, residency=ONLY, target_text="小学1〜3年生の子と保護者") is None
    assert asked_first([adult(), child()], known, parent_child=True, residency=ONLY) == Missing(Fact.BELONGING, (2,))


def took(on: date | None = date(2026, 5, 1), *, other: int = 9, **facts: Any) -> Taken:
    return Taken(person_id=1, course_id=other, on=on, **facts)


@pytest.mark.parametrize(
    ("rules", "taken", "code"),
    [
        ({"first_timers_only": True}, [], None),
        ({"first_timers_only": True}, [took(present=True)], Code.NOT_FIRST_TIME),
        ({"first_timers_only": True}, [took(confirmed=True)], None),  # has a place, was never seen
        ({"series_members_only": True}, [], Code.NOT_IN_SERIES),
        ({"series_members_only": True}, [took(present=True)], None),
        ({"series_members_only": True}, [took(confirmed=True)], None),
        ({"series_members_only": True}, [took()], Code.NOT_IN_SERIES),  # only waits there
        ({"quota_per_series": 2}, [took()], None),
        ({"quota_per_series": 2}, [took(), took(other=8)], Code.SERIES_QUOTA),
        ({"quota_per_series": 2}, [took(confirmed=True), took(present=True)], None),  # one course, told twice
        ({"quota_per_year": 1}, [took(date(2026, 4, 1))], Code.YEAR_QUOTA),
        ({"quota_per_year": 1}, [took(date(2026, 3, 31))], None),  # 前年度
        ({"quota_per_year": 1}, [took(date(2027, 3, 31))], Code.YEAR_QUOTA),
        ({"quota_per_year": 1}, [took(date(2027, 4, 1))], None),
        ({"quota_per_year": 1}, [took(None)], None),
        ({}, [took(present=True), took(other=8)], None),
    ],
)
def test_what_one_took_part_in_before(rules: dict[str, Any], taken: list[Taken], code: Code | None) -> None:
    """初めての方, 連続講座, 年度 (April to March) of the course on 4 July 2026; another's history counts for nobody."""
    assert refused([adult()], standing(*taken, **rules)) is code
    others = [replace(one, person_id=5) for one in taken]
    unknown = Code.NOT_IN_SERIES if rules.get("series_members_only") else None
    assert refused([adult()], standing(*others, **rules)) is unknown


def test_childcare_is_for_children_of_its_ages_with_somebody_who_attends() -> None:
    """保育: one to five, on the course's first day."""
    ages: dict[str, Any] = {"childcare_min_age": 1, "childcare_max_age": 5}
    toddler, baby, pupil = child(2, 2024, 1), child(3, 2025, 8), child(4, 2018, 5)
    offered: dict[str, Any] = {"childcare": True, "min_age": 18}
    assert refused([adult(), toddler], standing(**ages), aside={2}, **offered) is None
    assert refused([adult(), baby], standing(**ages), aside={3}, **offered) is Code.CHILDCARE_TOO_YOUNG
    assert refused([adult(), pupil], standing(**ages), aside={4}, **offered) is Code.CHILDCARE_TOO_OLD
    assert refused([adult(), baby], standing(), aside={3}, **offered) is None
    assert refused([adult(), toddler], standing(), aside={2}, min_age=18) is Code.NO_CHILDCARE
    assert refused([toddler], standing(), aside={2}, **offered) is Code.NEEDS_CARER
    assert refused([toddler], standing(companions=(adult(),)), aside={2}, **offered) is None


@pytest.mark.parametrize("seconds", [0, 1, 59])
def test_the_minute_of_a_deadline_belongs_to_it(seconds: int) -> None:
    """17:00まで lasts until 17:01; a deadline without an hour, kept as 23:59, until midnight."""
    for until in (local(2026, 6, 20, 17, 0), local(2026, 6, 20, 23, 59)):
        entry = course(1, "", apply_until=until)
        moment = until + timedelta(seconds=seconds)
        assert eligibility.window(entry, moment) is None
        assert entry.takes_applications(moment)
        after = until + timedelta(minutes=1)
        assert eligibility.window(entry, after) == eligibility.Refusal(Code.CLOSED)
        assert not entry.takes_applications(after)


months = st.integers(0, 12 * 60).map(lambda number: (1966 + number // 12, number % 12 + 1))


@given(low=st.integers(0, 60), high=st.integers(0, 60), one=months, other=months)
def test_whoever_is_between_two_that_may_join_may_join(
    low: int, high: int, one: tuple[int, int], other: tuple[int, int]
) -> None:
    """Refusals are monotone in age: too young up to some month of birth, too old from some other on."""
    younger, older = max(one, other), min(one, other)
    facts: dict[str, Any] = {"min_age": min(low, high), "max_age": max(low, high)}
    codes = [
        refused([someone(birth_year=year, birth_month=month)], standing(), **facts) for year, month in (younger, older)
    ]
    if codes[0] is Code.TOO_OLD:
        assert codes[1] is Code.TOO_OLD
    if codes[1] is Code.TOO_YOUNG:
        assert codes[0] is Code.TOO_YOUNG


@given(one=months, other=months, low=st.integers(1, 12), width=st.integers(0, 5))
def test_an_older_child_is_never_in_a_lower_grade(
    one: tuple[int, int], other: tuple[int, int], low: int, width: int
) -> None:
    younger, older = max(one, other), min(one, other)
    known = standing(min_grade=low, max_grade=low + width)
    codes = [refused([child(year=year, month=month)], known) for year, month in (younger, older)]
    if codes[0] is Code.GRADE_TOO_HIGH:
        assert codes[1] is Code.GRADE_TOO_HIGH
    if codes[1] is Code.GRADE_TOO_LOW:
        assert codes[0] is Code.GRADE_TOO_LOW


@given(grade=st.integers(1, 12), year=st.integers(2010, 2060), birthday=st.integers(0, 364), day=st.integers(0, 364))
def test_a_pupil_of_the_grade_is_never_refused(grade: int, year: int, birthday: int, day: int) -> None:
    """Born from 2 April to 1 April, at any time from 1 April to 31 March, whatever the year."""
    birth = date(year - 6 - grade, 4, 2) + timedelta(days=birthday)
    first = date(year, 4, 1) + timedelta(days=day)
    school = ("小学", grade) if grade < 7 else ("中学", grade - 6) if grade < 10 else ("高校", grade - 9)
    pupil = someone(CHILD, birth_year=birth.year, birth_month=birth.month)
    entry = course(
        1,
        "",
        target_text=f"{school[0]}{school[1]}年生",
        min_age=5 + grade,
        max_age=6 + grade,
        starts_at=local(first.year, first.month, first.day, 10),
    )
    assert eligibility.person(entry, pupil, now=local(2009, 1, 1), zone=TOKYO, standing=standing()) is None
