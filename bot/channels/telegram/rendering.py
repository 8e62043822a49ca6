"""A Reply as Bot API calls: HTML texts with inline keyboards. Pure.

Everything that can be said in one message is: it is one sound on the phone, one call against the flood limit, and one
message to edit when a list is paged. A message ends where its buttons hang, or where Telegram's length ends it.
"""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bot.channels.limits import clean, cut_utf16, link
from bot.channels.telegram import markup
from bot.channels.telegram.dates import days_shown, encode_day, is_long_ago
from handlers.actions import MAX_BYTES
from handlers.locales import _
from handlers.messages import Button, Card, Cards, Choices, DatePicker, Image, Reply, Text, Tone, View
from handlers.wording import day

Keyboard = list[list[dict[str, Any]]]

TEXT_LIMIT = 4096  # UTF-16 units, after the HTML is read
CAPTION_LIMIT = 1024
BUTTONS = 100
LABEL_LIMIT = 60  # Telegram states none; a phone shows about twenty characters

_STYLES = {Tone.PRIMARY: "primary", Tone.WARNING: "danger", Tone.PLAIN: ""}


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Bot API without its chat: `sendMessage` or `sendPhoto`."""

    method: str
    params: dict[str, Any]


@dataclass(slots=True)
class _Message:
    """A message being written: blocks of HTML, and the buttons under it."""

    blocks: list[markup.Block] = field(default_factory=list)
    keyboard: Keyboard = field(default_factory=list)

    def call(self) -> Call:
        params: dict[str, Any] = {
            "text": markup.join(self.blocks).html,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }
        return Call("sendMessage", params | _markup(self.keyboard))


def render(reply: Reply) -> list[Call]:
    """The calls of a reply; none for an empty one. The reply's buttons hang under the last message."""
    calls: list[Call] = []
    message = _Message()
    for view in _all_views(reply):
        if isinstance(view, Image):
            calls += _finished(message)
            message = _Message()
            calls += _photo(view)
            continue
        for blocks, keyboard in _written(view):
            if message.keyboard or not markup.fits([*message.blocks, *blocks], TEXT_LIMIT):
                calls += _finished(message)
                message = _Message()
            message.blocks += blocks
            message.keyboard += keyboard
    calls += _finished(message)
    return _with_buttons(calls, reply.buttons)


def _all_views(reply: Reply) -> tuple[View, ...]:
    """The views, and as one more the telephone numbers that the reply's buttons would call."""
    numbers = markup.numbers_to_call(reply.buttons)
    return (*reply.views, Text(body=numbers)) if reply.views and numbers else reply.views


def _finished(message: _Message) -> list[Call]:
    if not message.blocks and message.keyboard:
        message.blocks = [markup.escape("…", TEXT_LIMIT)]  # buttons need a text to hang on
    return [message.call()] if message.blocks else []


def _written(view: View) -> list[tuple[list[markup.Block], Keyboard]]:
    """A view as blocks of text with buttons; several where it does not fit one message."""
    match view:
        case Text(body=body):
            return [([block], []) for block in markup.paragraphs(body, TEXT_LIMIT)]
        case Choices(body=body, buttons=buttons, columns=columns):
            return _asked(body, _rows(buttons, max(1, min(columns, 3))), markup.numbers_to_call(buttons))
        case DatePicker():
            days = _days(view)
            hint = (
                _("ほかの日は「12月5日」のように書いてください。") if days else _("「12月5日」のように書いてください。")
            )
            return _asked(view.body, days, "" if is_long_ago(view) else hint)
        case Card():
            return [(markup.cards((view,), TEXT_LIMIT), _rows(view.buttons, 2))]
        case Cards(cards=cards):
            return [(markup.cards(cards, TEXT_LIMIT), _card_rows(cards))]
    return []


def _asked(body: str, keyboard: Keyboard, more: str) -> list[tuple[list[markup.Block], Keyboard]]:
    blocks = [*markup.paragraphs(body, TEXT_LIMIT - 200), *markup.paragraphs(cut_utf16(more, 180), TEXT_LIMIT)]
    if markup.fits(blocks, TEXT_LIMIT):
        return [(blocks, keyboard)]
    return [([block], []) for block in blocks[:-1]] + [([blocks[-1]], keyboard)]


def _photo(image: Image) -> list[Call]:
    url = link(image.url, ("https", "http"), 2000)
    if not url:
        return [_Message([block]).call() for block in markup.paragraphs(image.alt, TEXT_LIMIT)]
    params = {"photo": url, "caption": markup.escape(image.alt, CAPTION_LIMIT).html, "parse_mode": "HTML"}
    return [Call("sendPhoto", params)]


def _with_buttons(calls: list[Call], buttons: tuple[Button, ...]) -> list[Call]:
    """The calls with the reply's buttons below those of the last message."""
    if not calls:
        return []
    last = calls[-1]
    own = last.params.get("reply_markup", {}).get("inline_keyboard", [])
    return [*calls[:-1], Call(last.method, last.params | _markup([*own, *_rows(buttons, 2)]))]


def _markup(keyboard: Keyboard) -> dict[str, Any]:
    rows: Keyboard = []
    room = BUTTONS
    for row in keyboard:
        rows.append(row[:room])
        room -= len(rows[-1])
    rows = [row for row in rows if row]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _rows(buttons: tuple[Button, ...], columns: int) -> Keyboard:
    found = [key for button in buttons if (key := _key(button))]
    return [found[start : start + columns] for start in range(0, len(found), columns)]


def _card_rows(cards: tuple[Card, ...]) -> Keyboard:
    """One row of buttons a card, each with the card's number, since they all hang under one message."""
    if len(cards) == 1:
        return _rows(cards[0].buttons, 2)
    numbered = (
        [key for button in card.buttons[:4] if (key := _key(button, f"{number}. "))]
        for number, card in enumerate(cards, 1)
    )
    return [row for row in numbered if row]


def _days(picker: DatePicker) -> Keyboard:
    keys = [
        {"text": day(value), "callback_data": code}
        for value in days_shown(picker)
        if (code := encode_day(value, picker.action))
    ]
    return [keys[start : start + 2] for start in range(0, len(keys), 2)]


def _key(button: Button, prefix: str = "") -> dict[str, Any] | None:
    """A button as Telegram takes it; None for what it would refuse together with the whole message."""
    key: dict[str, Any] = {"text": cut_utf16(prefix + clean(button.label), LABEL_LIMIT) or "…"}
    if button.action:
        if len(button.action.encode(errors="replace")) > MAX_BYTES:
            return None
        key["callback_data"] = button.action
    elif url := _url(button.url):
        key["url"] = url
    else:
        return None
    style = _STYLES[button.tone]
    return key | ({"style": style} if style else {})


def _url(url: str) -> str:
    """A link that a button can open: Telegram takes no host without a dot, such as localhost."""
    escaped = link(url, ("https", "http", "tg"), 2000)
    return escaped if escaped.startswith("tg:") or "." in (urlsplit(escaped).hostname or "") else ""
