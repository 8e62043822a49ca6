"""What a city is asked that is no matter of courses (ごみの日, 住民票), and who helps: `data/elsewhere.toml`."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Topic:
    """A matter of another counter: what it is called, and a sentence that says who helps."""

    name: str
    where: str


def elsewhere(text: str) -> Topic | None:
    """The other counter's matter that a plain text is about; None where it is about learning, or about none."""
    learning, topics = _known()
    if learning.search(text):
        return None
    return next((topic for topic, words in topics if words.search(text)), None)


@cache
def _known() -> tuple[re.Pattern[str], tuple[tuple[Topic, re.Pattern[str]], ...]]:
    data = tomllib.loads((files("handlers.understanding") / "data" / "elsewhere.toml").read_text(encoding="utf-8"))
    topics = tuple((Topic(one["name"], one["where"]), re.compile("|".join(one["words"]))) for one in data["topics"])
    return re.compile(data["learning"]), topics
