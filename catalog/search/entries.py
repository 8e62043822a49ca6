"""The entries of all courses, in the order of the index: those that were kept are read when they are first looked at.

A start need not wait for a hundred thousand courses of which few are shown, and as JSON they take less than half of
the memory.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import overload

from pydantic import TypeAdapter

from catalog.search.entry import CourseEntry
from catalog.search.renewal import Renewal


class Entries(Sequence[CourseEntry]):
    """A sequence of entries that does not change, though each becomes an object only when it is asked for."""

    def __init__(self, held: Iterable[CourseEntry | bytes]) -> None:
        """Of what was kept (see `dumped`) each entry's JSON."""
        self._held = list(held)

    def __len__(self) -> int:
        return len(self._held)

    @overload
    def __getitem__(self, at: int) -> CourseEntry: ...

    @overload
    def __getitem__(self, at: slice) -> "Entries": ...

    def __getitem__(self, at: int | slice) -> "CourseEntry | Entries":
        if isinstance(at, slice):
            return Entries(self._held[at])
        held = self._held[at]
        if isinstance(held, bytes):
            held = self._held[at] = _one().validate_json(held)
        return held

    def renewed(self, fresh: Sequence[CourseEntry], renewal: Renewal) -> "Entries":
        """The entries as they are numbered anew."""
        return Entries(renewal.listed(self._held, fresh))

    def dumped(self) -> bytes:
        """All entries to be kept: one a line, as JSON."""
        return b"".join((held if isinstance(held, bytes) else _one().dump_json(held)) + b"\n" for held in self._held)

    @classmethod
    def loaded(cls, lines: bytes) -> "Entries":
        """The entries of `dumped`."""
        return cls(lines.splitlines())


@cache
def _one() -> TypeAdapter[CourseEntry]:
    return TypeAdapter(CourseEntry)
