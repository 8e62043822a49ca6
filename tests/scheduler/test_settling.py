"""What a delivery means for its message."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from catalog.models import OutgoingKind, OutgoingState, Platform
from catalog.outgoing import Message
from scheduler.channel import Delivery
from scheduler.settling import LONGEST_WAIT, backoff, judge
from tests.scheduler import fake_channel as outcome
from tests.scheduler.town import TOKYO, tokyo

NOW = tokyo(6, 12, 18)
HOURS = timedelta(hours=1)


def message(platform: Platform = Platform.LINE, kind: OutgoingKind = OutgoingKind.NOTICE, attempts: int = 1) -> Message:
    return Message(
        id=1,
        key="k",
        kind=kind,
        platform=platform,
        address="a",
        resident_id=1,
        broadcast_id=None,
        payload="",
        reply_token=None,
        reply_until=None,
        replaces=None,
        retry_key="r",
        attempts=attempts,
        due_at=NOW,
        useful_until=NOW + 5 * HOURS,
        claimed_until=NOW + HOURS,
        sent_at=None,
    )


@pytest.mark.parametrize(
    ("delivery", "state"),
    [
        (outcome.SENT, OutgoingState.SENT),
        (outcome.BLOCKED, OutgoingState.BLOCKED),
        (outcome.UNKNOWN, OutgoingState.UNKNOWN),
        (outcome.REFUSED, OutgoingState.FAILED),
        (outcome.RETRY, OutgoingState.PENDING),
    ],
)
def test_each_outcome_has_its_state(delivery: Delivery, state: OutgoingState) -> None:
    assert judge(message(), delivery, now=NOW, zone=TOKYO).state is state


def test_the_wait_doubles_up_to_an_hour_and_a_reply_waits_less() -> None:
    waits = [backoff(OutgoingKind.REMINDER, attempts) for attempts in range(1, 40)]
    assert waits[:3] == [timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT
    assert backoff(OutgoingKind.REPLY, 1) < backoff(OutgoingKind.REMINDER, 1)


def test_the_platforms_own_wish_is_obeyed() -> None:
    wish = replace(outcome.RETRY, retry_after=timedelta(minutes=7))
    assert judge(message(), wish, now=NOW, zone=TOKYO).due_at == NOW + timedelta(minutes=7)


def test_it_gives_up_when_the_message_would_be_useless() -> None:
    late = replace(message(), useful_until=NOW + timedelta(seconds=30))
    settlement = judge(late, outcome.RETRY, now=NOW, zone=TOKYO)
    assert settlement.state is OutgoingState.FAILED
    assert settlement.error == "gave up: 500"


def test_line_is_not_asked_again_after_a_day_when_it_has_forgotten_the_key() -> None:
    old = replace(message(), sent_at=NOW - 24 * HOURS, useful_until=NOW + 100 * HOURS)
    assert judge(old, outcome.RETRY, now=NOW, zone=TOKYO).state is OutgoingState.FAILED
    assert judge(replace(old, sent_at=NOW), outcome.RETRY, now=NOW, zone=TOKYO).state is OutgoingState.PENDING


def test_the_first_try_is_remembered_on_line_and_wiped_on_telegram() -> None:
    """On Telegram a retry says that nothing was sent; on LINE the key's day runs from the first try."""
    earlier = NOW - HOURS
    on_line = judge(replace(message(), sent_at=earlier), outcome.RETRY, now=NOW, zone=TOKYO)
    on_telegram = judge(replace(message(Platform.TELEGRAM), sent_at=earlier), outcome.RETRY, now=NOW, zone=TOKYO)
    assert (on_line.sent_at, on_telegram.sent_at) == (earlier, None)


@pytest.mark.parametrize(
    ("kind", "useful_until", "due_at"),
    [
        (OutgoingKind.NOTICE, tokyo(7, 10), tokyo(7, 1, 8)),
        (OutgoingKind.NOTICE, tokyo(6, 30), None),
        (OutgoingKind.REMINDER, tokyo(7, 10), None),
        (OutgoingKind.BROADCAST, tokyo(7, 10), None),
    ],
)
def test_over_the_monthly_limit_only_a_notice_waits_for_the_next_month(
    kind: OutgoingKind, useful_until: datetime, due_at: datetime | None
) -> None:
    sent = replace(message(kind=kind), useful_until=useful_until)
    settlement = judge(sent, outcome.QUOTA, now=NOW, zone=TOKYO)
    assert settlement.due_at == due_at
    assert settlement.state is (OutgoingState.PENDING if due_at else OutgoingState.FAILED)
    assert settlement.error == "monthly limit: monthly limit"
