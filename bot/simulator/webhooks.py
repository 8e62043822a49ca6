"""Posting webhooks to the bot, as each platform does: LINE once, Telegram in order until it is taken."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.simulator.calls import Faults
from catalog.models.resident import Platform

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One webhook post: what was sent and what the bot answered (`status` None: no answer in time, or refused)."""

    platform: Platform
    body: Json
    status: int | None
    seconds: float
    answer: bytes = b""
    retry_after: float | None = None

    @property
    def taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Postman:
    """The one HTTP client of both couriers; opened at the first post."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.posted: list[Posted] = []
        self._session: aiohttp.ClientSession | None = None

    async def post(self, platform: Platform, url: str, body: Json, *, headers: dict[str, str], raw: bytes) -> Posted:
        """Posts the bytes, twice where a test ordered a duplicate; answers how the last post went."""
        times = 1
        if self.faults.duplicated_webhooks[platform]:
            self.faults.duplicated_webhooks[platform] -= 1
            times = 2
        for _ in range(times):
            posted = await self._post(platform, url, body, headers | {"content-type": "application/json"}, raw)
            self.posted.append(posted)
        return posted

    async def _post(self, platform: Platform, url: str, body: Json, headers: dict[str, str], raw: bytes) -> Posted:
        if self._session is None:
            # shorter than servers keep a connection, so that none is reused while it is being closed
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(keepalive_timeout=2))
        # LINE gives up after 2 s, Telegram after 60 s
        timeout = aiohttp.ClientTimeout(total=2 if platform is Platform.LINE else 60)
        started = time.monotonic()
        status, answer, wish = None, b"", None
        try:
            request = self._session.post(url, data=raw, headers=headers, timeout=timeout, allow_redirects=False)
            async with request as response:
                status, answer = response.status, await response.read()
                wish = response.headers.get("retry-after")
        except (aiohttp.ClientError, TimeoutError):
            status = None
        return Posted(
            platform=platform,
            body=body,
            status=status,
            seconds=time.monotonic() - started,
            answer=answer,
            retry_after=min(float(wish), 3600) if wish and wish.isdigit() else None,
        )

    async def close(self) -> None:
        """Closes the client."""
        if self._session is not None:
            await self._session.close()
            self._session = None


class LineCourier:
    """Posts events signed with the channel secret. `redeliveries`: how often again (off, as in the console)."""

    def __init__(self, postman: Postman, *, secret: str, destination: str) -> None:
        self.url = ""
        self.active = True
        self.redeliveries = 0
        self.redelivery_delay = 0.05
        self._postman = postman
        self._secret = secret
        self._destination = destination
        self._held: list[Json] | None = None
        self.retrying: set[asyncio.Task[None]] = set()
        self.on_posting: Callable[[list[Json]], None] = lambda events: None

    async def deliver(self, *events: Json) -> Posted | None:
        """Posts the events as one body; None where nothing was posted (held, or no webhook)."""
        if self._held is not None:
            self._held.extend(events)
            return None
        if not self.url or not self.active:
            return None
        self.on_posting(list(events))
        posted = await self._post(list(events))
        if not posted.taken and self.redeliveries:
            task = asyncio.create_task(self._redeliver([json.loads(json.dumps(event)) for event in events]))
            self.retrying.add(task)
            task.add_done_callback(self.retrying.discard)
        return posted

    @asynccontextmanager
    async def held(self) -> AsyncIterator[list[Json]]:
        """Holds events back; on leaving, what is then in the list goes out as one body.

        A test may reorder, duplicate or drop them: LINE does all of that.
        """
        held: list[Json] = []
        self._held = held
        try:
            yield held
        finally:
            self._held = None
        await self.deliver(*held)

    async def redeliver(self, *events: Json) -> Posted | None:
        """Posts events a second time, marked so, as LINE does when the redelivery switch is on."""
        return await self.deliver(*({**event, "deliveryContext": {"isRedelivery": True}} for event in events))

    async def _redeliver(self, events: list[Json]) -> None:
        for _ in range(self.redeliveries):
            await asyncio.sleep(self.redelivery_delay)
            for event in events:
                event["deliveryContext"] = {"isRedelivery": True}
            self.on_posting(events)
            if (await self._post(events)).taken:
                return

    async def _post(self, events: list[Json]) -> Posted:
        body = {"destination": self._destination, "events": events}
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        digest = hmac.new(self._secret.encode(), raw, hashlib.sha256).digest()
        headers = {"x-line-signature": base64.b64encode(digest).decode(), "user-agent": "LineBotWebhook/2.0"}
        return await self._postman.post(Platform.LINE, self.url, body, headers=headers, raw=raw)

    async def close(self) -> None:
        """Gives up what would be delivered again."""
        await _cancel(self.retrying)


class TelegramCourier:
    """Delivers updates by webhook or for getUpdates: strictly in order a chat, again and again until a 2xx."""

    def __init__(self, postman: Postman) -> None:
        self.secret: str | None = None
        self.retry_delay = 1.0
        self.longest_delay = 60.0
        self.pending: dict[int, Json] = {}
        self.last_error = ""
        self.on_answer: Callable[[Json], Awaitable[None]] | None = None
        self._postman = postman
        self._queues: dict[int, asyncio.Queue[tuple[Json, asyncio.Event]]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._arrived = asyncio.Event()
        self._url = ""
        self._hooked = asyncio.Event()

    @property
    def url(self) -> str:
        """The webhook; empty while updates wait for getUpdates. What is pending goes out once it is set."""
        return self._url

    @url.setter
    def url(self, url: str) -> None:
        self._url = url
        if url:
            self._hooked.set()
        else:
            self._hooked.clear()

    async def deliver(self, chat_id: int, update: Json) -> None:
        """Queues the update; comes back when it was taken or has failed once, or at once without a webhook."""
        self.pending[update["update_id"]] = update
        self._arrived.set()
        tried = asyncio.Event()
        if chat_id not in self._queues:
            self._queues[chat_id] = asyncio.Queue()
            worker = asyncio.create_task(self._work(self._queues[chat_id]))
            self._workers.add(worker)
        self._queues[chat_id].put_nowait((update, tried))
        if self.url:
            await tried.wait()

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:  # noqa: ASYNC109 - the API's own word
        """The pending updates from `offset` on (all before are confirmed), waiting for the first one."""
        for update_id in [known for known in self.pending if known < offset]:
            del self.pending[update_id]
        if not self.pending and timeout:
            self._arrived.clear()
            try:
                async with asyncio.timeout(timeout):
                    await self._arrived.wait()
            except TimeoutError:
                return []
        return [self.pending[update_id] for update_id in sorted(self.pending)][:limit]

    def drop_pending(self) -> None:
        """Forgets what was not delivered."""
        self.pending.clear()

    async def _work(self, queue: asyncio.Queue[tuple[Json, asyncio.Event]]) -> None:
        while True:
            update, tried = await queue.get()
            delay = 0.0  # the first failure is retried at once
            while update["update_id"] in self.pending:
                if not self.url:
                    await self._hooked.wait()
                    continue  # a poll may have confirmed it in the meantime
                posted = await self._post(update)
                tried.set()
                if posted.taken:
                    self.pending.pop(update["update_id"], None)
                    await self._carry_out(posted.answer)
                    break
                self.last_error = f"Wrong response from the webhook: {posted.status or 'no response'}"
                await asyncio.sleep(delay if posted.retry_after is None else posted.retry_after)
                delay = min(self.longest_delay, max(self.retry_delay, delay * 2))
            tried.set()

    async def _post(self, update: Json) -> Posted:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        raw = json.dumps(update, ensure_ascii=False).encode()
        return await self._postman.post(Platform.TELEGRAM, self.url, update, headers=headers, raw=raw)

    async def _carry_out(self, answer: bytes) -> None:
        """A webhook's answer may itself be one method call."""
        try:
            call = json.loads(answer) if answer else None
        except ValueError:
            return
        if self.on_answer is not None and isinstance(call, dict) and "method" in call:
            await self.on_answer(call)

    async def close(self) -> None:
        """Stops delivering."""
        await _cancel(self._workers)
        self._queues.clear()


async def _cancel(tasks: set[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    tasks.clear()
