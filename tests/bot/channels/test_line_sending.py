"""Sending through the real SDK to a server that misbehaves as LINE can: what each answer means."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.line import rich_menu, transport
from bot.channels.line.channel import LineChannel
from bot.simulator.line_limits import check_menu_image, check_rich_menu
from catalog.models.resident import Platform
from handlers.messages import Button, Incoming, IncomingKind, Reply, say
from scheduler.channel import Envelope, Outcome
from tests.bot.channels.fake_platform import FakePlatform, Told, serving, unused_address
from tests.conftest import StandingClock

REPLY, PUSH, MULTICAST = "/message/reply", "/message/push", "/message/multicast"
TOKEN_SPENT = Told(400, {"message": "Invalid reply token"})
ENVELOPE = Envelope(
    address="Uresident",
    reply=say("書道の講座です。", buttons=(Button(label="くわしく", action="1:course:7"),)),
    retry_key="8f1c0f6a-6f0e-4a53-9d0a-3f3b7f0b2f11",
)
WITH_TOKEN = replace(ENVELOPE, reply_token="t")


@pytest.fixture
async def line() -> AsyncIterator[FakePlatform]:
    async with serving(FakePlatform(otherwise={})) as platform:
        yield platform


@pytest.fixture
async def channel(line: FakePlatform, clock: StandingClock) -> AsyncIterator[LineChannel]:
    channel = new_channel(line.url, clock)
    yield channel
    await channel.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "SECONDS", 0.2)


def new_channel(url: str, clock: StandingClock) -> LineChannel:
    return LineChannel(channel_secret="s", access_token="token", clock=clock, api_base=url, data_base=url)


async def test_a_reply_goes_by_its_token(line: FakePlatform, channel: LineChannel) -> None:
    assert (await channel.send(WITH_TOKEN)).outcome is Outcome.SENT
    [call] = line.asked
    assert call.path == "/v2/bot/message/reply"
    assert call.headers["authorization"] == "Bearer token"
    assert "x-line-retry-key" not in call.headers, "LINE refuses it on a reply"
    assert call.json["replyToken"] == "t"
    assert call.json["messages"][0]["text"] == "書道の講座です。"
    assert call.json["messages"][0]["quickReply"]["items"], "the dict reaches LINE whole"


async def test_a_push_carries_its_retry_key(line: FakePlatform, channel: LineChannel) -> None:
    assert (await channel.send(ENVELOPE)).outcome is Outcome.SENT
    [call] = line.asked
    assert call.path == "/v2/bot/message/push"
    assert call.headers["x-line-retry-key"] == ENVELOPE.retry_key
    assert call.json["to"] == "Uresident"


@pytest.mark.parametrize(
    ("status", "message", "outcome"),
    [
        (409, "The retry key is already accepted", Outcome.SENT),
        (429, "You have reached your monthly limit.", Outcome.QUOTA),
        (429, "The API rate limit has been exceeded. Try again later.", Outcome.RETRY),
        (500, "Internal server error", Outcome.RETRY),
        (503, "", Outcome.RETRY),
        (400, "The property, 'to', in the request body is invalid (line: -, column: -)", Outcome.BLOCKED),
        (400, "Failed to send messages", Outcome.BLOCKED),
        (400, "The request body has 1 error(s)", Outcome.REFUSED),
        (401, "Authentication failed", Outcome.RETRY),
        (403, "Access to this API is not available for your account", Outcome.REFUSED),
        (413, "Request body too large", Outcome.REFUSED),
    ],
)
async def test_what_line_answers_to_a_push(
    line: FakePlatform, channel: LineChannel, status: int, message: str, outcome: Outcome
) -> None:
    line.tell(PUSH, Told(status, {"message": message}))
    assert (await channel.send(ENVELOPE)).outcome is outcome


async def test_a_refused_message_says_where(line: FakePlatform, channel: LineChannel) -> None:
    line.tell(PUSH, Told(400, {"message": "The request body has 1 error(s)", "details": [{"property": "messages[0]"}]}))
    assert (await channel.send(ENVELOPE)).detail == "400 The request body has 1 error(s) messages[0]"


async def test_a_wrong_token_waits_for_a_person(line: FakePlatform, channel: LineChannel) -> None:
    line.tell(PUSH, Told(401, {"message": "Authentication failed"}))
    assert (await channel.send(ENVELOPE)).retry_after == timedelta(minutes=10)


async def test_a_spent_token_falls_back_to_a_push(line: FakePlatform, channel: LineChannel) -> None:
    line.tell(REPLY, TOKEN_SPENT)
    assert (await channel.send(WITH_TOKEN)).outcome is Outcome.SENT
    assert line.paths() == ["reply", "push"]


async def test_a_token_spent_by_an_earlier_try_means_that_it_arrived(line: FakePlatform, channel: LineChannel) -> None:
    """After a crash between sending and settling the answer is not given a second time, as a paid push."""
    line.tell(REPLY, TOKEN_SPENT)
    assert (await channel.send(replace(WITH_TOKEN, repeated=True))).outcome is Outcome.SENT
    assert line.paths() == ["reply"]


async def test_what_is_not_worth_a_push_is_dropped(line: FakePlatform, channel: LineChannel) -> None:
    line.tell(REPLY, TOKEN_SPENT)
    assert (await channel.send(replace(WITH_TOKEN, paid=False))).outcome is Outcome.REFUSED
    assert (await channel.send(replace(ENVELOPE, paid=False))).outcome is Outcome.REFUSED
    assert line.paths() == ["reply"]


async def test_a_failing_reply_is_tried_again_with_its_token(line: FakePlatform, channel: LineChannel) -> None:
    line.tell(REPLY, Told(500))
    assert (await channel.send(WITH_TOKEN)).outcome is Outcome.SENT
    assert line.paths() == ["reply", "reply"]


@pytest.mark.usefixtures("impatient")
async def test_a_reply_that_may_have_arrived_is_not_pushed(line: FakePlatform, channel: LineChannel) -> None:
    """The first try was too slow for us, but its token is gone: the resident has the answer, or nobody knows."""
    line.tell(REPLY, Told(hang=0.6), TOKEN_SPENT)
    assert (await channel.send(WITH_TOKEN)).outcome is Outcome.UNKNOWN
    assert line.paths() == ["reply", "reply"]


@pytest.mark.usefixtures("impatient")
async def test_silence(line: FakePlatform, channel: LineChannel) -> None:
    """A push can be tried again, thanks to its key; a reply cannot."""
    line.tell(PUSH, Told(hang=0.6))
    line.tell(REPLY, Told(hang=0.6), Told(hang=0.6))
    assert (await channel.send(ENVELOPE)).outcome is Outcome.RETRY
    assert (await channel.send(WITH_TOKEN)).outcome is Outcome.UNKNOWN


async def test_nobody_there(clock: StandingClock) -> None:
    channel = new_channel(unused_address(), clock)
    assert (await channel.send(ENVELOPE)).outcome is Outcome.RETRY
    assert (await channel.send(WITH_TOKEN)).outcome is Outcome.RETRY, "what never left was not sent"
    await channel.close()


async def test_an_empty_reply_asks_nothing(line: FakePlatform, channel: LineChannel) -> None:
    assert (await channel.send(replace(ENVELOPE, reply=Reply()))).outcome is Outcome.SENT
    assert line.asked == []


async def test_many_are_sent_to_in_calls_of_500(line: FakePlatform, channel: LineChannel) -> None:
    addresses = [f"U{number}" for number in range(1100)]
    line.tell(MULTICAST, Told(), Told(500))
    deliveries = await channel.send_many(addresses, ENVELOPE)
    outcomes = [deliveries[address].outcome for address in addresses]
    assert outcomes == [Outcome.SENT] * 500 + [Outcome.RETRY] * 500 + [Outcome.SENT] * 100

    keys = [call.headers["x-line-retry-key"] for call in line.asked]
    assert len({str(uuid.UUID(key)) for key in keys}) == 3, "each call has a key of its own"
    await channel.send_many(addresses[500:1000], ENVELOPE)
    assert line.asked[-1].headers["x-line-retry-key"] == keys[1], "the same call tried again has the same key"


async def test_one_bad_address_does_not_stop_the_others(line: FakePlatform, channel: LineChannel) -> None:
    bad = Told(400, {"message": "The property, 'to', in the request body is invalid"})
    line.tell(MULTICAST, bad, Told(), bad, bad, Told())  # of four, the first half, the second half, and each of it
    deliveries = await channel.send_many(["U1", "U2", "bad", "U4"], ENVELOPE)
    assert {address: delivery.outcome for address, delivery in deliveries.items()} == {
        "U1": Outcome.SENT,
        "U2": Outcome.SENT,
        "bad": Outcome.BLOCKED,
        "U4": Outcome.SENT,
    }


async def test_the_plan_and_what_is_used_of_it(line: FakePlatform, channel: LineChannel) -> None:
    line.tell("/quota", Told(body={"type": "limited", "value": 5000}), Told(body={"type": "none"}))
    line.tell("/consumption", Told(body={"totalUsage": 42}), Told(500))
    assert (await channel.quota(), await channel.quota()) == (5000, None)
    assert (await channel.consumption(), await channel.consumption()) == (42, None)


async def test_the_animation_is_for_private_chats(
    line: FakePlatform, channel: LineChannel, clock: StandingClock
) -> None:
    incoming = Incoming(
        platform=Platform.LINE, event_id="1", kind=IncomingKind.TEXT, address="Uresident", sent_at=clock.now()
    )
    await channel.show_working(incoming)
    await channel.show_working(replace(incoming, private=False))
    assert [call.json for call in line.asked] == [{"chatId": "Uresident", "loadingSeconds": 20}]


def test_the_rich_menu_is_one_that_line_takes() -> None:
    menu = rich_menu.definition()
    assert check_rich_menu(menu) == []
    assert check_menu_image(rich_menu.picture(), "image/png", menu["size"]) is None
    assert sum(area["bounds"]["width"] * area["bounds"]["height"] for area in menu["areas"]) == 2500 * 1686


async def test_the_rich_menu_is_made_once_and_replaces_the_old(line: FakePlatform, channel: LineChannel) -> None:
    old = {"richMenuId": "richmenu-old", "name": "manabi-0000"}
    foreign = {"richMenuId": "richmenu-city", "name": "made by hand"}
    line.tell("/richmenu/list", Told(body={"richmenus": [old, foreign]}))
    line.tell("/v2/bot/richmenu", Told(body={"richMenuId": "richmenu-new"}))
    line.tell("/user/all/richmenu", Told(404))
    assert await channel.prepare("https://example.com")
    assert [(call.method, call.path) for call in line.asked] == [
        ("GET", "/v2/bot/richmenu/list"),
        ("POST", "/v2/bot/richmenu"),
        ("POST", "/v2/bot/richmenu/richmenu-new/content"),
        ("GET", "/v2/bot/user/all/richmenu"),
        ("POST", "/v2/bot/user/all/richmenu/richmenu-new"),
        ("DELETE", "/v2/bot/richmenu/richmenu-old"),
    ]
    assert line.asked[2].body == rich_menu.picture()
    assert line.asked[2].headers["content-type"] == "image/png"


async def test_an_unchanged_rich_menu_is_left_alone(line: FakePlatform, channel: LineChannel) -> None:
    mine: dict[str, Any] = {"richMenuId": "richmenu-1", "name": rich_menu.definition()["name"]}
    line.tell("/richmenu/list", Told(body={"richmenus": [mine]}))
    line.tell("/user/all/richmenu", Told(body={"richMenuId": "richmenu-1"}))
    assert await channel.prepare("https://example.com")
    assert {call.method for call in line.asked} == {"GET"}


async def test_a_menu_without_its_picture_is_not_left_behind(line: FakePlatform, channel: LineChannel) -> None:
    line.tell("/richmenu/list", Told(body={"richmenus": []}))
    line.tell("/v2/bot/richmenu", Told(body={"richMenuId": "richmenu-new"}))
    line.tell("/content", Told(500))
    assert not await channel.prepare("https://example.com")
    assert (line.asked[-1].method, line.asked[-1].path) == ("DELETE", "/v2/bot/richmenu/richmenu-new")
