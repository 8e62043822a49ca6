"""The one way to the database: engines for SQLite and PostgreSQL, and transactions.

SQLite has one writer (`catalog.sqlite.Writer`): transactions queue in the process and then `BEGIN IMMEDIATE`, so that
nobody waits inside SQLite or meets SQLITE_BUSY halfway. `reading()` does neither. On PostgreSQL both are plain
transactions.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from catalog.errors import ConfigurationError
from catalog.postgres import ServerSession, postgres_engine
from catalog.sqlite import Writer, sqlite_engine

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


def async_url(url: str) -> URL:
    """The URL with this project's async driver. Raises ConfigurationError for anything but SQLite and PostgreSQL."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        # The URL may hold a password: it is not repeated.
        raise ConfigurationError("MANABI_DATABASE_URL is not a database URL") from None
    driver = _DRIVERS.get(parsed.get_backend_name())
    if driver is None:
        raise ConfigurationError("MANABI_DATABASE_URL must start with sqlite:/// or postgresql://")
    return parsed.set(drivername=driver)


class Database:
    """Owns the engine. Build one per process and event loop, and `close()` it at the end."""

    def __init__(self, url: str, *, kept_in: Path | None = None) -> None:
        """`kept_in` is the folder for what is worked out of a database on a server; without one nothing is kept."""
        self.url = async_url(url)
        self._kept_in = kept_in
        if kept_in is not None:
            with suppress(OSError):  # where nothing can be written nothing is kept
                kept_in.mkdir(parents=True, exist_ok=True)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine: AsyncEngine = sqlite_engine(self.url) if self.is_sqlite else postgres_engine(self.url)
        self._writer = Writer(self.engine) if self.is_sqlite else None

    @property
    def index_path(self) -> Path | None:
        """Where the search index of this catalogue is kept: beside a SQLite file, or in the folder for it."""
        name = self.url.database
        if self.is_sqlite:
            return Path(f"{name}.index") if name and name != ":memory:" else None
        if self._kept_in is None:
            return None
        where = f"{self.url.host}:{self.url.port}/{name}"  # without the password
        return self._kept_in / f"{hashlib.sha256(where.encode()).hexdigest()[:16]}.index"

    @asynccontextmanager
    async def transaction(self, *, brief: bool = False) -> AsyncIterator[AsyncSession]:
        """A session that may write; committed when the block has been left, rolled back when it raises.

        `brief` is a promise that every statement is a short one, which SQLite may then run without leaving the event
        loop.
        """
        if self._writer is not None:
            async with self._writer.transaction(brief=brief) as session:
                yield session
            return
        session = AsyncSession(self.engine, expire_on_commit=False, sync_session_class=ServerSession)
        try:
            yield session
            await session.commit()
        except BaseException:
            await asyncio.shield(session.close())
            raise
        session.sync_session.close()  # nothing to wait for: the commit has given the connection back

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session for reading alone: it never waits for the writer, and nothing of it is kept."""
        engine = self.engine.execution_options(manabi_reading=True)
        async with AsyncSession(engine, expire_on_commit=False) as session:
            yield session

    async def close(self) -> None:
        if self._writer is not None:
            await self._writer.close()
        await self.engine.dispose()
