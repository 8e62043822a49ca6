"""Every course as an entry, ready to be searched, in an index that never changes once it is built."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

import numpy as np

from catalog.search import lexicon
from catalog.search.conditions import Conditions, Standing, relaxed
from catalog.search.criteria import Criteria, Reason, Relaxed
from catalog.search.entries import Entries
from catalog.search.entry import CourseEntry, VenueEntry
from catalog.search.finding import FIELD, ISSUE, NEIGHBOUR, Found, find, fitting, helps, highest, meant, topped
from catalog.search.ideas import ideas_in
from catalog.search.meaning import AXES, Vectors, second_nearness
from catalog.search.parts import Parts, read_parts
from catalog.search.postings import Floats, Ints, Mask
from catalog.search.query import Query, read_query
from catalog.search.reasons import reasons
from catalog.search.renewal import Renewal
from catalog.search.results import Alternative, Explanation, Hit, SearchResult, Weighed
from catalog.search.situations import recognised
from catalog.search.suggestions import Vocabulary
from catalog.search.texts import TextIndex

MOST_HITS = 50
_MOST_ALTERNATIVES = 10
_MOST_MISSED = 2  # constraints that an alternative may miss
_FEW = 5  # with fewer hits, alternatives stand beside them

_BESIDE_FIRST = 0.15  # an alternative has at least this share of the best one's score
_READ_AGAIN = 2.0  # how much nearness by the second reading counts in what only comes near
_FIT = 0.25  # what a perfect fit of age and level adds
_ASKED_LATELY, _ASKED_BYTES = 500, 16_000_000  # how many words are remembered, and in how much memory at most
_MISSED = 0.5  # what one missed constraint takes from an alternative: more than a neighbour's subject does


class CourseIndex:
    """An immutable index over entries. Building it is pure work and may run in a thread."""

    def __init__(self, entries: Iterable[CourseEntry], *, version: int, parts: Parts | None = None) -> None:
        """`parts` are what was read of these entries before; without them every course is read now."""
        self.version = version
        self.entries = entries if isinstance(entries, Entries) else Entries(entries)
        parts = parts or read_parts(self.entries)
        self._places_by_id = {number: at for at, number in enumerate(parts.facts["id"].tolist())}
        self._places, self._fields, self._issues = parts.places, parts.fields, parts.issues
        self.texts = TextIndex(parts.gathered, parts.ideas)
        self._keep(parts.meanings)
        self.conditions = Conditions(parts.facts, parts.sessions, self._places)
        self._vocabulary = Vocabulary(self.texts.names, self._places.names)

    @property
    def parts(self) -> Parts:
        """What was read of the entries."""
        texts, conditions = self.texts, self.conditions
        return Parts(
            *(texts.gathered, texts.ideas, conditions.facts, conditions.sessions),
            *(self._places, self._fields, self._issues, self._meanings),
        )

    def renewed(
        self, fresh: Sequence[CourseEntry], gone: Collection[int], *, version: int, meaning: bool = True
    ) -> "CourseIndex":
        """The index with these courses new or changed, and those of these ids gone. Nothing else is read again.

        Without `meaning` only the words of the fresh ones are read.
        """
        renewal = Renewal.by_id(list(self._places_by_id), [entry.id for entry in fresh], gone)
        parts = self.parts.renewed(read_parts(fresh, meaning=meaning), renewal)
        return CourseIndex(self.entries.renewed(fresh, renewal), version=version, parts=parts)

    def unread(self, *, closely: bool = False) -> tuple[CourseEntry, ...]:
        """The courses of which it is not known yet what they mean; `closely`, which were not read a second time."""
        columns = self._meanings[:, AXES:] if closely else self._meanings[:, :AXES]
        if not columns.size:
            return ()
        return tuple(self.entries[at] for at in np.flatnonzero(~np.any(columns, axis=1)).tolist())

    def by_words(self) -> "CourseIndex":
        """The same courses, found by their words alone: no encoder is needed."""
        return self._with(self._meanings[:, :0])

    def with_meanings(self, course_ids: Iterable[int], meanings: Vectors) -> "CourseIndex":
        """The index that also knows what these courses mean, a row each; those that are gone are passed over."""
        whole = self._meanings.copy()
        for course_id, meaning in zip(course_ids, meanings, strict=True):
            if course_id in self._places_by_id:
                whole[self._places_by_id[course_id]] = meaning
        return self._with(whole)

    def _with(self, meanings: Vectors) -> "CourseIndex":
        other = copy(self)
        other._keep(meanings)
        return other

    def _keep(self, meanings: Vectors) -> None:
        self._meanings = np.asfortranarray(meanings)  # by columns: in half the time all are compared with one
        self._meant: Mask = np.any(meanings[:, :AXES], axis=1)
        # Pages, buttons and what many ask for search for the same words again. The cache must not hold this index.
        most = min(_ASKED_LATELY, _ASKED_BYTES // (8 * max(len(meanings), 1)))
        self._fitting = lru_cache(maxsize=most)(partial(fitting, self.texts, meanings))

    def course(self, course_id: int) -> CourseEntry | None:
        at = self._places_by_id.get(course_id)
        return None if at is None else self.entries[at]

    def among(self, course_ids: Iterable[int]) -> Mask:
        """Which of the entries, in their order, are these courses; unknown ids are passed over."""
        known = np.zeros(len(self.entries), np.bool_)
        known[[self._places_by_id[one] for one in course_ids if one in self._places_by_id]] = True
        return known

    @property
    def venues(self) -> tuple[VenueEntry, ...]:
        """Where courses are held."""
        return tuple(self._places.venues.values())

    def courses_by_venue(self) -> list[tuple[VenueEntry, int]]:
        """Where courses are held, and how many at each place."""
        return [(venue, len(self._places.at(venue))) for venue in self.venues]

    def held_at(self, venue: VenueEntry) -> Iterator[CourseEntry]:
        """The courses of a venue, in the order of `entries`; none is read before it is asked for."""
        return (self.entries[at] for at in self._places.at(venue).tolist())

    @property
    def places(self) -> tuple[str, ...]:
        """The names of venues and areas that a resident may say."""
        return self._places.names

    def near(self, places: Iterable[str]) -> Mask:
        """The courses, in the order of `entries`, held at one of these venues or in one of these areas."""
        return self._places.within(places)

    def of_fields(self, fields: Iterable[str]) -> Mask:
        """The courses, in the order of `entries`, of at least one of these fields."""
        return self._fields.of(fields)

    def of_issues(self, issues: Iterable[str]) -> Mask:
        """The courses, in the order of `entries`, about at least one of these issues of life."""
        return self._issues.of(issues)

    def share_of_fields(self, fields: Iterable[str]) -> Floats:
        """For every course, in the order of `entries`, which share (0…1) of its fields are among these."""
        return self._fields.share(fields)

    def prepare(self, zones: Iterable[ZoneInfo]) -> None:
        """Works out now what the first search in these zones would wait for."""
        for zone in zones:
            self.conditions.calendar(zone)

    def search(self, criteria: Criteria, *, now: datetime, zone: ZoneInfo) -> SearchResult:
        """The courses that fit; where they are few, those that miss one wish or are about something near.

        Never raises for any text. Nothing at all is an honest answer.
        """
        if not self.entries:
            return SearchResult()
        result = self._search(criteria, now, zone)
        if result.hits or not criteria.words:
            return result
        meant = self._vocabulary.nearest(criteria.words)
        if meant is None:
            return result
        corrected = self._search(replace(criteria, words=meant), now, zone)
        return replace(corrected if corrected.hits else result, did_you_mean=meant)

    def explain(self, criteria: Criteria, *, now: datetime, zone: ZoneInfo, most: int = 10) -> Explanation:
        """How the words were read, and what each channel gives to the courses that come first, shown or not."""
        query = read_query(criteria.words)
        standing = self.conditions.standing(criteria, now=now, zone=zone, kinds=query.kinds)
        allowed = ~standing.barred & ~self._unwanted(criteria)
        eligible = allowed & (standing.missed == 0)
        answers = self._find(criteria, query, allowed)
        asked, (told, spoken) = self.of_fields(criteria.fields or query.fields), self.texts.channels(query)
        channels = {
            "words": told,
            "sounds": spoken,
            "field": np.where(asked, np.float32(FIELD), 0),
            "issue": np.where(self.of_issues(query.issues), np.float32(ISSUE), 0),
            "meaning": meant(query, self._meanings),
            "situation": helps(query, self._meanings),
            "fit": np.float32(_FIT) * standing.fit,
        }
        found, again = self._read_again(answers, query, eligible)
        score = answers.about + channels["fit"]
        if again.any():
            channels["read again"] = np.float32(_READ_AGAIN) * again
            score = score + channels["read again"]
        return Explanation(
            terms=tuple((term.normal, term.weight) for term in query.terms),
            ideas=tuple(ideas_in(query)),
            situations=tuple((lexicon.situations()[at].said[0], surely) for at, surely in recognised(query.meant)),
            courses=tuple(
                Weighed(
                    course=self.entries[at],
                    score=float(score[at]),
                    found=bool(found[at]),
                    missed=relaxed(int(standing.missed[at])),
                    channels={name: float(values[at]) for name, values in channels.items()},
                )
                for at in _best(allowed, score, standing.starts, most).tolist()
            ),
        )

    def _search(self, criteria: Criteria, now: datetime, zone: ZoneInfo) -> SearchResult:
        query = read_query(criteria.words)
        standing = self.conditions.standing(criteria, now=now, zone=zone, kinds=query.kinds)
        allowed = ~standing.barred & ~self._unwanted(criteria)
        eligible = allowed & (standing.missed == 0)
        answers = self._find(criteria, query, allowed)
        found, again = self._read_again(answers, query, eligible)
        score = answers.about + np.float32(_FIT) * standing.fit
        shown = topped(found, score, eligible)
        likely = score + np.float32(_READ_AGAIN) * again
        hits = _best(shown, likely, standing.starts, MOST_HITS)
        return SearchResult(
            hits=tuple(
                Hit(self.entries[at], value, partial(self._reasons, at, query, criteria, now))
                for at, value in zip(hits.tolist(), likely[hits].tolist(), strict=True)
            ),
            alternatives=self._alternatives(allowed & ~shown, found, likely, standing) if len(hits) < _FEW else (),
        )

    def _reasons(self, at: int, query: Query, criteria: Criteria, now: datetime) -> tuple[Reason, ...]:
        return reasons(self.entries[at], criteria, now, titled=bool(self.texts.titled(query, [at])))

    def _find(self, criteria: Criteria, query: Query, allowed: Mask) -> Found:
        """How much every course is about the words and fields, and which are so enough to be found."""
        size = len(self.entries)
        asked = self.of_fields(criteria.fields or query.fields)
        if query.says_nothing:
            about, nothing = np.float32(FIELD) * asked.astype(np.float32), np.zeros(size, np.float32)
            found = asked if criteria.fields else np.ones(size, np.bool_)
            return Found(about, found, np.zeros(size, np.bool_), nothing, nothing)
        return find(
            self._fitting(query),
            asked=asked,
            named=self.of_fields(query.named),
            of_issue=self.of_issues(query.issues),
            known=self._meant,
            allowed=allowed,
        )

    def _read_again(self, answers: Found, query: Query, eligible: Mask) -> tuple[Mask, Floats]:
        """Which courses are found, and how near each is by the second reading: few texts need it, and it takes longer
        than all else."""
        found = answers.all()
        if query.says_nothing or np.count_nonzero(answers.surely & eligible) >= _FEW:
            return found, np.zeros(len(self.entries), np.float32)
        again = second_nearness(query.meant, self._meanings)
        return answers.read_again(again), again

    def _unwanted(self, criteria: Criteria) -> Mask:
        unwanted = ~self.of_issues(criteria.issues) if criteria.issues else np.zeros(len(self.entries), np.bool_)
        for text in criteria.not_words:
            unwanted[self.texts.holding(text)] = True
        return unwanted

    def _alternatives(
        self, candidates: Mask, found: Mask, score: Floats, standing: Standing
    ) -> tuple[Alternative, ...]:
        """Courses that miss a wish, and those whose subject is only near, the likeliest first."""
        misses = np.array([bits.bit_count() for bits in range(128)])[standing.missed]
        likely = found | (score >= max(NEIGHBOUR, _BESIDE_FIRST * highest(score, candidates)))
        worth = score - np.float32(_MISSED) * misses.astype(np.float32)
        return tuple(
            Alternative(self.entries[at], relaxed(int(standing.missed[at])) + (() if found[at] else (Relaxed.SUBJECT,)))
            for at in _best(
                candidates & likely & (misses <= _MOST_MISSED), worth, standing.starts, _MOST_ALTERNATIVES
            ).tolist()
        )


def _best(candidates: Mask, score: Floats, starts: Ints, most: int) -> Ints:
    """The candidates by score, then by the nearest date; at most so many."""
    places = np.flatnonzero(candidates)
    worth = np.round(score[places], 3)
    if len(places) > most:  # only those that may be among the first are put in order
        last = len(places) - most
        near = worth >= np.partition(worth, last)[last]
        places, worth = places[near], worth[near]
    order = np.lexsort((starts[places], -worth))
    return places[order[:most]]
