"""The simulator as one thing: residents with their two phones, both platforms behind them, and a clock.

simulator = Simulator()
a = simulator.residents["a"]
await a.line.follow()
await a.line.say("習字を習いたい")
await a.line.answer()
"""

import inspect
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.simulator.calls import Calls, Faults
from bot.simulator.line_phone import LinePhone
from bot.simulator.line_platform import LinePlatform
from bot.simulator.taps import CannotDoError
from bot.simulator.telegram_phone import TelegramPhone
from bot.simulator.telegram_platform import TelegramPlatform
from bot.simulator.transcript import Board, Json, Transcript
from bot.simulator.webhooks import LineCourier, Postman, TelegramCourier
from catalog.models.resident import Platform

SAMPLE_RESIDENTS = ("住民A(8歳)", "住民B(34歳・子育て中)", "住民C(72歳)", "住民D(17歳)")
BOT_USER_ID = "U" + "0" * 32

# what a resident can do by name, for the page
LINE_ACTS = {
    "say",
    "tap",
    "follow",
    "block",
    "unblock",
    "sticker",
    "location",
    "image",
    "unsend",
    "join",
    "leave",
}
TELEGRAM_ACTS = {"say", "tap", "start", "block", "unblock", "sticker", "location", "image", "join", "leave"}


def _system_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SimulatedResident:
    """One invented resident with both phones."""

    key: str
    name: str
    line: LinePhone
    telegram: TelegramPhone


class Simulator:
    """Both platforms and everyone on them. Credentials are made up unless given; `now` is the clock of what is shown.

    `on_clock(minutes)` is called when the page moves the clock. `line.courier.url` is where LINE posts (the bot may
    also set it by the API); Telegram's webhook is set by the bot.
    """

    def __init__(
        self,
        *,
        line_channel_secret: str | None = None,
        line_access_token: str | None = None,
        telegram_token: str | None = None,
        now: Callable[[], datetime] = _system_now,
        zone: ZoneInfo | None = None,
        on_clock: Callable[[float], Awaitable[None]] | None = None,
        names: tuple[str, ...] = SAMPLE_RESIDENTS,
    ) -> None:
        self.line_channel_secret = line_channel_secret or secrets.token_hex(16)
        self.line_access_token = line_access_token or secrets.token_urlsafe(48)
        self.telegram_token = telegram_token or f"700000001:{secrets.token_urlsafe(26)}"
        self.now = now
        self.zone = zone or ZoneInfo("Asia/Tokyo")
        self.on_clock = on_clock
        self.calls = Calls()
        self.faults = Faults()
        self.board = Board()
        self.postman = Postman(self.faults)
        self.line = LinePlatform(
            access_token=self.line_access_token,
            bot_user_id=BOT_USER_ID,
            courier=LineCourier(self.postman, secret=self.line_channel_secret, destination=BOT_USER_ID),
            now=now,
        )
        self.telegram = TelegramPlatform(token=self.telegram_token, courier=TelegramCourier(self.postman), now=now)
        self.residents: dict[str, SimulatedResident] = {}
        for name in names:
            self.add_resident(name)

    def add_resident(self, name: str, key: str | None = None) -> SimulatedResident:
        """One more resident, by default with the next letter (after z: r26, r27 …) as key."""
        number = len(self.residents)
        key = key or (chr(ord("a") + number) if number < 26 else f"r{number}")
        line_chat = Transcript(key, Platform.LINE, self.board)
        telegram_chat = Transcript(key, Platform.TELEGRAM, self.board)
        resident = SimulatedResident(
            key,
            name,
            LinePhone(self.line, line_chat, name=name, user_id=f"U{number + 1:032x}"),
            TelegramPhone(self.telegram, telegram_chat, name=name, chat_id=7_000_001 + number),
        )
        self.residents[key] = resident
        return resident

    async def act(self, resident: str, platform: str, do: str, **details: Any) -> Json:
        """Lets a resident do something by name, as the page does. Raises CannotDoError."""
        known = self.residents.get(resident)
        acts = {"line": LINE_ACTS, "telegram": TELEGRAM_ACTS}.get(platform, set())
        if known is None or do not in acts:
            raise CannotDoError(f"nobody can do that: {resident}, {platform}, {do}")
        act = getattr(known.line if platform == "line" else known.telegram, do)
        try:
            inspect.signature(act).bind(**details)
        except TypeError as error:
            raise CannotDoError(str(error)) from error
        outcome: Json = await act(**details)
        return outcome

    async def forward(self, minutes: float) -> None:
        """Moves the clock by way of `on_clock`, and tells the page."""
        if self.on_clock is not None:
            await self.on_clock(minutes)
        self.board.tell(self.clock)

    @property
    def clock(self) -> Json:
        """The clock as an event."""
        return {"clock": self.now().astimezone(self.zone).isoformat()}

    def state(self) -> Json:
        """Everything, as CONTRACT.md has it."""
        line, telegram = self.line, self.telegram
        return {
            **self.clock,
            "bots": {
                "line": {"name": line.name, "basic_id": line.basic_id},
                "telegram": {
                    "name": telegram.names.get("ja") or telegram.names[""],
                    "username": telegram.username,
                    "description": _in_japanese(telegram.descriptions),
                    "short_description": _in_japanese(telegram.short_descriptions),
                },
            },
            "residents": [
                {
                    "key": resident.key,
                    "name": resident.name,
                    "line": resident.line.state(self.zone),
                    "telegram": resident.telegram.state(self.zone),
                }
                for resident in self.residents.values()
            ],
        }

    async def close(self) -> None:
        """Stops deliveries and closes the HTTP client."""
        await self.line.courier.close()
        await self.telegram.courier.close()
        await self.postman.close()


def _in_japanese(texts: dict[str, str]) -> str:
    return texts.get("ja") or texts.get("") or ""
