"""The public pages: one course for everybody (`/c/{id}`), its calendar file and its draw, a resident's own calendar."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlmodel import col
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

from bot.public import draws
from bot.public.rendering import qr, render
from catalog import registration
from catalog.database import Database
from catalog.models import RegistrationState, Resident, Selection
from catalog.registration import Seats
from catalog.search.catalogue import Catalogue
from catalog.search.entry import CourseEntry
from catalog.search.loading import load_entries
from handlers import cards
from handlers.context import City
from handlers.course import chat_links, map_link
from scheduler.clock import Clock

_KEY = re.compile(r"[0-9]{1,10}")
_RECEIPT = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_PLAIN = {"X-Content-Type-Options": "nosniff"}


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
            seats = (await registration.seats(db, [found.id], now=self._clock.now())).get(found.id)
        return _html("course.html", 200, **self._facts(found, seats))

    async def course_calendar(self, request: Request) -> Response:
        """`GET /c/{id}.ics`."""
        found = await self._course(request)
        return Response(status_code=404) if found is None else self._ics([found], found.title)

    async def draw(self, request: Request) -> Response:
        """`GET /c/{id}/draw`: the lottery (抽選), and how to check it."""
        found = await self._course(request)
        if found is None or not _draws(found):
            return _html("missing.html", 404, city=self._city)
        async with self._database.reading() as db:
            shown = await draws.of_course(db, found.id, self._city.zone)
        return _html("draw.html", 200, city=self._city, course=found, draws=shown)

    async def draw_file(self, request: Request) -> Response:
        """`GET /c/{id}/draw.txt`, with `?session=` for one session: what is published of the draw, to the byte."""
        found = await self._course(request)
        session = request.query_params.get("session")
        if found is None or not (session is None or _is_key(session)):
            return Response(status_code=404)
        async with self._database.reading() as db:
            text = await draws.published(db, found.id, None if session is None else int(session))
        return Response(status_code=404) if text is None else PlainTextResponse(text, headers=_PLAIN)

    async def draw_recipe(self, _request: Request) -> Response:
        """`GET /verify-draw.sh`: how to check a draw without this program."""
        return FileResponse(Path(__file__).parent / "verify-draw.sh", media_type="text/plain", headers=_PLAIN)

    async def ticket(self, request: Request) -> Response:
        """`GET /ticket/{receipt}`: the number as a QR code for the door. It is only drawn, nothing is looked up."""
        receipt = request.path_params["receipt"]
        if not _RECEIPT.fullmatch(receipt):
            return _html("missing.html", 404, city=self._city)
        drawn = Markup(qr(receipt))  # noqa: S704 - our own SVG
        return _html("ticket.html", 200, city=self._city, receipt=receipt, qr=drawn)

    async def own_calendar(self, request: Request) -> Response:
        """`GET /calendar/{token}.ics`: what the owner of the secret address has a place in."""
        token = request.path_params["token"]
        if not _TOKEN.fullmatch(token):
            return Response(status_code=404)
        async with self._database.reading() as db:
            owner = await db.scalar(select(col(Resident.id)).where(col(Resident.calendar_token) == token))
            if owner is None:
                return Response(status_code=404)
            mine = [
                found
                for found in await registration.of_resident(db, owner)
                if found.state is RegistrationState.CONFIRMED
            ]
            courses = {course.id: course for course in await load_entries(db, [found.course_id for found in mine])}
        own = [_of_own(courses[found.course_id], found.session_id) for found in mine if found.course_id in courses]
        return self._ics(own, "まなびの予定")

    async def _course(self, request: Request) -> CourseEntry | None:
        if not _is_key(request.path_params["id"]):
            return None
        course_id = int(request.path_params["id"])
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
            "map": map_link(course.venue) if course.venue else "",
            "draws": _draws(course),
            "open": cards.shut(setting, course, seats) is None,
            "chats": chat_links(self._city, course),
        }


def _of_own(course: CourseEntry, session_id: int | None) -> CourseEntry:
    """The course with the sessions that one has a place in: all, or the single one that was applied for."""
    if session_id is None:
        return course
    return replace(course, sessions=tuple(session for session in course.sessions if session.id == session_id))


def _is_key(text: str) -> bool:
    """Whether the text is a number that can be a key of the database."""
    return bool(_KEY.fullmatch(text)) and int(text) < 2**31


def _draws(course: CourseEntry) -> bool:
    return course.selection is Selection.LOTTERY and registration.takes_registrations(course)


def _html(template: str, status: int, **facts: object) -> HTMLResponse:
    return HTMLResponse(render(template, **facts), status_code=status, headers=_HEADERS)
