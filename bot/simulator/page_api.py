"""The routes of the page with the two phones; CONTRACT.md says what they carry."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.simulator.phones import Simulator
from bot.simulator.taps import CannotDoError

PAGE = Path(__file__).parent / "page"
CLOCK_SECONDS = 15


class PageApi:
    """What the page asks of the simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def routes(self) -> list[BaseRoute]:
        """All routes below /sim."""
        return [
            Route("/", self.page),
            Mount("/static", StaticFiles(directory=PAGE, check_dir=False)),
            Route("/state", self.state),
            Route("/state/{resident}/{platform}", self.phone),
            Route("/events", self.events),
            Route("/act", self.act, methods=["POST"]),
            Route("/clock", self.clock, methods=["POST"]),
            Route("/media/richmenu/{menu_id}", self.menu_image),
            Route("/media/file/{file_id}", self.file),
        ]

    async def page(self, request: Request) -> Response:
        if not (PAGE / "index.html").is_file():
            return Response("the page is not installed", 404)
        return FileResponse(PAGE / "index.html", headers={"cache-control": "no-cache"})

    async def state(self, request: Request) -> Response:
        return JSONResponse(self._simulator.state())

    async def phone(self, request: Request) -> Response:
        resident = self._simulator.residents.get(request.path_params["resident"])
        platform = request.path_params["platform"]
        if resident is None or platform not in {"line", "telegram"}:
            return JSONResponse({"ok": False, "error": "no such phone"}, 404)
        phone = resident.line if platform == "line" else resident.telegram
        return JSONResponse(phone.state(self._simulator.zone))

    async def events(self, request: Request) -> Response:
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self._stream(request), media_type="text/event-stream", headers=headers)

    async def _stream(self, request: Request) -> AsyncIterator[str]:
        with self._simulator.board.watched() as changes:
            yield _event(self._simulator.clock)
            while not await request.is_disconnected():
                try:
                    async with asyncio.timeout(CLOCK_SECONDS):
                        change = await changes.get()
                except TimeoutError:
                    change = self._simulator.clock
                yield _event(change)

    async def act(self, request: Request) -> Response:
        try:
            body = await _read_object(request)
            who = [str(body.pop(name, "")) for name in ("resident", "platform", "do")]
            outcome = await self._simulator.act(*who, **body)
        except CannotDoError as error:
            return JSONResponse({"ok": False, "error": str(error)}, 400)
        return JSONResponse({"ok": True, **outcome})

    async def clock(self, request: Request) -> Response:
        try:
            minutes = float((await _read_object(request)).get("minutes", 0))
            await self._simulator.forward(minutes)
        except (CannotDoError, TypeError, ValueError) as error:
            return JSONResponse({"ok": False, "error": str(error)}, 400)
        return JSONResponse({"ok": True, **self._simulator.clock})

    async def menu_image(self, request: Request) -> Response:
        menu = self._simulator.line.menus.get(request.path_params["menu_id"])
        if menu is None or not menu.image:
            return Response(status_code=404)
        return Response(menu.image, media_type=menu.image_type)

    async def file(self, request: Request) -> Response:
        file = self._simulator.telegram.files.get(request.path_params["file_id"])
        if file is None or not file.content:
            return Response(status_code=404)
        return Response(file.content, media_type=file.mime_type)


async def _read_object(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError as error:
        raise CannotDoError("not JSON") from error
    if not isinstance(body, dict):
        raise CannotDoError("not a JSON object")
    return body


def _event(change: dict[str, Any]) -> str:
    return f"data: {json.dumps(change, ensure_ascii=False)}\n\n"
