"""What became of an application until now (これまでの経過): who, when, what, why."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from catalog import registration
from catalog.models import Actor, ChangeReason, Person, Registration, RegistrationChange, RegistrationState
from catalog.search.entry import CourseEntry
from handlers import states, steps, wording
from handlers.context import Turn
from handlers.course import find_course
from handlers.locales import _
from handlers.messages import Button, Reply, Tone, say

_MOST = 30  # the newest; more fits into no message


async def show(turn: Turn) -> Reply:
    """`mine.history:<registration>`."""
    own = await states.own(turn)
    if own is None:
        return await _own_part(turn, turn.action.number(0) or 0)
    found, course = own
    changes = await registration.history(turn.db, found.id or 0)
    return await _told(turn, found, course, changes, back=steps.details(found.id, tone=Tone.PLAIN))


async def _own_part(turn: Turn, number: int) -> Reply:
    """Of a party with friends that the resident has left: from when they came in until then."""
    changes = await registration.own_part(turn.db, number, turn.resident_id)
    found = await turn.db.get(Registration, number) if changes else None
    course = await find_course(turn, found.course_id) if found else None
    if found is None or course is None:
        return states.none_such()
    return await _told(turn, found, course, changes, back=steps.past())


async def _told(
    turn: Turn, found: Registration, course: CourseEntry, changes: Sequence[RegistrationChange], *, back: Button
) -> Reply:
    people = {someone.id: someone for someone in await turn.people()}
    lines = [_line(turn, change, people, await _who(turn, found, change)) for change in changes[-_MOST:]]
    head = _("「{title}」の申込のこれまでです。").format(title=wording.inner(course.title))
    return say("\n\n".join([head, *lines]), buttons=(back, steps.mine()))


async def _who(turn: Turn, found: Registration, change: RegistrationChange) -> str:
    """ご自身, みきさん of a party with friends, 職員 or 自動."""
    if change.by is not Actor.RESIDENT:
        return _("職員") if change.by is Actor.STAFF else _("自動")
    if change.resident_id == turn.resident_id:
        return _("ご自身")
    return wording.friend(await registration.called(turn.db, found, change.resident_id))


def _line(turn: Turn, change: RegistrationChange, people: Mapping[int | None, Person], who: str) -> str:
    """6月10日(水) 10:00 ご自身: 申し込みました(キャンセル待ち)。"""
    head = f"{wording.moment(change.at, turn.zone)} {who}"
    if change.reason in (ChangeReason.ABSENCE_TOLD, ChangeReason.COMES_AFTER_ALL):
        return f"{head}\n{_of_one_session(turn, change)}"
    said = f"{head}\n{_what(change, people)}"
    return said + ("\n" + _("理由: {note}").format(note=change.note) if change.note else "")


def _of_one_session(turn: Turn, change: RegistrationChange) -> str:
    """That somebody is away from a session, by the date that it had then."""
    date = wording.moment(datetime.fromisoformat(change.note or ""), turn.zone)
    if change.reason is ChangeReason.ABSENCE_TOLD:
        return _("{date}の回のお休みを伝えました。").format(date=date)
    return _("{date}の回に行くことにしました。").format(date=date)


def _what(change: RegistrationChange, people: Mapping[int | None, Person]) -> str:
    person = people.get(change.person_id)
    name = wording.name_of(person) if person is not None else _("お一人")
    match change.reason:
        case ChangeReason.CHILDCARE_CHANGED:
            return _("{name}の保育を変えました。").format(name=name)
        case ChangeReason.PERSON_LEFT:
            return _("{name}の参加をやめました。").format(name=name)
        case ChangeReason.PERSON_REPLACED:
            return _("{name}が代わりに参加することになりました。").format(name=name)
        case ChangeReason.APPLIED if change.from_state is RegistrationState.HELD:
            return _("入力がすみ、申込が決まりました。")
        case ChangeReason.APPLIED:
            return _applied(change.to_state)
    return _reasons().get(change.reason, _("記録を直しました。"))


def _applied(state: RegistrationState) -> str:
    match state:
        case RegistrationState.WAITLISTED:
            return _("申し込み、キャンセル待ちに入りました。")
        case RegistrationState.ENTERED:
            return _("抽選に申し込みました。")
    return _("申し込みました。")


def _reasons() -> Mapping[ChangeReason, str]:
    return {
        ChangeReason.FORM_STARTED: _("申込の入力を始め、席を確保しました。"),
        ChangeReason.FORM_LAPSED: _("入力の時間がすぎ、席の確保が終わりました。"),
        ChangeReason.OFFERED: _("席があき、順番が来たのでご案内しました。"),
        ChangeReason.ACCEPTED: _("参加すると返事をして、参加が決まりました。"),
        ChangeReason.DECLINED: _("行けないと返事をしました。"),
        ChangeReason.OFFER_LAPSED: _("お返事の時間がすぎ、席を次の方にご案内しました。"),
        ChangeReason.WON: _("抽選で当選しました。"),
        ChangeReason.RESERVED: _("抽選で補欠になりました。"),
        ChangeReason.LOST: _("抽選で落選しました。"),
        ChangeReason.CANCELLED: _("申込を取り消しました。"),
        ChangeReason.COURSE_CANCELLED: _("講座が中止になりました。"),
        ChangeReason.FRIENDS_JOINED: _("いっしょに参加することになりました。"),
        ChangeReason.FRIENDS_LEFT: _("参加をやめました。ほかの方の申込はそのままです。"),
        ChangeReason.COURSE_RESTORED: _("講座が開かれることになり、申込が元にもどりました。"),
        ChangeReason.COURSE_MOVED: _("講座の日時や会場が変わりました。"),
        ChangeReason.CORRECTED: _("申込の内容を変えました。"),
        ChangeReason.LINKED: _("ふたつのアカウントの申込をひとつにしました。"),
    }
