"""Cutting in each platform's own unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.limits import (
    clean,
    cut_graphemes,
    cut_utf16,
    grapheme_length,
    link,
    split_utf16,
    utf16_length,
)
from tests.bot.channels.replies import words

FAMILY = "👨‍👩‍👧"


@pytest.mark.parametrize(
    ("text", "utf16", "graphemes"),
    [("", 0, 0), ("abc", 3, 3), ("講座", 2, 2), ("𠮟る", 3, 2), (FAMILY, 8, 1), ("か\u3099", 2, 1)],
)
def test_each_unit_counts_as_the_platform_does(text: str, utf16: int, graphemes: int) -> None:
    assert (utf16_length(text), grapheme_length(text)) == (utf16, graphemes)
    assert utf16_length(text) == len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("講座をさがす", 6, "講座をさがす"),
        ("講座をさがす", 5, "講座をさ…"),
        (f"{FAMILY}{FAMILY}", 16, f"{FAMILY}{FAMILY}"),
        (f"{FAMILY}{FAMILY}", 15, f"{FAMILY}…"),
        (FAMILY, 7, "…"),
        ("講座 をさがす", 4, "講座…"),
    ],
)
def test_a_cut_falls_between_characters(text: str, limit: int, cut: str) -> None:
    assert cut_utf16(text, limit) == cut


def test_labels_are_cut_by_what_a_reader_counts() -> None:
    assert cut_graphemes(FAMILY * 20, 20) == FAMILY * 20
    assert cut_graphemes(FAMILY * 21, 20) == FAMILY * 19 + "…"


@given(words, st.integers(1, 200))
def test_a_cut_text_is_a_beginning_within_the_limit(text: str, limit: int) -> None:
    for cut, length in ((cut_utf16(text, limit), utf16_length), (cut_graphemes(text, limit), grapheme_length)):
        assert length(cut) <= limit
        assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))


@given(words, st.integers(20, 300))
def test_splitting_loses_nothing_but_blanks(text: str, limit: int) -> None:
    pieces = split_utf16(clean(text), limit)
    assert all(0 < utf16_length(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(clean(text).split())


def test_a_split_falls_at_a_line_break() -> None:
    assert split_utf16("一行目です\n二行目です", 8) == ["一行目です", "二行目です"]


def test_what_no_platform_takes_is_removed() -> None:
    assert clean(" 講\x00座\ud800\r\n会場\t田無 ") == "講座\n会場\t田無"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.com/講座?q=1", "https://example.com/%E8%AC%9B%E5%BA%A7?q=1"),
        ("https://example.com/%E8%AC%9B", "https://example.com/%E8%AC%9B"),
        ("javascript:alert(1)", ""),
        ("https://", ""),
        ("http://[", ""),
        ("https://example.com/" + "x" * 1000, ""),
    ],
)
def test_a_link_is_escaped_or_dropped(url: str, kept: str) -> None:
    assert link(url, ("https", "http"), 1000) == kept
