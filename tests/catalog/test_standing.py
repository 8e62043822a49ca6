"""What the rows say of a party, and what applying makes of it: history, the household, clashes, what is missing."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from catalog import registration, residents
from catalog.database import Database
from catalog.eligibility import Fact, Missing, Refusal, RefusalCode, Taken
from catalog.models import (
    Actor,
    Attendance,
    Belonging,
    CapacityUnit,
    CourseRules,
    CourseStatus,
    Gender,
    PassportEntry,
    Person,
    Presence,
    Registration,
    Residency,
    Selection,
)
from catalog.nearest import Wanted, nearest_joinable
from catalog.registration import Applied, Cancelled, Request
from catalog.search import criteria_json
from catalog.search.criteria import Criteria, Feature
from catalog.search.entry import CourseEntry
from catalog.search.index import CourseIndex
from catalog.standing import Clash, Unmet, cautions, clashes, standing_of
from tests.catalog.builders import Household, answer, call_off, course, enrol, household
from tests.catalog.search.factories import NOW, TOKYO

DAY = date(2026, 7, 10)  # thirty days from NOW


@pytest.fixture
async def db(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.transaction() as session:
        yield session


async def ruled(db: AsyncSession, *, days: float | None = 30, rules: dict[str, Any], **facts: Any) -> CourseEntry:
    entry = await course(db, days=days, **facts)
    db.add(CourseRules(course_id=entry.id, **rules))
    await db.flush()
    return entry


async def taken(db: AsyncSession, entry: CourseEntry, home: Household) -> set[Taken]:
    return set((await standing_of(db, entry, home.people, zone=TOKYO)).taken)


def of(home: Household, entry: CourseEntry, **facts: Any) -> Taken:
    return Taken(person_id=home.me.id or 0, course_id=entry.id, on=DAY, **facts)


async def note(db: AsyncSession, found: Registration, entry: CourseEntry, person: Person, presence: Presence) -> None:
    db.add(
        Attendance(
            session_id=entry.sessions[0].id,
            person_id=person.id or 0,
            registration_id=found.id or 0,
            presence=presence,
            by=Actor.STAFF,
            at=NOW,
        )
    )
    await db.flush()


async def test_the_history_of_a_series(db: AsyncSession) -> None:
    """Places, waiting, presence and the record, in courses of the series alone; what was cancelled is not there."""
    series = {"series": "市民大学", "first_timers_only": True}
    held, waited, left, foreign = [await ruled(db, rules=series, starts_at=NOW + timedelta(days=30)) for _ in range(4)]
    other = await ruled(db, rules={"series": "別の講座"})
    called_off = await ruled(db, rules=series, status=CourseStatus.CANCELLED)
    entry = await ruled(db, rules=series)
    home, neighbour = await household(db), await household(db)
    await enrol(db, held, home)
    await enrol(db, other, home)
    await call_off(db, await enrol(db, left, home))
    await enrol(db, foreign, neighbour)
    assert await taken(db, entry, home) == {of(home, held, confirmed=True)}
    await note(db, await enrol(db, waited, home), waited, home.me, Presence.PRESENT)
    db.add(PassportEntry(person_id=home.me.id or 0, course_id=called_off.id, title="", first_on=DAY, last_on=DAY))
    await db.flush()
    assert await taken(db, entry, home) == {
        of(home, held, confirmed=True),
        of(home, waited, confirmed=True),
        of(home, waited, present=True),
    }


async def test_without_a_series_the_same_title_counts(db: AsyncSession) -> None:
    """毎年の「ヨガ入門」: who was there last year has been there before."""
    last = await course(db, title="ヨガ入門", starts_at=NOW + timedelta(days=30))
    await enrol(db, last, home := await household(db))
    assert await taken(db, await ruled(db, title="ヨガ入門", rules={"first_timers_only": True}), home)
    assert not await taken(db, await ruled(db, title="ヨガ 中級", rules={"first_timers_only": True}), home)


async def test_history_is_read_only_where_the_rules_ask_for_it(db: AsyncSession) -> None:
    home = await household(db)
    await enrol(db, await course(db, title="ヨガ入門"), home)
    assert not await taken(db, await course(db, title="ヨガ入門"), home)


async def refusal(db: AsyncSession, entry: CourseEntry, home: Household, *party: Person) -> RefusalCode | None:
    outcome = await answer(db, entry, home, party or None)
    assert not isinstance(outcome, Missing)
    return outcome.code if isinstance(outcome, Refusal) else None


async def test_first_timers_and_members_as_attendance_says(db: AsyncSession) -> None:
    """Who was seen at a course of the series is no first-timer, and a member."""
    series = {"series": "手話"}
    past = await ruled(db, rules=series)
    newcomer, member = await household(db), await household(db)
    await note(db, await enrol(db, past, member), past, member.me, Presence.PRESENT)
    beginners = await ruled(db, rules={**series, "first_timers_only": True})
    advanced = await ruled(db, rules={**series, "series_members_only": True})
    assert await refusal(db, beginners, member) is RefusalCode.NOT_FIRST_TIME
    assert await refusal(db, advanced, newcomer) is RefusalCode.NOT_IN_SERIES
    assert await refusal(db, beginners, newcomer) is None
    assert await refusal(db, advanced, member) is None


async def test_quotas_hold_for_each_person_and_open_again_by_cancelling(db: AsyncSession) -> None:
    rules = {"series": "夏の工作", "quota_per_series": 1}
    first, second = await ruled(db, rules=rules), await ruled(db, rules=rules)
    home = await household(db, "はる")
    me, haru = home.people
    found = await enrol(db, first, home, [me])
    assert await refusal(db, second, home, me, haru) is RefusalCode.SERIES_QUOTA
    assert await refusal(db, second, home, haru) is None
    await call_off(db, found)
    assert await refusal(db, second, home, me) is None


async def test_a_yearly_quota_counts_the_courses_fiscal_year(db: AsyncSession) -> None:
    """One for the fiscal year of 2026, another for that of 2027."""
    rules = {"series": "農業体験", "quota_per_year": 1}
    summer, winter, spring = [
        await ruled(db, days=days, rules=rules, starts_at=NOW + timedelta(days=days)) for days in (30, 200, 320)
    ]
    home = await household(db)
    await enrol(db, summer, home)
    assert await refusal(db, winter, home) is RefusalCode.YEAR_QUOTA
    assert await refusal(db, spring, home) is None


async def test_what_is_missing_is_asked_once_and_then_known(db: AsyncSession) -> None:
    """在住・在勤・在学 and the gender; nothing is stored of an application that is not complete."""
    entry = await ruled(db, rules={"gender": Gender.FEMALE}, residency=Residency.RESIDENTS_OR_WORKERS_OR_STUDENTS)
    home = await household(db)
    mine = (home.me.id or 0,)
    assert await answer(db, entry, home) == Missing(Fact.BELONGING, mine)
    home.me.belonging = Belonging.WORKER
    assert await answer(db, entry, home) == Missing(Fact.GENDER, mine)
    assert await registration.of_resident(db, home.id) == []
    home.me.gender = Gender.FEMALE
    assert isinstance(await answer(db, entry, home), Applied)


async def test_staff_are_held_to_the_same_rules_and_who_just_comes_is_asked_nothing(db: AsyncSession) -> None:
    entry = await course(db, residency=Residency.RESIDENTS)
    open_to_all = await course(db, residency=Residency.RESIDENTS, selection=Selection.NONE)
    home = await household(db)
    by_staff = Request(party=[home.me], resident_id=home.id, by=Actor.STAFF, staff="見本")
    assert isinstance(await registration.apply(db, entry, by_staff, now=NOW, zone=TOKYO), Missing)
    assert isinstance(await answer(db, open_to_all, home), Applied)
    home.me.belonging = Belonging.NONE
    assert await registration.apply(db, entry, by_staff, now=NOW, zone=TOKYO) == Refusal(
        RefusalCode.NOT_OF_THE_CITY, home.me.id
    )


async def parent(db: AsyncSession, *children: str) -> Household:
    home = await household(db, *children)
    home.me.birth_year, home.me.birth_month = 1990, 1
    for child in home.people[1:]:
        child.birth_year, child.birth_month = 2018, 5
    await db.flush()
    return home


async def test_a_second_child_joins_its_parent_who_stands_there_already(db: AsyncSession) -> None:
    """親子: alone the child would lack a carer."""
    entry = await course(db, parent_child=True, capacity_unit=CapacityUnit.PAIR)
    home = await parent(db, "はる", "そら")
    me, haru, sora = home.people
    assert await refusal(db, entry, home, haru) is RefusalCode.NEEDS_CARER
    assert await refusal(db, entry, home, me) is RefusalCode.NEEDS_CHILD
    await enrol(db, entry, home, [me, haru])
    assert await refusal(db, entry, home, sora) is None


async def swap(db: AsyncSession, entry: CourseEntry, found: Registration, out: Person, into: Person) -> object:
    return await registration.replace(
        db, entry, found.id or 0, out.id or 0, into, resident_id=found.resident_id, now=NOW, zone=TOKYO
    )


async def test_whoever_comes_instead_must_be_allowed_to(db: AsyncSession) -> None:
    """交代: the same requirements, and a pair stays one."""
    entry = await course(db, parent_child=True, target_text="小学1〜3年生の子と保護者")
    home = await parent(db, "はる", "そら", "うみ")
    me, haru, sora, umi = home.people
    umi.birth_year = 2022
    found = await enrol(db, entry, home, [me, haru])
    assert await swap(db, entry, found, haru, umi) == Refusal(RefusalCode.GRADE_TOO_LOW, umi.id)
    assert await swap(db, entry, found, me, sora) == Refusal(RefusalCode.NEEDS_CARER, sora.id)
    assert isinstance(await swap(db, entry, found, haru, sora), Cancelled)
    assert [one.id for one in await registration.party_of(db, found.id or 0)] == [me.id, sora.id]


async def test_clashes_are_told_and_keep_nobody_away(db: AsyncSession) -> None:
    """Courses at the same hour, of people of the party alone; an unknown end counts as an hour."""
    yoga = await course(db, days=30, title="ヨガ")
    home = await household(db, "はる")
    me, haru = home.people
    await enrol(db, yoga, home, [me])
    same = await course(db, days=30, title="合唱")
    starts = yoga.sessions[0].starts_at
    clash = Clash(person_id=me.id or 0, course_id=yoga.id, title="ヨガ", starts_at=starts, other_starts_at=starts)
    assert await clashes(db, same, home.people, now=NOW) == (clash,)
    assert await clashes(db, same, [haru], now=NOW) == ()
    later = replace(same, sessions=(replace(same.sessions[0], starts_at=starts + timedelta(minutes=60)),))
    assert await clashes(db, later, [me], now=NOW) == ()
    some_day = replace(same, sessions=(replace(same.sessions[0], all_day=True),))
    assert await clashes(db, some_day, [me], now=NOW) == ()
    assert await refusal(db, same, home, me) is None


async def test_needs_are_those_searched_for_lately(db: AsyncSession) -> None:
    """手話 was looked for: a course without it says so; one with it says nothing."""
    home = await household(db)
    criteria = criteria_json.dumps(Criteria(features=(Feature.SIGN_LANGUAGE, Feature.BEGINNER)))
    await residents.remember_search(db, home.id, text="手話", criteria=criteria, found=0, now=NOW)
    without, offered = await course(db), await course(db, sign_language=True)
    assert await cautions(db, without, [home.me], now=NOW) == (Unmet(Feature.SIGN_LANGUAGE),)
    assert await cautions(db, offered, [home.me], now=NOW) == ()
    assert await cautions(db, without, [home.me], now=NOW + timedelta(days=31)) == ()


async def test_what_stands_beside_a_refusal_would_not_be_refused(db: AsyncSession) -> None:
    """Neither by rules that only rows know, nor for want of a seat; what must be asked first comes last."""
    home = await household(db)
    home.me.gender = Gender.MALE
    wanted = await course(db, title="はじめての陶芸", description="湯のみを作る陶芸")
    like: dict[str, Any] = {"title": "陶芸 夜の部", "description": "湯のみを作る陶芸"}
    for_women = await ruled(db, rules={"gender": Gender.FEMALE}, **like)
    full = await course(db, capacity=1, **like)
    await enrol(db, full, await household(db))
    asks = await course(db, residency=Residency.RESIDENTS, **like)
    free = await course(db, capacity=1, **like)
    others = [await course(db, title=title) for title in ("合唱", "俳句", "ヨガ", "囲碁")]
    index = CourseIndex([wanted, for_women, asks, free, full, *others], version=1)
    looking = Wanted(people=[home.me], family=home.people)
    found = await nearest_joinable(db, index, wanted, looking, now=NOW, zone=TOKYO)
    assert [one.id for one in found] == [free.id, asks.id]
