"""`staff`: what the counter does with applicants: take in, list, cancel, let in, move, and print slips."""

import asyncio
import csv
import io
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands.opening import open_database
from bot.public.rendering import qr, render
from bot.service import city_of
from bot.settings import load_settings
from catalog import counter, linking, registration
from catalog.counter import Companion, Staff
from catalog.eligibility import Missing, Refusal
from catalog.errors import ManabiError
from catalog.models import Belonging, Gender, Person, Registration, RegistrationState, Relation
from catalog.registration import Applied
from catalog.search.entry import CourseEntry
from catalog.search.loading import load_entries
from handlers import cards, why_not, wording
from handlers.context import City
from scheduler.clock import SystemClock

_RELATIONS = {"子": Relation.CHILD, "親": Relation.PARENT, "配偶者": Relation.PARTNER, "他": Relation.OTHER}
_COMPANION = re.compile(r"(子|親|配偶者|他):([^:]{1,20})(?::(\d{4})-(\d{1,2}))?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


_STATES = {
    RegistrationState.HELD: "入力中(席を確保)",
    RegistrationState.CONFIRMED: "申込ずみ",
    RegistrationState.ENTERED: "抽選の結果待ち",
    RegistrationState.OFFERED: "繰り上げの返事待ち",
    RegistrationState.LOST: "落選",
    RegistrationState.CANCELLED: "取消ずみ",
    RegistrationState.LAPSED: "期限切れ",
}


_DECLARED: dict[str, Belonging | Gender] = {
    "在住": Belonging.RESIDENT,
    "在勤": Belonging.WORKER,
    "在学": Belonging.STUDENT,
    "市外": Belonging.NONE,
    "女性": Gender.FEMALE,
    "男性": Gender.MALE,
    "その他": Gender.OTHER,
}


class DeskError(ManabiError):
    """Something that the person at the counter can put right."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One command of one member of staff: its transaction, the city, the moment."""

    db: AsyncSession
    city: City
    now: datetime
    by: str
    reason: str | None = None

    @property
    def staff(self) -> Staff:
        return Staff(self.by, self.now, self.reason)

    @property
    def setting(self) -> cards.At:
        return cards.At(self.now, self.city.zone)

    async def course(self, course_id: int) -> CourseEntry:
        found = await load_entries(self.db, [course_id])
        if not found:
            raise DeskError(f"講座{course_id}は見つかりません。番号は manabi courses で見られます。")
        return found[0]

    async def registration(self, receipt: str) -> Registration:
        found = await counter.find(self.db, receipt)
        if found is None:
            raise DeskError(f"受付番号「{receipt}」は見つかりません。")
        return found


@asynccontextmanager
async def open_desk(by: str, reason: str | None = None) -> AsyncIterator[Desk]:
    """The desk of the environment's database, in one transaction."""
    settings = load_settings()
    if not by.strip():
        raise DeskError("どなたが行うか、--by で名前を入れてください。")
    async with open_database(settings) as database, database.transaction() as db:
        yield Desk(db, city_of(settings), SystemClock(settings.clock).now(), by.strip(), reason)


async def apply(
    course_id: int,
    *,
    name: str,
    phone: str,
    companions: list[str],
    declared: list[str],
    without_self: bool,
    by: str,
    slip: Path | None,
) -> int:
    """`staff apply`: into the same queue as everybody. Exit code 1 where it is refused, with the reason."""
    told = [_companion(text) for text in companions]
    async with open_desk(by) as desk:
        course = await desk.course(course_id)
        people = await counter.take_in(desk.db, name=name, phone=phone, companions=told, staff=desk.staff)
        party = _party(people, told, without_self=without_self)
        await counter.declare(desk.db, party, [_declared(text) for text in declared])
        outcome = await counter.apply(desk.db, course, party, staff=desk.staff, zone=desk.city.zone)
        if not isinstance(outcome, Applied):
            _write(await _not_taken(desk, course, outcome, party))
            await desk.db.rollback()
            return 1
        found = outcome.registration
        code = await linking.new_slip_code(desk.db, found.resident_id, now=desk.now)
        page = await _slip(desk, course, found, party, code)
        _write(f"{found.receipt}\t{_state(found, outcome.position)}\t{course.title}")
    if slip is not None:
        await asyncio.to_thread(slip.write_text, page, encoding="utf-8")
        _write(f"受付票を {slip} に書きました。")
    return 0


async def _not_taken(desk: Desk, course: CourseEntry, outcome: Refusal | Missing, party: list[Person]) -> str:
    """Why not, or what must be asked of the applicant first."""
    if isinstance(outcome, Missing):
        return f"先にうかがってください: {why_not.asked(outcome)}(--declared で入れます)。"
    person = next((someone for someone in party if someone.id == outcome.person_id), None)
    rules = await registration.rules_of(desk.db, course.id)
    return f"受け付けられません: {why_not.why_not(desk.setting, course, outcome, person, rules)}"


async def show_list(course_id: int, *, by: str, target: Path | None) -> int:
    """`staff list`: everybody in the course's queue, in its order; to a CSV file if one is named."""
    async with open_desk(by) as desk:
        course = await desk.course(course_id)
        rows = [await _row(desk, course, found) for found in await registration.of_course(desk.db, course_id)]
    header = ("受付番号", "状態", "人数", "参加", "氏名", "電話", "申込日時")
    if target is None:
        for row in rows or [("申込はまだありません。",)]:
            _write("\t".join(row))
        return 0
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([[_harmless(cell) for cell in row] for row in rows])
    await asyncio.to_thread(target.write_text, text.getvalue(), encoding="utf-8-sig", newline="")
    _write(f"{len(rows)}件を {target} に書きました。")
    return 0


async def cancel(receipt: str, *, by: str, reason: str) -> int:
    """`staff cancel`: whatever the deadline; the resident is told why."""
    async with open_desk(by, reason) as desk:
        done = await counter.cancel(desk.db, await desk.registration(receipt), staff=desk.staff, zone=desk.city.zone)
    _write("取り消しました。" if done else "もう取り消されています。")
    return 0


async def admit(receipt: str, *, by: str, reason: str) -> int:
    """`staff admit`: out of turn, for a reason. Exit code 1 where no seat is free."""
    async with open_desk(by, reason) as desk:
        done = await counter.admit(desk.db, await desk.registration(receipt), staff=desk.staff)
    _write("参加できるようにしました。" if done else "空いている席がありません。先に定員を増やしてください。")
    return 0 if done else 1


async def transfer(receipt: str, course_id: int, *, by: str, reason: str) -> int:
    """`staff transfer`: the whole party to another course. Exit code 1 where it does not fit there."""
    async with open_desk(by, reason) as desk:
        course = await desk.course(course_id)
        found = await desk.registration(receipt)
        outcome = await counter.transfer(desk.db, found, course, staff=desk.staff, zone=desk.city.zone)
        if not isinstance(outcome, Applied):
            party = await registration.party_of(desk.db, found.id or 0)
            _write(await _not_taken(desk, course, outcome, party))
            await desk.db.rollback()
            return 1
        _write(f"{outcome.registration.receipt}\t「{course.title}」に移しました。")
    return 0


async def calls(told: str | None, *, by: str) -> int:
    """`staff calls`: whom to telephone; with a receipt number, that they have been told."""
    async with open_desk(by) as desk:
        if told is not None:
            await counter.called(desk.db, await desk.registration(told))
        for line in await call_lines(desk, None):
            _write(line)
    return 0


async def call_lines(desk: Desk, course_id: int | None) -> list[str]:
    """Name, number, receipt, and what has become of it, of those without an account."""
    lines = []
    for call in await counter.calls(desk.db, course_id):
        found = call.registration
        state = _state(found, await registration.position(desk.db, found))
        until = f"({wording.moment(found.expires_at, desk.city.zone)}まで)" if found.expires_at else ""
        course = await desk.course(found.course_id)
        about = (course.title, cards.when(desk.setting, course), cards.where(course))
        lines.append("\t".join((call.applicant.name, call.applicant.phone, found.receipt, state + until, *about)))
    return lines


async def slip(receipt: str, target: Path, *, by: str) -> int:
    """`staff slip`: the printable slip again, with a fresh code where there is no account yet."""
    async with open_desk(by) as desk:
        found = await desk.registration(receipt)
        course = await desk.course(found.course_id)
        without_account = await counter.applicant(desk.db, found.resident_id) is not None
        code = await linking.new_slip_code(desk.db, found.resident_id, now=desk.now) if without_account else ""
        party = await registration.party_of(desk.db, found.id or 0)
        page = await _slip(desk, course, found, party, code)
    await asyncio.to_thread(target.write_text, page, encoding="utf-8")
    _write(f"受付票を {target} に書きました。")
    return 0


async def _slip(desk: Desk, course: CourseEntry, found: Registration, party: list[Person], code: str) -> str:
    applicant = await counter.applicant(desk.db, found.resident_id)
    position = await registration.position(desk.db, found)
    rows = [
        ("講座", course.title),
        ("日時", cards.when(desk.setting, course)),
        ("会場", cards.place(course)),
        ("状態", _state(found, position)),
        ("参加", _names(party, applicant.name if applicant else "")),
        ("もちもの", course.belongings or ""),
    ]
    return render(
        "slip.html",
        city=desk.city,
        receipt=found.receipt,
        rows=[row for row in rows if row[1]],
        code=code,
        until=_with_year(desk.now + linking.SLIP_VALID_FOR, desk.city),
        codes=[(label, Markup(qr(address))) for label, address in _links(desk.city, code)],  # noqa: S704 - our own SVG
    )


def _with_year(moment: datetime, city: City) -> str:
    local = moment.astimezone(city.zone).date()
    return f"{local.year}年{wording.day(local)}"


def _links(city: City, code: str) -> list[tuple[str, str]]:
    """Links that open a chat and say the slip's code."""
    links = []
    if city.line_id:
        links.append(("LINE", f"https://line.me/R/oaMessage/{quote(city.line_id)}/?{quote(code)}"))
    if city.telegram_name:
        links.append(("Telegram", f"https://t.me/{city.telegram_name}?start=slip_{code}"))
    return links


async def _row(desk: Desk, course: CourseEntry, found: Registration) -> tuple[str, ...]:
    party = await registration.party_of(desk.db, found.id or 0)
    applicant = await counter.applicant(desk.db, found.resident_id)
    position = await registration.position(desk.db, found)
    return (
        found.receipt,
        _state(found, position),
        str(found.seats),
        _names(party, applicant.name if applicant else ""),
        applicant.name if applicant else "",
        applicant.phone if applicant else "",
        wording.moment(found.created_at, desk.city.zone),
    )


def _state(found: Registration, position: int | None) -> str:
    return _STATES.get(found.state) or f"キャンセル待ち {position}番目"


def _names(party: list[Person], applicant: str) -> str:
    """はるさん・ご本人: nicknames, as nobody's name is kept of whom has an account."""
    return "・".join(
        wording.called(someone.nickname) if someone.nickname else (applicant or "ご本人") for someone in party
    )


def _declared(text: str) -> Belonging | Gender:
    if text not in _DECLARED:
        raise DeskError(f"「{text}」は読めません。{'・'.join(_DECLARED)} のどれかを入れてください。")
    return _DECLARED[text]


def _party(people: list[Person], told: list[Companion], *, without_self: bool) -> list[Person]:
    names = {companion.nickname for companion in told}
    party = [
        someone
        for someone in people
        if someone.nickname in names or (someone.relation is Relation.SELF and not without_self)
    ]
    if not party:
        raise DeskError("参加する方がいません。--person で入れるか、--without-self を外してください。")
    return party


def _companion(text: str) -> Companion:
    match = _COMPANION.fullmatch(text)
    if match is None or not 1 <= int(match[4] or 1) <= 12:
        raise DeskError(f"「{text}」は読めません。「子:はる:2018-05」のように書いてください。")
    year, month = (int(match[3]), int(match[4])) if match[3] else (None, None)
    return Companion(relation=_RELATIONS[match[1]], nickname=match[2], birth_year=year, birth_month=month)


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
