"""`staff`: changes of a course: called off, held, moved, elsewhere, larger; and what waits for a decision."""

import re
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.commands.desk import Desk, DeskError, call_lines, open_desk
from catalog import changing, minimum
from catalog.course_changes import Hand
from catalog.models import Session
from handlers import wording

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")


async def cancel_course(course_id: int, *, by: str, reason: str) -> int:
    """`staff call-off`: everybody concerned is told, with the reason."""
    async with open_desk(by, reason) as desk:
        ended = await changing.cancel_course(desk.db, course_id, _hand(desk))
        return await _say(desk, course_id, f"講座{course_id}を中止にしました。申込{ended}件にお知らせします。")


async def restore_course(course_id: int, *, by: str, reason: str) -> int:
    """`staff restore`: held after all; whoever had a place has it again."""
    async with open_desk(by, reason) as desk:
        back = await changing.restore_course(desk.db, course_id, _hand(desk), zone=desk.city.zone)
        return await _say(desk, course_id, f"講座{course_id}の中止を取り消しました。申込{back}件がもどりました。")


async def hold_course(course_id: int, *, by: str, reason: str) -> int:
    """`staff hold`: held although fewer have applied than the course wanted."""
    async with open_desk(by, reason) as desk:
        await changing.hold_course(desk.db, course_id, _hand(desk))
        return await _say(desk, course_id, f"講座{course_id}は開催です。申し込んだ方にお知らせします。")


async def cancel_session(session_id: int, *, by: str, reason: str) -> int:
    """`staff cancel-session`."""
    async with open_desk(by, reason) as desk:
        await changing.cancel_session(desk.db, session_id, _hand(desk))
        course_id = await _course_of(desk, session_id)
        return await _say(desk, course_id, f"回{session_id}を中止にしました。申し込んだ方にお知らせします。")


async def move_session(session_id: int, *, starts: str, ends: str, venue: str, by: str, reason: str) -> int:
    """`staff move-session`: another time, and another place where one is named."""
    async with open_desk(by, reason) as desk:
        starts_at, ends_at = _moment(starts, desk.city.zone), _moment(ends, desk.city.zone) if ends else None
        await changing.move_session(
            desk.db, session_id, _hand(desk), starts_at=starts_at, ends_at=ends_at, venue=venue or None
        )
        when = wording.moment(starts_at, desk.city.zone)
        course_id = await _course_of(desk, session_id)
        return await _say(desk, course_id, f"回{session_id}を{when}に移しました。申し込んだ方にお知らせします。")


async def add_session(course_id: int, *, starts: str, ends: str, venue: str, by: str, reason: str) -> int:
    """`staff add-session`."""
    async with open_desk(by, reason) as desk:
        starts_at, ends_at = _moment(starts, desk.city.zone), _moment(ends, desk.city.zone) if ends else None
        number = await changing.add_session(
            desk.db, course_id, _hand(desk), starts_at=starts_at, ends_at=ends_at, venue=venue or None
        )
        return await _say(desk, course_id, f"回{number}を足しました。")


async def change_venue(course_id: int, *, venue: str, address: str, by: str, reason: str) -> int:
    """`staff venue`."""
    async with open_desk(by, reason) as desk:
        await changing.change_venue(desk.db, course_id, _hand(desk), venue=venue, address=address)
        return await _say(
            desk, course_id, f"講座{course_id}の会場を「{venue}」にしました。申し込んだ方にお知らせします。"
        )


async def change_capacity(course_id: int, capacity: int, *, by: str, reason: str) -> int:
    """`staff capacity`: who waits moves up; never below what is taken."""
    async with open_desk(by, reason) as desk:
        offered = await changing.change_capacity(
            desk.db, course_id, _hand(desk), capacity=capacity, zone=desk.city.zone
        )
    sys.stdout.write(f"講座{course_id}の定員を{capacity}にしました。繰り上げの案内 {offered}件。\n")
    return 0


async def tasks(*, by: str) -> int:
    """`staff tasks`: what waits for a decision, one a line."""
    async with open_desk(by) as desk:
        waiting = [f"{task.course_id}\t{task.words}\n" for task in await minimum.open_tasks(desk.db)]
    sys.stdout.write("".join(waiting) or "ありません。\n")
    return 0


def _hand(desk: Desk) -> Hand:
    return Hand(at=desk.now, staff=desk.by, reason=desk.reason)


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """The city's civil time, as `2026-12-05T10:00` or with a space, in UTC."""
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError(text)
        return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(ZoneInfo("UTC"))
    except ValueError:
        raise DeskError(f"「{text}」は日時として読めません。「2026-12-05 10:00」のように書いてください。") from None


async def _course_of(desk: Desk, session_id: int) -> int:
    session = await desk.db.get(Session, session_id)
    return session.course_id if session is not None else 0


async def _say(desk: Desk, course_id: int, line: str) -> int:
    """What was done; and whom nobody can write to, so that somebody telephones."""
    sys.stdout.write(line + "\n")
    calls = await call_lines(desk, course_id)
    if calls:
        sys.stdout.write("お電話でお知らせください:\n" + "".join(f"{each}\n" for each in calls))
    return 0
