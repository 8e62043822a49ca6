"""How long a draw (抽選) of a whole town takes: holding it, and checking its file by our code and by the recipe."""

import shutil
import subprocess
from pathlib import Path
from statistics import median
from time import perf_counter

from rich.console import Console

from catalog import draw
from catalog.draw import Drawn, Entry, Terms

PARTIES = 10_000
ROUNDS = 5
AIM = 1.0  # seconds for holding it
RECIPE = Path(__file__).parents[2] / "bot" / "public" / "verify-draw.sh"


def bench(console: Console, folder: Path) -> None:
    """Measures and prints; `folder` takes the file of the draw."""
    seed = draw.new_seed()
    terms = Terms(course_id=1, title="だれもが来たい講座", seats=PARTIES // 3, commitment=draw.digest(seed))
    entries = [
        Entry(code=f"{number:05}", seats=1 + number % 4, weight=1 + number % 3, group=number % 2)
        for number in range(PARTIES)
    ]
    holding, checking = [], []
    for _ in range(ROUNDS):
        started = perf_counter()
        drawn = draw.hold(terms, entries, seed=seed)
        held = perf_counter()
        problems = draw.problems(drawn.text)
        checking.append(perf_counter() - held)
        holding.append(held - started)
        assert problems == []
    console.print(
        f"draw of {PARTIES} parties: {median(holding):.2f} s (aim: {AIM:.0f} s), checked in {median(checking):.2f} s, "
        f"by the recipe in {_by_recipe(drawn, folder)}"
    )


def _by_recipe(drawn: Drawn, folder: Path) -> str:
    if shutil.which("sha256sum") is None:
        return "– (no sha256sum here)"
    file = folder / "draw.txt"
    file.write_bytes(drawn.text.encode())
    started = perf_counter()
    subprocess.run(["sh", str(RECIPE), str(file)], check=True, stdout=subprocess.DEVNULL)  # noqa: S603, S607 - our own file
    return f"{perf_counter() - started:.2f} s"
