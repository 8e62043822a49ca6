"""The labelled parts of a running text: ▽対象…, 【定員】…, ●費用＝…, 対／…, 定員は….

A city prints the same facts under the same few names, in whatever layout; a text without any label has no section.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from catalog.reading.vocabulary import vocabulary

_MARK = r"[▽▼▶►▷▲△◆◇■□●○◎★☆♦⚫・]"
_SEPARATOR = r"(?:[:=|/]|\.{2,3}|…+|->|→)"
_BODY = re.compile(r"(?:\([^()\n]{0,200}\)|[^。\n])*")
_NEXT_MARK = re.compile(r"[▽▼▶►▷◆◇■□●◎★☆【]")


class Topic(StrEnum):
    """What a label is about. `OTHER` is known too, so that what it heads belongs to nothing else."""

    TARGET = "target"
    CAPACITY = "capacity"
    FEE = "fee"
    APPLY = "apply"
    WHEN = "when"
    WHERE = "where"
    CONTENT = "content"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Section:
    """What stands behind a label in `text[start:end]`, up to the next label, full stop or end of line."""

    topic: Topic
    label: str
    text: str
    start: int  # of the label
    end: int


def sections(text: str) -> list[Section]:
    """The labelled parts of a plain text, in order."""
    labels = _labels(text)
    found = []
    for n, (topic, match) in enumerate(labels):
        limit = labels[n + 1][1].start() if n + 1 < len(labels) else len(text)
        begin = match.end()
        while begin < limit and text[begin].isspace():  # a heading on a line of its own
            begin += 1
        body = _BODY.match(text, begin, limit)
        end = body.end() if body else begin
        if mark := _NEXT_MARK.search(text, begin, end):
            end = mark.start()
        found.append(Section(topic, match[0], text[begin:end].strip(" 、,/|"), match.start(), end))
    return found


def heading(text: str) -> Topic | None:
    """What the label is about that a plain text begins with; None where it begins with no label."""
    match = _patterns()[0].match(text)
    return _topic(match) if match else None


def behind(text: str, topic: Topic) -> str:
    """What the sections of one topic say, one a line; empty where there is none."""
    return "\n".join(one.text for one in sections(text) if one.topic is topic and one.text)


def without_topics(text: str, *topics: Topic) -> str:
    """The text with the sections of some topics blanked out, of the same length."""
    for one in sections(text):
        if one.topic in topics:
            text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    return text


def _labels(text: str) -> list[tuple[Topic, re.Match[str]]]:
    long, short = _patterns()
    found = [(_topic(match), match) for match in long.finditer(text)]
    brief = [(_topic(match), match) for match in short.finditer(text)]
    # 日=… and 対=… are labels only in company: one such sign alone is a word.
    if len({topic for topic, _ in brief} - {Topic.OTHER}) > 1:
        taken = [range(match.start(), match.end()) for _, match in found]
        found += [one for one in brief if not any(one[1].start() in span for span in taken)]
    return sorted(found, key=lambda one: one[1].start())


def _topic(match: re.Match[str]) -> Topic:
    return Topic(match.lastgroup or "")


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Labels of whole words in any layout, and labels of one sign, which need a sign of their own behind them."""
    table = vocabulary("labels")
    long = "|".join(f"(?P<{topic}>{'|'.join(map(_spaced, table[topic]['names']))})" for topic in Topic)
    short = "|".join(f"(?P<{topic}>[{table[topic]['signs']}])" for topic in Topic if table[topic]["signs"])
    framed = r"(?:[【\[〈《<「]\s?(?=[^\n]{1,12}[】\]〉》>」])|(?<![\d円])\((?=[^\n()]{1,6}\)))"
    closed = r"\s?[】\]〉》>」)]\s?[:=は]?"
    before = rf"(?:{framed}|{_MARK}\s?|(?<![^\s。、,:=/|)】])|(?<=[。、,/|)】]))"
    told = r"(?:は|が|も)、?(?!必要|別|かか(?:り|ら)|不要|無料|あり|なし|いり|要り|[^。\n]{0,3}(?:によ|に達|にな))"
    marked = rf"(?<={_MARK}..)(?=\d)|(?<={_MARK}..)(?=[^は-んがのをにで多順受先後時を])"  # ●定員30人, ▽対象小学生
    behind = rf"(?:{closed}|\s?{_SEPARATOR}|{told}|\s(?!多数|不要)|{marked})"
    return (
        re.compile(rf"{before}(?:{long}){behind}", re.MULTILINE),
        re.compile(
            rf"(?:{framed}|(?<![^\s。、,/|)】▽▼▶◆◇■□●○・]))(?:{short})(?:\s?[】\])〉》>]\s?[:=]?|\s?[=:/|](?!\d*/))"
        ),
    )


def _spaced(name: str) -> str:
    """A name whose signs may stand apart: 対 象. Names are regular expressions; only plain ones are spread."""
    return r"\s?".join(name) if len(name) in (2, 3) and name.isalpha() else name
