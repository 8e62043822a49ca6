"""My applications: list, detail, cancelling with one confirmation, the calendar of all; saved courses."""

import secrets

from catalog import registration, residents
from catalog.eligibility import Refusal
from catalog.models import MarkKind, Registration, RegistrationState
from catalog.search.entry import CourseEntry
from handlers import cards, steps, wording
from handlers.actions import encode
from handlers.context import Turn
from handlers.course import find_course
from handlers.locales import _
from handlers.messages import Button, Card, Cards, Choices, Reply, Text, Tone, say
from handlers.wording import name_of

_MOST = 10


async def show_all(turn: Turn) -> Reply:
    """`mine`: what one has applied for and what is still to come, soonest first."""
    items = await _with_courses(turn)
    if not items:
        return say(
            _("いま申し込んでいる講座はありません。"),
            buttons=(steps.recommend(), steps.find(), Button(label=_("保存した講座"), action=encode("mine.saved"))),
        )
    shown = tuple([await _card(turn, found, course) for found, course in items[:_MOST]])
    return Reply(
        views=(Text(body=_("申し込んでいる講座は{n}件です。").format(n=len(items))), Cards(cards=shown)),
        buttons=(
            Button(label=_("カレンダー"), action=encode("mine.calendar")),
            Button(label=_("保存した講座"), action=encode("mine.saved")),
            steps.find(),
        ),
    )


async def show(turn: Turn) -> Reply:
    """`mine.show:<registration>`."""
    found = await _own(turn)
    if found is None:
        return await _none(turn)
    course = await find_course(turn, found.course_id)
    if course is None:
        return await _none(turn)
    party = await registration.party_of(turn.db, found.id or 0)
    lines = [
        f"{_('状態')}\t{await state_words(turn, found, course)}",
        f"{_('日時')}\t{cards.sessions(turn, course)}",
        f"{_('会場')}\t{cards.place(course)}",
        f"{_('参加')}\t{'・'.join(name_of(someone) for someone in party)}",
        f"{_('もちもの')}\t{course.belongings}" if course.belongings else "",
        f"{_('受付番号')}\t{found.receipt}" if registration.takes_registrations(course) else "",
        f"{_('問合せ')}\t{cards.contact(course)}" if cards.contact(course) else "",
    ]
    buttons = [steps.course(course.id, label=_("講座を見る"))]
    if found.state in registration.ACTIVE and course.coming(turn.now):
        buttons.append(Button(label=_("取り消す"), action=encode("mine.cancel", found.id or 0), tone=Tone.WARNING))
    card = Card(title=course.title, lines=tuple(line for line in lines if line), buttons=tuple(buttons), detailed=True)
    return Reply(views=(card,), buttons=(steps.mine(), Button(label=_("カレンダー"), action=encode("mine.calendar"))))


async def ask_cancel(turn: Turn) -> Reply:
    """`mine.cancel:<registration>`: one confirmation."""
    found = await _own(turn)
    course = await find_course(turn, found.course_id) if found else None
    if found is None or course is None:
        return await _none(turn)
    if found.state not in registration.ACTIVE:
        return _already_cancelled(course)
    yes = Button(label=_("取り消す"), action=encode("mine.cancel_yes", found.id or 0), tone=Tone.WARNING)
    keep = Button(label=_("このままにする"), action=encode("mine.show", found.id or 0))
    body = _("「{title}」の申込を取り消しますか。").format(title=wording.inner(course.title))
    return Reply(views=(Choices(body=body, buttons=(yes, keep)),), in_place=True)


async def cancel(turn: Turn) -> Reply:
    """`mine.cancel_yes:<registration>`: cancels; the place is offered to whoever is next."""
    found = await _own(turn)
    course = await find_course(turn, found.course_id) if found else None
    if found is None or course is None:
        return await _none(turn)
    if found.state not in registration.ACTIVE:
        return _already_cancelled(course)
    done = await registration.cancel(turn.db, found.id or 0, resident_id=turn.resident_id, now=turn.now, zone=turn.zone)
    if isinstance(done, Refusal):
        return _please_call(course)
    return say(
        _("「{title}」を取り消しました。お知らせも止まります。").format(title=wording.inner(course.title)),
        buttons=(Button(label=_("似た講座"), action=encode("course.similar", course.id)), steps.mine(), steps.find()),
    )


async def calendar(turn: Turn) -> Reply:
    """`mine.calendar`: all dates to come in order, and the address that a calendar app can follow."""
    dates = sorted(
        (
            (session.starts_at, f"{wording.session(session, turn.zone)}\n{course.title} {cards.where(course)}")
            for found, course in await _with_courses(turn)
            if found.state is RegistrationState.CONFIRMED
            for session in course.coming(turn.now)
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


async def state_words(turn: Turn, found: Registration, course: CourseEntry) -> str:
    """申込ずみ, 抽選待ち, キャンセル待ち 2組目, 取消ずみ."""
    match found.state:
        case RegistrationState.CONFIRMED if not registration.takes_registrations(course):
            return _("行く予定(申込不要)")
        case RegistrationState.CONFIRMED:
            return _("申込ずみ")
        case RegistrationState.ENTERED:
            return _("抽選の結果待ち")
        case RegistrationState.WAITLISTED:
            return _("キャンセル待ち {n}組目").format(n=await registration.position(turn.db, found))
    return _("取消ずみ")


async def _card(turn: Turn, found: Registration, course: CourseEntry) -> Card:
    party = await registration.party_of(turn.db, found.id or 0)
    return Card(
        title=course.title,
        lines=(cards.when(turn, course), cards.where(course), "・".join(name_of(someone) for someone in party)),
        badge=await state_words(turn, found, course),
        buttons=(
            Button(label=_("くわしく"), action=encode("mine.show", found.id or 0)),
            Button(label=_("取り消す"), action=encode("mine.cancel", found.id or 0)),
        ),
    )


async def _with_courses(turn: Turn) -> list[tuple[Registration, CourseEntry]]:
    """Active registrations of courses that are not over, soonest first."""
    items = []
    for found in await registration.of_resident(turn.db, turn.resident_id):
        course = await find_course(turn, found.course_id)
        coming = course.coming(turn.now) if course is not None else ()
        if course is not None and coming:
            items.append((coming[0].starts_at, found, course))
    items.sort(key=lambda item: (item[0], item[1].id or 0))
    return [(found, course) for _start, found, course in items]


async def _own(turn: Turn) -> Registration | None:
    """The registration that the button names, if it is the resident's own."""
    return await registration.own(turn.db, turn.action.number(0), turn.resident_id)


async def _none(turn: Turn) -> Reply:
    return say(
        _("その申込は見つかりませんでした。いまの申込はこちらから見られます。"), buttons=(steps.mine(), steps.find())
    )


def _please_call(course: CourseEntry) -> Reply:
    """Too late for a tap: somebody at the counter can still do it."""
    contact = cards.contact(course)
    body = _("「{title}」の取り消しは、お電話でお願いします。ここでの受付は終わりました。").format(
        title=wording.inner(course.title)
    )
    return say(body + (f"\n{contact}" if contact else ""), buttons=(steps.mine(), steps.help_()))


def _already_cancelled(course: CourseEntry) -> Reply:
    return say(
        _("「{title}」の申込は、もう取り消されています。").format(title=wording.inner(course.title)),
        buttons=(steps.course(course.id, label=_("講座を見る")), steps.mine()),
    )
