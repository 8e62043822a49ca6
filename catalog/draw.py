"""The draw (抽選): pure rules and a text file, so that anybody can check the result with shell tools alone.

**Before.** When entries open, a secret random seed is made and its SHA-256 published: the commitment. When they close,
the list — terms and anonymous entries — is published with its hash. Nobody can change seed or list after that. Who can
read the seed could still enter under a lucky code; where that matters, name beforehand a public text that nobody can
know or choose then (such as a number that a newspaper will print): it is mixed into the tickets.

**Order.** An entry of weight w has tickets 1 … w; ticket i is `sha256("SEED:PUBLIC:CODE:i")` as hex. Groups are drawn
one after the other, 0 first; within a group parties stand in the order of their smallest ticket. That is drawing from a
box without putting back, in which each party has w slips.

**Who wins.** Down the order, each party that fits whole into the places (and childcare places) that are left wins: all
or none. A party that does not fit is passed over and holds up nobody. The others are reserves in the same order, as
many as the terms say; the rest have lost.

**The file** holds it all, one fact a line (`Drawn.text`); `bot/public/verify-draw.sh` checks it without this code.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from catalog.errors import ManabiError

NOTHING = "-"  # stands where no public text is mixed in

_COUNT = r"0|[1-9][0-9]{0,8}"
_HASH = "[0-9a-f]{64}"
_CODE = "[0-9A-Z-]{1,32}"
# Every line of a file is one of these words and a value of this shape. Weight is 1 to 100, the group 0 to 9.
_SHAPES = {
    "draw": "1",  # the version of the format
    "course": _COUNT,
    "title": ".+",
    "seats": _COUNT,
    "childcare": _COUNT,
    "reserves": f"all|{_COUNT}",
    "mixed-in": ".+",
    "commitment": _HASH,
    "entry": f"{_CODE} [1-9][0-9]{{0,3}} (?:[1-9][0-9]?|100) [0-9] (?:{_COUNT})",
    "list": _HASH,
    "public": ".+",
    "seed": _HASH,
    "result": rf"[1-9][0-9]{{0,8}} {_CODE} (?:won|reserve|lost)",
    "sum": _HASH,
}
_LINES = {word: re.compile(f"{word} ({shape})") for word, shape in _SHAPES.items()}
_REPEATED = ("entry", "result")
_LIST_WORDS = tuple(_SHAPES)[: tuple(_SHAPES).index("list")]
_OUT_OF_ORDER = "並びか書き方が、決まりとちがう行があります。"


class DrawError(ManabiError):
    """A draw cannot be made or read; says which fact or line is wrong."""


class Outcome(StrEnum):
    WON = "won"  # 当選
    RESERVE = "reserve"  # 補欠
    LOST = "lost"  # 落選


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A party in the draw. Raises DrawError for what a file cannot hold.

    `code` (抽選番号) is known to the party alone; `seats` in the course's unit; `weight` 1–100 tickets; `group` 0–9,
    0 drawn first; `childcare` places it needs beside its seats.
    """

    code: str
    seats: int = 1
    weight: int = 1
    group: int = 0
    childcare: int = 0

    def __post_init__(self) -> None:
        _must_fit(self.line)

    @property
    def line(self) -> str:
        return f"entry {self.code} {self.seats} {self.weight} {self.group} {self.childcare}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is settled before anybody is drawn. Raises DrawError for what a file cannot hold.

    `seats` and `childcare` places are given away; `reserves` parties wait (None: all). `mixed_in` says in words which
    public text will be mixed in, `NOTHING` if none.
    """

    course_id: int
    title: str
    seats: int
    commitment: str
    childcare: int = 0
    reserves: int | None = None
    mixed_in: str = NOTHING

    def __post_init__(self) -> None:
        for line in self.lines:
            _must_fit(line)

    @property
    def lines(self) -> tuple[str, ...]:
        return (
            "draw 1",
            f"course {self.course_id}",
            f"title {one_line(self.title)}",
            f"seats {self.seats}",
            f"childcare {self.childcare}",
            f"reserves {'all' if self.reserves is None else self.reserves}",
            f"mixed-in {one_line(self.mixed_in)}",
            f"commitment {self.commitment}",
        )


@dataclass(frozen=True, slots=True)
class Result:
    """What a party got. `rank` is its place in the whole order, from 1."""

    rank: int
    code: str
    outcome: Outcome

    @property
    def line(self) -> str:
        return f"result {self.rank} {self.code} {self.outcome}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A draw that has been held. `list_hash` and `sum` are what its file claims."""

    terms: Terms
    entries: tuple[Entry, ...]
    list_hash: str
    public: str
    seed: str
    results: tuple[Result, ...]
    sum: str

    @property
    def text(self) -> str:
        """The file: the list, its hash, what was secret, the results, and the hash of all lines before."""
        return f"{self._unsealed}sum {self.sum}\n"

    @property
    def _unsealed(self) -> str:
        secret = f"list {self.list_hash}\npublic {self.public}\nseed {self.seed}\n"
        return list_text(self.terms, self.entries) + secret + "".join(f"{result.line}\n" for result in self.results)

    @property
    def right_sum(self) -> str:
        return digest(self._unsealed)


def new_seed() -> str:
    """A secret seed: 32 random bytes as hex."""
    return secrets.token_hex(32)


def digest(text: str) -> str:
    """SHA-256 as hex: of a seed its commitment, of a list what is published when entries close."""
    return hashlib.sha256(text.encode()).hexdigest()


def one_line(text: str) -> str:
    """The text as a line of the file can hold it: one line of signs that can be seen, `NOTHING` if there are none."""
    seen = "".join(sign for sign in text if sign.isprintable() or sign.isspace())
    return " ".join(seen.split()) or NOTHING


def list_text(terms: Terms, entries: Iterable[Entry]) -> str:
    """The list to be published when entries close, in the order of codes: the first part of the file."""
    lines = (*terms.lines, *(entry.line for entry in sorted(entries, key=lambda entry: entry.code)))
    return "".join(f"{line}\n" for line in lines)


def order(entries: Iterable[Entry], *, seed: str, public: str = NOTHING) -> list[Entry]:
    """The entries as they are drawn."""
    return sorted(entries, key=lambda entry: (entry.group, _smallest_ticket(entry, seed, public)))


def allot(ordered: Sequence[Entry], *, seats: int, childcare: int = 0, reserves: int | None = None) -> list[Result]:
    """What each gets, all or none, going down the order."""
    results, waiting = [], 0
    for rank, entry in enumerate(ordered, 1):
        if entry.seats <= seats and entry.childcare <= childcare:
            seats, childcare = seats - entry.seats, childcare - entry.childcare
            outcome = Outcome.WON
        elif reserves is None or waiting < reserves:
            waiting += 1
            outcome = Outcome.RESERVE
        else:
            outcome = Outcome.LOST
        results.append(Result(rank, entry.code, outcome))
    return results


def hold(terms: Terms, entries: Iterable[Entry], *, seed: str, public: str = NOTHING) -> Drawn:
    """Holds the draw. Raises DrawError where the seed is not the promised one, or two entries have one code."""
    if digest(seed) != terms.commitment:
        raise DrawError("乱数の種が、約束した値とちがいます。")
    listed = tuple(sorted(entries, key=lambda entry: entry.code))
    if len({entry.code for entry in listed}) < len(listed):
        raise DrawError("おなじ抽選番号が2つあります。")
    public = one_line(public)
    ordered = order(listed, seed=seed, public=public)
    results = allot(ordered, seats=terms.seats, childcare=terms.childcare, reserves=terms.reserves)
    draw = Drawn(
        terms=terms,
        entries=listed,
        list_hash=digest(list_text(terms, listed)),
        public=public,
        seed=seed,
        results=tuple(results),
        sum="",
    )
    return replace(draw, sum=draw.right_sum)


def read_list(text: str) -> tuple[Terms, tuple[Entry, ...]]:
    """A published list as it is. Raises DrawError where it is not of this format to the last sign."""
    found = _values(text, _LIST_WORDS)
    terms, entries = _terms(found), _entries(found)
    if list_text(terms, entries) != text:
        raise DrawError(_OUT_OF_ORDER)
    return terms, entries


def read(text: str) -> Drawn:
    """A draw file as it is, right or wrong. Raises DrawError where it is not of this format to the last sign."""
    found = _values(text, tuple(_LINES))
    drawn = Drawn(
        terms=_terms(found),
        entries=_entries(found),
        list_hash=found["list"][0],
        public=found["public"][0],
        seed=found["seed"][0],
        results=tuple(_result(*value.split(" ")) for value in found["result"]),
        sum=found["sum"][0],
    )
    if drawn.text != text:
        raise DrawError(_OUT_OF_ORDER)
    return drawn


def problems(text: str, *, commitment: str | None = None, list_hash: str | None = None) -> list[str]:
    """What does not match in a draw file: one Japanese sentence each, empty when all is right.

    `commitment` and `list_hash` are what somebody noted before the draw; without them, only that the file is consistent
    is proved.
    """
    try:
        draw = read(text)
    except DrawError as error:
        return [str(error)]
    terms, codes = draw.terms, {entry.code for entry in draw.entries}
    checks = (
        (draw.list_hash == digest(list_text(terms, draw.entries)), "一覧が、締切のときの一覧とちがいます。"),
        (digest(draw.seed) == terms.commitment, "乱数の種が、約束した値とちがいます。"),
        (commitment in {None, terms.commitment}, "約束の値が、控えとちがいます。"),
        (list_hash in {None, draw.list_hash}, "一覧の値が、控えとちがいます。"),
        (
            (terms.mixed_in == NOTHING) == (draw.public == NOTHING),
            "混ぜる文字が、前もって知らせたとおりではありません。",
        ),
        (len(codes) == len(draw.entries), "おなじ抽選番号が2つあります。"),
        (draw.sum == draw.right_sum, "ファイルが書きかえられています。"),
    )
    return [sentence for right, sentence in checks if not right] + _wrong_results(draw)


def _wrong_results(draw: Drawn) -> list[str]:
    """The first place where the results are not what list and seed give."""
    terms = draw.terms
    ordered = order(draw.entries, seed=draw.seed, public=draw.public)
    right = allot(ordered, seats=terms.seats, childcare=terms.childcare, reserves=terms.reserves)
    for expected, claimed in zip(right, draw.results, strict=False):
        if expected != claimed:
            return [f"結果の{expected.rank}番目は {expected.code} {expected.outcome} のはずです。"]
    if len(right) != len(draw.results):
        return [f"結果は{len(right)}組のはずが、{len(draw.results)}組です。"]
    return []


def _smallest_ticket(entry: Entry, seed: str, public: str) -> str:
    return min(digest(f"{seed}:{public}:{entry.code}:{number}") for number in range(1, entry.weight + 1))


def _must_fit(line: str) -> None:
    shape = _LINES[line.partition(" ")[0]]
    if not shape.fullmatch(line):
        raise DrawError(f"抽選に使えない値です: {line}")


def _values(text: str, words: Sequence[str]) -> dict[str, list[str]]:
    """The values of the lines by their words: one each, any number of entries and results."""
    found: dict[str, list[str]] = {word: [] for word in words}
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        word = line.partition(" ")[0]
        match = _LINES[word].fullmatch(line) if word in found else None
        if match is None:
            raise DrawError(f"{number}行目が読めません。")
        if found[word] and word not in _REPEATED:
            raise DrawError(f"{number}行目: {word} が2つあります。")
        found[word].append(match[1])
    for word, values in found.items():
        if not values and word not in _REPEATED:
            raise DrawError(f"{word} の行がありません。")
    return found


def _terms(found: dict[str, list[str]]) -> Terms:
    [reserves] = found["reserves"]
    return Terms(
        course_id=int(found["course"][0]),
        title=found["title"][0],
        seats=int(found["seats"][0]),
        childcare=int(found["childcare"][0]),
        reserves=None if reserves == "all" else int(reserves),
        mixed_in=found["mixed-in"][0],
        commitment=found["commitment"][0],
    )


def _entries(found: dict[str, list[str]]) -> tuple[Entry, ...]:
    return tuple(_entry(*value.split(" ")) for value in found["entry"])


def _entry(code: str, seats: str, weight: str, group: str, childcare: str) -> Entry:
    return Entry(code=code, seats=int(seats), weight=int(weight), group=int(group), childcare=int(childcare))


def _result(rank: str, code: str, outcome: str) -> Result:
    return Result(int(rank), code, Outcome(outcome))
