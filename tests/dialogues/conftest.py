"""One stage for all dialogues of a worker, on each engine; everybody goes home after each dialogue."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from catalog.models import Platform
from tests.conftest import open_database
from tests.dialogues.script import Dialogue, Player
from tests.stage import Stage, check_calls, open_stage


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=["sqlite", "postgres"])
async def shared_stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    folder: Path = tmp_path_factory.mktemp("stage")
    async for database in open_database(request.param, folder, own=True):
        async with open_stage(database) as stage:
            yield stage


@pytest_asyncio.fixture(loop_scope="session")
async def stage(shared_stage: Stage) -> Stage:
    await shared_stage.reset()
    return shared_stage


async def play(stage: Stage, platform: Platform, dialogue: Dialogue) -> None:
    """Plays a dialogue, and holds every call that it caused against the platforms' own specifications."""
    if dialogue.only not in (None, platform):
        pytest.skip(f"only {dialogue.only} has this")
    await Player(stage, stage.resident(), platform).play(dialogue)
    refused = [call for call in stage.simulator.calls if call.status is not None and call.status >= 400]
    assert not refused, f"refused by the platform: {[(call.path, call.status, call.answer) for call in refused]}"
    check_calls(stage.simulator.calls)
