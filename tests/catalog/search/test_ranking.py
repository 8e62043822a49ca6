"""Which course comes first for which words, however they are written, and when nothing fits."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.search.criteria import Criteria, Feature, Reason, Relaxed
from catalog.search.index import CourseIndex
from catalog.search.results import SearchResult
from tests.catalog.search.catalogue import COURSES, small_index
from tests.catalog.search.factories import NOW, TOKYO, course, local


@pytest.fixture(scope="module")
def index() -> CourseIndex:
    return small_index()


def search(index: CourseIndex, words: str = "", **slots: object) -> SearchResult:
    return index.search(Criteria(words=words, **slots), now=NOW, zone=TOKYO)  # type: ignore[arg-type] # slots by name


def found(result: SearchResult) -> list[int]:
    return [hit.course.id for hit in result.hits]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("書道", 1),
        ("習字を習いたい", 1),
        ("しょどう", 1),
        ("shodou", 1),
        ("calligraphy", 1),
        ("工作", 2),
        ("リトミック", 3),
        ("ﾘﾄﾐｯｸ", 3),
        ("スマホ", 4),
        ("すまほの使い方", 4),
        ("smartphone", 4),
        ("ヨガ", 5),
        ("yoga", 5),
        ("ピラティス", 6),
        ("ピラテイス", 6),
        ("遺言", 7),
        ("財産を子に残したい 相続", 7),
        ("中国語", 8),
        ("chinese", 8),
        ("そば打ち", 9),
        ("sobauchi", 9),
        ("yoga kyoushitsu sagashite imasu", 5),
        ("ﾖｶﾞ ｦ ﾔﾘﾀｲ", 5),
        ("ぴらてぃすをはじめてみたいです", 6),
        ("りとみっくにつれていきたい", 3),
        ("soba uchi taiken arimasuka", 9),
        ("星を見たい", 15),
        ("天体観測", 15),
    ],
)
def test_words_find_their_course_first(index: CourseIndex, words: str, first: int) -> None:
    assert found(search(index, words))[:1] == [first]


@pytest.mark.parametrize(
    "words",
    [
        "バイオリン",
        "ばいおりんをならってみたい",
        "doitsugo wo benkyou shitai",
        "ドイツ語会話",
        "スカイダイビング",
        "乗馬体験",
        "ロシア語",
        "ｘｙｚｚｙ",
    ],
)
def test_what_nobody_offers_is_not_found(index: CourseIndex, words: str) -> None:
    assert search(index, words).hits == ()


def test_a_neighbour_in_meaning_is_an_alternative_said_as_such(index: CourseIndex) -> None:
    result = search(index, "ドイツ語会話", fields=("language",))
    assert result.hits == ()
    assert (result.alternatives[0].course.id, result.alternatives[0].relaxed) == (8, (Relaxed.SUBJECT,))
    assert all(Relaxed.SUBJECT in other.relaxed for other in result.alternatives)


def test_alternatives_begin_with_what_is_likeliest_whether_it_misses_a_day_or_the_subject() -> None:
    courses = [
        course(1, "朝のヨガ", starts_at=local(2026, 6, 13, 10)),  # a Saturday
        course(2, "ピラティス", starts_at=local(2026, 6, 19, 10), fields=("sports_fitness",)),
        course(3, "昔の暮らしを聞く", starts_at=local(2026, 6, 19, 10)),
    ]
    result = search(CourseIndex(courses, version=1), "ヨガ", weekdays=(4,), fields=("sports_fitness",))
    assert result.hits == ()
    assert [(one.course.id, one.relaxed) for one in result.alternatives] == [
        (1, (Relaxed.WEEKDAY,)),
        (2, (Relaxed.SUBJECT,)),
    ]


def test_where_nothing_is_asked_for_by_words_what_misses_one_wish_stands_beside_the_hits() -> None:
    courses = [course(1, "朝のヨガ", fee_yen=0), course(2, "夜のヨガ", fee_yen=500)]
    result = search(CourseIndex(courses, version=1), max_fee=0)
    assert (found(result), [one.relaxed for one in result.alternatives]) == ([1], [(Relaxed.FEE,)])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ヨガ", "ﾖｶﾞ"),
        ("ヨガ", "　ヨガ　"),
        ("スマホ 教室", "スマホ教室"),
        ("YOGA", "ｙｏｇａ"),
        ("こども 工作", "子供 工作"),
    ],
)
def test_width_case_and_spaces_do_not_change_the_ranking(index: CourseIndex, one: str, other: str) -> None:
    assert found(search(index, one)) == found(search(index, other))


def test_finished_cancelled_and_other_kinds_are_not_found(index: CourseIndex) -> None:
    for words in ("陶芸", "囲碁", "みどり公民館"):
        result = search(index, words)
        shown = {hit.course.id for hit in result.hits} | {other.course.id for other in result.alternatives}
        assert shown.isdisjoint({11, 12, 13})


@pytest.mark.parametrize("words", ["法律相談", "弁護士"])
def test_a_consultation_is_found_as_courses_are(index: CourseIndex, words: str) -> None:
    assert found(search(index, words))[0] == 14


def test_without_words_the_nearest_date_comes_first(index: CourseIndex) -> None:
    assert found(search(index, max_fee=0, weekdays=(5, 6))) == [7, 15, 2]


def test_a_typo_is_corrected_and_said(index: CourseIndex) -> None:
    result = search(index, "リトミツッ")
    assert (found(result)[:1], result.did_you_mean) == ([3], "リトミック")


def test_words_that_are_not_wanted_take_courses_away(index: CourseIndex) -> None:
    assert found(search(index, fields=("sports_fitness",), not_words=("ヨガ",))) == [6]


def test_every_hit_for_words_says_why(index: CourseIndex) -> None:
    assert search(index, "ヨガ").hits[0].reasons == (Reason.TITLE,)
    reasons = search(index, "体操", features=(Feature.CHILDCARE,), fields=("sports_fitness",)).hits[0].reasons
    assert reasons == (Reason.SUBJECT, Reason.CHILDCARE)


def test_at_most_fifty_hits() -> None:
    many = CourseIndex([course(number, f"体操教室 第{number}期") for number in range(1, 81)], version=1)
    assert len(search(many, "体操").hits) == 50


def test_an_empty_catalogue_answers_with_nothing() -> None:
    assert search(CourseIndex((), version=0), "ヨガ") == SearchResult()


@settings(max_examples=150, deadline=timedelta(seconds=2))
@given(words=st.text(max_size=300))
def test_any_text_is_answered(words: str) -> None:
    result = search(_INDEX, words, not_words=(words[:20],))
    assert len(result.hits) <= len(COURSES)


@given(
    low=st.integers(0, 100),
    span=st.none() | st.integers(0, 40),
    words=st.sampled_from(["", "体操", "工作 ヨガ", "相続"]),
)
@settings(max_examples=100, deadline=timedelta(seconds=2))
def test_no_course_that_the_ages_may_not_join_is_ever_shown(low: int, span: int | None, words: str) -> None:
    high = None if span is None else low + span
    result = search(_INDEX, words, ages=(low, high))
    for shown in [hit.course for hit in result.hits] + [other.course for other in result.alternatives]:
        assert (shown.min_age or 0) <= (120 if high is None else high)
        assert low <= (120 if shown.max_age is None else shown.max_age)


_INDEX = small_index()


def test_a_phrase_is_known_whatever_stands_between_its_words() -> None:
    about = [course(1, "創業スクール"), course(2, "はじめての俳句"), course(3, "親子体操")]
    index = CourseIndex(about, version=1)
    for words in ("会社を始めたい", "会社をはじめたいんです", "会社とか始めたいな"):
        assert found(search(index, words)) == [1]


def test_what_is_told_beside_the_wish_does_not_hide_it() -> None:
    index = CourseIndex([course(1, "古文書を読む"), course(2, "はじめての俳句"), course(3, "親子体操")], version=1)
    told = "先週の旅行の帰りの電車の広告の写真が心に残って、それ以来ずっと古文書のことが頭から離れません"
    assert found(search(index, told)) == [1]


def test_where_the_thing_itself_is_barred_the_rest_of_its_field_is_no_find() -> None:
    courses = [
        course(1, "卓球教室", fields=("sports_fitness",), min_age=12),
        course(2, "ラジオ体操", fields=("sports_fitness",)),
    ]
    assert found(search(CourseIndex(courses, version=1), "卓球", ages=(3, 3))) == []


def test_a_part_of_a_name_is_no_correction_of_it() -> None:
    result = search(CourseIndex([course(1, "ダンス教室"), course(2, "俳句入門")], version=1), "ベリーダンス")
    assert (found(result), result.did_you_mean) == ([], None)
