"""School grades (学年) in what an announcement says of its target: only where grades are all that it says.

小学3〜4年生 is two grades, and a child of eight may be in neither; as ages (`reading.ages`) they are 8 to 10. Beside
anything else (年長〜小3, 中学生・一般, 10歳以上の小学生) ages are what counts, and nothing is read here.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from catalog.reading.ages import spelled_out
from catalog.reading.normalise import plain
from catalog.reading.target import without_asides


@dataclass(frozen=True, slots=True)
class Grades:
    """Inclusive grades, 1–6 小学, 7–9 中学, 10–12 高校; None is open."""

    low: int | None
    high: int | None


_FIRST = {"小": 1, "中": 7, "高": 10}
_LAST = {"小": 6, "中": 9, "高": 12}
_YEARS = {"小": 6, "中": 3, "高": 3}
_SCHOOL = r"小学校?|中学校?|高等学校|高校|小|中|高"
_ATOM = rf"(?:{_SCHOOL})\s?[1-6](?:\s?年生?)?|小中高(?:校)?生|小中学?生|中高生|小学生|中学生|高校生"
_BETWEEN = r"\s?(?:~|-|から|・|,|、|と|及び|および|または|又は|か)\s?"
_LIVING = r"(?:在住|在学|在勤|居住|お住まい|通学)"
_BEFORE = (
    rf"(?:対象\s?:?\s?)?(?:[^\d小中高]{{0,10}}{_LIVING}"
    rf"(?:\s?(?:・|、|,|/|または|又は|及び|および|か)?\s?{_LIVING})*(?:する|している)?(?:の方で、?|の|で、?|、)?\s?)?"
)
_AFTER = (
    r"(?:の?(?:児童・生徒|児童|生徒|子ども|子供|こども|お子さん|お子様|子|方|人|男女|親子))?"
    r"(?:(?:とその|及びその|と|及び|および|、|・)(?:保護者|親|大人|家族)(?:の方)?)?"
)
_GRADES = re.compile(
    rf"{_BEFORE}(?P<grades>(?:{_ATOM})(?:{_BETWEEN}(?:{_ATOM}))*)(?P<bound>以上|以下|まで)?{_AFTER}[。.]?"
)


@lru_cache(maxsize=4096)
def read_grades(target: str) -> Grades | None:
    """The grades that a 対象 names, from the lowest to the highest; None where it says anything beside grades."""
    match = _GRADES.fullmatch(without_asides(spelled_out(plain(target))).strip())
    if match is None:
        return None
    spans = [_span(atom) for atom in re.findall(_ATOM, match["grades"])]
    if None in spans:
        return None
    known = [span for span in spans if span is not None]
    low, high = min(span[0] for span in known), max(span[1] for span in known)
    match match["bound"]:
        case "以上":
            return Grades(low, None)
        case "以下" | "まで":
            return Grades(None, high)
    return Grades(low, high)


def _span(atom: str) -> tuple[int, int] | None:
    """The grades of one atom; None for one that no school has (中学5年)."""
    schools = [sign for sign in atom if sign in _FIRST]
    year = re.search(r"\d", atom)
    if year is None:
        return _FIRST[schools[0]], _LAST[schools[-1]]
    if int(year[0]) > _YEARS[schools[0]]:
        return None
    grade = _FIRST[schools[0]] + int(year[0]) - 1
    return grade, grade
