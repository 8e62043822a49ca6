"""The lexicon laid over the catalogue: which courses are about which idea, and which ideas a query names."""

from dataclasses import dataclass

import numpy as np

from catalog.search import lexicon
from catalog.search.lexicon import BOUNDARY, Concept, Phrase
from catalog.search.postings import Floats, Ints, Matches
from catalog.search.query import Query

_SAME, _HELPED = 0.95, 0.75  # how much another word counts beside the word itself
_IN_TITLE, _IN_BODY = 1.0, 0.6  # how much a course is about what is named there
_HEARD = 3  # kana; a shorter word is heard in too many others


class Spelled:
    """The same text of all courses, searched at once."""

    def __init__(self, texts: list[str]) -> None:
        """`texts` are normal forms, each between two BOUNDARY signs; one a course."""
        plain = [text.replace(BOUNDARY, "") for text in texts]
        self._whole, self._plain = "\n".join(texts), "\n".join(plain)
        self._starts = _starts(texts)
        self._plain_starts = _starts(plain)

    def holding(self, phrase: Phrase) -> Ints:
        """The distinct courses whose text holds the phrase, in order."""
        bounded = phrase.text.startswith(BOUNDARY)
        text, starts = (self._whole, self._starts) if bounded else (self._plain, self._plain_starts)
        places: list[int] = []
        at = text.find(phrase.text) if phrase.text else -1
        while at >= 0:
            document = int(np.searchsorted(starts, at, side="right")) - 1
            places.append(document)
            at = text.find(phrase.text, int(starts[document + 1])) if document + 1 < len(starts) else -1
        return np.array(places, np.int64)


@dataclass(frozen=True, slots=True)
class Idea:
    """An idea that a query names. `covers` are the normal forms it stands for; empty when it was only heard."""

    covers: str
    about: Matches


class Ideas:
    """How much each course is about each concept of the lexicon."""

    def __init__(self, titles: Spelled, bodies: Spelled, size: int) -> None:
        self._size = size
        held: dict[Phrase, Matches] = {}
        self._concepts = [(concept, _about(concept, titles, bodies, size, held)) for concept in lexicon.concepts()]

    def named(self, query: Query) -> list[Idea]:
        """The ideas whose words the query holds, by spelling; by sound alone in its stretches of hiragana."""
        found = []
        plain = query.spelled.replace(BOUNDARY, "")
        for concept, about in self._concepts:
            for said in concept.said:
                if said.text in (query.spelled if said.text.startswith(BOUNDARY) else plain):
                    found.append(Idea(said.text, about))
                elif any(_hears(run, said.sound) for run in query.heard):
                    found.append(Idea("", about))
        return found


def _hears(run: str, said: str) -> bool:
    return said in run if len(said) >= _HEARD else said == run


def _about(concept: Concept, titles: Spelled, bodies: Spelled, size: int, held: dict[Phrase, Matches]) -> Matches:
    strength: Floats = np.zeros(size, np.float32)
    for phrase in concept.meant:
        if phrase not in held:
            held[phrase] = _mentions(phrase, titles, bodies)
        strength[held[phrase].documents] = np.maximum(strength[held[phrase].documents], held[phrase].strengths)
    documents = np.flatnonzero(strength)
    return Matches(documents, strength[documents] * np.float32(_SAME if concept.same else _HELPED))


def _mentions(phrase: Phrase, titles: Spelled, bodies: Spelled) -> Matches:
    in_titles = titles.holding(phrase)
    in_bodies = np.setdiff1d(bodies.holding(phrase), in_titles)
    strengths = np.repeat(np.array([_IN_TITLE, _IN_BODY], np.float32), [len(in_titles), len(in_bodies)])
    return Matches(np.concatenate((in_titles, in_bodies)), strengths)


def _starts(texts: list[str]) -> Ints:
    lengths = np.array([len(text) + 1 for text in texts], np.int64)
    return np.append(np.int64(0), lengths.cumsum()[:-1]) if len(texts) else lengths
