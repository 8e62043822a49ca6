"""The proof from the rows alone: silent while all is well, one sentence for each break."""

import pytest
from sqlalchemy import text

from catalog import invariants
from catalog.database import Database
from tests.catalog.builders import course, enrol, household

# What goes wrong in a town of one course of two places, its resident (1), a family of two confirmed and one waiting.
BREAKS = {
    "数えた席": "UPDATE courses SET seats_taken = 1",
    "定員": "UPDATE courses SET capacity = 1",
    "取り消しなのに": "UPDATE registrations SET state = 'cancelled' WHERE state = 'waitlisted'",
    "参加者がいません": "UPDATE participants SET active = false WHERE registration_id = 2",
    "申込とちがいます": "UPDATE registrations SET resident_id = 1 WHERE id = 2",
    "本人が0人": "UPDATE persons SET relation = 'child' WHERE id = 1",
    "本人が2人": "UPDATE persons SET relation = 'self' WHERE id = 2",
}


@pytest.mark.parametrize("sentence", BREAKS)
async def test_each_break_is_told_once(database: Database, sentence: str) -> None:
    """Nothing before; afterwards exactly the rule that was broken."""
    async with database.transaction() as db:
        small = await course(db, capacity=2)
        family, single = await household(db, "はる"), await household(db)
        await enrol(db, small, family, family.people)
        await enrol(db, small, single)
        assert await invariants.broken(db) == []
        await db.execute(text(BREAKS[sentence]))
        (told,) = await invariants.broken(db)
        assert sentence in told
