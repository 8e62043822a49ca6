"""A server that answers as it is told and keeps what it was asked: what the platforms' clients meet in these tests."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


@dataclass(frozen=True, slots=True)
class Asked:
    """One call as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class Told:
    """One answer to give. `hang` seconds of silence come first."""

    status: int = 200
    body: Any = field(default_factory=dict)
    hang: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)


class FakePlatform:
    """Answers each path with what was laid ready for it, in order; then, and for other paths, with `otherwise`."""

    def __init__(self, otherwise: Any) -> None:
        self.url = ""
        self.asked: list[Asked] = []
        self._told: dict[str, list[Told]] = {}
        self._otherwise = otherwise

    def tell(self, path: str, *answers: Told) -> None:
        """Lays answers ready for the calls whose path ends so."""
        self._told.setdefault(path, []).extend(answers)

    def paths(self) -> list[str]:
        return [call.path.rsplit("/", 1)[1] for call in self.asked]

    async def answer(self, request: Request) -> Response:
        body = await request.body()
        path = request.url.path
        self.asked.append(Asked(request.method, path, dict(request.headers), body))
        ready = next((answers for end, answers in self._told.items() if path.endswith(end) and answers), None)
        told = ready.pop(0) if ready else Told(body=self._otherwise)
        await asyncio.sleep(told.hang)
        return JSONResponse(told.body, told.status, headers=told.headers)


@asynccontextmanager
async def serving(platform: FakePlatform) -> AsyncIterator[FakePlatform]:
    """Serves the fake on a free port of this machine."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = Starlette(routes=[Route("/{path:path}", platform.answer, methods=["GET", "POST", "DELETE"])])
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", ws="none"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    platform.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        yield platform
    finally:
        server.should_exit = True
        await task
        listener.close()


def unused_address() -> str:
    """An address of this machine where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
