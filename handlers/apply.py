"""Applying: the way from the first tap to the confirmation, and the tap that applies.

    apply ──► for whom ──► which sessions ──► childcare ──► all sessions? ──► confirmation ──► questions ──► receipt

What a course does not ask is left out. Each step's buttons carry the form (`handlers.forms`), so that any of them may
be tapped again at any time; everything is checked again at every step.
"""

from dataclasses import replace

from catalog import registration
from catalog.models import Person, Relation
from catalog.search.entry import CourseEntry
from handlers import cards, choosing, confirming, finishing, forms, questions
from handlers.context import Turn
from handlers.course import find_course, gone
from handlers.forms import Form
from handlers.messages import Reply
from handlers.refusing import able, held_back, refused, years_off


async def start(turn: Turn) -> Reply:
    """`apply:<course>`: for whom, where more than one may take part."""
    course = await find_course(turn, turn.action.number(0))
    return gone() if course is None else await go_on(turn, await forms.blank(turn, course))


async def choose(turn: Turn) -> Reply:
    """`apply.who:<form>`: the party as chosen so far."""
    course = await find_course(turn, turn.action.number(0))
    if course is None:
        return gone()
    form = await forms.read(turn, course)
    fitting = able(turn, course, list(form.family))
    party = tuple(someone for someone in form.party if someone in fitting)
    return choosing.who(replace(form, party=party), fitting)


async def choose_sessions(turn: Turn) -> Reply:
    """`apply.when:<form>`: the sessions as chosen so far."""
    course = await find_course(turn, turn.action.number(0))
    if course is None:
        return gone()
    form = await forms.read(turn, course)
    rules = await registration.rules_of(turn.db, course.id)
    asked = await choosing.sessions(turn, form, rules, again=True) if form.party else None
    return asked or await go_on(turn, form)


async def check(turn: Turn) -> Reply:
    """`apply.check:<form>`: what is still to be asked, the confirmation, or the reason why not."""
    course = await find_course(turn, turn.action.number(0))
    return gone() if course is None else await go_on(turn, await forms.read(turn, course))


async def confirm(turn: Turn) -> Reply:
    """`apply.yes:<form>`: applies, after the course's own questions. Tapping twice gives the same registration."""
    course = await find_course(turn, turn.action.number(0))
    if course is None:
        return gone()
    form = await forms.read(turn, course)
    rules = await registration.rules_of(turn.db, course.id)
    if not form.party or (rules.by_session and not form.sessions):
        return await go_on(turn, form)
    return await questions.begin(turn, form) or await finishing.finish(turn, form)


async def go_on(turn: Turn, form: Form) -> Reply:
    """The next step of a form."""
    course = form.course
    seats = (await registration.seats(turn.db, [course.id], now=turn.now)).get(course.id)
    refusal = cards.shut(turn, course, seats)
    if refusal is not None:
        return await refused(turn, course, refusal, [])
    if not form.party:
        fitting = _fitting(turn, course, form.family)
        if len(fitting) > 1:
            return choosing.who(form, fitting)
        # Nothing to ask; if nobody may, it is said why.
        form = replace(form, party=(*fitting,) or (min(form.family, key=lambda one: years_off(turn, course, one)),))
    held = await held_back(turn, course, form.everybody, in_childcare=form.cared_for)
    if held is not None:
        return held
    rules = await registration.rules_of(turn.db, course.id)
    for ask in (choosing.sessions, choosing.looked_after, choosing.every_session):
        if (asked := await ask(turn, form, rules)) is not None:
            return asked
    return await confirming.show(turn, form, rules)


def _fitting(turn: Turn, course: CourseEntry, family: tuple[Person, ...]) -> list[Person]:
    """Those of the course's age; nobody where a carer has no child of that age to come with."""
    fitting = able(turn, course, list(family))
    children = [someone for someone in family if someone.relation is Relation.CHILD]
    if course.parent_child and children and not any(child in fitting for child in children):
        return []
    return fitting
