"""When courses meet, on the city's clock, as arrays: which of a query's days, weekdays and hours each can keep."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from catalog.search.criteria import Criteria, TimeOfDay
from catalog.search.entry import CourseEntry, SessionEntry
from catalog.search.postings import Ints

DATE, WEEKDAY, TIME = 1, 2, 4
_EVERY_DAY = 0b1111111
_NEVER = np.iinfo(np.int64).max
_COUNT = np.array([bits.bit_count() for bits in range(8)], np.int64)
_TIMES = {TimeOfDay.MORNING: 1, TimeOfDay.AFTERNOON: 2, TimeOfDay.EVENING: 4}
_SAID_DAYS = re.compile(
    r"(?:毎週|第[0-90-9・、,第]+)\s*([月火水木金土日](?:[・、,と及び]*[月火水木金土日])*)|([月火水木金土日])曜"
)
_SAID_TIMES = ((re.compile("午前|朝"), 1), (re.compile("午後|昼"), 2), (re.compile("夜|夕"), 4))


@dataclass(frozen=True, slots=True)
class Fit:
    """For every course: `missed`, the bits (DATE, WEEKDAY, TIME) that its best session misses; that session's start
    as a timestamp (`_NEVER` when it has none to come); whether it is finished."""

    missed: Ints
    starts: Ints
    finished: "np.ndarray[tuple[int], np.dtype[np.bool_]]"


class Calendar:
    """The sessions of all courses in one zone. A session over several days meets on the weekdays its text names."""

    def __init__(self, entries: Sequence[CourseEntry], zone: ZoneInfo) -> None:
        rows = [
            (course, *_row(session, entry.schedule_text or "", zone))
            for course, entry in enumerate(entries)
            for session in entry.sessions
            if not session.cancelled
        ]
        table = np.array(rows, np.int64).reshape(-1, 7)
        self._course, self._first, self._last, self._weekdays, self._times, self._starts, self._ends = table.T
        self._size = len(entries)
        self._zone = zone

    def fit(self, criteria: Criteria, now: datetime) -> Fit:
        live = self._live(now)
        missed = self._missed(criteria, now)
        # One number a session, the least is the best: what it misses, then when it starts.
        order = np.where(live, _COUNT[missed] * 8 + missed, 99)
        best = np.full(self._size, 99, np.int64)
        np.minimum.at(best, self._course, order)
        chosen = live & (order == best[self._course])
        starts = np.full(self._size, _NEVER, np.int64)
        np.minimum.at(starts, self._course, np.where(chosen, self._starts, _NEVER))
        finished = best == 99
        return Fit(np.where(finished, 0, best % 8), starts, finished)

    def _live(self, now: datetime) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """Sessions still to come; one over several days is to come until it ends."""
        moment = int(now.timestamp())
        return (self._starts > moment) | ((self._last > self._first) & (self._ends > moment))

    def _missed(self, criteria: Criteria, now: datetime) -> Ints:
        today = now.astimezone(self._zone).date()
        ranges = criteria.dates or ((today, None),)
        wanted = sum(1 << day for day in set(criteria.weekdays)) or _EVERY_DAY
        missed = np.full(len(self._course), DATE | WEEKDAY | TIME, np.int64)
        for first, last in ranges:
            within = self._weekdays_within(max(first, today), last)
            off_day = np.where(within == 0, DATE, 0)
            reachable = np.where(within == 0, self._weekdays, within)
            this = off_day | np.where((reachable & wanted) == 0, WEEKDAY, 0)
            missed = np.where(_COUNT[this] < _COUNT[missed], this, missed)
        return missed | self._off_time(criteria.time_of_day)

    def _off_time(self, wanted: tuple[TimeOfDay, ...]) -> Ints:
        bits = sum(_TIMES[time] for time in set(wanted))
        return np.where((self._times & bits) == 0, TIME if bits else 0, 0)

    def _weekdays_within(self, first: date, last: date | None) -> Ints:
        """The weekdays on which each session meets between two days, as bits; 0 when it does not."""
        lowest, highest = first.toordinal(), last.toordinal() if last else date.max.toordinal()
        meets = (self._first <= highest) & (self._last >= lowest)
        within = np.where(meets, self._weekdays, 0)
        cut = np.flatnonzero(meets & ((self._first < lowest) | (self._last > highest)))
        low, high = np.maximum(self._first[cut], lowest), np.minimum(self._last[cut], highest)
        within[cut] &= _weekdays_between(low, high)
        return within


def _weekdays_between(low: Ints, high: Ints) -> Ints:
    bits = np.zeros(len(low), np.int64)
    for ahead in range(7):
        bits |= np.where(low + ahead <= high, 1 << ((low + ahead + 6) % 7), 0)
    return bits


def _row(session: SessionEntry, schedule: str, zone: ZoneInfo) -> tuple[int, int, int, int, int, int]:
    """First and last day (ordinals), weekdays and times of day (bits), start and end (timestamps)."""
    start = session.starts_at.astimezone(zone)
    end = session.ends_at.astimezone(zone) if session.ends_at else start
    last = (end - timedelta(microseconds=1)).date() if end > start else start.date()
    several = last > start.date() and (end - start) > timedelta(hours=16)
    last = last if several else start.date()
    weekdays = (_said_weekdays(schedule) if several else 0) or _EVERY_DAY
    times = _said_times(schedule) if session.all_day else _time_of_day(start.hour)
    first_day, last_day = start.toordinal(), last.toordinal()
    own = sum(1 << (day + 6) % 7 for day in range(first_day, min(last_day, first_day + 6) + 1))
    return (
        first_day,
        last_day,
        weekdays & own or own,
        times,
        int(start.timestamp()),
        int(end.timestamp()),
    )


def _time_of_day(hour: int) -> int:
    return _TIMES[TimeOfDay.MORNING if hour < 12 else TimeOfDay.AFTERNOON if hour < 17 else TimeOfDay.EVENING]


def _said_weekdays(schedule: str) -> int:
    days = "".join(a or b for a, b in _SAID_DAYS.findall(schedule))
    return sum(1 << "月火水木金土日".index(day) for day in set(days) if day in "月火水木金土日")


def _said_times(schedule: str) -> int:
    return sum(bit for said, bit in _SAID_TIMES if said.search(schedule))
