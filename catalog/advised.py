"""Who advice is for: the people, and what is known of their wishes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from catalog.leanings import Past
from catalog.search.criteria import Feature, TimeOfDay
from catalog.search.facts import OLDEST

_ADULT = 18
_AT_SCHOOL = 6
_CHILDREN = ("child", "grandchild")
_ADULT_YEARS, _CHILD_YEARS = (20, 59), (0, 17)  # who tells no age is shown what all of them may join


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody advice is for. `relation` as in `models.Relation`; ages are inclusive years, None not told."""

    key: str
    relation: str
    min_age: int | None = None
    max_age: int | None = None

    @property
    def years(self) -> tuple[int, int]:
        """The ages this person may have."""
        if not self.told:
            return _CHILD_YEARS if self.relation == "child" else _ADULT_YEARS
        return self.min_age or 0, OLDEST if self.max_age is None else self.max_age

    @property
    def told(self) -> bool:
        """Whether anything of the age is told."""
        return self.min_age is not None or self.max_age is not None

    @property
    def told_a_band(self) -> bool:
        """Whether the ages are a band of several years, rather than an age that is known or not told at all."""
        return self.told and self.years[1] - self.years[0] > 1

    @property
    def is_child(self) -> bool:
        return self.years[1] < _ADULT


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of a resident. `needs` are offered by every course shown.

    `history` is what they did about courses before; `looks` how much (0…1) of each field they have lately looked at.
    """

    people: tuple[Member, ...]
    interests: tuple[str, ...] = ()
    own_words: str = ""
    area: str | None = None
    needs: tuple[Feature, ...] = ()
    free_weekdays: tuple[int, ...] = ()
    free_times: tuple[TimeOfDay, ...] = ()
    history: tuple[Past, ...] = ()
    looks: Mapping[str, float] = field(default_factory=dict)
    excluded: frozenset[int] = field(default=frozenset())
    family: tuple[Member, ...] = ()  # others of the household, for whom nothing is sought now

    @property
    def has_wishes(self) -> bool:
        """Whether they told what they like; what they did before is no wish."""
        return bool(self.interests or self.own_words)

    def without(self, course_ids: Iterable[int]) -> "Profile":
        """The same, but these courses are not to be shown either."""
        return replace(self, excluded=self.excluded | frozenset(course_ids))

    @property
    def everybody(self) -> tuple[Member, ...]:
        """The household."""
        return (*self.people, *self.family)

    @property
    def children(self) -> tuple[tuple[int, int], ...]:
        """The ages of the children of the household: the resident's own, and those they look after as grandparents."""
        return tuple(one.years for one in self.everybody if one.relation in _CHILDREN and one.is_child)

    @property
    def before_school(self) -> tuple[tuple[int, int], ...]:
        """The ages of those children who surely do not go to school yet."""
        return tuple(years for years in self.children if years[1] < _AT_SCHOOL)
