"""Courses as values, for whatever searches, advises or shows them: only what a test is about is said."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from catalog.models.course import CapacityUnit, CourseKind, CourseStatus, Residency, Selection
from catalog.search.entry import CourseEntry, SessionEntry, VenueEntry
from catalog.search.meaning import is_installed

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 6, 10, 1, 0, tzinfo=UTC)  # Wednesday, 10 June 2026, 10:00 in Tokyo

needs_encoder = pytest.mark.skipif(not is_installed(), reason="the package of the encoder is not installed")

PLAIN = CourseEntry(
    id=0,
    source_id="",
    kind=CourseKind.COURSE,
    status=CourseStatus.SCHEDULED,
    title="",
    title_kana=None,
    description="",
    schedule_text=None,
    target_text=None,
    fee_text=None,
    capacity_text=None,
    apply_text=None,
    belongings=None,
    remarks=None,
    url=None,
    contact_name=None,
    contact_phone=None,
    organizer=None,
    organizer_kind=None,
    department=None,
    venue=None,
    sessions=(),
    min_age=None,
    max_age=None,
    parent_child=False,
    residency=Residency.NONE,
    capacity=None,
    capacity_unit=CapacityUnit.PERSON,
    selection=Selection.NONE,
    registration_needed=None,
    apply_from=None,
    apply_until=None,
    fee_yen=None,
    childcare=False,
    online=False,
    wheelchair=False,
    sign_language=False,
    fields=(),
    life_stages=(),
)


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment on Tokyo's clock, as UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=TOKYO).astimezone(UTC)


def session(starts_at: datetime, *, hours: float = 2, session_id: int = 1, **facts: Any) -> SessionEntry:
    plain = SessionEntry(
        id=session_id, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), all_day=False, cancelled=False
    )
    return replace(plain, **facts)


def venue(name: str, *, venue_id: int | None = None, **facts: Any) -> VenueEntry:
    plain = VenueEntry(
        id=venue_id if venue_id is not None else sum(map(ord, name)),
        name=name,
        reading=None,
        address="",
        area=None,
        latitude=None,
        longitude=None,
        access=None,
    )
    return replace(plain, **facts)


def course(
    course_id: int,
    title: str,
    *,
    starts_at: datetime | Sequence[datetime] = (),
    at: str | VenueEntry | None = None,
    **facts: Any,
) -> CourseEntry:
    """A course of one or more sessions; without a date, on 4 July 2026 (Saturday) at 10:00."""
    starts = [starts_at] if isinstance(starts_at, datetime) else list(starts_at) or [local(2026, 7, 4, 10)]
    sessions = tuple(session(start, session_id=course_id * 100 + n) for n, start in enumerate(starts))
    where = venue(at) if isinstance(at, str) else at
    told = {"source_id": f"C{course_id:03}", "sessions": sessions, "venue": where, **facts}
    return replace(PLAIN, id=course_id, title=title, **told)
