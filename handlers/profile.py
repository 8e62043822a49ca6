"""What a resident tells of themselves: age group, interests, area. Each is one tap, can be skipped, and changed later.

The same questions serve first contact and the settings; the codes carry where to go on (`w` welcome, `s` settings).
"""

import re
import unicodedata
from collections import Counter

from sqlalchemy import select
from sqlmodel import col

from catalog import leanings, residents
from catalog.models import FieldOfLearning
from catalog.people import AGE_BANDS
from handlers import advise, steps, wording
from handlers.actions import encode
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Button, Choices, Reply, Tone, say
from handlers.understanding import understand

WELCOME, SETTINGS = "w", "s"
_OLDEST = 120
_SOMEBODY = re.compile(
    r"(?:子(?:ども|供)?|こども|娘|むすめ|息子|むすこ|孫|まご|母|父|夫|妻|主人|家内|旦那|妹|弟|兄|姉|ちゃん|くん|さん)[はがも]"
)
_FILLER = frozenset({"", "です", "だよ", "になりました"})  # what may stand beside an age
_LIVING = r"(?:町|駅)?(?:の?(?:近く|あたり|周辺|ほう|方))?(?:です|に?住んで.{0,6}|に?引っ?越.{0,8})?[。!]?"
_MAX_AREAS = 12


def band_label(band: str) -> str:
    """An age band as people say it."""
    return {
        "0-2": _("0〜2歳"),
        "3-5": _("3〜5歳"),
        "6-12": _("小学生"),
        "13-18": _("中学・高校生"),
        "19-29": _("19〜29歳"),
        "30-44": _("30〜44歳"),
        "45-64": _("45〜64歳"),
        "65-74": _("65〜74歳"),
        "75-": _("75歳以上"),
    }[band]


async def ask_age(turn: Turn, *, then: str, intro: str = "") -> Reply:
    """Asks the resident's own age group."""
    bands = [band for band in AGE_BANDS if AGE_BANDS[band][0] >= 6]
    turn.expect("age", then=then)
    question = _("おすすめを選ぶために、年代を教えてください。")
    return Reply(
        views=(
            Choices(
                body=f"{intro}\n\n{question}" if intro else question,
                buttons=tuple(Button(label=band_label(band), action=encode("age", then, band)) for band in bands),
            ),
        ),
        buttons=(_skip(then, "age"),),
    )


async def set_age(turn: Turn) -> Reply:
    """`age:<then>:<band>`; anything but a known band is a skip."""
    return await _aged(turn, turn.action.text(0), AGE_BANDS.get(turn.action.text(1)))


async def told_age(turn: Turn) -> Reply | None:
    """The free text after the question: 38歳です, 60代. Anything else is no answer to it, nor is うちの子は3歳です."""
    ages = None if tells_of_somebody(turn) else told_ages(turn)
    return await _aged(turn, _then(turn), ages) if ages else None


def tells_of_somebody(turn: Turn) -> bool:
    """Whether the age that is told is somebody else's: うちの子は3歳です."""
    return _SOMEBODY.search(turn.incoming.text) is not None and told_ages(turn) is not None


def told_ages(turn: Turn) -> tuple[int | None, int | None] | None:
    """The ages that a text is about and nothing else: 38, 38歳です, 小3, 60代; None for any other text."""
    text = unicodedata.normalize("NFKC", turn.incoming.text).strip()
    if re.fullmatch(r"\d{1,3}", text):
        return (int(text), int(text)) if int(text) <= _OLDEST else None
    criteria = understand(text, now=turn.now, zone=turn.zone).criteria
    return criteria.ages if criteria.words in _FILLER else None


def _then(turn: Turn) -> str:
    """Where the question that is answered leads on; a text that answers none belongs to the settings."""
    return str(turn.expecting.data.get("then", SETTINGS)) if turn.expecting else SETTINGS


async def _aged(turn: Turn, then: str, ages: tuple[int | None, int | None] | None) -> Reply:
    if ages is not None:
        me = (await residents.people(turn.db, turn.resident_id))[0]
        me.age_min, me.age_max = ages
        me.birth_year = me.birth_month = None
        me.age_told_at = turn.now
        turn.db.add(me)
        await turn.db.flush()
    if then == SETTINGS:
        return await settings(turn, done=_("年代を変えました。") if ages else "")
    return await ask_interests(turn, then=then)


async def ask_interests(turn: Turn, *, then: str) -> Reply:
    """Asks for fields, several; a chosen one carries a tick."""
    chosen = await residents.interests(turn.db, turn.resident_id)
    fields = await _fields(turn)
    buttons = [
        Button(
            label=("✓ " if field.code in chosen else "") + field.name,
            action=encode("interest", then, field.code, 0 if field.code in chosen else 1),
            tone=Tone.PRIMARY if field.code in chosen else Tone.PLAIN,
        )
        for field in fields
    ]
    names = "・".join(field.name for field in fields if field.code in chosen)
    body = (
        _("選んだ分野: {names}\nほかにもあれば押してください。").format(names=names)
        if names
        else _("興味のある分野はどれですか。いくつでも選べます。")
    )
    done = Button(label=_("これでよい") if chosen else _("あとで"), action=encode("interest", then), tone=Tone.PRIMARY)
    return Reply(views=(Choices(body=body, buttons=tuple(buttons)),), buttons=(done,), in_place=True)


async def set_interest(turn: Turn) -> Reply:
    """`interest:<then>:<field>:<1|0>` switches one; `interest:<then>` goes on."""
    then, code = turn.action.text(0), turn.action.text(1)
    if not code:
        if then == SETTINGS:
            return await settings(turn, done=_("分野を変えました。"))
        return await ask_area(turn, then=then)
    if code in {field.code for field in await _fields(turn)}:
        await residents.set_interest(turn.db, turn.resident_id, code, on=turn.action.text(2) != "0")
    return await ask_interests(turn, then=then)


async def ask_area(turn: Turn, *, then: str) -> Reply:
    """Asks for the part of town, out of those that have venues; where there is none, goes on."""
    areas = areas_of(turn)
    if not areas:
        return await _after_area(turn, then)
    turn.expect("area", then=then)
    buttons = tuple(Button(label=area, action=encode("area", then, number)) for number, area in enumerate(areas))
    return Reply(
        views=(
            Choices(body=_("お住まいや行きやすい地域はどこですか。近い講座から出します。"), buttons=buttons, columns=3),
        ),
        buttons=(_skip(then, "area"),),
        in_place=True,
    )


async def set_area(turn: Turn) -> Reply:
    """`area:<then>:<number>`; the number is a place in today's list, so the answer says what was understood."""
    number, areas = turn.action.number(1), areas_of(turn)
    area = areas[number] if number is not None and number < len(areas) else ""
    return await _settled(turn, turn.action.text(0), area)


async def told_area(turn: Turn) -> Reply | None:
    """The free text after the question: 田無に住んでいます. Anything else is no answer to it."""
    text = unicodedata.normalize("NFKC", turn.incoming.text).strip()
    named = [area for area in areas_of(turn) if re.fullmatch(rf".{{0,6}}{re.escape(area)}{_LIVING}", text)]
    return await _settled(turn, _then(turn), max(named, key=len)) if named else None


async def told(turn: Turn) -> Reply:
    """A resident tells of themselves unasked: what is understood is kept, and the settings show it."""
    return await told_age(turn) or await told_area(turn) or await settings(turn)


async def _settled(turn: Turn, then: str, area: str) -> Reply:
    if area:
        turn.resident.area = area
        turn.db.add(turn.resident)
        await turn.db.flush()
    return await _after_area(turn, then)


async def _after_area(turn: Turn, then: str) -> Reply:
    if then == SETTINGS:
        area = turn.resident.area
        return await settings(turn, done=_("地域を「{area}」にしました。").format(area=area) if area else "")
    turn.resident.welcomed = True
    turn.db.add(turn.resident)
    return await advise.first_three(turn)


async def settings(turn: Turn, *, done: str = "") -> Reply:
    """What is known of the resident, and a button for each thing to change."""
    me = (await residents.people(turn.db, turn.resident_id))[0]
    chosen = await residents.interests(turn.db, turn.resident_id)
    names = "・".join(field.name for field in await _fields(turn) if field.code in chosen)
    told = (me.age_min, me.age_max)
    band = next((band_label(name) for name, ages in AGE_BANDS.items() if ages == told), "")
    if not band:
        band = _("まだ") if told == (None, None) else wording.ages(*told)
    learns = turn.resident.learns
    lines = [
        done,
        _("年代: {age}").format(age=band),
        _("分野: {fields}").format(fields=names or _("まだ")),
        _("地域: {area}").format(area=turn.resident.area or _("まだ")),
        _("おすすめ: 見た講座や申込も参考にします")
        if turn.resident.learns
        else _("おすすめ: 年代・分野・地域だけで選びます"),
    ]
    learns = turn.resident.learns
    buttons = (
        Button(label=_("年代を変える"), action=encode("settings.age")),
        Button(label=_("分野を変える"), action=encode("settings.fields")),
        Button(label=_("地域を変える"), action=encode("settings.area")),
        Button(label=_("家族"), action=encode("family")),
        Button(
            label=_("見た講座を使わない") if learns else _("見た講座も使う"),
            action=encode("settings.learn", 0 if learns else 1),
        ),
        Button(label=_("お知らせの設定"), action=encode("reminders")),
        Button(label=_("LINE・Telegram連携"), action=encode("link")),
        Button(label=_("データを消す"), action=encode("forget")),
    )
    return Reply(
        views=(Choices(body="\n".join(line for line in lines if line), buttons=buttons),),
        buttons=(steps.recommend(), steps.find()),
    )


async def show_settings(turn: Turn) -> Reply:
    return await settings(turn)


async def change_age(turn: Turn) -> Reply:
    return await ask_age(turn, then=SETTINGS)


async def change_fields(turn: Turn) -> Reply:
    return await ask_interests(turn, then=SETTINGS)


async def change_area(turn: Turn) -> Reply:
    return await ask_area(turn, then=SETTINGS)


async def switch_learning(turn: Turn) -> Reply:
    """`settings.learn:<1|0>`: whether what they do may tell what they like. Off, what was noted of it is deleted."""
    turn.resident.learns = turn.action.text(0) == "1"
    turn.db.add(turn.resident)
    await turn.db.flush()
    if turn.resident.learns:
        return await settings(turn, done=_("見た講座や申込も参考にして選びます。"))
    await leanings.forget_looks(turn.db, turn.resident_id)
    return await settings(turn, done=_("見た講座の記録を消しました。おすすめは年代・分野・地域だけで選びます。"))


async def change_language(turn: Turn) -> Reply:
    """Only Japanese is spoken yet, English is read; said plainly, with who can help."""
    phone = turn.city.counter_phone
    return say(
        _(
            "こたえは日本語だけですが、英語でも書けます。\n"
            "You can write in English. Only Japanese for now in answers, sorry."
        )
        + (_("\n電話/Phone {phone}").format(phone=phone) if phone else ""),
        buttons=(steps.find(), steps.staff(), steps.help_()),
    )


def areas_of(turn: Turn) -> list[str]:
    """The areas with the most courses, the largest first."""
    counts: Counter[str] = Counter()
    for venue, courses in turn.index.courses_by_venue():
        if venue.area:
            counts[venue.area] += courses
    return [area for area, _count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_MAX_AREAS]]


async def _fields(turn: Turn) -> list[FieldOfLearning]:
    rows = await turn.db.scalars(select(FieldOfLearning).order_by(col(FieldOfLearning.position)))
    return list(rows.all())


def _skip(then: str, name: str) -> Button:
    return Button(label=_("あとで"), action=encode(name, then))
