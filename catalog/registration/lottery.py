"""The lottery (抽選) of a course, or of one of its sessions: what is promised, listed, drawn, and what becomes of it.

    promise   before the first entry: a secret seed is made, its hash can be seen by everybody
    fix       once entries are closed: the list of anonymous entries can be seen, with its hash
    run       the draw: winners get seats (or an offer to confirm), the next are reserves, the others have lost
    rehearse  the same with another seed, and nothing is kept

How it is drawn, and how anybody checks it, is told in `catalog.draw`. Who leaves after the list was fixed keeps their
line in it, and their seats go to the reserves; whom staff enter after that waits behind the reserves.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import draw, waking
from catalog.draw import DrawError, Drawn, Entry, Outcome, Result, Terms
from catalog.models import (
    Actor,
    ChangeReason,
    Course,
    CourseChange,
    CourseChangeKind,
    CourseStatus,
    Draw,
    Registration,
    Selection,
    Session,
)
from catalog.registration import chances, seating
from catalog.registration.chances import Chance
from catalog.registration.lookup import rules_of, takes_registrations
from catalog.registration.moving import CONFIRMED, ENTERED, LOST, OFFERED, WAITLISTED, Cause, Step, move_together
from catalog.registration.seating import Place
from catalog.registration.waitlist import LEAST_ANSWER


@dataclass(frozen=True, slots=True)
class Held:
    """A draw that was held, now or `already`."""

    drawn: Drawn
    already: bool = False


async def find(db: AsyncSession, place: Place) -> Draw | None:
    """The draw of the place, as far as it has got."""
    found = await db.scalars(
        select(Draw)
        .where(col(Draw.course_id) == place.course_id, col(Draw.session_id).is_not_distinct_from(place.session_id))
        .execution_options(populate_existing=True)
    )
    return found.first()


async def places(db: AsyncSession, course_id: int) -> list[Place]:
    """What is drawn for: the course, or each of its sessions where one applies for single ones."""
    if not (await rules_of(db, course_id)).by_session:
        return [Place(course_id)]
    sessions = select(col(Session.id)).where(col(Session.course_id) == course_id, ~col(Session.cancelled))
    return [Place(course_id, found) for found in (await db.scalars(sessions.order_by(col(Session.position)))).all()]


async def promise(db: AsyncSession, place: Place, *, now: datetime) -> Draw:
    """The draw with its commitment; made now if it is not there. The course is locked."""
    found = await find(db, place)
    if found is None:
        seed = draw.new_seed()
        found = Draw(
            course_id=place.course_id,
            session_id=place.session_id,
            seed=seed,
            commitment=draw.digest(seed),
            opened_at=now,
        )
        db.add(found)
        await db.flush()
    return found


async def fix(
    db: AsyncSession,
    place: Place,
    *,
    now: datetime,
    mixed_in: str | None = None,
    by: Actor = Actor.SYSTEM,
    staff: str | None = None,
) -> Draw:
    """Closes the list, once and for all. Raises DrawError while entries are open, or where nothing is drawn.

    `mixed_in` names in words the public text that is to be mixed in, which nobody can know yet. `staff` who does it.
    """
    course = await _lock(db, place.course_id)
    found = await promise(db, place, now=now)
    if found.fixed_at is not None:
        return found
    if course.apply_until is not None and now <= course.apply_until:
        raise DrawError("まだ申込を受けつけています。締切のあとに一覧を固めます。")
    if mixed_in is not None:
        found.public_text = draw.one_line(mixed_in)[:200]
    entered = await _entered(db, place)
    for registration in entered:
        registration.entry_code = registration.entry_code or secrets.token_hex(4).upper()
    terms, entries = await _list(db, course, place, found, entered, now=now)
    found.entries = draw.list_text(terms, entries)
    found.entries_hash = draw.digest(found.entries)
    found.capacity = terms.seats
    found.fixed_at = now
    _note(db, place, CourseChangeKind.LIST_CLOSED, now=now, by=by, staff=staff)
    await db.flush()
    return found


async def run(
    db: AsyncSession,
    place: Place,
    *,
    now: datetime,
    zone: ZoneInfo,
    public: str | None = None,
    by: Actor = Actor.SYSTEM,
    staff: str | None = None,
) -> Held:
    """Draws, and moves every entry to where it belongs; a second time gives what was drawn. Closes an open list.

    `public` is the text that was named to be mixed in. Raises DrawError, with nothing changed, where that is missing or
    was not named, and where a winner's seats are gone.
    """
    found = await fix(db, place, now=now, by=by, staff=staff)
    if found.result is not None:
        return Held(draw.read(found.result), already=True)
    terms, entries = draw.read_list(found.entries or "")
    if terms.mixed_in != draw.NOTHING and public is None:
        raise DrawError(f"混ぜる文字がまだです: {terms.mixed_in}")
    if terms.mixed_in == draw.NOTHING and public is not None:
        raise DrawError("この抽選では、混ぜる文字を前もって知らせていません。")
    drawn = draw.hold(terms, entries, seed=found.seed, public=public or draw.NOTHING)
    cause = Cause(by=by, at=now, reason=ChangeReason.WON, staff=staff)
    await _record(db, place, drawn, cause, zone=zone)
    found.result = drawn.text
    found.drawn_at = now
    _note(db, place, CourseChangeKind.DRAWN, now=now, by=by, staff=staff)
    await db.flush()
    return Held(drawn)


async def rehearse(db: AsyncSession, place: Place, *, now: datetime) -> Drawn:
    """What a draw of the list as it is could give, by another seed; nothing is kept.

    Raises DrawError where nothing is to be drawn.
    """
    course = await _lottery(db, place.course_id)
    found = await find(db, place)
    if found is not None and found.entries is not None:
        terms, entries = draw.read_list(found.entries)
    else:
        terms, entries = await _list(db, course, place, found, await _entered(db, place), now=now)
    seed = draw.new_seed()
    title = f"(ためし) {terms.title}"
    terms = replace(terms, title=title, commitment=draw.digest(seed), mixed_in=draw.NOTHING)
    return draw.hold(terms, entries, seed=seed)


def published(found: Draw) -> str | None:
    """The text that anybody may have: the list once it is fixed, all of it once it is drawn."""
    return found.result or found.entries


def _note(
    db: AsyncSession, place: Place, kind: CourseChangeKind, *, now: datetime, by: Actor, staff: str | None
) -> None:
    """Who did it, in the course's history; each application has its own result in its own."""
    db.add(
        CourseChange(
            course_id=place.course_id,
            session_id=place.session_id,
            kind=kind,
            by=by,
            staff=staff,
            at=now,
            to_tell=False,
        )
    )


async def _lock(db: AsyncSession, course_id: int) -> Course:
    """The locked course, of which places are drawn."""
    await seating.lock(db, [course_id])
    return await _lottery(db, course_id)


async def _lottery(db: AsyncSession, course_id: int) -> Course:
    course = await db.get(Course, course_id, populate_existing=True)
    if course is None:
        raise DrawError(f"講座{course_id}はありません。")
    if course.selection is not Selection.LOTTERY or not takes_registrations(course):
        raise DrawError(f"講座{course_id}は抽選ではありません。")
    if course.status is not CourseStatus.SCHEDULED:
        raise DrawError(f"講座{course_id}は中止になりました。")
    return course


async def _entered(db: AsyncSession, place: Place) -> list[Registration]:
    """Who is entered, in the order of arrival."""
    entered = await db.scalars(
        select(Registration)
        .where(
            col(Registration.course_id) == place.course_id,
            col(Registration.session_id).is_not_distinct_from(place.session_id),
            col(Registration.state) == ENTERED,
        )
        .order_by(col(Registration.id))
        .execution_options(populate_existing=True)
    )
    return list(entered.all())


async def _list(
    db: AsyncSession, course: Course, place: Place, found: Draw | None, entered: list[Registration], *, now: datetime
) -> tuple[Terms, tuple[Entry, ...]]:
    """Terms and entries as they are now. Where there is no limit, all can win."""
    rules = await rules_of(db, place.course_id)
    free = await seating.free(db, place)
    drawn_with = await chances.of_entrants(db, place, rules, entered, now=now)
    entries = tuple(_entry(registration, drawn_with[registration.id or 0]) for registration in entered)
    terms = Terms(
        course_id=place.course_id,
        title=await _title(db, course, place),
        seats=sum(entry.seats for entry in entries) if free.seats is None else max(0, free.seats),
        childcare=sum(entry.childcare for entry in entries) if free.childcare is None else max(0, free.childcare),
        reserves=rules.reserves,
        mixed_in=found.public_text or draw.NOTHING if found else draw.NOTHING,
        commitment=found.commitment if found else draw.digest(draw.new_seed()),
    )
    return terms, entries


def _entry(registration: Registration, chance: Chance) -> Entry:
    return Entry(
        code=registration.entry_code or f"{registration.id}",
        seats=registration.seats,
        weight=chance.weight,
        group=chance.group,
        childcare=registration.childcare,
    )


async def _title(db: AsyncSession, course: Course, place: Place) -> str:
    session = None if place.session_id is None else await db.get(Session, place.session_id)
    return course.title if session is None else f"{course.title} 第{session.position}回"


async def _record(db: AsyncSession, place: Place, drawn: Drawn, cause: Cause, *, zone: ZoneInfo) -> None:
    """Moves every entry by its result, in the order of the draw; who came too late for it to the end."""
    until = await _confirm_until(db, place, now=cause.at, zone=zone)
    entered = {registration.entry_code: registration for registration in await _entered(db, place)}
    # Who left after the list was fixed is not among them any more.
    listed = [(result, entered.pop(result.code)) for result in drawn.results if result.code in entered]
    steps = [_step(registration, result, cause, until) for result, registration in listed]
    steps += [_waits(late, rank, cause) for rank, late in enumerate(entered.values(), len(drawn.results) + 1)]
    if not await move_together(db, place, steps):
        raise DrawError(
            "当選した組の席が足りなくなっています。定員か保育の定員を確かめて、もう一度抽選してください。"
            "結果は変わりません。"
        )


def _step(registration: Registration, result: Result, cause: Cause, until: datetime | None) -> Step:
    if result.outcome is Outcome.WON:
        return Step(registration=registration, to=OFFERED if until else CONFIRMED, cause=cause, expires_at=until)
    if result.outcome is Outcome.RESERVE:
        return _waits(registration, result.rank, cause)
    return Step(registration=registration, to=LOST, cause=cause.because(ChangeReason.LOST))


def _waits(registration: Registration, rank: int, cause: Cause) -> Step:
    return Step(registration=registration, to=WAITLISTED, cause=cause.because(ChangeReason.RESERVED), rank=rank)


async def _confirm_until(db: AsyncSession, place: Place, *, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Until when winners have to say that they come; None where they need not, or no time is left to ask."""
    rules = await rules_of(db, place.course_id)
    if rules.confirm_hours is None:
        return None
    until = waking.after(now, rules.confirm_hours, zone)
    start = await seating.next_start(db, place, now, midway=rules.join_midway)
    if start is None:
        return until
    return min(until, start) if waking.between(now, start, zone) >= LEAST_ANSWER else None
