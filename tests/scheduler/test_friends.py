"""A party with friends: each of them is reminded and told, and each says for their own that they cannot come."""

from sqlalchemy import select
from sqlmodel import col

from catalog import absence, changing, registration
from catalog.changing import Hand
from catalog.models import Person, RegistrationState, Relation
from catalog.registration import Joined, Request
from catalog.search.loading import load_entries
from handlers.messages import Card
from scheduler.runner import Runner
from tests.conftest import TOKYO, StandingClock
from tests.scheduler.fake_channel import FakeChannel
from tests.scheduler.town import Neighbour, Town, sessions_of, tokyo

NOON = tokyo(6, 10, 12)
SATURDAY, NEXT = tokyo(6, 13, 14), tokyo(6, 20, 14)


async def join(town: Town, owner: Neighbour, friend: Neighbour, number: int) -> None:
    async with town.database.transaction() as db:
        code = await registration.invite(db, number, resident_id=owner.id, nickname="ゆき", now=NOON)
        found = await registration.own(db, number, owner.id)
        me = await db.scalar(
            select(Person).where(col(Person.resident_id) == friend.id, col(Person.relation) == Relation.SELF)
        )
        assert code is not None
        assert found is not None
        assert me is not None
        (entry,) = await load_entries(db, [found.course_id])
        request = Request(party=[me], resident_id=friend.id)
        joined = await registration.join(db, entry, code.code, request, nickname="みき", now=NOON, zone=TOKYO)
        assert isinstance(joined, Joined)


def badges(line: FakeChannel, somebody: Neighbour) -> list[str]:
    """What each message is about."""
    cards = [reply.views[0] for reply in line.received[somebody.line]]
    return [card.badge for card in cards if isinstance(card, Card)]


async def test_both_hear_of_everything_and_each_misses_for_themselves(
    town: Town, runner: Runner, clock: StandingClock, line: FakeChannel
) -> None:
    course_id = await town.course(SATURDAY, NEXT)
    owner, friend = await town.resident(), await town.resident()
    number = await town.apply(owner, course_id, at=NOON)
    await join(town, owner, friend, number)
    clock.moment = NOON
    await runner.run_once()
    assert (badges(line, owner), badges(line, friend)) == (["いっしょの申込"], [])

    clock.moment = tokyo(6, 12, 18)
    assert await runner.run_once() == 2, "the evening before, to both"

    async with town.database.transaction() as db:
        second = (await sessions_of(db, course_id))[1].id or 0
        hand = Hand(at=clock.moment, staff="佐藤", reason=None)
        await changing.move_session(db, second, hand, starts_at=tokyo(6, 21, 14), ends_at=None, venue=None)
    assert await runner.run_once() == 2
    assert badges(line, friend) == ["あした", "日時が変わりました"]

    async with town.database.transaction() as db:
        told = await absence.tell_absence(db, number, second, resident_id=friend.id, now=clock.moment, zone=TOKYO)
        assert told is not None
    clock.moment = tokyo(6, 20, 18)
    assert await runner.run_once() == 1, "the friend will not come to that session"
    assert badges(line, owner)[-1] == "あした"

    async with town.database.transaction() as db:
        await registration.cancel(db, number, resident_id=owner.id, now=clock.moment, zone=TOKYO)
    assert await runner.run_once() == 1
    assert badges(line, friend)[-1] == "申込は取り消されました"
    async with town.database.reading() as db:
        (found,) = await registration.of_resident(db, friend.id, active_only=False)
        assert found.state is RegistrationState.CANCELLED
