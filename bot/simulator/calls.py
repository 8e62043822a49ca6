"""What the bot called, and the trouble a test orders for its next calls."""

import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from catalog.models.resident import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a platform's API. `path` lacks our mount point: `/v2/bot/message/push`, or `sendMessage`.

    `body` is the decoded JSON, or for Telegram the parameters with JSON-serialised ones decoded; None without a body.
    `status` is None where the connection was closed or kept waiting instead of answered.
    """

    platform: Platform
    method: str
    path: str
    body: Any
    status: int | None
    headers: dict[str, str] = field(default_factory=dict)
    answer: Any = None
    at: float = field(default_factory=time.monotonic)


class Calls(list[Call]):
    """All calls, oldest first."""

    def to(self, path: str) -> list[Call]:
        """The calls of one endpoint: those whose path starts with `path`."""
        return [call for call in self if call.path.startswith(path)]


class Trouble(StrEnum):
    RATE_LIMITED = "rate_limited"  # 429, not carried out
    MONTHLY_LIMIT = "monthly_limit"  # LINE's other 429
    SERVER_ERROR = "server_error"  # 500
    CONFLICT = "conflict"  # LINE's 409: this retry key was accepted before
    BLOCKED = "blocked"  # Telegram's 403
    TIMEOUT = "timeout"  # no answer
    CLOSED = "closed"  # the connection breaks off within the answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One ordered trouble. `carried_out`: the platform did what was asked, and only the answer was lost."""

    trouble: Trouble
    platform: Platform | None
    path: str
    carried_out: bool
    retry_after: int
    seconds: float


class Faults:
    """Orders trouble: `faults.next_calls(Trouble.TIMEOUT, path="/v2/bot/message/push", carried_out=True)`."""

    def __init__(self) -> None:
        self._ordered: list[Fault] = []
        self.duplicated_webhooks: dict[Platform, int] = dict.fromkeys(Platform, 0)

    def next_calls(
        self,
        trouble: Trouble,
        *,
        times: int = 1,
        platform: Platform | None = None,
        path: str = "",
        carried_out: bool = False,
        retry_after: int = 1,
        seconds: float = 30,
    ) -> None:
        """The next `times` calls (of `platform`, whose path contains `path`) meet this trouble."""
        fault = Fault(
            trouble=trouble,
            platform=platform,
            path=path,
            carried_out=carried_out,
            retry_after=retry_after,
            seconds=seconds,
        )
        self._ordered.extend([fault] * times)

    def duplicate_webhooks(self, platform: Platform, times: int = 1) -> None:
        """The next `times` webhooks arrive twice, the same bytes."""
        self.duplicated_webhooks[platform] += times

    def take(self, platform: Platform, path: str) -> Fault | None:
        """The trouble ordered for this call, taken off the order."""
        for fault in self._ordered:
            if fault.platform in {None, platform} and fault.path in path:
                self._ordered.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Cancels all that was ordered and not met."""
        self._ordered.clear()
        self.duplicated_webhooks = dict.fromkeys(Platform, 0)
