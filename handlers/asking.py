"""What the concierge understands, finds and advises, as JSON: the answers of `manabi ask` and `manabi recommend`."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from time import perf_counter
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from catalog.advised import Member, Profile
from catalog.leanings import Past
from catalog.reading.tokens import words
from catalog.recommend import Recommendation, recommend
from catalog.search.criteria import Feature, TimeOfDay
from catalog.search.index import CourseIndex
from catalog.search.results import SearchResult
from handlers.understanding import Intent, Understood, understand

Chosen = TypeVar("Chosen", bound=StrEnum)

_SEARCHING = frozenset({Intent.FIND_COURSES, Intent.RECOMMEND, Intent.UNKNOWN})


def answer(line: Mapping[str, Any] | str, index: CourseIndex, *, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """What a text is taken for and the courses it is answered with.

    `line` is the text, or {"id", "text", "now"?}; its `now` (ISO 8601, the city's time where no zone is given)
    stands for the present. `ms` is how long understanding and searching took. Raises ValueError for a `now` that is
    no moment.
    """
    asked = {"text": line} if isinstance(line, str) else line
    moment = _moment(asked.get("now"), zone) or now
    began = perf_counter()  # how long it takes, not what time it is
    understood = understand(str(asked.get("text", "")), now=moment, zone=zone, places=index.places)
    result = _search(understood, index, moment, zone)
    took = (perf_counter() - began) * 1000
    return {
        "id": asked.get("id"),
        "intent": understood.intent.value,
        "slots": understood.slots(),
        "courses": [
            {
                "source_id": hit.course.source_id,
                "title": hit.course.title,
                "score": round(hit.score, 4),
                "reasons": [reason.value for reason in hit.reasons],
            }
            for hit in result.hits
        ],
        "alternatives": [
            {
                "source_id": other.course.source_id,
                "title": other.course.title,
                "relaxed": [relaxed.value for relaxed in other.relaxed],
            }
            for other in result.alternatives
        ],
        "ms": round(took, 3),
    }


def explain(text: str, index: CourseIndex, *, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """Line by line why a text is answered as it is: its words, slots with the words they came from, channel scores."""
    understood = understand(text, now=now, zone=zone, places=index.places)
    why = index.explain(understood.criteria, now=now, zone=zone)
    tokens = (f"{word.surface}[{word.normal} {word.part}]" for word in words(text))
    yield f"tokens      {' '.join(tokens)}"
    yield f"intent      {understood.intent}{'' if understood.sure else f' (or {understood.intents[1]}: asks back)'}"
    for slot, value in understood.slots().items():
        yield f"slot        {slot} = {value}"
    for slot, said in understood.origins:
        yield f"from        {slot}: {said}"
    yield f"subject     {understood.criteria.words}"
    yield f"terms       {' '.join(f'{normal}×{weight:.2f}' for normal, weight in why.terms)}"
    yield f"ideas       {', '.join(why.ideas)}"
    for said, surely in why.situations:
        yield f"situation   {surely:.2f} {said}"
    for course in why.courses:
        shares = "  ".join(f"{name} {value:.2f}" for name, value in course.channels.items())
        state = "found" if course.found and not course.missed else "near"
        missed = f"  misses {', '.join(course.missed)}" if course.missed else ""
        yield f"{course.score:6.2f} {state}  {course.course.source_id}  {course.course.title}"
        yield f"             {shares}{missed}"


def recommend_json(line: Mapping[str, Any], index: CourseIndex, *, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """Advice for one profile: {"id", "age", "family", "interests", "area", "needs", "free_time", "history"}.

    Whatever is missing or null is not known; what is not understood is passed over. `for` of a course is "self" or
    the relation of whose course it is, as the profile says it.
    """
    moment = _moment(line.get("now"), zone) or now
    people = _people(line)
    found = recommend(index, _profile(line, people, index), now=moment, zone=zone)
    relations = {member.key: member.relation for member in people}
    return {"id": line.get("id"), "courses": [_advice(item, relations) for item in found]}


def _search(understood: Understood, index: CourseIndex, now: datetime, zone: ZoneInfo) -> SearchResult:
    criteria = understood.criteria
    meant = {understood.intent, *understood.intents}  # of two readings one may be a search: it has its courses ready
    if (
        understood.elsewhere
        or not meant & _SEARCHING
        or (criteria.is_empty() and understood.intent is not Intent.RECOMMEND)
    ):
        return SearchResult()
    return index.search(criteria, now=now, zone=zone)


def _advice(item: Recommendation, relations: Mapping[str, str]) -> dict[str, Any]:
    return {
        "source_id": item.course.source_id,
        "title": item.course.title,
        "for": relations[item.member_key],
        "reasons": [reason.value for reason in item.reasons],
    }


def _people(line: Mapping[str, Any]) -> tuple[Member, ...]:
    told = [{"relation": "self", "age": line.get("age")}, *(line.get("family") or [])]
    return tuple(
        Member(key=str(number), relation=str(one.get("relation") or "other"), min_age=age, max_age=age)
        for number, one in enumerate(told)
        for age in [_age(one.get("age"))]
    )


def _profile(line: Mapping[str, Any], people: tuple[Member, ...], index: CourseIndex) -> Profile:
    interests = [str(one) for one in line.get("interests") or ()]
    fields = {field for entry in index.entries for field in entry.fields}
    free_time = line.get("free_time") or {}
    past = {str(one) for one in line.get("history") or ()}
    attended = [entry for entry in index.entries if entry.source_id in past or entry.title in past]
    ids = {entry.source_id for entry in attended}
    return Profile(
        people=people,
        interests=tuple(one for one in interests if one in fields),
        own_words="、".join(one for one in interests if one not in fields and not _is_code(one)),
        area=line.get("area") or None,
        needs=_members(Feature, line.get("needs")),
        free_weekdays=tuple(day for day in free_time.get("weekdays") or () if day in range(7)),
        free_times=_members(TimeOfDay, free_time.get("time_of_day")),
        history=tuple(Past(title=title) for title in sorted({one.title for one in attended} | (past - ids))),
        excluded=frozenset(entry.id for entry in attended),
    )


def _members(kind: type[Chosen], values: Iterable[Any] | str | None) -> tuple[Chosen, ...]:
    known = {member.value: member for member in kind}
    told = [values] if isinstance(values, str) else values or ()
    return tuple(known[value] for value in told if value in known)


def _is_code(interest: str) -> bool:
    """it_digital, health_care: a field that no course has now, not words."""
    return "_" in interest


def _age(told: object) -> int | None:
    return told if isinstance(told, int) and told >= 0 else None


def _moment(told: object, zone: ZoneInfo) -> datetime | None:
    if not told:
        return None
    moment = datetime.fromisoformat(str(told))
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
