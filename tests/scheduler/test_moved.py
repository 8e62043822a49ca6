"""What moves of a course is told to everybody concerned: at once, once, in one message, and only what is true."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from catalog import changing
from catalog.changing import Hand
from catalog.models import (
    ChangeReason,
    CourseChange,
    OutgoingKind,
    OutgoingState,
    Registration,
    RegistrationState,
    Selection,
)
from handlers.messages import Card, Reply
from scheduler import jobs
from scheduler.runner import Runner
from tests.conftest import TOKYO, StandingClock
from tests.scheduler.fake_channel import RETRY, FakeChannel
from tests.scheduler.town import Town, sessions_of, tokyo

NOON = tokyo(6, 10, 12)
SATURDAY, SUNDAY = tokyo(6, 13, 14), tokyo(6, 14, 14)


def hand(at: datetime = NOON, reason: str | None = "講師の都合") -> Hand:
    return Hand(at=at, staff="佐藤", reason=reason)


def only_card(replies: Sequence[Reply]) -> Card:
    (reply,) = replies
    (card,) = reply.views
    assert isinstance(card, Card)
    return card


async def at(runner: Runner, clock: StandingClock, moment: datetime) -> int:
    assert moment >= clock.moment
    clock.moment = moment
    return await runner.run_once()


async def session_ids(town: Town, course_id: int) -> list[int]:
    async with town.database.reading() as db:
        return [session.id or 0 for session in await sessions_of(db, course_id)]


async def move(town: Town, session_id: int, to: datetime, when: datetime = NOON, venue: str | None = None) -> None:
    async with town.database.transaction() as db:
        await changing.move_session(db, session_id, hand(when), starts_at=to, ends_at=None, venue=venue)


async def marked(town: Town) -> int:
    async with town.database.reading() as db:
        return await db.scalar(select(func.count()).where(col(CourseChange.to_tell))) or 0


async def test_a_moved_date_offers_to_stay_or_to_leave_and_reminders_follow(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    course_id = await town.course(SATURDAY, title="はじめての水彩", place="田無公民館")
    resident = await town.resident()
    found = await town.apply(resident, course_id, at=NOON)
    (session,) = await session_ids(town, course_id)
    await move(town, session, SUNDAY)
    assert await at(runner, clock, NOON) == 1
    card = only_card(line.received[resident.line])
    assert (card.title, card.badge) == ("はじめての水彩", "日時が変わりました")
    assert card.lines == ("変更後 6月14日(日) 14:00〜", "変更前 6月13日(土) 14:00〜", "理由:講師の都合")
    assert [(button.label, button.action) for button in card.buttons] == [
        ("このまま参加", f"1:mine.show:{found}"),
        ("取りやめる", f"1:mine.cancel:{found}"),
        ("くわしく", f"1:course:{course_id}"),
    ]
    assert await at(runner, clock, tokyo(6, 12, 18)) == 0, "no reminder of the old date"
    assert await at(runner, clock, tokyo(6, 13, 18)) == 1, "the evening before the new one"


async def test_everybody_with_a_hope_of_coming_is_told_and_nobody_else(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    course_id = await town.course(SATURDAY, capacity=1)
    seated, waiting, left, saved, late = [await town.resident() for _ in range(5)]
    await town.apply(seated, course_id, at=NOON)
    waits = await town.apply(waiting, course_id, at=NOON)
    await town.cancel(left, await town.apply(left, course_id, at=NOON), at=NOON)
    await town.save(saved, course_id)
    lottery = await town.course(SATURDAY, selection=Selection.LOTTERY)
    entered = await town.resident()
    await town.apply(entered, lottery, at=NOON)
    for number in (course_id, lottery):
        (session,) = await session_ids(town, number)
        await move(town, session, SUNDAY)
    await town.apply(late, course_id, at=NOON + timedelta(seconds=1))
    await at(runner, clock, NOON + timedelta(minutes=1))
    assert set(line.received) == {seated.line, waiting.line, entered.line}
    assert only_card(line.received[waiting.line]).buttons[0].label == "このまま待つ"
    assert only_card(line.received[waiting.line]).buttons[0].action == f"1:mine.show:{waits}"


async def test_all_that_moved_is_one_message_and_told_once(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    course_id = await town.course(SATURDAY, SUNDAY, tokyo(6, 20, 14), place="田無公民館")
    resident = await town.resident()
    await town.apply(resident, course_id, at=NOON)
    first, second, _third = await session_ids(town, course_id)
    await move(town, first, tokyo(6, 13, 15))
    await move(town, first, tokyo(6, 13, 16))
    async with town.database.transaction() as db:
        await changing.cancel_session(db, second, hand())
        await changing.add_session(db, course_id, hand(), starts_at=tokyo(6, 27, 14), ends_at=tokyo(6, 27, 16))
        await changing.change_venue(db, course_id, hand(), venue="柳沢公民館")
    assert await at(runner, clock, NOON) == 1
    card = only_card(line.received[resident.line])
    assert card.badge == "予定が変わりました"
    assert card.lines == (
        "会場:柳沢公民館",
        "変更前 田無公民館",
        "変更後 6月13日(土) 16:00〜",
        "変更前 6月13日(土) 14:00〜",
        "中止 6月14日(日) 14:00〜",
        "追加 6月27日(土) 14:00〜16:00",
        "理由:講師の都合",
    )
    assert await at(runner, clock, NOON + timedelta(minutes=1)) == 0
    assert await marked(town) == 0


async def test_what_is_moved_and_moved_back_is_not_told(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    course_id = await town.course(SATURDAY)
    await town.apply(await town.resident(), course_id, at=NOON)
    (session,) = await session_ids(town, course_id)
    await move(town, session, SUNDAY)
    await move(town, session, SATURDAY)
    assert await at(runner, clock, NOON) == 0
    assert (line.received, await marked(town)) == ({}, 0)


@pytest.mark.parametrize(
    "times",
    [
        (tokyo(6, 13, 14), tokyo(6, 11, 22), tokyo(6, 12, 8)),  # two days ahead: in the morning
        (tokyo(6, 12, 10), tokyo(6, 11, 22), tokyo(6, 12, 8)),  # tomorrow: still in the morning
        (tokyo(6, 12, 8, 15), tokyo(6, 11, 22), tokyo(6, 11, 22)),  # too early to wait for it
        (tokyo(6, 12, 14), tokyo(6, 12, 6), tokyo(6, 12, 6)),  # today
        (tokyo(6, 13, 14), tokyo(6, 11, 12), tokyo(6, 11, 12)),  # by day, at once
    ],
)
async def test_at_night_only_what_is_of_today_is_told(
    town: Town,
    runner: Runner,
    clock: StandingClock,
    line: FakeChannel,
    times: tuple[datetime, datetime, datetime],
) -> None:
    start, changed_at, told_at = times
    course_id = await town.course(start, tokyo(6, 30, 14))
    resident = await town.resident()
    await town.apply(resident, course_id, at=NOON)
    first, _second = await session_ids(town, course_id)
    await move(town, first, tokyo(6, 25, 14), changed_at)
    moment = changed_at
    while not line.received[resident.line]:
        await at(runner, clock, moment)
        moment += timedelta(hours=1)
        assert moment <= told_at + timedelta(hours=1)
    assert clock.moment == told_at
    (message,) = await town.outgoing()
    assert (message.kind is OutgoingKind.URGENT) == (told_at.astimezone(TOKYO).hour in (22, 6))


async def test_four_processes_tell_each_once(town: Town) -> None:
    course_ids = [await town.course(SATURDAY) for _ in range(5)]
    neighbours = [await town.resident() for _ in range(5)]
    for course_id in course_ids:
        for someone in neighbours:
            await town.apply(someone, course_id, at=NOON)
        (session,) = await session_ids(town, course_id)
        await move(town, session, SUNDAY)
    for _ in range(2):  # who came too late for the first round finds nothing in the second
        await asyncio.gather(*(jobs.tell(town.database, now=NOON, zone=TOKYO) for _ in range(4)))
    told = [message.resident_id for message in await town.outgoing()]
    assert sorted(filter(None, told)) == sorted(someone.id for someone in neighbours for _ in course_ids)
    assert await marked(town) == 0


async def test_what_is_moved_again_before_it_is_sent_is_said_as_it_is_now(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    course_id = await town.course(SATURDAY, tokyo(6, 20, 14))
    resident = await town.resident()
    await town.apply(resident, course_id, at=NOON)
    first, _second = await session_ids(town, course_id)
    await move(town, first, SUNDAY)
    line.script = [RETRY]
    await at(runner, clock, NOON)
    await move(town, first, SATURDAY, NOON + timedelta(seconds=5))
    await at(runner, clock, NOON + timedelta(minutes=1))
    assert (await town.states())[0] is OutgoingState.EXPIRED
    assert only_card(line.received[resident.line]).lines[0] == "変更後 6月13日(土) 14:00〜"


async def test_who_chose_single_sessions_hears_only_of_theirs(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    course_id = await town.course(SATURDAY, SUNDAY, tokyo(6, 20, 14), by_session=True)
    first, second, _third = await session_ids(town, course_id)
    one, other = await town.resident(), await town.resident()
    await town.apply(one, course_id, at=NOON, session_id=first)
    await town.apply(other, course_id, at=NOON, session_id=second)
    async with town.database.transaction() as db:
        await changing.cancel_session(db, first, hand())
    assert await at(runner, clock, NOON) == 1
    card = only_card(line.received[one.line])
    assert (card.badge, card.lines) == (
        "この回は中止です",
        ("6月13日(土) 14:00〜", "残念ですが、この回は開かれません。", "理由:講師の都合"),
    )
    assert other.line not in line.received


async def test_a_cancelled_course_is_told_once_with_something_within_reach_and_no_reminder_follows(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    course_id = await town.course(SATURDAY)
    resident = await town.resident()
    await town.apply(resident, course_id, at=NOON)
    async with town.database.transaction() as db:
        await changing.cancel_course(db, course_id, hand())
    assert await at(runner, clock, NOON) == 1
    card = only_card(line.received[resident.line])
    assert card.lines == ("6月13日(土) 14:00〜", "残念ですが、この講座は開かれません。", "理由:講師の都合")
    assert [button.action for button in card.buttons] == [f"1:course.similar:{course_id}", f"1:course:{course_id}"]
    assert await at(runner, clock, tokyo(6, 12, 18)) == 0


async def test_cancelled_by_mistake_at_night_and_restored_is_not_worth_a_word(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    """Nobody has heard of it. Who has, hears that all is as it was."""
    night, day = await town.course(SATURDAY, title="夜"), await town.course(SATURDAY, title="昼")
    resident = await town.resident()
    for course_id in (night, day):
        await town.apply(resident, course_id, at=NOON)
    async with town.database.transaction() as db:
        await changing.cancel_course(db, day, hand())
    await at(runner, clock, NOON)
    evening = tokyo(6, 10, 22)
    async with town.database.transaction() as db:
        await changing.cancel_course(db, night, hand(evening))
        for course_id in (night, day):
            await changing.restore_course(db, course_id, hand(evening, None), zone=TOKYO)
    assert await at(runner, clock, tokyo(6, 11, 8)) == 1
    _cancelled, restored = line.received[resident.line]
    card = only_card([restored])
    assert (card.title, card.badge) == ("昼", "開かれることになりました")
    assert await at(runner, clock, tokyo(6, 12, 18)) == 1, "reminders are back"


async def test_too_few_staff_are_asked_and_all_hear_that_it_is_held(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    course_id = await town.course(SATURDAY, place="田無公民館", min_people=5, decide_at=NOON)
    resident = await town.resident()
    await town.apply(resident, course_id, at=NOON)
    assert await at(runner, clock, NOON) == 0, "staff are asked, residents are not"
    assert await jobs.decide(town.database, now=NOON) == 0, "once"
    async with town.database.transaction() as db:
        await changing.hold_course(db, course_id, hand(reason=None))
    assert await at(runner, clock, NOON) == 1
    card = only_card(line.received[resident.line])
    assert (card.badge, card.lines) == (
        "開催します",
        ("予定どおり開催します。お待ちしています。", "6月13日(土) 14:00〜", "会場:田無公民館"),
    )


@pytest.mark.parametrize("heard", [True, False])
async def test_who_is_offered_a_seat_is_told_of_the_move_and_the_offer_at_once(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel, *, heard: bool
) -> None:
    """Whether they had heard of the offer or not, and though it ends earlier now: one message, with the two answers."""
    course_id = await town.course(SATURDAY, capacity=1, offer_hours=60)
    first, second = await town.resident(), await town.resident()
    seat = await town.apply(first, course_id, at=NOON)
    waits = await town.apply(second, course_id, at=NOON)
    await town.cancel(first, seat, at=NOON)
    if heard:
        assert await at(runner, clock, NOON) == 1
        line.received.clear()
    (session,) = await session_ids(town, course_id)
    await move(town, session, tokyo(6, 12, 14))
    assert await at(runner, clock, NOON + timedelta(minutes=1)) == 1
    card = only_card(line.received[second.line])
    assert (card.badge, card.lines) == (
        "日時が変わりました",
        (
            "変更後 あさって 6月12日(金) 14:00〜",
            "変更前 6月13日(土) 14:00〜",
            "理由:講師の都合",
            "席を確保しています。",
            "お返事はあさって 6月12日(金) 14:00まで(夜9時〜朝8時は数えません)。",
        ),
    )
    answers = [button.action for button in card.buttons[:2]]
    assert answers == [f"1:offer.yes:{waits}", f"1:offer.no:{waits}"]
    assert await at(runner, clock, NOON + timedelta(minutes=2)) == 0


async def test_a_win_is_told_beside_the_move(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    """That one has won is no part of what moved."""
    course_id = await town.course(SATURDAY, selection=Selection.LOTTERY)
    resident = await town.resident()
    found = await town.apply(resident, course_id, at=NOON)
    await town.change(found, RegistrationState.OFFERED, ChangeReason.WON, at=NOON, expires_at=tokyo(6, 12, 14))
    (session,) = await session_ids(town, course_id)
    await move(town, session, SUNDAY)
    await at(runner, clock, NOON)
    badges = {only_card([reply]).badge for reply in line.received[resident.line]}
    assert badges == {"日時が変わりました", "当選しました"}


async def test_places_that_come_free_are_offered_in_every_tick(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    """Whatever made them free: here a form that nobody finished."""
    course_id = await town.course(tokyo(6, 20, 14), capacity=1, hold_minutes=10)
    first, second = await town.resident(), await town.resident()
    held = await town.apply(first, course_id, at=NOON, hold=True)
    waits = await town.apply(second, course_id, at=NOON)
    assert await at(runner, clock, NOON + timedelta(minutes=9)) == 0
    assert await at(runner, clock, NOON + timedelta(minutes=10)) == 1
    assert only_card(line.received[second.line]).buttons[0].action == f"1:offer.yes:{waits}"
    assert first.line not in line.received, "who left a form is not told that it is gone"
    async with town.database.reading() as db:
        found = await db.scalars(select(Registration).where(col(Registration.course_id) == course_id))
        states = {row.id: row.state for row in found}
    assert states == {held: RegistrationState.LAPSED, waits: RegistrationState.OFFERED}
