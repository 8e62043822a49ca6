"""The sample catalogue: whatever the day, it is a valid municipal event list with something for everyone."""

import csv
import re
from collections import Counter
from collections.abc import Callable
from datetime import date, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlmodel import col

from catalog.civil_time import to_utc
from catalog.database import Database
from catalog.importing.importer import import_file
from catalog.models import Course, Session
from catalog.samples import COLUMNS, MARK, sample_rows, write_sample_csv
from catalog.samples.event_list import PLAN, TEXTS, announcements
from catalog.samples.wishes import Wish, halls_closed, printed, printed_list, session_days, wished_day

WEDNESDAY = date(2026, 6, 10)
NO_COURSE = {"お知らせ", "休館・休業", "休館・工事", "募集", "職員募集", "相談"}
OF_A_ROW = {"NO", "開始日", "終了日", "開始日時特記事項"}
any_day = st.dates(min_value=date(2020, 1, 1), max_value=date(2060, 12, 31))


def on_difficult_days(test: Callable[..., None]) -> Callable[..., None]:
    """Days on which relative dates go wrong first: leap day, the turn of the year, the closed days."""
    for day in (date(2028, 2, 29), date(2028, 2, 1), date(2026, 12, 20), date(2026, 12, 31), date(2027, 1, 1)):
        test = example(day)(test)
    return settings(max_examples=40)(given(any_day)(test))


class TestWish:
    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("+0", date(2026, 6, 10)),
            ("-14", date(2026, 5, 27)),
            ("+12 sat", date(2026, 6, 27)),
            ("+0 wed", date(2026, 6, 10)),
            ("+5 tue,thu", date(2026, 6, 16)),
            ("+4 sat2,sat4", date(2026, 6, 27)),
            ("+20 fri1", date(2026, 7, 3)),
        ],
    )
    def test_names_the_first_day_that_suits(self, text: str, day: date) -> None:
        assert wished_day(text, WEDNESDAY) == day

    @pytest.mark.parametrize("text", ["12 sat", "+1 sat6", "+1 Sat", "+1  sat", "tomorrow", ""])
    def test_refuses_what_it_cannot_read(self, text: str) -> None:
        with pytest.raises(ValueError, match="not a day of the sample catalogue"):
            Wish.read(text)

    def test_a_series_goes_on_with_the_days_that_suit(self) -> None:
        assert session_days("+3 sat", WEDNESDAY, times=3, every=2) == [
            date(2026, 6, 13),
            date(2026, 6, 27),
            date(2026, 7, 11),
        ]

    def test_a_series_leaves_out_the_days_around_new_year(self) -> None:
        assert session_days("+0 fri", date(2026, 12, 25), times=2) == [date(2026, 12, 25), date(2027, 1, 8)]

    def test_prints_days_as_a_newsletter_does(self) -> None:
        assert printed(date(2026, 12, 5)) == "12月5日(土)"
        days = [date(2026, 12, 12), date(2026, 12, 19), date(2027, 1, 9)]
        assert printed_list(days) == "12月12日・19日、1月9日"


class TestEveryDay:
    """What holds on whatever day the demo is started."""

    @on_difficult_days
    def test_rows_are_complete_and_numbered_once(self, today: date) -> None:
        rows = sample_rows(today)
        assert all(tuple(row) == COLUMNS for row in rows)
        numbers = [row["NO"] for row in rows]
        assert len(set(numbers)) == len(numbers)
        assert all(number.startswith("S") for number in numbers)
        assert all(row["イベント名"] and row["説明"] and row["開始日"] for row in rows)

    @on_difficult_days
    def test_sessions_are_near_today_and_by_day(self, today: date) -> None:
        for row in sample_rows(today):
            first, last = date.fromisoformat(row["開始日"]), date.fromisoformat(row["終了日"])
            assert today - timedelta(days=60) <= first <= last <= today + timedelta(days=130), row["NO"]
            if row["開始時間"]:
                assert "08:00" <= row["開始時間"] <= "20:00", row["NO"]
                assert row["開始時間"] < row["終了時間"] <= "21:00", row["NO"]

    @on_difficult_days
    def test_courses_are_applied_for_before_they_start(self, today: date) -> None:
        for row in courses(today):
            if row["参加申込終了日"]:
                assert row["参加申込終了日"] < row["開始日"], row["NO"]

    @on_difficult_days
    def test_no_course_begins_or_ends_while_halls_are_closed(self, today: date) -> None:
        for row in courses(today):
            assert not halls_closed(date.fromisoformat(row["開始日"])), row["NO"]
            if "展示" not in row["説明"]:
                assert not halls_closed(date.fromisoformat(row["終了日"])), row["NO"]

    @on_difficult_days
    def test_no_text_is_left_unexpanded(self, today: date) -> None:
        assert not [row["NO"] for row in sample_rows(today) if re.search(r"[{}]", "".join(row.values()))]

    @on_difficult_days
    def test_every_row_is_marked_as_a_sample(self, today: date) -> None:
        assert all(row["備考"].endswith(MARK) for row in sample_rows(today))

    @on_difficult_days
    def test_some_are_open_some_open_soon_some_close_tomorrow_some_are_over(self, today: date) -> None:
        def on(offset: int) -> str:
            return printed(today + timedelta(days=offset))

        rows = courses(today)
        tomorrow = (today + timedelta(days=1)).isoformat()
        assert sum(f"{on(3)}午前" in row["参加申込方法"] for row in rows) >= 8
        assert sum(row["参加申込終了日"] == tomorrow for row in rows) >= 4
        assert sum(row["終了日"] < today.isoformat() for row in rows) >= 4
        assert sum(row["開始日"] < today.isoformat() < row["終了日"] for row in rows) >= 3
        closed = [r for r in rows if r["参加申込終了日"] and r["参加申込終了日"] < today.isoformat() < r["開始日"]]
        assert 1 <= len({row["イベント名"] for row in closed}) <= 4


class TestWriting:
    """What the announcements say, whatever their days."""

    def test_no_day_or_season_is_written_by_hand(self) -> None:
        dated = re.compile(r"\d+月\d+日|令和|20[2-9]\d年|(?<!生)[春夏秋冬]|クリスマス|正月|年末|今月|来月|明日|来週")
        texts = {entry["no"]: "\n".join(str(value) for value in entry.values()) for entry in announcements()}
        assert {number: dated.findall(text) for number, text in texts.items() if dated.search(text)} == {}

    def test_no_key_is_misspelt(self) -> None:
        known = {*PLAN, *TEXTS}
        assert {entry["no"]: set(entry) - known for entry in announcements() if set(entry) - known} == {}

    def test_applications_open_before_they_end(self) -> None:
        for entry in announcements():
            if "opens" in entry:
                assert "{opens}" in entry["how"], entry["no"]
                assert wished_day(entry["opens"], WEDNESDAY) < wished_day(entry["until"], WEDNESDAY), entry["no"]

    def test_telephone_numbers_are_plainly_samples(self) -> None:
        numbers = re.findall(
            r"0\d{1,3}-\d{2,4}-\d{4}", "\n".join("\n".join(row.values()) for row in sample_rows(WEDNESDAY))
        )
        assert numbers
        assert all(number.startswith("042-000-") for number in numbers)

    def test_a_title_stands_for_one_announcement(self) -> None:
        assert [
            title for title, count in Counter(entry["title"] for entry in announcements()).items() if count > 1
        ] == []

    def test_no_sentence_is_used_twice(self) -> None:
        """Varied texts, not one template with words swapped."""
        bodies = [entry["text"].strip().splitlines() for entry in announcements()]
        sentences = Counter(s for lines in bodies for line in lines for s in line.split("。") if len(s) > 24)
        assert [sentence for sentence, count in sentences.items() if count > 1] == []

    def test_a_weekday_in_words_is_the_one_wished_for(self) -> None:
        """「毎週火曜日」 must not stand over a course on Wednesdays."""
        for row in sample_rows(WEDNESDAY):
            said = re.search(r"(?:毎週|隔週)([月火水木金土日])曜日", row["開始日時特記事項"])
            if said:
                assert said[1] == "月火水木金土日"[date.fromisoformat(row["開始日"]).weekday()], row["NO"]


class TestVariety:
    def test_there_are_enough_courses(self) -> None:
        assert len({row["イベント名"] for row in courses(WEDNESDAY)}) >= 145
        assert len(sample_rows(WEDNESDAY)) - len(courses(WEDNESDAY)) >= 8

    @pytest.mark.parametrize(
        ("what", "least"),
        [
            *[("先着|申込順", 60), ("抽選", 20), ("申込(は)?不要|申込は要りません", 20)],
            *[
                ("保育", 12),
                ("手話通訳", 8),
                ("車いす", 8),
                ("オンライン", 8),
                ("親子|子ども?.{0,8}(保護者|家族|父親)|赤ちゃんと", 12),
            ],
            *[("在住・在勤・在学", 12), ("市内在住の", 12), ("材料費|食材費|花材費", 4), ("全4回", 12)],
            *[("か月|0歳|3歳", 12), ("小学", 30), ("中学生|高校生|大学生", 25), ("18歳以上|成人|大人", 18)],
            *[("65歳以上|60歳以上|シニア", 18), ("どなたでも", 12), ("70歳以上|三世代|おじいちゃん", 4)],
        ],
    )
    def test_what_residents_ask_for_is_there(self, what: str, least: int) -> None:
        titles = {row["イベント名"] for row in courses(WEDNESDAY) if re.search(what, "\n".join(row.values()))}
        assert len(titles) >= least

    @pytest.mark.parametrize(
        "field",
        [
            *["英会話", "源氏物語", "実験", "スマホ", "コーラス", "水彩", "茶", "料理", "ヨガ", "健康", "離乳食"],
            *["創業|資産", "ボランティア", "コンポスト", "防災", "平和", "やさしい日本語", "囲碁", "里山"],
        ],
    )
    def test_every_field_of_learning_is_there(self, field: str) -> None:
        assert [row["NO"] for row in courses(WEDNESDAY) if re.search(field, row["イベント名"] + row["説明"])]

    @pytest.mark.parametrize("kind", ["館$", "課$", "サークル", "^NPO法人", "株式会社|信用金庫", "^市民"])
    def test_the_city_groups_companies_and_residents_organise(self, kind: str) -> None:
        assert len({row["主催者"] for row in courses(WEDNESDAY) if re.search(kind, row["主催者"])}) >= 2

    def test_there_are_mornings_afternoons_evenings_weekdays_and_weekends(self) -> None:
        rows = [row for row in courses(WEDNESDAY) if row["開始時間"]]
        starts = Counter(
            "morning" if row["開始時間"] < "12:00" else "afternoon" if row["開始時間"] < "17:00" else "evening"
            for row in rows
        )
        assert min(starts["morning"], starts["afternoon"], starts["evening"]) >= 15
        days = Counter(date.fromisoformat(row["開始日"]).weekday() for row in rows)
        assert min(days[weekday] for weekday in range(1, 7)) >= 12


def test_the_file_is_what_a_city_publishes(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    write_sample_csv(path, WEDNESDAY)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        assert tuple(reader.fieldnames or ()) == COLUMNS
        assert list(reader) == sample_rows(WEDNESDAY)


def test_a_series_in_rows_has_one_row_a_session() -> None:
    rows = [row for row in sample_rows(WEDNESDAY) if row["NO"].startswith("SA04-")]
    assert [row["NO"] for row in rows] == ["SA04-1", "SA04-2", "SA04-3", "SA04-4"]
    days = [date.fromisoformat(row["開始日"]) for row in rows]
    assert all(later - earlier == timedelta(days=7) for earlier, later in pairwise(days))
    assert [row["開始日時特記事項"] for row in rows] == ["第1回", "第2回", "第3回", "第4回"]
    said_once = [{column: row[column] for column in COLUMNS if column not in OF_A_ROW} for row in rows]
    assert all(texts == said_once[0] for texts in said_once)


@pytest.mark.parametrize("today", [WEDNESDAY, date(2026, 11, 22), date(2027, 3, 20)])
async def test_the_import_takes_every_series_whole(
    sqlite_database: Database, tmp_path: Path, zone: ZoneInfo, today: date
) -> None:
    """No row is rejected or doubtful, and each announcement is one course with all its sessions."""
    path = tmp_path / "samples.csv"
    write_sample_csv(path, today)
    report = await import_file(sqlite_database, path, zone=zone, now=to_utc(today, time(12), zone))
    assert report.issues == []
    async with sqlite_database.reading() as session:
        found = await session.execute(
            select(col(Course.title), func.count())
            .join(Session, col(Session.course_id) == Course.id)
            .group_by(col(Course.id))
        )
    assert {row[0]: row[1] for row in found} == {entry["title"]: entry.get("times", 1) for entry in announcements()}


def test_a_weekly_series_says_which_day_around_new_year_falls_out() -> None:
    (row,) = (row for row in sample_rows(date(2026, 11, 22)) if row["NO"] == "SC03")
    assert row["開始日時特記事項"] == "毎週水曜日 全6回(12月9日(水)〜1月20日(水))(12月30日を除く)"


def test_a_series_that_is_listed_says_nothing_of_days_that_fall_out() -> None:
    (row,) = (row for row in sample_rows(date(2026, 12, 15)) if row["NO"] == "SB02")
    assert row["開始日時特記事項"] == "12月24日、1月7日・14日・21日の木曜日、全4回"


def courses(today: date) -> list[dict[str, str]]:
    """The rows that announce a course, not a closure or notice."""
    return [row for row in sample_rows(today) if row["カテゴリー"] not in NO_COURSE]
