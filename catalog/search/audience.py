"""Whom an announcement means, beyond ages: everybody, children too, parents, or people in one situation of life."""

import re
from functools import cache

from catalog.reading.access import without_services
from catalog.reading.ages import CHILD_OF_AGE, hull, read_ages, spelled_out
from catalog.reading.normalise import plain
from catalog.search import lexicon
from catalog.search.entry import CourseEntry

_CHILD_STAGES = frozenset({"infant", "child"})
_CHILDREN = (0, CHILD_OF_AGE - 1)
_NOBODY = (150, 150)
_ANY = 99  # however many ages a text tells
_BEHIND = re.compile(r"[▽【■●◆].*|保育あり.*|託児.*", re.DOTALL)
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")  # 小学生は保護者と: who comes along
# Titles that tell whom a course is for, though no age is printed.
_HINTS: tuple[tuple[re.Pattern[str], tuple[int, int | None]], ...] = (
    (re.compile("こども|子ども|子供|キッズ|ジュニア|ちびっ[こ子]"), _CHILDREN),
    (re.compile("若者|ユース|ヤング"), (13, 39)),
    (re.compile("働く世代|現役世代|働き盛り|ミドル世代"), (CHILD_OF_AGE, 64)),
    (re.compile("定年後|退職後|リタイア|第二の人生|セカンドライフ"), (50, None)),
)
_CHILDCARE = re.compile(r"[^。]*(?:保育|託児)[^。]*")  # whose ages are those of the children looked after
_ASIDE = re.compile(r"\([^()]*\)|（[^（）]*）|親子|保護者(?:同伴|の見学|と一緒)")
_PARENTS_OF = re.compile(r"(?:[児生歳子]|さん|方)の(?:保護者|親(?!子)|母親|父親|両親|お母さん|お父さん)")
_WITH_CHILDREN = re.compile(r"(?:お子さん|お子様|子ども|こども|子供)(?:が|の)いる(?:保護者|親(?!子)|母親|父親|方|人)")
_PARENTS_MEANT = re.compile(
    r"(?:保護者|母親|父親|お母さん|お父さん|親御さん|(?<!子)親)(?:の方)?(?:のための|向け|が対象|を対象)"
)
# 外国人の方も歓迎, 経験者可: they may come too, and so may the others.
_TOO = r"[^、。]{0,6}(?:方も|人も|者も|歓迎|可|優先|以外|とも)"
_MEANT = r"[^、。]{0,6}(?:ための|向け|限定|対象|の\s?(?:つどい|集い|会|クラス)|サロン)"


def is_for_children_too(entry: CourseEntry) -> bool:
    """Whether a course without ages says that children are welcome; 一般 are grown-ups."""
    if entry.life_stages:
        return bool(_CHILD_STAGES & set(entry.life_stages))
    return any(word in _said(entry) for word in lexicon.audience_words("everybody"))


def is_for_parents(entry: CourseEntry) -> bool:
    """Whether it is for parents without their children: a lecture on bringing them up.

    Such a course has no ages, unless those of the children were taken for it.
    """
    if entry.parent_child or _is_open(entry):
        return False
    if entry.min_age is not None or entry.max_age is not None:
        return bool(_PARENTS_OF.search(_target(entry)))
    if _PARENTS_MEANT.search(entry.description):
        return True
    if not entry.target_text and (_PARENTS_OF.search(entry.title) or _WITH_CHILDREN.search(entry.description)):
        return True
    others = _names(entry, "expecting")  # and grandparents: grown-ups that are meant because of a child, too
    return _names(entry, "parents") or (entry.life_stages == ("adult",) and not others)


def children_of_parents(entry: CourseEntry) -> tuple[int, int]:
    """The ages of the children whose parents are meant, from 小学生の保護者 or 離乳食.

    対象 goes before the title, and that before the text; nobody's where nothing is said, or the text says several.
    """
    if not is_for_parents(entry):
        return _CHILDREN
    target = without_services(plain(_BEHIND.sub("", entry.target_text or "")))
    running = _BRACKETS.sub("", _CHILDCARE.sub("", entry.description))
    for text, most in ((target, _ANY), (entry.title, _ANY), (running, 1)):
        found = read_ages(spelled_out(plain(text)), by_resident=False)
        children = [one for one in found if (one.value.low or 0) < CHILD_OF_AGE]
        ages = hull(children)
        if ages is not None:
            years = ages.low or 0, _CHILDREN[1] if ages.high is None else ages.high
            return years if len(children) <= most else _NOBODY
        for words, years in lexicon.children_ages():
            if any(word in text for word in words):
                return years
    return _NOBODY


def hinted_ages(entry: CourseEntry) -> tuple[int, int | None]:
    """The years that a course mentions which states no ages, and does not say that all may come: in doubt it is for
    these; else all."""
    if entry.min_age is not None or entry.max_age is not None or _is_for_all(entry) or is_for_parents(entry):
        return 0, None
    text = _BRACKETS.sub("", _CHILDCARE.sub("", f"{entry.title}。{entry.description}"))
    ages = hull(read_ages(spelled_out(plain(text)), by_resident=False))
    if ages is not None:
        return ages.low or 0, ages.high
    return next((years for said, years in _HINTS if said.search(entry.title)), (0, None))


def _is_for_all(entry: CourseEntry) -> bool:
    return _is_open(entry) or {"infant", "senior"} <= set(entry.life_stages)


def is_for_some(entry: CourseEntry) -> bool:
    """Whether a course is for people in a situation of life that few are in (expecting, caring for somebody …)."""
    if _is_open(entry):
        return False
    return _names(entry, "some") or (_names(entry, "expecting") and not _names(entry, "parents"))


def is_for_many(entry: CourseEntry) -> bool:
    """Whether a course is for a group that many belong to, though not everybody (women, who seeks work …)."""
    return not _is_open(entry) and _names(entry, "many")


def _is_open(entry: CourseEntry) -> bool:
    return any(word in (entry.target_text or "") for word in lexicon.audience_words("open"))


def _names(entry: CourseEntry, audience: str) -> bool:
    """Whether 対象 names these people, or the title (without 対象, also the first sentence) says it is for them."""
    named, meant = _patterns(audience)
    unlabelled = "" if entry.target_text else _ASIDE.sub("", entry.description.partition("。")[0])
    return bool(named.search(_target(entry)) or meant.search(f"{entry.title}。{unlabelled}"))


@cache
def _patterns(audience: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = "|".join(map(re.escape, lexicon.audience_words(audience)))
    return re.compile(rf"(?:{words})(?!{_TOO})"), re.compile(rf"(?:{words}){_MEANT}")


def _target(entry: CourseEntry) -> str:
    """Whom 対象 names, without remarks on who else comes along."""
    return _ASIDE.sub("", _BEHIND.sub("", entry.target_text or ""))


def _said(entry: CourseEntry) -> str:
    return f"{entry.title} {entry.target_text or ''}"
