"""A day in a button: Telegram has no date picker, so a picker is a few buttons, each with a day before its code."""

import re
from datetime import date, timedelta

from handlers.actions import MAX_BYTES
from handlers.messages import DatePicker

SHOWN_DAYS = 6

_CODE = re.compile(r"@(\d{4})(\d\d)(\d\d)@(.*)", re.DOTALL | re.ASCII)


def encode_day(day: date, action: str) -> str:
    """The callback data of one day; an empty text where the picker's code leaves no room for it."""
    code = f"@{day:%Y%m%d}@{action}"
    return code if len(code.encode()) <= MAX_BYTES else ""


def decode_day(code: str) -> tuple[date, str] | None:
    """The day and the picker's code, or None for any other callback data."""
    match = _CODE.fullmatch(code)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3])), match[4]
    except ValueError:
        return None


def is_long_ago(picker: DatePicker) -> bool:
    """Whether years are to choose from, as for a birthday: six days of one of them would only confuse."""
    return picker.earliest is not None and picker.latest is not None and (picker.latest - picker.earliest).days > 366


def days_shown(picker: DatePicker) -> list[date]:
    """The days worth a button: from the initial or earliest one on, never past the latest; none where none is known."""
    first = picker.initial or picker.earliest
    if first is None or is_long_ago(picker):
        return []
    if picker.earliest is not None:
        first = max(first, picker.earliest)
    last = picker.latest or date.max
    room = min(SHOWN_DAYS, (last - first).days + 1)
    return [first + timedelta(days=offset) for offset in range(max(room, 0))]
