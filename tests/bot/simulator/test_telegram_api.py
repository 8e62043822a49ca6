"""Telegram's Bot API as python-telegram-bot meets it."""

import asyncio
from io import BytesIO

import pytest
from PIL import Image
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MenuButtonCommands,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot.simulator.calls import Trouble
from bot.simulator.phones import Simulator
from bot.simulator.telegram_phone import TelegramPhone
from tests.bot.simulator.conftest import Listener
from tests.platform_specs import validate_telegram_call

FIND = InlineKeyboardMarkup([[InlineKeyboardButton("さがす", callback_data="1:find")]])


@pytest.fixture
async def phone(simulator: Simulator, base_url: str) -> TelegramPhone:
    phone = simulator.residents["a"].telegram
    await phone.start()
    return phone


async def test_a_message_arrives_with_entities_and_buttons(
    simulator: Simulator, phone: TelegramPhone, telegram: Bot
) -> None:
    sent = await telegram.send_message(phone.chat_id, "<b>講座</b>です", parse_mode="HTML", reply_markup=FIND)
    shown = phone.messages[-1]
    assert (shown["message_id"], shown["text"]) == (sent.message_id, "講座です")
    assert shown["entities"] == [{"type": "bold", "offset": 0, "length": 2}]
    assert shown["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "1:find"
    (call,) = simulator.calls.to("sendMessage")
    assert call.body["reply_markup"]["inline_keyboard"], "decoded in the record"
    validate_telegram_call(call.path, call.body)


async def test_an_edit_replaces_and_an_equal_one_is_refused(phone: TelegramPhone, telegram: Bot) -> None:
    sent = await telegram.send_message(phone.chat_id, "一", reply_markup=FIND)
    await telegram.edit_message_text("二", phone.chat_id, sent.message_id, reply_markup=FIND)
    assert [message["text"] for message in phone.messages] == ["二"]
    with pytest.raises(BadRequest, match="Message is not modified"):
        await telegram.edit_message_text("二", phone.chat_id, sent.message_id, reply_markup=FIND)
    await telegram.edit_message_reply_markup(phone.chat_id, sent.message_id)
    assert "reply_markup" not in phone.messages[0]
    with pytest.raises(BadRequest, match="Message is not modified"):
        await telegram.edit_message_reply_markup(phone.chat_id, sent.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await telegram.edit_message_text("三", phone.chat_id, 999)
    own = int(phone.transcript.entries[1].id)
    with pytest.raises(BadRequest, match="can't be edited"):
        await telegram.edit_message_text("三", phone.chat_id, own)


async def test_deleting(phone: TelegramPhone, telegram: Bot) -> None:
    sent = await telegram.send_message(phone.chat_id, "消える")
    assert await telegram.delete_message(phone.chat_id, sent.message_id)
    assert phone.messages == []
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await telegram.delete_message(phone.chat_id, sent.message_id)


async def test_who_blocked_is_403_and_a_stranger_too(phone: TelegramPhone, telegram: Bot) -> None:
    await phone.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await telegram.send_message(phone.chat_id, "?")
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await telegram.send_message(phone.chat_id + 1, "?")
    with pytest.raises(BadRequest, match="Chat not found"):
        await telegram.send_message(1, "?")
    await phone.unblock()
    await telegram.send_message(phone.chat_id, "また")


async def test_a_wrong_token_is_404(base_url: str, telegram: Bot) -> None:
    stranger = Bot("1:wrong", base_url=f"{base_url}/telegram/bot", request=telegram.request)
    with pytest.raises(InvalidToken):
        await stranger.get_me()
    await telegram.initialize()
    assert telegram.username == "manabi_sample_bot"


async def test_flood_control_in_one_chat(simulator: Simulator, phone: TelegramPhone, telegram: Bot) -> None:
    simulator.telegram.limit(chat=(0.5, 2))
    for _ in range(2):
        await telegram.send_message(phone.chat_id, "速い")
    with pytest.raises(RetryAfter) as refused:
        await telegram.send_message(phone.chat_id, "速すぎる")
    assert simulator.calls[-1].answer["parameters"] == {"retry_after": 2}
    assert "Retry in" in str(refused.value)
    other = simulator.residents["b"].telegram
    await other.start()
    await telegram.send_message(other.chat_id, "別の人には届く")


async def test_flood_control_in_all_chats(simulator: Simulator, phone: TelegramPhone, telegram: Bot) -> None:
    simulator.telegram.limit(overall=(0.5, 1))
    await telegram.send_message(phone.chat_id, "一")
    with pytest.raises(RetryAfter):
        await telegram.send_message(phone.chat_id, "二")


async def test_a_tap_is_answered_in_time(simulator: Simulator, listener: Listener, telegram: Bot) -> None:
    phone = simulator.residents["a"].telegram
    await phone.start()
    await telegram.send_message(phone.chat_id, "?", reply_markup=FIND)
    await phone.tap("さがす")
    query = listener.bodies[-1]["callback_query"]
    assert query["data"] == "1:find"
    assert await telegram.answer_callback_query(query["id"], "さがしています", show_alert=True)
    assert phone.toast is not None
    assert (phone.toast["text"], phone.toast["show_alert"]) == ("さがしています", True)
    simulator.telegram.callback_seconds = 0
    await asyncio.sleep(0.001)
    with pytest.raises(BadRequest, match="Query is too old"):
        await telegram.answer_callback_query(query["id"])
    with pytest.raises(BadRequest, match="Query is too old"):
        await telegram.answer_callback_query("1")


async def test_pictures_and_files(simulator: Simulator, phone: TelegramPhone, telegram: Bot) -> None:
    out = BytesIO()
    Image.new("RGB", (40, 30)).save(out, "PNG")
    sent = await telegram.send_photo(phone.chat_id, out.getvalue(), caption="<i>会場</i>", parse_mode="HTML")
    assert (sent.photo[-1].width, sent.photo[-1].height, sent.caption) == (40, 30, "会場")
    shown = phone.state(simulator.zone)["transcript"][-1]["message"]["photo"][-1]
    assert shown["url"] == f"/sim/media/file/{sent.photo[-1].file_id}"
    await telegram.send_photo(phone.chat_id, "https://example.jp/a.png")
    shown = phone.state(simulator.zone)["transcript"][-1]["message"]["photo"][-1]
    assert shown["url"] == "https://example.jp/a.png"
    document = (await telegram.send_document(phone.chat_id, b"BEGIN:VCALENDAR", filename="a.ics")).document
    assert document is not None
    assert (document.file_name, document.file_size) == ("a.ics", 15)
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await telegram.send_photo(phone.chat_id, b"no picture")


async def test_places_and_typing(simulator: Simulator, phone: TelegramPhone, telegram: Bot) -> None:
    await telegram.send_location(phone.chat_id, 35.7, 139.5)
    sent = await telegram.send_venue(phone.chat_id, 35.7, 139.5, "田無公民館", "西東京市南町")
    assert sent.venue is not None
    assert sent.venue.title == "田無公民館"
    assert await telegram.send_chat_action(phone.chat_id, "typing")
    assert phone.state(simulator.zone)["typing"]
    await telegram.send_message(phone.chat_id, "はい")
    assert not phone.state(simulator.zone)["typing"]


async def test_a_reply_keyboard_stays_until_removed(phone: TelegramPhone, telegram: Bot) -> None:
    await telegram.send_message(phone.chat_id, "?", reply_markup=ReplyKeyboardMarkup([["はい", "いいえ"]]))
    assert phone.reply_keyboard is not None
    assert "reply_markup" not in phone.messages[-1]
    await telegram.send_message(phone.chat_id, "では", reply_markup=ReplyKeyboardRemove())
    assert phone.reply_keyboard is None


async def test_settings_show_on_the_phone(simulator: Simulator, phone: TelegramPhone, telegram: Bot) -> None:
    await telegram.set_my_commands([BotCommand("help", "Help")])
    find = BotCommand("find", "講座をさがす")
    await telegram.set_my_commands([find], BotCommandScopeAllPrivateChats(), language_code="ja")
    await telegram.set_my_description("まなびの相談")
    await telegram.set_my_short_description("まなび")
    await telegram.set_my_name("まなび", language_code="ja")
    await telegram.set_chat_menu_button(menu_button=MenuButtonCommands())
    state = phone.state(simulator.zone)
    assert state["commands"] == [{"command": "find", "description": "講座をさがす"}]
    assert state["menu_button"] == {"type": "commands"}
    assert simulator.state()["bots"]["telegram"] == {
        "name": "まなび",
        "username": "manabi_sample_bot",
        "description": "まなびの相談",
        "short_description": "まなび",
    }
    assert (await telegram.get_my_commands(BotCommandScopeAllPrivateChats(), "ja"))[0] == find
    with pytest.raises(BadRequest, match="too long"):
        await telegram.set_my_short_description("あ" * 121)
    for call in simulator.calls:
        validate_telegram_call(call.path, call.body)


async def test_polling(simulator: Simulator, telegram: Bot) -> None:
    """Updates wait until confirmed by the next offset; a long poll wakes with the first one."""
    waiting = asyncio.create_task(telegram.get_updates(timeout=2))
    await asyncio.sleep(0.05)
    phone = simulator.residents["a"].telegram
    await phone.start("course_12")
    (update,) = await waiting
    assert update.message is not None
    assert update.message.text == "/start course_12"
    assert len(await telegram.get_updates()) == 1
    assert await telegram.get_updates(offset=update.update_id + 1) == ()
    await telegram.set_webhook("https://bot.example.jp/hook", secret_token="s")
    with pytest.raises(Conflict):
        await telegram.get_updates()
    info = await telegram.get_webhook_info()
    assert (info.url, info.pending_update_count) == ("https://bot.example.jp/hook", 0)
    await telegram.delete_webhook()
    assert (await telegram.get_webhook_info()).url == ""


async def test_ordered_trouble(simulator: Simulator, phone: TelegramPhone, telegram: Bot) -> None:
    faults = simulator.faults
    faults.next_calls(Trouble.RATE_LIMITED, path="sendMessage", retry_after=7)
    with pytest.raises(RetryAfter):
        await telegram.send_message(phone.chat_id, "一")
    faults.next_calls(Trouble.BLOCKED)
    with pytest.raises(Forbidden):
        await telegram.send_message(phone.chat_id, "二")
    faults.next_calls(Trouble.SERVER_ERROR)
    with pytest.raises(NetworkError):
        await telegram.send_message(phone.chat_id, "三")
    faults.next_calls(Trouble.TIMEOUT, carried_out=True)
    with pytest.raises(TimedOut):
        await telegram.send_message(phone.chat_id, "四", read_timeout=0.1)
    faults.next_calls(Trouble.CLOSED)
    with pytest.raises(NetworkError):
        await telegram.send_message(phone.chat_id, "五")
    assert [message["text"] for message in phone.messages] == ["四"]


async def test_an_unknown_method_is_404(base_url: str, telegram: Bot) -> None:
    with pytest.raises(InvalidToken):  # what the SDK makes of any 404
        await telegram.do_api_request("sendTelepathy")
