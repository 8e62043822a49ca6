"""The words of every refusal: what is not possible, and why, in the course's own terms."""

from catalog import eligibility
from catalog.eligibility import Fact, Missing, Refusal, RefusalCode
from catalog.models import CourseRules, Gender, Person
from catalog.people import age_on, grades_on
from catalog.search.entry import CourseEntry
from handlers import cards, wording
from handlers.locales import _

_SOON = 5  # years until which a child is told how long to wait

# Where somebody at the counter may know more, or decide otherwise.
_CALL = (
    RefusalCode.CLOSED,
    RefusalCode.NOT_OF_THE_CITY,
    RefusalCode.WRONG_GENDER,
    RefusalCode.NOT_IN_SERIES,
    RefusalCode.NOT_FIRST_TIME,
    RefusalCode.TOO_LATE_TO_CANCEL,
    RefusalCode.CHILDCARE_FULL,
)


def why_not(
    setting: cards.Setting,
    course: CourseEntry,
    refusal: Refusal,
    person: Person | None,
    rules: CourseRules | None = None,
    *,
    phone: str = "",
) -> str:
    """What and why, for a resident as for the counter; and whom to call where that helps.

    `person` is the one of the party who is the reason, `phone` the city's where the course names none.
    """
    rules = rules or CourseRules(course_id=course.id)
    words = _of_course(setting, course, refusal.code, rules)
    if not words and person is not None:
        words = _of_person(setting, course, refusal.code, person, rules)
    words = words or _("この講座は、いま申込を受け付けていません。")
    contact = cards.contact(course) or phone
    if refusal.code in _CALL and contact:
        words += "\n" + _("ご相談は {contact} へどうぞ。").format(contact=contact)
    return words


def asked(missing: Missing) -> str:
    """What must be told first, as one word for the counter."""
    return {Fact.BELONGING: _("在住・在勤・在学"), Fact.GENDER: _("性別")}[missing.fact]


def _of_course(setting: cards.Setting, course: CourseEntry, code: RefusalCode, rules: CourseRules) -> str:
    """What has nothing to do with who applies; empty for the rest."""
    match code:
        case RefusalCode.TOO_MANY if course.capacity is not None:
            return _("この講座の定員は{capacity}です。人数を分けて申し込めます。").format(
                capacity=cards.capacity(course, None)
            )
        case RefusalCode.NOT_OPEN_YET if course.apply_from is not None:
            opening = wording.moment(course.apply_from, setting.zone)
            return _("申込は{opening}から始まります。").format(opening=opening)
        case RefusalCode.CLOSED if course.apply_until is not None:
            until = wording.deadline(course.apply_until, setting.zone)
            return _("申込は{until}でしめきりました。").format(until=until)
        case RefusalCode.TOO_LATE_TO_CANCEL if rules.cancel_until is not None:
            until = wording.deadline(rules.cancel_until, setting.zone)
            return _("ここでの取り消しは{until}まででした。お電話で承ります。").format(until=until)
    return _plain(code)


def _plain(code: RefusalCode) -> str:
    sentences = {
        RefusalCode.CANCELLED: _("残念ながら、この講座は中止になりました。"),
        RefusalCode.CLOSED: _("申込はしめきり、抽選に入りました。"),
        RefusalCode.FINISHED: _("この講座は終わりました。"),
        RefusalCode.NO_REGISTRATION: _("この講座は申込がいりません。当日、直接会場へどうぞ。"),
        RefusalCode.NO_CHILDCARE: _("この講座に保育はありません。"),
        RefusalCode.CHILDCARE_FULL: _("保育は定員になりました。"),
        RefusalCode.FULL: _("ちょうど席がうまりました。"),
        RefusalCode.OTHERS_WAIT: _("待っている方がいるため、この申込の人数はふやせません。"),
        RefusalCode.PARTY_FULL: _("この申込は、もういっぱいです。"),
        RefusalCode.ALREADY_IN: _("その方は、この講座にもう申し込まれています。"),
    }
    return sentences.get(code, "")


def _of_person(
    setting: cards.Setting, course: CourseEntry, code: RefusalCode, person: Person, rules: CourseRules
) -> str:
    """What one of the party is the reason for; empty for the rest."""
    if code in (RefusalCode.TOO_YOUNG, RefusalCode.TOO_OLD):
        return _wrong_age(setting, course, person, rules)
    if code in (RefusalCode.GRADE_TOO_LOW, RefusalCode.GRADE_TOO_HIGH):
        return _wrong_grade(setting, course, person, rules)
    return _personal(code).format(
        who=wording.name_of(person),
        series=wording.inner(rules.series or course.title),
        city=wording.residency(course.residency),
        gender={Gender.FEMALE: _("女性"), Gender.MALE: _("男性")}.get(rules.gender or Gender.OTHER, ""),
        in_series=rules.quota_per_series,
        in_year=rules.quota_per_year,
        childcare=wording.ages(rules.childcare_min_age, rules.childcare_max_age),
    )


def _personal(code: RefusalCode) -> str:
    """The sentence for a rule, with places for what it is about."""
    childcare = _("この講座の保育は{childcare}のお子さんが対象で、{who}の年齢とは合いません。")
    sentences = {
        RefusalCode.NOT_OF_THE_CITY: _("この講座は{city}が対象で、{who}はうかがった内容ではあてはまりません。"),
        RefusalCode.WRONG_GENDER: _("この講座は{gender}が対象で、{who}はあてはまりません。"),
        RefusalCode.NEEDS_CARER: _("親子で参加する講座です。{who}は保護者の方といっしょに申し込めます。"),
        RefusalCode.NEEDS_CHILD: _("親子で参加する講座です。お子さんといっしょに申し込めます。"),
        RefusalCode.NOT_FIRST_TIME: _("この講座は初めての方が対象で、{who}は前に参加しています。"),
        RefusalCode.NOT_IN_SERIES: _("この講座は「{series}」のほかの講座に参加した方が対象です。"),
        RefusalCode.SERIES_QUOTA: _("「{series}」はお一人{in_series}講座までで、{who}はもう申し込んでいます。"),
        RefusalCode.YEAR_QUOTA: _(
            "「{series}」は年度(4月〜3月)ごとにお一人{in_year}講座までで、{who}はもう申し込んでいます。"
        ),
        RefusalCode.CHILDCARE_TOO_YOUNG: childcare,
        RefusalCode.CHILDCARE_TOO_OLD: childcare,
    }
    return sentences.get(code, "")


def _wrong_age(setting: cards.Setting, course: CourseEntry, person: Person, rules: CourseRules) -> str:
    """Whom the course is for, who is not of that age, and how long a child still has to wait."""
    age = age_on(person, eligibility.reference_day(course, now=setting.now, zone=setting.zone, rules=rules))
    who, target = _called(setting, person), cards.target(course, short=True)
    if age.high is not None and course.min_age is not None and age.high < course.min_age:
        years = course.min_age - age.high
        if years <= _SOON:
            return _("この講座は{target}が対象です。{who}は、あと{n}年ほどで参加できます。").format(
                target=target, who=who, n=years
            )
    return _("この講座は{target}が対象で、{who}の年代とは合いません。").format(target=target, who=who)


def _wrong_grade(setting: cards.Setting, course: CourseEntry, person: Person, rules: CourseRules) -> str:
    """The same for school grades: from which school year on a child is old enough."""
    asked = eligibility.grades_of(course, rules)
    day = eligibility.reference_day(course, now=setting.now, zone=setting.zone, rules=rules)
    grade = grades_on(person, day)
    own = rules.min_grade is not None or rules.max_grade is not None
    target = wording.grades(rules.min_grade, rules.max_grade) if own else cards.target(course, short=True)
    who = _called(setting, person)
    if asked is not None and asked.low is not None and grade.high is not None and grade.high < asked.low:
        years = asked.low - grade.high
        if years <= _SOON:
            this_year = eligibility.fiscal_year(cards.today(setting))
            when = eligibility.fiscal_year(day) + years
            since = _("来年度") if when == this_year + 1 else _("{year}年4月").format(year=when)
            return _("この講座は{target}が対象で、{who}は{since}から参加できます。").format(
                target=target, who=who, since=since
            )
    if grade.low is not None and grade.low >= 1 and grade.low == grade.high and grade.low <= 12:
        return _("この講座は{target}が対象で、{who}の学年とは合いません。").format(target=target, who=who)
    return _("この講座は{target}が対象で、{who}の年代とは合いません。").format(target=target, who=who)


def _called(setting: cards.Setting, person: Person) -> str:
    """はるさん(小2), さくらさん(3歳); ご自身 alone, for they know their age."""
    who = wording.name_of(person)
    if not person.nickname:
        return who
    grade, age = grades_on(person, cards.today(setting)), age_on(person, cards.today(setting))
    if grade.low is not None and grade.low == grade.high and 1 <= grade.low <= 12:
        return f"{who}({wording.grade(grade.low, short=True)})"
    return f"{who}({wording.ages(age.low, age.high)})" if age.known else who
