"""The second reading puts in order what only comes near. It is optional: without its package these are skipped."""

import threading
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.search.criteria import Criteria
from catalog.search.index import CourseIndex
from catalog.search.meaning import AXES as FIRST_AXES
from catalog.search.meaning import is_installed as first_is_installed
from catalog.search.meaning import meanings
from catalog.search.parts import read_parts
from catalog.search.second_reading import AXES, is_installed, nearness, passages
from tests.catalog.search.factories import NOW, TOKYO, course

pytestmark = pytest.mark.skipif(
    not (is_installed() and first_is_installed()), reason="the packages of both encoders are not installed"
)

COURSES = (
    course(1, "割れた器をなおす 金継ぎ入門", description="漆を使い、欠けた器をつなぎます。"),
    course(2, "急須でいれるお茶", description="煎茶の味わい方を学びます。"),
    course(3, "こども将棋道場", description="駒の動かし方から。"),
    course(4, "ことばの発達が気になる親の会", description="家でのかかわり方を話し合います。"),
)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("欠けてしまった湯のみを捨てたくない", 0),
        ("うちの子が二歳なのにまだ話しません", 3),
        ("my favourite bowl is broken", 0),
    ],
)
def test_what_answers_a_question_is_nearest(asked: str, first: int) -> None:
    near = nearness((asked,), passages((one.title, one.description) for one in COURSES))
    assert int(near.argmax()) == first


def test_where_nothing_is_found_the_likeliest_comes_first() -> None:
    index = CourseIndex(COURSES, version=1)
    result = index.search(Criteria(words="欠けてしまった湯のみを捨てたくない"), now=NOW, zone=TOKYO)
    assert [other.course.id for other in result.alternatives][:1] == [1] or result.hits[0].course.id == 1


def test_both_readings_of_a_course_stand_side_by_side() -> None:
    assert meanings(COURSES).shape == (len(COURSES), FIRST_AXES + AXES)


def test_without_the_second_reading_the_first_is_as_it_was() -> None:
    parts = read_parts(COURSES)
    index = CourseIndex(COURSES, version=1, parts=parts._replace(meanings=parts.meanings[:, :FIRST_AXES]))
    result = index.search(Criteria(words="将棋"), now=NOW, zone=TOKYO)
    assert [hit.course.id for hit in result.hits] == [3]


def _anything(most: int) -> st.SearchStrategy[str]:
    """Any text at all: zero bytes, halves of surrogate pairs, signs of no script, besides what people write."""
    signs = st.one_of(st.characters(), st.characters(categories=["Cs", "Cc", "Co", "Cn", "Mn", "So"]))
    return st.text(signs, max_size=most)


@given(_anything(400), _anything(200))
@settings(max_examples=60)
def test_any_text_can_be_read(asked: str, told: str) -> None:
    near = nearness((asked,), passages([(told, asked), ("ヨガ", "")]))
    assert np.isfinite(near).all()
    assert (near >= 0).all()


def test_several_may_read_at_once() -> None:
    texts = [f"講座その{number}" for number in range(24)]
    alone = passages((text, "") for text in texts)
    read: dict[int, np.ndarray] = {}

    def reader(at: int) -> None:
        read[at] = passages((f"{text} ", "") for text in texts[at::4])  # other texts: none is remembered

    threads = [threading.Thread(target=reader, args=(at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(read) == [0, 1, 2, 3]
    assert all(np.isfinite(rows).all() for rows in read.values())
    assert np.array_equal(alone, passages((text, "") for text in texts))


def test_the_base_is_what_the_second_reading_turns_by() -> None:
    with (files("catalog.search") / "data" / "second_reading.npy").open("rb") as file:
        kept = np.load(file, allow_pickle=False)
    assert kept.shape == (2 + AXES, 384)
    axes = kept[2:].astype(np.float32)
    assert np.allclose(axes @ axes.T, np.eye(AXES), atol=5e-3)
