"""What LINE's platform knows of one channel: friends, reply tokens, retry keys, the quota, rich menus."""

import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.simulator.rates import TokenBucket
from bot.simulator.webhooks import LineCourier

Json = dict[str, Any]
HOUR = 3600.0

# calls a second and at once, for the endpoints that have their own limit
RATES: dict[str, tuple[float, float]] = {
    "default": (2000, 2000),
    "reply": (2000, 2000),
    "push": (2000, 2000),
    "multicast": (200, 200),
    "broadcast": (60 / HOUR, 60),
    "loading": (100, 100),
    "richmenu-create": (100 / HOUR, 100),
    "richmenu-delete": (100 / HOUR, 100),
    "alias-delete": (100 / HOUR, 100),
    "webhook-endpoint": (1000 / 60, 1000),
    "webhook-test": (60 / HOUR, 60),
}


class Recipient(Protocol):
    """A chat that the bot can write to: a resident's phone or a group."""

    def hear(self, message_id: str, message: Json, via: str) -> None:
        """Shows a message of the bot."""
        ...

    @property
    def reachable(self) -> bool:
        """False for those who blocked the bot or never befriended it: they are skipped in silence."""
        ...

    @property
    def profile(self) -> Json:
        """The profile as `GET /v2/bot/profile` answers it."""
        ...

    def show_loading(self, seconds: int) -> None: ...

    def refresh(self) -> None:
        """Something that the phone shows, such as the rich menu, has changed."""
        ...

    def mark_read(self, token: str) -> bool:
        """True where the token belongs to this chat."""
        ...


@dataclass(slots=True)
class ReplyToken:
    to: str
    issued_at: float
    used: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    request_id: str
    sent: list[Json]
    at: float


@dataclass(slots=True)
class RichMenu:
    content: Json
    image: bytes = b""
    image_type: str = ""


@dataclass(slots=True)
class LinePlatform:
    """One channel. Ages (reply token, retry key) are the machine's time; what is shown carries `now()`."""

    access_token: str
    bot_user_id: str
    courier: LineCourier
    now: Callable[[], datetime]
    name: str = "まなびコンシェルジュ"
    basic_id: str = "@000sample"
    monotonic: Callable[[], float] = time.monotonic
    reply_token_seconds: float = 60
    retry_key_seconds: float = 24 * HOUR
    monthly_limit: int | None = None
    used: int = 0
    recipients: dict[str, Recipient] = field(default_factory=dict)
    menus: dict[str, RichMenu] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    default_menu: str | None = None
    linked_menus: dict[str, str] = field(default_factory=dict)
    rates: dict[str, TokenBucket] = field(default_factory=dict)
    _reply_tokens: dict[str, ReplyToken] = field(default_factory=dict)
    _accepted: dict[str, Accepted] = field(default_factory=dict)
    _last_id: int = 500_000_000_000_000_000

    def __post_init__(self) -> None:
        self.rates = {name: TokenBucket(*rate, monotonic=self.monotonic) for name, rate in RATES.items()}
        self.courier.on_posting = self._start_reply_tokens

    def limit(self, endpoint: str, *, rate: float, burst: float) -> None:
        """Sets the rate limit of one endpoint (a key of RATES)."""
        self.rates[endpoint] = TokenBucket(rate, burst, monotonic=self.monotonic)

    def next_id(self) -> str:
        """A message id: digits, growing."""
        self._last_id += 1
        return str(self._last_id)

    def issue_reply_token(self, to: str) -> str:
        """A token that answers one event, once and not for long."""
        token = secrets.token_hex(16)
        self._reply_tokens[token] = ReplyToken(to, self.monotonic())
        return token

    def use_reply_token(self, token: Any) -> str | None:
        """Whom the token answers; None where it is unknown, used or too old."""
        known = self._reply_tokens.get(str(token))
        if known is None or known.used or self.monotonic() - known.issued_at > self.reply_token_seconds:
            return None
        known.used = True
        return known.to

    def _start_reply_tokens(self, events: list[Json]) -> None:
        """A token's minute starts when its event is posted, a redelivered one's anew."""
        for event in events:
            if (token := self._reply_tokens.get(event.get("replyToken", ""))) is not None:
                token.issued_at = self.monotonic()

    def accepted(self, retry_key: str) -> Accepted | None:
        """What an earlier request with this retry key had for an answer, within 24 hours."""
        known = self._accepted.get(retry_key)
        if known is None or self.monotonic() - known.at > self.retry_key_seconds:
            return None
        return known

    def accept(self, retry_key: str, request_id: str, sent: list[Json]) -> None:
        """Remembers an accepted request."""
        self._accepted[retry_key] = Accepted(request_id, sent, self.monotonic())

    def over_limit(self, recipients: int) -> bool:
        """Whether sending to so many more would pass the monthly limit."""
        return self.monthly_limit is not None and self.used + recipients > self.monthly_limit

    def send(self, to: list[str], messages: list[Json], via: str) -> list[Json]:
        """Shows the messages to all who can be reached; counts them unless it is a reply. Answers `sentMessages`."""
        sent = [{"id": self.next_id(), "quoteToken": secrets.token_urlsafe(24)} for _ in messages]
        reached = [known for user_id in to if (known := self.recipients.get(user_id)) and known.reachable]
        for recipient in reached:
            for one, message in zip(sent, messages, strict=True):
                recipient.hear(one["id"], message, via)
        if via != "reply":
            self.used += len(reached)
        return sent

    def menu_of(self, user_id: str) -> str | None:
        """The rich menu that the user sees: their own before the default."""
        return self.linked_menus.get(user_id) or self.default_menu

    def create_menu(self, content: Json) -> str:
        """Keeps a checked rich menu."""
        menu_id = f"richmenu-{uuid.uuid4().hex}"
        self.menus[menu_id] = RichMenu({"richMenuId": menu_id, **content})
        return menu_id

    def delete_menu(self, menu_id: str) -> None:
        """Takes the menu away from everyone who saw it."""
        del self.menus[menu_id]
        self.linked_menus = {user: menu for user, menu in self.linked_menus.items() if menu != menu_id}
        if self.default_menu == menu_id:
            self.default_menu = None
        self.refresh_all()

    def link_menu(self, user_id: str, menu_id: str | None) -> None:
        """Gives one user a menu of their own, or with None takes it away."""
        if menu_id is None:
            self.linked_menus.pop(user_id, None)
        else:
            self.linked_menus[user_id] = menu_id
        if user_id in self.recipients:
            self.recipients[user_id].refresh()

    def set_default_menu(self, menu_id: str | None) -> None:
        """The menu of all who have none of their own."""
        self.default_menu = menu_id
        self.refresh_all()

    def refresh_all(self) -> None:
        """The menus of many phones may have changed."""
        for recipient in self.recipients.values():
            recipient.refresh()
