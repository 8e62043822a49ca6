"""When the weekly digest is due. It is off unless a resident wishes it: on LINE each costs the city a message."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from catalog.civil_time import as_local, to_utc

WEEKDAY = 4  # Friday: before the weekend, when there is time to read and to decide
HOUR = 18
USEFUL_FOR = timedelta(days=2)  # over the weekend; after that the next one is near enough


def next_after(now: datetime, zone: ZoneInfo) -> datetime:
    """The next Friday 18:00 on the city's clock that is not over yet."""
    today = as_local(now, zone).date()
    friday = today + timedelta(days=(WEEKDAY - today.weekday()) % 7)
    due = to_utc(friday, time(HOUR), zone)
    return due if due > now else to_utc(friday + timedelta(days=7), time(HOUR), zone)
