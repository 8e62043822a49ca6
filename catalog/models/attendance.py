"""Who was there, and what one has learned (まなび手帳)."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from catalog.models.base import choice
from catalog.models.registration import Actor


class Presence(StrEnum):
    PRESENT = "present"
    ABSENT = "absent"  # told beforehand
    NO_SHOW = "no_show"  # did not come, noted by staff


class Attendance(SQLModel, table=True):
    """Whether a person was at a session, and who noted it."""

    __tablename__ = "attendances"

    session_id: int = Field(foreign_key="sessions.id", ondelete="CASCADE", primary_key=True)
    person_id: int = Field(foreign_key="persons.id", ondelete="CASCADE", primary_key=True)
    registration_id: int = Field(foreign_key="registrations.id", ondelete="CASCADE", index=True)
    presence: Presence = Field(sa_type=choice(Presence))
    by: Actor = Field(sa_type=choice(Actor))
    staff: str | None = Field(default=None, max_length=60)
    at: datetime


class PassportEntry(SQLModel, table=True):
    """A course that a person attended: how often, for how many minutes, and its units (単位).

    The title is kept, so that the record can be read when the course is long gone.
    """

    __tablename__ = "passport_entries"
    __table_args__ = (UniqueConstraint("person_id", "course_id"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="persons.id", ondelete="CASCADE", index=True)
    course_id: int = Field(foreign_key="courses.id")
    title: str = Field(max_length=500)
    sessions: int = 0
    minutes: int = 0
    units: int = 0
    first_on: date
    last_on: date
