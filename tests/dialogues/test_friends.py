"""友だちといっしょに: a code, somebody who comes along with their own account, and what becomes of both together."""

import pytest

from catalog.models import Platform, RegistrationState, Relation
from tests.dialogues.conftest import play
from tests.dialogues.happenings import (
    another_cancels,
    draw_gives,
    friend_invites,
    friend_joins,
    friend_leaves,
    has_family,
    others_apply,
    others_win,
    rules,
)
from tests.dialogues.script import Dialogue, Line
from tests.dialogues.test_applying import adult
from tests.stage import Stage

# D14: ten seats, from school age on. D04: a lottery. D13: eight seats. D16: for grown-ups, with childcare.
CODE = "ACDE-FGHJ"
TODDLER: Line = (has_family(("うみ", Relation.CHILD, 2023)), "")


def invites(course: str, *then: Line) -> tuple[Line, ...]:
    """The resident has applied and sends the code to a friend, as ゆき."""
    return (
        *adult(),
        (f"講座番号{{course:{course}}}", "申し込む"),
        ("[申し込む]", "申し込みますか"),
        ("[申し込む]", ("申し込みました", "友だちをさそう")),
        ("[友だちをさそう]", ("どなたからのお誘いと伝えましょうか", "名前は出さない")),
        ("ゆき", ("友だちの番号は", "6月13日(土) 10:00まで使えます", "いっしょに行きませんか", "LINEで送る")),
        *then,
    )


def comes_along(*then: Line) -> tuple[Line, ...]:
    """The resident has joined ゆき's party as みき."""
    return (
        *adult(),
        (f"友だちの番号 {CODE}", ("ゆきさんから、「", "へのお誘いです", "みなさんまとめて")),
        ("[いっしょに行く]", ("ゆきさんといっしょに申し込みます", "お名前を何と伝えましょうか")),
        ("みき", ("ゆきさんといっしょに申し込みました", "受付番号")),
        *then,
    )


DIALOGUES = (
    Dialogue(
        "a friend is invited, comes along, and cannot come after all",
        invites(
            "D14",
            (
                friend_joins("D14", nickname="みき", people=2),
                ("みきさんが、いっしょに参加することになりました", "参加:"),
            ),
            ("申込一覧", ("ご自身・みきさんたち2人", "申込ずみ")),
            ("[くわしく]", ("みきさんたち2人", "!お一人", "!1人だけやめる")),
            ("[これまでの経過]", ("ご自身\n申し込みました", "みきさん\nいっしょに参加することに")),
            ("講座番号{course:D14}", "のこり7"),
            (friend_leaves(), ("お友だちは行けなくなりました", "そのままです")),
            ("講座番号{course:D14}", "のこり9"),
        ),
    ),
    Dialogue(
        "a lottery is won together",
        invites(
            "D04",
            (friend_joins("D04", nickname="みき"), "みきさんが、いっしょに参加"),
            (draw_gives("D04", RegistrationState.CONFIRMED), ("当選しました", "参加:ご自身・みきさん")),
        ),
    ),
    Dialogue(
        "who applied leaves with all, or alone",
        invites(
            "D14",
            (friend_joins("D14"), "お友だちが、いっしょに参加"),
            ("申込一覧", "ご自身・お友だち"),
            ("[取り消す]", ("どなたの分を取り消しますか", "自分たちだけ", "みんなの分", "このままにする")),
            ("[自分たちだけ]", "参加をやめました。お友だちの申込はそのままです"),
            ("[申込を見る]", ("いま申し込んでいる講座はありません", "終わった申込")),
            ("[終わった申込]", ("終わった申込です", "ウクレレをひこう", "取消ずみ", "これまでの経過", "!申込ずみ")),
            (
                "[これまでの経過]",
                ("ご自身\n申し込みました", "お友だち\nいっしょに参加することに", "ご自身\n参加をやめました"),
            ),
            ("[終わった申込]", "終わった申込です"),
            ("講座番号{course:D14}", "のこり9"),
        ),
    ),
    Dialogue(
        "one comes along, wins, is reminded of it, and takes back one's own",
        comes_along(
            ("申込一覧", ("抽選の結果待ち", "ご自身・ゆきさん")),
            (others_win("D04"), ("当選しました", "参加:ご自身・ゆきさん", "席は確保できています")),
            ("申込一覧", "当選・申込ずみ"),
            ("[くわしく]", ("お友だち", "ゆきさん", "!友だちをさそう")),
            ("[これまでの経過]", ("ゆきさん\n抽選に申し込みました", "ご自身\nいっしょに参加", "抽選で当選しました")),
            ("[申込の内容]", "取り消す"),
            ("[取り消す]", ("参加をやめますか。お友だちの申込はそのままです", "!みんなの分")),
            ("[やめる]", "参加をやめました。お友だちの申込はそのままです"),
            ("[申込を見る]", ("いま申し込んでいる講座はありません", "終わった申込")),
            ("[終わった申込]", "取消ずみ"),
            (
                "[これまでの経過]",
                (
                    "ご自身\nいっしょに参加",
                    "抽選で当選しました",
                    "ご自身\n参加をやめました",
                    "!ゆきさん\n抽選に申し込みました",
                ),
            ),
        ),
        given=(friend_invites("D04", CODE, nickname="ゆき"),),
    ),
    Dialogue(
        "by a link, with a child; the friend cancels for all of them",
        (
            (f"<follow with_{CODE}>", ("お友だちから、「ウクレレをひこう」へのお誘いです", "いっしょに行く")),
            (has_family(("はる", Relation.CHILD, 2015)), ""),
            ("[いっしょに行く]", ("どなたが参加しますか", "ご自身", "はるさん")),
            ("[ご自身]", "✓ ご自身"),
            ("[はるさん]", "ご自身・はるさんで申し込みます"),
            ("[次へ]", ("参加: ご自身・はるさん", "名前を出さず申込")),
            ("[名前を出さず申込]", "お友だちといっしょに申し込みました"),
            ("講座番号{course:D14}", "のこり7"),
            ("[名前を出さず申込]", "もういっしょに申し込んでいます"),
            (friend_leaves(everybody=True), ("お友だちが、みなさんの申込を取り消しました", "自分で申し込む")),
        ),
        given=(friend_invites("D14", CODE),),
    ),
    Dialogue(
        "a friend brings a child into childcare, and thinks of it again afterwards",
        (
            *adult(),
            TODDLER,
            (f"友だちの番号 {CODE}", "「保育付き 働き方を考える講座」へのお誘いです"),
            (
                "[いっしょに行く]",
                ("保育つきの講座です", "お子さんを預けますか", "のこり2人", "うみさん", "預けない"),
            ),
            ("[うみさん]", ("ゆきさんといっしょに申し込みます", "参加: ご自身", "保育: うみさん")),
            ("みき", ("ゆきさんといっしょに申し込みました", "保育: うみさん", "受付番号")),
            ("[申込の内容]", ("うみさん", "保育を変える")),
            ("[保育を変える]", "うみさん 預けます"),
            ("[うみさんは預けない]", "!うみさん 預けます"),
        ),
        given=(rules("D16", childcare_capacity=2), friend_invites("D16", CODE, nickname="ゆき")),
    ),
    Dialogue(
        "no place in childcare for a friend's child: said before, and they may come without",
        (
            *adult(),
            TODDLER,
            (f"友だちの番号 {CODE}", "へのお誘いです"),
            ("[いっしょに行く]", ("いま保育は定員です。預けずに参加しますか", "預けない", "!うみさん")),
            ("[預けない]", ("参加: ご自身", "!保育:")),
            ("[名前を出さず申込]", ("お友だちといっしょに申し込みました", "!保育:")),
        ),
        given=(
            rules("D16", childcare_capacity=1),
            others_apply("D16", 1, children=1),
            friend_invites("D16", CODE),
        ),
    ),
    Dialogue(
        "the last place in childcare is taken meanwhile",
        (
            *adult(),
            TODDLER,
            (f"友だちの番号 {CODE}", "へのお誘いです"),
            ("[いっしょに行く]", "のこり1人"),
            ("[うみさん]", "保育: うみさん"),
            (others_apply("D16", 1, children=1), ""),
            ("[名前を出さず申込]", ("保育の空きが足りません。お友だちの申込はそのままです", "預けずに行く")),
            ("[預けずに行く]", ("参加: ご自身", "!保育:")),
            ("はい", "お友だちといっしょに申し込みました"),
            ("[申込を見る]", "お友だち"),
        ),
        given=(rules("D16", childcare_capacity=1), friend_invites("D16", CODE)),
    ),
    Dialogue(
        "no seat for a friend: nothing is split, and they wait on their own",
        (
            *adult(),
            ("友だちの番号", "お友だちから届いた番号を送ってください"),
            (f"ともだちのばんごう {CODE.lower()}", "へのお誘いです"),
            ("いく", "お名前を何と伝えましょうか"),
            ("みき", ("いっしょに入れる席が、いまはありません", "お友だちの申込はそのままです")),
            ("[自分で申し込む]", "キャンセル待ちは1組目"),
            ("[待つ]", "いま1組目です"),
            (another_cancels("D13"), "席があきました"),
        ),
        given=(friend_invites("D13", CODE, nickname="ゆき"), others_apply("D13", 7)),
    ),
    Dialogue(
        "an offer for the party is answered by any of it",
        comes_along(
            ("申込一覧", "キャンセル待ち 1組目"),
            (another_cancels("D13"), ("席があきました", "参加:ご自身・ゆきさん")),
            ("[参加する]", "参加が決まりました"),
        ),
        given=(others_apply("D13", 8), friend_invites("D13", CODE, nickname="ゆき")),
    ),
    Dialogue(
        "a code that has ended, and one that never was",
        (
            *adult(),
            ("<+4380>", ""),
            (f"友だちの番号 {CODE}", ("お誘いは見つかりませんでした", "もう一度番号を出してもらって")),
            *((f"友だちの番号 ACDE-FGH{number}", "お誘いは見つかりませんでした") for number in range(4)),
            (f"友だちの番号 {CODE}", "少しお休みしています"),
        ),
        given=(friend_invites("D14", CODE),),
    ),
    Dialogue(
        "the code again, with no name said",
        invites(
            "D14",
            (friend_joins("D14"), "お友だちが、いっしょに参加"),
            ("申込一覧", "くわしく"),
            ("[くわしく]", "友だちをさそう"),
            ("[友だちをさそう]", "どなたからのお誘い"),
            ("あのとてもとても長いあだ名です", "10文字まで"),
            ("[申込の内容]", "友だちをさそう"),
            ("[友だちをさそう]", "どなたからのお誘い"),
            ("[名前は出さない]", ("友だちの番号は", "下の文を、お友だちに")),
        ),
    ),
)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.name)
async def test_friends(stage: Stage, platform: Platform, dialogue: Dialogue) -> None:
    await play(stage, platform, dialogue)
