"""Reading a municipal announcement: every fact that its text states, and doubts where it is not clear."""

import re
from zoneinfo import ZoneInfo

from catalog.civil_time import as_local
from catalog.models.course import CapacityUnit, CourseKind
from catalog.reading.access import read_access, without_services
from catalog.reading.applying import Applying, read_applying
from catalog.reading.capacity import Capacity, read_capacity
from catalog.reading.facts import Announcement, Facts
from catalog.reading.fees import Fee, read_fee
from catalog.reading.fields import read_fields
from catalog.reading.kinds import read_kind
from catalog.reading.life_stages import life_stages
from catalog.reading.normalise import plain
from catalog.reading.sections import Topic, without_topics
from catalog.reading.target import Target, read_target

_MOST_READ = 3_000  # characters of one column; what follows is small print
_SPACED_LABEL = re.compile(r"^([一-龠]) ([一-龠])(?= )")  # 対　象　一般
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
    fee = read_fee(
        "、".join(filter(None, (text["fee_basic"], text["fee_detail"]))),
        "\n".join(filter(None, (body, text["apply_method"], text["capacity"]))),
    )
    capacity = read_capacity(text["capacity"], body)
    applying = read_applying(
        method="\n".join(filter(None, (text["apply_method"], text["capacity"]))),
        body=without_topics(body, Topic.WHEN, Topic.WHERE),
        season=season,
        zone=zone,
    )
    access = read_access(everything, childcare=text["childcare"], online=text["online"], venue=text["venue"])
    kind = read_kind(text["title"], text["category"])
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
        fields=read_fields(text["title"], body, text["category"]) if kind is CourseKind.COURSE else (),
        life_stages=life_stages(
            ages,
            parent_child=target.parent_child,
            for_carers=target.for_carers,
            general=target.general,
            anybody=target.anybody,
        ),
        doubts=_doubts(target, fee, capacity, applying),
    )


_SAID = ("title", "description", "remarks", "schedule", "target", "capacity", "apply_method")
_COLUMNS = (
    *("title", "description", "schedule", "target", "fee_basic", "fee_detail", "capacity", "apply_method"),
    *("remarks", "category", "childcare", "online", "venue"),
)


def _plain_lines(text: str) -> str:
    """Every line by itself, so that a line's end still ends what it says."""
    lines = (_SPACED_LABEL.sub(r"\1\2", plain(line)) for line in text[:_MOST_READ].splitlines())
    return "\n".join(filter(None, lines))


def _belongings(body: str) -> str | None:
    match = _BELONGINGS.search(body) or _BRING.search(body)
    return match["body"].strip(" :・、") or None if match else None


def _doubts(target: Target, fee: Fee, capacity: Capacity, applying: Applying) -> tuple[str, ...]:
    doubts = []
    ages = target.ages
    if ages and ages.low is not None and ages.high is not None and ages.low > ages.high:
        doubts.append(f"対象年齢が「{ages.low}歳から{ages.high}歳」と読めました。逆ではありませんか。")
    if fee.doubtful:
        doubts.append(f"料金がいくつか書かれています。「{fee.yen}円」と読みました。")
    if applying.apply_from and applying.apply_until and applying.apply_from > applying.apply_until:
        doubts.append("申込の開始が締切より後になっています。")
    if target.parent_child and capacity.count and capacity.unit is CapacityUnit.PERSON and capacity.count % 2:
        doubts.append(f"親子の講座で定員が{capacity.count}人です。組数かもしれません。")
    return tuple(doubts)
