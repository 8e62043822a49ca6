"""A session moves: those who have applied are told at once, and stay or leave by one tap."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from catalog import changing
from catalog.changing import Hand
from catalog.course_changes import raise_version
from catalog.models import Platform, Session
from tests.dialogues.conftest import play
from tests.dialogues.happenings import another_cancels, entry, others_apply
from tests.dialogues.script import Dialogue, Line
from tests.dialogues.test_applying import adult
from tests.stage import Stage

COURSE = "D22"  # Saturday, 13 June, 8:30; the clock stands at Wednesday, 10 June, 10:00


async def a_day_later(stage: Stage) -> None:
    """Staff move the only session by a day."""
    session = entry(stage, COURSE).sessions[0]
    assert session.ends_at is not None
    day = timedelta(days=1)
    hand = Hand(at=stage.clock.now(), staff="窓口 一", reason="会場の都合")
    async with stage.service.database.transaction() as db:
        await changing.move_session(
            db, session.id, hand, starts_at=session.starts_at + day, ends_at=session.ends_at + day
        )


@pytest_asyncio.fixture(loop_scope="session")
async def moving_stage(stage: Stage) -> AsyncIterator[Stage]:
    """The stage, on which the session is put back where it was: the catalogue stays for all dialogues."""
    session = entry(stage, COURSE).sessions[0]
    yield stage
    async with stage.service.database.transaction() as db:
        stored = await db.get_one(Session, session.id)
        stored.starts_at, stored.ends_at = session.starts_at, session.ends_at
        await raise_version(db)
    await stage.service.catalogue.refresh(stage.service.database)


def applied(*then: Line) -> tuple[Line, ...]:
    return (
        *adult(),
        (f"講座番号{{course:{COURSE}}}", "アフリカ太鼓体験"),
        ("[申し込む]", "6月13日(土) 8:30〜10:00"),
        ("[申し込む]", "申し込みました。"),
        (
            a_day_later,
            (
                "日時が変わりました",
                "変更後 6月14日(日) 8:30〜10:00",
                "変更前 6月13日(土) 8:30〜10:00",
                "会場の都合",
                "このまま参加",
                "取りやめる",
            ),
        ),
        *then,
    )


DIALOGUES = (
    Dialogue("moved, and one stays", applied(("[このまま参加]", ("申込ずみ", "アフリカ太鼓体験")))),
    Dialogue(
        "moved, and one leaves",
        applied(
            ("[取りやめる]", "申込を取り消しますか"),
            ("[取り消す]", "取り消しました"),
            ("申込一覧", "いま申し込んでいる講座はありません"),
        ),
    ),
)

OFFERED = Dialogue(
    "moved while a seat is offered: one message has both, and is answered as the offer would be",
    (
        *adult(),
        (f"講座番号{{course:{COURSE}}}", "満席・キャンセル待ち"),
        ("[空きを待つ]", "キャンセル待ちは1組目"),
        ("[待つ]", "いま1組目"),
        (another_cancels(COURSE), ("席があきました", "参加する", "行けない")),
        (
            a_day_later,
            (
                "日時が変わりました",
                "変更後 6月14日(日) 8:30〜10:00",
                "席を確保しています。",
                "お返事は",
                "参加する",
                "行けない",
                "!このまま",
                "!申込が変わりました",
            ),
        ),
        ("[参加する]", "参加が決まりました"),
    ),
    given=(others_apply(COURSE, 10),),
)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("dialogue", [*DIALOGUES, OFFERED], ids=lambda dialogue: dialogue.name)
async def test_moves(moving_stage: Stage, platform: Platform, dialogue: Dialogue) -> None:
    await play(moving_stage, platform, dialogue)
