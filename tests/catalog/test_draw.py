"""The draw (抽選): fair, and by its stated rule."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import draw
from catalog.draw import DrawError, Drawn, Entry, Outcome
from tests.catalog.draws import SEED, draws, entries, parties, seeds, terms

DRAWS = 10_000
# The value that chance exceeds once in a thousand times, by degrees of freedom (any table of chi-square).
CRITICAL = {2: 13.82, 5: 20.52, 16: 39.25}


# 順番: the order


def test_order_is_that_of_the_smallest_ticket() -> None:
    """Worked by hand, so that the recipe in the handbook stays true for ever."""
    listed = [Entry(code="A"), Entry(code="B", weight=2), Entry(code="C")]
    tickets = {
        hashlib.sha256(f"{SEED}:-:{name}".encode()).hexdigest(): name[0] for name in ("A:1", "B:1", "B:2", "C:1")
    }
    expected = list(dict.fromkeys(tickets[key] for key in sorted(tickets)))
    assert [entry.code for entry in draw.order(listed, seed=SEED)] == expected


def test_priority_groups_come_first() -> None:
    """優先枠: everybody of an earlier group stands before everybody of a later one."""
    listed = [Entry(code=f"{number}", group=number % 3, weight=1 + number % 2) for number in range(60)]
    groups = [entry.group for entry in draw.order(listed, seed=SEED)]
    assert groups == sorted(groups)


@given(entries, seeds, st.randoms(use_true_random=False))
def test_order_does_not_depend_on_how_entries_came(listed: list[Entry], seed: str, random: Random) -> None:
    shuffled = random.sample(listed, len(listed))
    assert draw.order(shuffled, seed=seed) == draw.order(listed, seed=seed)


def test_the_public_text_changes_the_order() -> None:
    listed = parties(*(f"{number}" for number in range(20)))
    assert draw.order(listed, seed=SEED, public="38915.87") != draw.order(listed, seed=SEED)


# 公平: chance alone


def test_every_place_is_as_likely_for_everybody() -> None:
    codes = "ABCDE"
    places = Counter((code, place) for order in many_orders(parties(*codes)) for place, code in enumerate(order))
    expected = dict.fromkeys(((code, place) for code in codes for place in range(5)), DRAWS / 5)
    assert chi_square(places, expected) < CRITICAL[16]


def test_every_order_is_as_likely() -> None:
    expected = dict.fromkeys(("".join(order) for order in permutations("ABC")), DRAWS / 6)
    assert chi_square(Counter(many_orders(parties("A", "B", "C"))), expected) < CRITICAL[5]


def test_weight_is_the_chance_of_the_first_place() -> None:
    weights = {"A": 1, "B": 2, "C": 5}
    firsts = Counter(order[0] for order in many_orders(weighted(weights)))
    expected = {code: DRAWS * weight / 8 for code, weight in weights.items()}
    assert chi_square(firsts, expected) < CRITICAL[2]


def test_weights_hold_for_every_place_as_slips_in_a_box() -> None:
    """Each order has the chance of drawing slips without putting back: w₁/W · w₂/(W-w₁) · …"""
    weights = {"A": 1, "B": 2, "C": 3}
    orders = Counter(many_orders(weighted(weights)))
    expected = {f"{a}{b}{c}": DRAWS * weights[a] / 6 * weights[b] / (6 - weights[a]) for a, b, c in permutations("ABC")}
    assert chi_square(orders, expected) < CRITICAL[5]


def test_an_unfair_draw_would_be_noticed() -> None:
    """The same measure over a draw in which one of three has a second ticket."""
    expected = dict.fromkeys(("".join(order) for order in permutations("ABC")), DRAWS / 6)
    assert chi_square(Counter(many_orders(weighted({"A": 1, "B": 1, "C": 2}))), expected) > 10 * CRITICAL[5]


def weighted(weights: Mapping[str, int]) -> list[Entry]:
    return [Entry(code=code, weight=weight) for code, weight in weights.items()]


def many_orders(listed: Sequence[Entry]) -> list[str]:
    """The orders of 10,000 draws, as codes of one letter. The seeds are always the same, so no run is unlucky."""
    return [
        "".join(entry.code for entry in draw.order(listed, seed=draw.digest(f"{number}"))) for number in range(DRAWS)
    ]


def chi_square(found: Mapping[Any, int], expected: Mapping[Any, float]) -> float:
    assert found.keys() <= expected.keys()
    return sum((found.get(key, 0) - wanted) ** 2 / wanted for key, wanted in expected.items())


# 当選・補欠・落選: who wins


def test_a_party_wins_whole_or_not_at_all() -> None:
    """A party too large for what is left is passed over, and a smaller one after it gets the places."""
    ordered = [Entry(code="A", seats=4), Entry(code="B", seats=3), Entry(code="C", seats=2), Entry(code="D")]
    results = draw.allot(ordered, seats=6, reserves=1)
    assert [(result.rank, result.code, result.outcome) for result in results] == [
        (1, "A", Outcome.WON),
        (2, "B", Outcome.RESERVE),
        (3, "C", Outcome.WON),
        (4, "D", Outcome.LOST),
    ]


def test_childcare_is_taken_together_with_the_seat() -> None:
    """保育: whoever needs a childcare place that is gone does not take the seat either."""
    ordered = [Entry(code="A", childcare=2), Entry(code="B", childcare=1), Entry(code="C")]
    results = draw.allot(ordered, seats=3, childcare=2)
    assert [result.outcome for result in results] == [Outcome.WON, Outcome.RESERVE, Outcome.WON]


@given(draws())
def test_winners_fit_and_nobody_was_passed_over_who_would_have_fitted(held: Drawn) -> None:
    by_code = {entry.code: entry for entry in held.entries}
    assert len(held.results) == len(by_code)
    seats, childcare = held.terms.seats, held.terms.childcare
    for result in held.results:
        entry = by_code.pop(result.code)
        fits = entry.seats <= seats and entry.childcare <= childcare
        assert fits == (result.outcome is Outcome.WON)
        if fits:
            seats, childcare = seats - entry.seats, childcare - entry.childcare
    assert seats >= 0
    assert childcare >= 0


@given(draws())
def test_reserves_are_as_many_as_said_and_stand_before_those_who_lost(held: Drawn) -> None:
    rest = [result.outcome for result in held.results if result.outcome is not Outcome.WON]
    wanted = len(rest) if held.terms.reserves is None else min(len(rest), held.terms.reserves)
    assert rest == [Outcome.RESERVE] * wanted + [Outcome.LOST] * (len(rest) - wanted)


@pytest.mark.parametrize(
    "facts",
    [{"code": "a b"}, {"code": ""}, {"code": "A\n"}, {"seats": 0}, {"weight": 0}, {"weight": 101}, {"group": 10}],
    ids=str,
)
def test_what_a_file_cannot_hold_is_no_entry(facts: dict[str, Any]) -> None:
    with pytest.raises(DrawError):
        Entry(**({"code": "A"} | facts))


def test_a_draw_is_held_only_with_the_promised_seed_and_codes_of_their_own() -> None:
    with pytest.raises(DrawError, match="約束"):
        draw.hold(terms(), parties("A"), seed=draw.new_seed())
    with pytest.raises(DrawError, match="おなじ抽選番号"):
        draw.hold(terms(), parties("A", "A"), seed=SEED)
