"""Small municipal event lists that the tests write themselves."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

OLD = (
    *(
        "都道府県コード又は市区町村コード",
        "NO",
        "都道府県名",
        "市区町村名",
        "イベント名",
        "イベント名_カナ",
        "イベント名_英語",
    ),
    *("開始日", "終了日", "開始時間", "終了時間", "開始日時特記事項", "説明", "料金(基本)", "料金(詳細)", "連絡先名称"),
    *(
        "連絡先電話番号",
        "連絡先内線番号",
        "主催者",
        "場所名称",
        "住所",
        "方書",
        "緯度",
        "経度",
        "アクセス方法",
        "駐車場情報",
    ),
    *("定員", "参加申込終了日", "参加申込終了時間", "参加申込方法", "URL", "備考", "カテゴリー"),
)

YOGA = {
    "都道府県コード又は市区町村コード": "132292",
    "NO": "1",
    "市区町村名": "西東京市",
    "イベント名": "はじめてのヨガ教室",
    "開始日": "2026-07-01",
    "開始時間": "10:00",
    "終了時間": "11:30",
    "説明": "対象：18歳以上。マットを使う、ゆったりしたヨガです。",
    "料金(基本)": "500",
    "連絡先名称": "田無公民館",
    "場所名称": "田無公民館",
    "住所": "西東京市南町5-6-11",
    "定員": "20人　先着順",
    "参加申込方法": "電話で申込",
}


def row(**changes: str) -> dict[str, str]:
    """The yoga class with other cells."""
    return {**YOGA, **changes}


def csv_text(rows: Iterable[dict[str, str]], columns: Iterable[str] = OLD) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, tuple(columns), restval="", extrasaction="raise", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_list(folder: Path, rows: Iterable[dict[str, str]], *, encoding: str = "utf-8-sig") -> Path:
    path = folder / "events.csv"
    path.write_bytes(csv_text(rows).encode(encoding))
    return path
