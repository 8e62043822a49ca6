"""Advice: which courses suit a resident and the family, each with its reasons.

First what must hold (the age fits, applications are not over, a need is met, not dismissed or applied for), then how
well the rest suits. What opens later is advised as well: its card says so, and it can be saved for the day it opens.
Fewer are shown rather than padded: a course that one may not join is worse than none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from catalog.advised import Member, Profile
from catalog.leanings import Deed, Past
from catalog.search.circumstances import never_told, told_circumstances
from catalog.search.conditions import NEEDS
from catalog.search.criteria import Criteria, Feature, Reason
from catalog.search.entry import CourseEntry
from catalog.search.index import CourseIndex
from catalog.search.postings import Floats, Ints, Mask
from catalog.search.reasons import is_closing_soon, is_for_beginners
from catalog.suiting import LIKE_BEFORE, MET, WORDS_TOLD, Wishes, wishes_of

_SCHOOL_LEAVER = 18
_SPOKEN_OF = 0.7  # own words as much about it tell of a situation in life
_WITH_PARENT = 12  # until when a child joins a course for parents and children that states no ages
_AT_SCHOOL = 6
_PARENTS = ("self", "partner")

_ENOUGH, _ENOUGH_UNASKED = 0.1, 0.0  # the least score: where wishes are known, and where none are
_WELL = 0.37  # the most that a course scores which meets no wish that was told
_UNASKED, _MADE_FOR = 0.2, 0.3  # what it loses; how much it must be made for their age
_AGE_TOLD = 0.55  # from here on the age is said as a reason
_LOOKS_TOLD = 0.5  # from here on it is said that somebody has looked at such courses
_CONSIDERED = 60  # the best courses among which variety is sought
_ALIKE = 0.06  # what a course loses that is just like one already chosen
_LIKE = 0.12  # the least likeness of a similar course


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """`member_key` says whose course it is, `before` what it is like where that is a reason."""

    course: CourseEntry
    member_key: str
    reasons: tuple[Reason, ...]
    score: float
    before: Past | None = None


def recommend(
    index: CourseIndex, profile: Profile, *, now: datetime, zone: ZoneInfo, limit: int = 10
) -> tuple[Recommendation, ...]:
    """The courses that suit best, at most `limit`, each for one of the profile's people. Empty where none suits."""
    if not index.entries or not profile.people:
        return ()
    wishes = wishes_of(index, profile, now, zone)
    fresh = ~index.among(profile.excluded)
    told = _told(profile)
    fresh &= index.conditions.in_circumstances(told) | (
        index.conditions.in_circumstances(never_told()) & (wishes.own_words >= _SPOKEN_OF)
    )
    held = fresh & _held(index, now=now, zone=zone)
    scores = np.stack(
        [
            _scores(
                index,
                one,
                wishes,
                held & _admits(index, one, profile.needs, profile.before_school) & _suits(index, one, profile, told),
            )
            for one in profile.people
        ]
    )
    whose, suiting = scores.argmax(axis=0), scores.max(axis=0)
    suits = suiting >= (_ENOUGH if profile.has_wishes else _ENOUGH_UNASKED)
    worth = np.where(suits, suiting + wishes.nudges, -np.inf)
    order = [int(at) for at in np.argsort(-worth, kind="stable")[:_CONSIDERED] if suits[at]]
    joinable = [at for at in order if index.entries[at].can_be_planned(now)]
    chosen = _varied(index.entries, joinable, worth, whose, limit)
    return tuple(
        _recommendation(index, profile, profile.people[whose[at]], wishes, at=at, score=float(worth[at]), now=now)
        for at in chosen
    )


def nearest_fit(
    index: CourseIndex, course: CourseEntry, member: Member, *, now: datetime, zone: ZoneInfo, limit: int = 3
) -> tuple[CourseEntry, ...]:
    """The courses most like this one that the person can join now: what stands beside a refusal."""
    return _most_like(index, course, _held(index, now=now, zone=zone) & _admits(index, member, (), ()), now, limit)


def similar(
    index: CourseIndex, course: CourseEntry, *, now: datetime, zone: ZoneInfo, limit: int = 5
) -> tuple[CourseEntry, ...]:
    """The courses most like this one, open now, for people of the same ages."""
    standing = index.conditions.standing(Criteria(ages=(course.min_age, course.max_age)), now=now, zone=zone)
    return _most_like(index, course, ~standing.barred & (standing.missed == 0), now, limit)


def _held(index: CourseIndex, *, now: datetime, zone: ZoneInfo) -> Mask:
    """Courses to come whose applications are not over."""
    standing = index.conditions.standing(Criteria(), now=now, zone=zone)
    held: Mask = ~standing.barred & (standing.missed == 0)
    return held


def _told(profile: Profile) -> int:
    """The situations of life that they speak of, or that what they liked before tells of."""
    liked = (past.title for past in profile.history if past.deed is not Deed.DISMISSED)
    return told_circumstances((profile.own_words, *liked), (one.relation for one in profile.everybody))


def _admits(
    index: CourseIndex, member: Member, needs: tuple[Feature, ...], before_school: tuple[tuple[int, int], ...]
) -> Mask:
    """What must hold of a person before anything is weighed. Those `before_school` are who needs childcare."""
    admits = index.conditions.admits_most if member.told_a_band else index.conditions.admits_all
    able: Mask = admits(member.years)
    for need in set(needs) & set(NEEDS):
        offered = index.conditions.offers(need)
        if need is Feature.CHILDCARE:
            offered = (offered & index.conditions.looks_after(before_school)) | index.conditions.facts["along"]
            if member.is_child:  # a child needs no one to mind it, who comes along does
                offered = offered | index.conditions.for_children
        able &= offered
    at_school = member.years[0] < _SCHOOL_LEAVER
    return able & index.conditions.meant_for(child=member.is_child, at_school=at_school)


def _suits(index: CourseIndex, member: Member, profile: Profile, told: int) -> Mask:
    """Whom a course means beyond its ages: a lecture for parents only those with children of the age it is about."""
    able = ~np.logical_or(*index.conditions.for_parents(profile.children))
    if not member.is_child and member.relation in _PARENTS:
        able |= index.conditions.for_parents(profile.children)[0] | index.conditions.beside_parents(told)
    able &= index.conditions.hints_at(member.years)
    if member.years[1] < _AT_SCHOOL:
        able &= ~index.conditions.general
    if member.years[0] > _WITH_PARENT:
        able &= ~(index.conditions.facts["together"] & index.conditions.facts["ageless"])
    if member.relation == "self" and _WITH_PARENT < member.years[0] < _SCHOOL_LEAVER:
        able &= ~index.conditions.for_pairs_alone  # who is as old and asks alone, asks for no course with a parent
    return able


def _scores(index: CourseIndex, member: Member, wishes: Wishes, able: Mask) -> Floats:
    """How well every course suits a person; -1 where it does not."""
    tightness = index.conditions.tightness(member.years)
    suiting = wishes.score(member, tightness)
    if wishes.told and (member.relation == "self" or not member.is_child):  # the wishes are the resident's, above all
        met = wishes.met | (wishes.like_before(member) >= LIKE_BEFORE)
        if (able & met).any():  # what is made for their age comes after what they wish for, never instead of it
            suiting = np.where(met, suiting, np.minimum(suiting - _UNASKED, _WELL))
            met |= tightness >= _MADE_FOR
        able = able & met
    return np.where(able, suiting, np.float32(-1))


def _varied(entries: Sequence[CourseEntry], order: list[int], score: Floats, whose: Ints, limit: int) -> list[int]:
    """Maximal marginal relevance: the best first, then the best of what is not the same again."""
    chosen: list[int] = []
    left = dict.fromkeys(order, 0.0)  # how much each is the same as one already chosen
    while left and len(chosen) < limit:
        best = max(left, key=lambda at: float(score[at]) - _ALIKE * left[at])
        del left[best]
        chosen.append(best)
        for at, same in left.items():
            left[at] = max(same, _sameness(entries[at], entries[best], whose[at] == whose[best]))
    return chosen


def _sameness(one: CourseEntry, other: CourseEntry, same_person: bool) -> float:
    fields = set(one.fields) | set(other.fields)
    common = len(set(one.fields) & set(other.fields)) / len(fields) if fields else 0.0
    return 0.6 * common + 0.2 * same_person + 0.2 * (one.title == other.title)


def _recommendation(
    index: CourseIndex, profile: Profile, member: Member, wishes: Wishes, *, at: int, score: float, now: datetime
) -> Recommendation:
    entry, before = index.entries[at], wishes.before(member, at)
    on_weekend = bool(profile.free_weekdays) and set(profile.free_weekdays) <= {5, 6} and bool(wishes.in_free_time[at])
    of_interest = bool(set(entry.fields) & set(profile.interests))
    found = {
        Reason.OWN_WORDS: wishes.own_words[at] >= WORDS_TOLD,
        Reason.LIKE_BEFORE: before is not None,
        Reason.INTEREST: of_interest,
        Reason.RELATED: bool(profile.interests) and not of_interest and wishes.interest[at] >= MET,
        Reason.AGE: member.told and bool(index.conditions.tightness(member.years)[at] >= _AGE_TOLD),
        Reason.TOGETHER: entry.parent_child,
        Reason.CHILDCARE: entry.childcare and Feature.CHILDCARE in profile.needs,
        Reason.NEAR: bool(wishes.near[at]),
        Reason.WEEKEND: on_weekend,
        Reason.LOOKED_AT: max((profile.looks.get(code, 0) for code in entry.fields), default=0) >= _LOOKS_TOLD,
        Reason.FREE: entry.fee_yen == 0,
        Reason.BEGINNER: is_for_beginners(entry),
        Reason.CLOSING_SOON: is_closing_soon(entry, now),
        Reason.NEW: bool(wishes.new[at]),
    }
    reasons = tuple(reason for reason, holds in found.items() if holds) or (Reason.OPEN,)
    return Recommendation(course=entry, member_key=member.key, reasons=reasons, score=score, before=before)


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
