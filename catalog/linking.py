"""One resident on two platforms: a one-time code joins them, with one seat and one set of reminders."""

import hashlib
import secrets
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from catalog import attendance, codes, leanings, registration, residents
from catalog.holding import held_by
from catalog.models import (
    Answer,
    ChangeReason,
    ChannelAccount,
    CounterApplicant,
    CourseMark,
    Interest,
    LinkCode,
    LinkTries,
    Outgoing,
    Participant,
    Person,
    Platform,
    Registration,
    RegistrationChange,
    Relation,
    Reminder,
    Resident,
    Search,
)
from catalog.registration import friends
from catalog.upsert import insert_missing

VALID_FOR = timedelta(minutes=10)
SLIP_VALID_FOR = timedelta(days=180)
_DIGITS = 8  # read off one phone and typed into the other
_SLIP_GROUPS = 3  # of four signs, on paper for months: a number that nobody guesses

MISSES = 5  # wrong codes within
MISSES_WITHIN = timedelta(hours=1)


async def new_code(db: AsyncSession, resident_id: int, *, now: datetime) -> str:
    """A fresh code of eight digits, valid for ten minutes; an older one of the same resident ends."""
    code = "".join(secrets.choice("0123456789") for _ in range(_DIGITS))
    await _keep(db, code, resident_id, now=now, until=now + VALID_FOR)
    return code


async def new_slip_code(db: AsyncSession, resident_id: int, *, now: datetime) -> str:
    """A fresh code for the printed slip of an applicant without an account: three groups of four, for half a year."""
    code = codes.new_code(_SLIP_GROUPS)
    await _keep(db, code, resident_id, now=now, until=now + SLIP_VALID_FOR)
    return code


async def may_try(db: AsyncSession, resident_id: int, *, now: datetime) -> bool:
    """Whether the resident may enter a code: not after five wrong ones within an hour."""
    tries = await db.get(LinkTries, resident_id)
    return tries is None or tries.misses < MISSES or tries.since + MISSES_WITHIN <= now


async def count_miss(db: AsyncSession, resident_id: int, *, now: datetime) -> None:
    """Notes that a code was wrong."""
    tries = await db.get(LinkTries, resident_id)
    if tries is None or tries.since + MISSES_WITHIN <= now:
        tries = await db.merge(LinkTries(resident_id=resident_id, misses=0, since=now))
    tries.misses += 1
    await db.flush()


async def _keep(db: AsyncSession, code: str, resident_id: int, *, now: datetime, until: datetime) -> None:
    await db.execute(
        delete(LinkCode).where((col(LinkCode.resident_id) == resident_id) | (col(LinkCode.expires_at) < now))
    )
    db.add(LinkCode(code_hash=_hash(code), resident_id=resident_id, expires_at=until))
    await db.flush()


async def redeem(db: AsyncSession, code: str, *, by: Resident, now: datetime, zone: ZoneInfo) -> Resident | None:
    """The one resident that remains when `by` is joined to the resident who made the code. A code works once.

    None for a code that is unknown, too old, one's own, or of somebody reached on the same platform: that is another
    human, and what is joined cannot be parted. Of two registrations of one person for one course the earlier stays.
    """
    found = await db.get(LinkCode, _hash(code))
    if found is None or found.expires_at < now or by.id is None:
        return None
    source, target = by.id, found.resident_id
    if source == target or await _platforms(db, source) & await _platforms(db, target):
        return None
    if await registration.lock_residents(db, source, target) != {source, target}:
        return None
    # Asked again under the lock: the code may have been used meanwhile.
    used = await db.scalar(
        delete(LinkCode).where(col(LinkCode.code_hash) == found.code_hash).returning(col(LinkCode.resident_id))
    )
    keeper = await db.get(Resident, target, populate_existing=True)
    if used is None or keeper is None:
        return None
    await _merge(db, source=by, target=keeper, now=now, zone=zone)
    return keeper


async def _platforms(db: AsyncSession, resident_id: int) -> set[Platform]:
    """Where the resident is reached now; an account that blocks us may be an old phone."""
    return {account.platform for account in await residents.accounts(db, resident_id) if account.blocked_at is None}


async def _merge(db: AsyncSession, *, source: Resident, target: Resident, now: datetime, zone: ZoneInfo) -> None:
    old, new = _id(source), _id(target)
    together = await _parties_of_both(db, old, new)
    await _merge_people(db, source=old, target=new, now=now, zone=zone)
    await _merge_wishes(db, source=old, target=new)
    await _merge_reminders(db, source=old, target=new)
    for table in (ChannelAccount, Person, Registration, Search, Outgoing):
        await db.execute(update(table).where(col(table.resident_id) == old).values(resident_id=new))
    await friends.merge(db, source=old, target=new)
    for registration_id in together:
        await registration.count_again(
            db, registration_id, registration.by_resident(ChangeReason.LINKED, new, now), zone=zone
        )
    await _merge_answers(db, source=old, target=new)
    await db.execute(delete(CounterApplicant).where(col(CounterApplicant.resident_id).in_((old, new))))
    calendar = source.calendar_token
    await db.execute(delete(Resident).where(col(Resident.id) == old).execution_options(synchronize_session=False))
    _merge_settings(source, target)
    if not target.learns:
        await leanings.forget_looks(db, new)
    target.calendar_token = target.calendar_token or calendar  # unique: free only now
    await db.flush()


async def _parties_of_both(db: AsyncSession, one: int, other: int) -> list[int]:
    """The active registrations in which both are, one of whom has joined the other, or each a third."""
    found = await db.scalars(
        select(col(Registration.id))
        .where(
            col(Registration.id).in_(held_by([one])),
            col(Registration.id).in_(held_by([other])),
            col(Registration.state).in_(registration.ACTIVE),
        )
        .order_by(col(Registration.id))
    )
    return [number for number in found.all() if number is not None]


def _merge_settings(source: Resident, target: Resident) -> None:
    """What either told stays; who switched something off on either platform does not get it back."""
    target.area = target.area or source.area
    target.welcomed = target.welcomed or source.welcomed
    target.remind_day_before = target.remind_day_before and source.remind_day_before
    target.remind_same_day = target.remind_same_day and source.remind_same_day
    target.remind_deadline = target.remind_deadline and source.remind_deadline
    target.learns = target.learns and source.learns
    target.digest_at = target.digest_at or source.digest_at


async def _merge_wishes(db: AsyncSession, *, source: int, target: int) -> None:
    """Interests of either; of two marks of one course the last word counts."""
    fields = await residents.interests(db, source)
    await insert_missing(db, Interest, [{"resident_id": target, "field_code": code} for code in fields])
    marks = await db.execute(
        select(col(CourseMark.course_id), col(CourseMark.kind), col(CourseMark.created_at))
        .where(col(CourseMark.resident_id).in_((source, target)))
        .order_by(col(CourseMark.created_at))
    )
    for course_id, kind, said_at in marks.all():
        await residents.mark(db, target, course_id, kind, now=said_at)
    await leanings.merge_looks(db, source=source, target=target)


async def _merge_answers(db: AsyncSession, *, source: int, target: int) -> None:
    """Answers to questions of courses that the other has not answered."""
    same = aliased(Answer)
    answered = exists().where(col(same.resident_id) == target, col(same.question_id) == col(Answer.question_id))
    await db.execute(
        update(Answer)
        .where(col(Answer.resident_id) == source, ~answered)
        .values(resident_id=target)
        .execution_options(synchronize_session=False)
    )


async def _merge_reminders(db: AsyncSession, *, source: int, target: int) -> None:
    """What either was told of is told; where both were, the message of the source finds nothing left to say."""
    same = aliased(Reminder)
    told = exists().where(
        col(same.resident_id) == target,
        col(same.kind) == col(Reminder.kind),
        col(same.course_id) == col(Reminder.course_id),
        col(same.session_id) == col(Reminder.session_id),
        col(same.occasion_at) == col(Reminder.occasion_at),
    )
    await db.execute(
        update(Reminder)
        .where(col(Reminder.resident_id) == source, ~told)
        .values(resident_id=target)
        .execution_options(synchronize_session=False)
    )


async def _merge_people(db: AsyncSession, *, source: int, target: int, now: datetime, zone: ZoneInfo) -> None:
    """The two `self` persons are one human, and so is a family member entered alike on both platforms."""
    ours = await residents.people(db, target)
    for other in await residents.people(db, source):
        twin = next((someone for someone in ours if _same_human(someone, other)), None)
        if twin is not None:
            ours.remove(twin)
            await _merge_person(db, other, into=twin, now=now, zone=zone)


def _same_human(one: Person, other: Person) -> bool:
    if one.relation is Relation.SELF or other.relation is Relation.SELF:
        return one.relation is other.relation
    return one.relation is other.relation and one.nickname == other.nickname and _ages(one) == _ages(other)


def _ages(person: Person) -> tuple[int | None, ...]:
    return person.birth_year, person.birth_month, person.age_min, person.age_max


async def _merge_person(db: AsyncSession, other: Person, *, into: Person, now: datetime, zone: ZoneInfo) -> None:
    """What either told of their age stays; what both applied for counts once."""
    if not any(part is not None for part in _ages(into)):
        into.birth_year, into.birth_month, into.age_min, into.age_max = _ages(other)
        into.age_told_at = other.age_told_at
    into.belonging = into.belonging or other.belonging
    into.gender = into.gender or other.gender
    kept = await _places_of(db, into)
    for place, registration_id in (await _places_of(db, other)).items():
        if place in kept and kept[place] != registration_id:
            later, person = max((registration_id, other), (kept[place], into), key=lambda pair: pair[0])
            double = await registration.lock_own(db, later, person.resident_id)
            if double is not None:
                cause = registration.by_resident(ChangeReason.LINKED, person.resident_id, now)
                await registration.leave(db, double, _id(person), cause, zone=zone)
    await _merge_doubled(db, other, into=into)
    for table in (Participant, RegistrationChange):
        await db.execute(update(table).where(col(table.person_id) == other.id).values(person_id=into.id))
    await attendance.merge(db, other, into=into, zone=zone)
    await db.flush()
    await db.execute(delete(Person).where(col(Person.id) == other.id).execution_options(synchronize_session=False))


async def _merge_doubled(db: AsyncSession, other: Person, *, into: Person) -> None:
    """In a party with friends both may be, or have been: one of them stays. What they keep is counted again later."""
    same = aliased(Participant)
    both = exists().where(col(same.registration_id) == col(Participant.registration_id), col(same.person_id) == into.id)
    twice = await db.execute(
        delete(Participant)
        .where(col(Participant.person_id) == other.id, both)
        .returning(col(Participant.registration_id), col(Participant.in_childcare))
        .execution_options(synchronize_session=False)
    )
    for registration_id, in_childcare in twice.all():
        found = await db.get_one(Registration, registration_id)
        if found.state not in registration.ACTIVE:
            found.childcare -= in_childcare
    await db.flush()


async def _places_of(db: AsyncSession, person: Person) -> dict[tuple[int, int], int]:
    """The courses (and sessions) in which the person has a place, with their registration."""
    rows = await db.execute(
        select(col(Participant.course_id), col(Participant.session_id), col(Participant.registration_id))
        .where(col(Participant.person_id) == person.id, col(Participant.active))
        .order_by(col(Participant.course_id))
    )
    return {(row[0], row[1]): row[2] for row in rows}


def _id(row: Resident | Person) -> int:
    assert row.id is not None  # noqa: S101 - a stored row has its key
    return row.id


def _hash(code: str) -> str:
    """Of the signs alone: case and what stands between them do not matter."""
    signs = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(signs.encode()).hexdigest()
