"""A wish comes true once: when the catalogue has what was looked for, and not before."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from catalog import residents
from catalog.database import Database
from catalog.models import Outgoing, Platform, Search
from catalog.search import criteria_json
from catalog.search.criteria import Criteria
from catalog.search.index import CourseIndex
from scheduler import wishes
from tests.catalog.search.factories import course
from tests.conftest import StandingClock


async def wish(database: Database, clock: StandingClock, words: str) -> int:
    async with database.transaction() as db:
        resident, _account = await residents.meet(db, Platform.LINE, "U1", language="ja", now=clock.now())
        search_id = await residents.remember_search(
            db,
            resident.id or 0,
            text=words,
            criteria=criteria_json.dumps(Criteria(words=words)),
            found=0,
            now=clock.now(),
        )
        (await db.get_one(Search, search_id)).wished_at = clock.now()
        return resident.id or 0


async def told(database: Database, index: CourseIndex, clock: StandingClock, zone: ZoneInfo) -> int:
    async with database.transaction() as db:
        return await wishes.tell(db, index, now=clock.now(), zone=zone)


@pytest.fixture
def german(clock: StandingClock) -> CourseIndex:
    return CourseIndex([course(1, "ドイツ語のはじめの一歩", starts_at=clock.now() + timedelta(days=20))], version=1)


async def test_nothing_is_said_while_there_is_none(database: Database, clock: StandingClock, zone: ZoneInfo) -> None:
    await wish(database, clock, "ドイツ語")
    assert await told(database, CourseIndex([], version=1), clock, zone) == 0


async def test_it_is_said_once_when_there_is_one(
    database: Database, clock: StandingClock, zone: ZoneInfo, german: CourseIndex
) -> None:
    resident_id = await wish(database, clock, "ドイツ語")
    assert await told(database, german, clock, zone) == 1
    assert await told(database, german, clock, zone) == 0
    async with database.reading() as db:
        sent = (await db.scalars(select(Outgoing))).all()
    assert [(row.resident_id, row.address) for row in sent] == [(resident_id, "U1")]
    assert "ドイツ語のはじめの一歩" in sent[0].payload


async def test_whoever_blocks_us_keeps_the_wish(
    database: Database, clock: StandingClock, zone: ZoneInfo, german: CourseIndex
) -> None:
    await wish(database, clock, "ドイツ語")
    async with database.transaction() as db:
        await residents.set_blocked(db, Platform.LINE, "U1", at=clock.now())
    assert await told(database, german, clock, zone) == 0
    async with database.transaction() as db:
        await residents.set_blocked(db, Platform.LINE, "U1", at=None)
    assert await told(database, german, clock, zone) == 1
