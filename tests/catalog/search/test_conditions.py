"""What is never relaxed, what may be, and that each relaxation is named."""

from datetime import date, timedelta

import pytest

from catalog.search.criteria import Criteria, Feature, Reason, Relaxed, TimeOfDay
from catalog.search.index import CourseIndex
from catalog.search.results import SearchResult
from tests.catalog.search.catalogue import small_index
from tests.catalog.search.factories import NOW, TOKYO, course, local, session, venue


@pytest.fixture(scope="module")
def index() -> CourseIndex:
    return small_index()


def search(index: CourseIndex, **criteria: object) -> SearchResult:
    return index.search(Criteria(**criteria), now=NOW, zone=TOKYO)  # type: ignore[arg-type] # slots by name


def one(**facts: object) -> CourseIndex:
    return CourseIndex([course(1, "ヨガ", **facts)], version=1)  # type: ignore[arg-type] # facts by name


def hits(result: SearchResult) -> set[int]:
    return {hit.course.id for hit in result.hits}


def relaxed(result: SearchResult) -> dict[int, tuple[Relaxed, ...]]:
    return {other.course.id: other.relaxed for other in result.alternatives}


@pytest.mark.parametrize(
    ("course_ages", "asked", "fits"),
    [
        ((6, 12), (8, 9), True),
        ((8, 12), (6, 12), True),
        ((12, 15), (6, 12), False),  # 中学生 are 12 to 15, but no 小学生 joins them
        ((12, 15), (11, 12), False),
        ((None, 12), (12, 12), True),
        ((65, None), (70, 79), True),
        ((65, None), (50, 59), False),
        ((None, None), (3, 3), True),
        ((18, None), (None, 17), False),
        ((5, 5), (5, 6), True),
    ],
)
def test_ages(course_ages: tuple[int | None, int | None], asked: tuple[int | None, int | None], fits: bool) -> None:
    result = search(one(min_age=course_ages[0], max_age=course_ages[1]), words="ヨガ", ages=asked)
    assert (hits(result), relaxed(result)) == ({1} if fits else set(), {})


def test_an_adult_joins_a_parent_and_child_course_only_with_a_child() -> None:
    index = one(min_age=1, max_age=3, parent_child=True)
    assert hits(search(index, ages=(30, 39))) == set()
    assert hits(search(index, ages=(30, 39), features=(Feature.PARENT_CHILD,))) == {1}


@pytest.mark.parametrize("need", [Feature.CHILDCARE, Feature.ONLINE, Feature.WHEELCHAIR, Feature.SIGN_LANGUAGE])
def test_a_need_is_never_relaxed(need: Feature) -> None:
    assert hits(search(one(**{need.value: True}), words="ヨガ", features=(need,))) == {1}
    assert search(one(), words="ヨガ", features=(need,)) == SearchResult()


def test_the_closer_age_comes_first() -> None:
    index = CourseIndex(
        [course(1, "体操 だれでも"), course(2, "体操 シニア", min_age=65), course(3, "体操 大人", min_age=18)],
        version=1,
    )
    assert search(index, words="体操", ages=(70, 79)).hits[0].course.id == 2


SATURDAY_MORNING = {"starts_at": local(2026, 7, 4, 10), "at": "田無公民館", "fee_yen": 500}


@pytest.mark.parametrize(
    ("asked", "missed"),
    [
        ({"dates": ((date(2026, 7, 4), date(2026, 7, 4)),)}, None),
        ({"dates": ((date(2026, 7, 1), None),)}, None),
        ({"dates": ((date(2026, 6, 20), date(2026, 6, 21)), (date(2026, 7, 4), date(2026, 7, 5)))}, None),
        ({"dates": ((date(2026, 7, 5), date(2026, 7, 5)),)}, Relaxed.DATE),
        ({"weekdays": (5, 6)}, None),
        ({"weekdays": (0, 1)}, Relaxed.WEEKDAY),
        ({"time_of_day": (TimeOfDay.MORNING,)}, None),
        ({"time_of_day": (TimeOfDay.EVENING,)}, Relaxed.TIME_OF_DAY),
        ({"places": ("田無公民館",)}, None),
        ({"places": ("田無",)}, None),
        ({"places": ("田無駅",)}, None),
        ({"places": ("保谷",)}, Relaxed.PLACE),
        ({"max_fee": 500}, None),
        ({"max_fee": 0}, Relaxed.FEE),
    ],
)
def test_a_wish_is_kept_or_its_relaxation_named(asked: dict[str, object], missed: Relaxed | None) -> None:
    result = search(one(**SATURDAY_MORNING), words="ヨガ", **asked)
    assert (hits(result), relaxed(result)) == (({1}, {}) if missed is None else (set(), {1: (missed,)}))


def test_an_unsaid_fee_is_not_taken_for_free() -> None:
    assert relaxed(search(one(fee_yen=None), words="ヨガ", max_fee=0)) == {1: (Relaxed.FEE,)}


def test_what_no_longer_takes_applications_is_an_alternative(index: CourseIndex) -> None:
    assert relaxed(search(index, words="草木染め"))[10] == (Relaxed.REGISTRATION,)


def test_what_does_not_take_applications_yet_is_found() -> None:
    later = one(apply_from=NOW + timedelta(days=3))
    assert hits(search(later, words="ヨガ")) == {1}


def test_without_registration_means_without() -> None:
    asked = {"words": "ヨガ", "features": (Feature.NO_REGISTRATION,)}
    assert hits(search(one(registration_needed=False), **asked)) == {1}
    assert relaxed(search(one(registration_needed=True), **asked)) == {1: (Relaxed.REGISTRATION,)}


def test_a_course_for_the_advanced_is_no_beginners() -> None:
    index = CourseIndex([course(1, "はじめての俳句"), course(2, "俳句 中級")], version=1)
    result = search(index, words="俳句", features=(Feature.BEGINNER,))
    assert (hits(result), relaxed(result)) == ({1}, {2: (Relaxed.LEVEL,)})
    assert Reason.BEGINNER in result.hits[0].reasons


def test_day_weekday_and_hour_are_kept_by_one_session() -> None:
    """Saturday morning and Monday evening do not make a Monday morning."""
    index = one(starts_at=[local(2026, 7, 4, 10), local(2026, 7, 6, 19)])
    asked = {"words": "ヨガ", "weekdays": (0,), "time_of_day": (TimeOfDay.MORNING,)}
    assert len(relaxed(search(index, **asked))[1]) == 1


def test_a_session_over_months_meets_on_the_weekdays_its_text_names() -> None:
    long = session(local(2026, 6, 1, 14), hours=24 * 60)
    index = one(sessions=(long,), schedule_text="毎週火・木曜 午後2時から")
    assert hits(search(index, words="ヨガ", weekdays=(3,))) == {1}
    assert relaxed(search(index, words="ヨガ", weekdays=(5,))) == {1: (Relaxed.WEEKDAY,)}
    assert hits(search(index, words="ヨガ", dates=((date(2026, 6, 18), date(2026, 6, 18)),))) == {1}
    assert relaxed(search(index, words="ヨガ", dates=((date(2026, 6, 20), date(2026, 6, 20)),))) == {1: (Relaxed.DATE,)}


def test_cancelled_sessions_do_not_count() -> None:
    gone = session(local(2026, 7, 4, 10), cancelled=True)
    assert search(one(sessions=(gone,)), words="ヨガ") == SearchResult()


def test_places_are_venues_areas_and_the_quarters_in_their_names() -> None:
    index = CourseIndex(
        [course(1, "ヨガ", at="ひばりが丘公民館"), course(2, "俳句", at=venue("コール田無", area="田無"))], version=1
    )
    assert index.places == ("ひばりが丘公民館", "ひばりが丘", "コール田無", "田無")


def test_reasons_say_what_was_asked_and_is_true() -> None:
    index = one(**SATURDAY_MORNING | {"fee_yen": 0, "apply_until": NOW + timedelta(days=2), "min_age": 18})
    asked = {"words": "ヨガ", "ages": (30, 39), "weekdays": (5, 6), "max_fee": 0, "places": ("田無",)}
    assert search(index, **asked).hits[0].reasons == (
        Reason.TITLE,
        Reason.AGE,
        Reason.NEAR,
        Reason.WEEKEND,
        Reason.FREE,
        Reason.CLOSING_SOON,
    )


def test_together_with_a_child_no_course_for_adults_alone_is_shown() -> None:
    index = CourseIndex([course(1, "大人の料理", min_age=18), course(2, "料理", max_age=12)], version=1)
    assert hits(search(index, words="料理", features=(Feature.PARENT_CHILD,))) == {2}


def test_a_course_that_is_barred_does_not_put_the_others_in_the_shade() -> None:
    finished = course(1, "ヨガ ヨガ", starts_at=local(2026, 5, 1, 10))
    other = course(2, "体操とヨガでからだをほぐす会", fields=("sports_fitness",))
    assert hits(search(CourseIndex([finished, other], version=1), words="ヨガ")) == {2}
