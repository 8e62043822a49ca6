"""Entries out of the tables, on both engines, and the catalogue that follows its version."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import event, update
from sqlmodel import col

from catalog.database import Database
from catalog.models import (
    CatalogueVersion,
    Course,
    CourseField,
    CourseLifeStage,
    Department,
    FieldOfLearning,
    LifeStage,
    Organizer,
    OrganizerKind,
    Session,
    Venue,
)
from catalog.search.criteria import Criteria
from catalog.search.index import Catalogue
from catalog.search.loading import load_entries
from tests.catalog.search.factories import NOW, TOKYO

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
    assert sum(statement.startswith("SELECT") for statement in statements) <= 8


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


async def test_an_empty_database_makes_an_empty_catalogue_that_is_ready(database: Database) -> None:
    catalogue = Catalogue()
    await catalogue.load(database)
    assert (catalogue.ready, catalogue.index.entries) == (True, ())
