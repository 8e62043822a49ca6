"""The platform-neutral words of a conversation: what a resident said, and the views of an answer.

A `Reply` is a few frozen views that both platforms can show. Every view can be said as plain text, for platforms that
lack it and for screen readers. A button carries an action code (see `handlers.actions`) or a link, never both.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from catalog.models.resident import Platform


class IncomingKind(StrEnum):
    TEXT = "text"
    ACTION = "action"  # a button of ours; `action` is its code
    DATE = "date"  # a date picked; `action` is the picker's code, `picked` the day
    STARTED = "started"  # follow, unblock, /start; `text` is the deep link's payload
    STOPPED = "stopped"  # unfollow, block
    LOCATION = "location"
    STICKER = "sticker"
    MEDIA = "media"  # image, video, audio, file
    UNSENT = "unsent"  # the resident took a message back
    GROUP_JOINED = "group_joined"
    OTHER = "other"  # anything the platform may invent; stored, logged, not answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One thing a resident did, as a channel read it. `address` is where an answer goes (user or chat id)."""

    platform: Platform
    event_id: str
    kind: IncomingKind
    address: str | None
    sent_at: datetime
    private: bool = True  # False in groups and rooms
    text: str = ""
    action: str = ""
    picked: date | None = None
    latitude: float | None = None
    longitude: float | None = None
    language: str | None = None  # as the platform reports it
    reply_token: str | None = None  # LINE
    message_id: str | None = None  # the message a button hangs on (Telegram), or the one taken back (LINE)
    callback_id: str | None = None  # Telegram: what answerCallbackQuery answers


class Tone(StrEnum):
    """How a button or a badge looks; a platform without colours ignores it."""

    PRIMARY = "primary"
    PLAIN = "plain"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A step the resident can take. `label` is a verb of at most 12 characters; exactly one of `action` and `url`."""

    label: str
    action: str = ""
    url: str = ""
    tone: Tone = Tone.PLAIN

    def __post_init__(self) -> None:
        if bool(self.action) == bool(self.url):
            raise ValueError(f"a button has an action or a link: {self.label}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Plain words; three short lines at most above what follows."""

    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One course (or application) as a card. `lines` are facts, one a line; `reason` says why it is shown."""

    title: str
    lines: tuple[str, ...] = ()
    badge: str = ""  # 先着 のこり4, 抽選, 満席 …
    reason: str = ""
    buttons: tuple[Button, ...] = ()
    detailed: bool = False  # a full sheet instead of one of several


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """At most ten cards side by side (LINE) or below each other (Telegram)."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """A question whose answers are buttons that stay in the chat (unlike a Reply's quick buttons)."""

    body: str
    buttons: tuple[Button, ...]
    columns: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class DatePicker:
    """Asks for a day. The pick comes back as IncomingKind.DATE with `action`; where there is no picker, as text."""

    body: str
    action: str
    label: str
    earliest: date | None = None
    latest: date | None = None
    initial: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture under a public HTTPS address, with the text that says what it shows."""

    url: str
    alt: str


View = Text | Card | Cards | Choices | DatePicker | Image


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the concierge answers. `buttons` are the next sensible steps, the likeliest first, under the last view.

    `in_place` asks to replace the message whose button was tapped (paging), where the platform can. An empty reply
    says nothing: silence is a service.
    """

    views: tuple[View, ...] = ()
    buttons: tuple[Button, ...] = ()
    in_place: bool = False

    def __bool__(self) -> bool:
        return bool(self.views)


def say(*bodies: str, buttons: tuple[Button, ...] = (), in_place: bool = False) -> Reply:
    """A reply of plain texts with buttons: the most common one."""
    return Reply(views=tuple(Text(body=body) for body in bodies), buttons=buttons, in_place=in_place)


def spoken(view: View) -> str:
    """The view as plain text, complete: for screen readers, notifications, and platforms that lack the view."""
    match view:
        case Text(body=body) | Choices(body=body) | DatePicker(body=body):
            return body
        case Card():
            return "\n".join(part for part in (view.title, view.badge, *view.lines, view.reason) if part)
        case Cards(cards=cards):
            return "\n\n".join(spoken(card) for card in cards)
        case Image(alt=alt):
            return alt
