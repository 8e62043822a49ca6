"""Adding rows unless they are there, in one statement that both engines know and that no race can break."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel


def table(model: type[SQLModel]) -> Table:
    """The Core table of a model, for bulk statements."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


async def insert_missing(session: AsyncSession, model: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
    """Inserts those rows that break no primary key or unique constraint; the others are left as they are stored."""
    if not rows:
        return
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table(model)).on_conflict_do_nothing()
    connection = await session.connection()
    await connection.execute(statement, rows)
