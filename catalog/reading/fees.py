"""Money: what an announcement asks of a participant, and what a resident is ready to pay."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from catalog.reading.clauses import clauses
from catalog.reading.sections import Topic, sections, without_topics
from catalog.reading.spans import Found

_PRICE = re.compile(
    r"(?P<label>[^\d円¥\\。,、・/;+＋\n()]{0,30})[¥\\]?(?P<yen>\d{1,6})円(?=(?P<after>[^\d\s。,、・/;+\n()]{0,6}))|[¥\\](?P<bare>\d{2,6})"
)
_BRACKETS = re.compile(r"\(([^()]*)\)|【([^】]*)】")
_FREE = re.compile(
    r"無料|(?<!\d)0円|¥0(?!\d)|不要|むりょう|(?:かかり|ありま|頂きま|いただきま|必要ありま|いり|要り)ません|いただきません|頂きません|なし(?=$|[。、\s(])"
)
_UNKNOWN = re.compile(r"実費|別途|自己負担|各自負担")
_ADULT = re.compile(r"大人|おとな|一般|成人|親|保護者|(?:高校生|中学生|大学生|1[58]歳)以上")
_OTHER_PERSON = re.compile(
    r"子|小学|中学|高校|高大|学生|幼児|未就学|乳児|児童|[67]\d歳|シニア|障|団体|前売|会員|ペア|中人|小人|非課税|割引|市外"
)
_MATERIAL = re.compile(
    r"材料|教材|テキスト|資料|保険|道具|用具|食材|食事|茶菓|昼食|実習|傷害|花代|粘土|レンタル|観覧|入園|入館|入場|画材|[一-龠ァ-ヶー]代(?:は|が|として|に|別に|別途|込み?|など|等|を|\s)*$"
)
_OPTIONAL = re.compile(r"希望|交通費|任意|購入|レンタル|別売|保育|託児|駐車|キャンセル")
_TEXTBOOK = re.compile(r"テキスト|教科書|教本")
_BESIDE = re.compile(r"別途|ほかに|他に|のほか")
_EACH = re.compile(
    r"(?:1|各|毎)回(?:につき|あたり|ごと)?[^\d]{0,4}\d+円|\d+円\s?/\s?(?:1?回)|(?:1回|各回|毎回)\s?\d+円"
)
_TIMES = re.compile(r"全\s?(\d{1,2})\s?回|(\d{1,2})回(?:連続|コース|シリーズ)")
_DROP_IN = re.compile(
    r"申込不要|申し込み不要|予約不要|自由参加|都度|1回のみ|1回から|1回だけ|当日参加|当日先着|途中参加|途中からの参加|出入り自由"
)
_ASKED = re.compile(
    r"(?:(?:費|料|代|賃)(?!理|表)|テキスト|教科書|教材)(?:1[^\d円]{1,3})?[^\d円]{0,12}\d+円"
    r"|\d+円(?:\(|です|かか|いただ|頂|必要|を(?:お?持|いただ|頂|集め|徴収|お?支払|添え)|ずつ|程度|で(?:す|参加|体験)|/|の(?:実費|参加費|費用|材料))"
    r"|^[^円…]{0,14}?\d{1,5}円$"
    r"|(?:1|一|お?ひと|各)(?:人|組|名|家族|家庭|世帯|回|個|作品|点|枚|り)(?:あたり|につき)?[^\d]{0,6}\d+円"
    r"|(?:大人|一般|子ども|こども|小学生|中学生|高校生|学生|おとな|当日|前売り?)[^\d]{0,6}\d+円"
)
_NOT_ASKED = re.compile(
    r"相当|円分|\d{6,}円|上限|限度|交付|商品券|図書カード|節約|被害|貯[めま金]|賞金|賞品|割引|値引|引き(?!換)|給付|補助"
    r"|助成|税(?!込)|時給|月給|年収|円以上|超え|売上|寄付|寄附|駐車|キャンセル|切手|クーポン|ポイント|円玉|円札|運賃|電車|予算|募金"
)
_FREE_BODY = re.compile(
    r"お金は\s?(?:いりません|要りません|かかりません)|(?:^|[。、▽■●\s])無料(?=$|[。▽■●\s(])|(?:参加|入場|受講|観覧|入館|聴講|体験)(?:費|料)?(?:は|が)?無料|無料(?:で(?!す|ご利用|貸|配|お?貸|送|駐)|の講座|開催|体験)"
    r"|(?:^|[。、\s])(?:参加|入場|受講|観覧|聴講|体験|鑑賞|見学)?(?:は)?無料(?:です)?(?=$|[。、\s(])"
    r"|(?:費用|参加費|参加料|会費|料金|受講料|入場料|観覧料|お代)(?:は|の|も|が)?(?:一切)?(?:不要|なし|かかりません|いただきません|頂きません|必要ありません|いりません|要りません)",
    re.MULTILINE,
)


class _Kind(Enum):
    MAIN = auto()
    ADULT = auto()
    OTHER = auto()
    MATERIAL = auto()


@dataclass(frozen=True, slots=True)
class _Price:
    kind: _Kind
    yen: int


@dataclass(frozen=True, slots=True)
class Fee:
    """`yen` for the whole course, materials included; None when unsaid. `doubtful`: one of several prices."""

    yen: int | None = None
    doubtful: bool = False


def read_fee(stated: str, body: str) -> Fee:
    """The fee of an announcement, out of plain texts: its fee columns, or where they are empty `body`'s labelled part.

    Several prices: the adult's. A price for each time counts for every time (全6回) unless one may drop in.
    """
    text = stated.strip() or _asked(body)
    bare = re.match(r"\d{1,6}(?=$|[、(\s/])", text)
    if bare and (int(bare[0]) or "円" not in text):
        return Fee(_of_bare(int(bare[0]), text[bare.end() :], body))
    prices, doubtful = _prices(text)
    if not prices:
        return Fee(_without_price(text, body))
    base = _base(prices)
    material = sum(price.yen for price in prices if price.kind is _Kind.MATERIAL)
    yen = base + material if base is not None else material
    return Fee(yen * _times(text, body), doubtful)


def _of_bare(yen: int, detail: str, body: str) -> int:
    """What a column that is only a number means beside its detail: 2000, and 高校生以上3000円, or 1回につき800円."""
    prices = _priced(detail)
    adult = next((price.yen for price in prices if price.kind is _Kind.ADULT), None)
    if adult is not None:
        return adult
    whole = re.match(r"(\d{1,6})円?\([^()]*込", detail.lstrip("、 "))
    if whole and int(whole[1]) > yen:
        return int(whole[1])  # 8160, and 8560(材料費込)
    extra = sum(price.yen for price in prices if price.kind is _Kind.MATERIAL) if _BESIDE.search(detail) else 0
    if extra and any(price.yen + extra == yen for price in prices):
        return yen  # the detail only says what it is made of
    return (yen + extra) * (_times(detail, body) if f"{yen}円" in detail else 1)


def _asked(body: str) -> str:
    """What a running text asks for: the parts under a label of money; beside or without them, clauses that ask."""
    labelled = [
        f"{one.label.strip(' :=/')} {one.text}"
        for one in sections(body)
        if one.topic is Topic.FEE and ("円" in one.text or _FREE.search(one.text[:12]))
    ]
    rest = without_topics(body, Topic.FEE) if labelled else body
    asking = [clause for clause in clauses(rest) if _ASKED.search(clause) and not _NOT_ASKED.search(clause)]
    if labelled:
        asking = [clause for clause in asking if _MATERIAL.search(clause.split("円")[0].rstrip("0123456789"))]
    return "、".join([*labelled, *asking])


def _without_price(text: str, body: str) -> int | None:
    if _UNKNOWN.search(text):
        return None
    if _FREE.search(text):
        return 0
    return 0 if not text and _FREE_BODY.search(body) else None


def _prices(text: str) -> tuple[list[_Price], bool]:
    outside = _BRACKETS.sub(" ", text)
    prices = _priced(outside)
    inside = " ".join(match[1] or match[2] or "" for match in _BRACKETS.finditer(text))
    if not prices and not _FREE.search(outside):
        prices = _priced(inside)
    elif not prices or _BESIDE.search(inside):
        prices += [price for price in _priced(inside) if price.kind is _Kind.MATERIAL]
    alike = {price.yen for price in prices if price.kind is _Kind.MAIN}
    return prices, len(alike) > 1


def _priced(text: str) -> list[_Price]:
    """The prices that stand in a text; 中学生以下無料 is one of 0 yen."""
    prices = []
    for match in _PRICE.finditer(text):
        words = f"{match['label'] or ''} {match['after'] or ''}"
        if not _OPTIONAL.search(words) or _TEXTBOOK.search(words):
            prices.append(_Price(_kind(match["label"] or ""), int(match["yen"] or match["bare"])))
    return prices


def _kind(label: str) -> _Kind:
    if _ADULT.search(label):
        return _Kind.ADULT
    if _MATERIAL.search(label):
        return _Kind.MATERIAL
    return _Kind.OTHER if _OTHER_PERSON.search(label) else _Kind.MAIN


def _base(prices: list[_Price]) -> int | None:
    for kind in (_Kind.ADULT, _Kind.MAIN):
        yen = next((price.yen for price in prices if price.kind is kind), None)
        if yen is not None:
            return yen
    return max((price.yen for price in prices if price.kind is _Kind.OTHER), default=None)


def _times(text: str, body: str) -> int:
    if not _EACH.search(text) or _DROP_IN.search(f"{text} {body}"):
        return 1
    times = _TIMES.search(text) or _TIMES.search(body)
    return int(times[1] or times[2]) if times else 1


_NOTHING = re.compile(
    r"無料|むりょう|タダ|ただ(?=で(?!き|す)|の(?:やつ|もの|とこ|クラス|講座|教室|イベント|会))|(?<!\d)0円|フリー(?=で|$)"
    r"|(?:お?金|お代|銭|費用|参加費|料金|会費|受講料)(?:を|は|が|の|も)?\s?(?:かけ|かから|使わ|払わ|要ら|いら|取ら|とら|不要|なし|無し)(?:ずに?|ない|なくて?|へん|ん)?"
    r"|(?<![a-z])(?<!'m )(?<!am )(?<!are )(?:for )?free(?: of charge)?(?![a-z]|-| time| on | talk| after| this| next)"
    r"|\b(?:no|without any) (?:fee|cost|charge)\b|\bdon't (?:want to|have to) pay\b"
)
_NOT_MEANT = re.compile(r"(?:じゃ|で)なくても|(?:じゃ|では)ない|以外")
_AT_MOST = re.compile(
    r"(?P<yen>\d{2,6})\s?(?:円|yen)\s?(?:くらい|ぐらい|程度)?\s?(?:以下|以内|まで|未満|くらい|ぐらい|程度|内|で(?=[でき参受行]))?"
    r"|(?:under|below|up to|less than|within|cheaper than) (?:¥)?(?P<english>\d{2,6})(?: ?yen)?|¥\s?(?P<sign>\d{2,6})"
    r"|(?P<coin>ワンコイン)"
)


def read_max_fee(text: str) -> Found[int] | None:
    """What a resident would pay at most, out of a plain text; 0 is free."""
    if match := _AT_MOST.search(text):
        if match["coin"]:
            return Found(500, match.start(), match.end())
        return Found(int(match["yen"] or match["english"] or match["sign"]), match.start(), match.end())
    if (match := _NOTHING.search(text)) and not _NOT_MEANT.match(text, match.end()):
        return Found(0, match.start(), match.end())
    return None
