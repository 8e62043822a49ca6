"""`draw`: what staff do with a lottery (抽選), and how anybody checks one.

A course whose sessions one applies for singly has a draw for each; a command then goes through all of them.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands.opening import open_database
from bot.public.draws import OUTCOMES
from bot.settings import Settings, load_settings
from catalog import draw
from catalog.draw import DrawError, Drawn
from catalog.models import Actor, Course, Draw
from catalog.registration import Place, lottery
from handlers import wording
from scheduler.clock import SystemClock


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every command here works with."""

    db: AsyncSession
    settings: Settings
    now: datetime


async def show(course_id: int, *, as_text: bool) -> None:
    """`draw show`: how far the draw has got; with `as_text` what anybody may download."""
    async with _desk() as desk:
        title = await _title(desk, course_id)
        if not as_text:
            _write(title)
        for place in await lottery.places(desk.db, course_id):
            found = await lottery.find(desk.db, place)
            if as_text:
                sys.stdout.write((found and lottery.published(found)) or "")
            elif found is None:
                _write("約束はまだありません。最初の申込のときか、manabi が動いているあいだに、つくられます。")
            else:
                _write_all(_progress(found, desk.settings))


async def fix(course_id: int, *, mixed_in: str | None, staff: str | None) -> None:
    """`draw fix`: closes the list; from then on it can be seen."""
    async with _desk(writing=True) as desk:
        lines = [await _title(desk, course_id)]
        for place in await _drawn_places(desk, course_id):
            found = await lottery.fix(desk.db, place, now=desk.now, mixed_in=mixed_in, by=Actor.STAFF, staff=staff)
            lines += _progress(found, desk.settings)
    _write_all(lines)  # only what is stored is said


async def rehearse(course_id: int) -> None:
    """`draw rehearse`: what could come; nothing is kept."""
    async with _desk() as desk:
        for place in await _drawn_places(desk, course_id):
            drawn = await lottery.rehearse(desk.db, place, now=desk.now)
            _write(f"{drawn.terms.title}: {_summary(drawn)}。本番は別の種なので、結果はちがいます。")
            _write_all(_results(drawn))


async def run(course_id: int, *, public: str | None, staff: str | None) -> None:
    """`draw run`: draws for good. A second time shows what was drawn."""
    lines = []
    async with _desk(writing=True) as desk:
        zone = desk.settings.zone
        for place in await _drawn_places(desk, course_id):
            held = await lottery.run(
                desk.db, place, now=desk.now, zone=zone, public=public, by=Actor.STAFF, staff=staff
            )
            done = "もう抽選ずみです" if held.already else "抽選しました"
            lines.append(f"{held.drawn.terms.title}: {done}({_summary(held.drawn)})。")
        lines.append(f"結果と確かめ方: {_address(course_id, desk.settings)}")
    _write_all(lines)  # only what is stored is said


async def verify(source: str, *, commitment: str | None, list_hash: str | None) -> int:
    """`draw verify`: a line for everything that does not match; exit code 1 if there is any."""
    if not source.isdecimal() or await asyncio.to_thread(Path(source).exists):
        return _report(await _text_of(Path(source)), commitment=commitment, list_hash=list_hash)
    codes = []
    async with _desk() as desk:
        for place in await lottery.places(desk.db, int(source)):
            found = await lottery.find(desk.db, place)
            if found is None or found.result is None:
                raise DrawError(f"講座{source}の抽選はまだです。")
            codes.append(
                _report(
                    found.result,
                    commitment=commitment or found.commitment,
                    list_hash=list_hash or found.entries_hash,
                )
            )
    return max(codes, default=0)


@asynccontextmanager
async def _desk(*, writing: bool = False) -> AsyncIterator[_Desk]:
    settings = load_settings()
    now = SystemClock(settings.clock).now()
    async with open_database(settings) as database, database.transaction() if writing else database.reading() as db:
        yield _Desk(db, settings, now)


async def _title(desk: _Desk, course_id: int) -> str:
    course = await desk.db.get(Course, course_id)
    if course is None:
        raise DrawError(f"講座{course_id}はありません。")
    return f"講座{course_id} {course.title}"


async def _drawn_places(desk: _Desk, course_id: int) -> list[Place]:
    await _title(desk, course_id)
    places = await lottery.places(desk.db, course_id)
    if not places:
        raise DrawError(f"講座{course_id}には、まだ回がありません。")
    return places


async def _text_of(file: Path) -> str:
    try:
        content = await asyncio.to_thread(file.read_bytes)
    except OSError:
        raise DrawError(f"{file} を開けません。") from None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return ""  # no draw file: said like any other file that is none


def _report(text: str, *, commitment: str | None, list_hash: str | None) -> int:
    wrong = draw.problems(text, commitment=commitment, list_hash=list_hash)
    if not wrong:
        _write(f"抽選は正しく行われています({_summary(draw.read(text))})。")
        return 0
    _write_all(wrong)
    _write(f"この抽選は確かめられません({len(wrong)}件)。")
    return 1


def _summary(drawn: Drawn) -> str:
    counts = Counter(result.outcome for result in drawn.results)
    told = [f"{label}{counts[outcome]}組" for outcome, label in OUTCOMES.items() if counts[outcome]]
    return "・".join([f"申込{len(drawn.entries)}組", *told])


def _results(drawn: Drawn) -> list[str]:
    seats = {entry.code: entry.seats for entry in drawn.entries}
    return [
        f"{result.rank}\t{result.code}\t{seats[result.code]}席\t{OUTCOMES[result.outcome]}" for result in drawn.results
    ]


def _progress(found: Draw, settings: Settings) -> list[str]:
    def at(moment: datetime | None) -> str:
        return "" if moment is None else wording.moment(moment, settings.zone)

    lines = [f"約束({at(found.opened_at)}): {found.commitment}"]
    if found.entries is None:
        return [*lines, "一覧: まだ"]
    entries = draw.read_list(found.entries)[1]
    lines.append(f"一覧({at(found.fixed_at)}・申込{len(entries)}組・{found.capacity}席): {found.entries_hash}")
    if found.public_text:
        lines.append(f"混ぜる文字: {found.public_text}")
    if found.result is None:
        return [*lines, "抽選: まだ", f"公開: {_address(found.course_id, settings)}"]
    drawn = draw.read(found.result)
    return [*lines, f"抽選({at(found.drawn_at)}): {_summary(drawn)}", f"公開: {_address(found.course_id, settings)}"]


def _address(course_id: int, settings: Settings) -> str:
    return f"{settings.public_url}/c/{course_id}/draw"


def _write_all(lines: list[str]) -> None:
    for line in lines:
        _write(line)


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
