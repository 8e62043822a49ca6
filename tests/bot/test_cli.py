"""The commands of staff, operations and independent clients: what each writes, and its exit code."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Outgoing
from tests.bot.terminal import Said, Terminal
from tests.stage import CATALOGUE

AT_TEN = {"CLOCK": "2026-06-10T10:00:00+09:00"}
# Promised to the outside: no more and no less, in this order.
COURSE_FIELDS = (
    "source_id",
    "title",
    "organizer",
    "venue",
    "sessions",
    "min_age",
    "max_age",
    "parent_child",
    "residency",
    "capacity",
    "selection",
    "apply_from",
    "apply_until",
    "fee_yen",
    "access",
    "fields",
    "life_stages",
    "status",
)


@pytest.fixture
def imported(terminal: Terminal) -> Terminal:
    """A terminal whose database has the dialogues' catalogue."""
    assert terminal.run("import", str(CATALOGUE)).code == 0
    return terminal


def objects(said: Said) -> list[dict[str, Any]]:
    assert said.code == 0, said.err
    return [json.loads(line) for line in said.lines]


def test_a_dry_run_changes_nothing(terminal: Terminal) -> None:
    [report] = objects(terminal.run("import", str(CATALOGUE), "--dry-run", "--json"))
    assert (report["dry_run"], report["courses"]["new"]) == (True, 23)
    assert terminal.run("courses").lines == []


def test_the_same_file_twice_changes_nothing(terminal: Terminal) -> None:
    first, second = objects(terminal.run("import", str(CATALOGUE), str(CATALOGUE), "--json"))
    assert (first["file"], first["rows"], first["rejected"], first["sessions"]) == ("catalogue.csv", 25, 0, 25)
    assert first["courses"] == {"new": 23, "changed": 0, "unchanged": 0}
    assert second["courses"] == {"new": 0, "changed": 0, "unchanged": 23}
    assert "変更なし 23" in terminal.run("import", str(CATALOGUE)).out


def test_a_doubtful_row_is_a_line(terminal: Terminal, tmp_path: Path) -> None:
    head, row = CATALOGUE.read_text(encoding="utf-8-sig").splitlines()[:2]
    damaged = tmp_path / "damaged.csv"
    damaged.write_text("\n".join((head, row.replace("2026-06-20", "2026-13-45"))), encoding="utf-8")
    said = terminal.run("import", str(damaged))
    assert said.code == 0, "a rejected row is reported, and no failure"
    assert "2行目(D01)" in said.out


def test_what_is_no_event_list_is_refused(terminal: Terminal, tmp_path: Path) -> None:
    letter = tmp_path / "letter.csv"
    letter.write_text("拝啓 初夏の候", encoding="utf-8")
    said = terminal.run("import", str(letter))
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines()[-1].startswith("manabi: letter.csv: ")
    assert "Traceback" not in said.err


def test_courses_have_the_promised_fields(imported: Terminal) -> None:
    courses = objects(imported.run("courses", "--json"))
    assert [tuple(course) for course in courses] == [COURSE_FIELDS] * 23
    assert set(courses[0]["access"]) == {"childcare", "online", "wheelchair", "sign_language"}
    yoga = next(course for course in courses if course["source_id"] == "D01")
    assert yoga["sessions"] == [{"starts_at": "2026-06-20T10:00:00+09:00", "ends_at": "2026-06-20T11:30:00+09:00"}]
    assert (yoga["min_age"], yoga["capacity"], yoga["fee_yen"], yoga["selection"]) == (18, 20, 0, "first_come")


def test_courses_are_a_line_each(imported: Terminal) -> None:
    lines = imported.run("courses").lines
    assert len(lines) == 23
    assert lines[0] == "D01\tはじめてのヨガ教室"


def test_questions_are_answered_line_by_line(imported: Terminal) -> None:
    asked = '{"id": "a", "text": "ヨガ"}\n\n{"id": "b", "text": "ヨガ", "now": "2027-06-10T10:00:00+09:00"}\n'
    first, second = objects(imported.run("ask", "-", "--json", stdin=asked, **AT_TEN))
    assert set(first) == {"id", "intent", "slots", "courses", "alternatives", "ms"}
    assert (first["id"], first["intent"]) == ("a", "find_courses")
    assert first["courses"][0]["source_id"] == "D01"
    assert set(first["courses"][0]) == {"source_id", "title", "score", "reasons"}
    assert (second["id"], second["courses"]) == ("b", []), "a year later nothing of it is left"


def test_one_question_for_a_person(imported: Terminal) -> None:
    said = imported.run("ask", "ヨガ", **AT_TEN)
    assert said.lines[0] == "intent  find_courses"
    assert "はじめてのヨガ教室" in said.out
    assert objects(imported.run("ask", "ヨガ", "--json", **AT_TEN))[0]["intent"] == "find_courses"


def test_profiles_are_advised_line_by_line(imported: Terminal) -> None:
    profiles = '{"id": "p", "age": 70, "interests": ["it_digital"]}\n{"id": "q"}\n'
    first, second = objects(imported.run("recommend", "-", "--json", stdin=profiles, **AT_TEN))
    assert (first["id"], second["id"]) == ("p", "q")
    assert "D03" in [course["source_id"] for course in first["courses"]]
    assert all(set(course) == {"source_id", "title", "for", "reasons"} for course in first["courses"])


@pytest.mark.parametrize("command", ["ask", "recommend"])
@pytest.mark.parametrize(("line", "reason"), [("{", "is not JSON"), ("[1]", "is not a JSON object")])
def test_an_unreadable_line_is_named(imported: Terminal, command: str, line: str, reason: str) -> None:
    said = imported.run(command, "-", stdin='{"id": "a", "text": "ヨガ"}\n' + line, **AT_TEN)
    assert said.code == 2
    assert len(said.lines) == 1, "what came before is answered"
    assert said.err.startswith(f"manabi: line 2 {reason}")


def test_a_broadcast_can_be_tried(imported: Terminal, tmp_path: Path) -> None:
    words = tmp_path / "announcement.txt"
    words.write_text("夏の講座の受付が始まりました。", encoding="utf-8")
    said = imported.run("broadcast", "--file", str(words), "--segment", "age:65+", "--dry-run", **AT_TEN)
    assert said.code == 0
    assert said.lines[:2] == ["あて先: age:65+", "  LINE 0人・Telegram 0人"]
    path = tmp_path / "terminal.db"
    with closing(sqlite3.connect(path)) as rows:
        assert rows.execute(f"SELECT count(*) FROM {Outgoing.__tablename__}").fetchone() == (0,)  # noqa: S608 - ours
    for wrong in (("--segment", "age:??"), ("--at", "tomorrow")):
        refused = imported.run("broadcast", "--file", str(words), *wrong, "--dry-run", **AT_TEN)
        assert (refused.code, refused.err.count("\n")) == (2, 1), refused.err


def test_a_broadcast_that_is_not_there_cannot_be_stopped(imported: Terminal) -> None:
    refused = imported.run("broadcast", "--cancel", "7")
    assert (refused.code, refused.err) == (2, "manabi: お知らせ7はありません。\n")


def test_a_broadcast_needs_its_words(imported: Terminal) -> None:
    refused = imported.run("broadcast", "--segment", "age:65+")
    assert refused.code == 2
    assert "--file" in refused.err


def test_a_backup_is_a_whole_database(imported: Terminal, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert imported.run("db", "backup", str(copy)).code == 0
    again = imported.run("db", "backup", str(copy))
    assert again.code == 2, "an older copy is not overwritten"
    assert str(copy) in again.err
    from_copy = imported.run("courses", DATABASE_URL=f"sqlite:///{copy}")
    assert from_copy.lines == imported.run("courses").lines
    assert imported.run("db", "check", DATABASE_URL=f"sqlite:///{copy}").out == "問題はありません。\n"


def test_a_broken_rule_is_found(imported: Terminal, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "terminal.db")) as rows:
        rows.execute("UPDATE courses SET seats_taken = 3 WHERE source_id = 'D01'")
        rows.commit()
    said = imported.run("db", "check")
    assert said.code == 1
    assert said.lines[-1] == "1件の問題があります。"


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("serve", "--port", "http"),
        ("import", "missing.csv"),
        ("recommend", "profile.json"),
        ("ask",),
        ("db", "nonsense"),
    ],
    ids=" ".join,
)
def test_a_wrong_command_is_explained(terminal: Terminal, words: tuple[str, ...]) -> None:
    said = terminal.run(*words)
    assert (said.code, said.out) == (2, "")
    assert "Error: " in said.err
    assert "Traceback" not in said.err
