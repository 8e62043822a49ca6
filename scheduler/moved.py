"""Telling everybody concerned that something of their course moved: read from the course's history, told once.

All that moved of a course is one message to each resident, comparing what was before with what is now: what was moved
and moved back is not told. Whoever applied later has read the new date already. Who is offered a seat in it
reads of the offer in the same message.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import outgoing
from catalog.course_changes import read_span, span_of
from catalog.models import (
    Course,
    CourseChange,
    CourseChangeKind,
    CourseStatus,
    PartyFriend,
    Registration,
    RegistrationState,
    Resident,
    Session,
    Venue,
)
from catalog.reaching import reachable
from catalog.registration import ACTIVE
from catalog.search.entry import SessionEntry
from catalog.search.loading import session_entry
from handlers import moved
from handlers.cards import At
from handlers.locales import speaking
from handlers.messages import Reply
from handlers.moved import Concerned, Move
from scheduler import notices, telling
from scheduler.notices import Notice
from scheduler.quiet import is_night

KEY = "moved"

_LOCK = 0x6D616E66

MOVED, ADDED = CourseChangeKind.SESSION_MOVED, CourseChangeKind.SESSION_ADDED
SESSION_CANCELLED, VENUE = CourseChangeKind.SESSION_CANCELLED, CourseChangeKind.VENUE_CHANGED
_TOLD = (MOVED, ADDED, SESSION_CANCELLED, VENUE, CourseChangeKind.HELD)


@dataclass(frozen=True, slots=True)
class _Happened:
    """A move that is still true. `at`: when it came about; `session_id`: whom it concerns who chose single sessions."""

    move: Move
    at: datetime
    session_id: int | None

    def concerns(self, registration: Registration) -> bool:
        chosen = registration.session_id in (None, self.session_id) or self.session_id is None
        return chosen and registration.created_at <= self.at

    @property
    def starts(self) -> list[datetime]:
        return [session.starts_at for session in (self.move.before, self.move.after) if session is not None]


@dataclass(frozen=True, slots=True)
class _Case:
    """A course as it is now, and what was noted of it."""

    course: Course
    sessions: dict[int, SessionEntry]
    places: dict[int, str]  # by session; the course's own under 0
    changes: Sequence[CourseChange]

    def happened(self, now: datetime) -> list[_Happened]:
        """What is different now from what it was, as far as it lies ahead."""
        if self.course.status is not CourseStatus.SCHEDULED:
            return []
        found = [self._of_course(), *(self._of_session(number) for number in self._touched())]
        return [item for items in found for item in items if not item.starts or max(item.starts) > now]

    def next_session(self, now: datetime) -> SessionEntry | None:
        coming = [item for item in self.sessions.values() if not item.cancelled and item.starts_at > now]
        return min(coming, key=lambda item: item.starts_at, default=None)

    def _touched(self) -> list[int]:
        touched = {change.session_id for change in self.changes if change.session_id in self.sessions}
        return sorted(filter(None, touched), key=lambda number: self.sessions[number].starts_at)

    def _of_course(self) -> list[_Happened]:
        own = [change for change in self.changes if change.session_id is None]
        held = [
            _Happened(Move(kind=change.kind, note=change.note or ""), change.at, None)
            for change in own
            if change.kind is CourseChangeKind.HELD
        ]
        return [*self._of_place(own, 0), *held[-1:]]

    def _of_session(self, number: int) -> list[_Happened]:
        own = [change for change in self.changes if change.session_id == number]
        session = self.sessions[number]
        kinds = {change.kind for change in own}
        newest = own[-1]
        note = newest.note or ""
        if session.cancelled:
            if SESSION_CANCELLED not in kinds or ADDED in kinds:
                return []
            return [_Happened(Move(kind=SESSION_CANCELLED, before=session, note=note), newest.at, number)]
        if ADDED in kinds:
            return [_Happened(Move(kind=ADDED, after=session, note=note), newest.at, number)]
        moves = [change for change in own if change.kind is MOVED and change.before]
        places = self._of_place(own, number)
        if not moves or moves[0].before == span_of(session):
            return places
        before = read_span(moves[0].before or "", session_id=number)
        return [_Happened(Move(kind=MOVED, before=before, after=session, note=note), newest.at, number), *places]

    def _of_place(self, own: Iterable[CourseChange], number: int) -> list[_Happened]:
        changes = [change for change in own if change.kind is VENUE]
        place = self.places.get(number, "")
        if not changes or (changes[0].before or "") == place or not place:
            return []
        move = Move(
            kind=VENUE,
            after=self.sessions.get(number),
            place_before=changes[0].before or "",
            place_after=place,
            note=changes[-1].note or "",
        )
        return [_Happened(move, changes[-1].at, number or None)]


_MARKED = select(exists().where(col(CourseChange.to_tell)))  # looked at every second: built once


async def anything(db: AsyncSession) -> bool:
    """Whether there may be something to tell: a look that disturbs nobody."""
    return bool(await db.scalar(_MARKED))


async def tell(db: AsyncSession, *, now: datetime, zone: ZoneInfo) -> int:
    """Queues a message for everybody concerned by what moved of one course. Returns how many changes are done.

    Call again until it returns 0. At night only a course of today.
    """
    if not await notices.alone(db, _LOCK):
        return 0
    for _course_id, changes in await _waiting(db):
        case = await _case(db, changes)
        happened = case.happened(now)
        urgent = _is_urgent(case, happened, now=now, zone=zone)
        if is_night(now, zone) and happened and not urgent:
            continue
        if happened:
            await _tell(db, case, happened, urgent=urgent, now=now, zone=zone)
        ids = [change.id for change in changes]
        await db.execute(update(CourseChange).where(col(CourseChange.id).in_(ids)).values(to_tell=False))
        return len(changes)
    return 0


async def fresh(db: AsyncSession, message: outgoing.Message, *, now: datetime, zone: ZoneInfo) -> Reply | None:
    """A notice in the words that are true right now; None where nothing of it is true any more."""
    _key, course_id, numbers, _resident = message.key.split(":")
    first, last = numbers.split("-")
    told = await db.scalars(
        select(CourseChange)
        .where(
            col(CourseChange.course_id) == int(course_id),
            col(CourseChange.id).between(int(first), int(last)),
            col(CourseChange.kind).in_(_TOLD),
        )
        .order_by(col(CourseChange.id))
    )
    changes = told.all()
    if not changes:
        return None  # with its course
    case = await _case(db, changes)
    happened = case.happened(now)
    for _resident_id, language, own in await _concerned(db, int(course_id), only=message.resident_id):
        return _words(case, happened, own, language, now=now, zone=zone)
    return None


async def _waiting(db: AsyncSession) -> Iterator[tuple[int, list[CourseChange]]]:
    """What is to be told, by course; of each its changes in their order."""
    rows = await db.scalars(
        select(CourseChange)
        .where(col(CourseChange.to_tell))
        .order_by(col(CourseChange.course_id), col(CourseChange.id))
        .execution_options(populate_existing=True)
    )
    return ((course_id, list(own)) for course_id, own in groupby(rows.all(), key=lambda change: change.course_id))


async def _case(db: AsyncSession, changes: Sequence[CourseChange]) -> _Case:
    course = await db.get_one(Course, changes[0].course_id, populate_existing=True)
    rows = await db.execute(
        select(Session, col(Venue.name))
        .join(Venue, col(Venue.id) == func.coalesce(col(Session.venue_id), course.venue_id), isouter=True)
        .where(col(Session.course_id) == course.id)
        .execution_options(populate_existing=True)
    )
    sessions: dict[int, SessionEntry] = {}
    places: dict[int, str] = {}
    for session, place in rows:
        entry = session_entry(session)
        sessions[entry.id], places[entry.id] = entry, place or ""
    venue = await db.get(Venue, course.venue_id) if course.venue_id is not None else None
    return _Case(course, sessions, {**places, 0: venue.name if venue else ""}, changes)


def _is_urgent(case: _Case, happened: Sequence[_Happened], *, now: datetime, zone: ZoneInfo) -> bool:
    """Whether something of it starts, or was to start, too soon for the night to be a reason to wait."""
    coming = case.next_session(now)
    return any(
        now < start < notices.urgent_until(now, zone, changed_at=item.at)
        for item in happened
        for start in item.starts or ([coming.starts_at] if coming else [])
    )


async def _tell(
    db: AsyncSession, case: _Case, happened: Sequence[_Happened], *, urgent: bool, now: datetime, zone: ZoneInfo
) -> None:
    course_id = case.changes[0].course_id
    concerned = await _concerned(db, course_id)
    addresses = await reachable(db, [resident_id for resident_id, _language, _own in concerned])
    starts = [start for item in happened for start in item.starts]
    for resident_id, language, own in concerned:
        reply = _words(case, happened, own, language, now=now, zone=zone)
        if reply is None or resident_id not in addresses:
            continue
        notice = Notice(
            key=f"{KEY}:{course_id}:{case.changes[0].id}-{case.changes[-1].id}:{resident_id}",
            resident_id=resident_id,
            reply=reply,
            urgent=urgent,
            useful_until=max(starts) if starts else None,
        )
        await notices.put(db, notice, addresses[resident_id], now=now)
        await telling.heard_of_offers(db, [found.id or 0 for found in _offered(happened, own)], resident_id)


async def _concerned(
    db: AsyncSession, course_id: int, *, only: int | None = None
) -> list[tuple[int, str, list[Registration]]]:
    """Each resident with their language and their registrations in the course."""
    owners = select(Registration, col(Resident.id), col(Resident.language)).join(
        Resident, col(Resident.id) == col(Registration.resident_id)
    )
    friends = (
        select(Registration, col(Resident.id), col(Resident.language))
        .join(PartyFriend, col(PartyFriend.registration_id) == col(Registration.id))
        .join(Resident, col(Resident.id) == col(PartyFriend.resident_id))
    )
    rows: list[tuple[Registration, int, str]] = []
    for query in (owners, friends):
        here = query.where(col(Registration.course_id) == course_id, col(Registration.state).in_(ACTIVE))
        if only is not None:
            here = here.where(col(Resident.id) == only)
        found = await db.execute(here.execution_options(populate_existing=True))
        rows += [(row[0], row[1] or 0, row[2]) for row in found]
    rows.sort(key=lambda row: (row[1], row[0].id or 0))
    grouped = groupby(rows, key=lambda row: (row[1], row[2]))
    return [(resident_id, language, [row[0] for row in own]) for (resident_id, language), own in grouped]


def _words(
    case: _Case,
    happened: Sequence[_Happened],
    own: Sequence[Registration],
    language: str,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Reply | None:
    """What to tell somebody with these registrations; None where nothing of it concerns them."""
    moves = [item.move for item in happened if any(item.concerns(registration) for registration in own)]
    if not moves:
        return None
    offered = _offered(happened, own)
    concerned = Concerned(
        course_id=case.changes[0].course_id,
        title=case.course.title,
        registration_id=own[0].id if len(own) == 1 else None,
        state=own[0].state,
        answer_until=min(filter(None, (found.expires_at for found in offered)), default=None),
        next_session=case.next_session(now),
        place=case.places[0],
    )
    with speaking(language):
        return moved.message(concerned, moves, setting=At(now, zone))


def _offered(happened: Sequence[_Happened], own: Sequence[Registration]) -> list[Registration]:
    """Those with an offer for what has moved: the message tells of it, too."""
    offers = [found for found in own if found.state is RegistrationState.OFFERED]
    return [found for found in offers if any(item.concerns(found) for item in happened)]
