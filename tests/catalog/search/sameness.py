"""Whether two indexes are the same in all that they were built of, and find the same."""

from typing import Any

import numpy as np

from catalog.search.criteria import Criteria
from catalog.search.index import CourseIndex
from tests.catalog.search.factories import NOW, TOKYO

QUERIES = ("書道", "しょどう", "こどもの工作", "みどり公民館", "english", "運動 無料", "ドイツ語会話", "")


def assert_same(one: CourseIndex, other: CourseIndex) -> None:
    """Both were built of the same and find the same."""
    assert parts_of(one) == parts_of(other)
    # The encoder reads texts in batches: another batch changes the last digits.
    assert np.allclose(one.parts.meanings, other.parts.meanings, atol=1e-5)
    assert answers_of(one) == answers_of(other)


def parts_of(index: CourseIndex) -> list[Any]:
    """Everything an index was built of but what its courses mean, as plain values."""
    gathered, ideas, facts, sessions, places, fields, issues, _meanings = index.parts
    texts = [gathered.titles, gathered.bodies, gathered.names]
    about = (part for about in ideas.about for part in about)
    arrays = [*(array for held in gathered.held for array in held), facts, sessions, *about, places.of_courses]
    themes = [{code: about_it.tolist() for code, about_it in one.courses.items()} for one in (fields, issues)]
    belonging = [list(places.venues.items()), themes]
    return [list(index.entries), texts, belonging, [np.asarray(array).tolist() for array in arrays]]


def answers_of(index: CourseIndex) -> list[Any]:
    """The courses that it finds for each of QUERIES, and its alternatives."""
    results = [index.search(Criteria(words=words), now=NOW, zone=TOKYO) for words in QUERIES]
    return [([hit.course for hit in result.hits], result.alternatives, result.did_you_mean) for result in results]
