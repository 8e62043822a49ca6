"""What residents did before puts in order and lets in what they may be shown; new and closing courses come first."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from catalog.advised import Member, Profile
from catalog.leanings import Deed, Past
from catalog.recommend import recommend
from catalog.search.criteria import Reason
from catalog.search.index import CourseIndex
from tests.catalog.search.catalogue import small_index
from tests.catalog.search.factories import NOW, TOKYO, course
from tests.catalog.test_recommend import CHILD, ME, advise, ids, members, pasts

SMALL = small_index()
POTTERY = Past(title="はじめての陶芸", people=frozenset({"me"}))
CRAFTS = CourseIndex(
    [
        course(1, "書道を楽しむ", min_age=18, fields=("art_craft",)),
        course(2, "陶芸の一日", min_age=18, fields=("art_craft",)),
        course(3, "こども陶芸", min_age=6, max_age=12, fields=("art_craft",)),
        course(4, "合唱", min_age=18, fields=("music",)),
    ],
    version=1,
)


@pytest.mark.parametrize("deed", [Deed.ATTENDED, Deed.APPLIED, Deed.SAVED])
@pytest.mark.parametrize(("title", "like_it", "other"), [("はじめての陶芸", 2, 1), ("書道の会", 1, 2)])
def test_what_was_liked_before_brings_up_its_like_and_is_the_reason(
    deed: Deed, title: str, like_it: int, other: int
) -> None:
    before = replace(POTTERY, title=title, deed=deed)
    first, second = advise(CRAFTS, ME, interests=("art_craft",), history=(before,))
    assert (first.course.id, second.course.id) == (like_it, other)
    assert (first.before, second.before) == (before, None)
    assert Reason.LIKE_BEFORE in first.reasons


def test_what_was_liked_before_stands_beside_the_wishes() -> None:
    """It is found where no wish is for it, and no wish is dropped for it."""
    assert set(ids(advise(CRAFTS, ME, interests=("music",), history=(POTTERY,)))) == {2, 4}
    assert set(ids(advise(CRAFTS, ME, history=(POTTERY,)))) == {1, 2, 4}


def test_what_one_of_the_family_liked_is_theirs() -> None:
    of_child = replace(POTTERY, people=frozenset({"child"}))
    found = {item.course.id: item.before for item in advise(CRAFTS, ME, CHILD, history=(of_child,))}
    assert (found[2], found[3]) == (None, of_child)


def test_what_was_disliked_lets_its_like_come_later_but_come() -> None:
    alike = [course(at, title, min_age=18, fields=("art_craft",)) for at, title in ((1, "陶芸の一日"), (2, "木版画"))]
    index = CourseIndex(alike, version=1)
    assert ids(advise(index, ME, interests=("art_craft",))) == [1, 2]
    disliked = replace(POTTERY, deed=Deed.DISMISSED)
    found = advise(index, ME, interests=("art_craft",), history=(disliked,))
    assert [(item.course.id, item.before) for item in found] == [(2, None), (1, None)]


@pytest.mark.parametrize("facts", [{"published_at": NOW - timedelta(days=1)}, {"apply_until": NOW + timedelta(days=1)}])
def test_of_equals_the_new_and_the_closing_come_first(facts: dict[str, object]) -> None:
    plain = course(1, "合唱", min_age=18, fields=("music",))
    news = course(2, "合奏", min_age=18, fields=("music",), **facts)  # type: ignore[arg-type] # facts by name
    assert ids(advise(CourseIndex([plain, news], version=1), ME, interests=("music",))) == [2, 1]


def test_a_field_that_was_looked_at_comes_first_of_what_suits_alike() -> None:
    choir, walk = (
        course(at, f"{at}の会", min_age=18, fields=(of,)) for at, of in ((1, "music"), (2, "sports_fitness"))
    )
    index = CourseIndex([choir, walk], version=1)
    assert ids(advise(index, ME)) == [1, 2]
    first, _second = advise(index, ME, looks={"sports_fitness": 0.6})
    assert (first.course.id, Reason.LOOKED_AT in first.reasons) == (2, True)
    assert ids(advise(index, ME, interests=("music",), looks={"sports_fitness": 1.0})) == [1]


def test_who_tells_no_interest_is_guessed_to_like_the_fields_of_before() -> None:
    alone = ids(advise(CRAFTS, ME, history=(Past(title="コーラスの夕べ", people=frozenset({"me"})),)))
    assert alone[0] == 4


@settings(max_examples=50, deadline=timedelta(seconds=2))
@given(person=members, pasts=pasts)
def test_what_has_faded_changes_nothing(person: Member, pasts: list[Past]) -> None:
    plain = Profile(people=(person,), interests=("sports_fitness",))
    faded = replace(plain, history=tuple(replace(past, strength=0.0) for past in pasts), looks={"music": 0.0})
    assert recommend(SMALL, faded, now=NOW, zone=TOKYO) == recommend(SMALL, plain, now=NOW, zone=TOKYO)
