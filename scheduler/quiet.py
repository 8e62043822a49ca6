"""The night, in which nobody is written to unless they wrote first."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from catalog.civil_time import as_local, to_utc

NIGHT_FROM = time(21)
NIGHT_UNTIL = time(8)


def is_night(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether the city sleeps: from 21:00 to before 8:00."""
    clock = as_local(moment, zone).time()
    return clock >= NIGHT_FROM or clock < NIGHT_UNTIL


def morning(moment: datetime, zone: ZoneInfo) -> datetime:
    """The end of the night that `moment` lies in; `moment` itself by day."""
    if not is_night(moment, zone):
        return moment
    local = as_local(moment, zone)
    day = local.date() + timedelta(days=local.time() >= NIGHT_FROM)
    return to_utc(day, NIGHT_UNTIL, zone)
