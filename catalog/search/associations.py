"""What words are used alike: 絵筆 stands in texts where 水彩 does. It takes microseconds, and no encoder.

`data/words.npz` holds the word vectors of chiVe (Works Applications, Apache License 2.0) as ja-ginza 5.3.0 ships them
(Megagon Labs, MIT License), cut down by `condensed`.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from catalog.reading.tokens import Word, words
from catalog.search import lexicon
from catalog.search.postings import Floats
from catalog.search.query import EMPTY, is_telling

AXES = 64  # of 300: what the lexicon's words differ in
_READ = 200  # words of a description: what follows tells where and how
_TITLE, _WHOLE = 0.4, 0.6  # shares of a course's title, and of all its text
_TITLE_IN_WHOLE = 2.0
_STEPS = 127  # each number is kept as one of so many, up or down
_UNKNOWN = -1


class _Known(NamedTuple):
    """`keys` of the words, in order; the row of each in `vectors`, which several words share."""

    keys: NDArray[np.uint32]
    rows: NDArray[np.uint16]
    vectors: Floats


def of_course(title: Sequence[Word], body: Sequence[Word]) -> Floats:
    """What a course is about."""
    named = _unit(_mixture(_told(title)))
    whole = _unit(_TITLE_IN_WHOLE * _mixture(_told(title)) + _mixture(_told(body[:_READ])))
    return _TITLE * named + _WHOLE * whole


def nearness(told: Mapping[str, float], courses: Floats) -> Floats:
    """How much more than the catalogue's mean each course is about what words tell, by their normal forms and weights:
    0 for most, seldom above 0.5."""
    near: Floats = courses @ _unit(_mixture(told))
    nearer: Floats = np.maximum(near - near.mean() if len(near) else near, 0)
    return nearer


def _told(tokens: Iterable[Word]) -> dict[str, float]:
    """The telling words by their normal forms, with how much they tell."""
    return {word.normal: weight for word in tokens if (weight := is_telling(word)) > EMPTY}


def _mixture(told: Mapping[str, float]) -> Floats:
    rows = [row(normal) for normal in told]
    known = [(at, weight) for at, weight in zip(rows, told.values(), strict=True) if at != _UNKNOWN]
    if not known:
        return np.zeros(AXES, np.float32)
    places, weights = zip(*known, strict=True)
    mixed: Floats = np.array(weights, np.float32) @ _known().vectors[list(places)]
    return mixed


def _unit(vector: Floats) -> Floats:
    unit: Floats = vector / np.maximum(np.linalg.norm(vector), np.float32(1e-6))
    return unit


@lru_cache(maxsize=50_000)
def row(normal: str) -> int:
    """The row of a word's vector; -1 where none is known."""
    keys, rows, _ = _known()
    key = _key(normal)
    at = int(np.searchsorted(keys, key))
    return int(rows[at]) if at < len(keys) and keys[at] == key else _UNKNOWN


def _key(normal: str) -> np.uint32:
    return np.uint32(zlib.crc32(normal.encode()))  # one of 30,000 unknown words is taken for another


@cache
def _known() -> _Known:
    with (files("catalog.search") / "data" / "words.npz").open("rb") as file:
        kept = np.load(file, allow_pickle=False)
        return _Known(kept["keys"], kept["rows"], kept["vectors"] * kept["step"])


def condensed(rows: Mapping[str, int], vectors: Floats) -> dict[str, NDArray[np.generic]]:
    """The content of words.npz, of words with the row of each in `vectors`.

    What stays: words as the tokenizer yields them, in Japanese script and no names; the axes in which the lexicon's
    words differ most.
    """
    turned = vectors - vectors.mean(axis=0)
    turned /= np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-6)
    ours = {rows[word.normal] for text in lexicon.phrases() for word in words(text) if word.normal in rows}
    _, axes = np.linalg.eigh(turned[sorted(ours)].T @ turned[sorted(ours)])
    turned = turned @ axes[:, ::-1][:, :AXES]
    step = np.float32(np.abs(turned).max() / _STEPS)
    kept = {_key(text): at for text, at in rows.items() if _is_word(text)}
    keys = np.array(sorted(kept), np.uint32)
    return {
        "keys": keys,
        "rows": np.array([kept[key] for key in keys], np.uint16),
        "vectors": np.round(turned / step).astype(np.int8),
        "step": step,
    }


def _is_word(text: str) -> bool:
    found = words(text)
    if text.isascii() or len(found) != 1 or found[0].normal != text:
        return False
    return is_telling(found[0]) > EMPTY and found[0].part != "名詞-固有名詞"
