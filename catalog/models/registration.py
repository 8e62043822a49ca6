"""Registrations (申込): of one party for one course."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from catalog.models.base import choice


class RegistrationState(StrEnum):
    CONFIRMED = "confirmed"  # has its seats
    ENTERED = "entered"  # in the lottery
    WAITLISTED = "waitlisted"  # キャンセル待ち
    CANCELLED = "cancelled"


class Registration(SQLModel, table=True):
    """The application of a party of `seats` (in the course's capacity unit) for a course.

    `receipt` is the number a resident can say at the counter. Waitlists are ordered by `id`.
    """

    __tablename__ = "registrations"

    id: int | None = Field(default=None, primary_key=True)
    receipt: str = Field(max_length=16, unique=True)
    course_id: int = Field(foreign_key="courses.id", index=True)
    resident_id: int = Field(foreign_key="residents.id", ondelete="CASCADE", index=True)
    state: RegistrationState = Field(sa_type=choice(RegistrationState))
    seats: int = 1
    created_at: datetime
    changed_at: datetime


class Participant(SQLModel, table=True):
    """A person of a registration's party. While `active`, nobody stands in a course twice."""

    __tablename__ = "participants"
    __table_args__ = (
        Index(
            "uq_participants_active",
            "course_id",
            "person_id",
            unique=True,
            sqlite_where=text("active"),
            postgresql_where=text("active"),
        ),
    )

    registration_id: int = Field(foreign_key="registrations.id", ondelete="CASCADE", primary_key=True)
    person_id: int = Field(foreign_key="persons.id", ondelete="CASCADE", primary_key=True)
    course_id: int = Field(foreign_key="courses.id")
    active: bool = True
