"""The words of refusals: every code has its own, in the course's terms, whatever the course leaves unsaid."""

from datetime import timedelta
from typing import Any

import pytest

from catalog.eligibility import Refusal, RefusalCode
from catalog.models import CourseRules, Gender, Person, Relation, Residency
from handlers import cards
from handlers.why_not import why_not
from tests.catalog.search.factories import NOW, TOKYO, course

AT = cards.At(NOW, TOKYO)
RULES = CourseRules(
    course_id=1,
    series="市民大学",
    quota_per_series=2,
    quota_per_year=1,
    gender=Gender.FEMALE,
    childcare_min_age=1,
    childcare_max_age=5,
    cancel_until=NOW,
)
FACTS: dict[str, Any] = {
    "apply_from": NOW + timedelta(days=1),
    "apply_until": NOW + timedelta(days=2),
    "capacity": 20,
    "residency": Residency.RESIDENTS,
    "target_text": "小学3〜4年生",
    "min_age": 8,
    "max_age": 10,
    "contact_phone": "042-000-0001",
}
NOTHING_SAID = "この講座は、いま申込を受け付けていません。"


def haru(year: int = 2018) -> Person:
    return Person(
        id=2, resident_id=1, relation=Relation.CHILD, nickname="はる", birth_year=year, birth_month=5, created_at=NOW
    )


def words(code: RefusalCode, person: Person | None = None, rules: CourseRules = RULES, **facts: Any) -> str:
    return why_not(AT, course(1, "陶芸", **{**FACTS, **facts}), Refusal(code, 2), person or haru(), rules)


@pytest.mark.parametrize("code", RefusalCode)
def test_every_refusal_has_words_of_its_own(code: RefusalCode) -> None:
    """None is only "not possible", and no place in a sentence is left empty."""
    said = words(code)
    assert NOTHING_SAID not in said
    assert "{" not in said
    assert "None" not in said


def test_every_refusal_can_be_said_of_a_course_that_says_nothing() -> None:
    for code in RefusalCode:
        bare = course(1, "陶芸")
        assert "{" not in why_not(AT, bare, Refusal(code), None)


@pytest.mark.parametrize(
    ("year", "said"),
    [
        (2018, "はるさん(小2)は来年度から参加できます"),
        (2019, "はるさん(小1)は2028年4月から参加できます"),
        (2014, "はるさん(小6)の学年とは合いません"),
        (1990, "年代とは合いません"),
    ],
)
def test_a_grade_says_from_when(year: int, said: str) -> None:
    code = RefusalCode.GRADE_TOO_LOW if year > 2016 else RefusalCode.GRADE_TOO_HIGH
    told = words(code, haru(year), CourseRules(course_id=1))
    assert told.startswith("この講座は小学3〜4年生が対象で、")
    assert said in told


def test_whom_to_call_where_that_helps() -> None:
    """The course's own number, else the city's."""
    assert "042-000-0001" in words(RefusalCode.CLOSED)
    assert "042-000-0001" not in words(RefusalCode.TOO_YOUNG)
    refusal = Refusal(RefusalCode.CLOSED)
    bare = course(1, "", apply_until=NOW)
    assert "042-000-0000" in why_not(AT, bare, refusal, None, phone="042-000-0000")
    assert "ご相談" not in why_not(AT, bare, refusal, None)
