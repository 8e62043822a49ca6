"""What all notices of our own accord have in common: who plans them, whether the night may be disturbed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import outgoing
from catalog.civil_time import start_of_day
from catalog.models import ChannelAccount, OutgoingKind, Platform, Resident
from handlers import reply_json
from handlers.messages import Reply
from scheduler.occasions import LEAST_WARNING
from scheduler.quiet import morning

USEFUL_FOR = timedelta(days=7)  # what became of a registration, where no answer is waited for


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message to one resident. `urgent`: what it tells of is so near that the night is no reason to wait."""

    key: str
    resident_id: int
    reply: Reply
    urgent: bool = False
    useful_until: datetime | None = None


async def alone(db: AsyncSession, lock: int) -> bool:
    """Whether this transaction, and no other, does the work that `lock` (any fixed number) stands for."""
    if outgoing.is_sqlite(db):
        return True  # its one writer is ours
    return bool(await db.scalar(text(f"SELECT pg_try_advisory_xact_lock({lock})")))


def reachable() -> ColumnElement[bool]:
    """Residents who have an account that does not block us."""
    return exists().where(col(ChannelAccount.resident_id) == col(Resident.id), col(ChannelAccount.blocked_at).is_(None))


def urgent_until(now: datetime, zone: ZoneInfo, *, changed_at: datetime) -> datetime:
    """What starts before this is told at once, also at night.

    That is what is of today when it changes, and what starts too soon after the night to wait for its end. What was
    changed in the evening does not become urgent by midnight.
    """
    soon = morning(now, zone) + LEAST_WARNING
    return max(soon, start_of_day(now, zone, days=1)) if changed_at >= start_of_day(now, zone) else soon


async def put(db: AsyncSession, notice: Notice, address: tuple[Platform, str], *, now: datetime) -> bool:
    """Puts the notice into the outgoing table, once for its key."""
    platform, to = address
    return await outgoing.enqueue(
        db,
        key=notice.key,
        kind=OutgoingKind.URGENT if notice.urgent else OutgoingKind.NOTICE,
        platform=platform,
        address=to,
        resident_id=notice.resident_id,
        payload=reply_json.dumps(notice.reply),
        due_at=now,
        useful_until=notice.useful_until or now + USEFUL_FOR,
    )
