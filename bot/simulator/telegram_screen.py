"""What a resident's Telegram phone shows, and the group it may be in."""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.simulator.telegram_limits import Refused
from bot.simulator.telegram_platform import TelegramPlatform
from bot.simulator.transcript import Entry, Json, Transcript

TYPING_SECONDS = 5


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
            "transcript": [self._shown(entry, zone) for entry in self.transcript.entries],
        }

    def _shown(self, entry: Entry, zone: ZoneInfo) -> Json:
        """The entry; a photo of the bot with the address where the page finds it."""
        shown = entry.shown(zone)
        photo = (entry.message or {}).get("photo")
        if photo and (file := self._platform.files.get(photo[-1]["file_id"])) is not None:
            sizes = [*photo[:-1], photo[-1] | {"url": file.url}]
            shown["message"] = shown["message"] | {"photo": sizes}
        return shown


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
