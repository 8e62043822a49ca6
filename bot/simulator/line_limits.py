"""What LINE refuses about messages and rich menus, including what its SDK lets pass. Pure: takes JSON, yields flaws."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError

from bot.simulator.line_actions import Place, check_action
from bot.simulator.line_flex import check_flex
from bot.simulator.line_values import Check, Flaw, check_object, flag, label, number, one_of, pattern, text, url, whole

MESSAGES = 5
QUICK_REPLIES = 13
RECIPIENTS = 500
AREAS = 20

_ATTACHED = ("quickReply", "sender")
_TEXT = text(5000)
_COLOR = pattern(r"#[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?")

_PLAIN: dict[str, tuple[dict[str, Check], tuple[str, ...]]] = {
    "text": ({"text": _TEXT, "quoteToken": text(300)}, ("text",)),
    "textV2": ({"text": _TEXT, "quoteToken": text(300)}, ("text",)),
    "sticker": (
        {"packageId": pattern(r"\d+"), "stickerId": pattern(r"\d+"), "quoteToken": text(300)},
        ("packageId", "stickerId"),
    ),
    "image": ({"originalContentUrl": url(), "previewImageUrl": url()}, ("originalContentUrl", "previewImageUrl")),
    "video": (
        {"originalContentUrl": url(), "previewImageUrl": url(), "trackingId": text(100)},
        ("originalContentUrl", "previewImageUrl"),
    ),
    "audio": ({"originalContentUrl": url(), "duration": whole(1)}, ("originalContentUrl", "duration")),
    "location": (
        {"title": text(100), "address": text(100), "latitude": number(-90, 90), "longitude": number(-180, 180)},
        ("title", "address", "latitude", "longitude"),
    ),
}


def check_messages(messages: Any, path: str = "messages") -> list[Flaw]:
    """All flaws of the `messages` of a send request."""
    if not isinstance(messages, list) or not 1 <= len(messages) <= MESSAGES:
        return [Flaw(path, f"Size must be between 1 and {MESSAGES}")]
    return [flaw for at, message in enumerate(messages) for flaw in check_message(message, f"{path}[{at}]")]


def check_message(message: Any, path: str) -> Iterator[Flaw]:
    """All flaws of one message object."""
    kind = message.get("type") if isinstance(message, dict) else None
    if kind in _PLAIN:
        known, required = _PLAIN[kind]
        yield from check_object(
            message, path, known, required=required, unchecked=(*_ATTACHED, "emojis", "substitution")
        )
    elif kind == "flex":
        yield from check_flex(message, path)
    elif kind == "template":
        yield from _check_template_message(message, path)
    elif kind not in {"imagemap", "coupon"}:  # these two pass: the concierge has no use for them
        yield Flaw(f"{path}.type", "invalid message type")
        return
    if "quickReply" in message:
        yield from _check_quick_reply(message["quickReply"], f"{path}.quickReply")
    if "sender" in message:
        yield from check_object(message["sender"], f"{path}.sender", {"name": text(20), "iconUrl": url()})


def _check_quick_reply(quick_reply: Any, path: str) -> Iterator[Flaw]:
    yield from check_object(quick_reply, path, {}, required=("items",), unchecked=("items",))
    items = quick_reply.get("items") if isinstance(quick_reply, dict) else None
    if not isinstance(items, list) or not 1 <= len(items) <= QUICK_REPLIES:
        yield Flaw(f"{path}.items", f"Size must be between 1 and {QUICK_REPLIES}")
        return
    for position, item in enumerate(items):
        where = f"{path}.items[{position}]"
        known: dict[str, Check] = {"imageUrl": url(), "type": one_of("action")}
        yield from check_object(item, where, known, required=("action",), unchecked=("action",))
        if isinstance(item, dict) and "action" in item:
            yield from check_action(item["action"], f"{where}.action", Place.QUICK_REPLY)


def _check_template_message(message: dict[str, Any], path: str) -> Iterator[Flaw]:
    unchecked = ("template", *_ATTACHED)
    yield from check_object(
        message, path, {"altText": text(1500)}, required=("altText", "template"), unchecked=unchecked
    )
    template = message.get("template")
    kind = template.get("type") if isinstance(template, dict) else None
    if not isinstance(template, dict) or kind not in _TEMPLATES:
        yield Flaw(f"{path}.template.type", "invalid template type")
        return
    yield from _TEMPLATES[kind](template, f"{path}.template")


def _check_buttons(template: dict[str, Any], path: str) -> Iterator[Flaw]:
    yield from _check_panel(template, path, actions=range(1, 5), long_text=160, look=_LOOK)


def _check_confirm(template: dict[str, Any], path: str) -> Iterator[Flaw]:
    yield from check_object(template, path, {"text": label(240)}, required=("text",), unchecked=("actions",))
    yield from _check_actions(template.get("actions"), f"{path}.actions", range(2, 3))


def _check_carousel(template: dict[str, Any], path: str) -> Iterator[Flaw]:
    yield from check_object(template, path, _LOOK, unchecked=("columns",))
    columns = template.get("columns")
    yield from _check_size(columns, f"{path}.columns", range(1, 11))
    for position, column in enumerate(columns if isinstance(columns, list) else ()):
        yield from _check_panel(column, f"{path}.columns[{position}]", actions=range(1, 4), long_text=120, look={})
    counts = {len(column.get("actions", ())) for column in columns or () if isinstance(column, dict)}
    if len(counts) > 1:
        yield Flaw(f"{path}.columns", "the number of actions must be the same for all columns")


def _check_image_carousel(template: dict[str, Any], path: str) -> Iterator[Flaw]:
    columns = template.get("columns")
    yield from _check_size(columns, f"{path}.columns", range(1, 11))
    for position, column in enumerate(columns if isinstance(columns, list) else ()):
        where = f"{path}.columns[{position}]"
        required = ("imageUrl", "action")
        yield from check_object(column, where, {"imageUrl": url()}, required=required, unchecked=("action",))
        if isinstance(column, dict) and "action" in column:
            yield from check_action(column["action"], f"{where}.action", Place.IMAGE_COLUMN)


def _check_panel(
    panel: dict[str, Any], path: str, *, actions: range, long_text: int, look: dict[str, Check]
) -> Iterator[Flaw]:
    """What a buttons template and a carousel's column share: a title or an image leaves less room for the text."""
    room = 60 if panel.get("title") or panel.get("thumbnailImageUrl") else long_text
    known: dict[str, Check] = {
        "thumbnailImageUrl": url(),
        "imageBackgroundColor": _COLOR,
        "title": label(40),
        "text": label(room),
        **look,
    }
    yield from check_object(panel, path, known, required=("text", "actions"), unchecked=("actions", "defaultAction"))
    yield from _check_actions(panel.get("actions"), f"{path}.actions", actions)
    if "defaultAction" in panel:
        yield from check_action(panel["defaultAction"], f"{path}.defaultAction", Place.IMAGE_COLUMN)


def _check_actions(actions: Any, path: str, size: range) -> Iterator[Flaw]:
    yield from _check_size(actions, path, size)
    for position, action in enumerate(actions if isinstance(actions, list) else ()):
        yield from check_action(action, f"{path}[{position}]", Place.TEMPLATE)


def _check_size(items: Any, path: str, size: range) -> Iterator[Flaw]:
    if not isinstance(items, list) or len(items) not in size:
        yield Flaw(path, f"Size must be between {size.start} and {size.stop - 1}")


_LOOK: dict[str, Check] = {
    "imageAspectRatio": one_of("rectangle", "square"),
    "imageSize": one_of("cover", "contain"),
}
_TEMPLATES: dict[str, Callable[[dict[str, Any], str], Iterator[Flaw]]] = {
    "buttons": _check_buttons,
    "confirm": _check_confirm,
    "carousel": _check_carousel,
    "image_carousel": _check_image_carousel,
}


def check_units(names: Any, path: str = "customAggregationUnits") -> list[Flaw]:
    """The aggregation units of a push or multicast: at most one name."""
    if not isinstance(names, list) or len(names) > 1:
        return [Flaw(path, "Size must be between 0 and 1")]
    return [
        Flaw(f"{path}[0]", "Invalid format") for name in names if not re.fullmatch(r"[a-zA-Z0-9_]{1,30}", str(name))
    ]


def check_rich_menu(menu: Any) -> list[Flaw]:
    """All flaws of a rich menu object."""
    return list(_check_rich_menu(menu))


def _check_rich_menu(menu: Any) -> Iterator[Flaw]:
    known: dict[str, Check] = {"selected": flag, "name": label(300), "chatBarText": label(14)}
    required = ("size", "selected", "name", "chatBarText", "areas")
    yield from check_object(menu, "richmenu", known, required=required, unchecked=("size", "areas"))
    if not isinstance(menu, dict) or not isinstance(menu.get("size"), dict):
        return
    size = menu["size"]
    yield from check_object(
        size, "size", {"width": whole(800, 2500), "height": whole(250)}, required=("width", "height")
    )
    if all(isinstance(size.get(side), int) for side in ("width", "height")) and size["width"] < 1.45 * size["height"]:
        yield Flaw("size", "the aspect ratio (width / height) must be at least 1.45")
    areas = menu.get("areas")
    if not isinstance(areas, list) or len(areas) > AREAS:
        yield Flaw("areas", f"Size must be between 0 and {AREAS}")
        return
    for position, area in enumerate(areas):
        yield from _check_area(area, f"areas[{position}]", size)


def _check_area(area: Any, path: str, size: dict[str, Any]) -> Iterator[Flaw]:
    yield from check_object(area, path, {}, required=("bounds", "action"), unchecked=("bounds", "action"))
    if not isinstance(area, dict) or not isinstance(area.get("bounds"), dict):
        return
    sides = ("x", "y", "width", "height")
    known: dict[str, Check] = {"x": whole(), "y": whole(), "width": whole(1), "height": whole(1)}
    flaws = list(check_object(area["bounds"], f"{path}.bounds", known, required=sides))
    yield from flaws
    if not flaws:
        x, y, width, height = (area["bounds"][side] for side in sides)
        if x + width > size.get("width", 0) or y + height > size.get("height", 0):
            yield Flaw(f"{path}.bounds", "the area must be within the rich menu")
    if "action" in area:
        yield from check_action(area["action"], f"{path}.action", Place.RICH_MENU)


def check_menu_image(image: bytes, content_type: str, size: dict[str, int]) -> str | None:
    """What is wrong with a rich menu's picture: format, weight, dimensions; None for a good one."""
    if content_type not in {"image/png", "image/jpeg"}:
        return "The content type must be image/jpeg or image/png"
    if len(image) > 1024 * 1024:
        return "The image must be at most 1 MB"
    try:
        with Image.open(BytesIO(image)) as picture:
            if picture.format not in {"PNG", "JPEG"}:
                return "The image must be JPEG or PNG"
            right_size = picture.size == (size["width"], size["height"])
    except UnidentifiedImageError:
        return "The image must be JPEG or PNG"
    return None if right_size else "The image must have the size of the rich menu"
