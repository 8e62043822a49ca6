"""SQLite behind asyncio: statements that run where they stand, and one writer whose commits are shared.

The embedded default must take a city's load on one core. Two things stand in the way of that, and both are put right
here: the driver hands every step of every statement to a thread, and each commit waits for the disk.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
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
_SAVEPOINT = "brief"
DRIVER = "sqlite_driver"  # where a session that the writer gives names its connection


class InPlaceConnection(aiosqlite.Connection):
    """A connection that can work in the event loop's own thread.

    A short statement takes 20 µs, and handing it to a thread, four times over (cursor, execute, fetch, close), twenty
    times that. What may wait for long stays in the thread: a lock (BEGIN), the disk (COMMIT), a large query.
    """

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, _FETCHED_AT_ONCE)
        self._thread.daemon = True  # a connection that nobody closed does not keep the process
        self.in_place = False
        self._saved = False  # whether there is a savepoint

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

    async def rows(self, sql: str, values: Sequence[Any]) -> list[Any]:
        """What a statement returns, all of it; in the thread where statements may take long."""
        if self.in_place:
            return self._conn.execute(sql, values).fetchall()
        found: list[Any] = await super()._execute(_fetched, self._conn, sql, values)  # type: ignore[no-untyped-call] # aiosqlite leaves it untyped
        return found

    def savepoint(self) -> None:
        self._conn.execute(f"SAVEPOINT {_SAVEPOINT}")
        self._saved = True

    def release(self) -> None:
        self._conn.execute(f"RELEASE {_SAVEPOINT}")
        self._saved = False

    def undo_to_savepoint(self) -> None:
        """Undoes what came after `savepoint`, if that is still to be undone; the transaction goes on."""
        if self._saved:
            self._saved = False
            self._conn.execute(f"ROLLBACK TO {_SAVEPOINT}")
            self._conn.execute(f"RELEASE {_SAVEPOINT}")

    async def rollback(self) -> None:
        """Also called by a session in which a statement fails: it may undo no more than its own."""
        if self._saved:
            self.undo_to_savepoint()
        else:
            await super().rollback()

    async def _execute(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        if self.in_place:
            return fn(*args, **kwargs)
        return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call] # aiosqlite leaves it untyped


def _fetched(connection: sqlite3.Connection, sql: str, values: Sequence[Any]) -> list[Any]:
    return connection.execute(sql, values).fetchall()


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


def has_changes(session: AsyncSession) -> bool:
    """Whether rows wait to be flushed."""
    return bool(session.new or session.dirty or session.deleted)


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
            async with (self._brief if brief else self._long)(connection, driver, group) as session:
                yield session
            if not group.begun:
                group.begun = True
                self._committing = asyncio.create_task(self._commit(group))
        await asyncio.shield(group.committed)

    @asynccontextmanager
    async def _long(
        self, connection: AsyncConnection, driver: InPlaceConnection, group: _Group
    ) -> AsyncIterator[AsyncSession]:
        # The first needs no savepoint: to undo it is to undo all.
        session = AsyncSession(
            connection,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint" if group.begun else "rollback_only",
        )
        session.info[DRIVER] = driver
        try:
            yield session
            await session.commit()
        except BaseException as error:
            try:
                await session.rollback()
            finally:
                await self._undone(group, driver, error)
            raise
        finally:
            session.sync_session.close()

    @asynccontextmanager
    async def _brief(
        self, connection: AsyncConnection, driver: InPlaceConnection, group: _Group
    ) -> AsyncIterator[AsyncSession]:
        """The same with a savepoint of our own: SQLAlchemy's take longer than all that most turns do in between."""
        session = AsyncSession(connection, expire_on_commit=False, join_transaction_mode="rollback_only")
        session.info[DRIVER] = driver
        driver.in_place = True
        follows = group.begun
        if follows:
            driver.savepoint()
        try:
            yield session
            if has_changes(session):
                await session.flush()
            if follows:
                driver.release()
        except BaseException as error:
            try:
                driver.undo_to_savepoint()
            except sqlite3.Error as failure:  # SQLite itself has undone all
                raise OperationalError("ROLLBACK TO", None, failure) from error
            finally:
                await self._undone(group, driver, error)
            if self._open is not None and not connection.in_transaction():
                await connection.begin()
            raise
        finally:
            driver.in_place = False
            session.sync_session.close()

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

    async def _undone(self, group: _Group, driver: InPlaceConnection, error: BaseException) -> None:
        """One of the group has been undone: all of them, where it was the first, or where SQLite itself undid all, as
        it does over a full disk."""
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
