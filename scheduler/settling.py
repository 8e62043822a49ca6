"""What a delivery means for its message: sent, once more later, or given up. Pure rules."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from catalog.civil_time import as_local, to_utc
from catalog.models import OutgoingKind, OutgoingState, Platform
from catalog.outgoing import USEFUL_FOR, Message, Settlement
from catalog.waking import WAKING_FROM
from scheduler.channel import Delivery, Outcome

LONGEST_WAIT = timedelta(hours=1)
_FIRST_WAIT = {OutgoingKind.REPLY: timedelta(seconds=2)}
_USUAL_FIRST_WAIT = timedelta(seconds=30)


def judge(message: Message, delivery: Delivery, *, now: datetime, zone: ZoneInfo) -> Settlement:
    """The settlement of a message after one try."""
    match delivery.outcome:
        case Outcome.SENT:
            return Settlement(message=message, state=OutgoingState.SENT, sent_at=now)
        case Outcome.BLOCKED:
            return Settlement(message=message, state=OutgoingState.BLOCKED, error=delivery.detail)
        case Outcome.UNKNOWN:
            return Settlement(message=message, state=OutgoingState.UNKNOWN, sent_at=now, error=delivery.detail)
        case Outcome.REFUSED:
            return Settlement(message=message, state=OutgoingState.FAILED, error=delivery.detail)
        case Outcome.QUOTA:
            return _after_quota(message, delivery, now=now, zone=zone)
        case Outcome.RETRY:
            return _again(message, delivery, now=now)


def backoff(kind: OutgoingKind, attempts: int) -> timedelta:
    """How long to wait after the so-manieth try: doubling, at most an hour. Somebody waits for a reply."""
    first = _FIRST_WAIT.get(kind, _USUAL_FIRST_WAIT)
    doublings = min(attempts - 1, 12)
    return min(LONGEST_WAIT, first * (1 << doublings))


def _again(message: Message, delivery: Delivery, *, now: datetime) -> Settlement:
    wait = max(backoff(message.kind, message.attempts), delivery.retry_after or timedelta(0))
    first_try = message.sent_at or now
    on_line = message.platform is Platform.LINE
    # After a day LINE forgets the retry key, and a repetition would be a second message.
    until = min(message.useful_until or now + USEFUL_FOR, first_try + USEFUL_FOR) if on_line else message.useful_until
    if until is not None and now + wait >= until:
        return Settlement(message=message, state=OutgoingState.FAILED, error=f"gave up: {delivery.detail}")
    return Settlement(
        message=message,
        state=OutgoingState.PENDING,
        due_at=now + wait,
        sent_at=first_try if on_line else None,
        error=delivery.detail,
    )


def _after_quota(message: Message, delivery: Delivery, *, now: datetime, zone: ZoneInfo) -> Settlement:
    month = _next_month(now, zone)
    reason = f"monthly limit: {delivery.detail}"
    if message.kind is OutgoingKind.NOTICE and (message.useful_until is None or month < message.useful_until):
        return Settlement(message=message, state=OutgoingState.PENDING, due_at=month, error=reason)
    return Settlement(message=message, state=OutgoingState.FAILED, error=reason)


def _next_month(now: datetime, zone: ZoneInfo) -> datetime:
    today = as_local(now, zone).date()
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    return to_utc(first, WAKING_FROM, zone)
