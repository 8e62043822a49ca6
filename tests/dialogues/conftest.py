"""How a dialogue is played on a stage."""

import pytest

from catalog.models import Platform
from tests.dialogues.script import Dialogue, Player
from tests.stage import Stage, check_calls


async def play(stage: Stage, platform: Platform, dialogue: Dialogue) -> None:
    """Plays a dialogue, and holds every call that it caused against the platforms' own specifications."""
    if dialogue.only not in (None, platform):
        pytest.skip(f"only {dialogue.only} has this")
    await Player(stage, stage.resident(), platform).play(dialogue)
    refused = [call for call in stage.simulator.calls if call.status is not None and call.status >= 400]
    assert not refused, f"refused by the platform: {[(call.path, call.status, call.answer) for call in refused]}"
    check_calls(stage.simulator.calls)
