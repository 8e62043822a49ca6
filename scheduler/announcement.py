"""The text of a broadcast as staff write it, read into a `Reply`.

    # 秋のまなびフェスタ
    11月3日(祝)に田無公民館で開きます。

    [くわしく](https://www.city.example.jp/festa)
    [申し込む](course:123)

A first line with `#` makes a card with that title; paragraphs are its text. A link becomes a button, and so does a
course, also where it stands alone as `course:123`.
"""

import re

from catalog.errors import ManabiError
from handlers.actions import encode
from handlers.locales import _
from handlers.messages import Button, Card, Reply, Text, Tone, spoken

LONGEST_LABEL = 20  # what LINE shows on a button
LONGEST_URL = 1_000
LONGEST_TEXT = 2_000
MOST_BUTTONS = 4

_LINK = re.compile(r"\[([^\[\]\n]+)\]\(\s*([^\s()]+)\s*\)|(?<![\w:])(course:\d+)")
_COURSE = re.compile(r"course:(\d{1,12})")


class AnnouncementError(ManabiError, ValueError):
    """A text cannot be sent as it is; the message says to staff what to change."""


def read(text: str) -> Reply:
    """The reply of an announcement. Raises AnnouncementError for what a platform would not show."""
    first, _newline, rest = text.strip().partition("\n")
    title = first.lstrip("#").strip() if first.startswith("#") else ""
    body = rest if title else text
    buttons = tuple(_button(match) for match in _LINK.finditer(body))
    paragraphs = tuple(filter(None, (part.strip() for part in re.split(r"\n\s*\n", _LINK.sub("", body)))))
    reply = (
        Reply(views=(Card(title=title, lines=paragraphs, buttons=buttons),))
        if title
        else Reply(views=(Text(body="\n\n".join(paragraphs)),), buttons=buttons)
    )
    _check(reply, buttons)
    return reply


def _button(match: re.Match[str]) -> Button:
    label, target = (match[1].strip(), match[2]) if match[1] else (_("講座を見る"), match[3])
    if len(label) > LONGEST_LABEL:
        raise AnnouncementError(f"ボタンの文字は{LONGEST_LABEL}字までです:「{label}」")
    if course := _COURSE.fullmatch(target):
        return Button(label=label, action=encode("course", int(course[1])), tone=Tone.PRIMARY)
    if not target.startswith("https://") or len(target) > LONGEST_URL:
        raise AnnouncementError(f"リンクは https:// で始まるものか course:番号 にしてください:「{target}」")
    return Button(label=label, url=target)


def _check(reply: Reply, buttons: tuple[Button, ...]) -> None:
    words = "".join(spoken(view) for view in reply.views).strip()
    if not words:
        raise AnnouncementError("お知らせの文がありません。")
    if len(words) > LONGEST_TEXT:
        raise AnnouncementError(f"お知らせは{LONGEST_TEXT:,}字までです(いま{len(words):,}字)。")
    if len(buttons) > MOST_BUTTONS:
        raise AnnouncementError(f"ボタンは{MOST_BUTTONS}つまでです(いま{len(buttons)})。")
