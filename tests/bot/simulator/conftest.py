"""The simulator over real HTTP, a bot that only listens, and the platforms' own SDKs as clients."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from linebot.v3.messaging import AsyncApiClient, AsyncMessagingApi, AsyncMessagingApiBlob, Configuration
from linebot.v3.messaging.exceptions import ApiException
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.simulator.app import running, serving
from bot.simulator.phones import Simulator

Json = dict[str, Any]


@dataclass
class Listener:
    """A bot's webhook that keeps what it hears and answers what it is told to."""

    heard: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)

    async def listen(self, request: Request) -> Response:
        self.heard.append((await request.body(), dict(request.headers)))
        return self.answers.pop(0) if self.answers else Response()

    @property
    def bodies(self) -> list[Json]:
        return [json.loads(raw) for raw, _ in self.heard]

    @property
    def events(self) -> list[Json]:
        """LINE's events, unpacked."""
        return [event for body in self.bodies for event in body["events"]]

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[Route("/webhook", self.listen, methods=["POST"])])


@dataclass(frozen=True)
class Line:
    """LINE's SDK against the simulator."""

    api: AsyncMessagingApi
    blob: AsyncMessagingApiBlob
    client: AsyncApiClient

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, dict[str, str]]:
        """A plain JSON call through the SDK's client: status, body, headers. An error answer is not raised."""
        headers = {
            "Authorization": f"Bearer {self.client.configuration.access_token}",
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        types = {"200": "object", "202": "object"}
        try:
            answered = await self.client.call_api(
                path, method, {}, [], headers, body=body, response_types_map=types, _request_timeout=5
            )
        except ApiException as error:
            return error.status, json.loads(error.body), {k.lower(): v for k, v in error.headers.items()}
        lowered = {name.lower(): value for name, value in answered.headers.items()}
        return answered.status_code, answered.data, lowered

    async def push(self, to: str, *messages: Json, **headers: str) -> tuple[int, Any, dict[str, str]]:
        return await self.call("POST", "/v2/bot/message/push", {"to": to, "messages": list(messages)}, **headers)


@pytest.fixture
async def simulator() -> Simulator:
    return Simulator()


@pytest.fixture
async def base_url(simulator: Simulator) -> AsyncIterator[str]:
    async with running(simulator) as address:
        yield address


@pytest.fixture
async def listener(simulator: Simulator, base_url: str) -> AsyncIterator[Listener]:
    """A listening bot, known to both platforms."""
    listening = Listener()
    async with serving(listening.app) as address:
        simulator.line.courier.url = f"{address}/webhook"
        simulator.telegram.courier.url = f"{address}/webhook"
        yield listening
        await simulator.close()


@pytest.fixture
async def line(simulator: Simulator, base_url: str) -> AsyncIterator[Line]:
    configuration = Configuration(host=f"{base_url}/line", access_token=simulator.line_access_token)
    async with AsyncApiClient(configuration) as client:
        yield Line(AsyncMessagingApi(client), AsyncMessagingApiBlob(client), client)


@pytest.fixture
async def telegram(simulator: Simulator, base_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # the SDK warns about the old type of retry_after otherwise
    request = HTTPXRequest(read_timeout=2)
    bot = Bot(
        simulator.telegram_token, base_url=f"{base_url}/telegram/bot", request=request, get_updates_request=request
    )
    yield bot
    await request.shutdown()
