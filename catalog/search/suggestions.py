"""もしかして: the name that a misspelt one was meant to be, out of titles and places."""

from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz, process

from catalog.reading.normalise import fold
from catalog.reading.tokens import reading
from catalog.search.kana import sound
from catalog.search.query import is_katakana

_ALIKE, _ALIKE_FOREIGN = 82, 74  # of 100; below it a correction would be a guess. Katakana is misspelt the most
_SHORTEST = 3  # sounds; nearly everything is like a shorter word
_LONGEST = 24  # sounds; a longer text is no name


class Vocabulary:
    """The names that courses and places have, by how they sound."""

    def __init__(self, titled: Mapping[str, str], places: Iterable[str]) -> None:
        """`titled` are the names that stand in titles, by their sound."""
        names = {**titled, **{_sound(place): place for place in places}}
        self._names = {said: name for said, name in names.items() if len(said) > 1}

    def nearest(self, text: str) -> str | None:
        """The name that sounds most like the text; None when it is one of them, or like none."""
        said = _sound(text)
        if not _SHORTEST <= len(said) <= _LONGEST or said in self._names:
            return None
        least = _ALIKE_FOREIGN if is_katakana(text) else _ALIKE
        found = process.extractOne(said, self._names.keys(), scorer=fuzz.ratio, score_cutoff=least)
        # A part of what was said is no correction of it: ベリーダンス is not a misspelt ダンス.
        return self._names[found[0]] if found and found[0] not in said else None


def _sound(text: str) -> str:
    return sound(fold(reading(text)))
