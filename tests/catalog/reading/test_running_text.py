"""Sections, clauses and what they say: whom, how many, how much. Every sentence is invented."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.reading.announcement import read_announcement
from catalog.reading.audience import read_audience
from catalog.reading.capacity import read_capacity
from catalog.reading.clauses import clauses
from catalog.reading.facts import Announcement
from catalog.reading.fees import read_fee
from catalog.reading.normalise import plain
from catalog.reading.sections import Topic, behind, sections, without_topics

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("text", "topic", "said"),
    [
        ("▽対象 小学生 ▽定員 20人", Topic.TARGET, "小学生"),
        ("▽対象小学生▽定員20人", Topic.CAPACITY, "20人"),
        ("【対象】\n小学生\n【定員】\n20人", Topic.TARGET, "小学生"),
        ("◆対象／小学生◆定員／20人", Topic.CAPACITY, "20人"),
        ("対　象：20歳以上 定　員：12人", Topic.TARGET, "20歳以上"),
        ("日＝5月1日（金）／対＝高校生／定＝9人／費＝無料", Topic.TARGET, "高校生"),
        ("（対象）成人（定員）20人", Topic.TARGET, "成人"),
        ("定員は20人です。費用は300円です。", Topic.FEE, "300円です"),
        ("対象：小学生（3年生以上。要相談）。雨天中止", Topic.TARGET, "小学生(3年生以上。要相談)"),
        ("日時…5月1日 費用…500円", Topic.FEE, "500円"),
        ("対話のある場です。日だまりで読みます。", Topic.TARGET, ""),
        ("費用はかかりません。", Topic.FEE, ""),
        ("定員に達し次第締め切ります。", Topic.CAPACITY, ""),
    ],
)
def test_a_section_is_what_stands_behind_its_label(text: str, topic: Topic, said: str) -> None:
    assert behind("\n".join(map(plain, text.splitlines())), topic) == said


def test_a_text_without_labels_has_no_sections() -> None:
    assert sections("小学生20人(先着順)。300円。") == []


def test_topics_are_blanked_out_in_place() -> None:
    text = "▽日時 5月1日(金) ▽対象 小学生"
    assert without_topics(text, Topic.WHEN).strip() == "▽対象 小学生"
    assert len(without_topics(text, Topic.WHEN)) == len(text)


def test_a_clause_keeps_its_brackets() -> None:
    text = plain("小学生２０人（多数の場合、抽選）、５００円。12/1から電話で")
    assert list(clauses(text)) == ["小学生20人(多数の場合、抽選)", "500円", "12/1から電話で"]


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("小学生20人（先着順）", "小学生"),
        ("市内在住の60歳以上の方15人", "市内在住の60歳以上の方"),
        ("16歳以上であれば参加できます", "16歳以上"),
        ("中学生以上の方が対象です", "中学生以上の方"),
        ("高校生限定のつどい", "高校生"),
        ("3歳〜5歳の子と保護者、10組", "3歳~5歳の子と保護者"),
        ("参加できるのは小学5年生から中学2年生。", "小学5年生から中学2年生"),
        ("未就園児と保護者、のんびり過ごしましょう", "未就園児と保護者"),
        ("障害のある方を除く18歳以上20名", "18歳以上"),
        # What is said of others than those who may come.
        ("地元の高校生が演奏します", ""),
        ("80歳の語り部が話します", ""),
        ("小学生以下は保護者同伴", ""),
        ("中学生以下無料", ""),
        ("70代の方も歓迎", ""),
        ("講師は大学生10人", ""),
        ("未就学児も入場できます", ""),
        ("▽場所 第三小学校 ▽費用 無料", ""),
        ("のべ300人が参加しました", ""),
    ],
)
def test_whom_a_running_text_is_for(text: str, whom: str) -> None:
    assert read_audience(plain(text)).words == whom


@pytest.mark.parametrize(
    ("text", "anybody"),
    [
        ("どなたでもご参加ください", True),
        ("年齢は問いません", True),
        ("小学生以上ならどなたでも", False),
        ("市内に住む方であれば誰でも", False),
        ("申込不要", False),
    ],
)
def test_everybody_is_meant_where_it_is_said(text: str, anybody: bool) -> None:
    assert read_audience(plain(text)).anybody is anybody


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("小学生20人（先着順）", 20),
        ("先着12名、500円", 12),
        ("各回１５人まで", 15),
        ("多数のときは抽選で8人", 8),
        ("定員は30人で、申込順です", 30),
        ("どなたでも、40人。", 40),
        ("会場は100人まで入れます", 100),
        ("親子10組20人", 10),
        ("全150席", 150),
        ("定員20人に満たない場合は中止", 20),
        ("20人を超える場合は抽選", 20),
        # Numbers of people that are not the places.
        ("講師3人がお手伝いします", None),
        ("のべ3,000人が参加", None),
        ("4人1組で行います", None),
        ("1人2点まで", None),
        ("1組5人までで申し込み", None),
        ("最少催行人数8人", None),
        ("5人に1人がかかる病気", None),
        ("子ども1人500円", None),
        ("3人の画家の作品", None),
    ],
)
def test_how_many_may_come_by_a_running_text(text: str, count: int | None) -> None:
    assert read_capacity("", plain(text)).count == count


def test_a_column_without_a_number_leaves_it_to_the_text() -> None:
    assert read_capacity("先着順", "小学生20人").count == 20
    assert read_capacity(plain("150人　先着順　30分毎10組"), "").count == 150


@pytest.mark.parametrize(
    ("text", "yen"),
    [
        ("参加費は保険料込みで一人500円です。", 500),
        ("お茶代として200円をいただきます。", 200),
        ("1組1,500円、先着8組。", 1500),
        ("受講料5,000円、別途教材費1,200円。", 6200),
        ("一般800円、学生500円。", 800),
        ("小学生20人、300円、申込順。", 300),
        ("費用はいただきません。", 0),
        ("費用：なし", 0),
        ("参加無料。", 0),
        ("観覧料：大人800円、70歳以上400円", 800),
        ("観覧料（大人600円、大学生400円）が必要です。", 600),
        # Money that nobody pays to take part.
        ("月1万円を節約するこつ。", None),
        ("500円相当の記念品を進呈。", None),
        ("賞金10,000円の大会です。", None),
        ("駐車場1時間200円。", None),
        ("中学生以下無料。", None),
        ("無料駐車場あり。", None),
        ("100円ショップの材料で作ります。", None),
    ],
)
def test_what_a_running_text_asks_for(text: str, yen: int | None) -> None:
    assert read_fee("", plain(text)).yen == yen


_PIECES = st.sampled_from(
    [
        *("▽対象 ", "【定員】", "費用＝", "申込：", "対=", "定=", "日時 ", "小学生", "20人", "先着順", "300円", "無料"),
        *(
            "60歳以上の方",
            "と保護者",
            "なら",
            "どなたでも",
            "(",
            ")",
            "、",
            "。",
            "\n",
            "　",
            "12月1日",
            "午前9時から",
            "まで",
        ),
        *("1組", "材料費", "全4回", "1回", "ｵﾝﾗｲﾝ", "①", "〜", "令和9年", "\ud800", "🎄", "𠮟", "１２", "対　象"),
    ]
)


def _read(text: str) -> object:
    season = datetime(2026, 12, 12, 1, tzinfo=UTC)
    return read_announcement(Announcement(title="講座", description=text, season=season), zone=TOKYO)


@given(st.one_of(st.text(max_size=5000), st.lists(_PIECES, max_size=300).map("".join)))
@settings(deadline=None)
def test_any_text_is_read_in_bounded_time(text: str) -> None:
    began = process_time()
    _read(text)
    assert process_time() - began < 1.5


@given(st.lists(_PIECES.filter(lambda piece: "\ud800" not in piece), max_size=40).map("".join))
@settings(deadline=None)
def test_half_and_full_width_are_read_alike(text: str) -> None:
    wide = text.translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)})
    assert _read(wide) == _read(text)
    assert (
        _read("\n".join(unicodedata.normalize("NFKC", line) for line in text.split("\n"))) == _read(text) or "①" in text
    )


def test_the_columns_of_an_announcement_complete_each_other() -> None:
    one = Announcement(title="工作", description="小学生20人、申込順。費用300円。")
    assert read_announcement(one, zone=TOKYO).capacity == 20
    assert read_announcement(replace(one, capacity="小学生20人", description="費用300円"), zone=TOKYO).max_age == 12
