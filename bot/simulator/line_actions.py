"""LINE's action objects: what a button may do, by the place it stands in."""

from collections.abc import Iterator
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from bot.simulator.line_values import Check, Flaw, check_object, label, one_of, pattern, text, url


class Place(Enum):
    """Where an action stands; the place decides on its label."""

    TEMPLATE = "template"
    IMAGE_COLUMN = "image column"
    QUICK_REPLY = "quick reply"
    FLEX_BUTTON = "flex button"
    FLEX_AREA = "flex area"
    RICH_MENU = "rich menu"

    @property
    def label_limit(self) -> int:
        if self is Place.IMAGE_COLUMN:
            return 12
        return 40 if self in {Place.FLEX_BUTTON, Place.FLEX_AREA} else 20

    @property
    def label_required(self) -> bool:
        return self in {Place.TEMPLATE, Place.QUICK_REPLY, Place.FLEX_BUTTON}


ONLY_QUICK_REPLY = {"camera", "cameraRoll", "location"}
URI = url(("http", "https", "line", "tel"), 1000)

_DATA = text(300)
_PICKED = text(16)

_KNOWN: dict[str, dict[str, Check]] = {
    "postback": {
        "data": _DATA,
        "displayText": label(300),
        "text": label(300),
        "inputOption": one_of("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice"),
        "fillInText": label(300),
    },
    "message": {"text": label(300)},
    "uri": {"uri": URI},
    "datetimepicker": {
        "data": _DATA,
        "mode": one_of("date", "time", "datetime"),
        "initial": _PICKED,
        "max": _PICKED,
        "min": _PICKED,
    },
    "clipboard": {"clipboardText": text(1000)},
    "richmenuswitch": {"richMenuAliasId": pattern(r"[a-z0-9_-]{1,32}"), "data": _DATA},
    "camera": {},
    "cameraRoll": {},
    "location": {},
}
_REQUIRED: dict[str, tuple[str, ...]] = {
    "postback": ("data",),
    "message": ("text",),
    "uri": ("uri",),
    "datetimepicker": ("data", "mode"),
    "clipboard": ("clipboardText",),
    "richmenuswitch": ("richMenuAliasId", "data"),
}


def check_action(action: Any, path: str, place: Place) -> Iterator[Flaw]:
    """Everything the platform refuses about one action object."""
    kind = action.get("type") if isinstance(action, dict) else None
    if kind not in _KNOWN:
        yield Flaw(f"{path}.type", "invalid action type")
        return
    if (kind in ONLY_QUICK_REPLY and place is not Place.QUICK_REPLY) or (
        kind == "richmenuswitch" and place is not Place.RICH_MENU
    ):
        yield Flaw(f"{path}.type", f"{kind} action cannot be used here")
    required = _REQUIRED.get(kind, ()) + (("label",) if place.label_required else ())
    known = {"label": label(place.label_limit), **_KNOWN[kind]}
    yield from check_object(action, path, known, required=required, unchecked=("altUri",))
    if kind == "postback":
        yield from _check_postback(action, path, place)
    elif kind == "datetimepicker":
        yield from _check_picker(action, path)
    elif kind == "uri" and "altUri" in action:
        yield from check_object(action["altUri"], f"{path}.altUri", {"desktop": URI})


def _check_postback(action: dict[str, Any], path: str, place: Place) -> Iterator[Flaw]:
    if "displayText" in action and "text" in action:
        yield Flaw(f"{path}.text", "displayText and text cannot be used at the same time")
    if "text" in action and place is Place.QUICK_REPLY:
        yield Flaw(f"{path}.text", "text cannot be used in a quick reply")
    if "fillInText" in action and action.get("inputOption") != "openKeyboard":
        yield Flaw(f"{path}.fillInText", "fillInText needs inputOption openKeyboard")


def _check_picker(action: dict[str, Any], path: str) -> Iterator[Flaw]:
    mode = action.get("mode")
    moments: dict[str, Any] = {}
    for name in ("min", "initial", "max"):
        value = action.get(name)
        if value is None:
            continue
        try:
            moments[name] = read_picked(str(mode), value)
        except ValueError:
            yield Flaw(f"{path}.{name}", f"Invalid format for mode {mode}")
    order = list(moments.values())
    if order != sorted(order) or ("min" in moments and moments.get("min") == moments.get("max")):
        yield Flaw(path, "min, initial and max must be in this order")


def read_picked(mode: str, value: str) -> date | time | datetime:
    """A picker's value in the format of its mode, within 1900 to 2100. Raises ValueError for anything else."""
    if mode == "date":
        picked: date | time | datetime = datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - civil, no zone
    elif mode == "time":
        picked = datetime.strptime(value, "%H:%M").time()  # noqa: DTZ007 - civil, no zone
    else:
        form = "%Y-%m-%dT%H:%M" if "T" in value else "%Y-%m-%dt%H:%M"
        picked = datetime.strptime(value, form)  # noqa: DTZ007 - civil, no zone
    if isinstance(picked, date) and not 1900 <= picked.year <= 2100:
        raise ValueError(value)
    return picked
