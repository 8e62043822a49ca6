"""Fixtures of what speaks first: a town, and both platforms in memory."""

import pytest

from catalog.database import Database
from catalog.models import Platform
from scheduler.limits import Limiter, Rates
from scheduler.runner import Runner
from tests.conftest import TOKYO, StandingClock
from tests.scheduler.fake_channel import FakeChannel
from tests.scheduler.town import Town


@pytest.fixture
def town(database: Database) -> Town:
    return Town(database)


@pytest.fixture
def line() -> FakeChannel:
    return FakeChannel(Platform.LINE)


@pytest.fixture
def telegram() -> FakeChannel:
    return FakeChannel(Platform.TELEGRAM)


@pytest.fixture
def runner(database: Database, clock: StandingClock, line: FakeChannel, telegram: FakeChannel) -> Runner:
    """A runner without any pace of its own; `test_limits` looks at the pace."""
    return make_runner(database, clock, line, telegram)


def make_runner(database: Database, clock: StandingClock, *channels: FakeChannel) -> Runner:
    unlimited = Rates(overall=1e9, bulk=1e9)
    return Runner(
        database,
        clock,
        {channel.platform: channel for channel in channels},
        TOKYO,
        limiters={channel.platform: Limiter(unlimited) for channel in channels},
    )
