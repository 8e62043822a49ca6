"""The built index, kept in a file: the next start reads it in a fraction of the time that building takes.

It begins with a digest of the catalogue's state and of all that building depends on. What does not match is built
anew, so a cache can be old or gone, and never wrong.
"""

import hashlib
import os
import pickle
import stat
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

_PARTS = ("catalog.search", "catalog.reading")  # what an index is made by, data files included
_LIBRARIES = ("sudachipy", "sudachidict-small", "numpy")


def digest(state: str) -> str:
    """What an index of the catalogue in this state would be made of, as hexadecimal digits."""
    return hashlib.sha256(_makers() + state.encode()).hexdigest()


def read(path: Path, wanted: str) -> Any | None:
    """The index kept under this digest; None where there is none that can be used and trusted."""
    try:
        if not _is_ours(path):
            return None
        with path.open("rb") as file:
            if file.read(len(wanted)).decode("ascii", errors="replace") != wanted:
                return None
            return pickle.load(file)  # noqa: S301 - our own file: nobody else may write it (see _is_ours)
    except (OSError, EOFError, pickle.UnpicklingError, AttributeError, ImportError):
        return None


def write(path: Path, made_of: str, index: object) -> None:
    """Keeps the index; does nothing where the folder cannot be written to."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(made_of.encode())
            pickle.dump(index, file, protocol=pickle.HIGHEST_PROTOCOL)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)


def _is_ours(path: Path) -> bool:
    """Whether only we can have written the file: reading it runs what it says."""
    found = path.stat()
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


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
