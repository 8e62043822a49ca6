"""Staff change a course: recorded with name and reason, and nobody loses what they need not lose."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import changing, minimum, registration
from catalog.changing import ChangeError, Hand
from catalog.database import Database
from catalog.models import (
    Actor,
    ChangeReason,
    Course,
    CourseChange,
    CourseChangeKind,
    CourseRules,
    CourseStatus,
    Registration,
    RegistrationState,
    Selection,
    Session,
    StaffTask,
    Venue,
)
from catalog.registration import Applied, Request, apply
from catalog.search.loading import catalogue_version
from catalog.seed import seed
from tests.catalog.builders import assert_sound, course, enrol, household
from tests.catalog.search.factories import NOW, TOKYO

HAND = Hand(at=NOW, staff="佐藤", reason="講師が急病のため")
NEXT_WEEK = NOW + timedelta(days=7)
CONFIRMED, WAITLISTED, OFFERED, ENTERED, CANCELLED = (
    RegistrationState.CONFIRMED,
    RegistrationState.WAITLISTED,
    RegistrationState.OFFERED,
    RegistrationState.ENTERED,
    RegistrationState.CANCELLED,
)


async def changes(db: AsyncSession) -> list[CourseChange]:
    return list(await db.scalars(select(CourseChange).order_by(col(CourseChange.id))))


async def states(db: AsyncSession) -> list[RegistrationState]:
    return list(await db.scalars(select(col(Registration.state)).order_by(col(Registration.id))))


async def sessions(db: AsyncSession, course_id: int) -> list[Session]:
    found = await db.scalars(
        select(Session).where(col(Session.course_id) == course_id).order_by(col(Session.starts_at))
    )
    return list(found)


async def test_a_cancelled_course_ends_every_application_with_the_reason(database: Database) -> None:
    async with database.transaction() as db:
        small = await course(db, capacity=1)
        found = [await enrol(db, small, await household(db)) for _ in range(2)]
        assert await changing.cancel_course(db, small.id, HAND) == 2
        assert await changing.cancel_course(db, small.id, HAND) == 0, "twice is once"
        assert await states(db) == [CANCELLED, CANCELLED]
        for each in found:
            newest = (await registration.history(db, each.id or 0))[-1]
            assert (newest.reason, newest.by, newest.staff, newest.note, newest.to_tell) == (
                ChangeReason.COURSE_CANCELLED,
                Actor.STAFF,
                "佐藤",
                "講師が急病のため",
                True,
            )
        (change,) = await changes(db)
        assert (change.kind, change.staff, change.note, change.at) == (
            CourseChangeKind.CANCELLED,
            "佐藤",
            "講師が急病のため",
            NOW,
        )
    await assert_sound(database, small.id)


async def test_what_is_held_after_all_is_as_it_was(database: Database) -> None:
    """Places, the order of the waitlist and entries come back; a form that was being filled in does not."""
    async with database.transaction() as db:
        small, lottery = await course(db, capacity=1), await course(db, selection=Selection.LOTTERY)
        homes = [await household(db, "はる"), await household(db), await household(db)]
        for home in homes:
            await enrol(db, small, home)
        await enrol(db, lottery, homes[0])
        roomy = await course(db)
        held = Request(party=[homes[0].me], resident_id=homes[0].id, hold=True)
        assert isinstance(await apply(db, roomy, held, now=NOW, zone=TOKYO), Applied)
        before = await states(db)
        for entry in (small, lottery, roomy):
            await changing.cancel_course(db, entry.id, HAND)
        back = [await changing.restore_course(db, entry.id, HAND, zone=TOKYO) for entry in (small, lottery, roomy)]
        assert back == [3, 1, 0]
        assert await states(db) == [*before[:-1], CANCELLED]
        assert await changing.restore_course(db, small.id, HAND, zone=TOKYO) == 0
    await assert_sound(database, small.id)


async def test_who_no_longer_fits_waits_first_in_line(database: Database) -> None:
    async with database.transaction() as db:
        small = await course(db, capacity=2)
        for _ in range(2):
            await enrol(db, small, await household(db))
        await changing.cancel_course(db, small.id, HAND)
        await changing.change_capacity(db, small.id, HAND, capacity=1, zone=TOKYO)
        assert await changing.restore_course(db, small.id, HAND, zone=TOKYO) == 2
        assert await states(db) == [CONFIRMED, WAITLISTED]
    await assert_sound(database, small.id)


async def test_who_left_before_the_course_was_cancelled_stays_away(database: Database) -> None:
    async with database.transaction() as db:
        small = await course(db, capacity=1)
        home = await household(db)
        found = await enrol(db, small, home)
        await registration.cancel(db, found.id or 0, resident_id=home.id, now=NOW, zone=TOKYO)
        await changing.cancel_course(db, small.id, HAND)
        assert await changing.restore_course(db, small.id, HAND, zone=TOKYO) == 0


async def test_more_places_let_who_waits_move_up_and_fewer_than_taken_are_refused(database: Database) -> None:
    async with database.transaction() as db:
        small = await course(db, capacity=1)
        for _ in range(2):
            await enrol(db, small, await household(db))
        assert await changing.change_capacity(db, small.id, HAND, capacity=2, zone=TOKYO) == 1
        assert await states(db) == [CONFIRMED, OFFERED]
        with pytest.raises(ChangeError, match="いま2席がうまっています"):
            await changing.change_capacity(db, small.id, HAND, capacity=1, zone=TOKYO)
        assert await changing.change_capacity(db, small.id, HAND, capacity=2, zone=TOKYO) == 0
        assert [(change.before, change.after) for change in await changes(db)] == [("1", "2")]
    await assert_sound(database, small.id)


async def test_where_sessions_are_chosen_the_fullest_one_counts(database: Database) -> None:
    async with database.transaction() as db:
        entry = await course(db, capacity=3)
        db.add(CourseRules(course_id=entry.id, by_session=True))
        (session,) = await sessions(db, entry.id)
        for _ in range(2):
            home = await household(db)
            request = Request(party=[home.me], resident_id=home.id, session_id=session.id)
            assert isinstance(await apply(db, entry, request, now=NOW, zone=TOKYO), Applied)
        with pytest.raises(ChangeError):
            await changing.change_capacity(db, entry.id, HAND, capacity=1, zone=TOKYO)
        await changing.change_capacity(db, entry.id, HAND, capacity=2, zone=TOKYO)


async def test_a_moved_session_keeps_before_and_after(database: Database) -> None:
    async with database.transaction() as db:
        entry = await course(db)
        (session,) = await sessions(db, entry.id)
        before = session.starts_at
        await changing.move_session(
            db, session.id or 0, HAND, starts_at=NEXT_WEEK, ends_at=NEXT_WEEK + timedelta(hours=1), venue="市民会館"
        )
        moved, place = await changes(db)
        assert (moved.kind, moved.session_id, moved.to_tell) == (CourseChangeKind.SESSION_MOVED, session.id, True)
        assert (moved.before or "").startswith(before.isoformat())
        assert (moved.after or "").startswith(NEXT_WEEK.isoformat())
        assert (place.kind, place.after) == (CourseChangeKind.VENUE_CHANGED, "市民会館")
        row = await db.get_one(Course, entry.id)
        assert (row.starts_at, row.ends_at) == (NEXT_WEEK, NEXT_WEEK + timedelta(hours=1))


async def test_an_offer_ends_where_what_is_offered_begins_earlier(database: Database) -> None:
    """繰り上げ: until when to answer is told anew; an offer that ends before stays as it is."""
    async with database.transaction() as db:
        small = await course(db, capacity=1)
        first, second = [await enrol(db, small, await household(db)) for _ in range(2)]
        await registration.cancel(db, first.id or 0, resident_id=first.resident_id, now=NOW, zone=TOKYO)
        assert second.state is OFFERED
        until, (session,) = second.expires_at, await sessions(db, small.id)
        assert until is not None
        for starts in (until + timedelta(hours=1), until - timedelta(hours=1)):
            await changing.move_session(db, session.id or 0, HAND, starts_at=starts, ends_at=None)
            assert (second.state, second.expires_at) == (OFFERED, min(starts, until))
        newest = (await registration.history(db, second.id or 0))[-1]
        assert (newest.reason, newest.staff, newest.to_tell) == (ChangeReason.CORRECTED, "佐藤", True)
    await assert_sound(database)


async def test_a_session_that_is_not_held_ends_only_what_was_applied_for_it_alone(database: Database) -> None:
    async with database.transaction() as db:
        entry = await course(db)
        whole, single = await household(db), await household(db)
        await changing.add_session(db, entry.id, HAND, starts_at=NEXT_WEEK, ends_at=None)
        first, _last = await sessions(db, entry.id)
        await enrol(db, entry, whole)
        request = Request(party=[single.me], resident_id=single.id, session_id=first.id)
        assert isinstance(await apply(db, entry, request, now=NOW, zone=TOKYO), Applied)
        await changing.cancel_session(db, first.id or 0, HAND)
        await changing.cancel_session(db, first.id or 0, HAND)
        assert await states(db) == [CONFIRMED, CANCELLED]
        assert [change.kind for change in await changes(db)] == [
            CourseChangeKind.SESSION_ADDED,
            CourseChangeKind.SESSION_CANCELLED,
        ]
    await assert_sound(database)


async def test_the_place_is_found_by_its_name(database: Database) -> None:
    async with database.transaction() as db:
        entry = await course(db)
        for venue in ("田無公民館", "田無公民館", "柳沢公民館"):
            await changing.change_venue(db, entry.id, HAND, venue=venue)
        assert [(change.before, change.after) for change in await changes(db)] == [
            (None, "田無公民館"),
            ("田無公民館", "柳沢公民館"),
        ]
        assert sorted(await db.scalars(select(col(Venue.name)))) == ["柳沢公民館", "田無公民館"]


Verb = Callable[[AsyncSession, int, int], Awaitable[object]]


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        (lambda db, _course, session: changing.cancel_session(db, session, HAND), "残る回がありません"),
        (
            lambda db, _course, session: changing.move_session(
                db, session, HAND, starts_at=NEXT_WEEK, ends_at=NEXT_WEEK
            ),
            "始まりより後",
        ),
        (lambda db, course, _session: changing.change_capacity(db, course, HAND, capacity=0, zone=TOKYO), "定員を0"),
        (lambda db, course, _session: changing.cancel_course(db, course + 1, HAND), "ありません"),
        (lambda db, _course, session: changing.cancel_session(db, session + 1, HAND), "ありません"),
    ],
)
async def test_what_cannot_be_is_refused_with_words_for_staff(database: Database, verb: Verb, words: str) -> None:
    async with database.transaction() as db:
        entry = await course(db)
        (session,) = await sessions(db, entry.id)
        with pytest.raises(ChangeError, match=words):
            await verb(db, entry.id, session.id or 0)
        assert await changes(db) == []


async def test_search_hears_of_every_change(database: Database) -> None:
    await seed(database)
    async with database.transaction() as db:
        entry = await course(db)
        before = await catalogue_version(db)
        await changing.change_venue(db, entry.id, HAND, venue="田無公民館")
        await changing.cancel_course(db, entry.id, HAND)
        assert await catalogue_version(db) == before + 2


async def test_staff_are_asked_once_where_too_few_apply(database: Database) -> None:
    async with database.transaction() as db:
        few, enough, later = [await course(db) for _ in range(3)]
        for entry in (few, enough, later):
            decide_at = NOW + timedelta(days=entry is later)
            db.add(CourseRules(course_id=entry.id, min_people=2, decide_at=decide_at))
        for entry, people in ((few, 1), (enough, 2), (later, 0)):
            for _ in range(people):
                await enrol(db, entry, await household(db))
        assert await minimum.due(db, now=NOW) == [few.id]
        assert await minimum.ask(db, few.id, now=NOW)
        assert not await minimum.ask(db, few.id, now=NOW)
        assert await minimum.due(db, now=NOW) == []
        (task,) = await minimum.open_tasks(db)
        assert task.words == "申込は1人で、最少催行人数の2人に届いていません。"


@pytest.mark.parametrize("held", [True, False])
async def test_staff_decide_and_the_question_is_closed(database: Database, held: bool) -> None:
    async with database.transaction() as db:
        few = await course(db)
        db.add(CourseRules(course_id=few.id, min_people=2, decide_at=NOW))
        await enrol(db, few, await household(db))
        await minimum.ask(db, few.id, now=NOW)
        decided = replace(HAND, at=NOW + timedelta(hours=1))
        await (changing.hold_course if held else changing.cancel_course)(db, few.id, decided)
        assert await minimum.open_tasks(db) == []
        (task,) = await db.scalars(select(StaffTask))
        assert (task.staff, task.done_at) == ("佐藤", decided.at)
        assert (task.decision or "").startswith("開催する" if held else "中止する")
        (change,) = await changes(db)
        assert (change.kind, change.to_tell) == (
            (CourseChangeKind.HELD, True) if held else (CourseChangeKind.CANCELLED, False)
        )
        status = (await db.get_one(Course, few.id)).status
        assert status is (CourseStatus.SCHEDULED if held else CourseStatus.CANCELLED)
        assert await minimum.due(db, now=decided.at) == [], "they are not asked again"
