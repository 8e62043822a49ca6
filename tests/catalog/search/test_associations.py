"""Words that are used alike bring courses near that say other words, with no encoder at all."""

import numpy as np
import pytest

from catalog.reading.tokens import words
from catalog.search.associations import AXES, condensed, nearness, of_course, row
from catalog.search.criteria import Criteria
from catalog.search.index import CourseIndex
from tests.catalog.search.factories import NOW, TOKYO, course

TITLES = ("水彩スケッチ", "そば打ち", "囲碁入門", "パソコン基礎", "合唱団", "水泳教室")


@pytest.mark.parametrize(
    ("word", "nearest"),
    [("絵筆", 0), ("麺", 1), ("将棋", 2), ("マウス", 3), ("歌声", 4), ("プール", 5)],
)
def test_the_nearest_course_is_about_what_the_word_is_used_beside(word: str, nearest: int) -> None:
    courses = np.array([of_course(words(title), ()) for title in TITLES])
    assert int(nearness({word: 1.0}, courses).argmax()) == nearest


def test_words_that_nobody_knows_are_near_to_nothing() -> None:
    courses = np.array([of_course(words(title), ()) for title in TITLES])
    assert row("ぬるぽぽん") == -1
    assert not nearness({"ぬるぽぽん": 1.0}, courses).any()
    assert not nearness({}, courses).any()
    assert nearness({"絵筆": 1.0}, np.zeros((0, AXES), np.float32)).shape == (0,)


def test_they_order_what_the_words_themselves_do_not_find() -> None:
    index = CourseIndex([course(number, title) for number, title in enumerate(TITLES)], version=1).by_words()
    for said, title in (("絵の具のパレット", "水彩スケッチ"), ("ソプラノ", "合唱団"), ("平泳ぎ", "水泳教室")):
        result = index.search(Criteria(words=said), now=NOW, zone=TOKYO)
        shown = [hit.course.title for hit in result.hits] + [other.course.title for other in result.alternatives]
        assert shown[:1] == [title]


def test_what_is_kept_of_vectors_keeps_who_is_near_to_whom() -> None:
    at = {"書道": 0, "習字": 1, "水泳": 2, "abc": 3}
    vectors = np.array([[1, 0.9, 0], [0.9, 1, 0], [0, 0.1, 1], [0, 0, 0.5]], np.float32)
    kept = condensed(at, vectors)
    assert len(kept["keys"]) == len(at) - 1  # abc is not written in Japanese
    brush, school, pool = kept["vectors"][[0, 1, 2]].astype(np.int32)
    assert brush @ school > brush @ pool
