"""The weekly digest: what suits a resident best and was in no digest before; nothing where nothing suits well.

What is due stands with the resident (`Resident.digest_at`). It is moved on to the next week in the transaction that
puts the message into the outgoing table and notes what it told, on condition that it is still what it was. So a digest
is chosen without holding up anybody, by any number of processes, and told once, whatever ends where.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import digests, outgoing, registration, residents
from catalog.advised import Profile
from catalog.database import Database
from catalog.models import MarkKind, OutgoingKind, Person, Platform, Reminder, ReminderKind, Resident
from catalog.profiles import profile_of
from catalog.reaching import reachable
from catalog.recommend import Recommendation, recommend
from catalog.registration import Seats
from catalog.search.index import CourseIndex
from catalog.search.loading import load_entries
from handlers import advise, cards, reply_json
from handlers import digest as words
from handlers.cards import At
from handlers.locales import speaking
from handlers.messages import Cards, Reply
from scheduler.quiet import is_night

KEY = "digest"
RESIDENTS_A_STEP = 20  # between two steps others have their turn
SHOWN = 3
_CONSIDERED = 20
_WELL, _WELL_UNASKED = (
    0.4,
    0.2,
)  # the least score of what is worth a message: where wishes are known, and where none are
_PRIORITY = 7  # after reminders, before announcements


@dataclass(frozen=True, slots=True)
class Due:
    """A resident whose digest is due; `address` None where they cannot be reached."""

    resident_id: int
    at: datetime
    language: str
    address: tuple[Platform, str] | None
    people: Sequence[Person]
    profile: Profile


async def tell(
    database: Database, index: CourseIndex, *, now: datetime, zone: ZoneInfo, limit: int = RESIDENTS_A_STEP
) -> int:
    """Queues the digests of at most `limit` residents. Returns how many are done with: call again until it is 0.

    At night nothing is due. A digest whose weekend is over is left out.
    """
    if is_night(now, zone):
        return 0
    async with database.reading() as db:
        waiting = await due(db, now=now, zone=zone, limit=limit)
    if not waiting:
        return 0
    found = await asyncio.to_thread(lambda: [chosen(index, one, now=now, zone=zone) for one in waiting])
    async with database.transaction() as db:
        for one, suiting in zip(waiting, found, strict=True):
            await put(db, one, suiting, now=now, zone=zone)
    return len(waiting)


async def due(db: AsyncSession, *, now: datetime, zone: ZoneInfo, limit: int = RESIDENTS_A_STEP) -> list[Due]:
    """Whose digest is due, with all that it is chosen by: those who wait longest."""
    found = await db.scalars(
        select(Resident).where(col(Resident.digest_at) <= now).order_by(col(Resident.digest_at)).limit(limit)
    )
    waiting = list(found.all())
    addresses = await reachable(db, [one.id or 0 for one in waiting])
    return [await _read(db, one, addresses.get(one.id or 0), now=now, zone=zone) for one in waiting]


def chosen(index: CourseIndex, due: Due, *, now: datetime, zone: ZoneInfo) -> list[Recommendation]:
    """What suits well and can be applied for now, the best first; nothing where it cannot be told any more."""
    if due.address is None or now >= due.at + digests.USEFUL_FOR:
        return []
    least = _WELL if due.profile.has_wishes else _WELL_UNASKED
    found = recommend(index, due.profile, now=now, zone=zone, limit=_CONSIDERED)
    return [item for item in found if item.score >= least and item.course.takes_applications(now)]


async def put(db: AsyncSession, due: Due, found: Sequence[Recommendation], *, now: datetime, zone: ZoneInfo) -> None:
    """Sets the next week's, and queues what is worth telling now.

    Does nothing where somebody else has done so, or the resident has stopped it meanwhile.
    """
    moved = await db.execute(
        update(Resident)
        .where(col(Resident.id) == due.resident_id, col(Resident.digest_at) == due.at)
        .values(digest_at=digests.next_after(now, zone))
        .returning(col(Resident.id))
    )
    if moved.first() is None or due.address is None:
        return
    seats = await registration.seats(db, [item.course.id for item in found], now=now)
    shown = [item for item in found if not cards.is_full(item.course, seats.get(item.course.id))][:SHOWN]
    if shown:
        await _queue(db, due, shown, _words(due, shown, seats, At(now, zone)), now=now)


async def fresh(db: AsyncSession, message: outgoing.Message, *, now: datetime, zone: ZoneInfo) -> Reply | None:
    """A digest without what has closed, or was applied for or dismissed, since; None where nothing is left of it.

    Nor is one sent to who has stopped it.
    """
    del zone  # nothing here is of one day
    wished = await db.scalar(select(col(Resident.digest_at)).where(col(Resident.id) == message.resident_id))
    if wished is None or message.resident_id is None:
        return None
    told = await db.scalars(
        select(col(Reminder.course_id)).where(col(Reminder.outgoing_key) == message.key).order_by(col(Reminder.id))
    )
    order = list(told.all())
    settled = {one.course_id for one in await registration.of_resident(db, message.resident_id)}
    settled |= await residents.marks(db, message.resident_id, MarkKind.DISMISSED)
    still = {one.id for one in await load_entries(db, order) if one.takes_applications(now)} - settled
    shown = [card for view in reply_json.loads(message.payload).views if isinstance(view, Cards) for card in view.cards]
    left = [card for course_id, card in zip(order, shown, strict=True) if course_id in still]
    return words.words(left) if left else None


async def _read(
    db: AsyncSession, resident: Resident, address: tuple[Platform, str] | None, *, now: datetime, zone: ZoneInfo
) -> Due:
    assert resident.id is not None  # noqa: S101 - a loaded row has its key
    assert resident.digest_at is not None  # noqa: S101 - it was asked for
    people = await residents.people(db, resident.id)
    profile = await profile_of(db, resident, people, family=people, now=now, zone=zone)
    told = await db.scalars(
        select(col(Reminder.course_id)).where(
            col(Reminder.resident_id) == resident.id, col(Reminder.kind) == ReminderKind.DIGEST
        )
    )
    profile = profile.without(told.all())
    return Due(resident.id, resident.digest_at, resident.language, address, people, profile)


def _words(due: Due, shown: Sequence[Recommendation], seats: Mapping[int, Seats], setting: At) -> Reply:
    with speaking(due.language):
        return words.words(
            [
                cards.short_card(
                    setting, item.course, seats.get(item.course.id), advise.why(item, due.people), dismiss=True
                )
                for item in shown
            ]
        )


async def _queue(db: AsyncSession, due: Due, shown: Sequence[Recommendation], reply: Reply, *, now: datetime) -> None:
    """The message, and that these courses are told; in the order of its cards."""
    assert due.address is not None  # noqa: S101 - who cannot be reached has nothing chosen
    platform, to = due.address
    key = f"{KEY}:{due.resident_id}:{int(due.at.timestamp())}"
    db.add_all(
        Reminder(
            resident_id=due.resident_id,
            kind=ReminderKind.DIGEST,
            course_id=item.course.id,
            occasion_at=due.at,
            outgoing_key=key,
        )
        for item in shown
    )
    await outgoing.enqueue(
        db,
        key=key,
        kind=OutgoingKind.NOTICE,
        platform=platform,
        address=to,
        resident_id=due.resident_id,
        payload=reply_json.dumps(reply),
        due_at=now,
        useful_until=due.at + digests.USEFUL_FOR,
        priority=_PRIORITY,
    )
