"""What became of a registration is told: once, in time, by day, and only while it is true."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from catalog.models import (
    Actor,
    ChangeReason,
    ChannelAccount,
    OutgoingKind,
    OutgoingState,
    Platform,
    RegistrationChange,
    RegistrationState,
    Selection,
)
from handlers import reply_json
from handlers.messages import Card, Cards, Reply
from scheduler import jobs, telling
from scheduler.runner import Runner
from tests.conftest import TOKYO, StandingClock
from tests.scheduler.fake_channel import RETRY, FakeChannel
from tests.scheduler.town import Neighbour, Town, tokyo

CONFIRMED, WAITLISTED, OFFERED = (
    RegistrationState.CONFIRMED,
    RegistrationState.WAITLISTED,
    RegistrationState.OFFERED,
)
LOST, CANCELLED = RegistrationState.LOST, RegistrationState.CANCELLED
START = tokyo(6, 20, 14)
NOON = tokyo(6, 10, 12)


def only_card(reply: Reply) -> Card:
    (card,) = reply.views
    assert isinstance(card, Card)
    return card


def codes(card: Card) -> list[str]:
    return [button.action for button in card.buttons]


async def at(runner: Runner, clock: StandingClock, moment: datetime) -> int:
    assert moment >= clock.moment
    clock.moment = moment
    return await runner.run_once()


async def marked(town: Town) -> int:
    """How many changes wait to be told."""
    async with town.database.reading() as db:
        return await db.scalar(select(func.count()).where(col(RegistrationChange.to_tell))) or 0


async def a_full_course(town: Town, *, waiting: int = 1, **facts: Any) -> tuple[int, list[Neighbour], list[int]]:
    """A course of one place that is taken: who applied, and their registrations, those who wait after the first."""
    course_id = await town.course(START, capacity=1, **facts)
    neighbours = [await town.resident() for _ in range(1 + waiting)]
    return course_id, neighbours, [await town.apply(someone, course_id, at=NOON) for someone in neighbours]


async def a_lottery(town: Town, number: int) -> tuple[int, list[Neighbour], list[int]]:
    course_id = await town.course(START, selection=Selection.LOTTERY, capacity=2, title="陶芸", place="柳沢公民館")
    neighbours = [await town.resident() for _ in range(number)]
    return course_id, neighbours, [await town.apply(someone, course_id, at=NOON) for someone in neighbours]


async def test_who_is_next_is_told_until_when_and_why_and_answers_by_a_tap(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    _course, (first, second), (taken, waits) = await a_full_course(town, title="茶道", place="田無公民館")
    await town.cancel(first, taken, at=tokyo(6, 10, 20, 50))
    assert await at(runner, clock, tokyo(6, 10, 20, 50)) == 1
    (reply,) = line.received[second.line]
    card = only_card(reply)
    assert (card.title, card.badge) == ("茶道", "席があきました")
    assert card.lines == (
        "6月20日(土) 14:00〜",
        "田無公民館",
        "お返事はあさって 6月12日(金) 18:50まで(夜9時〜朝8時は数えません)。",
        "すぎると次の方にご案内します。",
    )
    assert [(button.label, button.action) for button in card.buttons] == [
        ("参加する", f"1:offer.yes:{waits}"),
        ("行けない", f"1:offer.no:{waits}"),
    ]
    assert set(line.received) == {second.line}, "who cancelled knows it"
    (message,) = await town.outgoing()
    assert message.useful_until == tokyo(6, 12, 18, 50)


async def test_it_is_told_once_whatever_is_run_again(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    _course, (first, second), (taken, _waits) = await a_full_course(town)
    await town.cancel(first, taken, at=NOON)
    clock.moment = NOON
    assert await jobs.tell(town.database, now=NOON, zone=TOKYO) == 1
    assert await jobs.tell(town.database, now=NOON, zone=TOKYO) == 0
    assert await marked(town) == 0
    assert await runner.run_once() == 1, "the process was started anew"
    assert await runner.run_once() == 0
    assert len(line.received[second.line]) == 1


async def test_four_processes_tell_each_once(town: Town, line: FakeChannel) -> None:
    course_id = await town.course(START, capacity=30)
    neighbours = [await town.resident() for _ in range(30)]
    found = [await town.apply(someone, course_id, at=NOON) for someone in neighbours]
    for registration_id in found:
        await town.change(registration_id, CANCELLED, ChangeReason.CANCELLED, at=NOON, by=Actor.STAFF)
    for _ in range(2):  # who came too late for the first round finds nothing in the second
        await asyncio.gather(*(jobs.tell(town.database, now=NOON, zone=TOKYO) for _ in range(4)))
    told = [message.resident_id for message in await town.outgoing()]
    assert sorted(filter(None, told)) == [someone.id for someone in neighbours]
    assert await marked(town) == 0


async def test_a_message_that_is_rolled_back_is_not_lost(town: Town) -> None:
    """The mark is taken off in the transaction that queues the message: both or neither."""
    _course, (first, _second), (taken, _waits) = await a_full_course(town)
    await town.cancel(first, taken, at=NOON)

    async def killed() -> None:
        async with town.database.transaction() as db:
            assert await telling.tell(db, now=NOON, zone=TOKYO) == 1
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        await killed()
    assert (await marked(town), await town.outgoing()) == (1, [])
    assert await jobs.tell(town.database, now=NOON, zone=TOKYO) == 1


async def test_what_happens_at_night_is_told_in_the_morning_in_one_message(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    firsts, found = [], []
    waits = await town.resident()
    for title in ("茶道", "書道"):
        course_id = await town.course(START, capacity=1, title=title)
        firsts.append(await town.resident())
        found.append(await town.apply(firsts[-1], course_id, at=NOON))
        await town.apply(waits, course_id, at=NOON)
    for someone, taken in zip(firsts, found, strict=True):
        await town.cancel(someone, taken, at=tokyo(6, 10, 22))
    for moment in (tokyo(6, 10, 22), tokyo(6, 11, 0), tokyo(6, 11, 7, 59)):
        assert await at(runner, clock, moment) == 0
    assert await at(runner, clock, tokyo(6, 11, 8)) == 1
    (reply,) = line.received[waits.line]
    (view,) = reply.views
    assert isinstance(view, Cards)
    assert [card.title for card in view.cards] == ["茶道", "書道"]


async def test_what_staff_cancel_today_does_not_wait_for_the_morning(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    today, next_week = await town.course(tokyo(6, 11, 9, 30)), await town.course(tokyo(6, 18, 9, 30))
    one, other = await town.resident(), await town.resident()
    for someone, course_id in ((one, today), (other, next_week)):
        found = await town.apply(someone, course_id, at=NOON)
        clock.moment = tokyo(6, 11, 7)
        note = "先生が急病のため"
        cause = {"by": Actor.STAFF, "staff": "佐藤", "note": note}
        await town.change(found, CANCELLED, ChangeReason.CANCELLED, at=clock.moment, **cause)
    assert await runner.run_once() == 1
    card = only_card(line.received[one.line][0])
    assert card.lines == (
        "きょう 6月11日(木) 9:30〜",
        "担当の職員が取り消しました。",
        "理由:先生が急病のため",
    )
    assert [message.kind for message in await town.outgoing()] == [OutgoingKind.URGENT]
    assert await at(runner, clock, tokyo(6, 11, 8)) == 1
    assert len(line.received[other.line]) == 1


async def test_what_is_answered_in_the_same_breath_is_not_told(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    """Offered and accepted before anybody told them."""
    _course, (first, second), (taken, waits) = await a_full_course(town)
    await town.cancel(first, taken, at=NOON)
    await town.change(waits, CONFIRMED, ChangeReason.ACCEPTED, at=NOON, by=Actor.RESIDENT)
    assert await at(runner, clock, NOON) == 0
    assert (second.line in line.received, await marked(town)) == (False, 0)


async def test_what_is_no_longer_true_when_it_is_sent_is_not_sent(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    """LINE is away for a minute; meanwhile the offer is declined elsewhere."""
    _course, (first, second), (taken, waits) = await a_full_course(town)
    await town.cancel(first, taken, at=NOON)
    line.script = [RETRY]
    assert await at(runner, clock, NOON) == 1
    await town.change(waits, CANCELLED, ChangeReason.DECLINED, at=NOON, by=Actor.RESIDENT)
    await at(runner, clock, NOON + timedelta(minutes=1))
    assert second.line not in line.received
    assert await town.states() == [OutgoingState.EXPIRED]


async def test_an_offer_that_lapses_is_told_kindly_and_goes_to_the_next(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    course_id, (first, second, third), (taken, _waits, last) = await a_full_course(town, waiting=2)
    await town.cancel(first, taken, at=NOON)
    await at(runner, clock, NOON)
    await at(runner, clock, tokyo(6, 12, 9))
    await at(runner, clock, tokyo(6, 12, 10, 1))  # 24 waking hours after noon of the 10th
    offered, lapsed = [only_card(reply) for reply in line.received[second.line]]
    assert (offered.badge, lapsed.badge) == ("席があきました", "席は次の方へ")
    assert codes(lapsed) == [f"1:apply:{course_id}", f"1:course.similar:{course_id}"]
    assert codes(only_card(line.received[third.line][0]))[0] == f"1:offer.yes:{last}"


async def test_the_results_of_a_draw_are_told_to_everybody(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    course_id, (winner, asked, reserve, loser), found = await a_lottery(town, 4)
    await town.change(found[0], CONFIRMED, ChangeReason.WON, at=NOON)
    await town.change(found[1], OFFERED, ChangeReason.WON, at=NOON, expires_at=tokyo(6, 10, 19))
    await town.change(found[2], WAITLISTED, ChangeReason.RESERVED, at=NOON)
    await town.change(found[3], LOST, ChangeReason.LOST, at=NOON)
    assert await at(runner, clock, NOON) == 4
    cards = {someone.line: only_card(line.received[someone.line][0]) for someone in (winner, asked, reserve, loser)}
    assert (cards[winner.line].badge, codes(cards[winner.line])[0]) == ("当選しました", f"1:mine.show:{found[0]}")
    assert cards[asked.line].lines[-2:] == (
        "お返事はきょう 6月10日(水) 19:00まで。",
        "すぎると補欠の方にご案内します。",
    )
    assert codes(cards[asked.line]) == [f"1:offer.yes:{found[1]}", f"1:offer.no:{found[1]}"]
    assert cards[reserve.line].badge == "補欠1番目です"
    assert cards[loser.line].lines[0] == "残念ながら今回は落選でした(申込4組・当選2組)。"
    assert codes(cards[loser.line]) == [f"1:course.similar:{course_id}", "1:mine", "1:home"]


@pytest.mark.parametrize(
    ("to", "reason", "said"),
    [
        (CONFIRMED, ChangeReason.CORRECTED, ("申込が変わりました", "いまは「申込ずみ」です。")),
        (CONFIRMED, ChangeReason.PERSON_LEFT, ("参加する人が変わりました", "お一人の参加が取り消されました。")),
        (CANCELLED, ChangeReason.COURSE_CANCELLED, ("中止になりました", "残念ですが、この講座は開かれません。")),
    ],
)
async def test_what_staff_did_is_told_with_their_reason(
    town: Town, to: RegistrationState, reason: ChangeReason, said: tuple[str, str]
) -> None:
    resident = await town.resident()
    await town.child(resident, "はる")
    found = await town.apply(resident, await town.course(START), at=NOON)
    await town.change(found, to, reason, at=NOON, by=Actor.STAFF, staff="佐藤", note="お電話のとおり")
    await jobs.tell(town.database, now=NOON, zone=TOKYO)
    (message,) = await town.outgoing()
    card = only_card(reply_json.loads(message.payload))
    assert (card.badge, *card.lines[-2:]) == (*said, "理由:お電話のとおり")
    assert "佐藤" not in message.payload, "who it was stays with the city"


async def test_the_party_is_named(town: Town, runner: Runner, clock: StandingClock, line: FakeChannel) -> None:
    resident = await town.resident()
    child = await town.child(resident, "はる")
    found = await town.apply(resident, await town.course(START), at=NOON)
    staff = {"by": Actor.STAFF, "person_id": child}
    await town.change(found, CONFIRMED, ChangeReason.PERSON_REPLACED, at=NOON, **staff)
    await at(runner, clock, NOON)
    lines = only_card(line.received[resident.line][0]).lines
    assert "参加:ご自身・はるさん" in lines
    assert "はるさんが参加することになりました。" in lines


async def test_who_cannot_be_reached_is_told_when_they_are_back(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    """A blocked account keeps the mark; nobody else waits for it, and after a month it is let go."""
    _course, (first, second), (taken, _waits) = await a_full_course(town)
    accounts = update(ChannelAccount).where(col(ChannelAccount.resident_id) == second.id)
    async with town.database.transaction() as db:
        await db.execute(accounts.values(blocked_at=NOON))
    await town.cancel(first, taken, at=NOON)
    assert await at(runner, clock, NOON) == 0
    assert await marked(town) == 1
    async with town.database.transaction() as db:
        await db.execute(accounts.values(blocked_at=None))
    assert await at(runner, clock, NOON + timedelta(hours=1)) == 1
    assert len(line.received[second.line]) == 1


async def test_old_news_are_let_go(town: Town) -> None:
    _course, (first, _second), (taken, _waits) = await a_full_course(town)
    await town.cancel(first, taken, at=NOON)
    await jobs.clean(town.database, now=NOON + timedelta(days=29))
    assert await marked(town) == 1
    await jobs.clean(town.database, now=NOON + timedelta(days=31))
    assert await marked(town) == 0


async def test_more_than_a_message_holds_becomes_several(
    town: Town, runner: Runner, clock: StandingClock, telegram: FakeChannel
) -> None:
    resident = await town.resident(Platform.TELEGRAM)
    for _ in range(9):
        found = await town.apply(resident, await town.course(START), at=NOON)
        await town.change(found, CANCELLED, ChangeReason.CANCELLED, at=NOON, by=Actor.STAFF)
    assert await at(runner, clock, NOON) == 2
    said = [view for reply in telegram.received[resident.telegram] for view in reply.views]
    assert sorted(len(view.cards) if isinstance(view, Cards) else 1 for view in said) == [1, 8]
