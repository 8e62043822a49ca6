"""The fixed jobs that the runner ticks: each takes what is due from the database, and may run any time, twice too."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Delete, Update, delete, update
from sqlmodel import col

from catalog import outgoing, residents
from catalog.database import Database
from catalog.models import InboxEvent, InboxState, LinkCode, Outgoing, OutgoingState, Reminder, Search
from scheduler import broadcasting, due

KEEP_WORDS = timedelta(days=30)  # what we said, for staff who are asked about it
KEEP_SEARCHES = timedelta(days=90)
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
        delete(LinkCode).where(col(LinkCode.expires_at) <= now),
        delete(Reminder).where(col(Reminder.occasion_at) < now - KEEP_WORDS),
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
