"""Bringing a database's schema up to date, and telling whether it is. One set of migrations for both engines."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.database import Database
from catalog.errors import ConfigurationError
from catalog.seed import seed

# Any fixed number: only one process at a time may migrate a PostgreSQL database.
_MIGRATION_LOCK = 0x6D616E61


def alembic_config() -> Config:
    """Alembic's settings, without an ini file: the scripts lie inside the package."""
    config = Config()
    config.set_main_option("script_location", str(files("catalog") / "migrations"))
    return config


async def upgrade(database: Database) -> None:
    """Brings the schema to the newest revision, with the rows every catalogue begins with. Several may call at once."""
    async with database.engine.begin() as connection:
        if not database.is_sqlite:
            await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
        await connection.run_sync(_upgrade)
    await seed(database)


async def is_current(connection: AsyncConnection) -> bool:
    """Whether the schema is at the newest revision."""
    newest = ScriptDirectory.from_config(alembic_config()).get_current_head()
    return await connection.run_sync(_revision) == newest


async def require_current(database: Database) -> None:
    """On SQLite brings the schema up to date; on PostgreSQL raises ConfigurationError unless it already is."""
    if database.is_sqlite:
        await upgrade(database)
        return
    async with database.engine.connect() as connection:
        if not await is_current(connection):
            raise ConfigurationError("The database schema is not up to date: run `manabi db upgrade` first.")


def _upgrade(connection: Connection) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
