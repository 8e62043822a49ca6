"""Reminder settings: which, when, none."""

from handlers import steps
from handlers.actions import encode
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, Tone

_KINDS = ("day_before", "same_day", "deadline")


async def show(turn: Turn) -> Reply:
    """`reminders`: each kind with its switch."""
    return _settings(turn, _("お知らせの設定です。押すと切りかわります。夜9時から朝8時には送りません。"))


async def switch(turn: Turn) -> Reply:
    """`reminders.set:<kind|all>:<1|0>`."""
    kind, on = turn.action.text(0), turn.action.text(1) == "1"
    for known in _KINDS if kind == "all" else (kind,):
        if known in _KINDS:
            setattr(turn.resident, f"remind_{known}", on)
    turn.db.add(turn.resident)
    await turn.db.flush()
    return _settings(turn, _("お知らせの設定を変えました。"))


def _settings(turn: Turn, body: str) -> Reply:
    labels = {"day_before": _("前の日の18時"), "same_day": _("当日の2時間前"), "deadline": _("しめきりの前日")}
    buttons = []
    for kind, label in labels.items():
        on = bool(getattr(turn.resident, f"remind_{kind}"))
        buttons.append(
            Button(
                label=("✓ " if on else "✕ ") + label,
                action=encode("reminders.set", kind, 0 if on else 1),
                tone=Tone.PRIMARY if on else Tone.PLAIN,
            )
        )
    any_on = any(getattr(turn.resident, f"remind_{kind}") for kind in _KINDS)
    everything = (
        Button(label=_("すべて止める"), action=encode("reminders.set", "all", 0))
        if any_on
        else Button(label=_("すべて受け取る"), action=encode("reminders.set", "all", 1))
    )
    return Reply(
        views=(Choices(body=body, buttons=(*buttons, everything), columns=1),),
        buttons=(steps.mine(),),
        in_place=True,
    )
