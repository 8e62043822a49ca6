"""A bot in a process of its own, so that its processor time and memory are its alone."""

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import psutil
from aiohttp import ClientError, ClientSession

from tests.bench.fake_line import SECRET, TOKEN

CLOCK = "2026-06-10T10:00:00+09:00"
PATIENCE = 90.0  # seconds until a bot that is not ready is given up
MANABI = Path(sys.executable).parent / "manabi"


class BotEndedError(Exception):
    """A bot that ended before it was ready, with the end of its log."""


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot that is ready. `start_seconds` is from exec until /readyz answered 200."""

    name: str
    webhook: str
    start_seconds: float
    process: psutil.Process

    @property
    def cpu(self) -> float:
        """Processor seconds of all its threads so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    @property
    def megabytes(self) -> float:
        """Its resident set."""
        return float(self.process.memory_info().rss) / 1e6


@asynccontextmanager
async def ours(name: str, database_url: str, api_base: str) -> AsyncIterator[Bot]:
    """`manabi serve`, as a city runs it."""
    port = _free_port()
    command = (str(MANABI), "serve", "--port", str(port))
    async with _running(name, command, port, "/webhooks/line", _environment(database_url, api_base)) as bot:
        yield bot


@asynccontextmanager
async def example(name: str, database_url: str, api_base: str) -> AsyncIterator[Bot]:
    """The bot written as the SDK's examples are."""
    port = _free_port()
    command = (sys.executable, "-m", "tests.bench.example_bot", str(port))
    async with _running(name, command, port, "/callback", _environment(database_url, api_base)) as bot:
        yield bot


def _environment(database_url: str, api_base: str) -> dict[str, str]:
    """The process's environment with nothing of another installation in it."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("MANABI_")}
    return own | {
        "MANABI_DATABASE_URL": database_url,
        "MANABI_CLOCK": CLOCK,
        "MANABI_LINE_CHANNEL_SECRET": SECRET,
        "MANABI_LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
        "MANABI_LINE_API_BASE": api_base,
        "MANABI_LINE_DATA_API_BASE": api_base,
    }


@asynccontextmanager
async def _running(
    name: str, command: tuple[str, ...], port: int, path: str, environment: dict[str, str]
) -> AsyncIterator[Bot]:
    started = perf_counter()
    with tempfile.TemporaryFile() as log:
        process = await asyncio.create_subprocess_exec(*command, env=environment, stderr=log)
        try:
            if not await _becomes_ready(f"http://127.0.0.1:{port}/readyz", process):
                log.seek(0)
                raise BotEndedError(f"{name} ended with {process.returncode}:\n{log.read().decode()[-2_000:]}")
            seconds = perf_counter() - started
            yield Bot(name, f"http://127.0.0.1:{port}{path}", seconds, psutil.Process(process.pid))
        finally:
            await _end(process)


async def has_learnt(bot: Bot) -> None:
    """Waits until it counts what texts mean: till then it reads courses beside its answers. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE), ClientSession() as session:
        while True:
            async with session.get(bot.webhook.replace("/webhooks/line", "/readyz")) as response:
                if (await response.json())["meaning"]:
                    return
            await asyncio.sleep(0.1)


async def _becomes_ready(url: str, process: asyncio.subprocess.Process) -> bool:
    """Waits for the first 200; False when the process ends before. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE), ClientSession() as session:
        while process.returncode is None:
            try:
                async with session.get(url) as response:
                    if response.status == 200:
                        return True
            except ClientError:
                pass
            await asyncio.sleep(0.02)
    return False


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), 10)
    except TimeoutError:
        process.kill()
        await process.wait()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
