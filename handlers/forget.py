"""Deleting one's data: two steps, and then really gone."""

from catalog import registration, residents
from handlers import steps
from handlers.actions import encode
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, Tone, say


async def ask(turn: Turn) -> Reply:
    """`forget`: what would go."""
    own = await registration.of_resident(turn.db, turn.resident_id)
    count = len(own)
    body = _("年代・分野・地域・家族・検索・申込など、ここでの記録をすべて消します。元にはもどせません。")
    if count:
        body += _("\n申込{n}件も取り消しになります。").format(n=count)
    if any(found.shared for found in own):
        body += _("いっしょに申し込んだお友だちの席は、そのままです。")
    buttons = (
        Button(label=_("消す手続きへ"), action=encode("forget.sure"), tone=Tone.WARNING),
        Button(label=_("消さない"), action=encode("settings")),
    )
    return Reply(views=(Choices(body=body, buttons=buttons),))


async def sure(turn: Turn) -> Reply:
    """`forget.sure`: the second step."""
    buttons = (
        Button(label=_("消さない"), action=encode("settings"), tone=Tone.PRIMARY),
        Button(label=_("すべて消す"), action=encode("forget.yes"), tone=Tone.WARNING),
    )
    return Reply(views=(Choices(body=_("本当にすべて消してよいですか。"), buttons=buttons),), in_place=True)


async def forget(turn: Turn) -> Reply:
    """`forget.yes`: gone, on both platforms; places go to those who wait."""
    await residents.forget(turn.db, turn.resident_id, now=turn.now, zone=turn.zone)
    turn.forgotten = True
    return say(_("記録をすべて消しました。ご利用ありがとうございました。またいつでもどうぞ。"), buttons=(steps.find(),))
