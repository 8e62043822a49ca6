"""Rows into courses: a course held on many dates is many rows of a list, but one course with many sessions.

Rows are of one course when all that a course says but once is the same: title, organiser, contact, venue, description,
target, fee, capacity, way and end of application. A row that by itself is for several days (全12回, a period) is a
course of its own: another such row is another term of it, applied for apart.

A row stays in the course that it was first imported to as long as title and venue are the same, so that applications
follow when a list's other columns change for some of its dates.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from catalog.importing.checking import Entry
from catalog.reading.recurrence import several_times

Key = tuple[str, ...]


class RowKey(NamedTuple):
    """The identity of a row over all imports."""

    source: str
    row_id: str


@dataclass(frozen=True, slots=True)
class KnownCourse:
    """A course that an earlier import made of a row."""

    course_id: int
    source_id: str


@dataclass(slots=True)
class CourseRows:
    """The rows of one course in the file's order, and the course that they are already, if any."""

    course_id: int | None
    source: str
    source_id: str
    entries: list[Entry] = field(default_factory=list)

    @property
    def first(self) -> Entry:
        """The row that speaks for the course: the earliest date."""
        return min(self.entries, key=lambda entry: (entry.meetings[0].starts_at, entry.record.row))


def merge(entries: Iterable[Entry], known: Mapping[RowKey, KnownCourse]) -> list[CourseRows]:
    """The rows as courses, in the order of their first rows. `known` says which course each row already belongs to."""
    entries = list(entries)
    owners = _owners(entries, known)
    courses: dict[Key | int, CourseRows] = {}
    by_key: dict[Key, CourseRows] = {}
    for entry in entries:  # rows that stay where they are come first: new dates join them
        course = known.get(row_key(entry))
        if course is not None and owners[course.course_id] == _name_key(entry):
            rows = courses.setdefault(
                course.course_id, CourseRows(course.course_id, row_key(entry).source, course.source_id)
            )
            rows.entries.append(entry)
            by_key.setdefault(_course_key(entry), rows)
    placed = {id(entry) for rows in courses.values() for entry in rows.entries}
    for entry in entries:
        if id(entry) in placed:
            continue
        key = _course_key(entry)
        if key not in by_key:
            by_key[key] = courses[key] = CourseRows(None, row_key(entry).source, entry.row_id)
        by_key[key].entries.append(entry)
    return sorted(courses.values(), key=lambda rows: rows.entries[0].record.row)


def row_key(entry: Entry) -> RowKey:
    record = entry.record
    return RowKey(source=(record.municipality or record.city or "-")[:20], row_id=entry.row_id)


def _owners(entries: Iterable[Entry], known: Mapping[RowKey, KnownCourse]) -> dict[int, Key]:
    """For each known course the title and venue that it goes on under: those of its first row, if the file has it."""
    owners: dict[int, Key] = {}
    for entry in entries:
        course = known.get(row_key(entry))
        if course is None:
            continue
        if course.source_id == entry.row_id:
            owners[course.course_id] = _name_key(entry)
        else:
            owners.setdefault(course.course_id, _name_key(entry))
    return owners


def _name_key(entry: Entry) -> Key:
    record = entry.record
    return (_folded(entry.title), _folded(record.venue), _folded(record.address))


def _course_key(entry: Entry) -> Key:
    record = entry.record
    said_once = (
        *row_key(entry)[:1],
        *_name_key(entry),
        *map(
            _folded,
            (
                record.organizer,
                record.contact_name,
                record.description or record.summary,
                record.target,
                record.fee_basic,
                record.fee_detail,
                record.capacity,
                record.apply_method,
                record.category,
            ),
        ),
        _moment(entry.apply_from),
        _moment(entry.apply_until),
    )
    if entry.stands_alone or several_times(record.schedule):
        # Only the very same row twice is still the same course.
        return (*said_once, _moment(entry.meetings[0].starts_at), _moment(entry.meetings[-1].ends_at), record.schedule)
    return said_once


def _moment(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _folded(text: str) -> str:
    """The text as far as it matters for being the same: no widths, no white space, no capitals."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()
