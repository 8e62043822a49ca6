"""Storing events before they are acknowledged, and finding those that nobody has worked on yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.channels.port import RawEvent
from catalog.database import Database
from catalog.models import InboxEvent, InboxState, Platform
from catalog.prepared import Prepared

MAX_ATTEMPTS = 3
LONGEST_ADDRESS = 80  # the column's

_inbox = InboxEvent.__table__  # type: ignore[attr-defined] # SQLModel does not declare what SQLAlchemy adds
_columns = _inbox.c


def _storing(insert: type[SqliteInsert] | type[PostgresInsert]) -> Prepared:
    return Prepared(
        insert(_inbox)
        .on_conflict_do_nothing(index_elements=["platform", "event_id"])
        .returning(_columns.id, _columns.event_id),
        into=[column.name for column in _columns if not column.primary_key],
    )


_STORE_IN_SQLITE, _STORE_IN_POSTGRES = _storing(SqliteInsert), _storing(PostgresInsert)
_TAKE = Prepared(
    update(_inbox)
    .where(_columns.id == bindparam("event"), _columns.state == InboxState.NEW)
    .values(state=InboxState.DONE, payload="")
    .returning(_columns.id)
)


@dataclass(frozen=True, slots=True)
class Stored:
    """An event that is in the inbox and waits for its answer."""

    id: int
    platform: Platform
    address: str | None
    payload: str
    received_at: datetime


async def store(database: Database, platform: Platform, events: Sequence[RawEvent], *, now: datetime) -> list[Stored]:
    """Stores the events in one commit and returns those that were not known yet, in their order."""
    if not events:
        return []
    # The same id twice in one body is one event, too.
    unique = {event.event_id: event for event in events}
    addresses = {event.event_id: _address(event) for event in events}
    rows = [
        {
            "platform": platform,
            "event_id": event.event_id,
            "address": addresses[event.event_id],
            "payload": event.payload,
            "state": InboxState.NEW,
            "attempts": 0,
            "received_at": now,
        }
        for event in unique.values()
    ]
    try:
        ids = await _insert(database, rows)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        ids = await _insert(database, rows)  # the server had just closed this connection: a new one is at hand
    return [
        Stored(ids[event.event_id] or 0, platform, addresses[event.event_id], event.payload, now)
        for event in unique.values()
        if event.event_id in ids
    ]


async def _insert(database: Database, rows: list[dict[str, Any]]) -> dict[str, int]:
    """The ids of those events that were not there before. Safe to repeat."""
    async with database.transaction(brief=True) as db:
        statement = _STORE_IN_SQLITE if database.is_sqlite else _STORE_IN_POSTGRES
        stored = [found for row in rows if (found := await statement.row(db, row)) is not None]
        return {event_id: row_id for row_id, event_id in stored}


def _address(event: RawEvent) -> str | None:
    """The address, where it can be one: nothing a platform sends may keep the rest of its batch from being stored."""
    return event.address if event.address is not None and len(event.address) <= LONGEST_ADDRESS else None


async def unfinished(database: Database) -> list[Stored]:
    """Events that were acknowledged and never answered, the oldest first: what a crash left."""
    async with database.reading() as db:
        rows = await db.execute(
            select(
                col(InboxEvent.id),
                col(InboxEvent.platform),
                col(InboxEvent.address),
                col(InboxEvent.payload),
                col(InboxEvent.received_at),
            )
            .where(col(InboxEvent.state) == InboxState.NEW)
            .order_by(col(InboxEvent.id))
        )
        return [Stored(row[0] or 0, row[1], row[2], row[3], row[4]) for row in rows.all()]


async def take(db: AsyncSession, event_id: int) -> bool:
    """Marks the event as done within the turn's transaction; False when another process has answered it.

    The text is emptied: what a resident wrote is not kept. A rollback brings all of it back.
    """
    return await _TAKE.row(db, {"event": event_id}) is not None


async def failed(database: Database, event_id: int) -> bool:
    """Counts a failed attempt. True when it was the last one: then the event is given up, and stays for the staff."""
    async with database.transaction(brief=True) as db:
        row = await db.execute(
            update(InboxEvent)
            .where(col(InboxEvent.id) == event_id)
            .values(attempts=InboxEvent.attempts + 1)
            .execution_options(synchronize_session=False)
            .returning(col(InboxEvent.attempts))
        )
        attempts = row.scalar_one_or_none() or MAX_ATTEMPTS
        if attempts < MAX_ATTEMPTS:
            return False
        await db.execute(
            update(InboxEvent)
            .where(col(InboxEvent.id) == event_id)
            .values(state=InboxState.FAILED)
            .execution_options(synchronize_session=False)
        )
        return True
