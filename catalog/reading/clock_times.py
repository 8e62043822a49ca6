"""Times of the day: 午前10時半, 18:30, 夕方, 仕事帰り."""

import re
from collections.abc import Iterator
from datetime import time
from functools import cache

from catalog.reading.spans import Found
from catalog.reading.vocabulary import any_of, vocabulary
from catalog.search.criteria import TimeOfDay

NOON, EVENING = time(12), time(17)
_HALF = r"(?P<half>午前|午後|am|pm|朝の?|夜の?|夕方の?|ごぜん|ごご)"
CLOCK = re.compile(
    rf"{_HALF}?\s?(?P<hour>\d{{1,2}})(?::(?P<minutes>\d{{2}})(?!\d)"
    r"|時(?!間|点|期)(?:(?P<past>\d{1,2})分|(?P<past_half>半))?)(?P<after>\s?[ap]m\b)?"
    r"|(?<![\d:])(?P<english>\d{1,2})\s?(?P<side>am|pm)\b|(?P<noon>正午)"
)
_ORDER = (TimeOfDay.MORNING, TimeOfDay.AFTERNOON, TimeOfDay.EVENING)
_FROM = re.compile(r"\s?(?:以降|いこう|よりあと|より後|過ぎ|すぎ)")
_UNTIL = re.compile(r"\s?(?:まで|以前|より前|前)")
_TO = re.compile(r"\s?(?:~|-|から|ー)\s?")
_BEFORE = re.compile(r"\s?(?:まで|より前|前に)")
_CANNOT = (
    r"(?:(?:行|い)け|行かれ|出歩け|出かけ|でかけ|通え|かよえ|伺え|うかがえ|参加でき|動け|来ら?れ|出ら?れ|受けられ|休め|抜けられ)"
    r"(?:な[いくけ]|ませ|へん|ん(?=から|け|の|ね|し|$|[、。]))"
)
_BUSY = (
    r"無理|むり|だめ|ダメ|駄目|ng|都合が(?:悪|つか)|予定が?(?:入|ある|あり)|用事|難し|きびし|厳し|埋ま|ふさが|忙し|いそがし|空いてな"
    r"|病院|通院|パート|バイト|デイサービス|仕事(?!帰|がえり|終|おわ|[のが]?(?:あと|後))|残業|働い|学校[がな]|部活|習い事|塾[がでな]|会議が|工場|苦手|弱[いく]|起きられ|きつい"
)
# When somebody cannot come: 月曜以外, 火曜は病院, 朝は弱い, 夜は出られない. 夜じゃないと行けない is no such thing.
UNWANTED = re.compile(
    rf"\s*(?:以外|(?:じゃ|では)な(?:く|い(?!と))|を?除[いく]|抜き|(?:だけ)?[はがも][^、。!?]{{0,14}}?(?:{_CANNOT}|{_BUSY})"
    rf"|に(?:{_CANNOT}|予定が|用事が|仕事が)|\s(?:仕事|しごと|無理|だめ|ng)(?=[、。\s]|なの|で|$))"
)


def clock(match: re.Match[str]) -> time | None:
    """The time that a match of `CLOCK` names; None for 25時 and the like."""
    if match["noon"]:
        return NOON
    hour = int(match["hour"] or match["english"])
    minute = 30 if match["past_half"] else int(match["minutes"] or match["past"] or 0)
    half = (match["half"] or match["after"] or match["side"] or "").strip()
    if hour < 12 and (half in ("午後", "pm", "ごご") or (half[:1] in ("夜", "夕") and hour >= 4)):
        hour += 12
    elif hour == 24 or (hour == 12 and half in ("午前", "am", "ごぜん")):
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None


def time_of_day(moment: time) -> TimeOfDay:
    if moment < NOON:
        return TimeOfDay.MORNING
    return TimeOfDay.AFTERNOON if moment < EVENING else TimeOfDay.EVENING


def read_times_of_day(text: str) -> list[Found[tuple[TimeOfDay, ...]]]:
    """The times of the day that a plain text asks for, by the clock or by name. Names beside a clock time yield.

    A time that does not suit (朝は弱い) is found without a value; where nothing else is named, the others are meant.
    """
    named = list(_by_name(text))
    found = _by_clock(text, late=any(TimeOfDay.EVENING in one.value for one in named))
    taken = [(one.start, one.end) for one in found]
    found += [one for one in named if not any(start < one.end and one.start < end for start, end in taken)]
    found.sort(key=lambda one: one.start)
    unwanted = {time for one in found if UNWANTED.match(text, one.end) for time in one.value}
    if not unwanted:
        return found
    wanted = {time for one in found for time in one.value} - unwanted
    kept = tuple(time for time in _ORDER if time in (wanted or set(_ORDER) - unwanted))
    return [Found(kept if number == 0 else (), one.start, one.end) for number, one in enumerate(found)]


def _by_name(text: str) -> Iterator[Found[tuple[TimeOfDay, ...]]]:
    for match in _names().finditer(text):
        times = _named()[match[0]]
        at = match.end()
        if text.startswith("夜中", match.start()):
            continue  # nobody looks for a course then: 夜中に目が覚める
        if times[-1] is not TimeOfDay.MORNING and (until := _BEFORE.match(text, at)):
            times, at = _ORDER[: _ORDER.index(times[-1])], until.end()
        elif times == (TimeOfDay.AFTERNOON,) and (since := _FROM.match(text, at)):
            times, at = _ORDER[1:], since.end()
        yield Found(times, match.start(), at)


def _by_clock(text: str, *, late: bool) -> list[Found[tuple[TimeOfDay, ...]]]:
    """Times by the clock; `late` where the text speaks of an evening."""
    found: list[Found[tuple[TimeOfDay, ...]]] = []
    at = 0
    while match := CLOCK.search(text, at):
        at = match.end()
        first = clock(match)
        if first is None:
            continue
        if not (match["half"] or match["after"] or match["side"]) and 1 <= first.hour <= (9 if late else 6):
            first = first.replace(hour=first.hour + 12)  # nobody looks for a course at three in the night
        if to := _TO.match(text, at):
            # "10時から12時": it is the start that says when one has to be there.
            second = CLOCK.match(text, to.end())
            at = second.end() if second else at
        times = _around(first, text, at)
        bound = _FROM.match(text, at) or _UNTIL.match(text, at)
        at = bound.end() if bound else at
        found.append(Found(times, match.start(), at))
    return found


def _around(first: time, text: str, at: int) -> tuple[TimeOfDay, ...]:
    index = _ORDER.index(time_of_day(first))
    if _FROM.match(text, at):
        return () if index == 0 else _ORDER[index:]
    if _UNTIL.match(text, at):
        index = _ORDER.index(time_of_day(first)) - (first in (NOON, EVENING))
        return () if index == 2 else _ORDER[: index + 1]
    return (_ORDER[index],)


@cache
def _named() -> dict[str, tuple[TimeOfDay, ...]]:
    tables = vocabulary("calendar")
    named: dict[str, tuple[TimeOfDay, ...]] = {}
    for table in ("times_of_day", "times_of_day_alone"):
        for name, terms in tables[table].items():
            value = _ORDER[:2] if name == "daytime" else (TimeOfDay(name),)
            named |= dict.fromkeys(terms, value)
    return named


@cache
def _names() -> re.Pattern[str]:
    tables = vocabulary("calendar")
    names = [term for terms in tables["times_of_day"].values() for term in terms]
    alone = [term for terms in tables["times_of_day_alone"].values() for term in terms]
    latin = [term for term in names if term.isascii()]
    japanese = [term for term in names if not term.isascii()]
    stop = any_of(tables["not_a_time"]["after"])
    return re.compile(
        rf"(?:{any_of(japanese)})(?!{stop})|\b(?:{any_of(latin)})\b|(?<![ぁ-ん])(?:{any_of(alone)})(?![ぁ-んァ-ヶ])"
    )
