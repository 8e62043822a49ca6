"""Delivery: every fault a platform can show, crashes, and two workers at once."""

import asyncio
from datetime import datetime, timedelta

import pytest

from catalog import outgoing
from catalog.database import Database
from catalog.models import OutgoingKind, OutgoingState, Platform
from catalog.reaching import reachable
from handlers import reply_json
from handlers.messages import say
from scheduler.delivery import Deliverer
from scheduler.limits import Limiter, Rates
from scheduler.runner import Runner
from tests.conftest import TOKYO, StandingClock
from tests.scheduler import fake_channel as outcome
from tests.scheduler.conftest import make_runner
from tests.scheduler.fake_channel import FakeChannel, Step
from tests.scheduler.town import Neighbour, Town, tokyo

MINUTES = timedelta(minutes=1)
NOW = tokyo(6, 10, 10)


async def notice(
    town: Town,
    to: Neighbour,
    body: str = "会場が変わりました",
    *,
    platform: Platform = Platform.LINE,
    kind: OutgoingKind = OutgoingKind.NOTICE,
    due_at: datetime = NOW,
    **more: str | datetime,
) -> None:
    async with town.database.transaction() as db:
        await outgoing.enqueue(
            db,
            key=f"{kind}:{to.id}:{body}",
            kind=kind,
            platform=platform,
            address=to.line if platform is Platform.LINE else to.telegram,
            resident_id=to.id,
            payload=reply_json.dumps(say(body)),
            due_at=due_at,
            **more,  # type: ignore[arg-type] # columns by name, as the table has them
        )


def bodies(channel: FakeChannel, address: str) -> list[str]:
    return [reply.views[0].body for reply in channel.received[address]]  # type: ignore[union-attr] # all are texts here


@pytest.mark.parametrize(
    ("platform", "script", "expected"),
    [
        (Platform.LINE, [], (OutgoingState.SENT, 1)),
        (Platform.LINE, [outcome.RETRY, outcome.RETRY], (OutgoingState.SENT, 1)),
        (Platform.LINE, [outcome.TOO_MANY], (OutgoingState.SENT, 1)),
        (Platform.LINE, [outcome.UNKNOWN], (OutgoingState.UNKNOWN, 1)),
        (Platform.LINE, [outcome.BLOCKED], (OutgoingState.BLOCKED, 0)),
        (Platform.LINE, [outcome.REFUSED], (OutgoingState.FAILED, 0)),
        (Platform.LINE, [outcome.QUOTA], (OutgoingState.FAILED, 0)),
        (Platform.LINE, [RuntimeError("a defect")], (OutgoingState.SENT, 1)),
        (Platform.TELEGRAM, [outcome.RETRY], (OutgoingState.SENT, 1)),
        (Platform.TELEGRAM, [outcome.UNKNOWN], (OutgoingState.UNKNOWN, 1)),
        (Platform.TELEGRAM, [RuntimeError("a defect")], (OutgoingState.UNKNOWN, 0)),
    ],
)
async def test_a_fault_ends_where_it_should(
    town: Town, clock: StandingClock, platform: Platform, script: list[Step], expected: tuple[OutgoingState, int]
) -> None:
    state, received = expected
    channel = FakeChannel(platform, script)
    resident = await town.resident(platform)
    await notice(town, resident, platform=platform)
    for _ in range(5):
        # A new runner each time, as after a restart: nothing may hang on what a process remembers.
        await make_runner(town.database, clock, channel).run_once()
        clock.forward(5 * MINUTES)
    assert await town.states() == [state]
    assert sum(map(len, channel.received.values())) == received
    assert len({envelope.retry_key for envelope in channel.envelopes}) == 1


async def test_a_fault_is_not_tried_again_at_once(town: Town, clock: StandingClock, line: FakeChannel) -> None:
    line.script = [outcome.RETRY]
    await notice(town, await town.resident())
    runner = make_runner(town.database, clock, line)
    assert await runner.run_once() == 1
    assert await runner.run_once() == 0
    clock.forward(timedelta(seconds=30))
    assert await runner.run_once() == 1


async def test_a_pause_holds_everything_to_that_platform_and_nothing_else(
    town: Town, clock: StandingClock, line: FakeChannel, telegram: FakeChannel
) -> None:
    first, second, third = [await town.resident(Platform.LINE, Platform.TELEGRAM) for _ in range(3)]
    telegram.script = [outcome.TOO_MANY]
    await notice(town, first, platform=Platform.TELEGRAM)
    runner = make_runner(town.database, clock, line, telegram)
    await runner.run_once()
    await notice(town, second, platform=Platform.TELEGRAM)
    await notice(town, third)
    await runner.run_once()
    assert telegram.received == {}
    assert set(line.received) == {third.line}
    assert len(telegram.envelopes) == 1, "not even tried"


async def test_who_blocks_us_hears_nothing_more(town: Town, runner: Runner, line: FakeChannel) -> None:
    resident, other = await town.resident(), await town.resident()
    line.script = [outcome.BLOCKED]
    await notice(town, resident)
    await notice(town, resident, "あとで", due_at=tokyo(6, 11, 10))
    await runner.run_once()
    await notice(town, other)
    await runner.run_once()
    assert await town.states() == [OutgoingState.BLOCKED, OutgoingState.BLOCKED, OutgoingState.SENT]
    async with town.database.reading() as db:
        assert await reachable(db, [resident.id, other.id]) == {other.id: (Platform.LINE, other.line)}


async def test_messages_to_one_address_keep_their_order(town: Town, runner: Runner, line: FakeChannel) -> None:
    resident = await town.resident()
    for number in range(10):
        await notice(town, resident, str(number))
    await runner.run_once()
    assert bodies(line, resident.line) == [str(number) for number in range(10)]


async def test_at_night_only_answers_go_out(
    town: Town, clock: StandingClock, runner: Runner, line: FakeChannel
) -> None:
    resident = await town.resident()
    clock.moment = tokyo(6, 10, 21)
    await notice(town, resident, "お知らせ", due_at=clock.moment)
    await notice(town, resident, "答え", kind=OutgoingKind.REPLY, due_at=clock.moment)
    await runner.run_once()
    assert bodies(line, resident.line) == ["答え"]
    clock.moment = tokyo(6, 11, 8)
    await runner.run_once()
    assert bodies(line, resident.line) == ["答え", "お知らせ"]


async def test_what_is_no_longer_useful_expires(town: Town, clock: StandingClock, runner: Runner) -> None:
    clock.moment = tokyo(6, 10, 22)
    await notice(town, await town.resident(), due_at=clock.moment, useful_until=tokyo(6, 11, 8))
    clock.moment = tokyo(6, 11, 8)
    await runner.run_once()
    assert await town.states() == [OutgoingState.EXPIRED]


async def test_a_spent_reply_token_is_not_tried(
    town: Town, clock: StandingClock, runner: Runner, line: FakeChannel
) -> None:
    resident = await town.resident()
    for body, until in (("早い", clock.moment + MINUTES), ("遅い", clock.moment)):
        await notice(town, resident, body, kind=OutgoingKind.REPLY, reply_token="token", reply_until=until)
    await runner.run_once()
    assert [envelope.reply_token for envelope in line.envelopes] == ["token", None]


async def test_an_unreadable_payload_fails_alone(town: Town, runner: Runner, line: FakeChannel) -> None:
    resident = await town.resident()
    async with town.database.transaction() as db:
        await outgoing.enqueue(
            db,
            key="broken",
            kind=OutgoingKind.NOTICE,
            platform=Platform.LINE,
            address=resident.line,
            resident_id=resident.id,
            payload="{}",
            due_at=tokyo(6, 10, 9),
        )
    await notice(town, resident)
    await runner.run_once()
    assert await town.states() == [OutgoingState.FAILED, OutgoingState.SENT]


@pytest.mark.parametrize(
    ("platform", "kind", "expected"),
    [
        (Platform.LINE, OutgoingKind.NOTICE, (2, OutgoingState.SENT)),  # known by its retry key
        (Platform.TELEGRAM, OutgoingKind.NOTICE, (1, OutgoingState.UNKNOWN)),  # a second one could double it
        (Platform.TELEGRAM, OutgoingKind.REPLY, (2, OutgoingState.SENT)),  # an answer is worth the risk
    ],
)
async def test_a_crash_after_sending(
    town: Town, clock: StandingClock, platform: Platform, kind: OutgoingKind, expected: tuple[int, OutgoingState]
) -> None:
    sendings, state = expected
    channel = FakeChannel(platform)
    resident = await town.resident(platform)
    await notice(town, resident, platform=platform, kind=kind)
    channel.crash_after_sending = True
    with pytest.raises(asyncio.CancelledError):
        await make_runner(town.database, clock, channel).run_once()
    channel.crash_after_sending = False
    restarted = make_runner(town.database, clock, channel)
    assert await restarted.run_once() == 0, "the claim still holds"
    clock.forward(outgoing.LEASE)
    await restarted.run_once()
    assert len(channel.envelopes) == sendings
    assert await town.states() == [state]


async def test_a_crash_before_sending_loses_nothing(town: Town, clock: StandingClock, telegram: FakeChannel) -> None:
    resident = await town.resident(Platform.TELEGRAM)
    await notice(town, resident, platform=Platform.TELEGRAM)
    async with town.database.transaction() as db:
        assert len(await outgoing.claim_due(db, now=clock.moment, limit=10)) == 1
    clock.forward(outgoing.LEASE)
    await make_runner(town.database, clock, telegram).run_once()
    assert len(telegram.received[resident.telegram]) == 1
    assert await town.states() == [OutgoingState.SENT]


async def test_two_workers_send_each_message_once(town: Town, clock: StandingClock, telegram: FakeChannel) -> None:
    """Telegram's fake would show a doubled message. On SQLite the two share one writer, on PostgreSQL they race."""
    residents = [await town.resident(Platform.TELEGRAM) for _ in range(60)]
    for resident in residents:
        await notice(town, resident, "一", platform=Platform.TELEGRAM)
        await notice(town, resident, "二", platform=Platform.TELEGRAM)
    second = (
        Database(town.database.url.render_as_string(hide_password=False))
        if not town.database.is_sqlite
        else town.database
    )
    try:
        workers = [make_runner(database, clock, telegram) for database in (town.database, second)]
        await asyncio.gather(*(worker.run_once() for worker in workers))
        await workers[0].run_once()
    finally:
        if second is not town.database:
            await second.close()
    assert all(sorted(bodies(telegram, resident.telegram)) == ["一", "二"] for resident in residents)
    assert set(await town.states()) == {OutgoingState.SENT}


async def test_a_long_bulk_does_not_hold_up_an_answer(town: Town, clock: StandingClock, telegram: FakeChannel) -> None:
    """Lanes are worked on side by side."""
    slow = Limiter(Rates(overall=1e9, bulk=20))
    deliverer = Deliverer(
        town.database, clock, {Platform.TELEGRAM: telegram}, TOKYO, limiters={Platform.TELEGRAM: slow}
    )
    for number in range(20):
        await notice(town, await town.resident(Platform.TELEGRAM), str(number), platform=Platform.TELEGRAM)
    answers, bulk = deliverer.lanes
    draining = asyncio.create_task(deliverer.drain_lane(bulk))
    await asyncio.sleep(0.1)
    waiting = await town.resident(Platform.TELEGRAM)
    await notice(town, waiting, "答え", platform=Platform.TELEGRAM, kind=OutgoingKind.REPLY)
    await deliverer.drain_lane(answers)
    assert bodies(telegram, waiting.telegram) == ["答え"]
    assert not draining.done()
    await draining


async def test_a_process_that_only_answers_leaves_the_rest(town: Town, clock: StandingClock, line: FakeChannel) -> None:
    resident = await town.resident()
    await notice(town, resident, "お知らせ")
    await notice(town, resident, "答え", kind=OutgoingKind.REPLY)
    deliverer = Deliverer(town.database, clock, {Platform.LINE: line}, TOKYO, kinds={OutgoingKind.REPLY})
    assert await deliverer.drain() == 1
    assert bodies(line, resident.line) == ["答え"]
