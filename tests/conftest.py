"""Fixtures that all tests share: a real database of each engine, a clock that stands still."""

import asyncio
import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from catalog import schema
from catalog.database import Database

POSTGRES = os.environ.get("MANABI_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
REQUIRED = {part for part in os.environ.get("MANABI_TEST_REQUIRE", "").split(",") if part}
TOKYO = ZoneInfo("Asia/Tokyo")


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
    async for database in open_database(request.param, tmp_path):
        yield database


@pytest.fixture
async def sqlite_database(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty SQLite database, for what does not depend on the engine."""
    async for database in open_database("sqlite", tmp_path):
        yield database


async def open_database(engine: str, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database with the newest schema: a copy of one that this process has migrated."""
    if engine == "postgres":
        missing_or_skip("postgres", await _postgres_is_there(), f"no PostgreSQL at {POSTGRES}")
    template = await _template(engine)
    if engine == "sqlite":
        shutil.copyfile(template, tmp_path / "test.db")
        database = Database(f"sqlite:///{tmp_path / 'test.db'}")
        yield database
        await database.close()
        return
    name = _unused_name()
    await _administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    database = Database(_postgres_url(name))
    try:
        yield database
    finally:
        await database.close()
        await _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


# Engine → the file or database that this process migrated once and copies for each test.
_templates: dict[str, str] = {}


async def _template(engine: str) -> str:
    if engine not in _templates:
        if engine == "sqlite":
            template = str(Path(tempfile.mkdtemp(prefix="manabi-test-")) / "template.db")
            url = f"sqlite:///{template}"
        else:
            template = _unused_name()
            await _administer(f'CREATE DATABASE "{template}"')
            url = _postgres_url(template)
        database = Database(url)
        await schema.upgrade(database)
        await database.close()
        _templates[engine] = template
    return _templates[engine]


def pytest_sessionfinish() -> None:
    """Removes the templates of this process."""
    if sqlite := _templates.pop("sqlite", None):
        shutil.rmtree(Path(sqlite).parent)
    if postgres := _templates.pop("postgres", None):
        asyncio.run(_administer(f'DROP DATABASE "{postgres}" WITH (FORCE)'))


def _unused_name() -> str:
    return f"manabi_test_{uuid.uuid4().hex[:12]}"


def _postgres_url(name: str) -> str:
    return POSTGRES.rsplit("/", 1)[0] + f"/{name}"


def missing_or_skip(part: str, present: bool, reason: str) -> None:
    """Skips a test whose part is missing; fails it where MANABI_TEST_REQUIRE names the part."""
    if present:
        return
    if part in REQUIRED:
        pytest.fail(f"required by MANABI_TEST_REQUIRE: {reason}")
    pytest.skip(reason)


async def _postgres_is_there() -> bool:
    if "postgres" in _templates:
        return True
    try:
        connection = await asyncpg.connect(POSTGRES, timeout=3)
    except (TimeoutError, OSError, asyncpg.PostgresError):
        return False
    await connection.close()
    return True


async def _administer(statement: str) -> None:
    connection = await asyncpg.connect(POSTGRES)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
