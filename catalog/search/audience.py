"""Whom an announcement means, beyond ages: everybody, children too, or people in one situation of life."""

from catalog.search import lexicon
from catalog.search.entry import CourseEntry

_CHILD_STAGES = frozenset({"infant", "child"})


def is_for_children_too(entry: CourseEntry) -> bool:
    """Whether a course without ages says that children are welcome; 一般 are grown-ups."""
    if entry.life_stages:
        return bool(_CHILD_STAGES & set(entry.life_stages))
    return any(word in _said(entry) for word in lexicon.audience_words("everybody"))


def is_for_some(entry: CourseEntry, *, has_child: bool) -> bool:
    """Whether a course is for people in one situation (expecting, seeking work …), as far as is known not this one."""
    target = entry.target_text or ""
    if any(word in target for word in lexicon.audience_words("everybody")):
        return False
    if any(word in target for word in lexicon.audience_words("parents")) and not entry.parent_child:
        return not has_child
    return any(word in target for word in lexicon.audience_words("some"))


def _said(entry: CourseEntry) -> str:
    return f"{entry.title} {entry.target_text or ''}"
