"""Reading Telegram's updates as plain dicts: an unknown field or kind of update never fails, and costs nothing."""

import hmac
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.channels.port import RawEvent
from bot.channels.reading import decode, decode_stored, encode, event_id, find, moment, number, part, text
from bot.channels.telegram.commands import ACTIONS
from bot.channels.telegram.dates import decode_day
from catalog.models.resident import Platform
from handlers.messages import Incoming, IncomingKind

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the header's name, not a secret

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_MEDIA = ("photo", "video", "voice", "audio", "document", "animation", "video_note", "live_photo")
_IN_THE_CHAT = ("member", "administrator", "restricted", "creator")


def verify(secret: str, headers: Mapping[str, str]) -> bool:
    """Whether the call carries the secret that the webhook was set with."""
    given = headers.get(SECRET_HEADER, "").encode(errors="replace")
    return bool(secret) and hmac.compare_digest(secret.encode(), given)


def split(body: bytes) -> list[RawEvent]:
    """The one update of a webhook call. Raises MalformedBody."""
    return [raw_event(decode(body))]


def raw_event(update: dict[str, Any]) -> RawEvent:
    """An update as it is stored."""
    content = _content(update)
    return RawEvent(event_id=_id(update), address=_address(content), payload=encode(update))


def parse(payload: str, now: datetime) -> Incoming:
    """What a stored update says. `now` is the time of a tap: Telegram tells only when the tapped message was sent."""
    update = part(decode_stored(payload))
    kind = next((key for key in _READERS if part(update, key)), "")
    content = part(update, kind) if kind else _content(update)
    facts = _READERS[kind](content) if kind else {}
    return Incoming(
        **{
            "platform": Platform.TELEGRAM,
            "event_id": _id(update),
            "kind": IncomingKind.OTHER,
            "address": _address(content),
            "sent_at": moment(number(content, "date"), now),
            "private": text(_chat(content), "type") in ("private", ""),
            "language": text(content, "from", "language_code") or None,
            **facts,
        }
    )


def _id(update: dict[str, Any]) -> str:
    number_of_update = find(update, int, "update_id")
    return event_id("" if number_of_update is None else str(number_of_update), update)


def _content(update: dict[str, Any]) -> dict[str, Any]:
    """What an update is about, whatever it is called: its one part beside the id."""
    return next((value for value in update.values() if isinstance(value, dict)), {})


def _chat(content: dict[str, Any]) -> dict[str, Any]:
    return part(content, "chat") or part(content, "message", "chat")


def _address(content: dict[str, Any]) -> str | None:
    """The chat; for what happens outside of any, the user, whose private chat has the same number."""
    number_of_chat = find(_chat(content), int, "id") or find(content, int, "from", "id")
    return None if number_of_chat is None else str(number_of_chat)


def _message(message: dict[str, Any]) -> dict[str, Any]:
    number_of_message = find(message, int, "message_id")
    facts = {"message_id": None if number_of_message is None else str(number_of_message)}
    if body := text(message, "text"):
        return facts | _text(body)
    if location := part(message, "location"):
        return facts | {
            "kind": IncomingKind.LOCATION,
            "latitude": number(location, "latitude"),
            "longitude": number(location, "longitude"),
        }
    if part(message, "sticker"):
        return facts | {"kind": IncomingKind.STICKER}
    if any(key in message for key in _MEDIA):
        return facts | {"kind": IncomingKind.MEDIA, "text": text(message, "caption")}
    return facts


def _text(body: str) -> dict[str, Any]:
    """Free text, or one of our commands; a command that we do not have is read as text."""
    match = _COMMAND.fullmatch(body.strip())
    name = match[1].lower() if match else ""
    if match and name == "start":
        return {"kind": IncomingKind.STARTED, "text": (match[2] or "").strip()}
    if name in ACTIONS:
        return {"kind": IncomingKind.ACTION, "action": ACTIONS[name]}
    return {"kind": IncomingKind.TEXT, "text": body}


def _callback(query: dict[str, Any]) -> dict[str, Any]:
    number_of_message = find(query, int, "message", "message_id")
    facts: dict[str, Any] = {
        "kind": IncomingKind.ACTION if "data" in query else IncomingKind.OTHER,
        "action": text(query, "data"),
        "message_id": None if number_of_message is None else str(number_of_message),
        "callback_id": text(query, "id") or None,
    }
    if day := decode_day(facts["action"]):
        facts |= {"kind": IncomingKind.DATE, "picked": day[0], "action": day[1]}
    return facts


def _membership(change: dict[str, Any]) -> dict[str, Any]:
    """In a private chat: blocked and unblocked. In a group: put in. Leaving a group needs no answer."""
    inside = text(change, "new_chat_member", "status") in _IN_THE_CHAT
    if text(change, "chat", "type") == "private":
        return {"kind": IncomingKind.STARTED if inside else IncomingKind.STOPPED}
    was_inside = text(change, "old_chat_member", "status") in _IN_THE_CHAT
    return {"kind": IncomingKind.GROUP_JOINED if inside and not was_inside else IncomingKind.OTHER}


_READERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "message": _message,
    "callback_query": _callback,
    "my_chat_member": _membership,
}
