"""The families of a town as a hypothesis state machine: what they do to their registrations, and friends with them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import count
from typing import ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from sqlalchemy.ext.asyncio import AsyncSession

from catalog import registration
from catalog.database import Database
from catalog.eligibility import Refusal, RefusalCode
from catalog.models import Actor, ChangeReason, Platform, Relation
from catalog.registration import Applied, Joined, Request
from tests.catalog.builders import Household, household
from tests.catalog.registration.model import CANCELLED, CONFIRMED, HELD, OFFERED, Party
from tests.catalog.registration.places import DRAWN, PAIRS, SINGLE, USUAL, Stage
from tests.catalog.search.factories import NOW, TOKYO

rooms, some = st.sampled_from((USUAL, USUAL, PAIRS, SINGLE, DRAWN)), st.integers(0, 60)
Result = TypeVar("Result")
_names = count(1)


class Families(RuleBasedStateMachine):
    """Plays each verb to the program and to the model. The courses, staff and time are the town's."""

    runner: ClassVar[asyncio.Runner]
    database: ClassVar[Database]

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.homes: list[Household] = []
        self.stages: list[Stage] = []

    def play(self, verb: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
        """One transaction."""

        async def transaction() -> Result:
            async with self.database.transaction() as db:
                return await verb(db)

        return self.runner.run(transaction())

    @rule(children=st.integers(0, 2), platform=st.sampled_from(Platform))
    def arrive(self, children: int, platform: Platform) -> None:
        names = [f"子{next(_names)}" for _ in range(children)]
        self.homes.append(self.play(lambda db: household(db, *names, platform=platform)))

    @rule(
        at=rooms, session=st.integers(0, 1), who=some, chosen=st.integers(1, 7), aside=st.booleans(), hold=st.booleans()
    )
    def apply(self, at: int, session: int, who: int, chosen: int, *, aside: bool, hold: bool) -> None:
        """The party is chosen by the bits of a number; where it names nobody, all apply."""
        stage, home = self.stages[at], self.homes[who % len(self.homes)]
        room, place = stage.room, stage.sessions[session % len(stage.sessions)]
        party = [one for number, one in enumerate(home.people) if chosen >> number & 1] or list(home.people)
        room.expire(self.now)
        new = {one.id or 0: one.relation for one in party if one.id not in room.standing(place)}
        last = max(new, default=0)  # the youngest is looked after, if somebody is left who attends
        looked_after = {last} if aside and at == USUAL and len(new) > 1 else set()
        request = Request(
            party=party,
            resident_id=home.id,
            in_childcare=frozenset(looked_after),
            session_id=place,
            hold=hold,
        )
        outcome = self._applied(stage, request)
        homes = dict.fromkeys(new, home.id)
        mine = Party(number=0, owner=home.id, homes=homes, session=place, people=new, aside=looked_after, seats=0)
        mine.seats = room.seats_for(mine.attending, homes)
        if new and at == DRAWN and not room.to_draw:  # the list is closed
            code = RefusalCode.TOO_MANY if mine.seats > room.capacity else RefusalCode.CLOSED
            assert outcome == Refusal(code)
            outcome = self._applied(stage, replace(request, by=Actor.STAFF, staff="公民館"))
        if not new and not hold:
            room.make_sure({one.id or 0 for one in party}, place)
        elif new and mine.seats <= room.capacity:
            assert isinstance(outcome, Applied)
            mine.number = outcome.registration.id or 0
            if not hold:
                room.make_sure({one.id or 0 for one in party}, place)
            room.admit(mine, self.now, hold=hold)
        assert isinstance(outcome, Applied) is (mine.seats <= room.capacity)

    def _applied(self, stage: Stage, request: Request) -> object:
        return self.play(lambda db: registration.apply(db, stage.entry, request, now=self.now, zone=TOKYO))

    apply_again = rule(at=rooms, who=some)(
        lambda self, at, who: self.apply(at, who % 2, who, 7, aside=bool(who % 3), hold=False)
    )

    @rule(at=rooms, who=some, friend=some, chosen=st.integers(1, 7), aside=st.booleans())
    def join(self, at: int, who: int, friend: int, chosen: int, *, aside: bool) -> None:
        """Somebody comes into a party by its code, with some of their people; sometimes its owner, with more."""
        stage, party = self.stages[at], self._pick(at, who)
        if party is None:
            return
        home = self._newcomer(stage, party.session, friend)
        come = [one for number, one in enumerate(home.people) if chosen >> number & 1] or list(home.people)
        new = {one.id or 0: one.relation for one in come if one.id not in party.people}
        looked_after = {max(new)} if aside and at == USUAL and len(new) > 1 else set()
        request = Request(party=come, resident_id=home.id, in_childcare=frozenset(looked_after))

        async def verb(db: AsyncSession) -> object:
            code = await registration.invite(db, party.number, resident_id=party.owner, nickname="", now=self.now)
            assert (code is None) is (party.state is HELD)
            if code is None:
                return None
            return await registration.join(db, stage.entry, code.code, request, nickname="", now=self.now, zone=TOKYO)

        joinable = party.state is not HELD
        joined = self.play(verb)
        if joinable and new:
            listed = at == DRAWN and not stage.room.to_draw
            comes = stage.room.join(party, home.id, new, looked_after, self.now, listed=listed)
            assert isinstance(joined, Joined) is comes
        elif joinable:
            stage.room.settle(self.now)

    join_again = rule(at=rooms, who=some, friend=some)(
        lambda self, at, who, friend: self.join(at, who, friend, 1, aside=False)
    )

    def _newcomer(self, stage: Stage, session: int | None, number: int) -> Household:
        """Mostly somebody who does not stand in the course yet."""
        standing = stage.room.standing(session)
        free = [home for home in self.homes if not any(one.id in standing for one in home.people)]
        homes = self.homes if number % 5 == 0 else free or self.homes
        return homes[number % len(homes)]

    @rule(at=rooms, who=some, member=some)
    def quit(self, at: int, who: int, member: int) -> None:
        """All people of one resident leave; a party without friends is over with that."""
        party = self._pick(at, who)
        if party is None:
            return
        actor = _member(party, member)

        async def verb(db: AsyncSession) -> None:
            for _twice in range(2):
                await registration.quit_party(db, party.number, resident_id=actor, now=self.now, zone=TOKYO)

        self.play(verb)
        self.stages[at].room.leave(party, party.of(actor), self.now)

    @rule(at=rooms, who=some, member=some, yes=st.booleans())
    def answer(self, at: int, who: int, member: int, *, yes: bool) -> None:
        """An offer is taken or not, in time or too late; by any of a party."""
        party = self._pick(at, who, OFFERED)
        if party is None:
            return
        actor = _member(party, member) if yes else party.owner
        cause = registration.by_resident(ChangeReason.ACCEPTED, actor, self.now)

        async def verb(db: AsyncSession) -> None:
            found = await registration.lock_own(db, party.number, actor)
            assert found is not None
            for _twice in range(2):
                say = registration.accept if yes else registration.decline
                await say(db, found, cause, now=self.now, zone=TOKYO)

        self.play(verb)
        if not yes:
            party.become(CANCELLED)
        elif party.until is not None and party.until > self.now:
            party.become(CONFIRMED)
            return
        self.stages[at].room.settle(self.now)

    @rule(at=rooms, who=some, member=some)
    def withdraw(self, at: int, who: int, member: int) -> None:
        """One person leaves; whom somebody else brought along nobody can take out."""
        party = self._pick(at, who)
        if party is None:
            return
        person, actor = sorted(party.people)[who % len(party.people)], _member(party, member)

        async def verb(db: AsyncSession) -> None:
            for _twice in range(2):
                await registration.withdraw(db, party.number, person, resident_id=actor, now=self.now, zone=TOKYO)

        self.play(verb)
        if person in party.of(actor):
            self.stages[at].room.leave(party, {person}, self.now)

    @rule(at=rooms, who=some, member=some)
    def replace(self, at: int, who: int, member: int) -> None:
        stage, party = self.stages[at], self._pick(at, who)
        if party is None:
            return
        home = next(home for home in self.homes if home.id == _member(party, member))
        person, instead = sorted(party.people)[who % len(party.people)], home.people[who % len(home.people)]
        self.play(
            lambda db: registration.replace(
                db, stage.entry, party.number, person, instead, resident_id=home.id, now=self.now, zone=TOKYO
            )
        )
        if person in party.of(home.id):
            stage.room.replace(party, person, instead, self.now)

    @rule(who=some)
    def look_after(self, who: int) -> None:
        """One more child is looked after, if there is a place; or one is not any more."""
        stage, party = self.stages[USUAL], self._pick(USUAL, who)
        home = next((home for home in self.homes if party and home.id == party.owner), None)
        children = [one for one in home.people if one.relation is Relation.CHILD] if home else []
        if party is None or home is None or not children:
            return
        child = children[who % len(children)]
        number, mine, back = party.number, home.id, child.id in party.aside

        async def verb(db: AsyncSession) -> None:
            for _twice in range(2):
                if back:
                    await registration.take_back(db, number, child.id or 0, resident_id=mine, now=self.now, zone=TOKYO)
                else:
                    await registration.look_after(
                        db, stage.entry, number, child, resident_id=mine, now=self.now, zone=TOKYO
                    )

        self.play(verb)
        stage.room.look_after(party, child, self.now)

    def _pick(self, at: int, who: int, *states: object) -> Party | None:
        parties = [party for party in self.stages[at].room.active() if not states or party.state in states]
        return parties[who % len(parties)] if parties else None


def _member(party: Party, number: int) -> int:
    """One of those whose the party is."""
    members = [party.owner, *party.friends]
    return members[number % len(members)]
