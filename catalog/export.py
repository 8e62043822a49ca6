"""Courses for other programs: the JSON of `manabi courses`. Its names are promised to the outside."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from catalog.search.entry import CourseEntry


def courses_json(entry: CourseEntry, zone: ZoneInfo) -> dict[str, Any]:
    """One course. Moments are ISO 8601 on the city's clock, ages inclusive years, fees yen; unsaid is null.

    Cancelled sessions are left out.
    """
    return {
        "source_id": entry.source_id,
        "title": entry.title,
        "organizer": entry.organizer,
        "venue": entry.venue.name if entry.venue else None,
        "sessions": [
            {"starts_at": _moment(session.starts_at, zone), "ends_at": _moment(session.ends_at, zone)}
            for session in entry.sessions
            if not session.cancelled
        ],
        "min_age": entry.min_age,
        "max_age": entry.max_age,
        "parent_child": entry.parent_child,
        "residency": entry.residency.value,
        "capacity": entry.capacity,
        "selection": entry.selection.value,
        "apply_from": _moment(entry.apply_from, zone),
        "apply_until": _moment(entry.apply_until, zone),
        "fee_yen": entry.fee_yen,
        "access": {
            "childcare": entry.childcare,
            "online": entry.online,
            "wheelchair": entry.wheelchair,
            "sign_language": entry.sign_language,
        },
        "fields": list(entry.fields),
        "life_stages": list(entry.life_stages),
        "status": entry.status.value,
    }


def _moment(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat()
