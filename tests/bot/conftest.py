"""A terminal for the commands, what is logged, and a PostgreSQL database in which nothing is yet."""

import asyncio
import uuid
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from tests.bot.terminal import Terminal
from tests.conftest import POSTGRES, missing_or_skip


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    """Commands on a SQLite file of this test."""
    return Terminal(monkeypatch, capsys, {"DATABASE_URL": f"sqlite:///{tmp_path / 'terminal.db'}"})


@pytest.fixture
def logs() -> Iterator[list[MutableMapping[str, Any]]]:
    """What is logged meanwhile, instead of being written."""
    with capture_logs() as captured:
        yield captured


@pytest.fixture
def empty_postgres() -> Iterator[str]:
    """The address of a database without any table."""
    name = f"manabi_test_{uuid.uuid4().hex[:12]}"
    missing_or_skip("postgres", asyncio.run(_told(f'CREATE DATABASE "{name}"')), f"no PostgreSQL at {POSTGRES}")
    yield POSTGRES.rsplit("/", 1)[0] + f"/{name}"
    asyncio.run(_told(f'DROP DATABASE "{name}" WITH (FORCE)'))


async def _told(statement: str) -> bool:
    """Whether the server is there and did it."""
    try:
        connection = await asyncpg.connect(POSTGRES, timeout=3)
    except (TimeoutError, OSError, asyncpg.PostgresError):
        return False
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
    return True
