"""Button codes: compact, versioned, at most 64 bytes, carrying all that the button needs (`1:apply:123:2`).

Old buttons keep working for ever, and anybody can send any code: a code is untrusted input. Handlers re-check
everything and are idempotent.
"""

import re
from dataclasses import dataclass

VERSION = "1"
MAX_BYTES = 64  # Telegram's callback_data; LINE allows more

_MAX_NUMBER = 2**31 - 1

_CODE = re.compile(r"1:([a-z][a-z_.]{0,23})((?::[A-Za-z0-9_.,-]{0,40})*)")


@dataclass(frozen=True, slots=True)
class Action:
    """A decoded button: the route's name and its arguments, all text as sent."""

    name: str
    args: tuple[str, ...] = ()

    def number(self, position: int) -> int | None:
        """The argument as a positive number of a sane size, or None where it is missing or anything else."""
        text = self.args[position] if position < len(self.args) else ""
        return row_number(text)

    def text(self, position: int) -> str:
        """The argument, or an empty text where it is missing."""
        return self.args[position] if position < len(self.args) else ""


def row_number(text: str) -> int | None:
    """Digits as a number that a row may have (32 bits on PostgreSQL), or None for anything else."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None
    return number if number is not None and number <= _MAX_NUMBER else None


def encode(name: str, *args: int | str) -> str:
    """The code of a button. Raises ValueError for what would not come back: a programming error, caught by tests."""
    code = ":".join((VERSION, name, *map(str, args)))
    if len(code.encode()) > MAX_BYTES or not _CODE.fullmatch(code):
        raise ValueError(f"not a button code: {code!r}")
    return code


def decode(code: str) -> Action | None:
    """The action of a code, or None for anything that is not one."""
    if len(code.encode(errors="replace")) > MAX_BYTES:
        return None
    match = _CODE.fullmatch(code)
    if match is None:
        return None
    return Action(match[1], tuple(match[2].split(":")[1:]))
