"""`kill -9` on a real `manabi serve`: the next process answers what was acknowledged, and does nothing twice."""

import asyncio
import os
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.simulator.app import running
from bot.simulator.calls import Trouble
from bot.simulator.line_phone import LinePhone
from bot.simulator.phones import Simulator
from catalog import invariants
from catalog.database import Database
from catalog.importing import import_file
from catalog.models import Course, InboxEvent, InboxState, Outgoing, Platform, Registration, RegistrationState
from tests.bot.channels.fake_platform import unused_address
from tests.bot.outside import Phone, heard, phone_of, until
from tests.conftest import TOKYO
from tests.stage import CATALOGUE, NOW

pytestmark = pytest.mark.long

KILLS = 3
TAPS = 30
SEATS = 25  # of the course that everybody wants, D15
DOWNTIME = timedelta(minutes=10)  # longer than a process lives here, and keeps what it had claimed
SENDING = {Platform.LINE: "/v2/bot/message/reply", Platform.TELEGRAM: "sendMessage"}


class Bot:
    """`manabi serve` in a process of its own, on a clock that only goes on while it lives."""

    def __init__(self, database: Database, simulator: Simulator, platforms: str, log: Path) -> None:
        self.database = database
        self.simulator = simulator
        self.address = unused_address()
        self.starts = 0
        self._platforms = platforms
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        simulator.line.courier.url = f"{self.address}/webhooks/line"

    async def start(self) -> None:
        """Comes back when the bot is ready."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot.cli", "serve", "--port", str(urlsplit(self.address).port)),
                env={name: value for name, value in os.environ.items() if not name.startswith("MANABI_")}
                | self._environment(),
                stderr=log,
            )
        self.starts += 1
        async with httpx.AsyncClient() as client, asyncio.timeout(120):
            while not await self._ready(client):
                assert self._process.returncode is None, self._log.read_text(encoding="utf-8")
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """Without any warning."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def _ready(self, client: httpx.AsyncClient) -> bool:
        try:
            return (await client.get(f"{self.address}/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    def _environment(self) -> dict[str, str]:
        simulator = self.simulator
        return {
            "MANABI_DATABASE_URL": self.database.url.render_as_string(hide_password=False),
            "MANABI_LINE_CHANNEL_SECRET": simulator.line_channel_secret,
            "MANABI_LINE_CHANNEL_ACCESS_TOKEN": simulator.line_access_token,
            "MANABI_LINE_API_BASE": f"{self._platforms}/line",
            "MANABI_LINE_DATA_API_BASE": f"{self._platforms}/line",
            "MANABI_TELEGRAM_TOKEN": simulator.telegram_token,
            "MANABI_TELEGRAM_API_BASE": f"{self._platforms}/telegram",
            "MANABI_TELEGRAM_WEBHOOK_SECRET": "crash-secret",
            "MANABI_PUBLIC_URL": self.address,
            "MANABI_CLOCK": (NOW + self.starts * DOWNTIME).isoformat(),
        }


@pytest.fixture
async def bot(database: Database, tmp_path: Path) -> AsyncIterator[Bot]:
    """A running bot, once on each engine, with the dialogues' catalogue."""
    await import_file(database, CATALOGUE, zone=TOKYO, now=NOW)
    async with AsyncExitStack() as stack:
        simulator = Simulator(names=())
        simulator.telegram.limit(chat=(1000, 1000), overall=(1000, 1000))
        platforms = await stack.enter_async_context(running(simulator))
        found = Bot(database, simulator, platforms, tmp_path / "bot.log")
        stack.push_async_callback(found.kill)
        await found.start()
        await until(lambda: bool(simulator.telegram.courier.url))
        yield found


async def test_an_acknowledged_message_is_answered_by_the_next_process(bot: Bot) -> None:
    """Killed while it waits for both platforms to take the answers, which they never got."""
    phones = [await greeted(bot, platform) for platform in Platform]
    for platform, phone in zip(Platform, phones, strict=True):
        bot.simulator.faults.next_calls(Trouble.TIMEOUT, path=SENDING[platform])
        await phone.say("ありがとう")
    await until(lambda: sum(call.status is None for call in bot.simulator.calls) == len(phones))
    await bot.kill()
    assert [len(heard(phone)) for phone in phones] == [1, 1]

    await bot.start()
    await until(lambda: all(len(heard(phone)) == 2 for phone in phones), seconds=30)
    await asyncio.sleep(2)  # the lanes look again each second
    assert [len(heard(phone)) for phone in phones] == [2, 2]
    async with bot.database.reading() as db:
        assert set(await db.scalars(select(col(InboxEvent.state)))) == {InboxState.DONE}
        assert Counter(await db.scalars(select(col(Outgoing.state)))) == {"sent": 4}


async def test_no_tap_is_lost_and_no_application_doubled(bot: Bot) -> None:
    """Residents apply for the last seats while the bot is killed again and again."""
    chance = random.Random(2026)  # noqa: S311 - no secret: moments
    bot.simulator.line.courier.redeliveries, bot.simulator.line.courier.redelivery_delay = 3000, 0.2
    bot.simulator.telegram.courier.retry_delay = bot.simulator.telegram.courier.longest_delay = 0.2
    async with bot.database.reading() as db:
        course = await db.scalar(select(col(Course.id)).where(col(Course.source_id) == "D15"))
    phones = [await greeted(bot, platform) for platform in (*Platform,) * (TAPS // 2)]
    for phone in phones:
        await asks(phone, f"講座番号{course}", "園芸セミナー")
        await taps(phone, "申し込みますか")
    for number in range(KILLS):
        applying = [asyncio.create_task(tap(phone)) for phone in phones[number::KILLS]]
        await asyncio.sleep(chance.uniform(0, 0.15))
        await bot.kill()
        await bot.start()
        await asyncio.gather(*applying)
    await until(lambda: all(map(receipt, phones)), seconds=60)

    async with bot.database.reading() as db:
        assert await invariants.broken(db) == []
        assert Counter(await db.scalars(select(col(Registration.state)))) == {
            RegistrationState.CONFIRMED: SEATS,
            RegistrationState.WAITLISTED: TAPS - SEATS,
        }
        assert set(await db.scalars(select(col(InboxEvent.state)))) == {InboxState.DONE}
    assert sum("申し込みました" in receipt(phone) for phone in phones) == SEATS


async def greeted(bot: Bot, platform: Platform) -> Phone:
    phone = phone_of(bot.simulator.add_resident("住民"), platform)
    await (phone.follow() if isinstance(phone, LinePhone) else phone.start())
    await until(lambda: len(heard(phone)) == 1)
    return phone


async def asks(phone: Phone, said: str, answered: str) -> None:
    await phone.say(said)
    await until(lambda: answered in heard(phone)[-1])


async def taps(phone: Phone, answered: str) -> None:
    await tap(phone)
    await until(lambda: answered in heard(phone)[-1])


async def tap(phone: Phone) -> None:
    labels = ("申し込む",) if isinstance(phone, LinePhone) else ("申し込む", "1. 申し込む")
    label = next(label for label in labels if label in heard(phone)[-1])
    await phone.tap(label)


def receipt(phone: Phone) -> str:
    """The answer to an application; empty while there is none."""
    answers = [
        answer for answer in heard(phone) if "申し込みました" in answer or "キャンセル待ちに入りました" in answer
    ]
    return answers[-1] if answers else ""
