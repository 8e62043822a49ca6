"""Sending through the real library to a server that misbehaves as Telegram can: what each answer means."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from bot.channels.telegram import calls
from bot.channels.telegram.channel import TelegramChannel
from bot.simulator.telegram_limits import check_commands, check_webhook
from catalog.models.resident import Platform
from handlers.messages import Button, Image, Incoming, IncomingKind, Reply, Text, say
from scheduler.channel import Envelope, Outcome
from tests.bot.channels.fake_platform import Asked, FakePlatform, Told, serving, unused_address
from tests.conftest import StandingClock

MESSAGE = {"message_id": 18, "date": 1_781_053_200, "chat": {"id": 7000001, "type": "private"}, "text": "x"}
ENVELOPE = Envelope(
    address="7000001",
    reply=say("書道の講座です。", buttons=(Button(label="くわしく", action="1:course:7"),)),
    retry_key="8f1c0f6a-6f0e-4a53-9d0a-3f3b7f0b2f11",
)
TWO_CALLS = replace(
    ENVELOPE, reply=Reply(views=(Text(body="どうぞ"), Image(url="https://example.com/a.png", alt="地図")))
)


def refusal(status: int, description: str, **parameters: Any) -> Told:
    body = {"ok": False, "error_code": status, "description": description}
    return Told(status, body | ({"parameters": parameters} if parameters else {}))


def form(call: Asked) -> dict[str, Any]:
    """The parameters of a call; JSON ones decoded."""
    fields = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
    return {name: json.loads(value) if value[:1] in "[{" else value for name, value in fields.items()}


@pytest.fixture
async def telegram() -> AsyncIterator[FakePlatform]:
    async with serving(FakePlatform(otherwise={"ok": True, "result": MESSAGE})) as platform:
        yield platform


@pytest.fixture
async def channel(telegram: FakePlatform, clock: StandingClock) -> AsyncIterator[TelegramChannel]:
    channel = new_channel(telegram.url, clock)
    yield channel
    await channel.close()


def new_channel(url: str, clock: StandingClock, *, polling: bool = False) -> TelegramChannel:
    return TelegramChannel(token="1:token", webhook_secret="s3cret", clock=clock, api_base=url, polling=polling)


async def test_a_message_is_sent(telegram: FakePlatform, channel: TelegramChannel) -> None:
    assert (await channel.send(ENVELOPE)).outcome is Outcome.SENT
    [call] = telegram.asked
    assert call.path == "/bot1:token/sendMessage"
    assert form(call) == {
        "chat_id": "7000001",
        "text": "書道の講座です。",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": [[{"text": "くわしく", "callback_data": "1:course:7"}]]},
    }


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        (refusal(403, "Forbidden: bot was blocked by the user"), Outcome.BLOCKED),
        (refusal(403, "Forbidden: user is deactivated"), Outcome.BLOCKED),
        (refusal(400, "Bad Request: chat not found"), Outcome.BLOCKED),
        (refusal(400, "Bad Request: can't parse entities"), Outcome.REFUSED),
        (refusal(401, "Unauthorized"), Outcome.RETRY),
        (refusal(429, "Too Many Requests: retry after 7", retry_after=7), Outcome.RETRY),
        (refusal(500, "Internal Server Error: restart"), Outcome.RETRY),
        (refusal(502, "Bad Gateway"), Outcome.RETRY),
        (refusal(504, "Gateway Timeout"), Outcome.UNKNOWN),
    ],
)
async def test_what_telegram_answers(
    telegram: FakePlatform, channel: TelegramChannel, told: Told, outcome: Outcome
) -> None:
    telegram.tell("/sendMessage", told)
    assert (await channel.send(ENVELOPE)).outcome is outcome


async def test_the_pause_that_telegram_wants_is_passed_on(telegram: FakePlatform, channel: TelegramChannel) -> None:
    telegram.tell("/sendMessage", refusal(429, "Too Many Requests: retry after 7", retry_after=7))
    assert (await channel.send(ENVELOPE)).retry_after == timedelta(seconds=7)


async def test_silence_may_mean_sent(
    telegram: FakePlatform, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram knows no key against doubles: after a timeout nothing is sent again."""
    monkeypatch.setattr(calls, "SECONDS", 0.2)
    channel = new_channel(telegram.url, clock)
    telegram.tell("/sendMessage", Told(hang=0.6))
    assert (await channel.send(ENVELOPE)).outcome is Outcome.UNKNOWN
    assert len(telegram.asked) == 1
    await channel.close()


async def test_nobody_there(clock: StandingClock) -> None:
    channel = new_channel(unused_address(), clock)
    assert (await channel.send(ENVELOPE)).outcome is Outcome.RETRY
    await channel.close()


async def test_a_list_is_paged_in_place(telegram: FakePlatform, channel: TelegramChannel) -> None:
    paging = replace(ENVELOPE, reply=replace(ENVELOPE.reply, in_place=True), replaces="17")
    assert (await channel.send(paging)).outcome is Outcome.SENT
    [call] = telegram.asked
    assert call.path.endswith("/editMessageText")
    assert form(call)["message_id"] == "17"


@pytest.mark.parametrize(
    ("description", "then"),
    [
        ("Bad Request: message is not modified: specified new message content …", []),
        ("Bad Request: message to edit not found", ["sendMessage"]),
        ("Bad Request: message can't be edited", ["sendMessage"]),
        ("Bad Request: there is no text in the message to edit", ["sendMessage"]),
    ],
)
async def test_what_cannot_be_edited_is_said_anew(
    telegram: FakePlatform, channel: TelegramChannel, description: str, then: list[str]
) -> None:
    telegram.tell("/editMessageText", refusal(400, description))
    paging = replace(ENVELOPE, reply=replace(ENVELOPE.reply, in_place=True), replaces="17")
    assert (await channel.send(paging)).outcome is Outcome.SENT
    assert telegram.paths() == ["editMessageText", *then]


async def test_an_answer_of_its_own_is_not_an_edit(telegram: FakePlatform, channel: TelegramChannel) -> None:
    await channel.send(replace(ENVELOPE, replaces="17"))
    assert telegram.paths() == ["sendMessage"]


async def test_the_second_half_of_a_reply_is_tried_again_at_once(
    telegram: FakePlatform, channel: TelegramChannel
) -> None:
    telegram.tell("/sendPhoto", refusal(500, "Internal Server Error"))
    assert (await channel.send(TWO_CALLS)).outcome is Outcome.SENT
    assert telegram.paths() == ["sendMessage", "sendPhoto", "sendPhoto"]


async def test_half_a_reply_is_never_sent_again_whole(telegram: FakePlatform, channel: TelegramChannel) -> None:
    telegram.tell("/sendPhoto", refusal(429, "Too Many Requests: retry after 60", retry_after=60))
    assert (await channel.send(TWO_CALLS)).outcome is Outcome.UNKNOWN
    assert telegram.paths() == ["sendMessage", "sendPhoto"]


async def test_after_a_flood_warning_the_rest_waits(telegram: FakePlatform, channel: TelegramChannel) -> None:
    blocked = refusal(403, "Forbidden: bot was blocked by the user")
    flood = refusal(429, "Too Many Requests: retry after 7", retry_after=7)
    telegram.tell("/sendMessage", Told(body={"ok": True, "result": MESSAGE}), blocked, flood)
    deliveries = await channel.send_many(["1", "2", "3", "4"], ENVELOPE)
    assert [deliveries[address].outcome for address in ("1", "2", "3", "4")] == [
        Outcome.SENT,
        Outcome.BLOCKED,
        Outcome.RETRY,
        Outcome.RETRY,
    ]
    assert len(telegram.asked) == 3


@pytest.mark.parametrize(
    "told", [Told(body={"ok": True, "result": True}), refusal(400, "Bad Request: query is too old")]
)
async def test_a_tap_is_acknowledged_once(
    telegram: FakePlatform, channel: TelegramChannel, clock: StandingClock, told: Told
) -> None:
    """A late acknowledgement fails, which harms nobody."""
    telegram.tell("/answerCallbackQuery", told)
    tap = Incoming(
        platform=Platform.TELEGRAM, event_id="9", kind=IncomingKind.ACTION, address="7000001", sent_at=clock.now()
    )
    await channel.acknowledge(replace(tap, callback_id="q1"))
    await channel.acknowledge(tap)
    assert [form(call) for call in telegram.asked] == [{"callback_query_id": "q1"}]


async def test_preparing_sets_the_webhook_and_the_menus(telegram: FakePlatform, channel: TelegramChannel) -> None:
    telegram.tell("", *[Told(body={"ok": True, "result": True}) for _call in range(7)])
    assert await channel.prepare("https://example.com")
    webhook, *rest = telegram.asked
    assert form(webhook) == {
        "url": "https://example.com/webhooks/telegram",
        "secret_token": "s3cret",
        "allowed_updates": ["message", "callback_query", "my_chat_member"],
    }
    check_webhook(form(webhook)["url"], form(webhook)["secret_token"])
    menus = [form(call) for call in rest if call.path.endswith("setMyCommands")]
    assert [menu.get("language_code") for menu in menus] == [None, "en"]
    for menu in menus:
        check_commands(menu["commands"])
    assert len(rest) == 6


async def test_what_is_refused_in_preparing_is_told(telegram: FakePlatform, channel: TelegramChannel) -> None:
    telegram.tell("/setWebhook", refusal(400, "Bad Request: bad webhook: An HTTPS URL must be provided"))
    telegram.tell("", *[Told(body={"ok": True, "result": True}) for _call in range(6)])
    assert not await channel.prepare("http://example.com")


async def test_polling_confirms_what_it_was_given(telegram: FakePlatform, clock: StandingClock) -> None:
    channel = new_channel(telegram.url, clock, polling=True)
    update = {"update_id": 41, "message": MESSAGE | {"text": "書道", "new_field": 1}}
    telegram.tell("/getUpdates", Told(body={"ok": True, "result": [update]}), Told(body={"ok": True, "result": []}))
    [event], offset = await channel.poll(None)
    assert (event.event_id, offset) == ("41", 42)
    assert channel.parse(event.payload).text == "書道"
    assert await channel.poll(offset) == ([], 42)
    assert form(telegram.asked[1])["offset"] == "42"
    await channel.close()
