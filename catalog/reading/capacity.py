"""How many may come, counted as the announcement counts: persons, pairs or families."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.models.course import CapacityUnit
from catalog.reading.audience import PERSON
from catalog.reading.clauses import clauses
from catalog.reading.sections import Topic, behind

_UNITS = {
    "人": CapacityUnit.PERSON,
    "名": CapacityUnit.PERSON,
    "席": CapacityUnit.PERSON,
    "組": CapacityUnit.PAIR,
    "ペア": CapacityUnit.PAIR,
}
_COUNT = re.compile(
    r"(?P<before>[^\d。、,\n]{0,10})(?P<count>\d{1,5})\s?(?:[人名]?\()?(?P<unit>組|ペア|家族|世帯|人|名)(?=(?P<after>.{0,5}))"
)
_MADE_OF = re.compile(r"^\s?(?:1|一)(?:組|家族|グループ|チーム|部屋|ペア)|まで可")
_ONE_OF = re.compile(r"^\s?(?:\d|につき|あたり|まで|限|ずつ)")
_PART_OF = re.compile(
    r"(?:1|一)(?:組|家族|グループ|チーム|ペア)(?:につき|あたり|最大|:)?\s?$|保育|託児|最小|オンライン|zoom|配信|残り|あと|講師"
)
_OF_ONE = re.compile(r"(?:1|一|ひと)(?:組|家族|グループ|チーム|家庭|ペア)[^\d]{0,8}$")
_OF_A_PAIR = re.compile(r"(?:子|こども|子ども|保護者|大人|親)$")
_EACH_TIME = re.compile(r"(?:\d+分|時間)(?:毎|ごと)に?\s?(?:各|先着)?\s?\d+(?:組|人|名)")
# In running text a number of people is not always that of the places: it is where something says so.
_PLACES = re.compile(r"(?P<count>(?<![\d月:/.第])\d{1,5})\s?(?P<unit>組|ペア|家族|世帯|人|名|席)")
_SAID_BEFORE = re.compile(
    r"(?:定員|募集|先着順?|抽選|各回|毎回|各日|各部|各|限定|会場|全|いずれも|とも|それぞれ|人数|枠|最大|上限|合計|計|午前|午後|の部)[^\d人名]{0,6}$"
)
_SAID_BEHIND = re.compile(
    r"^様?(?:程度|ほど|限定|ずつ|以内|前後)?\s?(?:\(?(?:先着|抽選|申込|申し込|多数|応募|定員|各回|要予約|予約|事前|いずれも|程度)|を?募集|限定|まで(?!の|で|に)|程度|ずつ|以内"
    r"|が(?:定員|入れ|座れ|参加でき)|入れ|に(?:達し|なり次第|なった時点|限)|で(?:締|抽選|す|先着|受)|を(?:超え|上限|限度|定員|先着|抽選))"
)
_COUNTS_PEOPLE = re.compile(rf"{PERSON}(?:\([^()]{{0,40}}\))?\s?(?:で|が|の|約|およそ|から|:)?$")
_ALONE = re.compile(r"様?(?:です|で)?(?:\([^()]*\))?")
_NOT_BEFORE = re.compile(
    r"(?:講師|先生|スタッフ|団員|選手|会員|ボランティア|のべ|延べ|累計|一|現在|催行|催行人数|催行人員|あと|残り|昨年|グループ|チーム|班|家族構成|保育|託児|オンライン|zoom|配信|付き添い|付添|大学生|奏者|職員)"
    r"(?:は|が|の|約|で|:|最大|最低|\s)*$"
)
_NOT_BEHIND = re.compile(
    r"^(?:様)?(?:に(?!達|なり次第|なった|限|満た)|が(?!定員|入れ|座れ|参加でき)|で(?!す|締|抽|先着|受|行|開催|$)|の(?!定員|枠|方)|以上|1組|一組|分|前(?!後)|用|乗|も|ごと|当たり|あたり|につき|家族|まで(?:の|で)|\(?\d+[人名]1組|と|や(?!か)|[^\d]{0,4}\d+円)"
)


@dataclass(frozen=True, slots=True)
class Capacity:
    count: int | None = None
    unit: CapacityUnit = CapacityUnit.PERSON


def read_capacity(stated: str, body: str) -> Capacity:
    """Out of plain texts: the column 定員, or where it has no number the labelled part of `body`, or its clauses.

    Pairs go before the persons they are made of (20組40名 is 20 pairs), the hall before those who watch online.
    """
    for text in (stated.strip(), behind(body, Topic.CAPACITY)):
        if (found := _counted(text)).count is not None:
            return found
    return _chosen([found for clause in clauses(body) for found in _places(clause)])


def _counted(text: str) -> Capacity:
    """The number in a text that is about nothing else."""
    if re.fullmatch(r"\d{1,5}", text):
        return Capacity(int(text) or None)
    text = _EACH_TIME.sub(" ", re.sub(r"\d+[人名]1組", "", text))
    return _chosen([Capacity(int(m["count"]), _unit(m["unit"])) for m in _COUNT.finditer(text) if not _explains(m)])


def _chosen(counts: list[Capacity]) -> Capacity:
    for wanted in (CapacityUnit.PAIR, CapacityUnit.FAMILY, CapacityUnit.PERSON):
        for found in counts:
            if found.unit is wanted and found.count:
                return found
    return Capacity()


def _places(clause: str) -> Iterator[Capacity]:
    """The numbers in a clause of running text that say how many may come."""
    for match in _PLACES.finditer(clause):
        before, behind_it = clause[: match.start()], clause[match.end() :]
        if _NOT_BEFORE.search(before) or _NOT_BEHIND.match(behind_it) or _OF_ONE.search(before):
            continue
        if match["count"] == "1":
            continue  # 1人800円, 1組につき
        said = _SAID_BEFORE.search(before) or (match["unit"] != "席" and _SAID_BEHIND.match(behind_it))
        if said or _COUNTS_PEOPLE.search(before) or (not before and _ALONE.fullmatch(behind_it)):
            yield Capacity(int(match["count"]), _unit(match["unit"]))


def _explains(match: re.Match[str]) -> bool:
    """Whether a number says what a pair is made of, or counts something else than the places."""
    if _unit(match["unit"]) is not CapacityUnit.PERSON and match["count"] == "1" and _ONE_OF.search(match["after"]):
        return True
    if match["unit"] in "人名" and _OF_A_PAIR.search(match["before"]) and int(match["count"]) < 4:
        return True
    return bool(_MADE_OF.search(match["after"]) or _PART_OF.search(match["before"]))


def _unit(sign: str) -> CapacityUnit:
    return _UNITS.get(sign, CapacityUnit.FAMILY)
