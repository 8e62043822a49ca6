"""`manabi demo`: the bot with both platforms simulated, in one process, on a fresh SQLite file of sample courses.

The bot talks to the simulator over real HTTP on the same port, as it would to the platforms.
"""

import secrets
import tempfile
from pathlib import Path

from pydantic import SecretStr

from bot.logs import configure_logs
from bot.settings import Settings, load_settings
from bot.simulator.phones import Simulator
from catalog import schema, seed
from catalog.database import Database
from catalog.importing import import_file
from catalog.samples import write_sample_csv
from scheduler.clock import SystemClock

_READY_WITHIN = 30.0


async def run_demo(*, port: int, open_browser: bool) -> None:
    """Starts all of it and prints the address of the chat page; runs until it is interrupted."""
    configure_logs()
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="manabi-demo-") as folder:
        simulator = Simulator(
            line_secret=secrets.token_urlsafe(24),
            line_token=secrets.token_urlsafe(24),
            telegram_token=f"1000000:{secrets.token_urlsafe(24)}",
            telegram_secret=secrets.token_urlsafe(24),
            bot_url=base,
        )
        settings = demo_settings(load_settings(), simulator, folder=Path(folder), base=base)
        clock = SystemClock(settings.clock)
        await fill(settings, clock)
        await _serve(settings, simulator, clock, port=port, open_browser=open_browser)


def demo_settings(settings: Settings, simulator: Simulator, *, folder: Path, base: str) -> Settings:
    """The settings of the environment, with a database of its own and the simulated platforms."""
    return settings.model_copy(
        update={
            "database_url": f"sqlite:///{folder / 'demo.db'}",
            "line_channel_secret": SecretStr(simulator.line_secret),
            "line_channel_access_token": SecretStr(simulator.line_token),
            "line_api_base": f"{base}/line",
            "line_data_api_base": f"{base}/line",
            "telegram_token": SecretStr(simulator.telegram_token),
            "telegram_api_base": f"{base}/telegram",
            "telegram_webhook_secret": SecretStr(simulator.telegram_secret),
            "public_url": base,
            "counter_phone": "042-000-0000",
        }
    )


async def fill(settings: Settings, clock: SystemClock) -> None:
    """Imports the sample catalogue, with dates from today on."""
    database = Database(settings.database_url)
    try:
        await schema.upgrade(database)
        async with database.transaction() as db:
            await seed.seed(db)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sample.csv"
            write_sample_csv(path, clock.now().astimezone(settings.zone).date())
            await import_file(database, path, zone=settings.zone, now=clock.now())
    finally:
        await database.close()
