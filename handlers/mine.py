"""My applications: list, detail, cancelling with one confirmation, the calendar of all; saved courses."""

import secrets

from catalog import registration, residents
from catalog.eligibility import Refusal
from catalog.models import MarkKind, Registration, RegistrationState
from catalog.search.entry import CourseEntry
from handlers import (
    absence,
    cards,
    caring,
    forms,
    friends,
    inviting,
    offering,
    party,
    questions,
    states,
    steps,
    wording,
)
from handlers.actions import encode
from handlers.context import Turn
from handlers.course import find_course
from handlers.locales import _
from handlers.messages import Button, Card, Cards, Choices, Reply, Text, Tone, say
from handlers.wording import name_of

_MOST = 10
_SHOWN = (*registration.ACTIVE, RegistrationState.LOST)


async def show_all(turn: Turn) -> Reply:
    """`mine`: what waits for an answer first, then what is still to come, soonest first."""
    items = await _with_courses(turn)
    if not items:
        return say(
            _("いま申し込んでいる講座はありません。"),
            buttons=(
                steps.recommend(),
                steps.find(),
                *await _to_past(turn),
                Button(label=_("保存した講座"), action=encode("mine.saved")),
            ),
        )
    body = _("申し込んでいる講座は{n}件です。").format(n=len(items))
    if any(_waits_for_answer(found) for found, _course in items):
        body += _("お返事を待っているものがあります。")
    shown = tuple([await _card(turn, found, course) for found, course in items[:_MOST]])
    return Reply(
        views=(Text(body=body), Cards(cards=shown)),
        buttons=(
            Button(label=_("カレンダー"), action=encode("mine.calendar")),
            *await _to_past(turn),
            Button(label=_("保存した講座"), action=encode("mine.saved")),
            steps.find(),
        ),
    )


async def past(turn: Turn) -> Reply:
    """`mine.past`: applications that are over, or go on without the resident, the newest first, with their history."""
    over = [(found.changed_at, found, _past_card) for found in await _over(turn)]
    parted = [(at, found, _parted_card) for found, at in await registration.parted(turn.db, turn.resident_id)]
    newest = sorted([*over, *parted], key=lambda item: (item[0], item[1].id or 0), reverse=True)
    if not newest:
        return say(_("終わった申込はまだありません。"), buttons=(steps.mine(), steps.find()))
    shown = []
    for _at, found, card in newest[:_MOST]:
        course = await find_course(turn, found.course_id)
        if course is not None:
            shown.append(await card(turn, found, course))
    return Reply(
        views=(Text(body=_("終わった申込です。")), Cards(cards=tuple(shown))), buttons=(steps.mine(), steps.find())
    )


async def show(turn: Turn) -> Reply:
    """`mine.show:<registration>`."""
    own = await states.own(turn)
    if own is None:
        return states.none_such()
    found, course = own
    number = found.id or 0
    people = await registration.party_of(turn.db, number, turn.resident_id)
    cared = await registration.in_childcare(turn.db, number)
    session = states.session_of(found, course)
    rows = [
        (
            _("状態"),
            "\n".join(filter(None, (await states.state_words(turn, found, course), states.until(turn, found)))),
        ),
        (_("日時"), cards.sessions(turn, course) if session is None else wording.session(session, turn.zone)),
        (_("お休み"), await absence.dates(turn, found, course)),
        (_("会場"), cards.place(course)),
        (_("参加"), "・".join(name_of(someone) for someone in people if someone.id not in cared)),
        (_("保育"), "・".join(name_of(someone) for someone in people if someone.id in cared)),
        (_("お友だち"), "・".join(await _friends(turn, found))),
        (_("もちもの"), course.belongings or ""),
        (_("受付番号"), found.receipt if registration.takes_registrations(course) else ""),
        (_("抽選番号"), found.entry_code or ""),
        (_("問合せ"), cards.contact(course)),
    ]
    card = Card(
        title=course.title,
        lines=tuple(f"{label}\t{value}" for label, value in rows if value),
        buttons=await _possible(turn, found, course),
        detailed=True,
    )
    buttons = [steps.mine(), _history(found)]
    if found.entry_code:
        buttons.append(steps.draw(turn.city, course.id))
    if found.state is RegistrationState.CONFIRMED and registration.takes_registrations(course):
        buttons.append(Button(label=_("受付のQR"), url=f"{turn.city.public_url}/ticket/{found.receipt}"))
    return Reply(views=(card,), buttons=(*buttons, Button(label=_("カレンダー"), action=encode("mine.calendar"))))


async def _possible(turn: Turn, found: Registration, course: CourseEntry) -> tuple[Button, ...]:
    """What can be done with an application, the likeliest first."""
    see = steps.course(course.id, label=_("講座を見る"))
    if found.state not in registration.ACTIVE or not course.coming(turn.now):
        return (steps.similar(course.id), see)
    cancel = Button(label=_("取り消す"), action=encode("mine.cancel", found.id or 0), tone=Tone.WARNING)
    if found.state is RegistrationState.OFFERED:
        return (*offering.yes_or_no(found.id or 0), see)
    if found.state is RegistrationState.HELD:
        form = await forms.of(turn, course, found)
        go_on = Button(label=_("入力をつづける"), action=form.code("apply.yes"), tone=Tone.PRIMARY)
        return (go_on, see, cancel)
    people = await registration.party_of(turn.db, found.id or 0, turn.resident_id)
    answers = await questions.to_change(turn, course)
    return (
        see,
        *inviting.button(turn, found, course),
        *absence.button(turn, found, course),
        *answers,
        *await caring.button(turn, found, course),
        *await party.buttons(turn, found, people),
        cancel,
    )


async def _friends(turn: Turn, found: Registration) -> list[str]:
    """Who else is in the party, as they wish to be called."""
    others = await registration.companions(turn.db, found, turn.resident_id)
    return [wording.friend(other.nickname, other.people) for other in others]


async def ask_cancel(turn: Turn) -> Reply:
    """`mine.cancel[:<registration>]`: one confirmation."""
    if turn.action.number(0) is None:
        return await cancel_in_words(turn)
    own = await states.own(turn)
    return states.none_such() if own is None else _sure(turn, *own)


async def cancel_in_words(turn: Turn) -> Reply:
    """One confirmation where there is but one application to cancel; else the list, to choose from."""
    items = [item for item in await _with_courses(turn) if item[0].state in registration.ACTIVE]
    return _sure(turn, *items[0]) if len(items) == 1 else await show_all(turn)


def _sure(turn: Turn, found: Registration, course: CourseEntry) -> Reply:
    if found.state not in registration.ACTIVE:
        return states.already_cancelled(course)
    yes = Button(label=_("取り消す"), action=encode("mine.cancel_yes", found.id or 0), tone=Tone.WARNING)
    keep = Button(label=_("このままにする"), action=encode("mine.show", found.id or 0))
    title = wording.inner(course.title)
    if not found.shared:
        body = _("「{title}」の申込を取り消しますか。").format(title=title)
        return Reply(views=(Choices(body=body, buttons=(yes, keep)),), in_place=True)
    alone = Button(label=_("自分たちだけ"), action=encode("friends.quit", found.id or 0), tone=Tone.WARNING)
    if found.resident_id != turn.resident_id:
        body = _("「{title}」への参加をやめますか。お友だちの申込はそのままです。").format(title=title)
        leave = Button(label=_("やめる"), action=alone.action, tone=Tone.WARNING)
        return Reply(views=(Choices(body=body, buttons=(leave, keep)),), in_place=True)
    body = _("「{title}」は、お友だちといっしょの申込です。どなたの分を取り消しますか。").format(title=title)
    everybody = Button(label=_("みんなの分"), action=yes.action, tone=Tone.WARNING)
    return Reply(views=(Choices(body=body, buttons=(alone, everybody, keep)),), in_place=True)


async def cancel(turn: Turn) -> Reply:
    """`mine.cancel_yes:<registration>`: cancels; the place is offered to whoever is next."""
    own = await states.own(turn)
    if own is None:
        return states.none_such()
    found, course = own
    if found.state not in registration.ACTIVE:
        return states.already_cancelled(course)
    done = await registration.cancel(turn.db, found.id or 0, resident_id=turn.resident_id, now=turn.now, zone=turn.zone)
    if isinstance(done, Refusal):
        return states.please_call(course)
    if found.state in registration.ACTIVE:
        return friends.left(course)
    return say(
        _("「{title}」を取り消しました。お知らせも止まります。").format(title=wording.inner(course.title)),
        buttons=(steps.similar(course.id), steps.mine(), steps.find()),
    )


async def calendar(turn: Turn) -> Reply:
    """`mine.calendar`: all dates to come in order, and the address that a calendar app can follow."""
    dates = sorted(
        (
            (session.starts_at, f"{wording.session(session, turn.zone)}\n{course.title} {cards.where(course)}")
            for found, course in await _with_courses(turn)
            if found.state is RegistrationState.CONFIRMED
            for session in course.coming(turn.now)
            if found.session_id in (None, session.id)
        ),
        key=lambda pair: pair[0],
    )
    if not dates:
        return say(_("これからの予定はまだありません。"), buttons=(steps.recommend(), steps.find()))
    if turn.resident.calendar_token is None:
        turn.resident.calendar_token = secrets.token_urlsafe(24)
        turn.db.add(turn.resident)
        await turn.db.flush()
    url = f"{turn.city.public_url}/calendar/{turn.resident.calendar_token}.ics"
    lines = [line for _start, line in dates[:_MOST]]
    return say(
        _("これからの予定です。") + "\n\n" + "\n\n".join(lines),
        buttons=(Button(label=_("まとめて登録"), url=url), steps.mine()),
    )


async def saved(turn: Turn) -> Reply:
    """`mine.saved`: courses kept for later."""
    ids = await residents.marks(turn.db, turn.resident_id, MarkKind.SAVED)
    kept = [course for course_id in sorted(ids) if (course := await find_course(turn, course_id)) is not None]
    if not kept:
        return say(_("保存した講座はまだありません。"), buttons=(steps.recommend(), steps.find()))
    shown = [(course, "") for course in kept[:_MOST]]
    return Reply(
        views=(Text(body=_("保存した講座です。")), await cards.course_cards(turn, shown)),
        buttons=(steps.mine(), steps.find()),
    )


async def _card(turn: Turn, found: Registration, course: CourseEntry) -> Card:
    people = await registration.party_of(turn.db, found.id or 0, turn.resident_id)
    details = Button(label=_("くわしく"), action=encode("mine.show", found.id or 0))
    cancel = Button(label=_("取り消す"), action=encode("mine.cancel", found.id or 0))
    if found.state is RegistrationState.OFFERED:
        buttons: tuple[Button, ...] = (*offering.yes_or_no(found.id or 0), details)
    elif found.state is RegistrationState.LOST:
        buttons = (details, steps.similar(course.id))
    else:
        buttons = (details, cancel)
    return Card(
        title=course.title,
        lines=tuple(
            line
            for line in (
                states.until(turn, found),
                states.dates(turn, found, course),
                cards.where(course),
                "・".join([*map(name_of, people), *await _friends(turn, found)]),
            )
            if line
        ),
        badge=await states.state_words(turn, found, course),
        buttons=buttons,
    )


async def _past_card(turn: Turn, found: Registration, course: CourseEntry) -> Card:
    details = Button(label=_("くわしく"), action=encode("mine.show", found.id or 0))
    return Card(
        title=course.title,
        lines=tuple(filter(None, (states.dates(turn, found, course), cards.where(course)))),
        badge=await states.state_words(turn, found, course),
        buttons=(_history(found), details, steps.similar(course.id)),
    )


async def _parted_card(turn: Turn, found: Registration, course: CourseEntry) -> Card:
    """Of a party with friends that the resident has left; what has become of it since is the others' own."""
    return Card(
        title=course.title,
        lines=tuple(filter(None, (states.dates(turn, found, course), cards.where(course)))),
        badge=_("取消ずみ"),
        buttons=(_history(found), steps.course(course.id, label=_("講座を見る")), steps.similar(course.id)),
    )


def _history(found: Registration) -> Button:
    return Button(label=_("これまでの経過"), action=encode("mine.history", found.id or 0))


async def _to_past(turn: Turn) -> tuple[Button, ...]:
    """The way to what is over, for who has any of it."""
    any_of_it = await _over(turn) or await registration.parted(turn.db, turn.resident_id)
    return (steps.past(),) if any_of_it else ()


async def _over(turn: Turn) -> list[Registration]:
    """Every application that the list of what is to come does not show."""
    to_come = {found.id for found, _course in await _with_courses(turn)}
    every = await registration.of_resident(turn.db, turn.resident_id, active_only=False)
    return [found for found in every if found.id not in to_come]


async def _with_courses(turn: Turn) -> list[tuple[Registration, CourseEntry]]:
    """Registrations of courses that are not over: what waits for an answer, then the soonest; what was lost last."""
    items = []
    for found in await registration.of_resident(turn.db, turn.resident_id, active_only=False):
        course = await find_course(turn, found.course_id) if found.state in _SHOWN else None
        if course is None or not course.coming(turn.now):
            continue
        session = states.session_of(found, course) or course.coming(turn.now)[0]
        order = (not _waits_for_answer(found), found.state is RegistrationState.LOST, session.starts_at, found.id or 0)
        items.append((order, found, course))
    items.sort(key=lambda item: item[0])
    return [(found, course) for _order, found, course in items]


def _waits_for_answer(found: Registration) -> bool:
    return found.state in (RegistrationState.OFFERED, RegistrationState.HELD)
