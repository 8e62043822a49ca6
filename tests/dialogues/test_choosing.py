"""What some courses ask before the confirmation: childcare, single sessions, whether one can come to all."""

import pytest

from catalog.models import Platform, Relation
from tests.dialogues.conftest import play
from tests.dialogues.happenings import has_family, others_apply, rules
from tests.dialogues.script import Dialogue, Line
from tests.dialogues.test_applying import adult
from tests.stage import Stage

# D16: for grown-ups, with childcare. D09: three evenings, ten seats.
TODDLER = has_family(("うみ", Relation.CHILD, 2023))
SCHOOL_CHILD = has_family(("はる", Relation.CHILD, 2016))


def childcare(*then: Line) -> tuple[Line, ...]:
    return (*adult(), (TODDLER, ""), ("講座番号{course:D16}", ("働き方を考える", "保育あり")), *then)


def evenings(*then: Line) -> tuple[Line, ...]:
    return (*adult(), ("講座番号{course:D09}", "英会話カフェ"), *then)


CHILDCARE = (
    Dialogue(
        "a child of that age is asked for, and gets its place with the seat",
        childcare(
            ("[申し込む]", ("お子さんを預けますか", "のこり3人", "うみさん", "預けない")),
            ("[うみさん]", ("保育: うみさん", "この内容で申し込みますか", "!参加: ")),
            ("[申し込む]", "申し込みました。"),
            ("[申込を見る]", ("申込ずみ", "うみさん", "1人だけやめる")),
            ("[1人だけやめる]", "どなたが参加をやめますか"),
            ("[うみさん]", "うみさんだけ参加をやめますか"),
            ("[やめる]", "うみさんの参加をやめました。ご自身の申込はそのままです"),
        ),
        given=(rules("D16", childcare_capacity=3),),
    ),
    Dialogue(
        "not wanted",
        childcare(
            ("[申し込む]", "お子さんを預けますか"),
            ("[預けない]", ("この内容で申し込みますか", "!保育: ")),
            ("[申し込む]", "申し込みました。"),
        ),
    ),
    Dialogue(
        "thought of afterwards, and not needed after all",
        childcare(
            ("[申し込む]", "お子さんを預けますか"),
            ("[預けない]", "この内容で申し込みますか"),
            ("[申し込む]", "申し込みました。"),
            ("[申込を見る]", ("保育を変える", "!うみさん")),
            ("[保育を変える]", ("預けるお子さんを選べます", "のこり1人", "うみさんを預ける")),
            ("[うみさんを預ける]", ("うみさん 預けます", "うみさんは預けない", "!のこり")),
            ("[申込の内容]", ("申込ずみ", "うみさん")),
            ("[保育を変える]", "うみさん 預けます"),
            ("[うみさんは預けない]", ("うみさんを預ける", "のこり1人", "!うみさん 預けます")),
            ("[申込の内容]", ("申込ずみ", "!うみさん")),
            ("[これまでの経過]", "ご自身\nうみさんの保育を変えました。"),
        ),
        given=(rules("D16", childcare_capacity=1),),
    ),
    Dialogue(
        "thought of afterwards, when childcare is full",
        childcare(
            ("[申し込む]", "保育は定員です"),
            ("[預けない]", "この内容で申し込みますか"),
            ("[申し込む]", "申し込みました。"),
            ("[申込を見る]", "保育を変える"),
            ("[保育を変える]", ("預けるお子さんを選べます", "のこり0人")),
            (
                "[うみさんを預ける]",
                ("保育は定員になりました。", "ご相談は", "申込はそのままです。", "!うみさん 預けます"),
            ),
            ("[申込の内容]", "申込ずみ"),
        ),
        given=(rules("D16", childcare_capacity=1), others_apply("D16", 1, children=1)),
    ),
    Dialogue(
        "childcare is full: without it, or waiting for both",
        childcare(
            ("[申し込む]", ("保育は定員です", "預けない")),
            ("[うみさん]", ("席はありますが、保育は定員です", "保育なしで", "保育も待つ")),
            ("[保育も待つ]", ("キャンセル待ちに入りました", "いま1組目")),
        ),
        given=(rules("D16", childcare_capacity=1), others_apply("D16", 1, children=1)),
    ),
    Dialogue(
        "childcare is full, and one comes without it",
        childcare(
            ("[申し込む]", "保育は定員です"),
            ("[うみさん]", "保育なしで"),
            ("[保育なしで]", ("この内容で申し込みますか", "!保育: ")),
            ("[申し込む]", "申し込みました。"),
        ),
        given=(rules("D16", childcare_capacity=1), others_apply("D16", 1, children=1)),
    ),
    Dialogue(
        "who has only bigger children is not asked",
        (
            *adult(),
            (SCHOOL_CHILD, ""),
            ("講座番号{course:D16}", "働き方を考える"),
            ("[申し込む]", ("この内容で申し込みますか", "!預け")),
        ),
    ),
    Dialogue(
        "who has told of no child is told that there is childcare, and not asked",
        (
            *adult(),
            ("講座番号{course:D16}", "働き方を考える"),
            ("[申し込む]", ("保育つきです", "お子さんを登録", "この内容で申し込みますか")),
            ("[お子さんを登録]", "どなたを足しますか"),
            ("[子ども]", "何とお呼びしますか"),
            ("そら", "生まれた年と月"),
            ("2023年5月", ("そらさん(3歳)を登録しました", "申込をつづける")),
            ("[申込をつづける]", ("お子さんを預けますか", "そらさん")),
            ("[そらさん]", "保育: そらさん"),
        ),
    ),
)

SESSIONS = (
    Dialogue(
        "single sessions: chosen with what is free in each",
        evenings(
            (
                "[申し込む]",
                (
                    "どの回に参加しますか",
                    "6月16日(火) 19:00〜20:30 満席",
                    "6月23日(火) 19:00〜20:30 のこり3",
                    "6月30日(火) 19:00〜20:30 のこり10",
                ),
            ),
            ("[6月23日(火) 19:00]", ("✓ 6月23日(火) 19:00", "次へ")),
            ("[6月30日(火) 19:00]", "✓ 6月30日(火) 19:00"),
            ("[次へ]", ("6月23日(火) 19:00〜20:30 のこり3", "6月30日(火)", "!6月16日", "この内容で")),
            (
                "[申し込む]",
                ("申し込みました。", "6月23日(火) 19:00〜20:30 受付番号", "6月30日(火) 19:00〜20:30 受付番号"),
            ),
            ("[申込を見る]", ("申し込んでいる講座は2件", "6月23日(火)", "6月30日(火)", "!6月16日")),
            ("[カレンダー]", ("6月23日(火)", "6月30日(火)", "!6月16日")),
        ),
        given=(
            rules("D09", by_session=True),
            others_apply("D09", 6, 4, session=0),
            others_apply("D09", 7, session=1),
        ),
    ),
    Dialogue(
        "a full session is waited for, a free one is sure",
        evenings(
            ("[申し込む]", "どの回に"),
            ("[6月16日(火) 19:00]", "✓ 6月16日"),
            ("[次へ]", ("6月16日(火) 19:00〜20:30 満席", "キャンセル待ちは1組目")),
            ("[待つ]", "6月16日(火) 19:00〜20:30 キャンセル待ち 1組目"),
        ),
        given=(rules("D09", by_session=True), others_apply("D09", 6, 4, session=0)),
    ),
    Dialogue(
        "a full session beside a free one: said beforehand which of them is waited for",
        evenings(
            ("[申し込む]", "どの回に"),
            ("[6月16日(火) 19:00]", "✓ 6月16日"),
            ("[6月23日(火) 19:00]", "✓ 6月23日"),
            (
                "[次へ]",
                ("6月16日(火) 19:00〜20:30 満席", "空きのない回は、キャンセル待ちになります", "!定員になりました"),
            ),
            ("[申し込む]", ("キャンセル待ち 1組目", "6月23日(火) 19:00〜20:30 受付番号")),
            ("講座番号{course:D09}", ("先着・受付中", "!のこり", "!満席", "申し込む")),
        ),
        given=(rules("D09", by_session=True), others_apply("D09", 6, 4, session=0)),
    ),
    Dialogue(
        "a series that prefers who can come to all sessions asks for it",
        evenings(
            ("[申し込む]", ("全3回の講座です。全回出席できますか", "優先")),
            ("[休む回がある]", "この内容で申し込みますか"),
            ("[申し込む]", "申し込みました。"),
        ),
        given=(rules("D09", priority_all_sessions=True),),
    ),
    Dialogue(
        "one session of a series cannot be come to: told, and taken back",
        evenings(
            ("[申し込む]", "この内容で"),
            ("[申し込む]", "申し込みました。"),
            ("[申込を見る]", "休む回を伝える"),
            ("[休む回を伝える]", ("お休みする回", "6月16日(火)", "6月30日(火)は休む")),
            ("[6月23日(火)は休む]", ("お休みを伝えました", "6月23日(火) 19:00〜20:30 お休み", "6月23日(火)は行く")),
            ("[申込の内容]", ("申込ずみ", "お休み")),
            ("[休む回を伝える]", ("お休みする回", "6月23日(火)は行く")),
            ("[6月23日(火)は行く]", ("お待ちしています", "!お休み", "6月23日(火)は休む")),
            ("[申込の内容]", "申込ずみ"),
            (
                "[これまでの経過]",
                ("6月23日(火) 19:00の回のお休みを伝えました。", "6月23日(火) 19:00の回に行くことにしました。"),
            ),
            ("[申込の内容]", "申込ずみ"),
        ),
    ),
    Dialogue(
        "a series is applied for as a whole otherwise",
        evenings(("[申し込む]", ("ほか2回", "この内容で申し込みますか", "!全回", "!どの回"))),
    ),
)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("dialogue", CHILDCARE, ids=lambda dialogue: dialogue.name)
async def test_childcare(stage: Stage, platform: Platform, dialogue: Dialogue) -> None:
    await play(stage, platform, dialogue)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("dialogue", SESSIONS, ids=lambda dialogue: dialogue.name)
async def test_sessions(stage: Stage, platform: Platform, dialogue: Dialogue) -> None:
    await play(stage, platform, dialogue)
