"""Waking hours, 8:00 to 21:00 on the city's clock: nights do not count."""

from datetime import datetime, timedelta

import pytest

from catalog import waking
from tests.catalog.search.factories import TOKYO, local


@pytest.mark.parametrize(
    ("since", "hours", "until"),
    [
        (local(2026, 6, 10, 10), 3, local(2026, 6, 10, 13)),
        (local(2026, 6, 10, 20, 50), 2, local(2026, 6, 11, 9, 50)),
        (local(2026, 6, 10, 23), 1, local(2026, 6, 11, 9)),
        (local(2026, 6, 10, 3), 1, local(2026, 6, 10, 9)),
        (local(2026, 6, 10, 8), 13, local(2026, 6, 10, 21)),
        (local(2026, 6, 10, 10), 24, local(2026, 6, 11, 21)),
        (local(2026, 6, 10, 21), 26, local(2026, 6, 12, 21)),
        (local(2026, 12, 31, 20), 2, local(2027, 1, 1, 9)),
    ],
)
def test_hours_are_counted_by_day_only(since: datetime, hours: int, until: datetime) -> None:
    """What begins in the evening goes on in the morning; and the way back measures the same."""
    assert waking.after(since, hours, TOKYO) == until
    assert waking.between(since, until, TOKYO) == timedelta(hours=hours)


def test_no_time_lies_between_a_moment_and_an_earlier_one() -> None:
    assert waking.between(local(2026, 6, 10, 10), local(2026, 6, 10, 9), TOKYO) == timedelta()
    assert waking.between(local(2026, 6, 10, 22), local(2026, 6, 11, 7), TOKYO) == timedelta(), "a night"


@pytest.mark.parametrize(
    ("moment", "awake"),
    [
        (local(2026, 6, 10, 7, 59), False),
        (local(2026, 6, 10, 8), True),
        (local(2026, 6, 10, 20, 59), True),
        (local(2026, 6, 10, 21), False),
    ],
)
def test_the_city_is_awake_from_eight_to_nine(moment: datetime, awake: bool) -> None:
    assert waking.is_waking(moment, TOKYO) is awake
    assert waking.next_waking(moment, TOKYO) >= moment
    assert (waking.next_waking(moment, TOKYO) == moment) is awake
