"""Courses (講座) and what belongs to them: sessions, venues, organisers, departments, fields, life stages, issues."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from catalog.models.base import choice


class CourseKind(StrEnum):
    """What an entry of a municipal event list is. Only a course is recommended and searched by default."""

    COURSE = "course"
    CLOSURE = "closure"  # 休館・工事
    NOTICE = "notice"  # お知らせ, 証明書交付, 休日診療
    RECRUITMENT = "recruitment"  # 職員・委員の募集
    CONSULTATION = "consultation"  # 相談


class CourseStatus(StrEnum):
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"  # no longer in the source; kept for those who applied


class Selection(StrEnum):
    FIRST_COME = "first_come"  # 先着
    LOTTERY = "lottery"  # 抽選
    NONE = "none"  # 申込不要, or not said


class Residency(StrEnum):
    RESIDENTS = "residents"  # 市内在住
    RESIDENTS_OR_WORKERS_OR_STUDENTS = "residents_or_workers_or_students"  # 在住・在勤・在学
    NONE = "none"


class CapacityUnit(StrEnum):
    PERSON = "person"  # 人
    PAIR = "pair"  # 組: a child with a carer
    FAMILY = "family"  # 家族・世帯


class OrganizerKind(StrEnum):
    RESIDENT = "resident"
    GROUP = "group"
    COMPANY = "company"
    GOVERNMENT = "government"


class Department(SQLModel, table=True):
    """A department of the city (担当課)."""

    __tablename__ = "departments"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=200, unique=True)
    phone: str | None = Field(default=None, max_length=40)


class Organizer(SQLModel, table=True):
    """Who offers a course (主催)."""

    __tablename__ = "organizers"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=200, unique=True)
    kind: OrganizerKind = Field(default=OrganizerKind.GOVERNMENT, sa_type=choice(OrganizerKind))


class Venue(SQLModel, table=True):
    """A place (会場・施設). `area` is the town or quarter a resident would name (田無, ひばりが丘 …)."""

    __tablename__ = "venues"
    __table_args__ = (UniqueConstraint("name", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=200)
    reading: str | None = Field(default=None, max_length=200)
    address: str = Field(default="", max_length=300)
    area: str | None = Field(default=None, max_length=60)
    latitude: float | None = None
    longitude: float | None = None
    access: str | None = None


class FieldOfLearning(SQLModel, table=True):
    """A field (分野), editable by the city. Codes are those of the plan, such as `health_care`."""

    __tablename__ = "fields"

    code: str = Field(primary_key=True, max_length=40)
    name: str = Field(max_length=60)
    position: int = 0


class LifeStage(SQLModel, table=True):
    """A life stage (ライフステージ) with its inclusive ages in years; `max_age` is null for the last."""

    __tablename__ = "life_stages"

    code: str = Field(primary_key=True, max_length=40)
    name: str = Field(max_length=60)
    min_age: int
    max_age: int | None = None


class LifeIssue(SQLModel, table=True):
    """A life issue (生活課題): a problem of life that people learn to deal with. The reader's vocabulary names them."""

    __tablename__ = "life_issues"

    code: str = Field(primary_key=True, max_length=40)
    name: str = Field(max_length=60)
    position: int = 0


class Course(SQLModel, table=True):
    """Anything one can join: course, event, workshop, lecture. Times are UTC, ages inclusive years, fees yen.

    What the announcement does not say is null. `min_age` to `selection` are read out of its text on import.
    `seats_taken` counts in `capacity_unit`s; only `catalog.registration` changes it, by one conditional UPDATE.
    """

    __tablename__ = "courses"
    __table_args__ = (UniqueConstraint("source", "source_id"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(max_length=20)  # the municipality's code
    source_id: str = Field(max_length=80)  # NO or ID of its first row
    kind: CourseKind = Field(default=CourseKind.COURSE, sa_type=choice(CourseKind), index=True)
    status: CourseStatus = Field(default=CourseStatus.SCHEDULED, sa_type=choice(CourseStatus))
    title: str = Field(max_length=500)
    title_kana: str | None = Field(default=None, max_length=500)
    description: str = ""
    schedule_text: str | None = None  # 開始日時特記事項
    target_text: str | None = None  # 対象, as announced
    fee_text: str | None = None
    capacity_text: str | None = None
    apply_text: str | None = None  # 参加申込方法, as announced
    belongings: str | None = None  # 持ち物
    remarks: str | None = None
    url: str | None = Field(default=None, max_length=2000)
    contact_name: str | None = Field(default=None, max_length=200)
    contact_phone: str | None = Field(default=None, max_length=60)

    organizer_id: int | None = Field(default=None, foreign_key="organizers.id")
    department_id: int | None = Field(default=None, foreign_key="departments.id")
    venue_id: int | None = Field(default=None, foreign_key="venues.id")

    starts_at: datetime | None = Field(default=None, index=True)  # of the first session
    ends_at: datetime | None = Field(default=None, index=True)  # of the last session, its start where no end is said

    min_age: int | None = None
    max_age: int | None = None
    parent_child: bool = False
    residency: Residency = Field(default=Residency.NONE, sa_type=choice(Residency))
    capacity: int | None = None
    capacity_unit: CapacityUnit = Field(default=CapacityUnit.PERSON, sa_type=choice(CapacityUnit))
    selection: Selection = Field(default=Selection.NONE, sa_type=choice(Selection))
    registration_needed: bool | None = None  # null: not said
    apply_from: datetime | None = None
    apply_until: datetime | None = None
    fee_yen: int | None = None
    childcare: bool = False
    online: bool = False
    wheelchair: bool = False
    sign_language: bool = False

    seats_taken: int = 0
    fingerprint: str = Field(default="", max_length=64)  # of the source rows; unchanged rows are not written again
    published_at: datetime | None = None  # when it came into the catalogue; null: not known
    updated_at: datetime


class Session(SQLModel, table=True):
    """One dated meeting (回) of a course. `all_day` when the source names no time; then `starts_at` is its midnight."""

    __tablename__ = "sessions"

    id: int | None = Field(default=None, primary_key=True)
    course_id: int = Field(foreign_key="courses.id", ondelete="CASCADE", index=True)
    position: int = 1
    starts_at: datetime = Field(index=True)
    ends_at: datetime | None = None
    all_day: bool = False
    cancelled: bool = False
    venue_id: int | None = Field(default=None, foreign_key="venues.id")  # null: the course's venue
    seats_taken: int = 0  # where one applies for single sessions; only `catalog.registration` changes it
    checkin_code: str | None = Field(default=None, max_length=16, index=True, unique=True)  # on the wall (出席)


class SourceRow(SQLModel, table=True):
    """A row of an imported list and the course it belongs to; its identity is (source, row_id)."""

    __tablename__ = "source_rows"

    source: str = Field(primary_key=True, max_length=20)
    row_id: str = Field(primary_key=True, max_length=80)
    course_id: int = Field(foreign_key="courses.id", ondelete="CASCADE", index=True)
    fingerprint: str = Field(max_length=64)
    starts_on: date | None = None


class CourseField(SQLModel, table=True):
    __tablename__ = "course_fields"

    course_id: int = Field(foreign_key="courses.id", ondelete="CASCADE", primary_key=True)
    field_code: str = Field(foreign_key="fields.code", primary_key=True, max_length=40)


class CourseLifeStage(SQLModel, table=True):
    __tablename__ = "course_life_stages"

    course_id: int = Field(foreign_key="courses.id", ondelete="CASCADE", primary_key=True)
    life_stage_code: str = Field(foreign_key="life_stages.code", primary_key=True, max_length=40)


class CourseLifeIssue(SQLModel, table=True):
    __tablename__ = "course_life_issues"

    course_id: int = Field(foreign_key="courses.id", ondelete="CASCADE", primary_key=True)
    life_issue_code: str = Field(foreign_key="life_issues.code", primary_key=True, max_length=40)


class CatalogueVersion(SQLModel, table=True):
    """One row. Whoever changes what search shows raises it; every process then rebuilds its index."""

    __tablename__ = "catalogue_version"

    id: int = Field(default=1, primary_key=True)
    version: int = 0
