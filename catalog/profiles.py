"""From the rows of a resident to the profile that advice is given for."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from catalog import leanings, registration, residents
from catalog.advised import Profile
from catalog.models import MarkKind, Person, Resident
from catalog.nearest import member_of


async def profile_of(
    db: AsyncSession,
    resident: Resident,
    people: Sequence[Person],
    *,
    family: Sequence[Person],
    now: datetime,
    zone: ZoneInfo,
) -> Profile:
    """What advice for these people of the family needs. Courses applied for, and dismissed ones, are left out."""
    resident_id = resident.id or 0
    applied = {found.course_id for found in await registration.of_resident(db, resident_id)}
    dismissed = await residents.marks(db, resident_id, MarkKind.DISMISSED)
    learns = resident.learns
    return Profile(
        people=tuple(member_of(someone, now=now, zone=zone) for someone in people),
        interests=tuple(sorted(await residents.interests(db, resident_id))),
        area=resident.area,
        history=await leanings.pasts(db, resident_id, now=now, zone=zone) if learns else (),
        looks=await leanings.looks(db, resident_id, now=now) if learns else {},
        excluded=frozenset(applied | dismissed),
        family=tuple(member_of(someone, now=now, zone=zone) for someone in family),
    )
