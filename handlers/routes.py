"""The visible table: which words and buttons lead to which topic. First match wins, top to bottom."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from handlers import (
    absence,
    advise,
    apply,
    caring,
    checkin,
    course,
    declaring,
    digest,
    family,
    find,
    followups,
    forget,
    friends,
    helping,
    history,
    inviting,
    life_issues,
    link,
    mine,
    offers,
    party,
    passport,
    profile,
    questions,
    refining,
    reminders,
    steps,
    unsure,
    welcome,
)
from handlers.actions import decode, row_number
from handlers.context import Expectation, Turn
from handlers.messages import IncomingKind, Reply
from handlers.understanding import Intent, Understood, understand

Handler = Callable[[Turn], Awaitable[Reply]]
Answer = Callable[[Turn], Awaitable[Reply | None]]


async def _declared(turn: Turn) -> Reply:
    """What was asked for is kept, and what was begun before goes on."""
    return await _tapped(turn, await declaring.keep(turn))


async def _declared_in_words(turn: Turn) -> Reply | None:
    code = declaring.read(turn)
    return await _tapped(turn, code) if code else None


async def _meant(turn: Turn) -> Reply:
    """Of two readings of a text one was tapped: it is answered as if it had been clear."""
    understood = await unsure.chosen(turn)
    return await _answer_intent(turn, understood) if understood else await find.lost(turn)


async def _told(turn: Turn) -> Reply:
    """An age or area that is told unasked; that of somebody else asks who it is."""
    return await family.add(turn) if profile.tells_of_somebody(turn) else await profile.told(turn)


ACTIONS: Mapping[str, Handler] = {
    "home": welcome.home,
    "help": helping.show,
    "help.comfort": helping.comfort,
    "help.calm": helping.calm,
    "staff": helping.staff,
    "meant": _meant,
    # first contact and what is known of the resident
    "age": profile.set_age,
    "interest": profile.set_interest,
    "area": profile.set_area,
    "settings": profile.show_settings,
    "settings.age": profile.change_age,
    "settings.fields": profile.change_fields,
    "settings.area": profile.change_area,
    "settings.learn": profile.switch_learning,
    "family": family.show,
    "family.add": family.add,
    "family.relation": family.relation,
    "family.born": family.born,
    "family.band": family.band,
    "family.show": family.show_person,
    "family.age": family.change_age,
    "family.remove": family.remove,
    "reminders": reminders.show,
    "reminders.set": reminders.switch,
    "reminders.when": reminders.ask_when,
    "reminders.hour": reminders.set_hour,
    "reminders.before": reminders.set_before,
    "digest": digest.switch,
    "link": link.start,
    "link.code": link.code,
    "link.enter": link.enter,
    "forget": forget.ask,
    "forget.sure": forget.sure,
    "forget.yes": forget.forget,
    # finding
    "find": find.start,
    "find.free": find.quick,
    "find.weekend": find.quick,
    "find.kids": find.quick,
    "find.childcare": find.quick,
    "find.beginner": find.quick,
    "find.near": find.quick,
    "find.issues": life_issues.choose,
    "find.issue": life_issues.about,
    "find.in": find.in_area,
    "find.more": find.more,
    "find.refine": find.refine,
    "find.meant": find.meant,
    "find.sense": find.in_sense,
    "find.wish": find.wish,
    "find.unwish": find.unwish,
    "recommend": advise.show,
    # one course
    "course": course.show,
    "course.save": course.save,
    "course.unsave": course.unsave,
    "course.dismiss": course.dismiss,
    "course.restore": course.restore,
    "course.share": course.share,
    "course.similar": course.show_similar,
    "course.which": unsure.which_course,
    # applying and afterwards
    "apply": apply.start,
    "apply.who": apply.choose,
    "apply.when": apply.choose_sessions,
    "apply.check": apply.check,
    "apply.yes": apply.confirm,
    "declare": _declared,
    "declare.ask": declaring.ask_again,
    "declare.each": declaring.ask_each,
    "answer": questions.tapped,
    "answers": questions.show_answers,
    "answers.change": questions.change,
    "offer.yes": offers.accept,
    "offer.no": offers.decline,
    "mine": mine.show_all,
    "mine.show": mine.show,
    "mine.cancel": mine.ask_cancel,
    "mine.cancel_yes": mine.cancel,
    "mine.past": mine.past,
    "mine.history": history.show,
    "absence": absence.ask,
    "absence.tell": absence.tell,
    "absence.come": absence.come,
    "care": caring.ask,
    "care.add": caring.add,
    "care.drop": caring.drop,
    "friends.invite": inviting.invite,
    "friends.code": inviting.code,
    "friends.who": friends.who,
    "friends.check": friends.check,
    "friends.join": friends.join,
    "friends.quit": friends.quit_party,
    "party.leave": party.leave,
    "party.leave_yes": party.leave_sure,
    "party.swap": party.swap,
    "party.swap_yes": party.swap_sure,
    "mine.calendar": mine.calendar,
    "mine.saved": mine.saved,
    "passport": passport.show,
}

EXPECTED: Mapping[str, Answer] = {
    "age": profile.told_age,
    "area": profile.told_area,
    "family.nickname": family.nickname,
    "family.birth": family.birth,
    "link.code": link.entered,
    declaring.TOPIC: _declared_in_words,
    "question": questions.told,
    inviting.NAMING: inviting.named,
    friends.JOINING: friends.told,
}

INTENTS: Mapping[Intent, Handler] = {
    Intent.RECOMMEND: advise.show,
    Intent.MY_REGISTRATIONS: mine.show_all,
    Intent.CANCEL_REGISTRATION: mine.cancel_in_words,
    Intent.REMINDER_SETTINGS: reminders.show,
    Intent.EDIT_PROFILE: _told,
    Intent.CHANGE_LANGUAGE: profile.change_language,
    Intent.FACILITIES: helping.facility,
    Intent.GROUPS: helping.not_yet,
    Intent.OFFER_SKILL: helping.not_yet,
    Intent.PROPOSE_COURSE: helping.not_yet,
    Intent.LEARNING_RECORD: passport.show,
    Intent.DELETE_DATA: forget.ask,
    Intent.TALK_TO_STAFF: helping.staff,
    Intent.HELP: helping.show,
    Intent.GREETING: welcome.greet,
    Intent.THANKS: welcome.thanked,
    Intent.UNKNOWN: helping.unknown,
}

KINDS: Mapping[IncomingKind, Handler] = {
    IncomingKind.STARTED: welcome.started,
    IncomingKind.STOPPED: welcome.stopped,
    IncomingKind.LOCATION: find.nearby,
    IncomingKind.STICKER: helping.sticker,
    IncomingKind.MEDIA: helping.media,
    IncomingKind.UNSENT: find.taken_back,
    IncomingKind.GROUP_JOINED: helping.group_joined,
    IncomingKind.OTHER: helping.silence,
}

_COURSE_NUMBER = re.compile(r"講座番号\s*(\d{1,12})")
_LINK_CODE = re.compile(r"\d{4}[\s\-]?\d{4}|[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
_SILENT_OUTSIDE_PRIVATE = frozenset(IncomingKind) - {IncomingKind.GROUP_JOINED, IncomingKind.STOPPED}


async def answer(turn: Turn) -> Reply:
    """What the concierge says to this message; an empty reply where silence is right."""
    incoming = turn.incoming
    if not incoming.private and incoming.kind in _SILENT_OUTSIDE_PRIVATE:
        return Reply()
    if incoming.kind in KINDS:
        reply = await KINDS[incoming.kind](turn)
    elif incoming.kind is IncomingKind.TEXT:
        reply = await _answer_text(turn)
    else:
        reply = await ACTIONS.get(turn.action.name, welcome.home)(turn)
    if not incoming.private:
        return reply
    reply = _with_way_home(reply)
    if reply and not turn.forgotten:
        _remember(turn, reply)
    return reply


def _remember(turn: Turn, reply: Reply) -> None:
    """Keeps what is shown beside what is asked, so that the next text can point at it."""
    asked = turn.next_expecting or Expectation("shown")
    turn.expect(asked.topic, **{**asked.data, "shown": followups.shown(reply)})


async def _answer_text(turn: Turn) -> Reply:
    if turn.expecting and (code := _pointed_at(turn.incoming.text, turn.expecting)):
        return await _tapped(turn, code)
    expected = EXPECTED.get(turn.expecting.topic) if turn.expecting else None
    reply = await expected(turn) if expected else None
    if reply is not None:
        return reply
    text = turn.incoming.text.strip()
    if number := _COURSE_NUMBER.fullmatch(text):
        return await course.show_id(turn, row_number(number[1]))
    if arrival := checkin.SPOKEN.fullmatch(text):
        return await checkin.arrive(turn, arrival)
    if invitation := await friends.spoken(turn, text):
        return invitation
    if _LINK_CODE.fullmatch(text) and (linked := await link.entered(turn)):
        return linked
    if followups.answers_an_offer(text) and (code := await offers.open_one(turn)):
        return await _tapped(turn, code)
    if code := followups.anywhere(text):
        return await _tapped(turn, code)
    understood = understand(text, now=turn.now, zone=turn.zone, places=turn.index.places)
    return await _answer_intent(turn, understood)


def _pointed_at(text: str, expecting: Expectation) -> str:
    """The code of the shown button that a text means. A question of a course takes any words but those on a button."""
    said = followups.labelled if expecting.topic == "question" else followups.meant
    return said(text, expecting.data.get("shown", {}))


async def _tapped(turn: Turn, code: str) -> Reply:
    """As if the button of this code had been tapped."""
    turn.action = decode(code) or turn.action
    return await ACTIONS.get(turn.action.name, welcome.home)(turn)


async def _answer_intent(turn: Turn, understood: Understood) -> Reply:
    if understood.elsewhere is not None:
        return helping.elsewhere(understood.elsewhere)
    if not understood.sure and understood.intent is not Intent.UNKNOWN:
        return await unsure.between_readings(turn, understood)
    wishes = understood.intent is Intent.RECOMMEND and refining.has_slots(understood.criteria)
    if understood.intent is Intent.FIND_COURSES or wishes:
        return await find.from_text(turn, understood)
    return await INTENTS[understood.intent](turn)


def _with_way_home(reply: Reply) -> Reply:
    """Every answer leads home, so that nobody is ever stuck."""
    home = steps.home()
    if not reply or any(button.action == home.action for button in reply.buttons):
        return reply
    return replace(reply, buttons=(*reply.buttons, home))
