"""What fields of learning mean to the sentence encoder: the middle of the words that point to them.

It tells how much a course is about a field beyond the words it uses, and which field one is of whose words name none.
Without the encoder it tells nothing.
"""

from functools import cache

import numpy as np

from catalog.reading.vocabulary import vocabulary
from catalog.search.meaning import Vectors, nearness, vectors
from catalog.search.postings import Floats

_ONE_OF_IT = 0.25  # the cosine from which a course is of a field that it does not name
_AT_ONCE = 8  # words read as one text: a word alone means many things


def about_field(code: str, courses: Vectors) -> Floats:
    """How near (see `meaning.nearness`) each course is to what a field is about."""
    heart = _heart(code)
    if not courses.size or not heart.size:
        return np.zeros(len(courses), np.float32)
    return nearness(heart, courses)


def nearest_field(title: str, description: str) -> str | None:
    """The code of the field that a course is about whose words name none; None where it is near to none."""
    read = vectors([f"{title}。{description}"])
    if not read.size:
        return None
    near = {code: float(read[0] @ _heart(code)) for code in vocabulary("fields")}
    nearest = max(near, key=lambda code: near[code])
    return nearest if near[nearest] >= _ONE_OF_IT else None


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
