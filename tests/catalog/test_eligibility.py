"""Who may join, and why not: windows, ages on the first day, school grades, carers."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import eligibility
from catalog.eligibility import Refusal, RefusalCode
from catalog.models import CourseStatus, Person, Relation
from tests.catalog.search.factories import NOW, TOKYO, course, local, session

HOUR = timedelta(hours=1)
CHILD, SELF = Relation.CHILD, Relation.SELF


def someone(relation: Relation = SELF, **facts: Any) -> Person:
    return Person(id=7, resident_id=1, relation=relation, created_at=NOW, age_told_at=NOW, **facts)


def refused(person: Person, *, now: datetime = NOW, **facts: Any) -> RefusalCode | None:
    found = eligibility.person(course(1, "", **facts), person, now=now, zone=TOKYO)
    assert found is None or found.person_id == person.id
    return found.code if found else None


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, None),
        ({"status": CourseStatus.CANCELLED}, RefusalCode.CANCELLED),
        ({"status": CourseStatus.WITHDRAWN}, RefusalCode.CANCELLED),
        ({"starts_at": NOW - HOUR}, RefusalCode.FINISHED),
        ({"starts_at": NOW}, RefusalCode.FINISHED),  # it begins right now
        ({"starts_at": [NOW - HOUR, NOW + HOUR]}, None),  # a later session of the series is left
        ({"sessions": ()}, RefusalCode.FINISHED),
        ({"sessions": (session(NOW + HOUR, cancelled=True),)}, RefusalCode.FINISHED),
        ({"apply_from": NOW}, None),
        ({"apply_from": NOW + timedelta(seconds=1)}, RefusalCode.NOT_OPEN_YET),
        ({"apply_until": NOW}, None),
        ({"apply_until": NOW - timedelta(seconds=1)}, RefusalCode.CLOSED),
        ({"status": CourseStatus.CANCELLED, "apply_until": NOW - HOUR}, RefusalCode.CANCELLED),
    ],
)
def test_when_one_may_apply(facts: dict[str, Any], code: RefusalCode | None) -> None:
    """The first and the last moment of the window belong to it; what is off is said before what is late."""
    found = eligibility.window(course(1, "", **facts), NOW)
    assert found == (Refusal(code) if code else None)


@pytest.mark.parametrize(
    ("year", "month", "code"),
    [
        (2018, 7, None),  # eight in the month of the course
        (2018, 8, RefusalCode.TOO_YOUNG),
        (2016, 8, None),
        (2016, 7, RefusalCode.TOO_OLD),  # ten in the month of the course
    ],
)
def test_ages_count_on_the_first_day(year: int, month: int, code: RefusalCode | None) -> None:
    """8 and 9 year olds, on 4 July: neither today nor the last day decides."""
    dates = [local(2026, 7, 4, 10), local(2026, 12, 5, 10)]
    assert refused(someone(birth_year=year, birth_month=month), min_age=8, max_age=9, starts_at=dates) is code


def test_the_first_day_is_the_citys_and_that_of_a_session_held() -> None:
    """Early on 1 July in Tokyo it is still June in UTC; a session that is off counts for nothing."""
    child = someone(birth_year=2018, birth_month=7)
    assert refused(child, min_age=8, starts_at=local(2026, 7, 1, 8)) is None
    off = session(local(2026, 6, 20, 10), cancelled=True)
    assert refused(child, min_age=8, sessions=(off, session(local(2026, 7, 4, 10)))) is None
    assert refused(child, min_age=8, sessions=(off,)) is RefusalCode.TOO_YOUNG, "with no session it is today"


@pytest.mark.parametrize(
    ("band", "ages", "code"),
    [
        ((None, None), (65, None), None),
        ((None, None), (0, 3), None),
        ((6, 12), (12, 15), None),
        ((6, 12), (13, 15), RefusalCode.TOO_YOUNG),
        ((6, 12), (3, 6), None),
        ((6, 12), (3, 5), RefusalCode.TOO_OLD),
        ((75, None), (18, None), None),
        ((75, None), (18, 74), RefusalCode.TOO_OLD),
        ((30, 44), (None, None), None),
    ],
)
def test_what_may_fit_is_not_refused(
    band: tuple[int | None, int | None], ages: tuple[int | None, int | None], code: RefusalCode | None
) -> None:
    """A band is refused only where none of its ages fits, and who told nothing never."""
    person = someone(age_min=band[0], age_max=band[1])
    assert refused(person, min_age=ages[0], max_age=ages[1]) is code


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (someone(birth_year=1990, birth_month=1), None),
        (someone(Relation.PARENT, age_min=75), None),
        (someone(Relation.PARTNER, age_min=30, age_max=44), None),
        (someone(age_min=13, age_max=18), None),  # may be grown up
        (someone(birth_year=2012, birth_month=1), RefusalCode.TOO_OLD),  # 14: no carer and no toddler
        (someone(CHILD, birth_year=2024, birth_month=1), None),
        (someone(CHILD, birth_year=2018, birth_month=1), RefusalCode.TOO_OLD),
        (someone(CHILD, age_min=13, age_max=18), RefusalCode.TOO_OLD),
        (someone(CHILD, birth_year=2000, birth_month=1), None),  # a grown-up daughter with her little brother
    ],
)
def test_a_carer_is_not_too_old_for_the_childs_course(person: Person, code: RefusalCode | None) -> None:
    """親子 for ages 1 to 3 means the child; without 親子 the same ages mean everybody."""
    assert refused(person, min_age=1, max_age=3, parent_child=True) is code
    if person.birth_year != 2024:
        assert refused(person, min_age=1, max_age=3) is RefusalCode.TOO_OLD


@pytest.mark.parametrize("grade", range(1, 13))
@given(birthday=st.integers(0, 364), day=st.integers(0, 364))
def test_a_pupil_is_never_refused_their_own_grade(grade: int, birthday: int, day: int) -> None:
    """小3 is read as 8 to 9: right for everybody of the year, born 2 April to 1 April, from April to March."""
    birth = date(2026 - 6 - grade, 4, 2) + timedelta(days=birthday)
    held = local(2026, 4, 1, 10) + timedelta(days=day)
    pupil = someone(CHILD, birth_year=birth.year, birth_month=birth.month)
    assert refused(pupil, now=local(2026, 3, 1), min_age=5 + grade, max_age=6 + grade, starts_at=held) is None


@given(
    low=st.none() | st.integers(0, 90),
    high=st.none() | st.integers(0, 90),
    age=st.integers(0, 100),
    relation=st.sampled_from(Relation),
    together=st.booleans(),
)
def test_an_age_within_is_never_refused(
    low: int | None, high: int | None, age: int, relation: Relation, together: bool
) -> None:
    """Whoever the person is, in a parent-and-child course or not; outside, the reason is the right one."""
    code = refused(
        someone(relation, birth_year=2026 - age, birth_month=1), min_age=low, max_age=high, parent_child=together
    )
    young, old = low is not None and age < low, high is not None and age > high
    if young:
        assert code is RefusalCode.TOO_YOUNG
    elif old:
        assert code is (None if together and age >= 18 else RefusalCode.TOO_OLD)
    else:
        assert code is None


def test_the_party_is_refused_for_the_first_reason() -> None:
    """The window before anybody's age; then the one who does not fit, by id."""
    old, young = someone(birth_year=1950, birth_month=1), someone(CHILD, birth_year=2018, birth_month=1)
    young.id = 8
    found = eligibility.party(course(1, "", min_age=18), [old, young], now=NOW, zone=TOKYO)
    assert found == Refusal(RefusalCode.TOO_YOUNG, 8)
    late = course(1, "", apply_until=NOW - HOUR, min_age=18)
    assert eligibility.party(late, [old, young], now=NOW, zone=TOKYO) == Refusal(RefusalCode.CLOSED)
    assert eligibility.party(course(1, ""), [old, young], now=NOW, zone=TOKYO) is None
