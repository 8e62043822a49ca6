"""Bringing a database's schema up to date, and telling whether it is. One set of migrations for both engines."""

import asyncio
import sqlite3
from contextlib import closing
from functools import cache
from importlib.resources import files
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.database import Database
from catalog.errors import ConfigurationError
from catalog.seed import seed

# Any fixed number: only one process at a time may migrate a PostgreSQL database.
_MIGRATION_LOCK = 0x6D616E61


async def upgrade(database: Database) -> None:
    """Brings the schema to the newest revision, with the rows every catalogue begins with. Several may call at once.

    Raises ConfigurationError where the database cannot be opened.
    """
    await _reach(database)
    async with database.engine.begin() as connection:
        if not database.is_sqlite:
            await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
        if not await is_current(connection):
            await connection.run_sync(_upgrade)
    await seed(database)


async def is_current(connection: AsyncConnection) -> bool:
    """Whether the schema is at the newest revision."""
    return await connection.run_sync(_revision) == newest_revision()


@cache
def newest_revision() -> str:
    """Of the migrations that there are; each file's name begins with its own, and they are numbered."""
    versions = Path(str(files("catalog") / "migrations" / "versions"))
    return max(path.name for path in versions.glob("[0-9]*.py")).partition("_")[0]


async def require_current(database: Database) -> None:
    """On SQLite brings the schema up to date; on PostgreSQL raises ConfigurationError unless it already is.

    Raises it as well where the database cannot be opened.
    """
    if database.is_sqlite:
        await upgrade(database)
        return
    await _reach(database)
    async with database.engine.connect() as connection:
        if not await is_current(connection):
            raise ConfigurationError("The database schema is not up to date: run `manabi db upgrade` first.")


async def _reach(database: Database) -> None:
    """Opens a connection; what keeps it from opening is one clear line. Drivers do not repeat the password."""
    try:
        if database.is_sqlite:
            # Not by the asynchronous driver: after a failure its thread outlives the loop, and says so.
            await asyncio.to_thread(_touch, database.url.database or ":memory:")
        else:
            async with database.engine.connect():
                pass
    except (DBAPIError, sqlite3.Error, OSError) as error:
        said = str(error.orig if isinstance(error, DBAPIError) else error) or type(error).__name__
        raise ConfigurationError(f"MANABI_DATABASE_URL cannot be opened: {said.splitlines()[0]}") from None


def _touch(path: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA schema_version")  # reads the file's head


def _upgrade(connection: Connection) -> None:
    # Imported here: it takes a quarter of a second, and only a new schema needs it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()  # without an ini file: the scripts lie inside the package
    config.set_main_option("script_location", str(files("catalog") / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
