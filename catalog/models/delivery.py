"""What came in and what must go out: the inbox, outgoing messages, reminders told, broadcasts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from catalog.models.base import choice
from catalog.models.resident import Platform


class InboxState(StrEnum):
    NEW = "new"
    DONE = "done"
    FAILED = "failed"  # gave up after several attempts; the resident was told


class OutgoingKind(StrEnum):
    REPLY = "reply"
    REMINDER = "reminder"
    NOTICE = "notice"  # one resident, one occasion: a moved course, a wish fulfilled
    URGENT = "urgent"  # the same, of today: it does not wait for the end of the night
    BROADCAST = "broadcast"


class OutgoingState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"  # claimed until `claimed_until`
    SENT = "sent"
    UNKNOWN = "unknown"  # timed out where a second try could double it
    FAILED = "failed"  # refused for good; `error` says why
    EXPIRED = "expired"  # past its last useful time, or no longer true
    BLOCKED = "blocked"  # the recipient has blocked us


class BroadcastState(StrEnum):
    SCHEDULED = "scheduled"
    SENDING = "sending"
    DONE = "done"
    CANCELLED = "cancelled"


class InboxEvent(SQLModel, table=True):
    """An event as a platform sent it, stored before it is acknowledged. Known ids are dropped."""

    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("platform", "event_id"), Index("ix_inbox_state_id", "state", "id"))

    id: int | None = Field(default=None, primary_key=True)
    platform: Platform = Field(sa_type=choice(Platform))
    event_id: str = Field(max_length=64)
    address: str | None = Field(default=None, max_length=80)  # whose events are worked on in order
    payload: str  # the event's JSON; emptied once it is done, so that no text of a resident stays behind
    state: InboxState = Field(default=InboxState.NEW, sa_type=choice(InboxState))
    attempts: int = 0
    received_at: datetime


class Broadcast(SQLModel, table=True):
    """An announcement by staff to a segment (`segment` as staff wrote it)."""

    __tablename__ = "broadcasts"

    id: int | None = Field(default=None, primary_key=True)
    text: str
    segment: str = ""
    state: BroadcastState = Field(default=BroadcastState.SCHEDULED, sa_type=choice(BroadcastState))
    due_at: datetime
    created_at: datetime


class Outgoing(SQLModel, table=True):
    """One message to one address. `key` names what, for whom, for which occasion, and is unique for ever.

    `payload` is JSON of a platform-neutral `handlers.messages.Reply`. A reply carries the LINE reply token that makes
    it free, or the Telegram message that it replaces. `retry_key` is LINE's idempotency key, fixed with the row.
    """

    __tablename__ = "outgoing"
    __table_args__ = (Index("ix_outgoing_state_due_at", "state", "due_at"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=120, unique=True)
    kind: OutgoingKind = Field(sa_type=choice(OutgoingKind))
    platform: Platform = Field(sa_type=choice(Platform))
    address: str = Field(max_length=80)
    resident_id: int | None = Field(default=None, foreign_key="residents.id", ondelete="CASCADE", index=True)
    broadcast_id: int | None = Field(default=None, foreign_key="broadcasts.id", ondelete="CASCADE", index=True)
    payload: str
    reply_token: str | None = Field(default=None, max_length=80)
    reply_until: datetime | None = None
    replaces: str | None = Field(default=None, max_length=40)  # the Telegram message_id to edit in place
    retry_key: str = Field(max_length=36)
    priority: int = 5  # 0 replies … 9 bulk
    due_at: datetime
    useful_until: datetime | None = None
    state: OutgoingState = Field(default=OutgoingState.PENDING, sa_type=choice(OutgoingState))
    attempts: int = 0
    claimed_until: datetime | None = None
    sent_at: datetime | None = None
    error: str | None = Field(default=None, max_length=300)
    created_at: datetime


class ReminderKind(StrEnum):
    DAY_BEFORE = "day_before"
    SAME_DAY = "same_day"
    DEADLINE = "deadline"
    OPENING = "opening"  # applications open
    DIGEST = "digest"  # recommended in a weekly digest; never again in another


class Reminder(SQLModel, table=True):
    """That a resident is told of one occasion, once. A session that moves is a new occasion, so `occasion_at` counts.

    `course_id` always; `session_id` for the two reminders of a session, 0 otherwise.
    """

    __tablename__ = "reminders"
    __table_args__ = (UniqueConstraint("resident_id", "kind", "course_id", "session_id", "occasion_at"),)

    id: int | None = Field(default=None, primary_key=True)
    resident_id: int = Field(foreign_key="residents.id", ondelete="CASCADE")
    kind: ReminderKind = Field(sa_type=choice(ReminderKind))
    course_id: int = Field(foreign_key="courses.id", ondelete="CASCADE")
    session_id: int = 0
    occasion_at: datetime
    outgoing_key: str = Field(max_length=120, index=True)
