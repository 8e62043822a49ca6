"""Which of the family a text speaks of: by nickname (はる), or by what they are (うちの子, 上の子, 母に)."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from catalog.models import Person, Relation
from catalog.people import age_on
from catalog.reading.normalise import narrow

_FOR = r"(?=$|[\s、。!?👧👦]|に(?!ついて|贈|あげ)|と|も|でも|が(?!亡|死|倒|認知)|は|向け|用|のため|で)"
_WORDS: Mapping[Relation, re.Pattern[str]] = {
    Relation.CHILD: re.compile(
        rf"(?:うちの子(?:たち|ども|供)?|わが子|我が子|息子|娘|長男|長女|次男|次女|上の子|下の子)(?:さん|ちゃん)?{_FOR}"
        r"|\bmy (?:child|kid|son|daughter|kids|children)\b"
    ),
    Relation.PARTNER: re.compile(
        rf"(?:夫|妻|主人|旦那|家内|嫁|パートナー)(?:さん)?{_FOR}|\bmy (?:husband|wife|partner)\b"
    ),
    Relation.PARENT: re.compile(
        rf"(?:お?[母父](?:さん|ちゃん)?|母親|父親|おふくろ|おやじ|おかん|おとん){_FOR}"
        r"|\bmy (?:mother|father|mom|dad|parents)\b"
    ),
}
_PLAIN = r"うちの子(?:ども|供)?|わが子|我が子|息子|娘|長男|長女|次男|次女|上の子|下の子|夫|妻|主人|旦那|母親?|父親?"
_ELDER, _YOUNGER = re.compile("上の子|長男|長女|お(?:兄|姉)ちゃん"), re.compile("下の子|次男|次女|末っ子")


def spoken_of(text: str, family: Sequence[Person], today: date) -> list[Person]:
    """Those of the family (without the resident) whose age is known and whom the text may mean; empty for nobody."""
    said = narrow(text)
    known = [someone for someone in family if age_on(someone, today).known]
    called = [someone for someone in known if _is_called(someone, said)]
    if called:
        return called
    meant = [someone for someone in known if someone.relation in _WORDS and _WORDS[someone.relation].search(said)]
    meant.sort(key=lambda someone: age_on(someone, today).low or 0)
    if len({someone.relation for someone in meant}) == 1 and len(meant) > 1:
        if _ELDER.search(said):
            return meant[-1:]
        if _YOUNGER.search(said):
            return meant[:1]
    return meant


def without_mention(words: str, people: Sequence[Person]) -> str:
    """A subject without whom it is for: 下の子に工作 is 工作."""
    names = "".join(rf"|{re.escape(narrow(one.nickname))}(?:くん|君)?" for one in people if one.nickname)
    mention = rf"(?:{_PLAIN}{names})(?:さん|ちゃん)?(?:向け|用|のため|でも|[にともがはでの])*"
    return " ".join(re.sub(mention, " ", words).split())


def _is_called(someone: Person, said: str) -> bool:
    """はると, はるさんに; a nickname also begins other words (はるか), so what follows it counts."""
    name = narrow(someone.nickname or "")
    return len(name) > 1 and re.search(rf"{re.escape(name)}(?:さん|ちゃん|くん|君)?{_FOR}", said) is not None
