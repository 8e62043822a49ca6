"""Spellings of the same words become the same text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.reading.normalise import fold, kanji_number, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ﾊﾟｿｺﾝ ﾆｭｳﾓﾝ", "パソコン ニュウモン"),
        ("１０：００〜１１：３０", "10:00~11:30"),
        ("小学三年生", "小学3年生"),
        ("小四の娘", "小4の娘"),
        ("十二月二十四日", "12月24日"),
        ("第二土曜", "第2土曜"),
        ("五百円", "500円"),
        ("1万2000円", "12000円"),
        ("3,500円", "3500円"),
        ("二〇二六年度", "2026年度"),
        ("①7月3日②8月1日", "(1)7月3日(2)8月1日"),
        ("百人一首", "百人一首"),
        ("三味線を一緒に", "三味線を一緒に"),
        ("七十五歳", "75歳"),
    ],
)
def test_numbers_and_widths_are_made_alike(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(("numeral", "value"), [("十", 10), ("二十五", 25), ("千二百", 1200), ("二〇", 20), ("", 0)])
def test_kanji_numbers(numeral: str, value: int) -> None:
    assert kanji_number(numeral) == value


def test_folding_joins_kana_widths_and_marks() -> None:
    assert fold("スマホ・教室") == fold("すまほ 教室") == fold("ｽﾏﾎ教室！")


@given(st.text(max_size=80))
def test_reading_twice_changes_nothing(text: str) -> None:
    assert plain(plain(text)) == plain(text)
