"""The rows of a new registration: itself, its party, and the first line of its history.

PostgreSQL stores all of them in one statement, and takes the seats with them: a course is locked meanwhile, and every
round trip to the server is time in which nobody else can apply for it. SQLite knows no such statement and needs none.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Insert, Table, bindparam, func, select, true
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Boolean, Integer

from catalog.models import Participant, Person, Registration, RegistrationChange
from catalog.prepared import Prepared, on_postgres
from catalog.registration import seating
from catalog.registration.seating import Place, Room
from catalog.upsert import table

_registrations, _participants, _changes = table(Registration), table(Participant), table(RegistrationChange)
_OWN = tuple(column.name for column in _registrations.c if not column.primary_key)
_HISTORY = tuple(column.name for column in _changes.c if column.name not in ("id", "registration_id"))
_IDS, _FLAGS = postgresql.ARRAY(Integer), postgresql.ARRAY(Boolean)

# Built once: building a statement costs more than running it.
_REGISTER = _registrations.insert().returning(_registrations.c.id)
_TAKE_PART = _participants.insert()
_RECORD = _changes.insert()


async def store(
    db: AsyncSession,
    registration: Registration,
    party: Sequence[Person],
    change: Mapping[str, Any],
    *,
    in_childcare: frozenset[int],
    room: Room,
) -> int | None:
    """Stores all rows and takes `room`; None, and nothing stored, if that is too much. Returns the registration's id.

    `change` is the row of the history but for the registration.
    """
    place = Place(registration.course_id, registration.session_id)
    if on_postgres(db):
        return await _store_at_once(db, registration, party, change, in_childcare=in_childcare, room=room, place=place)
    if not await seating.change(db, place, room):
        return None
    number: int = (await db.execute(_REGISTER, _values(registration))).scalar_one()
    await take_part(db, place, number, party, in_childcare=in_childcare)
    await db.execute(_RECORD, {"registration_id": number, **change})
    return number


async def take_part(
    db: AsyncSession, place: Place, number: int, people: Sequence[Person], *, in_childcare: frozenset[int]
) -> None:
    """Puts people into the party of the active registration of that number, whose room has been made large enough."""
    rows = [
        {
            "registration_id": number,
            "person_id": someone.id,
            "course_id": place.course_id,
            "session_id": place.session_id or 0,
            "in_childcare": someone.id in in_childcare,
            "active": True,
        }
        for someone in people
    ]
    await db.execute(_TAKE_PART, rows)


async def _store_at_once(
    db: AsyncSession,
    registration: Registration,
    party: Sequence[Person],
    change: Mapping[str, Any],
    *,
    in_childcare: frozenset[int],
    room: Room,
    place: Place,
) -> int | None:
    seats_alone = room.seats > 0 and not room.childcare and place.session_id is None
    if not seats_alone and not await seating.change(db, place, room):
        return None
    values = {
        **{f"own_{name}": value for name, value in _values(registration).items()},
        **{f"then_{name}": value for name, value in change.items()},
        "party_ids": [someone.id for someone in party],
        "party_cared": [someone.id in in_childcare for someone in party],
        "counted": place.course_id,
        "by": room.seats,
    }
    stored = await (_STORE_SEATED if seats_alone else _STORE).row(db, values)
    return None if stored is None else int(stored[0])


def _values(registration: Registration) -> dict[str, Any]:
    return {name: getattr(registration, name) for name in _OWN}


def _statement(*, seated: bool) -> Insert:
    """All rows of a new registration; where it is `seated`, only if its seats could be taken."""
    own = select(*_given(_registrations, _OWN, "own"))
    if seated:
        own = own.select_from(seating.TAKE.returning(seating.COURSE).cte("taken"))
    registered = _registrations.insert().from_select(_OWN, own).returning(_registrations.c.id).cte("registered")
    person = func.unnest(bindparam("party_ids", type_=_IDS), bindparam("party_cared", type_=_FLAGS))
    someone = person.table_valued("id", "in_childcare").render_derived("someone")
    part = select(
        registered.c.id,
        someone.c.id,
        bindparam("own_course_id", type_=Integer),
        func.coalesce(bindparam("own_session_id", type_=Integer), 0),
        someone.c.in_childcare,
        true(),
    ).select_from(registered.join(someone, true()))
    columns = ("registration_id", "person_id", "course_id", "session_id", "in_childcare", "active")
    taking_part = _participants.insert().from_select(columns, part).cte("taking_part")
    history = select(registered.c.id, *_given(_changes, _HISTORY, "then"))
    recorded = _changes.insert().from_select(("registration_id", *_HISTORY), history)
    return recorded.add_cte(taking_part).returning(_changes.c.registration_id)


def _given(into: Table, names: Sequence[str], prefix: str) -> list[Any]:
    """Values by names of their own: by those of columns they would be set in every table that has such a one."""
    return [bindparam(f"{prefix}_{name}", type_=into.c[name].type) for name in names]


_STORE, _STORE_SEATED = Prepared(_statement(seated=False)), Prepared(_statement(seated=True))
