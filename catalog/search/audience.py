"""Whom an announcement means, beyond ages: everybody, children too, or people in one situation of life."""

from catalog.search import lexicon
from catalog.search.entry import CourseEntry

_CHILD_STAGES = frozenset({"infant", "child"})


def is_for_children_too(entry: CourseEntry) -> bool:
    """Whether a course without ages says that children are welcome; 一般 are grown-ups."""
    if entry.life_stages:
        return bool(_CHILD_STAGES & set(entry.life_stages))
    return any(word in _said(entry) for word in lexicon.audience_words("everybody"))


def is_for_parents(entry: CourseEntry) -> bool:
    """Whether it is for parents without their children: a lecture on bringing them up."""
    return not entry.parent_child and _targets(entry, "parents")


def is_for_some(entry: CourseEntry) -> bool:
    """Whether a course is for people in one situation of life (expecting, seeking work …)."""
    return _targets(entry, "some")


def _targets(entry: CourseEntry, audience: str) -> bool:
    target = entry.target_text or ""
    if any(word in target for word in lexicon.audience_words("everybody")):
        return False
    return any(word in target for word in lexicon.audience_words(audience))


def _said(entry: CourseEntry) -> str:
    return f"{entry.title} {entry.target_text or ''}"
