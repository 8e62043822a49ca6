"""Recommending: by age group and interests, for the resident or one of the family. Every card says why."""

from dataclasses import replace

from catalog import registration, residents
from catalog.models import MarkKind, Person
from catalog.nearest import member_of
from catalog.recommend import Profile, Recommendation, recommend
from handlers import cards, steps, wording
from handlers.actions import encode
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Button, Reply, Text

_FIRST = 3
_MOST = 10
_MOST_OTHERS = 8


async def show(turn: Turn) -> Reply:
    """`recommend[:<person>]`: for everybody, or for one of the family."""
    people = await turn.people()
    wanted = turn.action.number(0)
    for_whom = [someone for someone in people if someone.id == wanted] or people
    return await _reply(turn, people, for_whom, limit=_MOST, intro=_("おすすめです。"))


async def first_three(turn: Turn) -> Reply:
    """The end of first contact: three courses at once, without being asked."""
    people = await turn.people()
    return await _reply(
        turn, people, people, limit=_FIRST, intro=_("ありがとうございます。まずはこの講座はいかがですか。")
    )


async def _reply(turn: Turn, people: list[Person], for_whom: list[Person], *, limit: int, intro: str) -> Reply:
    profile = await profile_of(turn, for_whom, family=people)
    found = recommend(turn.index, profile, now=turn.now, zone=turn.zone, limit=limit)
    if not found and profile.interests:
        # Nothing in the fields they like: said as such, and never an empty hand.
        found = recommend(turn.index, replace(profile, interests=()), now=turn.now, zone=turn.zone, limit=limit)
        intro = _("お好きな分野で参加できる講座は、いまありません。年代に合うのはこちらです。")
    buttons = (*_for_others(people, for_whom), steps.find(), Button(label=_("設定"), action=encode("settings")))
    if not found:
        return Reply(
            views=(
                Text(body=_("いま条件に合う講座が見つかりませんでした。分野や年代を変えると、ほかの講座が出ます。")),
            ),
            buttons=buttons,
        )
    shown = [(item.course, _why(turn, item, people)) for item in found]
    return Reply(views=(Text(body=intro), await cards.course_cards(turn, shown, dismiss=True)), buttons=buttons)


async def profile_of(turn: Turn, people: list[Person], *, family: list[Person]) -> Profile:
    """What advice needs of the resident and these people of the family. Applied and dismissed courses are left out."""
    applied = {found.course_id for found in await registration.of_resident(turn.db, turn.resident_id)}
    dismissed = await residents.marks(turn.db, turn.resident_id, MarkKind.DISMISSED)
    return Profile(
        people=tuple(member_of(someone, now=turn.now, zone=turn.zone) for someone in people),
        interests=tuple(sorted(await residents.interests(turn.db, turn.resident_id))),
        area=turn.resident.area,
        excluded=frozenset(applied | dismissed),
        family=tuple(member_of(someone, now=turn.now, zone=turn.zone) for someone in family),
    )


def _why(turn: Turn, item: Recommendation, people: list[Person]) -> str:
    whose = next((someone for someone in people if str(someone.id) == item.member_key), None)
    return cards.reason_words(turn, item.course, item.reasons, whose if len(people) > 1 else None)


def _for_others(people: list[Person], shown: list[Person]) -> tuple[Button, ...]:
    """One button a family member, when it is not only them that the cards are for."""
    if len(people) < 2:
        return ()
    return tuple(
        Button(
            label=_("{name}に").format(name=wording.called(someone.nickname) if someone.nickname else _("自分")),
            action=encode("recommend", someone.id or 0),
        )
        for someone in people
        if [someone] != shown
    )[:_MOST_OTHERS]
