"""Advice: never what one may not join, the fitting first, varied, and never padded."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.advised import Member, Profile
from catalog.leanings import Deed, Past
from catalog.models.course import CourseKind, CourseStatus
from catalog.recommend import Recommendation, nearest_fit, recommend, similar
from catalog.search.criteria import Feature, Reason, TimeOfDay
from catalog.search.entry import CourseEntry
from catalog.search.index import CourseIndex
from catalog.search.meaning import is_installed
from tests.catalog.search.catalogue import COURSES, small_index
from tests.catalog.search.factories import NOW, TOKYO, course, local

ME = Member(key="me", relation="self", min_age=35, max_age=35)
SENIOR = Member(key="me", relation="self", min_age=72, max_age=72)
CHILD = Member(key="child", relation="child", min_age=9, max_age=9)
TODDLER = Member(key="baby", relation="child", min_age=2, max_age=2)


@pytest.fixture(scope="module")
def index() -> CourseIndex:
    return small_index()


def advise(index: CourseIndex, *people: Member, limit: int = 10, **known: object) -> tuple[Recommendation, ...]:
    profile = Profile(people=people, **known)  # type: ignore[arg-type] # known by name
    return recommend(index, profile, now=NOW, zone=TOKYO, limit=limit)


def ids(found: tuple[Recommendation, ...]) -> list[int]:
    return [item.course.id for item in found]


def test_an_interest_comes_first_with_its_reason(index: CourseIndex) -> None:
    first = advise(index, ME, interests=("sports_fitness",))[0]
    assert first.course.id in {5, 6}
    assert Reason.INTEREST in first.reasons


def test_a_course_that_is_made_for_no_age_is_not_said_to_be() -> None:
    plain = CourseIndex([course(1, "川柳の会", fee_yen=500)], version=1)
    assert [item.reasons for item in advise(plain, ME)] == [(Reason.OPEN,)]


def test_nobody_is_told_that_a_course_suits_an_age_that_they_did_not_tell() -> None:
    adults = CourseIndex([course(1, "投資のはじめ方", min_age=20, max_age=59)], version=1)
    assert Reason.AGE in advise(adults, ME)[0].reasons
    assert all(Reason.AGE not in item.reasons for item in advise(adults, Member(key="me", relation="self")))


@pytest.mark.skipif(not is_installed(), reason="what courses mean is told by the encoder")
def test_what_is_only_near_to_an_interest_is_said_to_be_so() -> None:
    titles = ("だしと発酵食の話", "将棋入門", "星空の観察", "ピアノの会", "古文書を読む")
    index = CourseIndex([course(at, title, fields=("science",)) for at, title in enumerate(titles, 1)], version=1)
    first = advise(index, ME, interests=("cooking",))[0]
    assert first.course.title == titles[0]
    assert first.reasons[0] is Reason.RELATED
    assert Reason.INTEREST not in first.reasons


def test_own_words_count_like_an_interest(index: CourseIndex) -> None:
    first = advise(index, ME, own_words="書道をしてみたい")[0]
    assert (first.course.id, first.reasons[0]) == (1, Reason.OWN_WORDS)


def test_with_interests_nothing_else_is_padded(index: CourseIndex) -> None:
    assert set(ids(advise(index, ME, interests=("language",)))) == {8}


def test_nothing_suits_is_an_empty_answer() -> None:
    index = CourseIndex([course(1, "こども工作", min_age=6, max_age=12)], version=1)
    assert advise(index, SENIOR) == ()
    assert advise(index) == ()
    assert advise(CourseIndex((), version=1), ME) == ()


def test_a_family_is_told_whose_course_it_is(index: CourseIndex) -> None:
    whose = {item.course.id: item.member_key for item in advise(index, ME, CHILD, TODDLER)}
    assert (whose[2], whose[3]) == ("child", "baby")
    assert all(whose.get(number, "me") == "me" for number in (1, 5, 6, 8))


def test_an_adult_alone_is_not_sent_to_a_parent_and_child_course(index: CourseIndex) -> None:
    assert 3 not in ids(advise(index, ME))


def test_a_child_is_not_sent_to_a_general_lecture(index: CourseIndex) -> None:
    assert 7 not in ids(advise(index, CHILD))
    assert 15 in ids(advise(index, CHILD))


@pytest.mark.parametrize(
    "facts",
    [
        {"status": CourseStatus.CANCELLED},
        {"kind": CourseKind.CLOSURE},
        {"starts_at": NOW - timedelta(days=1)},
        {"apply_until": NOW - timedelta(hours=1)},
        {"min_age": 40},
        {"max_age": 30},
    ],
)
def test_what_cannot_be_joined_is_never_recommended(facts: dict[str, object]) -> None:
    fitting = course(1, "ヨガ", fields=("sports_fitness",))
    unfit = course(2, "ヨガ", fields=("sports_fitness",), **facts)  # type: ignore[arg-type] # facts by name
    index = CourseIndex([fitting, unfit], version=1)
    assert ids(advise(index, ME, interests=("sports_fitness",))) == [1]


def test_what_opens_later_is_recommended_too() -> None:
    index = CourseIndex([course(1, "ヨガ", fields=("sports_fitness",), apply_from=NOW + timedelta(days=9))], version=1)
    assert ids(advise(index, ME, interests=("sports_fitness",))) == [1]


def test_dismissed_and_applied_courses_stay_away(index: CourseIndex) -> None:
    assert ids(advise(index, ME, interests=("sports_fitness",), excluded=frozenset({5}))) == [6]


def test_a_need_is_met_by_every_course(index: CourseIndex) -> None:
    found = advise(index, ME, interests=("sports_fitness",), needs=(Feature.CHILDCARE,))
    assert ids(found) == [5]
    assert Reason.CHILDCARE in found[0].reasons


def test_a_childs_course_needs_no_childcare(index: CourseIndex) -> None:
    assert 2 in ids(advise(index, ME, CHILD, needs=(Feature.CHILDCARE,)))


def test_place_and_free_time_decide_between_equals() -> None:
    alike = {"fields": ("music",), "min_age": 18}
    index = CourseIndex(
        [
            course(1, "合唱", at="保谷公民館", starts_at=local(2026, 7, 6, 10), **alike),
            course(2, "合唱", at="田無公民館", starts_at=local(2026, 7, 6, 10), **alike),
            course(3, "合唱", at="保谷公民館", starts_at=local(2026, 7, 4, 19), **alike),
        ],
        version=1,
    )
    assert ids(advise(index, ME, interests=("music",), area="田無"))[0] == 2
    at_weekends = advise(index, ME, interests=("music",), free_weekdays=(5,), free_times=(TimeOfDay.EVENING,))
    assert ids(at_weekends)[0] == 3


def test_a_band_is_not_sent_where_most_of_it_may_not_join() -> None:
    index = CourseIndex(
        [course(1, "小学校高学年の将棋", min_age=8, max_age=12), course(2, "中学生の将棋", min_age=12, max_age=15)],
        version=1,
    )
    assert ids(advise(index, Member(key="c", relation="child", min_age=6, max_age=12))) == [1]


def test_who_told_no_age_is_shown_what_every_adult_may_join() -> None:
    index = CourseIndex(
        [
            course(1, "大人の書道", min_age=18),
            course(2, "シニアの書道", min_age=65),
            course(3, "こども書道", max_age=12),
        ],
        version=1,
    )
    assert ids(advise(index, Member(key="me", relation="self"))) == [1]


def test_different_subjects_are_mixed() -> None:
    same = [
        course(number, f"書道 第{number}室", fields=("art_craft",), min_age=30, max_age=40) for number in range(1, 6)
    ]
    other = course(6, "合唱", fields=("music",), min_age=30, max_age=44)
    found = advise(CourseIndex([*same, other], version=1), ME, limit=3)
    assert 6 in ids(found)


def test_what_stands_beside_a_refusal_can_be_joined() -> None:
    full = course(1, "こどもプログラミング", min_age=8, max_age=12, fields=("it_digital",))
    for_adults = course(2, "大人のプログラミング", min_age=18, fields=("it_digital",))
    closed = course(3, "大人のプログラミング 夜", min_age=18, apply_until=NOW - timedelta(days=1))
    index = CourseIndex([full, for_adults, closed, course(4, "俳句", min_age=18)], version=1)
    assert nearest_fit(index, full, ME, now=NOW, zone=TOKYO) == (for_adults,)


def test_similar_courses_are_others_for_the_same_ages(index: CourseIndex) -> None:
    yoga = index.course(5)
    assert yoga is not None
    assert [entry.id for entry in similar(index, yoga, now=NOW, zone=TOKYO)][:1] == [6]


def test_a_course_of_the_wished_field_alone_comes_before_one_of_many() -> None:
    alone = course(2, "合唱", fields=("music",))
    among = course(1, "合唱と体操", fields=("music", "sports_fitness", "health_care"))
    assert ids(advise(CourseIndex([among, alone], version=1), ME, interests=("music",))) == [2, 1]


def test_an_adult_with_wishes_is_sent_nothing_for_the_age_alone() -> None:
    index = CourseIndex([course(1, "年金", min_age=30, max_age=39, fields=("career_money",))], version=1)
    assert advise(index, ME, interests=("music",)) == ()
    assert ids(advise(index, ME)) == [1]


def test_what_is_made_for_the_age_comes_after_what_is_wished_for() -> None:
    pension = course(1, "年金", min_age=30, max_age=39, fields=("career_money",))
    choir = course(2, "合唱", min_age=18, fields=("music",))
    anybody = course(3, "歩く会", min_age=18, fields=("sports_fitness",))
    assert ids(advise(CourseIndex([pension, choir, anybody], version=1), ME, interests=("music",))) == [2, 1]


def test_several_wishes_in_own_words_are_each_met() -> None:
    courses = [course(1, "陶芸", min_age=18, fields=("art_craft",)), course(2, "囲碁", min_age=18), course(3, "相続")]
    assert set(ids(advise(CourseIndex(courses, version=1), ME, own_words="囲碁、陶芸"))) >= {1, 2}


@settings(max_examples=30, deadline=timedelta(seconds=2))
@given(age=st.integers(6, 80))
def test_changing_the_age_changes_the_list(age: int) -> None:
    courses = [course(low, f"{low}代の会", min_age=low, max_age=low + 9) for low in range(0, 90, 10)]
    index = CourseIndex(courses, version=1)

    def of(years: int) -> list[int]:
        return ids(advise(index, Member(key="me", relation="self", min_age=years, max_age=years)))

    assert of(age) == [age // 10 * 10]
    assert of(age) != of(age + 10)


ages = st.integers(0, 100)
members = st.builds(
    lambda age, relation: Member(key=f"{relation}{age}", relation=relation, min_age=age, max_age=age),
    ages,
    st.sampled_from(["self", "child", "partner", "parent"]),
)


titles = st.sampled_from([entry.title for entry in COURSES])
pasts = st.lists(
    st.builds(Past, title=titles, deed=st.sampled_from(Deed), strength=st.floats(0, 1, width=32)), max_size=4
)


@settings(max_examples=100, deadline=timedelta(seconds=2))
@given(
    people=st.lists(members, min_size=1, max_size=4),
    interests=st.lists(st.sampled_from(["sports_fitness", "music", "art_craft", "language"]), max_size=2),
    needs=st.lists(st.sampled_from([Feature.SIGN_LANGUAGE, Feature.CHILDCARE]), max_size=1),
    days=st.integers(0, 60),
    known=st.builds(
        Profile,
        people=st.just(()),
        history=pasts.map(tuple),
        looks=st.dictionaries(st.sampled_from(["sports_fitness", "music", "language"]), st.floats(0, 1, width=32)),
        excluded=st.frozensets(st.integers(1, 15), max_size=3),
    ),
)
def test_no_recommendation_breaks_what_must_hold(
    people: list[Member], interests: list[str], needs: list[Feature], days: int, known: Profile
) -> None:
    """Whatever was liked before: it only puts in order, and lets in, what may be shown at all."""
    now = NOW + timedelta(days=days)
    profile = replace(known, people=tuple(people), interests=tuple(interests), needs=tuple(needs))
    found = recommend(_INDEX, profile, now=now, zone=TOKYO)
    assert not known.excluded & set(ids(found))
    by_key = {member.key: member for member in people}
    for item in found:
        member = by_key[item.member_key]
        assert item.course.takes_applications(now)
        assert _admits(item.course, member)
        assert item.reasons
        assert Feature.SIGN_LANGUAGE not in needs or item.course.sign_language
    assert len({item.course.id for item in found}) == len(found) <= 10


def _admits(entry: CourseEntry, member: Member) -> bool:
    low, high = member.years
    return (entry.min_age is None or entry.min_age <= low) and (entry.max_age is None or high <= entry.max_age)


_INDEX = CourseIndex([replace(entry, apply_until=None) if entry.id == 10 else entry for entry in COURSES], version=1)
