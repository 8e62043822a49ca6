"""Parties with friends as tests make them: joined by the code, each with their own people."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import registration
from catalog.eligibility import Missing, Refusal
from catalog.models import ChangeReason, PartyNews, Person, Registration, RegistrationChange
from catalog.registration import Joined, Request
from catalog.search.entry import CourseEntry
from tests.catalog.builders import Household, enrol
from tests.catalog.search.factories import NOW, TOKYO


async def join(
    db: AsyncSession,
    entry: CourseEntry,
    found: Registration,
    home: Household,
    party: Sequence[Person] | None = None,
    *,
    nickname: str = "",
    now: datetime = NOW,
) -> Joined | Refusal | Missing | None:
    """What joining by the code is answered with; without a party, for the resident alone."""
    invitation = await registration.invite(db, found.id or 0, resident_id=found.resident_id, nickname="ゆき", now=now)
    assert invitation is not None
    request = Request(party=party or [home.me], resident_id=home.id)
    return await registration.join(db, entry, invitation.code, request, nickname=nickname, now=now, zone=TOKYO)


async def together(db: AsyncSession, entry: CourseEntry, *homes: Household) -> Registration:
    """One party of all these residents; the first is its owner, the others joined a minute after each other."""
    found = await enrol(db, entry, homes[0])
    for number, home in enumerate(homes[1:], start=1):
        joined = await join(db, entry, found, home, nickname="みき", now=NOW + timedelta(minutes=number))
        assert isinstance(joined, Joined), joined
    return found


async def to_tell(db: AsyncSession) -> set[tuple[int, ChangeReason]]:
    """Who is still to be told of what."""
    owners = await db.execute(
        select(col(Registration.resident_id), col(RegistrationChange.reason))
        .join(RegistrationChange, col(RegistrationChange.registration_id) == col(Registration.id))
        .where(col(RegistrationChange.to_tell))
    )
    friends = await db.execute(
        select(col(PartyNews.resident_id), col(RegistrationChange.reason)).join(
            RegistrationChange, col(RegistrationChange.id) == col(PartyNews.change_id)
        )
    )
    return {(row[0], row[1]) for row in (*owners, *friends)}
