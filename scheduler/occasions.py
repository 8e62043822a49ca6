"""When a reminder is due, and until when it helps: pure rules, in the city's civil time."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from catalog.civil_time import as_local, to_utc
from scheduler.quiet import is_night, morning

EVENING_BEFORE = time(18)
LAST_MORNING = time(9)
BEFORE_START = timedelta(hours=2)
LEAST_WARNING = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Window:
    """A reminder is told once, as soon as possible in [due, until)."""

    due: datetime
    until: datetime

    def open_at(self, now: datetime, zone: ZoneInfo) -> bool:
        """Whether to tell it now. A late tick still tells what is useful, never at night."""
        return self.due <= now < self.until and not is_night(now, zone)


def day_before(starts_at: datetime, zone: ZoneInfo) -> Window:
    """At 18:00 of the day before the session."""
    return Window(_evening_before(starts_at, zone), starts_at)


def same_day(starts_at: datetime, zone: ZoneInfo, *, all_day: bool) -> Window | None:
    """Two hours before the session; at 8:00 where that is still night and leaves half an hour. None: not at all."""
    if all_day:
        return None
    due = starts_at - BEFORE_START
    moved = morning(due, zone)
    if moved != due and starts_at - moved < LEAST_WARNING:
        return None
    return Window(moved, starts_at)


def deadline(apply_until: datetime, zone: ZoneInfo, *, saved_at: datetime) -> Window | None:
    """At 18:00 of the day before applications end; at 9:00 of the last day where the course was saved later."""
    due = _evening_before(apply_until, zone)
    if saved_at > due:
        due = to_utc(as_local(apply_until, zone).date(), LAST_MORNING, zone)
    return Window(due, apply_until) if saved_at <= due < apply_until else None


def _evening_before(moment: datetime, zone: ZoneInfo) -> datetime:
    return to_utc(as_local(moment, zone).date() - timedelta(days=1), EVENING_BEFORE, zone)
