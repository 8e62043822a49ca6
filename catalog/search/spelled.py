"""Where phrases stand in the texts of courses: looked up by the signs that stand beside each other there."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from catalog.search.lexicon import BOUNDARY, Phrase
from catalog.search.postings import WHOLE, Held, Ints, Small, counted

_BITS = 21  # of a sign's number


class Spelled:
    """The same text of all courses."""

    def __init__(self, texts: Sequence[str], pairs: Held) -> None:
        """`texts` are normal forms, each between two BOUNDARY signs (see `lexicon.spelled`); `pairs` see there."""
        self._texts, self._pairs = texts, pairs
        self._ends = np.append(pairs.starts[1:], len(pairs.documents))

    def holding(self, phrase: Phrase) -> Small:
        """The distinct courses whose text holds the phrase, in order."""
        signs = phrase.text.replace(BOUNDARY, "")
        wanted = {_pair(*pair) for pair in pairwise(signs)} or {ord(sign) for sign in signs}
        held = [self._with(feature) for feature in wanted]
        if not held or not all(map(len, held)):
            return np.zeros(0, np.int32)
        times = np.bincount(np.concatenate(held), minlength=len(self._texts))
        likely = np.flatnonzero(times == len(held)).astype(np.int32)
        if len(signs) == 1 or phrase.text == signs[:2]:  # that is what was looked up
            return likely
        return likely[[phrase.within(self._texts[at]) for at in likely.tolist()]]

    def _with(self, feature: int) -> Small:
        at = int(np.searchsorted(self._pairs.features, feature))
        if at == len(self._pairs.features) or self._pairs.features[at] != feature:
            return self._pairs.documents[:0]
        return self._pairs.documents[self._pairs.starts[at] : self._ends[at]]


def pairs(texts: Sequence[str], first: int, size: int) -> Held:
    """Of `texts` (those of the courses from the `first` on, of `size`) every two signs that stand beside each other,
    whether or not a word ends between them, and every sign that is a word by itself."""
    signs: Ints = np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32).astype(np.int64)
    documents = np.repeat(np.arange(first, first + len(texts)), [len(text) for text in texts])
    bounds = signs == ord(BOUNDARY)
    alone = np.flatnonzero(bounds[:-2] & ~bounds[1:-1] & bounds[2:]) + 1
    plain, of = signs[~bounds], documents[~bounds]
    beside = of[1:] == of[:-1]
    features = np.concatenate((signs[alone], ((plain[:-1] << _BITS) | plain[1:])[beside]))
    found = np.concatenate((documents[alone], of[1:][beside]))
    return counted(features, found, np.full(len(features), WHOLE), size)


def _pair(one: str, other: str) -> int:
    return (ord(one) << _BITS) | ord(other)
