"""First contact and coming back: follow, unblock, /start, deep links; and the menu."""

import re

from catalog import residents
from catalog.models import Platform
from handlers import checkin, course, friends, profile, steps
from handlers import link as linking_topic
from handlers.actions import encode, row_number
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, say

_THANKS = re.compile(r"あり(?:がと|難)|有難|感謝|助か|thank|thx", re.IGNORECASE)
_COURSE_LINK = re.compile(r"c_(\d{1,12})")
_SLIP_LINK = re.compile(r"slip_([0-9A-Z-]{12,14})")


async def started(turn: Turn) -> Reply:
    """Follow, unblock or /start. A deep link says what for.

    A course `c_<id>`, check-in `in_<code>`, a printed slip `slip_<code>`, a friend's invitation `with_<code>`.
    """
    await residents.set_blocked(turn.db, turn.incoming.platform, turn.incoming.address or "", at=None)
    if turn.incoming.platform is Platform.TELEGRAM and turn.incoming.message_id is None:
        return (
            Reply()
        )  # Telegram tells of an unblocking, and then of the /start that came with it: one answer is enough
    payload = turn.incoming.text.strip()
    if link := _COURSE_LINK.fullmatch(payload):
        return await course.show_id(turn, row_number(link[1]))
    if arrival := checkin.LINKED.fullmatch(payload):
        return await checkin.arrive(turn, arrival)
    if friend := friends.LINKED.fullmatch(payload):
        return await friends.come(turn, f"{friend[1]}-{friend[2]}".upper())
    if slip := _SLIP_LINK.fullmatch(payload):
        return await linking_topic.redeem(turn, slip[1])
    if turn.resident.welcomed:
        return await home(turn)
    return await profile.ask_age(turn, then=profile.WELCOME, intro=greeting(turn))


async def stopped(turn: Turn) -> Reply:
    """Blocked: nothing more is sent to this account until it comes back. Registrations stay."""
    await residents.set_blocked(turn.db, turn.incoming.platform, turn.incoming.address or "", at=turn.now)
    return Reply()


def greeting(turn: Turn) -> str:
    return _("はじめまして。{city}のまなびコンシェルジュです。\n講座さがしから申込まで、ここでお手伝いします。").format(
        city=turn.city.name
    )


async def home(turn: Turn) -> Reply:
    """The menu: every topic, one tap away."""
    buttons = (
        steps.find(),
        steps.recommend(),
        steps.mine(),
        Button(label=_("カレンダー"), action=encode("mine.calendar")),
        Button(label=_("家族"), action=encode("family")),
        Button(label=_("設定"), action=encode("settings")),
        Button(label=_("お知らせの設定"), action=encode("reminders")),
        steps.help_(),
    )
    return Reply(
        views=(Choices(body=_("何をしましょうか。「土日の無料の講座」のように書いてもさがせます。"), buttons=buttons),)
    )


async def greet(turn: Turn) -> Reply:
    """こんにちは, at any hour."""
    hour = turn.now.astimezone(turn.zone).hour
    hello = (
        _("おはようございます。")
        if 4 <= hour < 10
        else _("こんばんは。")
        if hour >= 18 or hour < 4
        else _("こんにちは。")
    )
    return say(hello + _("どんな講座をおさがしですか。"), buttons=(steps.find(), steps.recommend(), steps.mine()))


async def thanked(turn: Turn) -> Reply:
    """ありがとう, わかりました, さようなら: all of them end a talk."""
    welcome = _("どういたしまして。") if _THANKS.search(turn.incoming.text) else ""
    return say(welcome + _("またいつでもどうぞ。"), buttons=(steps.find(), steps.mine()))
