"""What an announcement only mentions in passing is told apart from what it is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.reading.asides import told

OPENING = "季節の話題を楽しみます。"


@pytest.mark.parametrize(
    "sentence",
    [
        "駐車場はありません。",
        "簿記の知識は要りません。",
        "税金の計算は行いません。",
        "注文会とは別の催しです。",
        "登山用の杖とは使い方が違います。",
        "ゴルフボールを1個持参。",
        "テニスボールを１個お持ちください。",
        "動きやすい服装でお越しください。",
        "爪を切って来てください。",
        "折り紙のしおりを差し上げます。",
        "マンガの冊子を配ります。",
        "双眼鏡は貸します。",
        "コーヒーの販売があります。",
        "終了後はコーヒーを飲みながら歓談できます。",
        "講師はフランス語も話せます。",
        "受付はテニスコートの横です。",
        "近くに犬の遊び場があります。",
        "となりの部屋でギターの練習があります。",
        "持ち物：色えんぴつ",
        "【費用】300円",
        "申込：電話か窓口で",
        "雨天中止。",
    ],
)
def test_a_mention_in_passing(sentence: str) -> None:
    assert told(OPENING + sentence) == (OPENING, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "和太鼓の迫力をお楽しみください。",
        "物忘れが気になりませんか？",
        "夜中に目が覚めて眠れない。",
        "年末の台所仕事の前に、砥石を使った研ぎ方を教わります。",
        "部屋の契約から自炊まで。",
        "ピアノとバイオリンによる演奏会。",
        "近くに住む外国の方と話します。",
        "対象：小学生",
        "【内容】春の山野草を描く",
        "スマホで撮った写真を整理します。",
    ],
)
def test_what_it_is_about(sentence: str) -> None:
    assert told(OPENING + sentence) == (OPENING + sentence, "")


def test_it_begins_with_what_it_is_about() -> None:
    assert told("講師は落語家です。講師は落語家です。") == ("講師は落語家です。", "講師は落語家です。")


def test_lines_end_sentences() -> None:
    assert told("春の花を描く\n持ち物：筆\nはじめての方もどうぞ") == (
        "春の花を描く\nはじめての方もどうぞ",
        "持ち物：筆\n",
    )


@given(st.text(alphabet="駐車場はありません。！？\n（)(）：持参", max_size=200))
def test_nothing_is_lost(text: str) -> None:
    assert sorted("".join(told(text))) == sorted(text)


def test_brackets_take_no_time() -> None:
    assert told("()" * 5_000) == ("()" * 5_000, "")
