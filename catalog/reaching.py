"""Where to write to residents: at which of their accounts."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog.models import ChannelAccount, InboxEvent, Platform

_BATCH = 5_000  # both engines take some 32,000 parameters a statement


async def reachable(
    db: AsyncSession, resident_ids: Collection[int], *, platforms: Collection[Platform] = frozenset(Platform)
) -> dict[int, tuple[Platform, str]]:
    """Where to write to each resident: of the accounts that do not block us the one last used, else the newest."""
    ids = list(resident_ids)
    chosen: dict[int, tuple[Platform, str]] = {}
    for start in range(0, len(ids), _BATCH):
        chosen |= await _reachable(db, ids[start : start + _BATCH], platforms)
    return chosen


async def _reachable(
    db: AsyncSession, resident_ids: list[int], platforms: Collection[Platform]
) -> dict[int, tuple[Platform, str]]:
    accounts = (
        await db.execute(
            select(col(ChannelAccount.resident_id), col(ChannelAccount.platform), col(ChannelAccount.address))
            .where(
                col(ChannelAccount.resident_id).in_(resident_ids),
                col(ChannelAccount.platform).in_(platforms),
                col(ChannelAccount.blocked_at).is_(None),
            )
            .order_by(col(ChannelAccount.created_at), col(ChannelAccount.id))
        )
    ).all()
    found: dict[int, list[tuple[Platform, str]]] = {}
    for resident_id, platform, address in accounts:
        found.setdefault(resident_id, []).append((platform, address))
    several = [account for own in found.values() if len(own) > 1 for account in own]
    used = await _last_used(db, several)
    # Ordered from the oldest account to the newest: the later one wins a tie.
    return {
        resident_id: max(enumerate(own), key=lambda item: (used.get(item[1], 0), item[0]))[1]
        for resident_id, own in found.items()
    }


async def _last_used(db: AsyncSession, accounts: list[tuple[Platform, str]]) -> dict[tuple[Platform, str], int]:
    if not accounts:
        return {}
    rows = await db.execute(
        select(col(InboxEvent.platform), col(InboxEvent.address), func.max(col(InboxEvent.id)))
        .where(col(InboxEvent.address).in_([address for _platform, address in accounts]))
        .group_by(col(InboxEvent.platform), col(InboxEvent.address))
    )
    return {(platform, address or ""): newest or 0 for platform, address, newest in rows.all()}
