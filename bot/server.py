"""Running for good: the web server, or the worker alone. Both end cleanly on SIGTERM and SIGINT."""

import asyncio
import signal
import socket
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
import uvloop
from starlette.applications import Starlette

from bot.app import create_app
from bot.logs import configure_logs
from bot.service import open_service
from bot.settings import load_settings
from catalog.errors import ConfigurationError


def run(main: Coroutine[Any, Any, None]) -> None:
    """Runs a coroutine on uvloop, which is a good deal faster under load."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)


async def serve_forever(*, host: str, port: int, scheduler: bool) -> None:
    """Webhooks and pages; the scheduler in the same process unless told otherwise. Raises ConfigurationError."""
    settings = load_settings()
    configure_logs()
    async with open_service(settings, scheduler=scheduler) as service:
        await listen(create_app(service), host=host, port=port)


async def listen(application: Starlette, *, host: str, port: int, started: asyncio.Event | None = None) -> None:
    """Serves the application until the process is told to end. `started` is set as soon as it listens."""
    config = uvicorn.Config(
        application, host=host, port=port, http="httptools", lifespan="off", log_config=None, access_log=False
    )
    server = _Server(config, started or asyncio.Event())
    loop = asyncio.get_running_loop()
    for wish in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(wish, server.end)
    await server.serve()


class _Server(uvicorn.Server):
    """A server that leaves signals to us: uvicorn's own raises them again at its end, before the service is closed."""

    def __init__(self, config: uvicorn.Config, listening: asyncio.Event) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit:  # uvicorn's way to say that it cannot listen
            where = f"{self.config.host}:{self.config.port}"
            raise ConfigurationError(f"cannot listen on {where}: is it in use? Choose another --port.") from None
        self._listening.set()

    def end(self) -> None:
        self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def work_forever() -> None:
    """Reminders and delivery, until the process is told to end."""
    settings = load_settings()
    configure_logs()
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wish in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(wish, ended.set)
    async with open_service(settings, answering=False):
        await ended.wait()
