"""The public pages: one course for everybody (`/c/{id}`), its calendar file, and a resident's own calendar."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlmodel import col
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from catalog import registration
from catalog.database import Database
from catalog.eligibility import window
from catalog.models import RegistrationState, Resident
from catalog.registration import Seats
from catalog.search.entry import CourseEntry
from catalog.search.index import Catalogue
from catalog.search.loading import load_entries
from handlers import cards
from handlers.context import City
from handlers.course import chat_links, map_link
from scheduler.clock import Clock

_COURSE_ID = re.compile(r"[0-9]{1,10}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
if TYPE_CHECKING:
    from jinja2 import Environment

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Pages:
    """The endpoints, over the same index and words as the chat."""

    def __init__(self, database: Database, catalogue: Catalogue, clock: Clock, city: City) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock
        self._city = city

    async def course(self, request: Request) -> Response:
        """`GET /c/{id}`."""
        found = await self._course(request)
        if found is None:
            return _html("missing.html", 404, city=self._city)
        async with self._database.reading() as db:
            seats = (await registration.seats(db, [found.id])).get(found.id)
        return _html("course.html", 200, **self._facts(found, seats))

    async def course_calendar(self, request: Request) -> Response:
        """`GET /c/{id}.ics`."""
        found = await self._course(request)
        return Response(status_code=404) if found is None else self._ics([found], found.title)

    async def own_calendar(self, request: Request) -> Response:
        """`GET /calendar/{token}.ics`: what the owner of the secret address has a place in."""
        token = request.path_params["token"]
        if not _TOKEN.fullmatch(token):
            return Response(status_code=404)
        async with self._database.reading() as db:
            owner = await db.scalar(select(col(Resident.id)).where(col(Resident.calendar_token) == token))
            if owner is None:
                return Response(status_code=404)
            ids = [
                found.course_id
                for found in await registration.of_resident(db, owner)
                if found.state is RegistrationState.CONFIRMED
            ]
            courses = await load_entries(db, ids)
        return self._ics(courses, "まなびの予定")

    async def _course(self, request: Request) -> CourseEntry | None:
        if not _COURSE_ID.fullmatch(request.path_params["id"]):
            return None
        course_id = int(request.path_params["id"])
        if course_id > 2**31 - 1:  # larger than any key of the database
            return None
        known = self._catalogue.index.course(course_id)
        if known is not None:
            return known
        async with self._database.reading() as db:
            found = await load_entries(db, [course_id])
        return found[0] if found else None

    def _ics(self, courses: list[CourseEntry], name: str) -> Response:
        # Imported here: the calendar library takes a quarter of a second to load, and start-up need not wait for it.
        from bot.public.calendars import calendar  # noqa: PLC0415

        content = calendar(
            courses, name=name, public_url=self._city.public_url, zone=self._city.zone, now=self._clock.now()
        )
        return Response(content, media_type="text/calendar; charset=utf-8")

    def _facts(self, course: CourseEntry, seats: Seats | None) -> dict[str, Any]:
        setting = cards.At(self._clock.now(), self._city.zone)
        return {
            "city": self._city,
            "course": course,
            "badge": cards.badge(setting, course, seats),
            "rows": [line.partition("\t")[::2] for line in cards.sheet_lines(setting, course, seats)],
            "map": map_link(course),
            "open": window(course, setting.now) is None,
            "chats": chat_links(self._city, course),
        }


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape  # noqa: PLC0415 - first page

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
    )


def _html(template: str, status: int, **facts: object) -> HTMLResponse:
    return HTMLResponse(_templates().get_template(template).render(**facts), status_code=status, headers=_HEADERS)
