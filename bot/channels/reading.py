"""Reading JSON that others write: what is missing or of another type than expected is None, never an error."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, TypeVar

import orjson

from bot.channels.port import MalformedBody

Value = TypeVar("Value")

LONGEST_ID = 64  # characters; the inbox's column


def decode(body: bytes) -> dict[str, Any]:
    """The JSON object of a webhook body. Raises MalformedBody."""
    try:
        value = _loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedBody("the body is not JSON") from error
    if not isinstance(value, dict):
        raise MalformedBody("the body is not a JSON object")
    return value


def _loads(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        # Half a surrogate pair, escaped, is JSON to many and not to orjson: a message cut in an emoji is still read.
        mended = json.dumps(json.loads(body), ensure_ascii=False)
        return orjson.loads(mended.encode(errors="replace"))


def decode_stored(payload: str) -> Any:
    """The value of a stored event; None for anything but JSON."""
    try:
        return _loads(payload.encode(errors="replace"))
    except (ValueError, RecursionError):
        return None


def encode(event: Any) -> str:
    """The event as it is stored."""
    return orjson.dumps(event).decode()


def part(value: Any, *path: str) -> dict[str, Any]:
    """The object at the path; an empty one where there is none."""
    found = find(value, dict, *path)
    return {} if found is None else found


def text(value: Any, *path: str) -> str:
    """The text at the path; an empty one where there is none."""
    return find(value, str, *path) or ""


def number(value: Any, *path: str) -> float | None:
    """The number at the path, or None."""
    found = find(value, int, *path)
    return found if found is not None else find(value, float, *path)


def find(value: Any, kind: type[Value], *path: str) -> Value | None:
    """The value at the path where it is of the kind (True and False are no numbers), or None."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    if isinstance(value, bool) and kind is not bool:
        return None
    return value if isinstance(value, kind) else None


def moment(seconds: float | None, otherwise: datetime) -> datetime:
    """Aware UTC of seconds since 1970; `otherwise` where there are none, or none that a calendar holds."""
    try:
        return otherwise if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return otherwise


def event_id(own: str, content: Any) -> str:
    """The platform's own id of an event, or one made of its content where there is none that fits."""
    if 0 < len(own) <= LONGEST_ID:
        return own
    canonical = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return "content:" + hashlib.sha256(canonical).hexdigest()[:48]
