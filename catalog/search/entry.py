"""A course as search, advice and cards see it: one frozen record with everything in it."""

from dataclasses import dataclass
from datetime import datetime

from catalog.models.course import CapacityUnit, CourseKind, CourseStatus, OrganizerKind, Residency, Selection


def to_the_minute(moment: datetime) -> datetime:
    """The beginning of its minute: a deadline of 17:00, or of 23:59 for a day, holds until that minute is over."""
    return moment.replace(second=0, microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEntry:
    id: int
    starts_at: datetime  # UTC
    ends_at: datetime | None
    all_day: bool
    cancelled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueEntry:
    id: int
    name: str
    reading: str | None
    address: str
    area: str | None
    latitude: float | None
    longitude: float | None
    access: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseEntry:
    """All of a course but its free seats, which are asked of the database when they are shown."""

    id: int
    source_id: str
    kind: CourseKind
    status: CourseStatus
    title: str
    title_kana: str | None
    description: str
    schedule_text: str | None
    target_text: str | None
    fee_text: str | None
    capacity_text: str | None
    apply_text: str | None
    belongings: str | None
    remarks: str | None
    url: str | None
    contact_name: str | None
    contact_phone: str | None
    organizer: str | None
    organizer_kind: OrganizerKind | None
    department: str | None
    venue: VenueEntry | None
    sessions: tuple[SessionEntry, ...]
    min_age: int | None
    max_age: int | None
    parent_child: bool
    residency: Residency
    capacity: int | None
    capacity_unit: CapacityUnit
    selection: Selection
    registration_needed: bool | None
    apply_from: datetime | None
    apply_until: datetime | None
    fee_yen: int | None
    childcare: bool
    online: bool
    wheelchair: bool
    sign_language: bool
    fields: tuple[str, ...]
    life_stages: tuple[str, ...]
    life_issues: tuple[str, ...] = ()
    published_at: datetime | None = None  # when it came into the catalogue

    def coming(self, now: datetime) -> tuple[SessionEntry, ...]:
        """The sessions that have not started yet and are not cancelled, in order."""
        return tuple(s for s in self.sessions if not s.cancelled and s.starts_at > now)

    def goes_on(self, now: datetime) -> bool:
        """Whether a session is still to come."""
        return any(s.starts_at > now and not s.cancelled for s in self.sessions)

    def can_be_planned(self, now: datetime) -> bool:
        """Whether the course is held, has sessions to come, and applications are not over: open now or later."""
        return (
            self.status is CourseStatus.SCHEDULED
            and self.goes_on(now)
            and (self.apply_until is None or to_the_minute(now) <= self.apply_until)
        )

    def takes_applications(self, now: datetime) -> bool:
        """Whether it can be planned, and its applications have begun at `now`."""
        return self.can_be_planned(now) and (self.apply_from is None or self.apply_from <= now)
