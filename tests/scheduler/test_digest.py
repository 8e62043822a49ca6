"""The weekly digest: to who wishes it, on Friday evening, what suits and is news to them; once, or not at all."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlmodel import col

from catalog import digests, residents
from catalog.models import Course, CourseField, MarkKind, OutgoingState, Reminder, Resident
from catalog.search.catalogue import Catalogue
from handlers.messages import Cards
from scheduler import digest, jobs
from scheduler.quiet import is_night
from scheduler.runner import Runner
from tests.conftest import TOKYO, StandingClock
from tests.scheduler.fake_channel import FakeChannel
from tests.scheduler.town import Neighbour, Town, tokyo

FRIDAY = tokyo(6, 12, 18)  # 18:00
NEXT = FRIDAY + timedelta(days=7)


class Week:
    """A resident who likes music, a runner that knows the catalogue, and what arrives."""

    def __init__(self, town: Town, clock: StandingClock, line: FakeChannel) -> None:
        self.town, self.clock, self.line = town, clock, line
        self.catalogue = Catalogue()
        self.runner = Runner(town.database, clock, {line.platform: line}, TOKYO, catalogue=self.catalogue)

    async def music(self, *titles: str, **facts: object) -> list[int]:
        """Courses of music in July; returns their ids."""
        ids = [await self.town.course(tokyo(7, 4, 14), title=title, **facts) for title in titles]  # type: ignore[arg-type]
        async with self.town.database.transaction() as db:
            db.add_all(CourseField(course_id=one, field_code="music") for one in ids)
        return ids

    async def fan(self, *, at: datetime | None = FRIDAY) -> Neighbour:
        """Somebody who likes music and wishes a digest."""
        fan = await self.town.resident()
        async with self.town.database.transaction() as db:
            await residents.set_interest(db, fan.id, "music", on=True)
            await db.execute(update(Resident).where(col(Resident.id) == fan.id).values(digest_at=at))
        return fan

    async def told_at(self, moment: datetime) -> list[list[str]]:
        """The titles in each digest that arrives at this moment."""
        self.clock.moment = moment
        await self.catalogue.load(self.town.database)
        before = len(self.line.envelopes)
        await self.runner.run_once()
        views = [view for envelope in self.line.envelopes[before:] for view in envelope.reply.views]
        return [[card.title for card in view.cards] for view in views if isinstance(view, Cards)]

    async def due(self, neighbour: Neighbour) -> datetime | None:
        async with self.town.database.reading() as db:
            return (await db.get_one(Resident, neighbour.id)).digest_at


@pytest.fixture
def week(town: Town, clock: StandingClock, line: FakeChannel) -> Week:
    return Week(town, clock, line)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001 - made aware
def test_the_next_is_a_friday_evening_within_a_week(now: datetime) -> None:
    due = digests.next_after(now, TOKYO)
    local = due.astimezone(TOKYO)
    assert (local.weekday(), local.hour, local.minute) == (4, 18, 0)
    assert timedelta(0) < due - now <= timedelta(days=7)
    assert not is_night(due, TOKYO)


async def test_three_at_most_each_once_and_none_when_nothing_is_left(week: Week) -> None:
    titles = ["合唱", "琴", "太鼓", "ギター", "尺八"]
    await week.music(*titles)
    fan = await week.fan()
    assert await week.told_at(FRIDAY - timedelta(minutes=1)) == []
    (first,) = await week.told_at(FRIDAY)
    assert await week.told_at(FRIDAY + timedelta(minutes=1)) == []
    (second,) = await week.told_at(NEXT)
    assert (len(first), sorted(first + second)) == (3, sorted(titles))
    assert await week.told_at(NEXT + timedelta(days=7)) == []
    assert await week.due(fan) == NEXT + timedelta(days=14)


async def test_nobody_hears_of_it_unasked(week: Week) -> None:
    await week.music("合唱")
    assert await week.due(await week.town.resident()) is None
    assert await week.told_at(FRIDAY) == []


async def test_what_does_not_suit_well_is_no_reason_to_write(week: Week) -> None:
    await week.town.course(tokyo(7, 4, 14), title="相続の話")
    await week.music("満席の合唱", capacity=0)
    fan = await week.fan()
    assert await week.told_at(FRIDAY) == []
    assert await week.due(fan) == NEXT


async def test_what_opens_later_is_told_once_it_is_open(week: Week) -> None:
    await week.music("合唱", apply_from=FRIDAY + timedelta(days=2))
    await week.fan()
    assert await week.told_at(FRIDAY) == []
    assert await week.told_at(NEXT) == [["合唱"]]


@pytest.mark.parametrize(
    ("moment", "arrives"),
    [(tokyo(6, 12, 22), 0), (tokyo(6, 13, 7), 0), (tokyo(6, 13, 9), 1), (tokyo(6, 14, 20), 0), (tokyo(6, 15, 9), 0)],
)
async def test_a_late_one_arrives_by_day_or_not_at_all(week: Week, moment: datetime, arrives: int) -> None:
    await week.music("合唱")
    await week.fan()
    assert len(await week.told_at(moment)) == arrives


async def test_several_at_once_tell_it_once(week: Week) -> None:
    """What another process has chosen meanwhile is not told again; nor what was stopped while it was chosen."""
    await week.music("合唱")
    fan = await week.fan()
    await week.catalogue.load(week.town.database)
    index, database = week.catalogue.index, week.town.database
    async with database.reading() as db:
        both = [await digest.due(db, now=FRIDAY, zone=TOKYO, limit=9) for _process in range(2)]
    for (one,) in both:
        async with database.transaction() as db:
            await digest.put(db, one, digest.chosen(index, one, now=FRIDAY, zone=TOKYO), now=FRIDAY, zone=TOKYO)
    assert len(await week.town.outgoing()) == 1
    assert await week.due(fan) == NEXT


async def _choose_and_die(week: Week) -> None:
    """A process that ends before its commit."""
    async with week.town.database.transaction() as db:
        (one,) = await digest.due(db, now=FRIDAY, zone=TOKYO)
        found = digest.chosen(week.catalogue.index, one, now=FRIDAY, zone=TOKYO)
        await digest.put(db, one, found, now=FRIDAY, zone=TOKYO)
        raise ConnectionError


async def test_one_that_breaks_off_is_told_later(week: Week) -> None:
    """Nothing is noted that is not in the outgoing table."""
    await week.music("合唱")
    fan = await week.fan()
    await week.catalogue.load(week.town.database)
    with pytest.raises(ConnectionError):
        await _choose_and_die(week)
    assert await week.due(fan) == FRIDAY
    assert await week.told_at(FRIDAY) == [["合唱"]]


async def _stop(week: Week, fan: Neighbour, _course: int) -> None:
    async with week.town.database.transaction() as db:
        await db.execute(update(Resident).where(col(Resident.id) == fan.id).values(digest_at=None))


async def _dismiss(week: Week, fan: Neighbour, course: int) -> None:
    async with week.town.database.transaction() as db:
        await residents.mark(db, fan.id, course, MarkKind.DISMISSED, now=FRIDAY)


async def _apply(week: Week, fan: Neighbour, course: int) -> None:
    await week.town.register(fan, course)


async def _close(week: Week, _fan: Neighbour, course: int) -> None:
    async with week.town.database.transaction() as db:
        await db.execute(update(Course).where(col(Course.id) == course).values(apply_until=FRIDAY))


@pytest.mark.parametrize(
    ("happens", "arrives"),
    [(_stop, []), (_dismiss, [["琴"]]), (_apply, [["琴"]]), (_close, [["琴"]])],
)
async def test_what_is_no_longer_so_is_not_sent(
    week: Week, happens: Callable[[Week, Neighbour, int], Awaitable[None]], arrives: list[list[str]]
) -> None:
    """Between choosing and sending."""
    choir, _koto = await week.music("合唱", "琴")
    fan = await week.fan()
    await week.catalogue.load(week.town.database)
    assert await digest.tell(week.town.database, week.catalogue.index, now=FRIDAY, zone=TOKYO) == 1
    await happens(week, fan, choir)
    assert await week.told_at(FRIDAY + timedelta(minutes=2)) == arrives
    assert await week.town.states() == [OutgoingState.SENT if arrives else OutgoingState.EXPIRED]


async def test_what_was_told_is_remembered_for_a_year(week: Week) -> None:
    await week.music("合唱")
    await week.fan()
    await week.told_at(FRIDAY)
    for days, left in ((300, 1), (366, 0)):
        await jobs.clean(week.town.database, now=FRIDAY + timedelta(days=days))
        async with week.town.database.reading() as db:
            assert len((await db.scalars(select(Reminder))).all()) == left
