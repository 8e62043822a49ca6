"""The outgoing table: each message is there once, claimed by one, and settled as it ended."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from catalog import outgoing
from catalog.database import Database
from catalog.models import Broadcast, Outgoing, OutgoingKind, OutgoingState, Platform, Resident
from catalog.outgoing import LEASE, Message, Settlement

NOW = datetime(2026, 6, 10, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def enqueue(
    database: Database,
    key: str,
    *,
    kind: OutgoingKind = OutgoingKind.NOTICE,
    platform: Platform = Platform.LINE,
    due_at: datetime = NOW,
    useful_until: datetime | None = None,
) -> bool:
    async with database.transaction() as db:
        return await outgoing.enqueue(
            db,
            key=key,
            kind=kind,
            platform=platform,
            address="U1",
            resident_id=None,
            payload="{}",
            due_at=due_at,
            useful_until=useful_until,
        )


async def claim(database: Database, now: datetime = NOW, limit: int = 10) -> list[Message]:
    async with database.transaction() as db:
        return await outgoing.claim_due(db, now=now, limit=limit)


async def settle(database: Database, *settlements: Settlement) -> None:
    async with database.transaction() as db:
        await outgoing.settle(db, settlements)


async def rows(database: Database) -> dict[str, Outgoing]:
    async with database.reading() as db:
        return {row.key: row for row in await db.scalars(select(Outgoing).order_by(col(Outgoing.id)))}


async def test_a_key_is_taken_once(database: Database) -> None:
    assert await enqueue(database, "a")
    assert not await enqueue(database, "a", due_at=NOW + MINUTE)
    found = await rows(database)
    assert found["a"].due_at == NOW
    assert found["a"].useful_until == NOW + timedelta(days=1)
    assert len(found["a"].retry_key) == 36


async def test_the_most_urgent_is_claimed_first(database: Database) -> None:
    await enqueue(database, "late reminder", kind=OutgoingKind.REMINDER)
    await enqueue(database, "early reminder", kind=OutgoingKind.REMINDER, due_at=NOW - MINUTE)
    await enqueue(database, "reply", kind=OutgoingKind.REPLY)
    await enqueue(database, "notice")
    await enqueue(database, "tomorrow", due_at=NOW + MINUTE)
    first = await claim(database, limit=3)
    assert [message.key for message in first] == ["reply", "notice", "early reminder"]
    assert [message.key for message in await claim(database)] == ["late reminder"]
    assert await claim(database) == []


async def test_claims_run_out(database: Database) -> None:
    await enqueue(database, "a")
    (first,) = await claim(database)
    assert await claim(database, NOW + LEASE - MINUTE) == []
    (second,) = await claim(database, NOW + LEASE)
    assert (first.attempts, second.attempts) == (1, 2)
    assert first.retry_key == second.retry_key


async def test_who_lost_the_claim_may_only_say_that_it_was_sent(database: Database) -> None:
    await enqueue(database, "a")
    (lost,) = await claim(database)
    (held,) = await claim(database, NOW + LEASE)
    await settle(database, Settlement(message=lost, state=OutgoingState.FAILED))
    assert (await rows(database))["a"].state is OutgoingState.SENDING
    async with database.transaction() as db:
        assert not await outgoing.begin(db, lost, now=NOW)
        await outgoing.release(db, [lost])
    assert (await rows(database))["a"].state is OutgoingState.SENDING
    await settle(database, Settlement(message=lost, state=OutgoingState.SENT, sent_at=NOW))
    await settle(database, Settlement(message=held, state=OutgoingState.FAILED))
    assert (await rows(database))["a"].state is OutgoingState.SENT


async def test_a_released_message_is_as_before(database: Database) -> None:
    await enqueue(database, "a")
    before = (await rows(database))["a"]
    messages = await claim(database)
    async with database.transaction() as db:
        await outgoing.release(db, messages)
    assert (await rows(database))["a"].model_dump() == before.model_dump()


async def test_settling_many_at_once_keeps_each_ones_end(database: Database) -> None:
    for key in "abc":
        await enqueue(database, key)
    one, two, three = await claim(database)
    await settle(
        database,
        Settlement(message=one, state=OutgoingState.SENT, sent_at=NOW + MINUTE),
        Settlement(message=two, state=OutgoingState.PENDING, due_at=NOW + MINUTE, error="500"),
        Settlement(message=three, state=OutgoingState.FAILED, error="x" * 1_000),
    )
    found = await rows(database)
    assert (found["a"].state, found["a"].sent_at) == (OutgoingState.SENT, NOW + MINUTE)
    assert (found["b"].state, found["b"].due_at, found["b"].error) == (OutgoingState.PENDING, NOW + MINUTE, "500")
    assert (found["c"].state, len(found["c"].error or "")) == (OutgoingState.FAILED, 300)
    assert all(row.claimed_until is None for row in found.values())


@pytest.mark.parametrize(
    ("platform", "kind", "begun", "state"),
    [
        (Platform.TELEGRAM, OutgoingKind.REMINDER, True, OutgoingState.UNKNOWN),
        (Platform.TELEGRAM, OutgoingKind.REMINDER, False, OutgoingState.SENDING),
        (Platform.TELEGRAM, OutgoingKind.REPLY, True, OutgoingState.SENDING),
        (Platform.LINE, OutgoingKind.REMINDER, True, OutgoingState.SENDING),
    ],
)
async def test_only_what_could_be_doubled_is_given_up_after_a_crash(
    database: Database, platform: Platform, kind: OutgoingKind, begun: bool, state: OutgoingState
) -> None:
    await enqueue(database, "a", platform=platform, kind=kind)
    (message,) = await claim(database)
    if begun:
        async with database.transaction() as db:
            assert await outgoing.begin(db, message, now=NOW)
    later = NOW + LEASE
    async with database.transaction() as db:
        await outgoing.retire(db, now=later)
    assert (await rows(database))["a"].state is state
    assert len(await claim(database, later)) == (state is OutgoingState.SENDING)


async def test_what_is_useless_is_neither_claimed_nor_kept(database: Database) -> None:
    await enqueue(database, "a", useful_until=NOW + MINUTE)
    assert await claim(database, NOW + MINUTE) == []
    async with database.transaction() as db:
        assert await outgoing.retire(db, now=NOW + MINUTE) == 1
    assert (await rows(database))["a"].state is OutgoingState.EXPIRED


async def test_many_claim_at_once_and_nobody_gets_the_same(database: Database) -> None:
    for number in range(40):
        await enqueue(database, str(number))
    claimed = await asyncio.gather(*(claim(database, limit=7) for _ in range(6)))
    ids = [message.id for messages in claimed for message in messages]
    assert len(ids) == len(set(ids)) == 40


async def test_a_group_is_claimed_whole_and_alone(database: Database) -> None:
    async with database.transaction() as db:
        broadcast = Broadcast(text="あ", due_at=NOW, created_at=NOW)
        residents = [Resident(created_at=NOW) for _ in range(5)]
        db.add_all([broadcast, *residents])
        await db.flush()
        people = [(resident.id or 0, Platform.LINE, f"U{resident.id}") for resident in residents]
        await outgoing.enqueue_broadcast(
            db, broadcast.id or 0, people, due_at=NOW, useful_until=NOW + LEASE * 2, now=NOW, group_size=2
        )
    assert await claim(database) == [], "never one by one"

    async def claim_group(now: datetime = NOW) -> list[Message]:
        async with database.transaction() as db:
            return await outgoing.claim_group(db, now=now)

    groups = [await claim_group() for _ in range(4)]
    assert [len(group) for group in groups] == [2, 2, 1, 0]
    assert all(len({message.retry_key for message in group}) == 1 for group in groups[:3])
    again = await claim_group(NOW + LEASE)
    assert [replace(message, attempts=1, claimed_until=NOW + LEASE) for message in again] == groups[0]


async def test_the_next_due_moment(database: Database) -> None:
    await enqueue(database, "a", due_at=NOW + MINUTE)
    await enqueue(database, "b", due_at=NOW + 2 * MINUTE)
    async with database.reading() as db:
        assert await outgoing.next_due(db, after=NOW) == NOW + MINUTE
        assert await outgoing.next_due(db, after=NOW + MINUTE) == NOW + 2 * MINUTE
        assert await outgoing.next_due(db, after=NOW + 2 * MINUTE) is None
