"""The questions a course asks of those who apply: one by one, never twice, changeable until applications close.

At a first-come course the seats are kept meanwhile, for as long as is said; the last answer makes them sure.
"""

from collections.abc import Sequence

from catalog import questions, registration
from catalog.eligibility import Missing, Refusal
from catalog.models import QuestionKind, Registration, RegistrationState, Selection
from catalog.questions import Asked, Doubt
from catalog.search.entry import CourseEntry
from handlers import cards, confirming, finishing, forms, steps, wording
from handlers.actions import decode, encode
from handlers.context import Turn
from handlers.course import find_course, gone
from handlers.forms import Form
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, Tone, say

_SKIP = "s"  # in the place of an option's number


async def begin(turn: Turn, form: Form) -> Reply | None:
    """The first question that is still open, with the seats kept meanwhile; None where nothing is left to ask."""
    open_ones = questions.missing(await _all(turn, form.course))
    if not open_ones:
        return None
    in_the_way = await _hold(turn, form)
    if in_the_way is not None:
        return await finishing.not_yet(turn, form, in_the_way)
    return await _ask(turn, form, open_ones)


async def tapped(turn: Turn) -> Reply:
    """`answer:<question>:<option or s>:<form>`: an answer by a button; with nobody in the form it is only changed."""
    course = await find_course(turn, turn.action.number(2))
    if course is None:
        return gone()
    form = await forms.read(turn, course, at=3)
    asked = await _one(turn, course, turn.action.number(0))
    if asked is None:
        return await _next(turn, form)
    options, chosen = questions.options(asked.question), turn.action.number(1)
    if turn.action.text(1) == _SKIP:
        return await _answered(turn, form, asked, "")
    if chosen is None or not 1 <= chosen <= len(options):
        return await _ask(turn, form, [asked])
    return await _answered(turn, form, asked, options[chosen - 1])


async def told(turn: Turn) -> Reply | None:
    """The free text after a question."""
    data = turn.expecting.data if turn.expecting else {}
    turn.action = decode(str(data.get("form", ""))) or turn.action
    course = await find_course(turn, turn.action.number(0))
    asked = await _one(turn, course, data.get("question")) if course is not None else None
    if course is None or asked is None:
        return None
    return await _answered(turn, await forms.read(turn, course), asked, turn.incoming.text)


async def show_answers(turn: Turn) -> Reply:
    """`answers:<course>`: the open questions first, also before applications open; then what one has answered."""
    course = await find_course(turn, turn.action.number(0))
    if course is None:
        return gone()
    open_ones = questions.missing(await _all(turn, course))
    if open_ones and questions.changeable(course, turn.now):
        return await _ask(turn, await forms.blank(turn, course), open_ones)
    return await _answers(turn, course)


async def still_open(turn: Turn, course: CourseEntry) -> tuple[Button, ...]:
    """The way to questions that somebody has not answered yet who has a place."""
    if not questions.missing(await _all(turn, course)) or not questions.changeable(course, turn.now):
        return ()
    return (Button(label=_("質問に答える"), action=encode("answers", course.id), tone=Tone.PRIMARY),)


async def to_change(turn: Turn, course: CourseEntry) -> tuple[Button, ...]:
    """The way to one's answers, under an application."""
    asked = await _all(turn, course)
    if not asked:
        return ()
    label = _("回答を変える") if questions.changeable(course, turn.now) else _("回答を見る")
    return (*await still_open(turn, course),) or (Button(label=label, action=encode("answers", course.id)),)


async def change(turn: Turn) -> Reply:
    """`answers.change:<question>:<course>`: asks one question anew."""
    course = await find_course(turn, turn.action.number(1))
    asked = await _one(turn, course, turn.action.number(0)) if course is not None else None
    if course is None or asked is None:
        return gone()
    if not questions.changeable(course, turn.now):
        return await _answers(turn, course)
    return await _ask(turn, await forms.blank(turn, course), [asked])


async def _answered(turn: Turn, form: Form, asked: Asked, words: str) -> Reply:
    """Keeps the answer and goes on; words that are none are asked for again, saying why."""
    if not form.party and not questions.changeable(form.course, turn.now):
        return await _answers(turn, form.course)
    read = questions.read(asked.question, words)
    if isinstance(read, Doubt):
        return await _ask(turn, form, [asked], doubt=read)
    await questions.store(turn.db, asked.question, turn.resident_id, read, now=turn.now)
    return await _next(turn, form)


async def _next(turn: Turn, form: Form) -> Reply:
    """The next open question; behind the last one the application, or all answers where nobody applies."""
    open_ones = questions.missing(await _all(turn, form.course))
    if open_ones:
        return await _ask(turn, form, open_ones)
    if not form.party:
        return await _answers(turn, form.course, kept=True)
    if await _lapsed(turn, form):
        rules = await registration.rules_of(turn.db, form.course.id)
        intro = _("席を確保する時間がすぎました。回答は残っています。")
        return await confirming.show(turn, form, rules, intro=intro)
    return await finishing.finish(turn, form)


async def _ask(turn: Turn, form: Form, open_ones: Sequence[Asked], *, doubt: Doubt | None = None) -> Reply:
    """One question: until when the seats are kept, how many are left, its words, and its answers as buttons."""
    asked, question = open_ones[0], open_ones[0].question
    turn.expect("question", question=asked.number, form=form.code("apply.yes"))
    held = await _held(turn, form)
    lines = [
        _("{clock}まで席を確保しています。").format(clock=wording.clock(held.expires_at, turn.zone))
        if held is not None and held.expires_at is not None
        else "",
        _doubtful(doubt),
        question.words,
        _("(あと{n}問)").format(n=len(open_ones) - 1) if len(open_ones) > 1 else "",
    ]
    buttons = [
        Button(label=option, action=form.code("answer", asked.number, number), tone=Tone.PRIMARY)
        for number, option in enumerate(questions.options(question), start=1)
    ]
    if not question.required and question.kind is not QuestionKind.CONSENT:
        buttons.append(Button(label=_("答えない"), action=form.code("answer", asked.number, _SKIP)))
    body = "\n".join(line for line in lines if line)
    out = _stop(form, held)
    if not buttons:
        return say(body, buttons=(out,))
    return Reply(views=(Choices(body=body, buttons=tuple(buttons), columns=1),), buttons=(out,))


def _doubtful(doubt: Doubt | None) -> str:
    match doubt:
        case Doubt.TOO_LONG:
            return _("{n}文字までで教えてください。").format(n=questions.MAX_LETTERS)
        case Doubt.NOT_AN_OPTION:
            return _("下のどれかから選んでください。")
        case Doubt.NOT_AGREED:
            return _("この講座は、同意いただけた方が申し込めます。")
        case Doubt.EMPTY:
            return _("ひとことで大丈夫です。教えてください。")
    return ""


def _stop(form: Form, held: Registration | None) -> Button:
    """The way out; what is kept is given back to others."""
    if held is not None:
        return Button(label=_("申込をやめる"), action=encode("mine.cancel", held.id or 0))
    return steps.back_to(form.course.id)


async def _answers(turn: Turn, course: CourseEntry, *, kept: bool = False) -> Reply:
    asked = await _all(turn, course)
    if not asked:
        return say(_("この講座には質問がありません。"), buttons=(steps.back_to(course.id), steps.mine()))
    open_still = questions.changeable(course, turn.now)
    lines = [f"{item.question.words}\n→ {_shown(item)}" for item in asked]
    head = [_("回答を受け取りました。")] if kept else []
    head.append(
        _("「{title}」の回答です。").format(title=wording.inner(course.title))
        if open_still
        else _("「{title}」の回答です。申込の受付が終わったので、変更はお電話でお願いします。{contact}").format(
            title=wording.inner(course.title), contact=cards.contact(course)
        )
    )
    buttons = tuple(
        Button(
            label=_("{n}つめを変える").format(n=number) if len(asked) > 1 else _("変える"),
            action=encode("answers.change", item.number, course.id),
        )
        for number, item in enumerate(asked, start=1)
        if open_still
    )
    body = "\n".join(head) + "\n\n" + "\n".join(lines)
    after = (steps.mine(), steps.back_to(course.id))
    return Reply(views=(Choices(body=body, buttons=buttons),), buttons=after) if buttons else say(body, buttons=after)


def _shown(item: Asked) -> str:
    return item.answer or (_("まだです") if item.answer is None else _("(答えない)"))


async def _all(turn: Turn, course: CourseEntry) -> list[Asked]:
    return await questions.of_course(turn.db, course.id, turn.resident_id)


async def _one(turn: Turn, course: CourseEntry, number: int | None) -> Asked | None:
    return next((asked for asked in await _all(turn, course) if asked.number == number), None)


async def _hold(turn: Turn, form: Form) -> Refusal | Missing | None:
    """Keeps seats while the form is filled in, where there are any to keep. Who would wait waits once it is filled."""
    course = form.course
    if course.selection is Selection.LOTTERY or not registration.takes_registrations(course):
        return None
    rules = await registration.rules_of(turn.db, course.id)
    if not (await confirming.outlook(turn, form, rules)).fits:
        return None
    for request in form.requests(turn, hold=True):
        outcome = await registration.apply(turn.db, course, request, now=turn.now, zone=turn.zone)
        if isinstance(outcome, Refusal | Missing):
            return outcome
    return None


async def _held(turn: Turn, form: Form) -> Registration | None:
    """The registration that keeps the seats, while it does."""
    found = await registration.of_resident(turn.db, turn.resident_id) if form.party else []
    return next((one for one in found if _of_form(one, form) and one.state is RegistrationState.HELD), None)


async def _lapsed(turn: Turn, form: Form) -> bool:
    """Whether seats were kept for this form and are no longer, and others have taken them since."""
    found = await registration.of_resident(turn.db, turn.resident_id, active_only=False)
    newest = next((one for one in reversed(found) if _of_form(one, form)), None)
    if newest is None or newest.state not in (RegistrationState.HELD, RegistrationState.LAPSED):
        return False
    if newest.expires_at is not None and newest.expires_at > turn.now:
        return False
    await registration.settle(turn.db, form.course.id, now=turn.now, zone=turn.zone)
    rules = await registration.rules_of(turn.db, form.course.id)
    return not (await confirming.outlook(turn, form, rules)).fits


def _of_form(found: Registration, form: Form) -> bool:
    return found.course_id == form.course.id and (not form.sessions or found.session_id in form.sessions)
