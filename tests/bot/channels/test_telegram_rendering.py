"""Replies as Telegram messages: what a resident sees, and that Telegram takes whatever is rendered."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from bot.channels.telegram.dates import decode_day, encode_day
from bot.channels.telegram.rendering import Call, render
from bot.simulator.telegram_limits import check_markup, read_caption, read_text
from handlers.messages import Button, Card, Cards, Choices, DatePicker, Image, Reply, Text, Tone, say
from tests.bot.channels.replies import replies

SPEC = Path(__file__).parents[4] / "shared" / "specs" / "telegram" / "api.min.json"

DETAILS = Button(label="くわしく", action="1:course:7")
APPLY = Button(label="申し込む", action="1:apply:7", tone=Tone.PRIMARY)
CARD = Card(
    title="冬の書道 <入門>",
    lines=("12月8日(火) 10:00〜11:30", "田無公民館", "無料"),
    badge="先着 のこり4",
    reason="お住まいの谷戸から近く",
    buttons=(DETAILS, APPLY),
)


def keyboard(call: Call) -> list[list[str]]:
    """The labels of the buttons, row by row."""
    rows = call.params.get("reply_markup", {}).get("inline_keyboard", [])
    return [[button["text"] for button in row] for row in rows]


def test_texts_and_buttons_are_one_message() -> None:
    [call] = render(say("こんにちは", "5 < 6 & 7", buttons=(DETAILS,)))
    assert call == Call(
        "sendMessage",
        {
            "text": "こんにちは\n\n5 &lt; 6 &amp; 7",
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            "reply_markup": {"inline_keyboard": [[{"text": "くわしく", "callback_data": "1:course:7"}]]},
        },
    )


def test_an_empty_reply_says_nothing() -> None:
    assert render(Reply(buttons=(DETAILS,))) == []
    assert render(say(" \n ")) == []


def test_a_card_reads_title_badge_facts_reason() -> None:
    [call] = render(Reply(views=(CARD,)))
    assert call.params["text"].split("\n") == [
        "<b>冬の書道 &lt;入門&gt;</b> ［先着 のこり4］",
        "12月8日(火) 10:00〜11:30",
        "田無公民館",
        "無料",
        "→ お住まいの谷戸から近く",
    ]
    assert keyboard(call) == [["くわしく", "申し込む"]]
    assert call.params["reply_markup"]["inline_keyboard"][0][1]["style"] == "primary"


def test_a_sheet_sets_off_what_a_fact_is_about() -> None:
    card = Card(
        title="書道", lines=("日時\t12月5日(土)\n12月12日(土)", "会場：田無公民館", "雨の日は10:00から"), detailed=True
    )
    [call] = render(Reply(views=(card,)))
    assert call.params["text"] == (
        "<b>書道</b>\n<b>日時</b> 12月5日(土)\n12月12日(土)\n<b>会場</b> 田無公民館\n雨の日は10:00から"
    )


def test_cards_are_one_numbered_message_with_a_row_of_buttons_each() -> None:
    [call] = render(
        Reply(
            views=(Text(body="2件あります。"), Cards(cards=(CARD, CARD))),
            buttons=(Button(label="もっと見る", action="1:find.more:2"),),
        )
    )
    assert call.params["text"].startswith("2件あります。\n\n<b>1. 冬の書道")
    assert "\n\n<b>2. 冬の書道" in call.params["text"]
    assert keyboard(call) == [["1. くわしく", "1. 申し込む"], ["2. くわしく", "2. 申し込む"], ["もっと見る"]]


def test_ten_long_cards_share_one_message() -> None:
    card = Card(title="講座" * 90, lines=("とても長い説明" * 60,) * 10, reason="近い" * 200, buttons=(DETAILS,))
    [call] = render(Reply(views=(Cards(cards=(card,) * 10),)))
    text, _entities = read_text(call.params["text"], "HTML")
    assert all(f"{number}. 講座" in text for number in range(1, 11))


def test_what_follows_a_question_is_a_message_of_its_own() -> None:
    question = Choices(body="どうしますか", buttons=(DETAILS, APPLY), columns=1)
    first, second = render(Reply(views=(question, Text(body="あとでもかまいません。"))))
    assert keyboard(first) == [["くわしく"], ["申し込む"]]
    assert keyboard(second) == []


def test_a_date_picker_is_days_as_buttons() -> None:
    picker = DatePicker(
        body="いつがよいですか",
        action="1:day:3",
        label="えらぶ",
        earliest=date(2026, 12, 5),
        latest=date(2026, 12, 7),
        initial=date(2026, 12, 1),
    )
    [call] = render(Reply(views=(picker,)))
    rows = call.params["reply_markup"]["inline_keyboard"]
    assert keyboard(call) == [["12月5日(土)", "12月6日(日)"], ["12月7日(月)"]]
    assert decode_day(rows[1][0]["callback_data"]) == (date(2026, 12, 7), "1:day:3")
    assert "「12月5日」のように" in call.params["text"]


def test_a_birthday_is_written_not_picked_out_of_a_hundred_years() -> None:
    picker = DatePicker(
        body="生まれた年と月を教えてください。",
        action="1:family.born:3",
        label="えらぶ",
        earliest=date(1906, 1, 1),
        latest=date(2026, 6, 10),
        initial=date(2019, 6, 1),
    )
    [call] = render(Reply(views=(picker,)))
    assert call.params["text"] == "生まれた年と月を教えてください。"
    assert "reply_markup" not in call.params


@pytest.mark.parametrize("code", ["1:day:3", "@20261305@1:day", "@2026120@1:day", "@２０２６１２０５@1:day", ""])
def test_other_callback_data_is_no_day(code: str) -> None:
    assert decode_day(code) is None


def test_a_code_too_long_for_a_day_has_no_button() -> None:
    assert encode_day(date(2026, 12, 5), "1:" + "x" * 53) == ""
    assert len(encode_day(date(2026, 12, 5), "1:" + "x" * 52)) == 64


def test_a_picture_has_its_words_as_caption() -> None:
    text, photo = render(Reply(views=(Text(body="どうぞ"), Image(url="https://example.com/a.png", alt="地図 & 道"))))
    assert text.method == "sendMessage"
    assert photo == Call(
        "sendPhoto", {"photo": "https://example.com/a.png", "caption": "地図 &amp; 道", "parse_mode": "HTML"}
    )


def test_a_telephone_button_becomes_words() -> None:
    """Telegram refuses tel: in a button, and makes a number in a text tappable."""
    [call] = render(say("窓口です。", buttons=(Button(label="電話する", url="tel:042-000-0000"), DETAILS)))
    assert call.params["text"] == "窓口です。\n\n電話する 042-000-0000"
    assert keyboard(call) == [["くわしく"]]


def test_a_long_text_is_parted() -> None:
    calls = render(say("あ" * 9000, buttons=(DETAILS,)))
    assert [len(call.params["text"]) for call in calls] == [4096, 4096, 808]
    assert [keyboard(call) for call in calls] == [[], [], [["くわしく"]]]


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(replies)
def test_whatever_is_rendered_fits_telegrams_limits(reply: Reply) -> None:
    for call in render(reply):
        check_markup(call.params.get("reply_markup"))
        if call.method == "sendPhoto":
            read_caption(call.params["caption"], "HTML")
        else:
            read_text(call.params["text"], "HTML")
        json.dumps(call.params, ensure_ascii=False).encode()  # fails for what cannot be sent


def test_every_parameter_is_one_of_the_published_ones() -> None:
    if not SPEC.exists():
        pytest.skip("Telegram's Bot API document is not beside this project")
    document = json.loads(SPEC.read_text())
    views = (CARD, Image(url="https://example.com/a.png", alt="地図"), Text(body="どうぞ"))
    for call in render(Reply(views=views, buttons=(APPLY, Button(label="開く", url="https://example.com")))):
        known = {field["name"] for field in document["methods"][call.method]["fields"]}
        assert call.params.keys() <= known
        button = {field["name"] for field in document["types"]["InlineKeyboardButton"]["fields"]}
        for row in _rows(call):
            assert all(key.keys() <= button for key in row)


def _rows(call: Call) -> list[list[dict[str, Any]]]:
    rows: list[list[dict[str, Any]]] = call.params.get("reply_markup", {}).get("inline_keyboard", [])
    return rows
