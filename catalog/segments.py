"""Whom an announcement is for: `age:65+ field:health_care area:田無,谷戸 platform:line registered:123 language:ja`.

Different keys are joined by "and", several values of one key by a comma and "or". Ages are those of anybody in the
family. An empty segment is everybody. Each resident is reached once, on the platform they last used.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import people
from catalog.errors import ManabiError
from catalog.models import (
    ChannelAccount,
    Course,
    FieldOfLearning,
    Interest,
    PartyFriend,
    Person,
    Platform,
    Registration,
    Resident,
    Venue,
)
from catalog.reaching import reachable
from catalog.registration import ACTIVE

KEYS = ("age", "field", "area", "platform", "registered", "language")

_AGES = re.compile(r"(\d{1,3})(?:(\+)|-(\d{1,3}))?")


class SegmentError(ManabiError):
    """A segment cannot be understood, or names what does not exist; its text tells staff what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Everybody for whom each non-empty slot holds. `ages` are inclusive years, an open end None."""

    ages: tuple[tuple[int, int | None], ...] = ()
    fields: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    platforms: tuple[Platform, ...] = ()
    registered: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()


def parse_segment(text: str) -> Segment:
    """The segment that staff wrote. Raises SegmentError for an unknown key, and for a value of the wrong shape."""
    values: dict[str, list[str]] = {key: [] for key in KEYS}
    for word in text.replace("\u3000", " ").split():
        key, colon, rest = word.partition(":")
        given = [value for value in rest.split(",") if value]
        if key not in values or not colon:
            raise SegmentError(f"「{word}」がわかりません。使えるのは {'、'.join(f'{key}:' for key in KEYS)} です。")
        if not given:
            raise SegmentError(f"「{key}:」の値がありません。")
        values[key] += given
    return Segment(
        ages=tuple(map(_ages, values["age"])),
        fields=tuple(values["field"]),
        areas=tuple(values["area"]),
        platforms=tuple(map(_platform, values["platform"])),
        registered=tuple(map(_course_id, values["registered"])),
        languages=tuple(values["language"]),
    )


async def check(db: AsyncSession, segment: Segment) -> None:
    """Raises SegmentError for a field, an area or a course that does not exist: a slip of the pen reaches nobody."""
    fields = set(await db.scalars(select(col(FieldOfLearning.code))))
    for code in segment.fields:
        if code not in fields:
            raise SegmentError(f"分野「{code}」はありません。あるのは {'、'.join(sorted(fields))} です。")
    for area in segment.areas:
        known = exists().where(col(Resident.area) == area), exists().where(col(Venue.area) == area)
        if not await db.scalar(select(or_(*known))):
            raise SegmentError(f"地域「{area}」はありません。")
    for course_id in segment.registered:
        if await db.get(Course, course_id) is None:
            raise SegmentError(f"講座{course_id}はありません。")


async def recipients(
    db: AsyncSession, segment: Segment, now: datetime, *, zone: ZoneInfo
) -> list[tuple[int, Platform, str]]:
    """Resident, platform and address of everybody in the segment, by resident; one message a person.

    Who blocks us is left out. Raises SegmentError as `check` does.
    """
    await check(db, segment)
    query = select(col(Resident.id)).where(*_conditions(segment)).order_by(col(Resident.id))
    residents = [resident_id for resident_id in await db.scalars(query) if resident_id is not None]
    if segment.ages:
        of_age = await _of_age(db, segment, now, zone)
        residents = [resident_id for resident_id in residents if resident_id in of_age]
    addresses = await reachable(db, residents, platforms=segment.platforms or tuple(Platform))
    return [(resident_id, *addresses[resident_id]) for resident_id in residents if resident_id in addresses]


def _conditions(segment: Segment) -> list[ColumnElement[bool]]:
    resident = col(Resident.id)
    conditions: list[ColumnElement[bool]] = [
        exists().where(col(ChannelAccount.resident_id) == resident, col(ChannelAccount.blocked_at).is_(None))
    ]
    if segment.fields:
        conditions.append(
            exists().where(col(Interest.resident_id) == resident, col(Interest.field_code).in_(segment.fields))
        )
    if segment.areas:
        conditions.append(col(Resident.area).in_(segment.areas))
    if segment.languages:
        conditions.append(col(Resident.language).in_(segment.languages))
    if segment.registered:
        conditions.append(
            exists().where(
                or_(
                    col(Registration.resident_id) == resident,
                    exists().where(
                        col(PartyFriend.registration_id) == col(Registration.id),
                        col(PartyFriend.resident_id) == resident,
                    ),
                ),
                col(Registration.course_id).in_(segment.registered),
                col(Registration.state).in_(ACTIVE),
            )
        )
    return conditions


async def _of_age(db: AsyncSession, segment: Segment, now: datetime, zone: ZoneInfo) -> set[int]:
    """The residents in whose family somebody is, or may be, of one of the ages."""
    today = now.astimezone(zone).date()
    found: set[int] = set()
    for person in await db.scalars(select(Person)):
        age = people.age_on(person, today)
        if any(age.may_lie_within(*wanted) for wanted in segment.ages):
            found.add(person.resident_id)
    return found


def _ages(text: str) -> tuple[int, int | None]:
    match = _AGES.fullmatch(text)
    if match is None:
        raise SegmentError(f"年齢「{text}」がわかりません。65+、6-12、30 のように書いてください。")
    low = int(match[1])
    high = None if match[2] else int(match[3] or low)
    if high is not None and high < low:
        raise SegmentError(f"年齢「{text}」の順が逆です。")
    return low, high


def _platform(text: str) -> Platform:
    try:
        return Platform(text.lower())
    except ValueError:
        raise SegmentError(f"「platform:{text}」はありません。line か telegram です。") from None


def _course_id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise SegmentError(f"講座の番号「{text}」は数字で書いてください。")
    return int(text)
