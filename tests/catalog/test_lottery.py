"""The lottery (抽選) of a course, on both engines: promised, closed, drawn once, and everybody where they belong."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import draw, registration
from catalog.database import Database
from catalog.draw import DrawError, Outcome
from catalog.models import (
    Actor,
    ChangeReason,
    Course,
    CourseRules,
    CourseStatus,
    Draw,
    Registration,
    RegistrationState,
    Selection,
)
from catalog.registration import Place, lottery
from catalog.search.entry import CourseEntry
from tests.catalog.builders import Household, assert_sound, call_off, course, enrol, household
from tests.catalog.search.factories import NOW, TOKYO

CLOSES = NOW + timedelta(days=3)
LATER = CLOSES + timedelta(hours=1)

CONFIRMED, OFFERED = RegistrationState.CONFIRMED, RegistrationState.OFFERED
WAITLISTED, LOST = RegistrationState.WAITLISTED, RegistrationState.LOST


async def lottery_course(db: AsyncSession, *, capacity: int | None = 3, **rules: Any) -> CourseEntry:
    """A course with a lottery that closes in three days."""
    entry = await course(db, selection=Selection.LOTTERY, capacity=capacity, apply_until=CLOSES, childcare=True)
    db.add(CourseRules(course_id=entry.id, **rules))
    await db.flush()
    return entry


async def entrants(db: AsyncSession, entry: CourseEntry, *sizes: int, by: Actor = Actor.RESIDENT) -> list[Registration]:
    return [await enrol(db, entry, home, home.people, by=by) for home in await homes(db, *sizes)]


async def homes(db: AsyncSession, *sizes: int) -> list[Household]:
    """Parties of these sizes."""
    return [await household(db, *(f"子{number}" for number in range(size - 1))) for size in sizes]


async def run(db: AsyncSession, entry: CourseEntry, *, now: datetime = LATER, **how: Any) -> lottery.Held:
    return await lottery.run(db, Place(entry.id), now=now, zone=TOKYO, **how)


async def stored(db: AsyncSession, entry: CourseEntry) -> Draw:
    found = await lottery.find(db, Place(entry.id))
    assert found is not None
    return found


async def states(db: AsyncSession, entry: CourseEntry) -> dict[str | None, RegistrationState]:
    rows = await db.execute(
        select(col(Registration.entry_code), col(Registration.state)).where(col(Registration.course_id) == entry.id)
    )
    return {row[0]: row[1] for row in rows}


@pytest.fixture
async def db(database: Database) -> AsyncIterator[AsyncSession]:
    """One transaction, after which all invariants hold."""
    async with database.transaction() as session:
        yield session
    await assert_sound(database)


# 約束: the promise


async def test_the_seed_is_promised_before_the_first_entry_and_never_changed(db: AsyncSession) -> None:
    entry = await lottery_course(db)
    first, second = await entrants(db, entry, 1, 1)
    promised = await stored(db, entry)
    assert promised.opened_at <= first.created_at
    assert draw.digest(promised.seed) == promised.commitment
    assert (await lottery.promise(db, Place(entry.id), now=LATER)).seed == promised.seed
    assert await db.scalar(select(func.count()).select_from(Draw)) == 1
    assert first.entry_code != second.entry_code


# 締切: the list


async def test_the_list_is_not_closed_while_entries_are_open(db: AsyncSession) -> None:
    entry = await lottery_course(db)
    with pytest.raises(DrawError, match="まだ申込を受けつけています"):
        await lottery.fix(db, Place(entry.id), now=CLOSES)


async def test_the_list_holds_every_entry_and_what_is_free(db: AsyncSession) -> None:
    entry = await lottery_course(db, capacity=5, reserves=2)
    parties = await entrants(db, entry, 1, 3)
    fixed = await lottery.fix(db, Place(entry.id), now=LATER)
    assert fixed.entries is not None
    terms, entries = draw.read_list(fixed.entries)
    assert (terms.seats, terms.reserves, terms.commitment) == (5, 2, fixed.commitment)
    assert {(one.code, one.seats) for one in entries} == {(party.entry_code, party.seats) for party in parties}
    assert fixed.entries_hash == draw.digest(fixed.entries)
    assert fixed.seed not in fixed.entries


async def test_whoever_cancelled_before_the_deadline_is_not_in_the_list(db: AsyncSession) -> None:
    entry = await lottery_course(db)
    stays, leaves = await entrants(db, entry, 1, 1)
    await call_off(db, leaves)
    fixed = await lottery.fix(db, Place(entry.id), now=LATER)
    assert [one.code for one in draw.read_list(fixed.entries or "")[1]] == [stays.entry_code]


async def test_a_closed_list_stays_as_it_is(db: AsyncSession) -> None:
    entry = await lottery_course(db)
    await entrants(db, entry, 1)
    closed = (await lottery.fix(db, Place(entry.id), now=LATER)).entries
    await entrants(db, entry, 1, by=Actor.STAFF)
    assert (await lottery.fix(db, Place(entry.id), now=LATER, mixed_in="あとから")).entries == closed


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"selection": Selection.FIRST_COME}, "抽選ではありません"),
        ({"status": CourseStatus.CANCELLED}, "中止になりました"),
    ],
)
async def test_nothing_is_drawn_where_nothing_can_be_won(db: AsyncSession, facts: dict[str, Any], said: str) -> None:
    entry = await lottery_course(db)
    await db.execute(update(Course).where(col(Course.id) == entry.id).values(facts))
    with pytest.raises(DrawError, match=said):
        await run(db, entry)
    with pytest.raises(DrawError, match=said):
        await lottery.rehearse(db, Place(entry.id), now=LATER)


# 抽選: the draw


async def test_everybody_gets_what_the_published_file_says(db: AsyncSession) -> None:
    entry = await lottery_course(db, capacity=4, reserves=2)
    parties = await entrants(db, entry, 1, 2, 3, 1, 2, 1, 4, 1)
    held = await run(db, entry)
    text = lottery.published(await stored(db, entry))
    assert text == held.drawn.text
    assert draw.problems(text) == []
    state = {Outcome.WON: CONFIRMED, Outcome.RESERVE: WAITLISTED, Outcome.LOST: LOST}
    assert await states(db, entry) == {result.code: state[result.outcome] for result in held.drawn.results}
    won = {result.code for result in held.drawn.results if result.outcome is Outcome.WON}
    row = await db.get(Course, entry.id, populate_existing=True)
    assert row is not None
    assert row.seats_taken == sum(party.seats for party in parties if party.entry_code in won) <= 4


async def test_reserves_wait_in_the_order_of_the_draw(db: AsyncSession) -> None:
    """補欠: who is next does not depend on who came first."""
    entry = await lottery_course(db, capacity=1)
    parties = {party.entry_code: party for party in await entrants(db, entry, *[1] * 8)}
    held = await run(db, entry)
    positions = [await registration.position(db, parties[result.code]) for result in held.drawn.results]
    assert positions == [None, 1, 2, 3, 4, 5, 6, 7]


async def test_each_result_is_written_into_the_history_to_be_told(db: AsyncSession) -> None:
    entry = await lottery_course(db, capacity=1, reserves=1)
    parties = {party.entry_code: party for party in await entrants(db, entry, 1, 1, 1)}
    held = await run(db, entry, by=Actor.STAFF, staff="窓口1")
    reasons = []
    for result in held.drawn.results:
        change = (await registration.history(db, parties[result.code].id or 0))[-1]
        assert (change.by, change.staff, change.at, change.to_tell) == (Actor.STAFF, "窓口1", LATER, True)
        reasons.append(change.reason)
    assert reasons == [ChangeReason.WON, ChangeReason.RESERVED, ChangeReason.LOST]


async def test_a_draw_is_held_once(db: AsyncSession) -> None:
    entry = await lottery_course(db)
    parties = await entrants(db, entry, 1, 2, 3)
    first = await run(db, entry)
    again = await run(db, entry, now=LATER + timedelta(days=1))
    assert (first.already, again.already) == (False, True)
    assert again.drawn == first.drawn
    assert {len(await registration.history(db, party.id or 0)) for party in parties} == {2}


async def test_winners_may_have_to_confirm_in_waking_hours(db: AsyncSession) -> None:
    """当選の確認: the seats are kept until then, and then the reserves are asked."""
    entry = await lottery_course(db, capacity=1, confirm_hours=24)
    await entrants(db, entry, 1, 1)
    held = await run(db, entry)
    winner, reserve = [await by_code(db, result.code) for result in held.drawn.results]
    assert (winner.state, reserve.state) == (OFFERED, WAITLISTED)
    assert winner.expires_at is not None
    assert winner.expires_at > LATER + timedelta(hours=24)  # nights do not count
    await registration.settle(db, entry.id, now=winner.expires_at, zone=TOKYO)
    assert (winner.state, reserve.state) == (RegistrationState.LAPSED, OFFERED)


async def test_winners_need_not_confirm_where_no_time_is_left(db: AsyncSession) -> None:
    entry = await lottery_course(db, confirm_hours=24)
    await entrants(db, entry, 1)
    held = await run(db, entry, now=NOW + timedelta(days=30, minutes=-10))
    assert (await by_code(db, held.drawn.results[0].code)).state is CONFIRMED


async def test_who_left_after_the_deadline_keeps_their_line_and_gives_the_seat_to_a_reserve(db: AsyncSession) -> None:
    entry = await lottery_course(db, capacity=2)
    parties = await entrants(db, entry, 1, 1, 1)
    await lottery.fix(db, Place(entry.id), now=LATER)
    await call_off(db, parties[0])
    held = await run(db, entry)
    assert parties[0].entry_code in {result.code for result in held.drawn.results}
    assert parties[0].state is RegistrationState.CANCELLED
    await registration.settle(db, entry.id, now=LATER, zone=TOKYO)
    assert sorted(party.state for party in parties[1:]) in ([CONFIRMED, CONFIRMED], [CONFIRMED, OFFERED])


async def test_who_comes_after_the_deadline_waits_behind_the_reserves(db: AsyncSession) -> None:
    """Staff may still take an application; it was not in the list that was published."""
    entry = await lottery_course(db, capacity=1)
    await entrants(db, entry, 1, 1, 1)
    await lottery.fix(db, Place(entry.id), now=LATER)
    [late] = await entrants(db, entry, 1, by=Actor.STAFF)
    held = await run(db, entry)
    assert late.entry_code not in {result.code for result in held.drawn.results}
    assert await registration.position(db, late) == 3


async def test_whom_staff_enter_after_the_draw_waits_behind_the_reserves(db: AsyncSession) -> None:
    entry = await lottery_course(db, capacity=1)
    await entrants(db, entry, 1, 1)
    await run(db, entry)
    [late] = await entrants(db, entry, 1, by=Actor.STAFF)
    assert (late.state, late.entry_code) == (WAITLISTED, None)
    assert await registration.position(db, late) == 2


async def test_everybody_wins_where_places_are_not_limited(db: AsyncSession) -> None:
    entry = await lottery_course(db, capacity=None)
    await entrants(db, entry, 1, 4, 2)
    await run(db, entry)
    assert set((await states(db, entry)).values()) == {CONFIRMED}


async def test_a_draw_without_entries_is_a_draw(db: AsyncSession) -> None:
    held = await run(db, await lottery_course(db))
    assert (held.drawn.results, draw.problems(held.drawn.text)) == ((), [])


async def test_a_draw_that_cannot_seat_its_winners_changes_nothing(database: Database) -> None:
    """Staff made the course smaller after the list was published: they decide, and the result stays the same."""
    async with database.transaction() as db:
        entry = await lottery_course(db, capacity=2)
        await entrants(db, entry, 1, 1)
        await lottery.fix(db, Place(entry.id), now=LATER)
        await db.execute(update(Course).where(col(Course.id) == entry.id).values(capacity=1))
    with pytest.raises(DrawError, match="席が足りなくなっています"):
        async with database.transaction() as db:
            await run(db, entry)
    async with database.transaction() as db:
        assert set((await states(db, entry)).values()) == {RegistrationState.ENTERED}
        await db.execute(update(Course).where(col(Course.id) == entry.id).values(capacity=2))
        await run(db, entry)
        assert set((await states(db, entry)).values()) == {CONFIRMED}
    await assert_sound(database)


async def test_childcare_is_won_together_with_the_seat(db: AsyncSession) -> None:
    entry = await lottery_course(db, capacity=9, childcare_capacity=1)
    parties = []
    for home in await homes(db, 2, 2):
        child = home.people[1].id
        assert child is not None
        wish = registration.Request(party=home.people, resident_id=home.id, in_childcare=frozenset({child}))
        applied = await registration.apply(db, entry, wish, now=NOW, zone=TOKYO)
        assert isinstance(applied, registration.Applied)
        parties.append(applied.registration)
    await run(db, entry)
    assert sorted(party.state for party in parties) == [CONFIRMED, WAITLISTED]


# 混ぜる文字: the public text


async def test_a_named_text_must_be_mixed_in(db: AsyncSession) -> None:
    entry = await lottery_course(db)
    await entrants(db, entry, 1, 1)
    await lottery.fix(db, Place(entry.id), now=LATER, mixed_in="6月15日の朝刊の1面の数字")
    with pytest.raises(DrawError, match="6月15日の朝刊"):
        await run(db, entry)
    held = await run(db, entry, public="38,915")
    assert held.drawn.public == "38,915"
    assert draw.problems(held.drawn.text) == []


async def test_a_text_that_was_not_named_is_not_mixed_in(db: AsyncSession) -> None:
    entry = await lottery_course(db)
    with pytest.raises(DrawError, match="前もって知らせていません"):
        await run(db, entry, public="38,915")


# 予行: rehearsal


async def test_a_rehearsal_keeps_nothing_and_gives_nothing_away(database: Database) -> None:
    async with database.transaction() as db:
        entry = await lottery_course(db, capacity=2)
        await entrants(db, entry, 1, 1, 1)
        promised = await stored(db, entry)
    async with database.reading() as db:
        tried = await lottery.rehearse(db, Place(entry.id), now=NOW)
    assert [result.outcome for result in tried.results] == [Outcome.WON, Outcome.WON, Outcome.RESERVE]
    assert draw.problems(tried.text) == []
    assert promised.seed != tried.seed
    assert tried.terms.title.startswith("(ためし)")
    async with database.transaction() as db:
        assert set((await states(db, entry)).values()) == {RegistrationState.ENTERED}
        assert (await stored(db, entry)).entries is None
        await lottery.fix(db, Place(entry.id), now=LATER)
        again = await lottery.rehearse(db, Place(entry.id), now=LATER)
    assert {one.code for one in again.entries} == {one.code for one in tried.entries}


async def test_each_session_is_drawn_for_itself(db: AsyncSession) -> None:
    entry = await lottery_course(db, capacity=1, by_session=True)
    [place] = await lottery.places(db, entry.id)
    assert place.session_id is not None
    for home in await homes(db, 1, 1):
        wish = registration.Request(party=home.people, resident_id=home.id, session_id=place.session_id)
        await registration.apply(db, entry, wish, now=NOW, zone=TOKYO)
    held = await lottery.run(db, place, now=LATER, zone=TOKYO)
    assert [result.outcome for result in held.drawn.results] == [Outcome.WON, Outcome.RESERVE]
    assert held.drawn.terms.title == "健康体操 第1回"
    assert await lottery.find(db, Place(entry.id)) is None


async def by_code(db: AsyncSession, code: str) -> Registration:
    found = await db.scalar(select(Registration).where(col(Registration.entry_code) == code))
    assert found is not None
    return found
