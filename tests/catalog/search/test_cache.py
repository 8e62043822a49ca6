"""The kept index: the same as it was built, and None in every case where it cannot be used."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import kept
from catalog.search import cache
from catalog.search.cache import Kept
from catalog.search.entry import CourseEntry
from catalog.search.index import CourseIndex
from tests.catalog.search.catalogue import COURSES
from tests.catalog.search.sameness import assert_same
from tests.catalog.search.test_renewal import CHANGES, courses

BUILT = CourseIndex(COURSES, version=3)
STAMPS = {entry.id: 2**55 + entry.id for entry in COURSES}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    kept = tmp_path / "manabi.db.index"
    cache.write(kept, Kept("3 (2, 2)", STAMPS, BUILT.entries, BUILT.parts))
    return kept


def test_it_comes_back_as_it_was_kept(path: Path) -> None:
    kept = cache.read(path)
    assert kept is not None
    assert (kept.state, kept.stamps) == ("3 (2, 2)", STAMPS)
    read = CourseIndex(kept.entries, version=3, parts=kept.parts)
    assert_same(read, BUILT)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(courses(), max_size=5, unique_by=lambda course: course.id))
def test_any_courses_come_back(tmp_path: Path, some: list[CourseEntry]) -> None:
    built = CourseIndex(some, version=1)
    cache.write(tmp_path / "index", Kept("", {}, built.entries, built.parts))
    kept = cache.read(tmp_path / "index")
    assert kept is not None
    assert_same(CourseIndex(kept.entries, version=1, parts=kept.parts), built)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(courses(), max_size=4, unique_by=lambda course: course.id), CHANGES)
def test_what_was_kept_follows_changes_as_what_was_built(
    tmp_path: Path, some: list[CourseEntry], changes: tuple[list[CourseEntry], set[int]]
) -> None:
    built = CourseIndex(some, version=1)
    cache.write(tmp_path / "index", Kept("", {}, built.entries, built.parts))
    kept = cache.read(tmp_path / "index")
    assert kept is not None
    renewed = CourseIndex(kept.entries, version=1, parts=kept.parts).renewed(*changes, version=2)
    assert_same(renewed, built.renewed(*changes, version=2))
    cache.write(tmp_path / "index", Kept("", {}, renewed.entries, renewed.parts))
    again = cache.read(tmp_path / "index")
    assert again is not None
    assert list(again.entries) == list(renewed.entries)


def test_none_is_there_at_first(tmp_path: Path) -> None:
    assert cache.read(tmp_path / "none") is None


def test_one_of_other_code_is_none(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "digest", lambda *_packages: b"another release")
    assert cache.read(path) is None


@pytest.mark.parametrize("content", [b"", b"x" * 10, b"PK\x03\x04" + b"x" * 100, b"\x93NUMPY", b"\x80\x04N."])
def test_what_is_no_index_is_none(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert cache.read(path) is None


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_file_that_breaks_off_is_none(path: Path, share: float) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert cache.read(path) is None


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_is_none_or_the_same(path: Path, data: st.DataObject) -> None:
    """A zip file has bytes that mean nothing: there, and only there, damage does no harm."""
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    damaged = path.with_name("damaged")
    damaged.write_bytes(content)
    kept = cache.read(damaged)
    if kept is not None:
        assert kept.stamps == STAMPS
        assert_same(CourseIndex(kept.entries, version=3, parts=kept.parts), BUILT)


def test_reading_runs_nothing(path: Path) -> None:
    """An array of objects would be unpickled, which runs what it says."""
    evil = io.BytesIO()
    np.save(evil, np.array([{"any": "object"}], dtype=object), allow_pickle=True)
    with zipfile.ZipFile(path) as kept:
        parts = {name: kept.read(name) for name in kept.namelist()}
    with zipfile.ZipFile(path, "w") as changed:
        for name, content in (parts | {"facts.npy": evil.getvalue()}).items():
            changed.writestr(name, content)
    assert cache.read(path) is None


def test_only_we_may_read_what_we_keep(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_written_to_is_no_failure(tmp_path: Path) -> None:
    nothing = CourseIndex((), version=0)
    cache.write(tmp_path / "missing" / "index", Kept("", {}, nothing.entries, nothing.parts))
    assert list(tmp_path.iterdir()) == []
