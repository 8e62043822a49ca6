"""What most commands begin with: the database of the environment, at the newest schema."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.settings import Settings, load_settings
from catalog import schema
from catalog.database import Database
from catalog.search.catalogue import Catalogue
from catalog.search.index import CourseIndex


@asynccontextmanager
async def open_database(settings: Settings | None = None) -> AsyncIterator[Database]:
    """The database of the settings, ready to use; closed at the end. Raises ConfigurationError."""
    settings = settings or load_settings()
    database = Database(settings.database_url, kept_in=settings.cache_dir)
    try:
        await schema.require_current(database)
        yield database
    finally:
        await database.close()


async def load_index(database: Database) -> CourseIndex:
    """The course index of the whole catalogue."""
    catalogue = Catalogue()
    await catalogue.load(database)
    return catalogue.index
