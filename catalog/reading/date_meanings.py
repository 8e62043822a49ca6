"""What the wordings of the date grammar mean. Each takes the text that a pattern found, and the calendar.

None, or a ValueError or OverflowError from an impossible day, says that the wording means nothing after all.
"""

import re
from datetime import date, timedelta

from catalog.reading.calendar import Calendar, Period, day, month, months_later, named, part, week, year
from catalog.reading.date_atoms import Atom, Month, MonthDay, Nth, Part, Weekdays, Weekend
from catalog.reading.date_words import (
    AFTER,
    DAYS,
    ENGLISH_DAYS,
    ENGLISH_MONTHS,
    ERAS,
    KANA_DAYS,
    PART_OF,
    SETS,
    THIS,
    WEEKEND,
)


def _numbers(text: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", text)]


def as_full_day(text: str, _: Calendar) -> Atom:
    first, month_number, day_number = (_numbers(text.replace("元", "1")))[:3]
    return day(date(_era_year(text, first), month_number, day_number))


def _era_year(text: str, number: int) -> int:
    return next((start + number for era, start in ERAS.items() if text.startswith(era)), number)


def as_month_day(text: str, now: Calendar) -> Atom | None:
    month_number, day_number = _numbers(text)
    return MonthDay(month_number, day_number) if now.on(month_number, day_number) else None


def as_month(number: int) -> Atom | None:
    return Month(number) if 1 <= number <= 12 else None


def as_year(text: str, _: Calendar) -> Atom:
    numbers = _numbers(text.replace("元", "1"))
    if len(numbers) == 2:
        return month(date(numbers[0], numbers[1], 1).year, numbers[1])
    number = _era_year(text, numbers[0])
    return _fiscal_year(number) if text.endswith("度") else year(number)


def _fiscal_year(number: int) -> Period:
    return Period(date(number, 4, 1), date(number + 1, 3, 31))


def as_after(text: str, now: Calendar) -> Atom:
    match = re.match(AFTER, text)
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


def as_this(text: str, now: Calendar) -> Atom | None:
    if text.startswith(("this", "next")):
        shift, of = int(text.startswith("next")), text.split()[1]
    else:
        prefix = next(term for term in sorted(THIS, key=len, reverse=True) if text.startswith(term))
        shift, of = THIS[prefix], text.removeprefix(prefix)
    if shift < 0:
        return None  # 先月引っ越してきた tells of the past; nobody looks for a course there
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


def as_within(text: str, now: Calendar) -> Atom:
    if text.startswith("年度"):
        fiscal = _fiscal_year(now.today.year - (now.today.month < 4))
        return now.from_today(month(fiscal.last.year, 3) if text.endswith("末") else fiscal)
    whole = {"年内": year(now.today.year), "月内": month(now.today.year, now.today.month), "週内": week(now.today)}[
        text
    ]
    return Period(now.today, whole.end)


def as_part_of_this_month(text: str, now: Calendar) -> Atom:
    this = month(now.today.year, now.today.month)
    if text in ("月末", "げつまつ"):
        return _end_of(this)
    following = month(now.today.year, now.today.month + (now.today.day > 10))
    return Period(following.start, following.start + timedelta(days=9))


def as_nth(text: str, _: Calendar) -> Atom:
    counted = tuple(_numbers(text))
    named = (1,) if text.startswith(("最初", "はじめ", "初め", "first")) else (-1,)
    tail = re.sub(r"^.*(?:\d|最終|最[初後]の|はじめの|初めの|さいごの|last|first)\s?", "", text)
    return Nth(counted or named, _weekday(tail), counted=bool(counted))


def as_weekend(text: str, now: Calendar) -> Atom:
    shift = 2 if text.startswith(("再来", "さらい")) else int(text.startswith(("来", "らい", "next")))
    if text.startswith(("今度", "次", "つぎ", "こんど")) and now.today.weekday() in WEEKEND:
        shift = 1
    monday = week(now.today + timedelta(weeks=shift)).start
    return Weekend(now.from_today(Period(monday + timedelta(days=5), monday + timedelta(days=6))))


def as_coming(text: str, _: Calendar) -> Atom:
    return Weekdays((_weekday(re.sub(r"^(?:.*の|this)\s?", "", text)),), coming=True)


def as_next_week_day(text: str, now: Calendar) -> Atom:
    return day(week(now.today).start + timedelta(days=7 + _weekday(text.split()[1])))


def as_days_off(text: str, now: Calendar) -> Atom | None:
    if text.startswith("シルバー"):
        respect = now.holiday("敬老の日")
        return now.days_off_around(respect) if respect else None
    return now.days_off(4 if text[0] in "4四" else 3)


def as_holiday(text: str, now: Calendar) -> Atom | None:
    return as_some_day(now.holiday({"元旦": "元日"}.get(text, text)))


def as_some_day(found: date | None) -> Atom | None:
    return day(found) if found else None


def as_weekdays(text: str, _: Calendar) -> Atom:
    text = re.sub(r"^(?:毎週|every|on)\s?|[()]", "", text)
    if text in SETS:
        return Weekdays(SETS[text])
    if match := re.match(r"([月火水木金土日])\s?[~-]\s?([月火水木金土日])", text):
        first, last = DAYS.index(match[1]), DAYS.index(match[2])
        return Weekdays(tuple(range(first, last + 1)) if first <= last else (first, last))
    if re.match(r"[月火水木金土](?:[・,、]?[月火水木金土日])+", text):
        run = re.sub(r"曜日?$", "", text)
        return Weekdays(tuple(DAYS.index(sign) for sign in run if sign in DAYS))
    return Weekdays((_weekday(text),))


def _weekday(text: str) -> int:
    """The number of one weekday: 土, 土曜, どようび, saturdays."""
    for number, (kanji, kana, english) in enumerate(zip(DAYS, KANA_DAYS, ENGLISH_DAYS, strict=True)):
        if text.startswith((kanji, kana + "よう", english[:3])):
            return number
    raise ValueError(text)


def as_part(text: str, _: Calendar) -> Atom:
    return Part(PART_OF[re.sub(r"(?:ごろ|頃)$", "", text)] if text not in PART_OF else PART_OF[text])


def as_english_day(text: str, now: Calendar) -> Atom | None:
    """december 5th, 5 dec, 5th of december."""
    name = re.search(r"[a-z]{3,}(?<!of)$|^[a-z]{3,}", re.sub(r"\d{1,2}(?:st|nd|rd|th)", lambda n: n[0][:-2], text))
    if name is None:
        return None
    month_number, day_number = month_called(name[0]), _numbers(text)[0]
    return MonthDay(month_number, day_number) if now.on(month_number, day_number) else None


def as_english_month(text: str, now: Calendar) -> Atom:
    """December, in May, early January."""
    number = month_called(re.split("[ -]", text)[-1])
    early = re.match(r"early|beginning|mid|middle|late|end", text)
    if early is None:
        return Month(number)
    name = {"e": "末", "l": "下旬", "m": "中旬"}.get(text[0], "上旬") if not text.startswith("early") else "上旬"
    return now.from_today(part(now.in_month(number), name))


def as_english_after(text: str, now: Calendar) -> Atom:
    count, of = text.split()[1:]
    number = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4}.get(count) or int(count)
    return day(_later(now.today, number, {"d": "日", "w": "週", "m": "月"}[of[0]]))


def month_called(text: str) -> int:
    return next(number for number, name in enumerate(ENGLISH_MONTHS, start=1) if text[:3] == name[:3])
