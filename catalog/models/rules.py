"""What a course asks of those who apply: its own rules, set by staff, and its questions with the answers."""

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from catalog.models.base import choice
from catalog.models.resident import Gender


class CourseRules(SQLModel, table=True):
    """The rules of one course beyond what its announcement says; a course without a row has these defaults.

    An import never touches them. Hours of an offer are waking hours (8:00–21:00). Grades are those of Japanese schools:
    1–6 小学, 7–9 中学, 10–12 高校. Null: not asked, not limited.
    """

    __tablename__ = "course_rules"

    course_id: int = Field(foreign_key="courses.id", ondelete="CASCADE", primary_key=True)

    # Seats
    hold_minutes: int = 10  # for which seats are kept while the form is filled in
    by_session: bool = False  # one applies for single sessions (各回); the capacity is that of each
    childcare_capacity: int | None = None  # children; null: not limited where childcare is offered
    childcare_min_age: int | None = None  # of the children looked after, inclusive years
    childcare_max_age: int | None = None
    childcare_taken: int = 0  # only `catalog.registration` changes it

    # The waitlist
    offer_hours: int = 24  # waking hours to answer an offer
    skip_hours: int = 24  # for which smaller parties may be let in before one that does not fit; then places are kept
    join_midway: bool = False  # places that come free after the first session are offered

    # Cancelling
    cancel_until: datetime | None = None  # by a tap; later by telephone. Null: at any time
    count_no_shows: bool = False

    # Who may take part
    reference_day: date | None = None  # on which ages and grades count; null: the day of the first session
    min_grade: int | None = None
    max_grade: int | None = None
    gender: Gender | None = Field(default=None, sa_type=choice(Gender))
    first_timers_only: bool = False
    series: str | None = Field(default=None, max_length=60, index=True)  # courses that belong together
    series_members_only: bool = False  # who has attended another course of the series
    quota_per_series: int | None = None  # courses of the series that one person may take
    quota_per_year: int | None = None  # the same within a fiscal year (April to March)

    # The draw
    draw_at: datetime | None = None  # null: staff draw
    priority_residents: bool = False  # 市内在住の方を優先
    priority_first_timers: bool = False  # 初めての方を優先
    priority_all_sessions: bool = False  # 全回出席できる方を優先
    loser_tickets: int = 1  # tickets of who has lost a draw within a year; 1: like everybody
    reserves: int | None = None  # how many parties become reserves (補欠); null: all
    confirm_hours: int | None = None  # waking hours in which winners confirm; null: they need not

    # Held or not
    min_people: int | None = None  # 最少催行人数
    decide_at: datetime | None = None


class QuestionKind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    CONSENT = "consent"  # must be agreed to


class CourseQuestion(SQLModel, table=True):
    """Something a course must know of who applies. `options` is a JSON list of strings, for a choice."""

    __tablename__ = "course_questions"

    id: int | None = Field(default=None, primary_key=True)
    course_id: int = Field(foreign_key="courses.id", ondelete="CASCADE", index=True)
    position: int = 1
    kind: QuestionKind = Field(sa_type=choice(QuestionKind))
    words: str = Field(max_length=300)
    options: str = "[]"
    required: bool = True


class Answer(SQLModel, table=True):
    """A resident's answer to a course's question, for all of their applications to it, before or after applying."""

    __tablename__ = "answers"

    question_id: int = Field(foreign_key="course_questions.id", ondelete="CASCADE", primary_key=True)
    resident_id: int = Field(foreign_key="residents.id", ondelete="CASCADE", primary_key=True)
    words: str = Field(max_length=500)
    answered_at: datetime


class Draw(SQLModel, table=True):
    """The one draw (抽選) of a course, or of one of its sessions.

    `commitment` to the secret `seed` is made before the first entry. `entries`, the list as text, and its hash are
    there once entries are closed; `result`, the whole file (`catalog.draw`), once it is drawn. `public_text` says in
    words which public text is mixed in.
    """

    __tablename__ = "draws"

    id: int | None = Field(default=None, primary_key=True)
    course_id: int = Field(foreign_key="courses.id", ondelete="CASCADE", index=True)
    session_id: int | None = Field(default=None, foreign_key="sessions.id", ondelete="CASCADE")
    seed: str = Field(max_length=64)
    commitment: str = Field(max_length=64)
    public_text: str = Field(default="", max_length=200)
    capacity: int | None = None
    entries: str | None = None
    entries_hash: str | None = Field(default=None, max_length=64)
    result: str | None = None
    opened_at: datetime
    fixed_at: datetime | None = None
    drawn_at: datetime | None = None
