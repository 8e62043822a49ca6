"""The patterns of the date grammar, and finding the atoms of a text with them.

`read_atoms` only recognises; `catalog.reading.dates` puts neighbours together.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache

from catalog.reading import date_meanings as meanings
from catalog.reading.calendar import Calendar, day, named, week
from catalog.reading.date_atoms import Atom, DayNumber
from catalog.reading.date_words import (
    AFTER,
    ENGLISH_DAYS,
    ENGLISH_MONTHS,
    HOLIDAYS,
    NOT_A_DAY,
    PART_OF,
    RELATIVE_OF,
    SETS,
    SHORT_KANA,
    WEEKDAY,
    YEAR,
)
from catalog.reading.spans import Found
from catalog.reading.vocabulary import any_of, vocabulary


def _builders() -> dict[str, tuple[str, Callable[[str, Calendar], Atom | None]]]:
    """Kind → (pattern, what it means), in the order of trial: the more specific first."""
    calendar = vocabulary("calendar")
    periods = {term: name for name, entry in calendar["periods"].items() for term in entry["words"]}
    occasions = {term: name for name, entry in calendar["occasions"].items() for term in entry["words"]}
    latin = [term for term in periods if term.isascii()]
    stop = any_of(calendar["not_a_time"]["after"])
    as_time = (
        r"(?=\s*(?:$|[にまへ、,?？!。]|ごろ|頃|前|後|あたり|の(?:頃|ころ|前|時|日|時期|夜|午|朝|昼|夕)"
        r"|期間|シーズン|以降|から|明け|の?間|or\b))"
    )
    english_days = "|".join(ENGLISH_DAYS)
    short_days = r"mon|tues?|wed|thu(?:rs)?|fri|sat|sun(?=\.|,| ?/| and|$)"
    english_months = "|".join((*ENGLISH_MONTHS, *(name[:3] for name in ENGLISH_MONTHS)))
    return {
        "full": (rf"(?:{YEAR}|20\d{{2}}[/.-])\s?\d{{1,2}}(?:月|[/.-])\s?\d{{1,2}}日?(?!\d)", meanings.as_full_day),
        "era": (r"(?<![a-z])[rh]\s?\d{1,2}[./-]\d{1,2}[./-]\d{1,2}(?!\d)", meanings.as_full_day),
        "after": (AFTER, meanings.as_after),
        "month_day": (r"\d{1,2}月\s?\d{1,2}日(?!間)|(?<![\d/.])\d{1,2}/\d{1,2}(?![\d/])", meanings.as_month_day),
        "year_month": (rf"{YEAR}(?:度)?|20\d{{2}}[/-]\d{{1,2}}(?![\d/-])", meanings.as_year),
        "month": (r"(?<!\d)\d{1,2}月(?!齢|見|号|\s?\d)", lambda text, _: meanings.as_month(int(text[:-1]))),
        "nth": (
            rf"(?:(?:毎月)?\s?第\s?\d(?:\s?[・,、と]\s?第?\s?\d)*|最終|最[初後]の|はじめの|初めの|さいごの|\b(?:last|first))\s?"
            rf"(?:{WEEKDAY}|[月火水木金土日](?![一-龠])|{english_days})",
            meanings.as_nth,
        ),
        "weekend": (
            r"(?:今度の|次の|つぎの|こんどの)(?:お?休み(?:の日)?|休日|週末|土日)"
            r"|(?:今|来|再来|こん|らい|さらい)(?:週の?(?:週末|土日)|週末|しゅうまつ)"
            r"|(?:this|next) weekend",
            meanings.as_weekend,
        ),
        "coming": (
            rf"(?:今度の|次の|つぎの|こんどの|直近の)\s?(?:{WEEKDAY})|this (?:{english_days})",
            meanings.as_coming,
        ),
        "next_english": (rf"next (?:{english_days})", meanings.as_next_week_day),
        "after_week": (r"週明け|しゅうあけ|週あけ", lambda _, now: day(week(now.today).start + timedelta(days=7))),
        "relative": (
            rf"(?:{any_of(t for t in RELATIVE_OF if not t.isascii() and t not in SHORT_KANA)})(?!葉|香)"
            rf"|(?<![ぁ-んァ-ヶ])(?:{any_of(SHORT_KANA)})(?![しいざりうそちつけかっ])"
            rf"|\b(?:the )?(?:{any_of(t for t in RELATIVE_OF if t.isascii())})\b",
            lambda text, now: day(now.today + timedelta(days=RELATIVE_OF[text.removeprefix("the ")])),
        ),
        "this": (
            r"(?:今|再来|来|翌|先|昨|こん|さらい|らい)(?:週|しゅう|月|げつ|年度|年|ねん)"
            r"(?:末|じゅう|中(?!旬)|いっぱい|内|のうち|(?<=げつ)まつ)?(?!賀|輪|代|曜|刊)"
            r"|\b(?:this|next) (?:week|month|year)\b",
            meanings.as_this,
        ),
        "within_year": (r"年内|年度内|年度末|月内|週内", meanings.as_within),
        "end_of_month": (
            r"月末|げつまつ|月初め|月初|月はじめ|\bend of (?:the|this) month\b",
            meanings.as_part_of_this_month,
        ),
        "now_on": (r"近々|近いうち|もうすぐ|そろそろ", lambda _, __: None),
        "period": (
            rf"(?:{any_of(t for t in periods if not t.isascii())})(?!{stop})|\b(?:{any_of(latin)})\b",
            lambda text, now: now.span(*named(periods[text])),
        ),
        "occasion": (rf"(?:{any_of(occasions)}){as_time}", lambda text, now: now.span(*named(occasions[text]))),
        "next_holiday": (r"(?:今度|次)の(?:祝日|祭日)", lambda _, now: meanings.as_some_day(now.next_holiday())),
        "days_off": (r"[34三四]連休|連休|シルバーウ[ィイ]ーク", meanings.as_days_off),
        "holiday": (any_of(HOLIDAYS), meanings.as_holiday),
        "weekdays": (
            rf"(?:毎週\s?)?(?:{WEEKDAY})|{any_of(SETS)}|\((?:[月火水木金土日](?:[・,]?祝)?)(?:曜日?)?\)"
            rf"|(?<![\d一-龠])[月火水木金土](?:[・,、]?[月火水木金土日])+(?:曜日?)?(?![一-龠ぁ-んァ-ヶ]|曜)"
            rf"|(?<![\d一-龠])[月火水木金土](?:[・,、]?[月火水木金土日])+(?:曜日?)?(?=の|に|か|で|は|祝|夜|午|朝|昼|夕|\s)"
            rf"|(?<![\d一-龠])[月火水木金土日]\s?[~-]\s?[月火水木金土日](?:曜日?)?(?![一-龠])"
            rf"|\b(?:every |on )?(?:{english_days})s?\b|\b(?:every |on )?(?:{short_days})\b",
            meanings.as_weekdays,
        ),
        "part": (rf"(?:{any_of(PART_OF)})(?![るてたまられ]|よう)(?:ごろ|頃)?", meanings.as_part),
        "english_day": (
            rf"\b(?:{english_months})\.? \d{{1,2}}(?:st|nd|rd|th)?\b"
            rf"|\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{english_months})\b",
            meanings.as_english_day,
        ),
        "english_month": (
            # may and march are words as well: there a preposition says that the month is meant
            rf"\b(?:(?:early|mid|late|end of|beginning of|middle of)[ -])?"
            rf"(?:{'|'.join(month for month in ENGLISH_MONTHS if month not in ('may', 'march'))})\b"
            r"|(?:(?<=\bin )|(?<=\bfrom )|(?<=\bsince )|(?<=\buntil )|(?<=\bby )|(?<=\bearly )|(?<=\blate ))"
            r"(?:may|march)\b",
            meanings.as_english_month,
        ),
        "english_after": (
            r"\bin (?:an?|one|two|three|four|\d{1,2}) (?:days?|weeks?|months?)\b",
            meanings.as_english_after,
        ),
        "day_number": (
            rf"(?<![\d/.:第])\d{{1,2}}日{NOT_A_DAY}|\bthe \d{{1,2}}(?:st|nd|rd|th)\b",
            lambda text, _: DayNumber(int(re.sub(r"\D", "", text))),
        ),
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
