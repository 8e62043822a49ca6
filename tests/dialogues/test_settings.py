"""Settings: profile, family, reminders, linking two platforms, deleting one's data."""

import pytest

from catalog.models import Platform
from tests.dialogues.conftest import play
from tests.dialogues.script import Dialogue
from tests.dialogues.test_applying import adult, with_child
from tests.stage import Stage

DIALOGUES = (
    Dialogue(
        "settings show what is known and change it",
        (
            *adult(),
            ("[メニュー]", "設定"),
            ("[設定]", ("年代: 30〜44歳", "分野: まだ", "地域: まだ")),
            ("[年代を変える]", "年代を教えてください"),
            ("[65〜74歳]", ("年代を変えました", "年代: 65〜74歳")),
            ("[地域を変える]", "地域はどこですか"),
            ("[田無]", "地域を「田無」にしました"),
        ),
    ),
    Dialogue(
        "what was saved is a reason for its like, until the resident switches it off",
        (
            *adult(),
            ("講座番号{course:D20}", "ストレッチ体操"),
            ("[あとで見る]", "保存しました"),
            ("おすすめの講座は", ("朝のラジオ体操", "保存された「ストレッチ体操」に近い内容")),
            ("[設定]", "おすすめ: 見た講座や申込も参考にします"),
            ("[見た講座を使わない]", ("見た講座の記録を消しました", "おすすめ: 年代・分野・地域だけで選びます")),
            ("[おすすめ]", ("おすすめです", "!に近い内容")),
            ("[設定]", "見た講座も使う"),
            ("[見た講座も使う]", "おすすめ: 見た講座や申込も参考にします"),
        ),
    ),
    Dialogue(
        "the age of a child that is told unasked changes nobody else's",
        (
            *adult(),
            ("うちの子は3歳です", "どなたを足しますか"),
            ("[子ども]", "何とお呼びしますか"),
            ("そら", "そらさんの生まれた年と月"),
            ("[メニュー]", "設定"),
            ("[設定]", "年代: 30〜44歳"),
        ),
    ),
    Dialogue("a child by year and month", (*adult(), *with_child("はる", "2018年5月"))),
    Dialogue("a child by the era's year", (*adult(), *with_child("はる", "平成30年5月"))),
    Dialogue("a child by age", (*adult(), *with_child("はる", "8歳"))),
    Dialogue("a child by grade", (*adult(), *with_child("はる", "小2"))),
    Dialogue(
        "an elder by age band",
        (
            *adult(),
            ("[メニュー]", "家族"),
            ("[家族]", "家族を足す"),
            ("[家族を足す]", "どなた"),
            ("[親]", "何とお呼びしますか"),
            ("ばあば", ("ばあばの生まれた年と月", "75歳以上", "!6月1日")),
            ("[75歳以上]", ("ばあば(75歳以上)を登録しました", "ばあばにおすすめ")),
            ("[ばあばにおすすめ]", ("おすすめです", "!こども工作ひろば")),
        ),
    ),
    Dialogue(
        "a date is picked",
        (
            *adult(),
            ("[メニュー]", "家族"),
            ("[家族]", "家族を足す"),
            ("[家族を足す]", "どなた"),
            ("[子ども]", "何とお呼びしますか"),
            ("そら", "生まれた年と月"),
            ("<pick 2019-07-01>", "そらさん(6歳)を登録しました"),
        ),
    ),
    Dialogue(
        "a nickname that is too long is asked for again",
        (
            *adult(),
            ("[メニュー]", "家族"),
            ("[家族]", "家族を足す"),
            ("[家族を足す]", "どなた"),
            ("[子ども]", "何とお呼びしますか"),
            ("じゅげむじゅげむごこうのすりきれ", "10文字まで"),
            ("じゅげむ", "生まれた年と月"),
        ),
    ),
    Dialogue(
        "a family member is removed",
        (
            *adult(),
            *with_child("はる", "2018年5月"),
            ("[メニュー]", "家族"),
            ("[家族]", ("はるさん(8歳)", "はるさんを変える")),
            ("[はるさんを変える]", "外す"),
            ("[外す]", "はるさんを外しました"),
        ),
    ),
    Dialogue(
        "not while they stand in an application",
        (
            *adult(),
            *with_child("はる", "2017年5月"),
            ("講座番号{course:D06}", "こども工作ひろば"),
            ("[申し込む]", "参加: はるさん"),
            ("[申し込む]", "申し込みました。"),
            ("[メニュー]", "家族"),
            ("[家族]", "はるさんを変える"),
            ("[はるさんを変える]", "外す"),
            ("[外す]", "はるさんの申込が残っています"),
        ),
    ),
    Dialogue(
        "reminders are switched one by one and all at once",
        (
            *adult(),
            ("[メニュー]", "お知らせの設定"),
            ("[お知らせの設定]", ("✓ 前の日の18時", "✓ 当日の2時間前", "夜9時から朝8時には送りません")),
            ("[✓ 前の日の18時]", ("✕ 前の日の18時", "✓ 当日の2時間前")),
            ("[すべて止める]", ("✕ 当日の2時間前", "✕ 受付開始としめきり", "すべて受け取る")),
            ("[すべて受け取る]", ("✓ 前の日の18時", "✓ 受付開始としめきり")),
        ),
    ),
    Dialogue(
        "when to be reminded",
        (
            *adult(),
            ("[メニュー]", "お知らせの設定"),
            ("[お知らせの設定]", "時刻を変える"),
            ("[時刻を変える]", ("いつお知らせしましょうか", "前の日の20時", "3時間前")),
            ("[前の日の20時]", ("✓ 前の日の20時", "✓ 当日の2時間前")),
            ("[時刻を変える]", "3時間前"),
            ("[3時間前]", ("✓ 前の日の20時", "✓ 当日の3時間前")),
        ),
    ),
    Dialogue(
        "a wrong linking code",
        (
            *adult(),
            ("[メニュー]", "設定"),
            ("[設定]", "LINE・Telegram連携"),
            ("[LINE・Telegram連携]", "番号を入れる"),
            ("[番号を入れる]", "8けたの番号"),
            ("12345678", ("連携できませんでした", "もう一度入れる")),
        ),
    ),
    Dialogue(
        "a linking code is shown",
        (
            *adult(),
            ("[メニュー]", "設定"),
            ("[設定]", "LINE・Telegram連携"),
            ("[LINE・Telegram連携]", "番号を出す"),
            ("[番号を出す]", ("番号は", "10分以内に")),
        ),
    ),
    Dialogue(
        "deleting takes two steps, and is really a deletion",
        (
            *adult(),
            ("[メニュー]", "設定"),
            ("[設定]", "データを消す"),
            ("[データを消す]", "すべて消します"),
            ("[消す手続きへ]", "本当にすべて消してよいですか"),
            ("[すべて消す]", "記録をすべて消しました"),
            ("[メニュー]", "何をしましょうか"),
            ("[設定]", ("年代: まだ",)),
        ),
    ),
    Dialogue(
        "deleting can be left at either step",
        (
            *adult(),
            ("[メニュー]", "設定"),
            ("[設定]", "データを消す"),
            ("[データを消す]", "すべて消します"),
            ("[消さない]", "年代: 30〜44歳"),
        ),
    ),
    Dialogue(
        "settings by one's own words",
        (
            *adult(),
            ("38歳です", ("年代を変えました", "年代: 38歳")),
            ("田無に住んでいます", "地域を「田無」にしました"),
            ("家族を追加したい", "どなたを足しますか"),
            ("やめる", "何をしましょうか"),
            ("カレンダー", "これからの予定はまだありません"),
            ("LINEとTelegramをつなげたい", "番号を出す"),
        ),
    ),
    Dialogue(
        "an age in bare digits",
        (
            *adult(),
            ("家族を追加したい", "どなた"),
            ("親", "何とお呼びしますか"),
            ("お母さん", "お母さんの生まれた年と月"),
            ("78", ("お母さん(78歳)を登録しました", "お母さんにおすすめ")),
        ),
    ),
    Dialogue(
        "a linking code is taken without being asked for",
        (*adult(), ("1234 5678", ("連携できませんでした", "もう一度入れる"))),
    ),
    Dialogue("goodbye", (*adult(), ("さようなら", ("またいつでもどうぞ", "!どういたしまして")))),
    Dialogue("a place is told", (*adult(), ("田無公民館はどこ", ("南町5-6-11", "042-000-0000")))),
    Dialogue("despair is met with a voice", (*adult(), ("もう死にたい", ("0120-279-338", "!見つかりません")))),
    Dialogue("asked for by words", (*adult(), ("登録した情報を全部消してほしい", ("すべて消します", "消さない")))),
    Dialogue("reminders by words", (*adult(), ("リマインダーを止めたい", "お知らせの設定"))),
    Dialogue("help", (*adult(), ("使い方を教えて", ("できること", "職員にきく")))),
    Dialogue("staff", (*adult(), ("職員の人と話したい", ("職員がお答えします", "042-000-0000")))),
    Dialogue("thanks", (*adult(), ("ありがとう", "どういたしまして"))),
    Dialogue("hello", (*adult(), ("こんにちは", "こんにちは。どんな講座を"))),
    Dialogue(
        "another language",
        (*adult(), ("English please", ("You can write in English", "Only Japanese for now", "職員にきく"))),
    ),
)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.name)
async def test_settings(stage: Stage, platform: Platform, dialogue: Dialogue) -> None:
    await play(stage, platform, dialogue)
