"""Words of a text, with the city's names read as its people read them."""

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from catalog.reading.tokens import reading, words


def test_names_of_the_city_are_whole_and_read_rightly() -> None:
    found = words("柳沢公民館のヨガ")
    assert [(word.surface, word.reading) for word in found] == [
        ("柳沢", "やぎさわ"),
        ("公民館", "こうみんかん"),
        ("の", "の"),
        ("ヨガ", "よが"),
    ]


def test_dictionary_forms_join_spellings() -> None:
    assert words("申込")[0].normal == words("申し込み")[0].normal


def test_widths_do_not_matter() -> None:
    assert words("ﾖｶﾞ教室") == words("ヨガ教室")


def test_latin_words_are_read_and_signs_kept() -> None:
    assert reading("Zoomで!") == "ずーむで!"


def test_threads_may_read_at_the_same_time() -> None:
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(words, ["田無公民館の体操"] * 200))
    assert len(set(results)) == 1


@given(st.text(max_size=200))
def test_any_text_is_accepted(text: str) -> None:
    assert all(word.surface for word in words(text))
