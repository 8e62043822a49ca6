"""Reminder settings: which, when, none."""

from handlers import digest, steps
from handlers.actions import encode
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, Tone

_KINDS = ("day_before", "same_day", "deadline")
_HOURS = (12, 18, 20)  # of the day before; all by day
_HOURS_BEFORE = (1, 2, 3)


async def show(turn: Turn) -> Reply:
    """`reminders`: each kind with its switch."""
    return _settings(turn, _("お知らせの設定です。押すと切りかわります。夜9時から朝8時には送りません。"))


async def switch(turn: Turn) -> Reply:
    """`reminders.set:<kind|digest|all>:<1|0>`."""
    kind, on = turn.action.text(0), turn.action.text(1) == "1"
    for known in _KINDS if kind == "all" else (kind,):
        if known in _KINDS:
            setattr(turn.resident, f"remind_{known}", on)
    if kind == "digest" or (
        kind == "all" and not on
    ):  # "all" are reminders; who wants no message gets no digest either
        digest.set_wished(turn, on=on)
    return await _changed(turn)


async def ask_when(turn: Turn) -> Reply:
    """`reminders.when`: the hour of the day before, and how long before the start on the day itself."""
    hours = tuple(
        Button(label=_("前の日の{hour}時").format(hour=hour), action=encode("reminders.hour", hour)) for hour in _HOURS
    )
    before = tuple(
        Button(label=_("{hours}時間前").format(hours=hours), action=encode("reminders.before", hours))
        for hours in _HOURS_BEFORE
    )
    return Reply(
        views=(Choices(body=_("いつお知らせしましょうか。"), buttons=(*hours, *before), columns=3),),
        buttons=(_back(), steps.mine()),
        in_place=True,
    )


async def set_hour(turn: Turn) -> Reply:
    """`reminders.hour:<hour>`."""
    hour = turn.action.number(0)
    if hour in _HOURS:
        turn.resident.remind_at_hour = hour
        turn.resident.remind_day_before = True
    return await _changed(turn)


async def set_before(turn: Turn) -> Reply:
    """`reminders.before:<hours>`."""
    hours = turn.action.number(0)
    if hours in _HOURS_BEFORE:
        turn.resident.remind_hours_before = hours
        turn.resident.remind_same_day = True
    return await _changed(turn)


async def _changed(turn: Turn) -> Reply:
    turn.db.add(turn.resident)
    await turn.db.flush()
    return _settings(turn, _("お知らせの設定を変えました。"))


def _settings(turn: Turn, body: str) -> Reply:
    resident = turn.resident
    labels = {
        "day_before": _("前の日の{hour}時").format(hour=resident.remind_at_hour),
        "same_day": _("当日の{hours}時間前").format(hours=resident.remind_hours_before),
        "deadline": _("受付開始としめきり"),
    }
    buttons = [_switch(kind, label, on=bool(getattr(resident, f"remind_{kind}"))) for kind, label in labels.items()]
    buttons.append(_switch("digest", _("毎週金曜のおすすめ"), on=resident.digest_at is not None))
    any_on = resident.digest_at is not None or any(getattr(resident, f"remind_{kind}") for kind in _KINDS)
    everything = (
        Button(label=_("すべて止める"), action=encode("reminders.set", "all", 0))
        if any_on
        else Button(label=_("すべて受け取る"), action=encode("reminders.set", "all", 1))
    )
    when = Button(label=_("時刻を変える"), action=encode("reminders.when"))
    return Reply(
        views=(Choices(body=body, buttons=(*buttons, when, everything), columns=1),),
        buttons=(steps.mine(),),
        in_place=True,
    )


def _switch(kind: str, label: str, *, on: bool) -> Button:
    return Button(
        label=("✓ " if on else "✕ ") + label,
        action=encode("reminders.set", kind, 0 if on else 1),
        tone=Tone.PRIMARY if on else Tone.PLAIN,
    )


def _back() -> Button:
    return Button(label=_("もどる"), action=encode("reminders"))
