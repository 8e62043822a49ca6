"""Both channels against the simulated platforms: what residents do arrives, and what we answer is taken and shown."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.line.channel import LineChannel
from bot.channels.port import PlatformChannel
from bot.channels.telegram.channel import TelegramChannel
from bot.simulator.app import running, serving
from bot.simulator.phones import SimulatedResident, Simulator
from catalog.models.resident import Platform
from handlers.messages import Incoming, IncomingKind, Reply, say
from scheduler.channel import Envelope, Outcome
from tests.bot.channels.test_line_rendering import EVERY_VIEW
from tests.conftest import StandingClock

KEY = "8f1c0f6a-6f0e-4a53-9d0a-3f3b7f0b2f11"


@dataclass
class Bot:
    """The thinnest bot: verifies, reads and keeps what arrives."""

    channels: dict[str, PlatformChannel] = field(default_factory=dict)
    heard: list[Incoming] = field(default_factory=list)

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/webhooks/{platform}", self._hear, methods=["POST"])])

    async def _hear(self, request: Request) -> Response:
        channel = self.channels[request.path_params["platform"]]
        body = await request.body()
        if not channel.verify(request.headers, body):
            return Response(status_code=403)
        self.heard += [channel.parse(raw.payload) for raw in channel.split(body)]
        return Response()


@dataclass
class World:
    simulator: Simulator
    bot: Bot
    bot_url: str

    @property
    def resident(self) -> SimulatedResident:
        return self.simulator.residents["a"]

    async def answer(self, reply: Reply, *, reply_token: str | None = None, replaces: str | None = None) -> Outcome:
        """Answers what was heard last."""
        last = self.bot.heard[-1]
        assert last.address is not None
        sent = Envelope(address=last.address, reply=reply, retry_key=KEY, reply_token=reply_token, replaces=replaces)
        return (await self.bot.channels[last.platform].send(sent)).outcome


@pytest.fixture
async def world(clock: StandingClock) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        simulator = Simulator(now=clock.now)
        platforms = await stack.enter_async_context(running(simulator))
        bot = Bot()
        bot_url = await stack.enter_async_context(serving(bot.app()))
        line = LineChannel(
            channel_secret=simulator.line_channel_secret,
            access_token=simulator.line_access_token,
            clock=clock,
            api_base=f"{platforms}/line",
            data_base=f"{platforms}/line",
        )
        telegram = TelegramChannel(
            token=simulator.telegram_token, webhook_secret="s3cret", clock=clock, api_base=f"{platforms}/telegram"
        )
        channels: dict[str, PlatformChannel] = {"line": line, "telegram": telegram}
        for channel in channels.values():
            stack.push_async_callback(channel.close)
        bot.channels |= channels
        simulator.line.courier.url = f"{bot_url}/webhooks/line"
        assert await telegram.prepare(bot_url)
        yield World(simulator, bot, bot_url)


async def test_line_takes_every_view_as_a_reply(world: World) -> None:
    await world.resident.line.follow()
    await world.resident.line.say("書道")
    heard = world.bot.heard[-1]
    assert (heard.kind, heard.text) == (IncomingKind.TEXT, "書道")
    assert await world.answer(EVERY_VIEW, reply_token=heard.reply_token) is Outcome.SENT
    await world.resident.line.tap(label="えらぶ", picked="2026-12-05")
    picked = world.bot.heard[-1]
    assert (picked.kind, picked.action, picked.picked) == (IncomingKind.DATE, "1:day", date(2026, 12, 5))


async def test_a_reply_token_works_once(world: World) -> None:
    await world.resident.line.follow()
    token = world.bot.heard[-1].reply_token
    assert await world.answer(say("一"), reply_token=token) is Outcome.SENT
    assert await world.answer(say("二"), reply_token=token) is Outcome.SENT, "by push"
    assert await world.answer(say("二")) is Outcome.SENT, "the same retry key: accepted already"


async def test_line_shows_our_menu(world: World) -> None:
    await world.resident.line.follow()
    assert await world.bot.channels["line"].prepare(world.bot_url)
    assert await world.bot.channels["line"].prepare(world.bot_url), "a second time changes nothing"
    await world.resident.line.tap(rich_menu=True, label="さがす")
    assert world.bot.heard[-1].action == "1:find"


async def test_telegram_takes_every_view(world: World) -> None:
    await world.resident.telegram.start("c_123")
    heard = world.bot.heard[-1]
    assert (heard.platform, heard.kind, heard.text) == (Platform.TELEGRAM, IncomingKind.STARTED, "c_123")
    assert await world.answer(EVERY_VIEW) is Outcome.SENT
    await world.resident.telegram.tap(label="12月5日(土)")
    picked = world.bot.heard[-1]
    assert (picked.kind, picked.action, picked.picked) == (IncomingKind.DATE, "1:day", date(2026, 12, 5))
    await world.bot.channels["telegram"].acknowledge(picked)
    assert (
        await world.answer(Reply(views=say("変えました").views, in_place=True), replaces=picked.message_id)
        is Outcome.SENT
    )
    assert world.simulator.calls[-1].path == "editMessageText"


async def test_a_block_is_heard_and_felt(world: World) -> None:
    await world.resident.telegram.start()
    await world.resident.telegram.block()
    assert world.bot.heard[-1].kind is IncomingKind.STOPPED
    assert await world.answer(say("お知らせ")) is Outcome.BLOCKED
    await world.resident.line.follow()
    await world.resident.line.block()
    assert world.bot.heard[-1].kind is IncomingKind.STOPPED
