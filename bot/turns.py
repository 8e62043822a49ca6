"""One event, one transaction: the resident is loaded, answered, and the answer written down before it is sent."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot import inbox
from bot.inbox import Stored
from catalog import outgoing, residents
from catalog.database import Database
from catalog.models import ChannelAccount, Conversation, Person, Platform, Resident
from catalog.outgoing import Message
from catalog.prepared import Prepared, stored
from catalog.search.catalogue import Catalogue
from catalog.upsert import table
from handlers import reply_json, routes
from handlers.actions import Action, decode
from handlers.context import EXPECTED_FOR, City, Expectation, Turn
from handlers.locales import SOURCE_LANGUAGE, _, speaking
from handlers.messages import Incoming, IncomingKind, Reply, say
from handlers.steps import find, home

# These bring no resident into being: nobody has come to us.
_NO_CONTACT = frozenset({IncomingKind.STOPPED, IncomingKind.UNSENT, IncomingKind.OTHER})

# A building block of every turn: built once, and one statement for all that is known of who writes.
_conversations, _accounts = table(Conversation).c, table(ChannelAccount).c
_residents, _persons = table(Resident).c, table(Person).c
_KNOWN = Prepared(
    select(
        _accounts.id,
        _conversations.expecting,
        _conversations.data,
        _conversations.expires_at,
        *_residents,
        *_persons,
    )
    .select_from(table(ChannelAccount))
    .join(table(Resident), _accounts.resident_id == _residents.id)
    .join(table(Person), _persons.resident_id == _residents.id)
    .outerjoin(table(Conversation), _conversations.account_id == _accounts.id)
    .where(
        _accounts.platform == bindparam("platform", type_=_accounts.platform.type),
        _accounts.address == bindparam("address"),
    )
    .order_by(_persons.id)
)
_RESIDENT = slice(4, 4 + len(_residents))
_PERSON = slice(_RESIDENT.stop, None)


def _keeping(insertion: Any) -> Prepared:
    """The one row of an account's conversation, new or changed, in one statement."""
    statement = insertion(table(Conversation))
    told = ("expecting", "data", "expires_at")
    kept = statement.on_conflict_do_update(
        index_elements=["account_id"], set_={name: statement.excluded[name] for name in told}
    )
    return Prepared(kept, into=("account_id", *told))


# Built once: both engines know the statement, each by its own dialect. By "is it SQLite?".
_KEEP = {True: _keeping(sqlite_insert), False: _keeping(postgres_insert)}


@dataclass(frozen=True, slots=True)
class Answered:
    """A committed turn: the answer, claimed for whoever sends it now (None: silence)."""

    reply: Reply
    message: Message | None


async def answer_event(
    database: Database,
    event: Stored,
    incoming: Incoming,
    *,
    now: datetime,
    reply_life: timedelta,
    city: City,
    catalogue: Catalogue,
) -> Answered | None:
    """Answers a stored event; None when another process has done so. What a handler raises undoes all of it."""
    async with database.transaction(brief=True) as db:
        if not await inbox.take(db, event.id):
            return None
        turn = await _load(db, incoming, now=now, city=city, catalogue=catalogue)
        if turn is None:
            return Answered(Reply(), None)
        with speaking(turn.resident.language):
            reply = await routes.answer(turn)
        await _keep_expectation(turn)
        if incoming.kind is IncomingKind.STOPPED:  # what waits for this account is not sent any more
            await outgoing.block(db, incoming.platform, incoming.address or "", now=now)
        message = await _write_down(turn, event, reply, reply_life) if reply else None
        return Answered(reply, message)


async def apologise(
    database: Database, event: Stored, incoming: Incoming, *, now: datetime, reply_life: timedelta
) -> Answered | None:
    """The answer to an event that could not be worked on: what happened, that nothing is lost, what to do."""
    if incoming.address is None or not incoming.private or incoming.kind in _NO_CONTACT:
        return None
    with speaking(SOURCE_LANGUAGE):
        reply = say(
            _(
                "申し訳ありません、うまくお答えできませんでした。申込などの記録は残っています。担当者に知らせました。\n少したってから、もう一度お試しください。"
            ),
            buttons=(find(), home()),
        )
    async with database.transaction(brief=True) as db:
        message = await _enqueue(db, event, incoming, reply, now=now, reply_life=reply_life, resident_id=None)
    return Answered(reply, message)


async def _load(
    db: AsyncSession, incoming: Incoming, *, now: datetime, city: City, catalogue: Catalogue
) -> Turn | None:
    """The turn; None where there is nobody to answer."""
    if incoming.address is None:
        return None
    account_id, expecting, family = 0, None, None
    if not incoming.private:
        resident = Resident(created_at=now)
    elif known := await _KNOWN.rows(db, {"platform": incoming.platform, "address": incoming.address}):
        account_id, topic, data, until = known[0][: _RESIDENT.start]
        resident = stored(db, Resident, known[0][_RESIDENT])
        expecting = _expectation(topic, data, until, now)
        family = residents.in_order(stored(db, Person, row[_PERSON]) for row in known)
    elif incoming.kind in _NO_CONTACT:
        return None
    else:
        resident, account = await residents.meet(
            db, incoming.platform, incoming.address, language=SOURCE_LANGUAGE, now=now
        )
        account_id = account.id or 0
    return Turn(
        incoming=incoming,
        db=db,
        now=now,
        city=city,
        resident=resident,
        account_id=account_id,
        catalogue=catalogue,
        action=decode(incoming.action) or Action(""),
        expecting=expecting,
        family=family,
    )


def _expectation(topic: str | None, data: str, until: datetime | None, now: datetime) -> Expectation | None:
    if topic is None or until is None or until < now:
        return None
    return Expectation(topic, json.loads(data))


async def _keep_expectation(turn: Turn) -> None:
    """Stores what the next text would answer; a turn that asks nothing drops what was asked before."""
    if turn.forgotten or turn.account_id == 0 or turn.expecting == turn.next_expecting:
        return
    expected = turn.next_expecting
    values = {
        "account_id": turn.account_id,
        "expecting": expected.topic if expected else None,
        "data": json.dumps(expected.data) if expected else "{}",
        "expires_at": turn.now + EXPECTED_FOR if expected else None,
    }
    await _KEEP[outgoing.is_sqlite(turn.db)].rows(turn.db, values)


async def _write_down(turn: Turn, event: Stored, reply: Reply, reply_life: timedelta) -> Message:
    resident_id = None if turn.forgotten else turn.resident.id
    return await _enqueue(
        turn.db, event, turn.incoming, reply, now=turn.now, reply_life=reply_life, resident_id=resident_id
    )


async def _enqueue(
    db: AsyncSession,
    event: Stored,
    incoming: Incoming,
    reply: Reply,
    *,
    now: datetime,
    reply_life: timedelta,
    resident_id: int | None,
) -> Message:
    """The answer as a row, claimed at once by this process, which sends it right after the commit."""
    # Only a message of ours can be replaced: the one whose button was tapped.
    in_place = reply.in_place and incoming.platform is Platform.TELEGRAM and incoming.callback_id is not None
    return await outgoing.enqueue_claimed(
        db,
        key=f"reply:{event.id}",
        platform=incoming.platform,
        address=incoming.address or "",
        resident_id=resident_id,
        payload=reply_json.dumps(reply),
        now=now,
        reply_token=incoming.reply_token,
        reply_until=event.received_at + reply_life if incoming.reply_token else None,
        replaces=incoming.message_id if in_place else None,
    )
