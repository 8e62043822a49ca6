"""What residents mean, in many registers: the intent, the slots, and the subject that is left."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.criteria import Feature
from handlers.understanding import Intent, Understood, understand, warm_up

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 6, 10, 10, 0, tzinfo=TOKYO)
PLACES = ("田無公民館", "柳沢公民館", "田無", "柳沢", "ひばりが丘")


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    warm_up()


def meant(text: str) -> Understood:
    return understand(text, now=NOW, zone=TOKYO, places=PLACES)


# Wordings that are not among the examples the classifier learns from.
FRESH = [
    ("その日は仕事になってしまったので予約を取り消してもらえますか", Intent.CANCEL_REGISTRATION),
    ("申し込んでいた書道、辞退でお願いします", Intent.CANCEL_REGISTRATION),
    ("もうしこみをとりけしてください", Intent.CANCEL_REGISTRATION),
    ("i need to cancel the reservation", Intent.CANCEL_REGISTRATION),
    ("わたしの申込状況を教えてください", Intent.MY_REGISTRATIONS),
    ("抽選の結果っていつ届くの", Intent.MY_REGISTRATIONS),
    ("予約がとれているか確認してほしいです", Intent.MY_REGISTRATIONS),
    ("通知をぜんぶ止めてください", Intent.REMINDER_SETTINGS),
    ("講座の前日にリマインドしてほしい", Intent.REMINDER_SETTINGS),
    ("プロフィールの年齢を直したいです", Intent.EDIT_PROFILE),
    ("38歳です", Intent.EDIT_PROFILE),
    ("小3だよ", Intent.EDIT_PROFILE),
    ("小3向けの講座です", Intent.FIND_COURSES),
    ("となり町から引っ越してきました、住所変更したい", Intent.EDIT_PROFILE),
    ("表示を英語にしてください", Intent.CHANGE_LANGUAGE),
    ("漢字にふりがなを付けてもらえますか", Intent.CHANGE_LANGUAGE),
    ("公民館の開館時間を知りたい", Intent.FACILITIES),
    ("会議室を借りるにはどうしたら", Intent.FACILITIES),
    ("俳句のサークルを紹介してください", Intent.GROUPS),
    ("バドミントンを一緒にやる仲間を探しています", Intent.GROUPS),
    ("得意な編み物を人に教えたいです", Intent.OFFER_SKILL),
    ("人材バンクに登録するには", Intent.OFFER_SKILL),
    ("天体観測の講座を開いてもらいたい", Intent.PROPOSE_COURSE),
    ("企画を提案できますか", Intent.PROPOSE_COURSE),
    ("わたしの学習履歴を見せてください", Intent.LEARNING_RECORD),
    ("まなび手帳はどこで見られる", Intent.LEARNING_RECORD),
    ("登録データをすべて削除してください", Intent.DELETE_DATA),
    ("退会の手続きをお願いします", Intent.DELETE_DATA),
    ("職員さんと直接話がしたいです", Intent.TALK_TO_STAFF),
    ("問い合わせ用の電話番号を教えて", Intent.TALK_TO_STAFF),
    ("このサービスの使い方を教えてほしい", Intent.HELP),
    ("メニューに戻りたいです", Intent.HELP),
    ("こんにちは、よろしくお願いします", Intent.GREETING),
    ("おはようございます!", Intent.GREETING),
    ("教えてくれてどうもありがとう", Intent.THANKS),
    ("助かりました、感謝です", Intent.THANKS),
    ("なにかおすすめの講座を教えてください", Intent.RECOMMEND),
    ("暇なので何か始めたいです", Intent.RECOMMEND),
    ("ステンドグラスを習ってみたい", Intent.FIND_COURSES),
    ("英語の絵本を子どもに読んであげたい", Intent.FIND_COURSES),
    ("マイナンバーカードの使い方を習いたい", Intent.FIND_COURSES),
    ("津軽三味線", Intent.FIND_COURSES),
    ("耳が聞こえない人と話したい", Intent.FIND_COURSES),
    ("ママ友がほしい", Intent.FIND_COURSES),
    ("夜じゃないと行けないんですけど、ヨガはありますか", Intent.FIND_COURSES),
    ("すまんけど行けんくなったわ", Intent.CANCEL_REGISTRATION),
    ("オンラインは?", Intent.FIND_COURSES),
    ("初心者でも大丈夫?", Intent.FIND_COURSES),
    ("ヨガ、はじめてでも大丈夫ですか", Intent.FIND_COURSES),
    ("変な電話がかかってきたときの断り方", Intent.FIND_COURSES),
    ("1月9日に子どもとできること", Intent.FIND_COURSES),
    ("高校生 1000円以内 柳沢公民館", Intent.FIND_COURSES),
    ("夫の着替えを手伝うのがつらくて腰を痛めそう", Intent.FIND_COURSES),
    ("イベントの手伝いたいです、手伝えることはありますか", Intent.OFFER_SKILL),
    ("電話で話せますか", Intent.TALK_TO_STAFF),
    ("やっぱりパンづくりがいい", Intent.FIND_COURSES),
    ("9歳の子供を申し込みたい", Intent.FIND_COURSES),
    ("あ、忘れていました。あしたでしたよね", Intent.MY_REGISTRATIONS),
    ("わたしのことは忘れてください", Intent.DELETE_DATA),
    ("柳沢公民館は月曜やってる?", Intent.FACILITIES),
]


@pytest.mark.parametrize(("text", "intent"), FRESH)
def test_fresh_wordings(text: str, intent: Intent) -> None:
    assert meant(text).intent is intent


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("来週の土曜に親子で行ける無料の工作", {"dates": [["2026-06-20", "2026-06-20"]], "max_fee": 0}),
        ("田無で夜の英会話", {"places": ["田無"], "time_of_day": ["evening"]}),
        ("小3の娘とできる料理", {"ages": [8, 9], "features": ["parent_child"]}),
        ("8月以降の日曜、500円以内", {"dates": [["2026-08-01", "*"]], "weekdays": [6], "max_fee": 500}),
        ("保育付きの講座", {"features": ["childcare"]}),
        ("車いすで行けるコンサート", {"features": ["wheelchair"]}),
        ("手話通訳のある講演会", {"features": ["sign_language"]}),
        ("オンラインで見られる介護講座", {"features": ["online"]}),
        ("予約不要のヨガ 初心者", {"features": ["beginner", "no_registration"]}),
        ("託児はいらない", {}),
        ("raishuu no doyoubi", {"dates": [["2026-06-20", "2026-06-20"]]}),
        ("free yoga for seniors tomorrow morning", {"ages": [60, None], "max_fee": 0, "time_of_day": ["morning"]}),
        ("木彫り、陶器", {"fields": ["art_craft"]}),
    ],
)
def test_slots_hold_what_was_said_and_only_that(text: str, slots: dict[str, Any]) -> None:
    found = meant(text).slots()
    assert {name: found.get(name) for name in slots} == slots
    if not slots:
        assert found == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("来週の土曜にできる陶芸を探しています", "陶芸"),
        ("小学生向けの書道教室", "書道"),
        ("年金について学びたい", "年金"),
        ("糖尿病の講座", "糖尿病"),
        ("親子体操", "親子体操"),
        ("ベビーマッサージ", "ベビーマッサージ"),
        ("山に登りたい", "山に登りたい"),
        ("英語以外の語学", "語学"),
        ("ぱそこんきょうしつ", "ぱそこんきょうしつ"),
        ("ﾊﾟｿｺﾝ", "パソコン"),
        ("土日の無料の講座", ""),
        ("赤ちゃん", "赤ちゃん"),
        ("1月9日に親子でできること", ""),
    ],
)
def test_the_subject_is_what_is_left(text: str, words: str) -> None:
    assert meant(text).criteria.words == words


def test_what_is_not_wanted_is_kept_apart() -> None:
    assert meant("英語以外の語学").criteria.not_words == ("英語",)
    assert meant("ヨガじゃなくてピラティス").criteria.not_words == ("ヨガ",)


def test_nothing_said_is_not_understood_and_is_asked_back() -> None:
    understood = meant("……")
    assert understood.intent is Intent.UNKNOWN
    assert not understood.sure
    assert len(understood.intents) == 2


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("服を直したい", {Intent.FIND_COURSES, Intent.EDIT_PROFILE}),
        ("機械は苦手なもので、人とお話しできませんか", {Intent.FIND_COURSES, Intent.TALK_TO_STAFF}),
    ],
)
def test_two_readings_are_named_where_either_may_be_meant(text: str, readings: set[Intent]) -> None:
    understood = meant(text)
    assert (understood.sure, set(understood.intents)) == (False, readings)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("粗大ごみはいつ?", "ごみ"),
        ("住民票がほしい", "届出や証明書"),
        ("how do I pay my residence tax", "税金"),
        ("ごみの分別を学ぶ講座", None),
        ("マイナンバーカードの使い方を習いたい", None),
        ("天気図の読み方", None),
    ],
)
def test_the_matter_of_another_counter(text: str, name: str | None) -> None:
    elsewhere = meant(text).elsewhere
    assert (elsewhere.name if elsewhere else None) == name


def test_a_service_beside_a_subject_stays_a_service() -> None:
    assert meant("ヨガの予約をキャンセルしたい").intent is Intent.CANCEL_REGISTRATION
    assert meant("将棋を教えたい").intent is Intent.OFFER_SKILL


def test_relative_days_move_with_now() -> None:
    tomorrow = meant("明日の講座").criteria.dates[0][0]
    later = understand("明日の講座", now=NOW + timedelta(days=9), zone=TOKYO).criteria.dates[0][0]
    assert later - tomorrow == timedelta(days=9)


def test_the_day_is_the_citys() -> None:
    late_in_utc = datetime(2026, 6, 10, 20, 0, tzinfo=ZoneInfo("UTC"))  # already 11 June in Tokyo
    assert understand("今日", now=late_in_utc, zone=TOKYO).slots()["dates"] == [["2026-06-11", "2026-06-11"]]


@pytest.mark.parametrize(
    "text", ["", " ", "あ" * 5000, "来週" * 2500, "(((((" * 1000, "1" * 5000, "\x00\ud800", "😀" * 900]
)
def test_strange_texts_are_answered_in_time(text: str) -> None:
    meant("")
    began = datetime.now(TOKYO)
    meant(text)
    assert datetime.now(TOKYO) - began < timedelta(seconds=2)


@given(st.text(max_size=120))
def test_any_text_is_understood_somehow(text: str) -> None:
    understood = meant(text)
    assert set(understood.slots()) <= {
        *("ages", "dates", "weekdays", "time_of_day", "places", "max_fee", "features", "fields"),
    }
    assert set(understood.criteria.features) <= set(Feature)
