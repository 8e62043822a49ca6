"""What the lexicon's lines must keep: whoever names a thing finds it in other words, and not its neighbour."""

import pytest

from catalog.search import lexicon
from catalog.search.criteria import Criteria
from catalog.search.index import CourseIndex
from tests.catalog.search.factories import NOW, TOKYO, course

TITLES = (
    "はじめての園芸",
    "女声コーラスを楽しむ",
    "オカリナ入門",
    "和太鼓を打とう",
    "里山のいきもの観察会",
    "卒煙のすすめ",
    "大人の裁縫教室",
    "お口の健康と嚥下",
    "着付けのいろは",
    "ビデオ通話をはじめよう",
)


@pytest.fixture(scope="module")
def index() -> CourseIndex:
    return CourseIndex([course(number, title) for number, title in enumerate(TITLES, start=1)], version=1)


def found(index: CourseIndex, words: str) -> list[str]:
    return [hit.course.title for hit in index.search(Criteria(words=words), now=NOW, zone=TOKYO).hits]


def test_every_phrase_has_words_of_its_own() -> None:
    """A phrase of particles and endings alone would stand in every text."""
    assert [text for text in lexicon.phrases() if not lexicon.phrase(text).text.strip(lexicon.BOUNDARY)] == []


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("ハモりたい", "女声コーラスを楽しむ"),
        ("たばこをやめたい", "卒煙のすすめ"),
        ("quit smoking", "卒煙のすすめ"),
        ("🚭", "卒煙のすすめ"),
        ("ボタンがとれた", "大人の裁縫教室"),
        ("食べるとむせる", "お口の健康と嚥下"),
        ("振袖を着せたい", "着付けのいろは"),
        ("電話の顔の映るやつ", "ビデオ通話をはじめよう"),
    ],
)
def test_everyday_words_find_what_announcements_print(index: CourseIndex, words: str, title: str) -> None:
    assert found(index, words)[:1] == [title]


@pytest.mark.parametrize(
    ("words", "neighbour"),
    [
        ("盆栽", "はじめての園芸"),
        ("ピアノ", "女声コーラスを楽しむ"),
        ("尺八", "オカリナ入門"),
        ("ドラム", "和太鼓を打とう"),
        ("釣り", "里山のいきもの観察会"),
    ],
)
def test_a_neighbour_is_no_find(index: CourseIndex, words: str, neighbour: str) -> None:
    assert neighbour not in found(index, words)
