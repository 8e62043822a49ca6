"""The file of a draw: whatever is changed in it is detected, by our code and without it."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import draw
from catalog.draw import DrawError, Drawn, Entry, Outcome
from tests.catalog.draws import SEED, draws, parties, terms

RECIPE = Path(__file__).parents[2] / "bot" / "public" / "verify-draw.sh"
Recipe = Callable[[str], tuple[int, str]]


@given(draws())
def test_a_file_says_all_and_is_right(held: Drawn) -> None:
    assert draw.read(held.text).text == held.text
    noted = {"commitment": held.terms.commitment, "list_hash": held.list_hash}
    assert draw.problems(held.text, **noted) == []


@given(draws())
def test_a_published_list_says_all_that_will_be_drawn(held: Drawn) -> None:
    published = draw.list_text(held.terms, held.entries)
    terms, entries = draw.read_list(published)
    assert draw.hold(terms, entries, seed=held.seed, public=held.public).text == held.text
    with pytest.raises(DrawError):
        draw.read_list(held.text)


@given(draws(), st.data())
def test_whatever_is_changed_is_detected(held: Drawn, data: st.DataObject) -> None:
    text = held.text
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    changed = text[:start] + data.draw(st.sampled_from(["", "0", "A", "\n", "字"]) | st.text(max_size=5)) + text[end:]
    assert bool(draw.problems(changed)) == (changed != text)


@given(draws(), st.data())
def test_every_single_digit_counts(held: Drawn, data: st.DataObject) -> None:
    """Hashes, numbers, codes: another digit in its place keeps the format, and is detected all the same."""
    text = held.text
    place = data.draw(st.sampled_from([place for place, sign in enumerate(text) if sign in "0123456789"]))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != text[place]]))
    assert draw.problems(text[:place] + other + text[place + 1 :])


@given(draws(), st.data())
def test_lines_that_are_left_out_doubled_or_moved_are_detected(held: Drawn, data: st.DataObject) -> None:
    lines = held.text.splitlines(keepends=True)
    place = data.draw(st.integers(0, len(lines) - 1))
    line = lines[place]
    rest = lines[:place] + lines[place + 1 :]
    other = data.draw(st.integers(0, len(rest)))
    assert draw.problems("".join(rest))
    assert draw.problems("".join([*lines[:other], line, *lines[other:]]))
    moved = "".join([*rest[:other], line, *rest[other:]])
    assert bool(draw.problems(moved)) == (moved != held.text)


@pytest.mark.parametrize(
    ("seed", "seats", "listed"),
    [
        (draw.digest("a better seed"), 1, ("A", "B")),
        (SEED, 2, ("A", "B")),
        (SEED, 1, ("A", "B", "FRIEND")),
        (SEED, 1, ("A",)),
    ],
    ids=["seed", "seats", "one more", "one less"],
)
def test_a_forger_cannot_keep_what_was_published(seed: str, seats: int, listed: tuple[str, ...]) -> None:
    """A file that was drawn anew is right in itself; what was noted before the draw shows that it is another."""
    honest = draw.hold(terms(seats=1), parties("A", "B"), seed=SEED)
    forged = draw.hold(terms(seed, seats=seats), parties(*listed), seed=seed).text
    assert draw.problems(forged) == []
    assert draw.problems(forged, list_hash=honest.list_hash) == ["一覧の値が、控えとちがいます。"]
    wrong_promise = draw.problems(forged, commitment=honest.terms.commitment)
    assert wrong_promise == ([] if seed == SEED else ["約束の値が、控えとちがいます。"])


def test_another_seed_than_the_promised_one_is_detected() -> None:
    """Even where the list is left alone, and the draw is held and sealed anew."""
    honest, other = terms(seats=1), draw.digest("a better seed")
    lucky = draw.hold(terms(other, seats=1), parties("A", "B"), seed=other)
    forged = replace(draw.hold(honest, parties("A", "B"), seed=SEED), seed=other, results=lucky.results)
    assert draw.problems(replace(forged, sum=forged.right_sum).text) == ["乱数の種が、約束した値とちがいます。"]


def test_another_public_text_is_detected_where_it_changes_nothing_else() -> None:
    held = draw.hold(terms(mixed_in="朝刊の数字"), parties("A"), seed=SEED, public="38,915")
    assert draw.problems(held.text.replace("38,915", "38,916")) == ["ファイルが書きかえられています。"]


def test_a_text_that_was_not_named_beforehand_is_detected() -> None:
    """Otherwise the city could try texts until the result pleases."""
    held = draw.hold(terms(), parties("A", "B"), seed=SEED, public="いちばん良い文字")
    assert draw.problems(held.text) == ["混ぜる文字が、前もって知らせたとおりではありません。"]


def test_what_is_wrong_is_said() -> None:
    held = draw.hold(terms(seats=1), parties("A", "B"), seed=SEED)
    first, second = held.results
    swapped = replace(held, results=(replace(first, code=second.code), replace(second, code=first.code)))
    assert draw.problems(replace(swapped, sum=swapped.right_sum).text) == [
        f"結果の1番目は {first.code} won のはずです。"
    ]
    short = replace(held, results=(first,))
    assert draw.problems(replace(short, sum=short.right_sum).text) == ["結果は2組のはずが、1組です。"]
    assert draw.problems(held.text.replace("seats 1\n", "seats 2\n"))[:1] == ["一覧が、締切のときの一覧とちがいます。"]
    assert draw.problems("") == ["1行目が読めません。"]


@given(st.text(max_size=200))
def test_any_other_text_is_no_draw(text: str) -> None:
    assert len(draw.problems(text)) == 1


# The independent recipe


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    """`verify-draw.sh` over the text of a file: its exit code, and the last line that it wrote."""
    missing = [tool for tool in ("sh", "sha256sum", "sort", "awk", "sed", "find") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"no {', '.join(missing)} here")

    def run(text: str) -> tuple[int, str]:
        file = tmp_path / "draw.txt"
        file.write_bytes(text.encode())
        command = ["sh", str(RECIPE), str(file)]
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own file
        assert done.stderr == b""
        return done.returncode, done.stdout.decode().splitlines()[-1]

    return run


def test_the_recipe_can_be_read_at_a_glance() -> None:
    assert len(RECIPE.read_text(encoding="utf-8").splitlines()) <= 30


@pytest.mark.parametrize("size", [0, 1, 2, 30, 700])
def test_the_recipe_comes_to_the_same_without_our_code(recipe: Recipe, size: int) -> None:
    assert recipe(large_draw(size).text) == (0, "OK  order and result")


@pytest.mark.parametrize(
    ("changed", "to", "noticed"),
    [
        ("seats 60", "seats 61", "NG  list of entries"),
        ("seed ", "seed 0", "NG  promised seed"),
        ("result 1 ", "result 2 ", "NG  whole file"),
    ],
)
def test_the_recipe_notices_what_is_changed(recipe: Recipe, changed: str, to: str, noticed: str) -> None:
    code, said = recipe(large_draw(30).text.replace(changed, to, 1))
    assert (code, said[: len(noticed)]) == (1, noticed)


def test_the_recipe_notices_a_result_that_was_not_drawn(recipe: Recipe) -> None:
    held = large_draw(30)
    first, *rest = held.results
    forged = replace(held, results=(replace(first, outcome=Outcome.LOST), *rest))
    code, said = recipe(replace(forged, sum=forged.right_sum).text)
    assert (code, said[:20]) == (1, "NG  order and result")


def test_the_recipe_notices_a_text_that_was_not_named(recipe: Recipe) -> None:
    held = draw.hold(terms(), parties("A", "B"), seed=SEED, public="いちばん良い文字")
    code, said = recipe(held.text)
    assert (code, said[:20]) == (1, "NG  nothing mixed in")


def large_draw(size: int) -> Drawn:
    """Parties with all there is, and a public text that shells may trip on."""
    listed = [
        Entry(code=f"{size:03}-{number}", seats=1 + number % 4, weight=1 + number % 3, group=number % 2, childcare=n)
        for number, n in zip(range(size), cycle([0, 0, 1]), strict=False)
    ]
    settled = terms(seats=2 * size, childcare=size // 8, reserves=size // 3, mixed_in="10月1日の朝刊の数字")
    return draw.hold(settled, listed, seed=SEED, public="38,915円87銭 \\n %s $HOME: 'x'")
