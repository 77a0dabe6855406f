"""Reports for whoever may see them: read in one transaction, proven by the journal, saved as files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from app.domain import report_tables as lay
from app.domain.errors import Denied, NotFound, Stopped
from app.domain.notation import (
    Notation,
)
from app.domain.ports import UnitOfWork, Work
from app.domain.report_parts import (
    Entry,
    Kind,
    Proof,
    Report,
    ReportName,
    Stop,
    Table,
    Wanted,
)
from app.domain.reports import (
    CATALOGUE,
    END_OF_TIME,
    Choices,
    Narrowing,
    Offered,
    ReportFiles,
    ReportFormat,
    Scope,
)
from app.domain.statement import statement
from app.domain.users import Operator, Permission
from app.domain.values import at_venue, business_day, to_micros

T = TypeVar("T")

_ASKS_EVERY = 500  # rows between two looks at whether somebody said stop


def never() -> bool:
    """Nobody says stop."""
    return False


class ReportService:
    """What can be reported, and the reports. Organizers see their own events only."""

    def __init__(self, work: UnitOfWork, *, files: ReportFiles) -> None:
        self._work = work
        self._files = files

    def catalogue(self, *, by: Operator) -> tuple[Offered, ...]:
        """The reports this operator may ask for."""
        by.require(Permission.SEE_REPORTS)
        return tuple(offered for offered in CATALOGUE if by.may(offered.permission))

    def choices(self, *, by: Operator) -> Choices:
        """What the filter offers this operator."""
        by.require(Permission.SEE_REPORTS)

        def ask(work: Work) -> Choices:
            today = business_day(work.now, work.settings.house().zone)
            return Choices(
                events=tuple(work.reports.events(_organizer(by))),
                operators=tuple(work.reports.operators()),
                tenders=tuple(lay.TENDERS),
                today=today,
            )

        return self._work.read(ask)

    def make(self, name: str, wanted: Wanted, *, by: Operator, stop: Stop = never) -> Report:
        """The report of this name; NotFound for an unknown one or event, Denied for somebody
        else's, Invalid for days that run backwards, Stopped when `stop` says so on the way."""
        offered = _offered(name)
        by.require(Permission.SEE_REPORTS)
        by.require(offered.permission)
        wanted.check()
        return self._work.read(lambda work: _Making(work, offered, wanted, by, stop).report())

    def save(
        self,
        report: Report,
        path: Path,
        *,
        form: ReportFormat,
        by: Operator,
        notation: Notation | None = None,
        stop: Stop = never,
    ) -> None:
        """Write a report that was made to a file, whole or not at all; FileUnusable, Stopped."""
        by.require(Permission.SEE_REPORTS)
        self._files.write(report, path, form=form, notation=notation or Notation(), stop=stop)


def _offered(name: str) -> Offered:
    for offered in CATALOGUE:
        if offered.name == name:
            return offered
    raise NotFound("report", name)


def _organizer(by: Operator) -> str:
    return by.user_id if by.own_events_only else ""


class _Making:
    """One report in the making, inside one reading transaction."""

    def __init__(
        self, work: Work, offered: Offered, wanted: Wanted, by: Operator, stop: Stop
    ) -> None:
        house = work.settings.house()
        self._work = work
        self._reports = work.reports
        self._offered = offered
        self._by = by
        self._stop = stop
        self._house = house.name
        self._zone = house.zone
        self._clock = lay.DayClock(house.zone)
        self._wanted = _applying(wanted, offered)
        self._scope = self._scope_of(self._wanted)

    def report(self) -> Report:
        """Read, lay out, prove."""
        self._go_on()
        facts = self._facts()
        make: dict[ReportName, Callable[[], tuple[Table, ...]]] = {
            ReportName.DAILY_SALES: self._daily,
            ReportName.EVENT_STATEMENT: self._statement,
            ReportName.OPERATORS: self._operators,
            ReportName.PAYMENTS: self._payments,
            ReportName.REFUNDS: self._refunds,
            ReportName.ATTENDANCE: self._attendance,
            ReportName.CUSTOMERS: self._customers,
            ReportName.INTERACTIONS: self._interactions,
        }
        name = self._offered.name
        tables = make[name]()
        self._go_on()
        return Report(
            name=name,
            title=self._offered.title,
            house=self._house,
            wanted=self._wanted,
            facts=facts,
            figures=self._figures(tables),
            tables=tables,
            proofs=self._proofs(tables),
            notes=_NOTES.get(name, ()),
            made_at=lay.wall(at_venue(self._work.now, self._zone)),
        )

    def _figures(self, tables: tuple[Table, ...]) -> tuple[Entry, ...]:
        name = self._offered.name
        counted = tables if name in _COUNTED else ()
        counts = [Entry(table.title, Kind.COUNT, table.length) for table in counted]
        summed = tables if name in _ALL_TABLES else tables[:1]
        return (*counts, *lay.figures(summed, _HEADLINES[name]))

    # -- the filter --------------------------------------------------------------------------------

    def _scope_of(self, wanted: Wanted) -> Scope:
        since = _midnight(wanted.first, self._zone) if wanted.first else 0
        until = END_OF_TIME
        if wanted.last is not None:
            until = _midnight(wanted.last + timedelta(days=1), self._zone)
        played = self._offered.looks_ahead
        return Scope(
            since=0 if played else since,
            until=END_OF_TIME if played else until,
            played_since=since if played else 0,
            played_until=until if played else END_OF_TIME,
            event_id=wanted.event_id,
            organizer_id=_organizer(self._by),
            operator_id=wanted.operator_id,
            tender=wanted.tender,
            tickets_only=played,
        )

    def _facts(self) -> tuple[Entry, ...]:
        wanted, facts = self._wanted, []
        if wanted.event_id:
            everybodys = dict(self._reports.events(""))
            if wanted.event_id not in everybodys:
                raise NotFound("event", wanted.event_id)
            if wanted.event_id not in dict(self._reports.events(self._scope.organizer_id)):
                raise Denied(Permission.SEE_REPORTS.value)
            facts.append(Entry("Event", Kind.TEXT, everybodys[wanted.event_id]))
        if wanted.operator_id:
            operators = dict(self._reports.operators())
            if wanted.operator_id not in operators:
                raise NotFound("user", wanted.operator_id)
            facts.append(Entry("Operator", Kind.TEXT, operators[wanted.operator_id]))
        if wanted.tender:
            facts.append(Entry("Tender", Kind.WORD, lay.tender_name(wanted.tender)))
        return tuple(facts)

    # -- the reports -------------------------------------------------------------------------------

    def _daily(self) -> tuple[Table, ...]:
        money = self._reports.money_by_quarter(self._scope)
        self._go_on()
        return lay.daily(money, self._reports.tickets_by_quarter(self._scope), clock=self._clock)

    def _statement(self) -> tuple[Table, ...]:
        performances = self._reports.performances(self._scope)
        groups = tuple(self._watched(self._reports.ticket_groups(self._scope)))
        return statement(performances, groups, self._reports.statement_tenders(self._scope))

    def _operators(self) -> tuple[Table, ...]:
        tills = self._reports.tills(self._scope)
        by_tender = [(line[2], *line[3:]) for line in tills]
        tables = lay.operators(tills) + lay.tenders(by_tender)
        if not self._scope.by_event and self._scope.tender in {"", "cash"}:
            tables += lay.drawers(self._reports.drawers(self._scope), clock=self._clock)
        return tables

    def _payments(self) -> tuple[Table, ...]:
        return lay.movements(
            self._watched(self._reports.payment_lines(self._scope)),
            title="Payments",
            remark="Reference",
            amount="Taken",
            clock=self._clock,
            people=self._by.may(Permission.SEE_CUSTOMERS),
        )

    def _refunds(self) -> tuple[Table, ...]:
        return lay.movements(
            self._watched(self._reports.refund_lines(self._scope)),
            title="Refunds",
            remark="Reason",
            amount="Refunded",
            clock=self._clock,
            people=self._by.may(Permission.SEE_CUSTOMERS),
        )

    def _attendance(self) -> tuple[Table, ...]:
        table = lay.attendance(
            self._reports.performances(self._scope),
            self._reports.admissions(self._scope),
            now=to_micros(self._work.now),
        )
        return (table,) if table.length else ()

    def _customers(self) -> tuple[Table, ...]:
        return lay.customers(
            self._watched(self._reports.customers_money(self._scope)),
            self._watched(self._reports.customers_bookings(self._scope)),
            clock=self._clock,
        )

    def _interactions(self) -> tuple[Table, ...]:
        table = lay.interactions(self._reports.interactions(self._scope), clock=self._clock)
        return (table,) if table.length else ()

    # -- the proof ---------------------------------------------------------------------------------

    def _proofs(self, tables: tuple[Table, ...]) -> tuple[Proof, ...]:
        """The report's own rows, and what the filter left out, against the journal."""
        name = self._offered.name
        if name not in _MONEY:
            return ()
        title, of_table = _MONEY[name]
        own = lay.sum_of((t for t in tables if t.title == of_table), title)
        counts = _SIGNS.get(name, {"sale": 1, "refund": -1})
        elsewhere = self._elsewhere(counts)
        journal: dict[str, int] = {}
        for kind, currency, amount in self._reports.journal(self._scope):
            if kind in counts:
                sign = -1 if name is ReportName.REFUNDS else 1
                journal[currency] = journal.get(currency, 0) + sign * int(amount)
        return tuple(
            Proof(
                currency,
                own.get(currency, 0),
                elsewhere.get(currency, 0),
                journal.get(currency, 0),
                house=not self._by.own_events_only,
            )
            for currency in sorted(own.keys() | elsewhere.keys() | journal.keys())
        )

    def _elsewhere(self, counts: dict[str, int]) -> dict[str, int]:
        sums: dict[str, int] = {}
        if self._scope.narrowed:
            for kind, currency, amount in self._reports.elsewhere(self._scope):
                if kind in counts:
                    sums[currency] = sums.get(currency, 0) + counts[kind] * int(amount)
        return sums

    # -- stopping ----------------------------------------------------------------------------------

    def _go_on(self) -> None:
        if self._stop():
            raise Stopped

    def _watched(self, rows: Iterable[T]) -> Iterator[T]:
        for count, row in enumerate(rows):
            if count % _ASKS_EVERY == 0:
                self._go_on()
            yield row


def _applying(wanted: Wanted, offered: Offered) -> Wanted:
    """Without what this report cannot be narrowed by."""
    can = offered.narrowings
    return Wanted(
        first=wanted.first,
        last=wanted.last,
        event_id=wanted.event_id if Narrowing.EVENT in can else "",
        operator_id=wanted.operator_id if Narrowing.OPERATOR in can else "",
        tender=wanted.tender if Narrowing.TENDER in can else "",
    )


def _midnight(day: date, zone: str) -> int:
    """When the day begins on the house's clock, in microseconds since 1970 UTC."""
    return to_micros(datetime.combine(day, time(), tzinfo=ZoneInfo(zone)))


# which column of which table says what money moved
_MONEY = {
    ReportName.DAILY_SALES: ("Takings", "Days"),
    ReportName.EVENT_STATEMENT: ("Takings", "Performances"),
    ReportName.OPERATORS: ("Takings", "Operators"),
    ReportName.PAYMENTS: ("Taken", "Payments"),
    ReportName.REFUNDS: ("Refunded", "Refunds"),
    ReportName.CUSTOMERS: ("Net", "Customers"),
}
_SIGNS = {ReportName.PAYMENTS: {"sale": 1}, ReportName.REFUNDS: {"refund": 1}}
_ALL_TABLES = {
    ReportName.DAILY_SALES,
    ReportName.PAYMENTS,
    ReportName.REFUNDS,
    ReportName.CUSTOMERS,
}
_COUNTED = {ReportName.PAYMENTS, ReportName.REFUNDS, ReportName.CUSTOMERS}
_HEADLINES = {
    ReportName.DAILY_SALES: ("Tickets sold", "Taken", "Refunded", "Takings"),
    ReportName.EVENT_STATEMENT: ("Sold", "Taken", "Refunded", "Takings"),
    ReportName.OPERATORS: ("Payments", "Refunds", "Takings"),
    ReportName.PAYMENTS: ("Taken",),
    ReportName.REFUNDS: ("Refunded",),
    ReportName.ATTENDANCE: ("Sold", "Checked in", "No-shows"),
    ReportName.CUSTOMERS: ("Bookings", "Tickets", "Net"),
    ReportName.INTERACTIONS: ("Searches", "Holds", "Bookings", "All"),
}
_NOTES = {
    ReportName.EVENT_STATEMENT: (
        "The days are those of the performances; the money is all that moved for them until now.",
        "Kept back: reserved, held, allotted and blocked places.",
    ),
    ReportName.ATTENDANCE: ("No-shows are counted once the performance has begun.",),
    ReportName.CUSTOMERS: ("Walk-up: everybody who bought without a name.",),
}
