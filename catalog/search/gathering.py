"""What the texts of courses hold, gathered once a course: their words, how they sound, the names in their titles."""

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from catalog.reading.asides import told
from catalog.reading.tokens import Word, words
from catalog.search import lexicon
from catalog.search.entry import CourseEntry
from catalog.search.kana import codes, pairs_and_triples, sound
from catalog.search.postings import WHOLE, Held, Ints, counted, joined, renewed
from catalog.search.query import EMPTY, is_telling
from catalog.search.renewal import Renewal
from catalog.search.spelled import pairs

_TITLE, _BODY, _ASIDE = 3 * WHOLE, WHOLE, 4 * WHOLE // 10  # how much a mention counts there
_LONGEST_BODY = 700  # characters of a description that are read
_AT_ONCE = 5_000  # courses; each needs some 30 KB while it is read
_BETWEEN = "\t"  # between the names of a title; no word holds it
_MUTE = -1  # a word that tells nothing


class Gathered(NamedTuple):
    """Of each course the normal forms of its title and of its body (see `lexicon.spelled`), and the nouns of its title
    with their sounds (sound, name, sound, name …); of all courses the words, the pairs and triples of sounds, and the
    pairs of signs in titles and in bodies (see `spelled.pairs`)."""

    titles: list[str]
    bodies: list[str]
    names: list[str]
    words: Held
    sounds: Held
    title_pairs: Held
    body_pairs: Held

    def renewed(self, fresh: "Gathered", renewal: Renewal) -> "Gathered":
        """The same of the courses as they are numbered anew."""
        return Gathered(
            renewal.listed(self.titles, fresh.titles),
            renewal.listed(self.bodies, fresh.bodies),
            renewal.listed(self.names, fresh.names),
            *(renewed(one, other, renewal) for one, other in zip(self.held, fresh.held, strict=True)),
        )

    @property
    def held(self) -> tuple[Held, ...]:
        """All of it that is numbers."""
        return self.words, self.sounds, self.title_pairs, self.body_pairs

    def named(self) -> dict[str, str]:
        """The names of all titles by their sound."""
        whole = _BETWEEN.join(filter(None, self.names))
        parts = whole.split(_BETWEEN) if whole else []
        return dict(zip(parts[::2], parts[1::2], strict=True))


def gather(entries: Sequence[CourseEntry]) -> Gathered:
    """Reads the texts of courses, numbered in their order. The work of it: some 0.5 ms a course."""
    gathering = _Gathering()
    held = []
    for start in range(0, len(entries), _AT_ONCE) or (0,):
        for document, entry in enumerate(entries[start : start + _AT_ONCE], start):
            gathering.read(document, entry)
        held.append(gathering.held(len(entries)))
    whole = (joined(list(parts), len(entries)) for parts in zip(*held, strict=True))
    return Gathered(gathering.titles, gathering.bodies, gathering.names, *whole)


@lru_cache(maxsize=50_000)
def feature(normal: str) -> int:
    """The number of a word: the same in every index, so that indexes can be joined."""
    return int.from_bytes(hashlib.blake2b(normal.encode(), digest_size=7).digest())


class _Gathering:
    """Reads course by course; `held` hands over what has come together since it was last asked."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        self.bodies: list[str] = []
        self.names: list[str] = []
        self._features: dict[Word, int] = {}  # of every word met
        self._asides: dict[str, tuple[Word, ...]] = {}
        self._clear()

    def _clear(self) -> None:
        self._first = len(self.titles)  # the course that is read next
        self._words: list[int] = []
        self._words_in: list[tuple[int, int, int]] = []  # document, weight, how many words
        self._sounds: list[str] = []
        self._sounds_in: list[tuple[int, int, int]] = []  # document, weight, how many signs

    def read(self, document: int, entry: CourseEntry) -> None:
        title = words(entry.title)
        target = entry.target_text or ""
        said = told(entry.description[:_LONGEST_BODY])
        body = words(said.matter if target in said.matter else f"{said.matter}\n{target}")
        beside = self._aside(entry.venue.name if entry.venue else "") + self._aside(entry.organizer or "")
        beside += words(said.asides)
        self.titles.append(lexicon.spelled(title))
        self.bodies.append(lexicon.spelled(body))
        self.names.append(_BETWEEN.join(part for name, spoken in _named(title) for part in (sound(spoken), name)))
        for tokens, weight in ((title, _TITLE), (body, _BODY), (beside, _ASIDE)):
            self._take(document, tokens, weight)
        if entry.title_kana:
            self._hear(document, words(entry.title_kana), _TITLE)

    def held(self, size: int) -> tuple[Held, ...]:
        """What `Gathered` holds in numbers, of what was read since the last time; `size` of all courses."""
        documents, weights = _spread(self._words_in)
        features = np.array(self._words, np.int64)
        telling = features != _MUTE
        told = counted(features[telling], documents[telling], weights[telling], size)
        # The texts are cut from each other by a line's end.
        two, three = pairs_and_triples(codes("".join(self._sounds)))
        documents, weights = (np.tile(values, 2) for values in _spread(self._sounds_in))
        features = np.concatenate((two, three))
        heard = counted(features[features > 0], documents[features > 0], weights[features > 0], size)
        beside = [pairs(texts[self._first :], self._first, size) for texts in (self.titles, self.bodies)]
        self._clear()
        return told, heard, *beside

    def _aside(self, name: str) -> tuple[Word, ...]:
        """The words of a venue's or organiser's name, which many courses share."""
        if name not in self._asides:
            self._asides[name] = words(name)
        return self._asides[name]

    def _take(self, document: int, tokens: tuple[Word, ...], weight: int) -> None:
        self._hear(document, tokens, weight)
        self._words += [self._features.get(word) or self._met(word) for word in tokens]
        self._words_in.append((document, weight, len(tokens)))

    def _met(self, word: Word) -> int:
        self._features[word] = feature(word.normal) if is_telling(word) else _MUTE
        return self._features[word]

    def _hear(self, document: int, tokens: tuple[Word, ...], weight: int) -> None:
        said = sound("".join([word.reading for word in tokens])) + "\n"
        self._sounds.append(said)
        self._sounds_in.append((document, weight, len(said)))


def _named(title: tuple[Word, ...]) -> Iterator[tuple[str, str]]:
    """The nouns of a title with their readings, each alone, and those in a row together."""
    row: list[Word] = []
    for word in (*title, None):
        if word is not None and word.part.startswith("名詞") and is_telling(word) > EMPTY:
            row.append(word)
            continue
        yield from ((one.surface, one.reading) for one in row)
        if len(row) > 1:
            yield "".join(one.surface for one in row), "".join(one.reading for one in row)
        row = []


def _spread(parts: list[tuple[int, int, int]]) -> tuple[Ints, Ints]:
    """Document and weight of each of the words or signs of texts."""
    document, weight, length = np.array(parts, np.int64).reshape(-1, 3).T
    return np.repeat(document, length), np.repeat(weight, length)
