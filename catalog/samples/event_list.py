"""Makes the sample announcements into a municipal event list (推奨データセット「イベント一覧」, with カテゴリー).

Keys of an announcement in `data/*.toml`, beside texts that go into the column of the same meaning (`TEXTS`):

    on, times, every   the wish for the first session, how many sessions (1), on every which suiting day (1)
    rows = "each"      one row a session, as many cities write a series; otherwise one row from first to last day
    last               of what runs through, such as an exhibition: the wish for its last day, from its first
    time               "10:00-11:30", or the start alone; none for a whole day
    opens, until       from when and until when to apply
    by, contact        the organiser, and whom to ask when that is somebody else; telephones are in `offices.toml`
    place, room        the venue, looked up in `places.toml`, and the room there
    note               a remark, printed before the mark that every row carries

Texts may name days that are worked out: {start} {end} {dates} {d1} {d2} … {opens} {until}; and {phone}, and the
place of a row in its series, {n}.
"""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from catalog.samples.wishes import left_out, printed, printed_list, session_days, wished_day

MARK = "(見本データ) 架空の催しです。"
DATA = Path(__file__).parent / "data"
COLUMNS = (
    *(
        "都道府県コード又は市区町村コード",
        "NO",
        "都道府県名",
        "市区町村名",
        "イベント名",
        "イベント名_カナ",
        "イベント名_英語",
    ),
    *("開始日", "終了日", "開始時間", "終了時間", "開始日時特記事項", "説明", "料金(基本)", "料金(詳細)"),
    *("連絡先名称", "連絡先電話番号", "連絡先内線番号", "主催者", "場所名称", "住所", "方書", "緯度", "経度"),
    *(
        "アクセス方法",
        "駐車場情報",
        "定員",
        "参加申込終了日",
        "参加申込終了時間",
        "参加申込方法",
        "URL",
        "備考",
        "カテゴリー",
    ),
)
CITY = {"都道府県コード又は市区町村コード": "132292", "都道府県名": "東京都", "市区町村名": "西東京市"}
TEXTS = {
    "title": "イベント名",
    "kana": "イベント名_カナ",
    "english": "イベント名_英語",
    "when": "開始日時特記事項",
    "text": "説明",
    "fee": "料金(基本)",
    "fee_note": "料金(詳細)",
    "by": "主催者",
    "place": "場所名称",
    "room": "方書",
    "seats": "定員",
    "until_time": "参加申込終了時間",
    "how": "参加申込方法",
    "category": "カテゴリー",
}
PLAN = ("no", "on", "times", "every", "rows", "last", "time", "opens", "until", "contact", "note")
PLACE = {"address": "住所", "latitude": "緯度", "longitude": "経度", "access": "アクセス方法", "parking": "駐車場情報"}


def write_sample_csv(path: Path, today: date) -> None:
    """Writes the sample catalogue of `today` as a city publishes it: UTF-8 with a byte order mark, CRLF."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(sample_rows(today))


def sample_rows(today: date) -> list[dict[str, str]]:
    """The sample catalogue as rows of the event list, every day of it relative to `today`."""
    return [row for entry in announcements() for row in _rows(entry, today)]


@cache
def announcements() -> tuple[Mapping[str, Any], ...]:
    """All announcements as they are written, days and texts not yet worked out."""
    files = sorted(DATA.glob("courses_*.toml"))
    return tuple(entry for file in files for entry in _load(file.name)["course"])


@cache
def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def _rows(entry: Mapping[str, Any], today: date) -> Iterator[dict[str, str]]:
    days = session_days(entry["on"], today, times=entry.get("times", 1), every=entry.get("every", 1))
    last = wished_day(entry["last"], days[0]) if "last" in entry else days[-1]
    spans = [(day, day) for day in days] if entry.get("rows") == "each" else [(days[0], last)]
    for place, (first, end) in enumerate(spans, start=1):
        number = f"{entry['no']}-{place}" if len(spans) > 1 else entry["no"]
        own = {"NO": number, "開始日": first.isoformat(), "終了日": end.isoformat()}
        texts = _texts(entry, days, _named_days(entry, today, days, last) | {"n": str(place)})
        yield dict.fromkeys(COLUMNS, "") | CITY | texts | _place(entry) | _times(entry, today) | own


def _named_days(entry: Mapping[str, Any], today: date, days: list[date], last: date) -> dict[str, str]:
    named = {"start": printed(days[0]), "end": printed(last), "dates": printed_list(days)}
    named |= {f"d{number}": printed(day) for number, day in enumerate(days, start=1)}
    named |= {key: printed(wished_day(entry[key], today)) for key in ("opens", "until") if key in entry}
    return named


def _texts(entry: Mapping[str, Any], days: list[date], named: Mapping[str, str]) -> dict[str, str]:
    contact = entry.get("contact", entry["by"])
    places = {**named, "phone": _load("offices.toml")[contact]}
    texts = {column: str(entry[key]).strip().format_map(places) for key, column in TEXTS.items() if key in entry}
    texts |= _pause(entry, texts.get("開始日時特記事項", ""), days)
    remarks = "\n".join(part.format_map(places) for part in (entry.get("note", ""), MARK) if part)
    return texts | {"連絡先名称": contact, "連絡先電話番号": places["phone"], "備考": remarks}


def _pause(entry: Mapping[str, Any], when: str, days: list[date]) -> dict[str, str]:
    """Says which days of a weekly series fall out around New Year, where the days are not listed anyway."""
    missing = left_out(entry["on"], days)
    if not missing or not when or "{dates}" in entry["when"] or entry.get("rows") == "each":
        return {}
    return {"開始日時特記事項": f"{when}({printed_list(missing)}を除く)"}


def _place(entry: Mapping[str, Any]) -> dict[str, str]:
    place = _load("places.toml")[entry["place"]]
    return {column: str(place[key]) for key, column in PLACE.items() if key in place}


def _times(entry: Mapping[str, Any], today: date) -> dict[str, str]:
    start, _, end = entry.get("time", "").partition("-")
    until = wished_day(entry["until"], today).isoformat() if "until" in entry else ""
    return {"開始時間": start, "終了時間": end, "参加申込終了日": until}
