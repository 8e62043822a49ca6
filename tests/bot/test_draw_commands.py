"""`manabi draw`: what staff and anybody else are told of a lottery."""

from pathlib import Path

import pytest

from catalog import draw
from catalog.draw import Drawn
from tests.bot.terminal import Terminal
from tests.catalog.draws import SEED, parties, terms


@pytest.fixture
def drawn() -> Drawn:
    return draw.hold(terms(seats=2), parties("A", "B", "C"), seed=SEED)


@pytest.fixture
def file(drawn: Drawn, tmp_path: Path) -> Path:
    path = tmp_path / "draw.txt"
    path.write_bytes(drawn.text.encode())
    return path


def test_a_right_file_is_confirmed(terminal: Terminal, file: Path, drawn: Drawn) -> None:
    said = terminal.run("draw", "verify", str(file))
    assert (said.code, said.lines) == (0, ["抽選は正しく行われています(申込3組・当選2組)。"])
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
