"""Asking back where a text can be read in two ways: one short question, a button for each reading.

What was written is kept as a search (`Search`), so that a button acts on all of it, however late it is tapped; any
other words go on as always. Nothing is asked where one search answers both.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from catalog import residents
from catalog.models import Person
from catalog.people import age_on
from catalog.search import criteria_json
from catalog.search.criteria import Criteria
from handlers import wording
from handlers.actions import encode
from handlers.context import Turn
from handlers.course import find_course, gone
from handlers.locales import _
from handlers.messages import Button, Choices, Reply
from handlers.understanding import Intent, Understood
from handlers.understanding.senses import Sense, senses_of

_LONGEST = 20  # letters of a text that is said back
_NAME = re.compile("[一-龠々ァ-ヶー]{1,7}")  # a subject that fits on a button and is no sentence
_LIKE = 3  # the first so many courses of two senses are compared


async def between_readings(turn: Turn, understood: Understood) -> Reply:
    """「…」は、どちらのことでしょうか, with the two intents as buttons."""
    search = await _kept(turn, understood.criteria)
    buttons = tuple(
        Button(label=_label(intent, understood.criteria.words), action=encode("meant", search, intent.value))
        for intent in understood.intents
    )
    text = turn.incoming.text.strip().replace("\n", " ")
    return _question(_("「{text}」は、どちらのことでしょうか。").format(text=_shortened(text)), buttons)


async def chosen(turn: Turn) -> Understood | None:
    """`meant:<search>:<intent>`: the reading that was tapped, with all that was written; None where it is not kept."""
    search = await residents.search_of(turn.db, turn.resident_id, turn.action.number(0) or 0)
    intent = next((one for one in Intent if one.value == turn.action.text(1)), None)
    if search is None or intent is None:
        return None
    turn.incoming = replace(turn.incoming, text=search.text)
    return Understood(intent=intent, criteria=criteria_json.loads(search.criteria))


async def for_whom(turn: Turn, criteria: Criteria, people: Sequence[Person]) -> Reply:
    """Several of the family may be meant (うちの子): a button for each, and the search goes on with their age."""
    search = await _kept(turn, criteria)
    buttons = tuple(
        Button(label=_name(turn, someone), action=encode("find.refine", search, f"p{someone.id}")) for someone in people
    )
    return _question(_("どなたの講座をさがしますか。"), buttons)


async def in_which_sense(turn: Turn, criteria: Criteria) -> Reply | None:
    """A word with two senses is asked about where there are courses of both, and other ones."""
    senses = senses_of(criteria.words)
    found = [_first_courses(turn, criteria, sense) for sense in senses]
    if not senses or not all(found) or len(set(found)) < len(found):
        return None
    search = await _kept(turn, criteria)
    buttons = tuple(
        Button(label=sense.label, action=encode("find.sense", search, number)) for number, sense in enumerate(senses)
    )
    return _question(_("「{word}」は、どちらのことでしょうか。").format(word=criteria.words), buttons)


async def which_course(turn: Turn) -> Reply:
    """`course.which:<course>:<course>…`: いくら? beside several courses."""
    courses = [
        course for at in range(len(turn.action.args)) if (course := await find_course(turn, turn.action.number(at)))
    ]
    buttons = tuple(Button(label=_shortened(course.title), action=encode("course", course.id)) for course in courses)
    return _question(_("どの講座のことでしょうか。"), buttons) if buttons else gone()


def _first_courses(turn: Turn, criteria: Criteria, sense: Sense) -> tuple[int, ...]:
    result = turn.index.search(replace(criteria, words=sense.words), now=turn.now, zone=turn.zone)
    return tuple(hit.course.id for hit in result.hits[:_LIKE])


def _question(body: str, buttons: tuple[Button, ...]) -> Reply:
    return Reply(views=(Choices(body=body, buttons=buttons, columns=2),))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


async def _kept(turn: Turn, criteria: Criteria) -> int:
    found = turn.index.search(criteria, now=turn.now, zone=turn.zone).hits
    return await residents.remember_search(
        turn.db,
        turn.resident_id,
        text=turn.incoming.text,
        criteria=criteria_json.dumps(criteria),
        found=len(found),
        now=turn.now,
        message_id=turn.incoming.message_id,
    )


def _name(turn: Turn, someone: Person) -> str:
    age = age_on(someone, turn.today)
    return f"{wording.name_of(someone)}({wording.ages(age.low, age.high)})"


def _label(intent: Intent, words: str) -> str:
    """A reading as a button: what is done then."""
    if intent is Intent.FIND_COURSES and _NAME.fullmatch(words):
        return _("{words}をさがす").format(words=words)
    return _labels()[intent]


def _labels() -> Mapping[Intent, str]:
    return {
        Intent.FIND_COURSES: _("講座をさがす"),
        Intent.RECOMMEND: _("おすすめを見る"),
        Intent.MY_REGISTRATIONS: _("申込を確かめる"),
        Intent.CANCEL_REGISTRATION: _("申込を取り消す"),
        Intent.REMINDER_SETTINGS: _("お知らせの設定"),
        Intent.EDIT_PROFILE: _("登録を直す"),
        Intent.CHANGE_LANGUAGE: _("ことばを変える"),
        Intent.FACILITIES: _("施設のことを聞く"),
        Intent.GROUPS: _("サークルを知る"),
        Intent.OFFER_SKILL: _("教える・手伝う"),
        Intent.PROPOSE_COURSE: _("講座の要望を出す"),
        Intent.LEARNING_RECORD: _("学びの記録を見る"),
        Intent.DELETE_DATA: _("データを消す"),
        Intent.TALK_TO_STAFF: _("職員にきく"),
        Intent.HELP: _("使い方を見る"),
    }
