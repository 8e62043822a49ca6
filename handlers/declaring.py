"""Asking for what a course must know of somebody: 在住・在勤・在学 and, where a course is for one of them, the gender.

Asked once, with its reason, for everybody of the party in one tap; kept with the person; then what was begun goes on.
"""

import re
from collections.abc import Mapping, Sequence

from catalog import residents
from catalog.eligibility import Fact, Missing
from catalog.models import Belonging, Gender, Person
from catalog.search.entry import CourseEntry
from handlers import steps, wording
from handlers.actions import encode
from handlers.context import Turn
from handlers.course import find_course, gone
from handlers.locales import _
from handlers.messages import Button, Choices, Reply

TOPIC = "declaring"
_MOST_IDS = 36  # signs that are left for them in a button

# A button's answer is the letter of its fact and its own.
_FACTS = {Fact.BELONGING: "b", Fact.GENDER: "g"}
_ANSWERS: Mapping[str, Belonging | Gender] = {
    "br": Belonging.RESIDENT,
    "bw": Belonging.WORKER,
    "bs": Belonging.STUDENT,
    "bn": Belonging.NONE,
    "gf": Gender.FEMALE,
    "gm": Gender.MALE,
    "go": Gender.OTHER,
}
_SAID = {
    "br": re.compile(r"在住|住んで|すんで|住民"),
    "bw": re.compile(r"在勤|働い|はたらい|勤め|つとめ|勤務|職場"),
    "bs": re.compile(r"在学|通学|学生|学校|大学"),
    "bn": re.compile(r"どれでもな|どれでもありま|どれもちが|どれも違"),
    "gf": re.compile(r"女"),
    "gm": re.compile(r"男"),
}
_NOT = re.compile(r"ない|ません|違|ちが")


async def ask(turn: Turn, course: CourseEntry, party: Sequence[Person], missing: Missing) -> Reply:
    """The one question that is left before this party can apply. What was tapped goes on once it is answered."""
    people = [someone for someone in party if someone.id in missing.person_ids]
    begun = turn.action.name and not turn.action.name.startswith("declare")
    then = encode(turn.action.name, *turn.action.args) if begun else encode("apply", course.id)
    return _question(turn, course, missing.fact, people, then)


async def ask_again(turn: Turn) -> Reply:
    """`declare.ask:<course>:<fact>:<ids>`: to correct what was declared; then the application begins anew."""
    return await _asked(turn, one_by_one=False)


async def ask_each(turn: Turn) -> Reply:
    """`declare.each:<course>:<fact>:<ids>`: it is not the same for all of them, so each is asked for."""
    return await _asked(turn, one_by_one=True)


async def keep(turn: Turn) -> str:
    """`declare:<course>:<answer>:<ids>`: keeps it for these people, and gives the code of what goes on now."""
    answer = _ANSWERS.get(turn.action.text(1))
    for someone in await _named(turn):
        if isinstance(answer, Belonging):
            someone.belonging = answer
        elif isinstance(answer, Gender):
            someone.gender = answer
        turn.db.add(someone)
    await turn.db.flush()
    return _then(turn, turn.action.number(0) or 0)


def read(turn: Turn) -> str:
    """The code of the button that a text means (市内に住んでいます); empty where it answers nothing."""
    data = turn.expecting.data if turn.expecting else {}
    text = turn.incoming.text
    fact = str(data.get("fact", ""))
    answers = [answer for answer, said in _SAID.items() if answer.startswith(fact) and said.search(text)]
    if not fact or not answers or (_NOT.search(text) and answers != ["bn"]):
        return ""
    return encode("declare", int(data["course"]), answers[0], str(data["ids"]))


async def _asked(turn: Turn, *, one_by_one: bool) -> Reply:
    course = await find_course(turn, turn.action.number(0))
    if course is None:
        return gone()
    fact = next((fact for fact, letter in _FACTS.items() if letter == turn.action.text(1)), Fact.BELONGING)
    people = await _named(turn)
    if not people:
        people = (await residents.people(turn.db, turn.resident_id))[:1]
    then = _then(turn, course.id) if one_by_one else encode("apply", course.id)
    return _question(turn, course, fact, people[:1] if one_by_one else people, then)


def _question(turn: Turn, course: CourseEntry, fact: Fact, people: Sequence[Person], then: str) -> Reply:
    ids = _ids(people)
    asked = [someone for someone in people if str(someone.id) in ids.split(".")]
    turn.expect(TOPIC, course=course.id, fact=_FACTS[fact], ids=ids, then=then)
    names = "・".join(wording.name_of(someone) for someone in asked)
    buttons = [
        Button(label=label, action=encode("declare", course.id, answer, ids)) for answer, label in _labels(fact).items()
    ]
    if len(asked) > 1:
        buttons.append(Button(label=_("人によってちがう"), action=encode("declare.each", course.id, _FACTS[fact], ids)))
    question = Choices(body=_words(course, fact, names), buttons=tuple(buttons))
    return Reply(views=(question,), buttons=(steps.back_to(course.id),))


def _words(course: CourseEntry, fact: Fact, names: str) -> str:
    """The question with its reason, for it is personal."""
    if fact is Fact.GENDER:
        return _(
            "この講座は参加できる性別が決まっています。{names}の性別を教えてください。ほかには使いません。"
        ).format(names=names)
    target = wording.residency(course.residency)
    return _("この講座は{target}が対象です。{names}は、どれにあたりますか。次からはお聞きしません。").format(
        target=target, names=names
    )


def _labels(fact: Fact) -> dict[str, str]:
    if fact is Fact.GENDER:
        return {"gf": _("女性"), "gm": _("男性"), "go": _("そのほか")}
    return {
        "br": _("市内に住んでいる"),
        "bw": _("市内で働いている"),
        "bs": _("市内に通学している"),
        "bn": _("どれでもない"),
    }


def _ids(people: Sequence[Person]) -> str:
    """The ids of as many of them as one button can name; the rest is asked for afterwards."""
    ids = ""
    for someone in people:
        longer = f"{ids}.{someone.id}" if ids else str(someone.id)
        if len(longer) > _MOST_IDS:
            break
        ids = longer
    return ids


async def _named(turn: Turn) -> list[Person]:
    """Those of the resident's own people whom the code names; all other ids are ignored."""
    wanted = turn.action.text(2).split(".")
    return [one for one in await residents.people(turn.db, turn.resident_id) if str(one.id) in wanted]


def _then(turn: Turn, course_id: int) -> str:
    """What was begun when it was asked; the application from its start where that is long ago."""
    asked = turn.expecting
    if asked is not None and asked.topic == TOPIC and asked.data.get("course") == course_id:
        return str(asked.data["then"])
    return encode("apply", course_id)
