"""A lottery (抽選) without a deadline: staff close its list, and from then on nobody enters by chat."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
import pytest_asyncio

from catalog.course_changes import raise_version
from catalog.models import Course, Platform
from catalog.registration import Place, lottery
from tests.dialogues.conftest import play
from tests.dialogues.happenings import entry
from tests.dialogues.script import Dialogue
from tests.dialogues.test_applying import adult
from tests.stage import Stage

COURSE = "D04"


async def list_is_closed(stage: Stage) -> None:
    async with stage.service.database.transaction() as db:
        await lottery.fix(db, Place(entry(stage, COURSE).id), now=stage.clock.now())


@pytest_asyncio.fixture(loop_scope="session")
async def open_stage(stage: Stage) -> AsyncIterator[Stage]:
    """The stage, on which the course names no deadline: the catalogue stays for all dialogues."""
    deadline = entry(stage, COURSE).apply_until
    await _set_deadline(stage, None)
    yield stage
    await _set_deadline(stage, deadline)


async def _set_deadline(stage: Stage, deadline: datetime | None) -> None:
    async with stage.service.database.transaction() as db:
        course = await db.get_one(Course, entry(stage, COURSE).id)
        course.apply_until = deadline
        course.updated_at = stage.clock.now()
        await raise_version(db)
    await stage.service.catalogue.refresh(stage.service.database)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("platform", Platform)
async def test_a_closed_list_is_said_with_what_else_is_possible(open_stage: Stage, platform: Platform) -> None:
    dialogue = Dialogue(
        "closed while one was reading",
        (
            *adult(),
            ("講座番号{course:D04}", ("夏の陶芸教室", "抽選・受付中")),
            (list_is_closed, ""),
            (
                "[申し込む]",
                ("申込はしめきり、抽選に入りました", "042-000-0001", "講座をさがす", "おすすめ"),
            ),
            ("講座番号{course:D04}", ("受付終了", "!申し込む", "似た講座")),
        ),
    )
    await play(open_stage, platform, dialogue)
