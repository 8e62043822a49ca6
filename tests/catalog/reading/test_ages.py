"""Ages in the words of announcements and residents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.reading.ages import Ages, hull, learners, read_ages, spelled_out
from catalog.reading.normalise import plain


def ages(text: str) -> tuple[int | None, int | None] | None:
    found = hull(read_ages(spelled_out(plain(text))))
    return (found.low, found.high) if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7歳", (7, 7)),
        ("３さいのこ", (3, 3)),
        ("2・3歳児", (2, 3)),
        ("1歳半〜3歳半", (1, 3)),
        ("生後3〜11か月", (0, 0)),
        ("生後18か月", (1, 1)),
        ("8か月の娘", (0, 0)),
        ("年少", (3, 4)),
        ("年長〜小2", (5, 8)),
        ("小一", (6, 7)),
        ("小学三年生", (8, 9)),
        ("小3〜5", (8, 11)),
        ("小2と小5", (7, 11)),
        ("小学4年〜中学生", (9, 15)),
        ("2年生", (7, 8)),
        ("小学校高学年", (10, 12)),
        ("小・中学生", (6, 15)),
        ("中高生", (12, 18)),
        ("高2", (16, 17)),
        ("高校生以上", (15, None)),
        ("大学生・社会人", (18, None)),
        ("29歳以下の社会人・学生", (18, 29)),
        ("20〜40代", (20, 49)),
        ("50歳代", (50, 59)),
        ("60代前半", (60, 64)),
        ("おおむね65歳以上", (65, None)),
        ("16歳以上35歳未満", (16, 34)),
        ("3歳以上の未就学児", (3, 6)),
        ("60歳以上の高齢者", (60, None)),
        ("12歳以下", (0, 12)),
        ("小学生以上の子ども", (6, 18)),
        ("生後1か月以上の子ども", (0, None)),
        ("生後3か月〜ハイハイ前の赤ちゃん", (0, 0)),
        ("0歳〜", (0, None)),
        ("大学生など(おおむね27歳まで)", (18, 27)),
        ("小学生(4年生以上)", (9, 12)),
        ("幼児(3〜5歳)", (3, 5)),
        ("シニア(55歳以上)", (55, None)),
        ("高校生以上(中学生だけの利用もできます)", (12, None)),
        ("70過ぎの母", (70, None)),
        ("シニア", (60, None)),
        ("アラフォー", (37, 43)),
        ("お腹に赤ちゃん", (20, 45)),
        ("来年小学校に上がる子", (5, 6)),
        ("my 9 year old daughter", (9, 9)),
        ("ages 5-8", (5, 8)),
        ("for seniors", (60, None)),
        ("子どもから大人まで", None),
        ("3年後", None),
        ("9か月後", None),
        ("年中行事", None),
        ("成人式", None),
        ("2026年", None),
        ("全10回", None),
    ],
)
def test_ages(text: str, expected: tuple[int | None, int | None] | None) -> None:
    assert ages(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("40代の母と5歳の子", Ages(5, 5)),
        ("70代の父", Ages(70, 79)),
        ("小1と年中の兄弟", Ages(4, 7)),
    ],
)
def test_beside_a_child_an_adults_age_is_the_carers(text: str, expected: Ages) -> None:
    assert learners(read_ages(spelled_out(plain(text)))) == expected


def test_a_residents_words_are_no_ages_of_an_announcement() -> None:
    assert read_ages("妊娠中の方", by_resident=False) == []


@given(st.integers(0, 120), st.sampled_from(["歳", "才", "さい"]), st.sampled_from(["{}", "対象は{}です", "{}の人"]))
def test_any_number_of_years(number: int, unit: str, around: str) -> None:
    assert ages(around.format(f"{number}{unit}")) == (number, number)


@given(st.text(max_size=80))
def test_any_text_is_read_and_spans_lie_in_order(text: str) -> None:
    written = spelled_out(plain(text))
    at = 0
    for one in read_ages(written):
        assert at <= one.start < one.end <= len(written)
        at = one.end
