"""From stored events to answers: one resident's events in order, many residents side by side.

One transaction an event: load the resident, let `handlers` answer, write rows and the outgoing answer, commit. Only
then is anything sent. An event that fails is tried again; one that keeps failing is answered with an apology.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog

from bot import inbox
from bot.channels.port import PlatformChannel
from bot.inbox import Stored
from bot.metrics import TURN_SECONDS, TURNS_FAILED
from bot.turns import Answered, answer_event, apologise
from catalog.database import Database
from catalog.models import Platform
from catalog.search.catalogue import Catalogue
from handlers.context import City
from handlers.messages import Incoming, IncomingKind
from scheduler.clock import Clock
from scheduler.runner import Runner

_log = structlog.get_logger(__name__)

_SIDE_BY_SIDE = 32
_SLOW_AFTER = 0.8  # seconds; only then is "writing …" shown
_RETRY_AFTER = (0.2, 1.0)  # seconds before the second and the third attempt
_REPLY_TOKEN_LIFE = timedelta(seconds=50)  # LINE promises a minute


class Dispatcher:
    """Takes stored events to their answers. `resume` picks up what a crash left; `stop` ends what is under way."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        catalogue: Catalogue,
        channels: Mapping[Platform, PlatformChannel],
        city: City,
        runner: Runner,
        warm: "asyncio.Task[None]",
    ) -> None:
        self._database = database
        self._clock = clock
        self._catalogue = catalogue
        self._channels = channels
        self._city = city
        self._runner = runner
        self._warm = warm
        self._queues: dict[tuple[Platform, str], list[Stored]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._in_hand: set[int] = set()
        self._side_by_side = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def resume(self) -> None:
        """Takes up every event that was acknowledged and is in nobody's hand here: what a crash left."""
        left = [event for event in await inbox.unfinished(self._database) if event.id not in self._in_hand]
        if left:
            _log.info("inbox.resumed", events=len(left))
        self.dispatch(left)

    async def stop(self) -> None:
        """Lets the turns under way finish; what waits stays in the inbox for the next start."""
        self._queues.clear()
        if self._workers:
            await asyncio.wait(self._workers, timeout=10)

    async def idle(self) -> None:
        """Waits until nothing is left to answer, and it is written down what was sent."""
        while self._workers:
            await asyncio.wait(self._workers)
        await self._runner.write_down()

    def dispatch(self, events: Sequence[Stored]) -> None:
        """Queues events behind the earlier ones of the same address."""
        for event in events:
            self._in_hand.add(event.id)
            key = (event.platform, event.address or f"event:{event.id}")
            if key in self._queues:
                self._queues[key].append(event)
                continue
            self._queues[key] = [event]
            worker = asyncio.create_task(self._work_off(key))
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)

    async def _work_off(self, key: tuple[Platform, str]) -> None:
        """Answers the events of one address, one after the other."""
        await asyncio.wait([self._warm])
        try:
            while queue := self._queues.get(key):
                event = queue.pop(0)
                try:
                    async with self._side_by_side:
                        await self._answer(event)
                except Exception:  # whatever it is, the next event of this resident is answered
                    _log.exception("dispatch.failed", event_id=event.id)
                finally:
                    self._in_hand.discard(event.id)
        finally:
            self._queues.pop(key, None)

    async def _answer(self, event: Stored) -> None:
        channel = self._channels.get(event.platform)
        if channel is None:
            return  # the platform is switched off; the event waits for the day it is on again
        incoming = channel.parse(event.payload)
        # A tap is acknowledged before any work, and without waiting for it.
        acknowledged = asyncio.create_task(channel.acknowledge(incoming))
        slow = asyncio.create_task(self._show_working_when_slow(channel, incoming))
        try:
            answered = await self._with_retries(event, incoming)
        finally:
            slow.cancel()
            await acknowledged
        if answered is not None:
            await self._send(answered)

    async def _with_retries(self, event: Stored, incoming: Incoming) -> Answered | None:
        for wait in (*_RETRY_AFTER, None):
            try:
                with TURN_SECONDS.time():
                    return await self._turn(event, incoming)
            except Exception:
                TURNS_FAILED.inc()
                _log.exception("turn.failed", event_id=event.id, kind=incoming.kind)
            # Counted even after the last try: an event that stays new would be taken up again, and answered twice.
            if await inbox.failed(self._database, event.id) or wait is None:
                break
            await asyncio.sleep(wait)
        return await apologise(self._database, event, incoming, now=self._clock.now(), reply_life=_REPLY_TOKEN_LIFE)

    async def _turn(self, event: Stored, incoming: Incoming) -> Answered | None:
        return await answer_event(
            self._database,
            event,
            incoming,
            now=self._clock.now(),
            reply_life=_REPLY_TOKEN_LIFE,
            city=self._city,
            catalogue=self._catalogue,
        )

    async def _send(self, answered: Answered) -> None:
        if answered.message is not None:
            await self._runner.send_claimed(answered.message, answered.reply)

    async def _show_working_when_slow(self, channel: PlatformChannel, incoming: Incoming) -> None:
        if incoming.private and incoming.kind in (IncomingKind.TEXT, IncomingKind.ACTION):
            await asyncio.sleep(_SLOW_AFTER)
            await channel.show_working(incoming)
