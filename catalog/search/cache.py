"""The built index, kept in a file: the next start reads it in a fraction of the time that building takes.

A file is of use to whoever has the code, data and libraries that made it, which it names by their digest; and it says
which state of the catalogue it shows, so that only what changed since is read again. It holds numbers and texts and
runs nothing; what is damaged or made by others is built anew.
"""

import gc
import hashlib
import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray
from pydantic import TypeAdapter

from catalog.search.entry import CourseEntry
from catalog.search.gathering import Gathered
from catalog.search.ideas import Ideas
from catalog.search.parts import Parts
from catalog.search.postings import Held, Matches

_PARTS = ("catalog.search", "catalog.reading")  # what an index is made by, data files included
_LIBRARIES = ("sudachipy", "sudachidict-small", "numpy", "pydantic")
_END = "\n"  # of a text; none holds it

Arrays = dict[str, NDArray[Any]]


class Kept(NamedTuple):
    """An index as it is kept: the catalogue's `state` it shows, and of each course by id the stamp it was read with."""

    state: str
    stamps: dict[int, int]
    entries: Sequence[CourseEntry]
    parts: Parts


def read(path: Path) -> Kept | None:
    """What is kept there; None where there is nothing that can be used."""
    try:
        with path.open("rb") as file, _uncollected():
            arrays = np.load(file, allow_pickle=False)
            is_of_use = isinstance(arrays, NpzFile) and bytes(arrays["makers"]) == _makers()
            return _kept(arrays) if is_of_use else None
    except (OSError, EOFError, ValueError, KeyError, IndexError, zipfile.BadZipFile):
        return None


def write(path: Path, kept: Kept) -> None:
    """Keeps it; does nothing where the folder cannot be written to."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            np.savez(file, **_arrays(kept))  # type: ignore[arg-type] # numpy's hint takes any name for its one flag
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Many objects are made and none becomes garbage: looking for some doubles the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _arrays(kept: Kept) -> Arrays:
    gathered, ideas, facts, sessions = kept.parts
    return {
        "makers": _blob(_makers()),
        "state": _blob(kept.state.encode()),
        "ids": np.fromiter(kept.stamps.keys(), np.int64, len(kept.stamps)),
        "stamps": np.fromiter(kept.stamps.values(), np.int64, len(kept.stamps)),
        "entries": _blob(_entries().dump_json(list(kept.entries))),
        "titles": _joined(gathered.titles),
        "bodies": _joined(gathered.bodies),
        "names": _joined(gathered.names),
        **{f"words.{name}": values for name, values in gathered.words._asdict().items()},
        **{f"sounds.{name}": values for name, values in gathered.sounds._asdict().items()},
        "ideas.lengths": np.array([len(about.documents) for about in ideas.about], np.int64),
        "ideas.documents": np.concatenate([about.documents for about in ideas.about]),
        "ideas.strengths": np.concatenate([about.strengths for about in ideas.about]),
        "facts": facts,
        "sessions": sessions,
    }


def _kept(arrays: Any) -> Kept:
    """Raises ValueError or KeyError for what cannot be an index."""
    entries = _entries().validate_json(bytes(arrays["entries"]))
    words, sounds = (Held(*(arrays[f"{kind}.{name}"] for name in Held._fields)) for kind in ("words", "sounds"))
    titles, bodies, names = (_split(arrays[name], len(entries)) for name in ("titles", "bodies", "names"))
    ends = arrays["ideas.lengths"].cumsum()[:-1]
    documents, strengths = (np.split(arrays[f"ideas.{name}"], ends) for name in Matches._fields)
    about = [Matches(*pair) for pair in zip(documents, strengths, strict=True)]
    stamps = dict(zip(arrays["ids"].tolist(), arrays["stamps"].tolist(), strict=True))
    parts = Parts(Gathered(titles, bodies, names, words, sounds), Ideas(about), arrays["facts"], arrays["sessions"])
    return Kept(bytes(arrays["state"]).decode(), stamps, entries, parts)


def _blob(content: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(content, np.uint8)


def _joined(texts: Sequence[str]) -> NDArray[np.uint8]:
    return _blob("".join(text + _END for text in texts).encode())


def _split(texts: NDArray[np.uint8], number: int) -> list[str]:
    split = bytes(texts).decode().split(_END)[:-1]
    if len(split) != number:
        raise ValueError(f"{len(split)} texts for {number} courses")
    return split


@cache
def _entries() -> "TypeAdapter[list[CourseEntry]]":
    return TypeAdapter(list[CourseEntry])


@cache
def _makers() -> bytes:
    """A digest of the code, data and libraries that build an index."""
    state = hashlib.sha256("".join(version(name) for name in _LIBRARIES).encode())
    for package in _PARTS:
        for file in _sources(Path(str(files(package)))):
            state.update(file.read_bytes())
    return state.digest()


def _sources(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix in {".py", ".toml", ".tsv", ".txt"})
