"""What a resident's LINE phone shows, and the group it may be in."""

import time
from zoneinfo import ZoneInfo

from bot.simulator.line_platform import LinePlatform
from bot.simulator.taps import CannotDoError
from bot.simulator.transcript import Entry, Json, Transcript


class LineScreen:
    """What the phone shows of the chat with the bot, and what the platform does to it."""

    def __init__(self, platform: LinePlatform, transcript: Transcript, *, name: str, user_id: str) -> None:
        self.user_id = user_id
        self.name = name
        self.language = "ja"
        self.friend = False
        self.blocked = False
        self.transcript = transcript
        self._platform = platform
        self._answered_at = 0  # the position after the resident's newest act
        self._quick_reply_used = ""  # the entry whose quick reply was tapped
        self._loading_until = 0.0
        self._read_tokens: dict[str, Entry] = {}
        platform.recipients[user_id] = self

    @property
    def reachable(self) -> bool:
        return self.friend and not self.blocked

    @property
    def profile(self) -> Json:
        return {"userId": self.user_id, "displayName": self.name, "language": self.language}

    def hear(self, message_id: str, message: Json, via: str, group: str = "") -> None:
        """A message of the bot arrives."""
        self._loading_until = 0
        entry = Entry(id=message_id, sender="bot", at=self._platform.now(), message=message, via=via, group=group)
        self.transcript.add(entry)

    def show_loading(self, seconds: int) -> None:
        """The loading animation, until the next message."""
        self._loading_until = time.monotonic() + seconds
        self.transcript.touch()

    def refresh(self) -> None:
        """The rich menu may have changed."""
        self.transcript.touch()

    def mark_read(self, token: str) -> bool:
        """The bot has read the message, and all before it."""
        if token not in self._read_tokens:
            return False
        for entry in self.transcript.entries:
            entry.read = entry.read or entry.sender == "me"
            if entry is self._read_tokens[token]:
                break
        self.transcript.touch()
        return True

    @property
    def messages(self) -> list[Json]:
        """All messages of the bot, oldest first."""
        return self.transcript.said_by_bot()

    @property
    def news(self) -> list[Json]:
        """The bot's messages since the resident last did something."""
        return self.transcript.said_by_bot(since=self._answered_at)

    @property
    def quick_replies(self) -> list[Json]:
        """The newest message's quick replies, until one is tapped or anything follows."""
        newest = self.transcript.entries[-1] if self.transcript.entries else None
        if newest is None or newest.message is None or newest.id == self._quick_reply_used:
            return []
        items: list[Json] = newest.message.get("quickReply", {}).get("items", [])
        return items

    @property
    def rich_menu(self) -> Json | None:
        """The rich menu shown, or None."""
        menu_id = self._platform.menu_of(self.user_id) if self.reachable else None
        return self._platform.menus[menu_id].content if menu_id in self._platform.menus else None

    def state(self, zone: ZoneInfo) -> Json:
        """The phone as CONTRACT.md has it."""
        menu = self.rich_menu
        if menu is not None:
            pictured = bool(self._platform.menus[menu["richMenuId"]].image)
            menu = menu | {"image": f"/sim/media/richmenu/{menu['richMenuId']}" if pictured else None}
        return {
            "user_id": self.user_id,
            "friend": self.reachable,
            "blocked": self.blocked,
            "version": self.transcript.version,
            "loading": time.monotonic() < self._loading_until,
            "rich_menu": menu,
            "quick_reply": self.quick_replies or None,
            "transcript": [entry.shown(zone) for entry in self.transcript.entries],
        }

    async def answer(self, *, count: int = 1, timeout: float = 5) -> list[Json]:  # noqa: ASYNC109 - the test's wish
        """The bot's messages since the last act, once there are `count`. Raises TimeoutError."""
        await self.transcript.board.until(lambda: len(self.news) >= count, timeout)
        return self.news


class LineGroup:
    """A group chat with the bot in it; its talk stands on the phone of the resident who invited the bot."""

    def __init__(self, screen: LineScreen, group_id: str) -> None:
        self.id = group_id
        self.reachable = True
        self._screen = screen

    def hear(self, message_id: str, message: Json, via: str) -> None:
        self._screen.hear(message_id, message, via, group=self.id)

    @property
    def profile(self) -> Json:
        raise CannotDoError("a group has no profile")

    def show_loading(self, seconds: int) -> None:
        raise CannotDoError("the loading animation is for private chats")

    def refresh(self) -> None: ...

    def mark_read(self, token: str) -> bool:
        return False
