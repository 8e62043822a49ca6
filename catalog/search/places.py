"""Places as residents say them: a venue's name, the quarter it stands in, or a part of its address."""

from collections.abc import Iterable, Mapping

import numpy as np

from catalog.reading.normalise import fold
from catalog.search import lexicon
from catalog.search.entry import CourseEntry, VenueEntry
from catalog.search.postings import Ints, Mask
from catalog.search.renewal import Renewal

_SHORTEST = 2  # characters of a quarter's name
_NOWHERE = -1  # where an id of a venue is looked for


class PlaceIndex:
    """The venues of all courses, numbered in the order of the index."""

    def __init__(self, of_courses: Ints, venues: Mapping[int, VenueEntry]) -> None:
        """`of_courses` holds the id of each course's venue, -1 where it has none; `venues` are by their id.

        Raises KeyError when one of them is missing.
        """
        self.of_courses = of_courses
        ids, first, self._numbers = np.unique(of_courses, return_index=True, return_inverse=True)
        in_order = [number for number in ids[np.argsort(first)].tolist() if number != _NOWHERE]
        self.venues = {number: venues[number] for number in in_order}
        self.names = tuple(dict.fromkeys(_names(self.venues.values())))
        self._keys = [() if number == _NOWHERE else _keys(venues[number]) for number in ids.tolist()]

    @classmethod
    def read(cls, entries: Iterable[CourseEntry]) -> "PlaceIndex":
        """The venues that entries name."""
        held = [entry.venue for entry in entries]
        ids = np.array([venue.id if venue else _NOWHERE for venue in held], np.int64)
        return cls(ids, {venue.id: venue for venue in held if venue})

    def renewed(self, fresh: "PlaceIndex", renewal: Renewal) -> "PlaceIndex":
        """The same of the courses as they are numbered anew."""
        return PlaceIndex(renewal.rows(self.of_courses, fresh.of_courses), {**self.venues, **fresh.venues})

    def within(self, places: Iterable[str]) -> Mask:
        """The courses held at one of these venues, or in one of these areas."""
        wanted = [key for key in map(_key, places) if key]
        inside = [any(key in own for key in wanted for own in keys) for keys in self._keys]
        return np.array(inside, np.bool_)[self._numbers]

    def at(self, venue: VenueEntry) -> Ints:
        """Where in the index the courses stand that are held at a venue."""
        return np.flatnonzero(self.of_courses == venue.id)


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
