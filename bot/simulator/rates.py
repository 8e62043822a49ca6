"""Rate limits as token buckets, in the machine's own time: a moved demo clock does not refill them."""

import time
from collections.abc import Callable


class TokenBucket:
    """At most `rate` calls a second on average, `burst` at once."""

    def __init__(self, rate: float, burst: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self.burst = burst
        self._monotonic = monotonic
        self._tokens = burst
        self._filled_at = monotonic()

    def take(self) -> float:
        """Takes one token and answers 0, or takes none and answers the seconds until there is one."""
        wait = self.wait()
        if wait == 0:
            self._tokens -= 1
        return wait

    def wait(self) -> float:
        """The seconds until a token is there, taking none."""
        now = self._monotonic()
        self._tokens = min(self.burst, self._tokens + (now - self._filled_at) * self.rate)
        self._filled_at = now
        return 0.0 if self._tokens >= 1 else (1 - self._tokens) / self.rate
