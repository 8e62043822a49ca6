"""Statements that every turn and every application runs, by the driver itself: SQLAlchemy would take ten times as long
to pass one on as the driver takes to run it, while a course is locked or the one writer of a file is taken.
"""

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeVar

from asyncpg import exceptions as driver_errors
from sqlalchemy import Delete, Insert, Select, Update, inspect
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.dialects.sqlite import aiosqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict, manager_of_class
from sqlalchemy.orm.util import identity_key
from sqlmodel import SQLModel

from catalog import postgres, sqlite

Row = tuple[Any, ...]
_Model = TypeVar("_Model", bound=SQLModel)
_Processor = Callable[[Any], Any]

_DIALECTS: Mapping[str, Dialect] = {
    "postgresql": asyncpg.dialect(),  # type: ignore[no-untyped-call] # SQLAlchemy declares none
    "sqlite": aiosqlite.dialect(),
}


def stored(db: AsyncSession, model: type[_Model], values: Sequence[Any]) -> _Model:
    """A row, its values in the order of the model's columns, as an object that a query of the session has loaded."""
    instance: _Model = manager_of_class(model).new_instance()
    instance_dict(instance).update(zip(_names(model), values, strict=True))
    make_transient_to_detached(instance)
    known = db.identity_map.get(identity_key(instance=instance))
    if known is not None:
        return known
    db.add(instance)
    return instance


@cache
def _names(model: type[SQLModel]) -> tuple[str, ...]:
    return tuple(inspect(model).column_attrs.keys())


def on_postgres(db: AsyncSession) -> bool:
    return db.get_bind().dialect.name == "postgresql"


class _Value(NamedTuple):
    """One value of a statement: given by this name when it is run, or part of it (`given` is None); and how the driver
    wants it."""

    given: str | None
    fixed: Any
    process: _Processor | None


class _Compiled(NamedTuple):
    sql: str
    values: Sequence[_Value]  # in their order
    columns: Sequence[_Processor | None]  # how each is read
    read: bool  # whether any of them has to be

    def bound(self, given: Mapping[str, Any]) -> list[Any]:
        """The values as the driver takes them. Raises KeyError where one is missing."""
        values = [(fixed if name is None else given[name], process) for name, fixed, process in self.values]
        return [value if process is None else process(value) for value, process in values]

    def rows(self, found: Sequence[Any]) -> list[Row]:
        if not self.read:
            return [tuple(row) for row in found]
        return [
            tuple(value if read is None else read(value) for read, value in zip(self.columns, row, strict=True))
            for row in found
        ]


class Prepared:
    """A Core statement, compiled once for each engine. Its lists have a fixed length: a parameter for each value.

    `into` names the columns of an INSERT whose values are given when it is run.
    """

    def __init__(
        self,
        statement: Select[*tuple[Any, ...]] | Insert | Update | Delete,
        *,
        into: Collection[str] | None = None,
    ) -> None:
        self._statement = statement
        self._into = into
        self._returns = bool(_returned(statement))
        self._by_engine: dict[str, _Compiled] = {}

    async def rows(self, db: AsyncSession, values: Mapping[str, Any]) -> list[Row]:
        """What it returns. What waits in the session is flushed first, as before any statement."""
        if sqlite.has_changes(db):
            await db.flush()
        driver = db.info.get(sqlite.DRIVER)
        if driver is not None:
            return await self._in_sqlite(driver, values)
        if (begun := _begun(db)) is not None:
            return await self._in_postgres(begun, values)
        result = await db.execute(self._statement, dict(values))
        return [tuple(row) for row in result] if self._returns else []

    async def row(self, db: AsyncSession, values: Mapping[str, Any]) -> Row | None:
        """The first row, if there is one."""
        found = await self.rows(db, values)
        return found[0] if found else None

    async def _in_sqlite(self, driver: sqlite.InPlaceConnection, values: Mapping[str, Any]) -> list[Row]:
        compiled = self._compiled("sqlite")
        try:
            found = await driver.rows(compiled.sql, compiled.bound(values))
        except sqlite3.IntegrityError as error:
            raise IntegrityError(compiled.sql, None, error) from error
        except sqlite3.OperationalError as error:
            raise OperationalError(compiled.sql, None, error) from error
        except sqlite3.Error as error:
            raise DatabaseError(compiled.sql, None, error) from error
        return compiled.rows(found)

    async def _in_postgres(self, driver: Any, values: Mapping[str, Any]) -> list[Row]:
        compiled = self._compiled("postgresql")
        try:
            found = await driver.fetch(compiled.sql, *compiled.bound(values))
        except driver_errors.IntegrityConstraintViolationError as error:
            raise IntegrityError(compiled.sql, None, error) from error
        except driver_errors.PostgresError as error:
            raise DBAPIError(compiled.sql, None, error) from error
        return compiled.rows(found)

    def _compiled(self, engine: str) -> _Compiled:
        if engine not in self._by_engine:
            self._by_engine[engine] = _compile(self._statement, _DIALECTS[engine], self._into)
        return self._by_engine[engine]


def _begun(db: AsyncSession) -> Any:
    """The driver's connection of a session on PostgreSQL, once SQLAlchemy has begun its transaction with a first
    statement; before, the driver would keep each statement at once."""
    transaction, connection = db.info.get(postgres.BEGUN, (None, None))
    if connection is None or transaction is not db.sync_session.get_transaction():
        return None
    driver = connection.connection.driver_connection
    return driver if driver.is_in_transaction() else None


def _compile(statement: Any, dialect: Dialect, into: Collection[str] | None) -> _Compiled:
    compiled = statement.compile(dialect=dialect, column_keys=None if into is None else list(into))
    values = []
    for name in compiled.positiontup or ():
        parameter = compiled.binds[name]
        if parameter.expanding:
            raise TypeError("a list of any length cannot be prepared")
        process = parameter.type.dialect_impl(dialect).bind_processor(dialect)
        values.append(_Value(name if parameter.required else None, parameter.value, process))
    read = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in _returned(statement)]
    return _Compiled(str(compiled), values, read, any(read))


def _returned(statement: Any) -> Sequence[Any]:
    return list(statement.exported_columns)
