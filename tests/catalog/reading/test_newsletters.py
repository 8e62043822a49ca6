"""Announcements as municipal newsletters print them, most of them without a column or a label for each fact."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.catalog.reading.judging import announcements, facts_of, found, wanted

FILE = "newsletters.toml"
NOT_JUDGED = ("kind", "fields")


@pytest.mark.parametrize("entry", announcements(FILE), ids=lambda entry: entry["title"])
def test_an_announcement_is_read(entry: Mapping[str, Any]) -> None:
    want, have = wanted(entry["truth"]), found(facts_of(entry))
    for name in NOT_JUDGED:
        del want[name], have[name]
    assert have == want
