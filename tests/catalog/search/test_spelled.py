"""Phrases are found where they stand, and nowhere else."""

from hypothesis import given
from hypothesis import strategies as st

from catalog.search.lexicon import BOUNDARY, Phrase
from catalog.search.spelled import Spelled, pairs

WORDS = st.text("星空会か🎻", min_size=1, max_size=4)


def spelled(words: list[str]) -> str:
    return BOUNDARY + BOUNDARY.join(words) + BOUNDARY


def searched(texts: list[str]) -> Spelled:
    return Spelled(texts, pairs(texts, 0, len(texts)))


TEXTS = st.lists(st.lists(WORDS, max_size=6).map(spelled), max_size=5)
PHRASES = st.one_of(
    st.lists(WORDS, min_size=1, max_size=2).map("".join).filter(lambda text: len(text) > 1),
    st.lists(WORDS, min_size=1, max_size=2).map(spelled),
)


@given(TEXTS, PHRASES)
def test_a_phrase_is_found_in_the_texts_that_hold_it(texts: list[str], text: str) -> None:
    phrase = Phrase(text, "")
    holding = [at for at, whole in enumerate(texts) if phrase.within(whole)]
    assert searched(texts).holding(phrase).tolist() == holding


def test_a_word_may_end_within_a_phrase_but_a_text_may_not() -> None:
    texts = searched([spelled(["会社", "始める"]), spelled(["会"]), spelled(["社"])])
    assert texts.holding(Phrase("社始", "")).tolist() == [0]
    assert texts.holding(Phrase("会社", "")).tolist() == [0]
    assert texts.holding(Phrase("|会|", "")).tolist() == [1]


def test_nothing_stands_nowhere() -> None:
    assert searched([spelled([])]).holding(Phrase(spelled([]), "")).tolist() == []
