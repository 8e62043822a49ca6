"""Situations of life that a text tells of: by their meaning, since everybody tells them in other words."""

import re
from functools import cache, lru_cache

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
            near = (nearness(_remedies()[situation], courses) - _HELPS) / (_HELPS_SURELY - _HELPS)
            helps = np.maximum(helps, np.float32(surely) * np.clip(near, 0, 1))
    return helps


@lru_cache(maxsize=1_000)
def recognised(texts: tuple[str, ...]) -> tuple[tuple[int, float], ...]:
    """The numbers of the situations (see `lexicon.situations`) that texts tell of, with how surely (0…1)."""
    told = np.vstack([said(texts), *(vectors(clauses) for text in texts if (clauses := _clauses(text)))])
    if not told.size:
        return ()
    known, of = _known()
    nearest = np.full(len(lexicon.situations()), -1, np.float32)
    np.maximum.at(nearest, of, (known @ told.T).max(axis=1))
    found = np.argsort(-nearest)[:_MOST]
    return tuple((int(at), _certainty(float(nearest[at]))) for at in found if nearest[at] >= _ALIKE)


def _certainty(likeness: float) -> float:
    return min(1.0, 0.5 + 0.5 * (likeness - _ALIKE) / (_SURELY - _ALIKE))


def _clauses(text: str) -> list[str]:
    parts = [part.strip() for part in _BREAK.split(text) if len(part.strip()) > _SHORT]
    return parts[-_CLAUSES:] if len(parts) > 1 else []


@cache
def _known() -> tuple[Vectors, Ints]:
    """What is said of all situations, a row a sentence, and the situation of each row."""
    sentences = [(text, at) for at, situation in enumerate(lexicon.situations()) for text in situation.said]
    return vectors([text for text, _ in sentences]), np.array([at for _, at in sentences], np.int64)


@cache
def _remedies() -> Vectors:
    """What would help in each situation."""
    return vectors(["、".join(situation.meant) for situation in lexicon.situations()])
