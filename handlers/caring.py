"""Childcare (保育) changed under an application: another child is looked after, or one is not any more."""

from catalog import childcare, eligibility, registration
from catalog.eligibility import Refusal
from catalog.models import CourseRules, Person, Registration, RegistrationState
from catalog.search.entry import CourseEntry
from handlers import choosing, forms, states, steps, wording
from handlers.actions import encode
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, Tone
from handlers.why_not import why_not
from handlers.wording import name_of

_CHANGEABLE = (RegistrationState.CONFIRMED, RegistrationState.WAITLISTED, RegistrationState.ENTERED)


async def button(turn: Turn, found: Registration, course: CourseEntry) -> tuple[Button, ...]:
    """Under an application to a course with childcare, for who has a child that could be looked after."""
    if not course.childcare or found.state not in _CHANGEABLE or not any(await _children(turn, found, course)):
        return ()
    return (Button(label=_("保育を変える"), action=encode("care", found.id or 0)),)


async def ask(turn: Turn) -> Reply:
    """`care:<registration>`: which of the children."""
    own = await states.own(turn)
    return states.none_such() if own is None else await _show(turn, *own)


async def add(turn: Turn) -> Reply:
    """`care.add:<registration>:<child>`: looked after too, if there is a place."""
    return await _change(turn, add=True)


async def drop(turn: Turn) -> Reply:
    """`care.drop:<registration>:<child>`: not looked after any more."""
    return await _change(turn, add=False)


async def _change(turn: Turn, *, add: bool) -> Reply:
    """Changes what is not so yet, for a child that is or could be looked after."""
    own = await states.own(turn)
    if own is None:
        return states.none_such()
    found, course = own
    free, cared = await _children(turn, found, course)
    child = next((one for one in (free if add else cared) if one.id == turn.action.number(1)), None)
    if child is None:
        return await _show(turn, found, course)
    number, mine = found.id or 0, turn.resident_id
    if add:
        done = await registration.look_after(
            turn.db, course, number, child, resident_id=mine, now=turn.now, zone=turn.zone
        )
    else:
        done = await registration.take_back(
            turn.db, number, child.id or 0, resident_id=mine, now=turn.now, zone=turn.zone
        )
    if not isinstance(done, Refusal):
        return await _show(turn, found, course)
    rules = await registration.rules_of(turn.db, course.id)
    why = why_not(turn, course, done, child, rules, phone=turn.city.counter_phone)
    return await _show(turn, found, course, head=why + "\n" + _("申込はそのままです。"))


async def _show(turn: Turn, found: Registration, course: CourseEntry, *, head: str = "") -> Reply:
    """The children, each with the tap that changes it, and how many more could be looked after."""
    if found.state not in registration.ACTIVE:
        return states.already_cancelled(course)
    free, cared = await _children(turn, found, course)
    number = found.id or 0
    lines = [head or _("「{title}」のあいだに預けるお子さんを選べます。").format(title=wording.inner(course.title))]
    lines += [_("{name} 預けます").format(name=name_of(child)) for child in cared]
    if free:
        lines.append(_room(await registration.rules_of(turn.db, course.id)))
    adding = [
        Button(
            label=_("{name}を預ける").format(name=name_of(child)),
            action=encode("care.add", number, child.id or 0),
            tone=Tone.PRIMARY,
        )
        for child in free
    ]
    dropping = [
        Button(
            label=_("{name}は預けない").format(name=name_of(child)), action=encode("care.drop", number, child.id or 0)
        )
        for child in cared
    ]
    back = steps.details(number, tone=Tone.PLAIN)
    return Reply(
        views=(Choices(body="\n".join(filter(None, lines)), buttons=(*adding, *dropping), columns=1),),
        buttons=(back, steps.mine()),
        in_place=True,
    )


async def _children(turn: Turn, found: Registration, course: CourseEntry) -> tuple[list[Person], list[Person]]:
    """Those who could be looked after, and those who are."""
    form = await forms.of(turn, course, found)
    rules = await registration.rules_of(turn.db, course.id)
    day = eligibility.reference_day(course, now=turn.now, zone=turn.zone, rules=rules)
    cared = list(form.looked_after or ())
    return [child for child in choosing.candidates(form, rules, day) if child not in cared], cared


def _room(rules: CourseRules) -> str:
    left = childcare.left(rules)
    return "" if left is None else _("保育はのこり{n}人です。").format(n=left)
