"""An offer as every message tells it: until when the answer must be there, and the two answers."""

from datetime import datetime

from catalog import waking
from handlers import wording
from handlers.actions import encode
from handlers.cards import Setting
from handlers.locales import _
from handlers.messages import Button, Tone


def answer_until(until: datetime | None, setting: Setting) -> tuple[str, ...]:
    """Until when, and why it is not simply a day later."""
    if until is None:
        return ()
    said = _("お返事は{until}まで").format(until=beside(until, setting) + wording.moment(until, setting.zone))
    over_night = waking.between(setting.now, until, setting.zone) < until - setting.now
    return (said + _("(夜9時〜朝8時は数えません)。") if over_night else said + "。",)


def beside(moment: datetime, setting: Setting) -> str:
    """あした, with a space, for the date that follows."""
    days = [at.astimezone(setting.zone).date() for at in (moment, setting.now)]
    relative = wording.relative_day(*days)
    return f"{relative} " if relative else ""


def yes_or_no(registration_id: int) -> tuple[Button, ...]:
    """Takes the offer, or leaves it to the next."""
    return (
        Button(label=_("参加する"), action=encode("offer.yes", registration_id), tone=Tone.PRIMARY),
        Button(label=_("行けない"), action=encode("offer.no", registration_id)),
    )
