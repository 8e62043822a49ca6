"""What Telegram's platform knows of one bot: its chats, its settings, files, flood control."""

import math
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.simulator.rates import TokenBucket
from bot.simulator.telegram_limits import Refused, bad_request
from bot.simulator.transcript import Entry
from bot.simulator.webhooks import TelegramCourier

Json = dict[str, Any]


class Chat(Protocol):
    """A chat that the bot can write to: a resident's phone or a group."""

    @property
    def chat(self) -> Json:
        """The Bot API's Chat object."""
        ...

    def check_reachable(self) -> None:
        """Raises the 403 of a chat that the bot may not write to."""
        ...

    def hear(self, message: Json, keyboard: Json | None) -> None:
        """Shows a message of the bot; `keyboard` is a reply keyboard or its removal."""
        ...

    def entry(self, message_id: int) -> Entry | None:
        """The entry of a message in this chat."""
        ...

    def changed(self, entry: Entry, *, deleted: bool = False) -> None:
        """A shown message was edited or deleted."""
        ...

    def show_typing(self) -> None: ...

    def show_toast(self, text: str, *, alert: bool) -> None: ...

    def refresh(self) -> None:
        """Commands or the menu button may have changed."""
        ...


@dataclass(frozen=True, slots=True)
class File:
    """A file that the bot sent; `url` is where the page finds it."""

    content: bytes
    name: str
    mime_type: str
    url: str


@dataclass(frozen=True, slots=True)
class Callback:
    chat: Chat
    at: float


@dataclass(slots=True)
class TelegramPlatform:
    """One bot. Flood control and the age of a tap are the machine's time; what is shown carries `now()`."""

    token: str
    courier: TelegramCourier
    now: Callable[[], datetime]
    username: str = "manabi_sample_bot"
    names: dict[str, str] = field(default_factory=lambda: {"": "まなびコンシェルジュ"})
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)  # 0: for all who have none of their own
    allowed_updates: list[str] = field(default_factory=list)
    chats: dict[int, Chat] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    monotonic: Callable[[], float] = time.monotonic
    callback_seconds: float = 15
    chat_rate: tuple[float, float] = (1, 20)
    group_rate: tuple[float, float] = (20 / 60, 20)
    overall: TokenBucket = field(default_factory=lambda: TokenBucket(30, 30))
    _flood: dict[int, TokenBucket] = field(default_factory=dict)
    _callbacks: dict[str, Callback] = field(default_factory=dict)
    _last_update: int = 700_000_000
    _last_message: int = 0

    @property
    def user(self) -> Json:
        """The bot as a User object."""
        return {
            "id": int(self.token.partition(":")[0]),
            "is_bot": True,
            "first_name": self.names[""],
            "username": self.username,
        }

    def limit(self, *, chat: tuple[float, float] | None = None, overall: tuple[float, float] | None = None) -> None:
        """Sets flood control: (messages a second, messages at once) in one chat and in all."""
        if chat is not None:
            self.chat_rate = chat
            self._flood.clear()
        if overall is not None:
            self.overall = TokenBucket(*overall, monotonic=self.monotonic)

    def check_flood(self, chat_id: int) -> None:
        """Counts one message. Raises the 429 with `retry_after`; a refused message is not counted."""
        if chat_id not in self._flood:
            rate = self.group_rate if chat_id < 0 else self.chat_rate
            self._flood[chat_id] = TokenBucket(*rate, monotonic=self.monotonic)
        wait = max(self._flood[chat_id].wait(), self.overall.wait())
        if wait:
            raise too_many_requests(math.ceil(wait))
        self._flood[chat_id].take()
        self.overall.take()

    def next_message_id(self) -> int:
        self._last_message += 1
        return self._last_message

    def date(self) -> int:
        """Now, as Telegram writes it."""
        return int(self.now().timestamp())

    def find_chat(self, chat_id: Any) -> Chat:
        """The chat. Raises the 400 of an unknown one."""
        if chat_id in {None, ""}:
            raise bad_request("chat_id is empty")
        try:
            return self.chats[int(chat_id)]
        except (ValueError, KeyError):
            raise bad_request("chat not found") from None

    def new_message(self, chat: Chat, content: Json) -> Json:
        """A Message object of the bot."""
        message_id = self.next_message_id()
        return {"message_id": message_id, "from": self.user, "chat": chat.chat, "date": self.date(), **content}

    def keep_file(self, content: bytes, name: str, mime_type: str, url: str = "") -> str:
        """Keeps an uploaded file, or the address of one elsewhere; answers its file_id."""
        file_id = f"sample-{secrets.token_urlsafe(16)}"
        self.files[file_id] = File(content, name, mime_type, url or f"/sim/media/file/{file_id}")
        return file_id

    def open_callback(self, chat: Chat) -> str:
        """The id of a tap, which the bot must answer soon."""
        callback_id = str(secrets.randbits(60))
        self._callbacks[callback_id] = Callback(chat, self.monotonic())
        return callback_id

    def close_callback(self, callback_id: str) -> Chat:
        """Where the tap was. Raises the 400 of one that is too old or unknown."""
        known = self._callbacks.get(callback_id)
        if known is None or self.monotonic() - known.at > self.callback_seconds:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        return known.chat

    def commands_for(self, chat_id: int, language: str) -> list[Json]:
        """The commands that a private chat shows: the narrowest scope first, in the user's language first."""
        scopes = (f'{{"chat_id":{chat_id},"type":"chat"}}', '{"type":"all_private_chats"}', '{"type":"default"}')
        for scope in scopes:
            for wanted in (language, ""):
                if found := self.commands.get((scope, wanted)):
                    return found
        return []

    def menu_button_for(self, chat_id: int) -> Json:
        """The chat's menu button."""
        return self.menu_buttons.get(chat_id) or self.menu_buttons.get(0) or {"type": "default"}

    def refresh_all(self) -> None:
        """Something that all phones show has changed."""
        for chat in self.chats.values():
            chat.refresh()

    async def tell(self, chat_id: int, kind: str, content: Json) -> None:
        """Sends the bot an update of this kind, unless it did not ask for such."""
        if self.allowed_updates and kind not in self.allowed_updates:
            return
        self._last_update += 1
        await self.courier.deliver(chat_id, {"update_id": self._last_update, kind: content})


def too_many_requests(seconds: int) -> Refused:
    """Flood control's answer."""
    return Refused(f"Too Many Requests: retry after {seconds}", code=429, parameters={"retry_after": seconds})
