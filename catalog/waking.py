"""Waking hours (8:00–21:00 on the city's clock): when people are written to, and the only hours an answer may take."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from catalog.civil_time import as_local, to_utc

WAKING_FROM = time(8)
WAKING_UNTIL = time(21)


def is_waking(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether the city is awake: from 8:00 to before 21:00."""
    return WAKING_FROM <= as_local(moment, zone).time() < WAKING_UNTIL


def next_waking(moment: datetime, zone: ZoneInfo) -> datetime:
    """The end of the night that `moment` lies in, as UTC; `moment` itself by day."""
    if is_waking(moment, zone):
        return moment
    local = as_local(moment, zone)
    day = local.date() + timedelta(days=local.time() >= WAKING_UNTIL)
    return to_utc(day, WAKING_FROM, zone)


def after(moment: datetime, hours: float, zone: ZoneInfo) -> datetime:
    """The moment at which `hours` waking hours have passed since `moment`: nights do not count."""
    left = timedelta(hours=hours)
    start = next_waking(moment, zone)
    while True:
        evening = to_utc(as_local(start, zone).date(), WAKING_UNTIL, zone)
        if left <= evening - start:
            return start + left
        left -= evening - start
        start = next_waking(evening, zone)


def between(start: datetime, end: datetime, zone: ZoneInfo) -> timedelta:
    """How much waking time lies between two moments; nothing where `end` is not later."""
    total = timedelta()
    begin = next_waking(start, zone)
    while begin < end:
        evening = to_utc(as_local(begin, zone).date(), WAKING_UNTIL, zone)
        total += min(evening, end) - begin
        begin = next_waking(evening, zone)
    return total
