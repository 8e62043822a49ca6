"""Linking LINE and Telegram: one resident, one seat, one set of reminders."""

import re
import unicodedata

from catalog import linking
from handlers import steps
from handlers.actions import encode
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, Tone, say

_CODE = re.compile(r"\d{8}|[0-9A-Z]{12}")  # shown on the other phone, or printed on a slip


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
    """The free text after `enter`; what cannot be a code is no answer to it."""
    signs = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", turn.incoming.text)).upper()
    if not (signs.isdigit() or _CODE.fullmatch(signs)):
        return None
    return await redeem(turn, signs)


async def redeem(turn: Turn, code: str) -> Reply:
    """Joins this account to the resident whose code it is; nobody may go on guessing."""
    if not await linking.may_try(turn.db, turn.resident_id, now=turn.now):
        return say(
            _("番号のまちがいが続いたため、少しお休みしています。1時間ほどたってから、もう一度お試しください。"),
            buttons=(steps.mine(), steps.find()),
        )
    linked = None
    if _CODE.fullmatch(code.replace("-", "")):
        linked = await linking.redeem(turn.db, code, by=turn.resident, now=turn.now, zone=turn.zone)
    if linked is None:
        await linking.count_miss(turn.db, turn.resident_id, now=turn.now)
        return say(
            _(
                "その番号では連携できませんでした。アプリで出した番号は10分で切れます。もう一度出しなおすか、用紙の番号をお確かめください。"
            ),
            buttons=(Button(label=_("もう一度入れる"), action=encode("link.enter")),),
        )
    turn.resident = linked
    return say(_("連携しました。申込とお知らせは、ひとつにまとまりました。"), buttons=(steps.mine(), steps.recommend()))
