"""Understanding residents: what they ask for (an intent) and what they look for (criteria).

Slots are read by the same grammar that reads announcements (`catalog.reading`); the rest of the text is the subject.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from catalog.civil_time import as_local
from catalog.reading.access import read_features
from catalog.reading.ages import Ages, learners, read_ages, spelled_out
from catalog.reading.dates import When, read_when
from catalog.reading.fees import read_max_fee
from catalog.reading.fields import read_fields
from catalog.reading.normalise import plain
from catalog.reading.places import read_places
from catalog.reading.spans import Found, without
from catalog.reading.spelling import as_written
from catalog.search.criteria import Criteria, Feature
from catalog.search.foreign import as_kana, in_japanese, in_words, without_signs
from catalog.search.ideas import names_an_idea
from handlers.understanding.elsewhere import Topic, elsewhere
from handlers.understanding.intents import Intent, Likely, is_example, learn, likely_intents, services_mentioned
from handlers.understanding.stories import told_beside
from handlers.understanding.subject import subject, unwanted

__all__ = ["Intent", "Understood", "understand", "warm_up"]

_LONGEST = 1_000  # characters read; a longer text is a letter, and says at its beginning what it is about
_POPULAR = 24  # characters of a text that is likely to be sent again
_SURE = 0.34  # score from which an intent is taken without asking
_AHEAD = 0.12  # by how much one service must lead another to be sure
_NOTED = 0.25  # score from which a service may be meant where no known subject is named,
_APART = 0.22  # if it leads the search by so much,
_CERTAIN = 0.6  # and by so much to be taken without asking
_STORY, _SURELY = 28, 0.45  # characters of a text that tells so much that words of services stand in it by chance
_CLEAR = 2  # groups of words for services from which a text speaks of one
_ASKED_FOR = 0.45  # from here on a service may be meant although the text looks like a search
_OUTWEIGHS = 0.3  # by how much it then leads the search
_FITS = 0.16  # below it nothing fits
_PLAINLY = 0.7  # score from which a service is asked for, whatever is named beside it
_HARDLY = 0.06  # nearer than this to the search, a service yields to it
_NONSENSE = 0.56  # score from which words that look like a subject are taken for chatter
_SLIGHTLY = 0.2  # the same for what a subject is not easily taken for (ヨガをキャンセル)
_CLEARLY = 0.45  # by how much a service must lead the search when a subject is named beside it
# What the words for a subject are easily taken for: 英語に触れる is no wish to change the language.
_BESIDE_A_SUBJECT = frozenset(
    {
        *(Intent.FACILITIES, Intent.CHANGE_LANGUAGE, Intent.HELP, Intent.TALK_TO_STAFF, Intent.RECOMMEND),
        *(Intent.EDIT_PROFILE, Intent.GREETING, Intent.THANKS, Intent.UNKNOWN, Intent.LEARNING_RECORD),
        *(Intent.OFFER_SKILL, Intent.GROUPS),
    }
)
_CHATTER = frozenset({Intent.GREETING, Intent.THANKS})
_SERVICES = frozenset(Intent) - _CHATTER - {Intent.FIND_COURSES, Intent.UNKNOWN}
# A part of a compound (ベビーマッサージ, 親子ヨガ) is a slot and belongs to the subject all the same.
_COMPOUND = re.compile(r"(?!向|対象|限定|歓迎|以上|以下|可|用)[一-龠々ァ-ヶー]")
_EXPECTING = re.compile(r"妊娠|妊婦|マタニティ|プレママ|お(?:なか|腹)")  # also what it is about
_TOGETHER = re.compile(r"(?:親子|おやこ)[でのと]?|親子(?:向け|参加|連れ)")
_BABY = re.compile(r"赤ちゃん|あかちゃん|赤ん坊|乳児|ベビー|baby|babies|infants?")
# Who only comes along with a child has no say in whom the course is for.
_ALONGSIDE = re.compile(r"(?:お?(?:じい|ばあ|爺|婆)(?:ちゃん|さん)|じいじ|ばあば|祖父母?|祖母)と(?!して|か)")
# 夜じゃないと行けない, 土日しか行けない: no excuse, a condition.
_ONLY_THEN = re.compile(r"(?:じゃ|で)ないと(?:行|い)け(?:ない|ません|へん)|しか(?:行|い)け(?:ない|ません|へん)")
_TELLS = re.compile(r"(?:歳|才|さい|代|生|年|\d)(?:です|だよ|になりました)[。!]*$")
_ASKS = re.compile(r"(?:か|\?)[。!\s]*$")
_AT_SCHOOL = 6
_HOLDER = re.compile(
    r"(?:の(?:子(?:ども|供)?|娘|息子|孫|男の子|女の子|男子|女子|母親?|父親?|祖母|祖父|妻|夫|主人|両親|兄弟|姉妹|人|方|女性|男性))?"
    r"(?:向け|対象|用|限定|でも|くらい|ぐらい|連れ)?の?(?:です|だよ|になりました)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """One text, understood. `intents` are the two readings when not `sure`; then the bot asks with buttons.

    `fields` are what the words are about: a hint, unlike `criteria.fields`, which are asked for. `elsewhere` is the
    matter of another counter (ごみの日), which no course answers. `origins` are the slots with the words that they
    were read from.
    """

    intent: Intent
    criteria: Criteria
    sure: bool = True
    intents: tuple[Intent, ...] = ()
    fields: tuple[str, ...] = ()
    elsewhere: Topic | None = None
    origins: tuple[tuple[str, str], ...] = ()

    def slots(self) -> dict[str, Any]:
        """What was expressed, and only that, as the JSON of `manabi ask`. Days are ISO dates; "*" is an open end."""
        criteria = self.criteria
        said: dict[str, Any] = {
            "ages": list(criteria.ages) if criteria.ages else None,
            "dates": [[start.isoformat(), end.isoformat() if end else "*"] for start, end in criteria.dates],
            "weekdays": list(criteria.weekdays),
            "time_of_day": [value.value for value in criteria.time_of_day],
            "places": list(criteria.places),
            "max_fee": criteria.max_fee,
            "features": [feature.value for feature in criteria.features],
            "fields": list(self.fields),
        }
        return {name: value for name, value in said.items() if value not in (None, [])}


def understand(text: str, *, now: datetime, zone: ZoneInfo, places: Sequence[str] = ()) -> Understood:
    """What a resident means. `now` is aware; days are civil days of `zone`; `places` are the names that are known.

    Reads any text in bounded time and never raises.
    """
    day = as_local(now, zone).date()
    if len(text) <= _POPULAR:
        return _popular(text, day, tuple(places))
    return _understood(text, day, places)


@lru_cache(maxsize=1_000)
def _popular(text: str, day: date, places: tuple[str, ...]) -> Understood:
    """Short wishes are those that many have, and tell nothing of who wrote them."""
    return _understood(text, day, places)


def _understood(text: str, day: date, places: Sequence[str]) -> Understood:
    said = plain(in_words(text[:_LONGEST]))
    read = spelled_out(as_written(as_kana(said)))
    criteria, fields, origins = _criteria(read, day=day, places=places)
    # 予約不要 is a wish for a course, not a question about a booking: what is a slot is kept from the intents.
    told = _ONLY_THEN.sub(" ", without(said, read_features(said)))
    known = is_example(without_signs(said) or said) if criteria.words else is_example(said)
    intent, other = (known, None) if known is not None else _intents(told, criteria, fields)
    return Understood(
        intent=intent,
        criteria=criteria,
        sure=other is None,
        intents=(intent, other) if other else (),
        fields=fields,
        elsewhere=elsewhere(said),
        origins=origins,
    )


def warm_up(path: Path | None = None) -> None:
    """Loads the dictionary and learns the intents now instead of at the first text: about a second, or a tenth of it
    where they are kept at `path` from an earlier start."""
    learn(path)
    understand("元旦の無料の講座", now=datetime(2026, 1, 1, tzinfo=UTC), zone=ZoneInfo("UTC"))  # reads the grammars


def _criteria(
    text: str, *, day: date, places: Sequence[str]
) -> tuple[Criteria, tuple[str, ...], tuple[tuple[str, str], ...]]:
    """What is looked for, the fields it is about, and the words that each slot was read from."""
    where = read_places(text, places)
    rest = without(text, where)
    features = read_features(rest)
    ages = [one for one in read_ages(without(rest, _of_others(features))) if not _ALONGSIDE.match(text, one.start)]
    if ages and _are_looked_after(features, ages):
        rest, ages = without(rest, ages), []
    told = told_beside(text)
    when = read_when(without(rest, [*ages, *told]), day)
    spoken_of = read_when(without(rest, ages), day) if told else when
    fee = read_max_fee(rest)
    not_words, left = unwanted(_left(text, where=where, ages=ages, when=spoken_of, fee=fee, features=features))
    babies = [text[one.start : one.end] for one in ages if _BABY.fullmatch(text, one.start, one.end)]
    # 赤ちゃん alone: the age is also all that there is of a subject.
    named = subject(left)
    # Where a day is told, 親子 is no name: whatever is for both is wanted.
    wanted = "" if when.dates and _TOGETHER.fullmatch(named) else named or " ".join(babies)
    fields = read_fields(in_japanese(left))
    criteria = Criteria(
        words=wanted,
        ages=_pair(learners(ages)),
        dates=when.dates,
        weekdays=when.weekdays,
        time_of_day=when.time_of_day,
        places=tuple(dict.fromkeys(one.value for one in where)),
        max_fee=fee.value if fee else None,
        features=_unique(features),
        not_words=not_words,
    )
    read: dict[str, Sequence[Found[Any]]]
    read = {"places": where, "ages": ages, "when": when.spans, "max_fee": [fee] if fee else [], "features": features}
    origins = tuple((slot, text[one.start : one.end].strip()) for slot, found in read.items() for one in found)
    return criteria, fields, origins


def _of_others(features: list[Found[Feature]]) -> list[Found[Feature]]:
    """赤ちゃんを預けて: a child that is looked after does not take part."""
    return [one for one in features if one.value is Feature.CHILDCARE]


def _are_looked_after(features: list[Found[Feature]], ages: list[Found[Ages]]) -> bool:
    """2歳の子がいます、保育があると助かります: who asks for childcare comes without the small child."""
    asked = {one.value for one in features}
    small = all(one.value.high is not None and one.value.high <= _AT_SCHOOL for one in ages)
    return small and Feature.CHILDCARE in asked and Feature.PARENT_CHILD not in asked


def _left(
    text: str,
    *,
    where: list[Found[str]],
    ages: list[Found[Ages]],
    when: When,
    fee: Found[int] | None,
    features: list[Found[Feature]],
) -> str:
    """The text without its slots; parts of compounds stay."""
    taken: list[Found[Any]] = [*where, *when.spans, *([fee] if fee else [])]
    taken += [
        _with_holder(text, one)
        for one in ages
        if not _COMPOUND.match(text, one.end) and not _EXPECTING.match(text, one.start)
    ]
    taken += [one for one in features if not _TOGETHER.fullmatch(text, one.start, one.end)]
    return without(text, taken)


def _with_holder(text: str, ages: Found[Ages]) -> Found[Ages]:
    """小3 + の息子, 60代 + の母, 小学生 + 向けの: who has the age, and what only leads on, is no subject."""
    match = _HOLDER.match(text, ages.end)
    return Found(ages.value, ages.start, match.end() if match else ages.end)


def _unique(features: list[Found[Feature]]) -> tuple[Feature, ...]:
    asked = {one.value for one in features}
    return tuple(feature for feature in Feature if feature in asked)


def _tells_an_age(text: str, criteria: Criteria) -> bool:
    """38歳です, 小3だよ: an age and nothing else, as a sentence, tells who one is."""
    return criteria.ages is not None and criteria == Criteria(ages=criteria.ages) and bool(_TELLS.search(text))


def _pair(ages: Ages | None) -> tuple[int | None, int | None] | None:
    return (ages.low, ages.high) if ages else None


def _intents(text: str, criteria: Criteria, fields: tuple[str, ...]) -> tuple[Intent, Intent | None]:
    """The intent, and where it is not sure the other that may be meant."""
    if criteria.words:
        text = without_signs(text) or text  # 🙏 at the end of a wish is no thanks
    if _tells_an_age(text, criteria):
        return Intent.EDIT_PROFILE, None
    ranked = likely_intents(text)
    mentioned = services_mentioned(text)
    first = _likeliest(text, ranked, criteria, fields, mentioned)
    other = _rival(first, ranked, text, named=bool(criteria.words), mentioned=mentioned)
    if other is Intent.FIND_COURSES and first.score < _ASKED_FOR and mentioned < _CLEAR:
        return other, first.intent  # of the two the likelier
    return first.intent, other


def _likeliest(
    text: str, ranked: tuple[Likely, ...], criteria: Criteria, fields: tuple[str, ...], mentioned: int
) -> Likely:
    """What is meant, weighing that a text with a subject or conditions is most often a search. `mentioned` counts what
    in it speaks of services."""
    first, second, *_ = ranked
    search = _score_of(ranked, Intent.FIND_COURSES)
    asks = bool(criteria.words) or criteria != Criteria(words=criteria.words, not_words=criteria.not_words)
    topical = bool(fields) or (bool(criteria.words) and names_an_idea(criteria.words))
    searches = Likely(Intent.FIND_COURSES, search)
    if topical and _yields(first, search, text):
        return searches
    stands_out = first.score >= _NOTED and first.score - search >= _APART
    if _tells_conditions(criteria, first.intent, mentioned):
        return Likely(Intent.FIND_COURSES, first.score)
    if not topical and first.intent in _SERVICES and stands_out:
        return first
    if asks and first.intent is Intent.UNKNOWN and first.score < _NONSENSE:
        return searches  # a bare word is looked for
    if asks and not criteria.words and not mentioned:
        return searches  # conditions and nothing else: オンラインは?
    if criteria.words and first.score < _SURE and mentioned < _CLEAR:
        return searches
    if asks and (first.score < _FITS or (fields and first.score < _SURE) or search > first.score - _HARDLY):
        return searches
    if first.score < _FITS:
        return Likely(Intent.UNKNOWN, first.score)
    if first.intent in _CHATTER and second.intent in _SERVICES and first.score - second.score < _AHEAD:
        return second  # what is asked for in passing matters more than the thanks
    return first


def _yields(first: Likely, search: float, text: str) -> bool:
    """Whether what a text may ask for yields to the subject that it names."""
    if first.intent is Intent.THANKS and _ASKS.search(text):
        return True  # はじめてでも大丈夫ですか is no thanks
    return first.score - search < (_CLEARLY if first.intent in _BESIDE_A_SUBJECT else _SLIGHTLY)


def _tells_conditions(criteria: Criteria, likeliest: Intent, mentioned: int) -> bool:
    """Whether slots tell that courses are looked for, whatever the words look like: 高校生 800円以内 柳沢公民館."""
    if likeliest is Intent.HELP:  # who asks what the concierge can do names no day: 12月5日に親子でできること
        return not replace(criteria, words="", not_words=(), places=(), ages=None).is_empty()
    beside_place_and_day = replace(criteria, not_words=(), places=(), dates=(), weekdays=(), time_of_day=())
    return not criteria.words and not mentioned and not beside_place_and_day.is_empty()


def _rival(first: Likely, ranked: tuple[Likely, ...], text: str, *, named: bool, mentioned: int) -> Intent | None:
    """The other reading that is likely enough to be asked about; None where the first is taken.

    `named`: the text names something that one may look for; `mentioned` counts what in it speaks of services.
    """
    service = next((one for one in ranked if one.intent in _SERVICES and one.intent is not first.intent), ranked[0])
    if first.intent is Intent.FIND_COURSES:
        asked_for = service.score >= _ASKED_FOR and service.score - first.score >= _OUTWEIGHS
        return service.intent if asked_for else None
    if first.intent is Intent.UNKNOWN:
        return service.intent if first.score < _SURE else None
    if first.intent in _CHATTER:
        return None
    told_beside = len(text) > _STORY and first.score < _SURELY
    if (
        named
        and first.score < _PLAINLY
        and (mentioned < _CLEAR or told_beside)
        and first.score - _score_of(ranked, Intent.FIND_COURSES) < _CERTAIN
    ):
        return Intent.FIND_COURSES
    if first.score - service.score >= _AHEAD:
        return None
    return Intent.FIND_COURSES if named else service.intent


def _score_of(ranked: tuple[Likely, ...], intent: Intent) -> float:
    return next(one.score for one in ranked if one.intent is intent)
