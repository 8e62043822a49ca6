"""A family applies together: too few seats, one leaves, somebody else comes, the waitlist, the course's deadline."""

from datetime import UTC, datetime

import pytest

from catalog.models import Platform, Relation
from tests.dialogues.conftest import play
from tests.dialogues.happenings import another_cancels, has_family, others_apply, rules
from tests.dialogues.script import Dialogue, Line
from tests.dialogues.test_applying import adult
from tests.stage import Stage

# D14: ten seats, from school age on. D01: twenty seats, grown-ups.
FAMILY = has_family(("ゆう", Relation.PARTNER, 1985), ("はる", Relation.CHILD, 2015), ("そら", Relation.CHILD, 2017))


def four_of_them(*then: Line) -> tuple[Line, ...]:
    """A family of four, all of them chosen."""
    return (
        *adult(),
        (FAMILY, ""),
        ("講座番号{course:D14}", "ウクレレをひこう"),
        ("[申し込む]", ("どなたが参加しますか", "ゆうさん", "はるさん", "そらさん")),
        ("[ご自身]", "✓ ご自身"),
        ("[ゆうさん]", "✓ ゆうさん"),
        ("[はるさん]", "✓ はるさん"),
        ("[そらさん]", "ご自身・ゆうさん・はるさん・そらさんで申し込みます"),
        *then,
    )


def two_of_them(*then: Line) -> tuple[Line, ...]:
    """The resident and はる have places."""
    return (
        *adult(),
        (FAMILY, ""),
        ("講座番号{course:D14}", "ウクレレをひこう"),
        ("[申し込む]", "どなたが参加しますか"),
        ("[ご自身]", "✓ ご自身"),
        ("[はるさん]", "✓ はるさん"),
        ("[次へ]", "この内容で"),
        ("[申し込む]", "申し込みました。"),
        *then,
    )


DIALOGUES = (
    Dialogue(
        "a family of four for three seats waits together",
        four_of_them(
            ("[次へ]", ("のこりは3人で、4人分に足りません", "キャンセル待ちは1組目", "いっしょに待つ", "人数を減らす")),
            ("[いっしょに待つ]", ("キャンセル待ちに入りました", "いま1組目", "24時間以内", "夜は待ちません")),
            ("[申込を見る]", ("キャンセル待ち 1組目", "ご自身・ゆうさん・はるさん・そらさん", "取り消す")),
            (another_cancels("D14"), ("席があきました", "ご自身・ゆうさん・はるさん・そらさん", "参加する")),
            (
                "申込一覧",
                ("お返事を待っている", "席があきました", "お返事は6月11日(木) 21:00まで", "参加する", "行けない"),
            ),
            ("[参加する]", ("参加が決まりました", "受付番号")),
            ("講座番号{course:D14}", "のこり2"),
        ),
        given=(others_apply("D14", 3, 4),),
    ),
    Dialogue(
        "a family of four for three seats: three of them apply",
        four_of_them(
            ("[次へ]", ("のこりは3人で、4人分に足りません", "人数を減らす")),
            ("[人数を減らす]", ("ご自身・ゆうさん・はるさん・そらさんで申し込みます", "✓ ゆうさん")),
            ("[✓ ゆうさん]", "ご自身・はるさん・そらさんで申し込みます"),
            ("[次へ]", ("参加: ご自身・はるさん・そらさん", "この内容で申し込みますか")),
            ("[申し込む]", "申し込みました。"),
            ("講座番号{course:D14}", "満席・キャンセル待ち"),
        ),
        given=(others_apply("D14", 3, 4),),
    ),
    Dialogue(
        "no seat at all: the place on the waitlist is said before and after",
        (
            *adult(),
            ("講座番号{course:D13}", "満席・キャンセル待ち"),
            ("[空きを待つ]", ("定員になりました。キャンセル待ちは3組目です", "待つ")),
            ("[待つ]", ("いま3組目です", "似た講座")),
            ("申込一覧", "キャンセル待ち 3組目"),
            ("[取り消す]", "取り消しますか"),
            ("[取り消す]", "取り消しました"),
            ("[申込を見る]", ("いま申し込んでいる講座はありません", "終わった申込")),
            ("[終わった申込]", ("終わった申込です", "取消ずみ", "これまでの経過", "くわしく")),
            ("[これまでの経過]", ("キャンセル待ちに入りました。", "ご自身\n申込を取り消しました。")),
            ("講座番号{course:D13}", "キャンセル待ち2組"),
        ),
        given=(others_apply("D13", 4, 4, 2, 1),),
    ),
    Dialogue(
        "one of the party leaves, the other stays",
        two_of_them(
            ("[申込を見る]", ("ご自身・はるさん", "1人だけやめる")),
            ("[1人だけやめる]", ("どなたが参加をやめますか", "このままにする")),
            ("[はるさん]", "はるさんだけ参加をやめますか。ご自身の申込はそのままです"),
            ("[やめる]", "はるさんの参加をやめました。ご自身の申込はそのままです"),
            ("[申込の内容]", ("申込ずみ", "!はるさん", "!1人だけやめる")),
            ("[これまでの経過]", ("申し込みました。", "ご自身\nはるさんの参加をやめました")),
            ("講座番号{course:D14}", "のこり9"),
        ),
    ),
    Dialogue(
        "keeping all of them after all",
        two_of_them(
            ("[申込を見る]", "1人だけやめる"),
            ("[1人だけやめる]", "どなたが"),
            ("[このままにする]", ("申込ずみ", "ご自身・はるさん")),
        ),
    ),
    Dialogue(
        "somebody else of the family comes instead, and back",
        two_of_them(
            ("[申込を見る]", "ほかの人と交代"),
            ("[ほかの人と交代]", "どなたの代わりですか"),
            ("[はるさん]", ("はるさんの代わりに、どなたが", "ゆうさん", "そらさん")),
            ("[そらさん]", ("はるさんの代わりに、そらさんが参加します", "元にもどす")),
            ("[申込の内容]", ("ご自身・そらさん", "!はるさん")),
            ("[これまでの経過]", "そらさんが代わりに参加することになりました"),
            ("講座番号{course:D14}", "のこり8"),
        ),
    ),
    Dialogue(
        "nobody in the family may come instead",
        (
            *adult(),
            (has_family(("うみ", Relation.CHILD, 2024)), ""),
            ("講座番号{course:D01}", "はじめて"),
            ("[申し込む]", "この内容で"),
            ("[申し込む]", "申し込みました。"),
            ("[申込を見る]", "ほかの人と交代"),
            ("[ほかの人と交代]", ("代わりに参加できるご家族が登録されていません", "家族を足す")),
            ("[家族を足す]", "どなたを足しますか"),
            ("[パートナー]", "何とお呼びしますか"),
            ("ゆう", "生まれた年と月"),
            ("1985年4月", ("ゆうさん(41歳)を登録しました", "交代をつづける")),
            ("[交代をつづける]", ("ご自身の代わりに、どなたが", "ゆうさん")),
            ("[ゆうさん]", "ご自身の代わりに、ゆうさんが参加します"),
        ),
    ),
    Dialogue(
        "after the course's own deadline a call is needed, and the number is there",
        two_of_them(
            ("[申込を見る]", "取り消す"),
            ("[取り消す]", "取り消しますか"),
            ("<+120>", "!取り消し"),
            ("[取り消す]", ("お電話でお願いします", "042-000-0001")),
            ("申込一覧", "申込ずみ"),
            ("[くわしく]", "1人だけやめる"),
            ("[1人だけやめる]", "どなたが"),
            ("[はるさん]", "やめますか"),
            ("[やめる]", ("お電話でお願いします", "042-000-0001")),
        ),
        given=(rules("D14", cancel_until=datetime(2026, 6, 10, 2, 0, tzinfo=UTC)),),
    ),
    Dialogue(
        "who waits may leave at any time",
        (
            *adult(),
            ("講座番号{course:D13}", "満席"),
            ("[空きを待つ]", "キャンセル待ちは1組目"),
            ("[待つ]", "いま1組目"),
            ("<+120>", "!取り消し"),
            ("申込一覧", "キャンセル待ち 1組目"),
            ("[取り消す]", "取り消しますか"),
            ("[取り消す]", "取り消しました"),
        ),
        given=(
            rules("D13", cancel_until=datetime(2026, 6, 10, 2, 0, tzinfo=UTC)),
            others_apply("D13", 8),
        ),
    ),
)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.name)
async def test_parties(stage: Stage, platform: Platform, dialogue: Dialogue) -> None:
    await play(stage, platform, dialogue)
