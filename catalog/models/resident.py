"""Residents (利用者), their channel accounts, the people they apply for, and what they told us of their wishes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from catalog.models.base import choice


class Platform(StrEnum):
    LINE = "line"
    TELEGRAM = "telegram"


class Relation(StrEnum):
    SELF = "self"
    CHILD = "child"
    PARTNER = "partner"
    PARENT = "parent"
    OTHER = "other"


class Belonging(StrEnum):
    """How somebody belongs to the city, as they declared it."""

    RESIDENT = "resident"  # 在住
    WORKER = "worker"  # 在勤
    STUDENT = "student"  # 在学
    NONE = "none"


class Gender(StrEnum):
    """Asked only where a course is for one of them."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class MarkKind(StrEnum):
    SAVED = "saved"  # あとで見る; its deadline is reminded of
    DISMISSED = "dismissed"  # 興味なし; never recommended again


class Resident(SQLModel, table=True):
    """One human account, however many channels. Holds no name: the platform's display name is never stored."""

    __tablename__ = "residents"

    id: int | None = Field(default=None, primary_key=True)
    language: str = Field(default="ja", max_length=12)
    area: str | None = Field(default=None, max_length=60)
    welcomed: bool = False  # has been through first contact, or skipped it
    remind_day_before: bool = True
    remind_same_day: bool = True
    remind_deadline: bool = True
    remind_at_hour: int = 18  # of the day before, on the city's clock
    remind_hours_before: int = 2  # the start, on the day itself
    digest_at: datetime | None = Field(default=None, index=True)  # when the next weekly digest is due; null: unwanted
    learns: bool = True  # whether what they do may tell what they like (see `catalog.leanings`)
    calendar_token: str | None = Field(default=None, max_length=43, unique=True)  # secret address of their calendar
    created_at: datetime


class ChannelAccount(SQLModel, table=True):
    """A resident as one platform knows them. `blocked_at` is set while the platform refuses our messages."""

    __tablename__ = "channel_accounts"
    __table_args__ = (UniqueConstraint("platform", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    resident_id: int = Field(foreign_key="residents.id", ondelete="CASCADE", index=True)
    platform: Platform = Field(sa_type=choice(Platform))
    address: str = Field(max_length=80)  # LINE's userId, Telegram's chat id
    blocked_at: datetime | None = None
    created_at: datetime


class Person(SQLModel, table=True):
    """Somebody who can take part: the resident (`self`) or family. Either a birth year and month or an age band.

    `age_min` and `age_max` are inclusive years as told at `age_told_at`; null when a birth year is known.
    """

    __tablename__ = "persons"

    id: int | None = Field(default=None, primary_key=True)
    resident_id: int = Field(foreign_key="residents.id", ondelete="CASCADE", index=True)
    relation: Relation = Field(default=Relation.SELF, sa_type=choice(Relation))
    nickname: str | None = Field(default=None, max_length=20)  # null for self
    birth_year: int | None = None
    birth_month: int | None = None
    age_min: int | None = None
    age_max: int | None = None
    age_told_at: datetime | None = None
    belonging: Belonging | None = Field(default=None, sa_type=choice(Belonging))  # null: never asked
    gender: Gender | None = Field(default=None, sa_type=choice(Gender))  # likewise
    created_at: datetime


class Interest(SQLModel, table=True):
    __tablename__ = "interests"

    resident_id: int = Field(foreign_key="residents.id", ondelete="CASCADE", primary_key=True)
    field_code: str = Field(foreign_key="fields.code", primary_key=True, max_length=40)


class Leaning(SQLModel, table=True):
    """How much a resident has lately looked at courses of a field: all that is kept of what was looked at.

    `weight` is as of `at` and halves with time (`catalog.leanings`).
    """

    __tablename__ = "leanings"

    resident_id: int = Field(foreign_key="residents.id", ondelete="CASCADE", primary_key=True)
    field_code: str = Field(foreign_key="fields.code", ondelete="CASCADE", primary_key=True, max_length=40)
    weight: float = 0.0
    at: datetime


class CourseMark(SQLModel, table=True):
    """A course that a resident saved or is not interested in."""

    __tablename__ = "course_marks"

    resident_id: int = Field(foreign_key="residents.id", ondelete="CASCADE", primary_key=True)
    course_id: int = Field(foreign_key="courses.id", ondelete="CASCADE", primary_key=True)
    kind: MarkKind = Field(sa_type=choice(MarkKind))
    created_at: datetime


class Search(SQLModel, table=True):
    """What a resident looked for: buttons under its results name it, and a wish asks to be told when there is one.

    `criteria` is JSON of `catalog.search.criteria.Criteria`; `found` the number of courses at that time.
    """

    __tablename__ = "searches"

    id: int | None = Field(default=None, primary_key=True)
    resident_id: int = Field(foreign_key="residents.id", ondelete="CASCADE", index=True)
    text: str = Field(default="", max_length=500)
    message_id: str | None = Field(default=None, max_length=40, index=True)  # taking the message back takes this
    criteria: str
    found: int = 0
    wished_at: datetime | None = Field(default=None, index=True)
    told_at: datetime | None = None  # when the wish came true
    created_at: datetime


class LinkCode(SQLModel, table=True):
    """A one-time code that joins a second platform to the same resident. Only its hash is kept."""

    __tablename__ = "link_codes"

    code_hash: str = Field(primary_key=True, max_length=64)
    resident_id: int = Field(foreign_key="residents.id", ondelete="CASCADE", index=True)
    expires_at: datetime


class LinkTries(SQLModel, table=True):
    """How often a resident has lately entered a code that was none: nobody may go on guessing."""

    __tablename__ = "link_tries"

    resident_id: int = Field(foreign_key="residents.id", ondelete="CASCADE", primary_key=True)
    misses: int = 0
    since: datetime


class Conversation(SQLModel, table=True):
    """What the next free text of an account would answer, and until when. All the state a conversation has."""

    __tablename__ = "conversations"

    account_id: int = Field(foreign_key="channel_accounts.id", ondelete="CASCADE", primary_key=True)
    expecting: str | None = Field(default=None, max_length=40)  # a key of handlers.routes.EXPECTED
    data: str = "{}"  # JSON, small: what the expecting topic needs
    expires_at: datetime | None = None
