"""How well the words of a query fit each course: its words, its sounds, and what the lexicon knows.

Every score is a share of the query (0…1), so that one threshold tells "nothing fits" for long and short texts alike.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from catalog.reading.tokens import words
from catalog.search import lexicon
from catalog.search.gathering import Gathered, feature
from catalog.search.ideas import LEAST_IN_TITLE, Idea, Ideas
from catalog.search.kana import grams
from catalog.search.lexicon import Phrase
from catalog.search.postings import Floats, Mask, Matches, Postings, Small, rarity
from catalog.search.query import EMPTY, Query, Term, is_telling
from catalog.search.spelled import Spelled

_WORDS = 0.7  # the share of words where they can be told apart; sounds have the rest
_WORDS_BY_EAR = 0.25
_CERTAIN_SOUND = 0.55  # from here on sounds alone convince: a name misspelt or mistyped
_BEST_WORD = 0.4  # how much the one best word counts beside the share of all
_OTHER_THING = 0.4  # what is left of a word beside an unknown one that names the thing
_UNSAID = (0.25, 0.6)  # what is left of a word that no course holds: a verb's or adjective's, a noun's
_LONGEST_NAME = 12  # kana of a name that is listened for
_PARTICLES = frozenset("おがのにではとも")  # by their sound: を is お
_TELLING_SOUND = 4  # kana; a shorter word sounds like too many
_IN_TITLE, _IN_BODY = 0.7, 0.35  # what a word inside of another counts
_NAMED = 0.8  # the least weight of a word that names an idea of the lexicon
_ASIDE = 0.35  # what is left of other words beside such a one: they tell why, or how
_WISHES = 2.0  # a text asks for so many things at most, however long it is: what else it says does not count
_UNDERSTOOD = 0.85  # the share of what an idea tells where it sounds quite unlike the words


class Missing(IntEnum):
    """What of a query stands in no course at all."""

    NOTHING = 0
    NOUN = 1
    NAME = 2  # a name, or an idea of the lexicon: whatever else matches, it is not what was asked for


@dataclass(slots=True)
class _Unit:
    """A word of a query, or an idea of the lexicon: how much it weighs, how strongly every course holds it."""

    weight: float
    held: Floats
    heard: bool = False
    idea: bool = False

    @property
    def unknown(self) -> bool:
        return not self.held.any()


class TextIndex:
    """The texts of all courses, numbered in the order of `entries`. Immutable once built.

    `names` are the nouns of all titles by their sound.
    """

    def __init__(self, gathered: Gathered, ideas: Ideas) -> None:
        self.gathered, self.ideas = gathered, ideas
        self.size = len(gathered.titles)
        self._words = Postings(gathered.words, self.size)
        self._sounds = Postings(gathered.sounds, self.size)
        self.names: Mapping[str, str] = gathered.named()
        self._titles = Spelled(gathered.titles, gathered.title_pairs)
        self._bodies = Spelled(gathered.bodies, gathered.body_pairs)

    def scores(self, query: Query) -> tuple[Floats, Missing, Mask]:
        """For every course, the share of the query that it answers, 0…1; what of the query no course holds; and which
        courses say something of it in their title."""
        ideas = self.ideas.named(query)
        units = self._units(query, ideas)
        spoken = self._spoken(query, units)
        told = _told(units, self.size)
        titled = spoken >= _CERTAIN_SOUND
        for idea in ideas:
            titled[idea.about.documents[idea.about.strengths >= LEAST_IN_TITLE]] = True
        for unit in units:
            if unit.heard:
                titled |= unit.held >= LEAST_IN_TITLE
        for said in _phrases(query):
            titled[self._titles.holding(said)] = True
        return self._mixed(query, units, told, spoken), _missing(query, units), titled

    def channels(self, query: Query) -> tuple[Floats, Floats]:
        """What `scores` is mixed of: the share of the words that each course holds, and that of the sounds."""
        units = self._units(query, self.ideas.named(query))
        return _told(units, self.size), self._spoken(query, units)

    def _mixed(self, query: Query, units: list[_Unit], told: Floats, spoken: Floats) -> Floats:
        share = _WORDS_BY_EAR if query.by_ear and not any(unit.heard for unit in units) else _WORDS
        mixed: Floats = share * told + (1 - share) * spoken
        if any(unit.idea and not unit.unknown for unit in units):
            mixed = np.maximum(mixed, _UNDERSTOOD * told + (1 - _UNDERSTOOD) * spoken)
        unsure = len(query.sound) >= _TELLING_SOUND and (
            query.by_ear or any(unit.unknown and unit.weight for unit in units)
        )
        return np.maximum(mixed, spoken * (spoken >= _CERTAIN_SOUND)) if unsure else mixed

    def titled(self, query: Query, courses: Iterable[int]) -> set[int]:
        """Those of these courses whose title holds a telling word of the query."""
        phrases, titles = _phrases(query), self.gathered.titles
        return {at for at in courses if any(said.within(titles[at]) for said in phrases)}

    def holding(self, text: str) -> Small:
        """The courses that say this text, or another word for it, in title or description."""
        said = lexicon.phrase(text)
        same = (concept.said for concept in lexicon.concepts() if concept.same and said in concept.said)
        phrases = {said}.union(*same)
        return np.unique(np.concatenate([where.holding(p) for p in phrases for where in (self._titles, self._bodies)]))

    def likeness(self, text: str) -> Floats:
        """For every course, the share of a text's words that it holds, 0…1: how alike two courses are."""
        features = {feature(word.normal) for word in words(text) if is_telling(word)}
        return self._words.share(self._words.known(np.array(sorted(features), np.int64)))

    def _spoken(self, query: Query, units: list[_Unit]) -> Floats:
        """The share of the query's sounds. A name that no course holds must be heard itself: ドイツ語会話 is no
        中国語会話, whatever they share."""
        spoken = self._sounds.share(grams(query.sound))
        for term, unit in zip(query.terms, units, strict=False):
            if term.name and unit.unknown:
                spoken = np.minimum(spoken, self._sounds.share(grams(term.sound)))
        return spoken

    def _units(self, query: Query, ideas: list[Idea]) -> list[_Unit]:
        """One for every term, then those ideas that were only heard."""
        heard = [
            self._weighed(_NAMED, _spread(idea.about, self.size), heard=True, idea=True)
            for idea in ideas
            if not idea.covers
        ]
        units = [self._unit(term, [idea.about for idea in ideas if term.normal in idea.covers]) for term in query.terms]
        if query.kana:
            heard += self._titles_heard(query.heard, [*heard, *units])
        unknown = {term.compound for term, unit in zip(query.terms, units, strict=True) if term.name and unit.unknown}
        nouns = {
            term.compound for term, unit in zip(query.terms, units, strict=True) if term.weight >= 1 and unit.unknown
        }
        for term, unit in zip(query.terms, units, strict=True):
            if term.compound in unknown or (term.name and not unit.idea and term.compound in nouns):
                unit.held *= _OTHER_THING  # 会話 in ドイツ語会話, 日本 in 日本刀
            if heard and (query.by_ear or (unit.unknown and not term.name)):
                unit.weight = 0.0  # not a word, but what the tokenizer made of kana
        if any(unit.idea and not unit.unknown for unit in (*units, *heard)):
            _set_aside(query, units)
        return [*units, *heard]

    def _titles_heard(self, runs: Iterable[str], known: list[_Unit]) -> list[_Unit]:
        """Names of titles that stretches of kana hold, beside what is known of them: うくれれ, よが."""
        units = []
        for name in {name for run in runs for name in _names_within(run, self.names)}:
            said = lexicon.phrase(name)
            held = np.zeros(self.size, np.float32)
            held[self._bodies.holding(said)] = _IN_TITLE
            held[self._titles.holding(said)] = 1
            if not any((unit.held[held > 0] > 0).all() for unit in known):
                units.append(self._weighed(_NAMED, held, heard=True, idea=True))
        return units

    def _unit(self, term: Term, named: list[Matches]) -> _Unit:
        """A word as it is held by every course: itself, or what it stands for."""
        held = _spread(self._words.find(feature(term.normal)), self.size)
        for about in named:
            held[about.documents] = np.maximum(held[about.documents], about.strengths)
        if named:
            return self._weighed(max(term.weight, _NAMED), held, idea=True)
        if not held.any():
            held = self._within_words(term)
        if not held.any() and not term.name:  # what nobody announces tells little, unless it is a name
            return self._weighed(term.weight * _UNSAID[term.weight >= 1], held)
        return self._weighed(term.weight, held)

    def _within_words(self, term: Term) -> Floats:
        """The courses that hold a word inside of others: 星 in 星空."""
        held = np.zeros(self.size, np.float32)
        if term.weight > EMPTY and any("一" <= sign <= "龠" or "ァ" <= sign <= "ヺ" for sign in term.normal):
            said = lexicon.phrase(term.normal)
            held[self._bodies.holding(said)] = _IN_BODY
            held[self._titles.holding(said)] = _IN_TITLE
        return held

    def _weighed(self, weight: float, held: Floats, *, heard: bool = False, idea: bool = False) -> _Unit:
        return _Unit(weight * float(rarity(float(np.count_nonzero(held)), self.size)), held, heard, idea)


def _phrases(query: Query) -> list[Phrase]:
    """The telling words of a query as they are looked for in texts."""
    phrases = (lexicon.phrase(term.normal) for term in query.terms if term.weight > EMPTY)
    return [said for said in phrases if said.text]


def _names_within(run: str, names: Mapping[str, str]) -> Iterator[str]:
    """The names whose sound a stretch of kana holds, the longest of those that begin together; short ones only where
    they are all of it, or lead it before a particle."""
    at = 0
    while at < len(run):
        for end in range(min(len(run), at + _LONGEST_NAME), at + 1, -1):
            said = run[at:end]
            whole = end == len(run) or run[end] in _PARTICLES
            if said in names and (len(said) >= _TELLING_SOUND or (at == 0 and whole)):
                yield names[said]
                at = end - 1
                break
        at += 1


def _set_aside(query: Query, units: list[_Unit]) -> None:
    """Lets count little what only tells why or how: no idea, or one of several that no course is about."""
    several = sum(unit.idea and unit.unknown for unit in units) > 1
    for term, unit in zip(query.terms, units, strict=True):
        if (several and unit.unknown) if unit.idea else not term.name:
            unit.weight *= _ASIDE


def _missing(query: Query, units: list[_Unit]) -> Missing:
    missing = Missing.NOTHING
    for term, unit in zip(query.terms, units, strict=False):
        if unit.unknown and unit.weight and term.weight >= 1:
            missing = max(missing, Missing.NAME if term.name or unit.idea else Missing.NOUN)
    return missing


def _told(units: list[_Unit], size: int) -> Floats:
    """The share of the query's words that each course holds, with more weight on the one it holds best."""
    heaviest = max((unit.weight for unit in units), default=0.0)
    whole = min(sum(unit.weight for unit in units), _WISHES * heaviest)
    share, best = np.zeros(size, np.float32), np.zeros(size, np.float32)
    for unit in units:
        if unit.weight:
            share += np.float32(unit.weight / whole) * unit.held
            best = np.maximum(best, np.float32(unit.weight / heaviest) * unit.held)
    return (1 - _BEST_WORD) * np.minimum(share, 1) + np.float32(_BEST_WORD) * best


def _spread(matches: Matches, size: int) -> Floats:
    held = np.zeros(size, np.float32)
    held[matches.documents] = matches.strengths
    return held
