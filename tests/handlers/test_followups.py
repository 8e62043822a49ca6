"""What short texts mean beside what was shown: the button that they tap, or none."""

import pytest

from handlers import followups
from handlers.messages import Button, Card, Cards, Choices, Reply, Text

CARDS = Reply(
    views=(
        Text(body="3件見つかりました。"),
        Cards(
            cards=tuple(
                Card(
                    title=f"講座{n}",
                    buttons=(
                        Button(label="くわしく", action=f"1:course:{n}"),
                        Button(label="申し込む", action=f"1:apply:{n}"),
                        Button(label="興味なし", action=f"1:course.dismiss:{n}"),
                    ),
                )
                for n in (7, 8, 9)
            )
        ),
    ),
    buttons=(
        Button(label="次の10件", action="1:find.more:4:1"),
        Button(label="無料だけ", action="1:find.refine:4:free"),
        Button(label="近くだけ", action="1:find.refine:4:near"),
    ),
)
QUESTION = Reply(
    views=(
        Choices(
            body="この内容で申し込みますか。",
            buttons=(
                Button(label="申し込む", action="1:apply.yes:7:1"),
                Button(label="講座にもどる", action="1:course:7"),
            ),
        ),
    )
)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("2番目のを申し込む", "1:apply:8"),
        ("２", "1:course:8"),
        ("二つ目", "1:course:8"),
        ("最後のをくわしく", "1:course:9"),
        ("4番目", ""),
        ("もっと見せて", "1:find.more:4:1"),
        ("ほかには?", "1:find.more:4:1"),
        ("もっと安いの", "1:find.refine:4:free"),
        ("一番近いところ", "1:find.refine:4:near"),
        ("無料だけ", "1:find.refine:4:free"),
        ("1つ目は興味なし", "1:course.dismiss:7"),
        ("申し込む", ""),  # which of the three?
        ("3歳", ""),
        ("2時から", ""),
        ("5人で行ける", ""),
        ("三味線", ""),
        ("ヨガ", ""),
        ("はい", ""),
    ],
)
def test_beside_cards(said: str, code: str) -> None:
    assert followups.meant(said, followups.shown(CARDS)) == code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("はい", "1:apply.yes:7:1"),
        ("お願いします。", "1:apply.yes:7:1"),
        ("申し込みます", "1:apply.yes:7:1"),
        ("いいえ", "1:course:7"),
        ("やめる", "1:course:7"),
        ("2番目", ""),
        ("もっと安いの", "1:find.free"),
        ("はいく", ""),
    ],
)
def test_beside_a_question(said: str, code: str) -> None:
    assert followups.meant(said, followups.shown(QUESTION)) == code


SHEET = Reply(
    views=(
        Card(
            title="講座7",
            buttons=(
                Button(label="申し込む", action="1:apply:7"),
                Button(label="保存する", action="1:course.save:7"),
            ),
        ),
    )
)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        *(
            ("1:apply:7", said)
            for said in (
                "申込",
                "もうしこみたい",
                "申し込みたいです",
                "これに申し込みます",
                "申込みをお願いします",
                "申し込めますか?",
                "予約したい",
                "予約できる?",
                "参加します",
                "行きたいな",
                "これに申し込みたいのですが",
            )
        ),
        *(
            ("1:mine", said)
            for said in (
                "申込一覧",
                "申し込み一覧",
                "申込みの一覧を見たい",
                "もうしこみいちらん",
                "申込リスト",
                "申込内容の確認",
                "予約確認",
                "予約を確認したい",
                "予約状況",
                "参加する講座の一覧",
                "申し込んだ講座を見せて",
                "申込内容を変更したい",
            )
        ),
        *(("1:mine.cancel", said) for said in ("申込キャンセル", "予約の取り消し", "参加をやめたい")),
        ("1:mine.past", "終わった申込"),
        *(
            ("1:course:7", said)
            for said in ("申込の締切は?", "申込方法", "予約は必要ですか", "参加費は?", "定員は何人?", "締切いつまで")
        ),
        *(
            ("", said)
            for said in ("申し込みました", "申し込んだ?", "予約できてる?", "行きたくない", "申し込みたくない")
        ),
    ],
)
def test_beside_a_course(code: str, said: str) -> None:
    """A wish to apply, a question of the course, or of what has been applied for: each leads where it points."""
    assert (followups.meant(said, followups.shown(SHEET)) or followups.anywhere(said)) == code


OWN = Reply(
    views=(
        Card(
            title="講座7",
            buttons=(
                Button(label="講座を見る", action="1:course:7"),
                Button(label="友だちをさそう", action="1:friends.invite:5"),
                Button(label="保育を変える", action="1:care:5"),
                Button(label="取り消す", action="1:mine.cancel:5"),
            ),
        ),
    ),
)
OFFER = Reply(
    views=(
        Card(
            title="講座7",
            buttons=(
                Button(label="参加する", action="1:offer.yes:5"),
                Button(label="行けない", action="1:offer.no:5"),
                Button(label="講座を見る", action="1:course:7"),
            ),
        ),
    ),
)
SURE = Reply(
    views=(
        Choices(
            body="取り消しますか。",
            buttons=(
                Button(label="取り消す", action="1:mine.cancel_yes:5"),
                Button(label="このままにする", action="1:mine.show:5"),
            ),
        ),
    )
)
NAMING = Reply(
    views=(
        Choices(body="あだ名は?", buttons=(Button(label="名前を出さず申込", action="1:friends.join:ACDE-FGHJ:1-a"),)),
    ),
    buttons=(Button(label="講座にもどる", action="1:course:7"),),
)
INVITED = Reply(
    views=(Choices(body="お誘いです。", buttons=(Button(label="いっしょに行く", action="1:friends.who:ACDE-FGHJ"),)),)
)
FULL = Reply(views=(Card(title="講座7", buttons=(Button(label="空きを待つ", action="1:apply:7"),)),))


@pytest.mark.parametrize(
    ("shown", "said", "code"),
    [
        *(
            (OWN, said, "1:mine.cancel:5")
            for said in ("やめる", "キャンセルしたい", "行けなくなりました", "取り消してください")
        ),
        *((OWN, said, "1:care:5") for said in ("保育をやめたい", "預けるのを変更したい")),
        *((OWN, said, "1:friends.invite:5") for said in ("友達も一緒に行きたい", "ともだちをよびたい")),
        *((INVITED, said, "1:friends.who:ACDE-FGHJ") for said in ("はい", "いく", "行きます", "いっしょに行く")),
        *(
            (NAMING, said, code)
            for said, code in (("はい", "1:friends.join:ACDE-FGHJ:1-a"), ("みき", ""), ("やめる", "1:course:7"))
        ),
        *((OWN, said, "") for said in ("行けない日がある", "やめどきの見つけ方")),
        *((OFFER, said, "1:offer.yes:5") for said in ("はい", "行きます", "行けます", "参加します", "参加したいです")),
        *(
            (OFFER, said, "1:offer.no:5")
            for said in ("いいえ", "やっぱり行けません", "参加できなくなりました", "やめます")
        ),
        *(
            (SURE, said, "1:mine.cancel_yes:5")
            for said in ("取り消します", "キャンセルしたいです", "はい", "行けません")
        ),
        *(
            (SURE, said, "1:mine.show:5")
            for said in ("いいえ", "やっぱり行きます", "行けるようになりました", "このままで")
        ),
        *((FULL, said, "1:apply:7") for said in ("待ちます", "空きを待ちたい", "待っています")),
        *((SHEET, said, "") for said in ("待ちます", "行けません", "保育")),
    ],
)
def test_beside_what_is_one_s_own(shown: Reply, said: str, code: str) -> None:
    assert followups.meant(said, followups.shown(shown)) == code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("メニュー", "1:home"),
        ("申し込みたい", "1:find"),
        ("申込の一覧", "1:mine"),
        ("参加したい講座", ""),
        ("予約のいらない講座", ""),
        ("孫を登録したい", "1:family.add"),
        ("住所変更", "1:settings.area"),
        ("2番目のを申し込む", "1:find"),
        ("くらしの悩みから", "1:find.issues"),
        ("くらしの悩み", "1:find.issues"),
        ("忘れてた、明日だよね?", "1:mine"),
        ("明日のヨガ", ""),
        ("ばか", "1:help.calm"),
        ("持ち物は?", "1:mine"),
        ("もちものはなに", "1:mine"),
        ("誰が登録されてる?", "1:family"),
        ("持ち物を減らす片付け", ""),
        ("家族で行ける講座", ""),
        ("子どもと一緒に", ""),
    ],
)
def test_anywhere(said: str, code: str) -> None:
    assert followups.anywhere(said) == code
