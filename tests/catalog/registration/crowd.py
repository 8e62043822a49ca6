"""A crowd in several processes: `python -m tests.catalog.registration.crowd race|kill …`, run by test_crowd.

Processes are forked, so that beginning anew after a kill costs nothing; each has its own loop and connections. What a
killed process had not committed is gone, as after a power cut; what it had committed must hold.
"""

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from catalog import registration, residents
from catalog.database import Database
from catalog.models import Actor, ChangeReason, Person, RegistrationState
from catalog.registration import Request
from catalog.search.entry import CourseEntry
from catalog.search.loading import load_entries
from tests.catalog.search.factories import NOW, TOKYO

AT_ONCE = 8  # in each process; a database server has not many more connections
KILL_AFTER = (0.005, 0.12)  # seconds
DEADLINE = 240.0


async def everybody_applies(url: str, course_id: int, owners: Sequence[int]) -> int:
    """Each of these residents applies with their whole family; returns how many were answered."""
    database, entry = await _open(url, course_id)
    answered = 0
    try:
        for begin in range(0, len(owners), AT_ONCE):
            some = owners[begin : begin + AT_ONCE]
            outcomes = await asyncio.gather(*(apply(database, entry, owner) for owner in some))
            answered += sum(isinstance(outcome, registration.Applied) for outcome in outcomes)
    finally:
        await database.close()
    return answered


async def apply(database: Database, entry: CourseEntry, owner: int) -> object:
    async with database.transaction() as db:
        party = await residents.people(db, owner)
        return await registration.apply(db, entry, Request(party=party, resident_id=owner), now=NOW, zone=TOKYO)


async def come_and_go(url: str, course_id: int, owners: Sequence[int], seed: int) -> None:
    """Residents apply, cancel, accept and decline in a random order, until the process is killed."""
    dice = random.Random(seed)  # noqa: S311 - a game, no secret
    database, entry = await _open(url, course_id)
    while True:
        owner = dice.choice(owners)
        if dice.random() < 0.6:
            await apply(database, entry, owner)
        else:
            await _change_mind(database, owner, dice)


async def _change_mind(database: Database, owner: int, dice: random.Random) -> None:
    async with database.transaction() as db:
        mine = await registration.of_resident(db, owner)
        if not mine:
            return
        chosen = dice.choice(mine).id or 0
        if dice.random() < 0.5:
            await registration.cancel(db, chosen, resident_id=owner, now=NOW, zone=TOKYO)
            return
        found = await registration.lock_own(db, chosen, owner)
        if found is not None and found.state is RegistrationState.OFFERED:
            by_owner = registration.Cause(by=Actor.RESIDENT, at=NOW, reason=ChangeReason.ACCEPTED)
            verb = dice.choice((registration.accept, registration.decline))
            await verb(db, found, by_owner, now=NOW + timedelta(minutes=1), zone=TOKYO)


async def _open(url: str, course_id: int) -> tuple[Database, CourseEntry]:
    database = Database(url)
    async with database.reading() as db:
        return database, (await load_entries(db, [course_id]))[0]


async def owners_of(url: str) -> list[int]:
    database = Database(url)
    async with database.reading() as db:
        found = (await db.scalars(select(col(Person.resident_id)).distinct().order_by(col(Person.resident_id)))).all()
    await database.close()
    return list(found)


def fork(work: Callable[[], Coroutine[Any, Any, int | None]]) -> int:
    """A child that does this work; its exit code is 0 when all went well."""
    child = os.fork()
    if child:
        return child
    signal.alarm(int(DEADLINE))  # it ends by itself, whatever happens to its parent
    try:
        asyncio.run(work())
    except BaseException as error:
        sys.stderr.write(f"{error!r}\n")
        os._exit(1)
    os._exit(0)


def race(url: str, course_id: int, processes: int) -> None:
    """All residents at once, dealt out to the processes. Fails where one of them did."""
    owners = asyncio.run(owners_of(url))
    children = [
        fork(partial(everybody_applies, url, course_id, owners[number::processes])) for number in range(processes)
    ]
    failed = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    if any(failed):
        raise SystemExit(f"exit codes {failed}")


def kill(url: str, course_id: int, processes: int, kills: int) -> None:
    """Processes come and go; at random moments one is killed and another takes its place."""
    owners = asyncio.run(owners_of(url))
    dice = random.Random(kills)  # noqa: S311 - a game, no secret
    children = [fork(partial(come_and_go, url, course_id, owners, 0)) for _ in range(processes)]
    end = time.monotonic() + DEADLINE
    for number in range(1, kills + 1):
        time.sleep(dice.uniform(*KILL_AFTER))
        if time.monotonic() > end:
            raise SystemExit(f"only {number} kills in {DEADLINE:.0f} s")
        victim = children.pop(0)
        os.kill(victim, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(victim, 0)[1])
        if code != -signal.SIGKILL:
            raise SystemExit(f"a process ended by itself with {code}")
        children.append(fork(partial(come_and_go, url, course_id, owners, number)))
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


if __name__ == "__main__":
    _what, _url, _course, _processes, *_rest = sys.argv[1:]
    if _what == "race":
        race(_url, int(_course), int(_processes))
    else:
        kill(_url, int(_course), int(_processes), int(_rest[0]))
