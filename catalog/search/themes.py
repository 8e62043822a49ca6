"""What courses are about, by code: fields of learning (分野), or issues of life (生活課題)."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from catalog.search.postings import Floats, Mask
from catalog.search.renewal import Renewal


class ThemeIndex:
    """The themes of all courses, numbered in the order of the index: of each theme by its code, which are about it."""

    def __init__(self, courses: Mapping[str, Mask], size: int) -> None:
        self.courses = {code: about_it for code, about_it in courses.items() if about_it.any()}
        self._size = size
        self._breadth: Floats = np.maximum(sum(self.courses.values(), np.zeros(size, np.float32)), 1)

    @classmethod
    def read(cls, themes: Sequence[tuple[str, ...]]) -> "ThemeIndex":
        """From the codes of each course."""
        courses = {code: np.zeros(len(themes), np.bool_) for codes in themes for code in codes}
        for at, codes in enumerate(themes):
            for code in codes:
                courses[code][at] = True
        return cls(courses, len(themes))

    def renewed(self, fresh: "ThemeIndex", renewal: Renewal) -> "ThemeIndex":
        """The same of the courses as they are numbered anew."""
        none = np.zeros(self._size, np.bool_), np.zeros(fresh._size, np.bool_)
        courses = {
            code: renewal.rows(self.courses.get(code, none[0]), fresh.courses.get(code, none[1]))
            for code in self.courses | fresh.courses
        }
        return ThemeIndex(courses, renewal.size)

    def of(self, codes: Iterable[str]) -> Mask:
        """The courses about at least one of these."""
        chosen = [self.courses[code] for code in codes if code in self.courses]
        return np.logical_or.reduce(chosen) if chosen else np.zeros(self._size, np.bool_)

    def share(self, codes: Iterable[str]) -> Floats:
        """For every course, which share (0…1) of its themes are among these."""
        common: Floats = np.zeros(self._size, np.float32)
        for code in set(codes) & self.courses.keys():
            common += self.courses[code]
        return common / self._breadth
