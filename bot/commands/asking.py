"""`courses`, `ask` and `recommend`: what independent clients read, line by line."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from bot.commands.opening import load_index, open_database
from bot.settings import load_settings
from catalog.errors import ManabiError
from catalog.export import courses_json
from catalog.search.index import CourseIndex
from catalog.search.loading import load_entries
from handlers import asking
from scheduler.clock import SystemClock


class UnreadableLineError(ManabiError):
    """A line on standard input is not a JSON object."""


async def print_courses(*, as_json: bool) -> None:
    """One course a line, in the order of their ids."""
    settings = load_settings()
    async with open_database(settings) as database, database.reading() as db:
        entries = await load_entries(db)
    for entry in entries:
        line = courses_json(entry, settings.zone)
        _write(line if as_json else f"{line['source_id']}\t{line['title']}")


async def answer_text(text: str, *, as_json: bool) -> None:
    """One question, for a person to read unless `as_json`."""
    settings = load_settings()
    async with open_database(settings) as database:
        index = await load_index(database)
    now = SystemClock(settings.clock).now()
    answer = asking.answer({"id": "1", "text": text}, index, now=now, zone=settings.zone)
    if as_json:
        _write(answer)
        return
    _write(f"intent  {answer['intent']}")
    _write(f"slots   {orjson.dumps(answer['slots']).decode()}")
    for course in answer["courses"]:
        _write(f"{course['score']:8.3f}  {course['source_id']}  {course['title']}  {', '.join(course['reasons'])}")
    for course in answer["alternatives"]:
        _write(f"   instead  {course['source_id']}  {course['title']}  ({', '.join(course['relaxed'])})")


async def explain_text(text: str) -> None:
    """Why one question is answered as it is, for staff and developers to read."""
    settings = load_settings()
    async with open_database(settings) as database:
        index = await load_index(database)
    for line in asking.explain(text, index, now=SystemClock(settings.clock).now(), zone=settings.zone):
        _write(line)


async def answer_lines() -> None:
    """One JSON question a line in, one JSON answer a line out."""
    await _each_line(asking.answer)


async def recommend_lines() -> None:
    """One JSON profile a line in, one JSON line of courses out."""
    await _each_line(asking.recommend_json)


async def _each_line(answer: Callable[..., dict[str, Any]]) -> None:
    settings = load_settings()
    async with open_database(settings) as database:
        index: CourseIndex = await load_index(database)
    clock = SystemClock(settings.clock)
    for line in _objects():
        _write(answer(line, index, now=clock.now(), zone=settings.zone))
        sys.stdout.flush()


def _objects() -> Iterator[dict[str, Any]]:
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise UnreadableLineError(f"line {number} is not JSON: {error}") from None
        if not isinstance(value, dict):
            raise UnreadableLineError(f"line {number} is not a JSON object")
        yield value


def _write(line: dict[str, Any] | str) -> None:
    sys.stdout.write((line if isinstance(line, str) else orjson.dumps(line).decode()) + "\n")
