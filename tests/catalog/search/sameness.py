"""Whether two indexes are the same in all that they were built of, and find the same."""

from typing import Any

import numpy as np

from catalog.search.criteria import Criteria
from catalog.search.index import CourseIndex
from tests.catalog.search.factories import NOW, TOKYO

QUERIES = ("書道", "しょどう", "こどもの工作", "みどり公民館", "english", "運動 無料", "ドイツ語会話", "")


def parts_of(index: CourseIndex) -> list[Any]:
    """Everything an index was built of, as plain values."""
    gathered, ideas, facts, sessions, meanings = index.parts
    texts = [gathered.titles, gathered.bodies, gathered.names]
    about = (part for about in ideas.about for part in about)
    arrays = [*gathered.words, *gathered.sounds, facts, sessions, meanings, *about]
    return [index.entries, texts, [np.asarray(array).tolist() for array in arrays]]


def answers_of(index: CourseIndex) -> list[Any]:
    """What it finds for each of QUERIES."""
    return [index.search(Criteria(words=words), now=NOW, zone=TOKYO) for words in QUERIES]
