"""Who is drawn first (優先) and with how many tickets (前に外れた方)."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from catalog import registration
from catalog.database import Database
from catalog.draw import Outcome
from catalog.models import (
    Actor,
    Attendance,
    Belonging,
    Course,
    CourseRules,
    Presence,
    Registration,
    Selection,
    Session,
)
from catalog.registration import Place, chances, lottery
from catalog.registration.chances import Chance
from catalog.search.entry import CourseEntry
from tests.catalog.builders import Household, call_off, course, enrol, household
from tests.catalog.search.factories import NOW, TOKYO

YEAR = timedelta(days=365)


@pytest.fixture
async def db(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.transaction() as session:
        yield session


async def lottery_course(
    db: AsyncSession, *, title: str = "陶芸", capacity: int = 1, **rules: Any
) -> tuple[CourseEntry, CourseRules]:
    entry = await course(db, selection=Selection.LOTTERY, capacity=capacity, title=title, childcare=True)
    stored = CourseRules(course_id=entry.id, **rules)
    db.add(stored)
    await db.flush()
    return entry, stored


async def chance(
    db: AsyncSession, home: Household, rules: CourseRules, entry: CourseEntry, *, now: datetime = NOW, **how: Any
) -> Chance:
    """How the household's whole party would be drawn."""
    wish = registration.Request(party=home.people, resident_id=home.id, **how)
    applied = await registration.apply(db, entry, wish, now=now, zone=TOKYO)
    assert isinstance(applied, registration.Applied)
    entered = applied.registration
    found = await chances.of_entrants(db, Place(entry.id), rules, [entered], now=now)
    return found[entered.id or 0]


async def declare(db: AsyncSession, home: Household, *belongings: Belonging | None) -> None:
    for someone, belonging in zip(home.people, belongings, strict=True):
        someone.belonging = belonging
        db.add(someone)
    await db.flush()


async def attend(db: AsyncSession, home: Household, entry: CourseEntry, presence: Presence = Presence.PRESENT) -> None:
    stands = await enrol(db, entry, home)
    session_id = await db.scalar(select(col(Session.id)).where(col(Session.course_id) == entry.id))
    assert session_id is not None
    db.add(
        Attendance(
            session_id=session_id,
            person_id=home.me.id or 0,
            registration_id=stands.id or 0,
            presence=presence,
            by=Actor.STAFF,
            at=NOW,
        )
    )
    await db.flush()


# 優先: groups


async def test_without_rules_all_are_drawn_alike(db: AsyncSession) -> None:
    entry, rules = await lottery_course(db)
    assert await chance(db, await household(db), rules, entry) == Chance(weight=1, group=0)


@pytest.mark.parametrize(
    ("belongings", "group"),
    [
        ((Belonging.RESIDENT, None), 0),  # a child is never asked
        ((Belonging.RESIDENT, Belonging.RESIDENT), 0),
        ((Belonging.RESIDENT, Belonging.WORKER), 1),
        ((Belonging.STUDENT, None), 1),
        ((None, None), 1),
    ],
)
async def test_the_citys_residents_come_first(
    db: AsyncSession, belongings: tuple[Belonging | None, ...], group: int
) -> None:
    """市内在住の方を優先"""
    entry, rules = await lottery_course(db, capacity=4, priority_residents=True)
    home = await household(db, "はる")
    await declare(db, home, *belongings)
    assert (await chance(db, home, rules, entry)).group == group


@pytest.mark.parametrize(
    ("facts", "presence", "group"),
    [
        ({"title": "陶芸"}, Presence.PRESENT, 1),
        ({"title": "陶芸"}, Presence.NO_SHOW, 0),
        ({"title": "茶道"}, Presence.PRESENT, 0),
    ],
)
async def test_first_timers_come_first(db: AsyncSession, facts: dict[str, Any], presence: Presence, group: int) -> None:
    """初めての方を優先"""
    home = await household(db)
    await attend(db, home, await course(db, **facts), presence)
    entry, rules = await lottery_course(db, priority_first_timers=True)
    assert (await chance(db, home, rules, entry)).group == group


@pytest.mark.parametrize(("series", "group"), [("pottery", 1), ("tea", 0)])
async def test_a_series_counts_more_than_a_title(db: AsyncSession, series: str, group: int) -> None:
    home = await household(db)
    before = await course(db, title="陶芸")
    db.add(CourseRules(course_id=before.id, series=series))
    await attend(db, home, before)
    entry, rules = await lottery_course(db, priority_first_timers=True, series="pottery")
    assert (await chance(db, home, rules, entry)).group == group


@pytest.mark.parametrize(("said", "group"), [(True, 0), (False, 1), (None, 1)])
async def test_who_can_come_every_time_comes_first(db: AsyncSession, said: bool | None, group: int) -> None:
    """全回出席できる方を優先"""
    entry, rules = await lottery_course(db, priority_all_sessions=True)
    assert (await chance(db, await household(db), rules, entry, all_sessions=said)).group == group


async def test_every_priority_that_is_not_met_is_a_group_later(db: AsyncSession) -> None:
    entry, rules = await lottery_course(db, priority_residents=True, priority_all_sessions=True)
    assert (await chance(db, await household(db), rules, entry, all_sessions=True)).group == 1
    assert (await chance(db, await household(db), rules, entry)).group == 2


# 前に外れた方: tickets


async def drawn(db: AsyncSession, *, reserves: int | None) -> dict[Outcome, tuple[Household, Registration]]:
    """One who won and one who did not, of a draw for one place."""
    entry, _rules = await lottery_course(db, title="茶道", reserves=reserves)
    entered = {}
    for _ in range(2):
        home = await household(db)
        stands = await enrol(db, entry, home)
        entered[stands.entry_code] = (home, stands)
    held = await lottery.run(db, Place(entry.id), now=NOW, zone=TOKYO)
    return {result.outcome: entered[result.code] for result in held.drawn.results}


@pytest.mark.parametrize(("reserves", "outcome"), [(0, Outcome.LOST), (None, Outcome.RESERVE)])
async def test_who_lost_their_last_draw_has_more_tickets(
    db: AsyncSession, reserves: int | None, outcome: Outcome
) -> None:
    before = await drawn(db, reserves=reserves)
    entry, rules = await lottery_course(db, capacity=9, loser_tickets=3)
    assert (await chance(db, before[outcome][0], rules, entry)).weight == 3
    assert (await chance(db, before[Outcome.WON][0], rules, entry)).weight == 1
    assert (await chance(db, await household(db), rules, entry)).weight == 1


async def test_a_reserve_who_was_offered_a_place_has_not_lost(db: AsyncSession) -> None:
    before = await drawn(db, reserves=None)
    await call_off(db, before[Outcome.WON][1])
    entry, rules = await lottery_course(db, loser_tickets=2)
    assert (await chance(db, before[Outcome.RESERVE][0], rules, entry)).weight == 1


@pytest.mark.parametrize(("later", "weight"), [(YEAR, 2), (YEAR + timedelta(minutes=1), 1)])
async def test_a_loss_counts_for_a_year(db: AsyncSession, later: timedelta, weight: int) -> None:
    home, _stands = (await drawn(db, reserves=0))[Outcome.LOST]
    entry, rules = await lottery_course(db, loser_tickets=2)
    entered = await enrol(db, entry, home)
    found = await chances.of_entrants(db, Place(entry.id), rules, [entered], now=NOW + later)
    assert found == {entered.id: Chance(weight=weight)}


async def test_a_loss_is_made_up_for_by_a_later_win(db: AsyncSession) -> None:
    home, _stands = (await drawn(db, reserves=0))[Outcome.LOST]
    won, _rules = await lottery_course(db, title="書道")
    await enrol(db, won, home)
    await lottery.run(db, Place(won.id), now=NOW, zone=TOKYO)
    entry, rules = await lottery_course(db, loser_tickets=2)
    assert (await chance(db, home, rules, entry)).weight == 1


async def lose(db: AsyncSession, home: Household, *attending: int, in_childcare: frozenset[int] = frozenset()) -> None:
    """A draw for nobody at all, which these of the household lose."""
    entry, _rules = await lottery_course(db, title="茶道", reserves=0)
    party = [home.people[number] for number in attending]
    looked_after = frozenset(home.people[number].id or 0 for number in in_childcare)
    wish = registration.Request(party=party, resident_id=home.id, in_childcare=looked_after)
    assert isinstance(await registration.apply(db, entry, wish, now=NOW, zone=TOKYO), registration.Applied)
    await db.execute(update(Course).where(col(Course.id) == entry.id).values(capacity=0))
    await lottery.run(db, Place(entry.id), now=NOW, zone=TOKYO)


async def test_who_is_only_looked_after_has_not_lost(db: AsyncSession) -> None:
    """保育: neither in the draw that was lost nor in the one to come does the child count."""
    home, other = await household(db, "はる"), await household(db, "なつ")
    await lose(db, home, 0, 1, in_childcare=frozenset({1}))
    entry, rules = await lottery_course(db, capacity=9, loser_tickets=2)
    for_children, rules_there = await lottery_course(db, capacity=9, loser_tickets=2)
    alone = Household(home.resident, home.people[1:])
    assert (await chance(db, alone, rules_there, for_children)).weight == 1

    await lose(db, other, 1)
    child = other.people[1].id or 0
    assert (await chance(db, other, rules, entry, in_childcare=frozenset({child}))).weight == 1


async def test_without_the_rule_a_loss_counts_for_nothing(db: AsyncSession) -> None:
    home, _stands = (await drawn(db, reserves=0))[Outcome.LOST]
    entry, rules = await lottery_course(db)
    assert (await chance(db, home, rules, entry)).weight == 1
