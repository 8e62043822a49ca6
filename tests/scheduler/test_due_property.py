"""Whatever happens in whatever order, a reminder is right, told once, and never at night.

Random histories are played to the program and to a model of a few lines; what the resident receives must be the same.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlmodel import SQLModel, col

from catalog.database import Database
from catalog.models import (
    Course,
    CourseStatus,
    Platform,
    Registration,
    RegistrationState,
    ReminderKind,
    Resident,
    Session,
)
from handlers.messages import Card, Cards, Reply
from scheduler import jobs, occasions
from scheduler.quiet import is_night
from tests.conftest import TOKYO, StandingClock
from tests.scheduler.conftest import make_runner
from tests.scheduler.fake_channel import FakeChannel
from tests.scheduler.town import Town, tokyo

COURSES = (0, 1)
STARTS = [tokyo(6, 12, hour, minute) for hour, minute in ((8, 20), (9, 0), (14, 0), (22, 0))] + [tokyo(6, 13, 10)]
SETTINGS = {ReminderKind.DAY_BEFORE: "remind_day_before", ReminderKind.SAME_DAY: "remind_same_day"}

course_numbers = st.sampled_from(COURSES)
changes = st.one_of(
    st.tuples(st.just("apply"), course_numbers),
    st.tuples(st.just("apply"), course_numbers),
    st.tuples(st.just("cancel"), course_numbers),
    st.tuples(st.just("move"), st.tuples(course_numbers, st.sampled_from(STARTS))),
    st.tuples(st.just("switch"), st.sampled_from(list(SETTINGS))),
    st.tuples(st.just("call off"), course_numbers),
)
# Something changes, time passes, and then the program ticks, or crashes between planning and sending, or sleeps on.
steps = st.tuples(changes, st.sampled_from([5, 60, 180, 420]), st.sampled_from(["tick", "tick", "crash", "sleep"]))

Told = tuple[ReminderKind, int, datetime]


@dataclass
class Model:
    """The town as one would tell it: one resident, two courses of one session each."""

    starts: list[datetime]
    held: list[bool] = field(default_factory=lambda: [True, True])
    applied: list[datetime | None] = field(default_factory=lambda: [None, None])
    wished: dict[ReminderKind, bool] = field(default_factory=lambda: dict.fromkeys(SETTINGS, True))
    told: set[Told] = field(default_factory=set)
    waiting: list[list[Told]] = field(default_factory=list)

    def plan(self, now: datetime) -> None:
        due = [told for told in self._all() if told not in self.told and self._open(told, now)]
        if due:
            self.told.update(due)
            self.waiting.append(due)

    def deliver(self, now: datetime) -> list[set[tuple[int, datetime]]]:
        """What the resident reads now: a set of courses with their times for each message."""
        if is_night(now, TOKYO):
            return []
        messages, self.waiting = self.waiting, []
        said = [{told[1:] for told in message if self._true(told, now)} for message in messages]
        return [message for message in said if message]

    def _all(self) -> list[Told]:
        return [(kind, course, self.starts[course]) for kind in SETTINGS for course in COURSES]

    def _true(self, told: Told, now: datetime) -> bool:
        kind, course, start = told
        return (
            self.wished[kind]
            and self.held[course]
            and self.applied[course] is not None
            and self.starts[course] == start
            and now < start
        )

    def _open(self, told: Told, now: datetime) -> bool:
        kind, course, start = told
        window = (
            occasions.day_before(start, TOKYO)
            if kind is ReminderKind.DAY_BEFORE
            else occasions.same_day(start, TOKYO, all_day=False)
        )
        applied = self.applied[course]
        return (
            window is not None
            and self._true(told, now)
            and window.open_at(now, TOKYO)
            and applied is not None
            and applied <= window.due
        )


@dataclass
class Story:
    """A random history, played to the program."""

    town: Town
    clock: StandingClock
    channel: FakeChannel
    model: Model
    courses: list[int]

    async def play(self, action: str, detail: object) -> None:
        now = self.clock.moment
        match action, detail:
            case "apply", int(course):
                if self.model.applied[course] is None:
                    await self.town.register(self.town.neighbours[0], self.courses[course], at=now)
                    self.model.applied[course] = now
            case "cancel", int(course):
                await self._change(
                    update(Registration)
                    .where(col(Registration.course_id) == self.courses[course])
                    .values(state=RegistrationState.CANCELLED)
                )
                self.model.applied[course] = None
            case "move", (int(course), datetime() as start):
                await self._change(
                    update(Session).where(col(Session.course_id) == self.courses[course]).values(starts_at=start)
                )
                self.model.starts[course] = start
            case "call off", int(course):
                await self._change(
                    update(Course).where(col(Course.id) == self.courses[course]).values(status=CourseStatus.CANCELLED)
                )
                self.model.held[course] = False
            case "switch", ReminderKind() as kind:
                self.model.wished[kind] = not self.model.wished[kind]
                await self._change(update(Resident).values({SETTINGS[kind]: self.model.wished[kind]}))

    async def wait(self, minutes: int, then: str) -> None:
        """Lets time pass; then a tick must bring what the model says, each time after a restart."""
        self.clock.forward(timedelta(minutes=minutes))
        now = self.clock.moment
        if then == "crash":
            await jobs.remind(self.town.database, now=now, zone=TOKYO)
            self.model.plan(now)
        if then != "tick":
            return
        await make_runner(self.town.database, self.clock, self.channel).run_once()
        self.model.plan(now)
        received = self.channel.received.pop(self.town.neighbours[0].line, [])
        expected = self.model.deliver(now)
        assert sorted(map(self._said, received), key=str) == sorted(expected, key=str)

    def _said(self, reply: Reply) -> set[tuple[int, datetime]]:
        (view,) = reply.views
        cards = view.cards if isinstance(view, Cards) else (view,)
        return {self._course_and_start(card) for card in cards if isinstance(card, Card)}

    def _course_and_start(self, card: Card) -> tuple[int, datetime]:
        course = int(card.title)
        shown = {f"{start.astimezone(TOKYO):%-m月%-d日 %-H:%M}": start for start in STARTS}
        day, clock = card.lines[0].split("(")[0], card.lines[0].split(" ")[1].rstrip("〜")
        return course, shown[f"{day} {clock}"]

    async def _change(self, statement: object) -> None:
        async with self.town.database.transaction() as db:
            await db.execute(statement)  # type: ignore[call-overload] # any update


# Planned at 18:00, moved before it is sent; then, applied for after 18:00.
@example([(("apply", 1), 180, "crash"), (("move", (0, STARTS[4])), 5, "tick")])
@example([(("switch", ReminderKind.SAME_DAY), 240, "tick"), (("apply", 1), 5, "tick")])
@given(st.lists(steps, min_size=4, max_size=10))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_history(database: Database, history: list[tuple[tuple[str, object], int, str]]) -> None:
    async with database.transaction() as db:
        for table in reversed(SQLModel.metadata.sorted_tables):
            await db.execute(delete(table))
    town = Town(database)
    await town.resident()
    courses = [await town.course(STARTS[2], title=str(number)) for number in COURSES]
    story = Story(
        town=town,
        clock=StandingClock(tokyo(6, 11, 15)),
        channel=FakeChannel(Platform.LINE),
        model=Model(starts=[STARTS[2], STARTS[2]]),
        courses=courses,
    )
    await story.play("apply", 0)
    for (action, detail), minutes, then in history:
        await story.play(action, detail)
        await story.wait(minutes, then)
    await story.wait(60, "tick")
