"""The words of a wish that came true."""

from collections.abc import Mapping, Sequence

from catalog.registration import Seats
from catalog.search.criteria import Criteria
from catalog.search.entry import CourseEntry
from handlers import cards, criteria_words, steps
from handlers.actions import encode
from handlers.cards import Setting
from handlers.locales import _
from handlers.messages import Button, Cards, Reply, Text


def came_true(
    setting: Setting, search_id: int, criteria: Criteria, courses: Sequence[CourseEntry], seats: Mapping[int, Seats]
) -> Reply:
    """What a resident asked to be told of is there."""
    wanted = criteria_words.describe(criteria)
    shown = tuple(cards.short_card(setting, course, seats.get(course.id), "") for course in courses)
    return Reply(
        views=(
            Text(body=_("お待たせしました。「{wanted}」の講座が出ました。").format(wanted=wanted)),
            Cards(cards=shown),
        ),
        buttons=(Button(label=_("もっと見る"), action=encode("find.more", search_id, 0)), steps.home()),
    )
