"""Telegram's HTML parse mode: text and entities out of markup, or the platform's refusal."""

import re
from typing import Any

from bot.simulator.measure import units

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TOKEN = re.compile(
    r"<(?P<close>/?)(?P<tag>[A-Za-z-]*)(?P<rest>[^<>]*)(?P<end>>?)|&(?P<entity>#x[0-9a-fA-F]+|#\d+|[a-z]+);|(?P<text>[^<&]+|&)"
)
_ATTRIBUTE = re.compile(r"""\s*([A-Za-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")


class CannotParseError(ValueError):
    """The markup is not what Telegram understands; the text says why."""


class _Reader:
    def __init__(self, markup: str) -> None:
        self.markup = markup
        self.text = ""
        self.entities: list[dict[str, Any]] = []
        self.open: list[tuple[str, int, dict[str, str]]] = []

    def read(self) -> None:
        for token in _TOKEN.finditer(self.markup):
            if token["text"]:
                self.text += token["text"]
            elif token["entity"]:
                self.text += _character(token["entity"], token[0])
            elif token["close"]:
                self._end(token)
            else:
                self._start(token)
        if self.open:
            raise CannotParseError(f'Can\'t find end tag corresponding to start tag "{self.open[-1][0]}"')

    def _offset(self, token: re.Match[str]) -> int:
        return len(self.markup[: token.start()].encode())

    def _start(self, token: re.Match[str]) -> None:
        tag, where = token["tag"].lower(), f"at byte offset {self._offset(token)}"
        attributes = {
            found[1].lower(): found[2] or found[3] or found[4] or "" for found in _ATTRIBUTE.finditer(token["rest"])
        }
        if tag not in _TAGS or (tag == "span" and attributes.get("class") != "tg-spoiler"):
            raise CannotParseError(f'Unsupported start tag "{tag}" {where}')
        if not token["end"]:
            raise CannotParseError(f'Unclosed start tag "{tag}" {where}')
        self.open.append((tag, units(self.text), attributes))

    def _end(self, token: re.Match[str]) -> None:
        where = f"at byte offset {self._offset(token)}"
        if not self.open:
            raise CannotParseError(f"Unexpected end tag {where}")
        tag, offset, attributes = self.open.pop()
        if token["tag"] and token["tag"].lower() != tag:
            raise CannotParseError(f'Unmatched end tag {where}, expected "</{tag}>", found "</{token["tag"]}>"')
        self._add(tag, offset, units(self.text) - offset, attributes)

    def _add(self, tag: str, offset: int, length: int, attributes: dict[str, str]) -> None:
        entity: dict[str, Any] = {"type": _TAGS[tag], "offset": offset, "length": length}
        if tag == "a":
            address = _unescaped(attributes.get("href") or self.text)
            if not re.match(r"(https?|tg|mailto|tel):", address):
                return  # Telegram drops a link that leads nowhere and keeps its text
            entity["url"] = address
        elif tag == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        elif tag == "tg-emoji":
            entity["custom_emoji_id"] = attributes.get("emoji-id", "")
        if length:
            self.entities.append(entity)


def _character(entity: str, raw: str) -> str:
    if entity.startswith("#"):
        code = int("0" + entity[1:], 16) if entity[1] == "x" else int(entity[1:])
        return chr(code) if 0 < code < 0x110000 else raw
    return _NAMED.get(entity, raw)


def _unescaped(text: str) -> str:
    return re.sub(r"&(lt|gt|amp|quot);", lambda match: _NAMED[match[1]], text)


def parse_html(markup: str) -> tuple[str, list[dict[str, Any]]]:
    """The text, trimmed, and its entities with UTF-16 offsets in document order. Raises CannotParseError."""
    reader = _Reader(markup)
    reader.read()
    text = reader.text.rstrip()
    lead = units(text) - units(text.lstrip())
    text = text.lstrip()
    fitted = [_fit(entity, lead, units(text)) for entity in reader.entities]
    entities = [entity for entity in fitted if entity["length"] > 0]
    return text, sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def _fit(entity: dict[str, Any], lead: int, length: int) -> dict[str, Any]:
    start = max(0, entity["offset"] - lead)
    end = min(length, entity["offset"] + entity["length"] - lead)
    return entity | {"offset": start, "length": end - start}
