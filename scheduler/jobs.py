"""The fixed jobs that the runner ticks: each takes what is due from the database, and may run any time, twice too."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Delete, Update, delete, select, update
from sqlmodel import col

from catalog import leanings, minimum, outgoing, registration, residents
from catalog.database import Database
from catalog.models import (
    InboxEvent,
    InboxState,
    Leaning,
    LinkCode,
    Outgoing,
    OutgoingState,
    PartyNews,
    RegistrationChange,
    Reminder,
    ReminderKind,
    Search,
)
from catalog.registration import waitlist
from scheduler import broadcasting, due, moved, telling

KEEP_WORDS = timedelta(days=30)  # what we said, for staff who are asked about it
KEEP_SEARCHES = timedelta(days=90)
KEEP_RECOMMENDED = timedelta(days=365)  # no digest tells of a course again
KEEP_EVENTS = timedelta(days=90)  # their ids alone, to know a repetition

_SETTLED = (
    OutgoingState.SENT,
    OutgoingState.UNKNOWN,
    OutgoingState.FAILED,
    OutgoingState.EXPIRED,
    OutgoingState.BLOCKED,
)


async def remind(database: Database, *, now: datetime, zone: ZoneInfo) -> int:
    """Plans every reminder that is due, some residents a transaction. Returns how many messages."""
    planned = 0
    while True:
        async with database.transaction() as db:
            step = await due.plan_reminders(db, now=now, zone=zone)
        if not step:
            return planned
        planned += step


async def tell(database: Database, *, now: datetime, zone: ZoneInfo) -> int:
    """Queues what residents must be told of their courses and their applications. Returns how many changes are done.

    Courses first: what moved of one is told together with an offer in it.
    """
    told = 0
    async with database.reading() as db:
        of_registrations = await telling.anything(db, now=now, zone=zone)
        of_courses = await moved.anything(db)
    for waiting, topic in ((of_courses, moved.tell), (of_registrations, telling.tell)):
        while waiting:
            async with database.transaction() as db:
                step = await topic(db, now=now, zone=zone)
            if not step:
                break
            told += step
    return told


async def settle(database: Database, *, now: datetime, zone: ZoneInfo) -> int:
    """Lets holds and offers lapse and offers what is free, a course a transaction. Returns how many changed."""
    changed, last = 0, 0
    while True:
        async with database.reading() as db:
            courses = await waitlist.due(db, now=now, after=last)
        if not courses:
            return changed
        for course_id in courses:
            async with database.transaction() as db:
                changed += await registration.settle(db, course_id, now=now, zone=zone)
        last = courses[-1]


async def decide(database: Database, *, now: datetime) -> int:
    """Asks staff about courses that too few have applied for. Returns how many."""
    async with database.reading() as db:
        courses = await minimum.due(db, now=now)
    asked = 0
    for course_id in courses:
        async with database.transaction() as db:
            asked += await minimum.ask(db, course_id, now=now)
    return asked


async def tidy(database: Database, *, now: datetime) -> None:
    """Sets aside what must not be sent any more, and brings broadcasts up to date."""
    async with database.transaction() as db:
        await outgoing.retire(db, now=now)
        await broadcasting.advance(db, now=now)


async def clean(database: Database, *, now: datetime) -> None:
    """Forgets what is no longer needed: words of residents first of all."""
    statements: tuple[Update | Delete, ...] = (
        update(InboxEvent)
        .where(col(InboxEvent.state) == InboxState.DONE, col(InboxEvent.payload) != "")
        .values(payload=""),
        # Kept for a while, so that somebody can look into what went wrong.
        update(InboxEvent)
        .where(col(InboxEvent.state) == InboxState.FAILED, col(InboxEvent.received_at) < now - KEEP_WORDS)
        .values(payload=""),
        delete(InboxEvent).where(
            col(InboxEvent.state) == InboxState.DONE, col(InboxEvent.received_at) < now - KEEP_EVENTS
        ),
        delete(Search).where(col(Search.wished_at).is_(None), col(Search.created_at) < now - KEEP_SEARCHES),
        residents.FORGET_OLD_SEARCHES,
        delete(Leaning).where(col(Leaning.at) < now - leanings.LOOKS_TOLD_FOR),
        delete(LinkCode).where(col(LinkCode.expires_at) <= now),
        # Who could not be reached in all this time is not told of old things when they come back.
        update(RegistrationChange)
        .where(col(RegistrationChange.to_tell), col(RegistrationChange.at) < now - KEEP_WORDS)
        .values(to_tell=False),
        delete(PartyNews).where(
            col(PartyNews.change_id).in_(
                select(col(RegistrationChange.id)).where(col(RegistrationChange.at) < now - KEEP_WORDS)
            )
        ),
        delete(Reminder).where(col(Reminder.occasion_at) < now - KEEP_WORDS, col(Reminder.kind) != ReminderKind.DIGEST),
        delete(Reminder).where(col(Reminder.occasion_at) < now - KEEP_RECOMMENDED),
        update(Outgoing)
        .where(
            col(Outgoing.state).in_(_SETTLED),
            col(Outgoing.due_at) < now - KEEP_WORDS,
            col(Outgoing.payload) != "",
        )
        .values(payload="", reply_token=None),
    )
    for statement in statements:
        # One transaction each, so that nobody waits long for the writer.
        async with database.transaction() as db:
            await db.execute(statement)
