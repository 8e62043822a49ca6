"""Fields of learning (分野) from wordings, by `data/fields.toml`, which a city edits."""

import re
from dataclasses import dataclass
from functools import cache

from catalog.reading.vocabulary import any_of, vocabulary

TITLE, CATEGORY, BODY = 3.0, 1.0, 1.0
HINT = 0.3
ENOUGH = 1.0
NEAR_THE_BEST = 0.45  # of the best field's score; a course seldom has more than two fields
MOST = 3


@dataclass(frozen=True, slots=True)
class _Field:
    code: str
    words: re.Pattern[str]
    hints: re.Pattern[str]


def read_fields(title: str, body: str = "", category: str = "") -> tuple[str, ...]:
    """The codes of at most three fields that plain texts are about, the likeliest first; empty when none is named."""
    scores: dict[str, float] = {}
    for text, weight in ((title, TITLE), (category, CATEGORY), (body, BODY)):
        if not text:
            continue
        for field in _fields():
            points = _distinct(field.words, text) + HINT * _distinct(field.hints, text)
            if points:
                scores[field.code] = scores.get(field.code, 0) + weight * min(points, 2)
    best = max(scores.values(), default=0.0)
    chosen = [code for code, score in scores.items() if score >= max(ENOUGH, best * NEAR_THE_BEST)]
    return tuple(sorted(chosen, key=lambda code: (-scores[code], code)))[:MOST]


def field_names() -> dict[str, str]:
    """Code → name of every field of the vocabulary, in its order."""
    return {code: table["name"] for code, table in vocabulary("fields").items()}


def _distinct(pattern: re.Pattern[str], text: str) -> int:
    return len(set(pattern.findall(text)) - {""})


@cache
def _fields() -> tuple[_Field, ...]:
    return tuple(
        _Field(
            code, _matcher(table["words"], table.get("not", [])), _matcher(table.get("hints", []), table.get("not", []))
        )
        for code, table in vocabulary("fields").items()
    )


def _matcher(terms: list[str], taken_back: list[str]) -> re.Pattern[str]:
    """Finds any of the words; what is taken back (犬のしつけ) is matched first and gives an empty group."""
    latin = [rf"\b{re.escape(term)}(?![a-z])" for term in terms if term.isascii()]
    japanese = [any_of(term for term in terms if not term.isascii())] if any(not t.isascii() for t in terms) else []
    wanted = "|".join(latin + japanese) or r"(?!)"
    blocked = f"{any_of(taken_back)}|" if taken_back else ""
    return re.compile(rf"{blocked}({wanted})")
