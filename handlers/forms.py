"""An application as it is put together, tap by tap. All of it stands in the codes of its buttons."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog import registration, residents
from catalog.models import Person, Registration
from catalog.registration import Request
from catalog.search.entry import CourseEntry, SessionEntry
from handlers import ticks
from handlers.actions import encode
from handlers.context import Turn

NOBODY = "0"  # asked, and nobody is to be looked after


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What has been chosen so far. None: not asked yet.

    `family` is the resident and everybody they can apply for. `looked_after` are children in the course's childcare;
    they do not stand in `party`. `sessions` are ids, where one applies for single sessions. `all_sessions`: whether
    they can come to all of them.
    """

    course: CourseEntry
    family: tuple[Person, ...]
    party: tuple[Person, ...] = ()
    looked_after: tuple[Person, ...] | None = None
    sessions: tuple[int, ...] = ()
    all_sessions: bool | None = None

    def code(self, name: str, *before: int | str) -> str:
        """The code of a button that carries the form, after other arguments."""
        nobody = NOBODY if self.looked_after == () else ""
        parts = [
            self._packed(self.party),
            self._packed(self.looked_after or ()) or nobody,
            ticks.pack(self.sessions, (session.id for session in self.course.sessions)),
            "" if self.all_sessions is None else str(int(self.all_sessions)),
        ]
        while parts and not parts[-1]:
            parts.pop()
        return encode(name, *before, self.course.id, *parts)

    @property
    def everybody(self) -> list[Person]:
        """Those who take part, and those who are looked after meanwhile."""
        return [*self.party, *(self.looked_after or ())]

    @property
    def cared_for(self) -> frozenset[int]:
        """The ids of those who are looked after."""
        return frozenset(map(_id, self.looked_after or ()))

    @property
    def chosen_sessions(self) -> list[SessionEntry]:
        return [session for session in self.course.sessions if session.id in self.sessions]

    def requests(self, turn: Turn, *, hold: bool = False) -> list[Request]:
        """What is applied for: the course, or each of the chosen sessions."""
        return [
            Request(
                party=self.everybody,
                resident_id=turn.resident_id,
                in_childcare=self.cared_for,
                session_id=session_id,
                hold=hold,
                all_sessions=self.all_sessions,
            )
            for session_id in self.sessions or (None,)
        ]

    def _packed(self, people: Iterable[Person]) -> str:
        return ticks.pack(map(_id, people), map(_id, self.family))


async def blank(turn: Turn, course: CourseEntry) -> Form:
    """A form in which nothing is chosen yet."""
    return Form(course=course, family=tuple(await residents.people(turn.db, turn.resident_id)))


async def read(turn: Turn, course: CourseEntry, *, at: int = 1) -> Form:
    """The form that the tapped button carries from argument `at` on, behind the course. What does not fit is blank."""
    form = await blank(turn, course)
    party, after, sessions, everything = (turn.action.text(at + offset) for offset in range(4))
    coming = {session.id for session in course.coming(turn.now)}
    chosen = ticks.unpack(sessions, (session.id for session in course.sessions))
    looked_after = None if not after else tuple(_of(form.family, after)) if after != NOBODY else ()
    return Form(
        course=course,
        family=form.family,
        party=tuple(_of(form.family, party)),
        looked_after=looked_after if after == NOBODY else looked_after or None,
        sessions=tuple(number for number in chosen if number in coming),
        all_sessions=None if everything not in ("0", "1") else everything == "1",
    )


async def of(turn: Turn, course: CourseEntry, found: Registration) -> Form:
    """The form of a registration that is there."""
    form = await blank(turn, course)
    people = {someone.id for someone in await registration.party_of(turn.db, found.id or 0)}
    cared = await registration.in_childcare(turn.db, found.id or 0)
    return Form(
        course=course,
        family=form.family,
        party=tuple(someone for someone in form.family if someone.id in people - cared),
        looked_after=tuple(someone for someone in form.family if someone.id in cared),
        sessions=() if found.session_id is None else (found.session_id,),
        all_sessions=found.all_sessions,
    )


def _of(family: tuple[Person, ...], text: str) -> list[Person]:
    """Those of the family whom an argument names: packed, or as ids joined by dots, which older buttons carry."""
    if "-" in text:
        ids = ticks.unpack(text, map(_id, family))
    else:
        ids = [int(part) for part in text.split(".") if part.isascii() and part.isdigit() and len(part) <= 12]
    return [someone for someone in family if someone.id in ids]


def _id(someone: Person) -> int:
    return someone.id or 0
