"""Reading LINE's webhook: its own tolerant decoder.

The SDK's parser loses a whole batch over one event without an id, and the sender of an event with a new message type.
LINE adds fields, values and types without notice, so here every event stands by itself and only what we use is read.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from bot.channels.port import MalformedBody, RawEvent
from bot.channels.reading import decode, decode_stored, encode, event_id, moment, number, part, text
from catalog.models.resident import Platform
from handlers.messages import Incoming, IncomingKind

SIGNATURE_HEADER = "x-line-signature"

_MESSAGES = {
    "text": IncomingKind.TEXT,
    "sticker": IncomingKind.STICKER,
    "location": IncomingKind.LOCATION,
    "image": IncomingKind.MEDIA,
    "video": IncomingKind.MEDIA,
    "audio": IncomingKind.MEDIA,
    "file": IncomingKind.MEDIA,
}


def verify(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the body is signed with the channel secret."""
    expected = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256))
    given = headers.get(SIGNATURE_HEADER, "").encode(errors="replace")
    return bool(secret) and hmac.compare_digest(expected, given)


def split(body: bytes) -> list[RawEvent]:
    """The events of one webhook call, which may be of several residents. Raises MalformedBody."""
    events = decode(body).get("events")
    if not isinstance(events, list):
        raise MalformedBody("the body has no list of events")
    return [_raw(event) for event in events]


def _raw(event: Any) -> RawEvent:
    return RawEvent(event_id=_id(event), address=_address(event), payload=encode(event))


def parse(payload: str, now: datetime) -> Incoming:
    """What a stored event says. `now` stands in for a time that the event does not tell."""
    event = decode_stored(payload)
    read = _READERS.get(text(event, "type"))
    standby = text(event, "mode") == "standby"  # another system has the chat: answering is not ours
    facts = {} if read is None or standby else read(part(event))
    milliseconds = number(event, "timestamp")
    return Incoming(
        **{
            "platform": Platform.LINE,
            "event_id": _id(event),
            "kind": IncomingKind.OTHER,
            "address": _address(event),
            "sent_at": moment(None if milliseconds is None else milliseconds / 1000, now),
            "private": text(event, "source", "type") not in ("group", "room"),
            "reply_token": None if standby else text(event, "replyToken") or None,
            **facts,
        }
    )


def _id(event: Any) -> str:
    # A redelivery differs from the first try only in what is said about the delivery.
    content = {key: value for key, value in event.items() if key != "deliveryContext"} if part(event) else event
    return event_id(text(event, "webhookEventId"), content)


def _address(event: Any) -> str | None:
    """Where an answer goes: the group or room where there is one, else the user."""
    source = part(event, "source")
    return text(source, "groupId") or text(source, "roomId") or text(source, "userId") or None


def _message(event: dict[str, Any]) -> dict[str, Any]:
    message = part(event, "message")
    return {
        "kind": _MESSAGES.get(text(message, "type"), IncomingKind.OTHER),
        "text": text(message, "text"),
        "message_id": text(message, "id") or None,
        "latitude": number(message, "latitude"),
        "longitude": number(message, "longitude"),
    }


def _postback(event: dict[str, Any]) -> dict[str, Any]:
    postback = part(event, "postback")
    action = text(postback, "data")
    picked = _day(text(postback, "params", "date") or text(postback, "params", "datetime"))
    if picked is None:
        return {"kind": IncomingKind.ACTION, "action": action}
    return {"kind": IncomingKind.DATE, "action": action, "picked": picked}


def _day(value: str) -> date | None:
    """The day of 2026-12-05 or 2026-12-05T10:00: a picker's answer has no time zone, it is the resident's day."""
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def _unsend(event: dict[str, Any]) -> dict[str, Any]:
    return {"kind": IncomingKind.UNSENT, "message_id": text(event, "unsend", "messageId") or None}


def _only(kind: IncomingKind) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda _event: {"kind": kind}


_READERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "message": _message,
    "postback": _postback,
    "unsend": _unsend,
    "follow": _only(IncomingKind.STARTED),
    "unfollow": _only(IncomingKind.STOPPED),
    "join": _only(IncomingKind.GROUP_JOINED),
}
