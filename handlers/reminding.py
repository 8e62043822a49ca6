"""The words with which we speak first: reminders of sessions, deadlines and openings.

A reminder says what, when, where, what to bring and how to cancel; nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from catalog.models import Selection
from catalog.search.entry import SessionEntry
from handlers import steps, wording
from handlers.actions import encode
from handlers.locales import _
from handlers.messages import Button, Card, Cards, Reply, View

MAX_CARDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingSession:
    """A session that a resident is registered for. `place` and `belongings` are empty where nothing is said."""

    course_id: int
    title: str
    session: SessionEntry
    place: str = ""
    belongings: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingCourse:
    """A saved course whose applications end soon. `applies_here`: one can apply in this chat."""

    course_id: int
    title: str
    apply_until: datetime
    applies_here: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningCourse:
    """A saved course whose applications have opened."""

    course_id: int
    title: str
    apply_from: datetime
    apply_until: datetime | None = None
    session: SessionEntry | None = None
    selection: Selection = Selection.NONE
    applies_here: bool = True


Fact = ComingSession | ClosingCourse | OpeningCourse


def reminder(facts: Sequence[Fact], *, now: datetime, zone: ZoneInfo) -> Reply:
    """One message for all that is due for a resident: sessions first, each once, in the order of time."""
    sessions = sorted({fact.session.id: fact for fact in facts if isinstance(fact, ComingSession)}.values(), key=_start)
    opening = sorted((fact for fact in facts if isinstance(fact, OpeningCourse)), key=lambda fact: fact.apply_from)
    closing = sorted((fact for fact in facts if isinstance(fact, ClosingCourse)), key=lambda fact: fact.apply_until)
    cards = [_session_card(fact, now=now, zone=zone) for fact in sessions]
    cards += [_opening_card(fact, now=now, zone=zone) for fact in opening]
    cards += [_closing_card(fact, now=now, zone=zone) for fact in closing]
    return Reply(views=_views(cards))


def _session_card(fact: ComingSession, *, now: datetime, zone: ZoneInfo) -> Card:
    return Card(
        title=fact.title,
        badge=_relative(fact.session.starts_at, now=now, zone=zone),
        lines=(wording.session(fact.session, zone), *_details(fact)),
        buttons=(steps.course(fact.course_id), _cancel()),
    )


def _closing_card(fact: ClosingCourse, *, now: datetime, zone: ZoneInfo) -> Card:
    until = wording.deadline(fact.apply_until, zone)
    relative = _relative(fact.apply_until, now=now, zone=zone)
    details = steps.course(fact.course_id)
    return Card(
        title=fact.title,
        badge=_("申込は{day}まで").format(day=relative) if relative else _("申込のしめきり"),
        lines=(_("{moment} しめきり").format(moment=until), _("そのあとは申し込めません。")),
        buttons=(steps.apply(fact.course_id), details) if fact.applies_here else (details,),
    )


def _opening_card(fact: OpeningCourse, *, now: datetime, zone: ZoneInfo) -> Card:
    when = ""
    if fact.session:
        relative = _relative(fact.session.starts_at, now=now, zone=zone)
        when = f"{relative} {wording.session(fact.session, zone)}".strip()
    until = _("{moment} しめきり").format(moment=wording.deadline(fact.apply_until, zone)) if fact.apply_until else ""
    how = {
        Selection.FIRST_COME: _("先着順です。"),
        Selection.LOTTERY: _("抽選なので、しめきりまでにどうぞ。"),
    }.get(fact.selection, "")
    details = steps.course(fact.course_id)
    return Card(
        title=fact.title,
        badge=_("受付がはじまりました"),
        lines=tuple(line for line in (when, until, how) if line),
        buttons=(steps.apply(fact.course_id), details) if fact.applies_here else (details,),
    )


def _details(fact: ComingSession) -> tuple[str, ...]:
    place = _("会場:{place}").format(place=fact.place) if fact.place else ""
    belongings = _("もちもの:{things}").format(things=fact.belongings) if fact.belongings else ""
    return tuple(line for line in (place, belongings) if line)


def _relative(moment: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    return wording.relative_day(moment.astimezone(zone).date(), now.astimezone(zone).date())


def _cancel() -> Button:
    return Button(label=_("行けないとき"), action=encode("mine"))


def _start(fact: ComingSession) -> datetime:
    return fact.session.starts_at


def _views(cards: list[Card]) -> tuple[View, ...]:
    if len(cards) == 1:
        return (cards[0],)
    return tuple(Cards(cards=tuple(cards[i : i + MAX_CARDS])) for i in range(0, len(cards), MAX_CARDS))
