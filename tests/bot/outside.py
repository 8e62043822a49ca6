"""What the outside does to a stage that a phone alone would not: raw posts, and a look at the rows that they leave."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from typing import Any

import httpx
from sqlalchemy import select
from sqlmodel import col

from bot.simulator.line_phone import LinePhone
from bot.simulator.phones import SimulatedResident
from bot.simulator.telegram_phone import TelegramPhone
from catalog.models import InboxEvent, Outgoing, Platform
from tests.dialogues.script import words
from tests.stage import Stage

Phone = LinePhone | TelegramPhone
SECRETS = {Platform.LINE: "x-line-signature", Platform.TELEGRAM: "x-telegram-bot-api-secret-token"}


def phone_of(resident: SimulatedResident, platform: Platform) -> Phone:
    return resident.line if platform is Platform.LINE else resident.telegram


async def first_contact(stage: Stage, platform: Platform) -> Phone:
    """A resident whom the bot has greeted. What it called so far is forgotten."""
    phone = phone_of(stage.resident(), platform)
    await (phone.follow() if isinstance(phone, LinePhone) else phone.start())
    await stage.settle()
    assert len(heard(phone)) == 1
    stage.simulator.calls.clear()
    return phone


def heard(phone: Phone) -> list[str]:
    """Each message of the bot on this phone, as text."""
    return [words(entry.message) for entry in phone.transcript.entries if entry.sender == "bot" and entry.message]


def headers(stage: Stage, platform: Platform, body: bytes) -> dict[str, str]:
    """What proves that the platform sent this body."""
    if platform is Platform.TELEGRAM:
        return {SECRETS[platform]: stage.simulator.telegram.courier.secret or ""}
    digest = hmac.new(stage.simulator.line_channel_secret.encode(), body, hashlib.sha256).digest()
    return {SECRETS[platform]: base64.b64encode(digest).decode()}


def line_body(*events: Any) -> bytes:
    return json.dumps({"destination": "U" + "0" * 32, "events": events}).encode()


async def post(stage: Stage, platform: Platform, body: bytes, **changed: str | bytes) -> int:
    """Posts a body as the platform would; `changed` headers come instead. The status."""
    sent: dict[str, str | bytes] = {**headers(stage, platform, body), **changed}
    async with httpx.AsyncClient(timeout=60) as client:
        url = f"{stage.service.settings.public_url}/webhooks/{platform}"
        return (
            await client.post(
                url, content=body, headers=[(name.encode(), _bytes(value)) for name, value in sent.items()]
            )
        ).status_code


async def inbox(stage: Stage) -> list[InboxEvent]:
    """Every event that was stored, the oldest first."""
    async with stage.service.database.reading() as db:
        return list(await db.scalars(select(InboxEvent).order_by(col(InboxEvent.id))))


async def outgoing(stage: Stage) -> list[Outgoing]:
    """Every message that was ever to be sent, the oldest first."""
    async with stage.service.database.reading() as db:
        return list(await db.scalars(select(Outgoing).order_by(col(Outgoing.id))))


def failures(logs: Iterable[Any]) -> list[Any]:
    """What was logged as an error, of captured logs."""
    return [line for line in logs if line["log_level"] in ("error", "critical")]


async def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    """Waits for what comes by itself."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - the phones and platforms know no events to wait for
            await asyncio.sleep(0.02)


def _bytes(value: str | bytes) -> bytes:
    return value.encode("latin-1") if isinstance(value, str) else value
