"""Statements that every application runs: on PostgreSQL by the driver itself, which takes a fraction of the time.

There SQLAlchemy would take ten times as long to pass a statement on as the driver takes to send it, while the course is
locked and nobody else can apply for it.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from asyncpg import exceptions as driver_errors
from sqlalchemy import Insert, Select
from sqlalchemy.dialects.postgresql import asyncpg as postgresql
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession


def on_postgres(db: AsyncSession) -> bool:
    return db.get_bind().dialect.name == "postgresql"


class _Compiled(NamedTuple):
    sql: str
    names: Sequence[str]  # of its values, in their order
    fixed: Mapping[str, Any]  # values that are part of the statement


class Prepared:
    """A Core statement of one row, made once. Its values and its row hold nothing but numbers, texts and times."""

    def __init__(self, statement: Select[*tuple[Any, ...]] | Insert) -> None:
        self._statement = statement

    async def row(self, db: AsyncSession, values: Mapping[str, Any]) -> Sequence[Any] | None:
        """The row, if there is one. On PostgreSQL the transaction must have begun, which its first statement does."""
        if not on_postgres(db):
            return (await db.execute(self._statement, dict(values))).first()
        driver = db.sync_session.connection().connection.driver_connection
        assert driver is not None  # noqa: S101 - an open connection has its driver's
        if not driver.is_in_transaction():
            raise RuntimeError("a prepared statement outside of any transaction would be kept at once")
        sql, names, fixed = self._compiled
        try:
            found: Sequence[Any] | None = await driver.fetchrow(
                sql, *[values[name] if name in values else fixed[name] for name in names]
            )
        except driver_errors.IntegrityConstraintViolationError as error:
            raise IntegrityError(sql, None, error) from error
        except driver_errors.PostgresError as error:
            raise DBAPIError(sql, None, error) from error
        return found

    @cached_property
    def _compiled(self) -> _Compiled:
        compiled = self._statement.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call] # SQLAlchemy declares none
        return _Compiled(str(compiled), compiled.positiontup or (), compiled.params)
