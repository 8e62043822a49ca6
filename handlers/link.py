"""Linking LINE and Telegram: one resident, one seat, one set of reminders."""

import re
import unicodedata

from catalog import linking
from handlers import steps
from handlers.actions import encode
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, Tone, say

_CODE = re.compile(r"\d{8}")


async def start(turn: Turn) -> Reply:
    """`link`: show a code here, or enter the one shown on the other."""
    buttons = (
        Button(label=_("番号を出す"), action=encode("link.code"), tone=Tone.PRIMARY),
        Button(label=_("番号を入れる"), action=encode("link.enter")),
    )
    return Reply(
        views=(
            Choices(
                body=_(
                    "LINEとTelegramを同じ方として使えます。申込もお知らせもひとつにまとまります。\nどちらか一方で番号を出し、もう一方に入れてください。"
                ),
                buttons=buttons,
            ),
        ),
    )


async def code(turn: Turn) -> Reply:
    """`link.code`: a one-time code of eight digits."""
    digits = await linking.new_code(turn.db, turn.resident_id, now=turn.now)
    return say(
        _("番号は {a} {b} です。\n10分以内に、もう一方のアプリの「連携」で入れてください。").format(
            a=digits[:4], b=digits[4:]
        ),
        buttons=(Button(label=_("番号を出しなおす"), action=encode("link.code")),),
    )


async def enter(turn: Turn) -> Reply:
    """`link.enter`: the next text is the code."""
    turn.expect("link.code")
    return say(_("もう一方のアプリに出た8けたの番号を送ってください。"), buttons=(steps.stop(),))


async def entered(turn: Turn) -> Reply | None:
    """The free text after `enter`; anything that is not digits is no answer to it."""
    digits = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", turn.incoming.text))
    if not digits.isdigit():
        return None
    linked = None
    if _CODE.fullmatch(digits):
        linked = await linking.redeem(turn.db, digits, by=turn.resident, now=turn.now, zone=turn.zone)
    if linked is None:
        return say(
            _("その番号では連携できませんでした。番号は10分で切れます。もう一方のアプリで出しなおしてください。"),
            buttons=(Button(label=_("もう一度入れる"), action=encode("link.enter")),),
        )
    turn.resident = linked
    return say(_("連携しました。申込とお知らせは、ひとつにまとまりました。"), buttons=(steps.mine(), steps.recommend()))
