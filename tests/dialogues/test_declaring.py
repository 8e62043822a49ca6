"""Who may join, said and asked: 在住・在勤・在学 and gender in one tap, grades, pairs, series, clashes in time."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import update
from sqlmodel import col

from catalog.course_changes import raise_version
from catalog.models import Course, Gender, Platform, Relation, Residency
from tests.dialogues.conftest import play
from tests.dialogues.happenings import entry, has_family, rules
from tests.dialogues.script import Dialogue
from tests.dialogues.test_applying import adult
from tests.stage import Stage

# D13: the calligraphy course, for grown-ups, which here is for 市内在住・在勤・在学. D14: from school age on.
DIALOGUES = (
    Dialogue(
        "asked once, with the reason; the application goes on, and the next one asks nothing",
        (
            *adult(),
            ("講座番号{course:D13}", "書道のいろは"),
            (
                "[申し込む]",
                ("市内在住・在勤・在学の方が対象です", "ご自身は、どれにあたりますか", "!この内容で", "!人によって"),
            ),
            ("[市内で働いている]", ("「書道のいろは」", "この内容で申し込みますか")),
            ("[申し込む]", "申し込みました。"),
            ("[申込を見る]", "取り消す"),
            ("[取り消す]", "取り消しますか"),
            ("[取り消す]", "取り消しました"),
            ("講座番号{course:D13}", "書道のいろは"),
            ("[申し込む]", ("この内容で申し込みますか", "!どれにあたりますか")),
        ),
    ),
    Dialogue(
        "answered in words",
        (
            *adult(),
            ("講座番号{course:D13}", "書道のいろは"),
            ("[申し込む]", "どれにあたりますか"),
            ("市内に住んでいます", "この内容で申し込みますか"),
        ),
    ),
    Dialogue(
        "refused in the course's terms; a slip of the finger can be put right",
        (
            *adult(),
            ("講座番号{course:D13}", "書道のいろは"),
            ("[申し込む]", "どれにあたりますか"),
            (
                "[どれでもない]",
                (
                    "市内在住・在勤・在学の方が対象で、ご自身はうかがった内容ではあてはまりません",
                    "042-000-0001",
                    "おすすめ",
                ),
            ),
            ("[答えをなおす]", "どれにあたりますか"),
            ("[市内に通学している]", "この内容で申し込みますか"),
        ),
    ),
    Dialogue(
        "two who differ are asked one by one",
        (
            *adult(),
            (has_family(("ゆう", Relation.PARTNER, 1985)), ""),
            ("講座番号{course:D13}", "書道のいろは"),
            ("[申し込む]", "どなたが参加しますか"),
            ("[ご自身]", "✓ ご自身"),
            ("[ゆうさん]", "✓ ゆうさん"),
            ("[次へ]", ("ご自身・ゆうさんは、どれにあたりますか", "人によってちがう")),
            ("[人によってちがう]", ("ご自身は、どれにあたりますか", "!ゆうさんは")),
            ("[市内に住んでいる]", ("ゆうさんは、どれにあたりますか", "!ご自身")),
            ("[どれでもない]", ("ゆうさんはうかがった内容では", "ほかの人だけで")),
            ("[ほかの人だけで]", ("この内容で申し込みますか", "!参加:")),
        ),
    ),
    Dialogue(
        "the gender is asked only where a course is for one, and never used for anything else",
        (
            *adult(),
            (rules("D01", gender=Gender.FEMALE), ""),
            ("講座番号{course:D01}", "はじめてのヨガ教室"),
            ("[申し込む]", ("ご自身の性別を教えてください", "ほかには使いません", "女性", "男性")),
            ("[男性]", ("女性が対象で、ご自身はあてはまりません", "042-000-0001")),
            ("[答えをなおす]", "性別を教えてください"),
            ("[女性]", "この内容で申し込みますか"),
        ),
    ),
    Dialogue(
        "a child alone at a parent-and-child course comes with the parent by one tap",
        (
            *adult(),
            (has_family(("はる", Relation.CHILD, 2018)), ""),
            ("講座番号{course:D02}", "親子クッキング"),
            ("[申し込む]", "どなたが参加しますか"),
            ("[はるさん]", "✓ はるさん"),
            ("[次へ]", ("はるさんは保護者の方といっしょに申し込めます", "ご自身も")),
            ("[ご自身も]", ("参加: ご自身・はるさん", "この内容で")),
        ),
    ),
    Dialogue(
        "one course of the series a person",
        (
            *adult(),
            (rules("D01", series="健康づくり", quota_per_series=1), ""),
            (rules("D09", series="健康づくり", quota_per_series=1), ""),
            ("講座番号{course:D01}", "はじめてのヨガ教室"),
            ("[申し込む]", "この内容で"),
            ("[申し込む]", "申し込みました。"),
            ("講座番号{course:D09}", "英会話カフェ"),
            ("[申し込む]", ("「健康づくり」はお一人1講座までで、ご自身はもう申し込んでいます", "申込を見る")),
        ),
    ),
)


@pytest_asyncio.fixture(loop_scope="session")
async def town(stage: Stage) -> AsyncIterator[Stage]:
    """The stage, with D13 for whoever lives, works or learns in the city."""
    await _for(stage, Residency.RESIDENTS_OR_WORKERS_OR_STUDENTS)
    yield stage
    await _for(stage, Residency.NONE)


async def _for(stage: Stage, residency: Residency) -> None:
    async with stage.service.database.transaction() as db:
        await db.execute(update(Course).where(col(Course.id) == entry(stage, "D13").id).values(residency=residency))
        await raise_version(db)
    await stage.service.catalogue.refresh(stage.service.database)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.name)
async def test_declaring(town: Stage, platform: Platform, dialogue: Dialogue) -> None:
    await play(town, platform, dialogue)
