"""Which of a list are chosen, in few characters: a button holds 64 bytes, a family twelve people.

A bit for each of the list in the order of its ids, and a digest of the chosen ids. Should the list have changed since
the button was made, the digest does not fit any more, and nobody else is taken for who was chosen.
"""

import zlib
from collections.abc import Iterable, Sequence

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_DIGESTS = 36**3


def pack(chosen: Iterable[int], among: Iterable[int]) -> str:
    """The chosen ids, such as `6-3k9`; an empty text for none."""
    ids = sorted(set(among))
    wanted = set(chosen)
    bits = sum(1 << at for at, number in enumerate(ids) if number in wanted)
    return f"{_base36(bits)}-{_digest([number for number in ids if number in wanted])}" if bits else ""


def unpack(text: str, among: Iterable[int]) -> list[int]:
    """The ids again, in their order; none where the text fits no choice of this list."""
    ids = sorted(set(among))
    bits, _dash, digest = text.partition("-")
    mask = int(bits, 36) if bits.isascii() and bits.isalnum() and len(bits) <= 12 else 0
    chosen = [number for at, number in enumerate(ids) if mask >> at & 1]
    return chosen if mask < 1 << len(ids) and _digest(chosen) == digest else []


def _digest(ids: Sequence[int]) -> str:
    return _base36(zlib.crc32(",".join(map(str, ids)).encode()) % _DIGESTS)


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits or "0"
