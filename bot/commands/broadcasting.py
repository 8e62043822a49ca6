"""`broadcast`: shows what an announcement reaches and costs, and sends it through the outgoing messages."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.commands.opening import open_database
from bot.service import Service, open_service
from bot.settings import load_settings
from catalog.errors import ManabiError
from catalog.models import OutgoingState, Platform
from scheduler import broadcasting
from scheduler.broadcasting import BroadcastPlan

_STATES = {
    OutgoingState.SENT: "送信ずみ",
    OutgoingState.PENDING: "これから",
    OutgoingState.SENDING: "送信中",
    OutgoingState.BLOCKED: "ブロック中",
    OutgoingState.UNKNOWN: "届いたか不明",
    OutgoingState.FAILED: "送れない",
    OutgoingState.EXPIRED: "期限切れ・中止",
}
_LOOK_SECONDS = 0.5


class AnnouncementTimeError(ManabiError):
    """`--at` is not an instant."""


async def announce(file: Path, *, segment: str, at: str | None, dry_run: bool) -> int:
    """Plans, and unless `dry_run` launches; what is due now is delivered and followed to its end."""
    settings = load_settings()
    text = await asyncio.to_thread(file.read_text, encoding="utf-8-sig")
    async with open_service(settings, answering=False, tick=False) as service:
        now = service.clock.now()
        due_at = _instant(at, service) or now
        async with service.database.reading() as db:
            plan = await broadcasting.plan(
                db, segment=segment, text=text, at=due_at, now=now, zone=service.city.zone, quota=await _quota(service)
            )
        _show(plan, segment)
        if dry_run:
            return 0
        async with service.database.transaction() as db:
            broadcast_id = await broadcasting.launch(
                db, segment=segment, text=text, at=due_at, now=now, zone=service.city.zone
            )
        if due_at > now:
            _write(f"お知らせ{broadcast_id}を予約しました。動いている manabi が、その時刻に送ります。")
            return 0
        _write(f"お知らせ{broadcast_id}を送ります。")
        return await _follow(service, broadcast_id, total=sum(plan.recipients.values()))


async def stop(broadcast_id: int) -> int:
    """Stops what is not sent yet."""
    async with open_database() as database, database.transaction() as db:
        spared = await broadcasting.cancel(db, broadcast_id)
    _write(f"お知らせ{broadcast_id}を止めました。{spared}通は送られません。")
    return 0


async def _follow(service: Service, broadcast_id: int, *, total: int) -> int:
    """Delivers with a progress bar. Exit code 1 where something was refused for good."""
    delivering = asyncio.create_task(service.runner.run_once())
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("送信", total=total)
        while not delivering.done():
            await asyncio.wait([delivering], timeout=_LOOK_SECONDS)
            progress.update(task, completed=total - _waiting(await _states(service, broadcast_id)))
    await delivering
    states = await _states(service, broadcast_id)
    _write("  ".join(f"{label} {states[state]}" for state, label in _STATES.items() if states.get(state)))
    if _waiting(states):
        _write("残りは、動いている manabi が続けて送ります。")
    return 1 if states.get(OutgoingState.FAILED) else 0


async def _states(service: Service, broadcast_id: int) -> dict[OutgoingState, int]:
    async with service.database.reading() as db:
        return await broadcasting.progress(db, broadcast_id)


def _waiting(states: dict[OutgoingState, int]) -> int:
    return states.get(OutgoingState.PENDING, 0) + states.get(OutgoingState.SENDING, 0)


def _show(plan: BroadcastPlan, segment: str) -> None:
    line, telegram = plan.recipients.get(Platform.LINE, 0), plan.recipients.get(Platform.TELEGRAM, 0)
    _write(f"あて先: {segment or 'すべての方'}")
    _write(f"  LINE {line}人・Telegram {telegram}人")
    if plan.quota is None:
        _write(f"  LINEの有料分 {plan.paid}通(今月の上限は分かりません)")
    else:
        _write(f"  LINEの有料分 {plan.paid}通 / 今月の残り {plan.quota}通(予約ずみ {plan.reserved}通)")
    _write(f"  かかる時間 約{max(1, plan.seconds)}秒")
    for warning in plan.warnings:
        _write(f"  注意: {warning}")


async def _quota(service: Service) -> int | None:
    """What LINE lets us send this month from now; None where it has no limit, or LINE is off."""
    from bot.channels.line.channel import LineChannel  # noqa: PLC0415 - a platform that is off costs nothing

    channel = service.channels.get(Platform.LINE)
    if not isinstance(channel, LineChannel):
        return None
    limit, used = await channel.quota(), await channel.consumption()
    return None if limit is None else max(0, limit - (used or 0))


def _instant(at: str | None, service: Service) -> datetime | None:
    """An ISO instant; without an offset it is the city's time."""
    if at is None:
        return None
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise AnnouncementTimeError(f"--at {at}: 2026-12-01T10:00 のように書いてください。") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=service.city.zone)


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
