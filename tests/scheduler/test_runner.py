"""The clockwork runs by itself, survives what fails, and stops without leaving anything half done."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import insert, select
from sqlmodel import col
from structlog.testing import capture_logs

from catalog import outgoing
from catalog.database import Database
from catalog.models import (
    InboxEvent,
    InboxState,
    LinkCode,
    Outgoing,
    OutgoingKind,
    OutgoingState,
    Platform,
    Search,
)
from handlers import reply_json
from handlers.messages import say
from scheduler import jobs, runner
from tests.conftest import StandingClock
from tests.scheduler.conftest import make_runner
from tests.scheduler.fake_channel import FakeChannel
from tests.scheduler.town import LONG_AGO, Neighbour, Town, tokyo


@pytest.fixture
def town(sqlite_database: Database) -> Town:
    return Town(sqlite_database)


async def until(condition: Callable[[], object], seconds: float = 10) -> None:
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        await asyncio.sleep(0.02)
    pytest.fail(f"not within {seconds} seconds")


async def answer(town: Town, to: Neighbour, clock: StandingClock) -> None:
    async with town.database.transaction() as db:
        await outgoing.enqueue(
            db,
            key=f"reply:{to.id}",
            kind=OutgoingKind.REPLY,
            platform=Platform.LINE,
            address=to.line,
            resident_id=to.id,
            payload=reply_json.dumps(say("はい")),
            due_at=clock.moment,
        )


async def test_it_ticks_and_delivers_by_itself(
    town: Town, clock: StandingClock, line: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "TICK", timedelta(seconds=0.05))
    resident = await town.resident()
    await town.register(resident, await town.course(tokyo(6, 13, 14)))
    clockwork = make_runner(town.database, clock, line)
    clockwork.start()
    clock.moment = tokyo(6, 12, 18)
    await until(lambda: line.received)
    await clockwork.stop()
    assert len(line.received[resident.line]) == 1
    assert clockwork.failures == {}


async def test_waking_delivers_at_once(
    town: Town, clock: StandingClock, line: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "LOOK", timedelta(seconds=60))
    resident = await town.resident()
    clockwork = make_runner(town.database, clock, line)
    clockwork.start()
    await asyncio.sleep(0.1)
    await answer(town, resident, clock)
    clockwork.wake()
    await until(lambda: line.received, 2)
    await clockwork.stop()


async def test_a_failing_tick_is_counted_and_the_next_one_runs(
    town: Town, clock: StandingClock, line: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "TICK", timedelta(seconds=0.05))
    resident = await town.resident()
    await town.register(resident, await town.course(tokyo(6, 13, 14)))
    clock.moment = tokyo(6, 12, 18)
    async with town.database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE reminders RENAME TO lost")
    clockwork = make_runner(town.database, clock, line)
    with capture_logs() as logs:
        clockwork.start()
        await until(lambda: clockwork.failures["tick"] >= 2)
    async with town.database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE lost RENAME TO reminders")
    assert {(entry["event"], entry["exc_info"]) for entry in logs} == {("scheduler.failed", True)}
    await until(lambda: line.received)
    await clockwork.stop()


async def test_stopping_waits_for_what_is_on_its_way(
    town: Town, clock: StandingClock, line: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()
    send = line.send

    async def slowly(envelope: outgoing.Message) -> object:
        begun.set()
        await may_end.wait()
        return await send(envelope)  # type: ignore[arg-type] # passed on as it came

    monkeypatch.setattr(line, "send", slowly)
    await answer(town, await town.resident(), clock)
    clockwork = make_runner(town.database, clock, line)
    clockwork.start()
    await begun.wait()
    stopping = asyncio.create_task(clockwork.stop())
    await asyncio.sleep(0.05)
    assert not stopping.done()
    may_end.set()
    await stopping
    assert await town.states() == [OutgoingState.SENT]


async def test_stopping_before_starting_is_fine(town: Town, clock: StandingClock, line: FakeChannel) -> None:
    await make_runner(town.database, clock, line).stop()


async def test_jobs_never_drop_a_late_run(
    town: Town, clock: StandingClock, line: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """APScheduler's own default drops a job that is a second late."""
    added: list[dict[str, object]] = []
    add_job = AsyncIOScheduler.add_job

    def noting(self: AsyncIOScheduler, *args: object, **options: object) -> object:
        added.append(options)
        return add_job(self, *args, **options)

    monkeypatch.setattr(AsyncIOScheduler, "add_job", noting)
    clockwork = make_runner(town.database, clock, line)
    clockwork.start()
    await clockwork.stop()
    assert [options["id"] for options in added] == ["tick", "clean"]
    steady = [(options["coalesce"], options["max_instances"], options["misfire_grace_time"]) for options in added]
    assert steady == [(True, 1, None), (True, 1, None)]


async def test_cleaning_forgets_what_is_no_longer_needed(town: Town, clock: StandingClock, line: FakeChannel) -> None:
    resident = await town.resident()
    await answer(town, resident, clock)
    await make_runner(town.database, clock, line).run_once()
    now = clock.moment
    async with town.database.transaction() as db:
        for state in (InboxState.DONE, InboxState.NEW):
            db.add(
                InboxEvent(
                    platform=Platform.LINE, event_id=state, address="a", payload="words", state=state, received_at=now
                )
            )
        for wished_at in (None, LONG_AGO):
            db.add(Search(resident_id=resident.id, criteria="{}", wished_at=wished_at, created_at=LONG_AGO))
        for code, ends in (("old", now), ("new", now + timedelta(minutes=1))):
            await db.execute(insert(LinkCode).values(code_hash=code, resident_id=resident.id, expires_at=ends))
    await jobs.clean(town.database, now=now)
    async with town.database.reading() as db:
        assert sorted(await db.scalars(select(col(InboxEvent.payload)))) == ["", "words"]
        assert list(await db.scalars(select(col(Search.wished_at)))) == [LONG_AGO]
        assert list(await db.scalars(select(col(LinkCode.code_hash)))) == ["new"]
        assert list(await db.scalars(select(col(Outgoing.payload)))) != [""], "not old enough"
    await jobs.clean(town.database, now=now + timedelta(days=31))
    async with town.database.reading() as db:
        assert list(await db.scalars(select(col(Outgoing.payload)))) == [""]
        assert list(await db.scalars(select(col(Outgoing.state)))) == [OutgoingState.SENT]
