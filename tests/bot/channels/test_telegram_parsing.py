"""Reading Telegram's updates: what residents do, and what Telegram may yet invent."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.port import MalformedBody
from bot.channels.telegram import parsing
from bot.channels.telegram.dates import encode_day
from catalog.models.resident import Platform
from handlers.actions import decode
from handlers.messages import Incoming, IncomingKind
from tests.bot.channels.test_line_parsing import json_values

NOW = datetime(2026, 6, 10, 1, 0, tzinfo=UTC)
SENT = 1_781_053_200
CHAT = {"id": 7_000_001, "type": "private", "first_name": "A"}
GROUP = {"id": -100_500, "type": "supergroup", "title": "書道サークル"}
FROM = {"id": 7_000_001, "is_bot": False, "first_name": "A", "language_code": "en"}


def message(**parts: Any) -> dict[str, Any]:
    return {"update_id": 9, "message": {"message_id": 17, "date": SENT, "chat": CHAT, "from": FROM, **parts}}


def tap(data: str | None = "1:course:7", **parts: Any) -> dict[str, Any]:
    query = {"id": "q1", "from": FROM, "chat_instance": "c", "message": {"message_id": 17, "date": 0, "chat": CHAT}}
    return {"update_id": 9, "callback_query": query | ({} if data is None else {"data": data}) | parts}


def membership(chat: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    change = {"chat": chat, "from": FROM, "date": SENT}
    return {
        "update_id": 9,
        "my_chat_member": change | {"old_chat_member": {"status": old}, "new_chat_member": {"status": new}},
    }


def read(update: Any) -> Incoming:
    return parsing.parse(json.dumps(update), NOW)


def test_a_text_is_read_with_all_that_an_answer_needs() -> None:
    assert read(message(text="書道")) == Incoming(
        platform=Platform.TELEGRAM,
        event_id="9",
        kind=IncomingKind.TEXT,
        address="7000001",
        sent_at=datetime(2026, 6, 10, 1, 0, tzinfo=UTC),
        text="書道",
        language="en",
        message_id="17",
    )


def test_a_tap_is_read_with_what_answers_it() -> None:
    assert read(tap()) == Incoming(
        platform=Platform.TELEGRAM,
        event_id="9",
        kind=IncomingKind.ACTION,
        address="7000001",
        sent_at=NOW,
        action="1:course:7",
        language="en",
        message_id="17",
        callback_id="q1",
    )


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        (message(text="/start"), {"kind": IncomingKind.STARTED, "text": ""}),
        (message(text="/start c_123"), {"kind": IncomingKind.STARTED, "text": "c_123"}),
        (message(text="/find@manabi_bot"), {"kind": IncomingKind.ACTION, "action": "1:find", "text": ""}),
        (message(text="/HELP"), {"kind": IncomingKind.ACTION, "action": "1:help"}),
        (message(text="/unheard_of"), {"kind": IncomingKind.TEXT, "text": "/unheard_of"}),
        (message(text="3/4の講座"), {"kind": IncomingKind.TEXT, "text": "3/4の講座"}),
        (message(sticker={"emoji": "👍"}), {"kind": IncomingKind.STICKER}),
        (message(photo=[{"file_id": "f"}], caption="これは?"), {"kind": IncomingKind.MEDIA, "text": "これは?"}),
        (message(voice={"file_id": "f"}), {"kind": IncomingKind.MEDIA}),
        (
            message(location={"latitude": 35.7, "longitude": 139}),
            {"kind": IncomingKind.LOCATION, "latitude": 35.7, "longitude": 139},
        ),
        (message(contact={"phone_number": "1"}), {"kind": IncomingKind.OTHER}),
        (message(hologram={}), {"kind": IncomingKind.OTHER, "address": "7000001"}),
        (message(text="書道", chat=GROUP), {"kind": IncomingKind.TEXT, "address": "-100500", "private": False}),
        (
            tap(encode_day(date(2026, 12, 5), "1:day:3")),
            {"kind": IncomingKind.DATE, "picked": date(2026, 12, 5), "action": "1:day:3"},
        ),
        (tap("@20261340@1:day"), {"kind": IncomingKind.ACTION, "action": "@20261340@1:day", "picked": None}),
        (tap(None, game_short_name="g"), {"kind": IncomingKind.OTHER, "callback_id": "q1"}),
        (tap(message=None, inline_message_id="i"), {"kind": IncomingKind.ACTION, "address": "7000001"}),
        (membership(CHAT, "member", "kicked"), {"kind": IncomingKind.STOPPED, "address": "7000001"}),
        (membership(CHAT, "kicked", "member"), {"kind": IncomingKind.STARTED}),
        (
            membership(GROUP, "left", "member"),
            {"kind": IncomingKind.GROUP_JOINED, "address": "-100500", "private": False},
        ),
        (membership(GROUP, "member", "administrator"), {"kind": IncomingKind.OTHER}),
        (membership(GROUP, "member", "left"), {"kind": IncomingKind.OTHER}),
        ({"update_id": 9, "edited_message": message(text="x")["message"]}, {"kind": IncomingKind.OTHER}),
        ({"update_id": 9, "poll": {"id": "1"}}, {"kind": IncomingKind.OTHER, "address": None}),
        ({"update_id": 9, "thought": {"chat": CHAT}}, {"kind": IncomingKind.OTHER, "address": "7000001"}),
    ],
)
def test_every_update_is_read_as_what_it_is(update: dict[str, Any], expected: dict[str, Any]) -> None:
    incoming = read(update)
    assert {name: getattr(incoming, name) for name in expected} == expected


def test_every_command_leads_to_a_button_code() -> None:
    for name in ("find", "recommend", "mine", "calendar", "settings", "help"):
        action = read(message(text=f"/{name}")).action
        assert decode(action) is not None, name


def test_an_update_is_stored_under_its_id() -> None:
    [raw] = parsing.split(json.dumps(message(text="書道")).encode())
    assert (raw.event_id, raw.address) == ("9", "7000001")
    assert parsing.parse(raw.payload, NOW).text == "書道"


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b'"text"'])
def test_a_body_of_another_shape_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        parsing.split(body)


@given(st.dictionaries(st.sampled_from(["update_id", "message", "callback_query", "my_chat_member", "x"]), json_values))
def test_nothing_that_is_json_breaks_the_reading(update: dict[str, Any]) -> None:
    [raw] = parsing.split(json.dumps(update).encode())
    assert len(raw.event_id) <= 64
    assert parsing.parse(raw.payload, NOW).event_id == raw.event_id


@given(st.dictionaries(st.sampled_from(["chat", "from", "text", "date", "location", "data", "message"]), json_values))
def test_known_names_with_odd_values_break_nothing(content: dict[str, Any]) -> None:
    for kind in ("message", "callback_query", "my_chat_member"):
        assert read({"update_id": 9, kind: content}).platform is Platform.TELEGRAM


def test_only_the_webhooks_secret_opens() -> None:
    header = "x-telegram-bot-api-secret-token"
    assert parsing.verify("s3cret", {header: "s3cret"})
    assert not parsing.verify("s3cret", {header: "S3cret"})
    assert not parsing.verify("s3cret", {header: "é"})
    assert not parsing.verify("s3cret", {})
    assert not parsing.verify("", {header: ""})


def test_the_library_reads_the_same() -> None:
    from telegram import Update  # noqa: PLC0415 - 0.3 s, for this test only

    theirs = Update.de_json(tap(message={"message_id": 17, "date": SENT, "chat": CHAT}))
    assert theirs.callback_query is not None
    assert theirs.callback_query.message is not None
    ours = read(tap())
    assert (str(theirs.callback_query.message.chat.id), theirs.callback_query.data) == (ours.address, ours.action)
