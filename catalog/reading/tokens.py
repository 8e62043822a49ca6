"""Words of a Japanese text, by SudachiPy, with the city's names mended.

The dictionary is loaded at the first call (some 0.1 s, 33 MB) and shared; a tokenizer is made for each thread.
"""

import re
import threading
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from catalog.reading.normalise import hiragana, narrow

_CHUNK = 8_000  # characters; SudachiPy refuses texts of more than 49,149 bytes
_MOST_MET = 100_000  # words kept in memory
_local = threading.local()
_met: dict[tuple[str, int, int], "Word | None"] = {}
_loading = threading.Lock()


@dataclass(frozen=True, slots=True)
class Word:
    """One word: as written (after `narrow`), its dictionary form, its reading in hiragana, its part of speech."""

    surface: str
    normal: str
    reading: str
    part: str  # 名詞, 動詞, 助詞 …; for nouns with their kind: 名詞-固有名詞


def words(text: str) -> tuple[Word, ...]:
    """The words of a text in order, without spaces. Any text is accepted."""
    text = narrow(text)
    found: list[Word] = []
    at = 0
    for name in _names_pattern().finditer(text):
        found += _analysed(text[at : name.start()])
        found.append(Word(name[0], name[0], _names()[name[0]], "名詞-固有名詞"))
        at = name.end()
    return (*found, *_analysed(text[at:]))


def reading(text: str) -> str:
    """The whole text as it is spoken, in hiragana; what has no reading stays as it is."""
    return "".join(word.reading for word in words(text))


def _analysed(text: str) -> list[Word]:
    parts = (text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK))
    found = (_word_of(morpheme) for part in parts for morpheme in _tokenizer().tokenize(part))
    return [word for word in found if word is not None]


def _word_of(morpheme: Any) -> Word | None:
    """The word of a morpheme; None for a space. The same few thousand come again and again: each is made once."""
    key = (morpheme.surface(), morpheme.word_id(), morpheme.part_of_speech_id())
    if key in _met:
        return _met[key]
    if len(_met) >= _MOST_MET:
        _met.clear()
    parts = morpheme.part_of_speech()
    word = (
        None
        if parts[0] == "空白" or key[0].isspace()
        else Word(key[0], morpheme.normalized_form().lower(), _reading_of(morpheme), _part_of(parts))
    )
    _met[key] = word
    return word


def _reading_of(morpheme: Any) -> str:
    """Signs and Latin words have no reading of their own: they are said as they are written."""
    spoken = morpheme.reading_form()
    return hiragana(morpheme.surface() if not spoken or spoken == "キゴウ" else spoken)


def _part_of(parts: tuple[str, ...]) -> str:
    return f"{parts[0]}-{parts[1]}" if parts[0] == "名詞" else parts[0]


def _tokenizer() -> Any:
    if not hasattr(_local, "tokenizer"):
        _local.tokenizer = _dictionary().tokenizer()
    return _local.tokenizer


def _dictionary() -> Any:
    with _loading:
        return _load()


@cache
def _load() -> Any:
    from sudachipy import Dictionary  # noqa: PLC0415 - heavy; only who reads Japanese pays for it

    return Dictionary(dict="small")


@cache
def _names() -> dict[str, str]:
    lines = (files("catalog.reading") / "data" / "names.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


@cache
def _names_pattern() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(_names(), key=len, reverse=True))))
