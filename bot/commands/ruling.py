"""`staff`: a course's own rules and its questions."""

import json
import sys
from datetime import date, datetime
from enum import StrEnum
from types import UnionType
from typing import Any, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlmodel import col

from bot.commands.desk import DeskError, open_desk
from catalog import registration
from catalog.models import CourseQuestion, CourseRules, QuestionKind

_NOT_SET_BY_HAND = frozenset({"course_id", "childcare_taken"})
_YES, _NO = frozenset({"yes", "true", "1", "はい"}), frozenset({"no", "false", "0", "いいえ"})


async def rules(course_id: int, settings: list[str], *, by: str) -> int:
    """`staff rules`: KEY=VALUE sets, KEY= takes back what may be left open; without any all are shown."""
    async with open_desk(by if settings else "―") as desk:
        await desk.course(course_id)
        found = await registration.rules_of(desk.db, course_id)
        for setting in settings:
            name, _equals, value = setting.partition("=")
            setattr(found, name, _value(name, value, desk.city.zone))
        if settings:
            desk.db.add(found)
            await desk.db.flush()
        for name in _names():
            value = getattr(found, name)
            sys.stdout.write(f"{name}\t{'' if value is None else value}\n")
    return 0


async def ask(course_id: int, words: str, *, options: list[str], consent: bool, required: bool, by: str) -> int:
    """`staff ask`: a question, a choice or a consent, asked of everybody who applies from now on."""
    if len(options) == 1 or (options and consent):
        raise DeskError("選択肢は2つ以上、--consent とは別に入れてください。")
    if not 0 < len(words) <= 300 or any(not 0 < len(option) <= 20 for option in options):
        raise DeskError("質問は300字まで、選択肢は20字までです。")
    kind = QuestionKind.CONSENT if consent else QuestionKind.CHOICE if options else QuestionKind.TEXT
    async with open_desk(by) as desk:
        course = await desk.course(course_id)
        asked = await desk.db.scalar(
            select(func.count()).select_from(CourseQuestion).where(col(CourseQuestion.course_id) == course_id)
        )
        desk.db.add(
            CourseQuestion(
                course_id=course_id,
                position=(asked or 0) + 1,
                kind=kind,
                words=words,
                options=json.dumps(options, ensure_ascii=False),
                required=required,
            )
        )
    sys.stdout.write(f"「{course.title}」の質問は{(asked or 0) + 1}問です。\n")
    return 0


def _names() -> list[str]:
    return [name for name in CourseRules.model_fields if name not in _NOT_SET_BY_HAND]


def _value(name: str, text: str, zone: ZoneInfo) -> Any:
    """The value in the rule's own type. Raises DeskError for an unknown rule, or a value that it cannot have."""
    if name not in _names():
        raise DeskError(f"「{name}」という決まりはありません。manabi staff rules 講座番号 で一覧が見られます。")
    kinds = _kinds(CourseRules.model_fields[name].annotation)
    if not text:
        if type(None) not in kinds:
            raise DeskError(f"「{name}」には値が要ります。")
        return None
    try:
        return _read(kinds[0], text, zone)
    except ValueError:
        raise DeskError(f"「{name}」に「{text}」は入れられません。") from None


def _kinds(annotation: Any) -> tuple[Any, ...]:
    """(int,) of int, (int, None's type) of int | None."""
    return get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)


def _read(kind: Any, text: str, zone: ZoneInfo) -> Any:
    if kind is bool:
        if text.lower() not in _YES | _NO:
            raise ValueError(text)
        return text.lower() in _YES
    if kind is int:
        number = int(text)
        if not 0 <= number <= 100_000:
            raise ValueError(text)
        return number
    if kind is datetime:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(ZoneInfo("UTC"))
    if kind is date:
        return date.fromisoformat(text)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(text)
    return text[:60]
