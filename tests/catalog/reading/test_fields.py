"""Which fields of learning an announcement is about."""

import pytest

from catalog.reading.fields import field_names, read_fields
from catalog.reading.normalise import plain


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("はじめての太極拳", "sports_fitness"),
        ("初級ハングル", "language"),
        ("煎茶を楽しむ", "tea_flower_calligraphy"),
        ("万葉集を読む", "literature_history"),
        ("チャットGPTを使う", "it_digital"),
        ("犬のしつけ", "hobby_games"),
        ("ハザードマップの見方", "disaster"),
        ("NISAのはじめ方", "career_money"),
        ("金継ぎを楽しむ", "art_craft"),
        ("求職ガイダンス", "career_money"),
    ],
)
def test_fields(text: str, field: str) -> None:
    assert read_fields(plain(text))[0] == field


def test_words_inside_other_words_are_no_field() -> None:
    assert read_fields("フランス文化と暮らし")[0] != "sports_fitness"
    assert "parenting" not in read_fields("パン作り", "保育あり")
    assert read_fields("求職ガイダンス") == ("career_money",)
    assert read_fields("はじめてのnisa") == ("career_money",)  # Latin letters end where Japanese begins


def test_one_word_of_the_text_does_not_outweigh_title_and_category() -> None:
    assert read_fields("市民企画会議", "お菓子を囲んで話します。", "市民活動") == ("volunteering_civic",)


def test_there_are_nineteen_fields() -> None:
    assert len(field_names()) == 19
