"""Making an index anew out of an older one: what stayed is carried over, only changed courses are read again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Renewal:
    """Two numberings of courses that become one of `size`: the new place of every course, -1 where it is gone.

    `old` are the courses of the index as it was, `fresh` those that were read again; a place has one of them.
    """

    size: int
    old: NDArray[np.int32]
    fresh: NDArray[np.int32]

    @classmethod
    def by_id(cls, old: Sequence[int], fresh: Sequence[int], gone: Iterable[int]) -> "Renewal":
        """Courses in the order of their ids; what is `fresh` takes the place of what is old or gone."""
        replaced = {*fresh, *gone}
        stays = [number not in replaced for number in old]
        ids = np.union1d(np.array(old, np.int64)[np.array(stays, np.bool_)], np.array(fresh, np.int64))
        places = np.searchsorted(ids, old)
        return cls(
            len(ids),
            np.where(stays, places, -1).astype(np.int32),
            np.searchsorted(ids, np.array(fresh, np.int64)).astype(np.int32),
        )

    def rows(self, old: NDArray[Any], fresh: NDArray[Any]) -> NDArray[Any]:
        """One row a course."""
        merged = np.empty((self.size, *old.shape[1:]), old.dtype)
        stays = self.old >= 0
        merged[self.old[stays]] = old[stays]
        merged[self.fresh] = fresh
        return merged

    def listed(self, old: Sequence[T], fresh: Sequence[T]) -> list[T]:
        """One value a course."""
        merged: list[Any] = [None] * self.size
        for place, value in zip(self.old.tolist(), old, strict=True):
            if place >= 0:
                merged[place] = value
        for place, value in zip(self.fresh.tolist(), fresh, strict=True):
            merged[place] = value
        return merged
