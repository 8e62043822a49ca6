"""Entries that were kept: the same courses, each read only when it is looked at."""

from catalog.search.entries import Entries
from catalog.search.index import CourseIndex
from catalog.search.renewal import Renewal
from tests.catalog.search.catalogue import COURSES
from tests.catalog.search.factories import course
from tests.catalog.search.sameness import answers_of

UNREADABLE = b"{}"  # whoever looks at it learns so


def test_they_come_back_as_they_were() -> None:
    kept = Entries.loaded(Entries(COURSES).dumped())
    assert tuple(kept) == COURSES
    assert (len(kept), kept[-1], tuple(kept[1:3])) == (len(COURSES), COURSES[-1], COURSES[1:3])


def test_none_come_back_as_none() -> None:
    assert list(Entries.loaded(Entries(()).dumped())) == []


def test_an_entry_is_read_once_and_no_other_with_it() -> None:
    kept = Entries([UNREADABLE, Entries(COURSES[:1]).dumped()])
    assert kept[1] == COURSES[0]
    assert kept[1] is kept[1]


def test_changing_and_keeping_them_reads_none_of_the_others() -> None:
    stays, changed = course(2, "ヨガ"), course(1, "太極拳")
    kept = Entries([UNREADABLE, UNREADABLE, stays])
    renewed = kept.renewed([changed], Renewal.by_id([0, 1, 2], [1], [0]))
    assert list(renewed) == [changed, stays]
    assert Entries([UNREADABLE, stays]).dumped().startswith(UNREADABLE + b"\n")


def test_an_index_is_built_of_what_was_kept_without_reading_entries() -> None:
    built = CourseIndex(COURSES, version=1)
    index = CourseIndex(Entries([UNREADABLE] * len(COURSES)), version=1, parts=built.parts)
    assert index.places == built.places
    assert index.among([3, 5]).tolist() == built.among([3, 5]).tolist()
    assert index.of_fields(["music"]).tolist() == built.of_fields(["music"]).tolist()


def test_an_index_of_kept_entries_finds_the_same() -> None:
    built = CourseIndex(COURSES, version=1)
    kept = Entries.loaded(built.entries.dumped())
    assert answers_of(CourseIndex(kept, version=1, parts=built.parts)) == answers_of(built)
