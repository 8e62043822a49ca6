"""iCalendar files of a course and of a resident's registrations."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from catalog.models import CourseStatus
from catalog.search.entry import CourseEntry, SessionEntry

_ASSUMED_LENGTH = timedelta(hours=1)  # where an announcement names no end


def calendar(courses: Iterable[CourseEntry], *, name: str, public_url: str, zone: ZoneInfo, now: datetime) -> bytes:
    """The courses' sessions as iCalendar bytes. A session keeps its uid, so that a moved one moves in the app too."""
    result = Calendar()
    result.add("prodid", "-//Manabi Concierge//JA")
    result.add("version", "2.0")
    result.add("x-wr-calname", name)
    result.add("x-wr-timezone", zone.key)
    for course in courses:
        for session in course.sessions:
            result.add_component(_event(course, session, public_url=public_url, zone=zone, now=now))
    return bytes(result.to_ical())


def _event(course: CourseEntry, session: SessionEntry, *, public_url: str, zone: ZoneInfo, now: datetime) -> Event:
    event = Event()
    host = public_url.partition("://")[2].partition("/")[0]
    event.add("uid", f"session-{session.id}@{host}")
    event.add("dtstamp", now)
    event.add("summary", course.title)
    start = session.starts_at.astimezone(zone)
    if session.all_day:
        event.add("dtstart", start.date())
    else:
        event.add("dtstart", start)
        event.add("dtend", (session.ends_at or session.starts_at + _ASSUMED_LENGTH).astimezone(zone))
    if course.venue is not None:
        event.add("location", f"{course.venue.name} {course.venue.address}".strip())
        if course.venue.latitude is not None and course.venue.longitude is not None:
            event.add("geo", (course.venue.latitude, course.venue.longitude))
    event.add("url", f"{public_url}/c/{course.id}")
    cancelled = session.cancelled or course.status is not CourseStatus.SCHEDULED
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    return event
