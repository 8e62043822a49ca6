"""The words with which we speak first."""

from datetime import UTC, datetime, timedelta

from catalog.search.entry import SessionEntry
from handlers.messages import Card, Cards, Reply, spoken
from handlers.reminding import (
    ClosingCourse,
    ComingSession,
    reminder,
)
from tests.conftest import TOKYO

NOW = datetime(2026, 6, 12, 9, tzinfo=UTC)  # Friday, 18:00 in Tokyo
START = datetime(2026, 6, 13, 5, tzinfo=UTC)  # Saturday, 14:00


def coming(number: int = 1, *, starts_at: datetime = START, place: str = "", belongings: str = "") -> ComingSession:
    ends_at = starts_at + timedelta(minutes=90)
    session = SessionEntry(id=number, starts_at=starts_at, ends_at=ends_at, all_day=False, cancelled=False)
    return ComingSession(course_id=7, title=f"講座{number}", session=session, place=place, belongings=belongings)


def only_card(reply: Reply) -> Card:
    (view,) = reply.views
    assert isinstance(view, Card)
    return view


def test_a_reminder_says_what_when_where_and_what_to_bring() -> None:
    card = only_card(reminder([coming(place="田無公民館", belongings="えんぴつ")], now=NOW, zone=TOKYO))
    assert spoken(card).splitlines() == [
        "講座1",
        "あした",
        "6月13日(土) 14:00〜15:30",
        "会場:田無公民館",
        "もちもの:えんぴつ",
    ]
    assert [(button.label, button.action) for button in card.buttons] == [
        ("くわしく", "1:course:7"),
        ("行けないとき", "1:mine"),
    ]


def test_what_is_not_known_is_not_said() -> None:
    assert only_card(reminder([coming()], now=NOW, zone=TOKYO)).lines == ("6月13日(土) 14:00〜15:30",)


def test_a_deadline_says_what_happens_after_it() -> None:
    fact = ClosingCourse(course_id=7, title="講座", apply_until=START)
    card = only_card(reminder([fact], now=NOW, zone=TOKYO))
    assert card.badge == "申込はあしたまで"
    assert card.lines == ("6月13日(土) 14:00 しめきり", "そのあとは申し込めません。")
    assert [button.action for button in card.buttons] == ["1:apply:7", "1:course:7"]


def test_where_one_applies_elsewhere_no_button_pretends_otherwise() -> None:
    fact = ClosingCourse(course_id=7, title="講座", apply_until=START, applies_here=False)
    card = only_card(reminder([fact], now=NOW, zone=TOKYO))
    assert [button.action for button in card.buttons] == ["1:course:7"]


def test_sessions_come_first_each_once_in_the_order_of_time() -> None:
    facts: list[ComingSession | ClosingCourse] = [
        ClosingCourse(course_id=8, title="しめきり", apply_until=START),
        coming(2, starts_at=START + timedelta(hours=1)),
        coming(1),
        coming(2, starts_at=START + timedelta(hours=1)),
    ]
    (view,) = reminder(facts, now=NOW, zone=TOKYO).views
    assert isinstance(view, Cards)
    assert [card.title for card in view.cards] == ["講座1", "講座2", "しめきり"]


def test_no_view_holds_more_cards_than_a_platform_shows() -> None:
    views = reminder([coming(number) for number in range(1, 13)], now=NOW, zone=TOKYO).views
    assert [len(view.cards) for view in views if isinstance(view, Cards)] == [10, 2]


def test_buttons_are_short() -> None:
    """A verb of at most 12 characters."""
    facts: list[ComingSession | ClosingCourse] = [
        coming(),
        ClosingCourse(course_id=8, title="しめきり", apply_until=START),
    ]
    (view,) = reminder(facts, now=NOW, zone=TOKYO).views
    assert isinstance(view, Cards)
    assert len(view.cards) == 2
    assert all(len(button.label) <= 12 for card in view.cards for button in card.buttons)
