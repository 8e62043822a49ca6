"""What answers a wish and what only comes near: words in passing, in a title, and what texts mean."""

import numpy as np
import pytest

from catalog.search.criteria import Criteria, Relaxed
from catalog.search.index import CourseIndex
from catalog.search.results import SearchResult
from tests.catalog.search.factories import NOW, TOKYO, course, needs_encoder

COURSES = (
    course(1, "編み物の会", description="毛糸の帽子を編みます。コーヒーが好きな人が集まります。"),
    course(2, "昼休みの音楽会", description="ピアノとフルートの演奏会。"),
    course(3, "絵本を楽しむ会", description="大きな絵本を読みます。終了後はコーヒーをどうぞ。"),
    course(4, "腰を守る体操", description="腰の痛みを防ぎます。ゴルフボールを1個お持ちください。"),
    course(5, "写真の会", description="街の写真を撮り、作品を選びます。"),
    course(6, "天体観望会", description="望遠鏡で冬の星座や月を見ます。"),
    course(7, "合唱の集い", description="童謡や唱歌を歌います。犬の散歩のついでにもどうぞ。"),
    course(8, "終活講座", description="元気なうちに遺言や葬儀のことを考えます。"),
)


def search(words: str) -> SearchResult:
    return CourseIndex(COURSES, version=1).search(Criteria(words=words), now=NOW, zone=TOKYO)


@needs_encoder
@pytest.mark.parametrize("words", ["コーヒーの淹れ方を習いたい", "ゴルフ", "犬のしつけを教わりたい"])
def test_a_word_in_passing_finds_nothing(words: str) -> None:
    assert search(words).hits == ()


def test_what_a_participant_brings_is_no_subject_without_an_encoder_either() -> None:
    index = CourseIndex(COURSES, version=1).by_words()
    assert index.search(Criteria(words="ゴルフ"), now=NOW, zone=TOKYO).hits == ()


@needs_encoder
@pytest.mark.parametrize(("words", "meant"), [("星を見たい", 6), ("遺言のことを知りたい", 8), ("唱歌を歌いたい", 7)])
def test_a_word_in_the_text_alone_finds_what_means_it(words: str, meant: int) -> None:
    assert [hit.course.id for hit in search(words).hits] == [meant]


@needs_encoder
def test_who_asks_for_a_word_in_passing_is_told_that_it_only_comes_near() -> None:
    alternatives = {other.course.id: other.relaxed for other in search("コーヒーの淹れ方を習いたい").alternatives}
    assert alternatives[1] == (Relaxed.SUBJECT,)


def test_courses_that_nobody_has_read_yet_are_found_by_their_words() -> None:
    index = CourseIndex(COURSES, version=1)
    unread = index.with_meanings([1], np.zeros_like(index.parts.meanings[:1]))
    assert [hit.course.id for hit in unread.search(Criteria(words="毛糸の帽子"), now=NOW, zone=TOKYO).hits] == [1]
