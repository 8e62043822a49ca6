"""仮押さえ: seats are kept for ten minutes while somebody fills in the form."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from catalog import registration
from catalog.models import ChangeReason, RegistrationState, Selection
from catalog.registration import Applied
from tests.catalog.builders import answer, call_off, course, enrol, household, rules, settle, states
from tests.catalog.search.factories import NOW

HELD, CONFIRMED, ENTERED = RegistrationState.HELD, RegistrationState.CONFIRMED, RegistrationState.ENTERED
WAITLISTED, LAPSED, OFFERED = RegistrationState.WAITLISTED, RegistrationState.LAPSED, RegistrationState.OFFERED
TEN = timedelta(minutes=10)
SECOND = timedelta(seconds=1)


async def test_a_hold_takes_the_seats_of_the_whole_party(db: AsyncSession) -> None:
    """Everybody else sees them taken, until when is known, and another form finds no place."""
    entry = await course(db, capacity=2)
    home = await household(db, "はる")
    held = await enrol(db, entry, home, home.people, hold=True)
    assert (held.state, held.expires_at) == (HELD, NOW + TEN)
    assert (await registration.seats(db, [entry.id], now=NOW))[entry.id].left == 0
    assert (await enrol(db, entry, await household(db), hold=True)).state is WAITLISTED


async def test_the_same_application_makes_it_sure(db: AsyncSession) -> None:
    """With the form filled in, the same receipt is confirmed; a second tap finds it so."""
    entry, home = await course(db, capacity=2), await household(db, "はる")
    held = await enrol(db, entry, home, home.people, hold=True)
    later = NOW + TEN - SECOND
    assert await answer(db, entry, home, home.people, now=later) == Applied(registration=held)
    assert await answer(db, entry, home, home.people, now=later) == Applied(registration=held, already=True)
    assert (held.state, held.expires_at) == (CONFIRMED, None)
    assert (await registration.seats(db, [entry.id], now=NOW))[entry.id].taken == 2


async def test_opening_the_form_again_does_not_prolong_it(db: AsyncSession) -> None:
    """Ten minutes are ten minutes: nobody keeps seats by tapping."""
    entry, home = await course(db, capacity=2), await household(db)
    held = await enrol(db, entry, home, hold=True)
    again = await answer(db, entry, home, hold=True, now=NOW + TEN / 2)
    assert again == Applied(registration=held, already=True)
    assert held.expires_at == NOW + TEN


async def test_what_is_held_too_long_lapses_and_goes_on(db: AsyncSession) -> None:
    """To who waits, as an offer; and whoever held it applies anew, behind them."""
    entry, slow, next_one = await course(db, capacity=1), await household(db), await household(db)
    held = await enrol(db, entry, slow, hold=True)
    waiting = await enrol(db, entry, next_one)
    assert await settle(db, entry, now=NOW + TEN - SECOND) == 0
    again = await enrol(db, entry, slow, now=NOW + TEN)
    assert await states(db, held, waiting, again) == [LAPSED, OFFERED, WAITLISTED]
    assert [change.reason for change in await registration.history(db, held.id or 0)] == [
        ChangeReason.FORM_STARTED,
        ChangeReason.FORM_LAPSED,
    ]


async def test_a_lapsed_form_can_still_be_sent_while_there_are_seats(db: AsyncSession) -> None:
    """Nothing is lost by being slow where there is room enough."""
    entry, home = await course(db, capacity=5), await household(db)
    held = await enrol(db, entry, home, hold=True)
    sent = await enrol(db, entry, home, now=NOW + TEN)
    assert await states(db, held, sent) == [LAPSED, CONFIRMED]


async def test_a_form_for_the_child_alone_is_made_sure_with_the_parent_named(db: AsyncSession) -> None:
    """The parent is in already; the form that both are named in holds and confirms the child's seat."""
    entry, home = await course(db, capacity=5), await household(db, "はる")
    mine = await enrol(db, entry, home)
    childs = await enrol(db, entry, home, home.people, hold=True)
    assert await answer(db, entry, home, home.people) == Applied(registration=childs)
    assert await states(db, mine, childs) == [CONFIRMED, CONFIRMED]


async def test_who_is_held_is_sure_when_more_of_the_family_apply(db: AsyncSession) -> None:
    entry, home = await course(db, capacity=5), await household(db, "はる")
    held = await enrol(db, entry, home, hold=True)
    childs = await enrol(db, entry, home, home.people)
    assert await states(db, held, childs) == [CONFIRMED, CONFIRMED]


async def test_a_form_that_is_given_up_frees_the_seats(db: AsyncSession) -> None:
    entry, home = await course(db, capacity=1), await household(db)
    await call_off(db, await enrol(db, entry, home, hold=True))
    assert (await enrol(db, entry, await household(db))).state is CONFIRMED


async def test_the_course_says_for_how_long(db: AsyncSession) -> None:
    entry = await rules(db, await course(db, capacity=1), hold_minutes=30)
    assert (await enrol(db, entry, await household(db), hold=True)).expires_at == NOW + 3 * TEN


@pytest.mark.parametrize(
    ("facts", "state"),
    [({"selection": Selection.LOTTERY}, ENTERED), ({"registration_needed": False}, CONFIRMED)],
)
async def test_nothing_is_held_where_no_seat_is_given(
    db: AsyncSession, facts: dict[str, Any], state: RegistrationState
) -> None:
    """In a lottery, and where one just comes."""
    held = await enrol(db, await course(db, capacity=1, **facts), await household(db), hold=True)
    assert (held.state, held.expires_at) == (state, None)
