"""Life issues (生活課題) from wordings, by `data/life_issues.toml`, which a city edits.

An issue is a problem of life that people learn to deal with. A yoga class is for the body; what keeps frailty or high
blood pressure away is about health.
"""

import re
from functools import cache

from catalog.reading.normalise import fold
from catalog.reading.themes import read_themes, theme_names
from catalog.reading.vocabulary import any_of, vocabulary

# What somebody says after the name of an issue: 介護で悩んでいます, お金のことが不安, 健康についての相談.
_TROUBLED = (
    r"(?:(?:の|が|は|で|に|を|も|と|こと|問題|について|に関して|に関する|とても|すごく|少し|ちょっと|いろいろ)*"
    r"(?:悩|なや|不安|ふあん|心配|しんぱい|困|こまっ|つら|辛|大変|たいへん|疲れ|つかれ|気にな|相談|そうだん|トラブル|とらぶる|こと|問題|備え).*)?"
)


def read_life_issues(title: str, body: str = "") -> tuple[str, ...]:
    """The codes of at most three issues that plain texts are about, the likeliest first; empty when none is named.

    The categories of lists are no help: 子育て・教育 and 健康・スポーツ name no problem.
    """
    return read_themes("life_issues", title, body)


def named_life_issues(text: str) -> tuple[str, ...]:
    """The codes of the issues whose name is all that a resident's words say, or what they say that troubles them."""
    said = fold(text)
    return tuple(code for code, name in _names().items() if name.fullmatch(said))


def life_issue_names() -> dict[str, str]:
    """Code → name of every issue of the vocabulary, in its order."""
    return theme_names("life_issues")


@cache
def _names() -> dict[str, re.Pattern[str]]:
    """Each issue's name, its parts and what else it is called, as compared."""
    named = {
        code: {fold(one) for one in (table["name"], *table["name"].split("・"), *table["called"])}
        for code, table in vocabulary("life_issues").items()
    }
    return {code: re.compile(rf"(?:{any_of(names)}){_TROUBLED}") for code, names in named.items()}
