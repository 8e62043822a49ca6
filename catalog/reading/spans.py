"""What a reader found and where, so that the next reader can look at the rest."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Value_co = TypeVar("Value_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Found(Generic[Value_co]):
    """A value that stands in `text[start:end]` of a plain text."""

    value: Value_co
    start: int
    end: int


def without(text: str, found: Iterable[Found[Any]]) -> str:
    """The text with what was found blanked out, of the same length."""
    signs = list(text)
    for one in found:
        signs[one.start : one.end] = " " * (one.end - one.start)
    return "".join(signs)
