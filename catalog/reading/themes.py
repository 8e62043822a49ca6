"""What texts are about, by a vocabulary of themes (fields of learning, life issues) and the words that point to each.

A theme's `words` count fully wherever they stand, its `titles` only in a title; `hints` count only a little: they are
at home in more than one theme. `not` takes words back.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from catalog.reading.vocabulary import any_of, vocabulary

TITLE, CATEGORY, BODY = 3.0, 2.0, 0.8
HINT = 0.3
ENOUGH = 0.8  # one word of the body, where neither title nor category say more
ENOUGH_HINTS = 1.0  # two in a title, or one there and one in the body
NEAR_THE_BEST = 0.45  # of the best theme's score; a course seldom has more than two
MOST = 3


@dataclass(frozen=True, slots=True)
class _Theme:
    code: str
    title: re.Pattern[str]
    words: re.Pattern[str]
    hints: re.Pattern[str]

    def said(self, text: str, weight: float) -> int:
        """How many of its words stand in a text of this weight."""
        return _distinct(self.title if weight == TITLE else self.words, text)


def read_themes(name: str, title: str, body: str = "", category: str = "") -> tuple[str, ...]:
    """The codes of at most three themes of `data/<name>.toml` that plain texts are about, the likeliest first; empty
    when none is named."""
    texts = tuple((text, weight) for text, weight in ((title, TITLE), (category, CATEGORY), (body, BODY)) if text)
    scores: dict[str, float] = {}
    in_title: set[str] = set()
    for theme in _themes(name):
        words = [theme.said(text, weight) for text, weight in texts]
        if any(words):  # hints alone are at home in too many themes
            hints = [_distinct(theme.hints, text) for text, _ in texts]
            scores[theme.code] = sum(
                weight * min(said + HINT * hinted, 2)
                for said, hinted, (_, weight) in zip(words, hints, texts, strict=True)
            )
        if title and words[0]:
            in_title.add(theme.code)
    if not scores:
        hinted = {theme.code: _hinted(theme, texts) for theme in _themes(name)}
        scores = {code: score for code, score in hinted.items() if score >= ENOUGH_HINTS}
    best = max(scores.values(), default=0.0)
    enough = max(ENOUGH, best * NEAR_THE_BEST)
    chosen = [code for code, score in scores.items() if score >= enough or code in in_title]
    return tuple(sorted(chosen, key=lambda code: (-scores[code], code)))[:MOST]


def theme_names(name: str) -> dict[str, str]:
    """Code → name of every theme of a vocabulary, in its order."""
    return {code: table["name"] for code, table in vocabulary(name).items()}


def _hinted(theme: _Theme, texts: tuple[tuple[str, float], ...]) -> float:
    return sum(weight * HINT * _distinct(theme.hints, text) for text, weight in texts)


def _distinct(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.findall(text)
    return len(set(found) - {""}) if found else 0


@cache
def _themes(name: str) -> tuple[_Theme, ...]:
    return tuple(_theme(code, table) for code, table in vocabulary(name).items())


def _theme(code: str, table: dict[str, Any]) -> _Theme:
    words, taken_back = table["words"], table.get("not", [])
    return _Theme(
        code,
        title=_matcher([*words, *table.get("titles", [])], taken_back),
        words=_matcher(words, taken_back),
        hints=_matcher(table.get("hints", []), taken_back),
    )


def _matcher(terms: list[str], taken_back: list[str]) -> re.Pattern[str]:
    """Finds any of the words; what is taken back (犬のしつけ) is matched first and gives an empty group."""
    latin = [rf"(?<![a-z]){re.escape(term)}(?![a-z])" for term in terms if term.isascii()]
    japanese = [any_of(term for term in terms if not term.isascii())] if any(not t.isascii() for t in terms) else []
    wanted = "|".join(latin + japanese) or r"(?!)"
    blocked = f"{any_of(taken_back)}|" if taken_back else ""
    return re.compile(rf"{blocked}({wanted})")
