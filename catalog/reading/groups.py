"""Several groups of people in one 対象 (小学生と保護者、または60歳以上の方), each of which has ages of its own."""

import re

_GROUP_ENDS = re.compile(
    r"\s?[、,]?\s?(?:または|又は|もしくは|あるいは)\s?"
    r"|(?<=\d[人名組])\s?(?:\([^()]*\))?\s?(?:と、?|、|,|/|・|及び|および)\s?"  # 小学生20組、65歳以上の方20人
    r"|(?:^|[、,\s]*)\(\d\)\s?"  # ①年長〜小学3年生 ②65歳以上の方
    r"|[、/]\s?(?=[^、:(/]{1,8}[人方]:)"  # 教える人:高校生、教わる人:60歳以上の方
)
# 小学生の部15人、一般の部(中学生以上)15人
_DIVISION = re.compile(
    r"(?P<who>(?:(?!の部)[^、。()/\n:=]){1,12})の部(?:は(?P<are>[^、。\n]{2,14}(?=です|。|$))|\((?P<those>[^()]*)\))?"
)

_COUNT = re.compile(r"\s?\d+\s?[人名組]$")


def groups_of(text: str) -> list[str]:
    """The groups that a plain 対象 names, in its own words; the text itself where it names one."""
    return [part for part in (part.strip(" 、") for part in _GROUP_ENDS.split(text) if part) if part] or [text]


def divisions(text: str) -> list[str]:
    """The divisions (部) of a competition or a class in a plain running text, as a 対象 would name them."""
    said: dict[str, str] = {}
    for match in _DIVISION.finditer(text):
        who = re.split(r"と(?=[^と]+$)", match["who"])[-1].strip()
        said[who] = match["are"] or _COUNT.sub("", match["those"] or "") or said.get(who, "")
    return [f"{who} {those}" if those else who for who, those in said.items()] if len(said) > 1 else []
