"""The pace towards each platform, in a time that passes only by sleeping."""

import asyncio
from itertools import pairwise

from catalog.models import Platform
from scheduler.limits import RATES, Limiter, Rates


class Time:
    """Seconds that pass when somebody sleeps. Sleepers wake in the order of their moments."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        wake = self.now + seconds
        await asyncio.sleep(0)
        self.now = max(self.now, wake)


def limiter(time: Time, rates: Rates = RATES[Platform.TELEGRAM]) -> Limiter:
    return Limiter(rates, time=time, sleep=time.sleep)


async def test_bulk_on_telegram_stays_below_25_a_second() -> None:
    time = Time()
    pace = limiter(time)
    for number in range(251):
        assert await pace.acquire(str(number), bulk=True)
    assert 249 / 25 <= time.now + 0.1 <= 10.2


async def test_replies_have_room_beside_bulk() -> None:
    """While bulk takes its 25, an answer waits a blink, and all together stay below 30."""
    time = Time()
    pace = limiter(time)
    longest = 0.0
    for number in range(100):
        await pace.acquire(f"bulk {number}", bulk=True)
        if number % 10 == 0:
            before = time.now
            await pace.acquire(f"reply {number}")
            longest = max(longest, time.now - before)
    assert longest <= 1 / 30 + 1e-9
    assert 110 / time.now <= 30


async def test_one_chat_hears_one_message_a_second() -> None:
    time = Time()
    pace = limiter(time)
    moments = []
    for _ in range(4):
        await pace.acquire("the same")
        moments.append(time.now)
    assert all(later - earlier >= 1 - 1e-9 for earlier, later in pairwise(moments))


async def test_a_pause_lets_nothing_through_and_ends() -> None:
    time = Time()
    pace = limiter(time)
    pace.pause(30)
    pace.pause(5)
    assert not await pace.acquire("anybody")
    time.now = 29.9
    assert pace.paused
    time.now = 30
    assert await pace.acquire("anybody")


async def test_who_waits_when_a_pause_begins_is_sent_away() -> None:
    time = Time()
    pace = limiter(time, Rates(overall=1, bulk=1))
    assert await pace.acquire()
    waiting = asyncio.create_task(pace.acquire())
    await asyncio.sleep(0)
    pace.pause(60)
    assert not await waiting


async def test_chats_that_have_long_been_silent_are_forgotten() -> None:
    time = Time()
    pace = limiter(time, Rates(overall=1e9, bulk=1e9, chat=1))
    for number in range(5_000):
        time.now += 0.01
        await pace.acquire(str(number))
    assert len(pace._chats) <= 1_001


def test_line_stays_far_below_its_limits() -> None:
    assert RATES[Platform.LINE].overall <= 2_000 / 2
    assert RATES[Platform.LINE].bulk <= 200 / 2
