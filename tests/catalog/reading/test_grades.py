"""School grades in a 対象: read where they are all that it says, and left alone beside anything else."""

import pytest

from catalog.reading.grades import Grades, read_grades


@pytest.mark.parametrize(
    ("target", "grades"),
    [
        ("小学3〜4年生", Grades(3, 4)),
        ("小学１～３年生の子と保護者", Grades(1, 3)),
        ("小1〜中3", Grades(1, 9)),
        ("小学生", Grades(1, 6)),
        ("小学生とその保護者", Grades(1, 6)),
        ("小・中学生", Grades(1, 9)),
        ("中学生・高校生", Grades(7, 12)),
        ("小学4年生〜中学生", Grades(4, 9)),
        ("小学校五年生・六年生", Grades(5, 6)),
        ("市内在住・在学の小学4〜6年生", Grades(4, 6)),
        ("市内在住の小学3年生から6年生(保護者同伴可)", Grades(3, 6)),
        ("小学4年生以上", Grades(4, None)),
        ("高校生以上", Grades(10, None)),
        ("小学3年生まで", Grades(None, 3)),
        ("対象:高校2年生", Grades(11, 11)),
    ],
)
def test_grades_that_are_all_a_target_says(target: str, grades: Grades) -> None:
    assert read_grades(target) == grades


@pytest.mark.parametrize(
    "target",
    [
        "",
        "どなたでも",
        "18歳以上",
        "3歳〜小学3年生",  # younger children have no grade
        "年長〜小学2年生",
        "中学生・一般",
        "高校生〜30代の方",
        "中学5年生",  # no such grade
        "新小学1年生",  # of next April
        "25m泳げる小学生",
        "小学生の保護者",  # for carers, not for pupils
        "小学生(1・2年生は保護者と)と70歳以上",
    ],
)
def test_beside_anything_else_ages_are_what_counts(target: str) -> None:
    assert read_grades(target) is None
