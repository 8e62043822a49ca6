"""The weekly digest: its words, and switching it on and off."""

from collections.abc import Sequence
from dataclasses import replace

from catalog import digests
from handlers import steps
from handlers.actions import encode
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Button, Card, Cards, Reply, Text, say


def words(cards: Sequence[Card]) -> Reply:
    """The courses of a week, a few cards."""
    return Reply(
        views=(Text(body=_("今週のおすすめです。")), Cards(cards=tuple(cards))),
        buttons=(
            replace(steps.recommend(), label=_("ほかのおすすめ")),
            Button(label=_("毎週のおすすめを止める"), action=encode("digest", 0)),
        ),
    )


def offer() -> Button:
    """Offers it to who has seen a recommendation."""
    return Button(label=_("毎週おすすめを受け取る"), action=encode("digest", 1))


def settings() -> Button:
    return Button(label=_("お知らせの設定"), action=encode("reminders"))


async def switch(turn: Turn) -> Reply:
    """`digest:<1|0>`."""
    on = turn.action.text(0) == "1"
    set_wished(turn, on=on)
    await turn.db.flush()
    if on:
        return say(
            _("毎週金曜日の18時ごろ、合う講座があれば3つまでお届けします。ない週はお送りしません。"),
            buttons=(settings(), steps.recommend(), steps.find()),
        )
    again = Button(label=_("また受け取る"), action=encode("digest", 1))
    return say(_("毎週のおすすめを止めました。"), buttons=(again, settings(), steps.recommend()))


def set_wished(turn: Turn, *, on: bool) -> None:
    """Who has it already gets it when it was due."""
    wished = turn.resident.digest_at or digests.next_after(turn.now, turn.zone)
    turn.resident.digest_at = wished if on else None
    turn.db.add(turn.resident)
