"""The migrations make exactly the tables that the models describe, on both engines."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlmodel import SQLModel

import catalog.models  # noqa: F401 - fills the metadata
from catalog import schema
from catalog.database import Database


async def test_models_and_migrations_agree(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, SQLModel.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_the_newest_revision_is_alembics(database: Database) -> None:
    """It is told by the files' names, because that needs no Alembic at every start."""
    async with database.engine.connect() as connection:
        stored = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    assert schema.newest_revision() == stored


async def test_upgrading_twice_changes_nothing(database: Database) -> None:
    await schema.upgrade(database)
    async with database.engine.connect() as connection:
        assert await schema.is_current(connection)
