"""What staff do: applicants of the counter and the telephone, changes of courses, and what waits for a decision."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from catalog.models.base import choice
from catalog.models.registration import Actor


class CounterApplicant(SQLModel, table=True):
    """A resident without any account, as the counter or the telephone knows them; gone once they link an account."""

    __tablename__ = "counter_applicants"

    resident_id: int = Field(foreign_key="residents.id", ondelete="CASCADE", primary_key=True)
    name: str = Field(max_length=60)
    phone: str = Field(default="", max_length=40)
    staff: str = Field(max_length=60)
    created_at: datetime


class CourseChangeKind(StrEnum):
    CANCELLED = "cancelled"  # the whole course
    RESTORED = "restored"  # held after all
    HELD = "held"  # although few take part
    SESSION_CANCELLED = "session_cancelled"
    SESSION_MOVED = "session_moved"
    SESSION_ADDED = "session_added"
    VENUE_CHANGED = "venue_changed"
    CAPACITY_CHANGED = "capacity_changed"
    LIST_CLOSED = "list_closed"  # of a lottery
    DRAWN = "drawn"


class CourseChange(SQLModel, table=True):
    """Something of a course moved. `before` and `after` in words or as ISO instants. `to_tell` until all are told."""

    __tablename__ = "course_changes"
    __table_args__ = (
        Index("ix_course_changes_to_tell", "id", sqlite_where=text("to_tell"), postgresql_where=text("to_tell")),
    )

    id: int | None = Field(default=None, primary_key=True)
    course_id: int = Field(foreign_key="courses.id", ondelete="CASCADE", index=True)
    session_id: int | None = Field(default=None, foreign_key="sessions.id", ondelete="CASCADE")
    kind: CourseChangeKind = Field(sa_type=choice(CourseChangeKind))
    before: str | None = Field(default=None, max_length=300)
    after: str | None = Field(default=None, max_length=300)
    note: str | None = Field(default=None, max_length=500)
    by: Actor = Field(sa_type=choice(Actor))
    staff: str | None = Field(default=None, max_length=60)
    at: datetime
    to_tell: bool = True


class StaffTaskKind(StrEnum):
    TOO_FEW = "too_few"  # 最少催行人数 not reached when it was to be decided


class StaffTask(SQLModel, table=True):
    """Something that staff must decide. `decision` in words once it is done."""

    __tablename__ = "staff_tasks"

    id: int | None = Field(default=None, primary_key=True)
    course_id: int = Field(foreign_key="courses.id", ondelete="CASCADE", index=True)
    kind: StaffTaskKind = Field(sa_type=choice(StaffTaskKind))
    words: str = Field(max_length=500)
    decision: str | None = Field(default=None, max_length=500)
    staff: str | None = Field(default=None, max_length=60)
    created_at: datetime
    done_at: datetime | None = None
