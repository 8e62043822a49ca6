"""Lotteries (抽選) that go by themselves: a seed is promised for each, lists are closed and draws held when due.

A course that names `draw_at` is closed after its deadline and drawn at that time; any other is left to staff, and so is
a draw that waits for a public text. One transaction each, so that nobody waits long for the writer.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog.database import Database
from catalog.draw import DrawError
from catalog.models import Course, CourseKind, CourseRules, CourseStatus, Draw, Selection
from catalog.registration import Place, lottery, seating

BATCH = 50

_log = structlog.get_logger(__name__)


async def promise(database: Database, *, now: datetime) -> int:
    """Promises a seed for every lottery to come, so that it can be seen before anybody enters. Returns how many."""
    promised = 0
    async with database.reading() as db:
        course_ids = await _without_promise(db, now=now)
    for course_id in course_ids:
        async with database.transaction() as db:
            await seating.lock(db, [course_id])
            for place in await lottery.places(db, course_id):
                await lottery.promise(db, place, now=now)
                promised += 1
    return promised


async def draw(database: Database, *, now: datetime, zone: ZoneInfo) -> int:
    """Closes the lists and holds the draws that are due. Returns how many.

    What cannot be drawn is logged and holds up no other; the first such error is raised at the end.
    """
    done, stuck = 0, []
    async with database.reading() as db:
        due = await _due(db, now=now)
    for place, at in due:
        try:
            async with database.transaction() as db:
                if at <= now:
                    await lottery.run(db, place, now=now, zone=zone)
                else:
                    await lottery.fix(db, place, now=now)
            done += 1
        except DrawError as error:
            _log.exception("draw.stuck", course=place.course_id, session=place.session_id)
            stuck.append(error)
    if stuck:
        raise stuck[0]
    return done


async def _without_promise(db: AsyncSession, *, now: datetime) -> list[int]:
    found = await db.scalars(
        select(col(Course.id))
        .where(
            _holds_a_lottery(),
            or_(col(Course.apply_until).is_(None), col(Course.apply_until) >= now),
            or_(col(Course.ends_at).is_(None), col(Course.ends_at) > now),
            ~exists().where(col(Draw.course_id) == col(Course.id)),
        )
        .order_by(col(Course.id))
        .limit(BATCH)
    )
    return [course_id for course_id in found.all() if course_id is not None]


async def _due(db: AsyncSession, *, now: datetime) -> list[tuple[Place, datetime]]:
    """Draws whose list is to be closed, or that are to be held, with the time of the latter."""
    drawing = col(CourseRules.draw_at) <= now
    entries_end = col(Course.apply_until)
    rows = await db.execute(
        select(col(Draw.course_id), col(Draw.session_id), col(CourseRules.draw_at))
        .join(Course, col(Course.id) == col(Draw.course_id))
        .join(CourseRules, col(CourseRules.course_id) == col(Draw.course_id))
        .where(
            _holds_a_lottery(),
            col(CourseRules.draw_at).is_not(None),
            col(Draw.drawn_at).is_(None),
            or_(entries_end < now, and_(entries_end.is_(None), drawing)),
            or_(col(Draw.fixed_at).is_(None), and_(drawing, col(Draw.public_text) == "")),
        )
        .order_by(col(Draw.id))
    )
    return [(Place(course_id, session_id), at) for course_id, session_id, at in rows if at is not None]


def _holds_a_lottery() -> ColumnElement[bool]:
    return and_(
        col(Course.kind) == CourseKind.COURSE,
        col(Course.status) == CourseStatus.SCHEDULED,
        col(Course.selection) == Selection.LOTTERY,
        col(Course.registration_needed).is_not(False),
    )
