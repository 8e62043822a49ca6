"""What the tests of the rules share."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.database import Database
from tests.catalog.builders import assert_sound


@pytest.fixture
async def db(database: Database) -> AsyncIterator[AsyncSession]:
    """One transaction, after which all invariants hold."""
    async with database.transaction() as session:
        yield session
    await assert_sound(database)
