"""The development set, where it lies beside the project: floors under what is reached, against sinking unseen."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from handlers.understanding import understand

TOKYO = ZoneInfo("Asia/Tokyo")
FILE = Path(__file__).parents[3] / "shared" / "eval" / "dev" / "utterances.jsonl"

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the development set is not there")


def utterances() -> list[dict[str, Any]]:
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines() if line.strip()]


def understood(utterance: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    now = datetime.fromisoformat(utterance.get("now", "2026-11-22T10:00:00+09:00"))
    found = understand(utterance["text"], now=now, zone=TOKYO)
    return found.intent.value, found.slots()


def test_intents() -> None:
    right = [understood(one)[0] == one["intent"] for one in utterances() if "intent" in one]
    assert sum(right) / len(right) >= 0.94


def test_what_is_clear_is_not_asked_back() -> None:
    now = datetime(2026, 11, 22, 10, tzinfo=TOKYO)
    asked = [one["text"] for one in utterances() if not understand(one["text"], now=now, zone=TOKYO).sure]
    assert len(asked) <= 0.03 * len(utterances()), asked


@pytest.mark.parametrize(("slot", "floor"), [("dates", 0.96), ("weekdays", 0.96), ("time_of_day", 0.96)])
def test_times(slot: str, floor: float) -> None:
    right = wrong = 0
    for one in utterances():
        if not one["id"].startswith("dates"):
            continue
        wanted, found = one["slots"].get(slot), understood(one)[1].get(slot)
        if wanted or found:
            right += wanted == found
            wrong += wanted != found
    assert right / (right + wrong) >= floor


def test_ages() -> None:
    wanted = [
        (one["slots"]["ages"], understood(one)[1].get("ages")) for one in utterances() if one["id"].startswith("age-")
    ]
    assert sum(_close(*pair) for pair in wanted) / len(wanted) >= 0.96


def _close(wanted: list[int | None], found: list[int | None] | None) -> bool:
    """Within a year at both ends, as the set is scored; open is as good as a hundred."""
    ends = found or [500, 500]
    low = abs((wanted[0] or 0) - (ends[0] or 0)) <= 1
    return low and (wanted[1] == ends[1] or abs((wanted[1] or 200) - (ends[1] or 200)) <= 1)
