"""当日の受付と、窓口で申し込んだ方: staff do their part between what residents say, on both platforms and engines."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from catalog import attendance, counter, linking, registration
from catalog.counter import Staff
from catalog.models import Course, Platform, Session
from catalog.registration import Applied
from catalog.search.loading import load_entries
from tests.dialogues.script import Dialogue, Line, Player
from tests.dialogues.test_applying import adult
from tests.stage import Stage, check_calls

PLATFORMS = list(Platform)
pytestmark = pytest.mark.asyncio(loop_scope="session")


class OnTheDay:
    """One resident, and the staff of the course of the dialogues (ストレッチ体操, Thursday 14:00)."""

    def __init__(self, stage: Stage, platform: Platform) -> None:
        self.stage = stage
        self.player = Player(stage, stage.resident(), platform)

    async def says(self, *lines: Line) -> None:
        await self.player.play(Dialogue("on the day", lines))

    async def code(self) -> str:
        """The code on the wall."""
        async with self.stage.service.database.transaction() as db:
            session = (await db.scalars(_SESSION)).one()
            code = await attendance.open_code(db, session.id or 0)
            assert code is not None
            return code

    async def slip(self) -> tuple[str, str]:
        """Somebody has applied by telephone: receipt and code of the slip."""
        staff = Staff("窓口 一", self.stage.clock.now())
        async with self.stage.service.database.transaction() as db:
            course_id = (await db.scalars(_SESSION)).one().course_id
            (entry,) = await load_entries(db, [course_id])
            party = await counter.take_in(db, name="見本 花子", phone="042-000-0000", staff=staff)
            applied = await counter.apply(db, entry, party, staff=staff, zone=self.stage.service.city.zone)
            assert isinstance(applied, Applied)
            code = await linking.new_slip_code(db, party[0].resident_id, now=staff.at)
            return applied.registration.receipt, code

    def done(self) -> None:
        check_calls(self.stage.simulator.calls)


_SESSION = (
    select(Session).join(Course, col(Course.id) == col(Session.course_id)).where(col(Course.title) == "ストレッチ体操")
)
APPLY = (
    *adult("65〜74歳"),
    ("講座番号{course:D20}", "ストレッチ体操"),
    ("[申し込む]", "この内容で"),
    ("[申し込む]", "申し込みました。"),
)


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_who_comes_says_so_with_the_code_on_the_wall(stage: Stage, platform: Platform) -> None:
    """Too early, then in time; the learning record has it; a second tap changes nothing."""
    day = OnTheDay(stage, platform)
    await day.says(*APPLY)
    code = await day.code()
    await day.says((f"出席 {code}", ("1時間前から", "申込")), ("学習の記録を見せて", ("白紙", "おすすめ")))
    stage.clock.moment += timedelta(hours=27, minutes=30)  # Thursday, 13:30
    await day.says((f"出席 {code}", ("ようこそ", "ストレッチ体操", "まなび手帳")))
    await day.says((f"出席{code.lower()}", "ようこそ"))
    await day.says(("[まなび手帳]", ("ご自身: 1講座 1単位", "2026年6月 ストレッチ体操(1回 1時間)")))
    day.done()


async def test_telegram_opens_the_check_in_by_its_link(stage: Stage) -> None:
    day = OnTheDay(stage, Platform.TELEGRAM)
    await day.says(*APPLY)
    code = await day.code()
    stage.clock.moment += timedelta(hours=27, minutes=30)
    await day.says((f"<follow in_{code}>", "ようこそ"))
    day.done()


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_who_has_no_place_is_sent_to_the_desk(stage: Stage, platform: Platform) -> None:
    day = OnTheDay(stage, platform)
    code = await day.code()
    stage.clock.moment += timedelta(hours=27, minutes=30)
    await day.says(
        *adult("65〜74歳"),
        (f"出席 {code}", ("見つかりません", "会場の担当者", "さがす")),
        ("出席 AAAA-AAAA", ("会場の掲示", "さがす")),
    )
    day.done()


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_who_applied_by_telephone_goes_on_in_the_chat(stage: Stage, platform: Platform) -> None:
    """The slip's code, sent in any spelling, brings the application along; a second time it is none."""
    day = OnTheDay(stage, platform)
    receipt, code = await day.slip()
    await day.says(
        *adult("65〜74歳"),
        (code, "連携しました"),
        ("申し込んだ講座を見たい", "ストレッチ体操"),
        ("[くわしく]", receipt),
        (code, "連携できませんでした"),
    )
    day.done()


async def test_telegram_opens_the_slip_by_its_link(stage: Stage) -> None:
    day = OnTheDay(stage, Platform.TELEGRAM)
    receipt, code = await day.slip()
    await day.says((f"<follow slip_{code}>", "連携しました"), ("申し込んだ講座を見たい", "ストレッチ体操"))
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", receipt)
    day.done()


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_nobody_goes_on_guessing(stage: Stage, platform: Platform) -> None:
    """Five wrong numbers, then a pause that is said; the application of the slip is still there afterwards."""
    day = OnTheDay(stage, platform)
    receipt, code = await day.slip()
    await day.says(*adult("65〜74歳"))
    for wrong in range(linking.MISSES):
        await day.says((f"1234567{wrong}", "連携できませんでした"))
    await day.says((code, ("少しお休み", "1時間")))
    stage.clock.moment += timedelta(hours=1)
    await day.says((code, "連携しました"))
    async with stage.service.database.reading() as db:
        found = await counter.find(db, receipt)
        assert found is not None
        assert len(await registration.of_resident(db, found.resident_id)) == 1
    day.done()
