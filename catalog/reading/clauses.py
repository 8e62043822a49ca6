"""Running text in pieces: clauses, each of which says one thing (小学生20人 / 先着順 / 費用は300円)."""

import re
from collections.abc import Iterator

_CLAUSE = re.compile(r"(?:\([^()\n]{0,120}\)|(?<=\d)/(?=\d)|[^。、,;\s!?/|▽▼▶►▷△▲◆◇■□●○◎★☆※【】])+")


def clauses(text: str) -> Iterator[str]:
    """The clauses of a plain text in order. What stands in round brackets stays with the words before it."""
    for match in _CLAUSE.finditer(text):
        yield match[0]
