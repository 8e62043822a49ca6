"""A resident's Telegram phone in its owner's hand. Every act is a faithful update."""

import re
import secrets
from typing import Any

from bot.simulator.measure import units
from bot.simulator.taps import CannotDoError, check_one, inline_buttons, pick
from bot.simulator.telegram_screen import TelegramGroup, TelegramScreen
from bot.simulator.transcript import Entry, Json

_COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,64}(?:@\w+)?")


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
