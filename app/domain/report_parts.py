"""What a report is made of: tables of plain values, each with its columns, groups and totals.

A report is laid out once and shown the same on the screen, on paper and in a file. Its words are
English source text, as a screen's title is; `notation.Notation.say` has the reader's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.domain.errors import Invalid, Stopped


class ReportName(StrEnum):
    """The reports, as the command line calls them."""

    DAILY_SALES = "daily-sales"
    EVENT_STATEMENT = "event-statement"
    OPERATORS = "operators"
    PAYMENTS = "payments"
    REFUNDS = "refunds"
    ATTENDANCE = "attendance"
    CUSTOMERS = "customers"
    INTERACTIONS = "interactions"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a report is to be about. Days are by the house's clock, both included; None leaves that
    end open. "" for an id or a tender takes all."""

    first: date | None = None
    last: date | None = None
    event_id: str = ""
    operator_id: str = ""
    tender: str = ""

    def check(self) -> None:
        """Invalid({"to": "before_start"}) when the days run backwards."""
        if self.first is not None and self.last is not None and self.last < self.first:
            raise Invalid({"to": "before_start"})


# Text and days as text, counts and minor units as int, None for nothing.
Cell = str | int | None
Row = tuple[Cell, ...]


class Kind(StrEnum):
    """How a cell is to be read."""

    TEXT = "text"
    WORD = "word"  # one of our own, English source text
    COUNT = "count"
    MONEY = "money"  # minor units of the column's currency
    INSTANT = "instant"  # "2026-11-27T20:00" on the wall clock it happened by
    DAY = "day"  # "2026-11-27"
    SHARE = "share"  # basis points: 6250 is 62.5 %

    @property
    def figures(self) -> bool:
        """Whether it stands at the right."""
        return self in _FIGURES


_FIGURES = frozenset({Kind.COUNT, Kind.MONEY, Kind.SHARE})


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `adds_up` False for counts whose sum means nothing."""

    title: str
    kind: Kind = Kind.TEXT
    currency: str = ""
    adds_up: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that belong together, with their own total when there are several sections."""

    title: str
    rows: tuple[Row, ...] = field(repr=False)
    total: Row | None = None


class LineKind(StrEnum):
    """What a line of a table is."""

    GROUP = "group"
    ROW = "row"
    SUBTOTAL = "subtotal"
    TOTAL = "total"


Line = tuple[LineKind, Row]
Stop = Callable[[], bool]  # asked now and then on the way through something long
_ASKS_EVERY = 500  # lines


@dataclass(frozen=True, slots=True)
class Table:
    """One set of columns: a sheet of a workbook. Money of a table is all of `currency`."""

    title: str
    columns: tuple[Column, ...]
    sections: tuple[Section, ...]
    total: Row | None = None
    currency: str = ""

    def at_right(self, place: int) -> bool:
        """Whether a column stands at the right: figures do, but not the first, which names the row."""
        return place > 0 and self.columns[place].kind.figures

    def lines(self) -> Iterator[Line]:
        """Everything below the head, top to bottom; a group's line has one cell, its title."""
        for section in self.sections:
            if section.title:
                yield LineKind.GROUP, (section.title,)
            for row in section.rows:
                yield LineKind.ROW, row
            if section.total is not None:
                yield LineKind.SUBTOTAL, section.total
        if self.total is not None:
            yield LineKind.TOTAL, self.total

    def watched(self, stop: Stop) -> Iterator[Line]:
        """The lines, until `stop` says so: then Stopped."""
        for count, line in enumerate(self.lines()):
            if count % _ASKS_EVERY == 0 and stop():
                raise Stopped
            yield line

    @property
    def length(self) -> int:
        """How many rows there are, without titles and totals."""
        return sum(len(section.rows) for section in self.sections)


def table_of(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Row],
    *,
    currency: str = "",
    total: str = "Total",
) -> Table:
    """A table of one section with its total; `total` "" for one that has none."""
    kept = tuple(rows)
    sums = total_of(columns, kept, label=total) if total and kept else None
    return Table(title, tuple(columns), (Section("", kept),), sums, currency)


def total_of(columns: Sequence[Column], rows: Sequence[Row], *, label: str = "Total") -> Row:
    """The sums of counts and money, `label` first, nothing elsewhere."""
    sums: list[Cell] = [label]
    for place, column in list(enumerate(columns))[1:]:
        if column.kind in {Kind.COUNT, Kind.MONEY} and column.adds_up:
            sums.append(sum(value for row in rows if isinstance(value := row[place], int)))
        else:
            sums.append(None)
    return tuple(sums)


@dataclass(frozen=True, slots=True)
class Entry:
    """One named value: a fact of the filter, or a figure above the tables."""

    title: str
    kind: Kind
    value: Cell
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """A report's money against the journal's over the same days, in minor units of `currency`.

    `elsewhere` is what the filter left out, counted by itself. `house` False: whoever reads this
    sees own events only, and the sums of the house stay with the house.
    """

    currency: str
    own: int
    elsewhere: int
    journal: int
    house: bool = True

    @property
    def holds(self) -> bool:
        """Whether every cent is accounted for."""
        return self.own + self.elsewhere == self.journal


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it was at `made_at`, a wall time such as "2026-11-27T20:00" at the house."""

    name: ReportName
    title: str
    house: str
    wanted: Wanted
    facts: tuple[Entry, ...]
    figures: tuple[Entry, ...]
    tables: tuple[Table, ...]
    proofs: tuple[Proof, ...]
    notes: tuple[str, ...]
    made_at: str

    @property
    def holds(self) -> bool:
        """Whether all its money equals the journal's."""
        return all(proof.holds for proof in self.proofs)

    @property
    def length(self) -> int:
        """How many rows it has."""
        return sum(table.length for table in self.tables)
