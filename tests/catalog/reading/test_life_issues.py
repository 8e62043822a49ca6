"""Life issues of announcements: a problem of life that people learn to deal with, not what only sounds like one.

All texts are sample data (見本データ（架空の催し）).
"""

import pytest

from catalog.reading.announcement import read_announcement
from catalog.reading.facts import Announcement
from catalog.reading.life_issues import life_issue_names, named_life_issues, read_life_issues
from catalog.reading.normalise import plain
from catalog.reading.themes import MOST
from catalog.reading.vocabulary import vocabulary
from tests.catalog.search.factories import TOKYO

ANNOUNCED = (
    # raising children
    ("イヤイヤ期の上手な乗りこえ方", "公認心理師と、親の気持ちの整え方を考えます。", "raising_children"),
    ("ごっくん期の離乳食講習会", "管理栄養士の話と試食。", "raising_children"),
    ("パパのための沐浴れんしゅう", "人形を使って練習します。", "raising_children"),
    ("不登校の子をもつ親の会", "同じ立場の方と話しませんか。", "raising_children"),
    ("いまどきの孫育て", "昔と今の育児のちがい。", "raising_children"),
    ("親子でたのしむ木のおもちゃ作り", "のこぎりを使います。", ""),
    ("0歳からのわらべうた", "ひざの上でゆらゆら遊びます。", ""),
    # care of the old
    ("家族のための介護入門", "着替えや移乗のコツを学びます。", "elder_care"),
    ("遠くに住む高齢の親と話しておくこと", "見守りと、もしもの時の連絡。", "elder_care"),
    ("オレンジカフェひだまり", "認知症の方とご家族、どなたでも。", "elder_care"),
    ("エンディングノートを書いてみよう", "これからの暮らしを思い描きます。", "elder_care"),
    # health
    ("フレイル予防の食事", "たんぱく質をしっかりとるこつ。", "health"),
    ("脳トレで介護予防", "計算と音読、指先の運動。", "health"),
    ("いきいき体操", "足踏みをしながらしりとりをして、物忘れの予防につなげます。", "health"),
    ("眠れない夜の睡眠講座", "専門医の話。", "health"),
    ("減塩でもおいしい献立", "血圧が気になる方へ。", "health"),
    ("はじめてのヨガ", "呼吸に合わせて体をほぐします。", ""),
    ("日曜朝の太極拳", "ゆっくり動きます。", ""),
    ("健康マージャン", "賭けない、飲まない、吸わない。", ""),
    ("お菓子づくり", "食物アレルギーのある方はご相談ください。", ""),
    # work
    ("女性のための再就職セミナー", "履歴書の書き方と面接の受け方。", "work"),
    ("小さく始める創業スクール", "事業計画を一枚にまとめます。", "work"),
    ("介護と仕事を両立するために", "使える制度を社会保険労務士が話します。", "elder_care work"),
    ("仕事帰りのピラティス", "一日の終わりに背中をのばします。", ""),
    ("消防士の仕事体験", "小学生が防火服を着ます。", ""),
    # disaster
    ("地震にそなえる", "家具の固定と備蓄。", "disaster"),
    ("ペットと避難するために", "獣医師が話します。", "disaster"),
    ("普通救命講習", "心肺蘇生とAEDを実技で。", "disaster"),
    ("ポリ袋でごはん", "災害のあとの台所を考える料理教室です。", "disaster"),
    ("親子で消防署見学", "消防車に乗ってみます。", ""),
    # environment
    ("段ボールコンポスト講習会", "生ごみが土になります。", "environment"),
    ("冷蔵庫の残りもの料理", "食品ロスを減らす工夫。", "environment"),
    ("わが家の省エネ診断", "窓の断熱を体験。", "environment"),
    ("朗読の発声練習", "エコーのかかる部屋で声を出します。", ""),
    # living together
    ("やさしい日本語で伝えよう", "外国人の隣人と話すために。", "living_together"),
    ("車いす体験とまちのバリアフリー調べ", "駅まで歩きます。", "living_together"),
    ("手話講習会 入門", "あいさつから。", "living_together"),
    ("講演会 星の話", "手話通訳あり。会場はバリアフリー対応です。", ""),
    # digital
    ("シニアのスマホ教室", "電話とメールから。", "digital"),
    ("生成AIとどうつきあう", "便利なこと、気をつけること。", "digital"),
    ("子どものスマホ・SNSとのつきあい方", "保護者の方へ。ネットいじめの今。", "digital"),
    ("スマホで撮る花の写真", "光の選び方。", ""),
    ("ラインダンス入門", "音楽に合わせて歩きます。", ""),
    # rights and peace
    ("市内の空襲を語りつぐ", "体験者の話を聞きます。", "rights_peace"),
    ("性の多様性を知る", "カミングアウトされたら。", "rights_peace"),
    ("職場のハラスメントを考える", "働く人のために。", "rights_peace work"),
    ("春の歩こう会", "平和公園の入口に集合。", ""),
    ("料理教室", "申込は男女共同参画センターへ。", ""),
    # consumer life
    ("特殊詐欺にだまされない", "手口を寸劇で。", "consumer_life"),
    ("18歳で大人になる前に 契約の基本", "クーリング・オフとは。", "consumer_life"),
    ("手前みそづくり", "申込は消費生活センターへ電話で。", ""),
    # money
    ("はじめてのNISA", "商品の勧誘はありません。", "money"),
    ("相続と遺言のきほん", "司法書士が話します。", "money"),
    ("親子おこづかい教室", "お金の使い方をゲームで。", "money"),
    ("こども和太鼓", "お金はかかりません。", ""),
    # loneliness
    ("定年後の地域デビュー", "名刺のない自己紹介。", "loneliness"),
    ("おしゃべりサロン", "ひとり暮らしの方、お茶を飲みにどうぞ。", "loneliness"),
    ("こども食堂の手伝いを知る", "調理と配膳。", "loneliness"),
    ("読書会 百年の孤独", "読んできてください。", ""),
    # nothing of the kind
    ("俳句の会", "季語を学びます。", ""),
    ("将棋を楽しむ会", "", ""),
)


@pytest.mark.parametrize(("title", "body", "issues"), ANNOUNCED, ids=[title for title, *_ in ANNOUNCED])
def test_issues(title: str, body: str, issues: str) -> None:
    facts = read_announcement(Announcement(title=title, description=body), zone=TOKYO)
    assert set(facts.life_issues) == set(issues.split())


def test_a_title_goes_before_a_body() -> None:
    assert read_life_issues(plain("親の介護"), plain("相続の話も少し。")) == ("elder_care",)
    assert read_life_issues("", plain("介護と相続の話。")) == ("elder_care", "money")


def test_a_course_has_few_issues() -> None:
    assert len(read_life_issues(plain("子育て・介護・防災・お金・人権"))) == MOST


@pytest.mark.parametrize(
    ("kind", "title", "issues"),
    [
        ("a consultation helps, too", "介護なんでも相談", ("elder_care",)),
        ("a recruitment is nothing to learn", "介護認定調査員の募集", ()),
        ("nor is a closure", "防災センター 休館のお知らせ", ()),
    ],
)
def test_what_is_no_course(kind: str, title: str, issues: tuple[str, ...]) -> None:
    assert read_announcement(Announcement(title=title), zone=TOKYO).life_issues == issues, kind


@pytest.mark.parametrize(
    ("said", "issues"),
    [
        ("防災", ("disaster",)),
        ("介護で悩んでいます", ("elder_care",)),
        ("お金の不安", ("money",)),
        ("おカネのことが、とても心配", ("money",)),
        ("人権・平和", ("rights_peace",)),
        ("平和", ("rights_peace",)),
        ("ﾃﾞｼﾞﾀﾙに困っています", ("digital",)),
        ("子育てがつらい", ("raising_children",)),
        ("孤独", ("loneliness",)),
        ("環境の問題", ("environment",)),
        ("健康診断", ()),  # another thing than the issue
        ("防災ずきんを縫う", ()),
        ("認知症", ()),  # narrower: who says it looks for just that
        ("陶芸", ()),
        ("", ()),
    ],
)
def test_issues_that_a_resident_names(said: str, issues: tuple[str, ...]) -> None:
    assert named_life_issues(said) == issues


def test_there_are_twelve_issues_and_each_can_be_read_and_named() -> None:
    assert len(life_issue_names()) == 12
    for code, name in life_issue_names().items():
        assert named_life_issues(name) == (code,)
        assert all(code in named_life_issues(called) for called in vocabulary("life_issues")[code]["called"])
        assert len(name) <= 12  # what a button says
