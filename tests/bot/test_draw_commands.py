"""`manabi draw`: what staff and anybody else are told of a lottery."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from catalog import draw, schema
from catalog.database import Database
from catalog.draw import Drawn
from catalog.models import Actor, CourseChange, CourseRules, RegistrationChange, Selection
from tests.bot.terminal import Terminal
from tests.catalog.builders import course, enrol, household
from tests.catalog.draws import SEED, parties, terms
from tests.catalog.search.factories import NOW

OPEN = {"CLOCK": NOW.isoformat()}
CLOSED = {"CLOCK": (NOW + timedelta(days=4)).isoformat()}


@pytest.fixture
def drawn() -> Drawn:
    return draw.hold(terms(seats=2), parties("A", "B", "C"), seed=SEED)


@pytest.fixture
def file(drawn: Drawn, tmp_path: Path) -> Path:
    path = tmp_path / "draw.txt"
    path.write_bytes(drawn.text.encode())
    return path


async def three_entries(url: str, **rules: Any) -> str:
    """A lottery for two with three entries, open for three days. Returns the course's number."""
    database = Database(url)
    await schema.upgrade(database)
    async with database.transaction() as db:
        entry = await course(
            db, title="夏の陶芸", selection=Selection.LOTTERY, capacity=2, apply_until=NOW + timedelta(days=3)
        )
        db.add(CourseRules(course_id=entry.id, **rules))
        for _ in range(3):
            await enrol(db, entry, await household(db))
    await database.close()
    return f"{entry.id}"


@pytest.fixture
def pottery(tmp_path: Path) -> str:
    return asyncio.run(three_entries(f"sqlite:///{tmp_path / 'terminal.db'}"))


# 検証: anybody


def test_a_right_file_is_confirmed(terminal: Terminal, file: Path, drawn: Drawn) -> None:
    said = terminal.run("draw", "verify", str(file))
    assert (said.code, said.lines) == (0, ["抽選は正しく行われています(申込3組・当選2組・補欠1組)。"])
    noted = ("--commitment", drawn.terms.commitment, "--list", drawn.list_hash)
    assert terminal.run("draw", "verify", str(file), *noted).code == 0


def test_a_file_that_differs_from_what_was_noted_is_refused(terminal: Terminal, file: Path) -> None:
    said = terminal.run("draw", "verify", str(file), "--list", "0" * 64)
    assert said.code == 1
    assert said.lines == ["一覧の値が、控えとちがいます。", "この抽選は確かめられません(1件)。"]


def test_a_changed_file_is_refused(terminal: Terminal, file: Path, drawn: Drawn) -> None:
    file.write_bytes(drawn.text.replace("seats 2\n", "seats 3\n").encode())
    said = terminal.run("draw", "verify", str(file))
    assert said.code == 1
    assert said.lines[0] == "一覧が、締切のときの一覧とちがいます。"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", "抽選".encode("cp932")])
def test_anything_else_is_no_draw(terminal: Terminal, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    said = terminal.run("draw", "verify", str(file))
    assert (said.code, said.lines) == (1, ["1行目が読めません。", "この抽選は確かめられません(1件)。"])


@pytest.mark.parametrize("name", ["nowhere.txt", "."])
def test_a_file_that_cannot_be_opened_is_said(terminal: Terminal, name: str) -> None:
    said = terminal.run("draw", "verify", name)
    assert (said.code, said.err) == (2, f"manabi: {name} を開けません。\n")


# 抽選: staff


def test_staff_close_rehearse_draw_and_check(terminal: Terminal, pottery: str) -> None:
    before = terminal.run("draw", "show", pottery, **OPEN)
    assert (before.lines[0], before.lines[2]) == (f"講座{pottery} 夏の陶芸", "一覧: まだ")
    assert re.fullmatch("約束(.+): [0-9a-f]{64}", before.lines[1])

    fixed = terminal.run("draw", "fix", pottery, **CLOSED)
    assert re.fullmatch(r"一覧\(6月14日\(日\) 10:00・申込3組・2席\): [0-9a-f]{64}", fixed.lines[2])

    tried = terminal.run("draw", "rehearse", pottery, **CLOSED)
    assert tried.lines[0].startswith("(ためし) 夏の陶芸: 申込3組・当選2組・補欠1組。")
    assert [line.split("\t")[3] for line in tried.lines[1:]] == ["当選", "当選", "補欠"]

    drawn = terminal.run("draw", "run", pottery, "--staff", "窓口1", **CLOSED)
    assert drawn.lines == [
        "夏の陶芸: 抽選しました(申込3組・当選2組・補欠1組)。",
        f"結果と確かめ方: http://127.0.0.1:8000/c/{pottery}/draw",
    ]
    again = terminal.run("draw", "run", pottery, **CLOSED)
    assert again.lines[0] == "夏の陶芸: もう抽選ずみです(申込3組・当選2組・補欠1組)。"
    assert terminal.run("draw", "verify", pottery).lines == ["抽選は正しく行われています(申込3組・当選2組・補欠1組)。"]
    assert terminal.run("db", "check").code == 0


def test_what_is_published_can_be_had_as_a_file(terminal: Terminal, pottery: str, tmp_path: Path) -> None:
    assert terminal.run("draw", "show", pottery, "--text", **OPEN).out == ""
    terminal.run("draw", "fix", pottery, **CLOSED)
    assert terminal.run("draw", "show", pottery, "--text").out.startswith(f"draw 1\ncourse {pottery}\n")
    terminal.run("draw", "run", pottery, **CLOSED)
    file = tmp_path / "draw.txt"
    file.write_bytes(terminal.run("draw", "show", pottery, "--text").out.encode())
    assert terminal.run("draw", "verify", str(file)).code == 0


def test_who_closed_the_list_and_who_drew_stands_in_the_history(
    terminal: Terminal, pottery: str, tmp_path: Path
) -> None:
    """Once, however often it is done; each application has its result in its own."""
    for _twice in range(2):
        terminal.run("draw", "fix", pottery, "--by", "窓口1", **CLOSED)
    for _twice in range(2):
        terminal.run("draw", "run", pottery, "--by", "窓口2", **CLOSED)

    async def doers() -> tuple[list[tuple[str, Actor, str | None]], set[tuple[Actor, str | None]]]:
        database = Database(f"sqlite:///{tmp_path / 'terminal.db'}")
        async with database.reading() as db:
            changes = (await db.scalars(select(CourseChange).order_by(col(CourseChange.id)))).all()
            results = await db.scalars(select(RegistrationChange).where(col(RegistrationChange.at) > NOW))
            found = {(one.by, one.staff) for one in results}
        await database.close()
        return [(change.kind.value, change.by, change.staff) for change in changes], found

    of_the_course, of_the_results = asyncio.run(doers())
    assert of_the_course == [("list_closed", Actor.STAFF, "窓口1"), ("drawn", Actor.STAFF, "窓口2")]
    assert of_the_results == {(Actor.STAFF, "窓口2")}


def test_a_text_is_named_first_and_mixed_in_later(terminal: Terminal, pottery: str) -> None:
    fixed = terminal.run("draw", "fix", pottery, "--mix-in", "6月15日の朝刊の数字", **CLOSED)
    assert "混ぜる文字: 6月15日の朝刊の数字" in fixed.lines
    refused = terminal.run("draw", "run", pottery, **CLOSED)
    assert (refused.code, refused.err) == (2, "manabi: 混ぜる文字がまだです: 6月15日の朝刊の数字\n")
    assert terminal.run("draw", "run", pottery, "--public", "38,915", **CLOSED).code == 0
    assert terminal.run("draw", "verify", pottery).code == 0


@pytest.mark.parametrize("command", ["fix", "run"])
def test_an_open_lottery_is_not_closed(terminal: Terminal, pottery: str, command: str) -> None:
    said = terminal.run("draw", command, pottery, **OPEN)
    assert (said.code, said.out.count("一覧")) == (2, 0)
    assert "まだ申込を受けつけています" in said.err


def test_a_draw_that_is_still_to_come_cannot_be_checked(terminal: Terminal, pottery: str) -> None:
    said = terminal.run("draw", "verify", pottery)
    assert (said.code, said.err) == (2, f"manabi: 講座{pottery}の抽選はまだです。\n")


@pytest.mark.parametrize("command", ["show", "fix", "rehearse", "run"])
def test_a_course_that_is_not_there_is_said(terminal: Terminal, pottery: str, command: str) -> None:
    said = terminal.run("draw", command, "999999")
    assert (said.code, said.err) == (2, "manabi: 講座999999はありません。\n")


def test_each_session_has_its_own_draw(terminal: Terminal, tmp_path: Path) -> None:
    number = asyncio.run(three_entries(f"sqlite:///{tmp_path / 'terminal.db'}", by_session=True))
    assert terminal.run("draw", "run", number, **CLOSED).lines[0] == "夏の陶芸 第1回: 抽選しました(申込0組)。"
