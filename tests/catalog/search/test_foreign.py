"""English words and emoji as the Japanese that is meant by them."""

import pytest

from catalog.search.foreign import in_japanese, in_words, without_signs


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("🧘‍♀️したい", "ヨガ 瞑想 したい"),
        ("🧘🏽したい", "ヨガ 瞑想 したい"),  # a tone of skin is no other thing
        ("🐕が言うことを聞かない", "犬が言うことを聞かない"),  # a particle belongs to its word
        ("🍞と🥐", "パンと"),  # said once
        ("ありがとう🙏", "ありがとう🙏"),
        ("ヨガ", "ヨガ"),
    ],
)
def test_an_emoji_that_names_a_thing_is_a_word(text: str, said: str) -> None:
    assert in_words(text).strip() == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("i'd like to try pottery", "陶芸"),
        ("where can i make traditional japanese sweets", "和菓子"),  # the longest phrase
        ("i want to learn falconry", "falconry"),  # what is unknown is still what was asked for
        ("pasokon kyoushitsu", "pasokon kyoushitsu"),  # romaji
        ("line", "line"),
    ],
)
def test_an_english_sentence_is_what_it_asks_for(text: str, said: str) -> None:
    assert in_japanese(text) == said


def test_signs_can_be_left_out() -> None:
    assert without_signs("田無で👶と🙏") == "田無で と"
