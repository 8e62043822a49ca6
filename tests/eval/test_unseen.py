"""The sets hold together: every course they name exists, and no judgement contradicts another."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

SETS = ("unseen", "unseen2", "unseen3", "practice2")
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


@pytest.fixture(scope="module", params=SETS)
def folder(request: pytest.FixtureRequest) -> Path:
    return Path(__file__).parent / str(request.param)


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def course_ids(folder: Path) -> set[str]:
    with (folder / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        ids = [row["NO"] for row in csv.DictReader(file)]
    assert len(ids) == len(set(ids))
    return set(ids)


def test_every_course_has_every_fact(folder: Path, course_ids: set[str]) -> None:
    courses = rows(folder, "courses.jsonl")
    assert {course["id"] for course in courses} == course_ids
    assert [course["id"] for course in courses if course["truth"].keys() != FACTS] == []


def test_every_judged_course_exists(folder: Path, course_ids: set[str]) -> None:
    named = {course for utterance in rows(folder, "utterances.jsonl") for course in utterance.get("relevant", {})}
    named |= {course for profile in rows(folder, "profiles.jsonl") for course in [*profile["good"], *profile["bad"]]}
    assert named <= course_ids


def test_no_profile_is_to_see_what_it_must_never_see(folder: Path) -> None:
    assert [
        profile["id"] for profile in rows(folder, "profiles.jsonl") if profile["good"].keys() & set(profile["bad"])
    ] == []


def test_every_intent_and_register_is_met(folder: Path) -> None:
    utterances = rows(folder, "utterances.jsonl")
    assert {utterance["intent"] for utterance in utterances} == INTENTS
    named = {name for utterance in utterances for name in utterance["register"]}
    assert REGISTERS | {"no_result"} <= named <= REGISTERS | {"no_result", "other_intent"}
