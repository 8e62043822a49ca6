"""What deeds tell of a resident's liking: the later the more, in the end nothing, and no list of what was looked at."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import col

from catalog import leanings, residents
from catalog.database import Database
from catalog.leanings import Deed
from catalog.models import FieldOfLearning, Leaning, MarkKind, PassportEntry
from catalog.profiles import profile_of
from tests.catalog.builders import call_off, course, enrol, household
from tests.catalog.search.factories import NOW, TOKYO

days = st.floats(0, 2000).map(lambda number: timedelta(days=number))


@given(deed=st.sampled_from(Deed), one=days, other=days)
def test_what_is_longer_ago_counts_no_more(deed: Deed, one: timedelta, other: timedelta) -> None:
    sooner, later = sorted((one, other))
    assert leanings.strength(deed, NOW - sooner, now=NOW) >= leanings.strength(deed, NOW - later, now=NOW)
    assert leanings.liking(3, NOW - sooner, now=NOW) >= leanings.liking(3, NOW - later, now=NOW)


@given(deed=st.sampled_from(Deed))
def test_everything_fades_to_nothing(deed: Deed) -> None:
    assert leanings.strength(deed, NOW, now=NOW) > 0
    assert leanings.strength(deed, NOW - timedelta(days=900), now=NOW) == 0
    assert leanings.liking(leanings.MOST_LOOKS, NOW - leanings.LOOKS_TOLD_FOR, now=NOW) == 0


async def test_of_looks_one_weight_a_field_is_kept(database: Database) -> None:
    """However often, and of whatever course; it halves each month."""
    async with database.transaction() as db:
        home = await household(db)
        for _time in range(9):
            await leanings.note_look(db, home.id, ["music", "art_craft"], now=NOW)
        await leanings.note_look(db, home.id, [], now=NOW)
        rows = list(await db.scalars(select(Leaning).order_by(col(Leaning.field_code))))
        assert [(one.field_code, one.weight) for one in rows] == [("art_craft", 4), ("music", 4)]
        later = NOW + timedelta(days=30)
        await leanings.note_look(db, home.id, ["music"], now=later)
        told = await leanings.looks(db, home.id, now=later)
        assert (rows[0].weight, rows[1].weight) == (4, 3)
        assert 0 < told["art_craft"] < told["music"] < 1
        await leanings.forget_looks(db, home.id)
        assert await leanings.looks(db, home.id, now=later) == {}


async def test_deeds_are_read_from_the_rows_that_tell_them(database: Database) -> None:
    """Of several about one course the most telling; who cancelled may not want it any more."""
    async with database.transaction() as db:
        home = await household(db, "はる")
        me, child = (frozenset({str(one.id)}) for one in home.people)
        pottery, choir, walk, tea, yoga = [
            await course(db, title=one) for one in ("陶芸", "合唱", "散歩", "茶道", "ヨガ")
        ]
        await enrol(db, pottery, home)
        await residents.mark(db, home.id, pottery.id, MarkKind.SAVED, now=NOW)
        await enrol(db, choir, home, home.people)
        await residents.mark(db, home.id, walk.id, MarkKind.SAVED, now=NOW)
        await residents.mark(db, home.id, tea.id, MarkKind.DISMISSED, now=NOW)
        await call_off(db, await enrol(db, yoga, home))
        day = date(2026, 6, 10)
        db.add(
            PassportEntry(person_id=home.people[1].id or 0, course_id=choir.id, title="合唱", first_on=day, last_on=day)
        )
        await db.flush()
        found = await leanings.pasts(db, home.id, now=NOW + timedelta(days=1), zone=TOKYO)
        assert {(one.title, one.deed, one.people) for one in found} == {
            ("陶芸", Deed.APPLIED, me),
            ("合唱", Deed.ATTENDED, child),
            ("散歩", Deed.SAVED, frozenset()),
            ("茶道", Deed.DISMISSED, frozenset()),
        }
        assert [one.strength for one in found] == sorted((one.strength for one in found), reverse=True)
        assert await leanings.pasts(db, home.id, now=NOW + timedelta(days=900), zone=TOKYO) == ()


async def test_who_switches_it_off_is_advised_by_what_they_told_alone(database: Database) -> None:
    async with database.transaction() as db:
        home = await household(db)
        await enrol(db, await course(db), home)
        await leanings.note_look(db, home.id, ["music"], now=NOW)
        for learns in (True, False):
            home.resident.learns = learns
            profile = await profile_of(db, home.resident, home.people, family=home.people, now=NOW, zone=TOKYO)
            assert (bool(profile.history), bool(profile.looks)) == (learns, learns)
            assert len(profile.excluded) == 1


async def test_fields_that_are_gone_take_their_looks_along(database: Database) -> None:
    async with database.transaction() as db:
        home = await household(db)
        db.add(FieldOfLearning(code="kites", name="たこ"))
        await db.flush()
        await leanings.note_look(db, home.id, ["kites"], now=NOW)
        await db.delete(await db.get_one(FieldOfLearning, "kites"))
        await db.flush()
        assert await leanings.looks(db, home.id, now=NOW) == {}
