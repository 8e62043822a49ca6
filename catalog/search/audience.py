"""Whom an announcement means, beyond ages: everybody, children too, or parents, with children of which age."""

import re

from catalog.reading.access import without_services
from catalog.reading.ages import CHILD_OF_AGE, hull, read_ages, spelled_out
from catalog.reading.normalise import plain
from catalog.search import lexicon
from catalog.search.circumstances import beside_parents, circumstances_of
from catalog.search.entry import CourseEntry
from catalog.search.naming import is_open, labelled, names, target_of

_CHILD_STAGES = frozenset({"infant", "child"})
_CHILDREN = (0, CHILD_OF_AGE - 1)
_NOBODY = (150, 150)
_ANY = 99  # however many ages a text tells
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")  # 小学生は保護者と: who comes along
# Titles that tell whom a course is for, though no age is printed.
_HINTS: tuple[tuple[re.Pattern[str], tuple[int, int | None]], ...] = (
    (re.compile("こども|子ども|子供|キッズ|ジュニア|ちびっ[こ子]"), _CHILDREN),
    (re.compile("若者|ユース|ヤング"), (13, 39)),
    (re.compile("働く世代|現役世代|働き盛り|ミドル世代"), (CHILD_OF_AGE, 64)),
    (re.compile("定年後|退職後|リタイア|第二の人生|セカンドライフ"), (50, None)),
)
_CHILDCARE = re.compile(r"[^。]*(?:保育|託児)[^。]*")  # whose ages are those of the children looked after
_ALONG = re.compile(
    r"(?:お子さん|お子様|お子さま|子ども|こども|赤ちゃん|ベビー|子)(?:連れ|づれ|(?:の)?同伴|(?:と|も)(?:ご?一緒|いっしょ))"
    r"(?:で|に|での|でも|の)?[^。、]{0,5}(?:可|歓迎|OK|どうぞ|来られ|来て|参加でき|大丈夫)|抱っこした(?:まま|ままで)"
)
_PARENTS_OF = re.compile(r"(?:[児生歳子]|さん|方)の(?:保護者|親(?!子)|母親|父親|両親|お母さん|お父さん)")
_WITH_CHILDREN = re.compile(r"(?:お子さん|お子様|子ども|こども|子供)(?:が|の)いる(?:保護者|親(?!子)|母親|父親|方|人)")
_PARENTS_MEANT = re.compile(
    r"(?:保護者|母親|父親|お母さん|お父さん|親御さん|(?<!子)親)(?:の方)?(?:のための|向け|が対象|を対象)"
)


def is_for_children_too(entry: CourseEntry) -> bool:
    """Whether a course without ages says that children are welcome; 一般 are grown-ups."""
    if entry.life_stages:
        return bool(_CHILD_STAGES & set(entry.life_stages))
    return any(word in _said(entry) for word in lexicon.audience_words("everybody"))


def is_for_parents(entry: CourseEntry) -> bool:
    """Whether it is for parents without their children: a lecture on bringing them up.

    Such a course has no ages, unless those of the children were taken for it.
    """
    if entry.parent_child or is_open(entry):
        return False
    if entry.min_age is not None or entry.max_age is not None:
        return bool(_PARENTS_OF.search(target_of(entry)))
    if _PARENTS_MEANT.search(entry.description):
        return True
    if not entry.target_text and (_PARENTS_OF.search(entry.title) or _WITH_CHILDREN.search(entry.description)):
        return True
    if names(entry, lexicon.audience_words("parents")):
        return True
    if circumstances_of(entry) & beside_parents():  # grown-ups that are meant because of a child, too
        return False
    return entry.life_stages == ("adult",) or _is_a_parents_matter(entry)


def _is_a_parents_matter(entry: CourseEntry) -> bool:
    """Whether a course that names nobody is about what only parents ask: 夜泣き, イヤイヤ期, 小1の壁."""
    if entry.life_stages:
        return False
    text = entry.title if entry.target_text else f"{entry.title}。{entry.description}"
    return any(word in text for matter in lexicon.upbringing() if matter.parents_alone for word in matter.said)


def children_of_parents(entry: CourseEntry) -> tuple[int, int]:
    """The ages of the children whose parents a lecture for parents means, from 小学生の保護者 or 離乳食.

    対象 goes before the title, and that before the text; nobody's where nothing is said, or the text says several.
    """
    target = without_services(plain(labelled(entry)))
    running = _BRACKETS.sub("", _CHILDCARE.sub("", entry.description))
    for text, most in ((target, _ANY), (entry.title, _ANY), (running, 1)):
        found = read_ages(spelled_out(plain(text)), by_resident=False)
        children = [one for one in found if (one.value.low or 0) < CHILD_OF_AGE]
        ages = hull(children)
        if ages is not None:
            years = ages.low or 0, _CHILDREN[1] if ages.high is None else ages.high
            return years if len(children) <= most else _NOBODY
        if (of_matter := _ages_by_matter(text)) is not None:
            return of_matter
    return _NOBODY


def welcomes_children_along(entry: CourseEntry) -> bool:
    """Whether grown-ups may bring a child along: お子さん連れ可, 抱っこしたままどうぞ."""
    return bool(_ALONG.search(entry.description))


def is_about_siblings(entry: CourseEntry) -> bool:
    """Whether a lecture for parents means those of several children."""
    return any(word in _said(entry) for word in lexicon.audience_words("siblings"))


def _ages_by_matter(text: str) -> tuple[int, int] | None:
    """How old the children are whose parents a text is for, by what it is about: all that is a parent's matter alone,
    else the first that may be one."""
    about = [matter for matter in lexicon.upbringing() if any(word in text for word in matter.said)]
    sure = [matter.ages for matter in about if matter.parents_alone]
    if sure:
        return min(low for low, _ in sure), max(high for _, high in sure)
    return about[0].ages if about else None


def hinted_ages(entry: CourseEntry) -> tuple[int, int | None]:
    """The years that a course mentions which states no ages, and does not say that all may come: in doubt it is for
    these; else all. Not for what is for parents, whose text tells the ages of children."""
    if entry.min_age is not None or entry.max_age is not None or _is_for_all(entry):
        return 0, None
    text = _BRACKETS.sub("", _CHILDCARE.sub("", f"{entry.title}。{entry.description}"))
    ages = hull(read_ages(spelled_out(plain(text)), by_resident=False))
    if ages is not None:
        return ages.low or 0, ages.high
    return next((years for said, years in _HINTS if said.search(entry.title)), (0, None))


def _is_for_all(entry: CourseEntry) -> bool:
    return is_open(entry) or {"infant", "senior"} <= set(entry.life_stages)


def is_for_many(entry: CourseEntry) -> bool:
    """Whether a course is for a group that many belong to, though not everybody (women, who seeks work …)."""
    return not is_open(entry) and names(entry, lexicon.audience_words("many"))


def _said(entry: CourseEntry) -> str:
    return f"{entry.title} {entry.target_text or ''}"
