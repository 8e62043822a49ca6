"""What the page of a lottery (抽選) shows: how far it has got, and everything that is needed to check it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from catalog import draw
from catalog.draw import Drawn, Outcome
from catalog.models import Draw, Session
from catalog.registration import Place, lottery
from handlers import wording

OUTCOMES = {Outcome.WON: "当選", Outcome.RESERVE: "補欠", Outcome.LOST: "落選"}
SHOWN = 500  # results on the page; the file holds them all


@dataclass(frozen=True, slots=True)
class DrawShown:
    """One draw in words: rows of (label, value), where its file is, its results as (place, number, outcome)."""

    heading: str
    rows: list[tuple[str, str]]
    file: str | None
    results: list[tuple[int, str, str]]
    more: int


async def of_course(db: AsyncSession, course_id: int, zone: ZoneInfo) -> list[DrawShown]:
    """The draws of a course: one, or one a session; none before a seed is promised."""
    shown = []
    for place in await lottery.places(db, course_id):
        found = await lottery.find(db, place)
        if found is not None:
            shown.append(_shown(found, await _heading(db, place, zone), zone))
    return shown


async def published(db: AsyncSession, course_id: int, session_id: int | None) -> str | None:
    """The file as it is: the list once it is fixed, everything once it is drawn."""
    found = await lottery.find(db, Place(course_id, session_id))
    return None if found is None else lottery.published(found)


async def _heading(db: AsyncSession, place: Place, zone: ZoneInfo) -> str:
    session = None if place.session_id is None else await db.get(Session, place.session_id)
    return "" if session is None else f"第{session.position}回 {wording.moment(session.starts_at, zone)}"


def _shown(found: Draw, heading: str, zone: ZoneInfo) -> DrawShown:
    def at(moment: datetime | None) -> str:
        return "" if moment is None else wording.moment(moment, zone)

    rows = [("約束", f"{found.commitment}\n{at(found.opened_at)}に決めました")]
    file = None
    if found.entries is not None:
        entries = draw.read_list(found.entries)[1]
        rows.append(("一覧", f"{found.entries_hash}\n{at(found.fixed_at)}に固めました(申込{len(entries)}組)"))
        file = f"/c/{found.course_id}/draw.txt" + ("" if found.session_id is None else f"?session={found.session_id}")
    drawn = None if found.result is None else draw.read(found.result)
    if found.public_text:
        rows.append(("混ぜる文字", found.public_text + (f"\n{drawn.public}" if drawn else "")))
    rows.append(("抽選", "まだです" if drawn is None else f"{at(found.drawn_at)}に行いました\n{_counts(drawn)}"))
    results = drawn.results if drawn else ()
    listed = [(result.rank, result.code, OUTCOMES[result.outcome]) for result in results[:SHOWN]]
    return DrawShown(heading, rows, file, listed, len(results) - len(listed))


def _counts(drawn: Drawn) -> str:
    counts = Counter(result.outcome for result in drawn.results)
    return "・".join(f"{label}{counts[outcome]}組" for outcome, label in OUTCOMES.items() if counts[outcome])
