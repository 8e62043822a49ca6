"""Registrations (申込): of one party for one course, and the history of every change of them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from catalog.models.base import choice


class RegistrationState(StrEnum):
    HELD = "held"  # seats are kept while the form is filled in (仮押さえ)
    CONFIRMED = "confirmed"  # has its seats
    ENTERED = "entered"  # in the lottery (抽選)
    WAITLISTED = "waitlisted"  # キャンセル待ち, 補欠
    OFFERED = "offered"  # seats are kept until the party answers (繰り上げ, 当選の確認)
    LOST = "lost"  # 落選
    CANCELLED = "cancelled"  # by the resident or by staff
    LAPSED = "lapsed"  # the time to fill in or to answer ran out


class Actor(StrEnum):
    """Who brought a change about."""

    RESIDENT = "resident"
    STAFF = "staff"
    SYSTEM = "system"  # a rule, when its time had come


class ChangeReason(StrEnum):
    """Why a registration changed."""

    APPLIED = "applied"
    FORM_STARTED = "form_started"
    FORM_LAPSED = "form_lapsed"
    OFFERED = "offered"  # 繰り上げ
    ACCEPTED = "accepted"
    DECLINED = "declined"
    OFFER_LAPSED = "offer_lapsed"
    WON = "won"  # 当選
    RESERVED = "reserved"  # 補欠
    LOST = "lost"  # 落選
    CANCELLED = "cancelled"
    PERSON_LEFT = "person_left"
    PERSON_REPLACED = "person_replaced"
    FRIENDS_JOINED = "friends_joined"  # 友だちといっしょに: somebody with their own account came into the party
    FRIENDS_LEFT = "friends_left"  # all the people of one resident left a party that goes on
    CHILDCARE_CHANGED = "childcare_changed"
    COURSE_CANCELLED = "course_cancelled"
    COURSE_RESTORED = "course_restored"  # held after all
    COURSE_MOVED = "course_moved"  # date or place; noted for who must be telephoned
    CORRECTED = "corrected"  # by staff, with a note
    ABSENCE_TOLD = "absence_told"  # of one session, whose start is the note (ISO, UTC)
    COMES_AFTER_ALL = "comes_after_all"  # likewise
    LINKED = "linked"  # two accounts of one human became one


class Registration(SQLModel, table=True):
    """The application of a party of `seats` (in the course's capacity unit) for a course.

    `receipt` is the number a resident can say at the counter. `session_id` where one applies for single sessions.
    `childcare` counts children in the course's childcare (保育). Whoever waits is ordered by (`rank`, `id`): the rank
    is that of a draw's reserves, 0 otherwise. `entry_code` is the anonymous number (抽選番号) in the draw. `expires_at`
    is set exactly while seats are kept for a time (held, offered). `passed_over_at`: since when smaller parties further
    down the waitlist may have been let in before this one. `shared` exactly while people of other residents are in the
    party (`PartyFriend`); `resident_id` is then the one who may cancel for all of them.
    """

    __tablename__ = "registrations"
    __table_args__ = (
        Index("ix_registrations_course_id_state", "course_id", "state"),
        Index(
            "ix_registrations_expires_at",
            "expires_at",
            sqlite_where=text("expires_at IS NOT NULL"),
            postgresql_where=text("expires_at IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    receipt: str = Field(max_length=16, unique=True)
    course_id: int = Field(foreign_key="courses.id")
    session_id: int | None = Field(default=None, foreign_key="sessions.id")
    resident_id: int = Field(foreign_key="residents.id", ondelete="CASCADE", index=True)
    state: RegistrationState = Field(sa_type=choice(RegistrationState))
    seats: int = 1
    childcare: int = 0
    rank: int = 0
    entry_code: str | None = Field(default=None, max_length=16, index=True, unique=True)
    all_sessions: bool | None = None  # 全回出席できる, as declared
    shared: bool = False
    expires_at: datetime | None = None
    passed_over_at: datetime | None = None
    created_at: datetime
    changed_at: datetime


class Participant(SQLModel, table=True):
    """A person of a registration's party. While `active`, nobody stands in a course twice.

    `session_id` is that of the registration, 0 for the whole course. `in_childcare`: looked after, takes no seat.
    """

    __tablename__ = "participants"
    __table_args__ = (
        Index(
            "uq_participants_active",
            "course_id",
            "session_id",
            "person_id",
            unique=True,
            sqlite_where=text("active"),
            postgresql_where=text("active"),
        ),
    )

    registration_id: int = Field(foreign_key="registrations.id", ondelete="CASCADE", primary_key=True)
    person_id: int = Field(foreign_key="persons.id", ondelete="CASCADE", primary_key=True)
    course_id: int = Field(foreign_key="courses.id")
    session_id: int = 0
    in_childcare: bool = False
    active: bool = True


class Invitation(SQLModel, table=True):
    """The code with which others may join a registration's party, each with their own account, until `expires_at`.

    `nickname` is how its owner wishes to be called there; empty: お友だち.
    """

    __tablename__ = "invitations"

    registration_id: int = Field(foreign_key="registrations.id", ondelete="CASCADE", primary_key=True)
    code: str = Field(max_length=16, unique=True)
    nickname: str = Field(default="", max_length=20)
    expires_at: datetime


class PartyFriend(SQLModel, table=True):
    """A resident whose people are in the party of another resident's registration. `nickname` as in `Invitation`."""

    __tablename__ = "party_friends"

    registration_id: int = Field(foreign_key="registrations.id", ondelete="CASCADE", primary_key=True)
    resident_id: int = Field(foreign_key="residents.id", ondelete="CASCADE", primary_key=True, index=True)
    nickname: str = Field(default="", max_length=20)
    joined_at: datetime


class RegistrationChange(SQLModel, table=True):
    """One change of a registration: who, when, from what to what, why. Rows are only ever added.

    `from_state` is null for the first. `staff` names who at the counter, `note` is their reason in words. `person_id`
    where one person of the party is meant. `resident_id` is who did it, where a resident did; null where that is not
    known any more. `to_tell` until the registration's owner has been told of it; friends have `PartyNews`.
    """

    __tablename__ = "registration_changes"
    __table_args__ = (
        Index(
            "ix_registration_changes_to_tell",
            "id",
            sqlite_where=text("to_tell"),
            postgresql_where=text("to_tell"),
        ),
        Index(
            "ix_registration_changes_resident_id",
            "resident_id",
            sqlite_where=text("resident_id IS NOT NULL"),
            postgresql_where=text("resident_id IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    registration_id: int = Field(foreign_key="registrations.id", ondelete="CASCADE", index=True)
    at: datetime
    by: Actor = Field(sa_type=choice(Actor))
    staff: str | None = Field(default=None, max_length=60)
    reason: ChangeReason = Field(sa_type=choice(ChangeReason))
    note: str | None = Field(default=None, max_length=500)
    person_id: int | None = Field(default=None, foreign_key="persons.id", ondelete="SET NULL")
    resident_id: int | None = None  # emptied when they are forgotten
    from_state: RegistrationState | None = Field(default=None, sa_type=choice(RegistrationState))
    to_state: RegistrationState = Field(sa_type=choice(RegistrationState))
    seats_before: int = 0
    seats_after: int = 0
    to_tell: bool = False


class PartyNews(SQLModel, table=True):
    """A change of which a friend in the party is still to be told."""

    __tablename__ = "party_news"

    change_id: int = Field(foreign_key="registration_changes.id", ondelete="CASCADE", primary_key=True)
    resident_id: int = Field(foreign_key="residents.id", ondelete="CASCADE", primary_key=True, index=True)
