"""LINE's API as the SDK meets it: tokens, retry keys, quota, errors, rich menus."""

import asyncio
import uuid
from io import BytesIO
from typing import Any

import pytest
from linebot.v3.messaging import PushMessageRequest, ReplyMessageRequest, RichMenuRequest, TextMessage
from linebot.v3.messaging.exceptions import ApiException
from PIL import Image

from bot.simulator.calls import Trouble
from bot.simulator.phones import Simulator
from tests.bot.simulator.conftest import Line, Listener
from tests.platform_specs import validate_line_request

HELLO = {"type": "text", "text": "こんにちは"}
MENU = {
    "size": {"width": 2500, "height": 1686},
    "selected": True,
    "name": "見本",
    "chatBarText": "メニュー",
    "areas": [
        {
            "bounds": {"x": 0, "y": 0, "width": 1250, "height": 1686},
            "action": {"type": "postback", "label": "さがす", "data": "1:find"},
        }
    ],
}


def picture(width: int = 2500, height: int = 1686, form: str = "PNG") -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "white").save(out, form)
    return out.getvalue()


async def test_a_reply_token_answers_once(simulator: Simulator, listener: Listener, line: Line) -> None:
    """The models of the SDK work, the phone hears the reply, and the second use is refused."""
    phone = simulator.residents["a"].line
    await phone.follow()
    token = listener.events[0]["replyToken"]
    answered = await line.api.reply_message(ReplyMessageRequest(replyToken=token, messages=[TextMessage(text="はい")]))
    assert [message["text"] for message in phone.messages] == ["はい"]
    assert answered.sent_messages[0].id == phone.transcript.entries[-1].id
    status, body, headers = await line.call("POST", "/v2/bot/message/reply", {"replyToken": token, "messages": [HELLO]})
    assert (status, body) == (400, {"message": "Invalid reply token"})
    assert uuid.UUID(headers["x-line-request-id"])
    assert simulator.line.used == 0, "replies are free"


async def test_a_reply_token_expires(simulator: Simulator, listener: Listener, line: Line) -> None:
    simulator.line.reply_token_seconds = 0.01
    await simulator.residents["a"].line.follow()
    await asyncio.sleep(0.02)
    body = {"replyToken": listener.events[0]["replyToken"], "messages": [HELLO]}
    assert (await line.call("POST", "/v2/bot/message/reply", body))[0] == 400


async def test_a_redelivered_event_gives_the_token_a_fresh_minute(
    simulator: Simulator, listener: Listener, line: Line
) -> None:
    simulator.line.reply_token_seconds = 0.05
    await simulator.residents["a"].line.follow()
    await asyncio.sleep(0.06)
    await simulator.line.courier.redeliver(listener.events[0])
    body = {"replyToken": listener.events[0]["replyToken"], "messages": [HELLO]}
    assert (await line.call("POST", "/v2/bot/message/reply", body))[0] == 200


async def test_a_reply_takes_no_retry_key(simulator: Simulator, listener: Listener, line: Line) -> None:
    await simulator.residents["a"].line.follow()
    body = {"replyToken": listener.events[0]["replyToken"], "messages": [HELLO]}
    key = str(uuid.uuid4())
    assert (await line.call("POST", "/v2/bot/message/reply", body, x_line_retry_key=key))[0] == 400
    assert (await line.call("POST", "/v2/bot/message/reply", body))[0] == 200, "the token was not used up"


async def test_a_repeated_retry_key_is_409_with_the_first_answer(simulator: Simulator, line: Line) -> None:
    phone = simulator.residents["a"].line
    await phone.follow()
    key = str(uuid.uuid4())
    _, first, headers = await line.push(phone.user_id, HELLO, x_line_retry_key=key)
    status, second, repeated = await line.push(phone.user_id, HELLO, x_line_retry_key=key)
    assert status == 409
    assert second["sentMessages"] == first["sentMessages"]
    assert repeated["x-line-accepted-request-id"] == headers["x-line-request-id"]
    assert len(phone.messages) == 1
    assert simulator.line.used == 1
    assert (await line.push(phone.user_id, HELLO, x_line_retry_key="not-a-uuid"))[0] == 400


async def test_a_refused_request_leaves_its_retry_key_free(simulator: Simulator, line: Line) -> None:
    phone = simulator.residents["a"].line
    await phone.follow()
    key = str(uuid.uuid4())
    assert (await line.push(phone.user_id, {"type": "text", "text": ""}, x_line_retry_key=key))[0] == 400
    assert (await line.push(phone.user_id, HELLO, x_line_retry_key=key))[0] == 200


async def test_the_monthly_limit_is_a_429_of_its_own(simulator: Simulator, line: Line) -> None:
    phone = simulator.residents["a"].line
    await phone.follow()
    simulator.line.monthly_limit = 1
    assert (await line.api.get_message_quota()).value == 1
    assert (await line.push(phone.user_id, HELLO))[0] == 200
    assert (await line.push(phone.user_id, HELLO))[:2] == (429, {"message": "You have reached your monthly limit."})
    assert (await line.api.get_message_quota_consumption()).total_usage == 1


async def test_the_rate_limit_is_another_429(simulator: Simulator, line: Line) -> None:
    phone = simulator.residents["a"].line
    await phone.follow()
    simulator.line.limit("push", rate=0.001, burst=1)
    assert (await line.push(phone.user_id, HELLO))[0] == 200
    status, body, _ = await line.push(phone.user_id, HELLO)
    assert (status, body["message"]) == (429, "The API rate limit has been exceeded. Try again later.")


async def test_those_who_blocked_are_skipped_and_not_counted(simulator: Simulator, line: Line) -> None:
    a, b, c = (simulator.residents[key].line for key in "abc")
    await a.follow()
    await b.follow()
    await b.block()
    body = {"to": [a.user_id, b.user_id, c.user_id], "messages": [HELLO]}
    assert (await line.call("POST", "/v2/bot/message/multicast", body))[:2] == (200, {})
    assert [len(phone.messages) for phone in (a, b, c)] == [1, 0, 0]
    assert (await line.push(b.user_id, HELLO))[0] == 200, "a push to one who blocked is accepted in silence"
    assert simulator.line.used == 1


@pytest.mark.parametrize("to", ["", "alice", "U123", None, "X" + "0" * 32])
async def test_an_invalid_user_id_is_refused(line: Line, to: Any) -> None:
    assert (await line.push(to, HELLO))[0] == 400


async def test_a_multicast_takes_500(simulator: Simulator, line: Line) -> None:
    ids = [f"U{number:032x}" for number in range(1, 502)]
    assert (await line.call("POST", "/v2/bot/message/multicast", {"to": ids, "messages": [HELLO]}))[0] == 400
    assert (await line.call("POST", "/v2/bot/message/multicast", {"to": ids[:500], "messages": [HELLO]}))[0] == 200


async def test_a_wrong_token_is_401(simulator: Simulator, line: Line) -> None:
    line.client.configuration.access_token = "wrong"
    with pytest.raises(ApiException) as refused:
        await line.api.get_bot_info()
    assert refused.value.status == 401


@pytest.mark.filterwarnings("ignore:Sending a large body")  # the very thing tested
async def test_a_body_over_2_mb_is_413(simulator: Simulator, line: Line) -> None:
    assert (await line.push("U" + "0" * 32, {"type": "text", "text": "a" * 2_100_000}))[0] == 413


async def test_six_messages_are_refused_with_details(simulator: Simulator, line: Line) -> None:
    phone = simulator.residents["a"].line
    await phone.follow()
    status, body, _ = await line.push(phone.user_id, *[HELLO] * 6)
    assert status == 400
    assert body["details"] == [{"message": "Size must be between 1 and 5", "property": "messages"}]
    assert (await line.call("POST", "/v2/bot/message/validate/push", {"messages": [HELLO] * 6}))[0] == 400
    assert (await line.call("POST", "/v2/bot/message/validate/push", {"messages": [HELLO]}))[0] == 200


async def test_a_profile_is_there_for_friends(simulator: Simulator, line: Line) -> None:
    phone = simulator.residents["a"].line
    with pytest.raises(ApiException, match="404"):
        await line.api.get_profile(phone.user_id)
    await phone.follow()
    assert (await line.api.get_profile(phone.user_id)).display_name == "住民A(8歳)"
    assert (await line.api.get_bot_info()).chat_mode == "bot"


async def test_loading_shows_until_the_next_message(simulator: Simulator, line: Line) -> None:
    phone = simulator.residents["a"].line
    await phone.follow()
    start = "/v2/bot/chat/loading/start"
    assert (await line.call("POST", start, {"chatId": phone.user_id, "loadingSeconds": 7}))[0] == 400
    assert (await line.call("POST", start, {"chatId": phone.user_id, "loadingSeconds": 10}))[0] == 202
    assert phone.state(simulator.zone)["loading"]
    await line.push(phone.user_id, HELLO)
    assert not phone.state(simulator.zone)["loading"]


async def test_reading_marks_all_that_came_before(simulator: Simulator, listener: Listener, line: Line) -> None:
    phone = simulator.residents["a"].line
    await phone.follow()
    for text in ("一", "二", "三"):
        await phone.say(text)
    token = listener.events[2]["message"]["markAsReadToken"]
    assert (await line.call("POST", "/v2/bot/chat/markAsRead", {"markAsReadToken": token}))[0] == 200
    assert [entry.read for entry in phone.transcript.entries if entry.sender == "me"] == [True, True, False]
    assert (await line.call("POST", "/v2/bot/chat/markAsRead", {"markAsReadToken": "?"}))[0] == 400


async def test_the_webhook_is_set_and_tested(simulator: Simulator, listener: Listener, line: Line) -> None:
    endpoint = "/v2/bot/channel/webhook/endpoint"
    assert (await line.call("PUT", endpoint, {"endpoint": "http://bot.example.jp/hook"}))[0] == 400
    assert (await line.call("GET", endpoint))[1] == {"endpoint": simulator.line.courier.url, "active": True}
    assert (await line.api.test_webhook_endpoint()).success
    assert listener.bodies == [{"destination": simulator.line.bot_user_id, "events": []}]


async def test_a_rich_menu_from_creation_to_the_phone(simulator: Simulator, line: Line) -> None:
    phone = simulator.residents["a"].line
    await phone.follow()
    menu_id = (await line.api.create_rich_menu(RichMenuRequest.from_dict(MENU))).rich_menu_id
    with pytest.raises(ApiException, match="must upload richmenu image"):
        await line.api.set_default_rich_menu(menu_id)
    await line.blob.set_rich_menu_image(menu_id, bytearray(picture()), _headers={"Content-Type": "image/png"})
    await line.api.set_default_rich_menu(menu_id)
    assert (await line.api.get_default_rich_menu_id()).rich_menu_id == menu_id
    assert [area["action"]["data"] for area in phone.rich_menu["areas"]] == ["1:find"]  # type: ignore[index]  # not None
    assert (await line.api.get_rich_menu_list()).richmenus[0].name == "見本"
    assert bytes(await line.blob.get_rich_menu_image(menu_id)) == picture()
    assert phone.state(simulator.zone)["rich_menu"]["image"] == f"/sim/media/richmenu/{menu_id}"
    await line.api.delete_rich_menu(menu_id)
    assert phone.rich_menu is None


async def test_a_users_own_menu_comes_before_the_default(simulator: Simulator, line: Line) -> None:
    phone = simulator.residents["a"].line
    await phone.follow()
    ids = [simulator.line.create_menu(MENU | {"name": name}) for name in ("みんな", "私")]
    for menu_id in ids:
        simulator.line.menus[menu_id].image = b"x"
    await line.api.set_default_rich_menu(ids[0])
    await line.api.link_rich_menu_id_to_user(phone.user_id, ids[1])
    assert phone.rich_menu is not None
    assert phone.rich_menu["name"] == "私"
    assert (await line.api.get_rich_menu_id_of_user(phone.user_id)).rich_menu_id == ids[1]
    await line.api.unlink_rich_menu_id_from_user(phone.user_id)
    assert phone.rich_menu["name"] == "みんな"


@pytest.mark.filterwarnings("ignore:Sending a large body")  # the very thing tested
@pytest.mark.parametrize(
    ("image", "kind"),
    [
        (picture(800, 540), "image/png"),
        (picture(form="GIF"), "image/png"),
        (picture(), "image/gif"),
        (b"no picture", "image/png"),
        (picture() + b"0" * 1024 * 1024, "image/png"),
    ],
)
async def test_a_menu_image_must_fit(simulator: Simulator, line: Line, image: bytes, kind: str) -> None:
    menu_id = simulator.line.create_menu(MENU)
    with pytest.raises(ApiException, match="400"):
        await line.blob.set_rich_menu_image(menu_id, bytearray(image), _headers={"Content-Type": kind})


async def test_aliases_and_tabs(simulator: Simulator, listener: Listener, line: Line) -> None:
    """A richmenuswitch changes the menu on the phone and posts its postback."""
    phone = simulator.residents["a"].line
    await phone.follow()
    switch = {"type": "richmenuswitch", "richMenuAliasId": "second", "data": "1:tab:2"}
    first = simulator.line.create_menu(MENU | {"areas": [{**MENU["areas"][0], "action": switch}]})  # type: ignore[index]  # a literal above
    second = simulator.line.create_menu(MENU | {"name": "二枚目"})
    for menu_id in (first, second):
        simulator.line.menus[menu_id].image = b"x"
    simulator.line.set_default_menu(first)
    body = {"richMenuAliasId": "second", "richMenuId": second}
    assert (await line.call("POST", "/v2/bot/richmenu/alias", body))[0] == 200
    assert (await line.call("POST", "/v2/bot/richmenu/alias", body))[0] == 400
    assert (await line.call("GET", "/v2/bot/richmenu/alias/list"))[1] == {"aliases": [body]}
    await phone.tap(index=0, rich_menu=True)
    assert phone.rich_menu is not None
    assert phone.rich_menu["name"] == "二枚目"
    assert listener.events[-1]["postback"] == {
        "data": "1:tab:2",
        "params": {"newRichMenuAliasId": "second", "status": "SUCCESS"},
    }


async def test_ordered_trouble(simulator: Simulator, line: Line) -> None:
    """429, 500, 409, a lost answer and a broken connection, each for the next call only."""
    phone = simulator.residents["a"].line
    await phone.follow()
    push = "/v2/bot/message/push"
    for trouble, status in ((Trouble.RATE_LIMITED, 429), (Trouble.SERVER_ERROR, 500), (Trouble.CONFLICT, 409)):
        simulator.faults.next_calls(trouble, path=push)
        assert (await line.push(phone.user_id, HELLO))[0] == status
    simulator.faults.next_calls(Trouble.TIMEOUT, path=push, carried_out=True, seconds=5)
    request = PushMessageRequest(to=phone.user_id, messages=[TextMessage(text="届いた")])
    with pytest.raises(TimeoutError):
        await line.api.push_message(request, _request_timeout=0.1)
    assert [message["text"] for message in phone.messages] == ["届いた"]
    simulator.faults.next_calls(Trouble.CLOSED, path=push)
    with pytest.raises(Exception, match="payload is not completed"):
        await line.push(phone.user_id, HELLO)
    assert (await line.push(phone.user_id, HELLO))[0] == 200
    assert [call.status for call in simulator.calls.to(push)] == [429, 500, 409, None, None, 200]


async def test_what_is_no_endpoint_is_404_and_on_record(simulator: Simulator, line: Line) -> None:
    assert (await line.call("POST", "/v2/bot/message/shout", {}))[:2] == (404, {"message": "Not found"})
    assert (await line.call("DELETE", "/v2/bot/message/push"))[0] == 404
    assert [call.path for call in simulator.calls] == ["/v2/bot/message/shout", "/v2/bot/message/push"]


async def test_calls_are_recorded_as_the_specification_has_them(simulator: Simulator, line: Line) -> None:
    phone = simulator.residents["a"].line
    await phone.follow()
    await line.push(phone.user_id, HELLO)
    (call,) = simulator.calls.to("/v2/bot/message/push")
    assert (call.method, call.status, call.body) == ("POST", 200, {"to": phone.user_id, "messages": [HELLO]})
    validate_line_request(call.path, call.body)
