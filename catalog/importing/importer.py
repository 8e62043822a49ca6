"""Importing a municipal event list: file, rows, courses, database. The same file twice changes nothing."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.database import Database
from catalog.importing.checking import Entry, check
from catalog.importing.drafting import CourseDraft, draft
from catalog.importing.layouts import read_records
from catalog.importing.merging import CourseRows, KnownCourse, RowKey, merge, row_key
from catalog.importing.report import ImportReport, RowIssue
from catalog.importing.storing import COURSES, ROWS, find_changes, store
from catalog.importing.yields import stated
from catalog.seed import seed

# Courses in one transaction: some tens of milliseconds of the one writer that SQLite has.
BATCH = 150
_ATTEMPTS = 3

Progress = Callable[[int, int], None]


async def import_file(
    database: Database,
    path: Path,
    *,
    zone: ZoneInfo,
    now: datetime,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Brings the catalogue up to date with a list and says what came of each row.

    `zone` is the city's, `now` what `updated_at` of new and changed courses becomes. `progress` is called with the
    courses done and their number. With `dry_run` nothing is written. Raises UnreadableFileError, with one clear line,
    when the file is no municipal event list; otherwise every row is imported or has an issue in the report.
    A list may be a part of the catalogue: courses and dates that it does not name are left as they are.
    """
    entries, rows, issues = await asyncio.to_thread(_read, path, zone)
    if not dry_run:
        await seed(database)
    for attempt in range(1, _ATTEMPTS + 1):
        report = ImportReport(rows=rows, issues=list(issues), dry_run=dry_run)
        try:
            await _import_entries(database, entries, report, zone=zone, now=now, progress=progress)
        except IntegrityError:
            # Another import stored some of these rows meanwhile: look again at what is there.
            if attempt == _ATTEMPTS:
                raise
            continue
        break
    report.issues.sort(key=lambda issue: issue.row)
    return report


def _read(path: Path, zone: ZoneInfo) -> tuple[list[Entry], int, list[RowIssue]]:
    records = read_records(path)
    entries, issues = check(records, zone)
    return entries, len(records), issues


async def _import_entries(
    database: Database,
    entries: list[Entry],
    report: ImportReport,
    *,
    zone: ZoneInfo,
    now: datetime,
    progress: Progress | None,
) -> None:
    async with database.reading() as session:
        known = await _known(session, entries)
    courses = merge(entries, known)
    done = 0
    for batch in _batches(courses):
        drafts, doubts = await asyncio.to_thread(_draft, batch, zone)
        report.issues.extend(doubts)
        await _import_batch(database, drafts, report, zone=zone, now=now)
        done += len(batch)
        if progress is not None:
            progress(done, len(courses))


def _draft(batch: Iterable[CourseRows], zone: ZoneInfo) -> tuple[list[CourseDraft], list[RowIssue]]:
    drafts, issues = [], []
    for course in batch:
        made, doubts = draft(course, zone=zone)
        drafts.append(made)
        issues.extend(doubts)
    return drafts, issues


async def _known(session: AsyncSession, entries: Iterable[Entry]) -> dict[RowKey, KnownCourse]:
    """The course of every row that an earlier import has seen."""
    sources = {row_key(entry).source for entry in entries}
    found = await session.execute(
        select(ROWS.c.source, ROWS.c.row_id, COURSES.c.id, COURSES.c.source_id)
        .join(COURSES, COURSES.c.id == ROWS.c.course_id)
        .where(ROWS.c.source.in_(sources))
    )
    return {RowKey(source, row_id): KnownCourse(i, source_id) for source, row_id, i, source_id in found}


async def _import_batch(
    database: Database, drafts: list[CourseDraft], report: ImportReport, *, zone: ZoneInfo, now: datetime
) -> None:
    async with database.reading() as session:
        changes = await find_changes(session, drafts)
    if changes and not report.dry_run:
        async with database.transaction() as session:
            await store(session, changes, zone=zone, now=now)
    report.new += len(changes.new)
    report.changed += len(changes.changed)
    report.unchanged += len(drafts) - len(changes.new) - len(changes.changed)
    report.sessions += sum(len(made.meetings) for made in drafts)
    report.kinds.update(made.columns["kind"] for made in drafts)
    for made in drafts:
        report.yields.update({fact: len(made.rows) for fact in stated(made)})


def _batches(courses: list[CourseRows]) -> Iterable[list[CourseRows]]:
    return (courses[n : n + BATCH] for n in range(0, len(courses), BATCH))
