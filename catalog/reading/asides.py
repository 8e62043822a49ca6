"""What an announcement only mentions in passing: parking, belongings, the vending machine, what it is not about.

マンガの冊子を配ります makes no course in drawing of it. Which wordings tell so stands in `data/asides.toml`.
"""

import re
from functools import cache
from typing import NamedTuple

from catalog.reading.normalise import narrow
from catalog.reading.sections import Topic, heading
from catalog.reading.vocabulary import vocabulary

_WITHIN = r"(?:[(（][^()（）\n]{0,120}[)）]|[^。．\n!?！？])"  # a stop in brackets ends nothing
_SENTENCE = re.compile(rf"{_WITHIN}*+[。．\n!?！？]+|{_WITHIN}++")
_ABOUT_IT = frozenset({None, Topic.CONTENT, Topic.TARGET})


class Told(NamedTuple):
    """A description in two: what the course is about, and what is said beside it."""

    matter: str
    asides: str


def told(description: str) -> Told:
    """Sentence by sentence; how it begins is always what it is about."""
    parts: tuple[list[str], list[str]] = ([], [])
    for number, match in enumerate(_SENTENCE.finditer(description)):
        parts[number > 0 and _is_aside(match[0])].append(match[0])
    return Told(*("".join(part) for part in parts))


def _is_aside(sentence: str) -> bool:
    said = narrow(sentence).rstrip("。. ")
    if any(pattern.search(said) for pattern in _wordings()):
        return True
    return heading(said) not in _ABOUT_IT


@cache
def _wordings() -> tuple[re.Pattern[str], ...]:
    table = vocabulary("asides")
    ends, begins, holds = ("|".join(table[place]["wordings"]) for place in ("ends", "begins", "holds"))
    return re.compile(rf"(?:{ends})$"), re.compile(rf"^[^\w]*(?:{begins})"), re.compile(holds)
