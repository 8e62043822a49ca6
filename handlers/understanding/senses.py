"""Words with two senses (お茶: 茶道, or how to make tea), of `data/senses.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from catalog.reading.normalise import fold


@dataclass(frozen=True, slots=True)
class Sense:
    """One sense of a word: what a button says, and the words that are looked for."""

    label: str
    words: str


def senses_of(words: str) -> tuple[Sense, ...]:
    """The senses of a subject that is just such a word; none of any other."""
    return _known().get(fold(words), ())


@cache
def _known() -> dict[str, tuple[Sense, ...]]:
    data = tomllib.loads((files("handlers.understanding") / "data" / "senses.toml").read_text(encoding="utf-8"))
    return {
        fold(word): tuple(Sense(label, words) for label, words in entry["readings"])
        for entry in data["senses"]
        for word in entry["words"]
    }
