"""The clockwork: ticks the jobs and keeps the lanes of delivery going. The only importer of APScheduler.

APScheduler only ticks a few fixed jobs that claim due rows; no job a person, no job store. A job that fails is logged
and counted, and the next tick tries again.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from datetime import timedelta
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from catalog.database import Database
from catalog.models import OutgoingKind, Platform
from catalog.outgoing import Message
from catalog.search.catalogue import Catalogue
from handlers.messages import Reply
from scheduler import digest, drawing, jobs
from scheduler.channel import Channel
from scheduler.clock import Clock
from scheduler.delivery import Deliverer, Lane
from scheduler.limits import Limiter

TICK = timedelta(seconds=10)
LOOK = timedelta(seconds=1)
CLEANING_HOUR = 3  # in the city's night

_log = structlog.get_logger(__name__)


class Runner:
    """Runs reminders, cleaning and delivery in the present event loop. On PostgreSQL any number may run.

    `failures` counts failed runs by job, for metrics. `kinds` narrows delivery down; with replies alone (a process that
    only answers) nothing is planned but weekly digests, for which `catalogue` is needed: a process without it leaves
    them to those that have it.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        channels: Mapping[Platform, Channel],
        zone: ZoneInfo,
        *,
        kinds: Collection[OutgoingKind] = frozenset(OutgoingKind),
        catalogue: Catalogue | None = None,
        limiters: Mapping[Platform, Limiter] | None = None,
    ) -> None:
        self.failures: Counter[str] = Counter()
        self._database = database
        self._clock = clock
        self._zone = zone
        self._catalogue = catalogue
        self._plans = set(kinds) != {OutgoingKind.REPLY}
        self._deliverer = Deliverer(database, clock, channels, zone, kinds=kinds, limiters=limiters)
        self._scheduler = AsyncIOScheduler(timezone=zone)
        self._ticking = asyncio.Lock()
        self._news = asyncio.Event()
        self._woken = {lane: asyncio.Event() for lane in self._deliverer.lanes}
        self._lanes: list[asyncio.Task[None]] = []
        self._stopping = False

    def start(self) -> None:
        """Starts ticking; needs a running event loop."""
        steady = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        if self._plans:
            self._scheduler.add_job(self._tick, "interval", seconds=TICK.total_seconds(), id="tick", **steady)
            self._scheduler.add_job(self._clean, "cron", hour=CLEANING_HOUR, id="clean", **steady)
            self._lanes.append(asyncio.create_task(self._keep_telling()))
        if self._catalogue is not None:
            self._scheduler.add_job(self._digest, "interval", seconds=TICK.total_seconds(), id="digest", **steady)
        self._scheduler.start()
        self._lanes += [asyncio.create_task(self._keep_delivering(lane)) for lane in self._deliverer.lanes]

    def wake(self) -> None:
        """Says that there may be something to tell or to deliver right now."""
        self._news.set()
        self._wake_lanes()

    async def send_claimed(self, message: Message, reply: Reply) -> None:
        """Sends an answer that its writer has claimed. Raises what the database raises."""
        await self._deliverer.send_claimed(message, reply)

    async def run_once(self) -> int:
        """Plans and delivers until nothing is due any more. Returns how many messages were tried. Raises what fails."""
        tried = 0
        await self.write_down()  # before the clock tells that a claim has run out
        if self._plans:
            await self._draw()
        while True:
            planned = (await self._plan() if self._plans else 0) + await self._choose()
            delivered = await self._deliverer.drain()
            tried += delivered
            if not planned and not delivered:
                return tried

    async def stop(self) -> None:
        """Ends after what is on its way: no message is left half sent."""
        self._stopping = True
        self._deliverer.stop()
        self.wake()
        if self._scheduler.running:
            self._scheduler.pause()
        # APScheduler's own shutdown cancels what runs; so wait for it first.
        async with self._ticking:
            if self._scheduler.running:
                self._scheduler.shutdown(wait=False)
        await asyncio.gather(*self._lanes)
        await self.write_down()

    async def write_down(self) -> None:
        """Writes down which answers have been sent. Raises what the database raises."""
        await self._deliverer.write_down()

    async def _tick(self) -> None:
        async with self._ticking:
            await self._guarded("draw", self._draw)
            if await self._guarded("tick", self._plan):
                self.wake()

    async def _digest(self) -> None:
        """In steps, so that what is due at a moment does not wait for all that are to be advised."""
        chosen = 1
        while chosen and not self._stopping:
            async with self._ticking:
                chosen = await self._guarded("digest", self._choose)
            self._wake_lanes()

    async def _choose(self) -> int:
        if self._catalogue is None or not self._catalogue.ready:
            return 0
        return await digest.tell(self._database, self._catalogue.index, now=self._clock.now(), zone=self._zone)

    async def _clean(self) -> None:
        async with self._ticking:
            await self._guarded("clean", lambda: jobs.clean(self._database, now=self._clock.now()))

    async def _draw(self) -> int:
        now = self._clock.now()
        return await drawing.promise(self._database, now=now) + await drawing.draw(
            self._database, now=now, zone=self._zone
        )

    async def _plan(self) -> int:
        now = self._clock.now()
        await jobs.tidy(self._database, now=now)
        changed = await jobs.settle(self._database, now=now, zone=self._zone)
        changed += await jobs.decide(self._database, now=now)
        changed += await jobs.tell(self._database, now=now, zone=self._zone)
        return changed + await jobs.remind(self._database, now=now, zone=self._zone)

    async def _tell(self) -> int:
        return await jobs.tell(self._database, now=self._clock.now(), zone=self._zone)

    async def _keep_telling(self) -> None:
        """What happened to a registration is told within a second or two."""
        while not self._stopping:
            self._news.clear()
            if await self._guarded("telling", self._tell):
                self._wake_lanes()
            await self._until(self._news)

    async def _keep_delivering(self, lane: Lane) -> None:
        woken = self._woken[lane]
        while not self._stopping:
            woken.clear()
            await self._guarded("delivery", lambda: self._deliverer.drain_lane(lane))
            await self._until(woken)

    def _wake_lanes(self) -> None:
        for woken in self._woken.values():
            woken.set()

    async def _until(self, woken: asyncio.Event) -> None:
        """Waits until it is woken, or it is time to look."""
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), LOOK.total_seconds())

    async def _guarded(self, job: str, run: Callable[[], Awaitable[int | None]]) -> int:
        """One run of a job: a failure is logged and counted, and never ends the ticking."""
        try:
            return await run() or 0
        except Exception:
            self.failures[job] += 1
            _log.exception("scheduler.failed", job=job)
            return 0
