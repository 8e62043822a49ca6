"""Dirt in lists: what cannot be right is reported with its row, and left out rather than corrected."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog.importing.checking import Entry, check
from catalog.importing.layouts import read_records
from catalog.importing.report import RowIssue, Severity
from tests.catalog.importing.lists import row, write_list
from tests.conftest import TOKYO


def checked(folder: Path, *rows: dict[str, str]) -> tuple[list[Entry], list[RowIssue]]:
    return check(read_records(write_list(folder, rows)), TOKYO)


def tokyo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO).astimezone(UTC)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"開始日": "2202-07-01"}, "開始日「2202-07-01」は、この一覧のほかの行から3年より離れています。"),
        ({"開始日": "2032-07-01"}, "開始日「2032-07-01」は、この一覧のほかの行から3年より離れています。"),
        ({"開始日": "2026-02-30"}, "開始日「2026-02-30」を日付として読み取れません。"),
        ({"開始日": "未定"}, "開始日「未定」を日付として読み取れません。"),
        ({"開始日": ""}, "開始日がありません。"),
        ({"イベント名": ""}, "イベント名がありません。"),
        ({"NO": ""}, "NO（ID）がないか長すぎるため、次の取り込みで同じ行と分かりません。"),
        ({"NO": "1"}, "NO（ID）が2行目と同じです。先の行だけを取り込みました。"),
    ],
)
def test_a_row_that_cannot_be_held_is_rejected(tmp_path: Path, cells: dict[str, str], reason: str) -> None:
    entries, [issue] = checked(tmp_path, row(), row(NO="2"), row(**{"NO": "3", **cells}))
    assert (issue.row, issue.severity, issue.reason) == (4, Severity.REJECTED, reason)
    assert len(entries) == 2


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"終了日": "2026-06-30"}, "終了日「2026-06-30」が開始日より前のため、終了日を空として取り込みました。"),
        ({"終了日": "2062-07-01"}, "終了日「2062-07-01」がほかの行から離れすぎているため、空として取り込みました。"),
        ({"終了日": "夏ごろ"}, "「終了日」の「夏ごろ」を読み取れないため、空として取り込みました。"),
        ({"終了時間": "9:00"}, "終了時間「9:00」が開始時間より前のため、空として取り込みました。"),
        ({"終了時間": "25:00"}, "「終了時間」の「25:00」を読み取れないため、空として取り込みました。"),
        ({"参加申込終了日": "2026-07-02"}, "申込の締切「2026-07-02」が開催より後のため、除いて取り込みました。"),
        ({"参加申込終了日": "2202-07-01"}, "申込の締切「2202-07-01」がほかの行から離れすぎているため、除きました。"),
        (
            {"参加申込終了日": "開催前日"},
            "「参加申込終了日」の「開催前日」を読み取れないため、空として取り込みました。",
        ),
        (
            {"説明": "企画展\N{REPLACEMENT CHARACTER}"},
            "元の表で失われた文字（�）があります。「?」として取り込みました。",
        ),
    ],
)
def test_a_doubtful_value_is_left_out_of_an_imported_row(tmp_path: Path, cells: dict[str, str], reason: str) -> None:
    [entry], [issue] = checked(tmp_path, row(**cells))
    assert (issue.row, issue.source_id, issue.severity, issue.reason) == (2, "1", Severity.DOUBTFUL, reason)
    [meeting] = entry.meetings
    assert meeting.starts_at == tokyo("2026-07-01T10:00")
    assert meeting.ends_at in {None, tokyo("2026-07-01T11:30")}
    assert entry.apply_until is None


def test_a_deadline_within_a_period_is_kept_and_reported(tmp_path: Path) -> None:
    [entry], [issue] = checked(tmp_path, row(終了日="2026-09-30", 参加申込終了日="2026-08-31", 参加申込終了時間="17時"))
    assert entry.apply_until == tokyo("2026-08-31T17:00")
    assert issue.reason == "申込の締切「2026-08-31」が開始日より後です。期間の途中まで申し込めるものとしました。"


@pytest.mark.parametrize(
    "text",
    ["2026-07-01", "2026/7/1", "2026.7.1", "2026年7月1日", "2026-7-01(水曜日)", "20260701", "令和8年7月1日", "46204"],
)
def test_spellings_of_a_date(tmp_path: Path, text: str) -> None:
    [entry], issues = checked(tmp_path, row(開始日=text))
    assert entry.meetings[0].starts_at == tokyo("2026-07-01T10:00")
    assert not issues


@pytest.mark.parametrize("text", ["9:00", "09:00", "9時", "９：００", "午前9時", "9:00:00", "9時00分", "0.375"])
def test_spellings_of_a_time(tmp_path: Path, text: str) -> None:
    [entry], issues = checked(tmp_path, row(開始時間=text))
    assert entry.meetings[0].starts_at == tokyo("2026-07-01T09:00")
    assert not issues


def test_a_row_without_a_time_lasts_all_day(tmp_path: Path) -> None:
    [entry], _ = checked(tmp_path, row(開始時間="", 終了時間=""))
    [meeting] = entry.meetings
    assert (meeting.starts_at, meeting.ends_at, meeting.all_day) == (tokyo("2026-07-01T00:00"), None, True)


def test_an_exhibition_is_one_meeting_from_first_to_last_day(tmp_path: Path) -> None:
    [entry], _ = checked(tmp_path, row(終了日="2026-08-31", 終了時間="17:00", 開始日時特記事項="毎日"))
    [meeting] = entry.meetings
    assert (meeting.starts_at, meeting.ends_at) == (tokyo("2026-07-01T10:00"), tokyo("2026-08-31T17:00"))


def test_a_weekly_course_is_a_meeting_a_week_with_the_notes_end(tmp_path: Path) -> None:
    [entry], _ = checked(
        tmp_path, row(終了日="2026-07-31", 終了時間="", 開始日時特記事項="毎週水曜 午前10時～11時30分")
    )
    assert [m.starts_at for m in entry.meetings] == [tokyo(f"2026-07-{day:02}T10:00") for day in (1, 8, 15, 22, 29)]
    assert entry.meetings[0].ends_at == tokyo("2026-07-01T11:30")


def test_a_count_that_does_not_come_out_leaves_one_meeting_over_the_period(tmp_path: Path) -> None:
    [entry], [issue] = checked(tmp_path, row(開始日時特記事項="7/1〜8/26(水)全5回"))
    [meeting] = entry.meetings
    assert (meeting.starts_at, meeting.ends_at) == (tokyo("2026-07-01T10:00"), tokyo("2026-08-26T11:30"))
    assert "9回になります" in issue.reason


@pytest.mark.parametrize("title", ["【中止】はじめてのヨガ教室", "はじめてのヨガ教室（開催中止のお知らせ）"])
def test_a_date_that_is_called_off_is_cancelled(tmp_path: Path, title: str) -> None:
    [entry], _ = checked(tmp_path, row(イベント名=title))
    assert entry.title == "はじめてのヨガ教室"
    assert entry.meetings[0].cancelled


def test_rain_alone_calls_nothing_off(tmp_path: Path) -> None:
    [entry], _ = checked(tmp_path, row(イベント名="ハイキング(雨天中止)", 開始日時特記事項="荒天中止"))
    assert not entry.meetings[0].cancelled
