"""Family: adding a child, a partner, an elder; a nickname and an age are all that is kept of them.

Who adds somebody in the midst of something finds the way back, which goes along, last in each code: a course that is
being applied for (`12`), or an application of which somebody is to be replaced (`s34`).
"""

import re
import unicodedata
from datetime import date

from catalog import residents
from catalog.models import Person, Relation
from catalog.people import AGE_BANDS, age_on
from handlers import nicknames, steps, wording
from handlers.actions import encode
from handlers.context import Turn
from handlers.locales import _
from handlers.messages import Button, Choices, DatePicker, Reply, Tone, say
from handlers.profile import band_label, told_ages
from handlers.wording import name_of

_BIRTH = re.compile(r"(?P<year>\d{4})\s*[年/.\-]\s*(?P<month>\d{1,2})")
_ERA_BIRTH = re.compile(r"(?P<era>令和|平成|昭和|r|h|s)\s*(?P<year>\d{1,2}|元)\s*[年/.\-]\s*(?P<month>\d{1,2})")
_ERA_STARTS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988, "昭和": 1925, "s": 1925}
_OLDEST = 120
_BACK = re.compile(r"s?\d{1,12}")
_BANDS = {
    Relation.CHILD: ("0-2", "3-5", "6-12", "13-18"),
    Relation.PARENT: ("45-64", "65-74", "75-"),
}


async def show(turn: Turn) -> Reply:
    """`family`: who is known, and adding one more."""
    people = await residents.people(turn.db, turn.resident_id)
    others = people[1:]
    lines = [f"{name_of(someone)}({_age_words(turn, someone)})" for someone in others]
    body = (
        _("いっしょに申し込める方:\n{names}").format(names="\n".join(lines))
        if others
        else _("お子さんやご家族を登録すると、その方に合う講座をおすすめして、まとめて申し込めます。")
    )
    buttons = [Button(label=_("家族を足す"), action=encode("family.add"), tone=Tone.PRIMARY)]
    buttons += [
        Button(label=_("{name}を変える").format(name=name_of(someone)), action=encode("family.show", someone.id or 0))
        for someone in others
    ]
    return Reply(views=(Choices(body=body, buttons=tuple(buttons)),), buttons=(steps.recommend(), steps.find()))


async def add(turn: Turn) -> Reply:
    """`family.add[:<back>]`: who is it?"""
    back = _back(turn, 0)
    buttons = tuple(
        Button(label=label, action=encode("family.relation", relation.value, *back))
        for relation, label in _relations().items()
    )
    return Reply(views=(Choices(body=_("どなたを足しますか。"), buttons=buttons),), buttons=(steps.stop(),))


async def relation(turn: Turn) -> Reply:
    """`family.relation:<relation>[:<back>]`: what shall we call them?"""
    chosen = turn.action.text(0)
    if chosen not in {known.value for known in _relations()}:
        return await add(turn)
    turn.expect("family.nickname", relation=chosen, back=_back(turn, 1))
    return say(_("何とお呼びしますか。本名でなくて大丈夫です(10文字まで)。"), buttons=(steps.stop(),))


async def nickname(turn: Turn) -> Reply | None:
    """The free text after `relation`: a nickname, stored at once, and then the age."""
    name = nicknames.read(turn.incoming.text)
    data = turn.expecting.data if turn.expecting else {}
    wanted, back = data.get("relation", ""), tuple(data.get("back", ()))
    if not name:
        turn.expect("family.nickname", relation=wanted, back=back)
        return nicknames.once_more(steps.stop())
    person = Person(resident_id=turn.resident_id, relation=Relation(wanted), nickname=name, created_at=turn.now)
    if not await residents.add_person(turn.db, person):
        return say(_("登録できるのは12人までです。どなたかを外すと足せます。"), buttons=(_family(),))
    return _ask_age(turn, person, back)


def _ask_age(turn: Turn, person: Person, back: tuple[str, ...] = ()) -> Reply:
    turn.expect("family.birth", person=person.id, back=back)
    bands = _BANDS.get(person.relation, tuple(AGE_BANDS))
    picker = DatePicker(
        body=_("{name}の生まれた年と月を教えてください(例: 2018年5月)。対象の年齢に合う講座を選ぶためです。").format(
            name=name_of(person)
        ),
        action=encode("family.born", person.id or 0, *back),
        label=_("日付から選ぶ"),
        earliest=date(turn.today.year - _OLDEST, 1, 1),
        latest=turn.today,
        initial=date(turn.today.year - _typical_age(person), turn.today.month, 1),
    )
    choices = Choices(
        body=_("だいたいの年代でもかまいません。"),
        buttons=tuple(
            Button(label=band_label(band), action=encode("family.band", person.id or 0, band, *back)) for band in bands
        ),
    )
    return Reply(views=(picker, choices), buttons=(Button(label=_("あとで"), action=encode("family")),))


async def birth(turn: Turn) -> Reply | None:
    """The free text after the nickname: 2018年5月, 平成30年5月, 8歳, 小2."""
    data = turn.expecting.data if turn.expecting else {}
    person = await _own(turn, data.get("person"))
    if person is None:
        return None
    back = tuple(data.get("back", ()))
    text = unicodedata.normalize("NFKC", turn.incoming.text).lower()
    born = _read_birth(text)
    if born is not None and _possible(born, turn.today):
        return await _born(turn, person, *born, back=back)
    ages = told_ages(turn)
    if ages is not None:
        return await _banded(turn, person, *ages, back=back)
    turn.expect("family.birth", person=person.id, back=back)
    return say(
        _("2018年5月、または8歳のように教えてください。"), buttons=(Button(label=_("あとで"), action=encode("family")),)
    )


async def born(turn: Turn) -> Reply:
    """`family.born:<person>[:<back>]` with a picked day: only its year and month are kept."""
    person, picked = await _own(turn, turn.action.number(0)), turn.incoming.picked
    if person is None or picked is None or not _possible((picked.year, picked.month), turn.today):
        return await show(turn)
    return await _born(turn, person, picked.year, picked.month, back=_back(turn, 1))


async def band(turn: Turn) -> Reply:
    """`family.band:<person>:<band>[:<back>]`."""
    person, chosen = await _own(turn, turn.action.number(0)), turn.action.text(1)
    if person is None or chosen not in AGE_BANDS:
        return await show(turn)
    return await _banded(turn, person, *AGE_BANDS[chosen], back=_back(turn, 2))


async def show_person(turn: Turn) -> Reply:
    """`family.show:<person>`."""
    person = await _own(turn, turn.action.number(0))
    if person is None:
        return await show(turn)
    body = f"{name_of(person)}({_age_words(turn, person)})"
    buttons = (
        Button(label=_("年齢を変える"), action=encode("family.age", person.id or 0)),
        Button(label=_("外す"), action=encode("family.remove", person.id or 0), tone=Tone.WARNING),
    )
    return Reply(views=(Choices(body=body, buttons=buttons),), buttons=(_family(),))


async def change_age(turn: Turn) -> Reply:
    """`family.age:<person>`."""
    person = await _own(turn, turn.action.number(0))
    return await show(turn) if person is None else _ask_age(turn, person)


async def remove(turn: Turn) -> Reply:
    """`family.remove:<person>`: not while they stand in an application."""
    person = await _own(turn, turn.action.number(0))
    if person is None:
        return await show(turn)
    if not await residents.remove_person(turn.db, turn.resident_id, person.id or 0):
        return say(
            _("{name}の申込が残っています。申込を取り消すと外せます。").format(name=name_of(person)),
            buttons=(steps.mine(), _family()),
        )
    return say(_("{name}を外しました。").format(name=name_of(person)), buttons=(_family(), steps.recommend()))


async def _born(turn: Turn, person: Person, year: int, month: int, *, back: tuple[str, ...]) -> Reply:
    person.birth_year, person.birth_month = year, month
    person.age_min = person.age_max = None
    return await _known(turn, person, back)


async def _banded(turn: Turn, person: Person, low: int | None, high: int | None, *, back: tuple[str, ...]) -> Reply:
    person.birth_year = person.birth_month = None
    person.age_min, person.age_max, person.age_told_at = low, high, turn.now
    return await _known(turn, person, back)


async def _known(turn: Turn, person: Person, back: tuple[str, ...]) -> Reply:
    turn.db.add(person)
    await turn.db.flush()
    return say(
        _("{name}({age})を登録しました。").format(name=name_of(person), age=_age_words(turn, person)),
        buttons=(
            *(_go_on(way) for way in back),
            Button(
                label=_("{name}におすすめ").format(name=name_of(person)), action=encode("recommend", person.id or 0)
            ),
            Button(label=_("もう一人足す"), action=encode("family.add", *back)),
        ),
    )


def _back(turn: Turn, position: int) -> tuple[str, ...]:
    """The way back that a code carries there, if it does."""
    way = turn.action.text(position)
    return (way,) if _BACK.fullmatch(way) else ()


def _go_on(way: str) -> Button:
    if way.startswith("s"):
        return Button(label=_("交代をつづける"), action=encode("party.swap", int(way[1:])), tone=Tone.PRIMARY)
    return steps.apply(int(way), label=_("申込をつづける"))


async def _own(turn: Turn, person_id: int | None) -> Person | None:
    """A family member of this resident, never themselves and never another's."""
    people = await residents.people(turn.db, turn.resident_id)
    return next((someone for someone in people[1:] if someone.id == person_id), None)


def _age_words(turn: Turn, person: Person) -> str:
    age = age_on(person, turn.today)
    return wording.ages(age.low, age.high) if age.known else _("年齢はまだ")


def _read_birth(text: str) -> tuple[int, int] | None:
    if match := _BIRTH.search(text):
        return int(match["year"]), int(match["month"])
    if match := _ERA_BIRTH.search(text):
        year = 1 if match["year"] == "元" else int(match["year"])
        return _ERA_STARTS[match["era"]] + year, int(match["month"])
    return None


def _possible(born: tuple[int, int], today: date) -> bool:
    year, month = born
    return 1 <= month <= 12 and today.year - _OLDEST <= year and (year, month) <= (today.year, today.month)


def _typical_age(person: Person) -> int:
    return {Relation.CHILD: 7, Relation.PARENT: 75}.get(person.relation, 40)


def _relations() -> dict[Relation, str]:
    return {
        Relation.CHILD: _("子ども"),
        Relation.PARENT: _("親"),
        Relation.PARTNER: _("パートナー"),
        Relation.OTHER: _("そのほか"),
    }


def _family() -> Button:
    return Button(label=_("家族"), action=encode("family"))
