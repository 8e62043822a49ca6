"""The sessions of a course: added in bulk, moved in place, so that reminders and applications follow a session's id."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.importing.drafting import CourseDraft, MeetingDraft
from catalog.importing.merging import RowKey
from catalog.importing.moves import Known
from catalog.models.course import Session, SourceRow
from catalog.upsert import table

SESSIONS, ROWS = table(Session), table(SourceRow)


async def insert_sessions(session: AsyncSession, courses: Iterable[tuple[int, CourseDraft]]) -> None:
    rows = [
        {"course_id": course_id, "position": position, **_session_columns(meeting)}
        for course_id, draft in courses
        for position, meeting in enumerate(draft.meetings, start=1)
    ]
    if rows:
        await session.execute(insert(SESSIONS), rows)


async def update_sessions(
    session: AsyncSession, draft: CourseDraft, before: Known, *, zone: ZoneInfo, now: datetime
) -> list[tuple[datetime, datetime]]:
    """Brings a course's sessions up to date, keeping ids; returns begin and end of those that the file does not name.

    What staff moved, cancelled or added stays as they left it. What the file no longer has goes; where somebody
    reckons with it, it is cancelled instead.
    """
    stored = list(
        await session.execute(
            select(SESSIONS)
            .where(SESSIONS.c.course_id == draft.course_id)
            .order_by(SESSIONS.c.starts_at, SESSIONS.c.id)
        )
    )
    found = await session.execute(
        select(ROWS.c.source, ROWS.c.row_id, ROWS.c.starts_on).where(ROWS.c.course_id == draft.course_id)
    )
    days_before = {RowKey(source, row_id): day for source, row_id, day in found}
    present = {row.key for row in draft.rows}
    elsewhere = {day for key, day in days_before.items() if key not in present}  # not in this file: left as they are
    announced = [(row.id, before.announced.get(row.id, row.starts_at)) for row in stored if row.id not in before.added]
    pairs = match_sessions(announced, draft.meetings, days_before, zone)
    matched = set(pairs.values())
    left = [row for row in stored if row.id not in matched]
    kept = [row for row in left if _stays(row, before, elsewhere, zone=zone, now=now)]
    await _let_go(session, [row for row in left if row not in kept], before)
    await _write_sessions(session, draft, {row.id: row for row in stored}, pairs, kept, untouchable=before.untouchable)
    own = [row for row in stored if row.id in before.untouchable and row.id in matched]
    return [(row.starts_at, row.ends_at or row.starts_at) for row in (*kept, *own) if not row.cancelled]


def _stays(row: Row[Any], before: Known, elsewhere: Collection[date | None], *, zone: ZoneInfo, now: datetime) -> bool:
    """Whether a session that the file does not name is left as it is."""
    if row.id in before.untouchable or row.starts_at.astimezone(zone).date() in elsewhere:
        return True
    return row.starts_at <= now and (before.anybody or row.id in before.kept)


async def _let_go(session: AsyncSession, gone: Iterable[Row[Any]], before: Known) -> None:
    """Removes sessions, or cancels them where somebody stands in the course or their id is named somewhere."""
    ids = [row.id for row in gone]
    called_off = [i for i in ids if before.anybody or i in before.kept]
    if called_off:
        await session.execute(update(SESSIONS).where(SESSIONS.c.id.in_(called_off)).values(cancelled=True))
    if removed := [i for i in ids if i not in called_off]:
        await session.execute(delete(SESSIONS).where(SESSIONS.c.id.in_(removed)))


async def _write_sessions(
    session: AsyncSession,
    draft: CourseDraft,
    stored: Mapping[int, Row[Any]],
    pairs: Mapping[int, int],
    kept: Iterable[Row[Any]],
    *,
    untouchable: Collection[int],
) -> None:
    """Writes the meetings over the sessions they are paired with, adds the others, and numbers all in order of time."""
    timeline: list[tuple[datetime, int | None, dict[str, Any]]] = [(row.starts_at, row.id, {}) for row in kept]
    for n, meeting in enumerate(draft.meetings):
        session_id = pairs.get(n)
        if session_id is not None and session_id in untouchable:
            timeline.append((stored[session_id].starts_at, session_id, {}))
        else:
            timeline.append((meeting.meeting.starts_at, session_id, _session_columns(meeting)))
    timeline.sort(key=lambda item: item[0])
    for position, (_, session_id, columns) in enumerate(timeline, start=1):
        values = {**columns, "position": position}
        if session_id is None:
            await session.execute(insert(SESSIONS).values(course_id=draft.course_id, **values))
        elif any(getattr(stored[session_id], name) != value for name, value in values.items()):
            await session.execute(update(SESSIONS).where(SESSIONS.c.id == session_id).values(values))


def match_sessions(
    stored: Sequence[tuple[int, datetime]],
    meetings: Sequence[MeetingDraft],
    days_before: Mapping[RowKey, date | None],
    zone: ZoneInfo,
) -> dict[int, int]:
    """Which stored session (by id) each meeting (by its place) is.

    First a row's date where it was, then where it was moved from, then the same hour, then the same day; and where as
    many are left on both sides, one after the other: the whole course has moved. `days_before` has the day of each
    known row; sessions on the days of rows that announce none of these meetings stay with those rows.
    """
    announced = Counter(draft.row for draft in meetings)
    elsewhere = {day for key, day in days_before.items() if key not in announced}
    left = {session_id: (starts_at, starts_at.astimezone(zone).date()) for session_id, starts_at in stored}
    pairs: dict[int, int] = {}

    def rank(draft: MeetingDraft, starts_at: datetime, day: date) -> int | None:
        same_hour = starts_at == draft.meeting.starts_at
        was_there = day == days_before.get(draft.row)
        if same_hour:
            return 0 if was_there else 2
        if was_there and announced[draft.row] == 1:
            return 1
        return 3 if day == draft.meeting.starts_at.astimezone(zone).date() and day not in elsewhere else None

    for wanted in range(4):
        for n, draft in enumerate(meetings):
            if n not in pairs:
                found = next((i for i, (starts_at, day) in left.items() if rank(draft, starts_at, day) == wanted), None)
                if found is not None:
                    pairs[n] = found
                    del left[found]
    rest = [n for n in range(len(meetings)) if n not in pairs]
    own = [session_id for session_id, (_, day) in left.items() if day not in elsewhere]
    if len(rest) == len(own):
        pairs.update(zip(rest, own, strict=True))
    return pairs


def _session_columns(draft: MeetingDraft) -> dict[str, Any]:
    meeting = draft.meeting
    return {
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "all_day": meeting.all_day,
        "cancelled": meeting.cancelled,
    }
