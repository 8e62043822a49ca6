"""What lies ahead of residents, as queries over live rows: sessions they have a place in, courses they have saved."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from catalog.models import (
    Attendance,
    Course,
    CourseMark,
    MarkKind,
    PartyFriend,
    Person,
    Presence,
    Registration,
    RegistrationState,
    Resident,
    Session,
    Venue,
)
from catalog.registration import ACTIVE


def coming_sessions(now: datetime, *, with_friends: bool = False) -> Select[*tuple[Any, ...]]:
    """Sessions that somebody has a place in and has not said that they will miss.

    For those who applied; or, `with_friends`, for those who joined a friend's party.
    """
    missing = exists().where(
        col(Attendance.registration_id) == col(Registration.id),
        col(Attendance.session_id) == col(Session.id),
        col(Attendance.presence) == Presence.ABSENT,
        col(Attendance.person_id) == col(Person.id),
        col(Person.resident_id) == col(Resident.id),
    )
    sessions: Select[*tuple[Any, ...]] = (
        select(
            col(Resident.id).label("resident_id"),
            col(Resident.language),
            col(Resident.remind_at_hour),
            col(Resident.remind_hours_before),
            col(Registration.changed_at).label("known_since"),
            Course,
            Session,
            Venue,
        )
        .select_from(Registration)
        .join(Course, col(Course.id) == col(Registration.course_id))
        .join(Session, col(Session.course_id) == col(Course.id))
        .join(Venue, col(Venue.id) == func.coalesce(col(Session.venue_id), col(Course.venue_id)), isouter=True)
        .where(
            col(Registration.state) == RegistrationState.CONFIRMED,
            or_(col(Registration.session_id).is_(None), col(Registration.session_id) == col(Session.id)),
            ~col(Session.cancelled),
            col(Session.starts_at) > now,
            ~missing,
        )
    )
    if not with_friends:
        return sessions.join(Resident, col(Resident.id) == col(Registration.resident_id))
    friends = sessions.join(PartyFriend, col(PartyFriend.registration_id) == col(Registration.id))
    return friends.join(Resident, col(Resident.id) == col(PartyFriend.resident_id))


def saved_courses(now: datetime) -> Select[*tuple[Any, ...]]:
    """Courses that are saved and not applied for, with the next session of each."""
    joined = exists().where(
        col(PartyFriend.registration_id) == col(Registration.id), col(PartyFriend.resident_id) == col(Resident.id)
    )
    applied = exists().where(
        or_(col(Registration.resident_id) == col(Resident.id), joined),
        col(Registration.course_id) == col(Course.id),
        col(Registration.state).in_(ACTIVE),
    )
    coming = aliased(Session)
    following = (
        select(col(coming.id))
        .where(col(coming.course_id) == col(Course.id), ~col(coming.cancelled), col(coming.starts_at) > now)
        .order_by(col(coming.starts_at), col(coming.id))
        .limit(1)
        .correlate(Course)
        .scalar_subquery()
    )
    return (
        select(
            col(Resident.id).label("resident_id"),
            col(Resident.language),
            col(Resident.remind_at_hour),
            col(Resident.remind_hours_before),
            col(CourseMark.created_at).label("known_since"),
            Course,
            Session,
        )
        .select_from(CourseMark)
        .join(Resident, col(Resident.id) == col(CourseMark.resident_id))
        .join(Course, col(Course.id) == col(CourseMark.course_id))
        .join(Session, col(Session.id) == following, isouter=True)
        .where(
            col(CourseMark.kind) == MarkKind.SAVED,
            or_(col(Course.ends_at).is_(None), col(Course.ends_at) > now),
            ~applied,
        )
    )
