"""Files of what was worked out before, so that a start need not work it out again.

A file is of use to whoever has the code, data and libraries that made it, which it names by their digest. It holds
numbers and texts and runs nothing; what is damaged, or of others, is as good as not there.
"""

import gc
import hashlib
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

_LIBRARIES = ("sudachipy", "sudachidict-small", "numpy", "pydantic")
_END = "\n"  # of a text; none holds it

Arrays = Mapping[str, NDArray[Any]]


def read(path: Path, makers: bytes) -> dict[str, NDArray[Any]] | None:
    """The arrays kept there by the same makers; None where there is nothing that can be used."""
    try:
        with path.open("rb") as file:
            arrays = np.load(file, allow_pickle=False)
            if not isinstance(arrays, NpzFile) or bytes(arrays["makers"]) != makers:
                return None
            return {name: arrays[name] for name in arrays.files}
    except (OSError, EOFError, ValueError, KeyError, NotImplementedError, zipfile.BadZipFile, TokenError, SyntaxError):
        return None


def write(path: Path, makers: bytes, arrays: Arrays) -> None:
    """Keeps the arrays, for our own eyes; does nothing where the folder cannot be written to."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    whole: Any = {"makers": blob(makers), **arrays}
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            np.savez(file, **whole)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)


def blob(content: bytes) -> NDArray[np.uint8]:
    """Bytes as an array."""
    return np.frombuffer(content, np.uint8)


def joined(texts: Iterable[str]) -> NDArray[np.uint8]:
    """Texts, none of which holds a line's end, as an array."""
    return blob("".join(text + _END for text in texts).encode())


def split(texts: NDArray[np.uint8]) -> list[str]:
    """The texts of `joined`."""
    return bytes(texts).decode().split(_END)[:-1]


@cache
def digest(*packages: str) -> bytes:
    """Of the code and data in these packages, and of the libraries that read Japanese and hold numbers."""
    state = hashlib.sha256("".join(version(name) for name in _LIBRARIES).encode())
    for package in packages:
        for file in _sources(Path(str(files(package)))):
            state.update(file.read_bytes())
    return state.digest()


@contextmanager
def uncollected() -> Iterator[None]:
    """For making many objects none of which becomes garbage: looking for some doubles the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _sources(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix in {".npy", ".py", ".toml", ".tsv", ".txt"})
