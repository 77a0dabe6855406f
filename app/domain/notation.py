"""How a report's figures and days are written: for a reader, and plainly for a program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from app.domain.report_parts import (
    Cell,
    Column,
    Entry,
    Kind,
    Line,
    LineKind,
    Proof,
    Report,
    Table,
    Wanted,
)
from app.domain.values import Money, exponent

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥"}


def _plain_day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _plain_clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"


@dataclass(frozen=True)
class Notation:
    """How figures and days are written for one reader; plain English unless told otherwise."""

    group: str = ","
    point: str = "."
    day: Callable[[date], str] = _plain_day
    clock: Callable[[datetime], str] = _plain_clock
    say: Callable[[str], str] = str
    with_currency: Callable[[Money], str] | None = None

    def line(self, table: Table, line: Line) -> tuple[str, ...]:
        """The cells of a line as people read them; a group's line is its title."""
        kind, row = line
        if kind is LineKind.GROUP:
            return (str(row[0]),)
        if kind is LineKind.ROW:
            return tuple(map(self.cell, table.columns, row))
        return (self.say(str(row[0])), *map(self.cell, table.columns[1:], row[1:]))

    def cell(self, column: Column | Entry, value: Cell) -> str:
        """A cell as people read it; money without its currency, which stands in the head."""
        if value is None:
            return ""
        if isinstance(value, int):
            return self._figure(column, value)
        if column.kind is Kind.DAY:
            return self.day(date.fromisoformat(value))
        if column.kind is Kind.INSTANT:
            return self.moment(value)
        return self.say(value) if column.kind is Kind.WORD else value

    def _figure(self, column: Column | Entry, value: int) -> str:
        if column.kind is Kind.MONEY:
            return self.amount(value, column.currency)
        if column.kind is Kind.SHARE:
            tenths = round(value / 10)
            return f"{self._grouped(tenths // 10)}{self.point}{tenths % 10}\u00a0%"
        return self._grouped(value)

    def moment(self, wall_time: str) -> str:
        """A wall time such as "2026-11-27T20:00" as day and time."""
        moment = datetime.fromisoformat(wall_time)
        return f"{self.day(moment.date())}, {self.clock(moment)}"

    def amount(self, minor: int, currency: str) -> str:
        """An amount with all its decimals, without its currency."""
        places = exponent(currency)
        whole, rest = divmod(abs(minor), 10**places)
        text = self._grouped(whole) + (f"{self.point}{rest:0{places}d}" if places else "")
        return f"-{text}" if minor < 0 else text

    def money(self, value: Money) -> str:
        """An amount with its currency."""
        if self.with_currency is not None:
            return self.with_currency(value)
        text = self.amount(abs(value.minor), value.currency)
        symbol = _SYMBOLS.get(value.currency, f"{value.currency}\u00a0")
        return f"{'-' if value.minor < 0 else ''}{symbol}{text}"

    def entry(self, entry: Entry) -> str:
        """The value of an entry, money with its currency."""
        if entry.kind is Kind.MONEY and isinstance(entry.value, int):
            return self.money(Money(entry.value, entry.currency))
        return self.cell(entry, entry.value)

    def span(self, wanted: Wanted) -> str:
        """The days a report is about, in words."""
        first, last = wanted.first, wanted.last
        if first is None and last is None:
            return self.say("all days")
        if first is None and last is not None:
            return self.say("until {last}").format(last=self.day(last))
        if last is None and first is not None:
            return self.say("from {first}").format(first=self.day(first))
        if first is None or last is None or first == last:
            return self.day(first or date.min)
        return self.say("{first} to {last}").format(first=self.day(first), last=self.day(last))

    def heading(self, column: Column) -> str:
        """The head of a column where it stands alone: with its currency when it is money."""
        title = self.say(column.title)
        return f"{title} ({column.currency})" if column.kind is Kind.MONEY else title

    def about(self, report: Report) -> str:
        """The house, the days and the filter in one line."""
        facts = (f"{self.say(fact.title)}: {self.entry(fact)}" for fact in report.facts)
        parts = (report.house, self.span(report.wanted), *facts)
        return ", ".join(part for part in parts if part)

    def made(self, report: Report) -> str:
        """When it was made."""
        return self.say("made {when}").format(when=self.moment(report.made_at))

    def proof(self, proof: Proof) -> str:
        """Whether the money equals the journal's, in words."""
        own, elsewhere, journal = (
            self.money(Money(minor, proof.currency))
            for minor in (proof.own, proof.elsewhere, proof.journal)
        )
        if not proof.house:
            held = "Every cent of these days is in the journal."
            text = held if proof.holds else "These days do not agree with the journal."
        elif not proof.holds:
            text = "{own} here and {elsewhere} elsewhere, but {journal} in the journal."
        elif proof.elsewhere:
            text = "{own} here and {elsewhere} elsewhere: the journal's {journal} to the cent."
        else:
            text = "{own} equals the journal to the cent."
        return self.say(text).format(own=own, elsewhere=elsewhere, journal=journal)

    def _grouped(self, value: int) -> str:
        text = f"{value:,}"
        return text if self.group == "," else text.replace(",", self.group)


def decimal(minor: int, currency: str) -> str:
    """Minor units as a plain decimal number: exact, whatever the size."""
    places = exponent(currency)
    whole, rest = divmod(abs(minor), 10**places)
    text = f"{whole}.{rest:0{places}d}" if places else str(whole)
    return f"-{text}" if minor < 0 else text


def document_of(report: Report) -> dict[str, object]:
    """The report as plain values for JSON; amounts in minor units of their column's currency."""
    wanted = report.wanted
    return {
        "name": report.name.value,
        "title": report.title,
        "house": report.house,
        "made_at": report.made_at,
        "from": wanted.first.isoformat() if wanted.first else None,
        "to": wanted.last.isoformat() if wanted.last else None,
        "holds": report.holds,
        "journal": [asdict(proof) for proof in report.proofs],
        "tables": [_table_document(table) for table in report.tables],
        "notes": list(report.notes),
    }


def _table_document(table: Table) -> dict[str, object]:
    return {
        "title": table.title,
        "currency": table.currency or None,
        "columns": [{"title": c.title, "kind": c.kind.value} for c in table.columns],
        "sections": [{"title": s.title, "rows": s.rows, "total": s.total} for s in table.sections],
        "total": table.total,
    }
