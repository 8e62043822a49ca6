"""Announcements of a file with their truths, and how what was read is compared with them."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from catalog.reading.announcement import read_announcement
from catalog.reading.facts import Announcement, Facts

TOKYO = ZoneInfo("Asia/Tokyo")
TEXTS = {
    *("title", "description", "target", "fee_basic", "fee_detail", "capacity", "apply_method"),
    *("remarks", "childcare", "venue"),
}


@cache
def announcements(file: str) -> tuple[Mapping[str, Any], ...]:
    """The entries of a file of this folder: texts by column, `on` (the first day) and `truth`."""
    text = Path(__file__).with_name(file).read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["announcement"])


def facts_of(entry: Mapping[str, Any]) -> Facts:
    season = datetime.fromisoformat(f"{entry.get('on', '2026-12-12')}T10:00").replace(tzinfo=TOKYO)
    texts = {name: text for name, text in entry.items() if name in TEXTS}
    return read_announcement(Announcement(**texts, season=season), zone=TOKYO)


def wanted(truth: Mapping[str, Any]) -> dict[str, Any]:
    """The truth of every fact, in the form of `found`."""
    low, high = truth.get("ages", (None, None))
    return {
        "kind": truth.get("kind", "course"),
        "ages": (low, None if high == -1 else high),
        "stages": set(truth.get("stages", "")),
        "residency": truth.get("residency", "none"),
        "capacity": truth.get("capacity"),
        "unit": truth.get("unit", "person"),
        "selection": truth.get("selection", "none"),
        "needed": truth.get("needed"),
        "fee": truth.get("fee"),
        "apply_from": truth.get("apply_from"),
        "apply_until": truth.get("apply_until"),
        **{name: truth.get(name, False) for name in ("parent_child", "childcare", "sign_language")},
        **{name: truth.get(name, False) for name in ("wheelchair", "online")},
        "fields": set(truth.get("fields", ())),
    }


def found(facts: Facts) -> dict[str, Any]:
    """The facts that were read; life stages by their first letters, days without their hours."""
    return {
        "kind": facts.kind,
        "ages": (facts.min_age, facts.max_age),
        "stages": {stage[0] for stage in facts.life_stages},
        "residency": facts.residency,
        "capacity": facts.capacity,
        "unit": facts.capacity_unit,
        "selection": facts.selection,
        "needed": facts.registration_needed,
        "fee": facts.fee_yen,
        "apply_from": _day(facts.apply_from),
        "apply_until": _day(facts.apply_until),
        **{name: getattr(facts, name) for name in ("parent_child", "childcare", "sign_language")},
        **{name: getattr(facts, name) for name in ("wheelchair", "online")},
        "fields": set(facts.fields),
    }


def _day(moment: datetime | None) -> str | None:
    return moment.astimezone(TOKYO).date().isoformat() if moment else None
