"""SQLite behind asyncio: statements that run where they stand, and one writer whose commits are shared.

The embedded default must take a city's load on one core. Two things stand in the way of that, and both are put right
here: the driver hands every step of every statement to a thread, and each commit waits for the disk.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiosqlite
from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.util import await_only

_BUSY_TIMEOUT_MS = 10_000
_FETCHED_AT_ONCE = 64  # the driver's own default


class InPlaceConnection(aiosqlite.Connection):
    """A connection that can work in the event loop's own thread.

    A short statement takes 20 µs, and handing it to a thread, four times over (cursor, execute, fetch, close), twenty
    times that. What may wait for long stays in the thread: a lock (BEGIN), the disk (COMMIT), a large query.
    """

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, _FETCHED_AT_ONCE)
        self._thread.daemon = True  # a connection that nobody closed does not keep the process
        self.in_place = False

    async def begin(self, *, writing: bool) -> None:
        """Begins a transaction. One that writes waits for the lock, in the thread, where another process holds it."""
        if not writing:
            self._conn.execute("BEGIN")
            return
        try:
            self._conn.execute("PRAGMA busy_timeout = 0")
            self._conn.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            await super()._execute(self._conn.execute, f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")  # type: ignore[no-untyped-call] # aiosqlite leaves it untyped
            await super()._execute(self._conn.execute, "BEGIN IMMEDIATE")  # type: ignore[no-untyped-call] # aiosqlite leaves it untyped
        else:
            self._conn.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")

    async def _execute(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        if self.in_place:
            return fn(*args, **kwargs)
        return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call] # aiosqlite leaves it untyped


def sqlite_engine(url: URL) -> AsyncEngine:
    """The engine of a SQLite file: WAL, durable commits, foreign keys. A transaction takes the lock at once."""

    async def connect() -> aiosqlite.Connection:
        return await InPlaceConnection(lambda: sqlite3.connect(url.database or ":memory:", check_same_thread=False))

    # Parameters hold what residents wrote: an error that is logged must not repeat them.
    engine = create_async_engine(url, async_creator=connect, pool_size=8, max_overflow=8, hide_parameters=True)

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver's own BEGIN is deferred; ours is sent by `_begin`.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")  # an acknowledged event survives a power cut
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        options = connection.get_execution_options()
        if not options.get("manabi_writer", False):  # it begins and commits by itself
            writing = not options.get("manabi_reading", False)
            await_only(connection.connection.driver_connection.begin(writing=writing))

    return engine


@dataclass(slots=True)
class _Group:
    """Transactions that are committed together. `committed` ends when they are on the disk, or fails with them."""

    committed: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    begun: bool = False  # whether one of them has ended well


class Writer:
    """The one writer of a file: transactions one after the other, those that wait committed together.

    A transaction that ends does not commit at once: its commit queues behind the transactions that wait already, and
    takes them along. Nobody leaves `transaction` before their rows are on the disk. One that raises is undone alone.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._queue = asyncio.Lock()  # first come, first served
        self._open: tuple[AsyncConnection, InPlaceConnection] | None = None
        self._group: _Group | None = None
        self._committing: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def transaction(self, *, brief: bool) -> AsyncIterator[AsyncSession]:
        """A session whose rows are on the disk when the block has been left. `brief`: its statements run in place."""
        async with self._queue:
            connection, driver = self._open or await self._connect()
            group = self._group or await self._begin(driver)
            # The first needs no savepoint: to undo it is to undo all.
            session = AsyncSession(
                connection,
                expire_on_commit=False,
                join_transaction_mode="create_savepoint" if group.begun else "rollback_only",
            )
            driver.in_place = brief
            try:
                yield session
                await session.commit()
            except BaseException as error:
                await self._undo(session, group, driver, error)
                raise
            finally:
                driver.in_place = False
                session.sync_session.close()
            if not group.begun:
                group.begun = True
                self._committing = asyncio.create_task(self._commit(group))
        await asyncio.shield(group.committed)

    async def close(self) -> None:
        """Waits for the last commit, and lets go of the file."""
        if self._committing is not None:
            await asyncio.wait([self._committing])
        async with self._queue:
            await self._disconnect()

    async def _connect(self) -> tuple[AsyncConnection, InPlaceConnection]:
        """The writer's own connection. To SQLAlchemy all of its life is one transaction: beginning and committing cost
        too much there."""
        connection = await self._engine.execution_options(manabi_writer=True).connect()
        await connection.begin()
        driver = (await connection.get_raw_connection()).driver_connection
        assert isinstance(driver, InPlaceConnection)  # noqa: S101 - `sqlite_engine` makes no other
        self._open = connection, driver
        return self._open

    async def _disconnect(self) -> None:
        if self._open is not None:
            connection, _ = self._open
            self._open = None
            await connection.close()

    async def _begin(self, driver: InPlaceConnection) -> _Group:
        try:
            await driver.begin(writing=True)
        except BaseException:
            await self._disconnect()  # nobody knows how far it came
            raise
        self._group = _Group()
        return self._group

    async def _undo(
        self, session: AsyncSession, group: _Group, driver: InPlaceConnection, error: BaseException
    ) -> None:
        try:
            await session.rollback()
        finally:
            # Over a full disk SQLite itself undoes all of the transaction.
            if not group.begun or not driver.in_transaction:
                await self._end(group, error)

    async def _commit(self, group: _Group) -> None:
        async with self._queue:
            if self._group is group:
                await self._end(group)

    async def _end(self, group: _Group, error: BaseException | None = None) -> None:
        """Commits the group; or, over an error, undoes all of it."""
        self._group = None
        try:
            if error is None and self._open is not None:
                await self._open[1].commit()
        except Exception as failure:
            error = failure
        if error is None:
            group.committed.set_result(None)
            return
        await self._disconnect()
        if group.begun:
            group.committed.set_exception(OperationalError("COMMIT", None, error))
