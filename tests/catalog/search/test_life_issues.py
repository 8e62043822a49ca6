"""Who names an issue of life finds what is about it, whatever words the announcements use."""

from datetime import timedelta

import pytest

from catalog.advised import Member, Profile
from catalog.models.course import CourseKind, CourseStatus
from catalog.reading.life_issues import life_issue_names
from catalog.recommend import recommend
from catalog.search import criteria_json
from catalog.search.criteria import Criteria, Reason
from catalog.search.index import CourseIndex
from catalog.search.offered import issues_offered
from tests.catalog.search.factories import NOW, TOKYO, course

COURSES = (
    course(1, "はじめてのNISA", life_issues=("money",)),
    course(2, "オレンジカフェ", description="認知症の方とご家族どうしで話します。", life_issues=("elder_care",)),
    course(3, "遺言の書き方", life_issues=("money", "elder_care"), fee_yen=500),
    course(4, "煮物をつくる", description="里芋の皮のむき方から。"),
    course(5, "備蓄のこつ", life_issues=("disaster",), apply_until=NOW - timedelta(days=1)),
    course(6, "暮らしの何でも相談", kind=CourseKind.CONSULTATION, life_issues=("consumer_life",)),
    course(7, "職員の募集", kind=CourseKind.RECRUITMENT, life_issues=("work",)),
    course(8, "おしゃべりの会", status=CourseStatus.CANCELLED, life_issues=("loneliness",)),
)
INDEX = CourseIndex(COURSES, version=1)
ME = Member(key="me", relation="self", min_age=45, max_age=45)


def found(**asked: object) -> set[int]:
    criteria = Criteria(**asked)  # type: ignore[arg-type] # slots by name
    return {hit.course.id for hit in INDEX.search(criteria, now=NOW, zone=TOKYO).hits}


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("介護", {2, 3}),
        ("介護で悩んでいます", {2, 3}),
        ("お金の不安", {1, 3}),
        ("消費生活", {6}),
    ],
)
def test_an_issue_that_is_named_finds_what_is_about_it(words: str, ids: set[int]) -> None:
    assert found(words=words) == ids


def test_who_names_something_else_finds_that_alone() -> None:
    assert found(words="煮物") == {4}
    assert found(words="遺言") == {3}


def test_an_issue_that_is_chosen_must_hold() -> None:
    assert found(issues=("money",)) == {1, 3}
    assert found(issues=("money",), max_fee=0) == set()  # 1 does not say what it costs
    assert found(issues=("money",), words="煮物") == set()
    assert found(issues=("money", "consumer_life")) == {1, 3, 6}
    assert found(issues=("no_such_thing",)) == set()


def test_what_is_missed_of_a_wish_is_said_and_the_issue_is_kept() -> None:
    result = INDEX.search(Criteria(issues=("money",), max_fee=100), now=NOW, zone=TOKYO)
    assert {other.course.id for other in result.alternatives} == {1, 3}


def test_only_issues_are_offered_that_lead_to_something() -> None:
    assert issues_offered(INDEX, now=NOW, zone=TOKYO) == ("elder_care", "consumer_life", "money")
    assert issues_offered(CourseIndex((), version=1), now=NOW, zone=TOKYO) == ()


def test_a_search_that_was_kept_before_there_were_issues_can_be_read() -> None:
    chosen = Criteria(issues=("money",), words="年金")
    assert criteria_json.loads(criteria_json.dumps(chosen)) == chosen
    before = criteria_json.dumps(Criteria(words="年金")).replace('"issues":[],', "")
    assert "issues" not in before
    assert criteria_json.loads(before) == Criteria(words="年金")


def test_an_explanation_names_what_the_issue_gives() -> None:
    why = INDEX.explain(Criteria(words="お金の不安"), now=NOW, zone=TOKYO)
    gives = {one.course.id: one.channels["issue"] for one in why.courses}
    assert gives[1] == gives[3] > gives[2] == 0


@pytest.mark.parametrize(
    ("code", "words"), [*life_issue_names().items(), ("elder_care", "川柳、介護のことが心配"), ("money", "老後のお金")]
)
def test_a_wish_that_names_an_issue_is_met_by_what_is_about_it(code: str, words: str) -> None:
    about, other = course(1, "あしたの会", life_issues=(code,)), course(2, "こけ玉を作る", life_issues=("another",))
    profile = Profile(people=(ME,), own_words=words)
    first, *_ = recommend(CourseIndex([other, about], version=1), profile, now=NOW, zone=TOKYO)
    assert first.course == about
    assert first.reasons[0] is Reason.OWN_WORDS
