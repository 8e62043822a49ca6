"""A course as a card: short among others, or the full sheet with all that a person needs to decide."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from catalog import registration
from catalog.eligibility import Refusal, RefusalCode, window
from catalog.leanings import Deed, Past
from catalog.models import CourseKind, CourseStatus, Person, Selection
from catalog.reading.normalise import narrow
from catalog.recommend import Recommendation
from catalog.registration import Seats
from catalog.search.criteria import Reason, Relaxed
from catalog.search.entry import CourseEntry, SessionEntry
from handlers import steps, wording
from handlers.actions import encode
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Button, Card, Cards

MAX_CARDS = 10


class Setting(Protocol):
    """When and where something is said: all that the words of a course need. A Turn is one."""

    @property
    def now(self) -> datetime: ...

    @property
    def zone(self) -> ZoneInfo: ...


@dataclass(frozen=True, slots=True)
class At:
    """A setting outside of any turn, for public pages and messages of our own accord."""

    now: datetime
    zone: ZoneInfo


_LABELLED = re.compile(r"\s*(?:[【▽◆■●・]?(?:対象|持ち物|もちもの|費用|参加費|定員)[】:：])\s*")
_SESSIONS_SHOWN = 6
_NEARLY_FULL = 5


async def course_cards(turn: Turn, shown: Sequence[tuple[CourseEntry, str]], *, dismiss: bool = False) -> Cards:
    """Short cards of courses, each with its reason; free seats are asked of the database in one query."""
    full = await registration.seats(turn.db, [course.id for course, _reason in shown], now=turn.now)
    return Cards(
        cards=tuple(
            short_card(turn, course, full.get(course.id), reason, dismiss=dismiss)
            for course, reason in shown[:MAX_CARDS]
        )
    )


def short_card(
    setting: Setting, course: CourseEntry, seats: Seats | None, reason: str, *, dismiss: bool = False
) -> Card:
    """A course among others: when, where, for whom, what it costs, and why it is shown."""
    buttons = [steps.course(course.id)]
    if registration.takes_registrations(course) and shut(setting, course, seats) is None:
        buttons.append(steps.apply(course.id, label=apply_label(course, seats)))
    if dismiss:
        buttons.append(Button(label=_("興味なし"), action=encode("course.dismiss", course.id)))
    return Card(
        title=course.title,
        lines=tuple(line for line in (when(setting, course), where(course), conditions(course)) if line),
        badge=badge(setting, course, seats),
        reason=reason,
        buttons=tuple(buttons),
    )


def course_sheet(setting: Setting, course: CourseEntry, seats: Seats | None, buttons: tuple[Button, ...]) -> Card:
    """The full sheet."""
    return Card(
        title=course.title,
        lines=sheet_lines(setting, course, seats),
        badge=badge(setting, course, seats),
        buttons=buttons,
        detailed=True,
    )


def sheet_lines(setting: Setting, course: CourseEntry, seats: Seats | None) -> tuple[str, ...]:
    """All facts of a course. Each line is `label<TAB>value`, so that a platform can set them as rows."""
    rows = [
        (_("日時"), sessions(setting, course)),
        (_("会場"), place(course)),
        (_("対象"), target(course)),
        (_("費用"), fee(course)),
        (_("定員"), capacity(course, seats)),
        (_("申込"), applying(setting, course)),
        (_("もちもの"), course.belongings or ""),
        (_("配慮"), access(course)),
        (_("主催"), course.organizer or course.department or ""),
        (_("問合せ"), contact(course)),
        (_("内容"), summary(course)),
    ]
    return tuple(f"{label}\t{value}" for label, value in rows if value)


def apply_label(course: CourseEntry, seats: Seats | None) -> str:
    """申し込む, or what an application would be where no place is left."""
    return _("空きを待つ") if is_full(course, seats) else _("申し込む")


def shut(setting: Setting, course: CourseEntry, seats: Seats | None) -> Refusal | None:
    """Why nobody may apply now: the course's window, or the list of its lottery, which is closed."""
    closed = Refusal(RefusalCode.CLOSED) if seats is not None and seats.closed else None
    return window(course, setting.now) or closed


def is_full(course: CourseEntry, seats: Seats | None) -> bool:
    """Whether newcomers would wait; nobody does before a lottery."""
    return course.selection is not Selection.LOTTERY and seats is not None and seats.left == 0


def today(setting: Setting) -> date:
    """The civil day in the city."""
    return _civil_day(setting.now, setting.zone)


@lru_cache(maxsize=64)  # each card of a page asks for it
def _civil_day(now: datetime, zone: ZoneInfo) -> date:
    return now.astimezone(zone).date()


def next_session(setting: Setting, course: CourseEntry) -> SessionEntry | None:
    """The session to come, or the last one of a course that is over."""
    coming = course.coming(setting.now)
    return coming[0] if coming else (course.sessions[-1] if course.sessions else None)


def when(setting: Setting, course: CourseEntry) -> str:
    """The next date, and how many there are."""
    coming = course.coming(setting.now)
    session = coming[0] if coming else next_session(setting, course)
    if session is None:
        return course.schedule_text or _("日時は問い合わせ")
    more = len(coming) - 1
    text = wording.session(session, setting.zone)
    relative = wording.relative_day(session.starts_at.astimezone(setting.zone).date(), today(setting))
    return (f"{relative} " if relative else "") + text + (_(" ほか{n}回").format(n=more) if more > 0 else "")


def sessions(setting: Setting, course: CourseEntry) -> str:
    """All dates, a line each; of a long series the first ones."""
    coming = course.coming(setting.now) or course.sessions
    lines = [wording.session(session, setting.zone) for session in coming[:_SESSIONS_SHOWN]]
    if len(coming) > _SESSIONS_SHOWN:
        lines.append(_("ほか{n}回").format(n=len(coming) - _SESSIONS_SHOWN))
    return "\n".join(lines) or course.schedule_text or _("日時は問い合わせ")


def where(course: CourseEntry) -> str:
    if course.venue is None:
        return _("オンライン") if course.online else ""
    return course.venue.name + (_("・オンラインも可") if course.online else "")


def place(course: CourseEntry) -> str:
    """The venue with its address."""
    if course.venue is None:
        return where(course)
    return "\n".join(part for part in (where(course), course.venue.address) if part)


def conditions(course: CourseEntry) -> str:
    """対象:小学1〜3年生・無料, on one line."""
    return "・".join(part for part in (target(course, short=True), fee(course, short=True)) if part)


def target(course: CourseEntry, *, short: bool = False) -> str:
    """For whom, in the course's own words where there is room, else as ages."""
    own = (course.target_text or "").strip().replace("~", "〜")
    if own and (not short or len(own) <= 16):
        return own
    if course.min_age is None and course.max_age is None:
        return "" if short else _("どなたでも")
    return wording.ages(course.min_age, course.max_age) + (_("と保護者") if course.parent_child else "")


def fee(course: CourseEntry, *, short: bool = False) -> str:
    """無料, 500円; the announcement's own words beside it on the full sheet."""
    amount = "" if course.fee_yen is None else wording.money(course.fee_yen)
    own = (course.fee_text or "").strip()
    if short or not own or own.replace(",", "") == amount.replace(",", ""):
        return amount or (own if len(own) <= 12 else "")
    return f"{amount}({own})" if amount and amount not in own else own


def capacity(course: CourseEntry, seats: Seats | None) -> str:
    if course.capacity is None:
        return course.capacity_text or ""
    text = f"{course.capacity}{wording.unit(course.capacity_unit)}"
    if seats is not None and seats.waiting:
        return text + _("(キャンセル待ち{n}組)").format(n=seats.waiting)
    return text


def applying(setting: Setting, course: CourseEntry) -> str:
    """How one applies, from when and until when."""
    parts = [wording.selection(course)]
    if course.apply_from is not None and setting.now < course.apply_from:
        parts.append(_("{moment} 受付開始").format(moment=wording.moment(course.apply_from, setting.zone)))
    if course.apply_until is not None:
        parts.append(_("{moment} しめきり").format(moment=wording.deadline(course.apply_until, setting.zone)))
    return "\n".join(parts)


def access(course: CourseEntry) -> str:
    offered = (
        (course.childcare, _("保育あり")),
        (course.sign_language, _("手話通訳あり")),
        (course.wheelchair, _("車いす可")),
        (course.online, _("オンライン可")),
    )
    return "・".join(label for there, label in offered if there)


def contact(course: CourseEntry) -> str:
    return " ".join(part for part in (course.contact_name, course.contact_phone) if part)


def summary(course: CourseEntry, limit: int = 300) -> str:
    text = "\n".join(line for line in course.description.strip().splitlines() if not _is_said(course, line))
    text = text.removeprefix("【内容】").strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _is_said(course: CourseEntry, line: str) -> bool:
    """Whether a line like 【対象】小学生 only repeats another row of the sheet."""
    found = _LABELLED.match(line)
    if found is None:
        return False
    rest = narrow(line[found.end() :]).rstrip("。 ")
    rows = (course.target_text, course.belongings, course.fee_text, course.capacity_text)
    return any(rest == narrow(row or "").rstrip("。 ") for row in rows)


def badge(setting: Setting, course: CourseEntry, seats: Seats | None) -> str:
    """The state of applications in a few words: 先着・のこり4, 抽選・受付中, 申込不要, 満席・キャンセル待ち …"""
    if course.status is not CourseStatus.SCHEDULED:
        return _("中止になりました")
    if course.kind is not CourseKind.COURSE:
        return ""
    refusal = shut(setting, course, seats)
    if refusal is not None:
        return {
            RefusalCode.FINISHED: _("終了しました"),
            RefusalCode.NOT_OPEN_YET: _("受付はこれから"),
            RefusalCode.CLOSED: _("受付終了"),
        }.get(refusal.code, "")
    if not registration.takes_registrations(course):
        return wording.selection(course)
    if course.selection is Selection.LOTTERY:
        return _("抽選・受付中")
    if is_full(course, seats):
        return _("満席・キャンセル待ち")
    left = seats.left if seats is not None else None
    return _("先着・受付中") if left is None else _("先着・のこり{n}").format(n=left)


def _open(course: CourseEntry) -> str:
    everybody = course.min_age is None and course.max_age is None
    return _("どなたでも参加できます") if everybody else _("年代に合います")


def _near(course: CourseEntry) -> str:
    area = course.venue.area if course.venue else None
    return _("{area}で近い").format(area=area) if area else _("お近く")


# That the subject is the one asked for goes without saying.
_REASONS: Mapping[Reason, Callable[[CourseEntry], str]] = {
    Reason.INTEREST: lambda _course: _("お好きな分野"),
    Reason.RELATED: lambda _course: _("お好きな分野に近い内容"),
    Reason.AGE: lambda _course: _("年代にぴったり"),
    Reason.OPEN: _open,
    Reason.NEAR: _near,
    Reason.FREE: lambda _course: _("無料"),
    Reason.WEEKEND: lambda _course: _("お休みの日に"),
    Reason.BEGINNER: lambda _course: _("はじめての方に"),
    Reason.CLOSING_SOON: lambda _course: _("しめきり間近"),
    Reason.CHILDCARE: lambda _course: _("保育つき"),
    Reason.TOGETHER: lambda _course: _("親子で一緒に"),
    Reason.OWN_WORDS: lambda _course: _("ご希望の内容"),
    Reason.LOOKED_AT: lambda _course: _("よくご覧の分野"),
    Reason.NEW: lambda _course: _("新しい講座"),
}
_SAID = 2
_TITLE = 14  # signs of another course's title that a reason has room for


def reason_words(course: CourseEntry, reasons: Sequence[Reason]) -> str:
    """Why a course is shown, as a person would say it: at most two reasons in one short line."""
    return "・".join([_REASONS[reason](course) for reason in reasons if reason in _REASONS][:_SAID])


def why(item: Recommendation, person: Person | None = None) -> str:
    """Why a course is recommended, likewise; `person` where it must be said whose course it is."""
    before = [] if item.before is None else [_like_before(item.before)]
    said = [*before, *(_REASONS[reason](item.course) for reason in item.reasons if reason in _REASONS)][:_SAID]
    who = _("{name}に:").format(name=wording.called(person.nickname)) if person is not None and person.nickname else ""
    return who + "・".join(said)


def _like_before(past: Past) -> str:
    title = wording.inner(past.title)
    title = title if len(title) <= _TITLE else title[: _TITLE - 1] + "…"
    return {
        Deed.ATTENDED: _("参加された「{title}」に近い内容"),
        Deed.APPLIED: _("申し込まれた「{title}」に近い内容"),
    }.get(past.deed, _("保存された「{title}」に近い内容")).format(title=title)


def relaxed_words(relaxed: Sequence[Relaxed]) -> str:
    """What an alternative does not keep."""
    words = {
        Relaxed.DATE: _("日にち"),
        Relaxed.WEEKDAY: _("曜日"),
        Relaxed.TIME_OF_DAY: _("時間帯"),
        Relaxed.PLACE: _("場所"),
        Relaxed.FEE: _("費用"),
        Relaxed.LEVEL: _("レベル"),
        Relaxed.REGISTRATION: _("受付の時期"),
        Relaxed.SUBJECT: _("内容"),
    }
    if tuple(relaxed) == (Relaxed.SUBJECT,):
        return _("内容は少しちがいます")
    what = "・".join(words[item] for item in relaxed)
    return (_("{what}だけちがいます") if len(relaxed) == 1 else _("{what}がちがいます")).format(what=what)
