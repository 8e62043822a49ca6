"""How a dialogue is written down and played.

A dialogue is a list of (said, answered). `said` is what the resident does:
    "ヨガ"              writes it
    "[申し込む]"         taps the newest button of that label; "[2. くわしく]" that of the second card
    "<follow>"          adds the bot (LINE: follow, Telegram: START); "<follow c_12>" by a deep link
    "<sticker>", "<image>", "<location 35.728 139.538>", "<block>", "<unblock>", "<unsend>", "<join>"
    "<pick 2018-05-01>" picks a day where a date is asked
    "<+90>"             lets minutes pass; what became due arrives
    a Happening         what others do meanwhile (`tests.dialogues.happenings`)
`answered` is what must stand in the bot's new messages: one text or several. "" is silence. A text beginning with "!"
must not stand there. `{course:S1}` in either is the id of the course with that NO.
"""

import asyncio
import html
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.simulator.line_phone import LinePhone
from bot.simulator.phones import SimulatedResident
from bot.simulator.taps import inline_buttons, line_actions
from bot.simulator.telegram_phone import TelegramPhone
from bot.simulator.transcript import Json
from catalog.models import Platform
from tests.stage import Stage

Happening = Callable[[Stage], Awaitable[None]]
Line = tuple[str | Happening, str | tuple[str, ...]]

_REDELIVERIES = 5
_AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A named conversation. `only` names the one platform that has the thing it is about. `given` is so beforehand."""

    name: str
    lines: tuple[Line, ...]
    only: Platform | None = None
    given: tuple[Happening, ...] = ()


class Player:
    """Plays one resident's side on one platform."""

    def __init__(self, stage: Stage, resident: SimulatedResident, platform: Platform) -> None:
        self.stage = stage
        self.platform = platform
        self.phone: LinePhone | TelegramPhone = resident.line if platform is Platform.LINE else resident.telegram
        self._courier = stage.simulator.line.courier

    async def play(self, dialogue: Dialogue) -> None:
        for happening in dialogue.given:
            await happening(self.stage)
        # LINE waits 2 s for a webhook, which a busy machine may not keep; what it gave up is delivered again.
        self._courier.redeliveries = _REDELIVERIES
        try:
            await self._play(dialogue)
        finally:
            self._courier.redeliveries = 0

    async def _play(self, dialogue: Dialogue) -> None:
        for number, (said, answered) in enumerate(dialogue.lines, start=1):
            heard = await self.say(said)
            for part in (answered,) if isinstance(answered, str) else answered:
                expected = self._filled(part)
                where = f"{dialogue.name}, line {number}: {said}\nheard: {heard or '(silence)'}\n"
                if expected == "":
                    assert heard == "", where + "expected silence"
                elif expected.startswith("!"):
                    assert expected[1:] not in heard, where + f"not expected: {expected[1:]}"
                else:
                    assert expected in heard, where + f"expected: {expected}"

    async def say(self, said: str | Happening) -> str:
        """Does one thing and returns all that the bot then shows, as text: words, labels and all."""
        before = self._snapshot()
        if isinstance(said, str):
            await self._do(self._filled(said))
        else:
            await said(self.stage)
            await self.stage.settle()
        if self._courier.retrying:
            await asyncio.wait(self._courier.retrying)
        await self.stage.service.dispatcher.idle()
        after = self._snapshot()
        return "\n".join(text for key, text in after.items() if before.get(key) != text)

    async def _do(self, said: str) -> None:
        if said.startswith("[") and said.endswith("]"):
            await self._tap(said[1:-1])
        elif said.startswith("<") and said.endswith(">"):
            await self._perform(*said[1:-1].split())
        else:
            await self.phone.say(said)

    async def _tap(self, label: str) -> None:
        """On LINE each card has its own buttons; on Telegram they hang together below, numbered."""
        card = re.fullmatch(r"(\d+)\. (.+)", label)
        if isinstance(self.phone, LinePhone):
            await (self.phone.tap(action=self._on_card(int(card[1]), card[2])) if card else self.phone.tap(label))
            return
        newest = self._labels()
        await self.phone.tap(f"1. {label}" if label not in newest and f"1. {label}" in newest else label)

    def _on_card(self, number: int, label: str) -> Json:
        newest = next(e.message for e in reversed(self.phone.transcript.entries) if e.sender == "bot" and e.message)
        found = [action for action in line_actions(newest) if action.get("label") == label]
        return found[number - 1]

    def _labels(self) -> list[str]:
        """The labels of the newest message that has buttons."""
        for entry in reversed(self.phone.transcript.entries):
            if entry.sender == "bot" and entry.message is not None and inline_buttons(entry.message):
                return [button["text"] for button in inline_buttons(entry.message)]
        return []

    async def _perform(self, what: str, *details: str) -> None:
        match what:
            case "follow":
                await self._follow(*details)
            case "location":
                await self.phone.location(float(details[0]), float(details[1]))
            case "unblock" if isinstance(self.phone, TelegramPhone):
                await self.phone.start()  # its button there, which takes the block back
            case "pick":
                await self._pick(date.fromisoformat(details[0]))
            case _ if what.startswith("+"):
                await self._wait(timedelta(minutes=float(what)))
            case _:
                await getattr(self.phone, what)()

    async def _follow(self, payload: str = "") -> None:
        if isinstance(self.phone, TelegramPhone):
            await self.phone.start(payload)
            return
        await self.phone.follow()
        if payload:
            await self.stage.settle()
            friend = payload.startswith("with_")
            said = f"友だちの番号 {payload[5:]}" if friend else f"講座番号{payload.removeprefix('c_')}"
            await self.phone.say(said)

    async def _pick(self, day: date) -> None:
        if isinstance(self.phone, LinePhone):
            await self.phone.tap("日付から選ぶ", picked=day.isoformat())
        else:
            await self.phone.say(f"{day.year}年{day.month}月{day.day}日")

    async def _wait(self, by: timedelta) -> None:
        """In steps of an hour; the longer it is still to wait, the longer they are.

        Over the days of a reminder they are short enough to jump over no evening.
        """
        while by > timedelta(0):
            step = min(by, max(1, by // 12 // _AN_HOUR) * _AN_HOUR)
            self.stage.clock.forward(step)
            await self.stage.settle()
            by -= step

    def _snapshot(self) -> dict[str, str]:
        return {
            entry.id: words(entry.message)
            for entry in self.phone.transcript.entries
            if entry.sender == "bot" and entry.message is not None
        }

    def _filled(self, text: str) -> str:
        return re.sub(r"\{course:([^}]+)\}", lambda found: str(self._course(found[1])), text)

    def _course(self, source_id: str) -> int:
        entries = self.stage.service.catalogue.index.entries
        return next(entry.id for entry in entries if entry.source_id == source_id)


def words(message: Any) -> str:
    """Every text that a platform message shows, in its order: words, cards, labels."""
    return "\n".join(_texts(message))


_SHOWN = ("text", "title", "label", "caption")
_HIDDEN = {"altText", "displayText", "data", "callback_data"}


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if not isinstance(value, dict):
        return []
    found = []
    for key, item in value.items():
        if key in _SHOWN and isinstance(item, str):
            found.append(html.unescape(item))
        elif key not in _HIDDEN and key not in {"from", "chat", "entities", "reply_to_message"}:
            found += _texts(item)
    return found
