"""The kept index: used when it is of the catalogue as it stands, and built anew in every other case."""

from pathlib import Path

import pytest

from catalog.search import cache

STATE = "7 (2, 2, 2026-06-10)"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    kept = tmp_path / "manabi.db.index"
    cache.write(kept, cache.digest(STATE), {"built": "index"})
    return kept


def test_it_is_read_for_the_same_state(path: Path) -> None:
    assert cache.read(path, cache.digest(STATE)) == {"built": "index"}


def test_a_changed_course_needs_another(path: Path) -> None:
    assert cache.read(path, cache.digest("8 (2, 2, 2026-06-11)")) is None


def test_none_is_there_at_first(tmp_path: Path) -> None:
    assert cache.read(tmp_path / "none", cache.digest(STATE)) is None


@pytest.mark.parametrize("content", [b"", b"x" * 10, b"x" * 100])
def test_a_damaged_file_is_none(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert cache.read(path, cache.digest(STATE)) is None


def test_a_file_that_breaks_off_is_none(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])
    assert cache.read(path, cache.digest(STATE)) is None


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_is_not_trusted(path: Path, mode: int) -> None:
    """Reading it runs what it says."""
    path.chmod(mode)
    assert cache.read(path, cache.digest(STATE)) is None


def test_only_we_may_read_what_we_keep(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_written_to_is_no_failure(tmp_path: Path) -> None:
    cache.write(tmp_path / "missing" / "index", cache.digest(STATE), {})
    assert list(tmp_path.iterdir()) == []
