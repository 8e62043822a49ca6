"""What residents write by ear, in the spelling of the grammars."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.reading.normalise import plain
from catalog.reading.spelling import as_written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("らいしゅうのどようび", "来週の土曜日"),
        ("ﾄﾞﾖｳﾋﾞ ﾉ ｺﾞｺﾞ", "土曜日の午後"),
        ("ろくじゅうごさいいじょう", "65歳以上"),
        ("しょうがくさんねんせい", "小学3年生"),
        ("ななじゅうだい", "70代"),
        ("じゅうにがつふつか", "12月2日"),
        ("にせんごひゃくえんいない", "2500円以内"),
        ("千えん", "1000円"),
        ("今年で七十八になりまして", "78歳になりまして"),
        ("うちの孫、5つになる", "うちの孫、5歳になる"),
        ("土用日の朝", "土曜日の朝"),
        ("図書館のよる", "図書館の夜"),
    ],
)
def test_words_and_numbers_by_ear(text: str, written: str) -> None:
    assert as_written(plain(text)) == written


@pytest.mark.parametrize(
    "text",
    ["ぼうさいこうざ", "くさいにおい", "いちにち", "デザイン", "あさがお", "おえんそう", "たくじょう", "にちようひん"],
)
def test_words_that_only_hold_the_sound_stay(text: str) -> None:
    assert as_written(text) == text


@given(st.text(alphabet="ごさいじゅうねんせえんがつの 3三十歳ドヨウビ", max_size=40))
def test_what_is_written_is_plain(text: str) -> None:
    assert plain(as_written(plain(text))) == as_written(plain(text))
