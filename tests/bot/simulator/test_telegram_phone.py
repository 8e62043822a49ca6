"""What residents do on Telegram: every update is as the real platform's, in order until it is taken."""

import asyncio
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response
from telegram import Update

from bot.simulator.phones import Simulator
from bot.simulator.taps import CannotDoError
from bot.simulator.telegram_phone import TelegramPhone
from catalog.models.resident import Platform
from tests.bot.simulator.conftest import Listener
from tests.platform_specs import validate_telegram_update

Json = dict[str, Any]
KEYBOARD: Json = {
    "inline_keyboard": [
        [{"text": "申し込む", "callback_data": "1:apply:1"}, {"text": "地図", "url": "https://example.jp/"}],
        [{"text": "写す", "copy_text": {"text": "番号"}}],
    ]
}


@pytest.fixture
def phone(simulator: Simulator, listener: Listener) -> TelegramPhone:
    return simulator.residents["a"].telegram


def show_buttons(simulator: Simulator, phone: TelegramPhone) -> None:
    phone.hear(simulator.telegram.new_message(phone, {"text": "?", "reply_markup": KEYBOARD}), None)


async def every_update(simulator: Simulator, phone: TelegramPhone) -> None:
    await phone.start("course_12")
    await phone.say("習字を習いたい")
    await phone.sticker()
    await phone.location(35.7, 139.5)
    await phone.location(35.7, 139.5, "田無駅", "西東京市")
    await phone.image()
    show_buttons(simulator, phone)
    await phone.tap("申し込む")
    await phone.join()
    await phone.say("内緒の話", group=True)
    await phone.say("/find@manabi_sample_bot 習字", group=True)
    await phone.leave()
    await phone.block()
    await phone.start()


async def test_every_update_is_as_specified(simulator: Simulator, listener: Listener, phone: TelegramPhone) -> None:
    """Also read by the SDK without anything left over; the group's private talk is not told."""
    await every_update(simulator, phone)
    kinds = [next(name for name in update if name != "update_id") for update in listener.bodies]
    member = "my_chat_member"
    assert kinds == [*["message"] * 6, "callback_query", member, "message", member, member, member, "message"]
    for update in listener.bodies:
        validate_telegram_update(update)
        read = Update.de_json(update, None)
        assert not read.api_kwargs
        assert read.effective_user is not None
    ids = [update["update_id"] for update in listener.bodies]
    assert ids == list(range(ids[0], ids[0] + len(ids)))


async def test_blocking_is_told_as_membership(listener: Listener, phone: TelegramPhone) -> None:
    await phone.start()
    await phone.block()
    await phone.start()
    changes = [update["my_chat_member"] for update in listener.bodies if "my_chat_member" in update]
    states = [(change["old_chat_member"]["status"], change["new_chat_member"]["status"]) for change in changes]
    assert states == [("member", "kicked"), ("kicked", "member")]


async def test_the_secret_is_sent(simulator: Simulator, listener: Listener, phone: TelegramPhone) -> None:
    simulator.telegram.courier.secret = "geheim"
    await phone.start()
    assert listener.heard[0][1]["x-telegram-bot-api-secret-token"] == "geheim"


async def test_a_command_carries_its_entity(listener: Listener, phone: TelegramPhone) -> None:
    await phone.start("course_12")
    message = listener.bodies[0]["message"]
    assert message["text"] == "/start course_12"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_updates_of_a_chat_keep_their_order_through_failures(
    simulator: Simulator, listener: Listener, phone: TelegramPhone
) -> None:
    """The second message waits until the first was taken."""
    simulator.telegram.courier.retry_delay = 0.01
    listener.answers = [Response(), Response(status_code=500), Response(status_code=500)]
    await phone.start()
    await phone.say("先")
    await phone.say("後")
    texts = [update["message"]["text"] for update in listener.bodies]
    assert texts == ["/start", "先", "先", "先", "後"]
    assert simulator.telegram.courier.pending == {}


async def test_a_failing_chat_holds_up_no_other(simulator: Simulator, listener: Listener, phone: TelegramPhone) -> None:
    other = simulator.residents["b"].telegram
    listener.answers = [Response(status_code=500, headers={"retry-after": "3600"})]
    await phone.start()
    await other.start()
    assert [update["message"]["from"]["id"] for update in listener.bodies] == [phone.chat_id, other.chat_id]
    assert len(simulator.telegram.courier.pending) == 1


async def test_what_waited_for_a_poll_goes_out_by_the_webhook(
    simulator: Simulator, listener: Listener, phone: TelegramPhone
) -> None:
    courier = simulator.telegram.courier
    url, courier.url = courier.url, ""
    await phone.start()
    await phone.say("待っている")
    first = min(courier.pending)
    assert len(await courier.poll(first + 1, 100, 0)) == 1
    courier.url = url
    await phone.say("着いた")
    assert [update["message"]["text"] for update in listener.bodies] == ["待っている", "着いた"]


async def test_only_what_was_asked_for_is_told(simulator: Simulator, listener: Listener, phone: TelegramPhone) -> None:
    simulator.telegram.allowed_updates = ["message"]
    await phone.start()
    await phone.block()
    assert len(listener.heard) == 1


async def test_the_webhooks_answer_may_be_a_call(listener: Listener, phone: TelegramPhone) -> None:
    listener.answers = [JSONResponse({"method": "sendMessage", "chat_id": phone.chat_id, "text": "ようこそ"})]
    await phone.start()
    assert [message["text"] for message in await phone.answer()] == ["ようこそ"]


async def test_a_duplicated_webhook_is_the_same_update(
    simulator: Simulator, listener: Listener, phone: TelegramPhone
) -> None:
    simulator.faults.duplicate_webhooks(Platform.TELEGRAM)
    await phone.start()
    assert len(listener.bodies) == 2
    assert listener.bodies[0] == listener.bodies[1]


async def test_taps(simulator: Simulator, listener: Listener, phone: TelegramPhone) -> None:
    await phone.start()
    show_buttons(simulator, phone)
    assert await phone.tap("地図") == {"open": "https://example.jp/"}
    assert await phone.tap(index=2) == {"copy": "番号"}
    assert len(listener.bodies) == 1
    await phone.tap(action=KEYBOARD["inline_keyboard"][0][0])
    query = listener.bodies[-1]["callback_query"]
    assert (query["data"], query["message"]) == ("1:apply:1", phone.messages[-1])
    for missing in ({"label": "ない"}, {"index": 3}, {}, {"label": "地図", "index": 1}):
        with pytest.raises(CannotDoError):
            await phone.tap(**missing)


async def test_before_start_and_while_blocked_nothing_can_be_said(phone: TelegramPhone) -> None:
    with pytest.raises(CannotDoError):
        await phone.say("もしもし")
    await phone.start()
    await phone.block()
    with pytest.raises(CannotDoError):
        await phone.say("もしもし")
    with pytest.raises(CannotDoError):
        await phone.start("だめな文字")


async def test_news_are_what_came_since_the_last_act(simulator: Simulator, phone: TelegramPhone) -> None:
    await phone.start()
    show_buttons(simulator, phone)
    await phone.say("次")
    assert phone.news == []
    asyncio.get_running_loop().call_later(0.01, show_buttons, simulator, phone)
    assert len(await phone.answer()) == 1
