"""What staff should look at: facts that cannot be together, and columns that the text contradicts."""

from collections.abc import Iterator, Mapping

from catalog.models.course import CapacityUnit
from catalog.reading.applying import Applying
from catalog.reading.capacity import Capacity, read_capacity
from catalog.reading.fees import Fee, read_fee
from catalog.reading.sections import Topic, behind
from catalog.reading.target import Target, read_target

_COUNTERS = {CapacityUnit.PERSON: "人", CapacityUnit.PAIR: "組", CapacityUnit.FAMILY: "家族"}


def unlikely(target: Target, fee: Fee, capacity: Capacity, applying: Applying) -> Iterator[str]:
    """One Japanese sentence for each fact that is read but can hardly be meant."""
    ages = target.ages
    if ages and ages.low is not None and ages.high is not None and ages.low > ages.high:
        yield f"対象年齢が「{ages.low}歳から{ages.high}歳」と読めました。逆ではありませんか。"
    if fee.doubtful:
        yield f"料金がいくつか書かれています。「{fee.yen}円」と読みました。"
    if applying.apply_from and applying.apply_until and applying.apply_from > applying.apply_until:
        yield "申込の開始が締切より後になっています。"
    if target.parent_child and capacity.count and capacity.unit is CapacityUnit.PERSON and capacity.count % 2:
        yield f"親子の講座で定員が{capacity.count}人です。組数かもしれません。"


def contradicted(columns: Mapping[str, str], body: str) -> Iterator[str]:
    """One Japanese sentence for each column that the labelled part of the text contradicts. The column was taken.

    `columns` are the plain texts of `target`, `capacity` and `fee`; empty ones are not compared.
    """
    column, text = read_capacity(columns["capacity"], ""), read_capacity(behind(body, Topic.CAPACITY), "")
    if column.count and text.count and column.unit is text.unit and column.count != text.count:
        counter = _COUNTERS[column.unit]
        yield f"定員の欄は{column.count}{counter}、本文は{text.count}{counter}です。欄のとおりとしました。"
    asked, said = read_fee(columns["fee"], ""), read_fee(behind(body, Topic.FEE), "")
    if asked.yen is not None and said.yen is not None and asked.yen != said.yen:
        yield f"料金の欄は{asked.yen}円、本文は{said.yen}円です。欄のとおりとしました。"
    ages, others = _ages(columns["target"]), _ages(behind(body, Topic.TARGET))
    if ages and others and ages != others:
        yield "対象の欄と本文とで年齢が違います。欄のとおりとしました。"


def _ages(target: str) -> tuple[int | None, int | None] | None:
    ages = read_target(title="", target=target, body="").ages if target else None
    return (ages.low, ages.high) if ages else None
