"""Situations of life that a text tells of: by their meaning, since everybody tells them in other words."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from catalog.search import lexicon
from catalog.search.meaning import Vectors, nearness, said, vectors
from catalog.search.postings import Floats, Ints

_ALIKE = 0.55  # the cosine from which a sentence tells of a situation
_SURELY = 0.8  # and from which it does so without doubt
_HELPS, _HELPS_SURELY = 0.25, 0.65  # how near to what would help a course begins to, and surely does
_MOST = 2  # situations that one text is taken to tell of
_SHORT, _CLAUSES = 5, 8  # characters of a clause that tells something; how many clauses are read
_BREAK = re.compile(r"[。、.,!?\s]+|(?<=けど)|(?<=けれども)|(?<=ので)|(?<=のに)|(?<=から)|(?<=たら)")


def helping(texts: tuple[str, ...], courses: Vectors) -> Floats:
    """For every course, how surely (0…1) it helps in a situation that a resident's texts tell of."""
    helps = np.zeros(len(courses), np.float32)
    if courses.size:
        for situation, surely in recognised(texts):
            near = (nearness(read().remedies[situation], courses) - _HELPS) / (_HELPS_SURELY - _HELPS)
            helps = np.maximum(helps, np.float32(surely) * np.clip(near, 0, 1))
    return helps


@lru_cache(maxsize=1_000)
def recognised(texts: tuple[str, ...]) -> tuple[tuple[int, float], ...]:
    """The numbers of the situations (see `lexicon.situations`) that texts tell of, with how surely (0…1)."""
    told = np.vstack([said(texts), *(vectors(clauses) for text in texts if (clauses := _clauses(text)))])
    if not told.size:
        return ()
    nearest = np.full(len(lexicon.situations()), -1, np.float32)
    np.maximum.at(nearest, _told_in(), (read().said @ told.T).max(axis=1))
    found = np.argsort(-nearest)[:_MOST]
    return tuple((int(at), _certainty(float(nearest[at]))) for at in found if nearest[at] >= _ALIKE)


def _certainty(likeness: float) -> float:
    return min(1.0, 0.5 + 0.5 * (likeness - _ALIKE) / (_SURELY - _ALIKE))


def _clauses(text: str) -> list[str]:
    parts = [part.strip() for part in _BREAK.split(text) if len(part.strip()) > _SHORT]
    return parts[-_CLAUSES:] if len(parts) > 1 else []


class Read(NamedTuple):
    """What the sentences that tell of situations mean, a row each, and what would help in each situation."""

    said: Vectors
    remedies: Vectors


def read() -> Read:
    """Reads them, if this process has not yet: a second or two."""
    if not _read:
        situations = lexicon.situations()
        said = vectors([text for situation in situations for text in situation.said])
        _read.append(Read(said, vectors(["、".join(situation.meant) for situation in situations])))
    return _read[0]


def known() -> Read | None:
    """What this process has read of them."""
    return _read[0] if _read else None


def remember(kept: Read) -> None:
    """Takes what an earlier process has read of the same sentences."""
    _read[:] = [kept]


_read: list[Read] = []  # with which this process answers, once it has it


@cache
def _told_in() -> Ints:
    """The situation of each sentence."""
    lengths = [len(situation.said) for situation in lexicon.situations()]
    return np.repeat(np.arange(len(lengths)), lengths)
