"""Everything but words: ages, needs, fees, places, applications, levels, as arrays over all courses.

`barred` is never relaxed: a wrong age, a finished course, a need that was asked for. The rest may be, and is named.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from catalog.models.course import CourseKind
from catalog.search.calendar import DATE, TIME, WEEKDAY, Bits, Calendar
from catalog.search.criteria import Criteria, Feature, Relaxed
from catalog.search.entry import to_the_minute
from catalog.search.facts import KINDS, OLDEST, UNKNOWN_FEE
from catalog.search.places import PlaceIndex
from catalog.search.postings import Floats, Ints, Mask

_ADULT = 18
_ALWAYS = (CourseKind.COURSE, CourseKind.CONSULTATION)  # who asks about wills is helped by either
_TIGHT = 1.3  # how much being made for an age counts, beside 0.8 for parent and child together
_LIVED = 90  # an open band (75 and more) is counted up to here
NEEDS = (Feature.CHILDCARE, Feature.ONLINE, Feature.WHEELCHAIR, Feature.SIGN_LANGUAGE)
_SOFT = (
    Relaxed.DATE,
    Relaxed.WEEKDAY,
    Relaxed.TIME_OF_DAY,
    Relaxed.PLACE,
    Relaxed.FEE,
    Relaxed.LEVEL,
    Relaxed.REGISTRATION,
)
_BIT = {relaxed: 1 << place for place, relaxed in enumerate(_SOFT)}
_CALENDAR = {DATE: Relaxed.DATE, WEEKDAY: Relaxed.WEEKDAY, TIME: Relaxed.TIME_OF_DAY}


@dataclass(frozen=True, slots=True)
class Standing:
    """How every course stands to the slots of a query.

    `barred` courses are never shown; `missed` holds the bits of soft constraints missed (see `relaxed`); `starts` is
    the timestamp of the best session; `fit` (0…1) how well what is not asked for strictly fits.
    """

    barred: Mask
    missed: Bits
    starts: Ints
    fit: Floats


class Conditions:
    """The facts of all courses, numbered in the order of the index. Immutable but for a calendar kept per zone."""

    def __init__(self, facts: NDArray[Any], sessions: NDArray[Any], places: PlaceIndex) -> None:
        """`facts` are rows of FACTS, one a course; `sessions` those of SESSIONS, course by course."""
        self.facts, self.sessions = facts, sessions
        self._places = places
        self._calendars: dict[ZoneInfo, Calendar] = {}
        column = {name: np.ascontiguousarray(facts[name]) for name in facts.dtype.names or ()}
        self._youngest, self._oldest, self._fees = column["youngest"], column["oldest"], column["fee"]
        self._from, self._until = column["apply_from"], column["apply_until"]
        self._published = column["published"]
        self._ageless, self._together, self._held = column["ageless"], column["together"], column["held"]
        self._no_registration = column["no_registration"]
        self._needs = {need: column[need.value] for need in NEEDS}
        self._children_too, self._parents = column["children_too"], column["parents"]
        self._child_youngest, self._child_oldest = column["child_youngest"], column["child_oldest"]
        self._hinted_youngest, self._hinted_oldest = column["hinted_youngest"], column["hinted_oldest"]
        self._circumstances, self._beside = column["circumstances"], column["beside_parents"]
        self._care = column["care_youngest"], column["care_oldest"]
        self._groups = _groups(column)
        self.for_many: Mask = column["many"]  # a group that many belong to
        self.beginners: Mask = column["beginners"]
        self._kinds = {kind: column["kind"] == at for at, kind in enumerate(KINDS)}
        self._easy, self._hard = column["level"] > 0, column["level"] < 0

    @property
    def zones(self) -> tuple[ZoneInfo, ...]:
        return tuple(self._calendars)

    def calendar(self, zone: ZoneInfo) -> Calendar:
        """The sessions on this zone's clock; worked out at the first call."""
        if zone not in self._calendars:
            self._calendars[zone] = Calendar(self.sessions, self.facts, zone)
        return self._calendars[zone]

    def standing(
        self, criteria: Criteria, *, now: datetime, zone: ZoneInfo, kinds: tuple[CourseKind, ...] = ()
    ) -> Standing:
        """`kinds` are shown beside courses and consultations, when the words ask for them."""
        calendar = self.calendar(zone).fit(criteria, now)
        of_kind = np.logical_or.reduce([self._kinds[kind] for kind in (*_ALWAYS, *kinds)])
        barred = calendar.finished | ~self._held | ~of_kind
        if criteria.ages is not None:
            barred |= ~self.admits(criteria.ages, with_child=Feature.PARENT_CHILD in criteria.features)
        if Feature.PARENT_CHILD in criteria.features:
            barred |= self._youngest >= _ADULT
        for need in NEEDS:
            if need in criteria.features:
                barred |= ~self._needs[need]
        missed = np.zeros(len(self.facts), np.uint8)
        for bit, relaxed in _CALENDAR.items():
            missed |= (calendar.missed & bit != 0) * np.uint8(_BIT[relaxed])
        for relaxed, misses in self._misses(criteria, now):
            missed |= misses * np.uint8(_BIT[relaxed])
        return Standing(barred, missed, calendar.starts, self._fit(criteria))

    def admits(self, ages: tuple[int | None, int | None], *, with_child: bool = False) -> Mask:
        """Courses that these ages may join.

        A stage of school begins in the year in which the last one ends (小6 11-12, 中学生 12-15), so that touching in
        one year is not enough where both sides span several. In a parent-and-child course the ages are the child's;
        an adult joins it only when asked for together `with_child`.
        """
        low, high = ages[0] or 0, OLDEST if ages[1] is None else ages[1]
        admitted: Mask = self._together & (with_child and low >= _ADULT)
        for youngest, oldest in self._groups:
            common = np.minimum(oldest, high) - np.maximum(youngest, low)
            single = (oldest == youngest) | (low == high)
            admitted = admitted | (common > 0) | (single & (common == 0))
        return admitted

    def admits_all(self, ages: tuple[int, int]) -> Mask:
        """Courses that whoever is of these ages may surely join: no year of them is left out."""
        low, high = ages
        return _any([(youngest <= low) & (oldest >= high) for youngest, oldest in self._groups])

    def admits_most(self, ages: tuple[int, int]) -> Mask:
        """Courses open to at least half of an age band: who told a band is not kept from what likely fits."""
        low, high = ages
        half = (min(high, _LIVED) - min(low, _LIVED) + 1) / 2
        return _any(
            [np.minimum(oldest, high) - np.maximum(youngest, low) + 1 >= half for youngest, oldest in self._groups]
        )

    def meant_for(self, *, child: bool, at_school: bool) -> Mask:
        """What ages alone do not say: an adult joins a parent-and-child course with a child, and of the courses
        without ages, who is still `at_school` joins those that welcome children."""
        with_child = self.for_pairs_alone
        general = self._ageless & ~self._together & ~self._children_too
        unfit: Mask = (with_child & (not child)) | (general & at_school)
        return ~unfit

    def hints_at(self, ages: tuple[int, int]) -> Mask:
        """Courses that name nobody else in their text: those that say whom they are for, or mention these ages."""
        hinted: Mask = (self._hinted_youngest <= ages[1]) & (self._hinted_oldest >= ages[0])
        return hinted

    @property
    def general(self) -> Mask:
        """Courses without ages that are not for parent and child: nothing for who is not yet at school."""
        general: Mask = self._ageless & ~self._together
        return general

    @property
    def for_pairs_alone(self) -> Mask:
        """Courses for parent and child that nobody else joins."""
        pairs: Mask = self._together & (self._ageless | (self._oldest < _ADULT))
        return pairs

    @property
    def for_children(self) -> Mask:
        """Courses that no adult joins but with a child."""
        theirs: Mask = self._together | (self._oldest < _ADULT)
        return theirs

    def for_parents(self, children: Iterable[tuple[int, int]]) -> tuple[Mask, Mask]:
        """The lectures for parents: those for parents of children of some of these ages, and those for others."""
        theirs = np.zeros(len(self.facts), np.bool_)
        children = tuple(children)
        for low, high in children:
            common = np.minimum(self._child_oldest, high) - np.maximum(self._child_youngest, low)
            single = (self._child_oldest == self._child_youngest) | (low == high)
            theirs |= (common > 0) | (single & (common == 0))
        if len(children) < 2:
            theirs &= ~self.facts["siblings"]
        return self._parents & theirs, self._parents & ~theirs

    def tightness(self, ages: tuple[int | None, int | None]) -> Floats:
        """How much each course is made for these ages: 1 for just them, little for whoever is 18 or more."""
        low, high = ages[0] or 0, OLDEST if ages[1] is None else ages[1]
        tight = np.zeros(len(self.facts))
        for youngest, oldest in self._groups:
            span = np.minimum(oldest - youngest, 80)
            common = np.clip(np.minimum(oldest, high) - np.maximum(youngest, low), 0, None)
            covered = np.minimum((common + 1) / min(high - low + 1, 40), 1)
            tight = np.maximum(tight, (1 - span / 100) * (0.5 + 0.5 * covered))
        return np.where(self._ageless, 0.2, tight).astype(np.float32)

    def in_circumstances(self, told: int) -> Mask:
        """Courses for people in one of the situations of life that are `told`, and those for people in none."""
        mask: Mask = (self._circumstances == 0) | (self._circumstances & told != 0)
        return mask

    def beside_parents(self, told: int) -> Mask:
        """The lectures for parents to which people in one of these situations of life may come as well."""
        mask: Mask = self._beside & told != 0
        return mask

    def looks_after(self, children: Iterable[tuple[int, int]]) -> Mask:
        """Courses whose childcare takes every one of these children, as far as their years tell."""
        youngest, oldest = self._care
        return ~_any(
            [(youngest > high) | (oldest < low) for low, high in children] or [np.zeros(len(oldest), np.bool_)]
        )

    def offers(self, need: Feature) -> Mask:
        """Courses that offer a need: one of NEEDS."""
        return self._needs[need]

    def closed(self, now: datetime) -> Mask:
        """Courses whose applications have ended at `now`. Those that have not begun yet still can be planned for."""
        return int(to_the_minute(now).timestamp()) > self._until

    def closing(self, now: datetime, *, days: int) -> Mask:
        """Courses whose applications close within so many days."""
        moment = int(to_the_minute(now).timestamp())
        return (self._until >= moment) & (self._until <= moment + days * 86_400)

    def published(self, now: datetime, *, days: int) -> Mask:
        """Courses that came into the catalogue within so many days."""
        moment = int(now.timestamp())
        return (self._published <= moment) & (self._published > moment - days * 86_400)

    def fees(self, dear: int) -> Floats:
        """How much of the fee that counts as `dear` (yen) every course costs, 0…1; 0 where it is not said."""
        part: Floats = (np.clip(self._fees, 0, dear) / dear).astype(np.float32)
        return part

    @property
    def free(self) -> Mask:
        """Courses that cost nothing and say so."""
        free: Mask = self._fees == 0
        return free

    def _misses(self, criteria: Criteria, now: datetime) -> list[tuple[Relaxed, Mask]]:
        closed = self.closed(now)
        if Feature.NO_REGISTRATION in criteria.features:
            closed = ~self._no_registration
        found = [(Relaxed.REGISTRATION, closed)]
        if criteria.places:
            found.append((Relaxed.PLACE, ~self._places.within(criteria.places)))
        if criteria.max_fee is not None:
            found.append((Relaxed.FEE, (self._fees == UNKNOWN_FEE) | (self._fees > criteria.max_fee)))
        if Feature.BEGINNER in criteria.features:
            found.append((Relaxed.LEVEL, self._hard))
        return found

    def _fit(self, criteria: Criteria) -> Floats:
        fit = np.zeros(len(self.facts), np.float32)
        if criteria.ages is not None:
            fit += _TIGHT * self.tightness(criteria.ages)
        if Feature.PARENT_CHILD in criteria.features:
            fit += np.select([self._together, self._oldest < _ADULT], [0.8, 0.4], 0).astype(np.float32)
        if Feature.BEGINNER in criteria.features:
            fit += np.float32(0.3) * self._easy
        return fit


def _groups(column: dict[str, NDArray[Any]]) -> tuple[tuple[Ints, Ints], ...]:
    """The youngest and the oldest of the groups of people that each course is for: two where years lie between that
    belong to none; of a course for one, both are that one."""
    youngest, oldest, nobody = column["youngest"], column["oldest"], column["nobody_from"]
    parted = nobody <= OLDEST
    if not parted.any():
        return ((youngest, oldest),)
    until, since = np.where(parted, nobody - 1, oldest), np.where(parted, column["nobody_to"] + 1, youngest)
    return (youngest, until), (since, oldest)


def _any(masks: list[Mask]) -> Mask:
    some: Mask = np.logical_or.reduce(masks)
    return some


def relaxed(missed: int) -> tuple[Relaxed, ...]:
    """The soft constraints behind the bits of `Standing.missed`."""
    return tuple(one for one in _SOFT if missed & _BIT[one])
