"""What a course asks of those who apply: one by one, seats kept meanwhile, never twice, changeable."""

import pytest

from catalog.models import Platform, Relation
from tests.dialogues.conftest import play
from tests.dialogues.happenings import asks, choice, consent, has_family, others_apply, text_question
from tests.dialogues.script import Dialogue, Line
from tests.dialogues.test_applying import adult
from tests.stage import Stage

EXPERIENCE = choice("ヨガの経験はありますか。", "はじめて", "少しある", "長くしている")
WISHES = text_question("先生に伝えたいことを教えてください。", required=False)
REASON = text_question("参加したい理由を教えてください。")
PHOTOS = consent("記録のため写真をとります。同意しますか。")


def begun(course: str, title: str, *then: Line, band: str = "30〜44歳") -> tuple[Line, ...]:
    """The confirmation is there, and says that questions follow."""
    return (*adult(band), (f"講座番号{{course:{course}}}", title), ("[申し込む]", "このあと質問が"), *then)


DIALOGUES = (
    Dialogue(
        "first come: the seat is kept, visibly, until the last answer makes it sure",
        begun(
            "D01",
            "はじめてのヨガ教室",
            (
                "[申し込む]",
                ("10:10まで席を確保しています", "ヨガの経験は", "(あと2問)", "少しある", "申込をやめる", "!受付番号"),
            ),
            ("[少しある]", ("10:10まで席を確保", "先生に伝えたい", "(あと1問)", "答えない")),
            ("ひざが少し痛いです", ("写真をとります", "!あと", "同意する")),
            ("[同意する]", ("申し込みました。", "受付番号")),
            ("[申込を見る]", ("申込ずみ", "回答を変える")),
            ("[回答を変える]", ("→ 少しある", "→ ひざが少し痛いです", "→ 同意する", "2つめを変える")),
            ("[2つめを変える]", ("先生に伝えたい", "!席を確保")),
            ("ひざは治りました", ("回答を受け取りました", "→ ひざは治りました")),
            ("講座番号{course:D01}", "のこり19"),
        ),
        given=(asks("D01", EXPERIENCE, WISHES, PHOTOS),),
    ),
    Dialogue(
        "a choice may be written, and what is none of them is asked again",
        begun(
            "D01",
            "はじめてのヨガ教室",
            ("[申し込む]", "ヨガの経験は"),
            ("むかし少し", ("下のどれかから選んでください", "ヨガの経験は", "長くしている")),
            ("2", ("申し込みました。", "受付番号")),
            ("[申込を見る]", "回答を変える"),
            ("[回答を変える]", "→ 少しある"),
        ),
        given=(asks("D01", EXPERIENCE),),
    ),
    Dialogue(
        "any words are an answer, even those that mean something elsewhere",
        begun(
            "D01",
            "はじめてのヨガ教室",
            ("[申し込む]", "理由を教えて"),
            ("近くに住んでいるから", "申し込みました。"),
            ("[申込を見る]", "回答を変える"),
            ("[回答を変える]", "→ 近くに住んでいるから"),
        ),
        given=(asks("D01", REASON),),
    ),
    Dialogue(
        "what need not be answered can be left out, and is not asked again",
        begun(
            "D01",
            "はじめてのヨガ教室",
            ("[申し込む]", "先生に伝えたい"),
            ("[答えない]", "申し込みました。"),
            ("[申込を見る]", "取り消す"),
            ("[取り消す]", "取り消しますか"),
            ("[取り消す]", "取り消しました"),
            ("講座番号{course:D01}", "はじめて"),
            ("[申し込む]", ("この内容で", "!質問")),
            ("[申し込む]", "申し込みました。"),
        ),
        given=(asks("D01", WISHES),),
    ),
    Dialogue(
        "without consent: why not, and the way out gives the seat back",
        begun(
            "D01",
            "はじめてのヨガ教室",
            ("[申し込む]", "写真をとります"),
            ("同意しません", ("同意いただけた方が申し込めます", "申込をやめる")),
            ("[申込をやめる]", "取り消しますか"),
            ("[取り消す]", "取り消しました"),
            ("講座番号{course:D01}", "のこり20"),
        ),
        given=(asks("D01", PHOTOS),),
    ),
    Dialogue(
        "lapsed and taken by others: said kindly, the answers are kept, and waiting is one tap away",
        begun(
            "D03",
            "シニアのスマホ入門",
            ("[申し込む]", ("10:10まで席を確保", "理由を教えて")),
            ("孫と話したい", ("写真をとります", "10:10まで")),
            ("<+11>", "!席"),
            (others_apply("D03", 1), "!席"),
            ("[同意する]", ("席を確保する時間がすぎました。回答は残っています", "キャンセル待ちは1組目", "待つ")),
            ("[待つ]", ("キャンセル待ちに入りました", "いま1組目")),
            ("[申込を見る]", "回答を変える"),
            ("[回答を変える]", "→ 孫と話したい"),
            band="65〜74歳",
        ),
        given=(asks("D03", REASON, PHOTOS),),
    ),
    Dialogue(
        "lapsed, but the seat is still there: it is theirs after all",
        begun(
            "D01",
            "はじめてのヨガ教室",
            ("[申し込む]", "理由を教えて"),
            ("<+20>", "!席"),
            ("体をほぐしたい", ("申し込みました。", "受付番号")),
        ),
        given=(asks("D01", REASON),),
    ),
    Dialogue(
        "left in the middle and resumed from my applications",
        begun(
            "D01",
            "はじめてのヨガ教室",
            ("[申し込む]", ("ヨガの経験は", "10:10まで")),
            ("[はじめて]", "理由を教えて"),
            ("[メニュー]", "申込を見る"),
            ("[申込を見る]", ("入力のとちゅう", "10:10まで席を確保", "お返事を待っている")),
            ("[くわしく]", "入力をつづける"),
            ("[入力をつづける]", ("理由を教えて", "!ヨガの経験", "10:10まで席を確保")),
            ("体をほぐしたい", "申し込みました。"),
        ),
        given=(asks("D01", EXPERIENCE, REASON),),
    ),
    Dialogue(
        "before applications open the answers can be given, and are kept",
        (
            *adult(),
            (has_family(("はる", Relation.CHILD, 2015)), ""),
            ("講座番号{course:D18}", "7月1日(水) 9:00 受付開始"),
            ("[先に質問に答える]", ("理由を教えて", "!席を確保")),
            ("分数がにがて", ("回答を受け取りました", "→ 分数がにがて")),
            ("<+30270>", "!理由を教えて"),
            ("講座番号{course:D18}", "のこり12"),
            ("[申し込む]", ("参加: はるさん", "!質問")),
            ("[申し込む]", "申し込みました。"),
        ),
        given=(asks("D18", REASON),),
    ),
    Dialogue(
        "a lottery asks first, and is entered then",
        begun(
            "D04",
            "夏の陶芸教室",
            ("[申し込む]", ("理由を教えて", "!席を確保", "!抽選番号")),
            ("湯のみがほしい", ("抽選に申し込みました", "抽選番号")),
        ),
        given=(asks("D04", REASON),),
    ),
    Dialogue(
        "the waitlist asks first too",
        (
            *adult(),
            ("講座番号{course:D13}", "書道のいろは"),
            ("[空きを待つ]", "キャンセル待ちは1組目"),
            ("[待つ]", ("理由を教えて", "!組目")),
            ("年賀状のため", ("キャンセル待ちに入りました", "いま1組目")),
        ),
        given=(asks("D13", REASON), others_apply("D13", 8)),
    ),
)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.name)
async def test_questions(stage: Stage, platform: Platform, dialogue: Dialogue) -> None:
    await play(stage, platform, dialogue)
