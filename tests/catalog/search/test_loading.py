"""Entries out of the tables, on both engines, and the catalogue that follows its version."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, event, update
from sqlmodel import col

from catalog.database import Database
from catalog.models import (
    CatalogueVersion,
    Course,
    CourseField,
    CourseLifeIssue,
    CourseLifeStage,
    Department,
    FieldOfLearning,
    LifeStage,
    Organizer,
    OrganizerKind,
    Session,
    Venue,
)
from catalog.search.catalogue import Catalogue
from catalog.search.criteria import Criteria
from catalog.search.index import CourseIndex
from catalog.search.loading import load_entries, load_stamps
from tests.catalog.search.factories import NOW, TOKYO
from tests.catalog.search.sameness import assert_same

UPDATED = datetime(2026, 6, 1, tzinfo=UTC)
FIRST, SECOND = datetime(2026, 7, 4, 1, tzinfo=UTC), datetime(2026, 7, 11, 1, tzinfo=UTC)


@pytest.fixture
async def filled(database: Database) -> Database:
    async with database.transaction() as db:
        db.add_all(
            [
                Venue(id=1, name="田無公民館", area="田無"),
                Organizer(id=1, name="ヨガの会", kind=OrganizerKind.GROUP),
                Department(id=1, name="公民館課"),
                FieldOfLearning(code="test_sports", name="運動"),
                FieldOfLearning(code="test_health", name="健康"),
                LifeStage(code="test_senior", name="高齢", min_age=65),
                LifeStage(code="test_adult", name="成人", min_age=30),
            ]
        )
        await db.flush()
        yoga = Course(id=1, source="132292", source_id="A1", title="はじめてのヨガ", updated_at=UPDATED)
        yoga.venue_id = yoga.organizer_id = yoga.department_id = 1
        db.add_all([yoga, Course(id=2, source="132292", source_id="A2", title="俳句の会", updated_at=UPDATED)])
        await db.flush()
        db.add_all(
            [
                Session(course_id=1, position=2, starts_at=SECOND),
                Session(course_id=1, position=1, starts_at=FIRST),
                CourseField(course_id=1, field_code="test_sports"),
                CourseField(course_id=1, field_code="test_health"),
                CourseLifeStage(course_id=1, life_stage_code="test_senior"),
                CourseLifeStage(course_id=1, life_stage_code="test_adult"),
                CourseLifeIssue(course_id=1, life_issue_code="loneliness"),
                CourseLifeIssue(course_id=1, life_issue_code="health"),
            ]
        )
    return database


async def test_everything_of_a_course_is_loaded(filled: Database) -> None:
    async with filled.reading() as db:
        yoga, haiku = await load_entries(db)
    assert (yoga.title, yoga.organizer, yoga.organizer_kind, yoga.department) == (
        "はじめてのヨガ",
        "ヨガの会",
        OrganizerKind.GROUP,
        "公民館課",
    )
    assert yoga.venue is not None
    assert (yoga.venue.name, yoga.venue.area) == ("田無公民館", "田無")
    assert [session.starts_at for session in yoga.sessions] == [FIRST, SECOND]
    assert (yoga.fields, yoga.life_stages) == (("test_health", "test_sports"), ("test_adult", "test_senior"))
    assert (yoga.life_issues, haiku.life_issues) == (("health", "loneliness"), ())
    assert (haiku.venue, haiku.organizer, haiku.sessions, haiku.fields) == (None, None, (), ())


async def test_some_courses_alone(filled: Database) -> None:
    async with filled.reading() as db:
        assert [entry.id for entry in await load_entries(db, [2, 99])] == [2]
        assert await load_entries(db, []) == []


async def test_the_number_of_queries_does_not_grow_with_the_courses(filled: Database) -> None:
    statements: list[str] = []

    @event.listens_for(filled.engine.sync_engine, "before_cursor_execute")
    def _count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    async with filled.reading() as db:
        await load_entries(db)
    assert sum(statement.startswith("SELECT") for statement in statements) <= 9


async def test_the_catalogue_is_rebuilt_when_its_version_changes_and_only_then(filled: Database) -> None:
    catalogue = Catalogue()
    assert catalogue.ready is False
    await catalogue.load(filled)
    before = catalogue.index
    assert await catalogue.refresh(filled) is False
    assert catalogue.index is before
    async with filled.transaction() as db:
        await db.execute(update(Course).where(col(Course.id) == 1).values(title="朝のピラティス"))
        await db.execute(update(CatalogueVersion).values(version=col(CatalogueVersion.version) + 1))
    assert await catalogue.refresh(filled) is True
    found = catalogue.index.search(Criteria(words="ピラティス"), now=NOW, zone=TOKYO)
    assert [hit.course.id for hit in found.hits] == [1]
    assert before.course(1) is not None  # whoever still reads the old index can go on


async def raise_version(database: Database) -> None:
    async with database.transaction() as db:
        await db.execute(update(CatalogueVersion).values(version=col(CatalogueVersion.version) + 1))


async def test_only_changed_courses_are_read_again(filled: Database) -> None:
    catalogue = Catalogue()
    await catalogue.load(filled)
    before = catalogue.index
    async with filled.transaction() as db:
        await db.execute(update(Venue).values(area="谷戸"))
        db.add(Course(id=3, source="132292", source_id="A3", title="夜の天文台", updated_at=UPDATED))
        await db.execute(delete(Session).where(col(Session.starts_at) == SECOND))
        await db.execute(delete(CourseLifeIssue).where(col(CourseLifeIssue.life_issue_code) == "health"))
    await raise_version(filled)
    await catalogue.refresh(filled)
    yoga, haiku, stars = catalogue.index.entries
    assert yoga.venue is not None
    assert (yoga.venue.area, [session.starts_at for session in yoga.sessions]) == ("谷戸", [FIRST])
    assert yoga.life_issues == ("loneliness",)
    assert haiku is before.entries[1]
    assert stars.title == "夜の天文台"
    assert_same(catalogue.index, CourseIndex(catalogue.index.entries, version=0))


async def test_a_course_that_is_gone_is_found_no_more(filled: Database) -> None:
    catalogue = Catalogue()
    await catalogue.load(filled)
    async with filled.transaction() as db:
        await db.execute(delete(Course).where(col(Course.id) == 2))
    await raise_version(filled)
    await catalogue.refresh(filled)
    assert [entry.id for entry in catalogue.index.entries] == [1]


async def test_seats_are_no_change_of_the_catalogue(filled: Database) -> None:
    async with filled.reading() as db:
        before = await load_stamps(db)
    async with filled.transaction() as db:
        await db.execute(update(Course).values(seats_taken=3))
    async with filled.reading() as db:
        assert await load_stamps(db) == before


async def test_a_kept_index_is_brought_up_to_date(filled: Database) -> None:
    """Where none is kept (PostgreSQL) the same holds; it only takes longer."""
    first, second, third = Catalogue(), Catalogue(), Catalogue()
    await first.load(filled)
    await second.load(filled)
    async with filled.transaction() as db:
        await db.execute(update(Course).where(col(Course.id) == 2).values(title="川柳の会"))
    await raise_version(filled)
    await third.load(filled)
    assert second.index.version == first.index.version
    assert_same(second.index, first.index)
    assert [entry.title for entry in third.index.entries] == ["はじめてのヨガ", "川柳の会"]
    assert third.index.version == first.index.version + 1


async def test_a_damaged_kept_index_is_made_anew(sqlite_database: Database) -> None:
    catalogue = Catalogue()
    await catalogue.load(sqlite_database)
    path = sqlite_database.index_path
    assert path is not None
    kept = path.read_bytes()
    path.write_bytes(kept[:100])
    await catalogue.load(sqlite_database)
    assert path.read_bytes() == kept


async def test_an_empty_database_makes_an_empty_catalogue_that_is_ready(database: Database) -> None:
    catalogue = Catalogue()
    await catalogue.load(database)
    assert (catalogue.ready, list(catalogue.index.entries)) == (True, [])


async def test_what_was_read_of_a_server_is_kept_in_a_folder(filled: Database, tmp_path: Path) -> None:
    """Without a folder it is read again at every start; beside a SQLite file none is needed."""
    folder = tmp_path / "cache" / "manabi"
    url = filled.url.render_as_string(hide_password=False)
    database = Database(url.replace("+asyncpg", "").replace("+aiosqlite", ""), kept_in=folder)
    try:
        path = database.index_path
        assert path is not None
        assert (path.parent == folder) is not database.is_sqlite
        first, second = Catalogue(), Catalogue()
        await first.load(database)
        assert path.exists()
        await second.load(database)
        assert_same(second.index, first.index)
    finally:
        await database.close()


async def test_courses_are_found_by_their_words_until_what_they_mean_is_known(filled: Database) -> None:
    catalogue = Catalogue()
    await catalogue.load_words(filled)
    found = catalogue.index.search(Criteria(words="ヨガ"), now=NOW, zone=TOKYO)
    assert [hit.course.id for hit in found.hits] == [1]
    assert catalogue.index.unread() == ()
    async with filled.transaction() as db:
        await db.execute(update(Course).where(col(Course.id) == 2).values(title="川柳の会"))
    await raise_version(filled)
    await catalogue.refresh(filled)
    await catalogue.learn_meanings(filled)
    assert catalogue.index.unread() == ()
    await catalogue.learn_closely(filled)
    assert catalogue.index.unread(closely=True) == ()
    assert_same(catalogue.index, CourseIndex(catalogue.index.entries, version=0))
