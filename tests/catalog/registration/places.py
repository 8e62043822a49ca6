"""The courses of the town: as stored, and what the model has of each."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.models import CourseRules, Selection
from catalog.search.entry import CourseEntry
from tests.catalog.builders import course
from tests.catalog.registration.model import Room

CONFIRM_HOURS, RESERVES = 5, 2


@dataclass(frozen=True)
class Stage:
    """A course as stored, and what the model has of it."""

    entry: CourseEntry
    room: Room

    @property
    def sessions(self) -> list[int | None]:
        return [session.id for session in self.entry.sessions] if len(self.entry.sessions) > 1 else [None]


async def stage_of(db: AsyncSession, room: Room, *, by_session: bool = False) -> Stage:
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
