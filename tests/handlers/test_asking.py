"""The JSON that other programs read: its names, its types, and that everything in it can be written as JSON."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from catalog.export import courses_json
from catalog.search.index import CourseIndex
from handlers.asking import answer, recommend_json
from tests.catalog.search.catalogue import small_index
from tests.catalog.search.factories import NOW, TOKYO, course, local, session


@pytest.fixture(scope="module")
def index() -> CourseIndex:
    return small_index()


def ask(index: CourseIndex, line: dict[str, Any] | str) -> dict[str, Any]:
    written = json.dumps(answer(line, index, now=NOW, zone=TOKYO))
    loaded: dict[str, Any] = json.loads(written)
    return loaded


def test_a_course_as_json() -> None:
    held = session(local(2026, 7, 4, 10), session_id=1)
    gone = session(local(2026, 7, 11, 10), session_id=2, cancelled=True)
    entry = course(1, "ヨガ", at="田無公民館", sessions=(held, gone), min_age=18, fee_yen=0, fields=("sports_fitness",))
    line = courses_json(entry, TOKYO)
    assert line == {
        "source_id": "C001",
        "title": "ヨガ",
        "organizer": None,
        "venue": "田無公民館",
        "sessions": [{"starts_at": "2026-07-04T10:00:00+09:00", "ends_at": "2026-07-04T12:00:00+09:00"}],
        "min_age": 18,
        "max_age": None,
        "parent_child": False,
        "residency": "none",
        "capacity": None,
        "selection": "none",
        "apply_from": None,
        "apply_until": None,
        "fee_yen": 0,
        "access": {"childcare": False, "online": False, "wheelchair": False, "sign_language": False},
        "fields": ["sports_fitness"],
        "life_stages": [],
        "status": "scheduled",
    }
    assert json.loads(json.dumps(line)) == line


def test_an_application_window_is_told_on_the_citys_clock() -> None:
    line = courses_json(course(1, "ヨガ", apply_until=datetime(2026, 7, 1, 8, 0, tzinfo=UTC)), TOKYO)
    assert line["apply_until"] == "2026-07-01T17:00:00+09:00"


def test_an_answer_names_what_was_understood_and_found(index: CourseIndex) -> None:
    line = ask(index, {"id": "q1", "text": "ヨガ教室に行きたい"})
    assert set(line) == {"id", "intent", "slots", "courses", "alternatives", "ms"}
    assert (line["id"], line["intent"]) == ("q1", "find_courses")
    assert line["courses"][0] == line["courses"][0] | {
        "source_id": "C005",
        "title": "はじめてのヨガ",
        "reasons": ["title"],
    }
    assert line["ms"] >= 0


def test_a_plain_text_is_a_question_too(index: CourseIndex) -> None:
    assert ask(index, "書道")["courses"][0]["source_id"] == "C001"


def test_alternatives_say_what_was_relaxed(index: CourseIndex) -> None:
    line = ask(index, {"id": "q2", "text": "草木染め"})
    assert line["courses"] == []
    assert line["alternatives"][0] == {
        "source_id": "C010",
        "title": "草木染めでハンカチづくり",
        "relaxed": ["registration"],
    }


def test_where_one_of_two_readings_is_a_search_its_courses_are_told() -> None:
    painting = CourseIndex([course(1, "絵筆をとる 日本画", source_id="M1"), course(2, "料理")], version=1)
    line = ask(painting, "女学校以来、絵筆を持っておりません。年寄りでも入れる絵の会はございますか")
    assert (line["intent"], [one["source_id"] for one in line["courses"]]) == ("groups", ["M1"])


def test_the_now_of_a_line_stands_for_the_present(index: CourseIndex) -> None:
    late = {"id": "q3", "text": "ヨガ", "now": "2026-08-01T10:00:00+09:00"}
    assert ask(index, {"id": "q3", "text": "ヨガ"})["courses"]
    assert not ask(index, late)["courses"]


def test_what_is_no_search_is_answered_without_courses(index: CourseIndex) -> None:
    assert ask(index, {"id": "q4", "text": "ありがとう"})["courses"] == []


def test_advice_says_whose_course_it_is(index: CourseIndex) -> None:
    line = {
        "id": "p1",
        "age": 36,
        "family": [{"relation": "child", "age": 9}],
        "interests": ["sports_fitness"],
        "area": None,
        "needs": [],
        "free_time": {"weekdays": [5, 6], "time_of_day": ["morning"]},
        "history": [],
    }
    told = json.loads(json.dumps(recommend_json(line, index, now=NOW, zone=TOKYO)))
    assert told["id"] == "p1"
    whose = {item["source_id"]: item["for"] for item in told["courses"]}
    assert (whose["C005"], whose["C002"]) == ("self", "child")
    assert all(item["reasons"] for item in told["courses"])


def test_past_courses_are_not_recommended_again(index: CourseIndex) -> None:
    line = {"id": "p2", "age": 36, "interests": ["sports_fitness"], "history": ["C005"]}
    assert "C005" not in {item["source_id"] for item in recommend_json(line, index, now=NOW, zone=TOKYO)["courses"]}


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"id": 1, "age": None, "family": None, "interests": None, "needs": None, "free_time": None, "history": None},
        {"age": -3, "needs": ["flying"], "interests": ["it_digital", "ギター"], "free_time": {"weekdays": [9]}},
        {"age": 40, "family": [{}], "needs": "childcare", "area": ""},
    ],
)
def test_a_profile_with_gaps_is_taken_as_it_is(index: CourseIndex, line: dict[str, Any]) -> None:
    assert "courses" in recommend_json(line, index, now=NOW + timedelta(days=1), zone=TOKYO)
