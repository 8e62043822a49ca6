"""Where a text can be read in two ways the bot asks with two buttons; short texts that point at what was shown."""

import pytest

from catalog.models import Platform
from tests.dialogues.conftest import play
from tests.dialogues.script import Dialogue
from tests.dialogues.test_applying import adult, with_child
from tests.stage import Stage

DIALOGUES = (
    Dialogue(
        "two intents: the search, with all that was written",
        (
            ("<follow>", "年代"),
            (
                "書類を直したい 土曜",
                ("「書類を直したい 土曜」は、どちらのことでしょうか", "講座をさがす", "登録を直す"),
            ),
            ("[登録を直す]", "年代を変える"),
            ("書類を直したい 土曜", "登録を直す"),
            ("[講座をさがす]", "「土曜・書類を直したい」"),
        ),
    ),
    Dialogue(
        "other words go on as always",
        (("<follow>", "年代"), ("服を直したい", "どちらのことでしょうか"), ("陶芸", "夏の陶芸教室")),
    ),
    Dialogue(
        "a word with two senses",
        (
            ("<follow>", "年代"),
            ("土いじり", ("「土いじり」は、どちらのことでしょうか", "陶芸", "園芸")),
            ("[園芸]", ("園芸セミナー 夏の花", "!夏の陶芸教室")),
        ),
    ),
    Dialogue(
        "whom it is for, asked once",
        (
            *adult(),
            *with_child("はる", "2017年5月"),
            *with_child("うみ", "2022年5月"),
            ("うちの子に工作", ("どなたの講座をさがしますか", "うみさん(4歳)", "はるさん(9歳)")),
            ("[はるさん(9歳)]", ("「9歳・工作」で", "こども工作ひろば")),
            ("うちの子に無料の講座", "「9歳・無料」で"),
            ("下の子に工作", "「4歳・工作」"),
            ("はるに工作", "「9歳・工作」で"),
        ),
    ),
    Dialogue(
        "one child: not asked",
        (*adult(), *with_child("はる", "2017年5月"), ("うちの子に工作", "「9歳・工作」で")),
    ),
    Dialogue(
        "which of the courses shown",
        (
            ("<follow>", "年代"),
            ("音楽", ("ウクレレをひこう", "アフリカ太鼓体験")),
            ("いくら?", ("どの講座のことでしょうか", "ウクレレをひこう", "アフリカ太鼓体験")),
            ("[アフリカ太鼓体験]", ("費用", "500円")),
            ("音楽", "ウクレレをひこう"),
            ("1番目の場所は?", ("会場", "ひばりが丘公民館")),
            ("音楽", "ウクレレをひこう"),
            ("2番目にする", ("「アフリカ太鼓体験」", "この内容で申し込みますか")),
        ),
    ),
    Dialogue(
        "one condition after the other",
        (
            ("<follow>", "年代"),
            ("土曜の無料の講座", "「土曜・無料」で"),
            ("もっと早い時間", ("「土曜・午前・無料」で", "朝のラジオ体操")),
            ("もっと遅い時間", ("「土曜・夜・無料」で", "星空観望会")),
            ("オンラインは?", "「土曜・夜・無料・オンライン」"),
            ("ほかの日は?", "「夜・無料・オンライン」"),
        ),
    ),
    Dialogue(
        "another counter's matter",
        (
            ("<follow>", "年代"),
            ("粗大ごみはいつ?", ("ごみのことは、市のごみの窓口がお答えします", "職員にきく", "!見つかりませんでした")),
            ("住民票がほしい", "市民課の窓口"),
        ),
    ),
)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.name)
async def test_asking_back(stage: Stage, platform: Platform, dialogue: Dialogue) -> None:
    await play(stage, platform, dialogue)
