"""Long lists whose rows are found in one of several ways (this title, or that customer, or such a name).

Few rows are looked up and sorted. Of many the list is walked in its own order, asking each row, until the
page is full: collecting a quarter of a million of them first takes ten times as long (measured). The count
is exact either way: it adds up pieces that an index counts and that have no row in common.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Connection,
    Select,
    String,
    Text,
    and_,
    func,
    literal,
    not_,
    or_,
    select,
    union,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

Condition = ColumnElement[bool]

_MANY = 5_000  # rows: from here on the walk is quicker
_FAR = 2_000  # rows that a page may pass over
_NAMED = 1_000  # ids that are values of a statement


class _Met(FunctionElement[str]):
    """A column that is asked of rows met on the way: SQLite's planner looks nothing up by it."""

    inherit_cache = True
    type = String()


@compiles(_Met)
def _plainly(element: _Met, compiler: SQLCompiler, **kw: object) -> str:
    return str(compiler.process(element.clauses, **kw))


@compiles(_Met, "sqlite")
def _without_index(element: _Met, compiler: SQLCompiler, **kw: object) -> str:
    return f"+{compiler.process(element.clauses, **kw)}"


@dataclass(frozen=True)
class Part:
    """Rows whose `column` passes a test, found by its index."""

    column: ColumnElement[Any]
    test: Callable[[ColumnElement[Any]], Condition]

    def found(self) -> Condition:
        """By the index."""
        return self.test(self.column)

    def met(self) -> Condition:
        """Asked of a row that is there already."""
        return self.test(_Met(self.column))

    def missed(self) -> Condition:
        """The opposite, also of rows without a value."""
        return or_(_Met(self.column).is_(None), not_(self.met()))


def one_of(column: ColumnElement[Any], values: Sequence[str] | Select[Any]) -> Part:
    """Rows whose column has one of these values."""
    return Part(column, lambda asked: asked.in_(values))


def ids(found: Sequence[str], *, dialect: str) -> Sequence[str] | Select[Any]:
    """What `one_of` takes for these ids, however many: a statement has no room for thousands of values."""
    if len(found) <= _NAMED:
        return found
    if dialect == "sqlite":
        each = func.json_each(json.dumps(found)).table_valued("value")
    else:
        each = func.unnest(literal(found, ARRAY(Text))).table_valued("value").render_derived()
    return select(each.c.value)


@dataclass(frozen=True)
class Either:
    """Rows that fit one of `parts`, or whose id (`key`) is one of `few`: that is always quickly read."""

    key: ColumnElement[str]
    parts: tuple[Part, ...]
    few: tuple[Select[Any], ...]

    def named(self) -> Condition:
        """All of them looked up."""
        ways = [*(select(self.key).where(part.found()) for part in self.parts), *self.few]
        return self.key.in_(_any_of(ways, self.key))

    def met(self) -> Condition:
        """Asked of a row that is there already."""
        ways = [part.met() for part in self.parts]
        return or_(*ways, _Met(self.key).in_(_any_of(self.few, self.key)))

    def pieces(self) -> list[Condition]:
        """Together all of them, no row in two."""
        found = [part.found() for part in self.parts]
        found.append(self.key.in_(_any_of(self.few, self.key)))
        missed = [part.missed() for part in self.parts]
        return [and_(one, *missed[:before]) for before, one in enumerate(found)]


@dataclass(frozen=True)
class Order:
    """What a list is sorted by, highest first, and how to halve a span of it."""

    column: ColumnElement[Any]
    number: Callable[[Any], int]
    value: Callable[[int], Any]

    @staticmethod
    def by_instant(column: ColumnElement[int]) -> Order:
        """Newest first."""
        return Order(column, int, int)

    @staticmethod
    def by_id(column: ColumnElement[str]) -> Order:
        """Made last first: ids begin with the instant."""
        return Order(column, lambda key: UUID(key).int, lambda number: str(UUID(int=number)))


@dataclass(frozen=True)
class Wanted:
    """Rows that fit every condition and every `Either`."""

    conditions: tuple[Condition, ...] = ()
    eithers: tuple[Either, ...] = ()


class FoundRows:
    """Pages and counts of one table's rows on one connection."""

    def __init__(self, connection: Connection, *, key: ColumnElement[str], order: Order) -> None:
        self._connection = connection
        self._key = key
        self._order = order

    def count(self, wanted: Wanted) -> int:
        """How many, exactly."""
        pieces = _pieces(wanted, self._narrow(wanted))
        return sum(self._counted(piece) for piece in pieces)

    def page(self, wanted: Wanted, *, offset: int, limit: int) -> Select[Any]:
        """The ids of a page."""
        narrow = self._narrow(wanted)
        walk = _walk(wanted, narrow)
        if offset > _FAR:
            passed, offset = self._nearby(_pieces(wanted, narrow), offset)
            walk.append(passed)
        page = select(self._key).where(*walk).order_by(self._order.column.desc())
        return page.offset(offset).limit(limit)

    def _narrow(self, wanted: Wanted) -> Either | None:
        for either in wanted.eithers:
            if not any(self._is_broad(part) for part in either.parts):
                return either
        return None

    def _is_broad(self, part: Part) -> bool:
        some = select(self._key).where(part.found()).limit(_MANY).subquery()
        return bool(self._read(select(func.count()).select_from(some)) == _MANY)

    def _nearby(self, pieces: Sequence[list[Condition]], offset: int) -> tuple[Condition, int]:
        """From where to walk to that row, and how many rows are then still to be passed over: halving the
        span of the order and counting, which reads far less than walking there."""
        at, number, value = self._order.column, self._order.number, self._order.value
        # one by one: SQLite finds only a single end in the index
        low, high = (number(self._read(select(end(at)))) for end in (func.min, func.max))
        while offset > _FAR and high - low > 1:
            middle = (low + high) // 2
            upper = [at > value(middle), at <= value(high)]
            newer = sum(self._counted(piece + upper) for piece in pieces)
            if newer <= offset:
                high, offset = middle, offset - newer
            else:
                low = middle
        return at <= value(high), offset

    def _counted(self, conditions: Sequence[Condition]) -> int:
        query = select(func.count()).select_from(self._key.table).where(*conditions)
        return int(self._read(query))

    def _read(self, query: Select[Any]) -> Any:
        return self._connection.execute(query).scalar_one()


def _walk(wanted: Wanted, narrow: Either | None) -> list[Condition]:
    """Conditions by which a page is read: what is narrow is looked up, the rest asked on the way."""
    asked = [either.met() for either in wanted.eithers if either is not narrow]
    return [*wanted.conditions, *([] if narrow is None else [narrow.named()]), *asked]


def _pieces(wanted: Wanted, narrow: Either | None) -> list[list[Condition]]:
    """All that is wanted, in pieces that have no row in common."""
    if narrow is not None or not wanted.eithers:
        return [_walk(wanted, narrow)]
    first, *others = wanted.eithers
    besides = [*wanted.conditions, *(either.met() for either in others)]
    return [[piece, *besides] for piece in first.pieces()]


def _any_of(ways: Sequence[Select[Any]], key: ColumnElement[str]) -> Select[Any]:
    if not ways:
        return select(key).where(key.is_(None))
    return ways[0] if len(ways) == 1 else select(union(*ways).subquery().c[0])
