"""What a search gives: courses that were found, others that come near, and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from catalog.search.criteria import Reason, Relaxed
from catalog.search.entry import CourseEntry


@dataclass(frozen=True, slots=True)
class Hit:
    """A course that was found. Its reasons are worked out when asked for: of fifty hits ten are shown."""

    course: CourseEntry
    score: float
    why: Callable[[], tuple[Reason, ...]] = field(repr=False, compare=False)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return self.why()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A course with its score and what each channel gave to it; whether it is about the words enough to be found."""

    course: CourseEntry
    score: float
    found: bool
    missed: tuple[Relaxed, ...]
    channels: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a search finds what it finds. `terms` with their weights, `situations` with how surely they are told of."""

    terms: tuple[tuple[str, float], ...]
    ideas: tuple[str, ...]
    situations: tuple[tuple[str, float], ...]
    courses: tuple[Weighed, ...]
