"""Changing who takes part: one person leaves, or somebody else of the family comes instead."""

from catalog import registration
from catalog.eligibility import Missing, Refusal, RefusalCode
from catalog.models import Person, Registration
from catalog.search.entry import CourseEntry
from handlers import declaring, friends, states, steps, wording
from handlers.actions import encode
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, Tone, say
from handlers.refusing import able, refused
from handlers.wording import name_of


async def buttons(turn: Turn, found: Registration, party: list[Person]) -> list[Button]:
    """What can be changed of a party, under its application."""
    number, there = found.id or 0, {someone.id for someone in party}
    offered = []
    if len(party) > 1:
        offered.append(Button(label=_("1人だけやめる"), action=encode("party.leave", number)))
    if any(someone.id not in there for someone in await turn.people()):
        offered.append(Button(label=_("ほかの人と交代"), action=encode("party.swap", number)))
    return offered


async def leave(turn: Turn) -> Reply:
    """`party.leave:<registration>[:<person>]`: who of them, and one confirmation."""
    own = await states.own(turn)
    if own is None:
        return states.none_such()
    found, course = own
    party = await registration.party_of(turn.db, found.id or 0, turn.resident_id)
    if found.state not in registration.ACTIVE:
        return states.already_cancelled(course)
    person = _named(party, turn.action.number(1))
    if person is None:
        return _ask(_("どなたが参加をやめますか。"), "party.leave", found, party)
    rest = "・".join(name_of(someone) for someone in party if someone is not person)
    body = _("{name}だけ参加をやめますか。{rest}の申込はそのままです。").format(name=name_of(person), rest=rest)
    if not rest:
        body = _("{name}の申込を取り消しますか。").format(name=name_of(person))
    yes = Button(label=_("やめる"), action=encode("party.leave_yes", found.id or 0, person.id or 0), tone=Tone.WARNING)
    return Reply(views=(Choices(body=body, buttons=(yes, _keep(found))),), in_place=True)


async def leave_sure(turn: Turn) -> Reply:
    """`party.leave_yes:<registration>:<person>`: the seat goes to whoever is next; the others stay."""
    own = await states.own(turn)
    if own is None:
        return states.none_such()
    found, course = own
    person = _named(await registration.party_of(turn.db, found.id or 0, turn.resident_id), turn.action.number(1))
    if person is None or found.state not in registration.ACTIVE:
        return _as_it_is(found, course)
    done = await registration.withdraw(
        turn.db, found.id or 0, person.id or 0, resident_id=turn.resident_id, now=turn.now, zone=turn.zone
    )
    if isinstance(done, Refusal):
        return states.please_call(course)
    party = await registration.party_of(turn.db, found.id or 0, turn.resident_id)
    if found.state not in registration.ACTIVE:
        return say(
            _("「{title}」を取り消しました。お知らせも止まります。").format(title=wording.inner(course.title)),
            buttons=(steps.similar(course.id), steps.mine(), steps.find()),
        )
    if not party:
        return friends.left(course)
    body = _("{name}の参加をやめました。{rest}の申込はそのままです。").format(
        name=name_of(person), rest="・".join(map(name_of, party))
    )
    return say(body, buttons=(steps.details(found.id), steps.mine()))


async def swap(turn: Turn) -> Reply:
    """`party.swap:<registration>[:<person>]`: whose place, and who of the family comes instead."""
    own = await states.own(turn)
    if own is None:
        return states.none_such()
    found, course = own
    if found.state not in registration.ACTIVE:
        return states.already_cancelled(course)
    party = await registration.party_of(turn.db, found.id or 0, turn.resident_id)
    person = party[0] if len(party) == 1 else _named(party, turn.action.number(1))
    if person is None:
        return _ask(_("どなたの代わりですか。"), "party.swap", found, party)
    there = {someone.id for someone in party}
    others = [someone for someone in await turn.people() if someone.id not in there]
    instead = able(turn, course, others)
    if not instead:
        return say(
            _("代わりに参加できるご家族が登録されていません。家族を足すと、交代できます。"),
            buttons=(Button(label=_("家族を足す"), action=encode("family.add", f"s{found.id}")), _keep(found)),
        )
    answers = tuple(
        Button(label=name_of(other), action=encode("party.swap_yes", found.id or 0, person.id or 0, other.id or 0))
        for other in instead
    )
    body = _("{name}の代わりに、どなたが参加しますか。").format(name=name_of(person))
    return Reply(views=(Choices(body=body, buttons=answers),), buttons=(_keep(found),), in_place=True)


async def swap_sure(turn: Turn) -> Reply:
    """`party.swap_yes:<registration>:<person>:<other>`: the place stays theirs, with somebody else in it."""
    own = await states.own(turn)
    if own is None:
        return states.none_such()
    found, course = own
    person = _named(await registration.party_of(turn.db, found.id or 0, turn.resident_id), turn.action.number(1))
    instead = _named(await turn.people(), turn.action.number(2))
    if person is None or instead is None or found.state not in registration.ACTIVE:
        return _as_it_is(found, course)
    done = await registration.replace(
        turn.db,
        course,
        found.id or 0,
        person.id or 0,
        instead,
        resident_id=turn.resident_id,
        now=turn.now,
        zone=turn.zone,
    )
    if isinstance(done, Missing):
        return await declaring.ask(turn, course, [instead], done)
    if isinstance(done, Refusal):
        if done.code is RefusalCode.FULL:
            body = _("席が足りず、{name}とは交代できませんでした。申込は元のままです。").format(name=name_of(instead))
            return say(body, buttons=(steps.details(found.id), steps.mine()))
        return await refused(turn, course, done, [instead])
    body = _("{name}の代わりに、{instead}が参加します。").format(name=name_of(person), instead=name_of(instead))
    back = Button(
        label=_("元にもどす"), action=encode("party.swap_yes", found.id or 0, instead.id or 0, person.id or 0)
    )
    return say(body, buttons=(steps.details(found.id), back, steps.mine()))


def _ask(body: str, name: str, found: Registration, party: list[Person]) -> Reply:
    answers = tuple(
        Button(label=name_of(someone), action=encode(name, found.id or 0, someone.id or 0)) for someone in party
    )
    return Reply(views=(Choices(body=body, buttons=answers),), buttons=(_keep(found),), in_place=True)


def _as_it_is(found: Registration, course: CourseEntry) -> Reply:
    """An old button: what it would have changed has changed already."""
    if found.state not in registration.ACTIVE:
        return states.already_cancelled(course)
    return say(
        _("参加する方は、もう変わっています。いまの申込はこちらです。"), buttons=(steps.details(found.id), steps.mine())
    )


def _named(people: list[Person], number: int | None) -> Person | None:
    return next((someone for someone in people if someone.id == number), None)


def _keep(found: Registration) -> Button:
    return Button(label=_("このままにする"), action=encode("mine.show", found.id or 0))
