"""Finding courses by a life issue (生活課題): what is on somebody's mind, out of what there is something about now."""

from catalog.reading.life_issues import life_issue_names
from catalog.search.criteria import Criteria
from catalog.search.offered import issues_offered
from handlers import find, refining, steps
from handlers.actions import encode
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, say


async def choose(turn: Turn) -> Reply:
    """`find.issues`: which issue."""
    names, offered = life_issue_names(), issues_offered(turn.index, now=turn.now, zone=turn.zone)
    if not offered:
        return say(
            _("くらしの悩みに役立つ講座は、いまありません。書いてくだされば、近いものをさがします。"),
            buttons=(steps.find(), steps.recommend()),
        )
    return Reply(
        views=(
            Choices(
                body=_("気になっているのは、どんなことですか。学べる講座や相談をさがします。"),
                buttons=tuple(Button(label=names[code], action=encode("find.issue", code)) for code in offered),
            ),
        ),
        buttons=(steps.find(), steps.recommend()),
    )


async def about(turn: Turn) -> Reply:
    """`find.issue:<code>`: what is about that issue. What is no issue is asked again."""
    code = turn.action.text(0)
    if code not in life_issue_names():
        return await choose(turn)
    return await find.run(turn, await refining.for_child(turn, Criteria(issues=(code,))), text="")
