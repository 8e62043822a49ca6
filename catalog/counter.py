"""The counter and the telephone: applicants without any account in the same queue, and what staff set right by hand.

Whatever staff do is in the history with their name and their reason. Only what is needed to call somebody back is kept
of an applicant, and only until they link an account of their own.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import registration, residents
from catalog.eligibility import Missing, Refusal, RefusalCode
from catalog.models import (
    Actor,
    Belonging,
    ChangeReason,
    CounterApplicant,
    Gender,
    Person,
    Registration,
    RegistrationChange,
    RegistrationState,
    Relation,
    Resident,
)
from catalog.registration import Applied, Cause, Request
from catalog.search.entry import CourseEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """Somebody who comes along, as the applicant tells of them."""

    relation: Relation
    nickname: str
    birth_year: int | None = None
    birth_month: int | None = None


@dataclass(frozen=True, slots=True)
class Staff:
    """Who at the counter does something, when, and why in their words."""

    name: str
    at: datetime
    reason: str | None = None

    def cause(self, reason: ChangeReason) -> Cause:
        return Cause(by=Actor.STAFF, at=self.at, reason=reason, staff=self.name, note=self.reason)


async def take_in(
    db: AsyncSession, *, name: str, phone: str, companions: Sequence[Companion] = (), staff: Staff
) -> list[Person]:
    """An applicant without an account and who comes along, themselves first. The same name and number is the same one.

    A companion of the same nickname is the same person, too.
    """
    name, phone = unicodedata.normalize("NFKC", name).strip(), _digits(phone)
    known = await db.scalar(
        select(col(CounterApplicant.resident_id)).where(
            col(CounterApplicant.name) == name, col(CounterApplicant.phone) == phone
        )
    )
    resident_id = known or await _new(db, name, phone, staff)
    people = await residents.people(db, resident_id)
    names = {someone.nickname for someone in people}
    for companion in companions:
        if companion.nickname not in names:
            person = Person(
                resident_id=resident_id,
                relation=companion.relation,
                nickname=companion.nickname,
                birth_year=companion.birth_year,
                birth_month=companion.birth_month,
                created_at=staff.at,
            )
            await residents.add_person(db, person)
    return await residents.people(db, resident_id)


async def declare(db: AsyncSession, people: Sequence[Person], told: Sequence[Belonging | Gender]) -> None:
    """Keeps what was declared at the counter, for each of the people."""
    for person in people:
        for fact in told:
            if isinstance(fact, Belonging):
                person.belonging = fact
            else:
                person.gender = fact
        db.add(person)
    await db.flush()


async def apply(
    db: AsyncSession, course: CourseEntry, party: Sequence[Person], *, staff: Staff, zone: ZoneInfo
) -> Applied | Refusal | Missing:
    """Applies for somebody at the counter: the same queue, the same rules, at the same moment as everybody else."""
    request = Request(party=party, resident_id=party[0].resident_id, by=Actor.STAFF, staff=staff.name)
    return await registration.apply(db, course, request, now=staff.at, zone=zone)


async def find(db: AsyncSession, receipt: str) -> Registration | None:
    """The registration of a receipt number, as somebody reads it out: case, width and hyphen do not matter."""
    signs = "".join(sign for sign in unicodedata.normalize("NFKC", receipt).upper() if sign.isalnum())
    found = await db.scalars(select(Registration).where(col(Registration.receipt) == f"{signs[:4]}-{signs[4:]}"))
    return found.first()


async def cancel(db: AsyncSession, found: Registration, *, staff: Staff, zone: ZoneInfo) -> bool:
    """Cancels, whatever the deadline; the resident is told. False where it was over already."""
    current = await registration.lock_own(db, found.id or 0, None)
    if current is None or current.state not in registration.ACTIVE:
        return False
    await registration.end(db, current, staff.cause(ChangeReason.CANCELLED), zone=zone)
    return True


async def admit(db: AsyncSession, found: Registration, *, staff: Staff) -> bool:
    """Lets in who waits, entered a draw or has an offer, out of turn and for a reason. False where no seat is free."""
    current = await registration.lock_own(db, found.id or 0, None)
    if current is None or current.state not in registration.ACTIVE:
        return False
    if current.state is RegistrationState.CONFIRMED:
        return True
    return await registration.move(db, current, RegistrationState.CONFIRMED, staff.cause(ChangeReason.CORRECTED))


async def transfer(
    db: AsyncSession, found: Registration, course: CourseEntry, *, staff: Staff, zone: ZoneInfo
) -> Applied | Refusal | Missing:
    """Moves a whole party to another course. Refused, and nothing changed, unless there is a place for them now."""
    seats = (await registration.seats(db, [course.id], now=staff.at)).get(course.id)
    party = await registration.party_of(db, found.id or 0)
    left = seats.left if seats else None
    if left is not None and left < registration.seats_for(course, party):
        return Refusal(RefusalCode.FULL)
    request = Request(party=party, resident_id=found.resident_id, by=Actor.STAFF, staff=staff.name)
    outcome = await registration.apply(db, course, request, now=staff.at, zone=zone)
    if isinstance(outcome, Applied):
        if found.shared:
            await registration.bring_along(db, found, outcome.registration)
        await cancel(db, found, staff=staff, zone=zone)
    return outcome


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody without an account who must be telephoned, and the registration that it is about, as it is now."""

    applicant: CounterApplicant
    registration: Registration


async def calls(db: AsyncSession, course_id: int | None = None) -> list[Call]:
    """Whom to telephone, in the order of applying: what a chat would have told them, nobody could send.

    With a course: everybody in it, since what has changed of a course is theirs to hear too.
    """
    query = select(CounterApplicant, Registration).join(
        Registration, col(Registration.resident_id) == col(CounterApplicant.resident_id)
    )
    if course_id is None:
        query = query.where(_untold())
    else:
        query = query.where(
            col(Registration.course_id) == course_id, col(Registration.state).in_(registration.ACTIVE) | _untold()
        )
    rows = await db.execute(query.order_by(col(Registration.id)))
    return [Call(row[0], row[1]) for row in rows]


async def called(db: AsyncSession, found: Registration) -> None:
    """They have been told on the telephone."""
    await db.execute(
        update(RegistrationChange)
        .where(col(RegistrationChange.registration_id) == found.id, col(RegistrationChange.to_tell))
        .values(to_tell=False)
    )


def _untold() -> ColumnElement[bool]:
    return exists().where(
        col(RegistrationChange.registration_id) == col(Registration.id), col(RegistrationChange.to_tell)
    )


async def applicant(db: AsyncSession, resident_id: int) -> CounterApplicant | None:
    """Whom to call, for somebody without an account."""
    return await db.get(CounterApplicant, resident_id)


async def _new(db: AsyncSession, name: str, phone: str, staff: Staff) -> int:
    resident = Resident(welcomed=True, created_at=staff.at)
    db.add(resident)
    await db.flush()
    number = resident.id or 0
    db.add(Person(resident_id=number, relation=Relation.SELF, created_at=staff.at))
    db.add(CounterApplicant(resident_id=number, name=name, phone=phone, staff=staff.name, created_at=staff.at))
    await db.flush()
    return number


def _digits(phone: str) -> str:
    """A telephone number as digits alone, so that it is found again however it is written."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", phone) if sign.isdigit())
