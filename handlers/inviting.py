"""友だちをさそう: a code for one's own application, with words and links to pass on.

    friends.invite ──► a nickname ──► the code and its links

Who comes along by it is in `friends`.
"""

from urllib.parse import quote

from catalog import eligibility, registration
from catalog.models import Registration, RegistrationState
from catalog.search.entry import CourseEntry
from handlers import cards, nicknames, states, steps, wording
from handlers.actions import encode
from handlers.context import City, Turn
from handlers.course import find_course
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, Text, Tone, say

NAMING = "friends.name"

_TITLE_MAX = 30
_OPEN = (RegistrationState.CONFIRMED, RegistrationState.ENTERED, RegistrationState.WAITLISTED)


def button(turn: Turn, found: Registration, course: CourseEntry) -> tuple[Button, ...]:
    """Under one's own application, while others may still come along."""
    mine = found.resident_id == turn.resident_id and found.state in _OPEN
    if not mine or not registration.takes_registrations(course) or eligibility.window(course, turn.now) is not None:
        return ()
    return (Button(label=_("友だちをさそう"), action=encode("friends.invite", found.id or 0)),)


async def invite(turn: Turn) -> Reply:
    """`friends.invite:<registration>`: how shall we call you to them?"""
    own = await states.own(turn)
    if own is None:
        return states.none_such()
    found, course = own
    if not button(turn, found, course):
        return _no_more(found, course)
    turn.expect(NAMING, registration=found.id)
    body = _("お友だちには、どなたからのお誘いと伝えましょうか。あだ名を送ってください(10文字まで)。")
    without = Button(label=_("名前は出さない"), action=encode("friends.code", found.id or 0))
    return Reply(views=(Choices(body=body, buttons=(without,)),), buttons=(steps.details(found.id),))


async def named(turn: Turn) -> Reply | None:
    """The free text after `invite`."""
    data = turn.expecting.data if turn.expecting else {}
    number, nickname = data.get("registration"), nicknames.read(turn.incoming.text)
    if not nickname:
        turn.expect(NAMING, registration=number)
        return nicknames.once_more(steps.details(number, tone=Tone.PLAIN))
    return await _code(turn, number, nickname)


async def code(turn: Turn) -> Reply:
    """`friends.code:<registration>`: the code, with no name said."""
    return await _code(turn, turn.action.number(0), "")


async def _code(turn: Turn, number: int | None, nickname: str) -> Reply:
    found = await registration.own(turn.db, number, turn.resident_id)
    course = await find_course(turn, found.course_id) if found is not None else None
    if found is None or course is None:
        return states.none_such()
    invitation = None
    if button(turn, found, course):
        invitation = await registration.invite(
            turn.db, found.id or 0, resident_id=turn.resident_id, nickname=nickname, now=turn.now
        )
    if invitation is None:
        return _no_more(found, course)
    until = wording.moment(invitation.expires_at, turn.zone)
    body = _("友だちの番号は {code} です。{until}まで使えます。\n下の文を、お友だちに送ってください。").format(
        code=invitation.code, until=until
    )
    words = Text(body=_to_pass_on(turn, course, invitation.code))
    send = send_buttons(turn.city, course.title, invitation.code)
    return Reply(views=(Text(body=body), words), buttons=(*send, steps.details(found.id)))


def _to_pass_on(turn: Turn, course: CourseEntry, invited_by: str) -> str:
    lines = [
        _come_along(course.title),
        cards.when(turn, course),
        *(f"{label} {address}" for label, address in _links(turn.city, invited_by)),
        _("{city}のまなびコンシェルジュに「友だちの番号 {code}」と送っても申し込めます。").format(
            city=turn.city.name, code=invited_by
        ),
    ]
    return "\n".join(line for line in lines if line)


def send_buttons(city: City, title: str, invited_by: str) -> tuple[Button, ...]:
    """Buttons that pass the invitation on; short, since each of its letters takes nine in an address."""
    links = "\n".join(address for _label, address in _links(city, invited_by))
    text = quote(f"{_come_along(title[:_TITLE_MAX])}\n{links}\n" + _("友だちの番号 {code}").format(code=invited_by))
    return (
        Button(label=_("LINEで送る"), url=f"https://line.me/R/share?text={text}"),
        Button(label=_("Telegramで送る"), url=f"https://t.me/share/url?url={text}"),
    )


def _come_along(title: str) -> str:
    return _("「{title}」に、いっしょに行きませんか。").format(title=wording.inner(title))


def _links(city: City, invited_by: str) -> list[tuple[str, str]]:
    """Links that open a chat and say the code."""
    found = []
    if city.line_id:
        said = quote(f"友だちの番号 {invited_by}")
        found.append(("LINE", f"https://line.me/R/oaMessage/{quote(city.line_id)}/?{said}"))
    if city.telegram_name:
        found.append(("Telegram", f"https://t.me/{city.telegram_name}?start=with_{invited_by}"))
    return found


def _no_more(found: Registration, course: CourseEntry) -> Reply:
    return say(
        _("「{title}」は、いまお友だちをさそえません。申込の受付中だけできます。").format(
            title=wording.inner(course.title)
        ),
        buttons=(steps.details(found.id), steps.mine()),
    )
