"""What is measured: the cost of a turn, of many at once, and of starting. The machine is noisy: medians of rounds."""

import asyncio
import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from statistics import median
from time import perf_counter

import psutil

from tests.bench.bots import MANABI, Bot
from tests.bench.fake_line import QUERIES, FakeLine

CARDS = 10
_AFTERWARDS = 0.4  # seconds in which a bot ends what it does after its answer: that belongs to the turn, too


@dataclass(slots=True)
class Cost:
    """Seconds a turn, one value a round."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    @property
    def median_cpu(self) -> float:
        return median(self.cpu)

    @property
    def median_wall(self) -> float:
        return median(self.wall)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Many residents at once: turns a second, processor seconds a turn, and the wall seconds of a turn."""

    turns_a_second: float
    cpu: float
    median_wall: float
    slowest_wall: float


class NotTenCardsError(Exception):
    """An answer that does not show ten cards: then costs cannot be compared."""


async def turns(line: FakeLine, bots: Sequence[Bot], rounds: Sequence[Sequence[str]]) -> list[Cost]:
    """One resident after the other, the bots by turns, so that what else the machine does is shared out evenly.

    Each of the `rounds` is what is asked in it.
    """
    costs = [Cost() for _ in bots]
    for bot in bots:
        await _round(line, bot, QUERIES)  # caches and connections
    for number, asked in enumerate(rounds):
        pairs = list(zip(bots, costs, strict=True))
        for bot, cost in pairs if number % 2 == 0 else reversed(pairs):
            cpu, walls = await _round(line, bot, asked)
            cost.cpu.append(cpu / len(asked))
            cost.wall.append(median(walls))
    return costs


async def crowd(line: FakeLine, bot: Bot, *, residents: int, seconds: float) -> Crowd:
    """So many residents, each of whom writes again as soon as the answer is there."""
    walls: list[float] = []
    started, cpu = perf_counter(), bot.cpu

    async def resident(number: int) -> None:
        for query in islice(cycle(QUERIES), number, None):
            if perf_counter() - started > seconds:
                return
            wall, _reply = await line.ask(bot.webhook, f"U{number:032}", query)
            walls.append(wall)

    await asyncio.gather(*(resident(number) for number in range(residents)))
    elapsed = perf_counter() - started
    await asyncio.sleep(_AFTERWARDS)
    return Crowd(len(walls) / elapsed, (bot.cpu - cpu) / len(walls), median(walls), max(walls))


def help_seconds(times: int = 5) -> tuple[float, float]:
    """Median wall and processor seconds of `manabi --help`."""
    walls, cpus = [], []
    for _ in range(times):
        started, before = perf_counter(), _children_cpu()
        subprocess.run([MANABI, "--help"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
        walls.append(perf_counter() - started)
        cpus.append(_children_cpu() - before)
    return median(walls), median(cpus)


async def _round(line: FakeLine, bot: Bot, asked: Sequence[str]) -> tuple[float, list[float]]:
    """Processor seconds of all the turns, and the wall seconds of each."""
    before = bot.cpu
    walls = []
    for number, query in enumerate(asked):
        wall, reply = await line.ask(bot.webhook, f"U{number % 8:032}", query)
        if (shown := _cards(reply)) != CARDS:
            raise NotTenCardsError(f"{bot.name} shows {shown} cards for {query}")
        walls.append(wall)
    await asyncio.sleep(_AFTERWARDS)
    return bot.cpu - before, walls


def _cards(reply: bytes) -> int:
    messages = json.loads(reply)["messages"]
    return sum(len(message["contents"]["contents"]) for message in messages if message["type"] == "flex")


def _children_cpu() -> float:
    times = psutil.Process().cpu_times()
    return float(times.children_user + times.children_system)
