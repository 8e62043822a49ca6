"""How one applies: by order or by lot, whether at all, and from when until when."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from catalog.civil_time import to_utc
from catalog.models.course import Selection
from catalog.reading.calendar import Calendar, month, months_later
from catalog.reading.clock_times import CLOCK, clock

_LOTTERY = re.compile(r"抽選(?!会|器|なし|は(?:行い|し|あり)ません|券)|抽せん|くじ引き")
_PRIZES = re.compile(r"抽選で[^。、]{0,12}(?:プレゼント|当た|進呈|景品)|お楽しみ抽選|大抽選")
_FIRST_COME = re.compile(r"先着|申込順|申込み順|申し込み順|受付順|到着順|整理券|早い者順|定員になり次第")
_NOT_NEEDED = re.compile(
    r"(?:申込|申し込み|申込み|予約|事前申請|申請|手続き)[)】]?(?:は|の必要は|も|[:/=・])?\s?(?:不要|なし|必要ありません|いりません|要りません|必要なし)"
    r"|直接(?:会場|お越し|会場へ|来館|来場|各会場|当日)|当日直接|当日、?(?:直接|会場)|入場自由|自由参加|参加自由|出入り自由|観覧自由|随時参加|当日先着|(?:申し?込み?|予約)なしで|当日[^。\n]{0,12}(?:会場|現地|受付)で受け?付"
)
_NEEDED = re.compile(
    r"申し?込み?順|要申込|要申し込み|要予約|要事前|(?:申込|申し込み|予約|事前申込|事前予約)(?:が|は)?\s?(?:必要|必須|制)|事前(?:に)?(?:申込|申し込み|予約|申請)"
    r"|(?:申込|申し込み|申込み|応募|予約)(?:方法|先|期間|期限|受付|フォーム|開始|締切|締め切り)|往復はがき|往復ハガキ|電子申請|申込[:：]|【方法】|(?:電話|窓口|メール|フォーム|ホームページ)[^。]{0,15}(?:申し?込|予約|応募)|必着|消印"
)
_SURELY_NEEDED = re.compile(r"申し?込み?(?:が|は)?必要|要申し?込|要予約|予約制")
_ABOUT = re.compile(
    r"申込|申し込|受付|締切|締め切り|〆切|応募|予約|必着|消印|募集期間"
    r"|電子申請|申請フォーム|締め切|までに|スタート|から電話|へ電話|から窓口|から(?:申込)?フォーム"
    r"|(?:時(?:\d{1,2}分|半)?|\d:\d\d|\d日(?:\([^()]{1,3}\))?)から[^。、\n]{1,24}(?:へ|電話|メール|フォーム|fax)$"
    r"|電話(?:で|か|、|へ|にて|または)|窓口(?:で|か|へ|、)|(?:はがき|ハガキ|メール|ファクス|fax|フォーム)(?:で|か|に|から)"
)
_YEAR = r"(?:(?:20\d{2}|(?:令和|r)\s?(?:\d{1,2}|元))(?:年|[./])\s?)"
_WEEKDAY = r"(?:\s?\((?!必着|消印|締切|締め切|〆切)[^()\d]{1,6}\))?"
_DAY = re.compile(
    rf"(?P<year>{_YEAR})?(?:(?P<month>\d{{1,2}})月\s?(?P<day>\d{{1,2}})日|(?<![\d/])(?P<m>\d{{1,2}})/(?P<d>\d{{1,2}})(?![\d/])){_WEEKDAY}"
)
_ISO = re.compile(rf"(?P<year>20\d{{2}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?!\d){_WEEKDAY}")
_DAY_ONLY = re.compile(rf"(?P<day>\d{{1,2}})日{_WEEKDAY}")
_TO = re.compile(r"\s?(?:~|-|から|より)\s?")
_FROM = re.compile(
    r"\s?(?:の)?(?:~|から|より|以降|受付開始|に?申込開始|に?受付を?開始|開始|に?申込受付|に?募集開始|に?スタート)"
)
_UNTIL = re.compile(
    r"[\s(【]?(?:当日)?(?:まで|(?:で|に|をもって)(?:締切|締め切|〆切|(?:受付|申込|申し込み|募集)を?(?:終え|終了|締切|締め切))|必着|消印|(?:締切|締め切り|〆切|しめきり)(?![:：は日])|を?期限|\(?必着|\(?消印)"
)
_BEFORE_FROM = re.compile(r"(?:申込開始|受付開始|募集開始|予約開始|開始日)\s?[:：は/】]?\s?$")
_BEFORE_UNTIL = re.compile(r"(?:締切|締め切り|〆切|期限|締切日|しめきり|終了日)\s?[:：は/】]?\s?$")
_DAYS_BEFORE = re.compile(
    r"(?:開催日?|各回|実施日|講座|初回)?(?:の)?(?:(?P<days>\d{1,2})日前|(?P<weeks>\d)週間前|(?P<eve>前日))(?:の)?(?P<clock>[^まで。]{0,8})まで"
)
_MONTH_BEFORE = re.compile(r"前月(?P<day>\d{1,2})日")
_END_OF_MONTH = re.compile(r"(?P<month>\d{1,2})月末日?")
_LAST_MINUTE = time(23, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applying:
    """`needed` None: not said. Moments are UTC; a deadline without an hour is the end of its day."""

    selection: Selection = Selection.NONE
    needed: bool | None = None
    apply_from: datetime | None = None
    apply_until: datetime | None = None


def read_applying(*, method: str, body: str, season: date | None, zone: ZoneInfo) -> Applying:
    """Reads plain texts: how to apply (参加申込方法 and 定員), and all the rest. Days are found near `season`."""
    text = f"{method}\n{_about_applying(body)}"
    selection = _selection(text)
    begins, ends = _window(f"{_about_applying(method, all_of_it=True)}\n{_about_applying(body)}", season)
    return Applying(
        selection=selection,
        needed=_needed(f"{method}\n{body}", selection, dated=begins is not None or ends is not None, method=method),
        apply_from=_moment(begins, time(0), zone),
        apply_until=_moment(ends, _LAST_MINUTE, zone),
    )


def _about_applying(text: str, *, all_of_it: bool = False) -> str:
    parts = re.split(r"[。\n]", text)
    return "\n".join(
        part for part in parts if all_of_it or _ABOUT.search(part) or _FIRST_COME.search(part) or "抽選" in part
    )


def _selection(text: str) -> Selection:
    if _LOTTERY.search(_PRIZES.sub("", text)):
        return Selection.LOTTERY
    return Selection.FIRST_COME if _FIRST_COME.search(text) else Selection.NONE


def _needed(text: str, selection: Selection, *, dated: bool, method: str) -> bool | None:
    if _NOT_NEEDED.search(method) or (_NOT_NEEDED.search(text) and not _SURELY_NEEDED.search(method)):
        return False
    if _NEEDED.search(text) or dated or selection is Selection.LOTTERY:
        return True
    return True if method.strip() and re.search(r"電話|窓口|メール|フォーム|http|はがき|ハガキ|fax", method) else None


_Moment = tuple[date, time | None]


def _window(text: str, season: date | None) -> tuple[_Moment | None, _Moment | None]:
    text = _END_OF_MONTH.sub(_last_day, text)
    begins: _Moment | None = None
    ends: _Moment | None = None
    at = 0
    while found := _day(text, at, season):
        start, (moment, at) = found
        if (to := _TO.match(text, at)) and (second := _day(text, to.end(), season, month_of=moment[0], here=True)):
            _, (last, at) = second
            begins, ends = begins or moment, ends or last
        elif _UNTIL.match(text, at) or _BEFORE_UNTIL.search(text[max(0, start - 10) : start]):
            ends = ends or moment
        elif _FROM.match(text, at) or _BEFORE_FROM.search(text[max(0, start - 10) : start]):
            begins = begins or moment
    if ends is None and season is not None:
        ends = _counted_back(text, season)
    if begins is None and season is not None and (match := _MONTH_BEFORE.search(text)):
        first = months_later(month(season.year, season.month).start, -1)
        begins = (first.replace(day=min(int(match["day"]), month(first.year, first.month).last.day)), None)
    return begins, ends


def _last_day(match: re.Match[str]) -> str:
    """11月30日 for 11月末; of February the 28th, which every year has."""
    number = int(match["month"])
    return f"{number}月{month(2026, number).last.day}日" if 1 <= number <= 12 else match[0]


def _counted_back(text: str, season: date) -> _Moment | None:
    match = _DAYS_BEFORE.search(text)
    if match is None:
        return None
    days = int(match["days"] or 0) + 7 * int(match["weeks"] or 0) + bool(match["eve"])
    hour = CLOCK.search(match["clock"])
    return season - timedelta(days=days), clock(hour) if hour else None


def _day(
    text: str, at: int, season: date | None, *, month_of: date | None = None, here: bool = False
) -> tuple[int, tuple[_Moment, int]] | None:
    """The next day (exactly at `at` when `here`) with the hour right behind it: (start, ((day, hour), end))."""
    patterns = (_ISO, _DAY, _DAY_ONLY) if month_of else (_ISO, _DAY)
    while True:
        matches = [m for m in (p.match(text, at) if here else p.search(text, at) for p in patterns) if m]
        if not matches:
            return None
        match = min(matches, key=lambda one: (one.start(), -one.end()))
        resolved = _resolved(match, season, month_of)
        if resolved is not None:
            hour = CLOCK.match(text, match.end() + len(re.match(r"[\s,、(]*", text[match.end() :])[0]))  # type: ignore[index]  # the pattern matches anything
            return match.start(), ((resolved, clock(hour) if hour else None), hour.end() if hour else match.end())
        if here:
            return None
        at = match.end()


def _resolved(match: re.Match[str], season: date | None, month_of: date | None) -> date | None:
    parts = match.groupdict()
    day_number = int(parts["day"] or parts.get("d") or 0)
    month_text = parts.get("month") or parts.get("m")
    month_number = int(month_text) if month_text else (month_of.month if month_of else 0)
    year = _year(parts.get("year"))
    try:
        if year is not None:
            return date(year, month_number, day_number)
        if month_of is not None:
            found = date(month_of.year, month_number, day_number)
            return found if found >= month_of else date(month_of.year + 1, month_number, day_number)
    except ValueError:
        return None
    return Calendar(season, looking_back=True).on(month_number, day_number) if season else None


def _year(text: str | None) -> int | None:
    if not text:
        return None
    digits = re.search(r"\d+", text.replace("元", "1"))
    number = int(digits[0]) if digits else 0
    return number if number > 2000 else number + 2018


def _moment(moment: _Moment | None, default: time, zone: ZoneInfo) -> datetime | None:
    return to_utc(moment[0], moment[1] or default, zone) if moment else None
