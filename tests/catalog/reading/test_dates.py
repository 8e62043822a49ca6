"""When residents can come. Seen from Wednesday, 10 June 2026, unless said otherwise."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.reading.dates import When, read_when
from catalog.reading.normalise import plain
from catalog.search.criteria import TimeOfDay

TODAY = date(2026, 6, 10)
MORNING, AFTERNOON, EVENING = TimeOfDay


def when(text: str, today: date = TODAY) -> When:
    return read_when(plain(text), today)


def days(*texts: str) -> tuple[tuple[date, date | None], ...]:
    """Of 2026: "7/1" or "7/1..7/5", "2027/1/3", "7/1..*"."""
    return tuple((_day(first), None if last == "*" else _day(last or first)) for first, last in map(_ends, texts))


def _ends(text: str) -> tuple[str, str]:
    first, _, last = text.partition("..")
    return first, last


def _day(text: str) -> date:
    *year, month, day = map(int, text.split("/"))
    return date(year[0] if year else 2026, month, day)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("きょう", days("6/10")),
        ("明日の講座", days("6/11")),
        ("しあさって", days("6/13")),
        ("5日後", days("6/15")),
        ("三週間後", days("7/1")),
        ("2か月以内", days("6/10..8/10")),
        ("来週", days("6/15..6/21")),
        ("再来週の木曜", days("6/25")),
        ("らいしゅうのきんようび", days("6/19")),
        ("今週の後半", days("6/11..6/14")),
        ("来月", days("7/1..7/31")),
        ("来月の頭", days("7/1..7/10")),
        ("9月下旬", days("9/21..9/30")),
        ("10月の後半", days("10/16..10/31")),
        ("今月中に", days("6/10..6/30")),
        ("7月末", days("7/25..7/31")),
        ("12月5日と6日", days("12/5..12/6")),
        ("12月5日から12日まで", days("12/5..12/12")),
        ("7月5日まで", days("6/10..7/5")),
        ("8月以降", days("8/1..*")),
        ("12月中旬から1月上旬", days("12/11..2027/1/10")),
        ("先月引っ越してきた", ()),
        ("今週は忙しいので来週", days("6/15..6/21")),
        ("7月に入ってから", days("7/1..*")),
        ("courses from July", days("7/1..*")),
        ("until July", days("6/10..7/31")),
        ("I may come in May", days("2027/5/1..2027/5/31")),
        ("the 15th", days("6/15")),
        ("in two weeks", days("6/24")),
        ("early August", days("8/1..8/10")),
        ("3 July", days("7/3")),
        ("来月の最初の日曜", days("7/5")),
        ("来年2月", days("2027/2/1..2027/2/28")),
        ("令和9年1月15日", days("2027/1/15")),
        ("R8.12.3", days("12/3")),
        ("２０２６/11/03", days("11/3")),
        ("十二月の第二土曜", days("12/12")),
        ("7月最後の金曜", days("7/31")),
        ("9月の第1・第3日曜", days("9/6", "9/20")),
        ("7/18(土)", days("7/18")),
        ("今度の土曜日", days("6/13")),
        ("冬休みに", days("12/26..2027/1/7")),
        ("お盆明け", days("8/17..8/23")),
        ("敬老の日", days("9/21")),
        ("七夕のころ", days("7/7")),
        ("年末年始", days("12/28..2027/1/4")),
        ("on december 5th", days("12/5")),
        ("next week", days("6/15..6/21")),
    ],
)
def test_days(text: str, expected: tuple[tuple[date, date | None], ...]) -> None:
    assert when(text).dates == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("土日", (5, 6)),
        ("平日の夜", (0, 1, 2, 3, 4)),
        ("月水金", (0, 2, 4)),
        ("火・木", (1, 3)),
        ("月曜から木曜", (0, 1, 2, 3)),
        ("水曜以外", (0, 1, 3, 4, 5, 6)),
        ("毎週どようび", (5,)),
        ("来週末", (5, 6)),
        ("8月の土日", (5, 6)),
        ("来週の土曜", ()),
        ("on saturdays", (5,)),
        ("木工の講座", ()),
        ("水泳", ()),
        ("日本語", ()),
        ("平日は残業が多くて無理なので土日", (5, 6)),
        ("火曜と金曜は病院ですので、それ以外の日で", (0, 2, 3, 5, 6)),
        ("土日に着られなくなった服", (5, 6)),
        ("土日しか行けない", (5, 6)),
        ("平日の仕事帰り", (0, 1, 2, 3, 4)),
    ],
)
def test_weekdays(text: str, expected: tuple[int, ...]) -> None:
    assert when(text).weekdays == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("午前中", (MORNING,)),
        ("午後3時", (AFTERNOON,)),
        ("夜7時以降", (EVENING,)),
        ("18:30から", (EVENING,)),
        ("10時から12時", (MORNING,)),
        ("13時以降", (AFTERNOON, EVENING)),
        ("15時まで", (MORNING, AFTERNOON)),
        ("仕事帰りに", (EVENING,)),
        ("今夜", (EVENING,)),
        ("夕方か夜", (EVENING,)),
        ("after 6pm", (EVENING,)),
        ("夜眠れない", ()),
        ("朝ごはん", ()),
        ("夜景の写真", ()),
        ("朝は弱いので午後から", (AFTERNOON,)),
        ("夜は無理", (MORNING, AFTERNOON)),
        ("夜じゃないと行けない", (EVENING,)),
        ("夕方までに帰りたい", (MORNING, AFTERNOON)),
        ("2時から", (AFTERNOON,)),
    ],
)
def test_times_of_day(text: str, expected: tuple[TimeOfDay, ...]) -> None:
    assert when(text).time_of_day == expected


@pytest.mark.parametrize(
    "text",
    [
        "クリスマスのリース",
        "正月飾り",
        "一日体験",
        "2/30",
        "13月5日",
        "春の七草",
        "すまほきょうしつ",
        "会社を始めたい",
        "",
    ],
)
def test_what_only_looks_like_a_time_is_none(text: str) -> None:
    assert when(text) == When()


def test_an_occasion_is_a_time_when_it_is_said_as_one() -> None:
    assert when("クリスマスに何かある?").dates == days("12/24..12/25")


def test_a_running_period_begins_today() -> None:
    assert when("夏休み", date(2026, 8, 3)).dates == days("8/3..8/31")


def test_the_coming_weekend_of_a_sunday_is_the_next_one() -> None:
    assert when("今度の土日", date(2026, 6, 14)).dates == days("6/20..6/21")


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 300))
def test_relative_days_move_with_today(today: date, ahead: int) -> None:
    expected = today + timedelta(days=ahead)
    assert when(f"{ahead}日後", today).dates == ((expected, expected),)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_next_week_lies_wholly_in_the_future_and_begins_on_monday(today: date) -> None:
    ((start, end),) = when("来週", today).dates
    assert end is not None
    assert (start.weekday(), (end - start).days) == (0, 6)
    assert 1 <= (start - today).days <= 7


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 12), st.integers(1, 28))
def test_a_day_without_a_year_is_the_next_such_day(today: date, month: int, day: int) -> None:
    ((start, _),) = when(f"{month}月{day}日", today).dates
    assert (start.month, start.day) == (month, day)
    assert 0 <= (start - today).days <= 366


_WORDINGS = (
    "来週 第2 土曜 12月 5日 から まで 以降 の か 前半 末 午後3時 今度の 以外 20日 gw"
    " 連休 令和8年 3か月後 明け 夜 ~ ・ 31日 99月 0日"
)
_PIECES = st.lists(st.sampled_from(_WORDINGS.split()), max_size=12)


@given(_PIECES.map("".join) | st.text(max_size=60), st.dates())
def test_any_text_is_read_and_periods_run_forward(text: str, today: date) -> None:
    if not date(1950, 1, 1) < today < date(2150, 1, 1):
        today = TODAY
    for start, end in when(text, today).dates:
        assert end is None or start <= end
