"""Announcements to a segment: what they would cost, and that each recipient gets one, also across a crash."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from catalog import outgoing
from catalog.models import Broadcast, BroadcastState, OutgoingState, Platform
from catalog.segments import SegmentError
from handlers.messages import Card
from scheduler import broadcasting
from scheduler.announcement import AnnouncementError
from scheduler.broadcasting import BroadcastError, BroadcastPlan
from scheduler.runner import Runner
from tests.conftest import TOKYO, StandingClock
from tests.scheduler import fake_channel as outcome
from tests.scheduler.conftest import make_runner
from tests.scheduler.fake_channel import FakeChannel
from tests.scheduler.town import Neighbour, Town, tokyo

TEXT = "# まなびフェスタ\n11月3日に開きます。"


@pytest.fixture
async def crowd(town: Town) -> list[Neighbour]:
    """Seven on LINE, three on Telegram, one of them on both (Telegram is newer)."""
    on_line = [await town.resident() for _ in range(7)]
    on_telegram = [await town.resident(Platform.TELEGRAM) for _ in range(2)]
    return [*on_line, *on_telegram, await town.resident(Platform.LINE, Platform.TELEGRAM)]


async def launch(town: Town, clock: StandingClock, *, segment: str = "") -> int:
    async with town.database.transaction() as db:
        return await broadcasting.launch(db, segment=segment, text=TEXT, at=clock.moment, now=clock.moment, zone=TOKYO)


async def plan(town: Town, clock: StandingClock, **wish: object) -> BroadcastPlan:
    given = {"segment": "", "text": TEXT, "at": clock.moment, "now": clock.moment, "zone": TOKYO} | wish
    async with town.database.reading() as db:
        return await broadcasting.plan(db, **given)  # type: ignore[arg-type] # by name, as in the function


async def state_of(town: Town, broadcast_id: int) -> BroadcastState:
    async with town.database.reading() as db:
        broadcast = await db.get(Broadcast, broadcast_id)
        assert broadcast is not None
        return broadcast.state


async def progress(town: Town, broadcast_id: int) -> dict[OutgoingState, int]:
    async with town.database.reading() as db:
        return await broadcasting.progress(db, broadcast_id)


@pytest.fixture
def groups_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcasting, "MULTICAST_SIZE", 3)


@pytest.mark.usefixtures("crowd")
async def test_a_plan_says_whom_it_reaches_and_what_it_costs(town: Town, clock: StandingClock) -> None:
    drafted = await plan(town, clock, quota=10)
    assert drafted.recipients == {Platform.LINE: 7, Platform.TELEGRAM: 3}
    assert (drafted.paid, drafted.reserved, drafted.remaining, drafted.seconds) == (7, 0, 3, 1)
    assert drafted.warnings == ()


async def test_a_plan_leaves_room_for_the_reminders_of_this_month(
    town: Town, clock: StandingClock, crowd: list[Neighbour]
) -> None:
    course_id = await town.course(tokyo(6, 20, 10), tokyo(6, 27, 10), tokyo(7, 4, 10))
    await town.register(crowd[0], course_id)
    drafted = await plan(town, clock, quota=10)
    assert drafted.reserved == 4, "two sessions, two reminders each"
    assert drafted.remaining == -1
    assert drafted.over_quota
    assert drafted.warnings == ("LINEの今月の残りを1通こえます。",)


@pytest.mark.usefixtures("crowd")
async def test_a_plan_warns_of_the_night(town: Town, clock: StandingClock) -> None:
    at_night = await plan(town, clock, at=tokyo(6, 10, 22))
    assert at_night.warnings == ("夜(21:00〜8:00)は送りません。6月11日 8:00から送ります。",)
    too_late = await plan(town, clock, at=tokyo(6, 10, 21) - timedelta(seconds=1))
    assert too_late.warnings == ("21:00までに送り終わりません。残りは翌朝 8:00から送ります。",)


async def test_everybody_gets_one_and_the_broadcast_is_done(
    town: Town, clock: StandingClock, crowd: list[Neighbour], line: FakeChannel, telegram: FakeChannel
) -> None:
    runner = make_runner(town.database, clock, line, telegram)
    broadcast_id = await launch(town, clock)
    assert await progress(town, broadcast_id) == {OutgoingState.PENDING: 10}
    await runner.run_once()
    received = Counter({address: len(replies) for one in (line, telegram) for address, replies in one.received.items()})
    assert received == Counter([who.line for who in crowd[:7]] + [who.telegram for who in crowd[7:]])
    (view,) = line.received[crowd[0].line][0].views
    assert isinstance(view, Card)
    assert view.title == "まなびフェスタ"
    assert await progress(town, broadcast_id) == {OutgoingState.SENT: 10}
    assert await state_of(town, broadcast_id) is BroadcastState.DONE
    assert await runner.run_once() == 0


@pytest.mark.usefixtures("crowd", "groups_of_three")
async def test_line_is_written_to_in_groups_with_a_key_each(
    town: Town, clock: StandingClock, runner: Runner, line: FakeChannel
) -> None:
    await launch(town, clock)
    await runner.run_once()
    assert [len(addresses) for _key, addresses in line.groups] == [3, 3, 1]
    assert len({key for key, _addresses in line.groups}) == 3
    assert line.envelopes == [], "nobody singly"


@pytest.mark.usefixtures("groups_of_three")
async def test_a_repeated_group_has_the_same_key_and_the_same_recipients(
    town: Town, clock: StandingClock, crowd: list[Neighbour], line: FakeChannel
) -> None:
    """Even where somebody of it blocks us in between: LINE leaves them out by itself."""
    line.script = [outcome.RETRY]
    await launch(town, clock, segment="platform:line")
    await make_runner(town.database, clock, line).run_once()
    async with town.database.transaction() as db:
        for who in crowd[:7]:
            await outgoing.block(db, Platform.LINE, who.line, now=clock.moment)
    clock.forward(timedelta(minutes=1))
    await make_runner(town.database, clock, line).run_once()
    assert line.groups[0] == line.groups[-1]


@pytest.mark.usefixtures("groups_of_three")
async def test_a_crash_after_a_group_was_sent_doubles_nothing(
    town: Town, clock: StandingClock, crowd: list[Neighbour], line: FakeChannel, telegram: FakeChannel
) -> None:
    broadcast_id = await launch(town, clock)
    line.crash_after_sending = True
    with pytest.raises(asyncio.CancelledError):
        await make_runner(town.database, clock, line).run_once()
    line.crash_after_sending = False
    clock.forward(outgoing.LEASE)
    await make_runner(town.database, clock, line, telegram).run_once()
    assert len(line.groups) == 4, "the first one twice"
    assert line.groups[0] in line.groups[1:]
    assert all(len(line.received[who.line]) == 1 for who in crowd[:7])
    assert all(len(telegram.received[who.telegram]) == 1 for who in crowd[7:])
    assert await progress(town, broadcast_id) == {OutgoingState.SENT: 10}


@pytest.mark.usefixtures("crowd", "groups_of_three")
async def test_two_workers_never_share_a_group(town: Town, clock: StandingClock, line: FakeChannel) -> None:
    await launch(town, clock)
    await asyncio.gather(*(make_runner(town.database, clock, line).run_once() for _ in range(3)))
    await make_runner(town.database, clock, line).run_once()
    assert sorted(len(addresses) for _key, addresses in line.groups) == [1, 3, 3]


@pytest.mark.usefixtures("crowd")
async def test_over_the_monthly_limit_it_ends_with_the_reason(
    town: Town, clock: StandingClock, runner: Runner, line: FakeChannel
) -> None:
    line.script = [outcome.QUOTA]
    broadcast_id = await launch(town, clock, segment="platform:line")
    await runner.run_once()
    assert await progress(town, broadcast_id) == {OutgoingState.FAILED: 8}
    assert {row.error for row in await town.outgoing()} == {"monthly limit: monthly limit"}


@pytest.mark.usefixtures("crowd")
async def test_a_cancelled_broadcast_sends_nothing_more(
    town: Town, clock: StandingClock, runner: Runner, line: FakeChannel, telegram: FakeChannel
) -> None:
    broadcast_id = await launch(town, clock)
    async with town.database.transaction() as db:
        assert await broadcasting.cancel(db, broadcast_id) == 10
    await runner.run_once()
    assert line.received == telegram.received == {}
    assert await state_of(town, broadcast_id) is BroadcastState.CANCELLED


async def test_what_cannot_be_sent_is_refused_with_its_reason(town: Town, clock: StandingClock) -> None:
    await town.resident(language="ja")
    async with town.database.transaction() as db:
        common = {"at": clock.moment, "now": clock.moment, "zone": TOKYO}
        with pytest.raises(BroadcastError, match="送る相手がいません"):
            await broadcasting.launch(db, segment="language:ko", text=TEXT, **common)  # type: ignore[arg-type] # by name
        with pytest.raises(SegmentError):
            await broadcasting.launch(db, segment="colour:red", text=TEXT, **common)  # type: ignore[arg-type] # by name
        with pytest.raises(AnnouncementError):
            await broadcasting.launch(db, segment="", text="", **common)  # type: ignore[arg-type] # by name
        with pytest.raises(BroadcastError):
            await broadcasting.cancel(db, 999)
