"""Names of venues and areas in a text, as residents write them: whole, by a quarter's name, by ear, or misspelt."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from catalog.reading.normalise import fold, hiragana, narrow
from catalog.reading.spans import Found
from catalog.reading.tokens import reading
from catalog.reading.vocabulary import any_of

_NEAR_ENOUGH = 78  # of 100, for a misspelt name
_SHORTEST_BY_EAR = 3  # kana of a name that is recognised by its sound
_AROUND = r"(?:駅(?:前|近く)?|方面|地区|エリア|周辺|近辺|付近|あたり|辺り|の?(?:近く|そば|近所))*"
_FACILITY = re.compile(
    r"[一-龠ァ-ヶー々ぁ-ん]{1,10}?(?:公民館|図書館|体育館|児童館|会館|ホール|センター|プラザ|公園|庁舎|間)"
)
_HALL = re.compile(r"[一-龠ァ-ヶー]{2,6}")
_NO_PLACE = re.compile(r"オンライン|zoom|web|未定|各|集合|ほか|自宅")


@dataclass(frozen=True, slots=True)
class _Names:
    """Given names by their spelling and by their sound, ready to be looked for."""

    by_key: dict[str, str]
    by_sound: dict[str, str]
    spelled: re.Pattern[str]
    heard: re.Pattern[str]


def read_places(text: str, names: Sequence[str]) -> list[Found[str]]:
    """The given names that stand in a plain text; a longer name goes before the quarter that it begins with.

    Where none stands there as written, a hall's name that is nearly one of them is taken for it.
    """
    known = _known(tuple(names))
    spelled = _spelling(text)
    found = [
        Found(known.by_key[_spelling(match["name"])], match.start(), match.end())
        for match in known.spelled.finditer(spelled)
    ]
    found += [
        Found(known.by_sound[match["name"]], match.start(), match.end())
        for match in known.heard.finditer(hiragana(text))
        if not any(one.start < match.end() and match.start() < one.end for one in found)
    ]
    return [_with_hall(text, one, known) for one in found] or _misspelt(text, known)


def _with_hall(text: str, quarter: Found[str], known: _Names) -> Found[str]:
    """やぎさわ公民館, 田無公民間: a quarter that a hall's name goes on from, heard or misspelt."""
    rest = _HALL.match(text, quarter.end)
    if rest is None:
        return quarter
    best = process.extractOne(
        narrow(quarter.value) + rest[0], list(known.by_key), scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH
    )
    if best is None or len(best[0]) <= len(quarter.value):
        return quarter
    return Found(known.by_key[best[0]], quarter.start, rest.end())


def _misspelt(text: str, known: _Names) -> list[Found[str]]:
    found = []
    for match in _FACILITY.finditer(text):
        best = process.extractOne(_spelling(match[0]), list(known.by_key), scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
        if best is not None and len(best[0]) > 3:
            found.append(Found(known.by_key[best[0]], match.start(), match.end()))
    return found


def _spelling(text: str) -> str:
    """ひばりヶ丘 and ひばりが丘 are one name. Keeps the length of the text."""
    return re.sub(r"(?<=.)[ヶケが](?=[丘谷原崎])", "が", text)


@lru_cache(maxsize=8)
def _known(names: tuple[str, ...]) -> _Names:
    """Compiled once for the names of a catalogue; `names` change only when the catalogue does."""
    usable = [name for name in names if len(fold(name)) > 1 and not _NO_PLACE.search(narrow(name))]
    by_key = {_spelling(narrow(name)): name for name in usable}
    by_sound: dict[str, str] = {}
    for name in usable:
        sound = fold(reading(name))
        if len(sound) >= _SHORTEST_BY_EAR:
            by_sound.setdefault(sound, name)
    return _Names(
        by_key,
        by_sound,
        re.compile(rf"(?P<name>{any_of(by_key) or '(?!)'}){_AROUND}"),
        re.compile(rf"(?<![ぁ-ん])(?P<name>{any_of(by_sound) or '(?!)'}){_AROUND}"),
    )
