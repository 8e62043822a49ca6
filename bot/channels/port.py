"""What the edge needs of a platform, beside the sending that the scheduler knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from handlers.messages import Incoming
from scheduler.channel import Channel


class MalformedBody(ValueError):  # noqa: N818 - said as what it is, like the outcomes of sending
    """A webhook body that is not what the platform sends: not JSON, or JSON of another shape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEvent:
    """One event as it is stored before anybody works on it.

    `event_id` (at most 64 characters) is the platform's own, or made of the content where there is none: the same event
    delivered twice has the same id. `address` groups events whose order matters; None where no chat is named.
    """

    event_id: str
    address: str | None
    payload: str


class PlatformChannel(Channel, Protocol):
    """One platform, both ways. Only `split` raises, and only `MalformedBody`."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the platform sent this body. `headers` ignores case, or has lower-case keys. Takes constant time."""
        ...

    def split(self, body: bytes) -> list[RawEvent]:
        """The events of a webhook body, unknown ones too; none for a connection check. Raises MalformedBody."""
        ...

    def parse(self, payload: str) -> Incoming:
        """What a stored event says. What cannot be understood is IncomingKind.OTHER."""
        ...

    async def start(self) -> None:
        """Loads the platform's library and opens the connections; the first sending does so where nobody else did."""
        ...

    async def prepare(self, public_url: str) -> bool:
        """Makes the platform's side fit ours: webhook, menu, commands. False where something was refused (logged)."""
        ...

    async def acknowledge(self, incoming: Incoming) -> None:
        """Tells the platform at once that a tap has arrived. Failures are logged."""
        ...

    async def show_working(self, incoming: Incoming) -> None:
        """Shows the resident that an answer is being made. Failures are logged."""
        ...

    async def close(self) -> None:
        """Closes the connections."""
        ...
