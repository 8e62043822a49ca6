"""Venues and quarters, however they are written."""

import pytest

from catalog.reading.normalise import plain
from catalog.reading.places import read_places

NAMES = ("田無公民館", "コール田無", "柳沢公民館", "ひばりが丘図書館", "オンライン(Zoom)", "田無", "ひばりが丘", "柳沢")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("田無公民館のヨガ", ["田無公民館"]),
        ("田無駅の近くで英会話", ["田無"]),
        ("たなしで料理", ["田無"]),
        ("やぎさわ公民館の体操", ["柳沢公民館"]),
        ("田無公民間", ["田無公民館"]),
        ("ひばりヶ丘周辺", ["ひばりが丘"]),
        ("ｺｰﾙ田無か柳沢", ["コール田無", "柳沢"]),
        ("オンラインの講座", []),
        ("料理教室", []),
    ],
)
def test_places(text: str, places: list[str]) -> None:
    assert [one.value for one in read_places(plain(text), NAMES)] == places


def test_without_names_nothing_is_a_place() -> None:
    assert read_places("田無公民館", ()) == []
