"""The night, in which nobody is written to unless they wrote first."""

from datetime import datetime
from zoneinfo import ZoneInfo

from catalog import waking


def is_night(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether the city sleeps: from 21:00 to before 8:00."""
    return not waking.is_waking(moment, zone)


def morning(moment: datetime, zone: ZoneInfo) -> datetime:
    """The end of the night that `moment` lies in; `moment` itself by day."""
    return waking.next_waking(moment, zone)
