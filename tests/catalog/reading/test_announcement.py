"""Whole announcements, and that any text can be read."""

from datetime import UTC, datetime
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.models.course import CapacityUnit, Selection
from catalog.reading.announcement import read_announcement
from catalog.reading.facts import Announcement

TOKYO = ZoneInfo("Asia/Tokyo")
SEASON = datetime(2026, 12, 12, 1, 0, tzinfo=UTC)


def test_an_announcement_in_columns() -> None:
    facts = read_announcement(
        Announcement(
            title="親子でたのしむ紙すき",
            description="牛乳パックからはがきをつくります。持ち物：エプロン、タオル。",
            target="市内在住の小学１〜３年生と保護者",
            fee_basic="300円",
            fee_detail="材料費100円",
            capacity="10組20人 多数の場合は抽選",
            apply_method="往復はがきで11月27日(金)必着",
            remarks="保育あり",
            season=SEASON,
        ),
        zone=TOKYO,
    )
    assert (facts.min_age, facts.max_age, facts.parent_child) == (6, 9, True)
    assert (facts.capacity, facts.capacity_unit, facts.selection) == (10, CapacityUnit.PAIR, Selection.LOTTERY)
    assert facts.fee_yen == 400
    assert facts.apply_until == datetime(2026, 11, 27, 14, 59, tzinfo=UTC)
    assert facts.registration_needed is True
    assert facts.childcare is True
    assert facts.belongings == "エプロン、タオル"
    assert facts.life_stages == ("child", "adult")
    assert facts.doubts == ()


def test_an_announcement_in_running_text() -> None:
    facts = read_announcement(
        Announcement(
            title="シニアのためのスマホ講座",
            description="対象：６０歳以上の方。定員：15人(申込順)。参加費：無料。12月1日(火)午前9時から電話で申込。",
            season=SEASON,
        ),
        zone=TOKYO,
    )
    assert (facts.min_age, facts.max_age, facts.capacity, facts.fee_yen) == (60, None, 15, 0)
    assert facts.selection is Selection.FIRST_COME
    assert facts.apply_from == datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    assert facts.life_stages == ("senior",)
    assert facts.fields[0] == "it_digital"
    assert facts.target == "60歳以上の方"


def test_what_is_not_said_stays_unknown() -> None:
    facts = read_announcement(Announcement(title="作品展"), zone=TOKYO)
    assert (facts.min_age, facts.max_age, facts.capacity, facts.fee_yen, facts.apply_until) == (None,) * 5
    assert facts.registration_needed is None


def test_what_is_said_of_childcare_and_interpreters_is_not_said_of_the_course() -> None:
    facts = read_announcement(
        Announcement(
            title="くらしの講座",
            description="▽対象 市内在住の方 ▽保育あり(1歳〜就学前、先着5人、1回300円。12月1日までに申込)",
            remarks="手話通訳・要約筆記は申込不要でご利用いただけます。",
            fee_basic="無料",
            apply_method="12月8日(火)までに電話で",
            season=SEASON,
        ),
        zone=TOKYO,
    )
    assert (facts.min_age, facts.max_age, facts.target) == (None, None, "市内在住の方")
    assert (facts.childcare, facts.sign_language) == (True, True)
    assert (facts.capacity, facts.fee_yen, facts.registration_needed) == (None, 0, True)
    assert facts.apply_until == datetime(2026, 12, 8, 14, 59, tzinfo=UTC)
    assert facts.fields == ()


def test_spaced_labels_are_labels() -> None:
    facts = read_announcement(
        Announcement(
            title="書の会", description="対　象　20歳以上\n定　員　12人\n申　込　12月1日(火)から電話で", season=SEASON
        ),
        zone=TOKYO,
    )
    assert (facts.min_age, facts.capacity) == (20, 12)
    assert facts.apply_from == datetime(2026, 11, 30, 15, 0, tzinfo=UTC)


def test_a_window_that_ends_before_it_begins_is_doubted() -> None:
    facts = read_announcement(
        Announcement(title="体操", apply_method="申込開始:12月5日 締切:12月1日", season=SEASON), zone=TOKYO
    )
    assert facts.doubts == ("申込の開始が締切より後になっています。",)


def test_widths_do_not_matter() -> None:
    wide = Announcement(title="体操", target="６５歳以上", fee_basic="３００円", capacity="２０人（先着順）")
    narrow = Announcement(title="体操", target="65歳以上", fee_basic="300円", capacity="20人(先着順)")
    assert read_announcement(wide, zone=TOKYO) == read_announcement(narrow, zone=TOKYO)


@pytest.mark.parametrize("piece", ["(", "小学生は", "定員", "12月5日", "保育", "1", "対象", "500円", "、"])
def test_small_print_without_end_is_read_in_time(piece: str) -> None:
    text = piece * (8000 // len(piece))
    began = process_time()
    read_announcement(
        Announcement(title="講座", description=text, target=text, fee_basic=text, capacity=text, apply_method=text),
        zone=TOKYO,
    )
    assert process_time() - began < 2


_LONG = st.text(
    alphabet="対象定員円人組歳小中高年月日()、。:〜0123456789保育オンライン抽選先着まで から同伴はの者未満以上",
    max_size=150,
)


@given(_LONG, _LONG, _LONG)
def test_any_text_is_read(description: str, target: str, method: str) -> None:
    announcement = Announcement(
        title=description[:20],
        description=description,
        target=target,
        fee_basic=target,
        capacity=method,
        apply_method=method,
        season=SEASON,
    )
    facts = read_announcement(announcement, zone=TOKYO)
    assert facts.fee_yen is None or facts.fee_yen >= 0
    assert facts.capacity is None or facts.capacity > 0
