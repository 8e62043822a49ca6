"""What texts mean beside their words. The encoder is optional: what needs it is skipped without its package."""

from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.search import lexicon
from catalog.search.criteria import Criteria
from catalog.search.index import CourseIndex
from catalog.search.meaning import AXES, closeness, encoder, learn_axes, vectors
from catalog.search.parts import read_parts
from catalog.search.situations import recognised
from tests.catalog.search.factories import NOW, TOKYO, course, needs_encoder

COURSES = (
    course(1, "しゃぼん玉のふしぎ", description="泡や空気の力を、道具を作ってたしかめる理科の実験です。"),
    course(2, "成年後見のはなし", description="判断に迷うようになったときの、お金の管理と手続き。"),
    course(3, "市民ランナーの集い", description="走る姿勢を見直します。"),
    course(4, "焼き菓子をつくる", description="バターの香るクッキーを焼きます。"),
)


@needs_encoder
@pytest.mark.parametrize(
    ("said", "meant"),
    [("ジョギングのフォームを直したい", 3), ("I want to bake cookies", 4), ("science experiments for kids", 1)],
)
def test_other_words_and_languages_for_a_thing_are_near_to_it(said: str, meant: int) -> None:
    index = CourseIndex(COURSES, version=1)
    result = index.search(Criteria(words=said), now=NOW, zone=TOKYO)
    shown = [hit.course.id for hit in result.hits] + [other.course.id for other in result.alternatives]
    assert shown[:1] == [meant]


def test_without_the_encoder_words_find_what_they_name() -> None:
    parts = read_parts(COURSES)._replace(meanings=np.zeros((len(COURSES), 0), np.float32))
    index = CourseIndex(COURSES, version=1, parts=parts)
    result = index.search(Criteria(words="クッキー"), now=NOW, zone=TOKYO)
    assert [hit.course.id for hit in result.hits] == [4]


@needs_encoder
@given(st.lists(st.text(max_size=400), max_size=3))
@settings(max_examples=40)
def test_any_texts_have_a_meaning_of_length_one(texts: list[str]) -> None:
    read = vectors(texts)
    assert read.shape == (len(texts), AXES)
    assert np.allclose(np.linalg.norm(read, axis=1), 1, atol=1e-3)


@needs_encoder
@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=30), max_size=4))
@settings(max_examples=40)
def test_closeness_is_never_negative_nor_more_than_the_same(text: str, others: list[str]) -> None:
    near = closeness((text,), vectors(others))
    assert near.shape == (len(others),)
    assert ((near >= 0) & (near <= 2)).all()


@needs_encoder
def test_the_kept_axes_are_those_of_a_lexicon() -> None:
    kept = np.load(str(files("catalog.search") / "data" / "axes.npy"), allow_pickle=False).astype(np.float32)
    assert kept.shape == (AXES + 1, 512)
    assert np.allclose(kept[1:] @ kept[1:].T, np.eye(AXES), atol=0.01)
    model = encoder()
    assert model is not None
    learnt = learn_axes(model).astype(np.float32)
    overlap = np.linalg.norm(learnt[1:] @ kept[1:].T, axis=0)  # of each kept axis, what the lexicon of today spans
    assert overlap[: AXES // 2].min() > 0.9


@needs_encoder
def test_a_situation_is_known_by_its_own_sentences() -> None:
    situations = lexicon.situations()
    for number, situation in list(enumerate(situations))[::12]:
        assert number in {found for found, _ in recognised((situation.said[0],))}


def test_every_situation_has_several_sentences_and_what_would_help() -> None:
    for situation in lexicon.situations():
        assert len(situation.said) > 1
        assert all(situation.said)
        assert all(situation.meant)
        assert situation.meant
