"""The courses of the town: as stored, and what the model has of each."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.models import CapacityUnit, CourseRules, Selection
from catalog.search.entry import CourseEntry
from tests.catalog.builders import course
from tests.catalog.registration.model import Room

# A usual course with childcare, one for pairs where nobody is passed over, one of single sessions, one that is drawn.
USUAL, PAIRS, SINGLE, DRAWN = range(4)
CONFIRM_HOURS, RESERVES = 5, 2


@dataclass(frozen=True)
class Stage:
    """A course as stored, and what the model has of it."""

    entry: CourseEntry
    room: Room

    @property
    def sessions(self) -> list[int | None]:
        return [session.id for session in self.entry.sessions] if len(self.entry.sessions) > 1 else [None]


async def four_courses(db: AsyncSession) -> list[Stage]:
    """The usual one, that for pairs, that of single sessions, the drawn one."""
    return [
        await _stage(db, Room(capacity=3, childcare=1, skip_hours=2, offer_hours=3)),
        await _stage(db, Room(capacity=2, unit=CapacityUnit.PAIR, skip_hours=0, offer_hours=24)),
        await _stage(db, Room(capacity=2, skip_hours=24, offer_hours=24), by_session=True),
        await _stage(db, Room(capacity=3, skip_hours=24, offer_hours=1, to_draw=True)),
    ]


async def _stage(db: AsyncSession, room: Room, *, by_session: bool = False) -> Stage:
    selection = Selection.LOTTERY if room.to_draw else Selection.FIRST_COME
    entry = await course(
        db, capacity=room.capacity, capacity_unit=room.unit, selection=selection, sessions=1 + by_session, days=40
    )
    db.add(
        CourseRules(
            course_id=entry.id,
            childcare_capacity=room.childcare,
            skip_hours=room.skip_hours,
            offer_hours=room.offer_hours,
            by_session=by_session,
            confirm_hours=CONFIRM_HOURS,
            reserves=RESERVES,
        )
    )
    return Stage(entry, room)
