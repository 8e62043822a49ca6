"""繰り上げ: who waits is offered a place for some waking hours; the next party follows when they do not take it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import registration
from catalog.models import Actor, ChangeReason, Course, Registration, RegistrationState
from catalog.registration import Cause, waitlist
from catalog.search.entry import CourseEntry
from tests.catalog.builders import call_off, course, enrol, household, rules, say_yes, settle, states
from tests.catalog.search.factories import NOW, TOKYO, local

CONFIRMED, OFFERED = RegistrationState.CONFIRMED, RegistrationState.OFFERED
WAITLISTED, CANCELLED, LAPSED = RegistrationState.WAITLISTED, RegistrationState.CANCELLED, RegistrationState.LAPSED


async def full(
    db: AsyncSession, *, waiting: int = 2, days: float = 30, sessions: int = 1, **settings: Any
) -> tuple[CourseEntry, list[Registration]]:
    """A course of one place that is taken, and its registrations, the waiting ones after the first."""
    entry = await rules(db, await course(db, capacity=1, days=days, sessions=sessions), **settings)
    return entry, [await enrol(db, entry, await household(db)) for _ in range(1 + waiting)]


@pytest.mark.parametrize(
    ("freed", "until"),
    [
        (NOW, local(2026, 6, 10, 13)),
        (local(2026, 6, 10, 20, 50), local(2026, 6, 11, 10, 50)),
        (local(2026, 6, 10, 23, 30), local(2026, 6, 11, 11)),
    ],
)
async def test_an_offer_does_not_run_out_at_night(db: AsyncSession, freed: datetime, until: datetime) -> None:
    """Three hours from 20:50 are ten minutes in the evening and the rest in the morning."""
    _entry, (taken, first, second) = await full(db, offer_hours=3)
    await call_off(db, taken, now=freed)
    assert await states(db, taken, first, second) == [CANCELLED, OFFERED, WAITLISTED]
    assert first.expires_at == until


async def test_an_offer_ends_when_the_course_begins(db: AsyncSession) -> None:
    """The course is tomorrow at ten: a day's waking hours would reach beyond it."""
    entry, (taken, first, _second) = await full(db, days=1)
    await call_off(db, taken)
    assert first.expires_at == entry.sessions[0].starts_at


@pytest.mark.parametrize(("minutes", "asked"), [(29, False), (30, True)])
async def test_who_has_no_time_to_answer_is_not_asked(db: AsyncSession, minutes: int, asked: bool) -> None:
    """Half an hour of the day is the least."""
    entry, (taken, first, _second) = await full(db, days=1)
    await call_off(db, taken, now=entry.sessions[0].starts_at - timedelta(minutes=minutes))
    assert await states(db, first) == [OFFERED if asked else WAITLISTED]


async def test_a_yes_is_a_place(db: AsyncSession) -> None:
    """One tap; a second one changes nothing, and a yes without an offer gives nothing."""
    _entry, (taken, first, second) = await full(db)
    await call_off(db, taken)
    for _twice in range(2):
        await say_yes(db, first, now=NOW + timedelta(hours=1))
        await say_yes(db, second)
    assert await states(db, first, second) == [CONFIRMED, WAITLISTED]
    assert first.expires_at is None
    assert [change.reason for change in await registration.history(db, first.id or 0)].count(ChangeReason.ACCEPTED) == 1


async def test_a_no_asks_the_next(db: AsyncSession) -> None:
    _entry, (taken, first, second) = await full(db)
    await call_off(db, taken)
    cause = Cause(by=Actor.RESIDENT, at=NOW, reason=ChangeReason.DECLINED)
    for _twice in range(2):
        await registration.decline(db, first, cause, now=NOW, zone=TOKYO)
        assert await states(db, first, second) == [CANCELLED, OFFERED]


async def test_silence_asks_the_next(db: AsyncSession) -> None:
    """The scheduler finds the course as soon as the offer has run out, and not a minute before."""
    entry, (taken, first, second) = await full(db, offer_hours=3)
    await call_off(db, taken)
    ends = NOW + timedelta(hours=3)
    assert await waitlist.due(db, now=ends - timedelta(minutes=1)) == []
    assert await waitlist.due(db, now=ends) == [entry.id]
    assert await waitlist.due(db, now=ends, after=entry.id) == []
    assert await settle(db, entry, now=ends) == 2
    assert await states(db, first, second) == [LAPSED, OFFERED]
    assert await waitlist.due(db, now=ends) == []


async def test_a_yes_that_comes_too_late_is_none(db: AsyncSession) -> None:
    """Even where the scheduler has not been along: the place is the next one's now."""
    _entry, (taken, first, second) = await full(db, offer_hours=3)
    await call_off(db, taken)
    await say_yes(db, first, now=NOW + timedelta(hours=3))
    assert await states(db, first, second) == [LAPSED, OFFERED]


async def test_whoever_lapsed_may_wait_again_at_the_end(db: AsyncSession) -> None:
    entry, (taken, first, second) = await full(db, offer_hours=3)
    await call_off(db, taken)
    await settle(db, entry, now=NOW + timedelta(hours=3))
    home = await household(db)
    again = await enrol(db, entry, home, now=NOW + timedelta(hours=3))
    assert await states(db, first, second, again) == [LAPSED, OFFERED, WAITLISTED]
    assert await registration.position(db, again) == 1


@pytest.mark.parametrize("midway", [False, True])
async def test_a_course_under_way_offers_places_only_where_one_may_join_midway(db: AsyncSession, midway: bool) -> None:
    """After the first of two sessions; the offer ends when the second begins."""
    entry, (taken, first, _second) = await full(db, days=1, sessions=2, join_midway=midway, offer_hours=200)
    await call_off(db, taken, now=NOW + timedelta(days=2))
    assert await states(db, first) == [OFFERED if midway else WAITLISTED]
    assert first.expires_at == (entry.sessions[1].starts_at if midway else None)


async def test_a_larger_room_is_found_by_the_scheduler(db: AsyncSession) -> None:
    """Nobody cancelled: the course itself became larger."""
    entry, (_taken, first, second) = await full(db)
    assert await waitlist.due(db, now=NOW) == []
    await db.execute(update(Course).where(col(Course.id) == entry.id).values(capacity=2))
    assert await waitlist.due(db, now=NOW) == [entry.id]
    await settle(db, entry)
    assert await states(db, first, second) == [OFFERED, WAITLISTED]
