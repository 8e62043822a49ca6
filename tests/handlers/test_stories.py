"""Whoever tells a story is asked for its days by nobody: only what goes with the wish narrows the search."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.reading.normalise import plain
from handlers.understanding import understand
from handlers.understanding.stories import told_beside

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 6, 10, 10, 0, tzinfo=TOKYO)


def slots(text: str) -> dict[str, object]:
    return understand(text, now=NOW, zone=TOKYO).slots()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # What happened, and when, is told beside the wish.
        (
            "父が夏に倒れて、秋から施設で暮らしています。夜中に電話が来ることもあって心細いです。同じような人と話したいです",
            {},
        ),
        ("来月から下の子が保育園なんですが、上の子のときは慣れるまで大変でした。育児の話ができる場がほしいです", {}),
        ("お正月に孫が来たとき、朝からゲームばかりで困りました。ゲームとのつきあい方を教えてください", {}),
        # When somebody can come is said with what they ask for, or by itself.
        ("春に越してきて知り合いがいません。水曜が休みなので、その日に歌える集まりはありますか", {"weekdays": [2]}),
        (
            "先月やっと仕事が決まってほっとしています。土日しか空いていませんが、英会話を習いたいです",
            {"weekdays": [5, 6]},
        ),
        (
            "昼間はずっと工場で働いています。体を動かしたくて、仕事が終わるのが夕方6時なので、そのあとでお願いします",
            {"time_of_day": ["evening"]},
        ),
        ("孫が2人、8月12日に泊まりに来るんです。上は小学生、下は年中です。一緒に工作ができたらと思って", "dates"),
        # A short text has no room for a story, and one clause alone is the wish.
        ("夏に骨折して、体操がしたい", "dates"),
        ("来週の土曜の午前中に田無のあたりで参加できる初心者向けの将棋か囲碁の講座を教えてください", "dates"),
    ],
)
def test_the_days_of_a_story_do_not_narrow_the_search(text: str, said: dict[str, object] | str) -> None:
    when = {name: value for name, value in slots(text).items() if name in ("dates", "weekdays", "time_of_day")}
    if isinstance(said, str):
        assert said in when
    else:
        assert when == said


@given(st.text(max_size=300))
def test_what_is_told_lies_in_the_text_and_is_never_all_of_it(text: str) -> None:
    said = plain(text)
    told = told_beside(said)
    assert all(0 <= one.start < one.end <= len(said) for one in told)
    assert sum(one.end - one.start for one in told) < max(len(said), 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("マタニティ向けの教室", "マタニティ"),  # also what it is about
        ("妊娠中でも参加できる体操", "体操"),
        ("体操はもう通っているので、それ以外で健康によいもの", "健康"),
        ("kodomo 5 sai, english no event arimasu ka", "英語"),
    ],
)
def test_the_subject_stays(text: str, said: str) -> None:
    from catalog.search.foreign import in_japanese  # noqa: PLC0415 - for one case alone

    assert said in in_japanese(understand(text, now=NOW, zone=TOKYO).criteria.words)


def test_what_one_goes_to_already_is_left_out() -> None:
    found = understand("ヨガはもう通っているので、それ以外の運動", now=NOW, zone=TOKYO)
    assert found.criteria.not_words == ("ヨガ",)
