"""What somebody may still see of a party with friends that goes on without them: their own part of its history."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog.holding import held_by
from catalog.models import Person, Registration, RegistrationChange
from catalog.registration.moving import history


async def parted(db: AsyncSession, resident_id: int) -> list[tuple[Registration, datetime]]:
    """The registrations of others in which the resident was, and when they last did something in each."""
    rows = await db.execute(
        select(Registration, func.max(col(RegistrationChange.at)))
        .join(RegistrationChange, col(RegistrationChange.registration_id) == col(Registration.id))
        .where(col(RegistrationChange.resident_id) == resident_id, col(Registration.id).not_in(held_by([resident_id])))
        .group_by(col(Registration.id))
        .order_by(col(Registration.id))
    )
    return [(row[0], row[1]) for row in rows]


async def own_part(db: AsyncSession, registration_id: int, resident_id: int) -> list[RegistrationChange]:
    """The changes from when the resident came in until they, or the last of their people, had left.

    Empty for who was never in it.
    """
    people = set(await db.scalars(select(col(Person.id)).where(col(Person.resident_id) == resident_id)))
    changes = await history(db, registration_id)
    came = next((at for at, change in enumerate(changes) if change.resident_id == resident_id), len(changes))
    own = [change.resident_id == resident_id or change.person_id in people for change in changes]
    left = max((at for at, mine in enumerate(own) if mine), default=-1)
    return changes[came : left + 1]
