"""An index that follows its catalogue change by change is the one that would be built anew."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.search.entry import CourseEntry
from catalog.search.index import CourseIndex
from tests.catalog.search.catalogue import COURSES
from tests.catalog.search.factories import local, session
from tests.catalog.search.sameness import assert_same

IDS = st.integers(1, 9)
STARTS = st.datetimes(
    min_value=local(2026, 6, 1).replace(tzinfo=None), max_value=local(2026, 8, 1).replace(tzinfo=None)
)


@st.composite
def courses(draw: st.DrawFn) -> CourseEntry:
    """Any of the sample courses under any number, on other days, under a title that others may have."""
    sample = draw(st.sampled_from(COURSES))
    title = draw(st.sampled_from((sample.title, "はじめての書道", "ヨガ ドイツ語会話", "")))
    starts = sorted(draw(st.lists(STARTS, max_size=3)))
    sessions = tuple(session(local(*moment.timetuple()[:5]), session_id=at) for at, moment in enumerate(starts))
    return replace(sample, id=draw(IDS), title=title, sessions=sessions)


CHANGES = st.tuples(st.lists(courses(), max_size=4, unique_by=lambda course: course.id), st.sets(IDS, max_size=3))


@settings(max_examples=40)
@given(st.lists(CHANGES, max_size=4))
def test_renewed_is_as_built_anew(changes: list[tuple[list[CourseEntry], set[int]]]) -> None:
    index = CourseIndex((), version=0)
    catalogue: dict[int, CourseEntry] = {}
    for version, (fresh, gone) in enumerate(changes, 1):
        index = index.renewed(fresh, gone, version=version)
        catalogue = {number: one for number, one in catalogue.items() if number not in gone}
        catalogue |= {course.id: course for course in fresh}
    anew = CourseIndex((catalogue[number] for number in sorted(catalogue)), version=len(changes))
    assert index.version == anew.version
    assert_same(index, anew)


def test_nothing_changed_changes_nothing() -> None:
    index = CourseIndex(COURSES, version=1)
    assert_same(index.renewed([], [], version=2), index)
