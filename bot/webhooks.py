"""The platforms' way in: verify the raw bytes, store the events, answer 200, and only then work.

401 for a wrong signature or secret, 413 for a body no platform would send, 408 for one that never ends, 400 for what is
not their JSON; nothing is stored then. 200 means that every event is safe on disk. 503 asks for another delivery.
"""

import asyncio

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot import inbox
from bot.channels.port import MalformedBody, PlatformChannel
from bot.dispatch import Dispatcher
from bot.metrics import EVENTS, REJECTED
from catalog.database import Database
from scheduler.clock import Clock

MAX_BODY = 2 * 1024 * 1024  # bytes; LINE's largest batches are far below
READ_SECONDS = 20.0  # platforms send a body at once; whoever dawdles keeps a connection busy
_log = structlog.get_logger(__name__)


class Webhook:
    """The endpoint of one platform."""

    def __init__(self, channel: PlatformChannel, database: Database, clock: Clock, dispatcher: Dispatcher) -> None:
        self._channel = channel
        self._database = database
        self._clock = clock
        self._dispatcher = dispatcher

    async def __call__(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(READ_SECONDS):
                body = await _read(request)
        except ClientDisconnect:
            return Response(status_code=400)
        except TimeoutError:
            return self._reject(408, "too slow")
        if body is None:
            return self._reject(413, "too large")
        if not self._channel.verify(request.headers, body):
            return self._reject(401, "not signed by the platform")
        try:
            events = self._channel.split(body)
        except MalformedBody as error:
            return self._reject(400, str(error))
        try:
            stored = await inbox.store(self._database, self._channel.platform, events, now=self._clock.now())
        except (SQLAlchemyError, OSError):
            _log.exception("inbox.not_stored", platform=self._channel.platform)
            return PlainTextResponse("try again", status_code=503)
        EVENTS.labels(self._channel.platform).inc(len(stored))
        self._dispatcher.dispatch(stored)
        return PlainTextResponse("OK")

    def _reject(self, status: int, reason: str) -> Response:
        REJECTED.labels(self._channel.platform, reason).inc()
        _log.warning("webhook.rejected", platform=self._channel.platform, status=status, reason=reason)
        return PlainTextResponse(reason, status_code=status)


async def _read(request: Request) -> bytes | None:
    """The body, or None as soon as it is too large: no more of it is kept in memory."""
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > MAX_BODY:
        return None
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BODY:
            return None
        parts.append(part)
    return b"".join(parts)
