"""The catalogue in memory: every course as an entry, ready to be searched, rebuilt whole when its version changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from catalog.search.criteria import Criteria, Reason, Relaxed
from catalog.search.entry import CourseEntry


@dataclass(frozen=True, slots=True)
class Hit:
    course: CourseEntry
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    course: CourseEntry
    relaxed: tuple[Relaxed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """Hits, best first; `alternatives` only where there are few or none; `did_you_mean` a corrected name, or None."""

    hits: tuple[Hit, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    did_you_mean: str | None = None


class CourseIndex:
    """An immutable index over entries. Building it is pure work and may run in a thread."""

    def __init__(self, entries: Iterable[CourseEntry], *, version: int) -> None:
        self.version = version
        self.entries = tuple(entries)
        self._by_id = {entry.id: entry for entry in self.entries}

    def course(self, course_id: int) -> CourseEntry | None:
        return self._by_id.get(course_id)

    @property
    def places(self) -> tuple[str, ...]:
        """The names of venues and areas that a resident may say."""
        raise NotImplementedError

    def search(self, criteria: Criteria, *, now: datetime, zone: ZoneInfo) -> SearchResult:
        raise NotImplementedError


class Catalogue:
    """Holds the present index; readers take `index` once a turn. `refresh` swaps it without stopping anybody."""

    def __init__(self) -> None:
        self.index = CourseIndex((), version=-1)
