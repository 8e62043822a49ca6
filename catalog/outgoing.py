"""What must go out, and what became of it: verbs over the outgoing table. The words themselves are none of its concern.

A message waits as PENDING, is claimed for a while (SENDING), and is settled. Whoever claims and crashes loses the claim
when it runs out. Then a message may be sent again, unless it had already been handed to a platform that cannot tell a
repetition: Telegram knows no idempotency key, so that one becomes UNKNOWN; LINE recognises `retry_key`.

`sent_at` is the moment a message was handed to the platform. LINE multicasts: the rows of a broadcast that share a
`retry_key` are one group, claimed together, because a repeated request must have the same recipients.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from catalog.models import (
    ChannelAccount,
    Outgoing,
    OutgoingKind,
    OutgoingState,
    Platform,
)
from catalog.prepared import Prepared, Row

LEASE = timedelta(minutes=2)
ANSWER_LEASE = timedelta(seconds=30)  # somebody waits for it; longer than a call to a platform may take
USEFUL_FOR = timedelta(hours=24)  # where nothing else is said; also how long LINE knows a retry key
ANY_KIND = frozenset(OutgoingKind)

_PRIORITY = {
    OutgoingKind.REPLY: 0,
    OutgoingKind.URGENT: 2,
    OutgoingKind.NOTICE: 3,
    OutgoingKind.REMINDER: 5,
    OutgoingKind.BROADCAST: 9,
}
# Any fixed number: one group is claimed at a time, or two workers would take halves of it.
_GROUP_LOCK = 0x6D616E63

_outgoing = Outgoing.__table__  # type: ignore[attr-defined] # SQLModel does not declare what SQLAlchemy adds
_columns = _outgoing.c
_ENQUEUE = Prepared(
    insert(_outgoing).returning(_columns.id),
    into=[column.name for column in _columns if column.name not in ("id", "error")],
)

_SETTLE_SENT = (
    update(_outgoing)
    .where(_columns.id == bindparam("row"))
    .values(
        state=bindparam("new_state", type_=_columns.state.type),
        due_at=bindparam("new_due_at", type_=_columns.due_at.type),
        sent_at=bindparam("new_sent_at", type_=_columns.sent_at.type),
        error=bindparam("new_error", type_=_columns.error.type),
        claimed_until=None,
    )
)
_SETTLE_OURS = _SETTLE_SENT.where(
    _columns.state == OutgoingState.SENDING,
    _columns.claimed_until == bindparam("claim", type_=_columns.claimed_until.type),
)
_SENT, _OURS = Prepared(_SETTLE_SENT), Prepared(_SETTLE_OURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A claimed row of the outgoing table; see there. `claimed_until` proves that the claim is still ours."""

    id: int
    key: str
    kind: OutgoingKind
    platform: Platform
    address: str
    resident_id: int | None
    broadcast_id: int | None
    payload: str
    reply_token: str | None
    reply_until: datetime | None
    replaces: str | None
    retry_key: str
    attempts: int
    due_at: datetime
    useful_until: datetime | None
    claimed_until: datetime | None
    sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What becomes of a claimed message. PENDING with a later `due_at` is another try."""

    message: Message
    state: OutgoingState
    due_at: datetime | None = None  # None: as it was
    sent_at: datetime | None = None
    error: str | None = None


async def enqueue(
    db: AsyncSession,
    *,
    key: str,
    kind: OutgoingKind,
    platform: Platform,
    address: str,
    resident_id: int | None,
    payload: str,
    due_at: datetime,
    now: datetime | None = None,
    useful_until: datetime | None = None,
    priority: int | None = None,
    broadcast_id: int | None = None,
    reply_token: str | None = None,
    reply_until: datetime | None = None,
    replaces: str | None = None,
    retry_key: str | None = None,
) -> bool:
    """Puts a message into the table; False where its `key` is there already. Useful for a day unless said otherwise."""
    values = {
        "key": key,
        "kind": kind,
        "platform": platform,
        "address": address,
        "resident_id": resident_id,
        "broadcast_id": broadcast_id,
        "payload": payload,
        "reply_token": reply_token,
        "reply_until": reply_until,
        "replaces": replaces,
        "retry_key": retry_key or str(uuid.uuid4()),
        "priority": _PRIORITY[kind] if priority is None else priority,
        "due_at": due_at,
        "useful_until": useful_until or due_at + USEFUL_FOR,
        "state": OutgoingState.PENDING,
        "attempts": 0,
        "created_at": now or due_at,
    }
    insertion = sqlite_insert if is_sqlite(db) else postgres_insert
    result = await db.execute(insertion(_outgoing).values(values).on_conflict_do_nothing(index_elements=["key"]))
    return _changed(result) == 1


async def enqueue_claimed(
    db: AsyncSession,
    *,
    key: str,
    platform: Platform,
    address: str,
    resident_id: int | None,
    payload: str,
    now: datetime,
    reply_token: str | None = None,
    reply_until: datetime | None = None,
    replaces: str | None = None,
) -> Message:
    """Puts a reply into the table, claimed by whoever writes it: they send it as soon as the turn is committed.

    After a crash in between, the claim runs out and any deliverer takes over.
    """
    message = Message(
        id=0,
        key=key,
        kind=OutgoingKind.REPLY,
        platform=platform,
        address=address,
        resident_id=resident_id,
        broadcast_id=None,
        payload=payload,
        reply_token=reply_token,
        reply_until=reply_until,
        replaces=replaces,
        retry_key=str(uuid.uuid4()),
        attempts=1,
        due_at=now,
        useful_until=now + USEFUL_FOR,
        claimed_until=now + ANSWER_LEASE,
        sent_at=None,
    )
    values = {name: getattr(message, name) for name in Message.__dataclass_fields__ if name != "id"}
    state = {"state": OutgoingState.SENDING, "priority": _PRIORITY[OutgoingKind.REPLY], "created_at": now}
    stored = await _ENQUEUE.row(db, values | state)
    return replace(message, id=stored[0] if stored else 0)


async def enqueue_broadcast(
    db: AsyncSession,
    broadcast_id: int,
    recipients: Sequence[tuple[int, Platform, str]],
    *,
    due_at: datetime,
    useful_until: datetime,
    now: datetime,
    group_size: int = 500,
) -> None:
    """One row a recipient (resident, platform, address), in batches. On LINE every `group_size` rows share a retry key.

    The rows hold no payload: the words of a broadcast are kept once, with it.
    """
    shared = {
        "kind": OutgoingKind.BROADCAST,
        "broadcast_id": broadcast_id,
        "payload": "",
        "priority": _PRIORITY[OutgoingKind.BROADCAST],
        "due_at": due_at,
        "useful_until": useful_until,
        "state": OutgoingState.PENDING,
        "attempts": 0,
        "created_at": now,
    }
    group, left = "", 0
    for start in range(0, len(recipients), 1_000):
        rows = []
        for resident_id, platform, address in recipients[start : start + 1_000]:
            if platform is Platform.LINE and not left:
                group, left = str(uuid.uuid4()), group_size
            left -= platform is Platform.LINE
            rows.append(
                shared
                | {
                    "key": f"broadcast:{broadcast_id}:{resident_id}",
                    "platform": platform,
                    "address": address,
                    "resident_id": resident_id,
                    "retry_key": group if platform is Platform.LINE else str(uuid.uuid4()),
                }
            )
        await db.execute(insert(_outgoing), rows)


async def claim_due(
    db: AsyncSession,
    *,
    now: datetime,
    limit: int,
    lease: timedelta = LEASE,
    platform: Platform | None = None,
    kinds: Collection[OutgoingKind] = ANY_KIND,
) -> list[Message]:
    """Claims what is due and sent one by one, the most urgent first; nobody else gets it until `now + lease`."""
    found = await _due(platform, frozenset(kinds)).rows(db, {"now": now, "most": limit})
    return await _claim(db, found, until=now + lease)


async def claim_group(db: AsyncSession, *, now: datetime, lease: timedelta = LEASE) -> list[Message]:
    """Claims one multicast group of a LINE broadcast, always with the same rows once it has been tried."""
    if not is_sqlite(db) and not await db.scalar(text(f"SELECT pg_try_advisory_xact_lock({_GROUP_LOCK})")):
        return []
    group = await _NEXT_GROUP.row(db, {"now": now})
    if group is None:
        return []
    found = await _OF_GROUP.rows(db, {"now": now, "group": group[0]})
    return await _claim(db, found, until=now + lease)


async def begin(db: AsyncSession, message: Message, *, now: datetime) -> bool:
    """Notes that the message is being handed to the platform, so that a crash from here on is not a second sending.

    False where the claim is no longer ours.
    """
    return _changed(await db.execute(update(_outgoing).where(_ours(message)).values(sent_at=now))) == 1


async def release(db: AsyncSession, messages: Sequence[Message]) -> None:
    """Gives unsent messages of one claim back, as they were before it."""
    if messages:
        await db.execute(
            update(_outgoing)
            .where(
                _columns.id.in_([message.id for message in messages]),
                _columns.state == OutgoingState.SENDING,
                _columns.claimed_until == messages[0].claimed_until,
            )
            .values(state=OutgoingState.PENDING, claimed_until=None, attempts=_columns.attempts - 1)
        )


async def settle(db: AsyncSession, settlements: Sequence[Settlement]) -> None:
    """Writes what became of claimed messages. Only SENT is written by one who has lost the claim: it is a fact."""
    for fact in (True, False):
        chosen = [
            _parameters(item, claim=not fact) for item in settlements if (item.state is OutgoingState.SENT) is fact
        ]
        for values in chosen:
            await (_SENT if fact else _OURS).rows(db, values)


async def retire(db: AsyncSession, *, now: datetime) -> int:
    """Sets aside what must not be sent any more: expired, or handed to Telegram by somebody who crashed."""
    expired = await db.execute(
        update(_outgoing)
        .where(_waiting(now), _columns.useful_until <= now, ~_in_doubt())
        .values(state=OutgoingState.EXPIRED, claimed_until=None)
    )
    doubtful = await db.execute(
        update(_outgoing)
        .where(_waiting(now), _in_doubt())
        .values(state=OutgoingState.UNKNOWN, claimed_until=None, error="interrupted while sending")
    )
    return _changed(expired) + _changed(doubtful)


async def block(db: AsyncSession, platform: Platform, address: str, *, now: datetime) -> None:
    """The recipient has blocked us: nothing more goes to this address until they come back.

    A multicast group that has been tried keeps its rows, or its repetition would have other recipients; LINE leaves
    out those who block.
    """
    await db.execute(
        update(ChannelAccount)
        .where(
            col(ChannelAccount.platform) == platform,
            col(ChannelAccount.address) == address,
            col(ChannelAccount.blocked_at).is_(None),
        )
        .values(blocked_at=now)
    )
    await db.execute(
        update(_outgoing)
        .where(
            _columns.state == OutgoingState.PENDING,
            _columns.platform == platform,
            _columns.address == address,
            ~(_multicast() & (_columns.attempts > 0)),
        )
        .values(state=OutgoingState.BLOCKED)
    )


async def next_due(db: AsyncSession, *, after: datetime) -> datetime | None:
    """When the next waiting message becomes due; for a demo clock that jumps there."""
    found: datetime | None = await db.scalar(
        select(func.min(_columns.due_at)).where(_columns.state == OutgoingState.PENDING, _columns.due_at > after)
    )
    return found


def is_sqlite(db: AsyncSession) -> bool:
    return db.get_bind().dialect.name == "sqlite"


def _messages() -> Select[*tuple[Any, ...]]:
    return select(*(_columns[name] for name in Message.__dataclass_fields__))


async def _claim(db: AsyncSession, rows: list[Row], *, until: datetime) -> list[Message]:
    if not rows:
        return []
    found = [Message(**dict(zip(Message.__dataclass_fields__, row, strict=True))) for row in rows]
    claim = {"state": OutgoingState.SENDING, "claimed_until": until, "attempts": _columns.attempts + 1}
    await db.execute(update(_outgoing).where(_columns.id.in_([message.id for message in found])).values(claim))
    return [replace(message, claimed_until=until, attempts=message.attempts + 1) for message in found]


@cache  # each lane asks for its own once a second
def _due(platform: Platform | None, kinds: frozenset[OutgoingKind]) -> Prepared:
    query = (
        _messages()
        .where(_claimable(bindparam("now")), or_(*(_columns.kind == kind for kind in sorted(kinds))), ~_multicast())
        .order_by(_columns.priority, _columns.due_at, _columns.id)
        .limit(bindparam("most", type_=Integer))
    )
    if platform is not None:
        query = query.where(_columns.platform == platform)
    return Prepared(query.with_for_update(skip_locked=True))


def _waiting(now: datetime | BindParameter[Any]) -> ColumnElement[bool]:
    """Due, and in nobody's hands."""
    return or_(
        and_(_columns.state == OutgoingState.PENDING, _columns.due_at <= now),
        and_(_columns.state == OutgoingState.SENDING, _columns.claimed_until <= now),
    )


def _claimable(now: datetime | BindParameter[Any]) -> ColumnElement[bool]:
    return and_(_waiting(now), or_(_columns.useful_until.is_(None), _columns.useful_until > now), ~_in_doubt())


def _in_doubt() -> ColumnElement[bool]:
    """Handed to Telegram, and never settled. An answer is rather given twice than not at all."""
    return and_(
        _columns.state == OutgoingState.SENDING,
        _columns.platform == Platform.TELEGRAM,
        _columns.kind != OutgoingKind.REPLY,
        _columns.sent_at.is_not(None),
    )


def _multicast() -> ColumnElement[bool]:
    return and_(_columns.platform == Platform.LINE, _columns.kind == OutgoingKind.BROADCAST)


def _ours(message: Message) -> ColumnElement[bool]:
    return and_(
        _columns.id == message.id,
        _columns.state == OutgoingState.SENDING,
        _columns.claimed_until == message.claimed_until,
    )


def _parameters(item: Settlement, *, claim: bool) -> dict[str, Any]:
    parameters = {
        "row": item.message.id,
        "new_state": item.state,
        "new_due_at": item.due_at or item.message.due_at,
        "new_sent_at": item.sent_at,
        "new_error": item.error and item.error[:300],
    }
    return parameters | ({"claim": item.message.claimed_until} if claim else {})


def _changed(result: Any) -> int:
    assert isinstance(result, CursorResult)  # noqa: S101 - what a Core statement gives
    return result.rowcount


_NEXT_GROUP = Prepared(
    select(_columns.retry_key)
    .where(_claimable(bindparam("now")), _multicast())
    .order_by(_columns.priority, _columns.due_at, _columns.id)
    .limit(1)
)
_OF_GROUP = Prepared(
    _messages()
    .where(_columns.retry_key == bindparam("group"), _claimable(bindparam("now")), _multicast())
    .order_by(_columns.id)
    .with_for_update()
)
