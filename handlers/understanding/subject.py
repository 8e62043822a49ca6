"""What is left of a text when its slots are taken out: the subject, and what is not wanted."""

import re

from catalog.reading.tokens import Word, words
from catalog.search.ideas import named_ideas, names_an_idea
from catalog.search.query import EMPTY, is_telling

_NOT = re.compile(
    r"(?P<what>[一-龠々ァ-ヶーa-z0-9]{1,12}|[ぁ-ん]{2,8}?)(?:や(?P<other>[一-龠々ァ-ヶーa-z0-9]{1,12}))?"
    r"(?:以外|じゃなくて|ではなくて?|じゃない|でない|抜き"
    r"|は(?:もう|すでに|既に)[ぁ-ん一-龠]{2,8}?(?:ので|から|けど|けれど|、)、?(?:それ|そこ|これ)以外)"
)
_NOT_A_SUBJECT = re.compile(r"^(?:それ|これ|あれ|講座|教室|人|もの|それだけ|だけ|好き|嫌い|わけ|駄目|ダメ|仕事)$")
_EMPTY_BRACKETS = re.compile(r"\(\s*\)")
_KANA = re.compile(r"[ぁ-ゖー ]+")
_BEFORE = frozenset({"接頭辞"})  # お笑い
_AFTER = frozenset({"接尾辞"})  # 認知症
_AFTER_A_VERB = frozenset({"接尾辞", "助動詞", "助詞", "動詞"})  # 歌いたい, 弱ってきた
_POLITE = re.compile(
    r"(?:お願い(?:し|いた)?(?:します|致します)?|よろしく(?:お願い(?:し|いた)します)?|ありがとう(?:ございます)?|すみません(?:が)?|教えてください|教えて(?:ほしい|下さい)?"
    r"|(?:探|さが)して(?:い|お)?(?:ます|る|ください)|について(?:知りたい|学びたい|習いたい|教えて)?|に(?:関する|関して|ついての)|はありますか|ありますか|ありませんか|ある\?|ない\?|こんにちは|はじめまして)"
)


def subject(rest: str) -> str:
    """The words that name a subject, from the first to the last telling one; empty where none tells anything.

    Kana alone are left whole: there the ends of words cannot be told.
    """
    text = " ".join(_POLITE.sub(" ", _EMPTY_BRACKETS.sub("", rest)).split())
    found = words(text)
    telling = [at for at, word in enumerate(found) if is_telling(word) > EMPTY]
    if _KANA.fullmatch(text):
        return text if telling or names_an_idea(text) or not _says_only_what_one_does(found) else ""
    if not telling:
        return text if names_an_idea(text) else ""
    first, last = telling[0], telling[-1]
    while first > 0 and found[first - 1].part in _BEFORE:
        first -= 1
    after = _AFTER if found[last].part.startswith("名詞") else _AFTER_A_VERB
    while last + 1 < len(found) and found[last + 1].part in after:
        last += 1
    cut = _between(text, found, first, last)
    # A phrase of the lexicon may hold words that tell nothing by themselves: 会社を始めたい.
    return cut if named_ideas(text) <= named_ideas(cut) else text


def unwanted(rest: str) -> tuple[tuple[str, ...], str]:
    """What is named only to be left out (英語以外, 鹿じゃなくて), and the text without it."""
    found = []
    for match in _NOT.finditer(rest):
        found += [word for word in (match["what"], match["other"]) if word and not _NOT_A_SUBJECT.match(word)]
    return tuple(found), _NOT.sub(" ", rest) if found else rest


def _says_only_what_one_does(found: tuple[Word, ...]) -> bool:
    """Whether a text without a telling word holds a verb: がいます, したい; よが (yoga) is only not known."""
    return any(word.part in ("動詞", "形容詞") for word in found)


def _between(text: str, found: tuple[Word, ...], first: int, last: int) -> str:
    """The text from one word to another, as written; words are looked for one after the other."""
    at, start, end = 0, 0, len(text)
    for number, word in enumerate(found):
        place = text.find(word.surface, at)
        if place < 0:
            return " ".join(one.surface for one in found[first : last + 1])
        at = place + len(word.surface)
        if number == first:
            start = place
        if number == last:
            end = at
    return " ".join(text[start:end].split())
