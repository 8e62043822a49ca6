"""Whom a course means beyond its ages: advice sends nobody where they are not meant, nor where that is in doubt."""

import pytest

from catalog.advised import Member
from catalog.leanings import Deed, Past
from catalog.search.criteria import Feature
from catalog.search.entry import CourseEntry
from catalog.search.index import CourseIndex
from tests.catalog.search.factories import course
from tests.catalog.test_recommend import CHILD, ME, SENIOR, TODDLER, advise, ids


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


@pytest.mark.parametrize(
    ("title", "target", "words", "told"),
    [
        ("くらしとお金の講座", "ひとり親の方", "家計のこと", False),  # near in topic, and yet for others
        ("くらしとお金の講座", "ひとり親の方", "シングルマザーです", True),
        ("じいじ・ばあばの講座", None, "もうすぐ親になります", False),
        ("じいじ・ばあばの講座", None, "孫の世話", True),
        ("がいこくじんの おやの せつめいかい", None, "学校のこと", False),
        ("がいこくじんの おやの せつめいかい", None, "外国から来ました", True),
        ("わかちあいの会", "家族を亡くされた方", "友だちがほしい", False),
        ("わかちあいの会", "家族を亡くされた方", "夫を亡くしました", True),
        ("準備講座", "再就職をめざす女性", "ブランクがあって心配", True),
    ],
)
def test_a_situation_of_life_is_told_not_guessed(title: str, target: str | None, words: str, told: bool) -> None:
    index = CourseIndex([course(1, title, target_text=target, fields=("career_money",))], version=1)
    assert ids(advise(index, ME, interests=("career_money",), own_words=words)) == [1] * told


def test_a_situation_is_told_by_the_household_and_by_what_was_liked_before() -> None:
    grandparents = course(1, "孫育て講座", fields=("parenting",))
    alone = course(2, "ひとり親のための家計講座", fields=("parenting",))
    index = CourseIndex([grandparents, alone], version=1)
    grandchild = Member(key="grandchild", relation="grandchild", min_age=3, max_age=3)
    liked, dismissed = (Past(title="ひとり親の交流会", deed=deed) for deed in (Deed.SAVED, Deed.DISMISSED))
    assert advise(index, SENIOR, interests=("parenting",)) == ()
    assert ids(advise(index, SENIOR, grandchild, interests=("parenting",))) == [1]
    assert ids(advise(index, ME, interests=("parenting",), history=(liked,))) == [2]
    assert advise(index, ME, interests=("parenting",), history=(dismissed,)) == ()


@pytest.mark.parametrize("title", ["ひとり親支援ボランティア養成", "LGBTQを知る講座", "双子座の星をさがす"])
def test_what_is_about_people_in_a_situation_is_for_others_too(title: str) -> None:
    index = CourseIndex([course(1, title, fields=("human_rights_peace",))], version=1)
    assert ids(advise(index, ME, interests=("human_rights_peace",))) == [1]


def test_a_lecture_for_parents_and_those_to_be_is_for_either() -> None:
    first_aid = lecture(1, "救命講習", "就学前の子の保護者や、これから親になる方")
    index = CourseIndex([first_aid], version=1)
    assert ids(advise(index, ME, TODDLER, interests=("parenting",))) == [1]
    assert ids(advise(index, ME, interests=("parenting",), own_words="出産の準備")) == [1]
    assert advise(index, ME, interests=("parenting",)) == ()


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


@pytest.mark.parametrize(
    ("said", "offered", "years", "met"),
    [
        ("保育あり。", True, 0, True),
        ("保育あり（1歳〜就学前、先着5人）。", True, 0, False),
        ("保育あり（1歳〜就学前、先着5人）。", True, 1, True),
        ("保育＝生後4か月〜2歳児15人", True, 4, False),
        ("保育あり（2歳以上）。", True, 7, True),  # who goes to school is looked after there
        ("お子さん連れ可。", False, 0, True),
        ("赤ちゃんを抱っこしたままどうぞ。", False, 0, True),
        ("どなたでも。", False, 0, False),
    ],
)
def test_childcare_is_a_help_if_it_takes_every_child_before_school(
    said: str, offered: bool, years: int, met: bool
) -> None:
    index = CourseIndex([course(1, "ヨガ", min_age=18, description=said, childcare=offered)], version=1)
    child = Member(key="child", relation="child", min_age=years, max_age=years)
    assert ids(advise(index, ME, family=(child,), needs=(Feature.CHILDCARE,))) == [1] * met


@pytest.mark.parametrize(
    ("target", "facts", "fitting", "unfit"),
    [
        ("年長〜小学3年生、または65歳以上の方", {"min_age": 5}, (6, 70), (14, 35)),
        ("小学生以下の親子30組と、高校生以上の一般20人", {"parent_child": True}, (8, 35), (14,)),
        ("小学生と保護者、または60歳以上の方", {"min_age": 6, "parent_child": True}, (8, 66), (20, 40)),
    ],
)
def test_of_two_groups_nobody_between_is_meant(
    target: str, facts: dict[str, object], fitting: tuple[int, ...], unfit: tuple[int, ...]
) -> None:
    index = CourseIndex([course(1, "合唱", target_text=target, **facts)], version=1)  # type: ignore[arg-type]
    for years in (*fitting, *unfit):
        relation = "child" if years < 13 else "self"
        shown = advise(index, Member(key="me", relation=relation, min_age=years, max_age=years))
        assert ids(shown) == [1] * (years in fitting), years


def test_who_asks_alone_at_fourteen_is_sent_to_no_course_with_a_parent() -> None:
    index = CourseIndex([course(1, "親子の投資", min_age=12, max_age=15, parent_child=True)], version=1)
    assert advise(index, Member(key="me", relation="self", min_age=14, max_age=14)) == ()
    assert ids(advise(index, ME, Member(key="child", relation="child", min_age=14, max_age=14))) == [1]


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
        ({"description": "イヤイヤ期のこころを学びます。"}, 2, True),  # nobody's matter but a parent's
        ({"description": "イヤイヤ期のこころを学びます。"}, 9, False),
        ({"title": "夜泣きと寝かしつけ"}, 0, True),
        ({"title": "夜泣きと寝かしつけ"}, 5, False),
        ({"title": "きょうだいげんかの話"}, 5, False),  # who has one child only
        ({"description": "学校に行きづらいお子さんがいる保護者の方、話しに来ませんか。"}, 8, True),
        ({"description": "学校に行きづらいお子さんがいる保護者の方、話しに来ませんか。"}, 1, False),
    ],
)
def test_a_lecture_for_parents_is_for_those_with_a_child_it_is_about(
    facts: dict[str, object], years: int, suits: bool
) -> None:
    facts = {"title": "家庭のはなし", **facts}
    lecture = course(1, fields=("parenting",), **facts)  # type: ignore[arg-type] # facts by name
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
