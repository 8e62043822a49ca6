"""A resident's words as search looks for them: terms with their weight, and how the whole sounds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby

from catalog.models.course import CourseKind
from catalog.reading.fields import field_names, read_fields
from catalog.reading.life_issues import named_life_issues
from catalog.reading.normalise import fold, hiragana, narrow, plain
from catalog.reading.tokens import Word, words
from catalog.search import lexicon
from catalog.search.foreign import in_japanese, in_words
from catalog.search.kana import from_romaji, is_kana, sound

_LONGEST = 200  # characters; a longer text is a letter, and its beginning says what it is about
_WEIGHTS = {"名詞": 1.0, "形状詞": 0.7, "動詞": 0.7, "形容詞": 0.5, "副詞": 0.4}
EMPTY = 0.08  # the weight of a word that says nothing of a subject
_NUMERAL = 0.3
_SIGNS = frozenset("ー ")
_HIRAGANA = re.compile(r"[ぁ-ゖー]{3,}")
_SPACED_KANA = re.compile(r"[ぁ-ゖー]{2,}")  # where all is kana, spaces and marks tell where words begin
_KATAKANA = re.compile(r"[ァ-ヺー]{2,}")


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the query: its normal form, and how much its kind of word tells (0…1)."""

    normal: str
    sound: str
    weight: float
    name: bool  # a proper noun or a katakana word that begins its compound: what it names, nothing else does
    compound: int  # nouns in a row share a number: ドイツ, 語 and 会話 name one thing


@dataclass(frozen=True, slots=True)
class Query:
    """`spelled` holds the normal forms (see `lexicon.spelled`). `by_ear`: it is all kana, only sounds count.

    `heard` are the sounds of its stretches in hiragana, whose words cannot be told apart with any certainty; of a text
    in `kana` alone, katakana too, also that of all of it: そば うち is one word.
    `fields` are what its words are about; `named` those whose very name it is (音楽, 健康), `issues` the issues of life
    that it names and says little else of (お金の不安).
    `meant` is what the encoder reads of it (see `meaning`): with kanji for what is all kana, English in both languages.
    """

    terms: tuple[Term, ...]
    spelled: str
    meant: tuple[str, ...]
    sound: str
    by_ear: bool
    kana: bool
    heard: tuple[str, ...]
    fields: tuple[str, ...]
    named: tuple[str, ...]
    issues: tuple[str, ...]
    kinds: tuple[CourseKind, ...]

    @property
    def says_nothing(self) -> bool:
        """No word is left that could name a subject."""
        return not self.by_ear and all(term.weight <= EMPTY for term in self.terms)


@lru_cache(maxsize=1_000)  # understanding and searching read the same words
def read_query(text: str) -> Query:
    """Never fails: any text is a query, at worst one that says nothing."""
    said = in_words(narrow(text)[:_LONGEST])
    text = in_japanese(said)
    romaji = from_romaji(text)
    tokens = words(romaji)
    letters = re.sub(r"[^\w]", "", romaji)
    by_ear, kana = is_kana(letters), is_kana(hiragana(letters))
    spelled = lexicon.spelled(tokens)
    return Query(
        terms=_terms(tokens),
        spelled=spelled,
        meant=_meant(said, romaji, spelled, by_ear=by_ear),
        sound="".join(_sounds(tokens, by_ear=by_ear)),
        by_ear=by_ear,
        kana=kana,
        fields=read_fields("", plain(text)),
        named=_named(text),
        issues=named_life_issues(text),
        heard=_heard(hiragana(romaji)) if kana else tuple(sound(run) for run in _HIRAGANA.findall(romaji)),
        kinds=tuple(kind for kind, said in lexicon.kind_words().items() if any(word in text for word in said)),
    )


def _heard(text: str) -> tuple[str, ...]:
    runs = _SPACED_KANA.findall(text)
    return tuple(map(sound, runs if len(runs) < 2 else (*runs, "".join(text.split()))))


def _meant(said: str, japanese: str, spelled: str, *, by_ear: bool) -> tuple[str, ...]:
    if by_ear:  # kana alone mean little to the encoder, the tokenizer's guess at their words more
        return (spelled.replace(lexicon.BOUNDARY, " ").strip(),)
    return (japanese,) if said == japanese else (japanese, said)


def _named(text: str) -> tuple[str, ...]:
    said = fold(text)
    return tuple(code for code, names in _folded_names().items() if said in names)


@cache
def _folded_names() -> dict[str, frozenset[str]]:
    """The name of every field and each part of it, as compared."""
    return {code: frozenset(map(fold, (name, *name.split("・")))) for code, name in field_names().items()}


def is_katakana(text: str) -> bool:
    """Whether a text is a word in katakana: a foreign name for a thing, which is often misspelt."""
    return _KATAKANA.fullmatch(narrow(text)) is not None


def is_telling(word: Word) -> float:
    """How much a word tells of a subject: 0 for particles and signs, next to nothing for empty words, 1 for nouns."""
    weight = _WEIGHTS.get(word.part.split("-")[0], 0.0)
    if word.part == "名詞-数詞":
        weight = _NUMERAL
    lone_kana = len(word.surface) == 1 and "ぁ" <= word.surface <= "ヿ"
    if lone_kana or word.normal in _SIGNS:
        return 0.0
    return min(weight, EMPTY) if word.normal in lexicon.empty_words() else weight


def _terms(tokens: tuple[Word, ...]) -> tuple[Term, ...]:
    found: dict[str, Term] = {}
    compound, begun = 0, False
    for word in tokens:
        if not word.part.startswith("名詞"):
            compound, begun = compound + 1, False
        weight = is_telling(word)
        if weight and word.normal not in found:
            named = word.part == "名詞-固有名詞" or is_katakana(word.surface)
            found[word.normal] = Term(word.normal, sound(word.reading), weight, named and not begun, compound)
            begun = begun or weight > EMPTY
    return tuple(found.values())


def _sounds(tokens: tuple[Word, ...], *, by_ear: bool) -> Iterator[str]:
    """How the telling words sound, cut where others stood between them; all of a text that can only be heard."""
    for telling, group in groupby(tokens, key=lambda word: by_ear or is_telling(word) > EMPTY):
        yield sound("".join(word.reading for word in group)) if telling else "\n"
