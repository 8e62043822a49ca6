"""What the catalogue is to hold of one course: all columns and rows, worked out before anything is written."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from catalog.field_meanings import nearest_field
from catalog.importing.checking import Entry, Meeting
from catalog.importing.layouts import SourceRecord
from catalog.importing.merging import CourseRows, RowKey, row_key
from catalog.importing.places import VenueFacts, department_of, organizer_of, venue_of
from catalog.importing.report import RowIssue, Severity
from catalog.importing.values import one_line
from catalog.models.course import CourseStatus, OrganizerKind
from catalog.reading.announcement import HELPING, read_announcement
from catalog.reading.facts import Announcement, Facts

_NTH = re.compile(r"^第?\d{1,2}回目?$")
_NOTES = 12  # dates with a note of their own: more than anybody reads on a card
# Beyond these a number is misprinted or misread.
_MOST = {
    "capacity": ("定員", 1_000_000),
    "fee_yen": ("料金", 10_000_000),
    "min_age": ("年齢", 130),
    "max_age": ("年齢", 130),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDraft:
    """A row of the list as `source_rows` keeps it."""

    key: RowKey
    fingerprint: str
    starts_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingDraft:
    meeting: Meeting
    row: RowKey  # that announces it


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseDraft:
    """A course ready to be stored. `columns` are those of `courses` that come from the list, without references."""

    course_id: int | None
    columns: dict[str, Any]
    organizer: tuple[str, OrganizerKind] | None
    department: str | None
    department_phone: str | None
    venue: VenueFacts | None
    meetings: tuple[MeetingDraft, ...]
    rows: tuple[RowDraft, ...]
    fields: tuple[str, ...]
    life_stages: tuple[str, ...]
    life_issues: tuple[str, ...]
    fingerprint: str


def draft(course: CourseRows, *, zone: ZoneInfo) -> tuple[CourseDraft, list[RowIssue]]:
    """Reads a course's announcement and puts together what is to be stored, and what staff should look at."""
    first = course.first
    facts, issues = _sensible(read_announcement(announcement_of(first), zone=zone), first, course)
    if facts.kind in HELPING and not facts.fields:
        facts = replace(facts, fields=_nearest(first))
    meetings = _meetings(course.entries)
    organizer, department, venue = organizer_of(first.record), department_of(first.record), venue_of(first.record)
    columns = {
        "source": course.source,
        "source_id": course.source_id,
        "status": CourseStatus.CANCELLED if all(m.meeting.cancelled for m in meetings) else CourseStatus.SCHEDULED,
        **_texts(first),
        "schedule_text": _schedule_text(course.entries),
        **_read(facts),
        **_apply_window(first, facts, zone),
    }
    rows = tuple(_row(entry) for entry in course.entries)
    classes = (facts.fields, facts.life_stages, facts.life_issues)
    parts = (columns, organizer, department, venue, [m.meeting for m in meetings], *classes)
    made = CourseDraft(
        course_id=course.course_id,
        columns=columns,
        organizer=organizer,
        department=department,
        department_phone=first.record.contact_phone[:40] or None if department else None,
        venue=venue,
        meetings=meetings,
        rows=rows,
        fields=facts.fields,
        life_stages=facts.life_stages,
        life_issues=facts.life_issues,
        fingerprint=_fingerprint(parts),
    )
    return made, issues


def _nearest(entry: Entry) -> tuple[str, ...]:
    nearest = nearest_field(entry.title, _description(entry.record))
    return (nearest,) if nearest else ()


def announcement_of(entry: Entry) -> Announcement:
    """The texts of a row as the reader of announcements takes them."""
    record = entry.record
    return Announcement(
        title=entry.title,
        description=_description(record),
        schedule=record.schedule,
        target=record.target,
        fee_basic=record.fee_basic,
        fee_detail=record.fee_detail,
        capacity=record.capacity,
        apply_method=record.apply_method,
        remarks="\n".join(filter(None, (record.remarks, record.parenting))),
        category=record.category,
        childcare=_labelled("託児所", record.childcare),
        online="\n".join(filter(None, (record.online, record.online_tools))),
        venue="\n".join(filter(None, (record.venue, record.room))),
        season=entry.meetings[0].starts_at,
    )


def possible(facts: Facts) -> tuple[Facts, list[str]]:
    """The facts without numbers that cannot be, and a Japanese sentence for each that was left out."""
    gone: dict[str, Any] = {}
    doubts = []
    for name, (label, most) in _MOST.items():
        value = getattr(facts, name)
        if value is not None and value > most:
            gone[name] = None
            doubts.append(f"{label}を{value:,}と読みましたが、ありえないため除いて取り込みました。")
    if facts.min_age is not None and facts.max_age is not None and facts.min_age > facts.max_age:
        gone |= {"min_age": None, "max_age": None}
        doubts.append(f"対象を{facts.min_age}歳から{facts.max_age}歳までと読みましたが、逆のため除いて取り込みました。")
    return replace(facts, **gone), doubts


def _sensible(facts: Facts, first: Entry, course: CourseRows) -> tuple[Facts, list[RowIssue]]:
    """The facts as far as they can be, and the reader's doubts and ours as issues of the course's first row."""
    facts, doubts = possible(facts)
    over = max(entry.meetings[-1].ends_at or entry.meetings[-1].starts_at for entry in course.entries)
    if facts.apply_until and facts.apply_until.date() > over.date() and not first.apply_until:
        facts = replace(facts, apply_until=None)
        doubts.append("本文の申込の締切が開催より後のため、除いて取り込みました。")
    return facts, [
        RowIssue(row=first.record.row, source_id=first.row_id, severity=Severity.DOUBTFUL, reason=doubt)
        for doubt in dict.fromkeys((*facts.doubts, *doubts))
    ]


def _texts(entry: Entry) -> dict[str, Any]:
    record = entry.record
    return {
        "title": one_line(entry.title)[:500],
        "title_kana": one_line(record.title_kana)[:500] or None,
        "description": _description(record),
        "fee_text": _fee_text(record),
        "capacity_text": record.capacity or None,
        "apply_text": record.apply_method or None,
        "remarks": _remarks(record),
        "url": _link(record.apply_url) or _link(record.url),
        "contact_name": one_line(record.contact_name)[:200] or None,
        "contact_phone": _phone(record),
    }


def _read(facts: Facts) -> dict[str, Any]:
    return {
        "kind": facts.kind,
        "target_text": facts.target,
        "belongings": facts.belongings,
        "min_age": facts.min_age,
        "max_age": facts.max_age,
        "parent_child": facts.parent_child,
        "residency": facts.residency,
        "capacity": facts.capacity,
        "capacity_unit": facts.capacity_unit,
        "selection": facts.selection,
        "registration_needed": facts.registration_needed,
        "fee_yen": facts.fee_yen,
        "childcare": facts.childcare,
        "online": facts.online,
        "wheelchair": facts.wheelchair,
        "sign_language": facts.sign_language,
    }


def _apply_window(entry: Entry, facts: Facts, zone: ZoneInfo) -> dict[str, datetime | None]:
    """The columns go before the text; but where both name the same day and only the text the hour, the text's hour."""
    until = entry.apply_until or facts.apply_until
    same_day = until and facts.apply_until and _day(until, zone) == _day(facts.apply_until, zone)
    if same_day and not entry.record.apply_until_time:
        until = facts.apply_until
    opens = entry.apply_from or facts.apply_from
    return {"apply_from": opens if not (opens and until and opens > until) else None, "apply_until": until}


def _meetings(entries: Iterable[Entry]) -> tuple[MeetingDraft, ...]:
    """All meetings in order, each once, however many rows announce it."""
    found: dict[tuple[datetime, datetime | None], MeetingDraft] = {}
    for entry in entries:
        for meeting in entry.meetings:
            found.setdefault((meeting.starts_at, meeting.ends_at), MeetingDraft(meeting=meeting, row=row_key(entry)))
    return tuple(sorted(found.values(), key=lambda d: (d.meeting.starts_at, d.meeting.ends_at or d.meeting.starts_at)))


def _row(entry: Entry) -> RowDraft:
    # The row's number may change between two files; the row is the same.
    content = (replace(entry.record, row=0), [*entry.meetings])
    return RowDraft(key=row_key(entry), fingerprint=_fingerprint(content), starts_on=entry.first_day)


def _description(record: SourceRecord) -> str:
    """サブタイトル, 概要 and 説明, without saying anything twice."""
    said: list[str] = []
    for text in (record.description, record.summary, record.subtitle):
        if text and not any(text in other for other in said):
            said.insert(0, text)
    return "\n".join(said)


def _schedule_text(entries: Iterable[Entry]) -> str | None:
    """The note of the rows; where they differ, each with its date. 第3回 says no more than the order of dates does."""
    notes = [(entry.first_day, one_line(_NTH.sub("", entry.record.schedule))) for entry in entries]
    distinct = {note for _, note in notes}
    if len(distinct) == 1:
        return distinct.pop() or None
    lines = [f"{day.month}月{day.day}日：{note}" for day, note in sorted(notes) if note]
    return "\n".join(lines[:_NOTES]) or None


def _remarks(record: SourceRecord) -> str | None:
    lines = (
        record.remarks,
        _labelled("会場の詳細", record.room),
        _labelled("集合場所", record.meeting_point if record.meeting_point != record.venue else ""),
        _labelled("駐車場", record.parking),
        _labelled("託児", record.childcare),
    )
    return "\n".join(filter(None, lines)) or None


def _labelled(label: str, text: str) -> str:
    return f"{label}：{text}" if text else ""


def _fee_text(record: SourceRecord) -> str | None:
    basic = record.fee_basic
    if re.fullmatch(r"[0-9]{1,9}", basic):
        basic = "無料" if int(basic) == 0 else f"{int(basic):,}円"
    texts = [text for text in (basic, record.fee_detail) if text and text != "0"]
    return " ".join(dict.fromkeys(texts)) or None


def _link(text: str) -> str | None:
    """The first address in a cell, if it is one that a button may open."""
    first = text.split(maxsplit=1)[0] if text else ""
    return first if first.startswith(("https://", "http://")) and len(first) <= 1000 else None


def _phone(record: SourceRecord) -> str | None:
    phone = one_line(record.contact_phone)
    extension = one_line(record.contact_extension)
    return (f"{phone} 内線{extension}" if phone and extension else phone)[:60] or None


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def _fingerprint(parts: object) -> str:
    """A hash of what matters: equal values have equal fingerprints in every process and on every machine."""
    return sha256(json.dumps(parts, ensure_ascii=False, default=_plain).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return [getattr(value, name) for name in value.__dataclass_fields__]
