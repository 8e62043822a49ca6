"""The atoms of the date grammar: the smallest wordings that mean a day, a period, weekdays, or a part of a period.

`read_atoms` only recognises; `catalog.reading.dates` puts neighbours together.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from catalog.reading.calendar import Calendar, Period, day, month, months_later, named, week, year
from catalog.reading.spans import Found
from catalog.reading.vocabulary import any_of, vocabulary

WEEKEND, WORKDAYS = (5, 6), (0, 1, 2, 3, 4)
_DAYS = "月火水木金土日"
_KANA_DAYS = ("げつ", "か", "すい", "もく", "きん", "ど", "にち")
_ENGLISH_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ENGLISH_MONTHS = (
    "january february march april may june july august september october november december".split()
)  # fmt: skip
_ERAS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988, "昭和": 1925, "s": 1925}


@dataclass(frozen=True, slots=True)
class Month:
    """A month without a year."""

    number: int


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day without a year."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class DayNumber:
    """A day without month and year: 20日."""

    day: int


@dataclass(frozen=True, slots=True)
class Part:
    """上旬, 前半, 末 … of what stands before it."""

    name: str


@dataclass(frozen=True, slots=True)
class Nth:
    """第1・第3土曜; -1 is the last."""

    numbers: tuple[int, ...]
    weekday: int


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Days of the week; `coming` for 今度の土曜; `excluded` for 月曜以外."""

    days: tuple[int, ...]
    coming: bool = False
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Weekend:
    """今週末: a period and its weekdays at once."""

    period: Period


Atom = Period | Month | MonthDay | DayNumber | Part | Nth | Weekdays | Weekend

_THIS = {"今": 0, "こん": 0, "来": 1, "らい": 1, "翌": 1, "再来": 2, "さらい": 2, "先": -1, "昨": -1}
_RELATIVE_DAYS = {
    0: ("今日", "本日", "きょう", "当日中", "today", "今夜", "今晩", "今夕"),
    1: ("明日", "あした", "あす", "翌日", "tomorrow", "明晩"),
    2: ("明後日", "あさって", "day after tomorrow"),
    3: ("明々後日", "明明後日", "しあさって"),
}
_SHORT_KANA = ("きょう", "あす")  # they also begin other words: きょうしつ
_PARTS = {
    "上旬": ("上旬", "じょうじゅん"),
    "中旬": ("中旬", "ちゅうじゅん"),
    "下旬": ("下旬", "げじゅん"),
    "前半": ("前半", "ぜんはん"),
    "後半": ("後半", "こうはん"),
    "初め": ("初め", "始め", "はじめ", "頭", "初旬", "あたま"),
    "半ば": ("半ば", "なかば", "真ん中"),
    "末": ("終わり頃", "終わりごろ", "終わり", "おわり", "末日", "末", "すえ", "月末", "げつまつ"),
}
_PART_OF = {term: name for name, terms in _PARTS.items() for term in terms}
_RELATIVE_OF = {term: count for count, terms in _RELATIVE_DAYS.items() for term in terms}
_YEAR = r"(?:20\d{2}年|(?:令和|平成|昭和)(?:\d{1,2}|元)年)"
_WEEKDAY = r"[月火水木金土日]よう(?:日|び)?|[月火水木金土日]曜日?|(?:げつ|すい|もく|きん|にち|か|ど)よう(?:び|日)?"
_NOT_A_DAY = r"(?!間|制|目|程度|コース|体験|乗|ほど|分|単位|前|坊|系|数|本[^日])"
_AFTER = (
    r"(?P<count>\d{1,3}|一|二|三|四|五|六|半)\s?(?P<of>日|週間|週|[かヶヵカケ箇]月|年)(?P<way>後|以内|先|間以内|のうち)"
)


def _builders() -> dict[str, tuple[str, Callable[[str, Calendar], Atom | None]]]:
    """Kind → (pattern, what it means), in the order of trial: the more specific first."""
    calendar = vocabulary("calendar")
    periods = {term: name for name, entry in calendar["periods"].items() for term in entry["words"]}
    occasions = {term: name for name, entry in calendar["occasions"].items() for term in entry["words"]}
    latin = [term for term in periods if term.isascii()]
    stop = any_of(calendar["not_a_time"]["after"])
    as_time = r"(?=\s*(?:$|[にまへ、,?？!。]|ごろ|頃|前|後|あたり|の(?:頃|前|時|日|時期|夜|午|朝|昼|夕)|期間|シーズン|以降|から|明け|の?間|or\b))"
    return {
        "full": (rf"(?:{_YEAR}|20\d{{2}}[/.-])\s?\d{{1,2}}(?:月|[/.-])\s?\d{{1,2}}日?(?!\d)", _full_day),
        "era": (r"(?<![a-z])[rh]\s?\d{1,2}[./-]\d{1,2}[./-]\d{1,2}(?!\d)", _full_day),
        "after": (_AFTER, _after),
        "month_day": (r"\d{1,2}月\s?\d{1,2}日(?!間)|(?<![\d/.])\d{1,2}/\d{1,2}(?![\d/])", _month_day),
        "year_month": (rf"{_YEAR}(?:度)?|20\d{{2}}[/-]\d{{1,2}}(?![\d/-])", _year),
        "month": (r"(?<!\d)\d{1,2}月(?!齢|見|号|\s?\d)", lambda text, _: _checked_month(int(text[:-1]))),
        "nth": (
            rf"(?:(?:毎月)?\s?第\s?\d(?:\s?[・,、と]\s?第?\s?\d)*|最終|最後の|さいごの|last)\s?(?:{_WEEKDAY}|[月火水木金土日](?![一-龠])|{'|'.join(_ENGLISH_DAYS)})",
            _nth,
        ),
        "weekend": (
            r"(?:今度の|次の|つぎの|こんどの)(?:お?休み(?:の日)?|休日|週末|土日)|(?:今|来|再来|こん|らい|さらい)(?:週の?(?:週末|土日)|週末|しゅうまつ)|(?:this|next) weekend",
            _weekend,
        ),
        "coming": (
            rf"(?:今度の|次の|つぎの|こんどの|直近の)\s?(?:{_WEEKDAY})|this (?:{'|'.join(_ENGLISH_DAYS)})",
            _coming,
        ),
        "next_english": (rf"next (?:{'|'.join(_ENGLISH_DAYS)})", _next_week_day),
        "after_week": (r"週明け|しゅうあけ|週あけ", lambda _, now: day(week(now.today).start + timedelta(days=7))),
        "relative": (
            rf"(?:{any_of(t for t in _RELATIVE_OF if not t.isascii() and t not in _SHORT_KANA)})(?!葉|香)"
            rf"|(?<![ぁ-んァ-ヶ])(?:{any_of(_SHORT_KANA)})(?![しいざりうそちつけかっ])|\b(?:the )?(?:{any_of(t for t in _RELATIVE_OF if t.isascii())})\b",
            lambda text, now: day(now.today + timedelta(days=_RELATIVE_OF[text.removeprefix("the ")])),
        ),
        "this": (
            r"(?:今|再来|来|翌|先|昨|こん|さらい|らい)(?:週|しゅう|月|げつ|年度|年|ねん)(?:末|じゅう|中|いっぱい|内|のうち|(?<=げつ)まつ)?(?!賀|輪|代|曜|刊)|\b(?:this|next) (?:week|month|year)\b",
            _this,
        ),
        "within_year": (r"年内|年度内|年度末|月内|週内", _within),
        "end_of_month": (r"月末|げつまつ|月初め|月初|月はじめ", _part_of_this_month),
        "now_on": (r"近々|近いうち|もうすぐ|そろそろ", lambda _, __: None),
        "period": (
            rf"(?:{any_of(t for t in periods if not t.isascii())})(?!{stop})|\b(?:{any_of(latin)})\b",
            lambda text, now: now.span(*named(periods[text])),
        ),
        "occasion": (rf"(?:{any_of(occasions)}){as_time}", lambda text, now: now.span(*named(occasions[text]))),
        "next_holiday": (r"(?:今度|次)の(?:祝日|祭日)", lambda _, now: _some_day(now.next_holiday())),
        "days_off": (r"[34三四]連休|連休|シルバーウ[ィイ]ーク", _days_off),
        "holiday": (any_of(_holidays()), _holiday),
        "weekdays": (
            rf"(?:毎週\s?)?(?:{_WEEKDAY})|{any_of(_sets())}|\((?:[月火水木金土日](?:[・,]?祝)?)(?:曜日?)?\)"
            rf"|(?<![\d一-龠])[月火水木金土](?:[・,、]?[月火水木金土日])+(?:曜日?)?(?![一-龠ぁ-んァ-ヶ]|曜)"
            rf"|(?<![\d一-龠])[月火水木金土](?:[・,、]?[月火水木金土日])+(?:曜日?)?(?=の|に|か|で|は|祝|夜|午|朝|昼|夕|\s)"
            rf"|(?<![\d一-龠])[月火水木金土日]\s?[~-]\s?[月火水木金土日](?:曜日?)?(?![一-龠])"
            rf"|\b(?:every |on )?(?:{'|'.join(_ENGLISH_DAYS)})s?\b",
            _weekdays,
        ),
        "part": (rf"(?:{any_of(_PART_OF)})(?:ごろ|頃)?", _part),
        "english_day": (
            rf"\b(?:{'|'.join(_ENGLISH_MONTHS)}|{'|'.join(m[:3] for m in _ENGLISH_MONTHS)})\.? \d{{1,2}}(?:st|nd|rd|th)?\b",
            _english_day,
        ),
        "english_month": (rf"\b(?:in )(?:{'|'.join(_ENGLISH_MONTHS)})\b", lambda t, _: Month(_month_called(t[3:]))),
        "day_number": (rf"(?<![\d/.:第])\d{{1,2}}日{_NOT_A_DAY}", lambda text, _: DayNumber(int(text[:-1]))),
    }


def read_atoms(text: str, now: Calendar) -> Iterator[Found[Atom]]:
    """The atoms of a plain text from left to right; none overlap. Impossible days (13月40日) are passed over."""
    pattern, builders = _grammar()
    for match in pattern.finditer(text):
        kind = match.lastgroup or ""
        try:
            atom = builders[kind](match[0].strip(), now)
        except (ValueError, OverflowError):  # a day, month or year that no calendar has
            continue
        if atom is not None:
            yield Found(atom, match.start(), match.end())


@cache
def _grammar() -> tuple[re.Pattern[str], dict[str, Callable[[str, Calendar], Atom | None]]]:
    builders = _builders()
    # Named groups inside an atom's pattern are its own business: only the kind may be the last group.
    plain = {kind: re.sub(r"\(\?P<\w+>", "(?:", pattern) for kind, (pattern, _) in builders.items()}
    whole = "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in plain.items())
    return re.compile(whole), {kind: build for kind, (_, build) in builders.items()}


def _numbers(text: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", text)]


def _full_day(text: str, _: Calendar) -> Atom:
    first, month_number, day_number = (_numbers(text.replace("元", "1")))[:3]
    return day(date(_era_year(text, first), month_number, day_number))


def _era_year(text: str, number: int) -> int:
    return next((start + number for era, start in _ERAS.items() if text.startswith(era)), number)


def _month_day(text: str, now: Calendar) -> Atom | None:
    month_number, day_number = _numbers(text)
    return MonthDay(month_number, day_number) if now.on(month_number, day_number) else None


def _checked_month(number: int) -> Atom | None:
    return Month(number) if 1 <= number <= 12 else None


def _year(text: str, _: Calendar) -> Atom:
    numbers = _numbers(text.replace("元", "1"))
    if len(numbers) == 2:
        return month(date(numbers[0], numbers[1], 1).year, numbers[1])
    number = _era_year(text, numbers[0])
    return _fiscal_year(number) if text.endswith("度") else year(number)


def _fiscal_year(number: int) -> Period:
    return Period(date(number, 4, 1), date(number + 1, 3, 31))


def _after(text: str, now: Calendar) -> Atom:
    match = re.match(_AFTER, text)
    assert match is not None  # noqa: S101 - the text was found by this very pattern
    count = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "半": 6}.get(match["count"]) or int(match["count"])
    end = _later(now.today, count, match["of"])
    if match["way"] in ("後", "先"):
        # A day, but one that stands for its week when a weekday follows (二週間後の日曜).
        return day(end)
    return Period(now.today, end)


def _later(start: date, count: int, unit: str) -> date:
    if unit == "日":
        return start + timedelta(days=count)
    if unit.startswith("週"):
        return start + timedelta(weeks=count)
    return months_later(start, count * (12 if unit == "年" else 1))


def _this(text: str, now: Calendar) -> Atom:
    if text.startswith(("this", "next")):
        shift, of = int(text.startswith("next")), text.split()[1]
    else:
        prefix = next(term for term in sorted(_THIS, key=len, reverse=True) if text.startswith(term))
        shift, of = _THIS[prefix], text.removeprefix(prefix)
    if of.startswith(("週", "しゅう", "week")):
        found = week(now.today + timedelta(weeks=shift))
    elif of.startswith(("月", "げつ", "month")):
        found = month(now.today.year, now.today.month + shift)
    elif of.startswith("年度"):
        found = _fiscal_year(now.today.year - (now.today.month < 4) + shift)
    else:
        found = year(now.today.year + shift)
    if of.endswith(("末", "まつ")):
        return now.span(*named("年末")) if of.startswith("年") and shift == 0 else _end_of(found)
    return now.from_today(found)


def _end_of(of: Period) -> Period:
    return Period(of.last - timedelta(days=6), of.last)


def _within(text: str, now: Calendar) -> Atom:
    if text.startswith("年度"):
        fiscal = _fiscal_year(now.today.year - (now.today.month < 4))
        return now.from_today(month(fiscal.last.year, 3) if text.endswith("末") else fiscal)
    whole = {"年内": year(now.today.year), "月内": month(now.today.year, now.today.month), "週内": week(now.today)}[
        text
    ]
    return Period(now.today, whole.end)


def _part_of_this_month(text: str, now: Calendar) -> Atom:
    this = month(now.today.year, now.today.month)
    if text in ("月末", "げつまつ"):
        return _end_of(this)
    following = month(now.today.year, now.today.month + (now.today.day > 10))
    return Period(following.start, following.start + timedelta(days=9))


def _nth(text: str, _: Calendar) -> Atom:
    numbers = tuple(_numbers(text)) or (-1,)
    tail = re.sub(r"^.*(?:\d|最終|最後の|さいごの|last)\s?", "", text)
    return Nth(numbers, _weekday(tail))


def _weekend(text: str, now: Calendar) -> Atom:
    shift = 2 if text.startswith(("再来", "さらい")) else int(text.startswith(("来", "らい", "next")))
    if text.startswith(("今度", "次", "つぎ", "こんど")) and now.today.weekday() in WEEKEND:
        shift = 1
    monday = week(now.today + timedelta(weeks=shift)).start
    return Weekend(now.from_today(Period(monday + timedelta(days=5), monday + timedelta(days=6))))


def _coming(text: str, _: Calendar) -> Atom:
    return Weekdays((_weekday(re.sub(r"^(?:.*の|this)\s?", "", text)),), coming=True)


def _next_week_day(text: str, now: Calendar) -> Atom:
    return day(week(now.today).start + timedelta(days=7 + _weekday(text.split()[1])))


def _days_off(text: str, now: Calendar) -> Atom | None:
    if text.startswith("シルバー"):
        respect = now.holiday("敬老の日")
        return now.days_off_around(respect) if respect else None
    return now.days_off(4 if text[0] in "4四" else 3)


def _holidays() -> tuple[str, ...]:
    return (
        *("元日", "元旦", "成人の日", "建国記念の日", "天皇誕生日", "春分の日", "昭和の日", "憲法記念日", "みどりの日"),
        *("こどもの日", "海の日", "山の日", "敬老の日", "秋分の日", "スポーツの日", "文化の日", "勤労感謝の日"),
    )


def _holiday(text: str, now: Calendar) -> Atom | None:
    return _some_day(now.holiday({"元旦": "元日"}.get(text, text)))


def _some_day(found: date | None) -> Atom | None:
    return day(found) if found else None


def _sets() -> dict[str, tuple[int, ...]]:
    return (
        dict.fromkeys(
            ("土日祝日", "土日祝", "土日", "土・日", "どにち", "週末", "しゅうまつ", "休みの日", "休日", "weekends", "weekend"),
            WEEKEND,
        )
        | dict.fromkeys(("平日", "へいじつ", "weekdays", "weekday", "ウィークデー", "ウイークデー"), WORKDAYS)
        | dict.fromkeys(("祝日", "祭日"), ())
    )  # fmt: skip


def _weekdays(text: str, _: Calendar) -> Atom:
    text = re.sub(r"^(?:毎週|every|on)\s?|[()]", "", text)
    if text in _sets():
        return Weekdays(_sets()[text])
    if match := re.match(r"([月火水木金土日])\s?[~-]\s?([月火水木金土日])", text):
        first, last = _DAYS.index(match[1]), _DAYS.index(match[2])
        return Weekdays(tuple(range(first, last + 1)) if first <= last else (first, last))
    if re.match(r"[月火水木金土](?:[・,、]?[月火水木金土日])+", text):
        run = re.sub(r"曜日?$", "", text)
        return Weekdays(tuple(_DAYS.index(sign) for sign in run if sign in _DAYS))
    return Weekdays((_weekday(text),))


def _weekday(text: str) -> int:
    """The number of one weekday: 土, 土曜, どようび, saturdays."""
    for number, (kanji, kana, english) in enumerate(zip(_DAYS, _KANA_DAYS, _ENGLISH_DAYS, strict=True)):
        if text.startswith((kanji, kana + "よう", english)):
            return number
    raise ValueError(text)


def _part(text: str, _: Calendar) -> Atom:
    return Part(_PART_OF[re.sub(r"(?:ごろ|頃)$", "", text)] if text not in _PART_OF else _PART_OF[text])


def _english_day(text: str, now: Calendar) -> Atom | None:
    month_number, day_number = _month_called(text), _numbers(text)[0]
    return MonthDay(month_number, day_number) if now.on(month_number, day_number) else None


def _month_called(text: str) -> int:
    return next(number for number, name in enumerate(_ENGLISH_MONTHS, start=1) if text[:3] == name[:3])
