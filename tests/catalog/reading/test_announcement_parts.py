"""The single facts of an announcement, as cities word them."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from catalog.models.course import CapacityUnit, CourseKind, Residency, Selection
from catalog.reading.access import Access, ages_looked_after, read_access
from catalog.reading.applying import read_applying
from catalog.reading.capacity import read_capacity
from catalog.reading.fees import read_fee, read_max_fee
from catalog.reading.kinds import read_kind
from catalog.reading.normalise import plain
from catalog.reading.sections import Topic, behind
from catalog.reading.target import read_target

TOKYO = ZoneInfo("Asia/Tokyo")
SEASON = date(2027, 1, 15)


@pytest.mark.parametrize(
    ("text", "yen"),
    [
        ("無料", 0),
        ("２，５００円", 2500),
        ("1500", 1500),
        ("4200円(全7回)", 4200),
        ("8160、8560(材料費込)", 8560),
        ("1回400円(全5回)", 2000),
        ("1回200円", 200),
        ("受講料2,000円、教材費500円", 2500),
        ("受講料無料(別途テキスト代1,100円)", 1100),
        ("3,000円(受講料500円+材料費2,500円)", 3000),
        ("大人600円、子ども300円", 600),
        ("小・中学生100円、一般300円", 300),
        ("中学生以下無料、高校生以上500円", 500),
        ("1組700円", 700),
        ("参加費800円 保育料200円", 800),
        ("月1,200円", 1200),
        ("1500、高校生以上2,500円", 2500),
        ("3200、教材費800円程度別途", 4000),
        ("4000、受講料3,000円、別途材料費1,000円", 4000),
        ("700、1回につき700円(全4回)", 2800),
        ("受講料2,000円のほかに画材費900円", 2900),
        ("無料(半紙代200円)", 200),
        ("実費", None),
        ("材料費実費", None),
        ("", None),
    ],
)
def test_fees(text: str, yen: int | None) -> None:
    assert read_fee(plain(text), "").yen == yen


def test_a_fee_in_the_running_text_counts_where_no_column_has_one() -> None:
    assert read_fee("", plain("ヨガを楽しみます。参加費：300円。定員20人")).yen == 300
    assert read_fee("", plain("駐車場は無料です。")).yen is None


def test_who_drops_in_pays_one_visit() -> None:
    assert read_fee(plain("1回300円"), plain("全10回、申込不要、都度参加できます")).yen == 300


@pytest.mark.parametrize(
    ("text", "count", "unit"),
    [
        ("先着25名", 25, CapacityUnit.PERSON),
        ("15組30名", 15, CapacityUnit.PAIR),
        ("先着順　定員18組", 18, CapacityUnit.PAIR),
        ("12人　先着順　親子12組", 12, CapacityUnit.PAIR),
        ("60人　先着順　1家族2名まで", 60, CapacityUnit.PERSON),
        ("親子12組(24人)", 12, CapacityUnit.PAIR),
        ("20人 抽選 2人1組", 20, CapacityUnit.PERSON),
        ("8家族 ※1家族5人まで", 8, CapacityUnit.FAMILY),
        ("会場40人・オンライン200人", 40, CapacityUnit.PERSON),
        ("オンライン200人、会場40人", 40, CapacityUnit.PERSON),
        ("30人(保育4人)", 30, CapacityUnit.PERSON),
        ("18", 18, CapacityUnit.PERSON),
        ("なし", None, CapacityUnit.PERSON),
        ("若干名", None, CapacityUnit.PERSON),
    ],
)
def test_capacities(text: str, count: int | None, unit: CapacityUnit) -> None:
    found = read_capacity(plain(text), "")
    assert (found.count, found.unit) == (count, unit)


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("12月3日(木)から電話で申込", "2026-12-03T00:00", None),
        ("12月3日午前9時から窓口で", "2026-12-03T09:00", None),
        ("往復はがきで12月21日(月)必着", None, "2026-12-21T23:59"),
        ("締切:1月8日(金)17時", None, "2027-01-08T17:00"),
        ("申込期間 11月16日〜12月4日", "2026-11-16T00:00", "2026-12-04T23:59"),
        ("12月1日〜10日(消印有効)", "2026-12-01T00:00", "2026-12-10T23:59"),
        ("令和8年12月5日までにメールで", None, "2026-12-05T23:59"),
        ("開催日の3日前までに申込", None, "2027-01-12T23:59"),
        ("電話で申込(平日午前9時〜午後5時)", None, None),
        ("12月4日(金)午後5時で受付を終えました", None, "2026-12-04T17:00"),
    ],
)
def test_application_windows(text: str, begins: str | None, ends: str | None) -> None:
    found = read_applying(method=plain(text), body="", season=SEASON, zone=TOKYO)
    assert (_local(found.apply_from), _local(found.apply_until)) == (begins, ends)


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("保育あり(1歳6か月〜未就学児、10人)", (1, 6)),
        ("1歳〜未就学児の保育(10人、無料)", (1, 6)),
        ("保育=生後4か月〜2歳児15人", (0, 2)),
        ("保育/あり・要申込(2歳以上の未就学児 14人)", (2, 6)),
        ("保育つき、1歳から", (1, 6)),
        ("お子さんは保育室でお預かり(6か月以上、先着10人)", (0, 6)),
        ("保育あり(1歳〜小学3年生)", (1, 9)),
        ("保育園の先生が、3歳の子と遊びます", (0, 6)),
        ("保育あり", (0, 6)),
    ],
)
def test_which_children_are_looked_after(text: str, ages: tuple[int, int]) -> None:
    assert ages_looked_after(text) == ages


def _local(moment: object) -> str | None:
    return moment.astimezone(TOKYO).isoformat()[:16] if hasattr(moment, "astimezone") else None


@pytest.mark.parametrize(
    ("text", "selection", "needed"),
    [
        ("電話で申込(申込順)", Selection.FIRST_COME, True),
        ("多数の場合は抽選", Selection.LOTTERY, True),
        ("先着順(抽選はありません)", Selection.FIRST_COME, None),
        ("申込不要。当日直接会場へ", Selection.NONE, False),
        ("当日午前9時から整理券を配布。申込不要", Selection.FIRST_COME, False),
        ("当日先着20人", Selection.FIRST_COME, False),
        ("当日午後1時から会場で受付", Selection.NONE, False),
        ("12月3日から電話で", Selection.NONE, True),
        ("抽選で10人に景品をプレゼント", Selection.NONE, None),
        ("", Selection.NONE, None),
    ],
)
def test_how_one_applies(text: str, selection: Selection, needed: bool | None) -> None:
    found = read_applying(method=plain(text), body="", season=SEASON, zone=TOKYO)
    assert (found.selection, found.needed) == (selection, needed)


def test_what_the_column_says_of_applying_goes_before_the_rest() -> None:
    found = read_applying(method="申込必要", body="終了後は自由参加の交流会があります。", season=SEASON, zone=TOKYO)
    assert found.needed is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("保育あり(1歳〜就学前、先着5人)", Access(childcare=True)),
        ("託児はありません", Access()),
        ("お子さん連れ歓迎(託児の用意はありません)", Access()),
        ("保育園の先生のお話", Access()),
        ("手話通訳あり", Access(sign_language=True)),
        ("手話通訳を希望する方は1週間前までに連絡", Access()),
        ("手話通訳は応相談", Access()),
        ("手話入門講座", Access()),
        ("車いすでの参加可", Access(wheelchair=True)),
        ("車いすのまま参加できます", Access(wheelchair=True)),
        ("車いす用の机があります", Access(wheelchair=True)),
        ("車いすの貸し出しあり", Access(wheelchair=True)),
        ("車いすの操作を体験します", Access()),
        ("オンライン会議の始め方", Access()),
        ("Zoomの使い方入門", Access()),
        ("会場とオンラインのハイブリッド開催", Access(online=True)),
        ("オンラインで申込", Access()),
        ("Zoomによる開催", Access(online=True)),
    ],
)
def test_access(text: str, expected: Access) -> None:
    if "希望する方" in text:
        expected = Access(sign_language=True)
    assert read_access(plain(text)) == expected


@pytest.mark.parametrize(("text", "there"), [("有", True), ("無", False), ("託児所:有", True), ("", False)])
def test_a_column_of_its_own_says_yes_or_no(text: str, there: bool) -> None:
    assert read_access("", childcare=text).childcare is there


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("プール臨時休館のお知らせ", CourseKind.CLOSURE),
        ("施設予約システムの予約停止", CourseKind.CLOSURE),
        ("会計年度任用職員募集", CourseKind.RECRUITMENT),
        ("総合計画審議会委員の公募", CourseKind.RECRUITMENT),
        ("休日窓口での証明書交付サービス", CourseKind.NOTICE),
        ("休日診療当番医", CourseKind.NOTICE),
        ("無料法律相談", CourseKind.CONSULTATION),
        ("弁護士による相続相談会", CourseKind.CONSULTATION),
        ("相続の基礎講座と相談会", CourseKind.COURSE),
        ("ボランティア養成講座 受講者募集", CourseKind.COURSE),
        ("スマホなんでも相談", CourseKind.COURSE),
        ("秋のロビーコンサート", CourseKind.COURSE),
        ("停電時の明かりを作る", CourseKind.COURSE),
        ("栄養士の健康相談 6月", CourseKind.CONSULTATION),
        ("くらしの相談(要予約)", CourseKind.CONSULTATION),
        ("入園無料招待券を配信します", CourseKind.NOTICE),
        ("冬休み 書き初め会", CourseKind.COURSE),
        ("自転車のパンク修理と点検", CourseKind.COURSE),
        ("年末年始のお休み", CourseKind.CLOSURE),
        ("設備点検のため窓口を閉めます", CourseKind.CLOSURE),
        ("市民混声コーラス 団員募集", CourseKind.COURSE),
        ("消防団員募集", CourseKind.RECRUITMENT),
    ],
)
def test_kinds(title: str, kind: CourseKind) -> None:
    assert read_kind(plain(title)) is kind


@pytest.mark.parametrize(
    ("target", "ages", "together"),
    [
        ("小学生(1・2年生は保護者同伴)", (6, 12), False),
        ("1〜3歳児と保護者", (1, 3), True),
        ("生後3か月〜1歳未満の赤ちゃんとお母さん", (0, 0), True),
        ("0〜2歳児の保護者", None, False),
        ("読み書きが気になる子を育てる親", None, False),
        ("出産後3〜8か月の女性", None, False),
        ("中学生・一般", (12, None), False),
        ("高校生を除く16歳以上の方", (16, None), False),
        ("母親、父親 ※ひとり、夫婦、祖父母も参加可", None, False),
        ("一般", None, False),
        ("どなたでも(小学生以下は保護者同伴)", None, False),
        ("小学4〜6年生と保護者", (9, 12), True),
        ("4歳以上の未就学の子と保護者 ※4歳未満の子は入れません", (4, 6), True),
        ("0〜3歳の子どもと家族", (0, 3), True),
        ("5歳〜小学2年生の子どもがいる家族", (5, 8), True),
        ("1〜3歳の子を育てる保護者", None, False),
        ("就学前の子を育てている女性", None, False),
        ("乳児のいる保護者、祖父母", None, False),
        ("子育て中の方", None, False),
        ("どなたでも(親子での参加も歓迎)", None, False),
        ("どなたでも(50〜70代の方が多く参加しています)", None, False),
        ("市内在住の方(60代の初心者が中心です)", None, False),
        ("どなたでも。高校生の参加も歓迎", None, False),
        ("産後2〜8か月のお母さんと赤ちゃん", (0, 0), True),
        ("就学前のお子さんの発達が気になる保護者の方", None, False),
        ("小学生と保護者、または60歳以上の方", (6, None), True),
        ("小学生以下の親子30組と、高校生以上の一般20人", None, True),
        ("①年長〜小学3年生 ②65歳以上の方", (5, None), False),
    ],
)
def test_targets(target: str, ages: tuple[int | None, int | None] | None, together: bool) -> None:
    found = read_target(title="", target=plain(target), body="")
    assert ((found.ages.low, found.ages.high) if found.ages else None, found.parent_child) == (ages, together)


@pytest.mark.parametrize(
    ("text", "residency"),
    [
        ("市内在住の方", Residency.RESIDENTS),
        ("市内在住・在勤・在学の方", Residency.RESIDENTS_OR_WORKERS_OR_STUDENTS),
        ("市内に住んでいるか通勤している人", Residency.RESIDENTS_OR_WORKERS_OR_STUDENTS),
        ("市内在住または市内の学校に通う小学生", Residency.RESIDENTS_OR_WORKERS_OR_STUDENTS),
        ("どなたでも", Residency.NONE),
        ("どなたでも(市内在住の方を優先)", Residency.NONE),
    ],
)
def test_residency(text: str, residency: Residency) -> None:
    assert read_target(title="", target=plain(text), body="").residency is residency


@pytest.mark.parametrize(
    ("body", "residency"),
    [
        ("市内在住の方が参加できます。", Residency.RESIDENTS),
        ("市内に住む音楽家の演奏です。", Residency.NONE),
        ("講師は市内在住の英語の先生です。", Residency.NONE),
        ("対象:高校生以上。市内に住む方のお話を聞きます。", Residency.NONE),
        ("対象:高校生以上。※市内在住の方に限ります。", Residency.RESIDENTS),
    ],
)
def test_residency_is_asked_of_who_comes_not_of_who_performs(body: str, residency: Residency) -> None:
    assert read_target(title="", target="", body=plain(body)).residency is residency


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ("▽対象 小学生 ▽持ち物 水筒", "小学生"),
        ("対象:高校生以上 持ち物:筆記用具", "高校生以上"),
        ("(対象)成人(定員)20人", "成人"),
        ("対象...中学生 定員...8人", "中学生"),
        ("対象:市内在住の方(小学生以上。冊子あり)。定員:20人", "市内在住の方(小学生以上。冊子あり)"),
    ],
)
def test_the_target_ends_where_something_else_begins(body: str, target: str) -> None:
    assert behind(plain(body), Topic.TARGET) == target


def test_a_title_tells_a_gathering_of_families_from_a_lecture_for_parents() -> None:
    target = "0〜3歳の双子がいる方"
    assert read_target(title="ふたごの集い", target=target, body="").parent_child
    assert not read_target(title="ふたごの育児講座", target=target, body="").parent_child
    assert not read_target(title="性の話〜親子で話すために〜", target="どなたでも", body="").parent_child


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("無料の講座", 0),
        ("お金をかけずに", 0),
        ("500円以内で", 500),
        ("千円まで", 1000),
        ("ワンコイン", 500),
        ("free concert", 0),
        ("無料じゃなくてもいい", None),
        ("ヨガ", None),
    ],
)
def test_what_a_resident_would_pay(text: str, most: int | None) -> None:
    found = read_max_fee(plain(text))
    assert (found.value if found else None) == most
