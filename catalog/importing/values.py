"""Single cells: cleaned text, dates, times of day. What a cell does not say plainly raises ValueError."""

import re
import unicodedata
from datetime import date, time, timedelta

MAX_CELL = 10_000  # characters; the longest honest description of a real list has 656

# The same printed sign has two codes, depending on how a file was encoded: one of them is kept.
_ONE_SIGN = str.maketrans({"～": "〜", "∥": "‖", "－": "−", "￠": "¢", "￡": "£", "￢": "¬", "—": "―"})
# U+FFFD stands where some program before us lost a character; CP932 files show the same loss as "?".
LOST = "\N{REPLACEMENT CHARACTER}"

_BREAK = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_HIDDEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_WEEKDAY = r"(?:\([月火水木金土日](?:曜日?)?(?:・祝)?\))?"
_DATE = re.compile(rf"(\d{{4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?{_WEEKDAY}(?:[T ]00?:00(?::00)?)?")
_ERA_DATE = re.compile(rf"(令和|R)(\d{{1,2}}|元)[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?{_WEEKDAY}")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL_DATE = re.compile(r"[2-7]\d{4}")  # 1954 to 2119
_SERIAL_TIME = re.compile(r"0?\.\d{1,20}")
_TIME = re.compile(r"(午前|午後|AM|PM)?(\d{1,2})(?::(\d{2})(?::\d{2})?|時(?:(\d{1,2})分|(半))?)", re.IGNORECASE)


def clean(text: str) -> str:
    """The text without control, zero-width and direction characters, with one kind of line break and wave dash.

    A cell that looks like a formula (=, +, -, @) is text like any other and stays as it is: nothing here evaluates it.
    """
    text = _HIDDEN.sub("", _BREAK.sub("\n", text)).translate(_ONE_SIGN)
    return text.replace(LOST, "?").strip()


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def parse_date(text: str) -> date | None:
    """A civil date as lists write it: 2023-04-01, 2023/4/1, 2023年4月1日(土), 20230401, 令和5年4月1日.

    None for an empty cell. Raises ValueError for anything else, and for a day that no calendar has.
    """
    plain = _plain(text)
    if not plain:
        return None
    if match := _DATE.fullmatch(plain) or _COMPACT_DATE.fullmatch(plain):
        year, month, day = (int(part) for part in match.groups())
        return date(year, month, day)
    if _SERIAL_DATE.fullmatch(plain):  # a spreadsheet's day number, where the cell was not shown as a date
        return date(1899, 12, 30) + timedelta(days=int(plain))
    if match := _ERA_DATE.fullmatch(plain):
        _, year_of_era, month_of, day_of = match.groups()
        return date(2018 + (1 if year_of_era == "元" else int(year_of_era)), int(month_of), int(day_of))
    raise ValueError(text)


def parse_time(text: str) -> time | None:
    """A time of day as lists write it: 9:00, 09:00, 9時, 9時半, 午後1時30分; None for an empty cell.

    Raises ValueError for anything else; 24:00 too, since it belongs to the next day.
    """
    plain = _plain(text)
    if not plain:
        return None
    if _SERIAL_TIME.fullmatch(plain):  # a spreadsheet's part of a day
        minutes = round(float(plain) * 24 * 60)
        return time(minutes // 60, minutes % 60)
    match = _TIME.fullmatch(plain)
    if match is None:
        raise ValueError(text)
    return clock_of(match)


def clock_of(match: re.Match[str]) -> time:
    """The time of day of a match with the groups 午前/午後, hour, minute after a colon, minute before 分, 半."""
    half, hours, minutes, counted, thirty = match.groups()
    hour = int(hours)
    if half and half.upper() in {"午後", "PM"} and hour < 12:
        hour += 12
    return time(hour, int(minutes or counted or (30 if thirty else 0)))


def parse_number(text: str) -> float | None:
    """A decimal number such as a latitude; None when the cell is empty or says something else."""
    try:
        value = float(_plain(text))
    except ValueError:
        return None
    return value if abs(value) < 1e6 else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
