"""もしかして: the name that a misspelt one was meant to be, out of titles and places."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from rapidfuzz import fuzz, process

from catalog.reading.normalise import fold
from catalog.reading.tokens import Word, reading, words
from catalog.search.entry import CourseEntry
from catalog.search.kana import sound
from catalog.search.query import EMPTY, is_katakana, is_telling

_ALIKE, _ALIKE_FOREIGN = 82, 74  # of 100; below it a correction would be a guess. Katakana is misheard the most
_SHORTEST = 3  # characters; nearly everything is like a shorter word
_LONGEST = 24  # characters; a longer text is no name
_END = Word("", "", "", "補助記号")


class Vocabulary:
    """The nouns of titles and the names of places, by how they sound. Gathered at the first use."""

    def __init__(self, entries: Sequence[CourseEntry], places: Iterable[str]) -> None:
        self._entries = entries
        self._places = tuple(places)

    def nearest(self, text: str) -> str | None:
        """The name that sounds most like the text; None when it is one of them, or like none."""
        said = sound(fold(reading(text)))
        if not _SHORTEST <= len(said) <= _LONGEST or said in self._names:
            return None
        least = _ALIKE_FOREIGN if is_katakana(text) else _ALIKE
        found = process.extractOne(said, self._names.keys(), scorer=fuzz.ratio, score_cutoff=least)
        return self._names[found[0]] if found else None

    @cached_property
    def _names(self) -> dict[str, str]:
        titled = (name for entry in self._entries for name in _named(words(entry.title)))
        names = (*dict.fromkeys(titled), *self._places)
        return {sound(fold(reading(name))): name for name in names if len(name) > 1}


def _named(title: tuple[Word, ...]) -> Iterator[str]:
    """The nouns of a title, each alone and those in a row together: エンディング, ノート, エンディングノート."""
    row: list[Word] = []
    for word in (*title, _END):
        if is_telling(word) > EMPTY and word.part.startswith("名詞"):
            row.append(word)
            continue
        yield from (one.surface for one in row)
        if len(row) > 1:
            yield "".join(one.surface for one in row)
        row = []
