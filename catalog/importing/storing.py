"""From drafts to rows: what is new or changed is written in bulk, what is the same is not touched at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.course_changes import raise_version
from catalog.importing import moves
from catalog.importing.drafting import CourseDraft, RowDraft
from catalog.importing.merging import RowKey
from catalog.importing.sessions import insert_sessions, update_sessions
from catalog.models.course import (
    Course,
    CourseField,
    CourseLifeIssue,
    CourseLifeStage,
    Department,
    FieldOfLearning,
    LifeIssue,
    LifeStage,
    Organizer,
    SourceRow,
    Venue,
)
from catalog.upsert import insert_missing, table

COURSES, ROWS = table(Course), table(SourceRow)
COURSE_FIELDS, COURSE_STAGES, COURSE_ISSUES = table(CourseField), table(CourseLifeStage), table(CourseLifeIssue)
ORGANIZERS, DEPARTMENTS, VENUES = table(Organizer), table(Department), table(Venue)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The drafts of a batch that the database does not hold yet. `rows` are of courses that stay the same."""

    new: tuple[CourseDraft, ...]
    changed: tuple[CourseDraft, ...]
    rows: tuple[tuple[int, RowDraft], ...]

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.rows)


@dataclass(frozen=True, slots=True)
class _References:
    """The ids of what courses refer to, by name."""

    organizers: Mapping[str, int]
    departments: Mapping[str, int]
    venues: Mapping[tuple[str, str], int]


async def find_changes(session: AsyncSession, drafts: Sequence[CourseDraft]) -> Changes:
    """Compares fingerprints; reads only."""
    ids = [draft.course_id for draft in drafts if draft.course_id is not None]
    found = await session.execute(select(COURSES.c.id, COURSES.c.fingerprint).where(COURSES.c.id.in_(ids)))
    fingerprints = dict(found.all())
    stored = await session.execute(
        select(ROWS.c.source, ROWS.c.row_id, ROWS.c.course_id, ROWS.c.fingerprint).where(ROWS.c.course_id.in_(ids))
    )
    rows = {RowKey(source, row_id): (course_id, print_) for source, row_id, course_id, print_ in stored}
    same = [draft for draft in drafts if fingerprints.get(draft.course_id or 0) == draft.fingerprint]
    return Changes(
        new=tuple(draft for draft in drafts if draft.course_id is None),
        changed=tuple(d for d in drafts if d.course_id is not None and d not in same),
        rows=tuple(
            (draft.course_id, row)
            for draft in same
            if draft.course_id is not None
            for row in draft.rows
            if rows.get(row.key) != (draft.course_id, row.fingerprint)
        ),
    )


async def store(session: AsyncSession, changes: Changes, *, zone: ZoneInfo, now: datetime) -> None:
    """Writes the changes in the caller's transaction, and raises the catalogue's version if search shows any."""
    shown = (*changes.new, *changes.changed)
    references = await _references(session, shown)
    ids = await _insert_courses(session, changes.new, references, now)
    await insert_sessions(session, zip(ids, changes.new, strict=True))
    await _update_courses(session, changes.changed, references, zone, now)
    placed = [*zip(ids, changes.new, strict=True), *((draft.course_id or 0, draft) for draft in changes.changed)]
    await _store_classes(session, placed, fresh=set(ids))
    await _store_rows(session, [*((i, row) for i, draft in placed for row in draft.rows), *changes.rows])
    if shown:
        await raise_version(session)


async def _references(session: AsyncSession, drafts: Sequence[CourseDraft]) -> _References:
    """The ids of all organisers, departments and venues of the drafts; those that are missing are added."""
    organizers = {draft.organizer[0]: draft.organizer[1] for draft in reversed(drafts) if draft.organizer}
    departments = {draft.department: draft.department_phone for draft in reversed(drafts) if draft.department}
    venues = {(draft.venue.name, draft.venue.address): draft.venue for draft in reversed(drafts) if draft.venue}
    await insert_missing(session, Organizer, [{"name": n, "kind": kind} for n, kind in sorted(organizers.items())])
    await insert_missing(session, Department, [{"name": n, "phone": p} for n, p in sorted(departments.items())])
    await insert_missing(
        session,
        Venue,
        [
            {
                "name": venue.name,
                "address": venue.address,
                "area": venue.area,
                "latitude": venue.latitude,
                "longitude": venue.longitude,
                "access": venue.access,
            }
            for _, venue in sorted(venues.items())
        ],
    )
    named_organizers = await session.execute(
        select(ORGANIZERS.c.name, ORGANIZERS.c.id).where(ORGANIZERS.c.name.in_(organizers))
    )
    named_departments = await session.execute(
        select(DEPARTMENTS.c.name, DEPARTMENTS.c.id).where(DEPARTMENTS.c.name.in_(departments))
    )
    named_venues = await session.execute(
        select(VENUES.c.name, VENUES.c.address, VENUES.c.id).where(
            tuple_(VENUES.c.name, VENUES.c.address).in_(list(venues))
        )
    )
    return _References(
        organizers=dict(named_organizers.all()),
        departments=dict(named_departments.all()),
        venues={(name, address): i for name, address, i in named_venues},
    )


def _columns(draft: CourseDraft, references: _References, now: datetime) -> dict[str, Any]:
    return {
        **draft.columns,
        "organizer_id": references.organizers[draft.organizer[0]] if draft.organizer else None,
        "department_id": references.departments[draft.department] if draft.department else None,
        "venue_id": references.venues[draft.venue.name, draft.venue.address] if draft.venue else None,
        "starts_at": draft.meetings[0].meeting.starts_at,
        "ends_at": max(m.meeting.ends_at or m.meeting.starts_at for m in draft.meetings),
        "fingerprint": draft.fingerprint,
        "updated_at": now,
    }


async def _insert_courses(
    session: AsyncSession, drafts: Sequence[CourseDraft], references: _References, now: datetime
) -> list[int]:
    """The ids of the new courses, in the order of their drafts."""
    if not drafts:
        return []
    rows = [{**_columns(draft, references, now), "seats_taken": 0, "published_at": now} for draft in drafts]
    found = await session.execute(insert(COURSES).returning(COURSES.c.id, sort_by_parameter_order=True), rows)
    return list(found.scalars())


async def _update_courses(
    session: AsyncSession, drafts: Sequence[CourseDraft], references: _References, zone: ZoneInfo, now: datetime
) -> None:
    """Writes changed courses, and notes what moved. Their applications are not among the columns of a draft."""
    known = await moves.look(session, [draft.course_id for draft in drafts if draft.course_id is not None])
    for draft in drafts:
        before = known[draft.course_id or 0]
        columns = before.columns(_columns(draft, references, now))
        kept = await update_sessions(session, draft, before, zone=zone, now=now)
        columns["starts_at"] = min([columns["starts_at"], *(starts for starts, _ in kept)])
        columns["ends_at"] = max([columns["ends_at"], *(ends for _, ends in kept)])
        await session.execute(update(COURSES).where(COURSES.c.id == draft.course_id).values(columns))
    await moves.note(session, known, now=now)


async def _store_classes(session: AsyncSession, courses: Sequence[tuple[int, CourseDraft]], *, fresh: set[int]) -> None:
    """Fields, life stages and issues, those that the city's own tables know."""
    old = [course_id for course_id, _ in courses if course_id not in fresh]
    for links, column, model, codes in (
        (COURSE_FIELDS, "field_code", FieldOfLearning, [draft.fields for _, draft in courses]),
        (COURSE_STAGES, "life_stage_code", LifeStage, [draft.life_stages for _, draft in courses]),
        (COURSE_ISSUES, "life_issue_code", LifeIssue, [draft.life_issues for _, draft in courses]),
    ):
        if old:
            await session.execute(delete(links).where(links.c.course_id.in_(old)))
        known = set(await session.scalars(select(table(model).c.code)))
        rows = [
            {"course_id": course_id, column: code}
            for (course_id, _), told in zip(courses, codes, strict=True)
            for code in dict.fromkeys(told)
            if code in known
        ]
        if rows:
            await session.execute(insert(links), rows)


async def _store_rows(session: AsyncSession, rows: Sequence[tuple[int, RowDraft]]) -> None:
    """Which course each row belongs to, and what it looked like."""
    values = [
        {
            "source": row.key.source,
            "row_id": row.key.row_id,
            "course_id": course_id,
            "fingerprint": row.fingerprint,
            "starts_on": row.starts_on,
        }
        for course_id, row in rows
    ]
    if not values:
        return
    await insert_missing(session, SourceRow, values)
    changing = (
        update(ROWS)
        .where(ROWS.c.source == bindparam("of_source"), ROWS.c.row_id == bindparam("of_row"))
        .values(
            course_id=bindparam("course_id"), fingerprint=bindparam("fingerprint"), starts_on=bindparam("starts_on")
        )
    )
    known = await session.execute(
        select(ROWS.c.source, ROWS.c.row_id, ROWS.c.course_id, ROWS.c.fingerprint, ROWS.c.starts_on).where(
            tuple_(ROWS.c.source, ROWS.c.row_id).in_([(v["source"], v["row_id"]) for v in values])
        )
    )
    stored = {(source, row_id): rest for source, row_id, *rest in known}
    different = [
        {"of_source": v.pop("source"), "of_row": v.pop("row_id"), **v}
        for v in values
        if stored[v["source"], v["row_id"]] != [v["course_id"], v["fingerprint"], v["starts_on"]]
    ]
    if different:
        connection = await session.connection()
        await connection.execute(changing, different)
