"""How well courses meet what residents wish: what they said, what they did before, what everybody likes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from catalog.advised import Member, Profile
from catalog.field_meanings import about_field
from catalog.leanings import Deed, Past
from catalog.search.calendar import TIME, WEEKDAY
from catalog.search.criteria import Criteria, Feature
from catalog.search.finding import FOUND
from catalog.search.index import CourseIndex
from catalog.search.meaning import closeness
from catalog.search.postings import Floats, Mask
from catalog.search.query import read_query

# What makes a course suit somebody. The resident's interests are their own first, then the family's.
_AGE, _WISH = 0.50, 0.55
_CHILD_AGE, _CHILD_WISH = 0.55, 0.45
_ANOTHER_WISH = 0.2  # the part of a second wish met that counts beside the first
_FOR_PARENTS = 0.10  # what a lecture for parents of children of this age gains
_AMONG_OTHERS = 0.2  # the part of an interest that a course of many fields may lose
_LIKED, _NEAR, _FREE_TIME = 0.45, 0.08, 0.16
# Own words: what is only of their field, or of the issue of life that they name, and what both words and meaning say.
# Meaning is closeness: from where it begins to tell, to where it surely does.
_ITS_FIELD, _ITS_ISSUE, _BOTH = 0.5, 0.7, 0.15
_WISH_IN_MEANING, _LIKE_IN_MEANING = (0.12, 0.42), (0.2, 0.5)
# A field in meaning: how near its midst is, how near its edge; what is lost away from the midst, what counts beside it.
_MIDST, _EDGE, _OFF_MIDST, _BESIDE = 0.25, 0.10, 0.4, 0.55
_GUESSED = 0.8  # what an interest counts that is only guessed from courses before
_FEE, _DEAR = 0.08, 5_000  # yen from which on a fee counts in full
_BEGINNER, _NO_FEE = 0.10, 0.03
_FOR_MANY = 0.15  # what a course for women, for who seeks work … loses, of whom it is not known
# What only says which of the courses that suit comes first.
_LOOKED, _DISLIKED = 0.08, 0.15
_CLOSING, _CLOSING_DAYS = 0.05, 3
_NEW, _NEW_DAYS = 0.03, 7

MET = 0.2  # from here on a wish is met
WORDS_TOLD = 0.4  # from here on own words are said as a reason
LIKE_BEFORE, _LIKE_TOLD = 0.4, 0.25  # from here on a course like one before is let in, and it is said
_BREAK = re.compile(r"[、。,\n]+")  # between one wish and the next
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
        both = np.minimum(self.interest, self.own_words)
        wished = np.maximum(self.interest, self.own_words) + _ANOTHER_WISH * both
        rest = _LIKED * self.like_before(member) + _NEAR * self.near + self.extras
        if child:
            own = _CHILD_AGE * age + _CHILD_WISH * wished
        else:
            own = _AGE * age + _WISH * wished + np.float32(_FREE_TIME) * self.in_free_time
        return np.asarray(own + rest, np.float32)


def wishes_of(index: CourseIndex, profile: Profile, now: datetime, zone: ZoneInfo) -> Wishes:
    size = len(index.entries)
    free_time = Criteria(weekdays=profile.free_weekdays, time_of_day=profile.free_times)
    asked_time = bool(profile.free_weekdays or profile.free_times)
    missed = index.conditions.calendar(zone).fit(free_time, now).missed & (WEEKDAY | TIME)
    alike = [_Alike(past, _likeness(index, past)) for past in profile.history]
    disliked = [one.likeness for one in alike if one.past.deed is Deed.DISMISSED]
    interest = _interest(index, profile.interests) if profile.has_wishes else _interest_of_before(index, alike)
    own_words = _about(index, profile.own_words) if profile.own_words else np.zeros(size, np.float32)
    new = _new(index, now)
    return Wishes(
        told=profile.has_wishes,
        met=(interest >= MET) | (own_words >= MET) | index.conditions.for_parents(profile.children)[0],
        interest=interest,
        own_words=own_words,
        liked=tuple(one for one in alike if one.past.deed is not Deed.DISMISSED),
        near=index.near([profile.area]) if profile.area else np.zeros(size, np.bool_),
        new=new,
        in_free_time=(missed == 0) & asked_time,
        extras=_extras(index, profile),
        nudges=_nudges(index, profile, new, now) - np.float32(_DISLIKED) * _most(size, disliked),
    )


def _interest_of_before(index: CourseIndex, alike: list[_Alike]) -> Floats:
    """What the fields of the courses before let guess of the interests of who told none."""
    liked = [one.past for one in alike if one.past.deed is not Deed.DISMISSED]
    guesses = [np.float32(past.strength) * _interest(index, _fields_of(index, past)) for past in liked]
    return np.float32(_GUESSED) * _most(len(index.entries), guesses)


def _fields_of(index: CourseIndex, past: Past) -> tuple[str, ...]:
    course = index.course(past.course_id)
    return course.fields if course else read_query(past.title).fields


def _likeness(index: CourseIndex, past: Past) -> Floats:
    """How much (0…1) every other course is like that one, in words or in meaning, as far as it still counts."""
    query = read_query(past.title)
    told = index.texts.scores(query)[0]
    likeness = np.maximum(np.where(told >= _SAME_THING, told, 0), _meant_alike(index, query.meant, _LIKE_IN_MEANING))
    likeness[index.among([past.course_id])] = 0
    return np.asarray(np.float32(past.strength) * likeness, np.float32)


def _meant_alike(index: CourseIndex, meant: tuple[str, ...], scale: tuple[float, float]) -> Floats:
    """How near (0…1) every course is to what texts mean, on a scale of the closeness that begins to tell, and tells."""
    least, most = scale
    near: Floats = np.clip((closeness(meant, index.parts.meanings) - least) / (most - least), 0, 1).astype(np.float32)
    return near


def _interest(index: CourseIndex, fields: Iterable[str]) -> Floats:
    """How much (0…1) every course is of one of these fields: the most where it is of that alone, and in its midst."""
    return _most(len(index.entries), [_of_field(index, code) for code in fields])


def _of_field(index: CourseIndex, code: str) -> Floats:
    """Of a course that was read as of another field, what it means may still tell that it is near."""
    share = index.share_of_fields([code])
    alone = 1 - _AMONG_OTHERS * (1 - share)
    near = about_field(code, index.parts.meanings)
    if not near.any():  # without the encoder, words tell all
        return np.where(share > 0, alone, 0).astype(np.float32)
    midst = np.clip(near / _MIDST, 0, 1)
    beside = _BESIDE * np.clip((near - _EDGE) / (_MIDST - _EDGE), 0, 1)
    return np.asarray(np.where(share > 0, alone * (1 - _OFF_MIDST * (1 - midst)), beside), np.float32)


def _about(index: CourseIndex, words: str) -> Floats:
    """How much every course is about what somebody wrote: of several wishes, about the one it is most about."""
    wishes = [one for one in _BREAK.split(words) if one.strip()]
    return _most(len(index.entries), [_about_one(index, one) for one in wishes])


def _about_one(index: CourseIndex, words: str) -> Floats:
    """1 for the course whose words say most of it; less for those that only mean it, or are of its field or issue."""
    query = read_query(words)
    told = index.texts.scores(query)[0]
    said = np.where(told >= FOUND, told / max(float(told.max()), FOUND), 0)
    meant = _meant_alike(index, query.meant, _WISH_IN_MEANING)
    themes = np.maximum(_ITS_FIELD * _interest(index, query.fields), _ITS_ISSUE * index.of_issues(query.issues))
    about = np.maximum(np.maximum(said, meant), themes)
    return np.asarray(np.minimum(about + _BOTH * np.minimum(said, meant), 1), np.float32)


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
