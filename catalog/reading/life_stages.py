"""Life stages (ライフステージ) from ages."""

from catalog.reading.ages import Ages

# Codes with their inclusive years; the last is open.
STAGES = (("infant", 0, 5), ("child", 6, 12), ("youth", 13, 29), ("adult", 30, 64), ("senior", 65, None))
_SENIOR_FROM = 60  # a course "from 60" is made for seniors, not for the last years of the adults


def life_stages(
    ages: Ages | None,
    *,
    parent_child: bool = False,
    for_carers: bool = False,
    general: bool = False,
    anybody: bool = False,
) -> tuple[str, ...]:
    """The stages that ages touch; none where nobody is named. A parent and child course also lists adult.

    `for_carers`: parents are meant, not their children. `general`: 一般, which means grown-ups. `anybody`: どなたでも.
    """
    if for_carers:
        return ("adult",)
    if ages is None and parent_child:
        return ("infant", "child", "adult")
    if ages is None:
        if general:
            return ("youth", "adult", "senior")
        return tuple(code for code, _, _ in STAGES) if anybody else ()
    if (ages.low or 0) >= _SENIOR_FROM:
        return ("senior",)
    low, high = ages.low or 0, 150 if ages.high is None else ages.high
    touched = {code for code, first, last in STAGES if first <= high and low <= (150 if last is None else last)}
    if (high == 6 and low < 6) or low == 12:
        touched.discard("child")  # 年長 turn six and 中学生 are twelve in their year, and are no schoolchildren (学齢)
    if parent_child:
        touched.add("adult")
    return tuple(code for code, _, _ in STAGES if code in touched)
