"""Buttons as LINE's action objects."""

from typing import Any

from bot.channels.limits import clean, cut_graphemes, cut_utf16, link
from handlers.messages import Button, DatePicker

SCHEMES = ("https", "http", "tel", "line")
BUTTON_LABEL = 40  # graphemes
QUICK_LABEL = 20  # graphemes
URI_LIMIT = 1000

_LABEL_UNITS = 80  # a grapheme may be any number of code units: keeps the JSON small


def action(button: Button, longest_label: int = BUTTON_LABEL) -> dict[str, Any] | None:
    """The action object of a button, or None for a link that LINE would refuse together with the whole message.

    The chat shows the label of a tapped button as the resident's own words, so that the history can be read.
    """
    text = label(button.label, longest_label)
    if button.action:
        return {"type": "postback", "label": text, "data": button.action, "displayText": text}
    uri = link(button.url, SCHEMES, URI_LIMIT)
    return {"type": "uri", "label": text, "uri": uri} if uri else None


def label(text: str, longest: int) -> str:
    """A label that fits; never empty, which LINE refuses."""
    return cut_graphemes(cut_utf16(clean(text), _LABEL_UNITS), longest) or "…"


def pick_date(picker: DatePicker) -> dict[str, Any]:
    """LINE's own date picker, between the earliest and the latest day."""
    found: dict[str, Any] = {
        "type": "datetimepicker",
        "label": label(picker.label, BUTTON_LABEL),
        "data": picker.action,
        "mode": "date",
    }
    earliest, latest = picker.earliest, picker.latest
    if earliest and latest and earliest >= latest:
        return found  # LINE refuses an empty range; the handler checks the day in any case
    days = {"min": earliest, "initial": picker.initial, "max": latest}
    if picker.initial and ((earliest and picker.initial < earliest) or (latest and picker.initial > latest)):
        del days["initial"]
    return found | {name: day.isoformat() for name, day in days.items() if day and 1900 <= day.year <= 2100}


def quick_replies(buttons: tuple[Button, ...]) -> dict[str, Any] | None:
    """Buttons under the newest message: at most thirteen, the likeliest first; None where there are none."""
    actions = [found for button in buttons if (found := action(button, QUICK_LABEL))]
    items = [{"type": "action", "action": found} for found in actions[:13]]
    return {"items": items} if items else None
