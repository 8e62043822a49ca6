"""Making spellings alike: widths, kana, dashes, numerals. Everything that is read goes through `plain` first."""

import re
import unicodedata
from functools import partial

import jaconv

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-") | dict.fromkeys(map(ord, "〜～∼〰"), "~")
# NFKC makes "1" of ①, which would run into the digits after it ("①7月" is not the 17th month).
_CIRCLED = re.compile("[①-⑳]")
_DIGITS = {**dict(zip("〇一二三四五六七八九", range(10), strict=True)), "零": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}
# Kanji numerals are numbers only before a counter or after an ordinal; 一緒, 三味線 and 百人一首 are words.
_KANJI_NUMBER = re.compile(
    r"(?<=第)[一二三四五六七八九十]+"
    r"|(?<=[小中高])[一二三四五六](?![一-龠ァ-ヶー])|(?<=[小中]学|高校)[一二三四五六](?=年)"
    r"|[〇一二三四五六七八九十百千]+(?=[歳才月円代割]|か月|ヶ月|ヵ月|カ月|箇月|週間|年(?:生|後|以内|度|\d|[一二三四五六七八九十]+月)|分の)"
    r"|(?<=月)[一二三四五六七八九十]+(?=日)"
    r"|(?<=令和|平成|昭和)[一二三四五六七八九十]+(?=年)"
    r"|[一二三四五六七八九]?十[一二三四五六七八九]?(?=日|名|人(?!一首)|組|時)"
    r"|[一二三四五六七八九]+(?=時(?!間)|日(?:後|以内))"
    r"|[一二三四五六七八九]?[百千][一二三四五六七八九]?(?=名|人(?!一首)|組)"
)
_NOT_WORD = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """The text for reading: NFKC, lower-case, one kind of dash and tilde, numbers as digits, single spaces.

    The same for every width and spelling of the same words; `plain(plain(x)) == plain(x)`.
    """
    text = narrow(text)
    text = re.sub(r"[一二三四五六七八九](?=万(?:\d{4})?円)", lambda m: str(_DIGITS[m[0]]), text)
    text = re.sub(r"(\d)万(\d{4})?(?=円)", lambda m: m[1] + (m[2] or "0000"), text)
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    text = re.sub(r"(\d)([百千])(?=円)", lambda m: str(int(m[1]) * _UNITS[m[2]]), text)
    return _KANJI_NUMBER.sub(lambda m: str(kanji_number(m[0])), text)


def narrow(text: str) -> str:
    """NFKC, lower-case, one kind of dash and tilde, single spaces; words and numerals are left as they are."""
    text = text.encode("utf-8", "replace").decode()  # half an emoji (a lone surrogate) would stop the dictionary
    text = _CIRCLED.sub(lambda m: f"({int(unicodedata.numeric(m[0]))})", text)
    text = unicodedata.normalize("NFKC", text.translate(_DASHES)).lower().translate(_DASHES)
    return " ".join(text.split())


def fold(text: str) -> str:
    """A key for comparing spellings: `narrow`, all kana as hiragana, no spaces and no marks."""
    return _NOT_WORD.sub("", hiragana(narrow(text)))


hiragana = partial(jaconv.kata2hira, ignore="")


def kanji_number(numeral: str) -> int:
    """The value of a kanji numeral, positional (二〇) or with units (二十五); 0 for an empty one."""
    if not any(sign in _UNITS for sign in numeral):
        return int("".join(str(_DIGITS[sign]) for sign in numeral) or "0")
    total, digit = 0, 0
    for sign in numeral:
        if sign in _UNITS:
            total += max(digit, 1) * _UNITS[sign]
            digit = 0
        else:
            digit = digit * 10 + _DIGITS[sign]
    return total + digit
