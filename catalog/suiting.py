"""How well courses meet what residents wish: what they said, what they did before, what everybody likes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from catalog.advised import Member, Profile
from catalog.leanings import Deed, Past
from catalog.search.calendar import TIME, WEEKDAY
from catalog.search.conditions import Mask
from catalog.search.criteria import Criteria, Feature
from catalog.search.index import FOUND, CourseIndex
from catalog.search.postings import Floats
from catalog.search.query import read_query

# What makes a course suit somebody. The resident's interests are their own first, then the family's.
_AGE, _INTEREST = 0.40, 0.45
_CHILD_AGE, _CHILD_INTEREST = 0.50, 0.35
_FOR_PARENTS = 0.30  # what a lecture for parents of children of this age gains
_AMONG_OTHERS = 0.2  # the part of an interest that a course of many fields may lose
_OWN_WORDS, _LIKED, _NEAR, _FREE_TIME = 0.45, 0.45, 0.12, 0.16
_FEE, _DEAR = 0.08, 5_000  # yen from which on a fee counts in full
_BEGINNER, _NO_FEE = 0.10, 0.03
_FOR_MANY = 0.15  # what a course for women, for who seeks work … loses, of whom it is not known
# What only says which of the courses that suit comes first.
_LOOKED, _DISLIKED = 0.08, 0.15
_CLOSING, _CLOSING_DAYS = 0.05, 3
_NEW, _NEW_DAYS = 0.03, 7

WORDS_TOLD = 0.4  # from here on own words are said as a reason
LIKE_BEFORE, _LIKE_TOLD = 0.4, 0.25  # from here on a course like one before is let in, and it is said
_SAME_THING = 0.5  # the share of a title that a course answers which is about the same thing


@dataclass(frozen=True, slots=True)
class _Alike:
    """How much (0…1) every course is like one that was liked or disliked before, as far as that still counts."""

    past: Past
    likeness: Floats

    def concerns(self, member: Member) -> bool:
        return not self.past.people or member.key in self.past.people


@dataclass(frozen=True, slots=True)
class Wishes:
    """How well every course meets what the resident wishes, whoever of the family it would be for.

    `extras` make a course suit more or less; `nudges` only put those that suit in order.
    """

    interest: Floats
    own_words: Floats
    liked: tuple[_Alike, ...]
    near: Mask
    new: Mask
    in_free_time: Mask
    extras: Floats
    nudges: Floats
    told: bool
    met: Mask

    def like_before(self, member: Member) -> Floats:
        """How much every course is like what this person liked before."""
        return _most(len(self.interest), [one.likeness for one in self.liked if one.concerns(member)])

    def before(self, member: Member, at: int) -> Past | None:
        """What of before the course is most like, if it is so."""
        concerning = [one for one in self.liked if one.concerns(member)]
        best = max(concerning, key=lambda one: float(one.likeness[at]), default=None)
        return best.past if best is not None and best.likeness[at] >= _LIKE_TOLD else None

    def score(self, member: Member, age: Floats) -> Floats:
        child = member.is_child and member.relation != "self"
        own = (_CHILD_INTEREST if child else _INTEREST) * self.interest
        rest = _OWN_WORDS * self.own_words + _LIKED * self.like_before(member) + _NEAR * self.near + self.extras
        free = 0.0 if child else _FREE_TIME
        total: Floats = (_CHILD_AGE if child else _AGE) * age + own + rest + free * self.in_free_time
        return total.astype(np.float32)


def wishes_of(index: CourseIndex, profile: Profile, now: datetime, zone: ZoneInfo) -> Wishes:
    size = len(index.entries)
    free_time = Criteria(weekdays=profile.free_weekdays, time_of_day=profile.free_times)
    asked_time = bool(profile.free_weekdays or profile.free_times)
    missed = index.conditions.calendar(zone).fit(free_time, now).missed & (WEEKDAY | TIME)
    alike = [_Alike(past, _likeness(index, past)) for past in profile.history]
    disliked = [one.likeness for one in alike if one.past.deed is Deed.DISMISSED]
    interest = _interest(index, profile.interests)
    own_words = _about(index, profile.own_words) if profile.own_words else np.zeros(size, np.float32)
    new = _new(index, now)
    return Wishes(
        told=profile.has_wishes,
        met=(interest > 0) | (own_words > 0) | index.conditions.for_parents(profile.children)[0],
        interest=interest,
        own_words=own_words,
        liked=tuple(one for one in alike if one.past.deed is not Deed.DISMISSED),
        near=index.near([profile.area]) if profile.area else np.zeros(size, np.bool_),
        new=new,
        in_free_time=(missed == 0) & asked_time,
        extras=_extras(index, profile),
        nudges=_nudges(index, profile, new, now) - np.float32(_DISLIKED) * _most(size, disliked),
    )


def _likeness(index: CourseIndex, past: Past) -> Floats:
    """How much (0…1) every other course is like that one, as far as it still counts."""
    likeness, _ = index.texts.scores(read_query(past.title))
    other = (likeness >= _SAME_THING) & ~index.among([past.course_id])
    return np.where(other, np.float32(past.strength) * likeness, np.float32(0))


def _interest(index: CourseIndex, fields: tuple[str, ...]) -> Floats:
    """1 for a course of these fields alone, a little less where it is of others too; 0 where it is of none."""
    part = index.share_of_fields(fields)
    interest: Floats = np.where(part > 0, 1 - _AMONG_OTHERS * (1 - part), 0).astype(np.float32)
    return interest


def _about(index: CourseIndex, words: str) -> Floats:
    """How much every course is about the words, 1 for the one that is most; 0 where none is."""
    about, _ = index.texts.scores(read_query(words))
    return np.where(about >= FOUND, about / max(float(about.max()), FOUND), 0).astype(np.float32)


def _extras(index: CourseIndex, profile: Profile) -> Floats:
    """What makes a course suit beside wishes: its fee, its level, whom it is meant for."""
    conditions = index.conditions
    extras: Floats = np.float32(-_FEE) * conditions.fees(_DEAR)
    extras += _NO_FEE * conditions.free - _FOR_MANY * conditions.for_many
    extras += _FOR_PARENTS * conditions.for_parents(profile.children)[0]
    if Feature.BEGINNER in profile.needs:
        extras += _BEGINNER * conditions.beginners
    return extras


def _new(index: CourseIndex, now: datetime) -> Mask:
    """What was published lately; nothing where that is most of the catalogue, as when it has just been set up."""
    new = index.conditions.published(now, days=_NEW_DAYS)
    return new if 2 * np.count_nonzero(new) <= len(new) else np.zeros_like(new)


def _nudges(index: CourseIndex, profile: Profile, new: Mask, now: datetime) -> Floats:
    """What puts one course before another that suits as well: looks, that it is new, that it closes soon."""
    nudges: Floats = _NEW * new + _CLOSING * index.conditions.closing(now, days=_CLOSING_DAYS)
    looked = [np.float32(told) * index.share_of_fields([code]) for code, told in profile.looks.items()]
    nudges += _LOOKED * _most(len(new), looked)
    return nudges


def _most(size: int, some: Iterable[Floats]) -> Floats:
    """The greatest of these for every course; 0 where there are none."""
    most: Floats = np.maximum.reduce([np.zeros(size, np.float32), *some])
    return most
