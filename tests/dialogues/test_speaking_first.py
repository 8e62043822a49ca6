"""Reminders as residents meet them: at the right time, once, never at night, none for what is cancelled."""

import pytest

from catalog.models import Platform
from tests.dialogues.conftest import play
from tests.dialogues.script import Dialogue, Line
from tests.dialogues.test_applying import adult
from tests.stage import Stage


def applied(course: str, title: str) -> tuple[Line, ...]:
    return (
        *adult("65〜74歳"),
        (f"講座番号{{course:{course}}}", title),
        ("[申し込む]", "この内容で"),
        ("[申し込む]", "申し込みました。"),
    )


# The stage's clock starts on Wednesday, 10 June 2026, 10:00.
DIALOGUES = (
    Dialogue(
        "the day before at six, and on the day two hours before",
        (
            *applied("D20", "ストレッチ体操"),  # Thursday 14:00
            ("<+450>", ""),  # 17:30
            ("<+30>", ("ストレッチ体操", "あした", "6月11日(木) 14:00〜15:00", "田無公民館")),  # 18:00
            ("<+60>", ""),
            ("<+990>", ""),  # Thursday 11:30
            ("<+30>", ("ストレッチ体操", "14:00")),  # 12:00
            ("<+600>", ""),
        ),
    ),
    Dialogue(
        "nothing after cancelling",
        (
            *applied("D20", "ストレッチ体操"),
            ("申し込んだ講座を見たい", "ストレッチ体操"),
            ("[取り消す]", "取り消しますか"),
            ("[取り消す]", "取り消しました"),
            ("<+2000>", ""),
        ),
    ),
    Dialogue(
        "nothing when reminders are off",
        (
            *applied("D20", "ストレッチ体操"),
            ("[メニュー]", "お知らせの設定"),
            ("[お知らせの設定]", "すべて止める"),
            ("[すべて止める]", "設定を変えました"),
            ("<+2000>", ""),
        ),
    ),
    Dialogue(
        "two hours before a morning course falls into the night, so it comes at eight",
        (
            *applied("D08", "健康ウォーキング"),  # Thursday 9:00
            ("<+480>", ("健康ウォーキング", "9:00")),  # 18:00
            ("<+810>", ""),  # Thursday 7:30
            ("<+30>", "健康ウォーキング"),  # 8:00
        ),
    ),
    Dialogue(
        "the deadline of a saved course, the day before",
        (
            *adult("65〜74歳"),
            ("講座番号{course:D03}", "シニアのスマホ入門"),  # until Thursday
            ("[あとで見る]", "保存しました"),
            ("<+450>", ""),
            ("<+30>", ("シニアのスマホ入門", "しめきり")),
        ),
    ),
    Dialogue(
        "at the hours that the resident has chosen",
        (
            *applied("D20", "ストレッチ体操"),  # Thursday 14:00
            ("[メニュー]", "お知らせの設定"),
            ("[お知らせの設定]", "時刻を変える"),
            ("[時刻を変える]", "前の日の20時"),
            ("[前の日の20時]", "✓ 前の日の20時"),
            ("[時刻を変える]", "3時間前"),
            ("[3時間前]", "✓ 当日の3時間前"),
            ("<+570>", ""),  # 19:30
            ("<+30>", "ストレッチ体操"),  # 20:00
            ("<+870>", ""),  # Thursday 10:30
            ("<+30>", "ストレッチ体操"),  # 11:00
        ),
    ),
    Dialogue(
        "a weekly digest for who wishes it, until it is stopped",
        (
            ("<follow>", "年代を"),
            ("[65〜74歳]", "興味のある分野"),
            ("[スポーツ・運動]", "✓ スポーツ・運動"),
            ("[これでよい]", "地域"),
            ("[田無]", ("まずはこの講座", "毎週おすすめを受け取る")),
            ("[毎週おすすめを受け取る]", ("毎週金曜日の18時ごろ", "ない週はお送りしません")),
            ("<+3330>", ""),  # Friday 17:30
            (
                "<+30>",
                ("今週のおすすめです。", "はじめてのヨガ教室", "お好きな分野", "毎週のおすすめを止める"),
            ),
            ("<+30>", ""),
            ("[毎週のおすすめを止める]", ("毎週のおすすめを止めました", "また受け取る")),
            ("[お知らせの設定]", "✕ 毎週金曜のおすすめ"),
            ("[✕ 毎週金曜のおすすめ]", "✓ 毎週金曜のおすすめ"),
            ("[すべて止める]", "✕ 毎週金曜のおすすめ"),
            ("[すべて受け取る]", ("✓ 前の日の18時", "✕ 毎週金曜のおすすめ")),
        ),
    ),
    Dialogue(
        "nothing while we are blocked",
        (
            *applied("D20", "ストレッチ体操"),
            ("<block>", ""),
            ("<+2000>", ""),
        ),
    ),
)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.name)
async def test_speaking_first(stage: Stage, platform: Platform, dialogue: Dialogue) -> None:
    await play(stage, platform, dialogue)
