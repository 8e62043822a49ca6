"""When we are not well: a database that is away, a handler that fails. Nothing is lost, and the resident is told."""

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from catalog.models import InboxState, Platform
from handlers import routes, welcome
from handlers.context import Turn
from handlers.messages import Reply
from handlers.understanding import Intent
from tests.bot.outside import (
    first_contact,
    heard,
    inbox,
    until,
)
from tests.stage import Stage

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("logs")]
on_both_platforms = pytest.mark.parametrize("platform", Platform)

Logs = list[MutableMapping[str, Any]]
SOMEBODY = "U" + "5" * 32
THANKED = "ありがとう"


@on_both_platforms
async def test_what_cannot_be_stored_is_asked_for_again(stage: Stage, platform: Platform) -> None:
    """503 until the table is back; then the platform's own next try is answered."""
    phone = await first_contact(stage, platform)
    stage.simulator.line.courier.redeliveries = 100
    stage.simulator.telegram.courier.retry_delay = stage.simulator.telegram.courier.longest_delay = 0.05
    await _told(stage, "ALTER TABLE inbox RENAME TO inbox_away")
    try:
        await phone.say(THANKED)
        await asyncio.sleep(0.1)
        assert {posted.status for posted in stage.simulator.postman.posted[-2:]} == {503}
    finally:
        await _told(stage, "ALTER TABLE inbox_away RENAME TO inbox")
    await until(lambda: len(heard(phone)) == 2)
    stage.simulator.line.courier.redeliveries = 0
    await stage.settle()
    assert len(heard(phone)) == 2
    assert stage.simulator.postman.posted[-1].status == 200


async def test_lost_connections_to_the_database_are_opened_again(stage: Stage) -> None:
    if stage.service.database.is_sqlite:
        pytest.skip("a file has no connections to lose")
    phone = await first_contact(stage, Platform.LINE)
    async with stage.service.database.transaction() as db:
        await db.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    await phone.say(THANKED)
    await stage.settle()
    assert len(heard(phone)) == 2


async def _told(stage: Stage, statement: str) -> None:
    async with stage.service.database.transaction() as db:
        await db.execute(text(statement))


async def test_an_error_does_not_repeat_what_a_resident_wrote(stage: Stage) -> None:
    with pytest.raises(SQLAlchemyError) as caught:
        async with stage.service.database.transaction() as db:
            await db.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": "ないしょ"})
    assert "nowhere" in str(caught.value)
    assert "ないしょ" not in str(caught.value)


class Broken:
    """A handler with a defect: it raises its first `times` times, and then thanks."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.called = 0

    async def __call__(self, turn: Turn) -> Reply:
        self.called += 1
        turn.resident.language = "xx"  # undone with the turn
        if self.called <= self.times:
            raise ZeroDivisionError
        return await welcome.thanked(turn)

    def installed(self, monkeypatch: pytest.MonkeyPatch) -> "Broken":
        monkeypatch.setattr(routes, "INTENTS", {**routes.INTENTS, Intent.THANKS: self})
        return self


@on_both_platforms
async def test_a_failing_answer_ends_in_one_apology(
    stage: Stage, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = await first_contact(stage, platform)
    broken = Broken(times=100).installed(monkeypatch)
    await phone.say(THANKED)
    await stage.settle()
    await stage.service.dispatcher.resume()
    await stage.settle()
    assert broken.called == 3
    [_greeting, apology] = heard(phone)
    assert "申し訳ありません" in apology
    assert "講座をさがす" in apology, "there is a way on"
    row = (await inbox(stage))[-1]
    assert (row.state, row.attempts) == (InboxState.FAILED, 3)
    assert THANKED in json.loads(row.payload).__repr__(), "kept for whoever looks into it"

    monkeypatch.undo()
    await phone.say(THANKED)
    await stage.settle()
    assert len(heard(phone)) == 3
    assert "申し訳" not in heard(phone)[-1]


@on_both_platforms
async def test_an_answer_that_works_in_the_end_needs_no_apology(
    stage: Stage, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = await first_contact(stage, platform)
    Broken(times=2).installed(monkeypatch)
    await phone.say(THANKED)
    await phone.say(THANKED)
    await stage.settle()
    assert len(heard(phone)) == 3
    assert not any("申し訳" in answer for answer in heard(phone))
    assert [row.state for row in await inbox(stage)] == [InboxState.DONE] * 3
