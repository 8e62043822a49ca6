"""What a city teaches its search: words that mean the same, what helps with what, English words, empty words.

All of it lies in `data/`, in files that staff can edit; see the first lines of each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from catalog.models.course import CourseKind
from catalog.reading.normalise import narrow
from catalog.reading.tokens import Word, words
from catalog.search.kana import sound

BOUNDARY = "|"
_ENDINGS = frozenset({"助詞", "助動詞"})
_DENIALS = frozenset({"ない", "ぬ", "ず"})
_EMPTY_VERBS = frozenset({"為る", "居る", "有る", "おる", "成る"})
_SHORT = 3  # a kana word as short would be found inside others, パン in フライパン, and so would any one sign


@dataclass(frozen=True, slots=True)
class Phrase:
    """A word or phrase as it is looked for: its normal forms joined, and how it sounds."""

    text: str
    sound: str

    def within(self, spelled: str) -> bool:
        """Whether the phrase stands in a text of normal forms, each between two BOUNDARY signs (see `spelled`)."""
        return self.text in spelled if self.text.startswith(BOUNDARY) else self.text in spelled.replace(BOUNDARY, "")


@dataclass(frozen=True, slots=True)
class Concept:
    """Who says one of `said` may mean each of `meant`; `same` when they are other words for one thing."""

    said: tuple[Phrase, ...]
    meant: tuple[Phrase, ...]
    same: bool


@dataclass(frozen=True, slots=True)
class Situation:
    """Sentences that tell one thing in different words, and phrases of announcements that would help."""

    said: tuple[str, ...]
    meant: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Upbringing:
    """Words of one matter of bringing up children, who are of these ages. `parents_alone`: nobody else's matter."""

    said: tuple[str, ...]
    ages: tuple[int, int]
    parents_alone: bool


@dataclass(frozen=True, slots=True)
class Circumstance:
    """A situation of life: words of announcements, those of them that say so in a title already, words of residents.

    `relations` are those of whom the household has somebody that it holds for. `beside_parents`: where both are named,
    either may come.
    """

    said: tuple[str, ...]
    in_titles: tuple[str, ...]
    told: tuple[str, ...]
    relations: tuple[str, ...]
    beside_parents: bool


def spelled(tokens: tuple[Word, ...]) -> str:
    """The normal forms of words that mean something by themselves, each between two BOUNDARY signs.

    Particles and endings are left out: 会社を始めたい, 会社とか始める and 会社始めます are spelled alike.
    """
    return BOUNDARY + BOUNDARY.join(word.normal for word in tokens if _has_meaning(word)) + BOUNDARY


def _has_meaning(word: Word) -> bool:
    if word.part in _ENDINGS:
        return word.normal in _DENIALS
    return word.normal not in _EMPTY_VERBS


@lru_cache(maxsize=5_000)  # a search asks for each of its words several times
def phrase(text: str) -> Phrase:
    tokens = words(text)
    joined = spelled(tokens).replace(BOUNDARY, "")
    short = len(joined) == 1 or (len(joined) <= _SHORT and all(not "一" <= sign <= "龠" for sign in joined))
    return Phrase(spelled(tokens) if short else joined, sound("".join(word.reading for word in tokens)))


@cache
def concepts() -> tuple[Concept, ...]:
    """The lexicon; read once a process."""
    return tuple(map(_concept, _lines("lexicon.txt")))


@cache
def situations() -> tuple[Situation, ...]:
    """What residents tell of their life, in several ways, each with what announcements that would help them say."""
    return tuple(_situation(line) for line in _lines("situations.txt"))


def phrases() -> Iterator[str]:
    """All words and phrases of the lexicon, as they are written there."""
    return (text for line in _lines("lexicon.txt") for text in _split(line.replace(">", ",")))


@cache
def english() -> dict[str, str]:
    """English words and phrases with the Japanese they stand for, the longest first."""
    pairs = (line.split("=", 1) for line in _lines("english.txt"))
    meanings = {narrow(said): meant.strip() for said, meant in pairs}
    return dict(sorted(meanings.items(), key=lambda pair: -len(pair[0])))


@cache
def english_empty() -> frozenset[str]:
    """English words that say nothing of the subject: want, some, teach …"""
    return frozenset(text for line in _lines("english_empty.txt") for text in _split(line))


@cache
def emoji() -> dict[str, str]:
    """Emoji, without skin tones and the like, with the Japanese that a resident says with them."""
    pairs = (line.split("=", 1) for line in _lines("emoji.txt"))
    return {sign: meant.strip() for signs, meant in pairs for sign in signs.split()}


@cache
def empty_words() -> frozenset[str]:
    """Normal forms that say nothing of the subject: 教室, 参加, 探す …"""
    return frozenset(word.normal for line in _lines("empty.txt") for text in line.split(",") for word in words(text))


@cache
def kind_words() -> dict[CourseKind, tuple[str, ...]]:
    """For each kind of entry that is not a course, the words that clearly ask for it."""
    pairs = (line.split("=", 1) for line in _lines("kinds.txt"))
    return {CourseKind(kind.strip()): tuple(_split(said)) for kind, said in pairs}


@cache
def beginner_words() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words of announcements for beginners, and words of those for the advanced."""
    easy, hard = (tuple(_split(line.split("=", 1)[1])) for line in _lines("levels.txt"))
    return easy, hard


@cache
def audience_words(audience: str) -> tuple[str, ...]:
    """Words of 対象 that mean `everybody`, `parents` … : a line of audiences.txt."""
    pairs = (line.split("=", 1) for line in _lines("audiences.txt"))
    return {name.strip(): tuple(_split(said)) for name, said in pairs}[audience]


@cache
def upbringing() -> tuple[Upbringing, ...]:
    """What lectures for parents are about."""
    return tuple(_upbringing(line) for line in _lines("children.txt"))


@cache
def circumstances() -> tuple[Circumstance, ...]:
    """The situations of life that few are in, in the order of circumstances.txt."""
    return tuple(_circumstance(line) for line in _lines("circumstances.txt"))


@cache
def facility_words() -> tuple[str, ...]:
    """What halls are called (公民館, 図書館 …), the longest first: the rest of their name is a quarter's."""
    return tuple(sorted((text for line in _lines("facilities.txt") for text in _split(line)), key=len, reverse=True))


def _concept(line: str) -> Concept:
    said, arrow, meant = line.partition(">")
    phrases = tuple(phrase(text) for text in _split(said))
    if not arrow:
        return Concept(phrases, phrases, same=True)
    return Concept(phrases, tuple(phrase(text) for text in _split(meant)), same=False)


def _situation(line: str) -> Situation:
    said, _, meant = line.partition(">")
    return Situation(tuple(text.strip() for text in said.split("/")), tuple(_split(meant)))


def _upbringing(line: str) -> Upbringing:
    sign = "=" if "=" in line else "~"
    ages, _, said = line.partition(sign)
    return Upbringing(tuple(_split(said)), _years(ages), parents_alone=sign == "=")


def _circumstance(line: str) -> Circumstance:
    said, _, told = line.removeprefix("+").partition(">")
    words, answers = tuple(_split(said)), tuple(_split(told))
    return Circumstance(
        said=tuple(word.removesuffix("*") for word in words),
        in_titles=tuple(word.removesuffix("*") for word in words if word.endswith("*")),
        told=tuple(answer for answer in answers if not answer.startswith("(")),
        relations=tuple(answer.strip("()") for answer in answers if answer.startswith("(")),
        beside_parents=line.startswith("+"),
    )


def _years(text: str) -> tuple[int, int]:
    low, high = text.split("-")
    return int(low), int(high)


def _split(line: str) -> Iterator[str]:
    return (text.strip() for text in line.replace("、", ",").split(",") if text.strip())


def _lines(name: str) -> Iterator[str]:
    text = (files("catalog.search") / "data" / name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
