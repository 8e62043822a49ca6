"""Residents: meeting them, their family, interests, marks and searches, and forgetting them altogether."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import registration
from catalog.models import (
    ChannelAccount,
    CourseMark,
    InboxEvent,
    InboxState,
    Interest,
    MarkKind,
    Outgoing,
    Participant,
    Person,
    Platform,
    Registration,
    Relation,
    Resident,
    Search,
)
from catalog.prepared import Prepared
from catalog.registration import seating
from catalog.upsert import insert_missing

MAX_PEOPLE = 12  # a large family; a stranger cannot fill the table
MAX_SEARCHES = 50

# What every turn runs is built once: building a statement costs more than running it.
_KNOWN = (
    select(Resident, ChannelAccount)
    .join(ChannelAccount, col(ChannelAccount.resident_id) == col(Resident.id))
    .where(col(ChannelAccount.platform) == bindparam("platform"), col(ChannelAccount.address) == bindparam("address"))
)
_searches = Search.__table__  # type: ignore[attr-defined] # SQLModel does not declare what SQLAlchemy adds
_REMEMBER = Prepared(
    insert(_searches).returning(_searches.c.id),
    into=("resident_id", "text", "message_id", "criteria", "found", "created_at"),
)
_LAST = Prepared(
    select(_searches.c.criteria, _searches.c.text)
    .where(_searches.c.resident_id == bindparam("resident"), _searches.c.created_at >= bindparam("since"))
    .order_by(_searches.c.id.desc())
    .limit(1)
)
_by_age = select(
    _searches.c.id, func.row_number().over(partition_by=_searches.c.resident_id, order_by=_searches.c.id.desc())
).subquery("by_age")
# Each resident keeps the newest, and whatever is a wish.
FORGET_OLD_SEARCHES = delete(_searches).where(
    _searches.c.wished_at.is_(None), _searches.c.id.in_(select(_by_age.c[0]).where(_by_age.c[1] > MAX_SEARCHES))
)


async def meet(
    db: AsyncSession, platform: Platform, address: str, *, language: str, now: datetime
) -> tuple[Resident, ChannelAccount]:
    """The resident behind an address; on the first contact made anew, with themselves as the first person."""
    found = await known(db, platform, address)
    if found is not None:
        return found
    resident = Resident(language=language, created_at=now)
    db.add(resident)
    await db.flush()
    account = ChannelAccount(resident_id=_id(resident), platform=platform, address=address, created_at=now)
    db.add_all([account, Person(resident_id=_id(resident), relation=Relation.SELF, created_at=now)])
    await db.flush()
    return resident, account


async def known(db: AsyncSession, platform: Platform, address: str) -> tuple[Resident, ChannelAccount] | None:
    """The resident behind an address, or None."""
    found = (await db.execute(_KNOWN, {"platform": platform, "address": address})).first()
    return None if found is None else (found[0], found[1])


async def set_blocked(db: AsyncSession, platform: Platform, address: str, *, at: datetime | None) -> None:
    """Notes that the platform refuses our messages to this address since `at`, or (None) takes them again."""
    await db.execute(
        update(ChannelAccount)
        .where(col(ChannelAccount.platform) == platform, col(ChannelAccount.address) == address)
        .values(blocked_at=at)
    )


async def people(db: AsyncSession, resident_id: int) -> list[Person]:
    """The resident themselves first, then the family in the order they were added."""
    rows = await db.scalars(select(Person).where(col(Person.resident_id) == resident_id).order_by(col(Person.id)))
    return in_order(rows)


def in_order(people: Iterable[Person]) -> list[Person]:
    """The resident first, then the family as they stand."""
    return sorted(people, key=lambda someone: someone.relation is not Relation.SELF)


async def add_person(db: AsyncSession, person: Person) -> bool:
    """Adds a family member; False when there are too many already."""
    count = await db.scalar(
        select(func.count()).select_from(Person).where(col(Person.resident_id) == person.resident_id)
    )
    if (count or 0) >= MAX_PEOPLE:
        return False
    db.add(person)
    await db.flush()
    return True


async def remove_person(db: AsyncSession, resident_id: int, person_id: int) -> bool:
    """Removes a family member who stands in no registration; False for anybody else."""
    person = await db.get(Person, person_id)
    if person is None or person.resident_id != resident_id or person.relation is Relation.SELF:
        return False
    # Where they were before they may just be brought back: a course that was cancelled is held after all.
    been = await db.scalars(select(col(Participant.course_id)).where(col(Participant.person_id) == person_id))
    await seating.lock(db, been.all())
    # Locked as well, so that an application under way for this person is seen.
    person = await db.get(Person, person_id, with_for_update=True, populate_existing=True)
    if person is None or person.resident_id != resident_id:
        return False
    standing = exists().where(col(Participant.person_id) == person_id, col(Participant.active))
    if await db.scalar(select(standing)):
        return False
    # What is over counts them in its childcare no more.
    looked_after = select(col(Participant.registration_id)).where(
        col(Participant.person_id) == person_id, col(Participant.in_childcare)
    )
    await db.execute(
        update(Registration)
        .where(col(Registration.id).in_(looked_after))
        .values(childcare=col(Registration.childcare) - 1)
    )
    await db.delete(person)
    await db.flush()
    return True


async def interests(db: AsyncSession, resident_id: int) -> set[str]:
    """The codes of the resident's fields."""
    rows = await db.scalars(select(col(Interest.field_code)).where(col(Interest.resident_id) == resident_id))
    return set(rows.all())


async def set_interest(db: AsyncSession, resident_id: int, field_code: str, *, on: bool) -> None:
    """Switches one field on or off; repeating it changes nothing."""
    if on:
        await insert_missing(db, Interest, [{"resident_id": resident_id, "field_code": field_code}])
    else:
        await db.execute(
            delete(Interest).where(col(Interest.resident_id) == resident_id, col(Interest.field_code) == field_code)
        )


async def mark(db: AsyncSession, resident_id: int, course_id: int, kind: MarkKind, *, now: datetime) -> None:
    """Saves or dismisses a course; the last word counts."""
    row = {"resident_id": resident_id, "course_id": course_id, "kind": kind, "created_at": now}
    await insert_missing(db, CourseMark, [row])
    await db.execute(
        update(CourseMark)
        .where(
            col(CourseMark.resident_id) == resident_id,
            col(CourseMark.course_id) == course_id,
            col(CourseMark.kind) != kind,
        )
        .values(kind=kind, created_at=now)
    )


async def unmark(db: AsyncSession, resident_id: int, course_id: int) -> None:
    await db.execute(
        delete(CourseMark).where(col(CourseMark.resident_id) == resident_id, col(CourseMark.course_id) == course_id)
    )


async def marks(db: AsyncSession, resident_id: int, kind: MarkKind) -> set[int]:
    """The ids of the courses that the resident saved, or dismissed."""
    rows = await db.scalars(
        select(col(CourseMark.course_id)).where(
            col(CourseMark.resident_id) == resident_id, col(CourseMark.kind) == kind
        )
    )
    return set(rows.all())


async def remember_search(
    db: AsyncSession,
    resident_id: int,
    *,
    text: str,
    criteria: str,
    found: int,
    now: datetime,
    message_id: str | None = None,
) -> int:
    """Stores a search for the buttons under its results, and returns its id. Old ones are forgotten by night
    (`FORGET_OLD_SEARCHES`)."""
    values: dict[str, Any] = {
        "resident_id": resident_id,
        "text": text[:500],
        "message_id": message_id,
        "criteria": criteria,
        "found": found,
        "created_at": now,
    }
    stored = await _REMEMBER.row(db, values)
    return int(stored[0]) if stored else 0


async def take_back(db: AsyncSession, resident_id: int, message_id: str) -> None:
    """Removes what is kept of a message that its writer took back."""
    await db.execute(delete(Search).where(col(Search.resident_id) == resident_id, col(Search.message_id) == message_id))


async def search_of(db: AsyncSession, resident_id: int, search_id: int) -> Search | None:
    """The resident's own search, or None."""
    search = await db.get(Search, search_id)
    return search if search is not None and search.resident_id == resident_id else None


async def open_wishes(db: AsyncSession) -> Sequence[Search]:
    """Wishes that have not come true yet, the oldest first."""
    rows = await db.scalars(
        select(Search)
        .where(col(Search.wished_at).is_not(None), col(Search.told_at).is_(None))
        .order_by(col(Search.wished_at), col(Search.id))
    )
    return rows.all()


@dataclass(frozen=True, slots=True)
class LastSearch:
    """What a resident looked for: `criteria` as JSON, and in their own words."""

    criteria: str
    text: str


async def last_search(db: AsyncSession, resident_id: int, *, since: timedelta, now: datetime) -> LastSearch | None:
    """What the resident looked for last, if that was lately: what a follow-up refines."""
    found = await _LAST.row(db, {"resident": resident_id, "since": now - since})
    return None if found is None else LastSearch(*found)


async def accounts(db: AsyncSession, resident_id: int) -> Sequence[ChannelAccount]:
    """The resident's channel accounts, the oldest first."""
    rows = await db.scalars(
        select(ChannelAccount).where(col(ChannelAccount.resident_id) == resident_id).order_by(col(ChannelAccount.id))
    )
    return rows.all()


async def forget(db: AsyncSession, resident_id: int, *, now: datetime, zone: ZoneInfo) -> None:
    """Deletes all that is known of a resident; their places are offered on.

    What came in from them and what went out to them goes too; only the counts in a course stay.
    """
    await registration.forget(db, resident_id, now=now, zone=zone)
    for account in await accounts(db, resident_id):
        # Event ids stay, so that a late duplicate does not count as a new contact; whose they were does not.
        # What is not answered yet was said after the farewell: a new contact, forgotten in its turn when answered.
        await db.execute(
            update(InboxEvent)
            .where(
                col(InboxEvent.platform) == account.platform,
                col(InboxEvent.address) == account.address,
                col(InboxEvent.state) != InboxState.NEW,
            )
            .values(address=None, payload="")
        )
        await db.execute(
            delete(Outgoing).where(col(Outgoing.platform) == account.platform, col(Outgoing.address) == account.address)
        )
    await db.execute(delete(Resident).where(col(Resident.id) == resident_id))


def _id(row: Resident) -> int:
    assert row.id is not None  # noqa: S101 - a flushed row has its key
    return row.id
