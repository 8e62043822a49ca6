"""Reading a municipal announcement: every fact that its text states, and doubts where it is not clear."""

import re
from zoneinfo import ZoneInfo

from catalog.civil_time import as_local
from catalog.models.course import CourseKind
from catalog.reading.access import read_access, without_services
from catalog.reading.applying import read_applying
from catalog.reading.capacity import read_capacity
from catalog.reading.clauses import clauses
from catalog.reading.doubts import contradicted, unlikely
from catalog.reading.facts import Announcement, Facts
from catalog.reading.fees import Fee, read_fee
from catalog.reading.fields import read_fields
from catalog.reading.kinds import read_kind
from catalog.reading.life_issues import read_life_issues
from catalog.reading.life_stages import STAGES, life_stages
from catalog.reading.normalise import plain
from catalog.reading.sections import Topic, without_topics
from catalog.reading.target import Target, read_target

HELPING = (CourseKind.COURSE, CourseKind.CONSULTATION)  # with a field of learning or an issue of life
_MOST_READ = 3_000  # characters of one column; what follows is small print
_SPACED_LABEL = re.compile(r"^([一-龠]) ([一-龠])(?= )")  # 対　象　一般
_RUBY = re.compile(r"(?<=[一-龠々])\([ぁ-ゖー]+\)")  # 外国人(がいこくじん)の方(かた)
_BELONGINGS = re.compile(r"(?:【?持ち?物】?|持参品|持参する物|用意するもの)\s?[:：は・/]?\s*(?P<body>[^。\n【◇◆■●]+)")
_BRING = re.compile(r"(?:^|[。\n、※(])\s?(?P<body>[^。\n、※()]{1,20}?)を?(?:ご?持参)")


def read_announcement(announcement: Announcement, *, zone: ZoneInfo) -> Facts:
    """The facts of an announcement. Reads any text; what is not stated stays None or False."""
    text = {name: _plain_lines(getattr(announcement, name)) for name in _COLUMNS}
    everything = "\n".join(text[name] for name in _SAID if text[name])
    text |= {name: without_services(text[name]) for name in _SAID if name != "title"}
    body = "\n".join(filter(None, (text["description"], text["remarks"], text["schedule"])))
    season = as_local(announcement.season, zone).date() if announcement.season else None

    target = read_target(title=text["title"], target=text["target"], body=body, counted=text["capacity"])
    fee_columns = "、".join(filter(None, (text["fee_basic"], text["fee_detail"])))
    fee = read_fee(
        fee_columns,
        "\n".join(filter(None, (body, text["apply_method"], text["capacity"]))),
    )
    if fee.yen is None and "無料" in text["title"]:
        fee = Fee(0)
    capacity = read_capacity(text["capacity"], body)
    applying = read_applying(
        method="\n".join(filter(None, (text["apply_method"], text["capacity"]))),
        body=without_topics(body, Topic.WHEN, Topic.WHERE),
        season=season,
        zone=zone,
    )
    access = read_access(everything, childcare=text["childcare"], online=text["online"], venue=text["venue"])
    kind, about = read_kind(text["title"], text["category"]), _subject(body)
    ages = target.ages
    return Facts(
        kind=kind,
        min_age=ages.low if ages else None,
        max_age=ages.high if ages else None,
        parent_child=target.parent_child,
        residency=target.residency,
        capacity=capacity.count,
        capacity_unit=capacity.unit,
        selection=applying.selection,
        registration_needed=applying.needed,
        apply_from=applying.apply_from,
        apply_until=applying.apply_until,
        fee_yen=fee.yen,
        childcare=access.childcare,
        online=access.online,
        wheelchair=access.wheelchair,
        sign_language=access.sign_language,
        belongings=_belongings(body),
        target=target.text,
        fields=read_fields(text["title"], about, text["category"]) if kind in HELPING else (),
        life_stages=_life_stages(target),
        life_issues=read_life_issues(text["title"], about) if kind in HELPING else (),
        doubts=(
            *unlikely(target, fee, capacity, applying),
            *contradicted({"target": text["target"], "capacity": text["capacity"], "fee": fee_columns}, body),
        ),
    )


def _life_stages(target: Target) -> tuple[str, ...]:
    if target.groups:
        touched = {code for one in target.groups for code in life_stages(one.ages, parent_child=one.together)}
        return tuple(code for code, _, _ in STAGES if code in touched)
    return life_stages(
        target.ages,
        parent_child=target.parent_child,
        for_carers=target.for_carers,
        general=target.general,
        anybody=target.anybody,
    )


_SAID = ("title", "description", "remarks", "schedule", "target", "capacity", "apply_method")
_COLUMNS = (
    *("title", "description", "schedule", "target", "fee_basic", "fee_detail", "capacity", "apply_method"),
    *("remarks", "category", "childcare", "online", "venue"),
)


def _plain_lines(text: str) -> str:
    """Every line by itself, so that a line's end still ends what it says."""
    lines = (_SPACED_LABEL.sub(r"\1\2", _RUBY.sub("", plain(line))) for line in text[:_MOST_READ].splitlines())
    return "\n".join(filter(None, lines))


_NOT_SUBJECT = (Topic.TARGET, Topic.CAPACITY, Topic.FEE, Topic.APPLY, Topic.WHEN, Topic.WHERE)
_ARRANGEMENT = re.compile(
    r"申込|申し込|予約|電話|メール|フォーム|ホームページ|はがき|ハガキ|先着|抽選|定員|\d+[人名組]|円|無料|費用|参加費|持ち?物|持参|服装"
    r"|対象|在住|在勤|[歳代]以上|保護者|駐車|電子申請|講師|問い?合わ?せ|中止|決行"
)


def _subject(body: str) -> str:
    """The text without what it says of arrangements: メールで申し込み is about no computers."""
    kept = (one for one in clauses(without_topics(body, *_NOT_SUBJECT)) if not _ARRANGEMENT.search(one))
    return "。".join(kept)


def _belongings(body: str) -> str | None:
    match = _BELONGINGS.search(body) or _BRING.search(body)
    return match["body"].strip(" :・、") or None if match else None
