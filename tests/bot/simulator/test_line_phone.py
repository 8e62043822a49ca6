"""What residents do on LINE: every event is as the real platform's, signed and delivered as it would be."""

import asyncio
import base64
import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from linebot.v3.models import UnknownEvent
from linebot.v3.webhook import WebhookParser
from starlette.responses import Response

from bot.simulator.line_phone import LinePhone
from bot.simulator.phones import Simulator
from bot.simulator.taps import CannotDoError
from catalog.models.resident import Platform
from tests.bot.simulator.conftest import Listener
from tests.platform_specs import validate_line_event, validate_line_webhook

Json = dict[str, Any]

CHOICES = {
    "type": "flex",
    "altText": "選んでください",
    "contents": {
        "type": "bubble",
        "body": {
            "type": "box",
            "layout": "vertical",
            "contents": [
                {"type": "button", "action": {"type": "postback", "label": "申し込む", "data": "1:apply:1"}},
                {"type": "button", "action": {"type": "uri", "label": "地図", "uri": "https://example.jp/"}},
                {"type": "button", "action": {"type": "clipboard", "label": "写す", "clipboardText": "番号"}},
            ],
        },
    },
    "quickReply": {
        "items": [
            {
                "type": "action",
                "action": {
                    "type": "datetimepicker",
                    "label": "日をえらぶ",
                    "data": "1:day",
                    "mode": "date",
                    "min": "2026-06-10",
                    "max": "2026-07-10",
                },
            },
            {"type": "action", "action": {"type": "message", "label": "やめる", "text": "やめます"}},
            {
                "type": "action",
                "action": {"type": "postback", "label": "戻る", "data": "1:back", "displayText": "戻ります"},
            },
            {"type": "action", "action": {"type": "location", "label": "場所"}},
        ]
    },
}


@pytest.fixture
async def phone(simulator: Simulator, listener: Listener) -> LinePhone:
    """住民A's phone, befriended, with a card and quick replies on it."""
    phone = simulator.residents["a"].line
    await phone.follow()
    simulator.line.send([phone.user_id], [CHOICES], "reply")
    listener.heard.clear()
    return phone


async def every_event(phone: LinePhone) -> None:
    await phone.say("習字を習いたい")
    await phone.sticker(["ありがとう"])
    await phone.location(35.7, 139.5, "田無駅", "西東京市")
    await phone.image()
    await phone.unsend()
    await phone.tap("申し込む")
    await phone.join()
    await phone.say("やあ", group=True)
    await phone.leave()
    await phone.block()
    await phone.unblock()


async def test_every_event_is_as_specified(simulator: Simulator, listener: Listener, phone: LinePhone) -> None:
    await every_event(phone)
    kinds = [event["type"] for event in listener.events]
    message = ["message"] * 4
    assert kinds == [*message, "unsend", "postback", "join", "message", "leave", "unfollow", "follow"]
    for body in listener.bodies:
        validate_line_webhook(body)
    for event in listener.events:
        validate_line_event(event)
        assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", event["webhookEventId"])
        assert ("replyToken" in event) == (event["type"] not in {"unsend", "leave", "unfollow"})
    assert len({event["webhookEventId"] for event in listener.events}) == len(listener.events)


async def test_the_sdk_reads_every_event(simulator: Simulator, listener: Listener, phone: LinePhone) -> None:
    """The signature holds, and no event is one that LINE's own parser does not know."""
    await every_event(phone)
    parser = WebhookParser(simulator.line_channel_secret)
    for raw, headers in listener.heard:
        for event in parser.parse(raw.decode(), headers["x-line-signature"]):
            assert not isinstance(event, UnknownEvent)


async def test_the_signature_is_over_the_raw_bytes(simulator: Simulator, listener: Listener, phone: LinePhone) -> None:
    await phone.say("署名")
    raw, headers = listener.heard[0]
    digest = hmac.new(simulator.line_channel_secret.encode(), raw, hashlib.sha256).digest()
    assert headers["x-line-signature"] == base64.b64encode(digest).decode()


async def test_a_second_follow_is_an_unblock(simulator: Simulator, listener: Listener) -> None:
    phone = simulator.residents["b"].line
    await phone.follow()
    await phone.block()
    await phone.follow()
    follows = [event["follow"] for event in listener.events if event["type"] == "follow"]
    assert follows == [{"isUnblocked": False}, {"isUnblocked": True}]


async def test_taps(listener: Listener, phone: LinePhone) -> None:
    """Labels find buttons wherever they are; what LINE does on the phone makes no event."""
    assert await phone.tap("地図") == {"open": "https://example.jp/"}
    assert await phone.tap("写す") == {"copy": "番号"}
    assert await phone.tap("場所") == {"ask": "location"}
    assert listener.events == []
    await phone.tap("日をえらぶ", picked="2026-06-20")
    await phone.tap(index=0)
    assert [event["postback"] for event in listener.events] == [
        {"data": "1:day", "params": {"date": "2026-06-20"}},
        {"data": "1:apply:1"},
    ]


async def test_a_display_text_stands_in_the_chat(listener: Listener, phone: LinePhone) -> None:
    await phone.tap("戻る", quick_reply=True)
    assert phone.transcript.entries[-1].message == {"type": "text", "text": "戻ります"}
    assert [event["type"] for event in listener.events] == ["postback"]


async def test_quick_replies_go_with_the_answer(phone: LinePhone) -> None:
    assert len(phone.quick_replies) == 4
    await phone.tap("場所")
    await phone.tap("申し込む")
    assert len(phone.quick_replies) == 4, "neither a question of LINE's nor a button elsewhere takes them away"
    await phone.tap("やめる")
    assert phone.quick_replies == []
    with pytest.raises(CannotDoError):
        await phone.tap("戻る")


async def test_a_quick_reply_without_words_takes_them_away_too(phone: LinePhone) -> None:
    await phone.tap("日をえらぶ", picked="2026-06-20")
    assert phone.quick_replies == []


@pytest.mark.parametrize("picked", [None, "2026-06-09", "2026-07-11", "10:00"])
async def test_a_picker_picks_within_its_bounds(phone: LinePhone, picked: str | None) -> None:
    with pytest.raises(CannotDoError):
        await phone.tap("日をえらぶ", picked=picked)


@pytest.mark.parametrize(
    "act",
    [
        lambda phone: phone.follow(),
        lambda phone: phone.unblock(),
        lambda phone: phone.unsend(),
        lambda phone: phone.leave(),
        lambda phone: phone.tap("ない"),
        lambda phone: phone.tap(),
        lambda phone: phone.tap("地図", index=1),
    ],
)
async def test_what_a_phone_cannot_do(phone: LinePhone, act: Callable[[LinePhone], Awaitable[Json]]) -> None:
    with pytest.raises(CannotDoError):
        await act(phone)


async def test_a_stranger_cannot_write(simulator: Simulator) -> None:
    with pytest.raises(CannotDoError):
        await simulator.residents["c"].line.say("もしもし")


async def test_an_unsent_message_loses_its_words(simulator: Simulator, phone: LinePhone) -> None:
    await phone.say("まちがい")
    await phone.unsend()
    shown = phone.state(simulator.zone)["transcript"][-1]
    assert shown["unsent"]
    assert "message" not in shown


async def test_line_posts_once(simulator: Simulator, listener: Listener, phone: LinePhone) -> None:
    listener.answers = [Response(status_code=500)]
    await phone.say("一度だけ")
    assert len(listener.heard) == 1
    assert phone.posted is not None
    assert not phone.posted.taken


async def test_redelivery_when_switched_on(simulator: Simulator, listener: Listener, phone: LinePhone) -> None:
    simulator.line.courier.redeliveries = 3
    simulator.line.courier.redelivery_delay = 0.01
    listener.answers = [Response(status_code=500), Response(status_code=500)]
    await phone.say("もう一度")
    await asyncio.gather(*simulator.line.courier.retrying)
    assert [event["deliveryContext"]["isRedelivery"] for event in listener.events] == [False, True, True]
    assert len({event["webhookEventId"] for event in listener.events}) == 1
    assert len({event["replyToken"] for event in listener.events}) == 1


async def test_held_events_go_out_as_one_body(simulator: Simulator, listener: Listener, phone: LinePhone) -> None:
    """A test may reorder and duplicate what one webhook carries, as LINE does."""
    other = simulator.residents["b"].line
    async with simulator.line.courier.held() as events:
        await phone.say("先")
        await other.follow()
        events.reverse()
        events.append(events[0])
    (body,) = listener.bodies
    assert [event["type"] for event in body["events"]] == ["follow", "message", "follow"]


async def test_a_duplicated_webhook_is_the_same_bytes(
    simulator: Simulator, listener: Listener, phone: LinePhone
) -> None:
    simulator.faults.duplicate_webhooks(Platform.LINE)
    await phone.say("二度")
    await phone.say("一度")
    assert len(listener.heard) == 3
    assert listener.heard[0][0] == listener.heard[1][0]


async def test_an_answer_is_waited_for(simulator: Simulator, phone: LinePhone) -> None:
    await phone.say("もしもし")
    with pytest.raises(TimeoutError):
        await phone.answer(timeout=0.01)
    simulator.line.send([phone.user_id], [{"type": "text", "text": "はい"}], "push")
    assert await phone.answer() == [{"type": "text", "text": "はい"}]
