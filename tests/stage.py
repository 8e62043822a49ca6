"""The whole way on a stage: a real service over real HTTP, simulated platforms, and a clock that stands.

`Stage` is what dialogue, fault and exploratory tests talk to. One stage serves many: `reset` sends everybody home.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from starlette.applications import Starlette

from bot.app import create_app
from bot.service import Service, open_service
from bot.settings import Settings
from bot.simulator.app import serving, simulator_app
from bot.simulator.calls import Call
from bot.simulator.phones import SimulatedResident, Simulator
from catalog.database import Database
from catalog.importing import import_file
from catalog.models import Platform
from tests.conftest import StandingClock, open_database
from tests.platform_specs import validate_line_request, validate_telegram_call

NOW = datetime(2026, 6, 10, 1, 0, tzinfo=UTC)  # Wednesday, 10:00 in Tokyo
CATALOGUE = Path(__file__).parent / "dialogues" / "catalogue.csv"

# All that residents and staff bring into being; the catalogue stays.
_RESIDENTS_ROWS = (
    "reminders",
    "outgoing",
    "broadcasts",
    "draws",
    "course_rules",
    "course_questions",
    "course_changes",
    "staff_tasks",
    "participants",
    "registrations",
    "searches",
    "course_marks",
    "interests",
    "link_codes",
    "conversations",
    "persons",
    "channel_accounts",
    "residents",
    "inbox",
)


@dataclass
class Stage:
    """A running service, its platforms, and the clock. `opened` counts residents, so that each test gets a new one."""

    service: Service
    simulator: Simulator
    clock: StandingClock
    opened: int = field(default=0)

    def resident(self) -> SimulatedResident:
        """Somebody who was never here before, with both phones."""
        self.opened += 1
        return self.simulator.add_resident(f"住民{self.opened}")

    async def settle(self) -> None:
        """Waits until everything that came in is answered, and what is due is delivered."""
        await self.service.dispatcher.idle()
        await self.service.runner.run_once()

    async def reset(self) -> None:
        """Forgets all residents and what they did, and sets the clock back."""
        await self.service.dispatcher.idle()
        self.clock.moment = NOW
        self.simulator.calls.clear()
        self.simulator.faults.clear()
        async with self.service.database.transaction() as db:
            for table in _RESIDENTS_ROWS:
                await db.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - fixed names
            await db.execute(text("UPDATE courses SET seats_taken = 0"))
            await db.execute(text("UPDATE sessions SET seats_taken = 0"))


class Stages:
    """One stage for each engine, opened when it is first asked for."""

    def __init__(self, stack: AsyncExitStack, folders: pytest.TempPathFactory) -> None:
        self._stack = stack
        self._folders = folders
        self._open: dict[str, Stage] = {}

    async def cleared(self, engine: str) -> Stage:
        """The stage of this engine, from which everybody has gone home."""
        if engine not in self._open:
            opened = open_database(engine, self._folders.mktemp("stage"), own=True)
            database = await self._stack.enter_async_context(opened)
            self._open[engine] = await self._stack.enter_async_context(open_stage(database))
        stage = self._open[engine]
        await stage.reset()
        return stage


@asynccontextmanager
async def open_stage(database: Database, *, catalogue: Path = CATALOGUE) -> AsyncIterator[Stage]:
    """A stage on an empty, migrated database of either engine, with the catalogue imported."""
    clock = StandingClock(NOW)
    simulator = Simulator(now=clock.now, names=())
    async with AsyncExitStack() as stack:
        base = await stack.enter_async_context(serving(simulator_app(simulator)))
        stack.push_async_callback(simulator.close)
        settings = stage_settings(database, simulator, base)
        await import_file(database, catalogue, zone=settings.zone, now=clock.now())
        # The bot's address is only known once it listens, and it listens once it is built: so the webhooks come after.
        application = Starlette()
        bot = await stack.enter_async_context(serving(application))
        settings = settings.model_copy(update={"public_url": bot})
        service = await stack.enter_async_context(open_service(settings, clock=clock, tick=False))
        application.router.routes.extend(create_app(service).router.routes)
        simulator.line.courier.url = f"{bot}/webhooks/line"
        simulator.telegram.limit(chat=(1000, 1000), overall=(1000, 1000))  # nobody types as fast as a test
        await asyncio.wait([service.prepared, service.learnt, service.read_closely])
        yield Stage(service, simulator, clock)


def stage_settings(database: Database, simulator: Simulator, base: str) -> Settings:
    """Settings for the simulated platforms at `base` and this database."""
    return Settings(
        database_url=database.url.render_as_string(hide_password=False),
        line_channel_secret=SecretStr(simulator.line_channel_secret),
        line_channel_access_token=SecretStr(simulator.line_access_token),
        line_api_base=f"{base}/line",
        line_data_api_base=f"{base}/line",
        telegram_token=SecretStr(simulator.telegram_token),
        telegram_api_base=f"{base}/telegram",
        telegram_webhook_secret=SecretStr("stage-secret"),
        counter_phone="042-000-0000",
    )


def check_calls(calls: Iterable[Call]) -> None:
    """Holds every call of the bot against the platform's own specification, where that is at hand."""
    for call in calls:
        if call.platform is Platform.TELEGRAM:
            validate_telegram_call(call.path, call.body or {})
        elif not call.path.endswith("/content"):  # pictures are no JSON
            validate_line_request(call.path, call.body, call.method)
