"""Whatever a platform, or somebody who is none, posts: stored once before it is acknowledged, and answered once."""

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any

import pytest

from bot import webhooks
from catalog.models import InboxState, Platform
from tests.bot.outside import (
    SECRETS,
    failures,
    first_contact,
    headers,
    heard,
    inbox,
    line_body,
    outgoing,
    phone_of,
    post,
)
from tests.stage import Stage

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("logs")]
on_both_platforms = pytest.mark.parametrize("platform", Platform)

Logs = list[MutableMapping[str, Any]]
SOMEBODY = "U" + "5" * 32
THANKED = "ありがとう"


def line_event(**changed: Any) -> dict[str, Any]:
    """A text from somebody; with None as its value a field is left out."""
    event = {
        "type": "message",
        "message": {"id": "1", "type": "text", "text": "ヨガ"},
        "webhookEventId": "01FZ74A0TDDPYRVKNK77XKC3ZR",
        "deliveryContext": {"isRedelivery": False},
        "timestamp": 1781053200000,
        "source": {"type": "user", "userId": SOMEBODY},
        "replyToken": "b60d432864f44d079f6d8efe86cf404b",
        "mode": "active",
    } | changed
    return {name: value for name, value in event.items() if value is not None}


def update(**content: Any) -> bytes:
    return json.dumps({"update_id": 901} | content).encode()


# -- who is let in -------------------------------------------------------------------------------------------------


@on_both_platforms
@pytest.mark.parametrize("proof", [b"", b"wrong", "あ".encode(), b"A" * 44])
async def test_a_wrong_signature_is_turned_away(stage: Stage, platform: Platform, proof: bytes) -> None:
    body = line_body(line_event()) if platform is Platform.LINE else update(message={"text": "ヨガ"})
    assert await post(stage, platform, body, **{SECRETS[platform]: proof}) == 401
    await stage.settle()
    assert await inbox(stage) == []
    assert stage.simulator.calls == []


async def test_a_signature_is_of_this_very_body(stage: Stage) -> None:
    signed = headers(stage, Platform.LINE, line_body(line_event()))
    altered = line_body(line_event(source={"type": "user", "userId": "U" + "6" * 32}))
    assert await post(stage, Platform.LINE, altered, **signed) == 401
    assert await inbox(stage) == []


@on_both_platforms
@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"events"', b"null", b"\xff\xfe", b"[" * 100_000])
async def test_what_is_no_json_object_is_refused(stage: Stage, platform: Platform, body: bytes) -> None:
    assert await post(stage, platform, body) == 400
    assert await inbox(stage) == []


@pytest.mark.parametrize("body", [b"{}", b'{"events": null}', b'{"events": {"0": {}}}'])
async def test_line_always_has_a_list_of_events(stage: Stage, body: bytes) -> None:
    assert await post(stage, Platform.LINE, body) == 400
    assert await inbox(stage) == []


async def test_a_connection_check_is_acknowledged(stage: Stage) -> None:
    assert await post(stage, Platform.LINE, line_body()) == 200
    assert await inbox(stage) == []


# -- how it comes in -----------------------------------------------------------------------------------------------


async def test_ten_megabytes_are_refused_before_they_are_sent(stage: Stage) -> None:
    head = f"POST /webhooks/line HTTP/1.1\r\nHost: bot\r\nContent-Length: {10 * 1024 * 1024}\r\n\r\n"
    reader, writer = await connect(stage)
    writer.write(head.encode())
    assert b" 413 " in await asyncio.wait_for(reader.readline(), 5)
    writer.close()


async def test_an_endless_body_is_refused_on_the_way(stage: Stage) -> None:
    """Without a length nobody knows in advance; no more is read than a platform would ever send."""
    reader, writer = await connect(stage)
    writer.write(b"POST /webhooks/line HTTP/1.1\r\nHost: bot\r\nTransfer-Encoding: chunked\r\n\r\n")
    answer, sent = asyncio.ensure_future(reader.readline()), 0
    while not answer.done() and sent < 10 * webhooks.MAX_BODY:
        writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        sent += 0x10000
        await asyncio.wait([answer], timeout=0.01)
    assert b" 413 " in await asyncio.wait_for(answer, 5)
    assert sent < 2 * webhooks.MAX_BODY
    writer.close()


@on_both_platforms
async def test_a_slow_body_is_taken(stage: Stage, platform: Platform) -> None:
    body = line_body() if platform is Platform.LINE else update(poll={"id": "1"})
    reader, writer = await connect(stage)
    writer.write(head(stage, platform, body))
    for sign in (body[:5], body[5:]):
        await asyncio.sleep(0.1)
        writer.write(sign)
    assert b" 200 " in await asyncio.wait_for(reader.readline(), 5)
    writer.close()


async def test_who_never_ends_is_left(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "READ_SECONDS", 0.1)
    reader, writer = await connect(stage)
    writer.write(head(stage, Platform.LINE, line_body(line_event())) + b"{")
    assert b" 408 " in await asyncio.wait_for(reader.readline(), 5)
    assert await inbox(stage) == []
    writer.close()


async def test_a_broken_off_body_leaves_nothing(stage: Stage, logs: Logs) -> None:
    body = line_body(line_event())
    _reader, writer = await connect(stage)
    writer.write(head(stage, Platform.LINE, body) + body[:50])
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert await post(stage, Platform.LINE, line_body()) == 200, "the next one is heard"
    assert failures(logs) == []
    assert await inbox(stage) == []


async def connect(stage: Stage) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, _, port = stage.service.settings.public_url.removeprefix("http://").partition(":")
    return await asyncio.open_connection(host, int(port))


def head(stage: Stage, platform: Platform, body: bytes) -> bytes:
    lines = [f"POST /webhooks/{platform} HTTP/1.1", "Host: bot", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers(stage, platform, body).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


# -- what nobody has seen yet --------------------------------------------------------------------------------------

STRANGE_LINE_EVENTS: tuple[Any, ...] = (
    line_event(type="teleport", teleport={"to": "the moon"}),
    line_event(type=7),
    line_event(message={"id": "1", "type": "hologram", "depth": 3}),
    line_event(message="ヨガ"),
    line_event(message=None),
    line_event(mode="standby"),
    line_event(source=None, type="accountUpdated"),
    line_event(source={"type": "planet", "planetId": "mars"}),
    line_event(webhookEventId=None, type="teleport"),
    line_event(webhookEventId="x" * 500, type="teleport"),
    line_event(webhookEventId=17, type="teleport"),
    line_event(type="teleport", source={"type": "user", "userId": "U" * 500}),
    line_event(type="teleport", timestamp="soon", replyToken=["a"]),
    line_event(type="teleport", note="\ud83d \x00"),
    {},
    "teleport",
    5,
    None,
    [[]],
)
STRANGE_UPDATES: tuple[dict[str, Any], ...] = (
    {"hologram": {"from": {"id": 5}}},
    {"message": {"message_id": 5, "date": 1, "chat": {"id": 5, "type": "private"}, "hologram": {}}},
    {"message": {"chat": "5"}},
    {"message": None},
    {"callback_query": {"id": "1", "from": {"id": 5}}},
    {"edited_message": {"message_id": 5, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "ヨガ"}},
    {"update_id": None, "poll": {}},
    {"update_id": 2**63, "poll": {}},
    {"poll": {"question": "\ud83d \x00"}},
    {},
)


def _short(content: object) -> str:
    return json.dumps(content)[-60:]


@pytest.mark.parametrize("event", STRANGE_LINE_EVENTS, ids=_short)
async def test_what_line_may_send_one_day(stage: Stage, logs: Logs, event: Any) -> None:
    await _stored_once_in_silence(stage, logs, Platform.LINE, line_body(event))


@pytest.mark.parametrize("content", STRANGE_UPDATES, ids=_short)
async def test_what_telegram_may_send_one_day(stage: Stage, logs: Logs, content: dict[str, Any]) -> None:
    await _stored_once_in_silence(stage, logs, Platform.TELEGRAM, update(**content))


async def _stored_once_in_silence(stage: Stage, logs: Logs, platform: Platform, body: bytes) -> None:
    assert await post(stage, platform, body) == 200
    assert await post(stage, platform, body) == 200
    await stage.settle()
    assert [event.state for event in await inbox(stage)] == [InboxState.DONE]
    assert failures(logs) == []
    assert [call.path for call in stage.simulator.calls if call.path != "answerCallbackQuery"] == []
    assert await outgoing(stage) == []


async def test_the_other_events_of_a_strange_batch_are_answered(stage: Stage) -> None:
    phone = await first_contact(stage, Platform.LINE)
    async with stage.simulator.line.courier.held() as held:
        await phone.say(THANKED)
        held[:0] = [{"type": "teleport"}]
        held.append({"type": "message", "message": {"type": "hologram"}})
    await stage.settle()
    assert len(heard(phone)) == 2


# -- many, again, and out of order ---------------------------------------------------------------------------------


async def test_each_of_a_batch_is_answered(stage: Stage) -> None:
    residents = [stage.resident() for _ in range(5)]
    async with stage.simulator.line.courier.held():
        for resident in residents:
            await resident.line.follow()
            await resident.line.say(THANKED)
    await stage.settle()
    assert [len(heard(resident.line)) for resident in residents] == [2] * 5
    assert {row.state for row in await inbox(stage)} == {InboxState.DONE}


@on_both_platforms
async def test_the_same_post_twice_is_answered_once(stage: Stage, platform: Platform) -> None:
    phone = await first_contact(stage, platform)
    stage.simulator.faults.duplicate_webhooks(platform)
    await phone.say(THANKED)
    await stage.settle()
    assert len(heard(phone)) == 2
    assert len(await inbox(stage)) == 2


@on_both_platforms
async def test_the_same_post_ten_times_at_once_is_answered_once(stage: Stage, platform: Platform) -> None:
    phone = await first_contact(stage, platform)
    posts = len(stage.simulator.postman.posted)
    stage.simulator.faults.duplicate_webhooks(platform)
    await phone.say(THANKED)
    await stage.settle()
    body = json.dumps(stage.simulator.postman.posted[posts].body).encode()
    changed = body.replace(b'"ja"', b'"en"')  # another wording of the same event
    statuses = await asyncio.gather(*(post(stage, platform, content) for content in [body, changed] * 5))
    await stage.settle()
    assert statuses == [200] * 10
    assert len(heard(phone)) == 2


async def test_a_new_event_ten_times_at_once_is_answered_once(stage: Stage) -> None:
    phone = phone_of(stage.resident(), Platform.LINE)
    async with stage.simulator.line.courier.held() as held:
        await phone.follow()  # type: ignore[union-attr] # a LINE phone
        body = line_body(*held)
        held.clear()
    assert await asyncio.gather(*(post(stage, Platform.LINE, body) for _ in range(10))) == [200] * 10
    await stage.settle()
    assert len(heard(phone)) == 1


async def test_a_redelivery_is_answered_once(stage: Stage) -> None:
    """Within the same body, and later with LINE's mark."""
    phone = await first_contact(stage, Platform.LINE)
    async with stage.simulator.line.courier.held() as held:
        await phone.say(THANKED)
        event = dict(held[0])
        held.append(event | {"deliveryContext": {"isRedelivery": True}})
    await stage.settle()
    await stage.simulator.line.courier.redeliver(event)
    await stage.settle()
    assert len(heard(phone)) == 2


async def test_a_redelivery_without_an_id_is_answered_once(stage: Stage) -> None:
    phone = await first_contact(stage, Platform.LINE)
    async with stage.simulator.line.courier.held() as held:
        await phone.say(THANKED)
        del held[0]["webhookEventId"]
        event = dict(held[0])
    await stage.simulator.line.courier.redeliver(event)
    await stage.settle()
    assert len(heard(phone)) == 2


async def test_nothing_is_lost_out_of_order(stage: Stage) -> None:
    phone = await first_contact(stage, Platform.LINE)
    async with stage.simulator.line.courier.held() as held:
        for said in (THANKED, "使いかた", "こんにちは"):
            await phone.say(said)
        late = held[::-1]
        held[:] = late[:1]
    await stage.settle()
    await stage.simulator.line.courier.redeliver(*late)
    await stage.settle()
    assert len(heard(phone)) == 4
    assert [row.state for row in await inbox(stage)] == [InboxState.DONE] * 4
