"""What is not written in Japanese, said in Japanese: English words and emoji, as the lexicon knows them."""

import re
from collections.abc import Iterator
from functools import cache

from catalog.search import lexicon
from catalog.search.kana import from_romaji

_LATIN = re.compile(r"[a-z][a-z0-9'\u2019\- ]*[a-z0-9]|[a-z]")
_LETTER = re.compile(r"[a-z]")
_WORD = re.compile(r"[a-z][a-z'\-]*")
_IN_BOTH = frozenset({"ok", "zoom", "line", "pc", "free"})  # stand in romaji too
_ENGLISH_ALONE = frozenset({"the", "i", "my", "is", "are", "for", "with", "and", "of", "want", "there", "any"})
_LONGEST = 3  # words of a phrase
_VARIANTS = "\ufe0e\ufe0f\U0001f3fb-\U0001f3ff"  # of colour or tone: no other thing
_TAIL = f"(?:[{_VARIANTS}]|\u200d.)*"  # what is joined to an emoji: who does it
_PICTURES = "[\U0001f300-\U0001faff\u2600-\u27bf\u2b00-\u2bff]"
_SIGN = re.compile(f"(?:[\U0001f1e6-\U0001f1ff]{{2}}|{_PICTURES}){_TAIL}")


def in_japanese(text: str) -> str:
    """A narrow text with its English words in Japanese; what is not English (romaji, LINE, Zoom) stays."""
    return _LATIN.sub(lambda said: _translated(said[0]), text)


def in_words(text: str) -> str:
    """The text with words for emoji that name a thing (🧘 ヨガ), each said once; the others stay."""
    if not _SIGN.search(text):
        return text
    said: set[str] = set()

    def word(sign: re.Match[str]) -> str:
        meant = _meaning(sign[0])
        new = " ".join(one for one in meant.split() if one not in said)
        said.update(meant.split())
        return f" {new}" if new else "" if meant else sign[0]

    return _spaced().sub(r"\1 ", _SIGN.sub(word, text))


def as_kana(text: str) -> str:
    """A narrow text with its romaji in kana, word by word; English, and words at home in both, stay.

    Where more is English than romaji, all stays: a fun is no ふん.
    """
    latin = _WORD.findall(text)
    foreign = [word for word in latin if _is_foreign(word)]
    if len(foreign) * 2 >= len(latin) or not _ENGLISH_ALONE.isdisjoint(latin):
        return text
    return _WORD.sub(lambda word: word[0] if _is_foreign(word[0]) else from_romaji(word[0]), text)


def _is_foreign(word: str) -> bool:
    return word in _IN_BOTH or _meant(word) is not None or _LETTER.search(from_romaji(word)) is not None


def without_signs(text: str) -> str:
    """The text without emoji."""
    return " ".join(_SIGN.sub(" ", text).split())


def _meaning(sign: str) -> str:
    known = lexicon.emoji()
    bare = re.sub(f"[{_VARIANTS}]", "", sign)
    return known.get(bare) or known.get(bare.split("\u200d")[0], "")


@cache
def _spaced() -> re.Pattern[str]:
    """A word put in for an emoji, where it would run into a word; a particle may follow at once."""
    words = {word for meant in lexicon.emoji().values() for word in meant.split()}
    return re.compile(
        rf"( (?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))}))(?=[^\sがをとにのではもへや])"
    )


def _translated(said: str) -> str:
    words = said.replace("-", " ").replace("\u2019", "'").split()
    if _is_english(words):
        told = " ".join(words).replace("'", " ").split()
        return " ".join(word for word in _chunks(told) if word not in lexicon.english_empty())
    return " ".join(_chunks(words))


def _is_english(words: list[str]) -> bool:
    """Whether several words are English rather than romaji."""
    return len(words) > 1 and _LETTER.search(from_romaji(" ".join(words))) is not None


def _chunks(latin: list[str]) -> Iterator[str]:
    """The words with the longest known phrases translated, plural or not."""
    at = 0
    while at < len(latin):
        for length in range(min(_LONGEST, len(latin) - at), 0, -1):
            meant = _meant(" ".join(latin[at : at + length]))
            if meant is not None:
                yield meant
                break
        else:
            length = 1
            yield latin[at]
        at += length


def _meant(said: str) -> str | None:
    meanings = lexicon.english()
    return meanings.get(said) or meanings.get(said.removesuffix("s")) or meanings.get(said.removesuffix("es"))
