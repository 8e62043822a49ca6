"""The unseen set holds together: every course it names exists, and no judgement contradicts another."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

SET = Path(__file__).parent / "unseen"
FACTS = {
    *("min_age", "max_age", "parent_child", "residency", "capacity", "selection", "apply_from", "apply_until"),
    *("fee_yen", "childcare", "online", "wheelchair", "sign_language", "fields", "life_stages"),
}
INTENTS = {
    *("find_courses", "recommend", "my_registrations", "cancel_registration", "reminder_settings", "edit_profile"),
    *("change_language", "facilities", "groups", "offer_skill", "propose_course", "learning_record", "delete_data"),
    *("talk_to_staff", "help", "greeting", "thanks", "unknown"),
}
REGISTERS = {
    *("one_word", "rambling", "elderly", "child", "typo", "hiragana", "romaji", "half_kana", "dialect"),
    *("non_native", "english", "emoji", "constraints", "synonym", "conversational"),
}


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SET / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def course_ids() -> set[str]:
    with (SET / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        ids = [row["NO"] for row in csv.DictReader(file)]
    assert len(ids) == len(set(ids))
    return set(ids)


def test_every_course_has_every_fact(course_ids: set[str]) -> None:
    courses = rows("courses.jsonl")
    assert {course["id"] for course in courses} == course_ids
    assert [course["id"] for course in courses if course["truth"].keys() != FACTS] == []


def test_every_judged_course_exists(course_ids: set[str]) -> None:
    named = {course for utterance in rows("utterances.jsonl") for course in utterance.get("relevant", {})}
    named |= {course for profile in rows("profiles.jsonl") for course in [*profile["good"], *profile["bad"]]}
    assert named <= course_ids


def test_no_profile_is_to_see_what_it_must_never_see() -> None:
    assert [profile["id"] for profile in rows("profiles.jsonl") if profile["good"].keys() & set(profile["bad"])] == []


def test_every_intent_and_register_is_met() -> None:
    utterances = rows("utterances.jsonl")
    assert {utterance["intent"] for utterance in utterances} == INTENTS
    assert {name for utterance in utterances for name in utterance["register"]} == REGISTERS | {"no_result"}
