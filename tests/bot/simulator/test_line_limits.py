"""LINE's limits of message objects, those included that its SDK lets pass."""

from typing import Any

import pytest

from bot.simulator.line_limits import check_messages, check_rich_menu, check_units
from tests.platform_specs import SpecViolationError, needs_specs, validate_line_request

Json = dict[str, Any]
POSTBACK = {"type": "postback", "label": "さがす", "data": "1:find"}
FAMILY = "👨‍👩‍👧‍👦"  # one grapheme, eleven UTF-16 units


def bubble(*contents: Json, **more: Any) -> Json:
    return {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": list(contents)}, **more}


def flex(container: Json, alt: str = "講座の案内") -> Json:
    return {"type": "flex", "altText": alt, "contents": container}


def text(words: str = "絵本の会", **more: Any) -> Json:
    return {"type": "text", "text": words, **more}


def button(**action: Any) -> Json:
    return {"type": "button", "action": POSTBACK | action}


def quick(*actions: Json) -> Json:
    return {"type": "text", "text": "?", "quickReply": {"items": [{"type": "action", "action": a} for a in actions]}}


def buttons(words: str = "?", **more: Any) -> Json:
    template = {"type": "buttons", "text": words, "actions": [POSTBACK], **more}
    return {"type": "template", "altText": "?", "template": template}


IMAGE = {"type": "image", "url": "https://example.jp/a.png"}
PICKER = {"type": "datetimepicker", "label": "日", "data": "1:day", "mode": "date"}
CLOSED_LOOK = {
    "type": "box",
    "layout": "vertical",
    "contents": [],
    "background": {"type": "linearGradient", "angle": "0deg", "startColor": "#ffffff", "endColor": "#000000"},
}

ACCEPTED: list[Json] = [
    {"type": "text", "text": "あ" * 5000},
    flex(bubble(text()), alt="あ" * 1500),
    flex({"type": "carousel", "contents": [bubble(text())] * 12}),
    flex(bubble(button(label=FAMILY * 40))),
    flex(bubble(button(data="あ" * 300))),
    flex(bubble({"type": "box", "layout": "baseline", "contents": [text(), {"type": "filler"}]})),
    flex(bubble({"type": "separator", "margin": "lg"}, text(size="18px", wrap=True, maxLines=3, color="#112233"))),
    flex(bubble({"type": "text", "contents": [{"type": "span", "text": "太字", "weight": "bold"}]})),
    flex(bubble(CLOSED_LOOK)),
    flex(bubble(text(), hero=IMAGE, styles={"body": {"backgroundColor": "#ffffff"}}, size="kilo")),
    quick(*[POSTBACK | {"label": str(number)} for number in range(13)]),
    quick({"type": "location", "label": "場所"}, PICKER | {"min": "2026-06-01", "max": "2026-07-01"}),
    quick({"type": "uri", "label": "電話", "uri": "tel:0424641311"}),
    quick({"type": "clipboard", "label": "写す", "clipboardText": "あ" * 1000}),
    buttons("あ" * 160, actions=[POSTBACK] * 4),
    {"type": "sticker", "packageId": "446", "stickerId": "1988"},
    {
        "type": "image",
        "originalContentUrl": "https://example.jp/a.png",
        "previewImageUrl": "https://example.jp/b.png",
    },
    {"type": "location", "title": "田無公民館", "address": "西東京市", "latitude": 35.7, "longitude": 139.5},
]

REFUSED: list[tuple[str, Json]] = [
    ("text", {"type": "text", "text": "あ" * 5001}),
    ("text", {"type": "text", "text": "👍" * 2501}),
    ("text", {"type": "text", "text": ""}),
    ("text", {"type": "text"}),
    ("type", {"type": "poem"}),
    ("extra", {"type": "text", "text": "a", "extra": 1}),
    ("altText", flex(bubble(text()), alt="あ" * 1501)),
    ("altText", flex(bubble(text()), alt="")),
    ("contents", flex({"type": "carousel", "contents": [bubble(text())] * 13})),
    ("contents", flex({"type": "carousel", "contents": []})),
    ("contents", flex({"type": "carousel", "contents": [bubble(text()), bubble(text(), size="kilo")]})),
    ("contents", flex(bubble(text("あ" * 11000)))),
    ("contents", flex({"type": "carousel", "contents": [bubble(text("あ" * 1800))] * 10})),
    ("contents", flex({"type": "bubble"})),
    ("contents.type", flex({"type": "box"})),
    ("label", flex(bubble(button(label="あ" * 41)))),
    ("label", flex(bubble({"type": "button", "action": {"type": "postback", "data": "1"}}))),
    ("data", flex(bubble(button(data="あ" * 301)))),
    ("data", flex(bubble(button(data="")))),
    ("displayText", flex(bubble(button(displayText="あ" * 301)))),
    ("text", flex(bubble(button(displayText="a", text="b")))),
    ("action", flex(bubble({"type": "button"}))),
    ("text", flex(bubble(text("")))),
    ("text", flex(bubble({"type": "text"}))),
    ("color", flex(bubble(text(color="red")))),
    ("size", flex(bubble(text(size="huge")))),
    ("weight", flex(bubble(text(weight="heavy")))),
    ("padding", flex(bubble(text(padding="1px")))),
    ("layout", flex(bubble({"type": "box", "contents": []}))),
    ("contents", flex(bubble({"type": "box", "layout": "vertical"}))),
    ("contents[0].type", flex(bubble({"type": "box", "layout": "baseline", "contents": [button()]}))),
    ("contents[0].type", flex(bubble({"type": "carousel"}))),
    ("contents[0].type", flex(bubble({"type": "span", "text": "a"}))),
    ("body.type", flex({"type": "bubble", "body": text()})),
    ("url", flex(bubble(IMAGE | {"url": "http://example.jp/a.png"}))),
    ("aspectRatio", flex(bubble(IMAGE | {"aspectRatio": "1:4"}))),
    ("background.angle", flex(bubble(CLOSED_LOOK | {"background": {"type": "linearGradient", "angle": "up"}}))),
    ("items", quick(*[POSTBACK] * 14)),
    ("items", quick()),
    ("label", quick(POSTBACK | {"label": "あ" * 21})),
    ("text", quick(POSTBACK | {"text": "a"})),
    ("uri", quick({"type": "uri", "label": "a", "uri": "javascript:alert(1)"})),
    ("uri", quick({"type": "uri", "label": "a", "uri": "https://example.jp/" + "a" * 1000})),
    ("clipboardText", quick({"type": "clipboard", "label": "a", "clipboardText": "あ" * 1001})),
    ("initial", quick(PICKER | {"initial": "2026-06-10T10:00"})),
    ("max", quick(PICKER | {"max": "2101-01-01"})),
    ("action", quick(PICKER | {"min": "2026-07-01", "max": "2026-06-01"})),
    ("type", flex(bubble({"type": "button", "action": {"type": "location", "label": "a"}}))),
    ("type", quick({"type": "richmenuswitch", "label": "a", "richMenuAliasId": "b", "data": "c"})),
    ("text", buttons("あ" * 161)),
    ("text", buttons("あ" * 61, title="題")),
    ("actions", buttons(actions=[POSTBACK] * 5)),
    ("actions", buttons(actions=[])),
    ("name", {"type": "text", "text": "a", "sender": {"name": "あ" * 21}}),
    ("latitude", {"type": "location", "title": "a", "address": "b", "latitude": 91, "longitude": 0}),
]


@pytest.mark.parametrize("message", ACCEPTED)
def test_what_line_accepts(message: Json) -> None:
    """Also by the specification, so that the samples themselves are sound."""
    assert check_messages([message]) == []
    validate_line_request("/v2/bot/message/validate/push", {"messages": [message]})


@pytest.mark.parametrize(("where", "message"), REFUSED)
def test_what_line_refuses(where: str, message: Json) -> None:
    flaws = check_messages([message])
    assert flaws, "accepted"
    assert any(where in flaw.path for flaw in flaws), flaws


@pytest.mark.parametrize("messages", [[], None, "text", [{"type": "text", "text": "a"}] * 6])
def test_one_to_five_messages(messages: Any) -> None:
    assert check_messages(messages)[0].path == "messages"


def test_aggregation_units() -> None:
    assert check_units(["broadcast_2026"]) == []
    assert check_units(["a", "b"])
    assert check_units(["お知らせ"])
    assert check_units(["a" * 31])


def menu(**changes: Any) -> Json:
    area = {"bounds": {"x": 0, "y": 0, "width": 1250, "height": 843}, "action": POSTBACK}
    whole = {"size": {"width": 2500, "height": 843}, "selected": False, "name": "a", "chatBarText": "メニュー"}
    return {**whole, "areas": [area], **changes}


AREA = menu()["areas"][0]


@pytest.mark.parametrize(
    ("where", "changes"),
    [
        ("chatBarText", {"chatBarText": "あ" * 15}),
        ("name", {"name": "あ" * 301}),
        ("areas", {"areas": [AREA] * 21}),
        ("size.width", {"size": {"width": 799, "height": 250}}),
        ("size.height", {"size": {"width": 800, "height": 249}}),
        ("size", {"size": {"width": 1000, "height": 700}}),
        ("bounds", {"areas": [AREA | {"bounds": {"x": 2000, "y": 0, "width": 501, "height": 10}}]}),
        ("action.type", {"areas": [AREA | {"action": {"type": "camera", "label": "a"}}]}),
        ("selected", {"selected": "yes"}),
    ],
)
def test_rich_menus(where: str, changes: Json) -> None:
    assert check_rich_menu(menu()) == []
    assert where in next(flaw.path for flaw in check_rich_menu(menu(**changes)))


@needs_specs
def test_the_specification_refuses_too() -> None:
    """The helper that other tests rely on can fail."""
    for message in ({"type": "poem"}, {"type": "text"}, text(extra=1), flex(bubble(text(padding="1px")))):
        with pytest.raises(SpecViolationError):
            validate_line_request("/v2/bot/message/push", {"to": "U", "messages": [message]})
    with pytest.raises(SpecViolationError):
        validate_line_request("/v2/bot/message/shout", {})
