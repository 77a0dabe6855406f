"""The event statement: a performance's house, tickets, money and tax, and the same by price type,
price zone, tax rate and tender.

All of it comes from the tickets, grouped by what tells them apart, so the tables cannot disagree.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.domain.payments import tax_within
from app.domain.report_parts import (
    Cell,
    Column,
    Kind,
    Row,
    Table,
    table_of,
)
from app.domain.report_tables import grouped, number, tenders


@dataclass(frozen=True, slots=True)
class Tickets:
    """Some tickets that are alike. Money in minor units, for one of them."""

    performance_id: str
    price_type: str
    zone: str
    status: str
    currency: str
    price: int
    tax: int
    paid: int
    refunded: int
    count: int

    @staticmethod
    def of(row: tuple[Cell, ...]) -> Tickets:
        """From the database's tuple."""
        words, sums = row[:5], row[5:]
        return Tickets(*(str(word) for word in words), *(number(value) for value in sums))  # type: ignore[arg-type]

    @property
    def held_tax(self) -> int:
        """The tax inside what is still held for one."""
        return tax_within(self.tax, price=self.price, held=self.paid - self.refunded)

    def add_to(self, sums: Counter[str]) -> None:
        """Count these in."""
        if self.status == "valid":
            sums["sold" if self.price else "comps"] += self.count
        elif self.status == "reserved":
            sums["reserved"] += self.count
        sums["sale"] += self.paid * self.count
        sums["refund"] += self.refunded * self.count
        sums["tax"] += self.held_tax * self.count


def statement(
    performances: Sequence[tuple[Cell, ...]],
    groups: Iterable[tuple[Cell, ...]],
    money: Sequence[tuple[str, str, str, int, int]],
) -> tuple[Table, ...]:
    """The tables of these performances, in every currency they are sold in."""
    tickets = [Tickets.of(row) for row in groups]
    of_performance: dict[str, Counter[str]] = defaultdict(Counter)
    for group in tickets:
        group.add_to(of_performance[group.performance_id])
    rates = {str(line[0]): number(line[6]) for line in performances}
    tables: list[Table] = []
    for currency in sorted({str(line[5]) for line in performances}):
        mine = [group for group in tickets if group.currency == currency]
        tables.append(_houses([p for p in performances if p[5] == currency], of_performance))
        tables.append(_by(mine, "Price types", "Price type", lambda group: group.price_type))
        tables.append(_by(mine, "Price zones", "Price zone", lambda group: group.zone))
        tables.append(_taxes(mine, rates, currency))
        tables += [table for table in tenders(money) if table.currency == currency]
    return tuple(table for table in tables if table.length)


def _houses(performances: Sequence[tuple[Cell, ...]], sums: dict[str, Counter[str]]) -> Table:
    currency = str(performances[0][5])
    counted = ("Capacity", "Sold", "Comps", "Kept back", "Free")
    columns = (
        Column("Performance", Kind.INSTANT),
        Column("Venue"),
        *(Column(title, Kind.COUNT) for title in counted),
        Column("Taken", Kind.MONEY, currency),
        Column("Refunded", Kind.MONEY, currency),
        Column("Takings", Kind.MONEY, currency),
        Column("Tax inside", Kind.MONEY, currency),
    )
    sections: dict[Cell, tuple[str, list[Row]]] = {}
    for line in performances:
        row = _house(line, sums[str(line[0])])
        sections.setdefault(line[1], (str(line[2]), []))[1].append(row)
    return grouped("Performances", columns, sections.values(), currency=currency)


def _house(line: tuple[Cell, ...], of: Counter[str]) -> Row:
    capacity, claimed = number(line[7]), number(line[8])
    sold = of["sold"] + of["comps"]
    return (
        line[3],
        line[4],
        capacity,
        of["sold"],
        of["comps"],
        max(0, claimed - sold),
        max(0, capacity - max(claimed, sold)),
        of["sale"],
        of["refund"],
        of["sale"] - of["refund"],
        of["tax"],
    )


def _by(tickets: Sequence[Tickets], title: str, head: str, key: Callable[[Tickets], str]) -> Table:
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for group in tickets:
        group.add_to(sums[key(group)])
    currency = tickets[0].currency if tickets else ""
    columns = (
        Column(head),
        Column("Sold", Kind.COUNT),
        Column("Comps", Kind.COUNT),
        Column("Taken", Kind.MONEY, currency),
        Column("Refunded", Kind.MONEY, currency),
        Column("Takings", Kind.MONEY, currency),
    )
    ordered = sorted(sums.items(), key=lambda pair: (-pair[1]["sale"], pair[0]))
    rows = (
        (name, of["sold"], of["comps"], of["sale"], of["refund"], of["sale"] - of["refund"])
        for name, of in ordered
    )
    return table_of(title, columns, rows, currency=currency)


def _taxes(tickets: Sequence[Tickets], rates: dict[str, int], currency: str) -> Table:
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    for group in tickets:
        group.add_to(sums[rates.get(group.performance_id, 0)])
    columns = (
        Column("Tax rate", Kind.SHARE),
        Column("Takings", Kind.MONEY, currency),
        Column("Tax inside", Kind.MONEY, currency),
        Column("Without tax", Kind.MONEY, currency),
    )
    rows = []
    for rate, of in sorted(sums.items()):
        takings = of["sale"] - of["refund"]
        rows.append((rate, takings, of["tax"], takings - of["tax"]))
    return table_of("Tax", columns, rows, currency=currency)
