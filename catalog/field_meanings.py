"""What fields of learning mean to the sentence encoder: the middle of the words that point to them.

It tells how much a course is about a field beyond the words it uses. Without the encoder it tells nothing.
"""

from functools import cache

import numpy as np

from catalog.reading.vocabulary import vocabulary
from catalog.search.meaning import Vectors, nearness, vectors
from catalog.search.postings import Floats

_AT_ONCE = 8  # words read as one text: a word alone means many things


def about_field(code: str, courses: Vectors) -> Floats:
    """How near (see `meaning.nearness`) each course is to what a field is about."""
    heart = _heart(code)
    if not courses.size or not heart.size:
        return np.zeros(len(courses), np.float32)
    return nearness(heart, courses)


@cache
def _heart(code: str) -> Vectors:
    words = vocabulary("fields").get(code, {}).get("words", [])
    texts = ["、".join(words[at : at + _AT_ONCE]) for at in range(0, len(words), _AT_ONCE)]
    read = vectors(texts)
    if not read.size:
        return np.zeros(0, np.float32)
    middle = read.mean(axis=0)
    heart: Vectors = middle / max(float(np.linalg.norm(middle)), 1e-6)
    return heart
