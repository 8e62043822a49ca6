"""What makes it possible to come: childcare, sign language, wheelchair, online. Knows 「託児はなし」.

The wordings are in `data/access.toml`: for announcements what is offered and denied, for residents what is asked.
"""

import re
from dataclasses import dataclass
from functools import cache

from catalog.reading.ages import read_ages, spelled_out
from catalog.reading.normalise import plain
from catalog.reading.spans import Found
from catalog.reading.vocabulary import vocabulary
from catalog.search.criteria import Feature

# What is offered beside the course has ages, numbers, prices and deadlines of its own.
_HEADING = (
    r"[ /](?:対象|定員|費用|料金|参加費|申込|申し込み|内容|講師|持ち物|会場|場所|日時|その他|問い?合わ?せ|主催)[:/=は]"
)
_ITS_OWN = rf"(?:(?!{_HEADING})[^。、▽▼■◇●【(\n])*"  # up to what is said of something else
_SERVICE = re.compile(
    r"【(?:一時)?(?:保育|託児|手話通訳|手話|要約筆記)[^】\n]{0,10}】[^【\n]*"
    r"|[^。、\n]{0,24}(?:お子さん|お子様|子ども|子|児)\s?(?:\d{1,3}[人名])?(?:まで)?の?(?:一時)?(?:保育|託児)(?=付き?|つき|あり|有|可)[^。、\n]*"
    r"|(?:一時|無料|見守り)?(?:保育|託児)(?=\s?(?:[:=/(]|\d|あり|付き?|つき|有|可|室|ルーム|希望|の(?:締切|申込)|サービス|[はをが]|なし))"
    rf"{_ITS_OWN}(?:\([^()]*\){_ITS_OWN})?"
    rf"|(?:手話通訳|要約筆記){_ITS_OWN}(?:\([^()]*\){_ITS_OWN})?"
)
_BY_FAMILY = re.compile(r"(?:夫|妻|主人|旦那|母|父|親|実家|祖母|ばあば)(?:が|に)[^、。]{0,6}$")
_NOT_WANTED = re.compile(r"(?:は|も|が)?(?:いらない|要らない|不要|必要ない|じゃなく|ではなく|以外|は苦手|が苦手)")
_SAID_YES = re.compile(r"[:：]?\s?(?:有|あり|可|○|〇|◯|1|true|yes|はい|開催|する)")
_SAID_NO = re.compile(r"[:：]?\s?(?:無|なし|不可|×|0|false|no|いいえ|しない|否)\s?$")


BEFORE_SCHOOL = 6  # children of six may be at school or not yet
# 1歳〜未就学児の保育, 保育室でお預かり(6か月以上), 保育つき、1歳から
_LOOKED_AFTER = re.compile(
    r"(?P<before>[^。\n、,/▽()]{0,16}?)(?:保育(?!園|所|士|者|ママ|の?仕事|コンシェルジュ|課|・|ボラ)|託児|預か)(?P<behind>\s?/?[^。\n▽▼/]{0,30})"
)
_MONTHS_OLD = re.compile(r"(?<![\d後歳])(?=\d{1,2}[かヶヵカケ箇]月)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    childcare: bool = False
    online: bool = False
    wheelchair: bool = False
    sign_language: bool = False


def read_access(text: str, *, childcare: str = "", online: str = "", venue: str = "") -> Access:
    """What an announcement offers. `text` is all of it, the others its own columns (有, 無, or prose); plain texts."""
    return Access(
        childcare=_column(childcare.removeprefix("託児所:"), Feature.CHILDCARE) or _offered(text, Feature.CHILDCARE),
        online=_column(online, Feature.ONLINE) or _offered(f"{text}\n{venue}", Feature.ONLINE),
        wheelchair=_offered(text, Feature.WHEELCHAIR),
        sign_language=_offered(text, Feature.SIGN_LANGUAGE),
    )


def without_services(text: str) -> str:
    """A plain text without what it says of childcare and interpreters, whose ages and days are not the course's."""
    return _SERVICE.sub(" ", text)


def ages_looked_after(text: str) -> tuple[int, int]:
    """The ages (inclusive years) of the children that childcare takes, as an announcement says: 保育あり(1歳〜就学前).

    Those before school where it says none. Reads any text.
    """
    for match in _LOOKED_AFTER.finditer(plain(text)):
        said = _MONTHS_OLD.sub("生後", match["behind"])
        behind = read_ages(spelled_out(said), by_resident=False)
        found = behind or read_ages(spelled_out(_MONTHS_OLD.sub("生後", match["before"])), by_resident=False)
        if found:
            return found[0].value.low or 0, BEFORE_SCHOOL if found[0].value.high is None else found[0].value.high
    return 0, BEFORE_SCHOOL


def read_features(text: str) -> list[Found[Feature]]:
    """What a resident asks for, in a plain text."""
    return [
        Found(feature, match.start(), match.end())
        for feature in Feature
        for match in _asked(feature).finditer(text)
        if not _NOT_WANTED.match(text, match.end())
        and not (feature is Feature.CHILDCARE and _BY_FAMILY.search(text, 0, match.start()))
    ]


def _column(text: str, feature: Feature) -> bool:
    if not text or _SAID_NO.match(text):
        return False
    return bool(_SAID_YES.match(text)) or text.startswith("http") or _offered(text, feature)


def _offered(text: str, feature: Feature) -> bool:
    offered, taken_back = _offers(feature)
    return bool(offered.search(taken_back.sub(" ", text)))


@cache
def _offers(feature: Feature) -> tuple[re.Pattern[str], re.Pattern[str]]:
    table = vocabulary("access")[feature]
    return re.compile("|".join(table["offered"]), re.MULTILINE), re.compile(
        "|".join([*table["denied"], *table["about"]])
    )


@cache
def _asked(feature: Feature) -> re.Pattern[str]:
    table = vocabulary("access")[feature]
    about = "|".join(table.get("about", ())) or r"(?!)"
    return re.compile(rf"(?!{about})(?:{'|'.join(table['asked'])})")
