"""Finding courses: words, refinements, paging, alternatives, wishes."""

import pytest

from catalog.models import Platform
from handlers.messages import spoken
from tests.dialogues.conftest import play
from tests.dialogues.script import Dialogue, Line, Player
from tests.dialogues.test_any_code import tap
from tests.dialogues.test_applying import adult, with_child
from tests.stage import Stage

DIALOGUES = (
    Dialogue("one word", (("<follow>", "年代"), ("陶芸", ("「陶芸」で", "夏の陶芸教室", "抽選・受付中", "1,500円")))),
    Dialogue("hiragana only", (("<follow>", "年代"), ("とうげい", "夏の陶芸教室"))),
    Dialogue("half-width kana", (("<follow>", "年代"), ("ﾖｶﾞ", "はじめてのヨガ教室"))),
    Dialogue("romaji", (("<follow>", "年代"), ("yoga", "はじめてのヨガ教室"))),
    Dialogue("a sentence", (("<follow>", "年代"), ("スマホの使い方を教えてほしいんですけど", "シニアのスマホ入門"))),
    Dialogue(
        "what was understood is said", (("<follow>", "年代"), ("土日の無料の講座", ("土日", "無料", "見つかりました")))
    ),
    Dialogue("a finished course is not found", (("<follow>", "年代"), ("ドローン", "!ドローン入門"))),
    Dialogue("a closure is no course", (("<follow>", "年代"), ("図書館", "!図書館の休館について"))),
    Dialogue(
        "refined by a button",
        (
            ("<follow>", "年代"),
            ("音楽", ("ウクレレをひこう", "アフリカ太鼓体験", "無料だけ")),
            ("[土日だけ]", ("土日", "ウクレレをひこう")),
        ),
    ),
    Dialogue(
        "nothing fits: it is said, and the wish is kept",
        (
            ("<follow>", "年代"),
            ("ドイツ語", ("「ドイツ語」の講座は、いま見つかりませんでした", "出たら知らせて")),
            ("[出たら知らせて]", ("「ドイツ語」の講座が出たら、お知らせします", "やっぱりやめる")),
            ("[やっぱりやめる]", "お知らせをやめました"),
        ),
    ),
    Dialogue(
        "for a child by grade", (("<follow>", "年代"), ("小3の息子が行ける工作", ("こども工作ひろば", "!シニア")))
    ),
    Dialogue(
        "the nearest alternative says what differs",
        (("<follow>", "年代"), ("日曜日の陶芸", ("夏の陶芸教室", "曜日だけちがいます"))),
    ),
    Dialogue(
        "one of those shown is pointed at by its number",
        (
            ("<follow>", "年代"),
            ("音楽", ("ウクレレをひこう", "アフリカ太鼓体験")),
            ("2番目のをくわしく", "日時"),
            ("音楽", "ウクレレをひこう"),
            ("最初のを申し込む", "この内容で申し込みますか"),
        ),
    ),
    Dialogue(
        "more, and cheaper",
        (
            ("<follow>", "年代"),
            ("土日の講座", "次の10件"),
            ("もっと見せて", "11〜"),
            ("もっと安いの", ("「土日・無料」で", "!ウクレレ")),
        ),
    ),
    Dialogue(
        "a long question without a subject starts anew",
        (
            ("<follow>", "年代"),
            ("陶芸", "夏の陶芸教室"),
            ("土曜の午前、無料で大人が行ける講座", ("はじめてのヨガ教室", "!陶芸")),
        ),
    ),
    Dialogue(
        "a child who is alone looks for themselves, and can look wider",
        (
            ("<follow>", "年代"),
            ("[小学生]", "分野"),
            ("無料の講座", ("6〜12歳", "こども工作ひろば", "!シニアのスマホ", "年代を問わない")),
            ("[年代を問わない]", ("「無料」で", "シニアのスマホ入門")),
        ),
    ),
    Dialogue(
        "an adult's age is used when asked for",
        (
            *adult(),
            ("無料の講座", ("自分の年代だけ", "シニアのスマホ入門")),
            ("[自分の年代だけ]", ("30〜44歳", "!シニアのスマホ入門")),
        ),
    ),
    Dialogue(
        "courses for one of the family",
        (
            *adult(),
            *with_child("はる", "2017年5月"),
            ("[メニュー]", "講座をさがす"),
            ("[講座をさがす]", "はるさんに合う講座"),
            ("無料の講座", ("はるさんに合う", "はじめてのヨガ教室")),
            ("[はるさんに合う]", ("9歳", "こども工作ひろば", "!はじめてのヨガ教室")),
        ),
    ),
    Dialogue(
        "with childcare", (("<follow>", "年代"), ("保育つきの講座", ("働き方を考える講座", "!はじめてのヨガ教室")))
    ),
    Dialogue(
        "near a place that is sent",
        (
            ("<follow>", "年代"),
            ("<location 35.7515 139.5452>", ("近い会場の講座です", "保存していません", "ここから約0.0km")),
        ),
    ),
    Dialogue(
        "near, without an area: asked once, then remembered",
        (
            ("<follow>", "年代"),
            ("[あとで]", "分野"),
            ("[メニュー]", "何をしましょうか"),
            ("[講座をさがす]", ("さがしたいことを", "近くの講座")),
            ("[近くの講座]", ("どのあたりがよいですか", "田無")),
            ("[田無]", ("「田無」で", "はじめてのヨガ教室")),
        ),
    ),
    Dialogue(
        "from the menu to a field of conditions",
        (
            ("<follow>", "年代"),
            ("[メニュー]", "講座をさがす"),
            ("[講座をさがす]", "無料の講座"),
            ("[無料の講座]", ("「無料」で", "件見つかりました")),
        ),
    ),
    Dialogue(
        "by what is on one's mind: only what there is something about is offered",
        (
            ("<follow>", "年代"),
            ("[メニュー]", "講座をさがす"),
            ("[講座をさがす]", "くらしの悩みから"),
            ("[くらしの悩みから]", ("気になっているのは", "しごと", "防災", "デジタル", "!お金", "講座をさがす")),
            ("[防災]", ("「防災」で1件見つかりました", "防災まち歩き", "無料だけ")),
            ("[無料だけ]", ("「無料・防災」で1件", "防災まち歩き")),
        ),
    ),
    Dialogue(
        "an issue that is named finds what is about it, whatever words it uses",
        (
            ("<follow>", "年代"),
            ("デジタルに困っています", ("シニアのスマホ入門", "!陶芸")),
            ("防災のことが心配", ("防災まち歩き", "!陶芸")),
        ),
    ),
    Dialogue(
        "many results are paged",
        (
            ("<follow>", "年代"),
            ("[メニュー]", "講座をさがす"),
            ("[講座をさがす]", "無料の講座"),
            ("[無料の講座]", ("1〜10件目", "次の10件")),
            ("[次の10件]", ("11〜", "前の10件")),
            ("[前の10件]", "1〜10件目"),
        ),
    ),
    Dialogue(
        "a course by its number", (("<follow>", "年代"), ("講座番号{course:D01}", ("はじめてのヨガ教室", "ヨガマット")))
    ),
    Dialogue(
        "a number that is none", (("<follow>", "年代"), ("講座番号99999", ("もう案内に載っていません", "講座をさがす")))
    ),
)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.name)
async def test_finding(stage: Stage, platform: Platform, dialogue: Dialogue) -> None:
    await play(stage, platform, dialogue)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("code", "answered"),
    [
        ("1:find.issue:money", "「お金」の講座は、いま見つかりませんでした"),  # an old button
        ("1:find.issue:disaster:more", "防災"),
        ("1:find.issue:no_such_thing", "気になっているのは"),
        ("1:find.issue", "気になっているのは"),
    ],
)
async def test_a_button_of_an_issue_may_be_old_or_made_up(stage: Stage, code: str, answered: str) -> None:
    async with stage.service.database.transaction() as db:
        reply = await tap(stage, db, code)
    assert answered in spoken(reply.views[0])
    assert reply.buttons


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize(
    ("before", "first"),
    [
        ((("<follow>", "年代"),), "健康ウォーキング"),  # for who is about 60 and older
        (adult("30〜44歳"), "朝のラジオ体操"),
        (adult("65〜74歳"), "健康ウォーキング"),
    ],
)
async def test_what_somebody_is_old_and_young_enough_for_comes_first(
    stage: Stage, platform: Platform, before: tuple[Line, ...], first: str
) -> None:
    player = Player(stage, stage.resident(), platform)
    await player.play(Dialogue("first contact", before))
    heard = await player.say("健康")
    assert min(("健康ウォーキング", "朝のラジオ体操"), key=heard.index) == first
