"""What residents lean to, as their deeds tell: what they applied for, attended, saved, dismissed, looked at.

Nearly all of it is read from rows that are kept for their own sake, each with its time. Of looking at courses only one
weight a field is kept, with the time of its last change: not which courses, nor when. Everything fades, and in the end
counts for nothing. A resident may switch it off (`Resident.learns`): no look is noted then, and those noted are gone.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog.civil_time import to_utc
from catalog.holding import held_by
from catalog.models import (
    Course,
    CourseMark,
    Leaning,
    MarkKind,
    Participant,
    PassportEntry,
    Person,
    Registration,
    RegistrationState,
)
from catalog.registration import ACTIVE
from catalog.upsert import insert_missing

_MOST_DEEDS = 6  # the strongest: each is compared with every course
_LOOKS_FADE = timedelta(days=30)
LOOKS_TOLD_FOR = timedelta(days=200)  # after which even the most looks count for nothing
MOST_LOOKS = 4.0  # however often somebody looks
_FAMILIAR = 2.0  # looks that count half of what looking can
_NOTHING = 0.05  # what is left that counts for nothing


class Deed(StrEnum):
    """What somebody did about a course, the most telling first."""

    ATTENDED = "attended"
    APPLIED = "applied"
    SAVED = "saved"
    DISMISSED = "dismissed"  # the only one that speaks against


# How much each counts at first, and how soon it counts half.
_FADING = {
    Deed.ATTENDED: (1.0, timedelta(days=180)),
    Deed.APPLIED: (0.8, timedelta(days=180)),
    Deed.SAVED: (0.6, timedelta(days=60)),
    Deed.DISMISSED: (1.0, timedelta(days=60)),
}
_MARKS = {MarkKind.SAVED: Deed.SAVED, MarkKind.DISMISSED: Deed.DISMISSED}
# Who lost a draw wanted the course as much as who won it; who cancelled may not want it any more.
_WANTED = (*ACTIVE, RegistrationState.LOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A course that somebody did something about. `strength` (0…1) is what is left of it.

    `course_id` is 0 where it is not in the catalogue. `people` are keys of `advised.Member`; empty: it says something
    about the whole household.
    """

    title: str
    course_id: int = 0
    deed: Deed = Deed.ATTENDED
    strength: float = 1.0
    people: frozenset[str] = frozenset()


_Done = tuple[Past, datetime]  # what was done, and when


def strength(deed: Deed, at: datetime, *, now: datetime) -> float:
    """How much (0…1) a deed of that time still counts."""
    first, half_life = _FADING[deed]
    left = first * _faded(now - at, half_life)
    return left if left >= _NOTHING else 0.0


def liking(weight: float, at: datetime, *, now: datetime) -> float:
    """How much (0…1) looks that weighed so much at that time tell now."""
    left = weight * _faded(now - at, _LOOKS_FADE)
    return left / (left + _FAMILIAR) if left >= _NOTHING else 0.0


async def note_look(db: AsyncSession, resident_id: int, fields: Collection[str], *, now: datetime) -> None:
    """Notes that the resident looked at a course of these fields."""
    rows = [{"resident_id": resident_id, "field_code": code, "weight": 0.0, "at": now} for code in sorted(fields)]
    await insert_missing(db, Leaning, rows)
    known = await db.scalars(
        select(Leaning)
        .where(col(Leaning.resident_id) == resident_id, col(Leaning.field_code).in_(fields))
        .order_by(col(Leaning.field_code))
        .with_for_update()
    )
    for one in known.all():
        one.weight = min(one.weight * _faded(now - one.at, _LOOKS_FADE) + 1, MOST_LOOKS)
        one.at = now
    await db.flush()


async def forget_looks(db: AsyncSession, resident_id: int) -> None:
    await db.execute(delete(Leaning).where(col(Leaning.resident_id) == resident_id))


async def merge_looks(db: AsyncSession, *, source: int, target: int) -> None:
    """The looks of two accounts of one human: of each field the later."""
    rows = await db.scalars(select(Leaning).where(col(Leaning.resident_id) == source))
    for one in rows.all():
        known = await db.get(Leaning, (target, one.field_code))
        if known is None:
            db.add(Leaning(resident_id=target, field_code=one.field_code, weight=one.weight, at=one.at))
        elif one.at > known.at:
            known.weight, known.at = one.weight, one.at
    await db.flush()


async def looks(db: AsyncSession, resident_id: int, *, now: datetime) -> dict[str, float]:
    """The fields that the resident has lately looked at, each with how much (0…1) that tells."""
    rows = await db.scalars(select(Leaning).where(col(Leaning.resident_id) == resident_id))
    found = {one.field_code: liking(one.weight, one.at, now=now) for one in rows.all()}
    return {code: told for code, told in found.items() if told}


async def pasts(db: AsyncSession, resident_id: int, *, now: datetime, zone: ZoneInfo) -> tuple[Past, ...]:
    """What the resident and the family did about courses, as far as it still counts; the strongest first.

    Of several deeds about one course the most telling counts.
    """
    deeds = [
        *await _marked(db, resident_id),
        *await _applied(db, resident_id),
        *await _attended(db, resident_id, zone),
    ]
    found: dict[int, Past] = {}
    for past, at in deeds:
        left = strength(past.deed, at, now=now)
        same = found.get(past.course_id)
        if same is not None and same.deed is past.deed:
            found[past.course_id] = replace(same, people=same.people | past.people, strength=max(same.strength, left))
        elif left:
            found[past.course_id] = replace(past, strength=left)
    return tuple(sorted(found.values(), key=lambda past: -past.strength)[:_MOST_DEEDS])


async def _marked(db: AsyncSession, resident_id: int) -> list[_Done]:
    rows = await db.execute(
        select(col(CourseMark.course_id), col(Course.title), col(CourseMark.kind), col(CourseMark.created_at))
        .join(Course, col(Course.id) == col(CourseMark.course_id))
        .where(col(CourseMark.resident_id) == resident_id)
    )
    return [(Past(title=title, course_id=course_id, deed=_MARKS[kind]), at) for course_id, title, kind, at in rows]


async def _applied(db: AsyncSession, resident_id: int) -> list[_Done]:
    rows = await db.execute(
        select(col(Registration.course_id), col(Course.title), col(Participant.person_id), col(Registration.created_at))
        .join(Course, col(Course.id) == col(Registration.course_id))
        .join(Participant, col(Participant.registration_id) == col(Registration.id))
        .join(Person, col(Person.id) == col(Participant.person_id))
        .where(
            col(Registration.id).in_(held_by([resident_id])),
            col(Registration.state).in_(_WANTED),
            col(Person.resident_id) == resident_id,
        )
    )
    return [(_past(course_id, title, Deed.APPLIED, person_id), at) for course_id, title, person_id, at in rows]


async def _attended(db: AsyncSession, resident_id: int, zone: ZoneInfo) -> list[_Done]:
    entry = PassportEntry
    rows = await db.execute(
        select(col(entry.course_id), col(entry.title), col(entry.person_id), col(entry.last_on))
        .join(Person, col(Person.id) == col(entry.person_id))
        .where(col(Person.resident_id) == resident_id)
    )
    return [
        (_past(course_id, title, Deed.ATTENDED, person_id), to_utc(day, time(), zone))
        for course_id, title, person_id, day in rows
    ]


def _past(course_id: int, title: str, deed: Deed, person_id: int) -> Past:
    return Past(title=title, course_id=course_id, deed=deed, people=frozenset({str(person_id)}))


def _faded(since: timedelta, half_life: timedelta) -> float:
    return float(0.5 ** max(since / half_life, 0.0))
