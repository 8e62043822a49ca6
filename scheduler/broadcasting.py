"""Announcements by staff: planned with their cost before anybody agrees, launched as rows, followed, stopped."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import outgoing
from catalog.civil_time import as_local
from catalog.errors import ManabiError
from catalog.models import (
    Broadcast,
    BroadcastState,
    Course,
    CourseStatus,
    Outgoing,
    OutgoingKind,
    OutgoingState,
    PartyFriend,
    Platform,
    Registration,
    RegistrationState,
    Resident,
    Session,
)
from catalog.reaching import reachable
from catalog.segments import parse_segment, recipients
from scheduler import announcement
from scheduler.limits import MULTICAST_SIZE, RATES
from scheduler.quiet import is_night, morning

USEFUL_FOR = timedelta(days=3)

_UNSENT = (OutgoingState.PENDING, OutgoingState.SENDING)


class BroadcastError(ManabiError):
    """A broadcast cannot be launched or stopped; its text tells staff why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastPlan:
    """What a broadcast would do. `quota` is what LINE lets us send this month from now, None without a limit.

    `paid` counts LINE's messages; `reserved` those that reminders and waiting messages will need this month;
    `remaining` is left after both. `seconds` is the time at the platforms' limits, nights left out.
    """

    recipients: dict[Platform, int]
    paid: int
    quota: int | None
    reserved: int
    seconds: int
    warnings: tuple[str, ...]

    @property
    def remaining(self) -> int | None:
        return None if self.quota is None else self.quota - self.reserved - self.paid

    @property
    def over_quota(self) -> bool:
        return self.remaining is not None and self.remaining < 0


async def plan(
    db: AsyncSession, *, segment: str, text: str, at: datetime, now: datetime, zone: ZoneInfo, quota: int | None = None
) -> BroadcastPlan:
    """Counts recipients, cost and time. Raises SegmentError and AnnouncementError for what cannot be sent at all."""
    announcement.read(text)
    found = Counter(platform for _, platform, _ in await recipients(db, parse_segment(segment), now, zone=zone))
    paid = found[Platform.LINE]
    drafted = BroadcastPlan(
        recipients={platform: found[platform] for platform in Platform},
        paid=paid,
        quota=quota,
        reserved=await _reserved(db, now=now, zone=zone),
        seconds=_seconds(found),
        warnings=(),
    )
    return BroadcastPlan(
        recipients=drafted.recipients,
        paid=paid,
        quota=quota,
        reserved=drafted.reserved,
        seconds=drafted.seconds,
        warnings=tuple(_warnings(drafted, at=max(at, now), zone=zone)),
    )


async def launch(db: AsyncSession, *, segment: str, text: str, at: datetime, now: datetime, zone: ZoneInfo) -> int:
    """Writes the broadcast with a row for each recipient, all or nothing. Returns its id.

    Raises SegmentError, AnnouncementError, and BroadcastError where nobody is in the segment.
    """
    announcement.read(text)
    people = await recipients(db, parse_segment(segment), now, zone=zone)
    if not people:
        raise BroadcastError("送る相手がいません。")
    due_at = max(at, now)
    broadcast = Broadcast(text=text, segment=segment, state=BroadcastState.SCHEDULED, due_at=due_at, created_at=now)
    db.add(broadcast)
    await db.flush()
    assert broadcast.id is not None  # noqa: S101 - a flushed row has its key
    await outgoing.enqueue_broadcast(
        db,
        broadcast.id,
        people,
        due_at=due_at,
        useful_until=due_at + USEFUL_FOR,
        now=now,
        group_size=MULTICAST_SIZE,
    )
    return broadcast.id


async def progress(db: AsyncSession, broadcast_id: int) -> dict[OutgoingState, int]:
    """How many messages of the broadcast are in each state; states without any are left out."""
    rows = await db.execute(
        select(col(Outgoing.state), func.count())
        .where(col(Outgoing.broadcast_id) == broadcast_id)
        .group_by(col(Outgoing.state))
    )
    return dict(rows.all())


async def cancel(db: AsyncSession, broadcast_id: int) -> int:
    """Stops what has not been sent yet; returns how many messages that spares. Those on their way still arrive."""
    broadcast = await db.get(Broadcast, broadcast_id)
    if broadcast is None:
        raise BroadcastError(f"お知らせ{broadcast_id}はありません。")
    stopped = await db.scalars(
        update(Outgoing)
        .where(col(Outgoing.broadcast_id) == broadcast_id, col(Outgoing.state) == OutgoingState.PENDING)
        .values(state=OutgoingState.EXPIRED, error="cancelled by staff")
        .returning(col(Outgoing.id))
    )
    spared = len(stopped.all())
    if broadcast.state is not BroadcastState.DONE:
        broadcast.state = BroadcastState.CANCELLED
        db.add(broadcast)
    return spared


async def advance(db: AsyncSession, *, now: datetime) -> None:
    """Brings the states of broadcasts up to date: begun, and done when nothing of it is left to send."""
    await db.execute(
        update(Broadcast)
        .where(col(Broadcast.state) == BroadcastState.SCHEDULED, col(Broadcast.due_at) <= now)
        .values(state=BroadcastState.SENDING)
    )
    left = exists().where(col(Outgoing.broadcast_id) == col(Broadcast.id), col(Outgoing.state).in_(_UNSENT))
    await db.execute(
        update(Broadcast).where(col(Broadcast.state) == BroadcastState.SENDING, ~left).values(state=BroadcastState.DONE)
    )


def _seconds(found: Counter[Platform]) -> int:
    """The platforms are served side by side, so the slower one counts."""
    requests = {
        Platform.LINE: -(-found[Platform.LINE] // MULTICAST_SIZE),
        Platform.TELEGRAM: found[Platform.TELEGRAM],
    }
    return max(-(-requests[platform] // int(RATES[platform].bulk)) for platform in Platform)


async def _reserved(db: AsyncSession, *, now: datetime, zone: ZoneInfo) -> int:
    """LINE messages that this month still needs: waiting ones, weekly digests, at most two reminders a session."""
    waiting = await db.scalar(
        select(func.count()).where(
            col(Outgoing.platform) == Platform.LINE,
            col(Outgoing.state).in_(_UNSENT),
            col(Outgoing.kind) != OutgoingKind.REPLY,
        )
    )
    local = as_local(now, zone)
    month_end = (local.replace(day=1, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=32)).replace(day=1)
    reminded = union_all(
        select(col(Registration.id), col(Registration.resident_id)),
        select(col(PartyFriend.registration_id), col(PartyFriend.resident_id)),
    ).subquery()
    reminders = await db.execute(
        select(reminded.c.resident_id, func.count(), col(Resident.remind_day_before), col(Resident.remind_same_day))
        .join(Registration, col(Registration.id) == reminded.c.id)
        .join(Session, col(Session.course_id) == col(Registration.course_id))
        .join(Course, col(Course.id) == col(Registration.course_id))
        .join(Resident, col(Resident.id) == reminded.c.resident_id)
        .where(
            col(Registration.state) == RegistrationState.CONFIRMED,
            col(Course.status) == CourseStatus.SCHEDULED,
            ~col(Session.cancelled),
            col(Session.starts_at) > now,
            col(Session.starts_at) < month_end,
        )
        .group_by(reminded.c.resident_id, col(Resident.remind_day_before), col(Resident.remind_same_day))
    )
    expected: Counter[int] = Counter()
    for resident_id, sessions, evening, morning_ in reminders.all():
        expected[resident_id] = sessions * (evening + morning_)
    digests = await db.execute(
        select(col(Resident.id), col(Resident.digest_at)).where(col(Resident.digest_at) < month_end)
    )
    for reader, due in digests.all():
        expected[reader or 0] += 1 + (month_end - (due or now)) // timedelta(weeks=1)
    addresses = await reachable(db, expected)
    on_line = (resident_id for resident_id, (platform, _) in addresses.items() if platform is Platform.LINE)
    return (waiting or 0) + sum(expected[resident_id] for resident_id in on_line)


def _warnings(drafted: BroadcastPlan, *, at: datetime, zone: ZoneInfo) -> list[str]:
    warnings = []
    if not any(drafted.recipients.values()):
        warnings.append("送る相手がいません。")
    if is_night(at, zone):
        start = as_local(morning(at, zone), zone)
        warnings.append(f"夜(21:00〜8:00)は送りません。{start.month}月{start.day}日 8:00から送ります。")
    elif is_night(at + timedelta(seconds=drafted.seconds), zone):
        warnings.append("21:00までに送り終わりません。残りは翌朝 8:00から送ります。")
    if drafted.over_quota:
        warnings.append(f"LINEの今月の残りを{-(drafted.remaining or 0):,}通こえます。")
    return warnings
