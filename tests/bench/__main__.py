"""`python -m tests.bench` (or `make bench`): what a turn costs, against a bot written as the SDK's examples are.

Everything runs on 127.0.0.1 and ends within four minutes. Absolute figures are this machine's in this minute; the
ratios are what to compare, because both bots take turns in the same minute.
"""

import asyncio
import sys
import tempfile
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from tests.bench import applications, bots, catalogue, draws, measure
from tests.bench.bots import Bot
from tests.bench.fake_line import NEW_QUERIES, QUERIES, FakeLine, fake_line
from tests.conftest import TOKYO

ROUNDS = 7
RESIDENTS = 32
CROWD_SECONDS = 6.0
LONGEST = 240.0  # seconds for all of it

AIMS = {"ratio": 5.0, "help": 0.3, "ready": 3.0}

_console = Console()


async def bench() -> None:
    """Measures and prints, within `LONGEST`."""
    _console.print(f"[bold]make bench[/bold]  {datetime.now(UTC):%Y-%m-%d}  {_machine()}")
    _print_help(*measure.help_seconds())
    now = datetime.fromisoformat(bots.CLOCK)
    try:
        async with asyncio.timeout(LONGEST), AsyncExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="manabi-bench-")))
            draws.bench(_console, folder)
            with _console.status("many applications at once"):
                await applications.bench(_console)
            line = await stack.enter_async_context(fake_line())
            await _against_example(line, folder, now)
            await _on_postgres(line, folder, now)
    except TimeoutError:
        _console.print(f"The rest is left out: {LONGEST:.0f} s are over, or an answer did not come.")


async def _against_example(line: FakeLine, folder: Path, now: datetime) -> None:
    url = f"sqlite:///{folder / 'bench.db'}"
    with _console.status("importing the catalogue"):
        courses = await catalogue.fill(url, folder, now=now, zone=TOKYO)
    with _console.status("the first start, which reads every course"):
        async with bots.ours("manabi, SQLite", url, line.base) as first:
            await bots.has_learnt(first)
    async with AsyncExitStack() as stack:
        with _console.status("starting both bots"):
            own = await stack.enter_async_context(bots.ours("manabi, SQLite", url, line.base))
            await bots.has_learnt(own)
            example = await stack.enter_async_context(bots.example("example", url, line.base))
        _console.print(
            f"{courses} courses: manabi ready after {own.start_seconds:.1f} s (aim: {AIMS['ready']:.0f} s), "
            f"at the first start, where nothing was kept, after {first.start_seconds:.1f} s; "
            f"the example after {example.start_seconds:.1f} s"
        )
        with _console.status("one resident after the other"):
            popular = await measure.turns(line, [own, example], [QUERIES] * ROUNDS)
            new = await measure.turns(line, [own, example], NEW_QUERIES[:ROUNDS])
        _print_turns("what others have asked today", *popular)
        _print_turns("what nobody has asked before", *new)
        with _console.status("many residents at once"):
            _print_crowds([(bot, await _crowd(line, bot)) for bot in (own, example)])


async def _on_postgres(line: FakeLine, folder: Path, now: datetime) -> None:
    async with catalogue.postgres_database() as url:
        if url is None:
            _console.print("no PostgreSQL here: left out")
            return
        with _console.status("the same on PostgreSQL"):
            await catalogue.fill(url, folder, now=now, zone=TOKYO)
            async with bots.ours("manabi, PostgreSQL", url, line.base) as bot:
                await bots.has_learnt(bot)
                await measure.turns(line, [bot], [])
                _print_crowds([(bot, await _crowd(line, bot))])


async def _crowd(line: FakeLine, bot: Bot) -> measure.Crowd:
    return await measure.crowd(line, bot, residents=RESIDENTS, seconds=CROWD_SECONDS)


def _print_help(wall: float, cpu: float) -> None:
    _console.print(f"manabi --help: {wall:.2f} s, processor {cpu:.2f} s (aim: {AIMS['help']} s)")


def _print_turns(asked: str, own: measure.Cost, example: measure.Cost) -> None:
    table = Table(title=f"A turn: {asked}, to ten cards on LINE; median of {ROUNDS} rounds by turns")
    for name in ("", "manabi", "example", f"ratio (aim: {AIMS['ratio']:.0f})"):
        table.add_column(name, justify="right")
    for name, ours, theirs in (
        ("processor ms", own.median_cpu, example.median_cpu),
        ("wall ms", own.median_wall, example.median_wall),
    ):
        table.add_row(name, f"{ours * 1e3:.1f}", f"{theirs * 1e3:.1f}", f"{theirs / ours:.1f}×")
    _console.print(table)


def _print_crowds(crowds: list[tuple[Bot, measure.Crowd]]) -> None:
    table = Table(title=f"{RESIDENTS} residents at once, {CROWD_SECONDS:.0f} s")
    for name in ("", "turns a second", "ratio", "processor ms a turn", "median wall ms", "memory MB"):
        table.add_column(name, justify="right")
    least = crowds[-1][1].turns_a_second
    for bot, crowd in crowds:
        table.add_row(
            bot.name,
            f"{crowd.turns_a_second:.0f}",
            f"{crowd.turns_a_second / least:.1f}×",
            f"{crowd.cpu * 1e3:.1f}",
            f"{crowd.median_wall * 1e3:.0f}",
            f"{bot.megabytes:.0f}",
        )
    _console.print(table)


def _machine() -> str:
    return f"{psutil.cpu_count()} cores, load {psutil.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}"


if __name__ == "__main__":
    asyncio.run(bench())
