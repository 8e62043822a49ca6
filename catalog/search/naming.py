"""Whom an announcement names: under 対象, else in its title and in the first sentence of a text without 対象."""

import re
from functools import cache

from catalog.search import lexicon
from catalog.search.entry import CourseEntry

_BEHIND = re.compile(r"[▽【■●◆].*|保育あり.*|託児.*", re.DOTALL)
_ASIDE = re.compile(r"\([^()]*\)|（[^（）]*）|親子|保護者(?:同伴|の見学|と一緒)")
# 外国人の方も歓迎, 経験者可: they may come too, and so may the others.
_TOO = r"[^、。]{0,6}(?:方も|人も|者も|歓迎|可|優先|以外|とも)"
_MEANT = r"[^、。]{0,6}(?:ための|向け|限定|対象|の\s?(?:つどい|集い|会|クラス)|サロン)"
# 障害のある人を支えるボランティア養成講座: about them, for others.
_FROM_OUTSIDE = re.compile(
    r"支援|ボランティア|養成|サポーター|理解|支える|支え方|相談員|寄り添|接し方|とは|知る|知ろう|学ぶ|学ぼう|入門|講演"
)


def names(entry: CourseEntry, words: tuple[str, ...], *, in_title: tuple[str, ...] = ()) -> bool:
    """Whether 対象 names these people, or the title (without 対象, also the first sentence) says it is for them.

    Those of the words that are `in_title` say so there by themselves.
    """
    named, meant, titled = _patterns(words, in_title)
    unlabelled = "" if entry.target_text else _ASIDE.sub("", entry.description.partition("。")[0])
    if named.search(target_of(entry)) or meant.search(f"{entry.title}。{unlabelled}"):
        return True
    return bool(titled.search(entry.title)) and not _FROM_OUTSIDE.search(entry.title)


def is_open(entry: CourseEntry) -> bool:
    """Whether 対象 leaves nobody out."""
    return any(word in (entry.target_text or "") for word in lexicon.audience_words("open"))


def labelled(entry: CourseEntry) -> str:
    """What 対象 says, without what other labels say behind it."""
    return _BEHIND.sub("", entry.target_text or "")


def target_of(entry: CourseEntry) -> str:
    """Whom 対象 names, without remarks on who else comes along."""
    return _ASIDE.sub("", labelled(entry))


@cache
def _patterns(
    words: tuple[str, ...], in_title: tuple[str, ...]
) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    said, titled = ("|".join(map(re.escape, some)) for some in (words, in_title))
    return (
        re.compile(rf"(?:{said})(?!{_TOO})", re.IGNORECASE),
        re.compile(rf"(?:{said}){_MEANT}", re.IGNORECASE),
        re.compile(titled or r"(?!)", re.IGNORECASE),
    )
