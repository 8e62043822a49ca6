"""Telegram's limits of texts, markup and keyboards."""

from typing import Any

import pytest

from bot.simulator.measure import units
from bot.simulator.telegram_html import CannotParseError, parse_html
from bot.simulator.telegram_limits import Refused, check_commands, check_markup, check_webhook, read_caption, read_text

Json = dict[str, Any]


def entity(kind: str, offset: int, length: int, **more: str) -> Json:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("markup", "text", "entities"),
    [
        ("ただの文", "ただの文", []),
        ("<b>太字</b>と<i>斜体</i>", "太字と斜体", [entity("bold", 0, 2), entity("italic", 3, 2)]),
        ("👍<b>次</b>", "👍次", [entity("bold", 2, 1)]),
        ("<b>外<u>内</u></b>", "外内", [entity("bold", 0, 2), entity("underline", 1, 1)]),
        ("1 &lt; 2 &amp; 3 &gt; 2 &quot;&#12354;&#x3044;", '1 < 2 & 3 > 2 "あい', []),
        ("A & B &nbsp;", "A & B &nbsp;", []),
        ('<a href="https://example.jp/?a=1&amp;b=2">案内</a>', "案内", [
            entity("text_link", 0, 2, url="https://example.jp/?a=1&b=2")
        ]),
        ('<a href="nowhere">案内</a>', "案内", []),
        ("  <b> 余白 </b>  ", "余白", [entity("bold", 0, 2)]),
        ("<blockquote expandable>長い</blockquote>", "長い", [entity("expandable_blockquote", 0, 2)]),
        ('<span class="tg-spoiler">秘密</span>', "秘密", [entity("spoiler", 0, 2)]),
        ("<b></b>空", "空", []),
    ],
)  # fmt: skip
def test_html_becomes_text_and_entities(markup: str, text: str, entities: list[Json]) -> None:
    assert parse_html(markup) == (text, entities)


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("<b>閉じない", 'Can\'t find end tag corresponding to start tag "b"'),
        ("開かない</b>", "Unexpected end tag at byte offset 12"),
        ("<b><i>交差</b></i>", "Unmatched end tag"),
        ("<p>段落</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("<br>", 'Unsupported start tag "br"'),
        ("<span>色</span>", 'Unsupported start tag "span"'),
        ("3 < 4", "Unsupported start tag"),
        ("<b", 'Unclosed start tag "b"'),
    ],
)
def test_broken_html_is_refused(markup: str, reason: str) -> None:
    with pytest.raises(CannotParseError, match=reason):
        parse_html(markup)
    with pytest.raises(Refused, match="can't parse entities"):
        read_text(markup, "HTML")


def test_the_length_counts_after_parsing() -> None:
    assert units(read_text("<b>" + "あ" * 4096 + "</b>", "HTML")[0]) == 4096
    with pytest.raises(Refused, match="message is too long"):
        read_text("あ" * 4097, None)
    for empty in (None, "", " \n", "<b></b>"):
        with pytest.raises(Refused, match="message text is empty"):
            read_text(empty, "HTML")
    assert read_caption(None, None) == ("", [])
    with pytest.raises(Refused, match="caption is too long"):
        read_caption("あ" * 1025, None)
    with pytest.raises(Refused, match="unsupported parse_mode"):
        read_text("a", "BBCode")


def keyboard(*buttons: Json, rows: int = 1) -> Json:
    return {"inline_keyboard": [list(buttons)] * rows}


DATA = {"text": "さがす", "callback_data": "1:find"}


@pytest.mark.parametrize(
    "markup",
    [
        None,
        keyboard(DATA),
        keyboard(*[DATA] * 8, rows=12),
        keyboard(DATA | {"callback_data": "a" * 64}),
        keyboard({"text": "地図", "url": "https://example.jp/"}),
        {"keyboard": [["はい", {"text": "いいえ"}]]},
        {"remove_keyboard": True},
    ],
)
def test_sound_keyboards(markup: Json | None) -> None:
    check_markup(markup)


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (keyboard(DATA | {"callback_data": "あ" * 22}), "BUTTON_DATA_INVALID"),
        (keyboard(DATA | {"callback_data": ""}), "BUTTON_DATA_INVALID"),
        (keyboard({"text": "押しても何もない"}), "Text buttons are unallowed"),
        (keyboard(DATA | {"url": "https://example.jp/"}), "Text buttons are unallowed"),
        (keyboard(DATA | {"text": " "}), "text must be non-empty"),
        (keyboard(*[DATA] * 9), "too long"),
        (keyboard(*[DATA] * 8, rows=13), "too long"),
        (keyboard({"text": "a", "url": "http://localhost/"}), "Wrong HTTP URL"),
        (keyboard({"text": "a", "url": "javascript:alert(1)"}), "unsupported URL protocol"),
        (keyboard({"text": "a", "web_app": {"url": "http://example.jp/"}}), "unsupported URL protocol"),
        (keyboard({"text": "a", "copy_text": {"text": "あ" * 257}}), "BUTTON_COPY_TEXT_INVALID"),
        ({"keyboard": [[""]]}, "non-empty"),
        ({"inline_keyboard": [DATA]}, "Array expected"),
        ("{", "object expected"),
    ],
)
def test_unsound_keyboards(markup: Any, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        check_markup(markup)


@pytest.mark.parametrize(
    "commands",
    [
        None,
        [{"command": "Find", "description": "a"}],
        [{"command": "さがす", "description": "a"}],
        [{"command": "a" * 33, "description": "a"}],
        [{"command": "a", "description": ""}],
        [{"command": "a", "description": "あ" * 257}],
        [{"command": "a", "description": "b"}] * 101,
    ],
)
def test_unsound_commands(commands: Any) -> None:
    with pytest.raises(Refused):
        check_commands(commands)


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("http://bot.example.jp/hook", None),
        ("https://bot.example.jp:8000/hook", None),
        ("https://bot.example.jp/hook", "秘密"),
        ("https://bot.example.jp/hook", "a" * 257),
    ],
)
def test_unsound_webhooks(url: str, secret: str | None) -> None:
    check_webhook("https://bot.example.jp:8443/hook", "A-z_0")
    with pytest.raises(Refused):
        check_webhook(url, secret)
