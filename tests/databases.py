"""Databases for tests: real ones of each engine, with the newest schema and what every catalogue begins with.

To make one costs PostgreSQL half a second of work, more than most tests do. So a process makes one, and empties it for
each test. SQLite's is a file that is copied.
"""

import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import CursorResult
from sqlmodel import SQLModel

import catalog.models  # noqa: F401 - fills the metadata
from catalog import schema
from catalog.database import Database


class PostgresServer:
    """The databases that this process has made on a server, and drops again."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._kept: Database | None = None
        self._emptying = ""

    async def is_there(self) -> bool:
        if self._kept is not None:
            return True
        try:
            connection = await asyncpg.connect(self.url, timeout=3)
        except (TimeoutError, OSError, asyncpg.PostgresError):
            return False
        await connection.close()
        return True

    @asynccontextmanager
    async def emptied(self) -> AsyncIterator[Database]:
        """The one database of this process, as it was when it was new. For one test at a time."""
        if self._kept is None:
            self._kept = await self._make()
            self._emptying = await _remember(self._kept)
        else:
            await self._empty(self._kept)
        yield self._kept
        await self._kept.close()  # of this event loop; it opens new connections in the next

    @asynccontextmanager
    async def another(self) -> AsyncIterator[Database]:
        """A database of its own, for what outlives a test or changes tables."""
        database = await self._make()
        try:
            yield database
        finally:
            await database.close()
            await self._drop(database)

    async def drop_kept(self) -> None:
        if self._kept is not None:
            await self._drop(self._kept)
            self._kept = None

    async def _make(self) -> Database:
        name = f"manabi_test_{uuid.uuid4().hex[:12]}"
        await self._administer(f'CREATE DATABASE "{name}"')
        # Tests end clients without warning, never the server: nobody needs to wait for its disk.
        await self._administer(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
        database = Database(f"{self.url.rsplit('/', 1)[0]}/{name}")
        await schema.upgrade(database)
        return database

    async def _empty(self, database: Database) -> None:
        """Forgets all that tests did, and ends what they left open."""
        url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(self._emptying)
        finally:
            await connection.close()

    async def _drop(self, database: Database) -> None:
        await self._administer(f'DROP DATABASE "{database.url.database}" WITH (FORCE)')

    async def _administer(self, statement: str) -> None:
        connection = await asyncpg.connect(self.url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


class SqliteFiles:
    """Copies of a file that this process has made once."""

    def __init__(self) -> None:
        self._template: Path | None = None

    @asynccontextmanager
    async def copied(self, folder: Path) -> AsyncIterator[Database]:
        if self._template is None:
            self._template = await self._make()
        file = shutil.copyfile(self._template, folder / "test.db")
        database = Database(f"sqlite:///{file}")
        yield database
        await database.close()

    def remove_template(self) -> None:
        if self._template is not None:
            shutil.rmtree(self._template.parent)
            self._template = None

    async def _make(self) -> Path:
        file = Path(tempfile.mkdtemp(prefix="manabi-test-")) / "template.db"
        database = Database(f"sqlite:///{file}")
        await schema.upgrade(database)
        await database.close()
        return file


_END_OTHERS = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


async def _remember(database: Database) -> str:
    """Copies what a new PostgreSQL database holds; returns the statements that bring it back to that."""
    tables = [table.name for table in SQLModel.metadata.sorted_tables]
    async with database.engine.begin() as connection:

        async def tell(statement: str) -> CursorResult[Any]:
            return await connection.exec_driver_sql(statement)

        await tell("CREATE SCHEMA beginning")
        await tell("CREATE TABLE beginning.sequences AS SELECT * FROM pg_sequences WHERE schemaname = 'public'")
        filled = [name for name in tables if (await tell(f"TABLE {name} LIMIT 1")).first()]
        for name in filled:
            await tell(f"CREATE TABLE beginning.{name} AS TABLE public.{name}")
    return ";".join(
        (
            _END_OTHERS,
            *(f"DELETE FROM {name}" for name in reversed(tables)),  # noqa: S608 - our own tables
            *(f"INSERT INTO {name} TABLE beginning.{name}" for name in filled),
            "SELECT setval(format('%I', sequencename)::regclass, coalesce(last_value, 1), last_value IS NOT NULL)"
            " FROM beginning.sequences",
        )
    )
