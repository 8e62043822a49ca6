"""Cutting text to what a platform takes, in the platform's own unit, never through the middle of a character.

LINE counts labels in grapheme clusters and everything else, like Telegram, in UTF-16 code units. `len()` counts
neither: 👨‍👩‍👧 is one grapheme, eight UTF-16 units and five code points.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import orjson
import regex  # type: ignore[import-untyped]  # its stubs are a package that we do not depend on

ELLIPSIS = "…"

# Signs, kana and kanji that are one unit and one cluster each: nearly all that is ever cut, at a hundredth of the cost.
_PLAIN = re.compile("[\n -\u00ac\u3000-\u3029\u3041-\u3096\u30a0-\u30ff\u4e00-\u9fff\uff01-\uff9d]*+")
_GRAPHEME = regex.compile(r"\X")
# Control characters make a platform refuse the whole message; a lone surrogate cannot be sent as UTF-8 at all.
_UNSENDABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def clean(text: str) -> str:
    """The text without characters that no platform takes, and without blank edges."""
    return _UNSENDABLE.sub("", text).strip()


def utf16_length(text: str) -> int:
    """The length in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def grapheme_length(text: str) -> int:
    """The length in grapheme clusters: what a reader calls characters."""
    return sum(1 for _ in _GRAPHEME.finditer(text))


def cut_utf16(text: str, limit: int) -> str:
    """The text in at most `limit` UTF-16 units, ending in … where something is missing."""
    if len(text) * 2 <= limit or utf16_length(text) <= limit:  # a code point is at most two units
        return text
    return _longest(text, limit - 1) + ELLIPSIS


def cut_graphemes(text: str, limit: int) -> str:
    """The text in at most `limit` grapheme clusters, ending in … where something is missing."""
    if len(text) <= limit or grapheme_length(text) <= limit:  # a cluster is at least one code point
        return text
    kept = [match[0] for _, match in zip(range(limit - 1), _GRAPHEME.finditer(text), strict=False)]
    return "".join(kept).rstrip() + ELLIPSIS


def split_utf16(text: str, limit: int) -> list[str]:
    """The text in pieces of at most `limit` UTF-16 units, parted at line breaks where there are any."""
    pieces: list[str] = []
    while utf16_length(text) > limit:
        head = _longest(text, limit) or text[: limit // 2]  # a single cluster longer than a message: cut it anyway
        line_break = head.rfind("\n")
        head = head[:line_break] if line_break > len(head) // 2 else head
        pieces.append(head.strip())
        text = text[len(head) :].strip()
    return [piece for piece in (*pieces, text) if piece]


def link(url: str, schemes: tuple[str, ...], limit: int) -> str:
    """The link with anything but ASCII escaped; an empty text where the platform would refuse it."""
    escaped = quote(clean(url), safe="%/:?#[]@!$&'()*+,;=-._~")
    try:
        parts = urlsplit(escaped)
    except ValueError:  # brackets that hold no address
        return ""
    leads_somewhere = parts.netloc if parts.scheme in ("http", "https") else parts.netloc or parts.path
    return escaped if leads_somewhere and parts.scheme in schemes and len(escaped) <= limit else ""


def json_fits(value: Any, limit: int) -> bool:
    """Whether the value is at most `limit` bytes as it goes over the wire."""
    return len(orjson.dumps(value)) <= limit


def _longest(text: str, limit: int) -> str:
    """The longest beginning of whole clusters in at most `limit` units."""
    if _PLAIN.fullmatch(text, 0, limit + 1) and len(text) > limit:
        return text[:limit].rstrip()
    kept = 0
    for end, length in _lengths(text):
        if length > limit:
            break
        kept = end
    return text[:kept].rstrip() if kept < len(text) else text


def _lengths(text: str) -> Iterator[tuple[int, int]]:
    """After each cluster: where it ends, and the UTF-16 length until there."""
    length = 0
    for match in _GRAPHEME.finditer(text):
        length += utf16_length(match[0])
        yield match.end(), length
