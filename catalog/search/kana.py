"""Readings as features: how a text sounds, without what people leave out or confuse, cut into two and three kana."""

import re

import jaconv
import numpy as np

from catalog.reading.normalise import hiragana
from catalog.search.postings import Ints

# しょうぎ, しょーぎ and shogi; づ and ず, を and お: spellings of one sound.
_SMALL = str.maketrans("ぁぃぅぇぉゃゅょゎゕゖぢづをゐゑ", "あいうえおやゆよわかけじずおいえ", "っー・")
_LONG = re.compile(
    "(?<=[おこそとのほもよろごぞどぼぽ])[うお]|(?<=[うくすつぬふむゆるぐずぶぷ])う|(?<=[えけせてねへめれげぜでべぺ])[いえ]"
    "|(?<=[あかさたなはまやらわがざだばぱ])あ|(?<=[いきしちにひみりぎじびぴ])い"
)
_FOREIGN = {
    "ふぁ": "は",
    "ふぃ": "ひ",
    "ふぇ": "へ",
    "ふぉ": "ほ",
    "うぃ": "い",
    "うぇ": "え",
    "てぃ": "ち",
    "でぃ": "じ",
    "ゔ": "ぶ",
}
_FOREIGN_SOUND = re.compile("|".join(_FOREIGN))
_KANA_FIRST, _LATIN_FIRST, _DIGIT_FIRST, _BASE = 1, 90, 116, 128
_CODES = np.zeros(0x30A0, np.int64)  # a character's code; 0 cuts the text
_CODES[0x3041:0x3097] = np.arange(_KANA_FIRST, _KANA_FIRST + 0x56)
_CODES[ord("a") : ord("z") + 1] = np.arange(_LATIN_FIRST, _LATIN_FIRST + 26)
_CODES[ord("0") : ord("9") + 1] = np.arange(_DIGIT_FIRST, _DIGIT_FIRST + 10)

_ROMAJI = re.compile(
    r"(?:(?P<double>[kstpgdbzc])(?=(?P=double)|ch))?"
    r"(?:(?:ky|sh|ch|ny|hy|my|ry|gy|by|py|ts|[kstnhmyrwgzdbpjf])?[aiueo]|n'?(?![aiueo]))"
)
_LATIN = re.compile(r"[a-z][a-z'\-]*")
_KANA = re.compile(r"[ぁ-ゖー]+")


def sound(reading: str) -> str:
    """A hiragana reading without long vowels, small kana and doubled consonants. Other characters stay."""
    japanese = _FOREIGN_SOUND.sub(lambda foreign: _FOREIGN[foreign[0]], reading)
    return _LONG.sub("", japanese.translate(_SMALL))


def codes(sounds: str) -> Ints:
    """One integer a character; 0 for what has no sound."""
    points = np.frombuffer(sounds.encode("utf-32-le"), np.uint32)
    return _CODES[np.where(points < len(_CODES), points, 0)]


def pairs_and_triples(coded: Ints) -> tuple[Ints, Ints]:
    """At every position the feature of two and of three characters from there on; 0 where a cut lies within."""
    padded = np.append(coded, (0, 0))
    first, second, third = padded[:-2], padded[1:-1], padded[2:]
    pairs = np.where((first > 0) & (second > 0), first * _BASE + second, 0)
    triples = np.where((pairs > 0) & (third > 0), pairs * _BASE + third, 0)
    return pairs, triples


def grams(sounds: str) -> Ints:
    """The distinct features of a query's sounds."""
    features = np.unique(np.concatenate(pairs_and_triples(codes(sounds))))
    return features[features > 0]


def from_romaji(text: str) -> str:
    """Latin words that are Japanese in Hepburn or Kunrei letters become hiragana; all others stay."""
    return _LATIN.sub(lambda word: _kana(word[0]), text)


def is_kana(text: str) -> bool:
    """Whether the text is written in hiragana alone, so that its words cannot be told apart with any certainty."""
    return _KANA.fullmatch("".join(text.split())) is not None


def _syllabic_n(found: re.Match[str]) -> str:
    return "ん" if found[0] == "n'" else "んn"


def _kana(word: str) -> str:
    at = 0
    while at < len(word):
        syllable = _ROMAJI.match(word, at)
        if syllable is None:
            return word
        at = syllable.end()
    # sannensei is さんねんせい: of a double n only the first is ん. An apostrophe elsewhere parts nothing.
    kana = hiragana(jaconv.alphabet2kana(re.sub("n'|nn+(?=[aiueoy])", _syllabic_n, word).replace("'", "")))
    return kana if _KANA.fullmatch(kana) else word
