"""Statements that the drivers run by themselves: the same on both engines as if SQLAlchemy had run them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from catalog.database import Database
from catalog.models import Department, Platform, Resident
from catalog.models.delivery import InboxEvent, InboxState
from catalog.prepared import Prepared, stored
from catalog.upsert import table

NOW = datetime(2026, 12, 5, 9, 30, tzinfo=UTC)
_events, _departments, _residents = table(InboxEvent).c, table(Department).c, table(Resident).c
_GIVEN = ("platform", "event_id", "address", "payload", "state", "attempts", "received_at")
STORE = Prepared(insert(table(InboxEvent)).returning(_events.id), into=_GIVEN)
READ = Prepared(
    select(_events.platform, _events.state, _events.received_at, _events.address).where(
        _events.state == InboxState.NEW, _events.event_id == bindparam("event")
    )
)
NAME = Prepared(insert(table(Department)), into=("name",))
NAMED = Prepared(select(_departments.id).where(_departments.name == bindparam("name")))


class _RefusedError(Exception):
    """What a handler might raise."""


def event(event_id: str, **other: object) -> dict[str, object]:
    given = (Platform.TELEGRAM, event_id, None, "{}", InboxState.NEW, 0, NOW)
    return dict(zip(_GIVEN, given, strict=True)) | other


async def test_enums_times_and_nothing_go_in_and_come_out_as_they_are(database: Database) -> None:
    tokyo = timezone(timedelta(hours=9))
    async with database.transaction(brief=True) as db:
        for first in ("e1", "e2"):  # the first statement of a transaction, and a later one
            number = await STORE.row(db, event(first, received_at=NOW.astimezone(tokyo)))
            assert number is not None
            assert await READ.row(db, {"event": first}) == (Platform.TELEGRAM, InboxState.NEW, NOW, None)
        found = await READ.row(db, {"event": "e1"})
        assert found is not None
        assert (type(found[0]), found[2].tzinfo) == (Platform, UTC)
        assert await READ.rows(db, {"event": "none"}) == []
        assert await READ.row(db, {"event": "none"}) is None


@pytest.mark.parametrize("brief", [True, False])
async def test_what_raises_keeps_nothing(database: Database, brief: bool) -> None:
    """Neither of the first statement of the transaction nor of a later one."""

    async def fail() -> None:
        async with database.transaction(brief=brief) as db:
            await NAME.rows(db, {"name": "甲"})
            await NAME.rows(db, {"name": "乙"})
            raise _RefusedError

    with pytest.raises(_RefusedError):
        await fail()
    async with database.reading() as db:
        assert [await NAMED.row(db, {"name": name}) for name in "甲乙"] == [None, None]


async def test_what_waits_in_the_session_is_seen(database: Database) -> None:
    async with database.transaction(brief=True) as db:
        db.add(Department(name="甲"))
        assert await NAMED.row(db, {"name": "甲"}) is not None
        db.add(Department(name="乙"))
        assert await NAMED.row(db, {"name": "乙"}) is not None


async def test_a_refused_row_raises_what_sqlalchemy_raises(database: Database) -> None:
    async with database.transaction() as db:
        await NAME.rows(db, {"name": "甲"})

    async def repeat(*names: str) -> None:
        async with database.transaction(brief=True) as db:
            for name in names:
                await NAME.rows(db, {"name": name})

    for names in (["甲"], ["乙", "甲"]):  # as the first statement of the transaction, and as a later one
        with pytest.raises(IntegrityError):
            await repeat(*names)


async def test_a_value_that_is_missing_is_no_null(database: Database) -> None:
    async with database.transaction(brief=True) as db:
        await NAME.rows(db, {"name": "甲"})
        with pytest.raises(KeyError):
            await NAMED.rows(db, {})


async def test_a_stored_row_is_an_object_of_the_session(database: Database) -> None:
    """It knows what it holds, what is changed of it is stored, and there is one of it."""
    async with database.transaction() as db:
        db.add(Resident(created_at=NOW, area="田無"))
    rows = Prepared(select(*_residents).where(_residents.area == bindparam("area")))
    async with database.transaction(brief=True) as db:
        row = await rows.row(db, {"area": "田無"})
        assert row is not None
        resident = stored(db, Resident, row)
        assert (resident.area, resident.created_at, resident.welcomed) == ("田無", NOW, False)
        assert not db.dirty
        resident.area = "谷戸"
        assert stored(db, Resident, row) is resident
        assert await db.get(Resident, resident.id) is resident
    async with database.reading() as db:
        assert await db.scalar(select(col(Resident.area))) == "谷戸"


async def test_an_update_says_whom_it_met(database: Database) -> None:
    done = Prepared(
        update(table(InboxEvent))
        .where(_events.event_id == bindparam("event"), _events.state == InboxState.NEW)
        .values(state=InboxState.DONE)
        .returning(_events.event_id)
    )
    async with database.transaction(brief=True) as db:
        await STORE.rows(db, event("e1"))
        assert await done.rows(db, {"event": "e1"}) == [("e1",)]
        assert await done.rows(db, {"event": "e1"}) == []
