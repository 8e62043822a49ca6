"""Ages and grades: from a birth month, from a birth year alone, and from a band told some years ago."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.models import Person
from catalog.people import AGE_BANDS, AgeRange, GradeRange, age_on, grades_on
from tests.catalog.search.factories import NOW

DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


def born(year: int, month: int | None = None) -> Person:
    return Person(resident_id=1, birth_year=year, birth_month=month, created_at=NOW)


def told(low: int | None, high: int | None, on: date) -> Person:
    at = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    return Person(resident_id=1, age_min=low, age_max=high, age_told_at=at, created_at=NOW)


@pytest.mark.parametrize(
    ("person", "day", "low", "high"),
    [
        (born(2018, 6), date(2026, 5, 31), 7, 7),
        (born(2018, 6), date(2026, 6, 1), 8, 8),  # within the month the birthday counts as past
        (born(2018, 6), date(2026, 6, 30), 8, 8),
        (born(2018, 1), date(2026, 12, 31), 8, 8),
        (born(2018, 12), date(2026, 11, 30), 7, 7),
        (born(2024, 2), date(2026, 2, 28), 2, 2),  # born, it may be, on the 29th
        (born(2026, 9), date(2026, 6, 10), 0, 0),  # not born yet
        (born(2018), date(2026, 6, 10), 7, 8),
        (born(2026), date(2026, 6, 10), 0, 0),
        (told(6, 12, date(2026, 6, 10)), date(2026, 6, 10), 6, 12),
        (told(6, 12, date(2026, 6, 10)), date(2027, 6, 9), 6, 12),
        (told(6, 12, date(2026, 6, 10)), date(2027, 6, 10), 7, 14),  # 12 on the first day, 13 the next, 14 today
        (told(75, None, date(2026, 6, 10)), date(2031, 6, 10), 80, None),
        (told(None, 12, date(2026, 6, 10)), date(2028, 6, 10), None, 15),
        (told(6, 12, date(2024, 2, 29)), date(2025, 2, 28), 6, 12),  # a leap day's year is full on 1 March
        (told(6, 12, date(2024, 2, 29)), date(2025, 3, 1), 7, 14),
        (told(6, 12, date(2024, 2, 29)), date(2028, 2, 29), 10, 17),
        (told(6, 12, date(2026, 6, 10)), date(2020, 1, 1), 6, 12),  # a day before it was told
        (Person(resident_id=1, created_at=NOW), date(2026, 6, 10), None, None),
    ],
)
def test_age_on_a_day(person: Person, day: date, low: int | None, high: int | None) -> None:
    """Inclusive years between which the age lies."""
    assert age_on(person, day) == AgeRange(low, high)


@given(birth=st.dates(date(1930, 1, 1), date(2020, 1, 1)), day=DAYS)
def test_the_true_age_is_never_above_what_is_counted(birth: date, day: date) -> None:
    """By month one is at most some days too old; by year alone the true age lies within."""
    true = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    by_month, by_year = age_on(born(birth.year, birth.month), day), age_on(born(birth.year), day)
    assert by_month.low == by_month.high
    assert by_month.low == true + (birth.month == day.month and birth.day > day.day)
    assert by_year.low is not None
    assert by_year.high is not None
    assert by_year.low <= max(0, true) <= by_year.high


@given(band=st.sampled_from(list(AGE_BANDS.values())), on=DAYS, days=st.integers(0, 8000), data=st.data())
def test_a_band_told_once_grows_with_its_person(
    band: tuple[int, int | None], on: date, days: int, data: st.DataObject
) -> None:
    """Somebody of the band is, after full years, still within what is counted."""
    low, high = band
    age_then = data.draw(st.integers(low, high if high is not None else low + 20))
    later = on + timedelta(days=days)
    years = later.year - on.year - ((later.month, later.day) < (on.month, on.day))
    counted = age_on(told(low, high, on), later)
    assert counted.low is not None
    assert counted.low <= age_then + years
    assert counted.high is None or age_then + years <= counted.high


@given(
    person=st.builds(born, st.integers(1930, 2025), st.none() | st.integers(1, 12))
    | st.builds(told, st.integers(0, 30), st.integers(31, 90), DAYS),
    day=DAYS,
    days=st.integers(0, 4000),
)
def test_nobody_grows_younger(person: Person, day: date, days: int) -> None:
    """Both ends of the range only rise."""
    now, later = age_on(person, day), age_on(person, day + timedelta(days=days))
    assert (now.low or 0) <= (later.low or 0)
    assert (now.high or 0) <= (later.high or 0)


def test_the_bands_leave_no_age_out() -> None:
    """From 0 on, each band begins where the one before ended."""
    bands = list(AGE_BANDS.values())
    assert bands[0][0] == 0
    assert [low for low, _high in bands[1:]] == [(high or 0) + 1 for _low, high in bands[:-1]]
    assert bands[-1][1] is None


def test_an_age_is_known_when_either_end_is() -> None:
    """An open band says something; nothing told says nothing."""
    assert [AgeRange(low, high).known for low, high in ((None, None), (0, None), (None, 0), (3, 5))] == [
        False,
        True,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("year", "month", "day", "grades"),
    [
        (2018, 5, date(2026, 6, 10), (2, 2)),
        (2019, 3, date(2026, 6, 10), (2, 2)),  # 早生まれ
        (2019, 4, date(2026, 6, 10), (1, 2)),  # born on the first, or after it
        (2019, None, date(2026, 6, 10), (1, 2)),
        (2018, 5, date(2026, 3, 31), (1, 1)),
        (2018, 5, date(2026, 4, 1), (2, 2)),
        (2020, 5, date(2026, 6, 10), (0, 0)),  # 年長
        (2008, 3, date(2026, 6, 10), (13, 13)),  # has left school
    ],
)
def test_the_grade_of_a_birth_month(year: int, month: int | None, day: date, grades: tuple[int, int]) -> None:
    assert grades_on(born(year, month), day) == GradeRange(*grades)


def entered_school(birthday: date) -> int:
    """By the law itself: the April after one has turned six, which one does at the end of the day before."""
    turns_six = date(birthday.year + 6, birthday.month, birthday.day if birthday.month != 2 else min(birthday.day, 28))
    reached = turns_six - timedelta(days=1)
    return reached.year + (reached >= date(reached.year, 4, 1))


@given(birthday=st.dates(date(1990, 1, 1), date(2040, 12, 31)), day=st.dates(date(2010, 1, 1), date(2060, 12, 31)))
@example(birthday=date(2018, 4, 1), day=date(2026, 4, 1))
@example(birthday=date(2018, 4, 2), day=date(2026, 3, 31))
def test_the_grade_of_the_law_is_among_those_that_the_month_allows(birthday: date, day: date) -> None:
    """Only for April there are two, and the one of 1 April is the elder's."""
    grade = day.year - (day < date(day.year, 4, 1)) - entered_school(birthday) + 1
    known = grades_on(born(birthday.year, birthday.month), day)
    assert known.low is not None
    assert known.high is not None
    assert known.low <= grade <= known.high
    assert known.high - known.low == (birthday.month == 4)
    if birthday.month == 4:
        assert grade == (known.high if birthday.day == 1 else known.low)


@given(
    birthday=st.dates(date(1990, 1, 1), date(2025, 12, 31)),
    told=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    years=st.integers(0, 20),
    younger=st.integers(0, 5),
    older=st.integers(0, 5),
)
def test_a_band_never_leaves_out_the_true_grade(
    birthday: date, told: date, years: int, younger: int, older: int
) -> None:
    """However wide the band was when it was told, and however long ago."""
    age = told.year - birthday.year - ((told.month, told.day) < (birthday.month, birthday.day))
    person = Person(
        resident_id=1,
        age_min=max(0, age - younger),
        age_max=age + older,
        age_told_at=datetime(told.year, told.month, told.day, 3, tzinfo=UTC),
        created_at=NOW,
    )
    day = date(told.year + years, 6, 10)
    grade = day.year - entered_school(birthday) + 1
    known = grades_on(person, day)
    assert known.low is not None
    assert known.high is not None
    assert known.low <= grade <= known.high
