"""The fields of learning that courses belong to."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from catalog.search.entry import CourseEntry
from catalog.search.postings import Floats
from catalog.search.renewal import Renewal


class FieldIndex:
    """The fields of all courses, numbered in the order of the index: of each field by its code, which are of it."""

    def __init__(self, courses: Mapping[str, NDArray[np.bool_]], size: int) -> None:
        self.courses = {code: of_it for code, of_it in courses.items() if of_it.any()}
        self._size = size
        self._breadth: Floats = np.maximum(sum(self.courses.values(), np.zeros(size, np.float32)), 1)

    @classmethod
    def read(cls, entries: Sequence[CourseEntry]) -> "FieldIndex":
        """The fields that entries name."""
        courses = {code: np.zeros(len(entries), np.bool_) for entry in entries for code in entry.fields}
        for at, entry in enumerate(entries):
            for code in entry.fields:
                courses[code][at] = True
        return cls(courses, len(entries))

    def renewed(self, fresh: "FieldIndex", renewal: Renewal) -> "FieldIndex":
        """The same of the courses as they are numbered anew."""
        none = np.zeros(self._size, np.bool_), np.zeros(fresh._size, np.bool_)
        courses = {
            code: renewal.rows(self.courses.get(code, none[0]), fresh.courses.get(code, none[1]))
            for code in self.courses | fresh.courses
        }
        return FieldIndex(courses, renewal.size)

    def of(self, codes: Iterable[str]) -> NDArray[np.bool_]:
        """The courses of at least one of these fields."""
        chosen = [self.courses[code] for code in codes if code in self.courses]
        return np.logical_or.reduce(chosen) if chosen else np.zeros(self._size, np.bool_)

    def share(self, codes: Iterable[str]) -> Floats:
        """For every course, which share (0…1) of its fields are among these."""
        common: Floats = np.zeros(self._size, np.float32)
        for code in set(codes) & self.courses.keys():
            common += self.courses[code]
        return common / self._breadth
