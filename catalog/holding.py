"""Whose a registration is: of the resident who made it, and of each friend whose people are in its party."""

from collections.abc import Collection

from sqlalchemy import CompoundSelect, select, union_all
from sqlmodel import col

from catalog.models import PartyFriend, Registration


def held_by(residents: Collection[int]) -> CompoundSelect[int]:
    """The ids of the residents' registrations. In two halves, each of which is found by an index."""
    return union_all(
        select(col(Registration.id)).where(col(Registration.resident_id).in_(residents)),
        select(col(PartyFriend.registration_id)).where(col(PartyFriend.resident_id).in_(residents)),
    )
