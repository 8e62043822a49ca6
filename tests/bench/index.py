"""`python -m tests.bench.index` (in `make bench`): starting, searching, following changes; `--large` at 100,000 too.

Waiting is measured beside processor time: on a shared machine only the latter can be compared.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import numpy as np
import psutil
from rich.console import Console
from rich.table import Table
from sqlalchemy import literal, select
from sqlalchemy import update as change

from catalog.course_changes import raise_version
from catalog.database import Database
from catalog.importing.storing import COURSE_FIELDS, COURSE_ISSUES, COURSE_STAGES, COURSES
from catalog.models import Session
from catalog.search.catalogue import Catalogue
from catalog.search.criteria import Criteria
from catalog.upsert import table
from handlers.understanding import understand
from tests.bench import bots, catalogue
from tests.bench.fake_line import QUERIES, fake_line
from tests.conftest import TOKYO

NOW = datetime.fromisoformat(bots.CLOCK)
LARGE = 100_000
STARTS = 3
_ALL = 100  # rounds of QUERIES; the slowest hundredth is that of 2,000 searches
_TICK = 0.005  # seconds
_POLL = 1.0  # seconds at most until a process looks whether the catalogue has changed

_console = Console()


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds on the clock, and of the processor."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} s, processor {self.cpu:.2f} s"


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one size of catalogue. `change` until the changed course is found, `pause` the longest halt meanwhile."""

    courses: int
    anew: Spent
    kept: Spent
    searches: tuple[float, float]  # milliseconds on the clock, the median and the slowest hundredth
    searches_cpu: tuple[float, float]
    change: Spent
    pause: float
    megabytes: float


async def bench(*, large: bool) -> None:
    _console.print(f"[bold]the index[/bold]  {psutil.cpu_count()} cores, load {psutil.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="manabi-bench-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'bench.db'}"
        await catalogue.fill(url, folder, now=NOW, zone=TOKYO)
        await _starts(url, f"sqlite:///{folder / 'empty.db'}")
        found = [await _measured(url)]
        if large:
            await grow(url, LARGE)
            found.append(await _measured(url))
        _print(found)


async def _starts(url: str, empty_url: str) -> None:
    """`manabi serve` until /readyz says 200: with nothing kept, and with what the first start kept."""
    starts, memory = [], []
    async with fake_line() as line:
        for address in (empty_url, empty_url, url, *[url] * STARTS):
            async with bots.ours("manabi", address, line.base) as bot:
                starts.append(Spent(bot.start_seconds, bot.cpu))
                memory.append(bot.megabytes)
    kept = Spent(median(start.wall for start in starts[3:]), median(start.cpu for start in starts[3:]))
    _console.print(f"ready at {catalogue.COURSES} courses, nothing kept: {starts[2]}")
    _console.print(f"ready at {catalogue.COURSES} courses, kept, median of {STARTS}: {kept} (aim: 3 s)")
    over = median(memory[3:]) - memory[1]
    _console.print(f"memory over a start without courses: {over:.0f} MB of {median(memory[3:]):.0f} (aim: 200 MB)")


async def _measured(url: str) -> Measured:
    database = Database(url)
    path = database.index_path
    assert path is not None  # a file
    path.unlink(missing_ok=True)
    try:
        before = psutil.Process().memory_info().rss
        anew = await _loaded(database, Catalogue())
        held = Catalogue()
        kept = await _loaded(database, held)
        held.index.prepare([TOKYO])
        megabytes = (psutil.Process().memory_info().rss - before) / 1e6
        wall, cpu = _searches(held)
        spent, pause = await _change(database, held)
        return Measured(len(held.index.entries), anew, kept, wall, cpu, spent, pause, megabytes)
    finally:
        await database.close()


async def _loaded(database: Database, into: Catalogue) -> Spent:
    wall, cpu = perf_counter(), process_time()
    await into.load(database)
    return Spent(perf_counter() - wall, process_time() - cpu)


def _searches(held: Catalogue) -> tuple[tuple[float, float], tuple[float, float]]:
    """Searching alone: what was understood of each text is worked out before."""
    places = held.index.places
    asked = [understand(text, now=NOW, zone=TOKYO, places=places).criteria for text in QUERIES]
    times = []
    for criteria in asked * (_ALL if len(held.index.entries) < LARGE else _ALL // 4):
        wall, cpu = perf_counter(), process_time()
        held.index.search(criteria, now=NOW, zone=TOKYO)
        times.append((perf_counter() - wall, process_time() - cpu))
    (wall_50, cpu_50), (wall_99, cpu_99) = np.percentile(np.array(times) * 1e3, [50, 99], axis=0)
    return (float(wall_50), float(wall_99)), (float(cpu_50), float(cpu_99))


async def _change(database: Database, held: Catalogue) -> tuple[Spent, float]:
    """From a course's new title to finding it, and for how long nothing else could be done meanwhile."""
    last = held.index.entries[-1].id
    async with database.transaction() as db:
        await db.execute(change(COURSES).where(COURSES.c.id == last).values(title="らくだの毛づくろい入門"))
        await raise_version(db)
    wall, cpu = perf_counter(), process_time()
    async with _pauses() as pauses:
        renewing = asyncio.create_task(held.refresh(database))
        while True:
            found = held.index.search(Criteria(words="らくだの毛づくろい"), now=NOW, zone=TOKYO).hits
            if any(hit.course.id == last for hit in found):
                break
            await asyncio.sleep(_TICK * 4)
        spent = Spent(perf_counter() - wall, process_time() - cpu)
        await renewing
    return spent, max(pauses)


@asynccontextmanager
async def _pauses() -> AsyncIterator[list[float]]:
    """How much later than it should the loop comes back, again and again."""
    late = [0.0]

    async def tick() -> None:
        while True:
            before = perf_counter()
            await asyncio.sleep(_TICK)
            late.append(perf_counter() - before - _TICK)

    task = asyncio.create_task(tick())
    try:
        yield late
    finally:
        task.cancel()


async def grow(url: str, courses: int) -> None:
    """Copies the catalogue within the database, under new numbers and titles, until there are so many courses."""
    database = Database(url)
    sessions = table(Session)
    async with database.transaction() as db:
        for copy in range(1, courses // catalogue.COURSES + 1):
            offset = copy * 100_000
            few = COURSES.c.id <= min(catalogue.COURSES, courses - copy * catalogue.COURSES)
            for rows, moved in (
                (COURSES, {"id": offset, "source_id": f"-{copy}", "title": f" {copy}"}),
                (sessions, {"id": offset, "course_id": offset}),
                (COURSE_FIELDS, {"course_id": offset}),
                (COURSE_STAGES, {"course_id": offset}),
                (COURSE_ISSUES, {"course_id": offset}),
            ):
                values = [c + literal(moved[c.name]) if c.name in moved else c for c in rows.c]
                of = COURSES.c.id if rows is COURSES else rows.c.course_id
                chosen = select(*values).where(of.in_(select(COURSES.c.id).where(few)))
                await db.execute(rows.insert().from_select([c.name for c in rows.c], chosen))
        await raise_version(db)
    await database.close()


def _print(found: list[Measured]) -> None:
    shown = Table(title=f"The index; {len(QUERIES)} queries again and again")
    for name in ("", *(f"{one.courses:,} courses" for one in found), "aims (3,000; 100,000)"):
        shown.add_column(name, justify="right")
    for name, values, aim in (
        ("a search, p50 / p99 ms", [_pair(one.searches) for one in found], "2 / 8; 7 / 15"),
        ("… of the processor", [_pair(one.searches_cpu) for one in found], ""),
        ("built from the database", [str(one.anew) for one in found], "; 20 s"),
        ("read from the kept file", [str(one.kept) for one in found], "; or 3 s"),
        (f"a change is found (+ up to {_POLL:.0f} s)", [str(one.change) for one in found], "2 s"),
        ("… longest pause meanwhile, ms", [f"{one.pause * 1e3:.0f}" for one in found], ""),
        ("memory of it in this process, MB", [f"{one.megabytes:.0f}" for one in found], "200"),
    ):
        shown.add_row(name, *values, aim)
    _console.print(shown)


def _pair(values: tuple[float, float]) -> str:
    return f"{values[0]:.1f} / {values[1]:.1f}"


if __name__ == "__main__":
    asyncio.run(bench(large="--large" in sys.argv[1:]))
