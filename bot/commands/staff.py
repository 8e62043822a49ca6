"""The command line of `manabi staff`: what the counter does. Heavy modules are imported where they are used."""
# ruff: noqa: PLC0415 - so that `manabi --help` answers at once

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(help="The counter: applicants, rules, the day itself.", no_args_is_help=True, rich_markup_mode=None)

By = Annotated[str, typer.Option("--by", help="Who does it; kept in the history.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in words that the applicant may read.")]
Receipt = Annotated[str, typer.Argument(help="The receipt number.")]
CourseId = Annotated[int, typer.Argument(help="The course's number.")]
SessionId = Annotated[int, typer.Argument(help="The session's number.")]


def _run(work: Coroutine[Any, Any, int]) -> None:
    code = asyncio.run(work)
    if code:
        raise typer.Exit(code)


@app.command("apply")
def apply(
    course: CourseId,
    *,
    name: Annotated[str, typer.Option(help="Of the applicant.")],
    by: By,
    phone: Annotated[str, typer.Option(help="To call back.")] = "",
    person: Annotated[
        list[str] | None, typer.Option(help="Who comes along: 子:はる:2018-05 (子, 親, 配偶者, 他); may be repeated.")
    ] = None,
    declared: Annotated[
        list[str] | None,
        typer.Option(help="在住, 在勤, 在学, 市外, 女性, 男性: of all who take part; may be repeated."),
    ] = None,
    without_self: Annotated[bool, typer.Option("--without-self", help="The applicant does not take part.")] = False,
    slip: Annotated[Path | None, typer.Option(help="Write the printable slip (HTML) to this file.")] = None,
) -> None:
    """Apply for somebody at the counter or on the telephone: the same queue, the same rules."""
    from bot.commands import desk

    _run(
        desk.apply(
            course,
            name=name,
            phone=phone,
            companions=person or [],
            declared=declared or [],
            without_self=without_self,
            by=by,
            slip=slip,
        )
    )


@app.command("list")
def list_(
    course: CourseId, by: By, csv: Annotated[Path | None, typer.Option(help="Write to this CSV file.")] = None
) -> None:
    """Everybody in a course's queue."""
    from bot.commands import desk

    _run(desk.show_list(course, by=by, target=csv))


@app.command("cancel")
def cancel(receipt: Receipt, by: By, reason: Reason) -> None:
    """Cancel an application, whatever the deadline."""
    from bot.commands import desk

    _run(desk.cancel(receipt, by=by, reason=reason))


@app.command("admit")
def admit(receipt: Receipt, by: By, reason: Reason) -> None:
    """Let somebody in out of turn, where a seat is free."""
    from bot.commands import desk

    _run(desk.admit(receipt, by=by, reason=reason))


@app.command("transfer")
def transfer(receipt: Receipt, course: CourseId, by: By, reason: Reason) -> None:
    """Move a whole party to another course."""
    from bot.commands import desk

    _run(desk.transfer(receipt, course, by=by, reason=reason))


@app.command("slip")
def slip(receipt: Receipt, file: Annotated[Path, typer.Argument(help="The HTML file to write.")], by: By) -> None:
    """Print the slip of an application again."""
    from bot.commands import desk

    _run(desk.slip(receipt, file, by=by))


@app.command("calls")
def calls(
    by: By, told: Annotated[str | None, typer.Option(help="This receipt's applicant has been told.")] = None
) -> None:
    """Whom to telephone: applicants without an account, of whom something has changed."""
    from bot.commands import desk

    _run(desk.calls(told, by=by))


@app.command("sessions")
def sessions(course: CourseId, by: By) -> None:
    """The sessions of a course with their numbers."""
    from bot.commands import attending

    _run(attending.sessions(course, by=by))


@app.command("poster")
def poster(session: SessionId, file: Annotated[Path, typer.Argument(help="The HTML file to write.")], by: By) -> None:
    """The page for the wall with which residents check in."""
    from bot.commands import attending

    _run(attending.poster(session, file, by=by))


@app.command("roster")
def roster(session: SessionId, by: By) -> None:
    """Everybody who is expected at a session."""
    from bot.commands import attending

    _run(attending.roster(session, by=by))


@app.command("checkin")
def checkin(
    session: SessionId,
    receipt: Receipt,
    by: By,
    absent: Annotated[bool, typer.Option("--absent", help="They said that they will not come.")] = False,
) -> None:
    """Note that a party is there."""
    from bot.commands import attending

    _run(attending.check_in(session, receipt, absent=absent, by=by))


@app.command("close")
def close(session: SessionId, by: By) -> None:
    """Note who did not come, where the course counts that."""
    from bot.commands import attending

    _run(attending.close(session, by=by))


@app.command("rules")
def rules(
    course: CourseId,
    settings: Annotated[list[str] | None, typer.Argument(help="KEY=VALUE; without any, the rules are shown.")] = None,
    by: By = "",
) -> None:
    """Show or set a course's own rules."""
    from bot.commands import ruling

    _run(ruling.rules(course, settings or [], by=by))


@app.command("ask")
def ask(
    course: CourseId,
    *,
    words: Annotated[str, typer.Argument(help="The question.")],
    by: By,
    choice: Annotated[list[str] | None, typer.Option(help="An answer to choose; may be repeated.")] = None,
    consent: Annotated[bool, typer.Option("--consent", help="Something to agree to.")] = False,
    optional: Annotated[bool, typer.Option("--optional", help="Need not be answered.")] = False,
) -> None:
    """Add a question that applicants are asked."""
    from bot.commands import ruling

    _run(ruling.ask(course, words, options=choice or [], consent=consent, required=not optional, by=by))


Starts = Annotated[str, typer.Option("--starts", help='The city\'s time, such as "2026-12-05 10:00".')]
Ends = Annotated[str, typer.Option("--ends", help="Likewise; nothing where no end is announced.")]
Venue = Annotated[str, typer.Option("--venue", help="Where, if elsewhere.")]


@app.command("tasks")
def tasks(by: By) -> None:
    """What waits for a decision."""
    from bot.commands import changing

    _run(changing.tasks(by=by))


@app.command("call-off")
def call_off(course: CourseId, by: By, reason: Reason) -> None:
    """Call a whole course off; everybody is told."""
    from bot.commands import changing

    _run(changing.cancel_course(course, by=by, reason=reason))


@app.command("restore")
def restore(course: CourseId, by: By, reason: Reason) -> None:
    """Hold a course after all that was called off."""
    from bot.commands import changing

    _run(changing.restore_course(course, by=by, reason=reason))


@app.command("hold")
def hold(course: CourseId, by: By, reason: Reason) -> None:
    """Hold a course although few have applied."""
    from bot.commands import changing

    _run(changing.hold_course(course, by=by, reason=reason))


@app.command("cancel-session")
def cancel_session(session: SessionId, by: By, reason: Reason) -> None:
    """Call one session off."""
    from bot.commands import changing

    _run(changing.cancel_session(session, by=by, reason=reason))


@app.command("move-session")
def move_session(
    session: SessionId, *, starts: Starts, ends: Ends = "", venue: Venue = "", by: By, reason: Reason
) -> None:
    """Move a session to another time, and to another place where one is named."""
    from bot.commands import changing

    _run(changing.move_session(session, starts=starts, ends=ends, venue=venue, by=by, reason=reason))


@app.command("add-session")
def add_session(
    course: CourseId, *, starts: Starts, ends: Ends = "", venue: Venue = "", by: By, reason: Reason
) -> None:
    """Add a session to a course."""
    from bot.commands import changing

    _run(changing.add_session(course, starts=starts, ends=ends, venue=venue, by=by, reason=reason))


@app.command("venue")
def venue(
    course: CourseId,
    name: Annotated[str, typer.Argument(help="The new venue.")],
    by: By,
    reason: Reason,
    address: Annotated[str, typer.Option(help="Its address, where it is not known yet.")] = "",
) -> None:
    """Hold a course elsewhere."""
    from bot.commands import changing

    _run(changing.change_venue(course, venue=name, address=address, by=by, reason=reason))


@app.command("capacity")
def capacity(course: CourseId, seats: Annotated[int, typer.Argument(min=1)], by: By, reason: Reason) -> None:
    """Change how many seats a course has; who waits moves up."""
    from bot.commands import changing

    _run(changing.change_capacity(course, seats, by=by, reason=reason))
