"""Calls to the Messaging API over the SDK's connection, with plain dict bodies, and what their answers mean.

The SDK's own methods build pydantic models: 26 ms of processor time for a carousel, and a dict handed to them loses its
content without a word. Over its connection we send the dict as we write it, in a hundredth of that.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any

import orjson
import structlog

from bot.channels.line import sdk
from bot.channels.reading import decode_stored, part, text
from scheduler.channel import Delivery, Outcome

log = structlog.get_logger()

SECONDS = 6.0  # for a whole call
SECONDS_TO_CONNECT = 3.0
CONNECTIONS = 64
TOKEN_REFUSED_FOR = timedelta(minutes=10)  # a wrong access token is put right by a person


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back of a call. `status` is 0 where nothing did. `doubtful`: failed, but LINE may have done it."""

    status: int
    body: dict[str, Any]
    doubtful: bool = False

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def message(self) -> str:
        return text(self.body, "message")

    @property
    def token_spent(self) -> bool:
        """The reply token was used, is too old, or never was one."""
        return self.status == 400 and "invalid reply token" in self.message.lower()

    @property
    def failed(self) -> bool:
        """LINE did not say yes or no: out of reach, too slow, or broken."""
        return self.status == 0 or self.status >= 500


def outcome(answer: Answer, *, repeatable: bool) -> Delivery:
    """What an answer to a sending means. `repeatable`: the call had a retry key, so a second try cannot double it."""
    if answer.ok or answer.status == 409:  # 409: an earlier try with this key was accepted
        return Delivery(outcome=Outcome.SENT)
    return Delivery(
        outcome=_failure(answer, repeatable=repeatable),
        retry_after=TOKEN_REFUSED_FOR if answer.status == 401 else None,
        detail=f"{answer.status} {answer.message} {_where(answer)}".strip(),
    )


def _failure(answer: Answer, *, repeatable: bool) -> Outcome:
    if answer.failed:
        in_the_dark = answer.status == 0 and answer.doubtful and not repeatable
        return Outcome.UNKNOWN if in_the_dark else Outcome.RETRY
    if answer.status == 429:  # the same status for "too fast" and for "no more this month"
        return Outcome.QUOTA if "monthly limit" in answer.message.lower() else Outcome.RETRY
    if answer.status == 401:
        return Outcome.RETRY
    return Outcome.BLOCKED if answer.status == 400 and _names_recipient(answer) else Outcome.REFUSED


def _names_recipient(answer: Answer) -> bool:
    """Whether the refusal is about whom the message is for, and not about what it says."""
    message = answer.message.lower()
    return "'to'" in message or "failed to send messages" in message


def _where(answer: Answer) -> str:
    """The places of a message that LINE complains of, for the log."""
    details = answer.body.get("details")
    return "; ".join(text(one, "property") for one in details) if isinstance(details, list) else ""


class Transport:
    """The one connection pool to LINE. `api_base` and `data_base` are without a slash at the end."""

    def __init__(self, *, access_token: str, api_base: str, data_base: str) -> None:
        self.api_base = api_base.rstrip("/")
        self.data_base = data_base.rstrip("/")
        self._starting = asyncio.Lock()
        self._client: Any = None  # the SDK's RESTClientObject; the package has no types
        self._headers = {"Authorization": f"Bearer {access_token}", "User-Agent": sdk.USER_AGENT}
        self._timeout: Any = None

    async def start(self) -> None:
        """Loads the SDK's connection, in a thread, and opens the pool."""
        async with self._starting:
            if self._client is None:
                self._client = self._open(*await asyncio.to_thread(sdk.load))

    def _open(self, configuration: Any, rest: Any) -> Any:
        from aiohttp import ClientTimeout  # noqa: PLC0415 - comes with the SDK, and as late as it

        self._timeout = ClientTimeout(total=SECONDS, sock_connect=SECONDS_TO_CONNECT)
        settings = configuration.Configuration()
        settings.connection_pool_maxsize = CONNECTIONS
        return rest.RESTClientObject(settings)

    async def close(self) -> None:
        async with self._starting:
            if self._client is not None:
                await self._client.close()
                self._client = None

    async def call(self, method: str, path: str, body: Any = None, *, retry_key: str = "") -> Answer:
        """One call with a JSON body, or none. Never raises for what the network or LINE does."""
        headers = {"Content-Type": "application/json"} | ({"X-Line-Retry-Key": retry_key} if retry_key else {})
        content = None if body is None else orjson.dumps(body)
        return await self._request(method, self.api_base + path, path, headers, content)

    async def upload(self, path: str, content: bytes, content_type: str) -> Answer:
        """One upload of bytes, which LINE takes on its other host."""
        return await self._request("POST", self.data_base + path, path, {"Content-Type": content_type}, content)

    async def _request(self, method: str, url: str, path: str, headers: dict[str, str], data: bytes | None) -> Answer:
        await self.start()
        started = monotonic()
        try:
            response = await self._client.pool_manager.request(
                method, url, headers=self._headers | headers, data=data, timeout=self._timeout
            )
            content = await response.read()
        except (OSError, _client_error()) as error:
            log.warning("line_call_failed", endpoint=path, error=type(error).__name__)
            return Answer(status=0, body={"message": type(error).__name__}, doubtful=not _never_left(error))
        answer = Answer(
            status=response.status,
            body=part(decode_stored(content.decode(errors="replace"))),
            doubtful=response.status >= 500,
        )
        write = log.info if answer.ok or answer.status == 409 else log.warning
        write(
            "line_call",
            endpoint=path,
            status=answer.status,
            request_id=response.headers.get("x-line-request-id"),
            ms=round((monotonic() - started) * 1000),
        )
        return answer


def _client_error() -> type[Exception]:
    from aiohttp import ClientError  # noqa: PLC0415 - comes with the SDK, and as late as it

    return ClientError


def _never_left(error: Exception) -> bool:
    """Whether the connection was never there, so that LINE cannot have got anything."""
    from aiohttp import ClientConnectorError, ConnectionTimeoutError  # noqa: PLC0415 - as above

    return isinstance(error, (ClientConnectorError, ConnectionTimeoutError))
