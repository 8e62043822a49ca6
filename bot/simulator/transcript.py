"""What stands on the phones' screens, and word of every change for those who watch."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from catalog.models.resident import Platform

Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Entry:
    """One line of a chat: a raw platform message of the bot or of the resident, or a system note (`what`)."""

    id: str
    sender: Literal["bot", "me", "system"]
    at: datetime
    message: Json | None = None
    what: str = ""
    via: str = ""
    read: bool = False
    unsent: bool = False
    group: str = ""

    def shown(self, zone: ZoneInfo) -> Json:
        """The entry as CONTRACT.md has it."""
        shown: Json = {"id": self.id, "from": self.sender, "at": self.at.astimezone(zone).isoformat()}
        if self.sender == "system":
            return shown | {"what": self.what}
        if self.sender == "me":
            shown |= {"read": self.read, "unsent": self.unsent}
        if self.via:
            shown["via"] = self.via
        if self.group:
            shown["group"] = self.group
        if self.message is not None and not self.unsent:
            shown["message"] = self.message
        return shown


class Board:
    """Tells every watcher what changed: the page by queue, tests by waiting for a condition."""

    def __init__(self) -> None:
        self._watchers: set[asyncio.Queue[Json]] = set()

    @contextmanager
    def watched(self) -> Iterator[asyncio.Queue[Json]]:
        """A queue of all changes from now on: `{"resident", "platform", "version"}` or `{"clock"}`."""
        queue: asyncio.Queue[Json] = asyncio.Queue()
        self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)

    def tell(self, change: Json) -> None:
        """Hands a change to everyone who watches."""
        for queue in self._watchers:
            queue.put_nowait(change)

    async def until(self, condition: Callable[[], bool], timeout: float) -> None:  # noqa: ASYNC109 - the caller's wish
        """Waits until the condition holds after some change. Raises TimeoutError."""
        with self.watched() as changes:
            async with asyncio.timeout(timeout):
                while not condition():
                    await changes.get()


@dataclass(slots=True)
class Transcript:
    """One chat on one phone."""

    resident: str
    platform: Platform
    board: Board
    entries: list[Entry] = field(default_factory=list)
    version: int = 0

    def add(self, entry: Entry) -> Entry:
        """Appends an entry."""
        self.entries.append(entry)
        self.touch()
        return entry

    def remove(self, entry: Entry) -> None:
        """Takes an entry off the screen."""
        self.entries.remove(entry)
        self.touch()

    def touch(self) -> None:
        """Tells that something about this phone has changed."""
        self.version += 1
        self.board.tell({"resident": self.resident, "platform": self.platform.value, "version": self.version})

    def find(self, entry_id: str) -> Entry | None:
        """The entry of that id."""
        return next((entry for entry in reversed(self.entries) if entry.id == entry_id), None)

    def said_by_bot(self, *, since: int = 0) -> list[Json]:
        """The bot's messages from position `since` on, oldest first."""
        return [entry.message for entry in self.entries[since:] if entry.sender == "bot" and entry.message is not None]
