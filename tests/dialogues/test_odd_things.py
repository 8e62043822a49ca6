"""What is no question: stickers, pictures, groups, taking a message back, buttons of long ago."""

import pytest

from catalog.models import Platform
from tests.dialogues.conftest import play
from tests.dialogues.script import Dialogue
from tests.dialogues.test_applying import adult
from tests.stage import Stage

DIALOGUES = (
    Dialogue(
        "rude words meet a calm answer, a worry about tomorrow one's own list",
        (
            *adult(),
            ("ばか", ("お役に立てなくて、すみません", "職員")),
            ("忘れてた、明日だよね?", ("申し込んでいる講座はありません", "!消します")),
            ("くらしの悩みから", "気になっているのは、どんなことですか"),
        ),
    ),
    Dialogue(
        "a long story is not said back",
        (
            *adult(),
            (
                "去年の冬に転んでから家にこもりがちで、体も重いのです。ヨガならできるかと思いまして",
                ("お話を読んで", "!去年の冬"),
            ),
        ),
    ),
    Dialogue("a sticker", (("<follow>", "年代"), ("<sticker>", ("ありがとうございます", "講座をさがす")))),
    Dialogue("a picture is neither read nor kept", (("<follow>", "年代"), ("<image>", ("保存していません", "文字で")))),
    Dialogue("joining a group: one sentence, then silence", (("<follow>", "年代"), ("<join>", "1対1のトークで"))),
    Dialogue(
        "a message taken back is forgotten without a word",
        (("<follow>", "年代"), ("ヨガ", "はじめてのヨガ教室"), ("<unsend>", "")),
        only=Platform.LINE,
    ),
    Dialogue("blocked: nothing is said", (("<follow>", "年代"), ("<block>", ""))),
    Dialogue(
        "a number that no course has", (("<follow>", "年代"), ("講座番号999999999999", "もう案内に載っていません"))
    ),
    Dialogue("letters without sense", (("<follow>", "年代"), ("ｑｗｚｘｖ！？", ("メニュー",)))),
    Dialogue("an emoji alone", (("<follow>", "年代"), ("😀", "メニュー"))),
    Dialogue("a text of five thousand signs", (("<follow>", "年代"), ("ヨガ" * 1000, "メニュー"))),
    Dialogue("angle brackets stay what they are", (("<follow>", "年代"), ("<b>ヨガ</b> & 体操", "メニュー"))),
)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.name)
async def test_odd_things(stage: Stage, platform: Platform, dialogue: Dialogue) -> None:
    await play(stage, platform, dialogue)
