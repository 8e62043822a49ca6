"""From the tables to entries: a handful of plain queries, whatever the number of courses."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable
from hashlib import blake2b
from typing import Any

from sqlalchemy import FromClause, Row, func, inspect, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import NullType

from catalog.models.course import (
    CatalogueVersion,
    Course,
    CourseField,
    CourseLifeIssue,
    CourseLifeStage,
    Department,
    LifeStage,
    Organizer,
    Session,
    Venue,
)
from catalog.search.entry import CourseEntry, SessionEntry, VenueEntry

_AT_ONCE = 250  # ids in one query: drivers limit parameters, and what else a process does goes on in between
_VENUE = tuple(VenueEntry.__dataclass_fields__)  # its id comes first
_COPIED = tuple(name for name in CourseEntry.__dataclass_fields__ if name in Course.model_fields)

_courses, _sessions, _venues = (inspect(model).local_table for model in (Course, Session, Venue))
_organizers, _departments = (inspect(model).local_table for model in (Organizer, Department))
_fields, _life_stages, _stages = (inspect(model).local_table for model in (CourseField, CourseLifeStage, LifeStage))
_life_issues = inspect(CourseLifeIssue).local_table
_versions = inspect(CatalogueVersion).local_table


async def catalogue_state(db: AsyncSession) -> str:
    """What changes with every change of the catalogue, and from one database to another."""
    version = await catalogue_version(db)
    row = (await db.execute(select(func.count(), func.max(_courses.c.id), func.max(_courses.c.updated_at)))).one()
    return f"{version} {tuple(row)}"


async def catalogue_version(db: AsyncSession) -> int:
    """The number that changes with everything search shows; 0 while nothing has been imported."""
    return (await db.execute(select(_versions.c.version))).scalar_one_or_none() or 0


async def load_stamps(db: AsyncSession) -> dict[int, int]:
    """For every course by its id, in their order, a number that changes with anything that its entry holds."""
    shared = [
        {row[0]: repr(row) for row in await _raw(db, table, *names)}
        for table, names in ((_venues, _VENUE), (_organizers, ("id", "name", "kind")), (_departments, ("id", "name")))
    ]
    stages = repr(await _raw(db, _stages, "code", "min_age"))
    parts = [
        await _raw(db, _sessions, "course_id", "starts_at", "position", "id", "ends_at", "all_day", "cancelled"),
        await _raw(db, _fields, "course_id", "field_code"),
        await _raw(db, _life_stages, "course_id", "life_stage_code"),
        await _raw(db, _life_issues, "course_id", "life_issue_code"),
    ]
    courses = await _raw(db, _courses, "id", "venue_id", "organizer_id", "department_id", *_COPIED)
    return await asyncio.to_thread(_stamps, courses, shared, parts, stages)


async def load_entries(db: AsyncSession, course_ids: Collection[int] | None = None) -> list[CourseEntry]:
    """All courses as entries in the order of their ids, or those of `course_ids`; unknown ids are left out."""
    if course_ids is None:
        return await _load(db, None)
    ids = sorted(set(course_ids))
    parts = [await _load(db, ids[at : at + _AT_ONCE]) for at in range(0, len(ids), _AT_ONCE)]
    return [entry for part in parts for entry in part]


async def _load(db: AsyncSession, ids: list[int] | None) -> list[CourseEntry]:
    venues = {row.id: _venue(row) for row in await db.execute(select(_venues))}
    organizers = {row.id: row for row in await db.execute(select(_organizers))}
    departments = {row.id: row.name for row in await db.execute(select(_departments))}
    order = {row.code: row.min_age for row in await db.execute(select(_stages))}
    sessions = _grouped(await _rows(db, _sessions, "course_id", ids))
    fields = _grouped(await _rows(db, _fields, "course_id", ids))
    stages = _grouped(await _rows(db, _life_stages, "course_id", ids))
    issues = _grouped(await _rows(db, _life_issues, "course_id", ids))
    return [
        CourseEntry(
            **{name: getattr(row, name) for name in _COPIED},
            organizer=organizers[row.organizer_id].name if row.organizer_id else None,
            organizer_kind=organizers[row.organizer_id].kind if row.organizer_id else None,
            department=departments.get(row.department_id),
            venue=venues.get(row.venue_id),
            sessions=_in_order(sessions[row.id]),
            fields=tuple(sorted(field.field_code for field in fields[row.id])),
            life_stages=tuple(
                sorted((stage.life_stage_code for stage in stages[row.id]), key=lambda code: (order[code], code))
            ),
            life_issues=tuple(sorted(issue.life_issue_code for issue in issues[row.id])),
        )
        for row in await _rows(db, _courses, "id", ids)
    ]


async def _rows(db: AsyncSession, table: FromClause, key: str, ids: list[int] | None) -> list[Row[Any]]:
    query = select(table).order_by(table.c[key])
    return list(await db.execute(query if ids is None else query.where(table.c[key].in_(ids))))


async def _raw(db: AsyncSession, table: FromClause, *names: str) -> list[tuple[Any, ...]]:
    """Columns as the driver gives them, in their order: to be compared, not read."""
    columns = [type_coerce(table.c[name], NullType()) for name in names]
    rows = (await db.execute(select(*columns).order_by(*columns[:2]))).all()
    return [tuple(row) for row in rows]


def _stamps(
    courses: list[tuple[Any, ...]], shared: list[dict[int, str]], parts: list[list[tuple[Any, ...]]], stages: str
) -> dict[int, int]:
    said: defaultdict[int, list[str]] = defaultdict(list)
    for rows in parts:
        for row in rows:
            said[row[0]].append(repr(row))
    found = {}
    for row in courses:
        named = [names.get(key, "") for key, names in zip(row[1:4], shared, strict=True)]
        whole = "\n".join([repr(row), *named, *said[row[0]], stages])
        found[row[0]] = int.from_bytes(blake2b(whole.encode(), digest_size=7).digest())
    return found


def _grouped(rows: Iterable[Row[Any]]) -> defaultdict[int, list[Row[Any]]]:
    groups: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        groups[row.course_id].append(row)
    return groups


def _in_order(rows: list[Row[Any]]) -> tuple[SessionEntry, ...]:
    return tuple(session_entry(row) for row in sorted(rows, key=lambda row: (row.starts_at, row.position)))


def session_entry(row: Any) -> SessionEntry:
    """A session as cards show it, from its row or its model."""
    return SessionEntry(
        id=row.id, starts_at=row.starts_at, ends_at=row.ends_at, all_day=row.all_day, cancelled=row.cancelled
    )


def _venue(row: Row[Any]) -> VenueEntry:
    return VenueEntry(
        id=row.id,
        name=row.name,
        reading=row.reading,
        address=row.address,
        area=row.area,
        latitude=row.latitude,
        longitude=row.longitude,
        access=row.access,
    )
