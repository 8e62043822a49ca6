"""When courses meet, on the city's clock, as arrays: which of a query's days, weekdays and hours each can keep."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from catalog.search.criteria import Criteria, TimeOfDay
from catalog.search.facts import AFTERNOON, EVENING, MORNING
from catalog.search.postings import Ints, Mask

DATE, WEEKDAY, TIME = 1, 2, 4
Bits = NDArray[np.uint8]
_EVERY_DAY = 0b1111111
_NEVER = np.iinfo(np.int64).max
_NONE = 99  # the rank of a session that is over
_RANK = np.array([bits.bit_count() * 8 + bits for bits in range(8)], np.uint8)  # the fewer missed, the better
_TIMES = {TimeOfDay.MORNING: MORNING, TimeOfDay.AFTERNOON: AFTERNOON, TimeOfDay.EVENING: EVENING}
_DAY, _QUARTER = 86_400, 900  # seconds; clocks are moved at quarters of an hour
_EPOCH = date(1970, 1, 1).toordinal()
_LONGEST_DAY = 16 * 3_600  # seconds; what lasts longer, and into another day, meets on several


@dataclass(frozen=True, slots=True)
class Fit:
    """For every course: `missed`, the bits (DATE, WEEKDAY, TIME) that its best session misses; that session's start
    as a timestamp (`_NEVER` when it has none to come); whether it is finished. Not to be changed: some are shared."""

    missed: Bits
    starts: Ints
    finished: Mask


class Calendar:
    """The sessions of all courses in one zone. A session over several days meets on the weekdays its text names."""

    def __init__(self, sessions: NDArray[Any], facts: NDArray[Any], zone: ZoneInfo) -> None:
        """`sessions` are rows of SESSIONS, course by course; `facts` those of FACTS, one a course."""
        self._size, self._zone = len(facts), zone
        self._course = np.ascontiguousarray(sessions["course"])
        self._held, self._begin = np.unique(self._course, return_index=True)  # the courses, and each one's first row
        self._starts, self._ends = (np.ascontiguousarray(sessions[name]) for name in ("starts", "ends"))
        begins, ends = (moments + _offsets(moments, zone) for moments in (self._starts, self._ends))
        first = begins // _DAY
        until = np.where(ends > begins, (ends - 1) // _DAY, first)
        several = (until > first) & (ends - begins > _LONGEST_DAY)
        last = np.where(several, until, first)
        self._first, self._last = ((day + _EPOCH).astype(np.int32) for day in (first, last))
        own = _weekdays_between(self._first, np.minimum(self._last, self._first + 6))
        said = np.where(several, facts["said_weekdays"][self._course], 0).astype(np.uint8) & own
        self._weekdays: Bits = np.where(said == 0, own, said)
        hour = begins % _DAY // 3_600
        of_hour = np.select([hour < 12, hour < 17], [MORNING, AFTERNOON], EVENING)
        self._times: Bits = np.where(sessions["all_day"], facts["said_times"][self._course], of_hour).astype(np.uint8)
        self._unasked: tuple[int, int, Fit] | None = None

    def fit(self, criteria: Criteria, now: datetime) -> Fit:
        if criteria.dates or criteria.weekdays or criteria.time_of_day:
            return self._fit(criteria, now)
        # Asked for no time, the same answer holds until a session begins or ends, or the day does.
        moment = int(now.timestamp())
        if self._unasked is None or not self._unasked[0] <= moment < self._unasked[1]:
            fit = self._fit(criteria, now)
            for values in (fit.missed, fit.starts, fit.finished):
                values.flags.writeable = False
            self._unasked = (moment, self._next_change(now), fit)
        return self._unasked[2]

    def _fit(self, criteria: Criteria, now: datetime) -> Fit:
        live = self._live(now)
        missed = self._missed(criteria, now)
        rank = np.where(live, _RANK[missed], np.uint8(_NONE))
        best = np.full(self._size, _NONE, np.uint8)
        starts = np.full(self._size, _NEVER, np.int64)
        if len(self._held):
            best[self._held] = np.minimum.reduceat(rank, self._begin)
            chosen = live & (rank == best[self._course])
            starts[self._held] = np.minimum.reduceat(np.where(chosen, self._starts, _NEVER), self._begin)
        finished = best == _NONE
        return Fit(np.where(finished, 0, best % 8).astype(np.uint8), starts, finished)

    def _next_change(self, now: datetime) -> int:
        local = now.astimezone(self._zone)
        midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), self._zone)
        moment = int(now.timestamp())
        coming = (moments.min(initial=_NEVER, where=moments > moment) for moments in (self._starts, self._ends))
        return min(int(midnight.timestamp()), *map(int, coming))

    def _live(self, now: datetime) -> Mask:
        """Sessions still to come; one over several days is to come until it ends."""
        moment = int(now.timestamp())
        live: Mask = (self._starts > moment) | ((self._last > self._first) & (self._ends > moment))
        return live

    def _missed(self, criteria: Criteria, now: datetime) -> Bits:
        today = now.astimezone(self._zone).date()
        ranges = criteria.dates or ((today, None),)
        wanted = np.uint8(sum(1 << day for day in set(criteria.weekdays)) or _EVERY_DAY)
        missed = np.full(len(self._course), DATE | WEEKDAY | TIME, np.uint8)
        for first, last in ranges:
            within = self._weekdays_within(max(first, today), last)
            off_day = (within == 0) * np.uint8(DATE)
            reachable = np.where(within == 0, self._weekdays, within)
            this = off_day | ((reachable & wanted) == 0) * np.uint8(WEEKDAY)
            missed = np.where(_RANK[this] // 8 < _RANK[missed] // 8, this, missed)
        return missed | self._off_time(criteria.time_of_day)

    def _off_time(self, wanted: tuple[TimeOfDay, ...]) -> Bits:
        bits = np.uint8(sum(_TIMES[time] for time in set(wanted)))
        off: Bits = ((self._times & bits) == 0) * np.uint8(TIME if bits else 0)
        return off

    def _weekdays_within(self, first: date, last: date | None) -> Bits:
        """The weekdays on which each session meets between two days, as bits; 0 when it does not."""
        lowest, highest = first.toordinal(), last.toordinal() if last else date.max.toordinal()
        meets = (self._first <= highest) & (self._last >= lowest)
        within = meets * self._weekdays
        cut = np.flatnonzero(meets & ((self._first < lowest) | (self._last > highest)))
        low, high = np.maximum(self._first[cut], lowest), np.minimum(self._last[cut], highest)
        within[cut] &= _weekdays_between(low, high)
        return within


def _weekdays_between(low: NDArray[np.int32], high: NDArray[np.int32]) -> Bits:
    bits = np.zeros(len(low), np.uint8)
    for ahead in range(7):
        bits |= np.where(low + ahead <= high, 1 << ((low + ahead + 6) % 7), 0).astype(np.uint8)
    return bits


def _offsets(moments: Ints, zone: ZoneInfo) -> Ints:
    """Seconds from UTC to the zone's clock at each timestamp."""
    quarters, places = np.unique(moments // _QUARTER, return_inverse=True)
    found = [datetime.fromtimestamp(at, zone).utcoffset() or timedelta() for at in (quarters * _QUARTER).tolist()]
    return np.array([int(offset.total_seconds()) for offset in found], np.int64)[places]
