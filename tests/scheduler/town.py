"""A small town to remind: rows as other parts of the program would have written them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import registration, residents
from catalog.database import Database
from catalog.models import (
    Actor,
    ChangeReason,
    ChannelAccount,
    Course,
    CourseMark,
    CourseRules,
    InboxEvent,
    MarkKind,
    Outgoing,
    OutgoingState,
    Person,
    Platform,
    Registration,
    RegistrationState,
    Relation,
    Resident,
    Selection,
    Session,
    Venue,
)
from catalog.registration import Applied, Cancelled, Cause, Request
from catalog.search.loading import load_entries

TOKYO = ZoneInfo("Asia/Tokyo")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)

_numbers = count(1)


def tokyo(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A civil time of 2026 in Tokyo, as UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=TOKYO).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A resident with their addresses."""

    id: int
    line: str
    telegram: str


@dataclass(slots=True)
class Town:
    database: Database
    neighbours: list[Neighbour] = field(default_factory=list)

    async def resident(self, *platforms: Platform, language: str = "ja", area: str | None = None) -> Neighbour:
        """Somebody with an account on each platform (LINE where none is said)."""
        number = next(_numbers)
        line, telegram = f"U{number:032x}", str(10_000 + number)
        async with self.database.transaction() as db:
            resident = Resident(language=language, area=area, created_at=LONG_AGO)
            db.add(resident)
            await db.flush()
            assert resident.id is not None
            db.add(Person(resident_id=resident.id, created_at=LONG_AGO))
            for order, platform in enumerate(platforms or (Platform.LINE,)):
                address = line if platform is Platform.LINE else telegram
                db.add(
                    ChannelAccount(
                        resident_id=resident.id,
                        platform=platform,
                        address=address,
                        created_at=LONG_AGO + timedelta(days=order),
                    )
                )
        neighbour = Neighbour(resident.id, line, telegram)
        self.neighbours.append(neighbour)
        return neighbour

    async def course(
        self,
        *starts: datetime,
        title: str = "健康体操",
        all_day: bool = False,
        apply_from: datetime | None = None,
        apply_until: datetime | None = None,
        belongings: str | None = None,
        place: str | None = None,
        capacity: int | None = None,
        selection: Selection = Selection.FIRST_COME,
        **rules: Any,
    ) -> int:
        """A course with a session at each start, and rules where any are said; returns its id."""
        async with self.database.transaction() as db:
            course = Course(
                source="test",
                source_id=str(next(_numbers)),
                title=title,
                belongings=belongings,
                selection=selection,
                capacity=capacity,
                apply_from=apply_from,
                apply_until=apply_until,
                starts_at=min(starts, default=None),
                ends_at=max(starts, default=None),
                updated_at=LONG_AGO,
            )
            if place:
                venue = Venue(name=place)
                db.add(venue)
                await db.flush()
                course.venue_id = venue.id
            db.add(course)
            await db.flush()
            assert course.id is not None
            for position, start in enumerate(starts, 1):
                db.add(Session(course_id=course.id, position=position, starts_at=start, all_day=all_day))
            if rules:
                db.add(CourseRules(course_id=course.id, **rules))
        return course.id

    async def child(self, resident: Neighbour, nickname: str) -> int:
        async with self.database.transaction() as db:
            child = Person(resident_id=resident.id, relation=Relation.CHILD, nickname=nickname, created_at=LONG_AGO)
            db.add(child)
        assert child.id is not None
        return child.id

    async def apply(
        self, resident: Neighbour, course_id: int, *, at: datetime, session_id: int | None = None, hold: bool = False
    ) -> int:
        """An application of the resident's whole household by the real verb; returns its id."""
        async with self.database.transaction() as db:
            (entry,) = await load_entries(db, [course_id])
            party = await residents.people(db, resident.id)
            request = Request(party=party, resident_id=resident.id, session_id=session_id, hold=hold)
            applied = await registration.apply(db, entry, request, now=at, zone=TOKYO)
        assert isinstance(applied, Applied), applied
        assert applied.registration.id is not None
        return applied.registration.id

    async def change(
        self, registration_id: int, to: RegistrationState, reason: ChangeReason, *, at: datetime, **more: Any
    ) -> None:
        """Staff or a rule bring a registration into another state."""
        async with self.database.transaction() as db:
            found = await registration.lock_own(db, registration_id, None)
            assert found is not None
            expires_at = more.pop("expires_at", None)
            cause = Cause(by=more.pop("by", Actor.SYSTEM), at=at, reason=reason, **more)
            assert await registration.move(db, found, to, cause, expires_at=expires_at)

    async def cancel(self, resident: Neighbour, registration_id: int, *, at: datetime) -> None:
        async with self.database.transaction() as db:
            done = await registration.cancel(db, registration_id, resident_id=resident.id, now=at, zone=TOKYO)
        assert isinstance(done, Cancelled)

    async def register(
        self,
        resident: Neighbour,
        course_id: int,
        *,
        at: datetime = LONG_AGO,
        state: RegistrationState = RegistrationState.CONFIRMED,
    ) -> int:
        async with self.database.transaction() as db:
            found = Registration(
                receipt=str(next(_numbers)),
                course_id=course_id,
                resident_id=resident.id,
                state=state,
                created_at=at,
                changed_at=at,
            )
            db.add(found)
        assert found.id is not None
        return found.id

    async def save(self, resident: Neighbour, course_id: int, *, at: datetime = LONG_AGO) -> None:
        async with self.database.transaction() as db:
            db.add(CourseMark(resident_id=resident.id, course_id=course_id, kind=MarkKind.SAVED, created_at=at))

    async def hears_from(self, platform: Platform, address: str, *, at: datetime = LONG_AGO) -> None:
        async with self.database.transaction() as db:
            event_id = str(next(_numbers))
            db.add(InboxEvent(platform=platform, event_id=event_id, address=address, payload="", received_at=at))

    async def outgoing(self) -> list[Outgoing]:
        async with self.database.reading() as db:
            return list(await db.scalars(select(Outgoing).order_by(col(Outgoing.id))))

    async def states(self) -> list[OutgoingState]:
        return [row.state for row in await self.outgoing()]


async def sessions_of(db: AsyncSession, course_id: int) -> list[Session]:
    return list(await db.scalars(select(Session).where(col(Session.course_id) == course_id).order_by(col(Session.id))))
