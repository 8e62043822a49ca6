"""定員30名に500人: exact seats and a fair waitlist, whoever asks at once, through how many processes, killed or not."""

import asyncio
import random
import sys

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import registration
from catalog.database import Database
from catalog.models import Course, Person, Registration, RegistrationState, Relation, Resident
from tests.catalog.builders import assert_sound, course
from tests.catalog.registration import crowd
from tests.catalog.search.factories import NOW

pytestmark = pytest.mark.long

RESIDENTS, SEATS = 500, 30
KILLS = 200
CONFIRMED, WAITLISTED = RegistrationState.CONFIRMED, RegistrationState.WAITLISTED


async def _town(database: Database, residents: int) -> int:
    """A course of thirty seats, and households of one to four."""
    dice = random.Random(residents)  # noqa: S311 - the same town every time
    async with database.transaction() as db:
        entry = await course(db, capacity=SEATS)
        homes = [Resident(created_at=NOW) for _ in range(residents)]
        db.add_all(homes)
        await db.flush()
        for home in homes:
            relations = (Relation.SELF, *[Relation.CHILD] * dice.randint(0, 3))
            db.add_all(Person(resident_id=home.id or 0, relation=each, created_at=NOW) for each in relations)
        return entry.id


async def _run(*words: object) -> None:
    """The crowd, in processes of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", crowd.__name__, *map(str, words)), stderr=asyncio.subprocess.PIPE
    )
    _out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()


def _url(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


async def _in_order(db: AsyncSession, course_id: int) -> list[Registration]:
    found = await db.scalars(
        select(Registration).where(col(Registration.course_id) == course_id).order_by(col(Registration.id))
    )
    return list(found.all())


async def test_five_hundred_at_once_for_thirty_seats(database: Database) -> None:
    """Everybody is answered; the seats are all taken and none twice; who waits, waits in the order of arrival.

    PostgreSQL: four processes. SQLite: one, as it is run.
    """
    course_id = await _town(database, RESIDENTS)
    await _run("race", _url(database), course_id, 1 if database.is_sqlite else 4)
    async with database.reading() as db:
        found = await _in_order(db, course_id)
        taken = await db.scalar(select(col(Course.seats_taken)).where(col(Course.id) == course_id))
    assert len(found) == RESIDENTS
    assert {one.state for one in found} == {CONFIRMED, WAITLISTED}
    assert taken == SEATS == sum(one.seats for one in found if one.state is CONFIRMED)
    _assert_fair(found)
    await assert_sound(database)


def _assert_fair(found: list[Registration]) -> None:
    """Whoever came had a seat exactly if their party fitted into what was left then: nobody overtook."""
    left = SEATS
    for one in found:
        assert (one.state is CONFIRMED) == (one.seats <= left), f"registration {one.id}"
        left -= one.seats if one.state is CONFIRMED else 0


async def test_no_seat_is_lost_or_doubled_by_kill_9(database: Database) -> None:
    """Two hundred kills at random moments of applying, cancelling, accepting: the rows prove that all holds.

    Afterwards everybody who has nothing applies again, and is answered.
    """
    course_id = await _town(database, 60)
    await _run("kill", _url(database), course_id, 1 if database.is_sqlite else 4, KILLS)
    await assert_sound(database)
    owners = await crowd.owners_of(_url(database))
    assert await crowd.everybody_applies(_url(database), course_id, owners) == len(owners)
    await assert_sound(database)
    async with database.reading() as db:
        standing = await db.scalar(
            select(func.count(col(Registration.resident_id).distinct())).where(
                col(Registration.course_id) == course_id, col(Registration.state).in_(registration.ACTIVE)
            )
        )
    assert standing == len(owners)
