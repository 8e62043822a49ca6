"""When reminders are due: a table for each kind, in Tokyo's time."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler import occasions
from scheduler.quiet import is_night, morning
from tests.scheduler.town import TOKYO, tokyo

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(TOKYO))  # noqa: DTZ001 - the zone is given beside it


@pytest.mark.parametrize(
    ("starts_at", "due"),
    [
        (tokyo(6, 12, 10), tokyo(6, 11, 18)),
        (tokyo(6, 12, 0), tokyo(6, 11, 18)),  # a whole day begins at its midnight
        (tokyo(6, 12, 23, 59), tokyo(6, 11, 18)),
        (tokyo(7, 1, 9), tokyo(6, 30, 18)),
    ],
)
def test_the_evening_before(starts_at: datetime, due: datetime) -> None:
    assert occasions.day_before(starts_at, TOKYO) == occasions.Window(due, starts_at)


@pytest.mark.parametrize(
    ("starts_at", "due"),
    [
        (tokyo(6, 12, 14), tokyo(6, 12, 12)),
        (tokyo(6, 12, 10), tokyo(6, 12, 8)),  # the night has just ended
        (tokyo(6, 12, 9, 30), tokyo(6, 12, 8)),  # 7:30 is night: moved
        (tokyo(6, 12, 8, 30), tokyo(6, 12, 8)),  # half an hour is left
        (tokyo(6, 12, 8, 29), None),  # less is too late
        (tokyo(6, 12, 7), None),
        (tokyo(6, 12, 22, 59), tokyo(6, 12, 20, 59)),
        (tokyo(6, 12, 23), None),  # 21:00 is night, and the morning too late
        (tokyo(6, 12, 0, 30), None),
    ],
)
def test_the_same_day(starts_at: datetime, due: datetime | None) -> None:
    window = occasions.same_day(starts_at, TOKYO, all_day=False)
    assert window == (due and occasions.Window(due, starts_at))


def test_a_day_without_a_time_has_no_same_day_reminder() -> None:
    assert occasions.same_day(tokyo(6, 12), TOKYO, all_day=True) is None


@pytest.mark.parametrize(
    ("apply_until", "saved_at", "due"),
    [
        (tokyo(6, 12, 17), tokyo(6, 1, 9), tokyo(6, 11, 18)),
        (tokyo(6, 12, 17), tokyo(6, 11, 18), tokyo(6, 11, 18)),
        (tokyo(6, 12, 17), tokyo(6, 11, 19), tokyo(6, 12, 9)),  # saved later: the last morning
        (tokyo(6, 12, 17), tokyo(6, 12, 8), tokyo(6, 12, 9)),
        (tokyo(6, 12, 17), tokyo(6, 12, 10), None),  # they have just seen it
        (tokyo(6, 12, 9), tokyo(6, 11, 19), None),  # over by then
        (tokyo(6, 12, 23, 59), tokyo(6, 1, 9), tokyo(6, 11, 18)),
    ],
)
def test_the_deadline(apply_until: datetime, saved_at: datetime, due: datetime | None) -> None:
    window = occasions.deadline(apply_until, TOKYO, saved_at=saved_at)
    assert window == (due and occasions.Window(due, apply_until))


@given(moments)
def test_every_window_opens_by_day_and_before_its_end(moment: datetime) -> None:
    windows = (
        occasions.day_before(moment, TOKYO),
        occasions.same_day(moment, TOKYO, all_day=False),
        occasions.deadline(moment, TOKYO, saved_at=moment - timedelta(hours=20)),
    )
    for window in filter(None, windows):
        assert window.due < window.until
        assert window.open_at(window.due, TOKYO)
        assert not window.open_at(window.until, TOKYO)
        assert not window.open_at(window.due - timedelta(microseconds=1), TOKYO)


@given(moments)
def test_morning_is_the_first_moment_of_day(moment: datetime) -> None:
    found = morning(moment, TOKYO)
    assert not is_night(found, TOKYO)
    assert timedelta(0) <= found - moment <= timedelta(hours=11)
    assert is_night(moment, TOKYO) == (found != moment)


@pytest.mark.parametrize(
    ("moment", "night"),
    [
        (tokyo(6, 12, 20, 59), False),
        (tokyo(6, 12, 21), True),
        (tokyo(6, 12, 0), True),
        (tokyo(6, 12, 7, 59), True),
        (tokyo(6, 12, 8), False),
    ],
)
def test_the_night_is_from_nine_to_eight(moment: datetime, night: bool) -> None:
    assert is_night(moment, TOKYO) is night
