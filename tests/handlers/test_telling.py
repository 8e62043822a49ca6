"""The words for what others, or a rule, did to an application, and for what moved of a course."""

from datetime import UTC, datetime, timedelta

import pytest

from catalog.models import ChangeReason, CourseChangeKind, RegistrationState
from catalog.registration import moving
from catalog.search.entry import SessionEntry
from handlers import moved, telling
from handlers.cards import At
from handlers.messages import Card, Cards, Reply
from handlers.moved import Concerned, Move
from handlers.telling import News
from tests.conftest import TOKYO

NOW = At(datetime(2026, 6, 12, 9, tzinfo=UTC), TOKYO)  # Friday, 18:00 in Tokyo
START = datetime(2026, 6, 20, 5, tzinfo=UTC)  # Saturday, 14:00
STATES = list(RegistrationState)


def session(starts_at: datetime = START) -> SessionEntry:
    return SessionEntry(id=1, starts_at=starts_at, ends_at=None, all_day=False, cancelled=False)


def news(reason: ChangeReason, state: RegistrationState = RegistrationState.CONFIRMED) -> News:
    return News(
        reason=reason,
        state=state,
        registration_id=5,
        course_id=7,
        title="茶道",
        party=("",),
        session=session(),
        until=NOW.now + timedelta(hours=2) if state is RegistrationState.OFFERED else None,
    )


def cards(reply: Reply) -> list[Card]:
    (view,) = reply.views
    found = list(view.cards) if isinstance(view, Cards) else [view]
    return [card for card in found if isinstance(card, Card)]


def test_there_are_words_for_everything_that_is_told() -> None:
    assert moving._TOLD <= telling.TOLD


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("reason", sorted(telling.TOLD))
def test_every_word_leads_on_by_short_buttons(reason: ChangeReason, state: RegistrationState) -> None:
    (card,) = cards(telling.message([news(reason, state)], setting=NOW))
    assert card.badge
    assert card.lines
    assert 1 <= len(card.buttons) <= 3
    assert all(len(button.label) <= 12 for button in card.buttons)


def test_by_day_nothing_is_said_of_the_night() -> None:
    (card,) = cards(telling.message([news(ChangeReason.OFFERED, RegistrationState.OFFERED)], setting=NOW))
    assert "お返事はきょう 6月12日(金) 20:00まで。" in card.lines


def test_no_message_holds_more_cards_than_a_platform_shows() -> None:
    told = [news(ChangeReason.LOST, RegistrationState.LOST)] * 12
    assert len(cards(telling.message(told, setting=NOW))) == telling.MAX_CARDS


MOVES = (
    Move(kind=CourseChangeKind.SESSION_MOVED, before=session(), after=session(START + timedelta(days=1))),
    Move(kind=CourseChangeKind.SESSION_CANCELLED, before=session()),
    Move(kind=CourseChangeKind.SESSION_ADDED, after=session()),
    Move(kind=CourseChangeKind.VENUE_CHANGED, place_before="田無公民館", place_after="柳沢公民館"),
    Move(kind=CourseChangeKind.HELD),
)


def concerned(registration_id: int | None = 5) -> Concerned:
    return Concerned(course_id=7, title="茶道", registration_id=registration_id, state=RegistrationState.CONFIRMED)


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.kind)
def test_every_move_says_what_is_now(move: Move) -> None:
    (card,) = cards(moved.message(concerned(), [move], setting=NOW))
    assert card.badge
    assert card.lines
    assert [button.label for button in card.buttons] == ["このまま参加", "取りやめる", "くわしく"]


def test_a_long_list_of_moves_is_cut_and_its_reason_said_once() -> None:
    moves = [
        Move(kind=CourseChangeKind.SESSION_CANCELLED, before=session(START + timedelta(days=7 * n)), note="改修のため")
        for n in range(12)
    ]
    (card,) = cards(moved.message(concerned(), moves, setting=NOW))
    assert len(card.lines) == moved.MOST_LINES + 1
    assert card.lines[-2:] == ("ほかの変更は「くわしく」で見られます。", "理由:改修のため")


def test_who_stands_there_several_times_looks_at_all_of_them() -> None:
    (card,) = cards(moved.message(concerned(None), [MOVES[0]], setting=NOW))
    assert [button.action for button in card.buttons] == ["1:mine", "1:course:7"]
