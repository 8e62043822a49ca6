"""A town as a hypothesis state machine: everything that families, staff and time can do to registrations."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import linking, registration, residents, waking
from catalog.draw import Outcome
from catalog.models import Actor, ChangeReason, Course, CourseRules, Platform, Registration, Resident, Session
from catalog.registration import Cause, Place, lottery, waitlist
from tests.catalog.builders import Household
from tests.catalog.registration.families import Families, rooms, some
from tests.catalog.registration.model import CANCELLED, CONFIRMED, ENTERED, LOST, OFFERED, WAITLISTED
from tests.catalog.registration.places import CONFIRM_HOURS, DRAWN, Stage, four_courses
from tests.catalog.search.factories import TOKYO


class Town(Families):
    """Plays all verbs to the program and to the model. Who compares them is a subclass."""

    @initialize(first=st.lists(st.tuples(rooms, some), min_size=8, max_size=14))
    def open(self, first: list[tuple[int, int]]) -> None:
        """Four courses, eight households, and a first crowd that applies; friends join some of them."""

        async def everything(db: AsyncSession) -> list[Stage]:
            await db.execute(delete(Resident))
            for table, taken in ((Course, "seats_taken"), (Session, "seats_taken"), (CourseRules, "childcare_taken")):
                await db.execute(update(table).values({taken: 0}))
            return await four_courses(db)

        self.stages = self.play(everything)
        for number in range(8):
            self.arrive(number % 3, Platform.LINE if number % 2 else Platform.TELEGRAM)
        for at, who in first:
            self.apply(at, who % 2, who, 7, aside=who % 3 == 0, hold=who % 5 == 0)
            if who % 2:
                self.join(at, who, who // 2, who, aside=who % 3 == 0)

    @rule(at=rooms, who=some, staff=st.booleans())
    def cancel(self, at: int, who: int, *, staff: bool) -> None:
        party = self._pick(at, who)
        if party is None:
            return

        async def verb(db: AsyncSession) -> None:
            if staff:
                found = await registration.lock_own(db, party.number, None)
                assert found is not None
                await registration.end(db, found, self._by_staff(ChangeReason.CANCELLED), zone=TOKYO)
            for _twice in range(2):
                await registration.cancel(db, party.number, resident_id=party.owner, now=self.now, zone=TOKYO)

        self.play(verb)
        party.become(CANCELLED)
        self.stages[at].room.settle(self.now)

    @rule(at=rooms, who=some)
    def let_in(self, at: int, who: int) -> None:
        """Staff give a place to somebody who waits or is in the lottery, if there is one."""
        party = self._pick(at, who, WAITLISTED, ENTERED)
        if party is None:
            return

        async def verb(db: AsyncSession) -> bool:
            found = await registration.lock_own(db, party.number, None)
            assert found is not None
            return await registration.move(db, found, CONFIRMED, self._by_staff(ChangeReason.CORRECTED))

        fits = self.stages[at].room.fits(party)
        assert self.play(verb) is fits
        if fits:
            party.become(CONFIRMED)

    def _by_staff(self, reason: ChangeReason) -> Cause:
        return Cause(by=Actor.STAFF, at=self.now, reason=reason, staff="公民館", note="電話で")

    @rule(at=rooms, seats=st.integers(1, 5))
    def resize(self, at: int, seats: int) -> None:
        """Another room: nobody is put out, and who waits is asked as soon as there are seats."""
        stage = self.stages[at]

        async def verb(db: AsyncSession) -> None:
            await db.execute(update(Course).where(col(Course.id) == stage.entry.id).values(capacity=seats))
            await waitlist.settle(db, stage.entry.id, now=self.now, zone=TOKYO)

        self.play(verb)
        stage.room.capacity = seats
        stage.room.settle(self.now)

    @precondition(lambda self: self.stages[DRAWN].room.to_draw and self._pick(DRAWN, 0, ENTERED))
    @rule()
    def draw(self) -> None:
        """Winners confirm, two are reserves in the order of the draw, the others have lost."""
        stage, until = self.stages[DRAWN], waking.after(self.now, CONFIRM_HOURS, TOKYO)
        held = self.play(lambda db: lottery.run(db, Place(stage.entry.id), now=self.now, zone=TOKYO))
        codes = self.play(_codes)
        for result in held.drawn.results:
            party = stage.room.parties[codes[result.code]]
            if result.outcome is Outcome.WON:
                party.become(OFFERED, until)
            elif result.outcome is Outcome.RESERVE:
                party.rank = result.rank
                party.become(WAITLISTED)
            else:
                party.become(LOST)
        stage.room.to_draw = False

    @rule(minutes=st.sampled_from([1, 9, 60, 180, 24 * 60]), tick=st.booleans())
    def wait(self, minutes: int, *, tick: bool) -> None:
        """Time goes by; what is due is done by the scheduler now, or when somebody comes along."""
        self.now += timedelta(minutes=minutes)
        if not tick:
            return

        async def verb(db: AsyncSession) -> None:
            for course_id in await waitlist.due(db, now=self.now):
                await waitlist.settle(db, course_id, now=self.now, zone=TOKYO)
            for stage in self.stages:
                assert await waitlist.settle(db, stage.entry.id, now=self.now, zone=TOKYO) == 0, "due was forgotten"

        self.play(verb)
        for stage in self.stages:
            stage.room.settle(self.now)

    @precondition(lambda self: len(self.homes) > 6)
    @rule(who=some)
    def forget(self, who: int) -> None:
        home = self.homes.pop(who % len(self.homes))
        self.play(lambda db: residents.forget(db, home.id, now=self.now, zone=TOKYO))
        for stage in self.stages:
            stage.room.forget(home.id, self.now)

    @precondition(lambda self: len(self.homes) > 4)
    @rule(who=some, other=some)
    def link(self, who: int, other: int) -> None:
        """Where both have a platform in common nothing is joined; no two children have the same name."""
        keeper, joining = self.homes[who % len(self.homes)], self.homes[other % len(self.homes)]

        async def verb(db: AsyncSession) -> Household | None:
            code = await linking.new_code(db, keeper.id, now=self.now)
            if await linking.redeem(db, code, by=joining.resident, now=self.now, zone=TOKYO) is None:
                return None
            return Household(keeper.resident, tuple(await residents.people(db, keeper.id)))

        joined = self.play(verb)
        if joined is None:
            return
        self.homes = [joined, *(home for home in self.homes if home not in (keeper, joining))]
        mine, gone = keeper.me.id or 0, joining.me.id or 0
        for stage in self.stages:
            for place in stage.sessions:
                standing = stage.room.standing(place)
                if mine in standing and gone in standing and standing[mine] is not standing[gone]:
                    later, person = max((standing[mine].number, mine), (standing[gone].number, gone))
                    stage.room.leave(stage.room.parties[later], {person}, self.now)
            stage.room.merge(keeper.id, joining.id, mine, gone, self.now)


async def _codes(db: AsyncSession) -> dict[str | None, int]:
    rows = await db.execute(select(col(Registration.entry_code), col(Registration.id)))
    return {row[0]: row[1] or 0 for row in rows}
