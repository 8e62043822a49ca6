"""The simulator as a web application: /line, /telegram and /sim, and a server for tests."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from bot.simulator.line_api import LineApi
from bot.simulator.line_menus import LineMenus
from bot.simulator.page_api import PageApi
from bot.simulator.phones import Simulator
from bot.simulator.telegram_api import TelegramApi


def simulator_app(simulator: Simulator) -> Starlette:
    """LINE's API (data API included) under /line, Telegram's under /telegram, the page under /sim.

    The caller closes the simulator.
    """
    line = LineApi(simulator.line, simulator.calls, simulator.faults)
    telegram = TelegramApi(simulator.telegram, simulator.calls, simulator.faults)
    return Starlette(
        routes=[
            Mount("/line", routes=[*line.routes(), *LineMenus(line).routes(), line.fallback()]),
            Mount("/telegram", routes=telegram.routes()),
            Mount("/sim", routes=PageApi(simulator).routes()),
        ]
    )


@asynccontextmanager
async def running(simulator: Simulator) -> AsyncIterator[str]:
    """Serves the simulator on a free port of this machine, in this loop; yields the address without a slash."""
    async with serving(simulator_app(simulator)) as base_url:
        try:
            yield base_url
        finally:
            await simulator.close()


class _GuestServer(uvicorn.Server):
    """A server inside someone else's loop: signals are not its business."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """Serves any application so: a test's bot, for instance."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_config=None, timeout_keep_alive=75, timeout_graceful_shutdown=1
    )
    server = _GuestServer(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        if task.done():
            await task
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task
