"""LINE's Flex messages: containers, blocks and components with their known properties and values only."""

import json
from collections.abc import Iterator
from typing import Any

from bot.simulator.line_actions import Place, check_action
from bot.simulator.line_values import Check, Flaw, any_of, check_object, flag, one_of, pattern, text, url, whole

BUBBLE_BYTES = 30 * 1024
CAROUSEL_BYTES = 50 * 1024
CAROUSEL_BUBBLES = 12
BLOCKS = ("header", "hero", "body", "footer")

_COLOR = pattern(r"#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})")
_PIXELS = pattern(r"\d+(?:\.\d+)?px")
_PIXELS_OR_PERCENT = pattern(r"-?\d+(?:\.\d+)?(?:px|%)")
_SPACE = any_of(one_of("none", "xs", "sm", "md", "lg", "xl", "xxl"), _PIXELS)
_PADDING = any_of(one_of("none", "xs", "sm", "md", "lg", "xl", "xxl"), _PIXELS_OR_PERCENT)
_FONT = any_of(one_of("xxs", "xs", "sm", "md", "lg", "xl", "xxl", "3xl", "4xl", "5xl"), _PIXELS)
_IMAGE_SIZE = any_of(
    one_of("xxs", "xs", "sm", "md", "lg", "xl", "xxl", "3xl", "4xl", "5xl", "full"), _PIXELS_OR_PERCENT
)
_ALIGN = one_of("start", "end", "center")
_GRAVITY = one_of("top", "bottom", "center")
_BORDER = any_of(one_of("none", "light", "normal", "medium", "semi-bold", "bold"), _PIXELS)


def _filled(value: Any) -> str | None:
    return None if isinstance(value, str) and value else "must be non-empty text"


def _ratio(value: Any) -> str | None:
    width, colon, height = value.partition(":") if isinstance(value, str) else ("", "", "")
    try:
        wide, high = float(width), float(height)
    except ValueError:
        return "Must be {width}:{height}"
    fits = bool(colon) and 1 <= wide <= 100000 and 1 <= high <= 100000 and high <= 3 * wide
    return None if fits else "Must be 1 to 100000, height at most three times the width"


_PLACED: dict[str, Check] = {
    "margin": _SPACE,
    "position": one_of("relative", "absolute"),
    **dict.fromkeys(("offsetTop", "offsetBottom", "offsetStart", "offsetEnd"), _PADDING),
}
_LETTERS: dict[str, Check] = {
    "text": _filled,
    "size": _FONT,
    "color": _COLOR,
    "weight": one_of("regular", "bold"),
    "style": one_of("normal", "italic"),
    "decoration": one_of("none", "underline", "line-through"),
}
_FLEX = whole()

_KNOWN: dict[str, dict[str, Check]] = {
    "box": {
        **_PLACED,
        "layout": one_of("horizontal", "vertical", "baseline"),
        "flex": _FLEX,
        "spacing": _SPACE,
        "backgroundColor": _COLOR,
        "borderColor": _COLOR,
        "borderWidth": _BORDER,
        "cornerRadius": _SPACE,
        **dict.fromkeys(("width", "maxWidth", "height", "maxHeight"), _PIXELS_OR_PERCENT),
        **dict.fromkeys(("paddingAll", "paddingTop", "paddingBottom", "paddingStart", "paddingEnd"), _PADDING),
        "justifyContent": one_of("center", "flex-start", "flex-end", "space-between", "space-around", "space-evenly"),
        "alignItems": one_of("center", "flex-start", "flex-end"),
    },
    "button": {
        **_PLACED,
        "flex": _FLEX,
        "color": _COLOR,
        "style": one_of("primary", "secondary", "link"),
        "gravity": _GRAVITY,
        "height": one_of("md", "sm"),
        "adjustMode": one_of("shrink-to-fit"),
        "scaling": flag,
    },
    "image": {
        **_PLACED,
        "url": url(),
        "flex": _FLEX,
        "align": _ALIGN,
        "gravity": _GRAVITY,
        "size": _IMAGE_SIZE,
        "aspectRatio": _ratio,
        "aspectMode": one_of("fit", "cover"),
        "backgroundColor": _COLOR,
        "animated": flag,
    },
    "video": {"url": url(), "previewUrl": url(), "aspectRatio": _ratio},
    "icon": {**_PLACED, "url": url(), "size": _FONT, "aspectRatio": _ratio, "scaling": flag},
    "text": {
        **_PLACED,
        **_LETTERS,
        "flex": _FLEX,
        "align": _ALIGN,
        "gravity": _GRAVITY,
        "wrap": flag,
        "lineSpacing": _PIXELS,
        "maxLines": _FLEX,
        "adjustMode": one_of("shrink-to-fit"),
        "scaling": flag,
    },
    "span": _LETTERS,
    "separator": {"margin": _SPACE, "color": _COLOR},
    "filler": {"flex": _FLEX},
}
_REQUIRED: dict[str, tuple[str, ...]] = {
    "box": ("layout", "contents"),
    "button": ("action",),
    "image": ("url",),
    "video": ("url", "previewUrl", "altContent"),
    "icon": ("url",),
}
_NESTED: dict[str, tuple[str, ...]] = {
    "box": ("contents", "action", "background"),
    "button": ("action",),
    "image": ("action",),
    "video": ("action", "altContent"),
    "text": ("contents", "action"),
}
_IN_BOX = {"box", "button", "image", "text", "separator", "filler", "video"}
_IN_BASELINE = {"icon", "text", "filler"}


def check_container(container: Any, path: str) -> Iterator[Flaw]:
    """A Flex message's `contents`: a bubble, or a carousel of bubbles of one size."""
    kind = container.get("type") if isinstance(container, dict) else None
    if kind == "bubble":
        yield from _check_bubble(container, path)
    elif kind == "carousel":
        yield from _check_carousel(container, path)
    else:
        yield Flaw(f"{path}.type", "Must be bubble or carousel")


def _check_carousel(carousel: dict[str, Any], path: str) -> Iterator[Flaw]:
    yield from check_object(carousel, path, {}, required=("contents",), unchecked=("contents",))
    bubbles = carousel.get("contents")
    if not isinstance(bubbles, list) or not 1 <= len(bubbles) <= CAROUSEL_BUBBLES:
        yield Flaw(f"{path}.contents", f"Size must be between 1 and {CAROUSEL_BUBBLES}")
        return
    if _bytes(carousel) > CAROUSEL_BYTES:
        yield Flaw(path, f"carousel must be at most {CAROUSEL_BYTES} bytes")
    for position, bubble in enumerate(bubbles):
        where = f"{path}.contents[{position}]"
        if not isinstance(bubble, dict) or bubble.get("type") != "bubble":
            yield Flaw(f"{where}.type", "Must be bubble")
        else:
            yield from _check_bubble(bubble, where)
    if len({bubble.get("size", "mega") for bubble in bubbles if isinstance(bubble, dict)}) > 1:
        yield Flaw(f"{path}.contents", "bubbles of a carousel must have the same size")


def _check_bubble(bubble: dict[str, Any], path: str) -> Iterator[Flaw]:
    known: dict[str, Check] = {
        "direction": one_of("ltr", "rtl"),
        "size": one_of("nano", "micro", "deca", "hecto", "kilo", "mega", "giga"),
    }
    yield from check_object(bubble, path, known, unchecked=(*BLOCKS, "styles", "action"))
    if _bytes(bubble) > BUBBLE_BYTES:
        yield Flaw(path, f"bubble must be at most {BUBBLE_BYTES} bytes")
    if not any(bubble.get(block) for block in BLOCKS):
        yield Flaw(path, "At least one block must be specified")
    for block in BLOCKS:
        if block in bubble:
            allowed = {"box", "image", "video"} if block == "hero" else {"box"}
            yield from _check_component(bubble[block], f"{path}.{block}", allowed)
    if "styles" in bubble:
        yield from _check_styles(bubble["styles"], f"{path}.styles")
    if "action" in bubble:
        yield from check_action(bubble["action"], f"{path}.action", Place.FLEX_AREA)


def _check_styles(styles: Any, path: str) -> Iterator[Flaw]:
    yield from check_object(styles, path, {}, unchecked=BLOCKS)
    known: dict[str, Check] = {"backgroundColor": _COLOR, "separator": flag, "separatorColor": _COLOR}
    for block, style in styles.items() if isinstance(styles, dict) else ():
        yield from check_object(style, f"{path}.{block}", known)


def _check_component(component: Any, path: str, allowed: set[str]) -> Iterator[Flaw]:
    kind = component.get("type") if isinstance(component, dict) else None
    if kind not in allowed:
        yield Flaw(f"{path}.type", "Must be one of the following values: [" + ", ".join(sorted(allowed)) + "]")
        return
    nested = _NESTED.get(kind, ())
    yield from check_object(component, path, _KNOWN[kind], required=_REQUIRED.get(kind, ()), unchecked=nested)
    if kind in {"text", "span"} and not component.get("contents") and "text" not in component:
        yield Flaw(f"{path}.text", "must be non-empty text")
    if "action" in component and "action" in nested:
        place = Place.FLEX_BUTTON if kind == "button" else Place.FLEX_AREA
        yield from check_action(component["action"], f"{path}.action", place)
    if "contents" in component and "contents" in nested:
        yield from _check_contents(component, path)
    if "background" in component and kind == "box":
        yield from _check_background(component["background"], f"{path}.background")
    if "altContent" in component and kind == "video":
        yield from _check_component(component["altContent"], f"{path}.altContent", {"box", "image"})


def _check_contents(component: dict[str, Any], path: str) -> Iterator[Flaw]:
    if not isinstance(component["contents"], list):
        yield Flaw(f"{path}.contents", "Must be an array")
        return
    allowed = _IN_BASELINE if component.get("layout") == "baseline" else _IN_BOX
    if component["type"] == "text":
        allowed = {"span"}
    for position, child in enumerate(component["contents"]):
        yield from _check_component(child, f"{path}.contents[{position}]", allowed)


def _check_background(background: Any, path: str) -> Iterator[Flaw]:
    percent = pattern(r"\d+(?:\.\d+)?%")
    known: dict[str, Check] = {
        "type": one_of("linearGradient"),
        "angle": pattern(r"\d+(?:\.\d+)?deg"),
        **dict.fromkeys(("startColor", "endColor", "centerColor"), _COLOR),
        "centerPosition": percent,
    }
    yield from check_object(background, path, known, required=("type", "angle", "startColor", "endColor"))


def check_flex(message: dict[str, Any], path: str) -> Iterator[Flaw]:
    """The Flex message itself; `quickReply` and `sender` are checked by the caller."""
    known: dict[str, Check] = {"altText": text(1500)}
    unchecked = ("contents", "quickReply", "sender")
    yield from check_object(message, path, known, required=("altText", "contents"), unchecked=unchecked)
    if "contents" in message:
        yield from check_container(message["contents"], f"{path}.contents")


def _bytes(container: dict[str, Any]) -> int:
    return len(json.dumps(container, ensure_ascii=False, separators=(",", ":")).encode())
