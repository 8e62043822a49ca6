"""`staff`: the day itself: the poster for the wall, who is expected, who came."""

import asyncio
import sys
from pathlib import Path

from markupsafe import Markup

from bot.commands.desk import Desk, DeskError, open_desk
from bot.public.rendering import qr, render
from catalog import attendance, registration
from catalog.attendance import Noted
from catalog.models import Actor, Course, Presence, Session
from catalog.search.entry import SessionEntry
from handlers import checkin, wording

_PRESENCES = {Presence.PRESENT: "出席", Presence.ABSENT: "欠席の連絡", Presence.NO_SHOW: "無断欠席", None: "―"}


async def poster(session_id: int, target: Path, *, by: str) -> int:
    """`staff poster`: a page with the QR codes and the code that say 出席."""
    async with open_desk(by) as desk:
        session = await _session(desk, session_id)
        course = await desk.db.get(Course, session.course_id)
        code = await attendance.open_code(desk.db, session_id)
        page = render(
            "poster.html",
            title=course.title if course else "",
            when=wording.session(_entry(session), desk.city.zone),
            code=code,
            codes=[
                (label, Markup(qr(address)))  # noqa: S704 - our own SVG
                for label, address in checkin.links(desk.city, code or "")
            ],
        )
    await asyncio.to_thread(target.write_text, page, encoding="utf-8")
    sys.stdout.write(f"受付の掲示を {target} に書きました。\n")
    return 0


async def sessions(course_id: int, *, by: str) -> int:
    """`staff sessions`: number and date of each."""
    async with open_desk(by) as desk:
        course = await desk.course(course_id)
        for session in course.sessions:
            sys.stdout.write(f"{session.id}\t{wording.session(session, desk.city.zone)}\n")
    return 0


async def roster(session_id: int, *, by: str) -> int:
    """`staff roster`: everybody who is expected, and what is noted of them."""
    async with open_desk(by) as desk:
        session = await _session(desk, session_id)
        for line in await attendance.roster(desk.db, session):
            name = wording.called(line.person.nickname) if line.person.nickname else "ご本人"
            sys.stdout.write(f"{line.registration.receipt}\t{name}\t{_PRESENCES[line.presence]}\n")
    return 0


async def check_in(session_id: int, receipt: str, *, absent: bool, by: str) -> int:
    """`staff checkin`: a whole party is there (or will not come)."""
    async with open_desk(by) as desk:
        session = await _session(desk, session_id)
        found = await desk.registration(receipt)
        if found.course_id != session.course_id or found.session_id not in {None, session.id}:
            raise DeskError(f"受付番号「{receipt}」は、この回の申込ではありません。")
        people = await attendance.attending(desk.db, found.id or 0)
        presence = Presence.ABSENT if absent else Presence.PRESENT
        await attendance.mark(
            desk.db, session, found.id or 0, people, presence, noted=_noted(desk), zone=desk.city.zone
        )
        party = await registration.party_of(desk.db, found.id or 0)
    sys.stdout.write(f"{_PRESENCES[presence]}: {found.receipt}({len(party)}人)\n")
    return 0


async def close(session_id: int, *, by: str) -> int:
    """`staff close`: notes who did not come, where the course counts that."""
    async with open_desk(by) as desk:
        session = await _session(desk, session_id)
        missing = await attendance.close_session(desk.db, session, _noted(desk), zone=desk.city.zone)
    sys.stdout.write(f"無断欠席 {missing}人\n")
    return 0


def _noted(desk: Desk) -> Noted:
    return Noted(desk.now, Actor.STAFF, desk.by)


async def _session(desk: Desk, session_id: int) -> Session:
    found = await desk.db.get(Session, session_id)
    if found is None:
        raise DeskError(f"回{session_id}は見つかりません。番号は manabi staff sessions で見られます。")
    return found


def _entry(session: Session) -> SessionEntry:
    return SessionEntry(
        id=session.id or 0,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        all_day=session.all_day,
        cancelled=session.cancelled,
    )
