"""Whatever happens in whatever order: an offer is told exactly once, while it stands, and never at night."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlmodel import SQLModel, col

from catalog import registration
from catalog.database import Database
from catalog.models import Actor, ChangeReason, Platform, Registration, RegistrationState
from catalog.registration import Cause
from handlers.messages import Card, Cards, Reply
from scheduler import jobs
from scheduler.quiet import is_night
from tests.conftest import TOKYO, StandingClock
from tests.scheduler.conftest import make_runner
from tests.scheduler.fake_channel import FakeChannel
from tests.scheduler.town import Town, tokyo

PEOPLE = 4
_OFFER = re.compile(r"1:offer\.yes:(\d+)")

acts = st.tuples(st.sampled_from(["apply", "apply", "cancel", "accept", "decline"]), st.integers(0, PEOPLE - 1))
# Something happens, time passes, and then the program ticks, or is killed before it sends, or sleeps on.
steps = st.tuples(acts, st.sampled_from([1, 60, 300, 600]), st.sampled_from(["tick", "tick", "crash", "sleep"]))


@dataclass
class Story:
    """A random history of one course of one place."""

    town: Town
    course_id: int
    clock: StandingClock
    channel: FakeChannel
    told: Counter[int] = field(default_factory=Counter)  # offers that residents have read, by registration

    async def play(self, act: str, who: int) -> None:
        resident, now = self.town.neighbours[who], self.clock.moment
        found = await self._standing(resident.id)
        if found is None:
            if act == "apply":
                await self.town.apply(resident, self.course_id, at=now)
        elif act == "cancel":
            await self.town.cancel(resident, found, at=now)
        elif act in {"accept", "decline"}:
            answer = registration.accept if act == "accept" else registration.decline
            async with self.town.database.transaction() as db:
                own = await registration.lock_own(db, found, resident.id)
                assert own is not None
                cause = Cause(by=Actor.RESIDENT, at=now, reason=ChangeReason.ACCEPTED)
                await answer(db, own, cause, now=now, zone=TOKYO)

    async def wait(self, minutes: int, then: str) -> None:
        self.clock.forward(timedelta(minutes=minutes))
        now = self.clock.moment
        if then == "crash":
            await jobs.settle(self.town.database, now=now, zone=TOKYO)
            await jobs.tell(self.town.database, now=now, zone=TOKYO)
        if then != "tick":
            return
        await make_runner(self.town.database, self.clock, self.channel).run_once()
        read = [number for replies in self.channel.received.values() for reply in replies for number in offers(reply)]
        self.channel.received.clear()
        assert not (read and is_night(now, TOKYO)), "at night"
        standing = await self._offered()
        assert set(read) <= standing, "told of what is not offered"
        self.told.update(read)
        assert all(times == 1 for times in self.told.values()), "told twice"
        if not is_night(now, TOKYO):
            assert standing <= set(self.told), "never told"

    async def _standing(self, resident_id: int) -> int | None:
        async with self.town.database.reading() as db:
            return await db.scalar(
                select(col(Registration.id)).where(
                    col(Registration.resident_id) == resident_id, col(Registration.state).in_(registration.ACTIVE)
                )
            )

    async def _offered(self) -> set[int]:
        async with self.town.database.reading() as db:
            found = await db.scalars(
                select(col(Registration.id)).where(col(Registration.state) == RegistrationState.OFFERED)
            )
            return set(filter(None, found))


def offers(reply: Reply) -> list[int]:
    """The registrations to which the message offers a place."""
    (view,) = reply.views
    cards = view.cards if isinstance(view, Cards) else (view,)
    codes = [button.action for card in cards if isinstance(card, Card) for button in card.buttons]
    return [int(match[1]) for code in codes if (match := _OFFER.fullmatch(code))]


@given(st.lists(steps, min_size=6, max_size=14))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_history(database: Database, history: list[tuple[tuple[str, int], int, str]]) -> None:
    async with database.transaction() as db:
        for table in reversed(SQLModel.metadata.sorted_tables):
            await db.execute(delete(table))
    town = Town(database)
    for _ in range(PEOPLE):
        await town.resident()
    course_id = await town.course(tokyo(6, 20, 14), capacity=1, offer_hours=4)
    story = Story(town, course_id, StandingClock(tokyo(6, 10, 10)), FakeChannel(Platform.LINE))
    for who in range(2):
        await story.play("apply", who)
    for (act, who), minutes, then in history:
        await story.play(act, who)
        await story.wait(minutes, then)
    await story.wait(60, "tick")
