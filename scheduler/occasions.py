"""When a reminder is due, and until when it helps: pure rules, in the city's civil time."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from catalog.civil_time import as_local, to_utc
from scheduler.quiet import is_night, morning

AT_HOUR = 18  # of the day before, where a resident has not chosen another
HOURS_BEFORE = 2  # the start, likewise
LONGEST_BEFORE = timedelta(hours=6)  # no resident can choose more
LAST_MORNING = time(9)
LEAST_WARNING = timedelta(minutes=30)
OPENING_IS_NEWS = timedelta(days=1)  # after which nobody is told any more that applications have opened


@dataclass(frozen=True, slots=True)
class Window:
    """A reminder is told once, as soon as possible in [due, until)."""

    due: datetime
    until: datetime

    def open_at(self, now: datetime, zone: ZoneInfo) -> bool:
        """Whether to tell it now. A late tick still tells what is useful, never at night."""
        return self.due <= now < self.until and not is_night(now, zone)


def day_before(starts_at: datetime, zone: ZoneInfo, *, hour: int = AT_HOUR) -> Window:
    """At the hour (18:00) of the day before the session."""
    return Window(_day_before(starts_at, zone, hour), starts_at)


def same_day(starts_at: datetime, zone: ZoneInfo, *, all_day: bool, hours: int = HOURS_BEFORE) -> Window | None:
    """Hours (two) before the session; at 8:00 where that is still night and leaves half an hour. None: not at all."""
    if all_day:
        return None
    due = starts_at - timedelta(hours=hours)
    moved = morning(due, zone)
    if moved != due and starts_at - moved < LEAST_WARNING:
        return None
    return Window(moved, starts_at)


def deadline(apply_until: datetime, zone: ZoneInfo, *, saved_at: datetime, hour: int = AT_HOUR) -> Window | None:
    """At the hour (18:00) of the day before applications end; at 9:00 of the last day where it was saved later."""
    due = _day_before(apply_until, zone, hour)
    if saved_at > due:
        due = to_utc(as_local(apply_until, zone).date(), LAST_MORNING, zone)
    return Window(due, apply_until) if saved_at <= due < apply_until else None


def opening(apply_from: datetime, zone: ZoneInfo, *, saved_at: datetime) -> Window | None:
    """As applications open; at 8:00 where that is at night. None where it was saved when they were open already."""
    if saved_at >= apply_from:
        return None
    return Window(morning(apply_from, zone), apply_from + OPENING_IS_NEWS)


def _day_before(moment: datetime, zone: ZoneInfo, hour: int) -> datetime:
    return to_utc(as_local(moment, zone).date() - timedelta(days=1), time(hour), zone)
