"""PostgreSQL behind asyncio: a pool whose connections are tested only after they have been idle."""

import time
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction

BEGUN = "postgres_begun"  # where a session notes its transaction and the connection it has
_TRUSTED = 5.0  # seconds for which a connection counts as whole once it was used


class ServerSession(Session):
    """A session that knows which connection it has."""


@event.listens_for(ServerSession, "after_begin")
def _note_connection(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    session.info[BEGUN] = transaction, connection


def postgres_engine(url: URL) -> AsyncEngine:
    """The engine. Nobody is given a connection that the server, or something on the way to it, has closed meanwhile.

    SQLAlchemy's `pool_pre_ping` asks the server before each transaction, which is three round trips of the eleven that
    an application for a course took.
    """
    # Parameters hold what residents wrote: an error that is logged must not repeat them.
    engine = create_async_engine(url, pool_size=10, max_overflow=10, hide_parameters=True)
    dialect = engine.sync_engine.dialect

    @event.listens_for(engine.sync_engine, "checkin")
    def _note(_connection: Any, record: Any) -> None:
        record.info["used_at"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def _test(connection: Any, record: Any, _proxy: Any) -> None:
        used_at = record.info.get("used_at")
        if used_at is None:
            return  # just made
        # The driver notices by itself when the server closes; a silent network shows only when asked.
        if record.driver_connection.is_closed():
            raise InvalidatePoolError
        if time.monotonic() - used_at > _TRUSTED:
            try:
                dialect.do_ping(connection)
            except dialect.loaded_dbapi.Error as error:
                raise InvalidatePoolError from error

    return engine
