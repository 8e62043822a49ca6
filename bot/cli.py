"""`manabi`: the commands of staff, operations and developers.

Heavy modules are imported inside the commands that need them, so that `manabi --help` answers at once; that is why
imports stand in functions here, and only here.
"""
# ruff: noqa: PLC0415 - see above

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.staff import app as staff_app

app = typer.Typer(
    name="manabi",
    help="Manabi Concierge: a city's learning concierge on LINE and Telegram.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
db_app = typer.Typer(help="The database: upgrade, check, back up.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(db_app, name="db")
app.add_typer(staff_app, name="staff")
draw_app = typer.Typer(
    help="Lotteries (抽選): closed, rehearsed, drawn, checked.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(draw_app, name="draw")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
# `--staff` is what it was called before.
DrawnBy = Annotated[str | None, typer.Option("--by", "--staff", help="Who does it; kept in the history.")]
CourseNumber = Annotated[int, typer.Argument(help="The course's number (講座番号).")]


def main() -> None:
    """The entry point. What a person can put right is one line on standard error, and exit code 2."""
    # Before numpy comes: our products are small, and a second thread only waits for them at full speed.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from catalog.errors import ManabiError

    try:
        app()
    except ManabiError as error:
        sys.stderr.write(f"manabi: {error}\n")
        raise SystemExit(2) from None


def command(
    name: str, *, of: typer.Typer = app
) -> Callable[[Callable[..., Coroutine[Any, Any, int | None]]], Callable[..., None]]:
    """Registers an async function as a command (of a group); a number it returns is the exit code."""

    def register(function: Callable[..., Coroutine[Any, Any, int | None]]) -> Callable[..., None]:
        @wraps(function)
        def run(*args: Any, **kwargs: Any) -> None:
            code = asyncio.run(function(*args, **kwargs))
            if code:
                raise typer.Exit(code)

        of.command(name)(run)
        return run

    return register


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the chat page.")] = 8000,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")] = True,
) -> None:
    """Start everything on this machine, with a simulated LINE and Telegram phone."""
    from bot.demo import run_demo
    from bot.server import run

    run(run_demo(port=port, open_browser=browser))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    scheduler: Annotated[
        bool, typer.Option("--scheduler/--no-scheduler", help="Also remind and announce from this process.")
    ] = True,
) -> None:
    """Webhooks, public pages and, unless told otherwise, the scheduler."""
    from bot.server import run, serve_forever

    run(serve_forever(host=host, port=port, scheduler=scheduler))


@app.command()
def work() -> None:
    """Scheduler and delivery alone; any number of them on PostgreSQL."""
    from bot.server import run, work_forever

    run(work_forever())


@command("import")
async def import_(
    files: Annotated[list[Path], typer.Argument(help="Event lists: CSV (UTF-8, CP932) or XLSX.", exists=True)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and report, change nothing.")] = False,
    as_json: AsJson = False,
) -> int:
    """Import municipal event lists. The same file twice changes nothing."""
    from bot.commands.importing import import_files

    return await import_files(files, dry_run=dry_run, as_json=as_json)


@command("courses")
async def courses(as_json: AsJson = False) -> None:
    """Every course of the catalogue, one a line."""
    from bot.commands.asking import print_courses

    await print_courses(as_json=as_json)


@command("ask")
async def ask(
    text: Annotated[str, typer.Argument(help="What a resident would write; - reads JSON lines.")],
    as_json: AsJson = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Why: words, slots, and the score of each channel.")
    ] = False,
) -> None:
    """What the concierge understands, and the courses it would answer with."""
    from bot.commands.asking import answer_lines, answer_text, explain_text

    if explain:
        await explain_text(text)
    else:
        await (answer_lines() if text == "-" else answer_text(text, as_json=as_json))


@command("recommend")
async def recommend(
    source: Annotated[str, typer.Argument(help="- reads profiles as JSON lines.")] = "-",
    as_json: AsJson = True,
) -> None:
    """Courses for each profile."""
    from bot.commands.asking import recommend_lines

    if source != "-":
        raise typer.BadParameter("profiles are read from standard input: manabi recommend - --json")
    await recommend_lines()


@command("broadcast")
async def broadcast(
    file: Annotated[Path | None, typer.Option("--file", help="The announcement, as text.", exists=True)] = None,
    segment: Annotated[str, typer.Option(help='Who gets it, such as "age:65+ field:health_care area:田無".')] = "",
    at: Annotated[str | None, typer.Option("--at", help="ISO instant; now where it is not given.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show recipients, cost and time; send nothing.")] = False,
    cancel: Annotated[int | None, typer.Option("--cancel", help="Stop what is not sent yet of this broadcast.")] = None,
) -> int:
    """Announce something to a segment."""
    from bot.commands.broadcasting import announce, stop

    if cancel is not None:
        return await stop(cancel)
    if file is None:
        raise typer.BadParameter("the announcement is read from a file: --file text.md")
    return await announce(file, segment=segment, at=at, dry_run=dry_run)


@command("doctor")
async def doctor() -> int:
    """Check settings, database, catalogue and platforms, and say what is wrong."""
    from bot.commands.operations import examine

    return await examine()


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Bring the schema up to date."""
    from bot.commands.operations import upgrade

    asyncio.run(upgrade())


@db_app.command("check")
def db_check() -> None:
    """Prove the invariants of registrations from the rows alone."""
    from bot.commands.operations import check

    raise typer.Exit(asyncio.run(check()))


@db_app.command("backup")
def db_backup(target: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Write a consistent copy of a SQLite database while it is in use."""
    from bot.commands.operations import backup

    asyncio.run(backup(target))


@command("show", of=draw_app)
async def draw_show(
    course: CourseNumber,
    as_text: Annotated[bool, typer.Option("--text", help="What is published of it, as it is.")] = False,
) -> None:
    """How far the draw of a course has got."""
    from bot.commands.drawing import show

    await show(course, as_text=as_text)


@command("fix", of=draw_app)
async def draw_fix(
    course: CourseNumber,
    mix_in: Annotated[
        str | None, typer.Option(help="Words for a public text that nobody can know yet; it is mixed in at the draw.")
    ] = None,
    by: DrawnBy = None,
) -> None:
    """Close the list of entries and publish it with its hash."""
    from bot.commands.drawing import fix

    await fix(course, mixed_in=mix_in, staff=by)


@command("rehearse", of=draw_app)
async def draw_rehearse(course: CourseNumber) -> None:
    """Show what a draw could give. Nothing is kept, and nobody is told."""
    from bot.commands.drawing import rehearse

    await rehearse(course)


@command("run", of=draw_app)
async def draw_run(
    course: CourseNumber,
    public: Annotated[str | None, typer.Option(help="The public text that was named to be mixed in.")] = None,
    by: DrawnBy = None,
) -> None:
    """Draw, once and for all. Everybody is told their result."""
    from bot.commands.drawing import run

    await run(course, public=public, staff=by)


@command("verify", of=draw_app)
async def draw_verify(
    source: Annotated[str, typer.Argument(metavar="FILE|COURSE", help="The published file, or a course's number.")],
    commitment: Annotated[str | None, typer.Option(help="The promise as you noted it when entries opened.")] = None,
    list_hash: Annotated[
        str | None, typer.Option("--list", help="The hash of the list as you noted it when entries closed.")
    ] = None,
) -> int:
    """Check a draw: list, promise, order and winners."""
    from bot.commands.drawing import verify

    return await verify(source, commitment=commitment, list_hash=list_hash)


if __name__ == "__main__":
    main()
