"""The one writer of a SQLite file: what waits is committed together, and whatever fails takes nobody along."""

import asyncio
import sqlite3
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from catalog.database import Database
from catalog.models import Department


class _RefusedError(Exception):
    """What a handler might raise."""


async def _add(database: Database, name: str, *, brief: bool = True, failing: bool = False) -> None:
    async with database.transaction(brief=brief) as db:
        db.add(Department(name=name))
        await db.flush()
        if failing:
            raise _RefusedError


async def _names(database: Database) -> set[str]:
    async with database.reading() as db:
        return set(await db.scalars(select(col(Department.name))))


@pytest.mark.parametrize("brief", [True, False])
async def test_what_waits_is_committed_together_and_is_there_afterwards(sqlite_database: Database, brief: bool) -> None:
    """Twenty at once are all stored when their blocks have been left, with far fewer commits."""
    said: list[str] = []

    @event.listens_for(sqlite_database.engine.sync_engine, "checkout")
    def _listen(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.driver_connection._conn.set_trace_callback(said.append)

    async def add(number: int) -> None:
        await _add(sqlite_database, f"課{number}", brief=brief)
        assert f"課{number}" in await _names(sqlite_database)

    await asyncio.gather(*(add(number) for number in range(20)))
    assert await _names(sqlite_database) >= {f"課{number}" for number in range(20)}
    assert said.count("COMMIT") <= 3


async def test_one_that_raises_is_undone_alone(sqlite_database: Database) -> None:
    """First, in the middle or last of those that wait: the others are stored."""
    failing = {0, 3, 7}
    ends = await asyncio.gather(
        *(_add(sqlite_database, f"課{number}", failing=number in failing) for number in range(8)),
        return_exceptions=True,
    )
    assert [isinstance(end, _RefusedError) for end in ends] == [number in failing for number in range(8)]
    assert {name for name in await _names(sqlite_database) if name.startswith("課")} == {
        f"課{number}" for number in range(8) if number not in failing
    }


async def test_a_row_that_is_refused_takes_no_other_along(sqlite_database: Database) -> None:
    """What the database itself refuses, here the same name twice, is undone alone, too."""
    ends = await asyncio.gather(
        *(_add(sqlite_database, name) for name in ("甲", "乙", "甲", "丙")), return_exceptions=True
    )
    assert [end is None for end in ends] == [True, True, False, True]
    assert await _names(sqlite_database) >= {"甲", "乙", "丙"}


async def test_who_gives_up_waiting_holds_nobody_up(sqlite_database: Database) -> None:
    """A transaction that is cancelled while it waits or while it is committed leaves the others as they are."""
    tasks = [asyncio.create_task(_add(sqlite_database, f"課{number}")) for number in range(6)]
    await asyncio.sleep(0)
    for task in tasks[1::2]:
        task.cancel()
    async with asyncio.timeout(5):
        await asyncio.gather(*tasks, return_exceptions=True)
        await _add(sqlite_database, "後")
    assert await _names(sqlite_database) >= {"課0", "課2", "課4", "後"}


async def test_when_sqlite_undoes_all_nobody_is_told_otherwise(sqlite_database: Database) -> None:
    """Over a full disk SQLite undoes the whole transaction by itself: all who shared it hear so."""

    async def undo_all() -> None:
        async with sqlite_database.transaction(brief=True) as db:
            await db.execute(text("ROLLBACK"))
            raise _RefusedError

    ends = await asyncio.gather(
        _add(sqlite_database, "先"), undo_all(), _add(sqlite_database, "後"), return_exceptions=True
    )
    assert [type(end) for end in ends] == [OperationalError, OperationalError, type(None)]
    names = await _names(sqlite_database)
    assert "先" not in names
    assert "後" in names


async def test_another_process_that_writes_is_waited_for_without_stopping_the_loop(sqlite_database: Database) -> None:
    """The lock is waited for in a thread: whatever else the loop has to do goes on."""
    other = sqlite3.connect(str(sqlite_database.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(_add(sqlite_database, "待"))
    for _ in range(20):
        await asyncio.sleep(0.01)
    assert not waiting.done()
    other.execute("COMMIT")
    other.close()
    await asyncio.wait_for(waiting, 5)
    assert "待" in await _names(sqlite_database)
