"""On the day: saying that one is there, by the code on the wall."""

import re
from urllib.parse import quote

from catalog import attendance
from catalog.attendance import CheckedIn, CheckInProblem
from catalog.models import Course
from handlers import steps, wording
from handlers.actions import encode
from handlers.context import City, Turn
from handlers.locales import _
from handlers.messages import Button, Reply, say

SPOKEN = re.compile(r"出席\s*([0-9A-Za-z]{4})-?([0-9A-Za-z]{4})")
LINKED = re.compile(r"in_([0-9A-Za-z]{4})-?([0-9A-Za-z]{4})")


async def arrive(turn: Turn, found: re.Match[str]) -> Reply:
    """`出席 ABCD-EFGH` as LINE's link says it, or Telegram's `/start in_ABCD-EFGH`."""
    code = f"{found[1]}-{found[2]}".upper()
    outcome = await attendance.check_in(turn.db, code, resident_id=turn.resident_id, now=turn.now, zone=turn.zone)
    if isinstance(outcome, CheckInProblem):
        return _not_yet_in(outcome)
    return await _welcome(turn, outcome)


def links(city: City, code: str) -> list[tuple[str, str]]:
    """Links (label, address) for the QR codes on the wall: each opens a chat that says the code."""
    found = []
    if city.line_id:
        found.append(("LINE", f"https://line.me/R/oaMessage/{quote(city.line_id)}/?{quote(f'出席 {code}')}"))
    if city.telegram_name:
        found.append(("Telegram", f"https://t.me/{city.telegram_name}?start=in_{code}"))
    return found


async def _welcome(turn: Turn, there: CheckedIn) -> Reply:
    course = await turn.db.get(Course, there.session.course_id)
    names = "・".join(wording.name_of(someone) for someone in there.people)
    body = _("ようこそ。「{title}」の出席を受け付けました。").format(
        title=wording.inner(course.title if course else "")
    )
    if len(there.people) > 1:
        body += "\n" + _("出席: {names}").format(names=names)
    return say(body, buttons=(Button(label=_("まなび手帳"), action=encode("passport")), steps.mine()))


def _not_yet_in(problem: CheckInProblem) -> Reply:
    words = {
        CheckInProblem.UNKNOWN_CODE: _("その番号の受付は見つかりませんでした。会場の掲示をもう一度お確かめください。"),
        CheckInProblem.TOO_EARLY: _("受付は、はじまる1時間前からです。もう少しお待ちください。"),
        CheckInProblem.TOO_LATE: _("この回の受付は終わりました。会場の担当者にお声がけください。"),
        CheckInProblem.NOT_REGISTERED: _("この講座のお申し込みが見つかりません。会場の担当者にお声がけください。"),
        CheckInProblem.CANCELLED: _("この回は中止になりました。ほかの日にちは申込から見られます。"),
    }
    return say(words[problem], buttons=(steps.mine(), steps.find()))
