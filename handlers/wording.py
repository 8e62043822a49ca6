"""How facts are said: dates, money, ages, courses' conditions. One place, so that every topic says them alike."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import jpholiday

from catalog.models import CapacityUnit, Person, Residency, Selection
from catalog.search.entry import CourseEntry, SessionEntry
from handlers.locales import _

_WEEKDAYS = "月火水木金土日"


def day(value: date) -> str:
    """12月5日(土), with 祝 on holidays."""
    holiday = "・祝" if jpholiday.is_holiday(value) else ""
    return f"{value.month}月{value.day}日({_WEEKDAYS[value.weekday()]}{holiday})"


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """10:00, on the city's clock."""
    local = moment.astimezone(zone)
    return f"{local.hour}:{local.minute:02d}"


def moment(value: datetime, zone: ZoneInfo) -> str:
    """12月5日(土) 10:00."""
    return f"{day(value.astimezone(zone).date())} {clock(value, zone)}"


def deadline(value: datetime, zone: ZoneInfo) -> str:
    """12月5日(土) 17:00まで; a deadline at the end of a day is said as the day alone."""
    local = value.astimezone(zone)
    if (local.hour, local.minute) >= (23, 59):
        return day(local.date())
    return moment(value, zone)


def relative_day(value: date, today: date) -> str:
    """きょう, あした, あさって, or an empty text: said beside the date, never instead of it."""
    return {0: _("きょう"), 1: _("あした"), 2: _("あさって")}.get((value - today).days, "")


def session(entry: SessionEntry, zone: ZoneInfo) -> str:
    """12月5日(土) 10:00〜11:30; the day alone where no time is known."""
    local = entry.starts_at.astimezone(zone)
    if entry.all_day:
        return day(local.date())
    if entry.ends_at is None:
        return f"{moment(entry.starts_at, zone)}〜"
    end = entry.ends_at.astimezone(zone)
    if end.date() == local.date():
        return f"{moment(entry.starts_at, zone)}〜{clock(entry.ends_at, zone)}"
    return f"{moment(entry.starts_at, zone)}〜{moment(entry.ends_at, zone)}"


def money(yen: int) -> str:
    """500円, or 無料."""
    return _("無料") if yen == 0 else _("{yen:,}円").format(yen=yen)


def ages(min_age: int | None, max_age: int | None) -> str:
    """65歳以上, 6〜9歳, 12歳まで, どなたでも."""
    match min_age, max_age:
        case None, None:
            return _("どなたでも")
        case int(), None:
            return _("{age}歳以上").format(age=min_age)
        case None, int():
            return _("{age}歳まで").format(age=max_age)
        case low, high if low == high:
            return _("{age}歳").format(age=low)
        case low, high:
            return _("{low}〜{high}歳").format(low=low, high=high)


_SCHOOLS = ((10, "高校", "高"), (7, "中学", "中"), (1, "小学", "小"))


def grade(number: int, *, short: bool = False) -> str:
    """小学3年生, or 小3: a grade of Japanese schools, 1 to 12."""
    first, school, sign = next(known for known in _SCHOOLS if number >= known[0])
    year = number - first + 1
    return f"{sign}{year}" if short else _("{school}{year}年生").format(school=school, year=year)


def grades(low: int | None, high: int | None) -> str:
    """小学3年生〜小学4年生, 小学3年生以上, 小学2年生まで."""
    if low is None:
        return _("どなたでも") if high is None else _("{grade}まで").format(grade=grade(high))
    if high is None:
        return _("{grade}以上").format(grade=grade(low))
    return grade(low) if low == high else f"{grade(low)}〜{grade(high)}"


def inner(title: str) -> str:
    """A title as it stands within 「」: its own quotes become 『』, as in 「ふしぎ実験ラボ『空気のちから』」."""
    return title.replace("「", "『").replace("」", "』")


_TITLED = ("さん", "ちゃん", "くん", "君", "さま", "様", "パパ", "ママ", "ばあば", "じいじ")


def called(nickname: str) -> str:
    """はるさん; うみちゃん, お母さん and ばあば are called just that."""
    return nickname if nickname.endswith(_TITLED) else _("{name}さん").format(name=nickname)


def name_of(someone: Person) -> str:
    """はるさん, or ご自身 for the resident."""
    return called(someone.nickname) if someone.nickname else _("ご自身")


def friend(nickname: str, people: int = 1) -> str:
    """みきさん, みきさんたち2人, お友だち, お友だち2人: others in a party, as they wish to be called."""
    name = called(nickname) if nickname else _("お友だち")
    if people < 2:
        return name
    return (_("{name}たち{n}人") if nickname else _("{name}{n}人")).format(name=name, n=people)


def residency(kind: Residency) -> str:
    """市内在住の方: whom a course is for, as to where they live, work or learn."""
    return {
        Residency.RESIDENTS: _("市内在住の方"),
        Residency.RESIDENTS_OR_WORKERS_OR_STUDENTS: _("市内在住・在勤・在学の方"),
        Residency.NONE: _("どなたでも"),
    }[kind]


def unit(kind: CapacityUnit) -> str:
    """人, 組 or 家族: how a course counts its places."""
    return {CapacityUnit.PERSON: _("人"), CapacityUnit.PAIR: _("組"), CapacityUnit.FAMILY: _("家族")}[kind]


def selection(entry: CourseEntry) -> str:
    """先着, 抽選, 申込不要, 申込不要・当日先着, or 申込方法は要確認 where the announcement does not say."""
    if entry.registration_needed is False:
        return _("申込不要・当日先着") if entry.selection is Selection.FIRST_COME else _("申込不要")
    if entry.selection is Selection.FIRST_COME:
        return _("先着")
    if entry.selection is Selection.LOTTERY:
        return _("抽選")
    return _("申込方法は要確認")
