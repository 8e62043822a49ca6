"""Ages: numbers, months, school grades, decades and words, put together to inclusive years.

小学4年 + 〜 + 中学生 is a range, 小1 + と + 小4 two children, 3歳以上 + の + 未就学児 what both allow.
"""

import re
from dataclasses import dataclass
from functools import cache

from catalog.reading.spans import Found
from catalog.reading.vocabulary import any_of, vocabulary

CHILD_UNTIL = 15
CHILD_OF_AGE = 18
_AN_AGE = 9  # years from the youngest to the oldest: 60代


@dataclass(frozen=True, slots=True)
class Ages:
    """Inclusive years; None is open."""

    low: int | None
    high: int | None

    def joined(self, other: "Ages") -> "Ages":
        """From the youngest to the oldest of both."""
        low = None if self.low is None or other.low is None else min(self.low, other.low)
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        return Ages(low, high)

    def narrowed(self, other: "Ages") -> "Ages":
        """What both allow; the other where nothing is left."""
        low = max((age for age in (self.low, other.low) if age is not None), default=None)
        high = min((age for age in (self.high, other.high) if age is not None), default=None)
        return Ages(low, high) if low is None or high is None or low <= high else other

    def meets(self, other: "Ages") -> bool:
        """Whether some age is in both."""
        return (self.low or 0) <= (150 if other.high is None else other.high) and (other.low or 0) <= (
            150 if self.high is None else self.high
        )

    @property
    def is_told(self) -> bool:
        """Whether it is somebody's age, and not a time of life."""
        return self.high is not None and self.high - (self.low or 0) <= _AN_AGE

    @property
    def of_children(self) -> bool:
        return self.high is not None and self.high <= CHILD_UNTIL


_FORMS = ("first", "second", "third", "fourth", "fifth", "sixth")
_NO_ENGLISH_AGE = "[:/%]| ?(?:yen|am|pm|people|o'clock|min|hour|day|week|month|time|course|class)"
_KIN = (
    "(?:grand)?(?:mother|father|ma|pa|son|daughter|parent)|mom|mum|dad|wife|husband|child|kid|boy|girl|brother|sister"
)
_MONTHS = "(?:[かヶヵカケ箇]月|months?)"
_YEARS = "(?:歳|才|さい)"
_GRADE = r"(?:小学校?|小|中学校?|中|高校|高等学校|高|大学校?|大)"
_TILDE = r"\s?(?:~|-|から|ー)\s?"
_AND = r"\s?(?:[・,、]|と|や|か|及び|および|または)\s?"
_SPELLINGS = (
    # What stands once for several: 3〜6歳, 20〜40代, 1・2年生, 小1〜3, 小・中学生.
    (rf"(\d{{1,3}})({_TILDE}|{_AND})(?=\d{{1,3}}{_YEARS}(?!代))", r"\1歳\2"),
    (rf"(\d{{1,2}}0)({_TILDE}|{_AND})(?=\d{{1,2}}0{_YEARS}?代)", r"\1代\2"),
    (rf"((?:生|産)後\s?\d{{1,2}})({_TILDE}|{_AND})(?=\d{{1,2}}{_MONTHS})", r"\1か月\2"),
    (
        rf"({_GRADE})\s?([1-6])(?:年生?)?({_TILDE}|{_AND})([1-6])(?:年生|年)?(?!\d|{_YEARS}|{_MONTHS}|[月日時回人組])",
        r"\1\2年生\3\1\4年生",
    ),
    (r"(?<![小中高大学校\d])([1-6])(?:年生?)?([~・、,-])([1-6])年生", r"\1年生\2\3年生"),
    (r"(\b(?:are|is|aged) \d{1,2})( and |, ?)(?=\d{1,2}\b(?! ?(?:yen|people|am|pm)))", r"\1 years old\2is "),
    (r"小(?:学)?[・,、]?中[・,、]?高(?:校)?生", "小中高生"),
    (r"小(?:学)?[・,、/]中(?:学)?生", "小中学生"),
    (r"中(?:学)?[・,、/]高(?:校)?生", "中高生"),
)  # fmt: skip


def spelled_out(text: str) -> str:
    """A plain text with shortened ages written in full, ready for `read_ages`: 小1〜3 becomes 小1年生〜小3年生."""
    for pattern, replacement in _SPELLINGS:
        text = re.sub(pattern, replacement, text)
    return text


def read_ages(text: str, *, by_resident: bool = True) -> list[Found[Ages]]:
    """The ages in a text made by `spelled_out`, each range or bound as one.

    Some words are ages only in a resident's mouth (アラフォー, 妊娠中); an announcement leaves them out.
    """
    found: list[Found[Ages]] = []
    at = 0
    while one := _next(text, at, by_resident=by_resident):
        at = one.end
        if (link := _link(text, one.end)) and (other := _at(text, link.end(), by_resident=by_resident)):
            one = Found(Ages(one.value.low, other.value.high), one.start, other.end)
            at = other.end
        found.append(one)
    return _narrowed(found, text)


def learners(found: list[Found[Ages]]) -> Ages | None:
    """The ages of who takes part, out of what a resident said: beside a child, an adult's age is the carer's.

    60代のおばあちゃん, 定年になりました、62歳です: a word for who it is yields to an age that is told.
    """
    told = [one for one in found if one.value.is_told]
    found = [one for one in found if one in told or not any(one.value.meets(other.value) for other in told)]
    children = [one for one in found if one.value.of_children]
    adults = [one for one in found if (one.value.low or 0) >= 18]
    return hull(children if children and len(children) + len(adults) == len(found) else found)


def hull(found: list[Found[Ages]]) -> Ages | None:
    """All of them together, None for none."""
    if not found:
        return None
    whole = found[0].value
    for one in found[1:]:
        whole = whole.joined(one.value)
    return whole


_LINK = re.compile(rf"\s?(?:児|さん|の子ども?|の幼児)?(?:\((?:[^()]{{0,12}})\))?(?:{_TILDE}|・・・)")
_SAME = re.compile(r"\s?(?P<of>の|かつ|で、?)?\s?")
_EXPLAINED = re.compile(r"(?:の方|の人|の子ども?)?(?:など|等)?\s?\((?:おおむね|概ね|原則)?\s?")
_ONLY_SOME = re.compile(r"だけ|のみ|も|は|には|の(?:場合|部|利用|参加)|向け|優先")
_CHILDREN = re.compile(r"の(?:子ども|子供|こども|お子さん|お子様|児童)")
_BOUND = re.compile(
    r"(?:児|の方|の人|の子|さん|生)?\s?(?:くらい|ぐらい|程度|頃|ごろ)?"
    r"(?:(?P<least>以上|いじょう|より上|より年上|からの|から上|and over|and above|or older)"
    r"|(?P<most>以下|いか|まで|までの|and under|or younger)|(?P<below>未満|みまん|より下)"
    r"|(?P<open>(?:児|の子)?(?:~|から)(?!\s?\d|\s?[小中高年未就大一]))|(?P<past>過ぎ|すぎ|を過ぎ))"
)


def _narrowed(found: list[Found[Ages]], text: str) -> list[Found[Ages]]:
    """Neighbours that limit each other, as one: 15歳以上40歳未満, 3歳以上の未就学児, 75歳のおばあちゃん."""
    result: list[Found[Ages]] = []
    for one in found:
        last = result[-1] if result else None
        between = text[last.end : one.start] if last else ""
        same = _SAME.fullmatch(between)
        if last and same and _limits(last.value, one.value, named=bool(same["of"])):
            result[-1] = Found(last.value.narrowed(one.value), last.start, one.end)
        elif last and _EXPLAINED.fullmatch(between) and _explains(one, last.value, text):
            result[-1] = Found(_explained(last.value, one.value), last.start, one.end)
        else:
            result.append(one)
    return result


def _limits(first: Ages, second: Ages, *, named: bool) -> bool:
    """Whether two neighbours are one: a bound and what it holds for, or an age and the word for who has it."""
    if not named and None not in (first.low, second.low) and first.meets(second) and first.narrowed(second) == second:
        return first != second  # 小学生 高学年
    if named and None not in (first.low, first.high) and first != second and second.narrowed(first) == first:
        return True  # 1年生〜3年生の小学生
    if first.low and first.high is None:
        return second.high is not None or (named and second.low is not None and second.low <= first.low)
    if named and first.low == 0 and second.low and second.high is None:
        return first.meets(second)  # 29歳以下の社会人
    return named and first.low == first.high and first.meets(second)


def _explains(one: Found[Ages], ages: Ages, text: str) -> bool:
    """Whether ages in brackets say those before more exactly, and are not others beside them or only some."""
    bracket = one.value
    if _ONLY_SOME.match(text, one.end):
        return False
    return bracket.meets(ages) and (bracket.high is None or not bracket.low or ages.narrowed(bracket) == bracket)


def _explained(ages: Ages, bracket: Ages) -> Ages:
    """Ages with a bracket that says them more exactly: 小学生(3年生以上), 大学生(29歳まで), 幼児(3〜5歳)."""
    if bracket.high is None:
        return Ages(bracket.low, ages.high)
    return Ages(ages.low, bracket.high) if bracket.low == 0 and ages.low else bracket


def _next(text: str, at: int, *, by_resident: bool) -> Found[Ages] | None:
    for match in _pattern(by_resident).finditer(text, at):
        if (one := _read(match, text)) is not None:
            return one
    return None


def _at(text: str, at: int, *, by_resident: bool) -> Found[Ages] | None:
    match = _pattern(by_resident).match(text, at)
    return _read(match, text) if match else None


def _link(text: str, at: int) -> re.Match[str] | None:
    return _LINK.match(text, at)


def _read(match: re.Match[str], text: str) -> Found[Ages] | None:
    """One atom with its bound: 65歳以上, 12歳まで, 40歳未満, 80過ぎ."""
    band = _band(match)
    if band is None:
        return None
    bound = _BOUND.match(text, match.end())
    if bound and bound["open"] and _pattern(False).match(text, bound.end()):
        bound = None  # 生後2か月〜ハイハイ前 has an end
    end = match.end()
    if bound:
        end = bound.end()
        if bound["least"] or bound["open"] or bound["past"]:
            band = Ages(band.low, _of_age(band.low) if _CHILDREN.match(text, end) else None)
        elif bound["most"]:
            band = Ages(0, band.high)
        elif band.low is not None:
            band = Ages(0, max(band.low - 1, 0))
    return Found(band, match.start(), end)


def _of_age(low: int | None) -> int | None:
    """Until when one is a child, for 小学生以上の子ども; who says 1か月以上 thinks of no end."""
    return CHILD_OF_AGE if 3 <= (low or 0) < CHILD_OF_AGE else None


def _band(match: re.Match[str]) -> Ages | None:
    """What one atom means. None where it only looks like an age."""
    kind = match.lastgroup or ""
    text = match[0]
    numbers = [int(digits) for digits in re.findall(r"\d+", text)]
    match kind:
        case "word":
            low, high = _words()[text]
            return Ages(low, None if high < 0 else high)
        case "months":
            return Ages(numbers[0] // 12, numbers[0] // 12)
        case "form":
            count = numbers[0] if numbers else _FORMS.index(text.split()[0]) + 1
            return Ages(5 + count, 6 + count)
        case "years" | "english":
            return Ages(numbers[0], numbers[1] if len(numbers) > 1 and kind == "english" else numbers[0])
        case "decade":
            return _decade(numbers[0], text)
        case "under":
            return Ages(0, numbers[0] - 1)
        case "past" | "over":
            return Ages(numbers[0], None)
        case "grade":
            first = {"小": 5, "中": 11, "高": 14, "大": 17}.get(text[0], 5) + numbers[0]
            return Ages(first, first + 1)
        case _:
            return None


def _decade(number: int, text: str) -> Ages:
    if "前半" in text:
        return Ages(number, number + 4)
    if "後半" in text:
        return Ages(number + 5, number + 9)
    if "半ば" in text:
        return Ages(number + 3, number + 6)
    return Ages(number, number + 9)


@cache
def _words() -> dict[str, tuple[int, int]]:
    tables = vocabulary("ages")
    return {word: (low, high) for table in ("words", "residents") for word, (low, high) in tables[table].items()}


@cache
def _pattern(by_resident: bool) -> re.Pattern[str]:
    tables = vocabulary("ages")
    known = [*tables["words"], *(tables["residents"] if by_resident else ())]
    no_age = tables["not_an_age"]
    not_ages = no_age["patterns"] if by_resident else [*no_age["announced"], *no_age["patterns"]]
    latin = any_of(word for word in known if word.isascii())
    japanese = any_of(word for word in known if not word.isascii())
    alone = r"|(?:^|(?<=[。!?\s]))[1-6]年(?=(?:です|だよ)?(?:[。!?]|$))" if by_resident else ""
    return re.compile(
        rf"(?P<not>{'|'.join(not_ages)})"
        rf"|(?P<grade>(?:小学校?|小|中学校?|中|高校|高等学校|高|大学|大)\s?[1-6]"
        rf"(?:年生|年|(?![\d:年月日時回人組名階万個号:/.%]))"
        rf"|(?<![\d第令和成昭])[1-6]年生{alone})"
        rf"|(?P<months>生後\s?\d{{1,2}}\s?(?:{_MONTHS}(?:半)?|週間?|日)"
        rf"|\d{{1,2}}\s?{_MONTHS}(?=児|の(?:赤|子|娘|息子|乳)|になる(?:子|娘|息))"
        rf"|\d{{1,2}}[ -]month[ -]olds?)"
        rf"|(?P<english>\bage[sd]?(?: of)? \d{{1,2}}(?: ?[-~] ?\d{{1,2}}| to \d{{1,2}})?"
        rf"|(?<!\d)\d{{1,2}}[ -]years?[ -]olds?|(?<!\d)\d{{1,2}} ?yo\b"
        rf"|(?:\b(?:is|am|are|turning|turns)|i'm|who's) \d{{1,3}}\b(?!{_NO_ENGLISH_AGE}))"
        rf"|(?P<over>\b(?:people|those|adults|women|men|anyone|everyone|seniors) (?:over|above) \d{{2}}\b)"
        rf"|(?P<under>\b(?:children|kids|those) (?:under|below) \d{{1,2}}\b)"
        rf"|(?P<form>\b(?:{'|'.join(_FORMS)}|[1-6](?:st|nd|rd|th))[ -]grade(?:rs?)?\b|\bgrade [1-6]\b)"
        rf"|(?P<years>(?<!\d)\d{{1,3}}\s?{_YEARS}(?!代)(?:\s?\d{{1,2}}\s?{_MONTHS}|半)?"
        rf"|(?:年齢?|とし|齢)は\s?\d{{1,3}}(?=で|に|[。、,]|$)"
        rf"|\b(?:{_KIN}),? \d{{1,3}}\b(?!{_NO_ENGLISH_AGE}))"
        rf"|(?P<decade>(?:[1-9]0|100)\s?{_YEARS}?代(?!目|表|理|引)(?:前半|後半|半ば)?|\b[2-9]0s\b)"
        rf"|(?P<past>[5-9]0(?=(?:を)?(?:過ぎ|すぎ)))"
        rf"|(?P<word>(?:{japanese})|(?<![a-z])(?:{latin})(?![a-z]))"
    )
