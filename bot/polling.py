"""Asking Telegram for updates, where no webhook can reach this machine."""

import asyncio

import structlog
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import TelegramError

from bot import inbox
from bot.channels.telegram.channel import TelegramChannel
from bot.dispatch import Dispatcher
from catalog.database import Database
from scheduler.clock import Clock

_log = structlog.get_logger(__name__)
_PAUSE_SECONDS = 5.0  # after a failure


async def keep_polling(channel: TelegramChannel, database: Database, clock: Clock, dispatcher: Dispatcher) -> None:
    """Stores and dispatches updates until it is cancelled. They are confirmed only once they are stored."""
    offset: int | None = None
    while True:
        try:
            events, following = await channel.poll(offset)
            stored = await inbox.store(database, channel.platform, events, now=clock.now())
        except (TelegramError, SQLAlchemyError, OSError):
            _log.exception("telegram.not_polled")
            await asyncio.sleep(_PAUSE_SECONDS)
            continue
        offset = following
        dispatcher.dispatch(stored)
