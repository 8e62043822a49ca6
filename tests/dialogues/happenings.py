"""What is so before a dialogue, and what others do in the midst of it: staff, other residents, the draw."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog import registration
from catalog.models import (
    Actor,
    ChangeReason,
    ChannelAccount,
    CourseQuestion,
    CourseRules,
    Invitation,
    Person,
    QuestionKind,
    Registration,
    RegistrationState,
    Relation,
    Resident,
)
from catalog.registration import Cause, Request
from catalog.search.entry import CourseEntry
from tests.dialogues.script import Happening
from tests.stage import Stage

Question = tuple[QuestionKind, str, tuple[str, ...], bool]


def rules(course: str, **values: Any) -> Happening:
    """Staff have set rules of the course."""

    async def happen(stage: Stage) -> None:
        async with stage.service.database.transaction() as db:
            await db.merge(CourseRules(course_id=entry(stage, course).id, **values))

    return happen


def text_question(words: str, *, required: bool = True) -> Question:
    return (QuestionKind.TEXT, words, (), required)


def choice(words: str, *options: str) -> Question:
    return (QuestionKind.CHOICE, words, options, True)


def consent(words: str) -> Question:
    return (QuestionKind.CONSENT, words, (), True)


def asks(course: str, *asked: Question) -> Happening:
    """Staff let the course ask these of who applies."""

    async def happen(stage: Stage) -> None:
        async with stage.service.database.transaction() as db:
            for position, (kind, words, options, required) in enumerate(asked, start=1):
                question = CourseQuestion(
                    course_id=entry(stage, course).id,
                    position=position,
                    kind=kind,
                    words=words,
                    options=json.dumps(options, ensure_ascii=False),
                    required=required,
                )
                db.add(question)

    return happen


def others_apply(course: str, *parties: int, children: int = 0, session: int | None = None) -> Happening:
    """Other residents apply, a party of each size one after the other; each with as many children in childcare."""

    async def happen(stage: Stage) -> None:
        for size in parties:
            async with stage.service.database.transaction() as db:
                await _apply(stage, db, entry(stage, course), await _strangers(stage, db, size, children), session)

    return happen


async def _strangers(stage: Stage, db: AsyncSession, size: int, children: int) -> list[Person]:
    """A new resident's family: so many who take part, then so many children."""
    now = stage.clock.now()
    resident = Resident(created_at=now)
    db.add(resident)
    await db.flush()
    relations = [Relation.SELF] + [Relation.OTHER] * (size - 1) + [Relation.CHILD] * children
    people = [Person(resident_id=resident.id or 0, relation=relation, created_at=now) for relation in relations]
    db.add_all(people)
    await db.flush()
    return people


async def _apply(
    stage: Stage, db: AsyncSession, course: CourseEntry, people: list[Person], session: int | None
) -> None:
    request = Request(
        party=people,
        resident_id=people[0].resident_id,
        in_childcare=frozenset(one.id or 0 for one in people if one.relation is Relation.CHILD),
        session_id=None if session is None else course.sessions[session].id,
    )
    done = await registration.apply(db, course, request, now=stage.clock.now(), zone=stage.service.city.zone)
    assert isinstance(done, registration.Applied), done


def friend_invites(course: str, code: str, *, nickname: str = "") -> Happening:
    """Somebody else has applied and invites friends; their code is this."""

    async def happen(stage: Stage) -> None:
        async with stage.service.database.transaction() as db:
            people = await _strangers(stage, db, 1, 0)
            await _apply(stage, db, entry(stage, course), people, None)
            (found,) = await registration.of_resident(db, people[0].resident_id)
            invitation = await registration.invite(
                db, found.id or 0, resident_id=found.resident_id, nickname=nickname, now=stage.clock.now()
            )
            assert invitation is not None
            invitation.code = code

    return happen


def friend_joins(course: str, *, nickname: str = "", people: int = 1) -> Happening:
    """Somebody has got the resident's code and comes along."""

    async def happen(stage: Stage) -> None:
        async with stage.service.database.transaction() as db:
            party = await _strangers(stage, db, people, 0)
            invitation = (await db.scalars(select(Invitation))).one()
            joined = await registration.join(
                db,
                entry(stage, course),
                invitation.code,
                Request(party=party, resident_id=party[0].resident_id),
                nickname=nickname,
                now=stage.clock.now(),
                zone=stage.service.city.zone,
            )
            assert isinstance(joined, registration.Joined), joined

    return happen


def friend_leaves(*, everybody: bool = False) -> Happening:
    """The friend takes their own people out of the party they share with the resident; or cancels it for everybody."""

    async def happen(stage: Stage) -> None:
        async with stage.service.database.transaction() as db:
            mine = await _player(db)
            (found,) = await registration.of_resident(db, mine)
            joined = [friend.resident_id for friend in await registration.friends_of(db, found.id or 0)]
            (friend,) = {found.resident_id, *joined} - {mine}
            leave = registration.cancel if everybody else registration.quit_party
            done = await leave(
                db, found.id or 0, resident_id=friend, now=stage.clock.now(), zone=stage.service.city.zone
            )
            assert isinstance(done, registration.Cancelled), done

    return happen


def another_cancels(course: str) -> Happening:
    """The first of the others who have seats gives them back."""

    async def happen(stage: Stage) -> None:
        async with stage.service.database.transaction() as db:
            mine = await _player(db)
            found = await db.scalar(
                select(Registration)
                .where(
                    col(Registration.course_id) == entry(stage, course).id,
                    col(Registration.resident_id) != mine,
                    col(Registration.state) == RegistrationState.CONFIRMED,
                )
                .order_by(col(Registration.id))
                .limit(1)
            )
            assert found is not None
            done = await registration.cancel(
                db,
                found.id or 0,
                resident_id=found.resident_id,
                now=stage.clock.now(),
                zone=stage.service.city.zone,
            )
            assert isinstance(done, registration.Cancelled), done

    return happen


def others_win(course: str) -> Happening:
    """The draw gave all others a place."""

    async def happen(stage: Stage) -> None:
        async with stage.service.database.transaction() as db:
            entered = await db.scalars(
                select(Registration).where(
                    col(Registration.course_id) == entry(stage, course).id,
                    col(Registration.resident_id) != await _player(db),
                )
            )
            cause = Cause(by=Actor.SYSTEM, at=stage.clock.now(), reason=ChangeReason.WON)
            for found in entered.all():
                assert await registration.move(db, found, RegistrationState.CONFIRMED, cause)

    return happen


def draw_gives(course: str, state: RegistrationState, *, until: datetime | None = None, rank: int = 0) -> Happening:
    """The draw gave the resident this: a place, a place to confirm, a reserve's place, or none."""
    reasons = {RegistrationState.LOST: ChangeReason.LOST, RegistrationState.WAITLISTED: ChangeReason.RESERVED}

    async def happen(stage: Stage) -> None:
        async with stage.service.database.transaction() as db:
            found = await db.scalar(
                select(Registration).where(
                    col(Registration.course_id) == entry(stage, course).id,
                    col(Registration.resident_id) == await _player(db),
                )
            )
            assert found is not None
            found.rank = rank
            cause = Cause(by=Actor.SYSTEM, at=stage.clock.now(), reason=reasons.get(state, ChangeReason.WON))
            assert await registration.move(db, found, state, cause, expires_at=until)

    return happen


def has_family(*people: tuple[str, Relation, int]) -> Happening:
    """The resident has added their family before: nickname, relation, year of birth."""

    async def happen(stage: Stage) -> None:
        async with stage.service.database.transaction() as db:
            resident_id = await _player(db)
            for nickname, relation, year in people:
                someone = Person(
                    resident_id=resident_id,
                    relation=relation,
                    nickname=nickname,
                    birth_year=year,
                    birth_month=5,
                    created_at=stage.clock.now(),
                )
                db.add(someone)
                await db.flush()  # one by one, in the order they were added

    return happen


def entry(stage: Stage, source_id: str) -> CourseEntry:
    """The course with that NO."""
    return next(found for found in stage.service.catalogue.index.entries if found.source_id == source_id)


async def _player(db: AsyncSession) -> int:
    """Whose dialogue it is: the one with a phone."""
    newest: int | None = await db.scalar(select(func.max(col(ChannelAccount.resident_id))))
    assert newest is not None
    return newest
