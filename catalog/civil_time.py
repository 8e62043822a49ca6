"""Between UTC, which everything inside uses, and the city's civil time, which people use."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def as_local(moment: datetime, zone: ZoneInfo) -> datetime:
    """The same moment on the city's clock."""
    return moment.astimezone(zone)


def to_utc(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """A civil date and time of the city as UTC."""
    return datetime.combine(day, clock, zone).astimezone(ZoneInfo("UTC"))


def start_of_day(moment: datetime, zone: ZoneInfo, *, days: int = 0) -> datetime:
    """Midnight of the moment's civil day, or of one `days` later, as UTC."""
    day = moment.astimezone(zone).date() + timedelta(days=days)
    return to_utc(day, time(0), zone)
