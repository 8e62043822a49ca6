"""The words for what moved of a course: before and after, why, and the choice to stay or to leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.models import CourseChangeKind, RegistrationState
from catalog.search.entry import SessionEntry
from handlers import offering, steps, wording
from handlers.actions import encode
from handlers.cards import Setting, today
from handlers.locales import _
from handlers.messages import Button, Card, Reply

MOST_LINES = 6

_WAITING = frozenset({RegistrationState.WAITLISTED, RegistrationState.ENTERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One thing that moved. `before` and `after` of a session's time; places by name, empty where nothing is known."""

    kind: CourseChangeKind
    before: SessionEntry | None = None
    after: SessionEntry | None = None
    place_before: str = ""
    place_after: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """A resident's standing in a course that moved. `registration_id` is None where they have several there.

    `answer_until`: of a seat there that they are offered.
    """

    course_id: int
    title: str
    registration_id: int | None
    state: RegistrationState
    answer_until: datetime | None = None
    next_session: SessionEntry | None = None
    place: str = ""


def message(concerned: Concerned, moves: Sequence[Move], *, setting: Setting) -> Reply:
    """One message for everything that moved of a course at once, and for the seat that is offered in it."""
    lines = [line for move in moves for line in _lines(move, concerned, setting)]
    more = len(lines) - MOST_LINES
    if more > 0:
        lines = [*lines[: MOST_LINES - 1], _("ほかの変更は「くわしく」で見られます。")]
    notes = dict.fromkeys(move.note for move in moves if move.note)
    lines += [_("理由:{note}").format(note=note) for note in notes]
    if concerned.answer_until is not None:
        lines += [_("席を確保しています。"), *offering.answer_until(concerned.answer_until, setting)]
    card = Card(title=concerned.title, badge=_badge(moves), lines=tuple(lines), buttons=_buttons(concerned))
    return Reply(views=(card,))


def _badge(moves: Sequence[Move]) -> str:
    kinds = {move.kind for move in moves}
    if len(kinds) > 1:
        return _("予定が変わりました")
    return {
        CourseChangeKind.SESSION_MOVED: _("日時が変わりました"),
        CourseChangeKind.SESSION_CANCELLED: _("中止の回があります"),
        CourseChangeKind.SESSION_ADDED: _("回がふえました"),
        CourseChangeKind.VENUE_CHANGED: _("会場が変わりました"),
        CourseChangeKind.HELD: _("開催します"),
    }[kinds.pop()]


def _lines(move: Move, concerned: Concerned, setting: Setting) -> list[str]:
    match move:
        case Move(kind=CourseChangeKind.SESSION_MOVED, before=SessionEntry(), after=SessionEntry()):
            return [
                _("変更後 {when}").format(when=_when(move.after, setting)),
                _("変更前 {when}").format(when=_when(move.before, setting)),
            ]
        case Move(kind=CourseChangeKind.SESSION_CANCELLED, before=SessionEntry()):
            return [_("中止 {when}").format(when=_when(move.before, setting))]
        case Move(kind=CourseChangeKind.SESSION_ADDED, after=SessionEntry()):
            return [_("追加 {when}").format(when=_when(move.after, setting))]
        case Move(kind=CourseChangeKind.VENUE_CHANGED):
            return _places(move, setting)
        case Move(kind=CourseChangeKind.HELD):
            return [_("予定どおり開催します。お待ちしています。"), *_next(concerned, setting)]
    return []


def _places(move: Move, setting: Setting) -> list[str]:
    day = [_when(move.after, setting)] if move.after else []
    before = [_("変更前 {place}").format(place=move.place_before)] if move.place_before else []
    return [*day, _("会場:{place}").format(place=move.place_after), *before]


def _next(concerned: Concerned, setting: Setting) -> list[str]:
    when = [_when(concerned.next_session, setting)] if concerned.next_session else []
    return [*when, *([_("会場:{place}").format(place=concerned.place)] if concerned.place else [])]


def _when(session: SessionEntry | None, setting: Setting) -> str:
    """あした 6月13日(土) 14:00〜15:30."""
    assert session is not None  # noqa: S101 - callers have looked
    relative = wording.relative_day(session.starts_at.astimezone(setting.zone).date(), today(setting))
    return f"{relative} {wording.session(session, setting.zone)}".strip()


def _buttons(concerned: Concerned) -> tuple[Button, ...]:
    if concerned.registration_id is None:
        return (steps.mine(), steps.course(concerned.course_id))
    if concerned.state is RegistrationState.OFFERED:
        return (*offering.yes_or_no(concerned.registration_id), steps.course(concerned.course_id))
    stay = _("このまま待つ") if concerned.state in _WAITING else _("このまま参加")
    return (
        Button(label=stay, action=encode("mine.show", concerned.registration_id)),
        Button(label=_("取りやめる"), action=encode("mine.cancel", concerned.registration_id)),
        steps.course(concerned.course_id),
    )
