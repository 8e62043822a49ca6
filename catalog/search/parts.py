"""All that is read of courses to build an index: what can be kept in a file, and carried over to the next index."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from catalog.search.entry import CourseEntry
from catalog.search.facts import facts_of, sessions_of
from catalog.search.gathering import Gathered, gather
from catalog.search.ideas import Ideas
from catalog.search.meaning import Vectors, meanings, unread
from catalog.search.places import PlaceIndex
from catalog.search.renewal import Renewal
from catalog.search.spelled import Spelled
from catalog.search.themes import ThemeIndex


class Parts(NamedTuple):
    """Of courses, numbered in one order: their texts, what they are about, FACTS of each, SESSIONS course by course,
    where they are held, their fields and issues of life, and what each means (a row of zeros: not read yet)."""

    gathered: Gathered
    ideas: Ideas
    facts: NDArray[Any]
    sessions: NDArray[Any]
    places: PlaceIndex
    fields: ThemeIndex
    issues: ThemeIndex
    meanings: Vectors

    def renewed(self, fresh: "Parts", renewal: Renewal) -> "Parts":
        """The same of the courses as they are numbered anew."""
        sessions = np.concatenate([_moved(self.sessions, renewal.old), _moved(fresh.sessions, renewal.fresh)])
        return Parts(
            self.gathered.renewed(fresh.gathered, renewal),
            self.ideas.renewed(fresh.ideas, renewal),
            renewal.rows(self.facts, fresh.facts),
            sessions[np.argsort(sessions["course"], kind="stable")],
            self.places.renewed(fresh.places, renewal),
            self.fields.renewed(fresh.fields, renewal),
            self.issues.renewed(fresh.issues, renewal),
            renewal.rows(self.meanings, fresh.meanings),
        )


def read_parts(entries: Sequence[CourseEntry], *, meaning: bool = True) -> Parts:
    """Reads courses: half a millisecond each, and two more for what they mean."""
    gathered = gather(entries)
    titles, bodies = (
        Spelled(gathered.titles, gathered.title_pairs),
        Spelled(gathered.bodies, gathered.body_pairs),
    )
    ideas = Ideas.read(titles, bodies, len(entries))
    return Parts(
        gathered,
        ideas,
        facts_of(entries),
        sessions_of(entries),
        PlaceIndex.read(entries),
        ThemeIndex.read([entry.fields for entry in entries]),
        ThemeIndex.read([entry.life_issues for entry in entries]),
        meanings(entries) if meaning else unread(len(entries)),
    )


def _moved(sessions: NDArray[Any], places: NDArray[np.int32]) -> NDArray[Any]:
    moved = sessions.copy()
    moved["course"] = places[sessions["course"]]
    return moved[moved["course"] >= 0]
