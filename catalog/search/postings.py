"""Which document holds which feature, and how strongly: an inverted index in flat arrays."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from catalog.search.renewal import Renewal

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Small = NDArray[np.int32]
Mask = NDArray[np.bool_]

_SATURATION = 1.2  # BM25's k1: how soon further mentions stop counting
_LENGTH = 0.35  # BM25's b: announcements are short, a long one is not less about its title
WHOLE = 10  # the parts of one mention: weights are whole numbers, so that sums do not depend on their order
_MOST = np.iinfo(np.uint16).max


class Matches(NamedTuple):
    """The documents of one feature with how strongly each holds it, 0 to 1."""

    documents: Small
    strengths: Floats


class Held(NamedTuple):
    """What documents hold, as it is kept: the documents of each feature, in order, with the sum of their weights.

    `features` are distinct and in order; those of `features[n]` begin at `starts[n]`.
    """

    features: Ints
    starts: Ints
    documents: Small
    counts: NDArray[np.uint16]


def counted(features: Ints, documents: Ints, weights: Ints, size: int) -> Held:
    """From triples (feature, document, weight). Weights are in parts of `WHOLE`, documents below `size`."""
    distinct, of = np.unique(features, return_inverse=True)
    keys, places = np.unique(of * max(size, 1) + documents, return_inverse=True)
    counts = np.minimum(np.bincount(places, weights=weights, minlength=len(keys)), _MOST).astype(np.uint16)
    return _held(distinct[keys // max(size, 1)], (keys % max(size, 1)).astype(np.int32), counts)


def joined(parts: list[Held], size: int) -> Held:
    """Parts with no document in common as one."""
    features = np.unique(np.concatenate([part.features for part in parts]))
    places = [np.searchsorted(features, part.features) for part in parts]
    keys = np.concatenate(
        [np.repeat(at * max(size, 1), _lengths(part)) + part.documents for at, part in zip(places, parts, strict=True)]
    )
    order = np.argsort(keys, kind="stable")  # the parts are in order already: they are only merged
    lengths = np.zeros(len(features), np.int64)
    for at, part in zip(places, parts, strict=True):
        lengths[at] += _lengths(part)
    return Held(
        features,
        lengths.cumsum() - lengths,
        np.concatenate([part.documents for part in parts])[order],
        np.concatenate([part.counts for part in parts])[order],
    )


def renewed(old: Held, fresh: Held, renewal: Renewal) -> Held:
    """What the documents hold as they are numbered anew."""
    return joined([_moved(old, renewal.old), _moved(fresh, renewal.fresh)], renewal.size)


class Postings:
    """Features with their rarity and strength, for `size` documents.

    A feature's strength in a document is its saturated weight as in BM25, but scaled to 0…1, so that the strengths
    of a query's features can be weighed by rarity and summed to a share of the query.
    """

    def __init__(self, held: Held, size: int) -> None:
        self.held, self.size = held, size
        self._features, self._starts, self._documents, _ = held
        self._ends = np.append(self._starts[1:], len(self._documents))
        lengths = np.bincount(self._documents, weights=held.counts, minlength=size) / WHOLE
        relative = lengths / max(float(lengths.mean()) if size else 1.0, 1e-9)
        self._softness: Floats = (_SATURATION * (1 - _LENGTH + _LENGTH * relative)).astype(np.float32)
        self._rarity = rarity((self._ends - self._starts).astype(np.float32), size)

    def find(self, feature: int) -> Matches:
        at = int(np.searchsorted(self._features, feature))
        if at == len(self._features) or self._features[at] != feature:
            return Matches(self._documents[:0], self._softness[:0])
        span = slice(self._starts[at], self._ends[at])
        return Matches(self._documents[span], self._strengths(span))

    def known(self, features: Ints) -> Ints:
        """Those of the features that any document holds."""
        return features[np.isin(features, self._features, assume_unique=True)]

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
        gains = self._strengths(spans) * np.repeat(self._rarity[known], lengths)
        found = np.bincount(self._documents[spans], weights=gains, minlength=self.size)
        return (found / whole).astype(np.float32)

    def _strengths(self, spans: slice | Ints) -> Floats:
        """How strongly documents hold features, at these places in the arrays. Worked out when it is asked for: it
        would take as much memory as all else."""
        counts = self.held.counts[spans].astype(np.float32) / np.float32(WHOLE)
        return counts / (counts + self._softness[self._documents[spans]])


def rarity(held_by: Floats | float, size: int) -> Floats:
    """How telling a feature is (BM25's idf): high for what few documents hold, near 0 for what nearly all do."""
    return np.log1p((size - held_by + 0.5) / (np.asarray(held_by) + 0.5)).astype(np.float32)


def _held(features: Ints, documents: Small, counts: NDArray[np.uint16]) -> Held:
    """From rows in the order of feature and document."""
    starts = np.flatnonzero(np.append(True, features[1:] != features[:-1])[: len(features)])
    return Held(features[starts], starts, documents, counts)


def _lengths(held: Held) -> Ints:
    return np.diff(np.append(held.starts, len(held.documents)))


def _moved(held: Held, places: Small) -> Held:
    """With its documents at other places; those at -1 are gone, and features that nobody holds with them."""
    documents = places[held.documents]
    stays = documents >= 0
    features, documents, counts = np.repeat(held.features, _lengths(held))[stays], documents[stays], held.counts[stays]
    kept = places[places >= 0]
    if np.any(kept[1:] < kept[:-1]):
        order = np.lexsort((documents, features))
        features, documents, counts = features[order], documents[order], counts[order]
    return _held(features, documents, counts)
