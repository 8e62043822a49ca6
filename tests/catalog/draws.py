"""Draws of made-up entries, for hypothesis and by hand."""

import hashlib
from typing import Any

from hypothesis import strategies as st

from catalog import draw
from catalog.draw import Drawn, Entry, Terms

SEED = hashlib.sha256(b"a seed of the tests").hexdigest()

entries = st.lists(
    st.builds(
        Entry,
        code=st.text("0123456789ABCXYZ-", min_size=1, max_size=8),
        seats=st.integers(1, 5),
        weight=st.integers(1, 4),
        group=st.integers(0, 3),
        childcare=st.integers(0, 2),
    ),
    unique_by=lambda entry: entry.code,
    max_size=12,
)
seeds = st.binary(min_size=32, max_size=32).map(bytes.hex)
publics = st.none() | st.text(min_size=1, max_size=12).filter(lambda text: draw.one_line(text) != draw.NOTHING)


def terms(seed: str = SEED, **facts: Any) -> Terms:
    told = {"course_id": 7, "title": "はじめての陶芸", "seats": 6, "commitment": draw.digest(seed), **facts}
    return Terms(**told)


@st.composite
def draws(draw_from: st.DrawFn) -> Drawn:
    seed, public = draw_from(seeds), draw_from(publics)
    settled = terms(
        seed,
        title=draw_from(st.text(max_size=20)),
        seats=draw_from(st.integers(0, 12)),
        childcare=draw_from(st.integers(0, 3)),
        reserves=draw_from(st.none() | st.integers(0, 5)),
        mixed_in=draw.NOTHING if public is None else "当日の朝刊の1面の数字",
    )
    return draw.hold(settled, draw_from(entries), seed=seed, public=public or draw.NOTHING)


def parties(*codes: str) -> list[Entry]:
    return [Entry(code=code) for code in codes]
