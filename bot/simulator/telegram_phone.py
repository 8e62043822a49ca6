"""A resident's Telegram phone: what it shows, and what its owner does to it. Every act is a faithful update."""

import re
import secrets
import time
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.simulator.measure import units
from bot.simulator.taps import CannotDoError, check_one, inline_buttons, pick
from bot.simulator.telegram_limits import Refused
from bot.simulator.telegram_platform import TelegramPlatform
from bot.simulator.transcript import Entry, Json, Transcript

TYPING_SECONDS = 5
_COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,64}(?:@\w+)?")


class TelegramScreen:
    """What the phone shows of the private chat, and what the platform does to it."""

    def __init__(self, platform: TelegramPlatform, transcript: Transcript, *, name: str, chat_id: int) -> None:
        self.chat_id = chat_id
        self.name = name
        self.language = "ja"
        self.started = False
        self.blocked = False
        self.transcript = transcript
        self.toast: Json | None = None
        self.reply_keyboard: Json | None = None
        self._platform = platform
        self._typing_until = 0.0
        self._answered_at = 0
        platform.chats[chat_id] = self

    @property
    def chat(self) -> Json:
        return {"id": self.chat_id, "type": "private", "first_name": self.name}

    @property
    def user(self) -> Json:
        """The resident as a User object."""
        return {"id": self.chat_id, "is_bot": False, "first_name": self.name, "language_code": self.language}

    def check_reachable(self) -> None:
        if self.blocked:
            raise Refused("Forbidden: bot was blocked by the user", code=403)
        if not self.started:
            raise Refused("Forbidden: bot can't initiate conversation with a user", code=403)

    def hear(self, message: Json, keyboard: Json | None, group: str = "") -> None:
        """A message of the bot arrives."""
        self._typing_until = 0
        if keyboard is not None:
            self.reply_keyboard = keyboard if "keyboard" in keyboard else None
        entry_id = str(message["message_id"])
        entry = Entry(id=entry_id, sender="bot", at=self._platform.now(), message=message, group=group)
        self.transcript.add(entry)

    def entry(self, message_id: int) -> Entry | None:
        return self.transcript.find(str(message_id))

    def changed(self, entry: Entry, *, deleted: bool = False) -> None:
        """A shown message was edited or deleted."""
        if not deleted:
            self.transcript.touch()
            return
        if self.transcript.entries.index(entry) < self._answered_at:
            self._answered_at -= 1
        self.transcript.remove(entry)

    def show_typing(self) -> None:
        self._typing_until = time.monotonic() + TYPING_SECONDS
        self.transcript.touch()

    def show_toast(self, text: str, *, alert: bool) -> None:
        self.toast = {"text": text, "show_alert": alert, "at": self._platform.now()}
        self.transcript.touch()

    def refresh(self) -> None:
        """Commands or the menu button may have changed."""
        self.transcript.touch()

    @property
    def messages(self) -> list[Json]:
        """All messages of the bot that are still there, as they stand now, oldest first."""
        return self.transcript.said_by_bot()

    @property
    def news(self) -> list[Json]:
        """The bot's messages since the resident last did something."""
        return self.transcript.said_by_bot(since=self._answered_at)

    async def answer(self, *, count: int = 1, timeout: float = 5) -> list[Json]:  # noqa: ASYNC109 - the test's wish
        """The bot's messages since the last act, once there are `count`. Raises TimeoutError."""
        await self.transcript.board.until(lambda: len(self.news) >= count, timeout)
        return self.news

    def state(self, zone: ZoneInfo) -> Json:
        """The phone as CONTRACT.md has it."""
        toast = self.toast
        if toast is not None:
            shown_at: datetime = toast["at"]
            toast = toast | {"at": shown_at.astimezone(zone).isoformat()}
        return {
            "chat_id": self.chat_id,
            "started": self.started,
            "blocked": self.blocked,
            "version": self.transcript.version,
            "typing": time.monotonic() < self._typing_until,
            "commands": self._platform.commands_for(self.chat_id, self.language),
            "menu_button": self._platform.menu_button_for(self.chat_id),
            "reply_keyboard": self.reply_keyboard,
            "toast": toast,
            "transcript": [entry.shown(zone) for entry in self.transcript.entries],
        }


class TelegramGroup:
    """A group with the bot in it; its talk stands on the phone of the resident who added the bot."""

    def __init__(self, screen: TelegramScreen, chat_id: int) -> None:
        self.id = chat_id
        self._screen = screen

    @property
    def chat(self) -> Json:
        return {"id": self.id, "type": "group", "title": "見本のグループ"}

    def check_reachable(self) -> None: ...

    def hear(self, message: Json, keyboard: Json | None) -> None:
        self._screen.hear(message, None, group=str(self.id))

    def entry(self, message_id: int) -> Entry | None:
        return self._screen.entry(message_id)

    def changed(self, entry: Entry, *, deleted: bool = False) -> None:
        self._screen.changed(entry, deleted=deleted)

    def show_typing(self) -> None:
        self._screen.show_typing()

    def show_toast(self, text: str, *, alert: bool) -> None:
        self._screen.show_toast(text, alert=alert)

    def refresh(self) -> None: ...


class TelegramPhone(TelegramScreen):
    """The phone with its owner. Acts come back with `{}`, or with what the phone itself does: `open`, `copy`."""

    group: TelegramGroup | None = None

    async def start(self, payload: str = "") -> Json:
        """Presses START, with a deep link's payload; takes a block back first."""
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,64}", payload):
            raise CannotDoError("a deep link carries at most 64 of A-Z a-z 0-9 _ -")
        if self.blocked:
            await self.unblock()
        if not self.started:
            self.started = True
            self._note("start")
        return await self.say(f"/start {payload}".strip())

    async def block(self) -> Json:
        """Stops and blocks the bot."""
        if self.blocked or not self.started:
            raise CannotDoError("there is nothing to block")
        self.blocked = True
        self._note("block")
        return await self._tell_membership(self.chat_id, self.chat, "member", "kicked")

    async def unblock(self) -> Json:
        """Takes the block back."""
        if not self.blocked:
            raise CannotDoError("not blocked")
        self.blocked = False
        self._note("unblock")
        return await self._tell_membership(self.chat_id, self.chat, "kicked", "member")

    async def say(self, text: str, *, group: bool = False) -> Json:
        """Sends a text. In the group the bot only sees commands and what names it (privacy mode)."""
        content: Json = {"text": text}
        commands = [
            {"type": "bot_command", "offset": units(text[: found.start()]), "length": units(found[0])}
            for found in _COMMAND.finditer(text)
        ]
        if commands:
            content["entities"] = commands
        seen = not group or bool(commands) or f"@{self._platform.username}" in text
        return await self._send(content, group=group, seen=seen)

    async def sticker(self, keywords: list[str] | None = None) -> Json:
        """Sends a sticker; Telegram tells an emoji instead of keywords."""
        sticker = {
            **_file_ids(),
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": (keywords or ["👍"])[0],
        }
        return await self._send({"sticker": sticker})

    async def location(self, latitude: float, longitude: float, title: str = "", address: str = "") -> Json:
        """Shares a place; with a title it is a venue."""
        place: Json = {"latitude": latitude, "longitude": longitude}
        venue = {"venue": {"location": place, "title": title, "address": address}} if title else {}
        return await self._send({"location": place, **venue})

    async def image(self) -> Json:
        """Sends a picture."""
        return await self._send({"photo": [{**_file_ids(), "width": 800, "height": 600}]})

    async def join(self) -> Json:
        """Adds the bot to a group."""
        if self.group is not None:
            raise CannotDoError("already in a group")
        self.group = TelegramGroup(self, -secrets.randbelow(10**9) - 1)
        self._platform.chats[self.group.id] = self.group
        self._note("join")
        return await self._tell_membership(self.group.id, self.group.chat, "left", "member")

    async def leave(self) -> Json:
        """Removes the bot from the group."""
        if self.group is None:
            raise CannotDoError("not in a group")
        left, self.group = self.group, None
        self._platform.chats.pop(left.id)
        self._note("leave")
        return await self._tell_membership(left.id, left.chat, "member", "left")

    async def tap(
        self,
        label: str | None = None,
        *,
        index: int | None = None,
        action: Json | None = None,
        entry: str | None = None,
    ) -> Json:
        """Taps an inline button, by default on the newest message that has it."""
        check_one(label, index, action)
        for shown in reversed(self.transcript.entries):
            if shown.sender == "bot" and shown.message is not None and entry in {None, shown.id}:
                button = pick(inline_buttons(shown.message), label=label, index=index, action=action)
                if button is not None:
                    return await self._do(button, shown.message)
        raise CannotDoError(f"no such button: {label or action or index}")

    async def _do(self, button: Json, message: Json) -> Json:
        if "url" in button:
            return {"open": button["url"]}
        if "web_app" in button:
            return {"open": button["web_app"]["url"]}
        if "copy_text" in button:
            return {"copy": button["copy_text"]["text"]}
        if self.blocked:
            raise CannotDoError("unblock the bot first")
        self._answered_at = len(self.transcript.entries)
        self.toast = None
        query = {
            "id": self._platform.open_callback(self),
            "from": self.user,
            "message": message,
            "chat_instance": str(self.chat_id),
            "data": button["callback_data"],
        }
        await self._platform.tell(message["chat"]["id"], "callback_query", query)
        return {}

    async def _send(self, content: Json, *, group: bool = False, seen: bool = True) -> Json:
        if self.blocked or not self.started:
            raise CannotDoError("press START first")
        if group and self.group is None:
            raise CannotDoError("not in a group")
        chat = self.group.chat if group and self.group else self.chat
        message_id = self._platform.next_message_id()
        message = {
            "message_id": message_id,
            "from": self.user,
            "chat": chat,
            "date": self._platform.date(),
            **content,
        }
        where = str(chat["id"]) if group else ""
        entry = Entry(id=str(message_id), sender="me", at=self._platform.now(), message=message, group=where)
        self.transcript.add(entry)
        self._answered_at = len(self.transcript.entries)
        if seen:
            await self._platform.tell(chat["id"], "message", message)
        return {}

    async def _tell_membership(self, chat_id: int, chat: Json, old: str, new: str) -> Json:
        change = {
            "chat": chat,
            "from": self.user,
            "date": self._platform.date(),
            "old_chat_member": _member(self._platform.user, old),
            "new_chat_member": _member(self._platform.user, new),
        }
        await self._platform.tell(chat_id, "my_chat_member", change)
        return {}

    def _note(self, what: str) -> None:
        note = Entry(id=f"s{len(self.transcript.entries)}", sender="system", at=self._platform.now(), what=what)
        self.transcript.add(note)
        self._answered_at = len(self.transcript.entries)


def _member(user: Json, status: str) -> Json:
    return {"user": user, "status": status} | ({"until_date": 0} if status == "kicked" else {})


def _file_ids() -> dict[str, Any]:
    return {"file_id": f"sample-{secrets.token_urlsafe(12)}", "file_unique_id": secrets.token_urlsafe(9)}
