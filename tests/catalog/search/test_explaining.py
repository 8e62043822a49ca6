"""The glass box: why a search finds what it finds."""

import pytest

from catalog.search.criteria import Criteria
from catalog.search.index import CourseIndex
from handlers import asking
from tests.catalog.search.catalogue import COURSES
from tests.catalog.search.factories import NOW, TOKYO

INDEX = CourseIndex(COURSES, version=1)


@pytest.mark.parametrize("words", ["ヨガ", "こどもの工作", "よが", "english", "体をほぐしたい", ""])
def test_it_shows_what_the_search_finds_in_the_same_order(words: str) -> None:
    criteria = Criteria(words=words)
    hits = [hit.course.id for hit in INDEX.search(criteria, now=NOW, zone=TOKYO).hits]
    weighed = INDEX.explain(criteria, now=NOW, zone=TOKYO, most=len(COURSES)).courses
    assert [one.course.id for one in weighed if one.found and not one.missed] == hits


def test_every_slot_is_told_with_the_words_it_came_from() -> None:
    lines = list(asking.explain("小3の娘と行ける土曜の午前、千円以内のヨガ", INDEX, now=NOW, zone=TOKYO))
    told = [line.split(maxsplit=1)[1] for line in lines if line.startswith("from")]
    assert told == ["ages: 小3", "when: 土曜", "when: 午前", "max_fee: 1000円以内", "features: 娘と"]


def test_words_ideas_and_channels_are_told() -> None:
    lines = "\n".join(asking.explain("スマホを習いたい", INDEX, now=NOW, zone=TOKYO))
    assert "tokens      スマホ[" in lines
    assert "intent      find_courses" in lines
    assert "subject     スマホ" in lines
    assert "words" in lines
    assert "meaning" in lines
