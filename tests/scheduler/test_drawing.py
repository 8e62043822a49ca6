"""Lotteries (抽選) that go by themselves, at their time and no sooner, on both engines."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col
from structlog.testing import capture_logs

from catalog.database import Database
from catalog.draw import DrawError
from catalog.models import Course, CourseRules, CourseStatus, Draw, Registration, RegistrationState, Selection
from catalog.registration import Place, lottery
from catalog.search.entry import CourseEntry
from scheduler import drawing
from scheduler import runner as runner_module
from scheduler.runner import Runner
from tests.catalog.builders import assert_sound, course, enrol, household
from tests.catalog.search.factories import NOW, TOKYO
from tests.conftest import StandingClock
from tests.scheduler.conftest import make_runner
from tests.scheduler.fake_channel import FakeChannel
from tests.scheduler.test_runner import until
from tests.scheduler.town import Town, tokyo

CLOSES = NOW + timedelta(days=3)
CLOSED = CLOSES + timedelta(minutes=1)
DRAWN_AT = CLOSES + timedelta(days=1)

ENTERED, CONFIRMED = RegistrationState.ENTERED, RegistrationState.CONFIRMED


async def open_lottery(database: Database, *, entrants: int = 2, rules: dict[str, Any] | None = None) -> CourseEntry:
    """A lottery with entries; drawn by itself unless the rules say otherwise."""
    async with database.transaction() as db:
        entry = await course(db, selection=Selection.LOTTERY, capacity=2, apply_until=CLOSES)
        db.add(CourseRules(course_id=entry.id, **({"draw_at": DRAWN_AT} if rules is None else rules)))
        await db.flush()
        for _ in range(entrants):
            await enrol(db, entry, await household(db))
    return entry


async def draw_of(database: Database, entry: CourseEntry) -> Draw | None:
    async with database.reading() as db:
        return await lottery.find(db, Place(entry.id))


async def states(database: Database, entry: CourseEntry) -> set[RegistrationState]:
    async with database.reading() as db:
        found = await db.scalars(select(col(Registration.state)).where(col(Registration.course_id) == entry.id))
        return set(found.all())


async def test_a_seed_is_promised_before_anybody_enters(database: Database) -> None:
    entry = await open_lottery(database, entrants=0)
    assert await drawing.promise(database, now=NOW) == 1
    found = await draw_of(database, entry)
    assert found is not None
    assert await drawing.promise(database, now=NOW) == 0
    assert await draw_of(database, entry) == found


@pytest.mark.parametrize(
    "facts",
    [{"selection": Selection.FIRST_COME}, {"status": CourseStatus.CANCELLED}, {"registration_needed": False}],
    ids=str,
)
async def test_nothing_is_promised_where_nothing_is_drawn(database: Database, facts: dict[str, Any]) -> None:
    entry = await open_lottery(database, entrants=0)
    async with database.transaction() as db:
        await db.execute(update(Course).where(col(Course.id) == entry.id).values(facts))
    assert await drawing.promise(database, now=NOW) == 0


async def test_nothing_is_promised_once_entries_are_over(database: Database) -> None:
    await open_lottery(database, entrants=0)
    assert await drawing.promise(database, now=CLOSED) == 0


async def test_a_lottery_goes_by_itself_at_its_times(database: Database) -> None:
    entry = await open_lottery(database)
    assert await drawing.draw(database, now=CLOSES, zone=TOKYO) == 0

    assert await drawing.draw(database, now=CLOSED, zone=TOKYO) == 1
    fixed = await draw_of(database, entry)
    assert fixed is not None
    assert (fixed.fixed_at, fixed.drawn_at) == (CLOSED, None)
    assert await states(database, entry) == {ENTERED}
    assert await drawing.draw(database, now=DRAWN_AT - timedelta(minutes=1), zone=TOKYO) == 0

    assert await drawing.draw(database, now=DRAWN_AT, zone=TOKYO) == 1
    assert await states(database, entry) == {CONFIRMED}
    assert await drawing.draw(database, now=DRAWN_AT, zone=TOKYO) == 0
    await assert_sound(database)


async def test_a_late_tick_draws_at_once(database: Database) -> None:
    entry = await open_lottery(database)
    assert await drawing.draw(database, now=DRAWN_AT + timedelta(days=1), zone=TOKYO) == 1
    assert await states(database, entry) == {CONFIRMED}


async def test_nothing_is_drawn_while_entries_are_open(database: Database) -> None:
    """Even where staff mistyped the time of the draw."""
    entry = await open_lottery(database, rules={"draw_at": NOW})
    assert await drawing.draw(database, now=CLOSES, zone=TOKYO) == 0
    assert await drawing.draw(database, now=CLOSED, zone=TOKYO) == 1
    assert await states(database, entry) == {CONFIRMED}


async def test_without_a_deadline_it_is_closed_when_it_is_drawn(database: Database) -> None:
    entry = await open_lottery(database)
    async with database.transaction() as db:
        await db.execute(update(Course).where(col(Course.id) == entry.id).values(apply_until=None))
    assert await drawing.draw(database, now=CLOSED, zone=TOKYO) == 0
    assert await drawing.draw(database, now=DRAWN_AT, zone=TOKYO) == 1
    assert await states(database, entry) == {CONFIRMED}


async def test_what_staff_draw_is_left_to_staff(database: Database) -> None:
    entry = await open_lottery(database, rules={})
    assert await drawing.draw(database, now=DRAWN_AT, zone=TOKYO) == 0
    assert await states(database, entry) == {ENTERED}


async def test_a_draw_that_waits_for_a_public_text_is_left_to_staff(database: Database) -> None:
    entry = await open_lottery(database)
    async with database.transaction() as db:
        await lottery.fix(db, Place(entry.id), now=CLOSED, mixed_in="6月14日の朝刊の数字")
    assert await drawing.draw(database, now=DRAWN_AT, zone=TOKYO) == 0
    assert await states(database, entry) == {ENTERED}


async def test_a_draw_that_is_stuck_is_told_of_and_holds_up_no_other(database: Database) -> None:
    stuck, other = await open_lottery(database), await open_lottery(database)
    await drawing.draw(database, now=CLOSED, zone=TOKYO)
    async with database.transaction() as db:
        await db.execute(update(Course).where(col(Course.id) == stuck.id).values(capacity=1))
    with capture_logs() as logs, pytest.raises(DrawError):
        await drawing.draw(database, now=DRAWN_AT, zone=TOKYO)
    assert [(line["event"], line["course"]) for line in logs] == [("draw.stuck", stuck.id)]
    assert (await states(database, stuck), await states(database, other)) == ({ENTERED}, {CONFIRMED})


async def test_the_runner_draws(database: Database, runner: Runner, clock: StandingClock) -> None:
    entry = await open_lottery(database)
    clock.moment = DRAWN_AT
    await runner.run_once()
    assert await states(database, entry) == {CONFIRMED}


async def test_a_draw_that_is_stuck_holds_up_no_reminder(
    town: Town, line: FakeChannel, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_module, "TICK", timedelta(seconds=0.05))
    stuck = await open_lottery(town.database)
    await drawing.draw(town.database, now=CLOSED, zone=TOKYO)
    async with town.database.transaction() as db:
        await db.execute(update(Course).where(col(Course.id) == stuck.id).values(capacity=1))
    resident = await town.resident()
    await town.register(resident, await town.course(tokyo(6, 16, 14)))
    clock.moment = tokyo(6, 15, 18)
    clockwork = make_runner(town.database, clock, line)
    clockwork.start()
    await until(lambda: line.received)
    await clockwork.stop()
    assert resident.line in line.received
    assert clockwork.failures.keys() == {"draw"}
