"""A platform in memory: remembers what reached whom, and fails by script."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from catalog.models import Platform
from handlers.messages import Reply
from scheduler.channel import Delivery, Envelope, Outcome

SENT = Delivery(outcome=Outcome.SENT)
BLOCKED = Delivery(outcome=Outcome.BLOCKED, detail="403")
RETRY = Delivery(outcome=Outcome.RETRY, detail="500")
TOO_MANY = Delivery(outcome=Outcome.RETRY, retry_after=timedelta(seconds=30), detail="429")
UNKNOWN = Delivery(outcome=Outcome.UNKNOWN, detail="timeout")
REFUSED = Delivery(outcome=Outcome.REFUSED, detail="400")
QUOTA = Delivery(outcome=Outcome.QUOTA, detail="monthly limit")

Step = Delivery | Exception


class FakeChannel:
    """Plays `script` one step a request, then sends. `received` is what the residents see, by address.

    Like LINE, and unlike Telegram, the fake of LINE shows a message with a known retry key only once.
    """

    def __init__(self, platform: Platform, script: Iterable[Step] = ()) -> None:
        self.platform = platform
        self.script = list(script)
        self.received: dict[str, list[Reply]] = defaultdict(list)
        self.envelopes: list[Envelope] = []
        self.groups: list[tuple[str, tuple[str, ...]]] = []
        self.crash_after_sending = False
        self._known: set[tuple[str, str]] = set()

    async def send(self, envelope: Envelope) -> Delivery:
        self.envelopes.append(envelope)
        await asyncio.sleep(0)
        delivery = self._next()
        if delivery.outcome in {Outcome.SENT, Outcome.UNKNOWN}:
            self._show(envelope.address, envelope)
        self._crash_if_told()
        return delivery

    async def send_many(self, addresses: list[str], envelope: Envelope) -> dict[str, Delivery]:
        self.groups.append((envelope.retry_key, tuple(addresses)))
        await asyncio.sleep(0)
        delivery = self._next()
        if delivery.outcome is Outcome.SENT:
            for address in addresses:
                self._show(address, envelope)
        self._crash_if_told()
        return dict.fromkeys(addresses, delivery)

    def _next(self) -> Delivery:
        step = self.script.pop(0) if self.script else SENT
        if isinstance(step, Exception):
            raise step
        return step

    def _show(self, address: str, envelope: Envelope) -> None:
        if self.platform is Platform.LINE and (address, envelope.retry_key) in self._known:
            return
        self._known.add((address, envelope.retry_key))
        self.received[address].append(envelope.reply)

    def _crash_if_told(self) -> None:
        if self.crash_after_sending:
            raise asyncio.CancelledError("the process is gone")
