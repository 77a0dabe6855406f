"""The season ends: the drawer is counted, dashboard and reports are compared with plain SQL."""

import csv
import subprocess
import sys
from pathlib import Path

from app.domain.analytics import MetricType
from app.domain.report_parts import Report, Table, Wanted
from app.domain.reports import CATALOGUE
from app.domain.values import Money
from tests.journeys.season_ledger import Ledger
from tests.journeys.season_window import Theatre
from ui.i18n import amount, money_whole, number

MISSING = 250  # minor units fewer in the drawer than there must be


def close_drawer(house: Theatre) -> int:
    """X, then the count, Z; what must have been there."""
    expected = Ledger(house.url).drawer("T1")
    view = house.screen("payments")
    house.segment(view.section, "History")
    house.picture("payments")
    house.segment(view.section, "Drawer")
    page = view.shift_page
    house.click(page.card.x_report)
    assert f"Must be there\t{amount(Money(expected, 'EUR'))}" in page.panel.receipt.text()
    house.picture("x-report")
    house.click(page.card.close_it)
    dialog = page.dialog
    assert not page.panel.receipt.isVisible(), "the drawer is counted blind"
    left = expected - MISSING
    for pieces in dialog.pieces:
        count, left = divmod(left, pieces.value)
        if count:
            house.qtbot.keyClicks(pieces, str(count))
    assert left == 0
    house.picture("count", dialog)
    house.click(dialog.act)
    text = page.panel.receipt.text()
    assert text.startswith("Z report 1")
    assert "Difference: missing\t-2.50" in text
    house.picture("z-report")
    ((stored_expected, counted),) = Ledger(house.url).rows("SELECT expected, counted FROM shifts")
    assert (stored_expected, counted) == (expected, expected - MISSING)
    return expected


# -- figures ----------------------------------------------------------------------------------------


def check_dashboard(house: Theatre) -> None:
    """Every figure of the dashboard."""
    ledger = Ledger(house.url)
    view = house.screen("dashboard")
    house.wait(lambda: view.dashboard.state.daily is not None)
    house.picture("dashboard")
    state = view.dashboard.state
    sold, gross, returned, back = ledger.tickets()
    totals = state.daily.totals
    assert (totals.sold, totals.gross, totals.returned, totals.refunded) == (
        sold, gross, returned, back,
    )  # fmt: skip
    assert view.tiles[0].value.text() == money_whole(Money(gross - back, "EUR"))
    assert view.tiles[1].value.text() == number(sold - returned)
    parts = {
        kind: {part.name: (part.totals.tickets, part.totals.takings) for part in found.parts}
        for kind, found in state.breakdowns.items()
    }
    assert parts[MetricType.ZONE] == ledger.by("t.zone_name")
    assert parts[MetricType.PRICE_TYPE] == ledger.by("t.price_type")
    assert parts[MetricType.CHANNEL] == ledger.by("b.channel")
    assert {k: v[1] for k, v in parts[MetricType.TENDER].items()} == ledger.by_tender()
    by_operator = {name: takings for name, (_, takings) in parts[MetricType.OPERATOR].items()}
    assert by_operator == ledger.by_operator()
    assert sum(map(sum, state.hours.cells)) == sold
    assert {one.performance_id: one.sold for one in state.filling.performances} == ledger.table(
        """SELECT p.id, (SELECT count(*) FROM tickets t WHERE t.performance_id = p.id
        AND t.status = 'valid') FROM performances p WHERE p.status = 'on_sale'"""
    )
    (top,) = state.top.parts
    assert (top.totals.tickets, top.totals.takings) == (sold - returned, gross - back)


def check_people(house: Theatre) -> None:
    """What a customer's page says of money, bookings, tickets and messages; who was told how much."""
    ledger = Ledger(house.url)
    view = house.screen("customers")
    house.write(view.search, "ida ibsen", key=None)
    house.wait(lambda: view.table.model().index(0, 0).data() == "Ida Ibsen")
    house.click_row(view.table, 0)
    page = view.customers.state.page
    ((spent, bookings, tickets, told),) = ledger.rows(
        """SELECT (SELECT sum(p.amount) FROM payments p JOIN bookings b ON b.id = p.booking_id
        WHERE b.customer_id = u.id) - (SELECT sum(r.amount) FROM refunds r
        JOIN bookings b ON b.id = r.booking_id WHERE b.customer_id = u.id),
        (SELECT count(*) FROM bookings WHERE customer_id = u.id),
        (SELECT count(*) FROM tickets t JOIN bookings b ON b.id = t.booking_id
        WHERE b.customer_id = u.id),
        (SELECT count(*) FROM notifications WHERE user_id = u.id)
        FROM users u WHERE u.email = 'ida@example.org'"""
    )
    for part in ("Payments", "Messages", "Tickets", "Bookings"):
        house.segment(view.page.parts, part)
        house.picture(f"customer-{part.lower()}")
    assert page.spent == (Money(spent, "EUR"),)
    assert (page.counts.bookings, page.counts.tickets, page.counts.told) == (
        bookings, tickets, told,
    )  # fmt: skip
    view = house.screen("notifications")
    assert view.table.model().rowCount() == ledger.one("SELECT count(*) FROM notifications")
    house.click_row(view.table, 0)
    house.picture("notifications")


def check_reports(house: Theatre, folder: Path) -> None:
    """Every report by its rows; one on the screen and as a file. What was seen is written first, as the
    window does by itself every few seconds."""
    house.services.interactions.write()
    made = {
        offered.name.value: house.services.reports.make(offered.name, Wanted(), by=house.by)
        for offered in CATALOGUE
    }
    for report in made.values():
        assert report.holds
    ledger = Ledger(house.url)
    for check in (_daily, _statement, _operators, _lists, _attendance, _customers, _interactions):
        check(made, ledger)
    _on_screen(house, made["payments"], folder)


def _records(table: Table) -> list[dict]:
    """Every row, column by column."""
    titles = [column.title for column in table.columns]
    return [
        dict(zip(titles, row, strict=True)) for section in table.sections for row in section.rows
    ]


def _table(report: Report, title: str) -> Table:
    return next(table for table in report.tables if table.title == title)


def _daily(made, ledger: Ledger) -> None:
    payments, taken, refunds, back = ledger.money()
    sold, _, returned, _ = ledger.tickets()
    days = _records(_table(made["daily-sales"], "Days"))
    assert {
        title: sum(day[title] for day in days)
        for title in ("Tickets sold", "Returned", "Payments", "Refunds", "Taken", "Refunded")
    } == {
        "Tickets sold": sold, "Returned": returned, "Payments": payments, "Refunds": refunds,
        "Taken": taken, "Refunded": back,
    }  # fmt: skip


def _statement(made, ledger: Ledger) -> None:
    shows = _records(_table(made["event-statement"], "Performances"))
    assert len(shows) == 8
    paid = {s["Performance"]: (s["Sold"], s["Takings"]) for s in shows if s["Taken"]}
    assert paid == ledger.by("(SELECT wall_time FROM performances WHERE id = t.performance_id)")


def _operators(made, ledger: Ledger) -> None:
    tills = _records(_table(made["operators"], "Operators"))
    assert {(till["Operator"], till["Station"]): till["Takings"] for till in tills} == {
        (name, station): minor
        for name, station, minor in ledger.rows(
            """SELECT u.name, s.code, sum(m.amount) FROM (
            SELECT operator_id, station_id, amount FROM payments UNION ALL
            SELECT operator_id, station_id, -amount FROM refunds) m
            JOIN users u ON u.id = m.operator_id JOIN stations s ON s.id = m.station_id
            GROUP BY 1, 2"""
        )
    }
    (drawer,) = _records(_table(made["operators"], "Drawers"))
    assert drawer["Variance"] == -MISSING


def _lists(made, ledger: Ledger) -> None:
    for name, title, figure in (
        ("payments", "Payments", "Taken"),
        ("refunds", "Refunds", "Refunded"),
    ):
        lines = _records(_table(made[name], title))
        found = sorted((line["Booking"], line[figure]) for line in lines)
        stored = ledger.rows(
            f"SELECT b.number, m.amount FROM {name} m JOIN bookings b ON b.id = m.booking_id"
        )
        assert found == sorted(stored)


def _attendance(made, ledger: Ledger) -> None:
    shows = _records(made["attendance"].tables[0])
    assert sorted((show["Performance"], show["Sold"]) for show in shows) == ledger.rows(
        """SELECT p.wall_time, (SELECT count(*) FROM tickets t WHERE t.performance_id = p.id
        AND t.status = 'valid') FROM performances p ORDER BY 1"""
    )


def _customers(made, ledger: Ledger) -> None:
    people = _records(_table(made["customers"], "Customers"))
    spent = {p["E-mail"]: (p["Spent"], p["Refunded"]) for p in people if p["Spent"]}
    assert spent == ledger.table(
        """SELECT coalesce(u.email, ''),
        sum((SELECT sum(amount) FROM payments WHERE booking_id = b.id)),
        sum((SELECT coalesce(sum(amount), 0) FROM refunds WHERE booking_id = b.id))
        FROM bookings b LEFT JOIN users u ON u.id = b.customer_id
        WHERE b.id IN (SELECT booking_id FROM payments) GROUP BY 1"""
    )


def _interactions(made, ledger: Ledger) -> None:
    table = made["interactions"].tables[0]
    assert sum(row["All"] for row in _records(table)) == ledger.one(
        "SELECT count(*) FROM user_interactions"
    )


def _on_screen(house: Theatre, report: Report, folder: Path) -> None:
    view = house.screen("reports")
    for offered in CATALOGUE:
        view.show_item(offered.name)
        view.reports.clear()
        house.picture(f"report-{offered.name}")
    view.show_item("payments")
    assert view.reports.state.made.report.tables == report.tables
    view.choose_file = lambda *_: str(folder / "payments.csv")
    next(action for action in view.formats.actions() if action.data() == "csv").trigger()
    table = _table(report, "Payments")
    with (folder / "payments.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.reader(file))
    numbers = [line["Booking"] for line in _records(table)]
    assert [row[1] for row in written if len(row) > 1 and row[1] in numbers] == numbers


def check_house(house: Theatre) -> dict[str, int]:
    """The invariants, asked in the window's process and by the program's own commands."""
    counts = house.services.payments.check(by=house.by)
    for command in (["check"], ["journal", "verify"]):
        said = subprocess.run(
            [Path(sys.executable).with_name("houselights"), "--database", house.url, *command],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert said.returncode == 0, (command, said.stderr)
    return counts
