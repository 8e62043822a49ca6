"""The lexicon laid over the catalogue: which courses are about which idea, and which ideas a query names."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np

from catalog.search import lexicon
from catalog.search.lexicon import BOUNDARY, Concept, Phrase
from catalog.search.postings import Floats, Matches
from catalog.search.query import Query, read_query
from catalog.search.renewal import Renewal
from catalog.search.spelled import Spelled

_SAME, _HELPED = 0.95, 0.75  # how much another word counts beside the word itself
_IN_TITLE, _IN_BODY = 1.0, 0.7  # how much a course is about what is named there
LEAST_IN_TITLE = np.float32(_HELPED * _IN_TITLE)  # the least that a course holds of what its title names
_START = 2  # characters by which a phrase is looked up
_HEARD = 3  # kana; a shorter word is heard in too many others


@dataclass(frozen=True, slots=True)
class Idea:
    """An idea that a query names. `covers` are the normal forms it stands for; empty when it was only heard."""

    covers: str
    about: Matches


class Ideas:
    """How much each course is about each concept of the lexicon."""

    def __init__(self, about: list[Matches]) -> None:
        self.about = about

    @classmethod
    def read(cls, titles: Spelled, bodies: Spelled, size: int) -> "Ideas":
        """Looks for every phrase of the lexicon in the texts."""
        held: dict[Phrase, Matches] = {}
        return cls([_about(concept, titles, bodies, size, held) for concept in lexicon.concepts()])

    def renewed(self, fresh: "Ideas", renewal: Renewal) -> "Ideas":
        """The same of the courses as they are numbered anew."""
        return Ideas([_moved(one, other, renewal) for one, other in zip(self.about, fresh.about, strict=True)])

    def named(self, query: Query) -> list[Idea]:
        """The ideas whose words the query holds, by spelling; by sound alone in its stretches of hiragana."""
        seen = _seen(query.spelled)
        loose = query.by_ear and len(query.heard) == 1  # nothing says where its words begin
        heard = {number for run in query.heard for number in _heard(run, loose=loose)}
        ideas = [Idea(text, self.about[number]) for text, number in sorted(seen)]
        if not query.by_ear:  # else what was seen is what the tokenizer made of it
            heard = set() if query.kana and seen else heard - {number for _, number in seen}  # ヨガ is spelt well
        return ideas + [Idea("", self.about[number]) for number in sorted(heard)]


def ideas_in(query: Query) -> list[str]:
    """Of each idea that a query names, the word that stands first for it in the lexicon."""
    numbers = {number for _, number in _seen(query.spelled)} | {n for run in query.heard for n in _heard(run)}
    return [lexicon.concepts()[number].said[0].text.strip(BOUNDARY) for number in sorted(numbers)]


def names_an_idea(text: str) -> bool:
    """Whether words of a text are known to the lexicon, by spelling, or by sound in its hiragana."""
    return bool(named_ideas(text))


def named_ideas(text: str) -> set[int]:
    """The numbers of the concepts that a text names."""
    query = read_query(text)
    return {number for _, number in _seen(query.spelled)} | {n for run in query.heard for n in _heard(run)}


def _seen(spelled: str) -> set[tuple[str, int]]:
    spellings, _ = _finders()
    return {*spellings.within(spelled.replace(BOUNDARY, "")), *spellings.within(spelled)}


def _heard(run: str, *, loose: bool = False) -> set[int]:
    """The concepts heard in a stretch of hiragana: short ones only where it begins, unless `loose`."""
    _, sounds = _finders()
    return {
        number
        for said, number in sounds.within(run)
        if len(said) > _HEARD or said == run or (len(said) == _HEARD and (loose or run.startswith(said)))
    }


class _Finder:
    """Finds which of many phrases stand in a short text, by the first characters of each."""

    def __init__(self, phrases: Iterable[tuple[str, int]]) -> None:
        self._starting: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for text, number in phrases:
            self._starting[text[:_START]].append((text, number))

    def within(self, text: str) -> list[tuple[str, int]]:
        """The phrases that the text holds, with their number."""
        starts = {text[at : at + length] for at in range(len(text)) for length in range(1, _START + 1)}
        return [found for start in starts for found in self._starting.get(start, ()) if found[0] in text]


@cache
def _finders() -> tuple[_Finder, _Finder]:
    """All that is said for a concept, by spelling and by sound, with the concept's number."""
    said = [(phrase, number) for number, concept in enumerate(lexicon.concepts()) for phrase in concept.said]
    return _Finder((phrase.text, number) for phrase, number in said), _Finder((p.sound, number) for p, number in said)


def _about(concept: Concept, titles: Spelled, bodies: Spelled, size: int, held: dict[Phrase, Matches]) -> Matches:
    strength: Floats = np.zeros(size, np.float32)
    for phrase in concept.meant:
        if phrase not in held:
            held[phrase] = _mentions(phrase, titles, bodies)
        strength[held[phrase].documents] = np.maximum(strength[held[phrase].documents], held[phrase].strengths)
    documents = np.flatnonzero(strength).astype(np.int32)
    return Matches(documents, strength[documents] * np.float32(_SAME if concept.same else _HELPED))


def _mentions(phrase: Phrase, titles: Spelled, bodies: Spelled) -> Matches:
    in_titles = titles.holding(phrase)
    in_bodies = np.setdiff1d(bodies.holding(phrase), in_titles)
    strengths = np.repeat(np.array([_IN_TITLE, _IN_BODY], np.float32), [len(in_titles), len(in_bodies)])
    return Matches(np.concatenate((in_titles, in_bodies)), strengths)


def _moved(old: Matches, fresh: Matches, renewal: Renewal) -> Matches:
    documents = np.concatenate((renewal.old[old.documents], renewal.fresh[fresh.documents]))
    order = np.argsort(documents, kind="stable")[np.count_nonzero(documents < 0) :]
    return Matches(documents[order], np.concatenate((old.strengths, fresh.strengths))[order])
