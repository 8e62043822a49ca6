"""A database of the first release, with residents and their registrations, is brought up to date with nothing lost."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, Table, insert, select, text
from sqlmodel import col

from catalog import invariants, registration, schema
from catalog.database import Database
from catalog.models import Actor, ChangeReason, LifeIssue, Participant, Registration, RegistrationState
from catalog.search.loading import load_entries
from tests.catalog.builders import call_off, settle
from tests.conftest import open_database

CONFIRMED, ENTERED = RegistrationState.CONFIRMED, RegistrationState.ENTERED
WAITLISTED, CANCELLED, OFFERED = RegistrationState.WAITLISTED, RegistrationState.CANCELLED, RegistrationState.OFFERED

THEN = datetime(2026, 6, 1, 1, tzinfo=UTC)
# A family of two with both places of a course, a neighbour who waits, and somebody in a lottery who left the course.
ROWS: dict[str, list[dict[str, Any]]] = {
    "residents": [{"id": 1}, {"id": 2}, {"id": 3}],
    "persons": [
        {"id": 1, "resident_id": 1, "relation": "self"},
        {"id": 2, "resident_id": 1, "relation": "child"},
        {"id": 3, "resident_id": 2, "relation": "self"},
        {"id": 4, "resident_id": 3, "relation": "self"},
    ],
    "courses": [
        {"id": 1, "source_id": "1", "selection": "first_come", "capacity": 2, "seats_taken": 2},
        {"id": 2, "source_id": "2", "selection": "lottery", "capacity": 9, "seats_taken": 0},
    ],
    "sessions": [{"id": number, "course_id": number, "starts_at": THEN + timedelta(days=40)} for number in (1, 2)],
    "registrations": [
        {"id": 1, "receipt": "AAAA-2222", "course_id": 1, "resident_id": 1, "state": "confirmed", "seats": 2},
        {"id": 2, "receipt": "CCCC-2222", "course_id": 1, "resident_id": 2, "state": "waitlisted", "seats": 1},
        {"id": 3, "receipt": "DDDD-2222", "course_id": 2, "resident_id": 3, "state": "entered", "seats": 1},
        {"id": 4, "receipt": "EEEE-2222", "course_id": 1, "resident_id": 3, "state": "cancelled", "seats": 1},
    ],
    "participants": [
        {"registration_id": 1, "person_id": 1, "course_id": 1, "active": True},
        {"registration_id": 1, "person_id": 2, "course_id": 1, "active": True},
        {"registration_id": 2, "person_id": 3, "course_id": 1, "active": True},
        {"registration_id": 3, "person_id": 4, "course_id": 2, "active": True},
        {"registration_id": 4, "person_id": 4, "course_id": 1, "active": False},
    ],
    "reminders": [{"resident_id": 1, "kind": "day_before", "course_id": 1, "outgoing_key": "told"}],
}
# What else a column must have.
WORDS = {"status": "scheduled", "residency": "none", "capacity_unit": "person", "kind": "course", "language": "ja"}


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Its own, since its tables change."""
    async with open_database(request.param, tmp_path, own=True) as database:
        yield database


@pytest.fixture
async def first_release(database: Database, tmp_path: Path) -> AsyncIterator[Database]:
    """A database as the first release left it."""
    old = Database(f"sqlite:///{tmp_path / 'old.db'}") if database.is_sqlite else database
    try:
        async with old.engine.begin() as connection:
            if not old.is_sqlite:
                await connection.execute(text("DROP SCHEMA public CASCADE"))
                await connection.execute(text("CREATE SCHEMA public"))
            await connection.run_sync(_first_tables)
        yield old
    finally:
        if old is not database:
            await old.close()


def _first_tables(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(files("catalog") / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")
    tables = MetaData()
    tables.reflect(connection)
    for name, rows in ROWS.items():
        table = tables.tables[name]
        connection.execute(insert(table), [_complete(table, row) for row in rows])
        if "id" in table.c and connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT setval('{name}_id_seq', 100)"))


def _complete(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """The row with something in every column that must not be empty. Times as each engine keeps them."""
    complete = dict(row)
    for column in table.c:
        if not column.nullable and column.name not in row and not column.primary_key:
            plain = {bool: False, int: 0, str: WORDS.get(column.name, ""), datetime: THEN}
            complete[column.name] = plain[column.type.python_type]
    return complete


async def test_nothing_is_lost(first_release: Database) -> None:
    """Every registration with its state, seats and people; the history of each begins with what it was."""
    await schema.upgrade(first_release)
    async with first_release.reading() as db:
        found = list(await db.scalars(select(Registration).order_by(col(Registration.id))))
        assert [(one.receipt, one.state, one.seats, one.childcare, one.rank) for one in found] == [
            ("AAAA-2222", CONFIRMED, 2, 0, 0),
            ("CCCC-2222", WAITLISTED, 1, 0, 0),
            ("DDDD-2222", ENTERED, 1, 0, 0),
            ("EEEE-2222", CANCELLED, 1, 0, 0),
        ]
        people = await db.scalars(select(Participant).order_by(col(Participant.registration_id)))
        assert [(one.registration_id, one.person_id, one.session_id, one.active) for one in people] == [
            (1, 1, 0, True),
            (1, 2, 0, True),
            (2, 3, 0, True),
            (3, 4, 0, True),
            (4, 4, 0, False),
        ]
        (first,) = await registration.history(db, 1)
        assert (first.by, first.reason, first.from_state, first.to_state, first.seats_after, first.to_tell) == (
            Actor.SYSTEM,
            ChangeReason.APPLIED,
            None,
            CONFIRMED,
            2,
            False,
        )
        assert (await db.execute(text("SELECT outgoing_key FROM reminders"))).scalars().all() == ["told"]
        assert await invariants.broken(db) == []


async def test_courses_of_before_have_no_issues_until_they_are_read_again(first_release: Database) -> None:
    await schema.upgrade(first_release)
    async with first_release.reading() as db:
        assert len(list(await db.scalars(select(LifeIssue)))) == 12
        assert [entry.life_issues for entry in await load_entries(db)] == [(), ()]


async def test_what_was_there_goes_on_by_the_new_rules(first_release: Database) -> None:
    """The family cancels, the neighbour is offered a place: nobody has to apply again."""
    await schema.upgrade(first_release)
    async with first_release.transaction() as db:
        family, neighbour = await db.get_one(Registration, 1), await db.get_one(Registration, 2)
        await call_off(db, family)
        assert (family.state, neighbour.state) == (CANCELLED, OFFERED)
        (entry,) = await load_entries(db, [1])
        assert await settle(db, entry) == 0
        assert await registration.position(db, neighbour) is None
        assert await invariants.broken(db) == []
