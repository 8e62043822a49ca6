"""A Reply as LINE messages: plain dicts, at most five. Pure; the SDK's models cost twenty milliseconds a carousel."""

from typing import Any

from bot.channels.limits import ELLIPSIS, clean, cut_utf16, split_utf16
from bot.channels.line import flex
from bot.channels.line.buttons import quick_replies
from handlers.messages import Card, Cards, Choices, DatePicker, Image, Reply, Text, View, spoken

Message = dict[str, Any]

TEXT_LIMIT = 5000  # UTF-16 units
ALT_LIMIT = 400  # 1,500 by the newest reference, 400 by older ones; a notification shows less than either
MESSAGES = 5


def render(reply: Reply) -> list[Message]:
    """The messages of a reply; none for an empty one. The reply's buttons hang under the last message."""
    messages = _at_most_five([message for view in reply.views for message in _messages(view)])
    quick = quick_replies(reply.buttons)
    if messages and quick:
        messages[-1]["quickReply"] = quick
    return messages


def _messages(view: View) -> list[Message]:
    match view:
        case Text():
            return _texts(view.body)
        case Card():
            return _flex(flex.card_bubble(view), view)
        case Cards():
            return _flex(flex.carousel(view.cards), view)
        case Choices():
            return _flex(flex.choices_bubble(view), view)
        case DatePicker():
            return _flex(flex.date_bubble(view), view)
        case Image():
            bubble = flex.image_bubble(view)
            return _flex(bubble, view) if bubble else _texts(f"{view.alt}\n{view.url}")


def _texts(body: str) -> list[Message]:
    return [{"type": "text", "text": piece} for piece in split_utf16(clean(body), TEXT_LIMIT)]


def _flex(contents: dict[str, Any] | None, view: View) -> list[Message]:
    if contents is None:
        return []
    alternative = clean(spoken(view)).replace("\t", "：") or _first_label(contents) or ELLIPSIS
    return [{"type": "flex", "altText": cut_utf16(alternative, ALT_LIMIT), "contents": contents}]


def _first_label(component: Any) -> str:
    """What the first button of a bubble without any text says."""
    parts = component.values() if isinstance(component, dict) else component if isinstance(component, list) else ()
    own = component.get("label", "") if isinstance(component, dict) else ""
    return own or next((label for part in parts if (label := _first_label(part))), "")


def _at_most_five(messages: list[Message]) -> list[Message]:
    """What is too many for one call is said as one text at the end: nothing is lost but its shape."""
    if len(messages) <= MESSAGES:
        return messages
    rest = "\n\n".join(message.get("text") or message["altText"] for message in messages[MESSAGES - 1 :])
    return [*messages[: MESSAGES - 1], {"type": "text", "text": cut_utf16(rest, TEXT_LIMIT)}]
