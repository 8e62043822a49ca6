"""Whom an announcement is for: ages, parent and child, residency. What is said of carers is not the learner's age."""

import re
from dataclasses import dataclass

from catalog.models.course import Residency
from catalog.reading.ages import Ages, hull, read_ages, spelled_out
from catalog.reading.audience import read_audience, says_anybody
from catalog.reading.groups import groups_of
from catalog.reading.normalise import plain
from catalog.reading.sections import Topic, behind
from catalog.reading.spans import Found

_CARER = r"(?:保護者|母親|父親|父母|両親|親御さん|お母さん|お父さん|ママ|パパ|親|祖父母|おうちの(?:人|方|かた))"
# Who must come along, who may not, and what holds only for some: no limit of the course itself.
_REMARK = r"歓迎|が多く|の方が多い|中心です|参加してい|待ってい|お待ちし|活躍"
_IF_SEATS_ARE_LEFT = re.compile(r"[^。\n\s]{0,20}(?:定員に(?:満た|達しな|空き)|空きがある(?:場合|とき))[^。\n]*")
_IN_BRACKETS = re.compile(
    rf"\([^()]{{0,60}}(?:保護者|同伴|付き添い|付添|要相談|除く|不可|可|優先|含む|まで参加|{_REMARK})[^()]{{0,60}}\)"
)
_ASIDE = re.compile(
    r"[^。、,※\n]{0,30}(?:未満|以下|小学生|未就学児|幼児|\d年生|\d歳|中学生)(?:の方|の子|の場合)?(?:は|の参加は|には|のみ)[^。※\n]{0,30}(?:同伴|付き添い|付添|一緒|帯同|送迎|要|必要|不可|入室|ご遠慮|ください|ません)[^。※\n]{0,30}"
    r"|[^。、,(※\n]{0,30}を除く(?=\d)"
    r"|[^。、,(※\n]{0,30}(?:除く|不可|ご遠慮|優先)[^。、,※\n]{0,30}"
    rf"|[^。、,(※\n]{{0,30}}(?:も大?歓迎|{_REMARK})[^。、,※\n]{{0,20}}"
)
# Families as a subject: 親子で話すために, 親子関係.
_FAMILY_LIFE = re.compile(
    r"親子(?:で(?:話|語|考え)[^。、)」]{0,8}(?:ため|きっかけ|ヒント|こつ|コツ)|関係|の(?:関係|会話|対話|絆|きずな|コミュニケーション))"
)
_TOGETHER = re.compile(
    rf"親子|(?:と|及び|および|とその|、|・|＆|&)\s?(?:その|同伴の)?{_CARER}(?!の(?!方|\d人|ペア|組)|向け|対象)|保護者(?:同伴|とお?子|と一緒)|子ども?と{_CARER}|{_CARER}と(?:お?子|未就学|乳幼児|小学生|幼児)"
    r"|おや子|親とその子|パパと|ママと|赤ちゃんと一緒"
    r"|(?:お母さん|お父さん|母親|父親|保護者)と(?:赤ちゃん|お子さん|子ども|こども|子(?![育供])|乳児|幼児)"
    r"|(?:子ども?|子供|こども|お子さん|お子様|児|生|赤ちゃん|孫)(?:\([^()]{0,20}\))?と(?:その)?ご?家族"
    r"|(?:子ども?|子供|こども|お子さん|お子様|児)(?:が|の)いるご?(?:家族|家庭|世帯)"
    r"|(?:子ども?|子供|こども|お子さん|お子様|児|生|孫)(?:を含む|を(?:お?持|も)つ|と大人の)\s?(?:ペア|組|ご?家族|グループ|\d人)"
)
_CHILD = r"(?:児|生|子|お子さん|お子様|子ども|子供|こども|歳|か月|就学前|未満|年長|年中|年少|双子|赤ちゃん)"
_RAISING = (
    r"(?:を(?:お持ちの|持つ|育てる|育てている|子育て中の|育児中の|養育(?:する|中の|している))"
    r"|の(?:いる|育児中の|子育て中の)|がいる|をお連れの)"
)
_FOR_CARERS = re.compile(
    rf"{_CHILD}(?:の(?:子ども?|お子さん|方))?(?:\([^()]{{0,20}}\))?"
    rf"(?:の(?:[^、。()]{{0,8}}が気になる)?{_CARER}|{_RAISING}(?:子育て中の)?(?:{_CARER}|方|人|女性|男性|ご?夫婦))"
    rf"|(?:子育て|育児)中の(?:{_CARER}|方|人|女性|男性)"
)
_CARERS_BESIDE_CARERS = re.compile(
    rf"(?P<carer>{_CARER}|夫婦|ひとり)(?:(?:[、・]|と|や|または)(?:その)?(?:{_CARER}|夫婦))+"
)
_CARERS_ALONE = re.compile(
    r"子育て中|妊娠|妊婦|産後|出産(?:後|予定|を控え|前)|育児休業|育休|祖父母|保護者|母親|父親|お母さん|お父さん|親御さん"
)
_GATHERING = re.compile(r"集い|つどい|ひろば|広場|交流会|(?:あそび|遊び)(?!方|かた)|あそぼう|遊ぼう|さんぽ|散歩")
_LECTURE = re.compile(r"講座|講演|セミナー|教室|学級|相談|講習|学習会")
_AFTER_BIRTH = re.compile(r"産後\s?\d+[^。、]*|妊娠\d+[^。、]*|産後[^。、]*|出産後[^。、]*")
_SINCE_BIRTH = re.compile(r"産後(?=\s?\d)")  # of mother and child, the child's age
_LIVING = r"(?:在住|居住|お住まい|住所を有|住民|住む)"
_WORKING = r"(?:在勤|勤務|通勤|在職|在学|通学|通う)"
# Who acts in the course, rather than who may come to it.
_PERFORMS = re.compile(
    r"先生|講師|演奏|奏者|話者|出演|作家|画家|写真家|出身|音楽好き|講演|指導|教え|による|体験した|証言|団体|案内人|語り手|読み手"
)
_LIMITED = re.compile(r"限[りるっ定]|のみ|対象|条件")
_BROUGHT = re.compile(r"親子(?:で(?!の参加も)|参加|向け|を対象|対象)|保護者(?:同伴|と一緒)")
_IN_PAIRS = re.compile(r"親子(?:で(?!の参加も)|\d+組|ペア)|(?:保護者|お?子さん|赤ちゃん)と一緒に")
_BABY = Ages(0, 1)
_HINT = re.compile(r"(?:対象|向け|のための|限定)")


@dataclass(frozen=True, slots=True)
class Group:
    """One of several groups of people that a 対象 names."""

    ages: Ages
    together: bool  # a parent comes along


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """`ages` None: nobody is named. `for_carers`: something for parents or other carers, which has no ages.

    `groups` are those of a 対象 that names several, none where it names one; `ages` go from the youngest to the oldest.
    """

    text: str | None = None
    ages: Ages | None = None
    parent_child: bool = False
    residency: Residency = Residency.NONE
    for_carers: bool = False
    general: bool = False  # 一般
    anybody: bool = False  # どなたでも
    groups: tuple[Group, ...] = ()


def read_target(*, title: str, target: str, body: str, counted: str = "") -> Target:
    """Reads plain texts: the title, the column 対象 (empty where there is none), all the rest, and the column 定員.

    Who is named under a label goes before who is named in running text, and both before the title.
    """
    title, body = _FAMILY_LIFE.sub("", title), _FAMILY_LIFE.sub("", body)
    labelled = target or behind(body, Topic.TARGET)
    audience = read_audience(f"{body}\n{counted}")
    said = labelled or audience.words
    text = _CARERS_BESIDE_CARERS.sub(r"\g<carer>", spelled_out(said))
    carers = _for_carers_only(text)
    together = (
        bool(_TOGETHER.search(without_asides(text)))
        or ("親子" in title and not carers)
        or (carers and bool(_GATHERING.search(title)) and not _LECTURE.search(title))
    )
    ages = _ages(text, together=together)
    groups = read_groups(said)
    if groups:
        ages, together, carers = _whole(groups), any(group.together for group in groups), False
    for_carers = ages is None and not groups and (carers or bool(_CARERS_ALONE.search(without_asides(text))))
    if ages is None and not labelled and not for_carers and not groups:
        ages = _ages_from_title(title) or _ages_from_body(body)
        together = together or bool(_BROUGHT.search(without_asides(body)))
    elif ages and ages.of_children and not carers:
        together = together or bool(_IN_PAIRS.search(f"{without_asides(body)}\n{counted}"))
    if together and ages is None and not groups:
        ages = _ages_from_title(title)
    return Target(
        text=said or None,
        ages=ages,
        parent_child=together,
        residency=_residency(said, body, labelled=bool(labelled)),
        for_carers=not together and for_carers,
        general=ages is None and "一般" in text,
        anybody=ages is None and not groups and (says_anybody(labelled) if labelled else audience.anybody),
        groups=groups,
    )


def read_groups(said: str) -> tuple[Group, ...]:
    """The groups of people of a 対象 that names several, in its order; none where it names one, or says of no second
    one how old they are."""
    parts = groups_of(plain(said))
    read = [_group(spelled_out(part)) for part in parts] if len(parts) > 1 else []
    known = tuple(group for group in read if group is not None)
    return known if len(known) > 1 else ()


def ages_of_nobody(said: str) -> Ages | None:
    """The years between the groups of a 対象, which belong to none of them; None where there are none."""
    groups = sorted(
        (group.ages.low or 0, 150 if group.ages.high is None else group.ages.high) for group in read_groups(said)
    )
    reached = groups[0][1] if groups else 0
    for low, high in groups[1:]:
        if low > reached + 1:
            return Ages(reached + 1, low - 1)
        reached = max(reached, high)
    return None


def _group(text: str) -> Group | None:
    together = bool(_TOGETHER.search(without_asides(text)))
    ages = _ages(text, together=together)
    return Group(ages, together) if ages else None


def _whole(groups: tuple[Group, ...]) -> Ages | None:
    """From the youngest to the oldest of all; None where that is everybody."""
    whole = hull([Found(group.ages, 0, 0) for group in groups])
    return None if whole is None or (not whole.low and whole.high is None) else whole


def without_asides(text: str) -> str:
    """A 対象 without what holds only for some, or for carers."""
    return _ASIDE.sub("", _IN_BRACKETS.sub("", _IF_SEATS_ARE_LEFT.sub("", text)))


def _for_carers_only(text: str) -> bool:
    return bool(_FOR_CARERS.search(text)) and not _TOGETHER.search(text)


def _ages(text: str, *, together: bool) -> Ages | None:
    text = without_asides(text)
    text = _SINCE_BIRTH.sub("生後", text) if together else _AFTER_BIRTH.sub("", text)
    if not together and _FOR_CARERS.search(text):
        return None
    found = read_ages(text, by_resident=False)
    if together:
        # 小学生以上の子と大人: the child's ages are the course's.
        found = [one for one in found if (one.value.low or 0) < 18] or found
    ages = hull(_without_vague(found))
    # 一般 says no age of its own, but beside one it opens the end: 中学生・一般.
    return Ages(ages.low, None) if ages and "一般" in text and not together else ages


def _without_vague(found: list[Found[Ages]]) -> list[Found[Ages]]:
    """Ages without 赤ちゃん, where months say more exactly how old it is: 生後2〜8か月の親と赤ちゃん."""
    exact = [one for one in found if one.value != _BABY]
    return exact if any(one.value.high is not None and one.value.high <= 1 for one in exact) else found


def _ages_from_title(title: str) -> Ages | None:
    if re.search(r"赤ちゃん(?:ふれあい|と(?:の|ふれ))|の保護者|小学校|支援|見守り|相談", title):
        return None
    ages = hull(read_ages(spelled_out(title), by_resident=False))
    if ages == Ages(0, 1) and re.search(r"こども|子ども|キッズ", title):
        return None  # ベビー&こどもじゃず says no limit
    return ages if ages != Ages(18, None) or re.search(r"大人(?:たち)?の|おとなの|大人向け|成人", title) else None


def _ages_from_body(body: str) -> Ages | None:
    """Ages in a running text count only where the sentence says that they are meant."""
    parts = [part for part in re.split(r"[。\n]", body) if _HINT.search(part)]
    return _ages("。".join(spelled_out(part) for part in parts), together=False)


def _residency(said: str, body: str, *, labelled: bool) -> Residency:
    """Out of what is said of the target; else out of sentences that are about who may come."""
    stated = _living_or_working(said)
    if stated is not Residency.NONE:
        return stated
    for sentence in re.split(r"[。\n※▽]", body):
        if _LIMITED.search(sentence) or not (labelled or _PERFORMS.search(sentence)):
            found = _living_or_working(sentence)
            if found is not Residency.NONE:
                return found
    return Residency.NONE


def _living_or_working(text: str) -> Residency:
    """市内在住・在勤・在学 in any wording; a bare 市民 says nothing that is checked."""
    text = re.sub(r"[^。\n]{0,30}市外[^。\n]{0,30}(?:可|参加できます|歓迎)|[^。、\n]{0,30}優先[^。\n]{0,10}", "", text)
    for match in re.finditer(
        rf"(?:市内|当市|本市|区内|町内|市に|東京市に|(?<![一-龠])[一-龠]{{1,4}}市)[^。\n]{{0,12}}?(?:{_LIVING}|{_WORKING})",
        text,
    ):
        around = text[match.start() : match.end() + 22]
        if re.search(_WORKING, around):
            return Residency.RESIDENTS_OR_WORKERS_OR_STUDENTS
        return Residency.RESIDENTS
    if re.search(r"在住[・、,/及びまたは]*\s?在[勤学]", text):
        return Residency.RESIDENTS_OR_WORKERS_OR_STUDENTS
    return Residency.RESIDENTS if re.search(r"市民(?:に限|限定|のみ|の方に限)", text) else Residency.NONE
