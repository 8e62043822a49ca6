"""The proof from the rows alone: silent while all is well, one sentence for each break."""

import pytest
from sqlalchemy import text

from catalog import invariants, registration
from catalog.database import Database
from catalog.models import CourseRules
from catalog.registration import Request
from tests.catalog.builders import course, enrol, household
from tests.catalog.search.factories import NOW, TOKYO

# What goes wrong in a town of two courses: the first has two seats, both taken by a family, and somebody waiting; the
# second is by single sessions, with a child in its childcare. And what is said of it.
BREAKS = {
    "UPDATE courses SET seats_taken = 1 WHERE id = 1": "講座1: 数えた席",
    "UPDATE courses SET capacity = 1 WHERE id = 1": "講座1: 定員",
    "UPDATE sessions SET seats_taken = 0 WHERE id = 2": "回2: 数えた席",
    "UPDATE courses SET capacity = 0 WHERE id = 2": "回2: 定員",
    "UPDATE course_rules SET childcare_taken = 0": "講座2: 数えた保育",
    "UPDATE course_rules SET childcare_capacity = 0": "講座2: 保育の定員",
    "UPDATE participants SET active = false WHERE registration_id = 2": "申込2: 参加者がいません",
    "UPDATE participants SET in_childcare = true WHERE registration_id = 2": "申込2: 保育の人数",
    "UPDATE registrations SET expires_at = '2026-06-10 00:00:00' WHERE id = 2": "申込2: 状態(waitlisted)と期限",
    "UPDATE registrations SET state = 'lost' WHERE id = 2; "
    "UPDATE registration_changes SET to_state = 'lost' WHERE registration_id = 2": "申込2: 終わった申込",
    "UPDATE registrations SET seats = 2 WHERE id = 2": "申込2: 状態(waitlisted)と履歴",
    "DELETE FROM registration_changes WHERE registration_id = 2": "申込2: 状態(waitlisted)と履歴",
    "UPDATE registration_changes SET from_state = 'held' WHERE registration_id = 2": "申込2: 履歴がつながって",
    "UPDATE registrations SET resident_id = 1 WHERE id = 2": "申込2: 参加者3",
    "UPDATE registrations SET shared = true WHERE id = 2; "
    "INSERT INTO party_friends VALUES (2, 1, '', '2026-06-10')": "申込2: 利用者1の参加者がいない",
    "UPDATE registrations SET shared = true WHERE id = 2; "
    "INSERT INTO party_friends VALUES (2, 2, '', '2026-06-10')": "申込2: 持ち主の利用者2",
    "UPDATE registrations SET shared = true WHERE id = 2": "申込2: 友だちの記録(0人)",
    "UPDATE participants SET session_id = 1 WHERE registration_id = 2": "申込2: 参加者3",
    "UPDATE persons SET relation = 'child' WHERE id = 1": "利用者1: 本人が0人",
    "UPDATE persons SET relation = 'self' WHERE id = 2": "利用者1: 本人が2人",
}


@pytest.mark.parametrize("broken", BREAKS)
async def test_each_break_is_told_once(database: Database, broken: str) -> None:
    """Nothing before; afterwards exactly the rule that was broken."""
    async with database.transaction() as db:
        small, single = await course(db, capacity=2), await course(db, capacity=1)
        family, somebody, parent = await household(db, "はる"), await household(db), await household(db, "あき")
        await enrol(db, small, family, family.people)
        await enrol(db, small, somebody)
        db.add(CourseRules(course_id=single.id, by_session=True, childcare_capacity=1))
        request = Request(
            party=parent.people,
            resident_id=parent.id,
            session_id=single.sessions[0].id,
            in_childcare=frozenset({parent.people[1].id or 0}),
        )
        await registration.apply(db, single, request, now=NOW, zone=TOKYO)
        assert await invariants.broken(db) == []
        for statement in broken.split("; "):
            await db.execute(text(statement))
        (told,) = await invariants.broken(db)
        assert told.startswith(BREAKS[broken])
