"""Announcements as staff write them."""

import pytest

from handlers.messages import Button, Card, Reply, Text, Tone
from scheduler.announcement import AnnouncementError, read


def test_a_title_makes_a_card() -> None:
    text = """# 秋のまなびフェスタ
11月3日(祝)に田無公民館で開きます。

どなたでもどうぞ。

[くわしく](https://www.example.jp/festa)
[申し込む](course:123)
"""
    assert read(text) == Reply(
        views=(
            Card(
                title="秋のまなびフェスタ",
                lines=("11月3日(祝)に田無公民館で開きます。", "どなたでもどうぞ。"),
                buttons=(
                    Button(label="くわしく", url="https://www.example.jp/festa"),
                    Button(label="申し込む", action="1:course:123", tone=Tone.PRIMARY),
                ),
            ),
        )
    )


def test_without_a_title_it_is_a_text() -> None:
    assert read("あすは休館です。\ncourse:7") == Reply(
        views=(Text(body="あすは休館です。"),),
        buttons=(Button(label="講座を見る", action="1:course:7", tone=Tone.PRIMARY),),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "お知らせの文がありません。"),
        ("course:7", "お知らせの文がありません。"),
        ("あ" * 2_001, "2,000字まで"),
        ("文 [くわしく](http://example.jp)", "https://"),
        ("文 [くわしく](javascript:alert)", "https://"),
        (f"文 [{'あ' * 21}](course:1)", "20字まで"),
        ("文 " + " ".join(f"course:{n}" for n in range(1, 6)), "4つまで"),
    ],
)
def test_what_no_platform_shows_is_said_before_sending(text: str, said: str) -> None:
    with pytest.raises(AnnouncementError, match=said):
        read(text)
