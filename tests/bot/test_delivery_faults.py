"""Trouble while sending an answer: what arrives, how often, and what the row says afterwards.

Exactly once wherever the platform makes that possible; where nobody can know, rather not twice.
"""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.simulator.calls import Trouble
from bot.simulator.line_phone import LinePhone
from catalog import outgoing as messages
from catalog.models import Outgoing, OutgoingKind, OutgoingState, Platform
from handlers import reply_json
from handlers.messages import say
from tests.bot.outside import Phone, first_contact, heard, outgoing
from tests.stage import NOW, Stage

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("logs")]
on_both_platforms = pytest.mark.parametrize("platform", Platform)
SENDING = {Platform.LINE: "/v2/bot/message/reply", Platform.TELEGRAM: "sendMessage"}
PUSH = "/v2/bot/message/push"


@pytest.fixture
def spent_tokens(stage: Stage) -> Iterator[None]:
    """Every reply token is too old for LINE."""
    stage.simulator.line.reply_token_seconds = -1
    yield
    stage.simulator.line.reply_token_seconds = 60


async def thank(stage: Stage, phone: Phone) -> Outgoing:
    """A thank-you, and the row of its answer."""
    await phone.say("ありがとう")
    await stage.settle()
    return (await outgoing(stage))[-1]


async def later(stage: Stage) -> Outgoing:
    """The newest row, once everything that may still happen has happened."""
    stage.clock.forward(timedelta(minutes=3))
    await stage.settle()
    return (await outgoing(stage))[-1]


def paths(stage: Stage) -> list[str]:
    return [call.path for call in stage.simulator.calls]


@on_both_platforms
async def test_too_fast_is_sent_later(stage: Stage, platform: Platform) -> None:
    phone = await first_contact(stage, platform)
    stage.simulator.faults.next_calls(Trouble.RATE_LIMITED, path=SENDING[platform], retry_after=1)
    row = await thank(stage, phone)
    assert (row.state, len(heard(phone))) == (OutgoingState.PENDING, 1)
    assert row.due_at > NOW
    await asyncio.sleep(1.1)  # a pause that the platform asked for is the machine's time
    assert (await later(stage)).state is OutgoingState.SENT
    assert len(heard(phone)) == 2


@on_both_platforms
async def test_a_broken_platform_is_tried_until_it_works(stage: Stage, platform: Platform) -> None:
    phone = await first_contact(stage, platform)
    stage.simulator.faults.next_calls(Trouble.SERVER_ERROR, path=SENDING[platform], times=2)
    assert (await thank(stage, phone)).state is OutgoingState.PENDING
    await later(stage)
    assert (await later(stage)).state is OutgoingState.SENT
    assert len(heard(phone)) == 2


@pytest.mark.parametrize("trouble", [Trouble.CLOSED, Trouble.TIMEOUT])
@pytest.mark.parametrize("carried_out", [False, True], ids=["lost", "arrived"])
async def test_a_line_answer_without_a_word_back_arrives_once(
    stage: Stage, trouble: Trouble, *, carried_out: bool
) -> None:
    """A reply token works once, so that trying again shows which it was."""
    phone = await first_contact(stage, Platform.LINE)
    stage.simulator.faults.next_calls(trouble, path=SENDING[Platform.LINE], carried_out=carried_out, seconds=0.1)
    row = await thank(stage, phone)
    assert row.state is (OutgoingState.UNKNOWN if carried_out else OutgoingState.SENT)
    assert (await later(stage)).state is row.state
    assert len(heard(phone)) == 2
    assert paths(stage) == [SENDING[Platform.LINE]] * 2


@pytest.mark.parametrize("trouble", [Trouble.CLOSED, Trouble.TIMEOUT])
@pytest.mark.parametrize("carried_out", [False, True], ids=["lost", "arrived"])
async def test_a_telegram_answer_without_a_word_back_is_never_repeated(
    stage: Stage, trouble: Trouble, *, carried_out: bool
) -> None:
    phone = await first_contact(stage, Platform.TELEGRAM)
    stage.simulator.faults.next_calls(trouble, path="sendMessage", carried_out=carried_out, seconds=0.1)
    assert (await thank(stage, phone)).state is OutgoingState.UNKNOWN
    assert (await later(stage)).state is OutgoingState.UNKNOWN
    assert len(heard(phone)) == 1 + carried_out
    await thank(stage, phone)
    assert len(heard(phone)) == 2 + carried_out, "the next one is answered"


@pytest.mark.usefixtures("spent_tokens")
async def test_with_a_spent_token_the_answer_is_pushed(stage: Stage) -> None:
    phone = await first_contact(stage, Platform.LINE)
    assert (await thank(stage, phone)).state is OutgoingState.SENT
    assert paths(stage) == [SENDING[Platform.LINE], PUSH]
    assert len(heard(phone)) == 2


@pytest.mark.usefixtures("spent_tokens")
@pytest.mark.parametrize("trouble", [Trouble.CLOSED, Trouble.TIMEOUT, Trouble.SERVER_ERROR])
@pytest.mark.parametrize("carried_out", [False, True], ids=["lost", "arrived"])
async def test_a_push_without_an_answer_is_repeated_under_its_key(
    stage: Stage, trouble: Trouble, *, carried_out: bool
) -> None:
    """LINE knows the key and answers 409 to what it has done."""
    phone = await first_contact(stage, Platform.LINE)
    stage.simulator.faults.next_calls(trouble, path=PUSH, carried_out=carried_out, seconds=0.1)
    assert (await thank(stage, phone)).state is OutgoingState.PENDING
    assert (await later(stage)).state is OutgoingState.SENT
    pushes = stage.simulator.calls.to(PUSH)
    assert pushes[-1].status == (409 if carried_out else 200)
    assert len({call.headers["x-line-retry-key"] for call in pushes}) == 1
    assert len(heard(phone)) == 2


@pytest.mark.usefixtures("spent_tokens")
async def test_a_conflict_means_that_it_is_there(stage: Stage) -> None:
    phone = await first_contact(stage, Platform.LINE)
    stage.simulator.faults.next_calls(Trouble.CONFLICT, path=PUSH, carried_out=True)
    assert (await thank(stage, phone)).state is OutgoingState.SENT
    await later(stage)
    assert len(heard(phone)) == 2
    assert len(stage.simulator.calls.to(PUSH)) == 1


@pytest.mark.usefixtures("spent_tokens")
async def test_past_the_monthly_limit_an_answer_is_not_kept(stage: Stage) -> None:
    phone = await first_contact(stage, Platform.LINE)
    stage.simulator.faults.next_calls(Trouble.MONTHLY_LIMIT, path=PUSH)
    row = await thank(stage, phone)
    assert row.state is OutgoingState.FAILED
    assert "monthly limit" in (row.error or "")
    await later(stage)
    assert len(heard(phone)) == 1
    stage.simulator.line.reply_token_seconds = 60
    await thank(stage, phone)
    assert len(heard(phone)) == 2, "replies stay free"


async def test_who_has_blocked_us_gets_nothing_further(stage: Stage) -> None:
    """Telegram says so with 403; what already waits for this address is set aside."""
    phone = await first_contact(stage, Platform.TELEGRAM)
    await notice(stage, phone, "later", due_in=timedelta(minutes=2))
    stage.simulator.faults.next_calls(Trouble.BLOCKED, path="sendMessage")
    assert (await thank(stage, phone)).state is OutgoingState.BLOCKED
    stage.simulator.calls.clear()
    await later(stage)
    assert paths(stage) == []
    assert [row.state for row in await outgoing(stage)] == [
        OutgoingState.SENT,
        OutgoingState.BLOCKED,
        OutgoingState.BLOCKED,
    ]


@on_both_platforms
async def test_a_block_is_believed_until_it_is_taken_back(stage: Stage, platform: Platform) -> None:
    phone = await first_contact(stage, platform)
    await notice(stage, phone, "later", due_in=timedelta(minutes=2))
    await phone.block()
    assert (await later(stage)).state is OutgoingState.BLOCKED
    assert paths(stage) == []
    await (phone.unblock() if isinstance(phone, LinePhone) else phone.start())
    await stage.settle()
    assert (await thank(stage, phone)).state is OutgoingState.SENT
    await notice(stage, phone, "again", due_in=timedelta(0))
    assert (await later(stage)).state is OutgoingState.SENT
    assert "again" in heard(phone)[-1]


async def notice(stage: Stage, phone: Phone, words: str, *, due_in: timedelta) -> None:
    """Something that we say unasked."""
    platform = Platform.LINE if isinstance(phone, LinePhone) else Platform.TELEGRAM
    async with stage.service.database.transaction() as db:
        await messages.enqueue(
            db,
            key=f"fault:{words}",
            kind=OutgoingKind.NOTICE,
            platform=platform,
            address=phone.user_id if isinstance(phone, LinePhone) else str(phone.chat_id),
            resident_id=None,
            payload=reply_json.dumps(say(words)),
            due_at=stage.clock.now() + due_in,
        )
