"""Notes beside an event's dates, as cities write them: what they name is found, what they leave open is not guessed."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.reading.recurrence import MAX_SESSIONS, clock_range, recurrence, several_times

D = date.fromisoformat


def days(note: str, first: str, last: str | None = None) -> list[str] | None:
    found = recurrence(note, D(first), D(last) if last else None)
    return None if found is None else [day.strftime("%m-%d") for day in found.days]


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("毎週火曜 午前10時～11時30分", ["12-01", "12-08", "12-15", "12-22", "12-29"]),
        ("毎週水・金曜日", ["12-02", "12-04", "12-09", "12-11", "12-16", "12-18", "12-23", "12-25", "12-30"]),
        ("第1・3木曜 午後2時～3時", ["12-03", "12-17"]),
        ("第２.４月曜日", ["12-14", "12-28"]),
        ("第4日曜", ["12-27"]),
        ("全3回 月曜 午前10時～", ["12-07", "12-14", "12-21"]),
        ("毎週土曜日(12月12日を除く)", ["12-05", "12-19", "12-26"]),
    ],
)
def test_a_pattern_within_the_rows_own_period(note: str, expected: list[str]) -> None:
    assert days(note, "2026-12-01", "2026-12-31") == expected


@pytest.mark.parametrize(
    ("note", "first", "expected"),
    [
        ("10/2～10/23(土)全4回", "2027-10-02", ["10-02", "10-09", "10-16", "10-23"]),
        ("10/2〜10/10(土日)全4回", "2027-10-02", ["10-02", "10-03", "10-09", "10-10"]),
        ("12月6日〜1月10日(水曜・全6回)", "2023-12-06", ["12-06", "12-13", "12-20", "12-27", "01-03", "01-10"]),
        ("6月5日(月曜日)〜6月19日(月曜日)(全3回) 9:30〜11:30", "2023-06-05", ["06-05", "06-12", "06-19"]),
        ("9月3日〜9月24日の毎週金曜日", "2027-09-03", ["09-03", "09-10", "09-17", "09-24"]),
        ("4/23～6/25(毎月第4日曜日)", "2023-04-23", ["04-23", "05-28", "06-25"]),
    ],
)
def test_a_period_that_the_note_brings_itself(note: str, first: str, expected: list[str]) -> None:
    assert days(note, first) == expected


def test_a_count_that_comes_out_without_holidays_skips_them() -> None:
    """11 October is a holiday: of eight Mondays seven are left, as the note says."""
    assert days("10/4〜11/22(月)全7回", "2027-10-04") == [
        *("10-04", "10-18", "10-25", "11-01", "11-08", "11-15", "11-22"),
    ]


@pytest.mark.parametrize(
    ("note", "first", "expected"),
    [
        ("4/13,4/27,5/11,5/25 全4回1セット", "2023-04-13", ["04-13", "04-27", "05-11", "05-25"]),
        ("令和5年5月20日、27日、6月10日(土曜日)全3回", "2023-05-20", ["05-20", "05-27", "06-10"]),
        ("(2)11/18(木)(3)12/9(木)", "2027-10-14", ["10-14", "11-18", "12-09"]),
        ("9月2日(木)、9月9日(木)、9月16日(木)の3回講座", "2027-09-02", ["09-02", "09-09", "09-16"]),
        ("令和5年11月30日、12月7日、1月11日 全3回", "2023-11-30", ["11-30", "12-07", "01-11"]),
    ],
)
def test_days_by_name(note: str, first: str, expected: list[str]) -> None:
    assert days(note, first) == expected


def test_months_narrow_the_rows_period() -> None:
    assert days("1月から 全6回 月曜 午前10時～", "2026-12-01", "2027-03-20") == [
        *("01-04", "01-11", "01-18", "01-25", "02-01", "02-08"),
    ]
    assert days("1月～ 第3日曜 午前9時～", "2026-12-01", "2027-03-20") == ["01-17", "02-21"]


@pytest.mark.parametrize(
    "note",
    [
        *(
            "",
            "7月下旬",
            "毎朝6時30分～",
            "月2回、木曜",
            "雨のときは14日に順延",
            "それぞれ前月20日から受け付け",
        ),
        *(
            "毎週火・木曜日のいずれか",
            "※毎週月曜日は休館。",
            "6月18日か25日のどちらか",
            "土・日曜日、祝日及び年末年始を除く",
        ),
        *(
            "第2.4月曜日、ただし8月は第4月曜日のみ",
            "貸し出しは2月1日(月)〜3月14日(日)",
            "全12回講座",
            "9:30〜11:30及び14:00〜16:00",
        ),
    ],
)
def test_what_leaves_the_days_open_names_none(note: str) -> None:
    assert recurrence(note, D("2026-12-01"), D("2027-03-20")) is None


@pytest.mark.parametrize(
    ("note", "doubt", "until"),
    [
        ("4/11〜7/25(日)全8回", "「全8回」とありますが、書かれた曜日と期間では16回になります。", D("2027-07-25")),
        ("3/1〜7/25(日)全8回", "開始日・終了日と、開始日時特記事項に書かれた期間が合いません。", None),
    ],
)
def test_dates_that_contradict_each_other_are_doubted(note: str, doubt: str, until: date | None) -> None:
    found = recurrence(note, D("2027-04-11"), None)
    assert found is not None
    assert (found.days, found.doubt, found.until) == ((), doubt, until)


def test_a_daily_course_is_bounded() -> None:
    found = recurrence("毎週月〜日曜日", D("2026-04-01"), D("2027-03-31"))
    assert found is not None
    assert len(found.days) == MAX_SESSIONS
    assert found.doubt == "365回のうち、はじめの120回だけを取り込みました。"


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("毎週火曜 午前10時～11時30分", (time(10), time(11, 30))),
        ("毎週木曜 午後7時～8時30分", (time(19), time(20, 30))),
        ("午前10時〜0時15分", (time(10), time(12, 15))),
        ("14:00〜15:30", (time(14), time(15, 30))),
        ("毎朝6時30分～", (time(6, 30), None)),
        ("午後1時半", (time(13, 30), None)),
        *(
            (note, (None, None))
            for note in ("受付8:45〜10:15", "(1)10:30〜 (2)13:30〜", "終了は28日8:00", "25時〜", "")
        ),
    ],
)
def test_hours(note: str, expected: tuple[time | None, time | None]) -> None:
    assert clock_range(note) == expected


def test_whether_one_application_is_for_several_dates() -> None:
    assert several_times("全12回講座")
    assert several_times("毎週火曜")
    assert not several_times("全1回講座")
    assert not several_times("途中で昼食(12:15〜13:00)")


SIGNS = st.text("月火水木金土日曜毎週第全回0123456789/〜～、,・()除くからRn年令和元時分半午前後: ", max_size=40)


@given(note=SIGNS, first=st.dates(D("1990-01-01"), D("2100-12-31")), length=st.none() | st.integers(0, 800))
def test_any_note_gives_days_in_order_not_before_the_first(note: str, first: date, length: int | None) -> None:
    last = None if length is None else date.fromordinal(first.toordinal() + length)
    found = recurrence(note, first, last)
    if found is not None:
        assert list(found.days) == sorted(set(found.days))
        assert len(found.days) <= MAX_SESSIONS
        assert all(day >= first for day in found.days)
