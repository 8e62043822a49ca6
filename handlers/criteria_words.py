"""Saying what was understood, so that a misreading is seen at once: 「12月の土日・無料・小学生」."""

from datetime import date

from catalog.reading.life_issues import life_issue_names
from catalog.search.criteria import Criteria, Feature, TimeOfDay
from handlers import wording
from handlers.locales import _

_LONGEST = 20  # characters of words that are said back; a longer text is a story


def describe(criteria: Criteria) -> str:
    """All slots and the subject, joined by ・; empty for empty criteria."""
    parts = [
        *(_days(first, last) for first, last in criteria.dates[:2]),
        _weekdays(criteria.weekdays),
        "・".join(_time(value) for value in criteria.time_of_day),
        "・".join(criteria.places),
        "" if criteria.ages is None else wording.ages(*criteria.ages),
        _fee(criteria.max_fee),
        *(_feature(value) for value in criteria.features),
        *(life_issue_names().get(code, "") for code in criteria.issues),
        _shortened(criteria.words),
        *(_("{word}以外").format(word=word) for word in criteria.not_words),
    ]
    return "・".join(part for part in parts if part)


def _shortened(words: str) -> str:
    """A long sentence is not said back in full."""
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"


def is_a_story(criteria: Criteria) -> bool:
    """Whether the words tell so much that saying them back would be no kindness."""
    return len(criteria.words) > _LONGEST


def _days(first: date, last: date | None) -> str:
    if last is None:
        return _("{day}から").format(day=wording.day(first))
    if first == last:
        return wording.day(first)
    return f"{wording.day(first)}〜{wording.day(last)}"


def _weekdays(days: tuple[int, ...]) -> str:
    if tuple(sorted(days)) == (5, 6):
        return _("土日")
    if tuple(sorted(days)) == (0, 1, 2, 3, 4):
        return _("平日")
    return "・".join(_("{day}曜").format(day="月火水木金土日"[number]) for number in sorted(days))


def _time(value: TimeOfDay) -> str:
    return {TimeOfDay.MORNING: _("午前"), TimeOfDay.AFTERNOON: _("午後"), TimeOfDay.EVENING: _("夜")}[value]


def _fee(max_fee: int | None) -> str:
    if max_fee is None:
        return ""
    return _("無料") if max_fee == 0 else _("{money}まで").format(money=wording.money(max_fee))


def _feature(value: Feature) -> str:
    return {
        Feature.CHILDCARE: _("保育あり"),
        Feature.ONLINE: _("オンライン"),
        Feature.WHEELCHAIR: _("車いす可"),
        Feature.SIGN_LANGUAGE: _("手話通訳"),
        Feature.PARENT_CHILD: _("親子"),
        Feature.BEGINNER: _("初心者むけ"),
        Feature.NO_REGISTRATION: _("申込不要"),
    }[value]
