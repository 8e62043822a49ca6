"""Absences (欠席) told for one session beforehand, and taken back: the place stays theirs, and the history tells it."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import attendance, registration
from catalog.models import Attendance, ChangeReason, Person, Presence, Registration, RegistrationState, Session
from catalog.registration import Cause
from catalog.registration.moving import by_resident


async def tell_absence(
    db: AsyncSession, registration_id: int, session_id: int, *, resident_id: int, now: datetime, zone: ZoneInfo
) -> Session | None:
    """The resident's people will not come to one session. None where it is not theirs, or has begun."""
    found = await registration.lock_own(db, registration_id, resident_id)
    session = await db.get(Session, session_id)
    mine = found is not None and found.state is RegistrationState.CONFIRMED
    if not mine or session is None or found is None or session.course_id != found.course_id:
        return None
    if session.starts_at <= now:
        return None
    if session_id not in await absences(db, registration_id, resident_id):
        people, noted = await attendance.attending(db, registration_id, resident_id), attendance.Noted(now)
        await attendance.mark(db, session, registration_id, people, Presence.ABSENT, noted=noted, zone=zone)
        await _note(db, found, session, by_resident(ChangeReason.ABSENCE_TOLD, resident_id, now))
    return session


async def come_after_all(
    db: AsyncSession, registration_id: int, session_id: int, *, resident_id: int, now: datetime, zone: ZoneInfo
) -> Session | None:
    """Takes a told absence back. None where there is none, or the session has begun."""
    found = await registration.lock_own(db, registration_id, resident_id)
    session = await db.get(Session, session_id)
    if found is None or session is None or session.course_id != found.course_id or session.starts_at <= now:
        return None
    away = session_id in await absences(db, registration_id, resident_id)
    people, noted = await attendance.attending(db, registration_id, resident_id), attendance.Noted(now)
    await attendance.mark(db, session, registration_id, people, None, noted=noted, zone=zone)
    if away:
        await _note(db, found, session, by_resident(ChangeReason.COMES_AFTER_ALL, resident_id, now))
    return session


async def absences(db: AsyncSession, registration_id: int, resident_id: int) -> set[int]:
    """The sessions of a registration to which the resident has said that their people will not come."""
    found = await db.scalars(
        select(col(Attendance.session_id))
        .join(Person, col(Person.id) == col(Attendance.person_id))
        .where(
            col(Attendance.registration_id) == registration_id,
            col(Attendance.presence) == Presence.ABSENT,
            col(Person.resident_id) == resident_id,
        )
    )
    return set(found.all())


async def _note(db: AsyncSession, found: Registration, session: Session, cause: Cause) -> None:
    """Into the history of the registration, which stays as it is."""
    cause = replace(cause, note=session.starts_at.isoformat())
    await registration.move(db, found, found.state, cause, expires_at=found.expires_at)
