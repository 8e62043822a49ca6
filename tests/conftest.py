"""Fixtures that all tests share: real databases, stages to play on, a clock that stands still."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import hypothesis
import pytest
import pytest_asyncio

from catalog.database import Database
from tests.databases import PostgresServer, SqliteFiles

if TYPE_CHECKING:
    from tests.stage import Stage, Stages

POSTGRES = os.environ.get("MANABI_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
_CACHE = tempfile.mkdtemp(prefix="manabi-test-cache-")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as `manabi` sets it
os.environ["MANABI_CACHE_DIR"] = _CACHE  # nothing of a test is left in the cache of whoever runs it
REQUIRED = {part for part in os.environ.get("MANABI_TEST_REQUIRE", "").split(",") if part}
TOKYO = ZoneInfo("Asia/Tokyo")

# A shared machine pauses where it likes; where a time is promised, the test says so itself.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

_postgres, _sqlite = PostgresServer(POSTGRES), SqliteFiles()


class StandingClock:
    """A clock that moves only when a test moves it."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def forward(self, by: timedelta) -> None:
        self.moment += by


@pytest.fixture
def zone() -> ZoneInfo:
    return TOKYO


@pytest.fixture
def clock() -> StandingClock:
    """Wednesday, 10 June 2026, 10:00 in Tokyo."""
    return StandingClock(datetime(2026, 6, 10, 1, 0, tzinfo=UTC))


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database with the newest schema, once on each engine."""
    async with open_database(request.param, tmp_path) as database:
        yield database


@pytest.fixture
async def sqlite_database(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty SQLite database, for what does not depend on the engine."""
    async with open_database("sqlite", tmp_path) as database:
        yield database


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stages(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator["Stages"]:
    """The stages of this process, which all its tests share."""
    from tests.stage import Stages  # noqa: PLC0415 - it takes seconds, and many tests do without

    async with AsyncExitStack() as stack:
        yield Stages(stack, tmp_path_factory)


@pytest_asyncio.fixture(loop_scope="session", params=["sqlite", "postgres"])
async def stage(request: pytest.FixtureRequest, stages: "Stages") -> "Stage":
    """The whole bot with both platforms, once on each engine; nobody has been there yet."""
    return await stages.cleared(request.param)


@asynccontextmanager
async def open_database(engine: str, folder: Path, *, own: bool = False) -> AsyncIterator[Database]:
    """An empty database with the newest schema, for one test at a time.

    `own`: one that nobody else is lent, for what outlives a test or changes tables.
    """
    if engine == "sqlite":
        opened = _sqlite.copied(folder)
    else:
        missing_or_skip("postgres", await _postgres.is_there(), f"no PostgreSQL at {POSTGRES}")
        opened = _postgres.another() if own else _postgres.emptied()
    async with opened as database:
        yield database


def pytest_xdist_auto_num_workers() -> int | None:
    """One worker more than there are processors: each waits now and then, for PostgreSQL or a platform."""
    return None if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begins with what takes long, so that no worker is left with it alone."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_sessionfinish() -> None:
    """Removes what this process has made."""
    shutil.rmtree(_CACHE, ignore_errors=True)
    _sqlite.remove_template()
    asyncio.run(_postgres.drop_kept())


def missing_or_skip(part: str, present: bool, reason: str) -> None:
    """Skips a test whose part is missing; fails it where MANABI_TEST_REQUIRE names the part."""
    if present:
        return
    if part in REQUIRED:
        pytest.fail(f"required by MANABI_TEST_REQUIRE: {reason}")
    pytest.skip(reason)
