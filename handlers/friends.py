"""友だちといっしょに: coming along with one's own people, by the code of an invitation (`inviting`).

    the code ──► what for, and by whom ──► who comes ──► childcare ──► a nickname ──► the receipt

Whatever carries the code is untrusted: it is looked up at every step, and nobody may go on guessing.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from catalog import linking, registration
from catalog.eligibility import Missing, Refusal, RefusalCode
from catalog.models import Person
from catalog.registration import Invited
from catalog.search.entry import CourseEntry
from handlers import cards, choosing, declaring, forms, nicknames, questions, states, steps, ticks, wording
from handlers.actions import encode
from handlers.context import Turn
from handlers.course import find_course
from handlers.forms import Form
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, Tone, say
from handlers.refusing import able, held_back, refused, years_off
from handlers.wording import name_of

_NUMBER = r"(?:友だち|友達|ともだち)の(?:番号|ばんごう)"
SPOKEN = re.compile(_NUMBER + r"[\s:：]*([0-9A-Za-z]{4})-?([0-9A-Za-z]{4})|([0-9A-Za-z]{4})-([0-9A-Za-z]{4})")
LINKED = re.compile(r"with_([0-9A-Za-z]{4})-([0-9A-Za-z]{4})")
JOINING = "friends.join"

_CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")
_NO_ROOM = (RefusalCode.FULL, RefusalCode.OTHERS_WAIT, RefusalCode.TOO_MANY, RefusalCode.PARTY_FULL)


async def spoken(turn: Turn, text: str) -> Reply | None:
    """友だちの番号 4K7M-W2XA. A bare number that is no code of this kind is left to others."""
    words = unicodedata.normalize("NFKC", text).strip()
    if re.fullmatch(_NUMBER, words):
        body = _("お友だちから届いた番号を送ってください。4文字と4文字を、線でつないだものです。")
        return say(body, buttons=(steps.mine(), steps.find()))
    match = SPOKEN.fullmatch(words)
    if match is None:
        return None
    said = f"{match[1] or match[3]}-{match[2] or match[4]}".upper()
    if match[1] is None and await registration.invited(turn.db, said, now=turn.now) is None:
        return None
    return await come(turn, said)


async def come(turn: Turn, said: str) -> Reply:
    """The code, by a link or in words: what for, and by whom one is invited."""
    there = await _invited(turn, said)
    if isinstance(there, Reply):
        return there
    invited, course = there
    found = invited.registration
    if found.resident_id == turn.resident_id:
        return say(
            _("ご自身の申込の番号です。いっしょに行くお友だちに送ってください。"),
            buttons=(steps.details(found.id),),
        )
    lines = [
        _("{friend}から、「{title}」へのお誘いです。").format(
            friend=wording.friend(invited.nickname), title=wording.inner(course.title)
        ),
        states.dates(turn, found, course),
        "・".join(part for part in (cards.where(course), cards.fee(course, short=True)) if part),
        _("席は、みなさんまとめて決まります。"),
    ]
    buttons = (
        Button(label=_("いっしょに行く"), action=encode("friends.who", said), tone=Tone.PRIMARY),
        steps.course(course.id, label=_("講座を見る")),
    )
    body = "\n".join(line for line in lines if line)
    return Reply(views=(Choices(body=body, buttons=buttons),), buttons=(steps.mine(), steps.find()))


async def who(turn: Turn) -> Reply:
    """`friends.who:<code>[:<people>]`: who of the family comes along, where more than one may."""
    there = await _invited(turn, turn.action.text(0))
    if isinstance(there, Reply):
        return there
    invited, course = there
    family = await turn.people()
    fitting = able(turn, course, family)
    if len(fitting) < 2:
        # Nothing to ask; if nobody may, it is said why.
        alone = fitting or [min(family, key=lambda one: years_off(turn, course, one))]
        return await _check(turn, invited, Form(course=course, family=tuple(family), party=tuple(alone)))
    chosen = [someone for someone in _chosen(family, turn.action.text(1)) if someone in fitting]
    said, buttons = turn.action.text(0), []
    for someone in fitting:
        on = someone in chosen
        after = [other for other in fitting if (other in chosen) != (other is someone)]
        label = ("✓ " if on else "") + name_of(someone)
        action = encode("friends.who", said, _packed(family, after))
        buttons.append(Button(label=label, action=action, tone=Tone.PRIMARY if on else Tone.PLAIN))
    names = "・".join(map(name_of, chosen))
    body = (
        _("{names}で申し込みます。ほかにもいれば選んでください。").format(names=names)
        if chosen
        else _("「{title}」にはどなたが参加しますか。").format(title=wording.inner(course.title))
    )
    on_with = Button(label=_("次へ"), action=encode("friends.check", said, _packed(family, chosen)), tone=Tone.PRIMARY)
    return Reply(
        views=(Choices(body=body, buttons=tuple(buttons)),),
        buttons=(*((on_with,) if chosen else ()), steps.back_to(course.id)),
        in_place=True,
    )


async def check(turn: Turn) -> Reply:
    """`friends.check:<code>:<people>[:<children>]`: why not, childcare, or how they wish to be called."""
    there = await _invited(turn, turn.action.text(0))
    if isinstance(there, Reply):
        return there
    invited, course = there
    form = await _form(turn, course, turn.action.text(1), turn.action.text(2))
    return await _check(turn, invited, form) if form.party else await who(turn)


async def _check(turn: Turn, invited: Invited, form: Form) -> Reply:
    course, said = form.course, turn.action.text(0)
    held = await held_back(turn, course, form.everybody, in_childcare=form.cared_for)
    if held is not None:
        return held
    asked = await choosing.looked_after(
        turn,
        form,
        await registration.rules_of(turn.db, course.id),
        code=lambda chosen: encode("friends.check", said, *_parts(chosen)),
        may_wait=invited.registration.state not in registration.SEATED,
    )
    if asked is not None:
        return asked
    packed, aside = _parts(form)
    turn.expect(JOINING, code=said, people=packed, aside=aside)
    lines = [
        _("「{title}」に、{friend}といっしょに申し込みます。").format(
            title=wording.inner(course.title), friend=wording.friend(invited.nickname)
        ),
        _("参加: {names}").format(names="・".join(map(name_of, form.party))),
        _care(form),
        _("お友だちには、お名前を何と伝えましょうか。あだ名を送ってください(10文字まで)。"),
    ]
    without = Button(label=_("名前を出さず申込"), action=encode("friends.join", said, packed, aside), tone=Tone.PRIMARY)
    body = "\n".join(filter(None, lines))
    return Reply(views=(Choices(body=body, buttons=(without,)),), buttons=(steps.back_to(course.id),))


async def told(turn: Turn) -> Reply | None:
    """The free text after `check`: the nickname, and with it the application."""
    data = turn.expecting.data if turn.expecting else {}
    said, packed, aside = (str(data.get(name, "")) for name in ("code", "people", "aside"))
    nickname = nicknames.read(turn.incoming.text)
    if not nickname:
        turn.expect(JOINING, code=said, people=packed, aside=aside)
        return nicknames.once_more(steps.stop())
    return await _join(turn, said, packed, aside, nickname)


async def join(turn: Turn) -> Reply:
    """`friends.join:<code>:<people>[:<children>]`: with no name said. Tapping twice gives the same registration."""
    said, packed, aside = (turn.action.text(at) for at in range(3))
    return await _join(turn, said, packed, aside, "")


async def _join(turn: Turn, said: str, packed: str, aside: str, nickname: str) -> Reply:
    there = await _invited(turn, said)
    if isinstance(there, Reply):
        return there
    invited, course = there
    form = await _form(turn, course, packed, aside)
    if not form.party or invited.registration.resident_id == turn.resident_id:
        return await come(turn, said)
    (request,) = form.requests(turn)
    outcome = await registration.join(turn.db, course, said, request, nickname=nickname, now=turn.now, zone=turn.zone)
    if outcome is None:
        return _unknown()
    if isinstance(outcome, Missing):
        return await declaring.ask(turn, course, form.everybody, outcome)
    if isinstance(outcome, Refusal):
        return await _refused(turn, said, form, outcome)
    return await _receipt(turn, invited, form, already=outcome.already)


async def _receipt(turn: Turn, invited: Invited, form: Form, *, already: bool) -> Reply:
    found, course = invited.registration, form.course
    head = _("もういっしょに申し込んでいます。") if already else _("{friend}といっしょに申し込みました。")
    lines = [
        head.format(friend=wording.friend(invited.nickname)),
        _("いまは「{state}」です。").format(state=await states.state_words(turn, found, course)),
        states.until(turn, found),
        course.title,
        states.dates(turn, found, course),
        cards.where(course),
        "" if already else _care(form),
        _("受付番号 {receipt}").format(receipt=found.receipt),
    ]
    open_ones = await questions.still_open(turn, course)
    return say("\n".join(line for line in lines if line), buttons=(*open_ones, steps.details(found.id), steps.mine()))


async def _refused(turn: Turn, said: str, form: Form, refusal: Refusal) -> Reply:
    """No room for a larger party: nothing is split, and they can apply on their own."""
    course = form.course
    if refusal.code is RefusalCode.CHILDCARE_FULL:
        without = encode("friends.check", said, *_parts(replace(form, looked_after=())))
        body = _("保育の空きが足りません。お友だちの申込はそのままです。預けずに参加することもできます。")
        return say(body, buttons=(Button(label=_("預けずに行く"), action=without), steps.back_to(course.id)))
    if refusal.code not in _NO_ROOM:
        return await refused(turn, course, refusal, form.everybody)
    why = {
        RefusalCode.OTHERS_WAIT: _("待っている方がいるため、この申込の人数はふやせません。"),
        RefusalCode.PARTY_FULL: _("この申込は、もういっぱいです。"),
    }.get(refusal.code, _("みなさんでいっしょに入れる席が、いまはありません。"))
    body = why + "\n" + _("お友だちの申込はそのままです。ご自身で申し込むか、空きを待つことができます。")
    return say(body, buttons=(steps.apply(course.id, label=_("自分で申し込む")), steps.similar(course.id)))


def _care(form: Form) -> str:
    children = "・".join(map(name_of, form.looked_after or ()))
    return _("保育: {names}").format(names=children) if children else ""


async def quit_party(turn: Turn) -> Reply:
    """`friends.quit:<registration>`: with one's own people; the others keep their places."""
    own = await states.own(turn)
    if own is None:
        return states.none_such()
    found, course = own
    if found.state not in registration.ACTIVE:
        return states.already_cancelled(course)
    done = await registration.quit_party(
        turn.db, found.id or 0, resident_id=turn.resident_id, now=turn.now, zone=turn.zone
    )
    return states.please_call(course) if isinstance(done, Refusal) else left(course)


def left(course: CourseEntry) -> Reply:
    """Their own people are out of it."""
    return say(
        _("「{title}」への参加をやめました。お友だちの申込はそのままです。").format(title=wording.inner(course.title)),
        buttons=(steps.similar(course.id), steps.mine(), steps.find()),
    )


async def _invited(turn: Turn, said: str) -> tuple[Invited, CourseEntry] | Reply:
    """What the code is for; or that it is none, which may not be tried for ever."""
    if not await linking.may_try(turn.db, turn.resident_id, now=turn.now):
        return say(
            _("番号のまちがいが続いたため、少しお休みしています。1時間ほどたってから、もう一度お試しください。"),
            buttons=(steps.mine(), steps.find()),
        )
    invited = await registration.invited(turn.db, said, now=turn.now) if _CODE.fullmatch(said) else None
    course = None if invited is None else await find_course(turn, invited.registration.course_id)
    if invited is None or course is None:
        await linking.count_miss(turn.db, turn.resident_id, now=turn.now)
        return _unknown()
    return invited, course


def _unknown() -> Reply:
    return say(
        _("その番号のお誘いは見つかりませんでした。3日で切れます。お友だちに、もう一度番号を出してもらってください。"),
        buttons=(steps.find(), steps.mine()),
    )


async def _form(turn: Turn, course: CourseEntry, people: str, aside: str) -> Form:
    """Who comes along and who is looked after, as the buttons carry it; what does not fit is not chosen."""
    family = tuple(await turn.people())
    children = tuple(_chosen(family, aside))
    after = () if aside == forms.NOBODY else children or None
    return Form(course=course, family=family, party=tuple(_chosen(family, people)), looked_after=after)


def _parts(form: Form) -> tuple[str, str]:
    """The two arguments that `_form` reads; the second may be empty."""
    nobody = forms.NOBODY if form.looked_after == () else ""
    return _packed(form.family, form.party), _packed(form.family, form.looked_after or ()) or nobody


def _packed(family: Sequence[Person], people: Sequence[Person]) -> str:
    return ticks.pack((one.id or 0 for one in people), (one.id or 0 for one in family))


def _chosen(family: Sequence[Person], packed: str) -> list[Person]:
    ids = ticks.unpack(packed, (one.id or 0 for one in family)) if "-" in packed else []
    return [someone for someone in family if someone.id in ids]
