"""Recommending: by age group and interests, for the resident or one of the family. Every card says why."""

from collections.abc import Sequence
from dataclasses import replace

from catalog.models import Person
from catalog.profiles import profile_of
from catalog.recommend import Recommendation, recommend
from catalog.search.criteria import Reason
from handlers import cards, digest, steps, wording
from handlers.actions import encode
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Button, Cards, Reply, Text

_WISHED = {Reason.INTEREST, Reason.OWN_WORDS}  # what tells that a wish is met, and not only nearly
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
    reply = await _reply(
        turn, people, people, limit=_FIRST, intro=_("ありがとうございます。まずはこの講座はいかがですか。")
    )
    offered = turn.resident.digest_at is None and any(isinstance(view, Cards) for view in reply.views)
    return replace(reply, buttons=(*reply.buttons, digest.offer())) if offered else reply


async def _reply(turn: Turn, people: list[Person], for_whom: list[Person], *, limit: int, intro: str) -> Reply:
    profile = await profile_of(turn.db, turn.resident, for_whom, family=people, now=turn.now, zone=turn.zone)
    found = recommend(turn.index, profile, now=turn.now, zone=turn.zone, limit=limit)
    if profile.interests and not any(_WISHED & set(item.reasons) for item in found):
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
    shown = [(item.course, why(item, people)) for item in found]
    return Reply(views=(Text(body=intro), await cards.course_cards(turn, shown, dismiss=True)), buttons=buttons)


def why(item: Recommendation, people: Sequence[Person]) -> str:
    """Why this course, and whose it is where there are several people."""
    whose = next((someone for someone in people if str(someone.id) == item.member_key), None)
    return cards.why(item, whose if len(people) > 1 else None)


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
