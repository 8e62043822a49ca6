"""What a search may be narrowed to: by a button, by a short text after it, by the age of whom it is for."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from catalog.models import Person
from catalog.people import age_on
from catalog.search.criteria import Criteria, Feature, TimeOfDay
from handlers import wording
from handlers.actions import encode
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Button

FAMILY_OFFERED = 3
_BRIEF = 14  # letters: a longer text without a subject is a new question, not a follow-up
_NAMES_COURSES = re.compile("講座|こうざ|教室|イベント|体験|もの|なに|何か|event|course|class", re.IGNORECASE)
_CHILD = 18
_NEEDS = {"childcare": Feature.CHILDCARE, "beginner": Feature.BEGINNER}
_CONDITIONS: Mapping[str, dict[str, Any]] = {
    "anyone": {"ages": None},
    "free": {"max_fee": 0},
    "weekend": {"weekdays": (5, 6)},
    "kids": {"ages": (3, 12)},
    "anyday": {"dates": (), "weekdays": ()},
    "anywhere": {"places": ()},
    "late": {"time_of_day": (TimeOfDay.EVENING,)},
    "early": {"time_of_day": (TimeOfDay.MORNING,)},
}


def is_follow_up(text: str) -> bool:
    """「日曜は?」 adds to what was looked for; 「日曜の講座」 and whatever is long begin anew."""
    return len(text.strip()) <= _BRIEF and not _NAMES_COURSES.search(text)


def has_slots(criteria: Criteria) -> bool:
    """Whether there is a condition in it, beside what the words are about."""
    about = Criteria(words=criteria.words, fields=criteria.fields, issues=criteria.issues, not_words=criteria.not_words)
    return criteria != about


async def for_child(turn: Turn, criteria: Criteria) -> Criteria:
    """A child who is here alone looks for themselves; of everybody else the age is used only when asked for."""
    people = await turn.people()
    age = age_on(people[0], turn.today)
    if len(people) > 1 or criteria.ages is not None or age.high is None or age.high > _CHILD:
        return criteria
    return replace(criteria, ages=(age.low, age.high))


def for_person(criteria: Criteria, someone: Person, today: date) -> Criteria:
    """The search for somebody's age, where it is known."""
    age = age_on(someone, today)
    return replace(criteria, ages=(age.low, age.high)) if age.known else criteria


async def offers(turn: Turn, search_id: int, criteria: Criteria) -> list[Button]:
    """The conditions that are not set yet; of the ages those of the people who are known."""
    people = await turn.people()
    known = [someone for someone in people if age_on(someone, turn.today).known]
    family = [someone for someone in known if someone.nickname][:FAMILY_OFFERED]
    conditions = (
        *(
            (
                f"p{someone.id}",
                _("{name}に合う").format(name=wording.called(someone.nickname or "")),
                criteria.ages is None,
            )
            for someone in family
        ),
        ("anyone", _("年代を問わない"), criteria.ages is not None),
        ("me", _("自分の年代だけ"), criteria.ages is None and people[0] in known),
        ("free", _("無料だけ"), criteria.max_fee is None),
        ("weekend", _("土日だけ"), not criteria.weekdays),
        ("near", _("近くだけ"), not criteria.places),
        ("kids", _("子どもと"), criteria.ages is None and not family),
        ("childcare", _("保育あり"), Feature.CHILDCARE not in criteria.features),
    )
    return [
        Button(label=label, action=encode("find.refine", search_id, what)) for what, label, fits in conditions if fits
    ]


async def refined(turn: Turn, criteria: Criteria, what: str) -> Criteria:
    """The search with one condition changed: `free`, `late`, `p<person>` … Anything else leaves it as it is."""
    people = await turn.people()
    for someone in people:
        if what == f"p{someone.id}" or (what == "me" and someone is people[0]):
            return for_person(criteria, someone, turn.today)
    if what == "near":
        return replace(criteria, places=(turn.resident.area,)) if turn.resident.area else criteria
    if what in _NEEDS:
        return replace(criteria, features=tuple(dict.fromkeys((*criteria.features, _NEEDS[what]))))
    return replace(criteria, **_CONDITIONS.get(what, {}))


def merged(before: Criteria, now: Criteria) -> Criteria:
    """The earlier search with what was said now in its place."""
    return replace(
        before,
        ages=now.ages or before.ages,
        dates=now.dates or before.dates,
        weekdays=now.weekdays or before.weekdays,
        time_of_day=now.time_of_day or before.time_of_day,
        places=now.places or before.places,
        max_fee=before.max_fee if now.max_fee is None else now.max_fee,
        features=tuple(dict.fromkeys((*before.features, *now.features))),
    )
