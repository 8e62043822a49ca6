"""Finding the button that a resident means: on a message, in the quick replies, on a menu."""

from collections.abc import Iterator, Sequence
from typing import Any

Json = dict[str, Any]


class CannotDoError(Exception):
    """What a phone could not do: a button that is not there, a chat that is blocked."""


def line_actions(content: Any) -> Iterator[Json]:
    """The action objects of a LINE message in document order, its quick replies apart."""
    if isinstance(content, list):
        for part in content:
            yield from line_actions(part)
    if not isinstance(content, dict):
        return
    for name, value in content.items():
        if name in {"action", "defaultAction"} and isinstance(value, dict):
            yield value
        elif name == "actions" and isinstance(value, list):
            yield from value
        elif name != "quickReply":
            yield from line_actions(value)


def inline_buttons(message: Json) -> list[Json]:
    """The inline keyboard's buttons of a Telegram message, row by row."""
    return [button for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]


def pick(
    buttons: Sequence[Json], *, label: str | None = None, index: int | None = None, action: Json | None = None
) -> Json | None:
    """The button of that label, position or exact content; None where there is none."""
    if index is not None:
        return buttons[index] if 0 <= index < len(buttons) else None
    for button in buttons:
        if action is not None and button == action:
            return button
        if label is not None and label in {button.get("label"), button.get("displayText"), button.get("text")}:
            return button
    return None


def check_one(label: str | None, index: int | None, action: Json | None) -> None:
    """Raises CannotDoError unless exactly one of the ways to name a button is given."""
    if sum(way is not None for way in (label, index, action)) != 1:
        raise CannotDoError("name the button by exactly one of label, index and action")
