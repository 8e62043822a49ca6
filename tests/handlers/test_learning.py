"""What was learnt of the wordings is the same when it is read from its file; a file of no use is learnt anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.understanding import intents

TEXTS = ("予約をキャンセルしたい", "こんにちは", "無料のヨガ", "ごみの日はいつ", "")


@pytest.fixture(autouse=True)
def _learnt() -> Iterator[None]:
    """Whatever a test learns, the others go on with what was learnt before."""
    intents.likely_intents("")
    before = list(intents._learnt)
    yield
    intents._learnt[:] = before


def answers() -> list[tuple[intents.Likely, ...]]:
    return [intents.likely_intents(text) for text in TEXTS]


def test_the_same_from_the_file(tmp_path: Path) -> None:
    learnt, before = intents._learnt[0], answers()
    intents.learn(tmp_path / "intents")
    intents.learn(tmp_path / "intents")
    assert intents._learnt[0] is not learnt, "read from the file"
    assert answers() == before


@pytest.mark.parametrize("content", [b"", b"PK", b"x" * 1_000])
def test_a_damaged_file_is_made_anew(tmp_path: Path, content: bytes) -> None:
    path, before = tmp_path / "intents", answers()
    path.write_bytes(content)
    intents.learn(path)
    assert answers() == before
    assert path.read_bytes() != content
