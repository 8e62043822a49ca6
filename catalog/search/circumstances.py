"""Situations of life that few are in (expecting, bringing up a child alone, caring for somebody …): which of them a
course is for, and which of them a resident speaks of. What they are called is in `data/circumstances.txt`.

Both are bits, one a line of that file. Nobody's situation is guessed: where nothing is said of it, nothing is known.
"""

import re
from collections.abc import Iterable
from functools import cache

from catalog.search import lexicon
from catalog.search.entry import CourseEntry
from catalog.search.naming import is_open, names


def circumstances_of(entry: CourseEntry) -> int:
    """The situations that a course names; 0 where it is not for people in any of them alone."""
    text = f"{entry.title}\n{entry.target_text or entry.description.partition('。')[0]}"
    if is_open(entry) or not _any_word().search(text):  # most courses, at once
        return 0
    return _bits(names(entry, one.said, in_title=one.in_titles) for one in _all())


def told_circumstances(texts: Iterable[str], relations: Iterable[str]) -> int:
    """The situations that a resident speaks of, or lives in with people of these `relations`."""
    said, household = "\n".join(texts).casefold(), set(relations)
    return _bits(any(word in said for word in one.told) or bool(household & set(one.relations)) for one in _all())


def beside_parents() -> int:
    """The situations that stand beside parents: 保護者やこれから親になる方 means either."""
    return _bits(one.beside_parents for one in _all())


def never_told() -> int:
    """The situations for which no words are known in which a resident would speak of them."""
    return _bits(not one.told for one in _all())


@cache
def _any_word() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for one in _all() for word in one.said), re.IGNORECASE)


def _all() -> tuple[lexicon.Circumstance, ...]:
    return lexicon.circumstances()


def _bits(holds: Iterable[bool]) -> int:
    return sum(1 << place for place, held in enumerate(holds) if held)
