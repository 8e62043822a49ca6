"""Reminders: who is told what, when, and that nothing is told twice, in vain, or at night."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from catalog import attendance, residents
from catalog.models import (
    ChannelAccount,
    Course,
    CourseStatus,
    OutgoingState,
    Platform,
    Presence,
    Registration,
    RegistrationState,
    Resident,
    Session,
)
from handlers.messages import Card, Cards, Reply, spoken
from scheduler import jobs
from scheduler.due import plan_reminders
from scheduler.runner import Runner
from tests.conftest import TOKYO, StandingClock
from tests.scheduler.fake_channel import FakeChannel
from tests.scheduler.town import Town, sessions_of, tokyo

SATURDAY = tokyo(6, 13, 14)  # 14:00
EVENING_BEFORE = tokyo(6, 12, 18)


def titles(reply: Reply) -> list[str]:
    (view,) = reply.views
    assert isinstance(view, Card | Cards)
    return [view.title] if isinstance(view, Card) else [card.title for card in view.cards]


async def told_at(runner: Runner, clock: StandingClock, moment: datetime) -> int:
    """Moves the clock to the moment and runs what is due."""
    assert moment >= clock.moment
    clock.moment = moment
    return await runner.run_once()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ((True, True), [EVENING_BEFORE, tokyo(6, 13, 12)]),
        ((True, False), [EVENING_BEFORE]),
        ((False, True), [tokyo(6, 13, 12)]),
        ((False, False), []),
    ],
)
async def test_settings_decide_what_is_told_and_ticks_when(
    town: Town, runner: Runner, clock: StandingClock, settings: tuple[bool, bool], told: list[datetime]
) -> None:
    resident = await town.resident()
    await town.register(resident, await town.course(SATURDAY))
    evening, same_day = settings
    async with town.database.transaction() as db:
        await db.execute(update(Resident).values(remind_day_before=evening, remind_same_day=same_day))
    found = []
    moment = clock.moment
    while moment < SATURDAY + timedelta(hours=1):
        found += [moment] * await told_at(runner, clock, moment)
        moment += timedelta(hours=1)
    assert found == told


async def test_it_says_what_when_where_what_to_bring_and_how_to_cancel(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    resident = await town.resident()
    course_id = await town.course(SATURDAY, title="はじめての水彩", belongings="えんぴつ", place="田無公民館")
    await town.register(resident, course_id)
    await told_at(runner, clock, EVENING_BEFORE)
    (reply,) = line.received[resident.line]
    (card,) = reply.views
    assert isinstance(card, Card)
    assert card.title == "はじめての水彩"
    assert card.badge == "あした"
    assert card.lines == ("6月13日(土) 14:00〜", "会場:田無公民館", "もちもの:えんぴつ")
    assert [button.action for button in card.buttons] == [f"1:course:{course_id}", "1:mine"]


async def test_several_for_one_resident_are_one_message(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    resident = await town.resident()
    for title, start in (("二つめ", SATURDAY), ("一つめ", SATURDAY - timedelta(hours=4))):
        await town.register(resident, await town.course(start, title=title))
    saved = await town.course(tokyo(6, 30, 10), title="しめきり", apply_until=tokyo(6, 13, 17))
    await town.save(resident, saved)
    assert await told_at(runner, clock, EVENING_BEFORE) == 1
    assert [titles(reply) for reply in line.received[resident.line]] == [["一つめ", "二つめ", "しめきり"]]


async def test_a_session_due_for_two_reasons_is_one_card(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    """After a day of standstill, both reminders of a session are due at once."""
    resident = await town.resident()
    await town.register(resident, await town.course(SATURDAY))
    assert await told_at(runner, clock, tokyo(6, 13, 12)) == 1
    (reply,) = line.received[resident.line]
    assert titles(reply) == ["健康体操"]
    assert spoken(reply.views[0]).splitlines()[1] == "きょう"
    assert await told_at(runner, clock, tokyo(6, 13, 13)) == 0


@pytest.mark.parametrize(
    ("ticks_at", "told"),
    [
        (tokyo(6, 12, 17, 59), False),
        (tokyo(6, 12, 20, 59), True),
        (tokyo(6, 12, 22), False),  # night
        (tokyo(6, 13, 7, 59), False),
        (tokyo(6, 13, 8), True),  # late, and still useful
        (tokyo(6, 13, 13, 59), True),
        (tokyo(6, 13, 14), False),  # it has begun
        (tokyo(6, 14, 10), False),
    ],
)
async def test_a_late_tick_tells_what_is_still_useful(
    town: Town, runner: Runner, clock: StandingClock, ticks_at: datetime, told: bool
) -> None:
    resident = await town.resident()
    await town.register(resident, await town.course(SATURDAY))
    async with town.database.transaction() as db:
        await db.execute(update(Resident).values(remind_same_day=False))
    assert await told_at(runner, clock, ticks_at) == told


@pytest.mark.parametrize(
    ("registered_at", "told"), [(EVENING_BEFORE, True), (EVENING_BEFORE + timedelta(seconds=1), False)]
)
async def test_who_has_just_applied_is_not_reminded(
    town: Town, runner: Runner, clock: StandingClock, registered_at: datetime, told: bool
) -> None:
    resident = await town.resident()
    await town.register(resident, await town.course(SATURDAY), at=registered_at)
    assert await told_at(runner, clock, EVENING_BEFORE + timedelta(minutes=1)) == told


@pytest.mark.parametrize("state", [state for state in RegistrationState if state is not RegistrationState.CONFIRMED])
async def test_only_who_has_a_place_is_reminded(
    town: Town, runner: Runner, clock: StandingClock, state: RegistrationState
) -> None:
    resident = await town.resident()
    await town.register(resident, await town.course(SATURDAY, capacity=0), state=state)
    assert await told_at(runner, clock, EVENING_BEFORE) == 0


@pytest.mark.parametrize("status", [CourseStatus.CANCELLED, CourseStatus.WITHDRAWN])
async def test_a_course_that_is_not_held_is_not_reminded_of(
    town: Town, runner: Runner, clock: StandingClock, status: CourseStatus
) -> None:
    resident = await town.resident()
    await town.register(resident, await town.course(SATURDAY))
    async with town.database.transaction() as db:
        await db.execute(update(Course).values(status=status))
    assert await told_at(runner, clock, EVENING_BEFORE) == 0


async def test_a_cancelled_session_is_left_out_and_the_others_stay(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    resident = await town.resident()
    course_id = await town.course(SATURDAY, SATURDAY + timedelta(hours=3))
    await town.register(resident, course_id)
    async with town.database.transaction() as db:
        first, _second = await sessions_of(db, course_id)
        first.cancelled = True
    await told_at(runner, clock, EVENING_BEFORE)
    (reply,) = line.received[resident.line]
    assert "17:00" in spoken(reply.views[0])
    assert "14:00" not in spoken(reply.views[0])


@pytest.mark.parametrize("absent", [False, True])
async def test_who_comes_to_one_session_is_not_reminded_of_the_other(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel, absent: bool
) -> None:
    """Because they applied for the second alone, or have said that they will miss the first."""
    resident = await town.resident()
    course_id = await town.course(SATURDAY, SATURDAY + timedelta(hours=3))
    number = await town.register(resident, course_id)
    async with town.database.transaction() as db:
        first, second = await sessions_of(db, course_id)
        if absent:
            (me,) = await residents.people(db, resident.id)
            noted = attendance.Noted(clock.moment)
            await attendance.mark(db, first, number, [me], Presence.ABSENT, noted=noted, zone=TOKYO)
        else:
            await db.execute(update(Registration).values(session_id=second.id))
    await told_at(runner, clock, EVENING_BEFORE)
    (reply,) = line.received[resident.line]
    assert "17:00" in spoken(reply.views[0])
    assert "14:00" not in spoken(reply.views[0])


async def test_a_day_without_a_time_is_told_the_evening_before_alone(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    resident = await town.resident()
    await town.register(resident, await town.course(tokyo(6, 13), all_day=True))
    assert await told_at(runner, clock, EVENING_BEFORE) == 1
    assert "6月13日(土)" in spoken(line.received[resident.line][0].views[0])
    assert "0:00" not in spoken(line.received[resident.line][0].views[0])
    assert await told_at(runner, clock, tokyo(6, 13, 9)) == 0


async def test_a_moved_session_is_told_anew_and_one_with_a_new_id_is_not(
    town: Town, runner: Runner, clock: StandingClock
) -> None:
    resident = await town.resident()
    course_id = await town.course(SATURDAY)
    await town.register(resident, course_id)
    assert await told_at(runner, clock, EVENING_BEFORE) == 1
    async with town.database.transaction() as db:
        (session,) = await sessions_of(db, course_id)
        await db.delete(session)
        await db.flush()
        db.add(Session(course_id=course_id, starts_at=SATURDAY))
    assert await told_at(runner, clock, EVENING_BEFORE + timedelta(minutes=1)) == 0, "the same occasion"
    async with town.database.transaction() as db:
        await db.execute(update(Session).values(starts_at=SATURDAY + timedelta(hours=1)))
    assert await told_at(runner, clock, EVENING_BEFORE + timedelta(minutes=2)) == 1, "another occasion"
    assert await told_at(runner, clock, EVENING_BEFORE + timedelta(minutes=3)) == 0


async def test_a_restart_between_planning_and_sending_loses_and_doubles_nothing(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    resident = await town.resident()
    await town.register(resident, await town.course(SATURDAY))
    clock.moment = EVENING_BEFORE
    assert await jobs.remind(town.database, now=clock.moment, zone=TOKYO) == 1
    assert await jobs.remind(town.database, now=clock.moment, zone=TOKYO) == 0
    assert await runner.run_once() == 1
    assert len(line.received[resident.line]) == 1


@pytest.mark.parametrize("change", ["registration", "course", "moved", "setting"])
async def test_what_is_no_longer_true_is_not_sent(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel, change: str
) -> None:
    """Between planning and sending something changes: the message is set aside."""
    resident = await town.resident()
    await town.register(resident, await town.course(SATURDAY))
    clock.moment = EVENING_BEFORE
    await jobs.remind(town.database, now=clock.moment, zone=TOKYO)
    async with town.database.transaction() as db:
        await db.execute(
            {
                "registration": update(Registration).values(state=RegistrationState.CANCELLED),
                "course": update(Course).values(status=CourseStatus.CANCELLED),
                "moved": update(Session).values(starts_at=SATURDAY + timedelta(days=7)),
                "setting": update(Resident).values(remind_day_before=False),
            }[change]
        )
    await runner.run_once()
    assert line.received == {}
    assert await town.states() == [OutgoingState.EXPIRED]


async def test_of_two_only_what_is_still_true_is_said(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    resident = await town.resident()
    await town.register(resident, await town.course(SATURDAY, title="残る"))
    gone = await town.register(resident, await town.course(SATURDAY, title="取り消した"))
    clock.moment = EVENING_BEFORE
    await jobs.remind(town.database, now=clock.moment, zone=TOKYO)
    async with town.database.transaction() as db:
        await db.execute(
            update(Registration).where(col(Registration.id) == gone).values(state=RegistrationState.CANCELLED)
        )
    await runner.run_once()
    assert [titles(reply) for reply in line.received[resident.line]] == [["残る"]]


async def test_one_set_of_reminders_on_the_platform_last_used(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel, telegram: FakeChannel
) -> None:
    both = await town.resident(Platform.LINE, Platform.TELEGRAM)
    newest = await town.resident(Platform.LINE, Platform.TELEGRAM)
    await town.hears_from(Platform.TELEGRAM, both.telegram)
    await town.hears_from(Platform.LINE, both.line)
    course_id = await town.course(SATURDAY)
    await town.register(both, course_id)
    await town.register(newest, course_id)
    assert await told_at(runner, clock, EVENING_BEFORE) == 2
    assert set(line.received) == {both.line}
    assert set(telegram.received) == {newest.telegram}, "never heard from: the newest account"


async def test_blocked_accounts_are_left_alone(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel, telegram: FakeChannel
) -> None:
    one, both = await town.resident(), await town.resident(Platform.LINE, Platform.TELEGRAM)
    course_id = await town.course(SATURDAY)
    await town.register(one, course_id)
    await town.register(both, course_id)
    await town.hears_from(Platform.LINE, both.line)
    async with town.database.transaction() as db:
        await db.execute(
            update(ChannelAccount).where(col(ChannelAccount.platform) == Platform.LINE).values(blocked_at=clock.moment)
        )
    assert await told_at(runner, clock, EVENING_BEFORE) == 1
    assert line.received == {}
    assert set(telegram.received) == {both.telegram}


async def test_a_saved_course_is_reminded_of_before_applications_end(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    resident, applied, late, off = [await town.resident() for _ in range(4)]
    course_id = await town.course(tokyo(6, 30, 10), apply_until=tokyo(6, 13, 17))
    for someone in (resident, applied, off):
        await town.save(someone, course_id)
    await town.save(late, course_id, at=tokyo(6, 12, 19))
    await town.register(applied, course_id, state=RegistrationState.ENTERED)
    async with town.database.transaction() as db:
        await db.execute(update(Resident).where(col(Resident.id) == off.id).values(remind_deadline=False))
    assert await told_at(runner, clock, EVENING_BEFORE) == 1
    (reply,) = line.received[resident.line]
    assert spoken(reply.views[0]).splitlines() == [
        "健康体操",
        "申込はあしたまで",
        "6月13日(土) 17:00 しめきり",
        "そのあとは申し込めません。",
    ]
    assert await told_at(runner, clock, tokyo(6, 13, 8, 59)) == 0
    assert await told_at(runner, clock, tokyo(6, 13, 9)) == 1
    assert set(line.received) == {resident.line, late.line}


async def test_more_residents_than_one_transaction_takes(town: Town, clock: StandingClock) -> None:
    course_id = await town.course(SATURDAY)
    for _ in range(5):
        await town.register(await town.resident(), course_id)
    clock.moment = EVENING_BEFORE
    async with town.database.transaction() as db:
        assert await plan_reminders(db, now=clock.moment, zone=TOKYO, limit=2) == 2
    assert await jobs.remind(town.database, now=clock.moment, zone=TOKYO) == 3
