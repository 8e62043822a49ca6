"""The confirmation: everything at a glance, what an application would lead to, and what else is possible."""

from dataclasses import dataclass, replace

from catalog import childcare, eligibility, questions, registration
from catalog.models import CourseRules, Person, Relation, Selection
from catalog.people import age_on
from catalog.registration import Seats
from handlers import cards, choosing, steps, wording
from handlers.context import Turn
from handlers.forms import Form
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, Tone
from handlers.refusing import cautions_for
from handlers.wording import name_of


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an application would meet: seats needed and left (None: no limit), parties waiting, childcare full."""

    needed: int
    left: int | None
    waiting: int
    childcare_full: bool
    some_fit: bool = False  # of several sessions, some have places for all of them and some have not

    @property
    def fits(self) -> bool:
        return (self.left is None or self.needed <= self.left) and not self.childcare_full


async def outlook(turn: Turn, form: Form, rules: CourseRules) -> Outlook:
    """As the rows are now. Of several sessions the fullest counts."""
    course = form.course
    if form.sessions:
        by_session = await registration.seats_by_session(turn.db, course.id)
        full: list[Seats] = [by_session[number] for number in form.sessions if number in by_session]
    else:
        full = list((await registration.seats(turn.db, [course.id], now=turn.now)).values())
    limited = [seats.left for seats in full if seats.left is not None]
    places = childcare.left(rules)
    needed = registration.seats_for(course, form.party)
    return Outlook(
        needed=needed,
        left=min(limited, default=None),
        waiting=max((seats.waiting for seats in full), default=0),
        childcare_full=places is not None and len(form.looked_after or ()) > places,
        some_fit=len({seats.left is None or needed <= seats.left for seats in full}) > 1,
    )


async def show(turn: Turn, form: Form, rules: CourseRules, *, intro: str = "") -> Reply:
    """What one would apply for, and the button that does it."""
    course = form.course
    expected = await outlook(turn, form, rules)
    lines = [
        intro,
        _("「{title}」").format(title=wording.inner(course.title)),
        await _dates(turn, form),
        "・".join(part for part in (cards.where(course), cards.fee(course, short=True)) if part),
        _("対象: {target}").format(target=cards.target(course)),
    ]
    if len(form.party) > 1 or form.party[0].relation is not Relation.SELF:
        lines.append(_("参加: {names}").format(names="・".join(map(name_of, form.party))))
    if form.looked_after:
        lines.append(_("保育: {names}").format(names="・".join(map(name_of, form.looked_after))))
    if course.parent_child:
        lines.append(_together(turn, list(form.party)))
    lines += await _cautions(turn, form)
    question, buttons = await _question(turn, form, rules, expected)
    no_child = not any(someone.relation is Relation.CHILD for someone in form.family)
    if no_child and (course.childcare or course.parent_child) and registration.takes_registrations(course):
        if course.childcare:
            lines.append(_("保育つきです。お子さんを預ける方は、先に登録してください。"))
        buttons.append(choosing.add_child(course.id))
    body = "\n".join(line for line in (*lines, *question) if line)
    return Reply(views=(Choices(body=body, buttons=(*buttons, steps.back_to(course.id))),), in_place=True)


async def _cautions(turn: Turn, form: Form) -> list[str]:
    """What they should know before they apply; it keeps nobody from it."""
    lines: list[str] = []
    for session_id in form.sessions or (None,):
        lines += await cautions_for(turn, form.course, form.party, session_id=session_id)
    return list(dict.fromkeys(lines))


async def _dates(turn: Turn, form: Form) -> str:
    if not form.sessions:
        return cards.when(turn, form.course)
    full = await registration.seats_by_session(turn.db, form.course.id)
    return "\n".join(choosing.session_line(turn, session, full.get(session.id)) for session in form.chosen_sessions)


async def _question(turn: Turn, form: Form, rules: CourseRules, expected: Outlook) -> tuple[list[str], list[Button]]:
    """What is asked, and the answers."""
    course = form.course
    if not registration.takes_registrations(course):
        return [_("申込はいりません。予定に入れて、前の日にお知らせしますか。")], [_yes(form, _("予定に入れる"))]
    asked = questions.missing(await questions.of_course(turn.db, course.id, turn.resident_id))
    more = _("このあと質問が{n}つあります。").format(n=len(asked)) if asked else ""
    if course.selection is Selection.LOTTERY:
        return [more, _draw(turn, rules), _("抽選です。申し込みますか。")], [_yes(form, _("申し込む"))]
    if expected.fits:
        return [more, _("この内容で申し込みますか。")], [_yes(form, _("申し込む"))]
    if expected.some_fit and not expected.childcare_full:
        waits = _("空きのない回は、キャンセル待ちになります。")
        return [more, waits, _("この内容で申し込みますか。")], [_yes(form, _("申し込む"))]
    return _instead(form, expected)


def _instead(form: Form, expected: Outlook) -> tuple[list[str], list[Button]]:
    """Too few seats for all of them: waiting together, or fewer of them."""
    nth, left = expected.waiting + 1, expected.left
    if left is not None and 0 < left < expected.needed:
        unit = wording.unit(form.course.capacity_unit)
        lines = [
            _("のこりは{left}{unit}で、{needed}{unit}分に足りません。").format(
                left=left, needed=expected.needed, unit=unit
            ),
            _("みなさんいっしょに待つか、人数を減らして申し込めます(キャンセル待ちは{n}組目)。").format(n=nth),
        ]
        return lines, [_yes(form, _("いっしょに待つ")), _fewer(form)]
    if expected.childcare_full and (left is None or expected.needed <= left):
        without = replace(form, looked_after=())
        lines = [
            _("席はありますが、保育は定員です。"),
            _("保育なしで申し込むか、保育も空くまで待てます(キャンセル待ちは{n}組目)。").format(n=nth),
        ]
        return lines, [
            Button(label=_("保育なしで"), action=without.code("apply.check"), tone=Tone.PRIMARY),
            _yes(form, _("保育も待つ")),
        ]
    lines = [_("定員になりました。キャンセル待ちは{n}組目です。待ちますか。").format(n=nth)]
    return lines, [_yes(form, _("待つ"))]


def _draw(turn: Turn, rules: CourseRules) -> str:
    if rules.draw_at is None:
        return ""
    return _("抽選は{moment}です。").format(moment=wording.moment(rules.draw_at, turn.zone))


def _yes(form: Form, label: str) -> Button:
    return Button(label=label, action=form.code("apply.yes"), tone=Tone.PRIMARY)


def _fewer(form: Form) -> Button:
    return Button(label=_("人数を減らす"), action=replace(form, looked_after=None).code("apply.who"))


def _together(turn: Turn, party: list[Person]) -> str:
    """A parent-and-child course for one of both only: who else should come."""
    grown = [age.low is None or age.low >= eligibility.ADULT for age in (age_on(one, turn.today) for one in party)]
    if all(grown):
        return _("親子で参加する講座です。お子さんは「家族」で足せます。")
    return "" if any(grown) else _("保護者の方もいっしょにお越しください。")
