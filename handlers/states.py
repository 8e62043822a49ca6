"""Where an application stands, in a few words; and the way back to those of the resident."""

from catalog import registration
from catalog.models import Registration, RegistrationState
from catalog.search.entry import CourseEntry, SessionEntry
from handlers import cards, steps, wording
from handlers.context import Turn
from handlers.course import find_course
from handlers.locales import _
from handlers.messages import Reply, say


async def state_words(turn: Turn, found: Registration, course: CourseEntry) -> str:
    """申込ずみ, 抽選の結果待ち, キャンセル待ち 2組目, 席があきました … Short enough for a badge."""
    match found.state:
        case RegistrationState.HELD:
            return _("入力のとちゅう")
        case RegistrationState.OFFERED if found.entry_code and not found.rank:
            return _("当選・お返事待ち")
        case RegistrationState.OFFERED:
            return _("席があきました")
        case RegistrationState.CONFIRMED if not registration.takes_registrations(course):
            return _("行く予定(申込不要)")
        case RegistrationState.CONFIRMED:
            return _("当選・申込ずみ") if found.entry_code else _("申込ずみ")
        case RegistrationState.ENTERED:
            return _("抽選の結果待ち")
        case RegistrationState.WAITLISTED:
            place = await registration.position(turn.db, found)
            return (_("補欠{n}番目") if found.entry_code else _("キャンセル待ち {n}組目")).format(n=place)
        case RegistrationState.LOST:
            return _("落選")
        case RegistrationState.LAPSED:
            return _("期限がすぎました")
    return _("取消ずみ")


def until(turn: Turn, found: Registration) -> str:
    """How long seats are kept, where they are kept for a time."""
    if found.expires_at is None:
        return ""
    if found.state is RegistrationState.HELD:
        return _("{clock}まで席を確保しています").format(clock=wording.clock(found.expires_at, turn.zone))
    return _("お返事は{moment}まで").format(moment=wording.moment(found.expires_at, turn.zone))


def session_of(found: Registration, course: CourseEntry) -> SessionEntry | None:
    """The one session that was applied for, where it was a single one."""
    return next((session for session in course.sessions if session.id == found.session_id), None)


def dates(turn: Turn, found: Registration, course: CourseEntry) -> str:
    """When: the session that was applied for, or the next one of the course."""
    session = session_of(found, course)
    return cards.when(turn, course) if session is None else wording.session(session, turn.zone)


async def own(turn: Turn) -> tuple[Registration, CourseEntry] | None:
    """The registration that the button names with its course, if it is the resident's own."""
    found = await registration.own(turn.db, turn.action.number(0), turn.resident_id)
    course = await find_course(turn, found.course_id) if found else None
    return None if found is None or course is None else (found, course)


def none_such() -> Reply:
    """A button of somebody else's application, or of one that is not there any more."""
    return say(
        _("その申込は見つかりませんでした。いまの申込はこちらから見られます。"), buttons=(steps.mine(), steps.find())
    )


def please_call(course: CourseEntry) -> Reply:
    """Too late for a tap: somebody at the counter can still do it."""
    contact = cards.contact(course)
    body = _("「{title}」の取り消しは、お電話でお願いします。ここでの受付は終わりました。").format(
        title=wording.inner(course.title)
    )
    return say(body + (f"\n{contact}" if contact else ""), buttons=(steps.mine(), steps.help_()))


def already_cancelled(course: CourseEntry) -> Reply:
    return say(
        _("「{title}」の申込は、もう取り消されています。").format(title=wording.inner(course.title)),
        buttons=(steps.course(course.id, label=_("講座を見る")), steps.mine()),
    )
