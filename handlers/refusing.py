"""Why not: a refusal in the course's own terms, with what is possible instead."""

from catalog import eligibility, residents
from catalog.eligibility import Refusal, RefusalCode
from catalog.models import Person
from catalog.people import age_on
from catalog.recommend import nearest_fit
from catalog.search.entry import CourseEntry
from handlers import cards, steps, wording
from handlers.actions import encode
from handlers.advise import member_of
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Button, Reply, Text, Tone, say

_SOON = 5  # years until which a child is told how long to wait


async def refused(turn: Turn, course: CourseEntry, refusal: Refusal, party: list[Person]) -> Reply:
    """What, why in the course's own terms, and what is possible instead."""
    person = next((someone for someone in party if someone.id == refusal.person_id), None)
    body = why_not(turn, course, refusal, person)
    buttons = [steps.back_to(course.id)]
    if refusal.code is RefusalCode.NOT_OPEN_YET:
        buttons.insert(0, Button(label=_("あとで見る"), action=encode("course.save", course.id), tone=Tone.PRIMARY))
    others_able = [someone for someone in able(turn, course, party) if someone is not person]
    if person is not None and others_able:
        code = encode("apply.check", course.id, ".".join(str(someone.id) for someone in others_able))
        buttons.insert(0, Button(label=_("ほかの人だけで"), action=code, tone=Tone.PRIMARY))
    people = [person] if person is not None else (await residents.people(turn.db, turn.resident_id))[:1]
    others = nearest_fit(turn.index, course, member_of(turn, people[0]), now=turn.now, zone=turn.zone, limit=3)
    if not others:
        return say(body, buttons=(*buttons, steps.find(), steps.recommend()))
    shown = [(other, "") for other in others]
    return Reply(
        views=(
            Text(body=body + "\n" + _("いま参加できる近い講座があります。")),
            await cards.course_cards(turn, shown),
        ),
        buttons=(*buttons, steps.find()),
    )


def why_not(setting: cards.Setting, course: CourseEntry, refusal: Refusal, person: Person | None) -> str:
    """The reason in one or two sentences, for a resident as for the counter."""
    match refusal.code:
        case RefusalCode.TOO_YOUNG | RefusalCode.TOO_OLD if person is not None:
            return _wrong_age(setting, course, person)
        case RefusalCode.TOO_MANY if course.capacity is not None:
            return _("この講座の定員は{capacity}です。人数を分けて申し込めます。").format(
                capacity=cards.capacity(course, None)
            )
        case RefusalCode.NOT_OPEN_YET if course.apply_from is not None:
            opening = wording.moment(course.apply_from, setting.zone)
            return _("申込は{opening}から始まります。").format(opening=opening)
        case RefusalCode.CLOSED if course.apply_until is not None:
            until = wording.deadline(course.apply_until, setting.zone)
            return _("申込は{until}でしめきりました。").format(until=until)
        case RefusalCode.CANCELLED:
            return _("残念ながら、この講座は中止になりました。")
        case RefusalCode.FINISHED:
            return _("この講座は終わりました。")
    return _("この講座は、いま申込を受け付けていません。")


def _wrong_age(setting: cards.Setting, course: CourseEntry, person: Person) -> str:
    """Whom the course is for, who is not of that age, and how long a child still has to wait."""
    age = age_on(person, cards.today(setting))
    who = wording.name_of(person)
    if person.nickname and age.known:
        who += f"({wording.ages(age.low, age.high)})"
    target = cards.target(course, short=True)
    years = years_off(setting, course, person)
    if age.high is not None and course.min_age is not None and age.high < course.min_age and years <= _SOON:
        return _("この講座は{target}が対象です。{who}は、あと{n}年ほどで参加できます。").format(
            target=target, who=who, n=years
        )
    return _("この講座は{target}が対象で、{who}の年代とは合いません。").format(target=target, who=who)


def years_off(setting: cards.Setting, course: CourseEntry, someone: Person) -> int:
    """By how many years somebody is too young or too old, 0 for neither."""
    age = age_on(someone, cards.today(setting))
    missing = course.min_age - age.high if course.min_age is not None and age.high is not None else 0
    over = age.low - course.max_age if course.max_age is not None and age.low is not None else 0
    return max(missing, over, 0)


def able(turn: Turn, course: CourseEntry, people: list[Person]) -> list[Person]:
    """Those who are of the course's age."""
    return [someone for someone in people if eligibility.person(course, someone, now=turn.now, zone=turn.zone) is None]
