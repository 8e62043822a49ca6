"""The pool of PostgreSQL: a connection that the server has closed is never given to anybody."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text

from catalog import postgres
from catalog.database import Database
from tests.conftest import POSTGRES, open_database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database("postgres", tmp_path) as database:
        yield database


async def test_a_connection_is_used_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await _server_process(database)
    assert await _server_process(database) == first
    monkeypatch.setattr(postgres, "_TRUSTED", -1.0)
    assert await _server_process(database) == first, "the same when it has been tested"


async def test_what_the_driver_knows_to_be_closed_is_replaced(database: Database) -> None:
    both = await _two_server_processes(database)
    await _end(both)
    await asyncio.sleep(0.1)  # the driver hears of it
    assert not both & await _two_server_processes(database)


async def test_what_was_idle_is_tested_and_replaced(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    both = await _two_server_processes(database)
    monkeypatch.setattr(postgres, "_TRUSTED", -1.0)
    # While the event loop stands still its connections cannot hear that they were closed.
    ending = threading.Thread(target=lambda: asyncio.run(_end(both)))
    ending.start()
    ending.join()
    assert not both & await _two_server_processes(database)


async def _two_server_processes(database: Database) -> set[int]:
    return set(await asyncio.gather(_server_process(database), _server_process(database)))


async def _server_process(database: Database) -> int:
    async with database.transaction() as db:
        return int(await db.scalar(text("SELECT pg_backend_pid() FROM pg_sleep(0.05)")) or 0)


async def _end(processes: set[int]) -> None:
    connection = await asyncpg.connect(POSTGRES)
    for process in processes:
        await connection.execute("SELECT pg_terminate_backend($1, 2000)", process)
    await connection.close()
