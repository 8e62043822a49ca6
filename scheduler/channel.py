"""What delivery needs of a platform. `bot.channels` has the two real ones."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from catalog.models.resident import Platform
from handlers.messages import Reply


class Outcome(StrEnum):
    SENT = "sent"
    BLOCKED = "blocked"  # the recipient blocked us, or is gone: send nothing more to this address
    RETRY = "retry"  # certainly not sent, or safe to send again: later
    UNKNOWN = "unknown"  # timed out where a second try could double it
    REFUSED = "refused"  # the platform will never take this message; our defect, logged
    QUOTA = "quota"  # LINE's monthly limit is used up


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of one sending. `retry_after` is the platform's own wish; `detail` is for the log, never shown."""

    outcome: Outcome
    retry_after: timedelta | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One message on its way: to whom, what, and what makes it free, in place, or safe to repeat."""

    address: str
    reply: Reply
    retry_key: str  # UUID, the same for every try
    reply_token: str | None = None  # set only while it can still be used
    replaces: str | None = None  # the Telegram message to edit
    repeated: bool = False  # an earlier try may have arrived; then a spent token proves that it did
    paid: bool = True  # False: only by reply token; a message not worth a push is dropped without one


class Channel(Protocol):
    platform: Platform

    async def send(self, envelope: Envelope) -> Delivery:
        """Sends one message. Never raises for what the platform or the network does; says it in the Delivery."""
        ...

    async def send_many(self, addresses: list[str], envelope: Envelope) -> dict[str, Delivery]:
        """Sends the same message to many (`envelope.address` is unused); LINE's multicast. One Delivery an address."""
        ...
