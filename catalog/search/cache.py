"""The built index, kept in a file: the next start reads it in a fraction of the time that building takes.

It says which state of the catalogue it shows, so that only what changed since is read again.
"""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from catalog import kept as files
from catalog.search import second_reading
from catalog.search.entries import Entries
from catalog.search.entry import VenueEntry
from catalog.search.gathering import Gathered
from catalog.search.ideas import Ideas
from catalog.search.meaning import is_installed
from catalog.search.parts import Parts
from catalog.search.places import PlaceIndex
from catalog.search.postings import Held, Matches
from catalog.search.situations import Read
from catalog.search.themes import ThemeIndex

_HELD = ("words", "sounds", "title_pairs", "body_pairs")  # of Gathered


class Kept(NamedTuple):
    """An index as it is kept: the catalogue's `state` it shows, and of each course by id the stamp it was read with.

    `situations` are none where nobody has needed them yet.
    """

    state: str
    stamps: dict[int, int]
    entries: Entries
    parts: Parts
    situations: Read | None = None


def read(path: Path) -> Kept | None:
    """What is kept there; None where there is nothing that can be used."""
    with files.uncollected():
        arrays = files.read(path, _makers())
        try:
            return None if arrays is None else _kept(arrays)
        except (ValueError, KeyError, IndexError):
            return None


def write(path: Path, kept: Kept) -> None:
    """Keeps it; does nothing where the folder cannot be written to."""
    files.write(path, _makers(), _arrays(kept))


def _makers() -> bytes:
    encoders = (b"meaning", is_installed()), (b"second reading", second_reading.is_installed())
    read_by = b"".join(name for name, there in encoders if there)
    return files.digest("catalog.models", "catalog.search", "catalog.reading") + read_by


def _arrays(kept: Kept) -> files.Arrays:
    gathered, ideas, facts, sessions, places, fields, issues, meanings = kept.parts
    told = kept.situations
    return {
        "state": files.blob(kept.state.encode()),
        "ids": np.fromiter(kept.stamps.keys(), np.int64, len(kept.stamps)),
        "stamps": np.fromiter(kept.stamps.values(), np.int64, len(kept.stamps)),
        "entries": files.blob(kept.entries.dumped()),
        "titles": files.joined(gathered.titles),
        "bodies": files.joined(gathered.bodies),
        "names": files.joined(gathered.names),
        **{
            f"{kind}.{name}": values
            for kind, held in zip(_HELD, gathered.held, strict=True)
            for name, values in held._asdict().items()
        },
        "ideas.lengths": np.array([len(about.documents) for about in ideas.about], np.int64),
        "ideas.documents": np.concatenate([about.documents for about in ideas.about]),
        "ideas.strengths": np.concatenate([about.strengths for about in ideas.about]),
        "facts": facts,
        "sessions": sessions,
        "venues": files.blob(_venues().dump_json(list(places.venues.values()))),
        "places": places.of_courses,
        **_theme_arrays("fields", fields),
        **_theme_arrays("issues", issues),
        "meanings": meanings,
        **({f"situations.{name}": values for name, values in told._asdict().items()} if told else {}),
    }


def _kept(arrays: files.Arrays) -> Kept:
    """Raises ValueError or KeyError for what cannot be an index."""
    entries = Entries.loaded(bytes(arrays["entries"]))
    held = (Held(*(arrays[f"{kind}.{name}"] for name in Held._fields)) for kind in _HELD)
    titles, bodies, names = (_texts(arrays[name], len(entries)) for name in ("titles", "bodies", "names"))
    ends = arrays["ideas.lengths"].cumsum()[:-1]
    documents, strengths = (np.split(arrays[f"ideas.{name}"], ends) for name in Matches._fields)
    about = [Matches(*pair) for pair in zip(documents, strengths, strict=True)]
    stamps = dict(zip(arrays["ids"].tolist(), arrays["stamps"].tolist(), strict=True))
    venues = {venue.id: venue for venue in _venues().validate_json(bytes(arrays["venues"]))}
    parts = Parts(
        Gathered(titles, bodies, names, *held),
        Ideas(about),
        arrays["facts"],
        arrays["sessions"],
        PlaceIndex(arrays["places"], venues),
        _themes(arrays, "fields", len(entries)),
        _themes(arrays, "issues", len(entries)),
        arrays["meanings"],
    )
    told = Read(*(arrays[f"situations.{name}"] for name in Read._fields)) if "situations.said" in arrays else None
    return Kept(bytes(arrays["state"]).decode(), stamps, entries, parts, told)


def _theme_arrays(name: str, themes: ThemeIndex) -> files.Arrays:
    return {
        name: files.joined(themes.courses),
        f"{name}.courses": np.array(list(themes.courses.values()), np.bool_),
    }


def _themes(arrays: files.Arrays, name: str, size: int) -> ThemeIndex:
    return ThemeIndex(dict(zip(files.split(arrays[name]), arrays[f"{name}.courses"], strict=True)), size)


def _texts(joined: NDArray[Any], number: int) -> list[str]:
    texts = files.split(joined)
    if len(texts) != number:
        raise ValueError(f"{len(texts)} texts for {number} courses")
    return texts


@cache
def _venues() -> "TypeAdapter[list[VenueEntry]]":
    return TypeAdapter(list[VenueEntry])
