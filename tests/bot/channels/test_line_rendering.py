"""Replies as LINE messages: what a resident sees, and that LINE takes whatever is rendered."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from bot.channels.line.rendering import render
from bot.simulator.line_limits import check_messages
from handlers.messages import Button, Card, Cards, Choices, DatePicker, Image, Reply, Text, Tone, say
from tests.bot.channels.replies import replies

SPEC = Path(__file__).parents[4] / "shared" / "specs" / "line" / "messaging-api.yml"

DETAILS = Button(label="くわしく", action="1:course:7")
APPLY = Button(label="申し込む", action="1:apply:7", tone=Tone.PRIMARY)
CARD = Card(
    title="冬の書道教室",
    lines=("12月8日(火) 10:00〜11:30", "田無公民館", "無料"),
    badge="先着 のこり4",
    reason="お住まいの谷戸から近く",
    buttons=(DETAILS, APPLY),
)


def texts(component: Any) -> list[str]:
    """The texts of a Flex container, in reading order."""
    if isinstance(component, list):
        return [text for part in component for text in texts(part)]
    if not isinstance(component, dict):
        return []
    own = [component["text"]] if component.get("type") == "text" else []
    return own + [
        text for key in ("contents", "header", "hero", "body", "footer") for text in texts(component.get(key))
    ]


def actions(component: Any) -> list[dict[str, Any]]:
    """The actions of a Flex container, in reading order."""
    if isinstance(component, list):
        return [found for part in component for found in actions(part)]
    if not isinstance(component, dict):
        return []
    own = [component["action"]] if "action" in component else []
    return own + [found for key in ("contents", "hero", "body", "footer") for found in actions(component.get(key))]


def test_a_text_with_buttons_has_quick_replies() -> None:
    [message] = render(say("こんにちは", buttons=(DETAILS,)))
    assert message == {
        "type": "text",
        "text": "こんにちは",
        "quickReply": {
            "items": [
                {
                    "type": "action",
                    "action": {
                        "type": "postback",
                        "label": "くわしく",
                        "data": "1:course:7",
                        "displayText": "くわしく",
                    },
                }
            ]
        },
    }


def test_quick_replies_hang_on_the_last_message() -> None:
    first, last = render(say("一つ目", "二つ目", buttons=(DETAILS,)))
    assert "quickReply" not in first
    assert "quickReply" in last


def test_an_empty_reply_says_nothing() -> None:
    assert render(Reply(buttons=(DETAILS,))) == []
    assert render(say(" \n ")) == []


def test_a_card_reads_badge_title_facts_reason_buttons() -> None:
    [message] = render(Reply(views=(CARD,)))
    bubble = message["contents"]
    assert texts(bubble) == [
        "先着 のこり4",
        "冬の書道教室",
        "12月8日(火) 10:00〜11:30",
        "田無公民館",
        "無料",
        "お住まいの谷戸から近く",
    ]
    assert [action["label"] for action in actions(bubble)] == ["申し込む", "くわしく"], "the filled button is first"
    assert message["altText"].startswith("冬の書道教室\n先着 のこり4")


def test_a_sheet_shows_what_a_fact_is_about_beside_it() -> None:
    card = Card(title="書道", lines=("会場：田無公民館", "定員\t20人", "雨の日は10:00から"), detailed=True)
    [message] = render(Reply(views=(card,)))
    assert message["contents"]["size"] == "giga"
    assert texts(message["contents"]) == ["書道", "会場", "田無公民館", "定員", "20人", "雨の日は10:00から"]
    assert "定員：20人" in message["altText"]


def test_cards_stand_side_by_side_in_one_size() -> None:
    detailed = Card(title="水彩画", detailed=True)
    [message] = render(Reply(views=(Cards(cards=(CARD, detailed)),)))
    assert message["contents"]["type"] == "carousel"
    assert [bubble["size"] for bubble in message["contents"]["contents"]] == ["mega", "mega"]


def test_a_single_card_is_no_carousel() -> None:
    [message] = render(Reply(views=(Cards(cards=(CARD,)),)))
    assert message["contents"]["type"] == "bubble"


def test_a_large_carousel_loses_facts_before_cards() -> None:
    """Ten cards with 200 long lines stay ten cards."""
    card = Card(title="講座" * 20, lines=("とても長い説明" * 30,) * 20, buttons=(DETAILS, APPLY))
    [message] = render(Reply(views=(Cards(cards=(card,) * 10),)))
    assert len(message["contents"]["contents"]) == 10
    assert check_messages([message]) == []


@pytest.mark.parametrize(
    ("labels", "columns", "rows"),
    [
        (("はい", "いいえ", "あとで"), 2, [2, 2]),  # the last row is filled up, so that its button is as wide
        (("はい", "いいえ"), 1, [0, 0]),
        (("はい", "どちらでもかまいません"), 2, [0, 0]),
        (("音楽", "料理", "ボランティア・市民活動", "科学", "環境"), 2, [2, 0, 2]),  # one long label alone is alone
    ],
)
def test_choices_stand_in_two_columns_where_labels_are_short(
    labels: tuple[str, ...], columns: int, rows: list[int]
) -> None:
    buttons = tuple(Button(label=label, action="1:find") for label in labels)
    [message] = render(Reply(views=(Choices(body="どうしますか", buttons=buttons, columns=columns),)))
    footer = message["contents"]["footer"]["contents"]
    assert [len(row.get("contents", [])) for row in footer] == rows
    assert [action["label"] for action in actions(message["contents"])] == list(labels)


def test_a_date_picker_opens_lines_own() -> None:
    picker = DatePicker(
        body="いつがよいですか",
        action="1:find.day",
        label="日をえらぶ",
        earliest=date(2026, 12, 1),
        latest=date(2027, 3, 31),
    )
    [message] = render(Reply(views=(picker,)))
    assert actions(message["contents"]) == [
        {
            "type": "datetimepicker",
            "label": "日をえらぶ",
            "data": "1:find.day",
            "mode": "date",
            "min": "2026-12-01",
            "max": "2027-03-31",
        }
    ]


def test_a_picture_keeps_its_words() -> None:
    [message] = render(Reply(views=(Image(url="https://example.com/a.png", alt="田無公民館までの地図"),)))
    assert message["altText"] == "田無公民館までの地図"
    assert message["contents"]["hero"]["url"] == "https://example.com/a.png"


def test_a_picture_that_line_would_refuse_becomes_words_and_address() -> None:
    [message] = render(Reply(views=(Image(url="http://example.com/a.png", alt="地図"),)))
    assert message == {"type": "text", "text": "地図\nhttp://example.com/a.png"}


def test_a_button_that_line_would_refuse_is_left_out() -> None:
    buttons = (Button(label="開く", url="javascript:alert(1)"), Button(label="電話", url="tel:0420000000"))
    [message] = render(say("どうぞ", buttons=buttons))
    assert [item["action"]["uri"] for item in message["quickReply"]["items"]] == ["tel:0420000000"]


def test_more_than_five_messages_end_in_one_text() -> None:
    messages = render(say("一", "二", "三", "四", "五", "六", buttons=(DETAILS,)))
    assert [message["text"] for message in messages] == ["一", "二", "三", "四", "五\n\n六"]
    assert "quickReply" in messages[-1]


def test_a_long_text_is_parted() -> None:
    messages = render(say("あ" * 12_000))
    assert [len(message["text"]) for message in messages] == [5000, 5000, 2000]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(replies)
def test_whatever_is_rendered_fits_lines_limits(reply: Reply) -> None:
    messages = render(reply)
    if messages:
        assert [str(flaw) for flaw in check_messages(messages)] == []
        json.dumps(messages, ensure_ascii=False).encode()  # fails for what cannot be sent
    assert all(len(message.get("altText", "")) <= 400 for message in messages)


EVERY_VIEW = Reply(
    views=(
        Text(body="どうぞ"),
        Cards(cards=(CARD, CARD)),
        Choices(body="どうしますか", buttons=(DETAILS, Button(label="やめる", action="1:stop", tone=Tone.WARNING))),
        DatePicker(body="いつ", action="1:day", label="えらぶ", initial=date(2026, 12, 5)),
        Image(url="https://example.com/a.png", alt="地図"),
    ),
    buttons=(DETAILS, Button(label="開く", url="https://example.com")),
)


def test_the_sdks_models_read_every_view_without_loss() -> None:
    """The SDK drops properties that it does not know: what comes back must be what went in."""
    from linebot.v3.messaging import ReplyMessageRequest  # noqa: PLC0415 - 1.6 s, for this test only

    messages = render(EVERY_VIEW)
    request = ReplyMessageRequest.from_dict({"replyToken": "t", "messages": messages})
    read = request.to_dict()["messages"]
    assert read[4]["contents"]["hero"].pop("animated") is False  # the SDK writes this default out
    assert read == messages


def test_every_view_follows_the_published_schema() -> None:
    if not SPEC.exists():
        pytest.skip("LINE's OpenAPI document is not beside this project")
    schemas = yaml.safe_load(SPEC.read_text())["components"]["schemas"]
    for message in render(EVERY_VIEW):
        for schema, part in _parts(message, schemas):
            jsonschema_rs.validate({"$ref": f"#/components/schemas/{schema}", "components": {"schemas": schemas}}, part)


def _parts(value: Any, schemas: dict[str, Any], family: str = "Message") -> list[tuple[str, Any]]:
    """Each object of a message with the schema that its type stands for, among those that can stand in its place."""
    if isinstance(value, list):
        return [found for part in value for found in _parts(part, schemas, family)]
    if not isinstance(value, dict):
        return []
    below = [found for key, part in value.items() for found in _parts(part, schemas, _family(key, value))]
    reference = schemas[family]["discriminator"]["mapping"].get(value.get("type"), "") if "type" in value else ""
    return [(reference.rsplit("/", 1)[1], value), *below] if reference else below


def _family(key: str, value: dict[str, Any]) -> str:
    if key == "action":
        return "Action"
    return "FlexContainer" if value.get("type") in ("flex", "carousel") else "FlexComponent"
