"""First contact: a greeting, three questions of one tap each, three recommendations at once; and coming back."""

import pytest

from catalog.models import Platform
from tests.dialogues.conftest import play
from tests.dialogues.script import Dialogue
from tests.stage import Stage

DIALOGUES = (
    Dialogue(
        "a resident of 38 tells all three and gets three courses",
        (
            (
                "<follow>",
                ("はじめまして。西東京市のまなびコンシェルジュです。", "年代を教えてください", "30〜44歳", "あとで"),
            ),
            ("[30〜44歳]", ("興味のある分野", "料理", "スポーツ・運動")),
            ("[スポーツ・運動]", ("選んだ分野: スポーツ・運動", "✓ スポーツ・運動")),
            ("[これでよい]", ("地域はどこですか", "田無")),
            ("[田無]", ("まずはこの講座はいかがですか", "くわしく", "興味なし")),
        ),
    ),
    Dialogue(
        "everything can be skipped, and there are still three courses",
        (
            ("<follow>", "年代を教えてください"),
            ("[あとで]", "興味のある分野"),
            ("[あとで]", "地域はどこですか"),
            ("[あとで]", ("まずはこの講座はいかがですか", "くわしく")),
        ),
    ),
    Dialogue(
        "a child of 8 is never shown courses for adults",
        (
            ("<follow>", "小学生"),
            ("[小学生]", "興味のある分野"),
            ("[あとで]", "地域はどこですか"),
            (
                "[あとで]",
                ("まずはこの講座はいかがですか", "!はじめてのヨガ教室", "!シニアのスマホ入門", "!英会話カフェ"),
            ),
        ),
    ),
    Dialogue(
        "a resident of 78 is never shown courses for children",
        (
            ("<follow>", "75歳以上"),
            ("[75歳以上]", "興味のある分野"),
            ("[あとで]", "地域はどこですか"),
            ("[あとで]", ("まずはこの講座はいかがですか", "!こども工作ひろば", "!こどもプログラミング体験")),
        ),
    ),
    Dialogue(
        "a second interest is added, and one is taken back",
        (
            ("<follow>", "年代を"),
            ("[19〜29歳]", "興味のある分野"),
            ("[料理]", "選んだ分野: 料理"),
            ("[音楽]", ("✓ 料理", "✓ 音楽")),
            ("[✓ 料理]", ("選んだ分野: 音楽", "!✓ 料理")),
        ),
    ),
    Dialogue(
        "free text in the middle of the questions is answered as such",
        (
            ("<follow>", "年代を"),
            ("ヨガ", "はじめてのヨガ教室"),
        ),
    ),
    Dialogue(
        "the questions can be answered by writing",
        (
            ("<follow>", "年代を"),
            ("38歳です", "興味のある分野"),
            ("料理", "選んだ分野: 料理"),
            ("これでよい", "地域"),
            ("田無です", ("お好きな分野で参加できる講座は、いまありません", "興味なし")),
        ),
    ),
    Dialogue(
        "whoever comes back is not asked again",
        (
            ("<follow>", "年代を"),
            ("[45〜64歳]", "興味のある分野"),
            ("[あとで]", "地域"),
            ("[あとで]", "まずはこの講座"),
            ("<block>", ""),
            ("<unblock>", ("何をしましょうか", "!はじめまして")),
        ),
    ),
    Dialogue(
        "a link opens its course at once", (("<follow c_{course:D04}>", ("夏の陶芸教室", "抽選・受付中", "申し込む")),)
    ),
)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.name)
async def test_first_contact(stage: Stage, platform: Platform, dialogue: Dialogue) -> None:
    await play(stage, platform, dialogue)
