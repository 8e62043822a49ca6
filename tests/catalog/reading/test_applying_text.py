"""When one applies, and whether children are looked after, by running text. Every sentence is invented."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from catalog.reading.announcement import read_announcement
from catalog.reading.facts import Announcement, Facts

TOKYO = ZoneInfo("Asia/Tokyo")
SEASON = datetime(2026, 12, 12, 10, tzinfo=TOKYO)


def read(text: str) -> Facts:
    return read_announcement(Announcement(title="講座", description=text, season=SEASON), zone=TOKYO)


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("11月30日締切。電話で申し込み。", "", "11-30"),
        ("11/30(月)必着で、はがきで申し込みください。", "", "11-30"),
        ("締切は11月28日。", "", "11-28"),
        ("申込は12月1日から10日まで。", "12-01", "12-10"),
        ("申込期間12月1日(火)〜8日(火)(消印有効)", "12-01", "12-08"),
        ("12月4日(金)〆切", "", "12-04"),
        ("申し込み 12/4まで メールで", "", "12-04"),
        ("11月28日(土)17時までに電話かファクスで申し込む。", "", "11-28"),
        ("開催日の3日前までに電話で。", "", "12-09"),
        ("前日までに要予約。", "", "12-11"),
        ("12月1日午前9時から、電話で図書館へ。", "12-01", ""),
        ("受付：11月24日9:00〜12月4日17:00", "11-24", "12-04"),
        ("申込み/11月25日(水)〜12月2日(水)に窓口", "11-25", "12-02"),
        ("11月24日(火)より先着順で受け付けます。", "11-24", ""),
        ("11月24日から受け付け、定員になり次第締め切ります。", "11-24", ""),
        ("往復はがきに住所・氏名を書いて、11月27日(金)（当日消印有効）までに公民館へ。", "", "11-27"),
        ("電子申請で11月末日まで。", "", "11-30"),
        ("11月20日(金)〜30日(月)の間に申し込み。", "11-20", "11-30"),
        ("応募は令和8年11月30日まで。", "", "11-30"),
        ("申込期限：2026/11/30", "", "11-30"),
        ("申し込みは12月1日10:00スタート。", "12-01", ""),
        ("11月16日(月)午前10時受付開始、電話のみ。", "11-16", ""),
        ("12月5日までに本人が窓口へ。", "", "12-05"),
        ("受付期間は11月10日から11月25日です。", "11-10", "11-25"),
        ("募集は11月27日で締め切ります。", "", "11-27"),
        ("12月12日(土)午前10時から正午まで、公民館で。申込は当日先着。", "", ""),
        ("12月10日(木)までにお申し込みください。空きがあれば当日も受け付けます。", "", "12-10"),
        ("11月25日 9時 申込受付開始", "11-25", ""),
        ("はがきは11月20日必着。抽選結果は11月30日までに通知します。", "", "11-20"),
        ("お申し込みは12月1日(火)正午までにフォームから。", "", "12-01"),
        ("12月2日(水)以降、電話で予約。", "12-02", ""),
        ("11月中旬から申し込み開始。", "", ""),
        ("一週間前までに電話。", "", "12-05"),
    ],
)
def test_when_one_applies(text: str, begins: str, ends: str) -> None:
    facts = read(text)
    moments = (facts.apply_from, facts.apply_until)
    assert tuple(f"{at.astimezone(TOKYO):%m-%d}" if at else "" for at in moments) == (begins, ends)


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("保育：1歳〜就学前5人", True),
        ("保育付き（先着3人）", True),
        ("一時保育あり", True),
        ("託児（要予約）", True),
        ("お子さんの見守りサービスがあります", True),
        ("保育有り(500円)", True),
        ("1歳以上の未就学児の保育を行います", True),
        ("保育希望者は申込時に連絡", True),
        ("託児はありません", False),
        ("保育なし", False),
        ("保育士が話します", False),
        ("託児ルームをご利用いただけます", True),
        ("子どもを預けて参加できます", True),
        ("保育（生後6か月から）先着4名", True),
        ("無料保育あり", True),
        ("◎保育=2歳から5人", True),
        ("お子さまは別室でお預かりします", True),
        ("保育園の先生が遊びます", False),
        ("保育の申込は12月1日まで", True),
        ("ひととき保育(要申込)", True),
        ("子どもの同室可、託児不可", False),
        ("保育つき講座です", True),
        ("託児スペースを用意", True),
        ("シッターが見守ります", True),
        ("保育（1歳〜未就学児）あります", True),
        ("キッズスペースあり", False),
    ],
)
def test_whether_children_are_looked_after(text: str, offered: bool) -> None:
    assert read(text).childcare is offered
