"""Fields of learning (分野) from wordings, by `data/fields.toml`, which a city edits."""

import re
from dataclasses import dataclass
from functools import cache

from catalog.reading.vocabulary import any_of, vocabulary

TITLE, CATEGORY, BODY = 3.0, 2.0, 0.8
HINT = 0.3
ENOUGH = 0.8  # one word of the body, where neither title nor category say more
ENOUGH_HINTS = 1.0  # two in a title, or one there and one in the body
NEAR_THE_BEST = 0.45  # of the best field's score; a course seldom has more than two fields
MOST = 3


@dataclass(frozen=True, slots=True)
class _Field:
    code: str
    words: re.Pattern[str]
    hints: re.Pattern[str]


def read_fields(title: str, body: str = "", category: str = "") -> tuple[str, ...]:
    """The codes of at most three fields that plain texts are about, the likeliest first; empty when none is named."""
    texts = tuple((text, weight) for text, weight in ((title, TITLE), (category, CATEGORY), (body, BODY)) if text)
    scores: dict[str, float] = {}
    in_title: set[str] = set()
    for field in _fields():
        words = [_distinct(field.words, text) for text, _ in texts]
        if any(words):  # hints alone are at home in too many fields
            hints = [_distinct(field.hints, text) for text, _ in texts]
            scores[field.code] = sum(
                weight * min(said + HINT * hinted, 2)
                for said, hinted, (_, weight) in zip(words, hints, texts, strict=True)
            )
        if title and words[0]:
            in_title.add(field.code)
    if not scores:
        hinted = {field.code: _hinted(field, texts) for field in _fields()}
        scores = {code: score for code, score in hinted.items() if score >= ENOUGH_HINTS}
    best = max(scores.values(), default=0.0)
    enough = max(ENOUGH, best * NEAR_THE_BEST)
    chosen = [code for code, score in scores.items() if score >= enough or code in in_title]
    return tuple(sorted(chosen, key=lambda code: (-scores[code], code)))[:MOST]


def field_names() -> dict[str, str]:
    """Code → name of every field of the vocabulary, in its order."""
    return {code: table["name"] for code, table in vocabulary("fields").items()}


def _hinted(field: _Field, texts: tuple[tuple[str, float], ...]) -> float:
    return sum(weight * HINT * _distinct(field.hints, text) for text, weight in texts)


def _distinct(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.findall(text)
    return len(set(found) - {""}) if found else 0


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
