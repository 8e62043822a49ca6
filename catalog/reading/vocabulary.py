"""The words that readers know, from the files in `data/`, which a city may edit."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def vocabulary(name: str) -> dict[str, Any]:
    """The tables of `data/<name>.toml`, read once."""
    return tomllib.loads((files("catalog.reading") / "data" / f"{name}.toml").read_text(encoding="utf-8"))


def any_of(terms: Iterable[str]) -> str:
    """A regular expression that matches any of the words, the longest first."""
    return "|".join(map(re.escape, sorted(terms, key=len, reverse=True)))
