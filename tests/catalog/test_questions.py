"""A course's questions: what counts as an answer, what is still to be asked, and until when it may be changed."""

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest

from catalog import questions
from catalog.database import Database
from catalog.models import CourseQuestion, QuestionKind
from catalog.questions import Doubt
from tests.catalog.builders import course as make_course
from tests.catalog.builders import household
from tests.catalog.search.factories import NOW


def question(kind: QuestionKind, *options: str, required: bool = True) -> CourseQuestion:
    return CourseQuestion(
        course_id=1, kind=kind, words="?", options=json.dumps(options, ensure_ascii=False), required=required
    )


TEXT, CONSENT = question(QuestionKind.TEXT), question(QuestionKind.CONSENT)
CHOICE = question(QuestionKind.CHOICE, "はじめて", "2回目", "3回以上")
NUMBERS = question(QuestionKind.CHOICE, "1", "3", "2")


@pytest.mark.parametrize(
    ("asked", "said", "read"),
    [
        (TEXT, " ひざが痛いです ", "ひざが痛いです"),
        (TEXT, "一行目\n二行目", "一行目\n二行目"),
        (TEXT, "\u200b\x00", Doubt.EMPTY),
        (TEXT, "あ" * questions.MAX_LETTERS, "あ" * questions.MAX_LETTERS),
        (TEXT, "あ" * (questions.MAX_LETTERS + 1), Doubt.TOO_LONG),
        (question(QuestionKind.TEXT, required=False), " ", questions.SKIPPED),
        (CHOICE, "はじめて", "はじめて"),
        (CHOICE, "2回目", "2回目"),
        (CHOICE, "3", "3回以上"),
        (CHOICE, "4", Doubt.NOT_AN_OPTION),
        (CHOICE, "0", Doubt.NOT_AN_OPTION),
        (CHOICE, "たまに", Doubt.NOT_AN_OPTION),
        (NUMBERS, "3", "3"),  # the answer itself, not the third
        (CONSENT, "同意します", questions.AGREED),
        (CONSENT, "はい", questions.AGREED),
        (CONSENT, "いいえ", Doubt.NOT_AGREED),
        (question(QuestionKind.CONSENT, required=False), "", Doubt.EMPTY),
    ],
)
def test_what_counts_as_an_answer(asked: CourseQuestion, said: str, read: str | Doubt) -> None:
    assert questions.read(asked, said) == read


async def test_each_is_asked_once_in_the_order_of_the_course(database: Database) -> None:
    async with database.transaction() as db:
        course = await make_course(db)
        resident = await household(db)
        stored = [
            CourseQuestion(course_id=course.id, position=2, kind=QuestionKind.TEXT, words="二"),
            CourseQuestion(course_id=course.id, position=1, kind=QuestionKind.TEXT, words="一", required=False),
        ]
        db.add_all(stored)
        await db.flush()

        async def open_words() -> Sequence[str]:
            asked = await questions.of_course(db, course.id, resident.id)
            return [item.question.words for item in questions.missing(asked)]

        assert await open_words() == ["一", "二"]
        await questions.store(db, stored[1], resident.id, questions.SKIPPED, now=NOW)
        assert await open_words() == ["二"]
        await questions.store(db, stored[0], resident.id, "はい", now=NOW)
        assert await open_words() == []


async def test_an_answer_is_changed_and_belongs_to_one_resident(database: Database) -> None:
    async with database.transaction() as db:
        course = await make_course(db)
        one = await household(db)
        other = await household(db)
        asked = CourseQuestion(course_id=course.id, kind=QuestionKind.TEXT, words="?")
        db.add(asked)
        await db.flush()
        await questions.store(db, asked, one.id, "前", now=NOW)
        await questions.store(db, asked, one.id, "後", now=NOW)
        assert [item.answer for item in await questions.of_course(db, course.id, one.id)] == ["後"]
        assert [item.answer for item in await questions.of_course(db, course.id, other.id)] == [None]


async def test_an_option_that_is_gone_is_asked_for_again(database: Database) -> None:
    async with database.transaction() as db:
        course = await make_course(db)
        resident = await household(db)
        asked = CourseQuestion(
            course_id=course.id, kind=QuestionKind.CHOICE, words="?", options=json.dumps(["赤", "青"])
        )
        db.add(asked)
        await db.flush()
        await questions.store(db, asked, resident.id, "赤", now=NOW)
        asked.options = json.dumps(["青", "黄"])
        await db.flush()
        found = await questions.of_course(db, course.id, resident.id)
        assert [item.question.words for item in questions.missing(found)] == ["?"]


async def test_answers_change_until_applications_close(database: Database) -> None:
    async with database.transaction() as db:
        course = await make_course(db, apply_until=NOW + timedelta(days=1))
        assert questions.changeable(course, NOW)
        assert not questions.changeable(course, NOW + timedelta(days=1, minutes=1))


async def test_without_a_deadline_answers_change_until_it_starts(database: Database) -> None:
    async with database.transaction() as db:
        course = await make_course(db)
        assert questions.changeable(course, NOW)
        assert not questions.changeable(course, course.sessions[-1].starts_at)
