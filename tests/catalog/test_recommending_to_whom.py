"""Whom a course means beyond its ages: advice sends nobody where they are not meant, nor where that is in doubt."""

import pytest

from catalog.advised import Member
from catalog.search.criteria import Feature
from catalog.search.entry import CourseEntry
from catalog.search.index import CourseIndex
from tests.catalog.search.factories import course
from tests.catalog.test_recommend import CHILD, ME, TODDLER, advise, ids


def lecture(number: int, title: str, target: str, **facts: object) -> CourseEntry:
    return course(number, title, target_text=target, fields=("parenting",), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("title", "target", "theirs", "others"),
    [
        ("食事の話", "1歳〜3歳の子の保護者", 2, 5),
        ("食事の話", "生後5〜8か月児の保護者", 0, 3),
        ("学びの話", "小・中学生の保護者(子ども同伴可)", 9, 3),
        ("離乳食の話", "子育て中の方", 1, 8),
        ("思春期の話", "子どもの保護者", 14, 4),
        ("子育ての話", "幼児の親 ▽保育あり(6歳以上)", 4, 12),
    ],
)
def test_a_lecture_for_parents_is_for_those_with_children_of_that_age(
    title: str, target: str, theirs: int, others: int
) -> None:
    index = CourseIndex([lecture(1, title, target)], version=1)

    def child(age: int) -> Member:
        return Member(key="child", relation="child", min_age=age, max_age=age)

    shown = advise(index, ME, child(theirs), interests=("parenting",))
    assert [(item.course.id, item.member_key) for item in shown] == [(1, "me")]
    assert advise(index, ME, child(others), interests=("parenting",)) == ()
    assert advise(index, ME, interests=("parenting",)) == ()
    assert ids(advise(index, ME, family=(child(theirs),), interests=("parenting",))) == [1]


def test_a_lecture_whose_ages_are_the_childrens_is_not_shown_to_the_children() -> None:
    index = CourseIndex([lecture(1, "学びの話", "小学生の保護者", min_age=6, max_age=12)], version=1)
    assert advise(index, ME, CHILD, interests=("parenting",)) == ()


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("妊娠中の方とパートナー", "妊娠中です"),
        ("外国籍の方", "外国人のための日本語"),
        ("犬の飼い主", "犬を飼っている飼い主"),
        ("祖父母", "祖父母として孫と過ごす"),
    ],
)
def test_a_course_for_few_is_shown_to_who_speaks_of_it(target: str, words: str) -> None:
    index = CourseIndex([course(1, f"{words}講座", target_text=target, fields=("parenting",))], version=1)
    assert advise(index, ME, interests=("parenting",)) == ()
    assert advise(index, ME) == ()
    assert ids(advise(index, ME, interests=("parenting",), own_words=words)) == [1]


@pytest.mark.parametrize("target", ["障害のある方もない方も", "外国人の方も歓迎", "性別は問いません。女性の参加も"])
def test_who_may_come_too_leaves_the_course_open_to_all(target: str) -> None:
    index = CourseIndex([course(1, "合唱", target_text=target, fields=("music",))], version=1)
    assert ids(advise(index, ME, interests=("music",))) == [1]


def test_a_course_for_a_group_comes_after_the_others() -> None:
    women = course(1, "合唱", target_text="市内在住の女性", fields=("music",))
    everybody = course(2, "合唱", target_text="一般", fields=("music",))
    assert ids(advise(CourseIndex([women, everybody], version=1), ME, interests=("music",)))[0] == 2


def test_a_course_for_everybody_is_the_residents_not_the_toddlers() -> None:
    index = CourseIndex([course(1, "防災講座", target_text="どなたでも", fields=("disaster",))], version=1)
    assert [item.member_key for item in advise(index, ME, TODDLER)] == ["me"]
    assert advise(index, TODDLER) == ()


def test_who_comes_along_to_a_course_for_all_ages_needs_childcare() -> None:
    index = CourseIndex([course(1, "星空", min_age=6, fields=("science",))], version=1)
    assert advise(index, ME, CHILD, needs=(Feature.CHILDCARE,)) == ()


@pytest.mark.parametrize(("description", "shown"), [("小学生が集まります。", []), ("ゆっくり話します。", [1])])
def test_a_course_that_says_nowhere_whom_it_is_for_is_taken_for_those_it_mentions(
    description: str, shown: list[int]
) -> None:
    index = CourseIndex([course(1, "工作", description=description, fields=("art_craft",))], version=1)
    assert ids(advise(index, ME, interests=("art_craft",))) == shown


@pytest.mark.parametrize(
    ("facts", "years", "suits"),
    [
        ({"target_text": "小学生の保護者", "life_stages": ("adult",)}, 8, True),
        ({"target_text": "小学生の保護者", "life_stages": ("adult",)}, 2, False),
        ({"target_text": "子育て中の方", "life_stages": ("adult",)}, 3, True),
        ({"target_text": "子育て中の方", "life_stages": ("adult",)}, 14, False),
        ({"target_text": "保護者", "life_stages": ("adult",)}, 8, False),  # in doubt, none
        ({"description": "学校に行きづらいお子さんがいる保護者の方、話しに来ませんか。"}, 8, True),
        ({"description": "学校に行きづらいお子さんがいる保護者の方、話しに来ませんか。"}, 1, False),
    ],
)
def test_a_lecture_for_parents_is_for_those_with_a_child_it_is_about(
    facts: dict[str, object], years: int, suits: bool
) -> None:
    lecture = course(1, "家庭のはなし", fields=("parenting",), **facts)  # type: ignore[arg-type] # facts by name
    child = Member(key="child", relation="child", min_age=years, max_age=years)
    assert ids(advise(CourseIndex([lecture], version=1), ME, child)) == [1] * suits


@pytest.mark.parametrize("title", ["こどもの工作", "定年後の地域デビュー"])
def test_a_title_that_names_others_is_in_doubt_for_them(title: str) -> None:
    assert advise(CourseIndex([course(1, title)], version=1), ME) == ()


def test_parents_and_children_of_unstated_ages_are_those_that_the_text_mentions() -> None:
    together = course(1, "親子リトミック", description="1歳から2歳のお子さんと踊ります。", parent_child=True)
    index = CourseIndex([together], version=1)
    teenager = Member(key="me", relation="self", min_age=16, max_age=16)
    assert (ids(advise(index, ME, TODDLER)), advise(index, ME, CHILD), advise(index, teenager)) == ([1], (), ())
