"""Applying at last, and the receipt: what came of it, in which order one waits, and what happens next."""

from catalog import registration
from catalog.eligibility import Missing, Refusal
from catalog.models import CourseRules, Registration, RegistrationState
from catalog.registration import Applied
from catalog.search.entry import CourseEntry
from handlers import cards, declaring, inviting, states, steps, wording
from handlers.actions import encode
from handlers.context import Turn
from handlers.forms import Form
from handlers.locales import _
from handlers.messages import Button, Reply, Text, Tone
from handlers.refusing import refused


async def finish(turn: Turn, form: Form) -> Reply:
    """Applies for what the form says, and says what came of it."""
    done: list[Applied] = []
    for request in form.requests(turn):
        outcome = await registration.apply(turn.db, form.course, request, now=turn.now, zone=turn.zone)
        if isinstance(outcome, Applied):
            done.append(outcome)
        elif not done:  # otherwise those of several sessions are said that were applied for
            return await not_yet(turn, form, outcome)
    return await _receipt(turn, form, done)


async def not_yet(turn: Turn, form: Form, outcome: Refusal | Missing) -> Reply:
    """Why nothing came of an application, or what must be asked first."""
    if isinstance(outcome, Missing):
        return await declaring.ask(turn, form.course, form.everybody, outcome)
    return await refused(turn, form.course, outcome, form.everybody)


async def _receipt(turn: Turn, form: Form, done: list[Applied]) -> Reply:
    course, rules = form.course, await registration.rules_of(turn.db, form.course.id)
    lines = [course.title]
    if form.sessions:
        lines += [await _of_session(turn, course, outcome) for outcome in done]
        lines = [_("申し込みました。"), *lines, cards.where(course)]
    else:
        outcome = done[0]
        lines = [
            *await _said(turn, course, rules, outcome),
            *lines,
            cards.when(turn, course),
            cards.where(course),
            _number(course, outcome.registration),
        ]
    return Reply(
        views=(Text(body="\n".join(line for line in lines if line)),),
        buttons=_next_steps(turn, course, done),
        in_place=True,
    )


async def _said(turn: Turn, course: CourseEntry, rules: CourseRules, outcome: Applied) -> list[str]:
    """What came of the application, in one or two lines."""
    found = outcome.registration
    if outcome.already:
        now_is = await states.state_words(turn, found, course)
        return [_("この講座はもう申込ずみです。"), _("状態: {state}").format(state=now_is), states.until(turn, found)]
    match found.state:
        case RegistrationState.ENTERED:
            return [_("抽選に申し込みました。{when}ここでお知らせします。").format(when=_result(turn, rules))]
        case RegistrationState.WAITLISTED:
            answer = _("空いたら{hours}時間以内にお返事をうかがいます(夜は待ちません)。").format(
                hours=rules.offer_hours
            )
            return [_("キャンセル待ちに入りました。{waits}").format(waits=_waits(outcome)), answer]
        case _state if not registration.takes_registrations(course):
            return [_("予定に入れました。当日、直接会場へどうぞ。")]
    return [_("申し込みました。")]


def _result(turn: Turn, rules: CourseRules) -> str:
    """結果は6月26日(金) 10:00ごろ, or just 結果は."""
    if rules.draw_at is None:
        return _("結果は")
    return _("結果は{moment}の抽選のあと").format(moment=wording.moment(rules.draw_at, turn.zone))


def _waits(outcome: Applied) -> str:
    return "" if outcome.position is None else _("いま{n}組目です。").format(n=outcome.position)


def _number(course: CourseEntry, found: Registration) -> str:
    """受付番号, and before a draw the number that stands in its list."""
    if not registration.takes_registrations(course):
        return ""
    receipt = _("受付番号 {receipt}").format(receipt=found.receipt)
    if found.state is RegistrationState.ENTERED and found.entry_code:
        return receipt + "\n" + _("抽選番号 {code}").format(code=found.entry_code)
    return receipt


async def _of_session(turn: Turn, course: CourseEntry, outcome: Applied) -> str:
    """One of several sessions: when, and what came of it."""
    found = outcome.registration
    session = next((session for session in course.sessions if session.id == found.session_id), None)
    date = "" if session is None else wording.session(session, turn.zone)
    if found.state is RegistrationState.WAITLISTED:
        what = _("キャンセル待ち {n}組目").format(n=outcome.position)
    elif found.state is RegistrationState.ENTERED:
        what = _("抽選番号 {code}").format(code=found.entry_code)
    else:
        what = _("受付番号 {receipt}").format(receipt=found.receipt)
    return f"{date} {what}".strip()


def _next_steps(turn: Turn, course: CourseEntry, done: list[Applied]) -> tuple[Button, ...]:
    one = done[0].registration
    see = Button(label=_("申込を見る"), action=encode("mine.show", one.id or 0), tone=Tone.PRIMARY)
    if len(done) > 1:
        see = steps.mine()
    calendar = Button(label=_("カレンダーへ"), url=f"{turn.city.public_url}/c/{course.id}.ics")
    states = {outcome.registration.state for outcome in done}
    with_friends = inviting.button(turn, one, course) if len(done) == 1 else ()
    if RegistrationState.ENTERED in states:
        return (see, *with_friends, steps.draw(turn.city, course.id), steps.recommend())
    if states == {RegistrationState.WAITLISTED}:
        return (see, steps.similar(course.id), *with_friends, steps.recommend())
    return (see, calendar, *with_friends, steps.recommend())
