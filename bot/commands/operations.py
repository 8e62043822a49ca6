"""`doctor` and `db`: what the city's engineer asks of an installation."""

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from bot.commands.opening import open_database
from bot.settings import Settings, load_settings
from catalog import invariants, schema
from catalog.database import Database
from catalog.errors import ConfigurationError


async def upgrade() -> None:
    """`db upgrade`."""
    database = Database(load_settings().database_url)
    try:
        await schema.upgrade(database)
    finally:
        await database.close()
    _write("データベースは最新です。")


async def check() -> int:
    """`db check`: exit code 1 where a rule is broken; each break is a line."""
    async with open_database() as database, database.reading() as db:
        broken = await invariants.broken(db)
    for line in broken:
        _write(line)
    _write("問題はありません。" if not broken else f"{len(broken)}件の問題があります。")
    return 1 if broken else 0


async def backup(target: Path) -> None:
    """`db backup`: a consistent copy while others write. PostgreSQL has its own tool for that."""
    settings = load_settings()
    async with open_database(settings) as database:
        if not database.is_sqlite:
            raise ConfigurationError("PostgreSQL は pg_dump で控えをとってください(deploy/ の手引き)。")
        source = database.url.database
    await asyncio.to_thread(_copy, f"file:{source}?mode=ro", target)
    _write(f"{target} に控えをとりました。")


def _copy(source: str, target: Path) -> None:
    if target.exists():
        raise ConfigurationError(f"{target} はもうあります。別の名前にしてください。")
    with closing(sqlite3.connect(source, uri=True)) as ours, closing(sqlite3.connect(target)) as copy:
        ours.backup(copy)


async def examine() -> int:
    """`doctor`: one line a part. Exit code 1 where something does not work."""
    settings = load_settings()
    fine = await _examine_database(settings)
    for name, on, needs in (
        ("LINE", settings.has_line, "MANABI_LINE_CHANNEL_SECRET, MANABI_LINE_CHANNEL_ACCESS_TOKEN"),
        ("Telegram", settings.has_telegram, "MANABI_TELEGRAM_TOKEN, MANABI_TELEGRAM_WEBHOOK_SECRET"),
    ):
        _write(f"{name}: {'使います' if on else f'止まっています({needs} を入れると動きます)'}")
    if not (settings.has_line or settings.has_telegram):
        fine = False
    if not settings.public_url.startswith("https://"):
        _write(f"公開アドレス: LINEとTelegramは {settings.public_url} に届けられません。httpsにしてください。")
    return 0 if fine else 1


async def _examine_database(settings: Settings) -> bool:
    try:
        async with open_database(settings) as database, database.reading() as db:
            count = await db.scalar(text("SELECT count(*) FROM courses"))
    except ConfigurationError as error:
        _write(f"データベース: {error}")
        return False
    _write(f"データベース: 最新、講座 {count}件")
    return True


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
