"""A button's code is untrusted input: whatever is sent, there is an answer with a next step, and nothing breaks."""

import random

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from catalog import residents
from catalog.models import Platform, Relation
from handlers import routes
from handlers.actions import Action, decode
from handlers.context import Turn
from handlers.messages import Incoming, IncomingKind, Reply
from tests.dialogues.happenings import asks, choice, entry, has_family, rules, text_question
from tests.dialogues.script import Player
from tests.dialogues.test_applying import adult
from tests.stage import Stage

ODD = ("", "0", "1", "2", "3", "999999999999", "-", "s", "1-", "-1", "zz-zz", "1.2", "0-0", "a", "000000000001")
COURSES = ("D01", "D02", "D04", "D05", "D09", "D14", "D16")
CODES = 400


async def tap(stage: Stage, db: AsyncSession, code: str) -> Reply:
    """What the newest resident is answered who sends this code."""
    now, city = stage.clock.now(), stage.service.city
    resident, account = await residents.meet(db, Platform.LINE, "U-any", language="ja", now=now)
    incoming = Incoming(
        platform=Platform.LINE, event_id="", kind=IncomingKind.ACTION, address="U-any", sent_at=now, action=code
    )
    turn = Turn(
        incoming=incoming,
        db=db,
        now=now,
        city=city,
        resident=resident,
        account_id=account.id or 0,
        catalogue=stage.service.catalogue,
        action=decode(code) or Action(""),
    )
    return await routes.answer(turn)


@pytest.mark.asyncio(loop_scope="session")
async def test_every_code_is_answered(stage: Stage) -> None:
    player = Player(stage, stage.resident(), Platform.LINE)
    for said, _answered in adult():
        await player.say(said)
    await has_family(("はる", Relation.CHILD, 2015), ("うみ", Relation.CHILD, 2023))(stage)
    await asks("D01", choice("?", "はい", "いいえ"), text_question("?"))(stage)
    await rules("D09", by_session=True)(stage)
    dice = random.Random(20260610)  # noqa: S311 - the same codes each time, nothing secret
    numbers = [str(entry(stage, course).id) for course in COURSES]
    names = [name for name in routes.ACTIONS if not name.startswith("forget")]
    for _number in range(CODES):
        details = [dice.choice([*ODD, *numbers, *numbers]) for _ in range(dice.randrange(7))]
        code = ":".join(["1", dice.choice(names), *details])
        async with stage.service.database.transaction() as db:
            reply = await tap(stage, db, code)
        assert reply.views, code
        assert reply.buttons, code
