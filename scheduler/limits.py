"""How fast each platform may be written to: token buckets, and pauses that a platform asks for."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from catalog.models.resident import Platform

MULTICAST_SIZE = 500  # LINE's most recipients a request


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Requests a second. `bulk` is what is left to messages that nobody waits for; `chat` is for one address."""

    overall: float
    bulk: float
    chat: float | None = None


# LINE allows 2,000 pushes and 200 multicasts a second; a city needs far less. Telegram allows 30 a second in all and
# about one a second to one chat.
RATES = {
    Platform.LINE: Rates(overall=500, bulk=50),
    Platform.TELEGRAM: Rates(overall=30, bulk=25, chat=1),
}


@dataclass(slots=True)
class Bucket:
    """Tokens that flow back at `rate` a second, at most `size`. A taker may go into debt, and waits it off."""

    rate: float
    size: float
    tokens: float = field(init=False)
    filled_at: float = 0.0

    def __post_init__(self) -> None:
        self.tokens = self.size

    def take(self, now: float) -> float:
        """Takes one token; returns the seconds to wait until it is really there."""
        self.tokens = min(self.size, self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now
        self.tokens -= 1
        return max(0.0, -self.tokens / self.rate)

    def is_full(self, now: float) -> bool:
        return self.tokens + (now - self.filled_at) * self.rate >= self.size


class Limiter:
    """The pace of one platform. `time` is monotonic seconds; both it and `sleep` can be replaced in tests."""

    def __init__(
        self,
        rates: Rates,
        *,
        time: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._time = time or _loop_time
        self._sleep = sleep
        self._chat_rate = rates.chat
        # A second's worth at once would double the first second's rate; a tenth of it does not.
        self._overall = Bucket(rates.overall, max(1.0, rates.overall / 10))
        self._bulk = Bucket(rates.bulk, max(1.0, rates.bulk / 10))
        self._chats: dict[str, Bucket] = {}
        self._paused_until = 0.0

    @property
    def paused(self) -> bool:
        """Whether the platform has asked us to stop for a while."""
        return self._time() < self._paused_until

    def pause(self, seconds: float) -> None:
        """Lets nothing through for this long; a longer pause stays."""
        self._paused_until = max(self._paused_until, self._time() + seconds)

    async def acquire(self, address: str | None = None, *, bulk: bool = False) -> bool:
        """Waits for this message's turn. False: the platform is paused, and waiting would take too long."""
        if self.paused:
            return False
        now = self._time()
        waits = [self._overall.take(now)]
        if bulk:
            waits.append(self._bulk.take(now))
        if self._chat_rate is not None and address is not None:
            waits.append(self._chat(address, now).take(now))
        if (wait := max(waits)) > 0:
            await self._sleep(wait)
        return not self.paused

    def _chat(self, address: str, now: float) -> Bucket:
        if len(self._chats) > 1_000:
            self._chats = {key: bucket for key, bucket in self._chats.items() if not bucket.is_full(now)}
        assert self._chat_rate is not None  # noqa: S101 - asked only where chats have a rate
        return self._chats.setdefault(
            address,
            Bucket(
                self._chat_rate,
                1.0,
            ),
        )


def _loop_time() -> float:
    return asyncio.get_running_loop().time()
