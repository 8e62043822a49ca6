"""Delivering what is due: claim, check that it is still true, send at the platform's pace, settle.

Each lane is worked on by itself, so that neither a slow platform nor a long broadcast holds up an answer. A message is
claimed before it is sent and settled after; see `catalog.outgoing` for what a crash in between means.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select
from sqlmodel import col

from catalog import outgoing
from catalog.database import Database
from catalog.models import Broadcast, OutgoingKind, OutgoingState, Platform
from catalog.outgoing import Message, Settlement
from handlers import reply_json
from handlers.messages import Reply
from scheduler import announcement, digest, due, moved, telling
from scheduler.channel import Channel, Delivery, Envelope, Outcome
from scheduler.clock import Clock
from scheduler.limits import RATES, Limiter
from scheduler.quiet import is_night
from scheduler.settling import judge

BATCH = 50
AT_ONCE = 16
_TOGETHER = 0.1  # seconds within which answers that were sent are written down together

Fresh = Callable[..., Awaitable[Reply | None]]
# By how a key begins.
_FRESH: Mapping[str, Fresh] = {telling.KEY: telling.fresh, moved.KEY: moved.fresh, digest.KEY: digest.fresh}

_log = structlog.get_logger(__name__)
_AT_ONCE = frozenset({OutgoingKind.REPLY, OutgoingKind.URGENT})
_OWN_ACCORD = frozenset(OutgoingKind) - _AT_ONCE


@dataclass(frozen=True, slots=True)
class Lane:
    """What is delivered side by side with everything else: what cannot wait on one platform, or what we say unasked."""

    platform: Platform
    kinds: frozenset[OutgoingKind]

    @property
    def bulk(self) -> bool:
        return not self.kinds & _AT_ONCE


class Deliverer:
    """Delivers through the channels it is given; messages of other platforms wait. Any number may run on PostgreSQL.

    `kinds` narrows it down, for a process that only answers.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        channels: Mapping[Platform, Channel],
        zone: ZoneInfo,
        *,
        kinds: Collection[OutgoingKind] = frozenset(OutgoingKind),
        limiters: Mapping[Platform, Limiter] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._channels = channels
        self._zone = zone
        self._limiters = limiters or {platform: Limiter(RATES[platform]) for platform in channels}
        self.lanes = tuple(
            Lane(platform, frozenset(lane_kinds))
            for platform in channels
            for lane_kinds in (_AT_ONCE & set(kinds), _OWN_ACCORD & set(kinds))
            if lane_kinds
        )
        self._busy = {lane: asyncio.Lock() for lane in self.lanes}
        self._announcements: dict[int, Reply] = {}
        self._sent: list[Settlement] = []  # to be written down together
        self._later: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()
        self._stopping = False

    async def drain(self) -> int:
        """Delivers on every lane until nothing is due. Returns how many messages were tried."""
        return sum(await asyncio.gather(*(self.drain_lane(lane) for lane in self.lanes)))

    async def drain_lane(self, lane: Lane) -> int:
        """Delivers on one lane until nothing is due, it is night, or the platform asks for a pause."""
        tried = 0
        async with self._busy[lane]:
            while not self._stopping:
                step = await self._batch(lane)
                if not step and lane.bulk and lane.platform is Platform.LINE:
                    step = await self._group(lane)
                if not step:
                    break
                tried += step
        return tried

    async def send_claimed(self, message: Message, reply: Reply) -> None:
        """Sends an answer that its writer has claimed, at once: somebody waits for it.

        The platform's pace is kept; the chat's own is not, since a resident may tap twice within a second.
        """
        if not await self._limiters[message.platform].acquire():
            await self._release([message], [])
            return
        settlement = self._judge(message, await self._send(message, reply))
        if settlement.state is not OutgoingState.SENT or message.reply_token is None:
            await self._settle([settlement])
            return
        # LINE's token works once: should we end before this is written, a second try with it does no harm.
        self._sent.append(settlement)
        if self._later is None:
            self._later = asyncio.create_task(self._write_soon())

    async def write_down(self) -> None:
        """Writes down which answers have been sent. Raises what the database raises."""
        async with self._writing:
            sent, self._sent = self._sent, []
            await self._settle(sent)

    async def _write_soon(self) -> None:
        await asyncio.sleep(_TOGETHER)
        self._later = None
        try:
            await self.write_down()
        except Exception:  # their claims run out, and the next try finds their tokens spent
            _log.exception("outgoing.not_settled")

    def stop(self) -> None:
        """Lets lanes end after what is on its way; unsent messages are given back."""
        self._stopping = True

    async def _batch(self, lane: Lane) -> int:
        if self._must_wait(lane):
            return 0
        async with self._database.transaction(brief=True) as db:
            messages = await outgoing.claim_due(
                db, now=self._clock.now(), limit=BATCH, platform=lane.platform, kinds=lane.kinds
            )
        if not messages:
            return 0
        chains: dict[str, list[Message]] = {}
        for message in messages:
            chains.setdefault(message.address, []).append(message)
        room = asyncio.Semaphore(AT_ONCE)
        settled: list[Settlement] = []
        try:
            ends = await asyncio.gather(
                *(self._chain(lane, chain, room, settled) for chain in chains.values()), return_exceptions=True
            )
        finally:
            await self._settle(settled)
        # Who raised may have begun to send: its claim runs out. The others are given back.
        raised = next((end for end in ends if isinstance(end, BaseException)), None)
        if raised is not None:
            raise raised
        await self._release(messages, settled)
        return len(settled)

    async def _chain(
        self, lane: Lane, chain: Sequence[Message], room: asyncio.Semaphore, settled: list[Settlement]
    ) -> None:
        """The messages to one address, in order."""
        for message in chain:
            if not await self._limiters[lane.platform].acquire(message.address, bulk=lane.bulk):
                return
            async with room:
                settlement = await self._deliver(lane, message)
            if settlement is None:
                return
            settled.append(settlement)

    async def _deliver(self, lane: Lane, message: Message) -> Settlement | None:
        """Sends one message; None where it may not be sent now and stays as it was."""
        if self._must_wait(lane) or self._is_over(message):
            return None
        try:
            reply = await self._words(message)
        except ValueError as error:
            _log.exception("outgoing.unreadable", key=message.key)
            return Settlement(message=message, state=OutgoingState.FAILED, error=str(error))
        if reply is None:
            return Settlement(message=message, state=OutgoingState.EXPIRED, error="no longer true")
        if not _repeatable(message) and not await self._begin(message):
            return None
        delivery = await self._send(message, reply)
        return self._judge(message, delivery)

    async def _group(self, lane: Lane) -> int:
        """Sends one multicast group: one request, one retry key, the same recipients each time."""
        if self._must_wait(lane):
            return 0
        async with self._database.transaction(brief=True) as db:
            messages = await outgoing.claim_group(db, now=self._clock.now())
        if not messages:
            return 0
        if not await self._limiters[lane.platform].acquire(bulk=True) or self._must_wait(lane):
            await self._release(messages, [])
            return 0
        try:
            reply = await self._announcement(messages[0])
            deliveries = await self._send_many(messages, reply)
        except ValueError as error:
            _log.exception("outgoing.unreadable", key=messages[0].key)
            deliveries = {}
            failed = Delivery(outcome=Outcome.REFUSED, detail=str(error))
        else:
            failed = Delivery(outcome=Outcome.RETRY, detail="no answer for this address")
        await self._settle([self._judge(message, deliveries.get(message.address, failed)) for message in messages])
        return len(messages)

    async def _words(self, message: Message) -> Reply | None:
        """What to say, as it is true now; None for a message that has lost its sense. ValueError: unreadable."""
        if message.kind is OutgoingKind.BROADCAST:
            return await self._announcement(message)
        fresh = _fresh_of(message)
        if fresh is None:
            return reply_json.loads(message.payload)
        async with self._database.reading() as db:
            return await fresh(db, message, now=self._clock.now(), zone=self._zone)

    async def _announcement(self, message: Message) -> Reply:
        """The words of a broadcast, read once: they do not change after it is launched."""
        broadcast_id = message.broadcast_id or 0
        if broadcast_id not in self._announcements:
            async with self._database.reading() as db:
                words = await db.scalar(select(col(Broadcast.text)).where(col(Broadcast.id) == broadcast_id))
            if words is None:
                raise ValueError(f"no broadcast {broadcast_id}")
            self._announcements[broadcast_id] = announcement.read(words)
        return self._announcements[broadcast_id]

    async def _begin(self, message: Message) -> bool:
        async with self._database.transaction(brief=True) as db:
            return await outgoing.begin(db, message, now=self._clock.now())

    async def _send(self, message: Message, reply: Reply) -> Delivery:
        token_holds = message.reply_until is None or self._clock.now() < message.reply_until
        envelope = Envelope(
            address=message.address,
            reply=reply,
            retry_key=message.retry_key,
            reply_token=message.reply_token if token_holds else None,
            replaces=message.replaces,
            repeated=message.attempts > 1,
        )
        try:
            return await self._channels[message.platform].send(envelope)
        except Exception as error:
            _log.exception("outgoing.channel_raised", key=message.key)
            safe = message.platform is Platform.LINE and envelope.reply_token is None
            return Delivery(outcome=Outcome.RETRY if safe else Outcome.UNKNOWN, detail=repr(error))

    async def _send_many(self, messages: Sequence[Message], reply: Reply) -> dict[str, Delivery]:
        addresses = [message.address for message in messages]
        envelope = Envelope(address="", reply=reply, retry_key=messages[0].retry_key)
        try:
            return await self._channels[messages[0].platform].send_many(addresses, envelope)
        except Exception as error:
            _log.exception("outgoing.channel_raised", key=messages[0].key)
            return dict.fromkeys(addresses, Delivery(outcome=Outcome.RETRY, detail=repr(error)))

    def _judge(self, message: Message, delivery: Delivery) -> Settlement:
        if delivery.retry_after is not None:
            self._limiters[message.platform].pause(delivery.retry_after.total_seconds())
        if delivery.outcome is not Outcome.SENT:
            _log.warning(
                "outgoing.not_sent",
                key=message.key,
                platform=message.platform,
                outcome=delivery.outcome,
                attempts=message.attempts,
                detail=delivery.detail,
            )
        return judge(message, delivery, now=self._clock.now(), zone=self._zone)

    async def _settle(self, settlements: Sequence[Settlement]) -> None:
        if not settlements:
            return
        async with self._database.transaction(brief=True) as db:
            await outgoing.settle(db, settlements)
            for item in settlements:
                if item.state is OutgoingState.BLOCKED:
                    await outgoing.block(db, item.message.platform, item.message.address, now=self._clock.now())

    async def _release(self, messages: Sequence[Message], settled: Sequence[Settlement]) -> None:
        done = {item.message.id for item in settled}
        if left := [message for message in messages if message.id not in done]:
            async with self._database.transaction(brief=True) as db:
                await outgoing.release(db, left)

    def _must_wait(self, lane: Lane) -> bool:
        if self._stopping or self._limiters[lane.platform].paused:
            return True
        return lane.bulk and is_night(self._clock.now(), self._zone)

    def _is_over(self, message: Message) -> bool:
        """Whether the claim has run out, so that somebody else may be sending it."""
        return message.claimed_until is None or self._clock.now() >= message.claimed_until


def _fresh_of(message: Message) -> Fresh | None:
    """What words the message anew, or sets it aside; None where it says what stays true."""
    if message.kind is OutgoingKind.REMINDER:
        return due.fresh
    return _FRESH.get(message.key.partition(":")[0])


def _repeatable(message: Message) -> bool:
    """Whether a second sending does no harm: LINE knows a retry key; an answer is better given twice than never."""
    return message.platform is Platform.LINE or message.kind is OutgoingKind.REPLY
