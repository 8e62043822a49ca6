"""An announcement on its whole way: from the words of staff to the phones of a segment, and to nobody else's."""

import pytest

from catalog.models import OutgoingState, Platform
from scheduler import broadcasting
from tests.dialogues.script import Player
from tests.stage import Stage, check_calls

WORDS = "# 健康講座のお知らせ\n\n12月の講座の受付が始まりました。"


async def met(stage: Stage, platform: Platform, *, band: str) -> Player:
    """Somebody of this age group, who has used this platform."""
    player = Player(stage, stage.resident(), platform)
    await player.say("<follow>")
    await player.say(f"[{band}]")
    return player


async def announce(stage: Stage, segment: str) -> int:
    service = stage.service
    now = stage.clock.now()
    async with service.database.transaction() as db:
        return await broadcasting.launch(db, segment=segment, text=WORDS, at=now, now=now, zone=service.city.zone)


def heard(player: Player) -> str:
    return str([entry.message for entry in player.phone.transcript.entries if entry.sender == "bot"])


@pytest.mark.asyncio(loop_scope="session")
async def test_a_segment_on_both_platforms_hears_it_once(stage: Stage) -> None:
    elders = [await met(stage, platform, band="65〜74歳") for platform in Platform]
    adult = await met(stage, Platform.LINE, band="30〜44歳")
    broadcast_id = await announce(stage, "age:65+")
    await stage.settle()
    await stage.settle()
    for elder in elders:
        assert heard(elder).count("12月の講座の受付が始まりました") >= 1
    assert "12月の講座の受付" not in heard(adult)
    assert len(stage.simulator.calls.to("/v2/bot/message/multicast")) == 1
    async with stage.service.database.reading() as db:
        assert await broadcasting.progress(db, broadcast_id) == {OutgoingState.SENT: 2}
    check_calls(stage.simulator.calls)


@pytest.mark.asyncio(loop_scope="session")
async def test_whoever_blocks_us_is_noticed_and_left_alone(stage: Stage) -> None:
    elder = await met(stage, Platform.TELEGRAM, band="65〜74歳")
    broadcast_id = await announce(stage, "age:65+")
    await elder.say("<block>")
    await stage.settle()
    async with stage.service.database.reading() as db:
        assert await broadcasting.progress(db, broadcast_id) == {OutgoingState.BLOCKED: 1}
    assert "12月の講座の受付" not in heard(elder)


@pytest.mark.asyncio(loop_scope="session")
async def test_what_is_not_sent_yet_can_be_stopped(stage: Stage) -> None:
    elder = await met(stage, Platform.LINE, band="65〜74歳")
    broadcast_id = await announce(stage, "")
    async with stage.service.database.transaction() as db:
        assert await broadcasting.cancel(db, broadcast_id) == 1
    await stage.settle()
    assert "12月の講座の受付" not in heard(elder)
