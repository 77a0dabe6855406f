"""From sums to tables: how each report's figures are put together. Pure reckoning, no database.

Money of two currencies never meets: every table has one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from app.domain.report_parts import (
    Cell,
    Column,
    Entry,
    Kind,
    Row,
    Section,
    Table,
    table_of,
    total_of,
)
from app.domain.values import at_venue, from_micros

_QUARTER = 900_000_000  # microseconds
TENDERS = {"cash": "Cash", "card": "Card", "slip": "Card slip", "voucher": "Voucher"}
INTERACTIONS = {
    "search": "Searches",
    "view_event": "Events viewed",
    "open_house": "Seat maps opened",
    "hold": "Holds",
    "abandon": "Baskets abandoned",
    "book": "Bookings",
    "cancel": "Cancellations",
    "sign_in": "Sign-ins",
}


class DayClock:
    """Says which day of the house an instant belongs to, remembering the quarters it was asked."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._days: dict[int, str] = {}

    def day(self, quarter: int) -> str:
        """The day ("2026-11-27") of a quarter of an hour since 1970 UTC."""
        found = self._days.get(quarter)
        if found is None:
            found = at_venue(from_micros(quarter * _QUARTER), self._zone).date().isoformat()
            self._days[quarter] = found
        return found

    def wall(self, micros: Cell) -> str | None:
        """An instant in microseconds as "2026-11-27T20:00" on the house's wall; None for none."""
        if not isinstance(micros, int):
            return None
        return wall(at_venue(from_micros(micros), self._zone))


def wall(moment: datetime) -> str:
    """A local time to the minute."""
    return moment.strftime("%Y-%m-%dT%H:%M")


def tender_name(tender: str) -> str:
    """As people call it; what is unknown here keeps its own name."""
    return TENDERS.get(tender, tender)


def _money(title: str, currency: str) -> Column:
    return Column(title, Kind.MONEY, currency)


def _count(title: str) -> Column:
    return Column(title, Kind.COUNT)


def each(currencies: Iterable[str], table: Callable[[str], Table]) -> tuple[Table, ...]:
    """One table a currency, in their order; the title says which when there are several."""
    found = sorted(set(currencies))
    return tuple(table(currency) for currency in found)


def number(value: Cell) -> int:
    """A sum as the database gave it; 0 for nothing."""
    return int(value) if value is not None else 0


# -- money ---------------------------------------------------------------------------------------


def daily(
    money: Sequence[tuple[int, str, str, int, int]],
    tickets: Sequence[tuple[int, str, str, int]],
    *,
    clock: DayClock,
) -> tuple[Table, ...]:
    """A row a day that saw tickets or money: sold, returned, taken, refunded, takings."""
    sums: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for quarter, kind, currency, how_many, amount in money:
        of_day = sums[currency][clock.day(quarter)]
        of_day[kind] += amount
        of_day[f"{kind}s"] += how_many
    for quarter, kind, currency, how_many in tickets:
        sums[currency][clock.day(quarter)][f"tickets {kind}"] += how_many

    def table(currency: str) -> Table:
        columns = (
            Column("Day", Kind.DAY),
            _count("Tickets sold"),
            _count("Returned"),
            _count("Payments"),
            _count("Refunds"),
            _money("Taken", currency),
            _money("Refunded", currency),
            _money("Takings", currency),
        )
        rows = (
            (
                day,
                of_day["tickets sale"],
                of_day["tickets return"],
                of_day["sales"],
                of_day["refunds"],
                of_day["sale"],
                of_day["refund"],
                of_day["sale"] - of_day["refund"],
            )
            for day, of_day in sorted(sums[currency].items())
        )
        return table_of("Days", columns, rows, currency=currency)

    return each(sums, table)


def operators(tills: Sequence[tuple[str, str, str, str, str, int, int]]) -> tuple[Table, ...]:
    """What each operator took at each station, a column a tender, takings after refunds."""
    sums: dict[str, dict[tuple[str, str], Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for operator, station, tender, kind, currency, how_many, amount in tills:
        of_till = sums[currency][operator, station]
        of_till[tender] += amount if kind == "sale" else -amount
        of_till[kind] += how_many

    def table(currency: str) -> Table:
        used = {line[2] for line in tills if line[4] == currency}
        tenders = [t for t in TENDERS if t in used] + sorted(used - set(TENDERS))
        columns = (
            Column("Operator"),
            Column("Station"),
            _count("Payments"),
            _count("Refunds"),
            *(_money(tender_name(tender), currency) for tender in tenders),
            _money("Takings", currency),
        )
        rows: list[Row] = []
        for till, of_till in sorted(sums[currency].items()):
            taken = [of_till[tender] for tender in tenders]
            rows.append((*till, of_till["sale"], of_till["refund"], *taken, sum(taken)))
        return table_of("Operators", columns, rows, currency=currency)

    return each(sums, table)


def tenders(lines: Sequence[tuple[str, str, str, int, int]]) -> tuple[Table, ...]:
    """By tender: kind, currency, how many, sum become taken, refunded and takings."""
    sums: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for tender, kind, currency, how_many, amount in lines:
        sums[currency][tender][kind] += amount
        sums[currency][tender][f"{kind}s"] += how_many

    def table(currency: str) -> Table:
        columns = (
            Column("Tender", Kind.WORD),
            _count("Payments"),
            _count("Refunds"),
            _money("Taken", currency),
            _money("Refunded", currency),
            _money("Takings", currency),
        )
        known = list(TENDERS)
        order = sorted(
            sums[currency], key=lambda t: (known.index(t) if t in known else len(known), t)
        )
        rows = ((tender_name(t), *_taken(sums[currency][t], counted=True)) for t in order)
        return table_of("Tenders", columns, rows, currency=currency)

    return each(sums, table)


def _taken(of: Counter[str], *, counted: bool) -> Row:
    sums = (of["sale"], of["refund"], of["sale"] - of["refund"])
    return (of["sales"], of["refunds"], *sums) if counted else sums


def drawers(shifts: Sequence[tuple[Cell, ...]], *, clock: DayClock) -> tuple[Table, ...]:
    """The shifts of these days: what should lie in each drawer, what was counted, the variance."""

    def row(shift: tuple[Cell, ...]) -> Row:
        start, taken, back, moved = (number(cell) for cell in shift[6:10])
        expected = start + taken - back + moved
        counted = None if shift[10] is None else number(shift[10])
        return (
            *shift[1:4],
            clock.wall(shift[4]),
            clock.wall(shift[5]),
            start,
            taken,
            back,
            moved,
            expected,
            counted,
            None if counted is None else counted - expected,
        )

    def table(currency: str) -> Table:
        columns = (
            Column("Station"),
            Column("Shift", Kind.COUNT, adds_up=False),
            Column("Operator"),
            Column("Opened", Kind.INSTANT),
            Column("Closed", Kind.INSTANT),
            *(
                _money(title, currency)
                for title in (
                    "Float",
                    "Cash taken",
                    "Cash refunded",
                    "In and out",
                    "Expected",
                    "Counted",
                    "Variance",
                )
            ),
        )
        rows = (row(shift) for shift in shifts if shift[0] == currency)
        return table_of("Drawers", columns, rows, currency=currency)

    return each((str(shift[0]) for shift in shifts), table)


def movements(
    lines: Iterable[tuple[Cell, ...]],
    *,
    title: str,
    remark: str,
    amount: str,
    clock: DayClock,
    people: bool,
) -> tuple[Table, ...]:
    """Payments or refunds one a line; `people` False leaves the customers' names out. `remark` and
    `amount` are the heads of their columns."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for currency, at, booking, customer, tender, note, operator, station, minor in lines:
        who = (customer or "Walk-up",) if people else ()
        rows[str(currency)].append(
            (
                clock.wall(at),
                booking,
                *who,
                tender_name(str(tender)),
                note,
                operator,
                station,
                number(minor),
            )
        )

    def table(currency: str) -> Table:
        columns = (
            Column("When", Kind.INSTANT),
            Column("Booking"),
            *((Column("Customer"),) if people else ()),
            Column("Tender", Kind.WORD),
            Column(remark),
            Column("Operator"),
            Column("Station"),
            _money(amount, currency),
        )
        return table_of(title, columns, rows[currency], currency=currency)

    return each(rows, table)


def customers(
    money: Iterable[tuple[Cell, ...]], bookings: Iterable[tuple[Cell, ...]], *, clock: DayClock
) -> tuple[Table, ...]:
    """A row a customer, who spent most first; everybody without a name is one row, Walk-up."""
    people: dict[tuple[str, Cell], Row] = {}
    spent: dict[tuple[str, Cell], tuple[int, int]] = {}
    booked: dict[tuple[str, Cell], Row] = {}
    for key, name, email, phone, currency, taken, back in money:
        people[str(currency), key] = (name or "Walk-up", email or "", phone or "")
        spent[str(currency), key] = (number(taken), number(back))
    for key, name, email, phone, currency, how_many, tickets, last in bookings:
        people[str(currency), key] = (name or "Walk-up", email or "", phone or "")
        booked[str(currency), key] = (number(how_many), number(tickets), clock.wall(last))

    def row(key: tuple[str, Cell]) -> Row:
        taken, back = spent.get(key, (0, 0))
        how_many, tickets, last = booked.get(key, (0, 0, None))
        return (*people[key], last, how_many, tickets, taken, back, taken - back)

    def table(currency: str) -> Table:
        columns = (
            Column("Customer"),
            Column("E-mail"),
            Column("Phone"),
            Column("Last booking", Kind.INSTANT),
            _count("Bookings"),
            _count("Tickets"),
            _money("Spent", currency),
            _money("Refunded", currency),
            _money("Net", currency),
        )
        rows = sorted(
            (row(key) for key in people if key[0] == currency),
            key=lambda r: (-number(r[-1]), str(r[0]).casefold(), str(r[1])),
        )
        return table_of("Customers", columns, rows, currency=currency)

    return each((currency for currency, _ in people), table)


# -- performances and interactions ---------------------------------------------------------------


def attendance(
    performances: Sequence[tuple[Cell, ...]],
    admissions: Iterable[tuple[str, int, int]],
    *,
    now: int,
) -> Table:
    """Sold, checked in and missing; nobody is missing before the curtain. `now` in microseconds."""
    inside = {performance: (valid, let_in) for performance, valid, let_in in admissions}
    columns = (
        Column("Performance", Kind.INSTANT),
        Column("Venue"),
        _count("Capacity"),
        _count("Sold"),
        _count("Checked in"),
        _count("No-shows"),
        Column("Came", Kind.SHARE),
    )
    sections: dict[Cell, tuple[str, list[Row]]] = {}
    for line in performances:
        valid, let_in = inside.get(str(line[0]), (0, 0))
        over = number(line[9]) <= now
        row = (
            line[3],
            line[4],
            number(line[7]),
            valid,
            let_in,
            valid - let_in if over else None,
            10_000 * let_in // valid if over and valid else None,
        )
        sections.setdefault(line[1], (str(line[2]), []))[1].append(row)
    return grouped("Performances", columns, sections.values())


def grouped(
    title: str,
    columns: tuple[Column, ...],
    sections: Iterable[tuple[str, Sequence[Row]]],
    *,
    currency: str = "",
) -> Table:
    """A section for each (title, rows), with its total when it has several rows, and the whole."""
    made = [
        Section(name, tuple(rows), total_of(columns, rows) if len(rows) > 1 else None)
        for name, rows in sections
    ]
    everything = [row for section in made for row in section.rows]
    whole = total_of(columns, everything, label="All events" if len(made) > 1 else "Total")
    if len(made) == 1:
        made = [Section(made[0].title, made[0].rows)]
    return Table(title, columns, tuple(made), whole if everything else None, currency)


def interactions(lines: Iterable[tuple[int, str, int]], *, clock: DayClock) -> Table:
    """A row a day, a column a type."""
    days: dict[str, Counter[str]] = defaultdict(Counter)
    used: set[str] = set()
    for quarter, kind, how_many in lines:
        days[clock.day(quarter)][kind] += how_many
        used.add(kind)
    kinds = [*INTERACTIONS, *sorted(used - set(INTERACTIONS))]
    columns = (
        Column("Day", Kind.DAY),
        *(_count(INTERACTIONS.get(kind, kind)) for kind in kinds),
        _count("All"),
    )
    rows: list[Row] = []
    for day, of_day in sorted(days.items()):
        rows.append((day, *(of_day[kind] for kind in kinds), of_day.total()))
    return table_of("Days", columns, rows)


def figures(tables: Iterable[Table], titles: Sequence[str]) -> tuple[Entry, ...]:
    """The totals of these columns, to stand above the tables; currency by currency."""
    found = []
    for table in tables:
        for column, value in zip(table.columns, table.total or (), strict=False):
            if column.title in titles and value is not None:
                found.append(Entry(column.title, column.kind, value, column.currency))
    return tuple(found)


def sum_of(tables: Iterable[Table], title: str) -> dict[str, int]:
    """The total of a column by currency, added up from the rows themselves."""
    sums: dict[str, int] = {}
    for table in tables:
        place = [column.title for column in table.columns].index(title)
        rows = (row[place] for section in table.sections for row in section.rows)
        sums[table.currency] = sums.get(table.currency, 0) + sum(number(v) for v in rows)
    return sums
