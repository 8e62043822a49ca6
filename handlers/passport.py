"""The learning record (まなび手帳): what the resident and their family have attended."""

from itertools import groupby

from catalog import attendance
from catalog.models import PassportEntry, Person
from handlers import steps, wording
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Reply, say

_MOST = 10


async def show(turn: Turn) -> Reply:
    """`passport`."""
    record = await attendance.passport(turn.db, turn.resident_id)
    if not record:
        return say(
            _("まなび手帳は、まだ白紙です。講座の会場で出席すると、ここに記録が残ります。"),
            buttons=(steps.recommend(), steps.find()),
        )
    record.sort(key=lambda pair: pair[0].id or 0)  # stable: the newest first for each
    parts = [_of_one(entries[0][0], [entry for _one, entry in entries]) for entries in _by_person(record)]
    return say(_("まなび手帳です。") + "\n\n" + "\n\n".join(parts), buttons=(steps.recommend(), steps.mine()))


def _by_person(record: list[tuple[Person, PassportEntry]]) -> list[list[tuple[Person, PassportEntry]]]:
    return [list(group) for _id, group in groupby(record, key=lambda pair: pair[0].id)]


def _of_one(someone: Person, entries: list[PassportEntry]) -> str:
    total = _("{name}: {courses}講座 {units}単位").format(
        name=wording.name_of(someone), courses=len(entries), units=sum(entry.units for entry in entries)
    )
    lines = [_line(entry) for entry in entries[:_MOST]]
    if len(entries) > _MOST:
        lines.append(_("ほか{n}講座").format(n=len(entries) - _MOST))
    return "\n".join((total, *lines))


def _line(entry: PassportEntry) -> str:
    """・2026年12月 はじめての書道(4回 8時間)."""
    month = _("{year}年{month}月").format(year=entry.last_on.year, month=entry.last_on.month)
    length = _("{n}回").format(n=entry.sessions)
    if entry.minutes % 30:
        length += " " + _("{n}分").format(n=entry.minutes)
    elif entry.minutes:
        length += " " + _("{n}時間").format(n=f"{entry.minutes / 60:g}")
    return f"・{month} {entry.title}({length})"
