"""How many may come, counted as the announcement counts: persons, pairs or families."""

import re
from dataclasses import dataclass

from catalog.models.course import CapacityUnit

_UNITS = {"人": CapacityUnit.PERSON, "名": CapacityUnit.PERSON, "組": CapacityUnit.PAIR, "ペア": CapacityUnit.PAIR}
_COUNT = re.compile(
    r"(?P<before>[^\d。、,\n]{0,10})(?P<count>\d{1,5})\s?(?:[人名]?\()?(?P<unit>組|ペア|家族|世帯|人|名)(?=(?P<after>.{0,5}))"
)
_MADE_OF = re.compile(r"^\s?(?:1|一)(?:組|家族|グループ|チーム|部屋|ペア)|まで可")
_ONE_OF = re.compile(r"^\s?(?:\d|につき|あたり|まで|限|ずつ)")
_PART_OF = re.compile(
    r"(?:1|一)(?:組|家族|グループ|チーム|ペア)(?:につき|あたり|最大|:)?\s?$|保育|託児|最小|オンライン|zoom|配信|残り|あと|講師"
)
_OF_A_PAIR = re.compile(r"(?:子|こども|子ども|保護者|大人|親)$")
_LABELLED = re.compile(
    r"(?:定員|募集人数|募集人員|人数|先着順?|抽選で?|募集)\s?[:：はが・/】\])]?\s?(?P<body>[^。\n【◇◆■●\d]{0,30}\d{1,5}\s?(?:人|名|組|家族|世帯)[^。\n【◇◆■●]{0,60})"
)


@dataclass(frozen=True, slots=True)
class Capacity:
    count: int | None = None
    unit: CapacityUnit = CapacityUnit.PERSON


def read_capacity(stated: str, body: str) -> Capacity:
    """Out of plain texts: the column 定員, or where it is empty the labelled part of `body`.

    Pairs go before the persons they are made of (20組40名 is 20 pairs), the hall before those who watch online.
    """
    text = stated.strip()
    if not text and (match := _LABELLED.search(body)):
        text = match[0]
    if re.fullmatch(r"\d{1,5}", text):
        return Capacity(int(text) or None)
    text = re.sub(r"\d+[人名]1組", "", text)
    counts = [(int(m["count"]), _unit(m["unit"])) for m in _COUNT.finditer(text) if not _explains(m)]
    for wanted in (CapacityUnit.PAIR, CapacityUnit.FAMILY, CapacityUnit.PERSON):
        for count, unit in counts:
            if unit is wanted and count > 0:
                return Capacity(count, unit)
    return Capacity()


def _explains(match: re.Match[str]) -> bool:
    """Whether a number says what a pair is made of, or counts something else than the places."""
    if _unit(match["unit"]) is not CapacityUnit.PERSON and match["count"] == "1" and _ONE_OF.search(match["after"]):
        return True
    if match["unit"] in "人名" and _OF_A_PAIR.search(match["before"]) and int(match["count"]) < 4:
        return True
    return bool(_MADE_OF.search(match["after"]) or _PART_OF.search(match["before"]))


def _unit(sign: str) -> CapacityUnit:
    return _UNITS.get(sign, CapacityUnit.FAMILY)
