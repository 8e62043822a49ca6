"""Places as residents say them: a venue's name, the quarter it stands in, or a part of its address."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from catalog.reading.normalise import fold
from catalog.search import lexicon
from catalog.search.entry import CourseEntry, VenueEntry

_SHORTEST = 2  # characters of a quarter's name


class PlaceIndex:
    """The venues of all courses, numbered in the order of `entries`."""

    def __init__(self, entries: Sequence[CourseEntry]) -> None:
        venues = {entry.venue.id: entry.venue for entry in entries if entry.venue is not None}
        numbers = {key: number for number, key in enumerate(venues, start=1)}
        self._venue = np.array([numbers[e.venue.id] if e.venue else 0 for e in entries], np.int64)
        self.names = tuple(dict.fromkeys(_names(venues.values())))
        self._keys = [(), *(_keys(venue) for venue in venues.values())]

    def within(self, places: Iterable[str]) -> NDArray[np.bool_]:
        """The courses held at one of these venues, or in one of these areas."""
        wanted = [key for key in map(_key, places) if key]
        inside = [any(key in own for key in wanted for own in keys) for keys in self._keys]
        return np.array(inside, np.bool_)[self._venue]


def quarter(name: str) -> str | None:
    """What a resident calls the place of a hall: 田無公民館 is in 田無. None where the name does not say."""
    for hall in lexicon.facility_words():
        rest = name.removesuffix(hall)
        if rest != name:
            return rest if len(rest) >= _SHORTEST else None
    return None


def _names(venues: Iterable[VenueEntry]) -> Iterable[str]:
    for venue in venues:
        yield from filter(None, (venue.name, venue.area, quarter(venue.name)))


def _keys(venue: VenueEntry) -> tuple[str, ...]:
    parts = (venue.name, venue.area, venue.address, venue.reading)
    return tuple(fold(part) for part in parts if part)


def _key(place: str) -> str:
    """田無駅 is where 田無 is; a station's own name is no venue's."""
    return fold(place.removesuffix("駅")) or fold(place)
