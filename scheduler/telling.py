"""Telling residents what became of their registrations: read from the history, told once.

A change is marked as to be told in its own transaction (`RegistrationChange.to_tell`); the mark is taken off in the one
that puts the message into the outgoing table. So nothing is lost or doubled, whatever ends where. What is no longer
true is not told: neither here, nor when it is sent (`fresh`). Whoever cannot be reached keeps the mark.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, case, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import outgoing, registration
from catalog.civil_time import start_of_day
from catalog.models import (
    Actor,
    ChangeReason,
    Course,
    CourseStatus,
    Participant,
    PartyNews,
    Person,
    Registration,
    RegistrationChange,
    RegistrationState,
    Resident,
    Session,
    Venue,
)
from catalog.reaching import reachable
from catalog.registration import Place
from catalog.search.entry import SessionEntry
from catalog.search.loading import session_entry
from handlers import telling
from handlers.cards import At
from handlers.locales import speaking
from handlers.messages import Reply
from handlers.telling import News
from scheduler import notices
from scheduler.notices import Notice
from scheduler.quiet import is_night

KEY = "change"
CHANGES_A_STEP = 200
CHANGES_A_MESSAGE = 8  # what a key has room for, and more than anybody reads

_LOCK = 0x6D616E65

# What concerns the course itself does not wait for the morning where the course begins today.
_URGENT = frozenset(
    {
        ChangeReason.CANCELLED,
        ChangeReason.COURSE_CANCELLED,
        ChangeReason.COURSE_RESTORED,
        ChangeReason.PERSON_LEFT,
        ChangeReason.PERSON_REPLACED,
        ChangeReason.CORRECTED,
    }
)

# An offer, and a new time until when it is open. That somebody has won is news of its own.
_OFFERS = frozenset({ChangeReason.OFFERED, ChangeReason.CORRECTED})

_MARKED = select(or_(exists().where(col(RegistrationChange.to_tell)), exists(select(col(PartyNews.change_id)))))

_Results = Mapping[Place, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Told:
    """A change with what must be known to tell it to one resident: the owner, or a friend in the party.

    `urgent`: its course begins before the night is over, or today.
    """

    change: RegistrationChange
    registration: Registration
    course: Course
    venue: Venue | None
    reader: int
    language: str
    urgent: bool

    @property
    def still_true(self) -> bool:
        """Whether the registration is what this change made it, and its course is held as far as that matters."""
        promised = self.registration.state in registration.ACTIVE
        return self.registration.state is self.change.to_state and (
            not promised or self.course.status is CourseStatus.SCHEDULED
        )


async def anything(db: AsyncSession, *, now: datetime, zone: ZoneInfo) -> bool:
    """Whether there is something to tell: a look that disturbs nobody."""
    marked = await db.scalar(_MARKED)
    for waiting in _waiting(now, zone) if marked else ():
        if (await db.execute(waiting.limit(1))).first() is not None:
            return True
    return False


async def tell(db: AsyncSession, *, now: datetime, zone: ZoneInfo, limit: int = CHANGES_A_STEP) -> int:
    """Queues a message for each resident with changes to be told, the oldest first. Returns how many changes are done.

    Takes about `limit` changes: call again until it returns 0. At night only what cannot wait.
    """
    if not await notices.alone(db, _LOCK):
        return 0
    readers = await _next(db, now=now, zone=zone, limit=limit)
    waiting = [query.where(col(Resident.id).in_(readers)) for query in _waiting(now, zone)]
    to_owners, to_friends = [await _found(db, query) for query in waiting]
    found = sorted([*to_owners, *to_friends], key=lambda item: (item.reader, item.change.id or 0))
    addresses = await reachable(db, readers)
    results = await _results(db, found)
    for resident_id, own in groupby(found, key=lambda item: item.reader):
        for part in _parts(list(_worth_telling(own))):
            notice = await _notice(db, resident_id, part, results, now=now, zone=zone)
            await notices.put(db, notice, addresses[resident_id], now=now)
    await _note(db, to_owners, to_friends)
    return len(found)


async def fresh(db: AsyncSession, message: outgoing.Message, *, now: datetime, zone: ZoneInfo) -> Reply | None:
    """A notice in the words that are true right now; None where nothing of it is true any more."""
    ids = [int(number) for number in message.key.rpartition(":")[2].split(",")]
    changes = _changes(now, zone).join(Resident, col(Resident.id) == message.resident_id)
    found = await _found(db, changes.where(col(RegistrationChange.id).in_(ids)))
    true = [item for item in found if item.still_true]
    return await _words(db, true, await _results(db, true), now=now, zone=zone) if true else None


async def heard_of_offers(db: AsyncSession, registrations: Sequence[int], reader: int) -> None:
    """Another message tells this resident of their offers, and until when: these are not told once more."""
    offers = (
        select(col(RegistrationChange.id))
        .join(Registration, col(Registration.id) == col(RegistrationChange.registration_id))
        .where(
            col(Registration.id).in_(registrations),
            col(RegistrationChange.to_state) == RegistrationState.OFFERED,
            col(RegistrationChange.reason).in_(_OFFERS),
        )
    )
    own = offers.where(col(Registration.resident_id) == reader, col(RegistrationChange.to_tell))
    await db.execute(update(RegistrationChange).where(col(RegistrationChange.id).in_(own)).values(to_tell=False))
    news = delete(PartyNews).where(col(PartyNews.resident_id) == reader, col(PartyNews.change_id).in_(offers))
    await db.execute(news)


async def _next(db: AsyncSession, *, now: datetime, zone: ZoneInfo, limit: int) -> set[int]:
    """The residents who have waited longest for what is to be told them."""
    oldest: list[tuple[int, int]] = []
    for waiting in _waiting(now, zone):
        rows = await db.execute(
            waiting.order_by(col(RegistrationChange.id))
            .limit(limit)
            .with_only_columns(col(RegistrationChange.id), col(Resident.id))
        )
        oldest += [(row[0] or 0, row[1] or 0) for row in rows]
    return {resident_id for _change_id, resident_id in sorted(oldest)[:limit]}


async def _note(db: AsyncSession, to_owners: Sequence[_Told], to_friends: Sequence[_Told]) -> None:
    """These have been told."""
    ids = [item.change.id for item in to_owners]
    await db.execute(update(RegistrationChange).where(col(RegistrationChange.id).in_(ids)).values(to_tell=False))
    for item in to_friends:
        await db.execute(
            delete(PartyNews).where(
                col(PartyNews.change_id) == item.change.id, col(PartyNews.resident_id) == item.reader
            )
        )


def _waiting(now: datetime, zone: ZoneInfo) -> list[Select[*tuple[Any, ...]]]:
    """What can be told now, to owners and to friends; at night what does not wait for the morning."""
    to_owners = _changes(now, zone).join(Resident, col(Resident.id) == col(Registration.resident_id))
    to_friends = (
        _changes(now, zone)
        .join(PartyNews, col(PartyNews.change_id) == col(RegistrationChange.id))
        .join(Resident, col(Resident.id) == col(PartyNews.resident_id))
    )
    both = [to_owners.where(col(RegistrationChange.to_tell)), to_friends]
    told = [waiting.where(notices.reachable()) for waiting in both]
    return [waiting.where(_is_urgent(now, zone)) for waiting in told] if is_night(now, zone) else told


def _changes(now: datetime, zone: ZoneInfo) -> Select[*tuple[Any, ...]]:
    """Changes with all that is said of them, to be joined with the residents who are told."""
    return (
        select(
            RegistrationChange,
            Registration,
            Course,
            Venue,
            col(Resident.id),
            col(Resident.language),
            _is_urgent(now, zone).label("urgent"),
        )
        .select_from(RegistrationChange)
        .join(Registration, col(Registration.id) == col(RegistrationChange.registration_id))
        .join(Course, col(Course.id) == col(Registration.course_id))
        .join(Venue, col(Venue.id) == col(Course.venue_id), isouter=True)
    )


def _is_urgent(now: datetime, zone: ZoneInfo) -> Any:
    today = start_of_day(now, zone)
    until = case(
        (col(RegistrationChange.at) >= today, notices.urgent_until(now, zone, changed_at=today)),
        else_=notices.urgent_until(now, zone, changed_at=today - timedelta(days=1)),
    )
    soon = exists().where(
        col(Session.course_id) == col(Registration.course_id),
        or_(col(Registration.session_id).is_(None), col(Registration.session_id) == col(Session.id)),
        col(Session.starts_at) > now,
        col(Session.starts_at) < until,
    )
    return col(RegistrationChange.reason).in_(_URGENT) & soon


async def _found(db: AsyncSession, query: Select[*tuple[Any, ...]]) -> list[_Told]:
    ordered = query.order_by(col(RegistrationChange.id))
    rows = await db.execute(ordered.execution_options(populate_existing=True))
    return [_Told(*row) for row in rows]


def _worth_telling(changes: Iterable[_Told]) -> Iterator[_Told]:
    """What is still true. Of a course that was cancelled and restored before anybody heard of it, nothing."""
    own = list(changes)
    unheard = {item.registration.id for item in own if item.change.reason is ChangeReason.COURSE_CANCELLED}
    for item in own:
        restored = item.change.reason is ChangeReason.COURSE_RESTORED
        if item.still_true and not (restored and item.registration.id in unheard):
            yield item


def _parts(changes: list[_Told]) -> Iterator[list[_Told]]:
    """What goes into one message each."""
    return (changes[at : at + CHANGES_A_MESSAGE] for at in range(0, len(changes), CHANGES_A_MESSAGE))


async def _notice(
    db: AsyncSession, resident_id: int, changes: Sequence[_Told], results: _Results, *, now: datetime, zone: ZoneInfo
) -> Notice:
    answers = [item.registration.expires_at for item in changes if item.registration.expires_at is not None]
    return Notice(
        key=f"{KEY}:{resident_id}:{','.join(str(item.change.id) for item in changes)}",
        resident_id=resident_id,
        reply=await _words(db, changes, results, now=now, zone=zone),
        urgent=any(item.urgent for item in changes),
        useful_until=max(answers) if len(answers) == len(changes) else None,
    )


async def _words(
    db: AsyncSession, changes: Sequence[_Told], results: _Results, *, now: datetime, zone: ZoneInfo
) -> Reply:
    news = [await _news(db, item, results, now=now) for item in changes]
    with speaking(changes[0].language):
        return telling.message(news, setting=At(now, zone))


async def _news(db: AsyncSession, item: _Told, results: _Results, *, now: datetime) -> News:
    change, own, course = item.change, item.registration, item.course
    coming = await _coming(db, own, now)
    return News(
        reason=change.reason,
        state=own.state,
        registration_id=own.id or 0,
        course_id=own.course_id,
        title=course.title,
        party=await _party(db, own.id, item.reader),
        friends=await registration.companions(db, own, item.reader),
        by=await _who(db, item),
        session=coming[0] if coming else None,
        more=max(0, len(coming) - 1),
        single=own.session_id is not None,
        place=item.venue.name if item.venue else "",
        contact=" ".join(filter(None, (course.contact_name, course.contact_phone))),
        person=await _nickname(db, change.person_id, item.reader),
        until=own.expires_at if own.state is RegistrationState.OFFERED else None,
        position=await registration.position(db, own),
        drawn=results.get(Place(own.course_id, own.session_id)),
        note=change.note or "",
    )


async def _coming(db: AsyncSession, own: Registration, now: datetime) -> list[SessionEntry]:
    """The sessions to come; of a cancelled one its date is still said."""
    query = select(Session).where(col(Session.course_id) == own.course_id, col(Session.starts_at) > now)
    if own.session_id is None:
        query = query.where(~col(Session.cancelled))
    else:
        query = query.where(col(Session.id) == own.session_id)
    found = await db.scalars(query.order_by(col(Session.starts_at), col(Session.id)))
    return [session_entry(row) for row in found]


async def _party(db: AsyncSession, registration_id: int | None, reader: int) -> tuple[str, ...]:
    """Those of the party who are the reader's own."""
    found = await db.scalars(
        select(col(Person.nickname))
        .join(Participant, col(Participant.person_id) == col(Person.id))
        .where(col(Participant.registration_id) == registration_id, col(Person.resident_id) == reader)
        .order_by(col(Person.id))
    )
    return tuple(nickname or "" for nickname in found)


async def _nickname(db: AsyncSession, person_id: int | None, reader: int) -> str | None:
    """Empty for the resident; None where nobody is meant, or nobody whose name is the reader's to know."""
    someone = await db.get(Person, person_id) if person_id is not None else None
    return None if someone is None or someone.resident_id != reader else someone.nickname or ""


async def _who(db: AsyncSession, item: _Told) -> str | None:
    """How the friend is called who did it; None where it was the reader themselves, staff or a rule."""
    doer = item.change.resident_id
    if item.change.by is not Actor.RESIDENT or doer == item.reader:
        return None
    return await registration.called(db, item.registration, doer)


async def _results(db: AsyncSession, changes: Iterable[_Told]) -> _Results:
    """How many parties were in each draw that somebody lost, and how many of them won."""
    lost = [item.registration for item in changes if item.change.reason is ChangeReason.LOST]
    return {place: await _result(db, place) for place in {Place(own.course_id, own.session_id) for own in lost}}


async def _result(db: AsyncSession, place: Place) -> tuple[int, int]:
    drawn = (ChangeReason.WON, ChangeReason.RESERVED, ChangeReason.LOST)
    counted = await db.execute(
        select(col(RegistrationChange.reason), func.count(func.distinct(col(Registration.id))))
        .join(Registration, col(Registration.id) == col(RegistrationChange.registration_id))
        .where(
            col(Registration.course_id) == place.course_id,
            col(Registration.session_id).is_not_distinct_from(place.session_id),
            col(RegistrationChange.from_state) == RegistrationState.ENTERED,
            col(RegistrationChange.reason).in_(drawn),
        )
        .group_by(col(RegistrationChange.reason))
    )
    parties = dict(counted.all())
    return sum(parties.values()), parties.get(ChangeReason.WON, 0)
