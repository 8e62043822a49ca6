"""Who was there: check-in by a code on the wall or by staff, and the learning record.

What somebody attended is derived from the attendance rows and written down as their `PassportEntry` (まなび手帳), so
that the record stays when a course is long gone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import registration
from catalog.civil_time import as_local
from catalog.codes import new_code
from catalog.holding import held_by
from catalog.models import (
    Actor,
    Attendance,
    ChangeReason,
    Course,
    Participant,
    PassportEntry,
    Person,
    Presence,
    Registration,
    RegistrationState,
    Relation,
    Session,
)
from catalog.registration import by_resident, seating
from catalog.registration.moving import begin

EARLIEST = timedelta(hours=1)  # before the session
LATEST = timedelta(minutes=30)  # after its end
USUAL_LENGTH = timedelta(hours=2)  # where no end is announced
WHOLE_DAY = timedelta(hours=24)
UNIT = timedelta(hours=1)  # 1単位; a session counts at least one


class CheckInProblem(StrEnum):
    """Why somebody cannot say that they are there."""

    UNKNOWN_CODE = "unknown_code"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    NOT_REGISTERED = "not_registered"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """A session and who of a resident's party is there now."""

    session: Session
    registration_id: int
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Noted:
    """Who notes a presence: the resident, or staff with their name."""

    at: datetime
    by: Actor = Actor.RESIDENT
    staff: str | None = None


async def open_code(db: AsyncSession, session_id: int) -> str | None:
    """The session's code for the wall, made when first asked for. None for a session that does not exist."""
    session = await db.get(Session, session_id)
    if session is None:
        return None
    if session.checkin_code is None:
        session.checkin_code = new_code()
        db.add(session)
        await db.flush()
    return session.checkin_code


async def check_in(
    db: AsyncSession, code: str, *, resident_id: int, now: datetime, zone: ZoneInfo
) -> CheckedIn | CheckInProblem:
    """The resident says with the code on the wall that they are there, with all of their people. May be repeated.

    Where one just comes, without registration, their coming is noted.
    """
    session = (await db.scalars(select(Session).where(col(Session.checkin_code) == code))).first()
    if session is None or session.id is None:
        return CheckInProblem.UNKNOWN_CODE
    if session.cancelled:
        return CheckInProblem.CANCELLED
    opens, closes = check_in_window(session)
    if now < opens:
        return CheckInProblem.TOO_EARLY
    if now > closes:
        return CheckInProblem.TOO_LATE
    await seating.lock(db, [session.course_id])
    found = await _registration_for(db, session, resident_id) or await _just_come(db, session, resident_id, now)
    if found is None or found.id is None:
        return CheckInProblem.NOT_REGISTERED
    people = await attending(db, found.id, resident_id)
    await mark(db, session, found.id, people, Presence.PRESENT, noted=Noted(now), zone=zone)
    return CheckedIn(session, found.id, tuple(people))


def check_in_window(session: Session) -> tuple[datetime, datetime]:
    """From when until when one can say that one is there."""
    if session.all_day:
        return session.starts_at, session.starts_at + WHOLE_DAY
    return session.starts_at - EARLIEST, (session.ends_at or session.starts_at + USUAL_LENGTH) + LATEST


async def mark(
    db: AsyncSession,
    session: Session,
    registration_id: int,
    people: Sequence[Person],
    presence: Presence | None,
    *,
    noted: Noted,
    zone: ZoneInfo,
) -> None:
    """Notes for these people of a registration whether they are there (None: takes the note back). Locks the course."""
    await seating.lock(db, [session.course_id])
    ids = [someone.id or 0 for someone in people]
    await db.execute(
        delete(Attendance).where(col(Attendance.session_id) == session.id, col(Attendance.person_id).in_(ids))
    )
    if presence is not None:
        db.add_all(
            Attendance(
                session_id=session.id or 0,
                person_id=person_id,
                registration_id=registration_id,
                presence=presence,
                by=noted.by,
                staff=noted.staff,
                at=noted.at,
            )
            for person_id in ids
        )
    await db.flush()
    await _write_down(db, session.course_id, ids, zone)


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One person who is expected at a session, and what is noted of them."""

    registration: Registration
    person: Person
    presence: Presence | None


async def roster(db: AsyncSession, session: Session) -> list[RosterLine]:
    """Everybody who has a place in the session, in the order of applying."""
    rows = await db.execute(
        select(Registration, Person, col(Attendance.presence))
        .join(Participant, col(Participant.registration_id) == col(Registration.id))
        .join(Person, col(Person.id) == col(Participant.person_id))
        .outerjoin(
            Attendance, (col(Attendance.person_id) == col(Person.id)) & (col(Attendance.session_id) == session.id)
        )
        .where(
            col(Registration.course_id) == session.course_id,
            col(Registration.state) == RegistrationState.CONFIRMED,
            col(Registration.session_id).is_(None) | (col(Registration.session_id) == session.id),
            ~col(Participant.in_childcare),
        )
        .order_by(col(Registration.id), col(Person.id))
    )
    return [RosterLine(row[0], row[1], row[2]) for row in rows]


async def close_session(db: AsyncSession, session: Session, noted: Noted, *, zone: ZoneInfo) -> int:
    """Notes who did not come as a no-show, where the course counts them. Returns how many."""
    rules = await registration.rules_of(db, session.course_id)
    if not rules.count_no_shows:
        return 0
    missing = [line for line in await roster(db, session) if line.presence is None]
    for line in missing:
        await mark(db, session, line.registration.id or 0, [line.person], Presence.NO_SHOW, noted=noted, zone=zone)
    return len(missing)


async def passport(db: AsyncSession, resident_id: int) -> list[tuple[Person, PassportEntry]]:
    """What the resident and their family have attended, the newest first."""
    rows = await db.execute(
        select(Person, PassportEntry)
        .join(PassportEntry, col(PassportEntry.person_id) == col(Person.id))
        .where(col(Person.resident_id) == resident_id)
        .order_by(col(PassportEntry.last_on).desc(), col(PassportEntry.id).desc())
    )
    return [(row[0], row[1]) for row in rows]


async def merge(db: AsyncSession, other: Person, *, into: Person, zone: ZoneInfo) -> None:
    """Two persons turn out to be one: what either attended, the one that stays has attended."""
    theirs = (await db.scalars(select(Attendance).where(col(Attendance.person_id) == other.id))).all()
    ours = set((await db.scalars(select(col(Attendance.session_id)).where(col(Attendance.person_id) == into.id))).all())
    courses = await db.scalars(
        select(col(Session.course_id)).where(col(Session.id).in_([found.session_id for found in theirs])).distinct()
    )
    moved = [found.session_id for found in theirs if found.session_id not in ours]
    await db.execute(
        update(Attendance)
        .where(col(Attendance.person_id) == other.id, col(Attendance.session_id).in_(moved))
        .values(person_id=into.id)
        .execution_options(synchronize_session=False)
    )
    for course_id in courses.all():
        await _write_down(db, course_id, [into.id or 0], zone)


async def attending(db: AsyncSession, registration_id: int, resident_id: int | None = None) -> list[Person]:
    """Those of the party who take part themselves: not the children in childcare. Of one resident, or all of them."""
    looked_after = await registration.in_childcare(db, registration_id)
    party = await registration.party_of(db, registration_id)
    return [
        someone for someone in party if someone.id not in looked_after and resident_id in (None, someone.resident_id)
    ]


async def _registration_for(db: AsyncSession, session: Session, resident_id: int) -> Registration | None:
    found = await db.scalars(
        select(Registration)
        .where(
            col(Registration.course_id) == session.course_id,
            col(Registration.id).in_(held_by([resident_id])),
            col(Registration.state) == RegistrationState.CONFIRMED,
            col(Registration.session_id).is_(None) | (col(Registration.session_id) == session.id),
        )
        .order_by(col(Registration.id))
        .limit(1)
    )
    return found.first()


async def _just_come(db: AsyncSession, session: Session, resident_id: int, now: datetime) -> Registration | None:
    """Where no registration is needed, whoever comes is noted as having come."""
    course = await db.get(Course, session.course_id)
    if course is None or registration.takes_registrations(course):
        return None
    me = await db.scalars(
        select(Person).where(col(Person.resident_id) == resident_id, col(Person.relation) == Relation.SELF)
    )
    come = Registration(
        receipt=new_code(),
        course_id=session.course_id,
        resident_id=resident_id,
        state=RegistrationState.CONFIRMED,
        seats=0,
        created_at=now,
        changed_at=now,
    )
    await begin(db, come, [me.one()], by_resident(ChangeReason.APPLIED, resident_id, now))
    return come


async def _write_down(db: AsyncSession, course_id: int, person_ids: Collection[int], zone: ZoneInfo) -> None:
    """Brings the learning record of these people for one course in line with their attendance."""
    course = await db.get(Course, course_id)
    rows = await db.execute(
        select(col(Attendance.person_id), Session)
        .join(Session, col(Session.id) == col(Attendance.session_id))
        .where(
            col(Session.course_id) == course_id,
            col(Attendance.person_id).in_(person_ids),
            col(Attendance.presence) == Presence.PRESENT,
        )
        .order_by(col(Session.starts_at))
    )
    attended: dict[int, list[Session]] = {}
    for person_id, session in rows.all():
        attended.setdefault(person_id, []).append(session)
    await db.execute(
        delete(PassportEntry).where(
            col(PassportEntry.course_id) == course_id, col(PassportEntry.person_id).in_(person_ids)
        )
    )
    db.add_all(
        _entry(person_id, course_id, course.title if course else "", sessions, zone)
        for person_id, sessions in attended.items()
    )
    await db.flush()


def _entry(person_id: int, course_id: int, title: str, sessions: list[Session], zone: ZoneInfo) -> PassportEntry:
    lengths = [(session.ends_at or session.starts_at) - session.starts_at for session in sessions]
    days = [as_local(session.starts_at, zone).date() for session in sessions]
    return PassportEntry(
        person_id=person_id,
        course_id=course_id,
        title=title,
        sessions=len(sessions),
        minutes=int(sum(lengths, timedelta()).total_seconds()) // 60,
        units=sum(max(1, round(length / UNIT)) for length in lengths),
        first_on=days[0],
        last_on=days[-1],
    )
