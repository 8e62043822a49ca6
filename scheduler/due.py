"""What is due: reminders, derived each tick from live rows and told once.

Nothing is stored ahead, so nothing has to be taken back: a cancelled registration, a moved session, a setting switched
off are simply no longer found. What has been told is a `Reminder` row, written with the message in one transaction;
that it was told of *this* occasion (course and moment) is what counts, so a moved session is told anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, exists, or_, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import outgoing
from catalog.civil_time import as_local, start_of_day
from catalog.models import (
    Course,
    CourseStatus,
    OutgoingKind,
    Platform,
    Reminder,
    ReminderKind,
    Resident,
    Session,
)
from catalog.reaching import reachable
from catalog.registration import takes_registrations
from catalog.search.loading import session_entry
from handlers import reminding, reply_json
from handlers.locales import speaking
from handlers.messages import Reply
from handlers.reminding import ClosingCourse, ComingSession, Fact, OpeningCourse
from scheduler import ahead, notices, occasions
from scheduler.quiet import is_night

RESIDENTS_A_TICK = 200

# Any fixed number: one process at a time plans reminders, the others have nothing to do then.
_PLANNING_LOCK = 0x6D616E64

_SETTING = {
    ReminderKind.DAY_BEFORE: col(Resident.remind_day_before),
    ReminderKind.SAME_DAY: col(Resident.remind_same_day),
    ReminderKind.DEADLINE: col(Resident.remind_deadline),
    ReminderKind.OPENING: col(Resident.remind_deadline),  # one switch for saved courses
}


# The moment of a course that a reminder of a saved one is about; the others are about a session.
_MOMENT = {ReminderKind.DEADLINE: col(Course.apply_until), ReminderKind.OPENING: col(Course.apply_from)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One thing to remind a resident of. `known_since` is when they applied, or saved the course.

    `at_hour` and `hours_before` are when this resident wishes to be told.
    """

    resident_id: int
    language: str
    kind: ReminderKind
    course_id: int
    session_id: int
    at: datetime
    known_since: datetime
    at_hour: int
    hours_before: int
    fact: Fact

    @property
    def identity(self) -> tuple[ReminderKind, int, datetime]:
        """What makes it the same occasion for one resident, whatever id an import gave its session."""
        return self.kind, self.course_id, self.at


async def plan_reminders(db: AsyncSession, *, now: datetime, zone: ZoneInfo, limit: int = RESIDENTS_A_TICK) -> int:
    """Puts the reminders that are due into the outgoing table, one message a resident. Returns how many messages.

    At most `limit` residents a call: call again until it returns 0. At night nothing is due.
    """
    if is_night(now, zone) or not await notices.alone(db, _PLANNING_LOCK):
        return 0
    due = sorted(await _due(db, now=now, zone=zone), key=lambda occasion: (occasion.resident_id, occasion.at))
    groups = [list(group) for _, group in groupby(due, key=lambda occasion: occasion.resident_id)][:limit]
    addresses = await reachable(db, [group[0].resident_id for group in groups])
    planned = 0
    for group in groups:
        address = addresses.get(group[0].resident_id)
        if address is not None:
            planned += await _tell(db, group, address, now=now, zone=zone)
    return planned


async def fresh(db: AsyncSession, message: outgoing.Message, *, now: datetime, zone: ZoneInfo) -> Reply | None:
    """A reminder in the words that are true right now; None where nothing of it is true any more."""
    told = (await db.scalars(select(Reminder).where(col(Reminder.outgoing_key) == message.key))).all()
    kinds = {reminder.kind for reminder in told}
    identities = {(reminder.kind, reminder.course_id, reminder.occasion_at) for reminder in told}
    true = [
        occasion
        for kind in kinds
        for query in _queries(kind, now)
        for occasion in await _found(db, query.where(col(Resident.id) == message.resident_id), kind)
        if occasion.identity in identities
    ]
    return _words(true, now=now, zone=zone) if true else None


async def _due(db: AsyncSession, *, now: datetime, zone: ZoneInfo) -> list[Occasion]:
    horizons = {
        ReminderKind.DAY_BEFORE: _by_tomorrow(col(Session.starts_at), now, zone),
        ReminderKind.SAME_DAY: col(Session.starts_at) <= now + occasions.LONGEST_BEFORE,
        ReminderKind.DEADLINE: _by_tomorrow(col(Course.apply_until), now, zone),
        ReminderKind.OPENING: col(Course.apply_from) <= now,
    }
    found: dict[tuple[Any, ...], Occasion] = {}
    for kind, horizon in horizons.items():
        for query in _queries(kind, now):
            for occasion in await _found(db, query.where(horizon, ~_told(kind), notices.reachable()), kind):
                window = _window(occasion, zone)
                if window and window.open_at(now, zone) and occasion.known_since <= window.due:
                    found.setdefault((occasion.resident_id, *occasion.identity), occasion)
    return list(found.values())


def _by_tomorrow(moment: SQLColumnExpression[Any], now: datetime, zone: ZoneInfo) -> ColumnElement[bool]:
    """Today's late ones, and from the resident's hour on those of tomorrow."""
    hour_has_come = col(Resident.remind_at_hour) <= as_local(now, zone).hour
    tomorrow, day_after = (start_of_day(now, zone, days=days) for days in (1, 2))
    return or_(moment < tomorrow, and_(moment < day_after, hour_has_come))


def _window(occasion: Occasion, zone: ZoneInfo) -> occasions.Window | None:
    fact = occasion.fact
    if isinstance(fact, ClosingCourse):
        return occasions.deadline(occasion.at, zone, saved_at=occasion.known_since, hour=occasion.at_hour)
    if isinstance(fact, OpeningCourse):
        return occasions.opening(occasion.at, zone, saved_at=occasion.known_since)
    if occasion.kind is ReminderKind.SAME_DAY:
        return occasions.same_day(occasion.at, zone, all_day=fact.session.all_day, hours=occasion.hours_before)
    return occasions.day_before(occasion.at, zone, hour=occasion.at_hour)


async def _tell(
    db: AsyncSession, due: list[Occasion], address: tuple[Platform, str], *, now: datetime, zone: ZoneInfo
) -> bool:
    """Notes the occasions as told, with one message for all of them; False where somebody else has told them."""
    first = due[0]
    key = f"reminder:{first.resident_id}:{first.kind}:{first.course_id}:{first.session_id}:{int(first.at.timestamp())}"
    insertion = sqlite_insert if outgoing.is_sqlite(db) else postgres_insert
    rows = [
        {
            "resident_id": occasion.resident_id,
            "kind": occasion.kind,
            "course_id": occasion.course_id,
            "session_id": occasion.session_id,
            "occasion_at": occasion.at,
            "outgoing_key": key,
        }
        for occasion in due
    ]
    noted = await db.execute(insertion(Reminder).values(rows).on_conflict_do_nothing().returning(col(Reminder.kind)))
    if not noted.all():
        return False
    platform, to = address
    return await outgoing.enqueue(
        db,
        key=key,
        kind=OutgoingKind.REMINDER,
        platform=platform,
        address=to,
        resident_id=first.resident_id,
        payload=reply_json.dumps(_words(due, now=now, zone=zone)),
        due_at=now,
        useful_until=max(window.until for occasion in due if (window := _window(occasion, zone))),
    )


def _words(due: Iterable[Occasion], *, now: datetime, zone: ZoneInfo) -> Reply:
    told = list(due)
    with speaking(told[0].language):
        return reminding.reminder([occasion.fact for occasion in told], now=now, zone=zone)


def _queries(kind: ReminderKind, now: datetime) -> list[Select[*tuple[Any, ...]]]:
    """Everything of this kind that lies ahead, told or not, of residents who wish to be reminded of it."""
    match kind:
        case ReminderKind.DEADLINE:
            saved = ahead.saved_courses(now).where(
                col(Course.apply_until) > now, or_(col(Course.apply_from).is_(None), col(Course.apply_from) <= now)
            )
            queries = [saved]
        case ReminderKind.OPENING:
            saved = ahead.saved_courses(now).where(
                col(Course.apply_from) > now - occasions.OPENING_IS_NEWS,
                or_(col(Course.apply_until).is_(None), col(Course.apply_until) > now),
            )
            queries = [saved]
        case _:
            queries = [ahead.coming_sessions(now), ahead.coming_sessions(now, with_friends=True)]
    return [query.where(_SETTING[kind], col(Course.status) == CourseStatus.SCHEDULED) for query in queries]


def _told(kind: ReminderKind) -> ColumnElement[bool]:
    """Told already. By moment, not by the session's id: an import may have given it another."""
    return exists().where(
        col(Reminder.resident_id) == col(Resident.id),
        col(Reminder.kind) == kind,
        col(Reminder.course_id) == col(Course.id),
        col(Reminder.occasion_at) == _MOMENT.get(kind, col(Session.starts_at)),
    )


async def _found(db: AsyncSession, query: Select[*tuple[Any, ...]], kind: ReminderKind) -> list[Occasion]:
    rows = (await db.execute(query)).all()
    return [_saved(row, kind) if kind in _MOMENT else _coming(row, kind) for row in rows]


def _coming(row: Any, kind: ReminderKind) -> Occasion:
    course, session, venue = row.Course, row.Session, row.Venue
    return Occasion(
        resident_id=row.resident_id,
        language=row.language,
        kind=kind,
        course_id=course.id,
        session_id=session.id,
        at=session.starts_at,
        known_since=row.known_since,
        at_hour=row.remind_at_hour,
        hours_before=row.remind_hours_before,
        fact=ComingSession(
            course_id=course.id,
            title=course.title,
            session=session_entry(session),
            place=venue.name if venue else "",
            belongings=course.belongings or "",
        ),
    )


def _saved(row: Any, kind: ReminderKind) -> Occasion:
    course = row.Course
    opening = kind is ReminderKind.OPENING
    fact = _opening(course, row.Session) if opening else _closing(course)
    return Occasion(
        resident_id=row.resident_id,
        language=row.language,
        kind=kind,
        course_id=course.id,
        session_id=0,
        at=course.apply_from if opening else course.apply_until,
        known_since=row.known_since,
        at_hour=row.remind_at_hour,
        hours_before=row.remind_hours_before,
        fact=fact,
    )


def _opening(course: Any, session: Session | None) -> OpeningCourse:
    return OpeningCourse(
        course_id=course.id,
        title=course.title,
        apply_from=course.apply_from,
        apply_until=course.apply_until,
        session=None if session is None else session_entry(session),
        selection=course.selection,
        applies_here=takes_registrations(course),
    )


def _closing(course: Any) -> ClosingCourse:
    return ClosingCourse(
        course_id=course.id,
        title=course.title,
        apply_until=course.apply_until,
        applies_here=takes_registrations(course),
    )
