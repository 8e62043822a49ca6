"""Reading LINE's webhook: what residents do, and what LINE may yet invent."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.line import parsing
from bot.channels.port import MalformedBody
from catalog.models.resident import Platform
from handlers.messages import Incoming, IncomingKind

NOW = datetime(2026, 6, 10, 1, 0, tzinfo=UTC)
SECRET = "channel secret"
USER = {"type": "user", "userId": "Uresident"}

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def event(kind: str, **parts: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "mode": "active",
        "timestamp": 1_781_053_200_000,
        "source": USER,
        "webhookEventId": "01ABC",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": "reply-token",
        **parts,
    }


def message(kind: str, **parts: Any) -> dict[str, Any]:
    return event("message", message={"type": kind, "id": "m1", **parts})


def read(raw: Any) -> Incoming:
    return parsing.parse(json.dumps(raw), NOW)


def body_of(*events: Any) -> bytes:
    return json.dumps({"destination": "Ubot", "events": list(events)}).encode()


def test_a_text_is_read_with_all_that_an_answer_needs() -> None:
    assert read(message("text", text="書道", quoteToken="q")) == Incoming(
        platform=Platform.LINE,
        event_id="01ABC",
        kind=IncomingKind.TEXT,
        address="Uresident",
        sent_at=datetime(2026, 6, 10, 1, 0, tzinfo=UTC),
        text="書道",
        reply_token="reply-token",
        message_id="m1",
    )


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (message("sticker", packageId="1", stickerId="2"), {"kind": IncomingKind.STICKER}),
        (message("image", contentProvider={"type": "line"}), {"kind": IncomingKind.MEDIA}),
        (message("video"), {"kind": IncomingKind.MEDIA}),
        (message("audio"), {"kind": IncomingKind.MEDIA}),
        (message("file", fileName="a.pdf"), {"kind": IncomingKind.MEDIA}),
        (
            message("location", latitude=35.7, longitude=139.5),
            {"kind": IncomingKind.LOCATION, "latitude": 35.7, "longitude": 139.5},
        ),
        (message("hologram"), {"kind": IncomingKind.OTHER, "address": "Uresident"}),
        (event("postback", postback={"data": "1:find"}), {"kind": IncomingKind.ACTION, "action": "1:find"}),
        (
            event("postback", postback={"data": "1:day", "params": {"date": "2026-12-05"}}),
            {"kind": IncomingKind.DATE, "action": "1:day", "picked": date(2026, 12, 5)},
        ),
        (
            event("postback", postback={"data": "1:day", "params": {"datetime": "2026-12-05T10:00"}}),
            {"kind": IncomingKind.DATE, "picked": date(2026, 12, 5)},
        ),
        (
            event("postback", postback={"data": "1:day", "params": {"date": "someday"}}),
            {"kind": IncomingKind.ACTION, "action": "1:day", "picked": None},
        ),
        (event("follow", follow={"isUnblocked": True}), {"kind": IncomingKind.STARTED, "text": ""}),
        (event("unfollow"), {"kind": IncomingKind.STOPPED}),
        (event("unsend", unsend={"messageId": "m9"}), {"kind": IncomingKind.UNSENT, "message_id": "m9"}),
        (
            event("join", source={"type": "group", "groupId": "Cgroup"}),
            {"kind": IncomingKind.GROUP_JOINED, "address": "Cgroup", "private": False},
        ),
        (event("leave", source={"type": "room", "roomId": "Rroom"}), {"kind": IncomingKind.OTHER, "address": "Rroom"}),
        (event("memberJoined"), {"kind": IncomingKind.OTHER}),
        (event("accountLink"), {"kind": IncomingKind.OTHER}),
        (event("teleported"), {"kind": IncomingKind.OTHER, "address": "Uresident"}),
        (
            message("text", text="書道") | {"source": {"type": "group", "groupId": "Cgroup", "userId": "Uresident"}},
            {"kind": IncomingKind.TEXT, "address": "Cgroup", "private": False},
        ),
        (
            message("text", text="書道") | {"mode": "standby"},
            {"kind": IncomingKind.OTHER, "reply_token": None, "text": ""},
        ),
        (message("text", text="書道") | {"timestamp": "soon"}, {"kind": IncomingKind.TEXT, "sent_at": NOW}),
        (message("text", text="書道") | {"timestamp": 10**30}, {"kind": IncomingKind.TEXT, "sent_at": NOW}),
        (message("text", text=None), {"kind": IncomingKind.TEXT, "text": ""}),
    ],
)
def test_every_event_is_read_as_what_it_is(raw: dict[str, Any], expected: dict[str, Any]) -> None:
    incoming = read(raw)
    assert {name: getattr(incoming, name) for name in expected} == expected


def test_events_of_one_body_are_kept_apart() -> None:
    other = event("follow") | {"webhookEventId": "02DEF", "source": {"type": "user", "userId": "Uother"}}
    first, second = parsing.split(body_of(message("text", text="書道"), other))
    assert (first.event_id, first.address) == ("01ABC", "Uresident")
    assert (second.event_id, second.address) == ("02DEF", "Uother")
    assert parsing.parse(first.payload, NOW).text == "書道"


def test_a_connection_check_has_no_events() -> None:
    assert parsing.split(b'{"destination":"Ubot","events":[]}') == []


def test_an_event_that_is_none_does_not_lose_its_neighbour() -> None:
    odd, sound = parsing.split(body_of("surprise", message("text", text="書道")))
    assert parsing.parse(odd.payload, NOW).kind is IncomingKind.OTHER
    assert parsing.parse(sound.payload, NOW).kind is IncomingKind.TEXT


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b"{}", b'{"events": {}}', b'{"events": null}', b"\xff\xfe"])
def test_a_body_of_another_shape_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        parsing.split(body)


@pytest.mark.parametrize("own", [None, "", "x" * 65, 7])
def test_an_event_without_an_id_has_one_of_its_content(own: Any) -> None:
    """A redelivery says so of itself, and is the same event all the same."""
    once = message("text", text="書道") | {"webhookEventId": own}
    again = once | {"deliveryContext": {"isRedelivery": True}}
    other = message("text", text="茶道") | {"webhookEventId": own}
    ids = [raw.event_id for raw in parsing.split(body_of(once, again, other))]
    assert ids[0] == ids[1] != ids[2]
    assert all(len(own_id) <= 64 for own_id in ids)
    assert read(once).event_id == ids[0]


@given(st.lists(json_values, max_size=3))
def test_nothing_that_is_json_breaks_the_reading(events: list[Any]) -> None:
    for raw in parsing.split(body_of(*events)):
        incoming = parsing.parse(raw.payload, NOW)
        assert incoming.event_id == raw.event_id


@given(st.dictionaries(st.sampled_from(["type", "message", "postback", "source", "timestamp", "unsend"]), json_values))
def test_known_names_with_odd_values_break_nothing(raw: dict[str, Any]) -> None:
    for kind in ("message", "postback", "unsend", "follow"):
        assert read(raw | {"type": kind}).platform is Platform.LINE


@pytest.mark.parametrize("payload", ["", "null", "[1]", "{", "\ud800"])
def test_a_stored_event_that_is_damaged_is_other(payload: str) -> None:
    assert parsing.parse(payload, NOW).kind is IncomingKind.OTHER


def test_half_a_surrogate_pair_does_not_lose_the_batch() -> None:
    body = body_of(message("text", text="書道")).replace(rb"\u9053", rb"\ud83d")
    [raw] = parsing.split(body)
    assert parsing.parse(raw.payload, NOW).text == "書?"


def test_the_signature_is_over_the_raw_body() -> None:
    body = body_of(message("text", text="書道"))
    signature = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    assert parsing.verify(SECRET, {"x-line-signature": signature}, body)
    assert not parsing.verify(SECRET, {"x-line-signature": signature}, body + b" ")
    assert not parsing.verify("other", {"x-line-signature": signature}, body)
    assert not parsing.verify(SECRET, {"x-line-signature": "é\ud800"}, body)
    assert not parsing.verify(SECRET, {}, body)


def test_without_a_secret_nothing_is_genuine() -> None:
    signature = base64.b64encode(hmac.new(b"", b"{}", hashlib.sha256).digest()).decode()
    assert not parsing.verify("", {"x-line-signature": signature}, b"{}")


def test_the_sdks_parser_reads_the_same() -> None:
    from linebot.v3.webhook import WebhookParser  # noqa: PLC0415 - 0.8 s, for this test only

    body = body_of(message("text", text="書道", quoteToken="q"), event("postback", postback={"data": "1:find"}))
    signature = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    theirs = WebhookParser(SECRET).parse(body.decode(), signature)
    ours = [parsing.parse(raw.payload, NOW) for raw in parsing.split(body)]
    assert [(one.source.user_id, one.reply_token) for one in theirs] == [(one.address, one.reply_token) for one in ours]
    assert theirs[0].message.text == ours[0].text
    assert theirs[1].postback.data == ours[1].action
