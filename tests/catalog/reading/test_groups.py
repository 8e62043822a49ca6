"""Several groups of people in one 対象, and the years between them that belong to none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.reading.announcement import read_announcement
from catalog.reading.facts import Announcement
from catalog.reading.groups import divisions
from catalog.reading.normalise import plain
from catalog.reading.target import ages_of_nobody, read_groups
from tests.catalog.reading.test_announcement_parts import TOKYO


@pytest.mark.parametrize(
    ("target", "groups", "nobody"),
    [
        ("小学生と保護者、または60歳以上の方", [(6, 12, True), (60, None, False)], (13, 59)),
        ("①年長〜小学3年生 ②65歳以上の方", [(5, 9, False), (65, None, False)], (10, 64)),
        ("小学生以下の親子30組と、高校生以上の一般20人", [(0, 12, True), (15, None, False)], (13, 14)),
        ("教える人：高校生、教わる人：60歳以上の方", [(15, 18, False), (60, None, False)], (19, 59)),
        ("小学生または中学生", [(6, 12, False), (12, 15, False)], None),
        ("小学生・高校生", [], None),
        ("発達障害またはその傾向のある小学生の保護者", [], None),
        ("18歳以上の方、または興味のある方", [], None),
        ("", [], None),
    ],
)
def test_groups(target: str, groups: list[tuple[int | None, int | None, bool]], nobody: tuple[int, int] | None) -> None:
    assert [(one.ages.low, one.ages.high, one.together) for one in read_groups(target)] == groups
    between = ages_of_nobody(target)
    assert ((between.low, between.high) if between else None) == nobody


def test_the_stages_of_life_are_those_of_each_group() -> None:
    facts = read_announcement(Announcement(title="歌う会", target="年長〜小学3年生、または65歳以上の方"), zone=TOKYO)
    assert facts.life_stages == ("infant", "child", "senior")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("中学生以下の部（24人）と一般の部（24人）。一般の部は高校生以上。", ["中学生以下", "一般 高校生以上"]),
        ("小学生の部15人、一般の部（中学生以上）15人。", ["小学生", "一般 中学生以上"]),
        ("小学生の部があります。", []),
    ],
)
def test_divisions(text: str, named: list[str]) -> None:
    assert divisions(plain(text)) == named


@given(st.text(alphabet="小学生中高年長0123456789歳以上下の方保護者と、または部人組()①②・", max_size=60))
def test_nobody_is_between_the_youngest_and_the_oldest_of_the_groups(target: str) -> None:
    between, groups = ages_of_nobody(target), read_groups(target)
    if between is not None:
        assert between.low is not None
        assert between.high is not None
        assert between.low <= between.high
        assert not any(
            (one.ages.low or 0) <= between.high and (one.ages.high is None or one.ages.high >= between.low)
            for one in groups
        )
