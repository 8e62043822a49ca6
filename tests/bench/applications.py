"""Applications a second, against the bare database writing the same rows: one hot course, and two hundred courses.

Bare is what a program without any rule could do at best: the driver's own prepared statements, one transaction an
application: lock the course, take the seat, write registration, participant and history, commit.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import asyncpg
from rich.console import Console
from rich.table import Table
from sqlalchemy import select
from sqlmodel import col

from catalog import registration, schema
from catalog.codes import new_code
from catalog.database import Database
from catalog.models import Course, Person, Relation, Resident, Selection, Session
from catalog.registration import Request
from catalog.search.entry import CourseEntry
from catalog.search.loading import load_entries
from tests.bench.catalogue import postgres_database
from tests.conftest import TOKYO

NOW = datetime(2026, 6, 10, 1, tzinfo=UTC)
APPLICATIONS, AT_ONCE, ROUNDS = 200, 8, 3
AIM = 0.5

_LOCK = "SELECT id FROM courses WHERE id = $1 FOR NO KEY UPDATE"
_TAKE = "UPDATE courses SET seats_taken = seats_taken + 1 WHERE id = $1 AND seats_taken + 1 <= capacity"
_REGISTER = """
    INSERT INTO registrations (receipt, course_id, resident_id, state, seats, childcare, rank, created_at, changed_at)
    VALUES ($1, $2, $3, 'confirmed', 1, 0, 0, $4, $4) RETURNING id
"""
_TAKE_PART = """
    INSERT INTO participants (registration_id, person_id, course_id, session_id, in_childcare, active)
    VALUES ($1, $2, $3, 0, false, true)
"""
_RECORD = """
    INSERT INTO registration_changes (registration_id, at, "by", reason, to_state, seats_before, seats_after, to_tell)
    VALUES ($1, $2, 'resident', 'applied', 'confirmed', 0, 1, false)
"""


@dataclass(frozen=True, slots=True)
class Town:
    """Courses with seats for everybody, and people who have applied for nothing yet; `persons` of residents by id."""

    courses: list[CourseEntry]
    persons: list[Person]


async def bench(console: Console) -> None:
    """Prints the table; says so where there is no PostgreSQL."""
    async with postgres_database() as url:
        if url is None:
            console.print("no PostgreSQL here: applications are left out")
            return
        table = Table("applications a second, PostgreSQL", "manabi", "bare", "ratio", title=f"aim: {AIM} of bare")
        for name, courses in (("one hot course", 1), ("200 courses", 200)):
            ours, bare = await _measure(url, courses)
            table.add_row(name, f"{ours:.0f}", f"{bare:.0f}", f"{ours / bare:.2f}")
        console.print(table)


async def _measure(url: str, courses: int) -> tuple[float, float]:
    """The median of the rounds of each; both take turns."""
    database = Database(url)
    await schema.upgrade(database)
    pool = await asyncpg.create_pool(
        database.url.set(drivername="postgresql").render_as_string(hide_password=False), min_size=AT_ONCE
    )
    ours, bare = [], []
    try:
        for _round in range(ROUNDS + 1):  # the first warms up
            ours.append(await _rate(await _town(database, courses), _Ours(database)))
            bare.append(await _rate(await _town(database, courses), _Bare(pool)))
    finally:
        await pool.close()
        await database.close()
    return statistics.median(ours[1:]), statistics.median(bare[1:])


async def _rate(town: Town, apply: Callable[[CourseEntry, Person], Awaitable[None]]) -> float:
    numbers = count()

    async def applicant() -> None:
        while (number := next(numbers)) < len(town.persons):
            await apply(town.courses[number % len(town.courses)], town.persons[number])

    begin = time.perf_counter()
    await asyncio.gather(*(applicant() for _ in range(AT_ONCE)))
    return len(town.persons) / (time.perf_counter() - begin)


class _Ours:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, course: CourseEntry, person: Person) -> None:
        async with self._database.transaction() as db:
            request = Request(party=[person], resident_id=person.resident_id)
            outcome = await registration.apply(db, course, request, now=NOW, zone=TOKYO)
        assert isinstance(outcome, registration.Applied), outcome


class _Bare:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def __call__(self, course: CourseEntry, person: Person) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.fetchval(_LOCK, course.id)
            await connection.execute(_TAKE, course.id)
            number = await connection.fetchval(_REGISTER, new_code(), course.id, person.resident_id, NOW)
            await connection.execute(_TAKE_PART, number, person.id, course.id)
            await connection.execute(_RECORD, number, NOW)


async def _town(database: Database, courses: int) -> Town:
    async with database.transaction() as db:
        rows = [
            Course(
                source="bench",
                source_id=new_code(4),
                title="講座",
                selection=Selection.FIRST_COME,
                capacity=APPLICATIONS,
                updated_at=NOW,
            )
            for _ in range(courses)
        ]
        homes = [Resident(created_at=NOW) for _ in range(APPLICATIONS)]
        db.add_all([*rows, *homes])
        await db.flush()
        db.add_all(Session(course_id=row.id or 0, starts_at=NOW + timedelta(days=30)) for row in rows)
        db.add_all(Person(resident_id=home.id or 0, relation=Relation.SELF, created_at=NOW) for home in homes)
        await db.flush()
        ids = [home.id for home in homes]
        persons = (await db.scalars(select(Person).where(col(Person.resident_id).in_(ids)))).all()
        return Town(await load_entries(db, [row.id or 0 for row in rows]), list(persons))
