"""Cards, questions and pictures as Flex bubbles: calm, large enough to read, the same order everywhere.

A bubble reads badge, title, facts, reason, buttons. Text is at least 4.5:1 against what is behind it.
"""

from typing import Any

from bot.channels.facts import label_and_value
from bot.channels.limits import clean, cut_graphemes, cut_utf16, json_fits, link
from bot.channels.line.buttons import action, pick_date
from handlers.messages import Button, Card, Choices, DatePicker, Image, Tone

Component = dict[str, Any]

BUBBLE_BYTES = 30_000
CAROUSEL_BYTES = 50_000
CAROUSEL_BUBBLES = 12

TEAL = "#0F766E"  # white on it: 5.5:1
TEAL_DARK = "#0B5A53"  # on the tint: 7.2:1
TINT = "#E6F4F1"
INK = "#17211F"
INK_SOFT = "#46534F"  # on white: 8:1
RED = "#B42318"  # on white: 6.6:1

_SHORT_LABEL = 7  # graphemes that fit a button of half a bubble's width


def carousel(cards: tuple[Card, ...]) -> Component | None:
    """Cards side by side in LINE's 50 KB, losing facts before losing cards; None where nothing is left to show."""
    for facts in (20, 6, 3, 1, 0):
        bubbles = [bubble for card in cards if (bubble := card_bubble(card, facts, size="mega"))][:CAROUSEL_BUBBLES]
        found = {"type": "carousel", "contents": bubbles}
        if json_fits(found, CAROUSEL_BYTES):
            break
    else:
        while not json_fits(found, CAROUSEL_BYTES):
            bubbles.pop()
    if len(bubbles) == 1:
        return bubbles[0]
    return found if bubbles else None


def card_bubble(card: Card, facts: int = 40, size: str = "") -> Component | None:
    """One card in LINE's 30 KB, with at most this many facts; None where the card says nothing.

    A sheet is as wide as the chat, unless `size` says otherwise: the bubbles of a carousel are all of one size.
    """
    footer = _card_buttons(card.buttons)
    for count in (facts, 10, 5, 2, 0):
        body = _card_body(card, min(count, facts))
        bubble = _bubble(body, footer, size=size or ("giga" if card.detailed else "mega"))
        if json_fits(bubble, BUBBLE_BYTES):
            break
    return bubble if body else None


def choices_bubble(choices: Choices) -> Component | None:
    """A question with its answers as buttons, side by side where the labels are short."""
    buttons = [found for button in choices.buttons if (found := _button(button, plain="secondary"))]
    body = [_text(clean(choices.body), 2000, size="md", color=INK)] if clean(choices.body) else []
    bubble = _bubble(body, _grid(buttons, choices.columns), size="mega")
    while not json_fits(bubble, BUBBLE_BYTES):
        buttons.pop()
        bubble = _bubble(body, _grid(buttons, choices.columns), size="mega")
    return bubble if body or buttons else None


def date_bubble(picker: DatePicker) -> Component:
    """A question with LINE's own date picker behind a button."""
    body = [_text(clean(picker.body), 2000, size="md", color=INK)] if clean(picker.body) else []
    button = {"type": "button", "style": "primary", "color": TEAL, "height": "sm", "action": pick_date(picker)}
    return _bubble(body, [button], size="mega")


def image_bubble(image: Image) -> Component | None:
    """A picture with its words below; a plain image message would have none. None where LINE would refuse it."""
    url = link(image.url, ("https",), 1000)
    if not url:
        return None
    hero = {
        "type": "image",
        "url": url,
        "size": "full",
        "aspectRatio": "4:3",
        "aspectMode": "fit",
        "action": {"type": "uri", "uri": url},
    }
    body = [_text(clean(image.alt), 1000, size="sm", color=INK_SOFT)] if clean(image.alt) else []
    return {"type": "bubble", "size": "mega", "hero": hero} | ({"body": _box(body, paddingAll="16px")} if body else {})


def _bubble(body: list[Component], footer: list[Component], *, size: str) -> Component:
    bubble: Component = {"type": "bubble", "size": size}
    if body:
        bubble["body"] = _box(body, spacing="md", paddingAll="18px")
    if footer:
        bubble["footer"] = _box(footer, spacing="sm", paddingAll="12px")
    return bubble


def _card_body(card: Card, count: int) -> list[Component]:
    lines = [line for text in card.lines if (line := clean(text))][:count]
    title = clean(card.title)
    parts = [
        _badge(card.badge),
        _text(title, 240, weight="bold", size="xl" if card.detailed else "lg", color=INK, maxLines=3)
        if title
        else None,
        _facts(lines, detailed=card.detailed),
        _reason(card.reason),
    ]
    return [part for part in parts if part]


def _badge(text: str) -> Component | None:
    words = cut_graphemes(cut_utf16(clean(text), 60), 20)
    if not words:
        return None
    label = {"type": "text", "text": words, "size": "sm", "weight": "bold", "color": TEAL_DARK}
    pill = _box(
        [label], flex=0, backgroundColor=TINT, cornerRadius="20px", paddingStart="12px", paddingEnd="12px",
        paddingTop="4px", paddingBottom="4px",
    )  # fmt: skip
    return {"type": "box", "layout": "horizontal", "contents": [pill]}


def _facts(lines: list[str], *, detailed: bool) -> Component | None:
    if not lines:
        return None
    rows = [
        _row(line) if detailed else _text(line.replace("\t", "："), 300, size="sm", color=INK_SOFT) for line in lines
    ]
    return _box(rows, spacing="sm" if detailed else "xs")


def _row(line: str) -> Component:
    """A fact of a sheet: what it is on the left, what it says on the right; or one text over both columns."""
    fact = label_and_value(line)
    if fact is None:
        return _text(line, 1000, size="sm", color=INK)
    label = _text(fact[0], 60, size="sm", color=INK_SOFT, flex=3)
    value = _text(fact[1], 1000, size="sm", color=INK, flex=8)
    return {"type": "box", "layout": "horizontal", "spacing": "md", "contents": [label, value]}


def _reason(text: str) -> Component | None:
    words = clean(text)
    if not words:
        return None
    return _box(
        [_text(words, 300, size="sm", color=TEAL_DARK)], backgroundColor=TINT, cornerRadius="8px", paddingAll="10px"
    )


def _card_buttons(buttons: tuple[Button, ...]) -> list[Component]:
    """The filled buttons one below the other, then the others two by two where they fit."""
    primary = [found for button in buttons if button.tone is Tone.PRIMARY and (found := _button(button))]
    others = [found for button in buttons if button.tone is not Tone.PRIMARY and (found := _button(button))]
    return primary[:4] + _grid(others[:8], 2)


def _button(button: Button, plain: str = "link") -> Component | None:
    found = action(button)
    if found is None:
        return None
    style, color = {
        Tone.PRIMARY: ("primary", TEAL),
        Tone.PLAIN: (plain, TEAL if plain == "link" else TINT),
        Tone.WARNING: ("link", RED),
    }[button.tone]
    return {"type": "button", "style": style, "color": color, "height": "sm", "action": found}


def _grid(buttons: list[Component], columns: int) -> list[Component]:
    """Buttons in rows of two; one a row where it is asked for, or where a label would be cut."""
    if columns < 2:
        return buttons
    rows: list[list[Component]] = []
    for button in buttons:
        if rows and len(rows[-1]) == 1 and _is_short(rows[-1][0]) and _is_short(button):
            rows[-1].append(button)
        else:
            rows.append([button])
    if len(rows) > 1 and len(rows[-2]) > len(rows[-1]) and _is_short(rows[-1][0]):
        rows[-1].append(_box([]))  # keeps the last button as wide as those above it
    return [
        row[0] if len(row) == 1 else {"type": "box", "layout": "horizontal", "spacing": "sm", "contents": row}
        for row in rows
    ]


def _is_short(button: Component) -> bool:
    label: str = button["action"]["label"]
    return cut_graphemes(label, _SHORT_LABEL) == label


def _text(text: str, limit: int, **style: Any) -> Component:
    return {"type": "text", "text": cut_utf16(text, limit), "wrap": True, **style}


def _box(contents: list[Component], **style: Any) -> Component:
    return {"type": "box", "layout": "vertical", "contents": contents, **style}
