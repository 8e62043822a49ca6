"""What comes after waiting: offers in waking hours, the draw's results, late answers, and the history of it all."""

from datetime import UTC, datetime

import pytest

from catalog.models import Platform, RegistrationState
from tests.dialogues.conftest import play
from tests.dialogues.happenings import another_cancels, draw_gives, others_apply, others_win, rules
from tests.dialogues.script import Dialogue, Line
from tests.dialogues.test_applying import adult
from tests.stage import Stage

# D13: eight seats, all taken; it starts on Friday of the week after. The clock stands at Wednesday, 10 June, 10:00.
FULL = others_apply("D13", 4, 4)


def waiting(*then: Line) -> tuple[Line, ...]:
    return (
        *adult(),
        ("講座番号{course:D13}", "満席・キャンセル待ち"),
        ("[空きを待つ]", "キャンセル待ちは1組目"),
        ("[待つ]", "いま1組目"),
        *then,
    )


def entered(*then: Line) -> tuple[Line, ...]:
    return (
        *adult(),
        ("講座番号{course:D04}", "抽選・受付中"),
        ("[申し込む]", ("抽選は6月26日(金) 10:00です", "抽選です。申し込みますか")),
        ("[申し込む]", ("抽選に申し込みました", "結果は6月26日(金) 10:00の抽選のあと", "抽選番号", "抽選を確かめる")),
        *then,
    )


DRAWN_ON = rules("D04", draw_at=datetime(2026, 6, 26, 1, 0, tzinfo=UTC))
LATE = datetime(2026, 6, 12, 1, 0, tzinfo=UTC)  # Friday, 10:00

OFFERS = (
    Dialogue(
        "an offer at 20:50: a day of waking hours to answer, the night not counted",
        waiting(
            ("<+650>", ""),
            (
                another_cancels("D13"),
                (
                    "席があきました",
                    "書道のいろは",
                    "お返事は",
                    "6月12日(金) 18:50まで(夜9時〜朝8時は数えません)",
                    "参加する",
                    "行けない",
                ),
            ),
            (
                "申込一覧",
                ("お返事を待っている", "席があきました", "お返事は6月12日(金) 18:50まで", "参加する", "行けない"),
            ),
            ("[くわしく]", ("席があきました", "お返事は6月12日(金) 18:50まで", "参加する")),
            ("[参加する]", ("参加が決まりました", "書道のいろは", "6月19日(金) 14:00〜16:00", "受付番号")),
            ("[申込の内容]", ("申込ずみ", "これまでの経過")),
            (
                "[これまでの経過]",
                (
                    "6月10日(水) 10:00 ご自身\n申し込み、キャンセル待ちに入りました。",
                    "6月10日(水) 20:50 自動\n席があき、順番が来たのでご案内しました。",
                    "ご自身\n参加すると返事をして、参加が決まりました。",
                ),
            ),
        ),
        given=(FULL,),
    ),
    Dialogue(
        "answered in words an hour later: the offer is shown, and the second word counts",
        waiting(
            (another_cancels("D13"), ("席があきました", "参加する", "行けない")),
            ("<+60>", ""),
            ("行きます", ("席があきました", "お返事は", "参加する", "行けない", "!参加が決まりました")),
            ("行きます", "参加が決まりました"),
            ("行きます", "!参加が決まりました"),
        ),
        given=(FULL,),
    ),
    Dialogue(
        "declined in words",
        waiting(
            (another_cancels("D13"), ("席があきました", "参加する", "行けない")),
            ("<+60>", ""),
            ("行けなくなりました", ("席があきました", "参加する", "行けない")),
            ("やっぱり行けません", "席は次の方にご案内します"),
        ),
        given=(FULL,),
    ),
    Dialogue(
        "declined with one tap: thanked, and something else is near",
        waiting(
            (another_cancels("D13"), ("席があきました", "参加する", "行けない")),
            ("[行けない]", ("席は次の方にご案内します", "似た講座")),
            ("申込一覧", "いま申し込んでいる講座はありません"),
        ),
        given=(FULL,),
    ),
    Dialogue(
        "answered too late: what became of the seat, and waiting again",
        waiting(
            (another_cancels("D13"), ("席があきました", "参加する", "行けない")),
            ("申込一覧", "お返事は6月11日(木) 19:00まで"),
            ("<+2160>", ("席は次の方へ", "もう一度待つ")),
            ("[参加する]", ("お返事の時間がすぎたので、席を次の方に", "もう一度待つ")),
            ("[もう一度待つ]", ("この内容で申し込みますか", "書道のいろは")),
        ),
        given=(FULL, rules("D13", offer_hours=22)),
    ),
    Dialogue(
        "a yes that is tapped twice is said to stand",
        waiting(
            (another_cancels("D13"), ("席があきました", "参加する", "行けない")),
            ("[参加する]", "参加が決まりました"),
            ("[参加する]", ("もう決まっています", "行けなくなった")),
        ),
        given=(FULL,),
    ),
)

RESULTS = (
    Dialogue(
        "won: the place is theirs",
        entered(
            ("[申込を見る]", ("抽選の結果待ち", "抽選番号")),
            (draw_gives("D04", RegistrationState.CONFIRMED), ("当選しました", "席は確保できています")),
            ("申込一覧", "当選・申込ずみ"),
            ("[くわしく]", ("当選・申込ずみ", "抽選を確かめる", "取り消す")),
            ("[これまでの経過]", ("抽選に申し込みました。", "自動\n抽選で当選しました。")),
        ),
        given=(DRAWN_ON,),
    ),
    Dialogue(
        "won, to be confirmed by a time",
        entered(
            (
                draw_gives("D04", RegistrationState.OFFERED, until=LATE),
                ("当選しました", "6月12日(金) 10:00まで", "参加する"),
            ),
            ("申込一覧", ("当選・お返事待ち", "お返事は6月12日(金) 10:00まで", "参加する")),
            ("[参加する]", "参加が決まりました"),
        ),
        given=(DRAWN_ON,),
    ),
    Dialogue(
        "won, and never answered",
        entered(
            (
                draw_gives("D04", RegistrationState.OFFERED, until=LATE),
                ("当選しました", "6月12日(金) 10:00まで", "参加する"),
            ),
            ("申込一覧", "当選・お返事待ち"),
            ("<+2910>", ("席は次の方へ", "もう一度")),
            ("[参加する]", ("お返事の時間がすぎたので", "もう一度待つ", "似た講座")),
        ),
        given=(DRAWN_ON,),
    ),
    Dialogue(
        "a reserve: the place in the order, and still to be left",
        entered(
            (others_win("D04"), ""),
            (draw_gives("D04", RegistrationState.WAITLISTED, rank=1), "補欠1番目です"),
            ("申込一覧", "補欠1番目"),
            ("[くわしく]", ("補欠1番目", "取り消す")),
            ("[取り消す]", "取り消しますか"),
            ("[取り消す]", "取り消しました"),
        ),
        given=(DRAWN_ON, others_apply("D04", 12)),
    ),
    Dialogue(
        "lost: said, with similar courses and the proof beside it",
        entered(
            (draw_gives("D04", RegistrationState.LOST), ("残念ながら今回は落選でした", "似た講座")),
            ("申込一覧", ("落選", "似た講座")),
            ("[くわしく]", ("落選", "抽選を確かめる", "似た講座", "!取り消す")),
            ("[似た講座]", "夏の陶芸教室"),
        ),
        given=(DRAWN_ON,),
    ),
)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("dialogue", OFFERS, ids=lambda dialogue: dialogue.name)
async def test_offers(stage: Stage, platform: Platform, dialogue: Dialogue) -> None:
    await play(stage, platform, dialogue)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("dialogue", RESULTS, ids=lambda dialogue: dialogue.name)
async def test_results_of_a_draw(stage: Stage, platform: Platform, dialogue: Dialogue) -> None:
    await play(stage, platform, dialogue)
