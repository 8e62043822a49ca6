"""Choices in button codes: short, and never taken for another choice when the list has changed."""

import string

from hypothesis import assume, given
from hypothesis import strategies as st

from handlers import ticks
from handlers.actions import MAX_BYTES, decode, encode

LISTS = st.lists(st.integers(min_value=1, max_value=10**9), max_size=30, unique=True)


@given(LISTS, st.data())
def test_what_was_chosen_is_read_again(ids: list[int], data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(ids), unique=True)) if ids else []
    assert ticks.unpack(ticks.pack(chosen, ids), ids) == sorted(chosen)


@given(LISTS, st.data())
def test_who_is_added_later_changes_nothing(ids: list[int], data: st.DataObject) -> None:
    assume(ids)
    chosen = data.draw(st.lists(st.sampled_from(ids), unique=True))
    assert ticks.unpack(ticks.pack(chosen, ids), [*ids, max(ids) + 1]) == sorted(chosen)


def test_nobody_else_is_taken_for_who_was_removed() -> None:
    code = ticks.pack([12, 13], [11, 12, 13, 14])
    assert ticks.unpack(code, [11, 13, 14]) == []


def test_the_largest_family_with_all_sessions_fits_into_a_button() -> None:
    family, sessions = range(10**8, 10**8 + 12), range(10**8, 10**8 + 30)
    party, children = ticks.pack(family, family), ticks.pack(list(family)[1:], family)
    code = encode("apply.check", 10**6, party, children, ticks.pack(sessions, sessions), 1)
    assert len(code.encode()) <= MAX_BYTES
    answering = encode("answer", 10**6, 9, 10**6, party, children, ticks.pack(sessions, sessions), 1)
    assert decode(answering) is not None


@given(st.text(alphabet=string.ascii_letters + string.digits + "-._,あ²", max_size=40))
def test_anything_may_be_sent(text: str) -> None:
    assert set(ticks.unpack(text, [1, 2, 3])) <= {1, 2, 3}
