"""履歴: every change is a row — who, when, from what to what, why — and says whether it is still to be told."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import course_changes, registration
from catalog.models import Actor, ChangeReason, RegistrationChange, RegistrationState, Selection
from catalog.registration import Cause, Place, lottery
from catalog.registration.moving import TRANSITIONS
from tests.catalog.builders import call_off, course, enrol, household, rules, say_yes, settle
from tests.catalog.search.factories import NOW, TOKYO

HELD, CONFIRMED, ENTERED = RegistrationState.HELD, RegistrationState.CONFIRMED, RegistrationState.ENTERED
WAITLISTED, OFFERED = RegistrationState.WAITLISTED, RegistrationState.OFFERED
CANCELLED, LAPSED = RegistrationState.CANCELLED, RegistrationState.LAPSED
RESIDENT, STAFF, SYSTEM = Actor.RESIDENT, Actor.STAFF, Actor.SYSTEM
HOUR = timedelta(hours=1)


async def test_a_life_is_told_from_beginning_to_end(db: AsyncSession) -> None:
    """Waited, was offered a place, took it, came with one less, left."""
    entry = await course(db, capacity=2)
    taken, home = await enrol(db, entry, await household(db)), await household(db, "はる")
    mine = await enrol(db, entry, home, home.people, now=NOW + HOUR)
    await call_off(db, taken, now=NOW + 2 * HOUR)
    await say_yes(db, mine, now=NOW + 3 * HOUR)
    child = home.people[1].id
    at = {"resident_id": home.id, "zone": TOKYO}
    await registration.withdraw(db, mine.id or 0, child or 0, now=NOW + 4 * HOUR, **at)  # type: ignore[arg-type] # as said
    await registration.cancel(db, mine.id or 0, now=NOW + 5 * HOUR, **at)  # type: ignore[arg-type] # as said
    told = [
        (
            (change.at - NOW) // HOUR,
            change.by,
            change.from_state,
            change.to_state,
            change.reason,
            change.seats_before,
            change.seats_after,
            change.person_id,
            change.to_tell,
        )
        for change in await registration.history(db, mine.id or 0)
    ]
    assert told == [
        (1, RESIDENT, None, WAITLISTED, ChangeReason.APPLIED, 0, 2, None, False),
        (2, SYSTEM, WAITLISTED, OFFERED, ChangeReason.OFFERED, 2, 2, None, True),
        (3, RESIDENT, OFFERED, CONFIRMED, ChangeReason.ACCEPTED, 2, 2, None, False),
        (4, RESIDENT, CONFIRMED, CONFIRMED, ChangeReason.PERSON_LEFT, 2, 1, child, False),
        (5, RESIDENT, CONFIRMED, CANCELLED, ChangeReason.CANCELLED, 1, 1, None, False),
    ]


@pytest.mark.parametrize(
    ("reason", "by", "to_tell"),
    [
        (ChangeReason.CANCELLED, STAFF, True),
        (ChangeReason.CANCELLED, RESIDENT, False),
        (ChangeReason.COURSE_CANCELLED, STAFF, True),
        (ChangeReason.CORRECTED, STAFF, True),
        (ChangeReason.LINKED, SYSTEM, False),  # the two accounts are one: nothing is lost
    ],
)
async def test_one_is_told_of_what_others_did(db: AsyncSession, reason: ChangeReason, by: Actor, to_tell: bool) -> None:
    """Not of one's own taps."""
    found = await enrol(db, await course(db), await household(db))
    await registration.end(db, found, Cause(by=by, at=NOW, reason=reason), zone=TOKYO)
    assert (await registration.history(db, found.id or 0))[-1].to_tell is to_tell


async def test_an_offer_that_ran_out_is_told_and_a_form_is_not(db: AsyncSession) -> None:
    """Who let a form lie sees it when they come back; who did not answer should know that the place is gone."""
    entry = await rules(db, await course(db, capacity=1), offer_hours=1)
    held, waiting = await enrol(db, entry, await household(db), hold=True), await enrol(db, entry, await household(db))
    await settle(db, entry, now=NOW + HOUR)
    await settle(db, entry, now=NOW + 2 * HOUR)
    last = [(await registration.history(db, found.id or 0))[-1] for found in (held, waiting)]
    assert [(change.reason, change.to_state, change.to_tell) for change in last] == [
        (ChangeReason.FORM_LAPSED, LAPSED, False),
        (ChangeReason.OFFER_LAPSED, LAPSED, True),
    ]


async def test_no_other_step_is_taken(db: AsyncSession) -> None:
    """Whatever is not in the table raises, and changes nothing."""
    found = await enrol(db, await course(db), await household(db))
    cause = Cause(by=STAFF, at=NOW, reason=ChangeReason.CORRECTED)
    for before in RegistrationState:
        found.state = before
        for after in set(RegistrationState) - TRANSITIONS[before] - {before}:
            with pytest.raises(ValueError, match="does not go from"):
                await registration.move(db, found, after, cause)
    found.state = CONFIRMED
    assert len(await registration.history(db, found.id or 0)) == 1


async def test_every_state_can_be_reached_and_left(db: AsyncSession) -> None:
    """Each step of the table is one that some verb takes. What has ended is left by applying anew."""
    await _first_come(db)
    await _lotteries(db)
    await _held_after_all(db)
    rows = await db.execute(select(col(RegistrationChange.from_state), col(RegistrationChange.to_state)))
    taken = {(row[0], row[1]) for row in rows}
    begun = {(None, state) for state in (HELD, CONFIRMED, ENTERED, WAITLISTED)}
    assert taken == begun | {(before, after) for before, afters in TRANSITIONS.items() for after in afters}


async def _first_come(db: AsyncSession) -> None:
    """Two places: forms that are sent, given up and forgotten, a line in which some are passed over, offers."""
    entry = await rules(db, await course(db, capacity=2), offer_hours=1)
    first, second = [await enrol(db, entry, home := await household(db), hold=True) for _ in range(2)]
    await call_off(db, second)
    third = await enrol(db, entry, home)
    family = await household(db, "はる")
    pair = await enrol(db, entry, family, family.people)
    await settle(db, entry, now=NOW + HOUR)  # the first form is forgotten, and two stand in line for one place
    for hold in (True, False):
        passing = await enrol(db, entry, await household(db), hold=hold, now=NOW + HOUR)
        await call_off(db, passing, now=NOW + HOUR)
    sent = await household(db)
    for hold in (True, False):
        passing = await enrol(db, entry, sent, hold=hold, now=NOW + HOUR)
    single = [await enrol(db, entry, await household(db), now=NOW + HOUR) for _ in range(4)]
    await call_off(db, pair, now=NOW + HOUR)
    for gone in (passing, third):
        await call_off(db, gone, now=NOW + HOUR)  # the first two of the line are asked
    await say_yes(db, single[0], now=NOW + HOUR)
    await call_off(db, single[1], now=NOW + HOUR)  # and the third
    await settle(db, entry, now=NOW + 2 * HOUR)  # who does not answer; so the fourth is asked
    assert (first.state, single[2].state, single[3].state) == (LAPSED, LAPSED, OFFERED)


async def _lotteries(db: AsyncSession) -> None:
    """One place, three in the box, one of whom is a reserve; winners must confirm, or need not."""
    for confirm_hours in (None, 5):
        entry = await course(db, capacity=1, selection=Selection.LOTTERY)
        await rules(db, entry, confirm_hours=confirm_hours, reserves=1)
        entrants = [await enrol(db, entry, await household(db)) for _ in range(4)]
        await call_off(db, entrants[0])
        await lottery.run(db, Place(entry.id), now=NOW, zone=TOKYO)


async def _held_after_all(db: AsyncSession) -> None:
    """Courses that are cancelled and then held: everybody is back where they were."""
    for selection in (Selection.FIRST_COME, Selection.LOTTERY):
        entry = await course(db, capacity=1, selection=selection)
        found = [await enrol(db, entry, await household(db)) for _ in range(2)]
        before = [one.state for one in found]
        assert await course_changes.end_registrations(db, entry.id, course_changes.Hand(at=NOW)) == 2
        assert await course_changes.bring_back(db, entry.id, course_changes.Hand(at=NOW)) == 2
        assert [one.state for one in found] == before
