"""What a course asks of those who apply (申込時の質問), and what residents answered.

Answers belong to the resident: they are kept whether or not an application comes of them, and nobody is asked twice.
"""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog.models import Answer, CourseQuestion, QuestionKind
from catalog.search.entry import CourseEntry

MAX_LETTERS = 500
AGREED = "同意する"
SKIPPED = ""  # the answer to a question that need not be answered


class Doubt(StrEnum):
    """Why words are no answer to a question."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_AN_OPTION = "not_an_option"
    NOT_AGREED = "not_agreed"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the resident's answer, None before there is one."""

    question: CourseQuestion
    answer: str | None

    @property
    def number(self) -> int:
        return self.question.id or 0


async def of_course(db: AsyncSession, course_id: int, resident_id: int) -> list[Asked]:
    """All that a course asks, in its order, each with the resident's answer."""
    rows = await db.execute(
        select(CourseQuestion, col(Answer.words))
        .join(
            Answer,
            (col(Answer.question_id) == col(CourseQuestion.id)) & (col(Answer.resident_id) == resident_id),
            isouter=True,
        )
        .where(col(CourseQuestion.course_id) == course_id)
        .order_by(col(CourseQuestion.position), col(CourseQuestion.id))
    )
    return [Asked(row[0], row[1]) for row in rows]


def missing(asked: Sequence[Asked]) -> list[Asked]:
    """What is still to be asked. An answer that the question no longer takes is asked for again."""
    return [item for item in asked if item.answer is None or isinstance(read(item.question, item.answer), Doubt)]


def options(question: CourseQuestion) -> list[str]:
    """The answers to choose from; none where one writes freely."""
    if question.kind is QuestionKind.CONSENT:
        return [AGREED]
    return [str(option) for option in json.loads(question.options)] if question.kind is QuestionKind.CHOICE else []


def read(question: CourseQuestion, words: str) -> str | Doubt:
    """The answer that words are to a question, or why they are none. A choice may be told by its number."""
    said = "".join(sign for sign in words if sign == "\n" or unicodedata.category(sign)[0] != "C").strip()
    if not said:
        return Doubt.EMPTY if question.required or question.kind is QuestionKind.CONSENT else SKIPPED
    if question.kind is QuestionKind.CONSENT:
        return AGREED if _plain(said) in {_plain(AGREED), "はい", "同意します"} else Doubt.NOT_AGREED
    if question.kind is QuestionKind.CHOICE:
        return _option(options(question), said)
    return said if len(said) <= MAX_LETTERS else Doubt.TOO_LONG


async def store(db: AsyncSession, question: CourseQuestion, resident_id: int, words: str, *, now: datetime) -> None:
    """Keeps an answer, instead of the one before. `words` as `read` gave them."""
    await db.merge(Answer(question_id=question.id or 0, resident_id=resident_id, words=words, answered_at=now))
    await db.flush()


def changeable(course: CourseEntry, now: datetime) -> bool:
    """Whether answers may still be given or changed: until applications close, at the latest until it starts."""
    return course.apply_until >= now if course.apply_until is not None else bool(course.coming(now))


def _option(choices: list[str], said: str) -> str | Doubt:
    plain = _plain(said)
    if plain.isascii() and plain.isdigit() and 1 <= int(plain) <= len(choices) and plain not in map(_plain, choices):
        return choices[int(plain) - 1]
    return next((option for option in choices if _plain(option) == plain), Doubt.NOT_AN_OPTION)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
