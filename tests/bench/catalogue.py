"""A catalogue of a large city for measuring: the sample announcements many times over, with variation."""

import csv
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from zoneinfo import ZoneInfo

import asyncpg

from catalog import schema
from catalog.database import Database
from catalog.importing import import_file
from catalog.samples import COLUMNS, sample_rows
from tests.conftest import POSTGRES

COURSES = 3_000

_KINDS = (
    *(
        "",
        "はじめての",
        "やさしい",
        "夜の",
        "土曜の",
        "朝の",
        "親子で楽しむ",
        "もういちど学ぶ",
        "ゆっくり",
        "三日でわかる",
    ),
    *("仲間と", "駅前の", "公園で", "図書館の", "夏の", "秋の", "冬の", "春の", "みんなの", "週末の", "体験"),
)
_WHERE = ("場所名称", "住所", "方書", "緯度", "経度", "アクセス方法", "駐車場情報")
_APART = timedelta(days=4)  # between one run of the samples and the next


def bench_rows(courses: int, today: date) -> list[dict[str, str]]:
    """Rows of so many courses: each run of the samples has its own numbers, titles, days and places."""
    rows = list(islice(_runs(today), courses * 2))
    numbers = list(dict.fromkeys(_number(row) for row in rows))[:courses]
    wanted = set(numbers)
    return [row for row in rows if _number(row) in wanted]


def _runs(today: date) -> Iterator[dict[str, str]]:
    for run in count():
        samples = sample_rows(today + run * _APART)
        kind = _KINDS[run % len(_KINDS)]
        for at, row in enumerate(samples):
            # A series stays at one place: the place moves with the announcement, whose number begins its rows'.
            venue = samples[(at + run * 31) % len(samples)] if "-" not in row["NO"] else row
            yield (
                row
                | {column: venue[column] for column in _WHERE}
                | {"NO": f"R{run:02}{row['NO']}", "イベント名": f"{kind}{row['イベント名']}"}
            )


def _number(row: dict[str, str]) -> str:
    return row["NO"].partition("-")[0]


async def fill(url: str, folder: Path, *, now: datetime, zone: ZoneInfo, courses: int = COURSES) -> int:
    """Imports the catalogue into an empty database, as a city's list. Returns how many courses it has then."""
    path = folder / "bench.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(bench_rows(courses, now.astimezone(zone).date()))
    database = Database(url)
    try:
        await schema.upgrade(database)
        return (await import_file(database, path, zone=zone, now=now)).courses
    finally:
        await database.close()


@asynccontextmanager
async def postgres_database() -> AsyncIterator[str | None]:
    """The address of an empty database of its own on the tests' server, dropped afterwards; None without a server."""
    name = f"manabi_bench_{uuid.uuid4().hex[:12]}"
    try:
        await _administer(f'CREATE DATABASE "{name}"')
    except (TimeoutError, OSError, asyncpg.PostgresError):
        yield None
        return
    try:
        yield POSTGRES.rsplit("/", 1)[0] + f"/{name}"
    finally:
        await _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


async def _administer(statement: str) -> None:
    connection = await asyncpg.connect(POSTGRES, timeout=3)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
