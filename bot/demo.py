"""`manabi demo`: the bot with both platforms simulated, in one process, on a fresh SQLite file of sample courses.

The bot talks to the simulator over real HTTP on the same port, as it would to the platforms.
"""

import asyncio
import secrets
import sys
import tempfile
import webbrowser
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.app import routes
from bot.logs import configure_logs
from bot.server import listen
from bot.service import Service, open_service
from bot.settings import Settings, load_settings
from bot.simulator.app import simulator_app
from bot.simulator.phones import Simulator
from catalog import schema
from catalog.database import Database
from catalog.importing import import_file
from catalog.samples import write_sample_csv
from scheduler.clock import SystemClock

_STOP = timedelta(minutes=30)


async def run_demo(*, port: int, open_browser: bool) -> None:
    """Starts all of it and prints the address of the chat page; runs until it is interrupted."""
    configure_logs()
    base = f"http://127.0.0.1:{port}"
    environment = load_settings()
    clock = SystemClock(environment.clock)
    simulator = Simulator(now=clock.now, zone=environment.zone)
    simulator.line.courier.url = f"{base}/webhooks/line"
    application = simulator_app(simulator)
    application.router.routes.append(Route("/", _to_the_page))
    with tempfile.TemporaryDirectory(prefix="manabi-demo-") as folder:
        settings = demo_settings(environment, simulator, folder=Path(folder), base=base)
        await fill(settings, clock)
        # The platforms listen before the bot opens: it begins by telling them its address and its menu.
        started = asyncio.Event()
        server = asyncio.create_task(listen(application, host="127.0.0.1", port=port, started=started))
        await asyncio.wait([server, asyncio.create_task(started.wait())], return_when=asyncio.FIRST_COMPLETED)
        if server.done():
            await server  # it could not listen, and says why
        async with open_service(settings, clock=clock) as service:
            application.router.routes.extend(routes(service))
            simulator.on_clock = moving(clock, service)
            _announce(f"{base}/sim/", open_browser=open_browser)
            await server
        await simulator.close()


def demo_settings(settings: Settings, simulator: Simulator, *, folder: Path, base: str) -> Settings:
    """The settings of the environment, with a database of its own and the simulated platforms."""
    return settings.model_copy(
        update={
            "database_url": f"sqlite:///{folder / 'demo.db'}",
            "line_channel_secret": SecretStr(simulator.line_channel_secret),
            "line_channel_access_token": SecretStr(simulator.line_access_token),
            "line_api_base": f"{base}/line",
            "line_data_api_base": f"{base}/line",
            "telegram_token": SecretStr(simulator.telegram_token),
            "telegram_api_base": f"{base}/telegram",
            "telegram_webhook_secret": SecretStr(secrets.token_urlsafe(24)),
            "public_url": base,
            "counter_phone": "042-000-0000",
        }
    )


async def fill(settings: Settings, clock: SystemClock) -> None:
    """Imports the sample catalogue, with dates from today on."""
    database = Database(settings.database_url, kept_in=settings.cache_dir)
    try:
        await schema.upgrade(database)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sample.csv"
            write_sample_csv(path, clock.now().astimezone(settings.zone).date())
            await import_file(database, path, zone=settings.zone, now=clock.now())
    finally:
        await database.close()


def moving(clock: SystemClock, service: Service) -> Callable[[float], Awaitable[None]]:
    """What happens when the page moves the clock: whatever became due meanwhile goes out, stop by stop.

    The clock does not jump over an evening: a reminder of 18:00 is sent at 18:00, not at the end of the jump.
    """

    async def move(minutes: float) -> None:
        left = timedelta(minutes=minutes)
        while left > timedelta(0):
            step = min(left, _STOP)
            clock.forward(step)
            await service.runner.run_once()
            left -= step

    return move


async def _to_the_page(_request: Request) -> Response:
    return RedirectResponse("/sim/")


def _announce(address: str, *, open_browser: bool) -> None:
    sys.stdout.write(f"\nまなびコンシェルジュの見本: {address}\n終わるときは Ctrl+C\n\n")
    sys.stdout.flush()
    if open_browser:
        webbrowser.open(address)
