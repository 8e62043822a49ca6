"""Criteria as JSON text, for the row that the buttons under a search name."""

from datetime import date

import orjson

from catalog.search.criteria import Criteria, Feature, TimeOfDay


def dumps(criteria: Criteria) -> str:
    """The criteria as compact JSON; dates as ISO days."""
    return orjson.dumps(criteria).decode()


def loads(text: str) -> Criteria:
    """The criteria of `dumps`. Raises ValueError or KeyError for anything else: only our own rows are read."""
    raw = orjson.loads(text)
    return Criteria(
        words=raw["words"],
        ages=None if raw["ages"] is None else (raw["ages"][0], raw["ages"][1]),
        dates=tuple((date.fromisoformat(a), None if b is None else date.fromisoformat(b)) for a, b in raw["dates"]),
        weekdays=tuple(raw["weekdays"]),
        time_of_day=tuple(TimeOfDay(value) for value in raw["time_of_day"]),
        places=tuple(raw["places"]),
        max_fee=raw["max_fee"],
        features=tuple(Feature(value) for value in raw["features"]),
        fields=tuple(raw["fields"]),
        issues=tuple(raw.get("issues", ())),  # searches that were kept before there were issues have none
        not_words=tuple(raw["not_words"]),
    )
