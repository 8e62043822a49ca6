"""A `Reply` as JSON text and back, lossless: how answers and reminders wait in the outgoing table.

The format carries a version. Fields that a reader does not know are left out and missing ones take their defaults, so
that two versions of the program can share a queue while one replaces the other.
"""

from collections.abc import Callable
from dataclasses import fields
from datetime import date
from typing import Any, TypeVar

import orjson

from handlers.messages import Button, Card, Cards, Choices, DatePicker, Image, Reply, Text, Tone, View

VERSION = 1

_Built = TypeVar("_Built")

_VIEWS: dict[str, type[View]] = {
    "text": Text,
    "card": Card,
    "cards": Cards,
    "choices": Choices,
    "date_picker": DatePicker,
    "image": Image,
}
_TAGS = {view: tag for tag, view in _VIEWS.items()}
_FIELDS: dict[type[Any], frozenset[str]] = {
    kind: frozenset(field.name for field in fields(kind)) for kind in (Button, *_VIEWS.values())
}


def dumps(reply: Reply) -> str:
    """The reply as JSON text."""
    document = {
        "v": VERSION,
        "views": [{_TAGS[type(view)]: view} for view in reply.views],
        "buttons": reply.buttons,
        "in_place": reply.in_place,
    }
    return orjson.dumps(document).decode()


def loads(text: str) -> Reply:
    """The reply of such a text. Raises ValueError for anything else, also for a version it does not know."""
    try:
        document = orjson.loads(text)
        if document["v"] != VERSION:
            raise ValueError(f"a reply of an unknown version: {document['v']!r}")
        return Reply(
            views=tuple(_view(tagged) for tagged in document["views"]),
            buttons=_buttons(document["buttons"]),
            in_place=document["in_place"],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a reply: {error!r}") from error


def _view(tagged: dict[str, dict[str, Any]]) -> View:
    ((tag, values),) = tagged.items()
    return _built(_VIEWS[tag], values)


def _built(kind: type[_Built], values: dict[str, Any]) -> _Built:
    known = _FIELDS[kind]
    return kind(**{name: _READ.get(name, _as_is)(value) for name, value in values.items() if name in known})


def _as_is(value: Any) -> Any:
    return value


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _buttons(values: list[dict[str, Any]]) -> tuple[Button, ...]:
    return tuple(_built(Button, value) for value in values)


def _cards(values: list[dict[str, Any]]) -> tuple[Card, ...]:
    return tuple(_built(Card, value) for value in values)


# A name means the same in every view; what is not here is a plain JSON value.
_READ: dict[str, Callable[[Any], Any]] = {
    "buttons": _buttons,
    "cards": _cards,
    "lines": tuple,
    "tone": Tone,
    "earliest": _day,
    "latest": _day,
    "initial": _day,
}
