"""Calls of the Bot API through python-telegram-bot's Bot, and what its errors mean."""

import asyncio
import importlib
import os
from datetime import timedelta
from typing import Any

import structlog

from scheduler.channel import Delivery, Outcome

log = structlog.get_logger()

SECONDS = 6.0
SECONDS_KEPT_IDLE = 2.0  # given up by us before the other side does so in the middle of a call
SECONDS_TO_CONNECT = 3.0
CONNECTIONS = 64
TOKEN_REFUSED_FOR = timedelta(minutes=10)  # a wrong bot token is put right by a person

_GONE = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated", "bot was kicked")
_UNCHANGED = "message is not modified"
_NOT_EDITABLE = ("message to edit not found", "message can't be edited", "there is no text in the message to edit")
_TOO_LATE_TO_ANSWER = "query is too old"


class BotApi:
    """The one connection pool to Telegram. `api_base` is the part before `/bot<token>`, without a slash at the end."""

    def __init__(self, *, token: str, api_base: str) -> None:
        self._token = token
        self._api_base = api_base.rstrip("/")
        self._starting = asyncio.Lock()
        self._bot: Any = None  # telegram.Bot; untyped here because the import is late
        self._pools: list[Any] = []  # its two HTTPXRequests, which it closes only after Bot.initialize()

    async def start(self) -> None:
        """Imports the library and opens the pool. The import costs 0.3 s of processor time: here, and in a thread."""
        # The library's own switch for durations instead of numbers, without which each flood warning warns of itself.
        os.environ.setdefault("PTB_TIMEDELTA", "1")
        async with self._starting:
            if self._bot is None:
                self._bot = self._open(await asyncio.to_thread(importlib.import_module, "telegram"))
                # Not Bot.initialize(), which asks getMe: sending does not need it, and it fails where Telegram is down.

    def _open(self, telegram: Any) -> Any:
        import httpx  # noqa: PLC0415 - comes with the library, and as late as it

        def pool(connections: int) -> Any:
            limits = httpx.Limits(
                max_connections=connections,
                max_keepalive_connections=connections,
                keepalive_expiry=SECONDS_KEPT_IDLE,
            )
            return telegram.request.HTTPXRequest(
                connection_pool_size=connections,
                connect_timeout=SECONDS_TO_CONNECT,
                read_timeout=SECONDS,
                write_timeout=SECONDS,
                pool_timeout=SECONDS,
                httpx_kwargs={"limits": limits},
            )

        sending, polling = self._pools = [pool(CONNECTIONS), pool(1)]
        return telegram.Bot(self._token, base_url=f"{self._api_base}/bot", request=sending, get_updates_request=polling)

    async def close(self) -> None:
        async with self._starting:
            if self._bot is not None:
                for pool in self._pools:
                    await pool.shutdown()
                self._bot = None

    async def call(self, method: str, *, wait: float = 0.0, **params: Any) -> Any:
        """One call by its name in the Bot API, allowed to take `wait` seconds longer: the `result` of its answer.

        Raises telegram.error.TelegramError. Bot's named methods end here too; they build a Message out of every answer
        on the way back, which nobody reads and which fails where a field is missing after the message was sent.
        """
        await self.start()
        return await self._bot._post(method, params, read_timeout=SECONDS + wait)

    async def try_call(self, method: str, **params: Any) -> bool:
        """One call whose failure is only worth a line in the log: whether it was accepted."""
        try:
            await self.call(method, **params)
        except telegram_error() as error:
            if _TOO_LATE_TO_ANSWER not in str(error).lower():
                log.warning("telegram_call", method=method, error=type(error).__name__, detail=str(error))
            return False
        return True


def telegram_error() -> type[Exception]:
    """The root of the library's errors."""
    from telegram.error import TelegramError  # noqa: PLC0415 - as late as the library

    return TelegramError


def outcome(error: Exception) -> Delivery:
    """What a failed sending means. Telegram has no key against doubles: what may have arrived is never sent again."""
    detail = f"{type(error).__name__}: {error}"
    return Delivery(outcome=_outcome(error), retry_after=_pause(error), detail=detail)


def _outcome(error: Exception) -> Outcome:
    from telegram import error as errors  # noqa: PLC0415 - as late as the library

    words = str(error).lower()
    match error:
        case errors.RetryAfter() | errors.InvalidToken():
            return Outcome.RETRY
        case errors.TelegramError() if isinstance(error, errors.Forbidden) or any(sign in words for sign in _GONE):
            return Outcome.BLOCKED
        case errors.BadRequest():  # a NetworkError to the library, so before it
            return Outcome.SENT if _UNCHANGED in words else Outcome.REFUSED
        case errors.NetworkError():
            return Outcome.RETRY if _surely_not_sent(error) else Outcome.UNKNOWN
        case _:
            return Outcome.REFUSED


def cannot_edit(error: Exception) -> bool:
    """Whether the message to edit is gone, too old, or of another kind: then a new one says the same."""
    return any(sign in str(error).lower() for sign in _NOT_EDITABLE)


def _pause(error: Exception) -> timedelta | None:
    """How long Telegram wants us to wait, or how long waiting makes sense."""
    from telegram.error import InvalidToken, RetryAfter  # noqa: PLC0415 - as late as the library

    if isinstance(error, RetryAfter):
        wish = error.retry_after
        return wish if isinstance(wish, timedelta) else timedelta(seconds=wish)
    return TOKEN_REFUSED_FOR if isinstance(error, InvalidToken) else None


def _surely_not_sent(error: Exception) -> bool:
    """No connection, or none free in our pool; or Telegram itself said that it failed, and not a gateway in between."""
    import httpx  # noqa: PLC0415 - comes with the library, and as late as it

    if isinstance(error.__cause__, httpx.HTTPError):
        return isinstance(error.__cause__, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout))
    return "timeout" not in str(error).lower()
