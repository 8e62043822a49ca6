"""Which document holds which feature, and how strongly: an inverted index in three flat arrays."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_SATURATION = 1.2  # BM25's k1: how soon further mentions stop counting
_LENGTH = 0.35  # BM25's b: announcements are short, a long one is not less about its title


class Matches(NamedTuple):
    """The documents of one feature with how strongly each holds it, 0 to 1."""

    documents: Ints
    strengths: Floats


class Postings:
    """Built from (feature, document, weight) triples; features are any integers.

    A feature's strength in a document is its saturated weight as in BM25, but scaled to 0…1, so that the strengths
    of a query's features can be weighed by rarity and summed to a share of the query.
    """

    def __init__(self, features: Ints, documents: Ints, weights: Floats, size: int) -> None:
        self.size = size
        keys, places = np.unique(features * max(size, 1) + documents, return_inverse=True)
        counts = np.bincount(places, weights=weights, minlength=len(keys))
        self._documents = keys % max(size, 1)
        of_key = keys // max(size, 1)
        self._features, self._starts = np.unique(of_key, return_index=True)
        self._ends = np.append(self._starts[1:], len(keys))
        lengths = np.bincount(self._documents, weights=counts, minlength=size)
        relative = lengths / max(float(lengths.mean()) if size else 1.0, 1e-9)
        softness = _SATURATION * (1 - _LENGTH + _LENGTH * relative[self._documents])
        self._strengths = (counts / (counts + softness)).astype(np.float32)
        held_by = (self._ends - self._starts).astype(np.float32)
        self._rarity = rarity(held_by, size)

    def find(self, feature: int) -> Matches:
        at = int(np.searchsorted(self._features, feature))
        if at == len(self._features) or self._features[at] != feature:
            return Matches(self._documents[:0], self._strengths[:0])
        span = slice(self._starts[at], self._ends[at])
        return Matches(self._documents[span], self._strengths[span])

    def share(self, features: Ints) -> Floats:
        """For every document, the share (0…1) of these distinct features that it holds, weighed by rarity."""
        if not len(features) or not len(self._features):
            return np.zeros(self.size, np.float32)
        at = np.minimum(np.searchsorted(self._features, features), len(self._features) - 1)
        known = at[self._features[at] == features]
        unknown = len(features) - len(known)
        whole = float(self._rarity[known].sum()) + unknown * float(rarity(0, self.size))
        if not len(known):
            return np.zeros(self.size, np.float32)
        lengths = self._ends[known] - self._starts[known]
        spans = np.repeat(self._starts[known] - np.append(0, lengths.cumsum()[:-1]), lengths) + np.arange(lengths.sum())
        gains = self._strengths[spans] * np.repeat(self._rarity[known], lengths)
        found = np.bincount(self._documents[spans], weights=gains, minlength=self.size)
        return (found / whole).astype(np.float32)


def rarity(held_by: Floats | float, size: int) -> Floats:
    """How telling a feature is (BM25's idf): high for what few documents hold, near 0 for what nearly all do."""
    return np.log1p((size - held_by + 0.5) / (np.asarray(held_by) + 0.5)).astype(np.float32)
