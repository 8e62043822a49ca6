"""Why not: a refusal in the course's own terms, with what is possible instead. And what to know before applying."""

from collections.abc import Collection, Iterable, Sequence

from catalog import eligibility, registration, residents
from catalog.eligibility import Refusal, RefusalCode
from catalog.models import Person, Relation
from catalog.nearest import Wanted, nearest_joinable
from catalog.people import age_on
from catalog.registration import takes_registrations
from catalog.search.criteria import Feature
from catalog.search.entry import CourseEntry
from catalog.standing import Caution, Clash, cautions, standing_of
from handlers import cards, declaring, steps, wording
from handlers.actions import encode
from handlers.context import Turn
from handlers.forms import Form
from handlers.locales import _
from handlers.messages import Button, Reply, Text, Tone, say
from handlers.why_not import why_not

_CARER_OR_CHILD = (RefusalCode.NEEDS_CARER, RefusalCode.NEEDS_CHILD)
_QUOTAS = (RefusalCode.SERIES_QUOTA, RefusalCode.YEAR_QUOTA)


async def held_back(
    turn: Turn, course: CourseEntry, party: list[Person], *, in_childcare: Collection[int] = ()
) -> Reply | None:
    """Why this party may not apply, or the one question that must be asked first; None where nothing is in the way.

    `in_childcare`: ids of those of the party who are looked after meanwhile.
    """
    standing = await standing_of(turn.db, course, party, zone=turn.zone)
    refusal = eligibility.party(
        course, party, now=turn.now, zone=turn.zone, standing=standing, in_childcare=in_childcare
    )
    if refusal is not None:
        return await refused(turn, course, refusal, party)
    attending = [someone for someone in party if someone.id not in in_childcare]
    missing = eligibility.missing(course, attending, now=turn.now, zone=turn.zone, standing=standing)
    if missing is None or not takes_registrations(course):
        return None
    return await declaring.ask(turn, course, party, missing)


async def refused(turn: Turn, course: CourseEntry, refusal: Refusal, party: list[Person]) -> Reply:
    """What, why in the course's own terms, and what is possible instead."""
    person = next((someone for someone in party if someone.id == refusal.person_id), None)
    rules = await registration.rules_of(turn.db, course.id)
    family = await residents.people(turn.db, turn.resident_id)
    body = why_not(turn, course, refusal, person, rules, phone=turn.city.counter_phone)
    buttons = (
        *await _instead(turn, course, refusal, party, family),
        *_steps(course, refusal),
        steps.back_to(course.id),
    )
    looking = Wanted(people=[person] if person is not None else party or family[:1], family=family)
    others = await nearest_joinable(turn.db, turn.index, course, looking, now=turn.now, zone=turn.zone)
    if not others:
        return say(body, buttons=(*buttons, steps.find(), steps.recommend()))
    shown = [(other, "") for other in others]
    return Reply(
        views=(
            Text(body=body + "\n" + _("いま参加できる近い講座があります。")),
            await cards.course_cards(turn, shown),
        ),
        buttons=(*buttons, steps.find()),
    )


async def _instead(
    turn: Turn, course: CourseEntry, refusal: Refusal, party: list[Person], family: list[Person]
) -> list[Button]:
    """The same course with other people: the rest of the party, or with the carer or child that was missing."""
    if refusal.code in _CARER_OR_CHILD:
        return await _together(turn, course, refusal.code, party, family)
    rest = [someone for someone in party if someone.id != refusal.person_id]
    if refusal.person_id is None or not rest or not await _may(turn, course, rest):
        return []
    return [Button(label=_("ほかの人だけで"), action=_check(course, family, rest), tone=Tone.PRIMARY)]


async def _together(
    turn: Turn, course: CourseEntry, code: RefusalCode, party: list[Person], family: list[Person]
) -> list[Button]:
    wants_child = code is RefusalCode.NEEDS_CHILD
    buttons = []
    for someone in family:
        if someone not in party and (someone.relation is Relation.CHILD) is wants_child:
            both = [*party, someone]
            if await _may(turn, course, both):
                label = _("{name}も").format(name=wording.name_of(someone))
                buttons.append(Button(label=label, action=_check(course, family, both), tone=Tone.PRIMARY))
    return buttons or [Button(label=_("家族を足す"), action=encode("family.add", course.id), tone=Tone.PRIMARY)]


def _steps(course: CourseEntry, refusal: Refusal) -> list[Button]:
    """What else helps in this case."""
    match refusal.code:
        case RefusalCode.NOT_OPEN_YET:
            return [steps.tell_opening(course.id)]
        case RefusalCode.NOT_OF_THE_CITY | RefusalCode.WRONG_GENDER if refusal.person_id is not None:
            fact = "b" if refusal.code is RefusalCode.NOT_OF_THE_CITY else "g"
            code = encode("declare.ask", course.id, fact, refusal.person_id)
            return [Button(label=_("答えをなおす"), action=code)]
        case RefusalCode.NO_CHILDCARE:
            return [Button(label=_("保育つきの講座"), action=encode("find.childcare"))]
        case code if code in _QUOTAS:
            return [steps.mine()]
    return []


async def _may(turn: Turn, course: CourseEntry, people: list[Person]) -> bool:
    standing = await standing_of(turn.db, course, people, zone=turn.zone)
    return eligibility.party(course, people, now=turn.now, zone=turn.zone, standing=standing) is None


def _check(course: CourseEntry, family: list[Person], people: Iterable[Person]) -> str:
    return Form(course=course, family=tuple(family), party=tuple(people)).code("apply.check")


async def cautions_for(
    turn: Turn, course: CourseEntry, party: Sequence[Person], *, session_id: int | None = None
) -> list[str]:
    """What the party should know before it applies, a line each; nothing of it keeps them from applying."""
    return warnings(
        turn, course, await cautions(turn.db, course, party, now=turn.now, session_id=session_id), party=party
    )


def warnings(turn: Turn, course: CourseEntry, found: Iterable[Caution], *, party: Sequence[Person] = ()) -> list[str]:
    """Their words: a clash in time, once for each other course, and needs that are not offered, with whom to ask."""
    lines: list[str] = []
    found = list(found)
    clashes = {one.course_id: one for one in reversed(found) if isinstance(one, Clash)}
    for clash in sorted(clashes.values(), key=lambda one: one.other_starts_at):
        line = _("申込ずみの「{title}」({when})と時間が重なります。").format(
            title=wording.inner(clash.title), when=wording.moment(clash.other_starts_at, turn.zone)
        )
        lines.append(line)
    needs = [one.need for one in found if not isinstance(one, Clash)]
    if needs:
        words = {
            Feature.CHILDCARE: _("保育"),
            Feature.WHEELCHAIR: _("車いすへの対応"),
            Feature.SIGN_LANGUAGE: _("手話通訳"),
        }
        what = "・".join(words[need] for need in needs if need in words)
        contact = cards.contact(course)
        ask = _("ご相談は{contact}へ。").format(contact=contact) if contact else ""
        lines.append(_("案内に{what}の記載はありません。").format(what=what) + ask)
    return lines


def years_off(setting: cards.Setting, course: CourseEntry, someone: Person) -> int:
    """By how many years somebody is too young or too old, 0 for neither."""
    age = age_on(someone, eligibility.reference_day(course, now=setting.now, zone=setting.zone))
    missing = course.min_age - age.high if course.min_age is not None and age.high is not None else 0
    over = age.low - course.max_age if course.max_age is not None and age.low is not None else 0
    return max(missing, over, 0)


def able(turn: Turn, course: CourseEntry, people: list[Person]) -> list[Person]:
    """Those whom the course is for by its announcement; `held_back` says the rest, once the party is known."""
    return [someone for someone in people if eligibility.person(course, someone, now=turn.now, zone=turn.zone) is None]
