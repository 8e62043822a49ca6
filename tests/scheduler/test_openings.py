"""Whoever saved a course is told when applications open: once, by day, and only whom it helps."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from catalog.models import Course, CourseStatus, Resident
from handlers.messages import Card, spoken
from scheduler.runner import Runner
from tests.conftest import StandingClock
from tests.scheduler.fake_channel import FakeChannel
from tests.scheduler.test_due import told_at
from tests.scheduler.town import Town, tokyo


@pytest.mark.parametrize(
    "times",
    [
        (tokyo(6, 12, 9), tokyo(6, 12, 9)),
        (tokyo(6, 12), tokyo(6, 12, 8)),  # midnight: in the morning
        (tokyo(6, 12, 22), tokyo(6, 13, 8)),
    ],
)
async def test_who_saved_a_course_is_told_once_when_applications_open(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel, times: tuple[datetime, datetime]
) -> None:
    opens, told = times
    resident = await town.resident()
    course_id = await town.course(tokyo(6, 20, 14), apply_from=opens, apply_until=tokyo(6, 19, 17))
    await town.save(resident, course_id)
    found = []
    for hours in range(34):
        moment = tokyo(6, 12) + timedelta(hours=hours)
        found += [moment] * await told_at(runner, clock, moment)
    assert found == [told]
    (card,) = line.received[resident.line][0].views
    assert isinstance(card, Card)
    assert spoken(card).splitlines() == [
        "健康体操",
        "受付がはじまりました",
        "6月20日(土) 14:00〜",
        "6月19日(金) 17:00 しめきり",
        "先着順です。",
    ]
    assert [button.action for button in card.buttons] == [f"1:apply:{course_id}", f"1:course:{course_id}"]


@pytest.mark.parametrize("reason", ["saved later", "applied", "switched off", "cancelled", "long ago"])
async def test_whom_an_opening_does_not_help_is_not_told(
    town: Town, runner: Runner, clock: StandingClock, reason: str
) -> None:
    opens = tokyo(6, 12, 9)
    resident = await town.resident()
    course_id = await town.course(tokyo(6, 20, 14), apply_from=opens)
    await town.save(resident, course_id, at=opens if reason == "saved later" else tokyo(6, 1))
    if reason == "applied":
        await town.register(resident, course_id, at=opens)
    async with town.database.transaction() as db:
        if reason == "switched off":
            await db.execute(update(Resident).values(remind_deadline=False))
        if reason == "cancelled":
            await db.execute(update(Course).values(status=CourseStatus.CANCELLED))
    assert await told_at(runner, clock, opens + timedelta(days=reason == "long ago")) == 0
