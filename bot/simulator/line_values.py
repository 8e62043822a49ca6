"""Checks of single values of LINE message objects, as small composable functions.

A check takes a value and answers what is wrong with it in the platform's manner, or None. A `Flaw` adds where.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.simulator.measure import graphemes, units

Check = Callable[[Any], str | None]


@dataclass(frozen=True, slots=True)
class Flaw:
    """What the platform refuses: `path` such as `messages[0].contents.body`, and why."""

    path: str
    message: str

    def detail(self) -> dict[str, str]:
        """The flaw as an entry of an error answer's `details`."""
        return {"message": self.message, "property": self.path}


def text(most: int, *, least: int = 1, count: Callable[[str], int] = units) -> Check:
    """A text of `least` to `most` characters, counted in UTF-16 units unless told otherwise."""

    def check(value: Any) -> str | None:
        if not isinstance(value, str):
            return "Must be a string"
        if not value and least:
            return "May not be empty"
        return None if least <= count(value) <= most else f"Length must be between {least} and {most}"

    return check


def label(most: int, *, least: int = 1) -> Check:
    """A text counted as people count: in grapheme clusters."""
    return text(most, least=least, count=graphemes)


def one_of(*known: str) -> Check:
    """One of the known words."""
    return lambda value: None if value in known else "Must be one of the following values: [" + ", ".join(known) + "]"


def pattern(expression: str) -> Check:
    """A string that the expression matches as a whole."""
    compiled = re.compile(expression)
    return lambda value: None if isinstance(value, str) and compiled.fullmatch(value) else "Invalid format"


def whole(least: int = 0, most: int = 2**31 - 1) -> Check:
    """An integer within bounds."""

    def check(value: Any) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int):
            return "Must be an integer"
        return None if least <= value <= most else f"Must be between {least} and {most}"

    return check


def number(least: float, most: float) -> Check:
    """A number within bounds."""

    def check(value: Any) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return "Must be a number"
        return None if least <= value <= most else f"Must be between {least} and {most}"

    return check


def flag(value: Any) -> str | None:
    """True or false."""
    return None if isinstance(value, bool) else "Must be a boolean"


def url(schemes: tuple[str, ...] = ("https",), most: int = 2000) -> Check:
    """An address of one of the schemes. Media must be `https`."""

    def check(value: Any) -> str | None:
        if fault := text(most)(value):
            return fault
        try:
            parts = urlsplit(value)
        except ValueError:
            return "Must be a valid URI"
        if parts.scheme.lower() not in schemes:
            return "Must be a valid URI with one of the schemes " + ", ".join(schemes)
        has_target = bool(parts.netloc) if parts.scheme.startswith("http") else bool(parts.netloc or parts.path)
        return None if has_target and not re.search(r"\s", value) else "Must be a valid URI"

    return check


def any_of(*checks: Check) -> Check:
    """A value that at least one of the checks accepts; the last one's words otherwise."""

    def check(value: Any) -> str | None:
        refusals = [each(value) for each in checks]
        return None if None in refusals else refusals[-1]

    return check


def check_object(
    value: Any,
    path: str,
    known: Mapping[str, Check],
    *,
    required: tuple[str, ...] = (),
    unchecked: tuple[str, ...] = (),
) -> Iterator[Flaw]:
    """An object with these properties only. `unchecked` ones are checked elsewhere."""
    if not isinstance(value, dict):
        yield Flaw(path, "Must be an object")
        return
    for name in required:
        if value.get(name) is None:
            yield Flaw(f"{path}.{name}", "May not be null")
    for name, content in value.items():
        if name in known:
            if content is not None and (fault := known[name](content)):
                yield Flaw(f"{path}.{name}", fault)
        elif name not in unchecked and name != "type":
            yield Flaw(f"{path}.{name}", "unknown field")
