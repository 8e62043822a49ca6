"""Advice: which courses suit a resident and the family, each with its reasons.

First what must hold (the age fits, applications are open, a need is met, not dismissed or applied for), then how well
the rest suits. Fewer are shown rather than padded: a course that one may not join is worse than none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from catalog.search.calendar import TIME, WEEKDAY
from catalog.search.conditions import NEEDS, Mask
from catalog.search.criteria import Criteria, Feature, Reason, TimeOfDay
from catalog.search.entry import CourseEntry
from catalog.search.facts import OLDEST
from catalog.search.index import FOUND, CourseIndex
from catalog.search.postings import Floats, Ints
from catalog.search.query import read_query
from catalog.search.reasons import is_closing_soon, is_for_beginners

_ADULT = 18
_SCHOOL_LEAVER = 15
_AT_SCHOOL = 6
_PARENTS = ("self", "partner")
_ADULT_YEARS, _CHILD_YEARS = (20, 59), (0, 17)  # who tells no age is shown what all of them may join

# What makes a course suit somebody. The resident's interests are their own first, then the family's.
_AGE, _INTEREST = 0.40, 0.45
_CHILD_AGE, _CHILD_INTEREST = 0.50, 0.35
_FOR_PARENTS = 0.30  # what a lecture for parents of children of this age gains
_AMONG_OTHERS = 0.2  # the part of an interest that a course of many fields may lose
_OWN_WORDS, _HISTORY, _NEAR, _FREE_TIME = 0.45, 0.25, 0.12, 0.12
_FEE, _DEAR = 0.08, 5_000  # yen from which on a fee counts in full
_BEGINNER, _CLOSING, _NO_FEE = 0.10, 0.05, 0.03
_FOR_MANY = 0.15  # what a course for women, for who seeks work … loses, of whom it is not known
_ENOUGH, _ENOUGH_UNASKED = 0.38, 0.0  # the least score: where wishes are known, and where none are
_AGE_TOLD, _WORDS_TOLD = 0.55, 0.4  # from here on age and own words are said as reasons
_LIKE_BEFORE = 0.3  # from here on a course is like one attended before
_CONSIDERED = 60  # the best courses among which variety is sought
_ALIKE = 0.12  # what a course loses that is just like one already chosen
_LIKE = 0.12  # the least likeness of a similar course


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody advice is for. `relation` as in `models.Relation`; ages are inclusive years, None not told."""

    key: str
    relation: str
    min_age: int | None = None
    max_age: int | None = None

    @property
    def years(self) -> tuple[int, int]:
        """The ages this person may have."""
        if self.min_age is None and self.max_age is None:
            return _CHILD_YEARS if self.relation == "child" else _ADULT_YEARS
        return self.min_age or 0, OLDEST if self.max_age is None else self.max_age

    @property
    def told_a_band(self) -> bool:
        """Whether the ages are a band of several years, rather than an age that is known or not told at all."""
        told = self.min_age is not None or self.max_age is not None
        return told and self.years[1] - self.years[0] > 1

    @property
    def is_child(self) -> bool:
        return self.years[1] < _ADULT


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of a resident. `needs` are offered by every course shown; `history` are titles of past courses."""

    people: tuple[Member, ...]
    interests: tuple[str, ...] = ()
    own_words: str = ""
    area: str | None = None
    needs: tuple[Feature, ...] = ()
    free_weekdays: tuple[int, ...] = ()
    free_times: tuple[TimeOfDay, ...] = ()
    history: tuple[str, ...] = ()
    excluded: frozenset[int] = field(default=frozenset())
    family: tuple[Member, ...] = ()  # others of the household, for whom nothing is sought now

    @property
    def has_wishes(self) -> bool:
        return bool(self.interests or self.own_words or self.history)

    @property
    def children(self) -> tuple[tuple[int, int], ...]:
        """The ages of the resident's own children."""
        return tuple({one.years for one in (*self.people, *self.family) if one.relation == "child" and one.is_child})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """`member_key` says whose course it is."""

    course: CourseEntry
    member_key: str
    reasons: tuple[Reason, ...]
    score: float


@dataclass(frozen=True, slots=True)
class _Wishes:
    """How well every course meets what the resident wishes, whoever of the family it would be for."""

    interest: Floats
    own_words: Floats
    history: Floats
    near: Mask
    in_free_time: Mask
    extras: Floats
    told: bool
    met: Mask

    def score(self, member: Member, age: Floats) -> Floats:
        child = member.is_child and member.relation != "self"
        own = (_CHILD_INTEREST if child else _INTEREST) * self.interest
        rest = _OWN_WORDS * self.own_words + _HISTORY * self.history + _NEAR * self.near + self.extras
        free = 0.0 if child else _FREE_TIME
        total: Floats = (_CHILD_AGE if child else _AGE) * age + own + rest + free * self.in_free_time
        return total.astype(np.float32)


def recommend(
    index: CourseIndex, profile: Profile, *, now: datetime, zone: ZoneInfo, limit: int = 10
) -> tuple[Recommendation, ...]:
    """The courses that suit best, at most `limit`, each for one of the profile's people. Empty where none suits."""
    if not index.entries or not profile.people:
        return ()
    wishes = _wishes(index, profile, now, zone)
    fresh = np.array([entry.id not in profile.excluded for entry in index.entries], np.bool_)
    fresh &= ~index.conditions.for_some | (wishes.own_words >= _WORDS_TOLD)
    able = {
        m.key: fresh & _joinable(index, m, profile.needs, now=now, zone=zone) & _suits(index, m, profile)
        for m in profile.people
    }
    scores = np.stack([_scores(index, member, wishes, able[member.key]) for member in profile.people])
    whose = scores.argmax(axis=0)
    best = scores.max(axis=0)
    enough = _ENOUGH if profile.has_wishes else _ENOUGH_UNASKED
    order = [int(at) for at in np.argsort(-best, kind="stable")[:_CONSIDERED] if best[at] >= enough]
    still_open = [at for at in order if index.entries[at].takes_applications(now)]
    chosen = _varied(index.entries, still_open, best, whose, limit)
    return tuple(
        Recommendation(
            course=index.entries[at],
            member_key=profile.people[whose[at]].key,
            reasons=_reasons(index, profile, profile.people[whose[at]], wishes, at=at, now=now),
            score=float(best[at]),
        )
        for at in chosen
    )


def nearest_fit(
    index: CourseIndex, course: CourseEntry, member: Member, *, now: datetime, zone: ZoneInfo, limit: int = 3
) -> tuple[CourseEntry, ...]:
    """The courses most like this one that the person can join now: what stands beside a refusal."""
    return _most_like(index, course, _joinable(index, member, (), now=now, zone=zone), now, limit)


def similar(
    index: CourseIndex, course: CourseEntry, *, now: datetime, zone: ZoneInfo, limit: int = 5
) -> tuple[CourseEntry, ...]:
    """The courses most like this one, open now, for people of the same ages."""
    standing = index.conditions.standing(Criteria(ages=(course.min_age, course.max_age)), now=now, zone=zone)
    return _most_like(index, course, ~standing.barred & (standing.missed == 0), now, limit)


def _joinable(index: CourseIndex, member: Member, needs: tuple[Feature, ...], *, now: datetime, zone: ZoneInfo) -> Mask:
    """What must hold before anything is weighed."""
    standing = index.conditions.standing(Criteria(), now=now, zone=zone)
    admits = index.conditions.admits_most if member.told_a_band else index.conditions.admits_all
    able: Mask = ~standing.barred & (standing.missed == 0) & admits(member.years)
    for need in set(needs) & set(NEEDS):
        offered = index.conditions.offers(need)
        if need is Feature.CHILDCARE and member.is_child:  # a child needs no one to mind it, who comes along does
            offered = offered | index.conditions.for_children
        able &= offered
    at_school = member.years[0] < _SCHOOL_LEAVER
    return able & index.conditions.meant_for(child=member.is_child, at_school=at_school)


def _suits(index: CourseIndex, member: Member, profile: Profile) -> Mask:
    """Whom a course means beyond its ages: a lecture for parents only those with children of the age it is about."""
    able = ~np.logical_or(*index.conditions.for_parents(profile.children))
    if not member.is_child and member.relation in _PARENTS:
        able |= index.conditions.for_parents(profile.children)[0]
    able &= index.conditions.hints_at(member.years)
    if member.years[1] < _AT_SCHOOL:
        able &= ~index.conditions.general
    return able


def _scores(index: CourseIndex, member: Member, wishes: _Wishes, able: Mask) -> Floats:
    if wishes.told and (member.relation == "self" or not member.is_child):  # the wishes are the resident's, above all
        able = able & wishes.met
    return np.where(able, wishes.score(member, index.conditions.tightness(member.years)), np.float32(-1))


def _wishes(index: CourseIndex, profile: Profile, now: datetime, zone: ZoneInfo) -> _Wishes:
    size = len(index.entries)
    nothing = np.zeros(size, np.float32)
    free_time = Criteria(weekdays=profile.free_weekdays, time_of_day=profile.free_times)
    asked_time = bool(profile.free_weekdays or profile.free_times)
    missed = index.conditions.calendar(zone).fit(free_time, now).missed & (WEEKDAY | TIME)
    past = [index.texts.likeness(title) for title in profile.history]
    interest = _interest(index, profile.interests)
    own_words = _about(index, profile.own_words) if profile.own_words else nothing
    history = np.maximum.reduce(past) if past else nothing
    return _Wishes(
        told=profile.has_wishes,
        met=(interest > 0)
        | (own_words > 0)
        | (history >= _LIKE_BEFORE)
        | index.conditions.for_parents(profile.children)[0],
        interest=interest,
        own_words=own_words,
        history=history,
        near=index.near([profile.area]) if profile.area else np.zeros(size, np.bool_),
        in_free_time=(missed == 0) & asked_time,
        extras=_extras(index, profile, now),
    )


def _interest(index: CourseIndex, fields: tuple[str, ...]) -> Floats:
    """1 for a course of these fields alone, a little less where it is of others too; 0 where it is of none."""
    wanted = set(fields)
    share = [len(wanted & set(entry.fields)) / max(len(entry.fields), 1) for entry in index.entries]
    part = np.array(share, np.float32)
    return np.where(part > 0, 1 - _AMONG_OTHERS * (1 - part), 0).astype(np.float32)


def _about(index: CourseIndex, words: str) -> Floats:
    """How much every course is about the words, 1 for the one that is most; 0 where none is."""
    about, _ = index.texts.scores(read_query(words))
    return np.where(about >= FOUND, about / max(float(about.max()), FOUND), 0).astype(np.float32)


def _extras(index: CourseIndex, profile: Profile, now: datetime) -> Floats:
    """What speaks for or against a course beside wishes: its fee, its deadline, its level, whom it is meant for."""
    fees = np.array([min(entry.fee_yen or 0, _DEAR) / _DEAR for entry in index.entries], np.float32)
    extras = -_FEE * fees - _FOR_MANY * index.conditions.for_many
    extras += _FOR_PARENTS * index.conditions.for_parents(profile.children)[0]
    extras += np.array([_NO_FEE * (entry.fee_yen == 0) for entry in index.entries])
    extras += np.where(index.conditions.closing(now, days=3), _CLOSING, 0)
    if Feature.BEGINNER in profile.needs:
        extras += np.where(index.conditions.beginners, _BEGINNER, 0)
    return extras.astype(np.float32)


def _varied(entries: Sequence[CourseEntry], order: list[int], score: Floats, whose: Ints, limit: int) -> list[int]:
    """Maximal marginal relevance: the best first, then the best of what is not the same again."""
    chosen: list[int] = []
    left = list(order)
    while left and len(chosen) < limit:

        def worth(at: int) -> float:
            same = max((_sameness(entries[at], entries[c], whose[at] == whose[c]) for c in chosen), default=0.0)
            return float(score[at]) - _ALIKE * same

        best = max(left, key=worth)
        chosen.append(best)
        left.remove(best)
    return chosen


def _sameness(one: CourseEntry, other: CourseEntry, same_person: bool) -> float:
    fields = set(one.fields) | set(other.fields)
    common = len(set(one.fields) & set(other.fields)) / len(fields) if fields else 0.0
    return 0.6 * common + 0.2 * same_person + 0.2 * (one.title == other.title)


def _reasons(
    index: CourseIndex, profile: Profile, member: Member, wishes: _Wishes, *, at: int, now: datetime
) -> tuple[Reason, ...]:
    entry = index.entries[at]
    on_weekend = bool(profile.free_weekdays) and set(profile.free_weekdays) <= {5, 6} and bool(wishes.in_free_time[at])
    found = {
        Reason.OWN_WORDS: wishes.own_words[at] >= _WORDS_TOLD,
        Reason.INTEREST: bool(wishes.interest[at]),
        Reason.AGE: index.conditions.tightness(member.years)[at] >= _AGE_TOLD,
        Reason.TOGETHER: entry.parent_child,
        Reason.CHILDCARE: entry.childcare and Feature.CHILDCARE in profile.needs,
        Reason.NEAR: bool(wishes.near[at]),
        Reason.WEEKEND: on_weekend,
        Reason.FREE: entry.fee_yen == 0,
        Reason.BEGINNER: is_for_beginners(entry),
        Reason.CLOSING_SOON: is_closing_soon(entry, now),
    }
    return tuple(reason for reason, holds in found.items() if holds) or (Reason.AGE,)


def _most_like(
    index: CourseIndex, course: CourseEntry, able: Mask, now: datetime, limit: int
) -> tuple[CourseEntry, ...]:
    likeness = index.texts.likeness(f"{course.title} {course.title} {course.description}")
    likeness += np.where(index.of_fields(course.fields), np.float32(0.3), 0)
    found: list[CourseEntry] = []
    for at in np.argsort(-np.where(able, likeness, -1), kind="stable").tolist():
        if len(found) == limit or not able[at] or likeness[at] < _LIKE:
            break
        if index.entries[at].id != course.id and index.entries[at].takes_applications(now):
            found.append(index.entries[at])
    return tuple(found)
