"""Answering an offer (繰り上げ, 当選の確認) by one tap: it may be tapped twice, and late."""

from catalog import registration
from catalog.models import ChangeReason, Registration, RegistrationState
from catalog.registration import by_resident
from catalog.search.entry import CourseEntry
from handlers import questions, states, steps, wording
from handlers.actions import encode
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Button, Reply, say


async def accept(turn: Turn) -> Reply:
    """`offer.yes:<registration>`: the seats that were kept are theirs."""
    locked = await _locked(turn)
    if locked is None:
        return states.none_such()
    found, course = locked
    if found.state is not RegistrationState.OFFERED:
        return await _otherwise(turn, found, course)
    cause = by_resident(ChangeReason.ACCEPTED, turn.resident_id, turn.now)
    found = await registration.accept(turn.db, found, cause, now=turn.now, zone=turn.zone)
    if found.state is not RegistrationState.CONFIRMED:
        return await _otherwise(turn, found, course)
    lines = [
        _("参加が決まりました。お待ちしています。"),
        course.title,
        states.dates(turn, found, course),
        _("受付番号 {receipt}").format(receipt=found.receipt),
    ]
    return say(
        "\n".join(lines), buttons=(*await questions.still_open(turn, course), steps.details(found.id), steps.mine())
    )


async def decline(turn: Turn) -> Reply:
    """`offer.no:<registration>`: the next party is asked. Who has joined a friend's party answers for their own."""
    locked = await _locked(turn)
    if locked is None:
        return states.none_such()
    found, course = locked
    if found.state is not RegistrationState.OFFERED:
        return await _otherwise(turn, found, course)
    if found.resident_id != turn.resident_id:
        await registration.quit_party(
            turn.db, found.id or 0, resident_id=turn.resident_id, now=turn.now, zone=turn.zone
        )
        return say(
            _("わかりました。お友だちの申込はそのままです。お返事をありがとうございました。"),
            buttons=(steps.similar(course.id), steps.mine(), steps.find()),
        )
    cause = by_resident(ChangeReason.DECLINED, turn.resident_id, turn.now)
    await registration.decline(turn.db, found, cause, now=turn.now, zone=turn.zone)
    return say(
        _("わかりました。席は次の方にご案内します。お返事をありがとうございました。"),
        buttons=(steps.similar(course.id), steps.mine(), steps.find()),
    )


async def _otherwise(turn: Turn, found: Registration, course: CourseEntry) -> Reply:
    """The offer is not open any more: what has become of it, and what is possible now."""
    title = wording.inner(course.title)
    match found.state:
        case RegistrationState.CONFIRMED:
            body = _("「{title}」への参加は、もう決まっています。").format(title=title)
            cancel = Button(label=_("行けなくなった"), action=encode("mine.cancel", found.id or 0))
            return say(body, buttons=(steps.details(found.id), cancel, steps.mine()))
        case RegistrationState.WAITLISTED | RegistrationState.ENTERED:
            words = await states.state_words(turn, found, course)
            return say(
                _("「{title}」は、いま{words}です。").format(title=title, words=words),
                buttons=(steps.details(found.id),),
            )
        case RegistrationState.LAPSED:
            body = _("「{title}」のお返事の時間がすぎたので、席を次の方にご案内しました。").format(title=title)
            again = steps.apply(course.id, label=_("もう一度待つ"))
            return say(body, buttons=(again, steps.similar(course.id), steps.mine()))
    return states.already_cancelled(course)


async def open_one(turn: Turn) -> str:
    """The code that shows what the resident is offered, or the list where it is more than one; empty where nothing is.

    An offer comes unasked: who answers it in words need not be within the conversation, and taps or says it once more.
    """
    every = await registration.of_resident(turn.db, turn.resident_id)
    offered = [found.id or 0 for found in every if found.state is RegistrationState.OFFERED]
    if len(offered) > 1:
        return encode("mine")
    return encode("mine.show", offered[0]) if offered else ""


async def _locked(turn: Turn) -> tuple[Registration, CourseEntry] | None:
    """The resident's own registration as it is while nobody else can change it."""
    own = await states.own(turn)
    found = await registration.lock_own(turn.db, turn.action.number(0) or 0, turn.resident_id) if own else None
    return None if own is None or found is None else (found, own[1])
