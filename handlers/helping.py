"""Help, and a sensible behaviour for what is no question: stickers, pictures, groups, what was not understood."""

from handlers import steps
from handlers.actions import encode
from handlers.context import Turn
from handlers.course import map_link
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, say
from handlers.understanding.elsewhere import Topic


async def show(turn: Turn) -> Reply:
    """`help`."""
    body = _(
        "できること\n"
        "・講座をさがす(「来週の土日 無料 親子」のように書けます)\n"
        "・おすすめを見る、申し込む、取り消す\n"
        "・前の日と当日のお知らせ\n"
        "・家族の分をまとめて申し込む"
    )
    buttons = [
        steps.find(),
        steps.recommend(),
        steps.mine(),
        Button(label=_("家族"), action=encode("family")),
        Button(label=_("お知らせの設定"), action=encode("reminders")),
        Button(label=_("設定"), action=encode("settings")),
    ]
    return Reply(views=(Choices(body=body, buttons=tuple(buttons)),), buttons=(steps.staff(),))


async def staff(turn: Turn) -> Reply:
    """`staff`: a person to ask."""
    return say(
        _("職員がお答えします。\n{where}").format(where=_contact(turn)),
        buttons=(steps.mine(), steps.find()),
    )


async def unknown(turn: Turn) -> Reply:
    """Not understood: asked back with buttons, never with blame."""
    text = turn.incoming.text.strip().replace("\n", " ")
    quoted = text if len(text) <= 20 else text[:19] + "…"
    return say(
        _("「{text}」は、講座のことでしょうか。").format(text=quoted) if text else _("どんな講座をおさがしですか。"),
        buttons=(steps.find(), steps.recommend(), steps.staff(), steps.help_()),
    )


async def comfort(turn: Turn) -> Reply:
    """Somebody is in despair: no course is offered, but a voice that answers now."""
    return say(
        _(
            "つらいお気持ちを書いてくださって、ありがとうございます。\n"
            "いま、話を聞いてくれる人がいます。\n"
            "よりそいホットライン 0120-279-338(24時間・無料)"
        ),
        buttons=(steps.staff(),),
    )


async def calm(turn: Turn) -> Reply:
    """Rude words: nobody is told off, and somebody who can help is near."""
    return say(
        _("お役に立てなくて、すみません。職員に直接きくこともできます。"),
        buttons=(steps.staff(), steps.find(), steps.help_()),
    )


async def facility(turn: Turn) -> Reply:
    """A place that courses are held at: where it is. Opening hours and rooms are the counter's."""
    named = [venue for venue in turn.index.venues if venue.name in turn.incoming.text]
    if not named:
        return await not_yet(turn)
    venue = max(named, key=lambda one: len(one.name))
    lines = (
        venue.name,
        venue.address,
        _("開館時間や部屋のことは、{contact}").format(contact=_contact(turn)),
    )
    return say(
        "\n".join(line for line in lines if line),
        buttons=(Button(label=_("地図を見る"), url=map_link(venue)), steps.find(), steps.staff()),
    )


async def not_yet(turn: Turn) -> Reply:
    """A topic that only the counter can help with today."""
    return say(
        _("それは窓口でうかがっています。{contact}\n講座さがしと申込は、ここでできます。").format(
            contact=_contact(turn)
        ),
        buttons=(steps.find(), steps.recommend()),
    )


def elsewhere(topic: Topic) -> Reply:
    """ごみの日, 住民票: another counter's matter, and who helps with it."""
    return say(
        _("{name}のことは、{where}\n講座さがしと申込は、ここでできます。").format(name=topic.name, where=topic.where),
        buttons=(steps.find(), steps.staff()),
    )


async def sticker(turn: Turn) -> Reply:
    return say(_("ありがとうございます。講座をさがすお手伝いをします。"), buttons=(steps.find(), steps.recommend()))


async def media(turn: Turn) -> Reply:
    """Pictures and files are neither read nor kept."""
    return say(
        _("画像やファイルは読めないため、保存していません。さがしたいことを文字で教えてください。"),
        buttons=(steps.find(), steps.staff()),
    )


async def group_joined(turn: Turn) -> Reply:
    """In a group nothing personal is done: one sentence, then silence."""
    return say(
        _("お招きありがとうございます。申込などは、わたしとの1対1のトークでどうぞ。グループでは返事をしません。")
    )


async def silence(turn: Turn) -> Reply:
    return Reply()


def _contact(turn: Turn) -> str:
    phone = turn.city.counter_phone
    if not phone:
        return _("各講座の「問合せ」の番号へどうぞ。")
    return _("電話 {phone}(平日 8:30〜17:00)").format(phone=phone)
