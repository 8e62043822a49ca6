"""Which of the concierge's services a text asks for, learnt at start from the wordings in `data/intents.toml`.

A ridge regression over character n-grams of how the text is written and of how it sounds, so that kanji, kana and
romaji of one wording meet, and over the groups of like words in `data/concepts.toml`. It learns once, in a second.
"""

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from catalog import kept
from catalog.reading.fields import read_fields
from catalog.reading.normalise import fold, narrow
from catalog.reading.tokens import words
from catalog.reading.vocabulary import any_of
from catalog.search.kana import from_romaji

_CONCEPT = 4.0  # how much more a group of `data/concepts.toml` counts than a piece of the text
_SEEN = 3  # a feature is learnt from so many wordings on
_RIDGE = 1.0
_LONGEST = 160  # characters looked at: what is wanted is said at the beginning
_WORDINGS_EACH = 6  # of a line with choices so many wordings are learnt
_OF_ANY_SEARCH = frozenset({"looking", "elsewhere", "advice", "place"})  # groups of words that speak for no service
_SUBJECTS_EACH = 2  # of a wording with {x} so many subjects are learnt


class Intent(StrEnum):
    FIND_COURSES = "find_courses"
    RECOMMEND = "recommend"
    MY_REGISTRATIONS = "my_registrations"
    CANCEL_REGISTRATION = "cancel_registration"
    REMINDER_SETTINGS = "reminder_settings"
    EDIT_PROFILE = "edit_profile"
    CHANGE_LANGUAGE = "change_language"
    FACILITIES = "facilities"
    GROUPS = "groups"
    OFFER_SKILL = "offer_skill"
    PROPOSE_COURSE = "propose_course"
    LEARNING_RECORD = "learning_record"
    DELETE_DATA = "delete_data"
    TALK_TO_STAFF = "talk_to_staff"
    HELP = "help"
    GREETING = "greeting"
    THANKS = "thanks"
    UNKNOWN = "unknown"


_ORDER = tuple(Intent)


@dataclass(frozen=True, slots=True)
class Likely:
    """An intent and how well the text fits it: about 1 for its own wordings, about 0 for what has nothing of it."""

    intent: Intent
    score: float


def likely_intents(text: str) -> tuple[Likely, ...]:
    """All intents, the likeliest first. Pure, for any text."""
    scores = _classifier().scores(_features(text))
    return tuple(Likely(_ORDER[at], float(scores[at])) for at in np.argsort(-scores, kind="stable"))


def services_mentioned(text: str) -> int:
    """How many groups of words of the services (`data/concepts.toml`) a text holds, beside those of any search."""
    said = narrow(text[:_LONGEST])
    return sum(name not in _OF_ANY_SEARCH and pattern.search(said) is not None for name, pattern in _concepts())


def is_example(text: str) -> Intent | None:
    """The intent of a text that stands in the examples word for word, whatever its width, kana or marks."""
    return _verbatim().get(fold(text))


def examples() -> Iterator[tuple[str, Intent]]:
    """Every wording of the file, its choices written out and its places filled with subjects."""
    data = tomllib.loads((files("handlers.understanding") / "data" / "intents.toml").read_text(encoding="utf-8"))
    subjects: list[str] = data["subjects"]
    for intent in _ORDER:
        for number, line in enumerate(filter(None, data[intent]["examples"].splitlines())):
            for wording in _written_out(line):
                if "{x}" not in wording:
                    yield wording, intent
                    continue
                for shift in range(_SUBJECTS_EACH):
                    yield wording.replace("{x}", subjects[(number + shift * 4) % len(subjects)]), intent


def _written_out(line: str) -> Iterator[str]:
    """The wordings of a line with choices in brackets."""
    parts = re.split(r"\[([^\]]*)\]", line)
    choices = [part.split("|") if at % 2 else [part] for at, part in enumerate(parts)]
    wordings = ["".join(chosen) for chosen in product(*choices)]
    # Of many alike a few teach as much; a stride takes them from all over.
    return iter(wordings[:: math.ceil(len(wordings) / _WORDINGS_EACH)])


def _features(text: str) -> Counter[str]:
    """Pieces of two to four characters of the sound, of one to three of the writing, whole words, groups of words."""
    text = narrow(text[:_LONGEST])
    tokens = words(from_romaji(text) if text.isascii() else text)
    sound = fold("".join(word.reading for word in tokens))
    found: Counter[str] = Counter()
    for length in (2, 3, 4):
        found.update(_pieces(f"s^{sound}$", length))
    for length in (1, 2, 3):
        found.update(_pieces(f"w^{fold(text)}$", length))
    said = f"{text}\n{sound}"
    found.update(f"c{name}" for name, pattern in _concepts() if pattern.search(said))
    found.update(f"n{word.normal}" for word in tokens)
    if read_fields(text):
        found["csubject"] = 1
    return found


def _pieces(text: str, length: int) -> list[str]:
    """The pieces of `text[1:]`, each marked by its first character and its length."""
    mark = f"{text[0]}{length}"
    return [mark + text[at : at + length] for at in range(1, len(text) - length + 1)]


@cache
def _concepts() -> tuple[tuple[str, re.Pattern[str]], ...]:
    data = tomllib.loads((files("handlers.understanding") / "data" / "concepts.toml").read_text(encoding="utf-8"))
    return tuple((name, re.compile(any_of(terms))) for name, terms in data.items())


class _Classifier:
    """Ridge regression from weighted, length-normalised features to intents, solved in one step."""

    def __init__(self, names: list[str], rarity: NDArray[np.float32], weights: NDArray[np.float32]) -> None:
        """`names` of features, each with its rarity and a row of `weights`, one for each intent."""
        self.names, self.rarity, self.weights = names, rarity, weights
        self._number = {name: number for number, name in enumerate(names)}

    @classmethod
    def taught(cls, lessons: list[tuple[Counter[str], Intent]]) -> "_Classifier":
        """Learns which features speak for which intent."""
        seen = Counter(name for features, _ in lessons for name in features)
        chosen = sorted(name for name, times in seen.items() if times >= _SEEN)
        rarities = (math.log(1 + len(lessons) / seen[name]) * (_CONCEPT if name[0] == "c" else 1) for name in chosen)
        rarity = np.fromiter(rarities, np.float32, len(chosen))
        untaught = cls(chosen, rarity, np.zeros((len(chosen), len(_ORDER)), np.float32))
        vectors = np.zeros((len(lessons), len(chosen)), np.float32)
        for row, (features, _) in zip(vectors, lessons, strict=True):
            where, weights = untaught._vector(features)
            row[where] = weights
        wanted = np.array([[float(intent is one) for one in _ORDER] for _, intent in lessons], np.float32)
        # Fewer wordings than features: solved among the wordings.
        alike = vectors @ vectors.T + _RIDGE * np.eye(len(lessons), dtype=np.float32)
        return cls(chosen, rarity, vectors.T @ np.linalg.solve(alike, wanted - wanted.mean(axis=0)))

    def scores(self, features: Counter[str]) -> NDArray[np.float32]:
        """One number an intent: about 1 for what is meant, about 0 for the others."""
        where, weights = self._vector(features)
        return np.asarray(weights @ self.weights[where], np.float32)

    def _vector(self, features: Counter[str]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        known = [(self._number[name], times) for name, times in features.items() if name in self._number]
        if not known:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        where = np.array([number for number, _ in known], np.int64)
        weights = np.log(np.array([times for _, times in known], np.float32) * np.float32(math.e)) * self.rarity[where]
        return where, weights / np.linalg.norm(weights)


def learn(path: Path | None) -> None:
    """Learns now instead of at the first text: read from `path` where it is kept, and kept there where it is not."""
    makers = kept.digest("handlers.understanding", "catalog.reading", "catalog.search")
    found = kept.read(path, makers) if path else None
    if found is not None:
        _learnt[:] = [_Classifier(kept.split(found["names"]), found["rarity"], found["weights"])]
        return
    taught = _classifier()
    if path:
        names = kept.joined(taught.names)
        kept.write(path, makers, {"names": names, "rarity": taught.rarity, "weights": taught.weights})


_learnt: list[_Classifier] = []  # the one with which this process answers, once it has learnt


def _classifier() -> _Classifier:
    if not _learnt:
        _learnt.append(_Classifier.taught([(_features(text), intent) for text, intent in examples()]))
    return _learnt[0]


@cache
def _verbatim() -> dict[str, Intent]:
    return {key: intent for text, intent in examples() if (key := fold(text))}
