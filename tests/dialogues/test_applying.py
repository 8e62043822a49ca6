"""Applying, for oneself and the family: first come, lottery, waitlist, refusals; and cancelling."""

import pytest

from catalog.models import Platform
from tests.dialogues.conftest import play
from tests.dialogues.script import Dialogue, Line
from tests.stage import Stage


def adult(band: str = "30〜44歳") -> tuple[Line, ...]:
    """First contact of an adult, in one breath."""
    return (("<follow>", "年代"), (f"[{band}]", "分野"), ("[あとで]", "地域"), ("[あとで]", "まずは"))


def with_child(nickname: str, birth: str, *, called: str = "") -> tuple[Line, ...]:
    """Adds a child, who is then called by the nickname with さん where nothing else is said."""
    return (
        ("[メニュー]", "家族"),
        ("[家族]", "家族を足す"),
        ("[家族を足す]", "どなたを足しますか"),
        ("[子ども]", "何とお呼びしますか"),
        (nickname, "生まれた年と月"),
        (birth, (called or f"{nickname}さん", "!ちゃんさん")),
    )


APPLYING = (
    Dialogue(
        "beside a course one asks for the list of one's applications, not for one more",
        (
            *adult(),
            ("講座番号{course:D01}", ("はじめてのヨガ教室", "申し込む")),
            ("申込一覧", ("いま申し込んでいる講座はありません", "!この内容で")),
            ("講座番号{course:D01}", "申し込む"),
            ("申し込みたいです", "この内容で申し込みますか"),
            ("はい", "申し込みました。"),
            ("講座番号{course:D13}", "書道のいろは"),
            ("予約の確認", ("申込ずみ", "はじめてのヨガ教室", "!この内容で")),
            ("講座番号{course:D13}", "書道のいろは"),
            ("申込の締切は?", ("書道のいろは", "!この内容で")),
        ),
    ),
    Dialogue(
        "cancelling in words: the only application is asked about, of several one is chosen",
        (
            *adult(),
            ("キャンセルしたい", "いま申し込んでいる講座はありません"),
            ("講座番号{course:D01}", "はじめてのヨガ教室"),
            ("申込", "この内容で申し込みますか"),
            ("はい", "申し込みました。"),
            ("申込をキャンセルしたい", ("「はじめてのヨガ教室」の申込を取り消しますか", "このままにする")),
            ("やっぱり行きます", ("申込ずみ", "はじめてのヨガ教室")),
            ("講座番号{course:D22}", "アフリカ太鼓体験"),
            ("申込", "この内容で申し込みますか"),
            ("はい", "申し込みました。"),
            ("行けなくなりました", ("はじめてのヨガ教室", "アフリカ太鼓体験", "!取り消しますか")),
            ("2番目をキャンセル", "「はじめてのヨガ教室」の申込を取り消しますか"),
            ("取り消します", "「はじめてのヨガ教室」を取り消しました"),
            ("終わった申込", ("終わった申込です", "はじめてのヨガ教室", "!アフリカ太鼓体験")),
        ),
    ),
    Dialogue(
        "first come: confirmed, with a receipt number",
        (
            *adult(),
            ("講座番号{course:D01}", ("はじめてのヨガ教室", "先着・のこり20", "申し込む")),
            ("[申し込む]", ("「はじめてのヨガ教室」", "6月20日(土) 10:00〜11:30", "この内容で申し込みますか")),
            ("[申し込む]", ("申し込みました。", "受付番号", "申込を見る")),
            ("[申込を見る]", ("申込ずみ", "ヨガマット", "取り消す")),
        ),
    ),
    Dialogue(
        "one seat less for the next",
        (
            *adult(),
            ("講座番号{course:D01}", "先着・のこり20"),
            ("[申し込む]", "この内容で"),
            ("[申し込む]", "申し込みました。"),
            ("講座番号{course:D01}", "先着・のこり19"),
        ),
    ),
    Dialogue(
        "twice the same gives the existing one",
        (
            *adult(),
            ("講座番号{course:D01}", "申し込む"),
            ("[申し込む]", "この内容で"),
            ("[申し込む]", "申し込みました。"),
            ("講座番号{course:D01}", "申し込む"),
            ("[申し込む]", "この内容で"),
            ("[申し込む]", ("この講座はもう申込ずみです", "受付番号")),
        ),
    ),
    Dialogue(
        "a lottery is entered",
        (
            *adult(),
            ("講座番号{course:D04}", "抽選・受付中"),
            ("[申し込む]", "抽選です。申し込みますか"),
            ("[申し込む]", ("抽選に申し込みました", "受付番号")),
            ("[申込を見る]", "抽選の結果待ち"),
        ),
    ),
    Dialogue(
        "no registration needed is said as such, and can be noted",
        (
            *adult(),
            ("講座番号{course:D05}", ("星空観望会", "申込不要", "予定に入れる", "!申し込む")),
            ("[予定に入れる]", "申込はいりません"),
            ("[予定に入れる]", ("予定に入れました", "直接会場へ", "!受付番号")),
        ),
    ),
    Dialogue(
        "too young: why, and what can be joined instead",
        (
            ("<follow>", "年代"),
            ("[小学生]", "分野"),
            ("[あとで]", "地域"),
            ("[あとで]", "まずは"),
            ("講座番号{course:D03}", "シニアのスマホ入門"),
            (
                "[申し込む]",
                (
                    "65歳以上が対象で、ご自身の年代とは合いません",
                    "いま参加できる近い講座",
                    "講座にもどる",
                    "!この内容で",
                ),
            ),
        ),
    ),
    Dialogue(
        "refused for age, and an alternative taken",
        (
            ("<follow>", "年代"),
            ("[小学生]", "分野"),
            ("[あとで]", "地域"),
            ("[あとで]", "まずは"),
            ("講座番号{course:D03}", "シニアのスマホ入門"),
            ("[申し込む]", ("65歳以上が対象", "いま参加できる近い講座", "こどもプログラミング体験")),
            ("[申し込む]", ("「こどもプログラミング体験」", "この内容で申し込みますか")),
            ("[申し込む]", ("申し込みました。", "こどもプログラミング体験", "受付番号")),
        ),
    ),
    Dialogue(
        "too old: why, and what can be joined instead",
        (
            *adult("75歳以上"),
            ("講座番号{course:D06}", "こども工作ひろば"),
            ("[申し込む]", ("小学3〜4年生が対象で、ご自身の年代とは合いません", "講座にもどる")),
        ),
    ),
    Dialogue(
        "not open yet: when it opens, and keeping it for later",
        (
            *adult(),
            ("講座番号{course:D18}", ("受付はこれから", "7月1日(水) 9:00 受付開始")),
            ("[始まったら知らせて]", ("保存しました", "受付が始まったらお知らせします")),
        ),
    ),
    Dialogue(
        "closed: until when it was open",
        ((*adult(), ("講座番号{course:D10}", ("古文書を読む", "受付終了", "!申し込む")))),
    ),
    Dialogue(
        "a parent and child take one place of two",
        (
            *adult(),
            *with_child("はる", "2018年5月"),
            ("講座番号{course:D02}", ("親子クッキング", "のこり2")),
            ("[申し込む]", ("どなたが参加しますか", "はるさん", "ご自身")),
            ("[はるさん]", ("はるさんで申し込みます", "✓ はるさん")),
            ("[ご自身]", ("✓ ご自身", "次へ")),
            ("[次へ]", ("参加: ご自身・はるさん", "この内容で")),
            ("[申し込む]", "申し込みました。"),
            ("講座番号{course:D02}", "のこり1"),
        ),
    ),
    Dialogue(
        "a child next year: refused by name, with what they can join",
        (
            *adult(),
            *with_child("はる", "2018年5月"),
            ("講座番号{course:D06}", "こども工作ひろば"),
            ("[申し込む]", ("小学3〜4年生が対象で、はるさん(小2)は来年度から参加できます",)),
        ),
    ),
    Dialogue(
        "only one of the family may: the question for whom is not asked",
        (
            *adult(),
            *with_child("はる", "2017年5月"),
            ("講座番号{course:D06}", "こども工作ひろば"),
            ("[申し込む]", ("参加: はるさん", "田無公民館・無料", "!どなたが")),
            ("[申し込む]", "申し込みました。"),
        ),
    ),
    Dialogue(
        "of three only those are asked for who may",
        (
            *adult(),
            *with_child("はる", "2017年5月"),
            *with_child("そらくん", "2016年9月", called="そらくん"),
            *with_child("うみちゃん", "2024年1月", called="うみちゃん"),
            ("講座番号{course:D06}", "こども工作ひろば"),
            ("[申し込む]", ("どなたが参加しますか", "対象は小学3〜4年生です", "そらくん", "!うみちゃん", "!ご自身")),
        ),
    ),
    Dialogue(
        "a parent alone at a parent-and-child course: it is said that a child comes too",
        (
            *adult(),
            ("講座番号{course:D02}", "親子クッキング"),
            ("[申し込む]", ("親子で参加する講座です", "お子さんといっしょに", "家族を足す", "!この内容で")),
        ),
    ),
    Dialogue(
        "a parent-and-child course for another age: the child is named, and the parent not asked for",
        (
            *adult(),
            *with_child("はる", "2022年5月"),
            ("講座番号{course:D02}", "親子クッキング"),
            ("[申し込む]", ("はるさん(4歳)は2029年4月から参加できます", "!どなたが")),
        ),
    ),
    Dialogue(
        "「はい」 applies, 「いいえ」 leads back, and where it is can be asked",
        (
            *adult(),
            ("講座番号{course:D01}", "申し込む"),
            ("申し込みたい", "この内容で申し込みますか"),
            ("いいえ", "もちもの"),
            ("申し込みます", "この内容で申し込みますか"),
            ("はい", ("申し込みました。", "田無公民館")),
            ("場所はどこ?", ("申込ずみ", "南町5-6-11")),
        ),
    ),
)

AFTERWARDS = (
    Dialogue(
        "cancelling takes one confirmation, and gives the seat back",
        (
            *adult(),
            ("講座番号{course:D01}", "のこり20"),
            ("[申し込む]", "この内容で"),
            ("[申し込む]", "申し込みました。"),
            ("申し込んだ講座を見たい", ("申し込んでいる講座は1件", "はじめてのヨガ教室")),
            ("[取り消す]", ("「はじめてのヨガ教室」の申込を取り消しますか", "このままにする")),
            ("[取り消す]", ("取り消しました", "お知らせも止まります")),
            ("講座番号{course:D01}", "のこり20"),
        ),
    ),
    Dialogue(
        "cancelling twice says that it was",
        (
            *adult(),
            ("講座番号{course:D01}", "はじめて"),
            ("[申し込む]", "この内容で"),
            ("[申し込む]", "申込を見る"),
            ("[申込を見る]", "取り消す"),
            ("[取り消す]", "取り消しますか"),
            ("[取り消す]", "取り消しました"),
            ("申込一覧", "いま申し込んでいる講座はありません"),
        ),
    ),
    Dialogue(
        "keeping it after all",
        (
            *adult(),
            ("講座番号{course:D01}", "はじめて"),
            ("[申し込む]", "この内容で"),
            ("[申し込む]", "申込を見る"),
            ("[申込を見る]", "取り消す"),
            ("[取り消す]", "取り消しますか"),
            ("[このままにする]", ("申込ずみ", "はじめてのヨガ教室")),
        ),
    ),
    Dialogue(
        "no applications yet",
        (*adult(), ("[メニュー]", "申込を見る"), ("[申込を見る]", ("いま申し込んでいる講座はありません", "おすすめ"))),
    ),
    Dialogue(
        "the calendar lists all dates to come",
        (
            *adult(),
            ("講座番号{course:D09}", "英会話カフェ"),
            ("[申し込む]", "この内容で"),
            ("[申し込む]", "申し込みました。"),
            ("[メニュー]", "カレンダー"),
            ("[カレンダー]", ("6月16日(火) 19:00〜20:30", "6月23日(火)", "6月30日(火)", "英会話カフェ")),
        ),
    ),
    Dialogue(
        "an empty calendar",
        (*adult(), ("[メニュー]", "カレンダー"), ("[カレンダー]", "これからの予定はまだありません")),
    ),
    Dialogue(
        "saved courses are found again",
        (
            *adult(),
            ("講座番号{course:D13}", "あとで見る"),
            ("[あとで見る]", "「書道のいろは」を保存しました"),
            ("[保存した講座]", ("保存した講座です", "書道のいろは")),
        ),
    ),
    Dialogue(
        "not interested is remembered, and can be taken back",
        (
            *adult(),
            ("[メニュー]", "おすすめ"),
            ("[おすすめ]", "興味なし"),
            ("[興味なし]", ("もうおすすめしません", "元にもどす")),
            ("[元にもどす]", ("またおすすめに出ます", "!保存")),
        ),
    ),
    Dialogue(
        "similar courses",
        (*adult(), ("講座番号{course:D01}", "似た講座"), ("[似た講座]", "「はじめてのヨガ教室」に似た講座")),
    ),
    Dialogue(
        "sharing",
        (*adult(), ("講座番号{course:D05}", "友だちに送る"), ("[友だちに送る]", ("星空観望会", "/c/{course:D05}"))),
    ),
)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("dialogue", APPLYING, ids=lambda dialogue: dialogue.name)
async def test_applying(stage: Stage, platform: Platform, dialogue: Dialogue) -> None:
    await play(stage, platform, dialogue)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("dialogue", AFTERWARDS, ids=lambda dialogue: dialogue.name)
async def test_afterwards(stage: Stage, platform: Platform, dialogue: Dialogue) -> None:
    await play(stage, platform, dialogue)
