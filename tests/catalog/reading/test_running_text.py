"""Sections, clauses and what they say: whom, how many, how much. Every sentence is invented."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.reading.announcement import read_announcement
from catalog.reading.audience import read_audience
from catalog.reading.capacity import read_capacity
from catalog.reading.clauses import clauses
from catalog.reading.facts import Announcement, Facts
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
        ("飼い主の方へ。獣医師が話します。", "飼い主の方"),
        ("たばこをやめたい20歳以上の方。保健師と考えます。", "たばこをやめたい20歳以上の方"),
        ("2〜4歳で言葉の遅れが気になる子の保護者。", "2~4歳で言葉の遅れが気になる子の保護者"),
        ("日常会話ができる方（18歳以上）。", "日常会話ができる方(18歳以上)"),
        ("子育て中の方が、自分の時間を楽しむ講座です。", "子育て中の方"),
        ("小学生以上（小学生は保護者と）。", "小学生以上"),
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
        ("講師は80歳の現役の職人の方。", ""),
        ("演奏するのは地元の方。", ""),
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


@pytest.mark.parametrize(
    ("text", "ages", "parent_child", "capacity", "fee"),
    [
        ("小学校3年生から6年生の児童24人を募集します。", (8, 12), False, 24, None),
        ("親子で参加。小学生とその保護者、10組。", (6, 12), True, 10, None),
        ("20歳代から40歳代の女性15人。", (20, 49), False, 15, None),
        ("未就学児のお子さんとママ向けの講座です。各回8組。", (0, 6), True, 8, None),
        ("3歳から6歳のお子さんをもつご家族が対象です。", (3, 6), True, None, None),
        ("年中・年長さんと保護者15組、先着順。", (4, 6), True, 15, None),
        ("妊娠中の方とパートナー10組。", (None, None), False, 10, None),
        ("65歳を過ぎた方、どうぞ。", (65, None), False, None, None),
        ("小学2年生くらいから楽しめます。", (None, None), False, None, None),
        ("60歳以上で運動に支障のない方30人（抽選）。", (60, None), False, 30, None),
        ("満18歳以上の方を10人募集します。", (18, None), False, 10, None),
        ("募集は小学4〜6年生の15人です。", (9, 12), False, 15, None),
        ("高校生以上の男女どなたでも。", (15, None), False, None, None),
        ("工作が好きな小学生、集まれ！", (6, 12), False, None, None),
        ("参加者は18歳以上に限ります。材料1,000円。", (18, None), False, None, 1000),
        ("18歳未満の方は参加できません。", (None, None), False, None, None),
        ("女子中学生・女子高校生20人。保険50円。", (12, 18), False, 20, 50),
        ("小学生から大人まで楽しめます。定員30名。お茶とお菓子で300円。", (None, None), False, 30, 300),
        ("1歳6か月から3歳未満のお子さんと保護者、12組。2日間で1,000円。", (1, 2), True, 12, 1000),
        ("初心者向け。大人20人、小学生10人。", (6, None), False, 20, None),
        ("おおむね3歳以上のお子さんと大人のペア、先着6組。", (3, 18), True, 6, None),
        ("市内在住・在学の中高生15名程度。参加費として100円を当日集めます。", (12, 18), False, 15, 100),
        ("不登校の子を持つ保護者20人。", (None, None), False, 20, None),
        ("50歳以上の初心者。12人。4回で2,000円。", (50, None), False, 12, 2000),
        ("対象＞小学5・6年生　定員＞12名　費用＞500円", (10, 12), False, 12, 500),
        ("対象者：60歳以上の市民／人数：30名／料金：一人300円", (60, None), False, 30, 300),
        ("日　時　12月12日　対　象　中学生以上　費　用　200円　定　員　15人", (12, None), False, 15, 200),
        ("□対象…未就園児親子　□定員…先着１２組　□参加費…１組１００円", (0, 3), True, 12, 100),
        ("[対象]40〜64歳 [定員]25人 [費用]無料", (40, 64), False, 25, 0),
        ("＜対象＞小学1年〜3年　＜定員＞各10名　＜参加費＞大人400円、子ども200円", (6, 9), False, 10, 400),
        ("●対象小・中学生●定員各日15人●参加費350円", (6, 15), False, 15, 350),
        ("参加対象は70歳以上です。参加費は1回につき150円（全6回）。", (70, None), False, None, 900),
        ("どなたでも。先着40名様。チケット代 大人1,200円／高校生以下600円", (None, None), False, 40, 1200),
        ("小学生以上（低学年は保護者同伴）、20人、無料", (6, None), False, 20, 0),
        ("市内の中学1〜3年生が参加できます。会費はいりません。", (12, 15), False, None, 0),
        ("定員は1クラス10人です。受講料は4,000円（全8回、教材費込み）です。", (None, None), False, 10, 4000),
        ("1家族4人まで、15家族。1人500円（3歳以下無料）。", (None, None), False, 15, 500),
        ("ふるさとの味を伝える20人の達人に学びます。試食代300円。", (None, None), False, None, 300),
        ("小学生の頃に習った歌をみんなで歌いましょう。高校生の伴奏つき。", (None, None), False, None, None),
        ("平成28年4月2日〜令和2年4月1日生まれの子30人", (None, None), False, 30, None),
        ("19歳から39歳までの人で、就職を考えている方。15人程度。費用：不要", (19, 39), False, 15, 0),
        ("乳幼児と保護者（先着15組）。おやつ代ひとり100円。", (0, 6), True, 15, 100),
        ("60歳〜75歳くらいまでの元気な方大募集！定員なし。", (60, 75), False, None, None),
        ("対象は、5歳児から小学3年生まで。定員は、20人。参加費は、500円。", (5, 9), False, 20, 500),
        ("大学生・社会人20人。教材代として1,500円かかります。", (18, None), False, 20, 1500),
        ("小学3年生〜中学生の親子12組24人。1組2,000円。", (8, 15), True, 12, 2000),
        ("申込者が定員（30人）を超えたときは抽選。受講は無料です。", (None, None), False, 30, 0),
        ("シニア限定、14人。お一人様800円（昼食付き）。", (60, None), False, 14, 800),
        ("入場料500円（中学生以下は200円）、全席自由・先着250席。", (None, None), False, 250, 500),
    ],
)
def test_a_note_of_one_line(
    text: str, ages: tuple[int | None, int | None], parent_child: bool, capacity: int | None, fee: int | None
) -> None:
    facts = _read(text)
    assert ((facts.min_age, facts.max_age), facts.parent_child) == (ages, parent_child)
    assert (facts.capacity, facts.fee_yen) == (capacity, fee)


def test_a_column_goes_before_the_text_and_staff_are_told() -> None:
    facts = read_announcement(
        Announcement(
            title="工作",
            description="対象：小学生　定員：30人　費用：500円",
            target="中学生",
            capacity="20人",
            fee_basic="300",
        ),
        zone=TOKYO,
    )
    assert (facts.min_age, facts.capacity, facts.fee_yen) == (12, 20, 300)
    assert facts.doubts == (
        "定員の欄は20人、本文は30人です。欄のとおりとしました。",
        "料金の欄は300円、本文は500円です。欄のとおりとしました。",
        "対象の欄と本文とで年齢が違います。欄のとおりとしました。",
    )


def test_a_title_says_that_it_costs_nothing() -> None:
    assert read_announcement(Announcement(title="不動産の無料相談会"), zone=TOKYO).fee_yen == 0
    assert read_announcement(Announcement(title="無料相談会", fee_basic="300円"), zone=TOKYO).fee_yen == 300


def test_what_the_text_repeats_is_no_doubt() -> None:
    one = Announcement(title="工作", description="定員：20人（10組）　費用：無料", capacity="10組20人", fee_basic="0")
    assert read_announcement(one, zone=TOKYO).doubts == ()


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


def _read(text: str) -> Facts:
    season = datetime(2026, 12, 12, 1, tzinfo=UTC)
    return read_announcement(Announcement(title="講座", description=text, season=season), zone=TOKYO)


@given(st.one_of(st.text(max_size=5000), st.lists(_PIECES, max_size=300).map("".join)))
def test_any_text_is_read_in_bounded_time(text: str) -> None:
    began = process_time()
    _read(text)
    assert process_time() - began < 1.5


@given(st.lists(_PIECES.filter(lambda piece: "\ud800" not in piece), max_size=40).map("".join))
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


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("会社を離れたら何ができるだろう。55歳以上の方が、市内の団体を訪ねます。", (55, None)),
        ("1年生から3年生の小学生とおうちの人で参加してください。15組。", (6, 9)),
        ("1歳6か月〜2歳11か月のお子さんと保護者15組で行うクラスです。", (1, 2)),
        ("おかねは いりません。16さい いじょう。", (16, None)),
        ("外国人（がいこくじん）の方（かた）。16歳（さい）以上（いじょう）。", (16, None)),
        ("就学前のお子さんと保護者20組、65歳以上の方20人が、いっしょに杵をにぎります。", (None, None)),
        ("小学4〜6年生12人と、18歳以上のおとな8人が、同じ輪になって考えます。", (9, None)),
        ("小学生の部15人、一般の部（中学生以上）15人。", (6, None)),
        ("ファミリーの部（小学生と保護者の2人組）100組／一般の部（中学生以上）200人。", (6, None)),
        ("もう一度働きたい方のための講座です。1歳〜就学前のお子さん8人まで保育つき。", (None, None)),
    ],
)
def test_who_may_come_in_yet_other_words(text: str, ages: tuple[int | None, int | None]) -> None:
    facts = read_announcement(Announcement(title="講座のお知らせ", description=text), zone=TOKYO)
    assert (facts.min_age, facts.max_age) == ages
