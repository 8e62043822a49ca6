"""窓口の仕事: what staff type, what they read, what is written; the same queue as the chat."""

import csv
import json
from pathlib import Path

import pytest

from tests.bot.terminal import Said, Terminal
from tests.stage import CATALOGUE

AT_TEN = {"CLOCK": "2026-06-10T10:00:00+09:00", "LINE_ID": "@manabi", "TELEGRAM_NAME": "manabi_bot"}
BY = ("--by", "窓口 一")


@pytest.fixture
def desk(terminal: Terminal) -> Terminal:
    """A terminal whose database has the dialogues' catalogue."""
    assert terminal.run("import", str(CATALOGUE), **AT_TEN).code == 0
    return terminal


def course(desk: Terminal, title: str) -> str:
    """The number of the course: staff read it on its public page."""
    wanted = next(
        found["source_id"]
        for found in map(json.loads, desk.run("courses", "--json", **AT_TEN).lines)
        if title in found["title"]
    )
    lines = desk.run("courses", **AT_TEN).lines
    return str([line.split("\t")[0] for line in lines].index(wanted) + 1)


def apply(desk: Terminal, number: str, name: str = "見本 花子", *more: str) -> Said:
    return desk.run("staff", "apply", number, "--name", name, *BY, *more, **AT_TEN)


def test_taking_in_listing_and_cancelling(desk: Terminal, tmp_path: Path) -> None:
    """電話で申込、一覧、取り消し: with a slip that has the receipt and a code for later."""
    number, slip = course(desk, "ストレッチ体操"), tmp_path / "slip.html"
    said = apply(desk, number, "見本 花子", "--phone", "042-000-0000", "--slip", str(slip))
    assert said.code == 0, said.err
    receipt, state, _title = said.lines[0].split("\t")
    assert state == "申込ずみ"
    page = slip.read_text(encoding="utf-8")
    assert receipt in page
    assert "見本 花子" in page
    assert page.count("viewBox") == 2, "two codes that scale with their place"
    [listed] = desk.run("staff", "list", number, *BY, **AT_TEN).lines
    assert listed.split("\t")[:2] == [receipt, "申込ずみ"]
    done = desk.run("staff", "cancel", receipt.lower(), *BY, "--reason", "お電話で", **AT_TEN)
    assert done.lines == ["取り消しました。"]
    [listed] = desk.run("staff", "list", number, *BY, **AT_TEN).lines
    assert listed.split("\t")[:2] == [receipt, "取消ずみ"]
    assert desk.run("db", "check").lines == ["問題はありません。"]


def test_no_cell_of_a_list_is_a_formula(desk: Terminal, tmp_path: Path) -> None:
    number, target = course(desk, "ストレッチ体操"), tmp_path / "list.csv"
    apply(desk, number, "=HYPERLINK(1)")
    desk.run("staff", "list", number, *BY, "--csv", str(target), **AT_TEN)
    rows = list(csv.reader(target.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0][0] == "受付番号"
    assert rows[1][4] == "'=HYPERLINK(1)"


def test_the_rules_of_the_course_hold_at_the_counter_too(desk: Terminal) -> None:
    """A course for the old is not open to a child, whoever types it; nothing is written then."""
    number = course(desk, "シニアのスマホ入門")
    said = apply(desk, number, "見本 花子", "--person", "子:はる:2018-05", "--without-self")
    assert said.code == 1
    assert "対象" in said.out
    assert desk.run("staff", "list", number, *BY, **AT_TEN).lines == ["申込はまだありません。"]
    refused = apply(desk, "999999")
    assert (refused.code, refused.err) == (
        2,
        "manabi: 講座999999は見つかりません。番号は manabi courses で見られます。\n",
    )


@pytest.mark.parametrize(
    "person", ["はる", "子:はる:2018", "子:はる:2018-13", "孫:はる", "子::2018-05", "子:" + "あ" * 21]
)
def test_a_companion_that_cannot_be_read_is_said(desk: Terminal, person: str) -> None:
    said = apply(desk, course(desk, "ストレッチ体操"), "見本 花子", "--person", person)
    assert said.code == 2
    assert "読めません" in said.err


def test_rules_are_shown_and_set(desk: Terminal) -> None:
    number = course(desk, "ストレッチ体操")
    rules = ("staff", "rules", number)
    assert "offer_hours\t24" in desk.run(*rules, **AT_TEN).lines
    set_ = desk.run(*rules, "offer_hours=12", "gender=female", "cancel_until=2026-06-09T17:00", *BY, **AT_TEN)
    assert set_.code == 0, set_.err
    shown = desk.run(*rules, **AT_TEN).lines
    assert {"offer_hours\t12", "gender\tfemale", "cancel_until\t2026-06-09 08:00:00+00:00"} <= set(shown)
    assert "gender\t" in desk.run(*rules, "gender=", *BY, **AT_TEN).lines
    for wrong in ("offer_hours=x", "offer_hours=", "offer_hours=-1", "gender=x", "seats=3", "childcare_taken=1"):
        said = desk.run(*rules, wrong, *BY, **AT_TEN)
        assert (said.code, said.out) == (2, ""), wrong
        assert wrong.split("=")[0] in said.err


def test_a_question_has_choices_or_is_agreed_to(desk: Terminal) -> None:
    number = course(desk, "ストレッチ体操")
    ask = ("staff", "ask", number)
    assert desk.run(*ask, "アレルギーはありますか", *BY, **AT_TEN).code == 0
    two = desk.run(*ask, "お弁当", "--choice", "いる", "--choice", "いらない", *BY, **AT_TEN)
    assert two.lines == ["「ストレッチ体操」の質問は2問です。"]
    assert desk.run(*ask, "一つだけ", "--choice", "いる", *BY, **AT_TEN).code == 2


def test_the_day_itself(desk: Terminal, tmp_path: Path) -> None:
    """掲示、名簿、受付、締め."""
    number, poster = course(desk, "ストレッチ体操"), tmp_path / "poster.html"
    receipt = apply(desk, number).lines[0].split("\t")[0]
    session = desk.run("staff", "sessions", number, *BY, **AT_TEN).lines[0].split("\t")[0]
    assert desk.run("staff", "poster", session, str(poster), *BY, **AT_TEN).code == 0
    assert "出席 " in poster.read_text(encoding="utf-8")
    assert desk.run("staff", "roster", session, *BY, **AT_TEN).lines == [f"{receipt}\tご本人\t―"]
    assert desk.run("staff", "checkin", session, receipt, *BY, **AT_TEN).lines == [f"出席: {receipt}(1人)"]
    assert desk.run("staff", "roster", session, *BY, **AT_TEN).lines == [f"{receipt}\tご本人\t出席"]
    other = course(desk, "健康ウォーキング")
    wrong = desk.run("staff", "sessions", other, *BY, **AT_TEN).lines[0].split("\t")[0]
    assert desk.run("staff", "checkin", wrong, receipt, *BY, **AT_TEN).code == 2


def test_a_course_changes_and_who_waits_moves_up(desk: Terminal) -> None:
    """定員、日時、会場、中止: each with its reason; what cannot be is one clear line."""

    def staff(*words: str) -> Said:
        return desk.run("staff", *words, *BY, "--reason", "会場の都合", **AT_TEN)

    number = course(desk, "ストレッチ体操")
    assert staff("capacity", number, "1").code == 0
    receipts = [apply(desk, number, name).lines[0].split("\t")[:2] for name in ("見本 一", "見本 二")]
    assert [state for _receipt, state in receipts] == ["申込ずみ", "キャンセル待ち 1番目"]
    assert staff("capacity", number, "2").lines == [f"講座{number}の定員を2にしました。繰り上げの案内 1件。"]
    assert "2席がうまっています" in staff("capacity", number, "1").err
    session = desk.run("staff", "sessions", number, *BY, **AT_TEN).lines[0].split("\t")[0]
    moved = staff("move-session", session, "--starts", "2026-06-12 10:00", "--ends", "2026-06-12T11:00")
    assert moved.lines[:2] == [
        f"回{session}を6月12日(金) 10:00に移しました。申し込んだ方にお知らせします。",
        "お電話でお知らせください:",
    ]
    assert [line.split("\t")[0] for line in moved.lines[2:]] == ["見本 一", "見本 二"], "nobody can write to them"
    assert "読めません" in staff("move-session", session, "--starts", "あした").err
    assert (
        "始まりより後"
        in staff("move-session", session, "--starts", "2026-06-12T10:00", "--ends", "2026-06-12T09:00").err
    )
    assert staff("venue", number, "谷戸公民館").code == 0
    called_off = staff("call-off", number).lines
    assert called_off[0] == f"講座{number}を中止にしました。申込2件にお知らせします。"
    assert len(called_off) == 4
    assert staff("restore", number).code == 0
    assert desk.run("staff", "tasks", *BY, **AT_TEN).lines == ["ありません。"]
    assert desk.run("db", "check").lines == ["問題はありません。"]


def test_who_cannot_be_written_to_is_telephoned(desk: Terminal) -> None:
    """繰り上げ: with until when; once told, they are off the list."""
    number = course(desk, "ストレッチ体操")
    desk.run("staff", "capacity", number, "1", *BY, "--reason", "会場の都合", **AT_TEN)
    first, second = (
        apply(desk, number, name, "--phone", "042-000-0000").lines[0][:9] for name in ("見本 一", "見本 二")
    )
    assert desk.run("staff", "calls", *BY, **AT_TEN).lines == []
    desk.run("staff", "cancel", first, *BY, "--reason", "お電話で", **AT_TEN)
    calls = [line.split("\t") for line in desk.run("staff", "calls", *BY, **AT_TEN).lines]
    assert [call[2] for call in calls] == [first, second]
    assert calls[1][:2] == ["見本 二", "0420000000"]
    assert calls[1][3].startswith("繰り上げの返事待ち(6月")
    left = desk.run("staff", "calls", "--told", second, *BY, **AT_TEN).lines
    assert [line.split("\t")[2] for line in left] == [first]


def test_whom_an_import_moves_is_telephoned(desk: Terminal, tmp_path: Path) -> None:
    """日時と会場: once told, they are off the list, and the same list again changes nothing."""
    number, moved = course(desk, "ストレッチ体操"), tmp_path / "moved.csv"
    receipt = apply(desk, number, "見本 一", "--phone", "042-000-0000").lines[0][:9]
    before = ("2026-06-11,2026-06-11,14:00,15:00", "田無公民館,東京都西東京市南町5-6-11")
    after = ("2026-06-12,2026-06-12,10:00,11:00", "谷戸公民館,東京都西東京市谷戸町1-17-2")
    lines = CATALOGUE.read_text(encoding="utf-8").splitlines()
    listed = next(line for line in lines if "ストレッチ体操" in line)
    for old, new in zip(before, after, strict=True):
        assert old in listed
        listed = listed.replace(old, new)
    moved.write_text("\n".join([lines[0], listed]), encoding="utf-8")
    for _twice in range(2):
        assert desk.run("import", str(moved), **AT_TEN).code == 0
        [call] = desk.run("staff", "calls", *BY, **AT_TEN).lines
        assert call.split("\t")[:4] == ["見本 一", "0420000000", receipt, "申込ずみ"]
        assert "6月12日(金) 10:00〜11:00\t谷戸公民館" in call
    assert desk.run("staff", "calls", "--told", receipt, *BY, **AT_TEN).lines == []
    desk.run("import", str(moved), **AT_TEN)
    assert desk.run("staff", "calls", *BY, **AT_TEN).lines == []
    assert desk.run("db", "check").lines == ["問題はありません。"]


def test_whoever_does_it_says_their_name(desk: Terminal) -> None:
    said = desk.run("staff", "list", "1", "--by", " ", **AT_TEN)
    assert said.code == 2
    assert "--by" in said.err
