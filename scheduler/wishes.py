"""Wishes: a search that found nothing is tried again whenever the catalogue has changed, and its resident told once."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from catalog import outgoing, registration, residents
from catalog.models import OutgoingKind, Platform, Search
from catalog.reaching import reachable
from catalog.search import criteria_json
from catalog.search.entry import CourseEntry
from catalog.search.index import CourseIndex
from handlers import reply_json, wishing
from handlers.cards import At

_SHOWN = 3


async def tell(db: AsyncSession, index: CourseIndex, *, now: datetime, zone: ZoneInfo) -> int:
    """Queues a notice for every wish that the index can fulfil now. Returns how many.

    A wish is told once, by its row and by the notice's key. Whoever cannot be reached keeps the wish.
    """
    wishes = await residents.open_wishes(db)
    fulfilled = [(wish, found) for wish in wishes if (found := _open_courses(wish, index, now=now, zone=zone))]
    addresses = await reachable(db, {wish.resident_id for wish, _found in fulfilled})
    told = 0
    for wish, found in fulfilled:
        if wish.resident_id in addresses:
            await _tell(db, wish, found, addresses[wish.resident_id], now=now, zone=zone)
            told += 1
    return told


async def _tell(
    db: AsyncSession,
    wish: Search,
    found: list[CourseEntry],
    account: tuple[Platform, str],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    seats = await registration.seats(db, [course.id for course in found], now=now)
    criteria = criteria_json.loads(wish.criteria)
    reply = wishing.came_true(At(now, zone), wish.id or 0, criteria, found, seats)
    platform, address = account
    await outgoing.enqueue(
        db,
        key=f"wish:{wish.id}",
        kind=OutgoingKind.NOTICE,
        platform=platform,
        address=address,
        resident_id=wish.resident_id,
        payload=reply_json.dumps(reply),
        due_at=now,
    )
    wish.told_at = now
    db.add(wish)


def _open_courses(wish: Search, index: CourseIndex, *, now: datetime, zone: ZoneInfo) -> list[CourseEntry]:
    hits = index.search(criteria_json.loads(wish.criteria), now=now, zone=zone).hits
    return [hit.course for hit in hits[:_SHOWN]]
