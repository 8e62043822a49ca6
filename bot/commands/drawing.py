"""`draw`: what staff and anybody else do with a lottery (抽選)."""

import asyncio
import sys
from pathlib import Path

from catalog import draw


async def verify(file: Path, *, commitment: str | None, list_hash: str | None) -> int:
    """`draw verify`: a line for everything that does not match; exit code 1 if there is any."""
    content = await asyncio.to_thread(file.read_bytes)
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = ""  # no draw file: said like any other file that is none
    wrong = draw.problems(text, commitment=commitment, list_hash=list_hash)
    for line in wrong:
        _write(line)
    if wrong:
        _write(f"この抽選は確かめられません({len(wrong)}件)。")
        return 1
    drawn = draw.read(text)
    winners = sum(result.outcome is draw.Outcome.WON for result in drawn.results)
    _write(f"抽選は正しく行われています(申込{len(drawn.entries)}組・当選{winners}組)。")
    return 0


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
