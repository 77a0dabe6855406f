"""Commands for scripts: the services without a window.

Nothing here prints an error: it leaves as an exception, and `ui.main` has the words. Results go to
stdout; with `--json` they are one JSON document, amounts in minor units of `currency`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from app.bootstrap import Services, build
from app.config import Settings, demo_database, local_database
from app.demo.furnish import describe, furnish
from app.domain.customer_sheets import (
    BadRow,
    Field,
    OnKnown,
    Sheet,
    column_called,
    propose,
)
from app.domain.errors import (
    HouselightsError,
    HouseOutOfOrder,
    Invalid,
    NotFound,
    UnknownSeat,
)
from app.domain.events import PerformanceStatus, ProgrammeLine
from app.domain.notation import (
    Notation,
    document_of,
)
from app.domain.payments import (
    JournalLine,
    Tender,
    Tendered,
    money_from_decimal,
    verify_chain,
)
from app.domain.report_parts import (
    Wanted,
)
from app.domain.reports import (
    ReportFormat,
)
from app.domain.tickets import BasketLine, Booking, Order, Place
from app.domain.users import Operator
from app.domain.values import Money, at_venue, exponent, new_id
from app.gateways.journal_files import read_journal, write_journal
from app.gateways.plan_files import PlanImport, open_plan


def add_commands(commands: Any) -> None:
    """Add this module's sub-commands to an argparse sub-parser collection."""
    imports = commands.add_parser("import", help="bring data in from files").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    plan = imports.add_parser("plan", help="a seating plan in the pretix JSON format")
    plan.add_argument("file", type=Path)
    plan.add_argument("--venue", required=True, help="its venue, made when unknown")
    plan.add_argument("--zone", default="Europe/Berlin", help="time zone of a new venue")
    plan.add_argument("--currency", default="EUR", help="currency of a new venue")
    plan.add_argument("--json", action="store_true")
    plan.set_defaults(run=run, command=import_plan)
    _add_customers(
        imports.add_parser("customers", help="customers from a CSV file"),
        commands.add_parser("export", help="write data to files")
        .add_subparsers(dest="what", required=True, metavar="WHAT")
        .add_parser("customers", help="every customer as CSV"),
    )

    demo = commands.add_parser("demo", help="furnish an empty database as a demo theatre")
    demo.add_argument("--seed", type=int, default=1)
    demo.add_argument("--tickets", type=int, metavar="N", help="default: about ten thousand")
    demo.add_argument("--json", action="store_true")
    demo.set_defaults(run=furnish_demo)

    _add_sell(commands.add_parser("sell", help="sell tickets without a window"))

    journal = commands.add_parser("journal", help="prove or export the journal").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    verify = journal.add_parser("verify", help="check the chain of the database or of an export")
    verify.add_argument("file", type=Path, nargs="?")
    verify.set_defaults(run=run, command=verify_journal)
    export = journal.add_parser("export", help="write every line to a file")
    export.add_argument("file", type=Path)
    export.set_defaults(run=run, command=export_journal)

    _add_report(commands.add_parser("report", help="a report as a file, proven by the journal"))

    check = commands.add_parser("check", help="prove that seats, tickets and money agree")
    check.add_argument("--json", action="store_true")
    check.set_defaults(run=run, command=check_house)


def _add_customers(bring_in: argparse.ArgumentParser, write: argparse.ArgumentParser) -> None:
    bring_in.add_argument("file", type=Path)
    bring_in.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="COLUMN=FIELD",
        help="which column (title or number) is the name, first_name, last_name, email, phone or notes;"
        " default: by its title",
    )
    bring_in.add_argument(
        "--known",
        choices=[choice.value for choice in OnKnown],
        default=OnKnown.UPDATE.value,
        help="what happens to customers who are there already",
    )
    bring_in.add_argument("--dry-run", action="store_true", help="say what would happen")
    bring_in.add_argument("--json", action="store_true")
    bring_in.set_defaults(run=run, command=import_customers)
    write.add_argument("file", type=Path)
    write.set_defaults(run=run, command=export_customers)


def _add_report(report: argparse.ArgumentParser) -> None:
    report.add_argument("name", nargs="?", metavar="NAME", help="one of `report --list`")
    report.add_argument("--list", action="store_true", help="the reports there are")
    report.add_argument("--from", dest="first", type=day, metavar="DAY", help="2026-11-01")
    report.add_argument("--to", dest="last", type=day, metavar="DAY", help="this day included")
    report.add_argument("--event", default="", metavar="ID")
    report.add_argument("--tender", default="", choices=[t.value for t in Tender])
    report.add_argument("--format", choices=[f.value for f in ReportFormat])
    report.add_argument("--out", type=Path, metavar="FILE")
    report.add_argument("--operator", metavar="EMAIL", help="who asks; default: the command line")
    report.add_argument("--json", action="store_true", help="the figures themselves on stdout")
    report.set_defaults(run=run, command=report_house, usage=report.error)


def day(text: str) -> date:
    """A day as 2026-11-24; ValueError."""
    return date.fromisoformat(text)


def _add_sell(sell: argparse.ArgumentParser) -> None:
    sell.add_argument("--list", action="store_true", help="performances on sale")
    sell.add_argument("--performance", metavar="ID")
    places = sell.add_mutually_exclusive_group()
    places.add_argument("--seats", nargs="+", metavar="LABEL")
    places.add_argument("--best", type=int, metavar="N")
    places.add_argument("--quantity", type=int, metavar="N", help="general admission")
    sell.add_argument("--price-type", metavar="NAME", help="default: the first one")
    sell.add_argument("--tender", choices=[t.value for t in Tender], default="cash")
    sell.add_argument("--given", metavar="AMOUNT", help="what the customer hands over")
    sell.add_argument("--key", metavar="UUID", help="the same key twice is one sale")
    sell.add_argument("--operator", metavar="EMAIL", help="who sells; default: the command line")
    sell.add_argument("--json", action="store_true")
    sell.set_defaults(run=run, command=sell_tickets)


def run(arguments: argparse.Namespace) -> int:
    """Open the database and run the chosen command; its exit status. Raises HouselightsError."""
    if arguments.command is verify_journal and arguments.file is not None:
        print(f"{verify_chain(read_journal(arguments.file)):,} lines hold")
        return 0
    url = demo_database() if arguments.demo else arguments.database or local_database()
    services = build(Settings(url, station=arguments.station or "CLI"))
    try:
        status: int = arguments.command(services, arguments)
    finally:
        services.close()
    return status


def furnish_demo(arguments: argparse.Namespace) -> int:
    """`houselights demo`: furnish the database, which must be empty; NotEmpty."""
    url = demo_database() if arguments.demo else arguments.database or local_database()
    document = describe(furnish(url, seed=arguments.seed, tickets=arguments.tickets))
    if arguments.json:
        print(json.dumps(document, ensure_ascii=False))
        return 0
    for name in "events performances customers bookings tickets".split():
        print(f"{document[name]:>12,}  {name}")
    for login in document["logins"]:
        print(f"{login['role']:>12}  {login['email']}  password {document['password']}")
    return 0


# -- import --------------------------------------------------------------------------------------

_FINDINGS = {
    "repeated_id": "ids that more than one seat has; every seat has a number of its own here",
    "repeated_place": "seats whose section, row and number another seat has too; re-keyed by block",
    "repeated_zone": "sections that share a name; re-keyed with a number",
    "repeated_category": "categories that share a name; taken as one price zone",
    "unknown_key": "keys this program does not know; passed over",
    "unknown_shape": "drawings this program does not know; passed over",
    "number_normalised": "rows whose seat numbers repeat the row; the row was taken off",
    "empty_number": "seats without a number; given one",
    "missing_id": "seats without an id",
    "missing_uuid": "seats without a uuid (first generation of the format)",
}


def import_plan(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights import plan FILE --venue NAME`: read, store, report."""
    imported = open_plan(arguments.file, name=arguments.file.stem)
    plan = services.events.add_plan(
        imported.plan,
        venue=arguments.venue,
        zone=arguments.zone,
        currency=arguments.currency,
        by=services.users.command_line(services.station),
    )
    counts = {
        name: getattr(imported, name)
        for name in "seats sections rows zones repeated_ids repeated_places rekeyed".split()
    }
    if arguments.json:
        findings = [asdict(finding) for finding in imported.findings]
        document = {"venue": arguments.venue, "plan": plan.id, "version": plan.version}
        print(json.dumps(document | counts | {"findings": findings}, ensure_ascii=False))
        return 0
    print(f"{arguments.venue}: plan {plan.name!r}, version {plan.version}")
    print("  ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items()))
    _print_findings(imported)
    return 0


def _print_findings(imported: PlanImport) -> None:
    for kind, words in _FINDINGS.items():
        found = [finding for finding in imported.findings if finding.kind == kind]
        if found:
            print(f"{len(found):,} {words}:")
            for finding in found[:5]:
                print(f"    {finding.place}: {finding.detail}")
            if len(found) > 5:
                print(f"    and {len(found) - 5:,} more (all of them with --json)")


_BAD_ROWS = {
    "missing": "there is no {field}",
    "too_long": "the {field} is too long",
    "not_an_email": "this is no e-mail address",
    "not_a_phone": "this is no phone number",
    "duplicate": "the same customer as in line {of}",
    "staff": "this address belongs to a member of staff",
}


def import_customers(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights import customers FILE`: what came in, and every row that did not, with its line."""
    by = services.users.command_line(services.station)
    sheet = services.customers.read_sheet(arguments.file, by=by)
    mapped = _mapped(sheet, arguments.map)
    if arguments.dry_run:
        preview = services.customers.preview(sheet, mapped, by=by)
        counts, bad = {"new": preview.new, "known": preview.known}, preview.bad
    else:
        done = services.customers.bring_in(sheet, mapped, known=OnKnown(arguments.known), by=by)
        counts = {"added": done.added, "updated": done.updated, "same": done.same}
        bad = done.bad
    if arguments.json:
        columns = {field.value: column + 1 for field, column in mapped.items()}
        document = {"rows": len(sheet.rows), "columns": columns} | counts
        print(json.dumps(document | {"bad": [_bad_row(row) for row in bad]}, ensure_ascii=False))
        return 0
    print(
        "  ".join(f"{count:,} {name}" for name, count in counts.items()),
        f" {len({row.row.line for row in bad}):,} bad",
    )
    for row in bad:
        found = _bad_row(row)
        print(f"    line {found['line']}: {found['reason']} ({', '.join(row.row.cells)})")
    return 0


def _mapped(sheet: Sheet, asked: Sequence[str]) -> dict[Field, int]:
    mapped = propose(sheet)
    for pair in asked:
        title, _, name = pair.rpartition("=")
        column = column_called(sheet, title)
        if column is None:
            raise NotFound("column", title)
        if name not in {field.value for field in Field}:
            raise Invalid({"map": "unknown_field"})
        mapped = {field: held for field, held in mapped.items() if held != column}
        mapped[Field(name)] = column
    return mapped


def _bad_row(row: BadRow) -> dict[str, object]:
    words = _BAD_ROWS.get(row.problem, "the {field} does not fit")
    reason = words.format(field=row.field.value.replace("_", " "), of=row.of)
    return {
        "line": row.row.line,
        "field": row.field.value,
        "problem": row.problem,
        "reason": reason,
    }


def export_customers(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights export customers FILE`: every customer, one row each."""
    by = services.users.command_line(services.station)
    print(f"{services.customers.write_file(arguments.file, by=by):,} customers")
    return 0


# -- sell ----------------------------------------------------------------------------------------


def sell_tickets(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights sell`: list what is on sale, or sell through the same service as the window."""
    by = _operator(services, arguments.operator)
    if arguments.list:
        return _list_performances(services, by, as_json=arguments.json)
    asked = (arguments.seats, arguments.best, arguments.quantity)
    if arguments.performance is None or all(choice is None for choice in asked):
        raise Invalid({"seats": "what_to_sell"})
    booking = _sell(services, arguments, by)
    if arguments.json:
        print(json.dumps(_booking_document(booking), ensure_ascii=False))
    else:
        print(f"{booking.number}  {_decimal(booking.total)} {booking.total.currency}")
        for ticket in booking.tickets:
            print(f"  {ticket.seat:12} {ticket.price_type:12} {_decimal(ticket.price):>9}")
        print(f"  change {_decimal(booking.change)}")
    return 0


def _sell(services: Services, arguments: argparse.Namespace, by: Operator) -> Booking:
    key, basket_id = arguments.key or new_id(), new_id()
    if arguments.key:
        before = services.tickets.sold_before(key, by=by)
        if before is not None:
            return before
    line = services.events.line(arguments.performance, by=by)
    price_type_id = _price_type(services, arguments.price_type, by)
    given = None if arguments.given is None else money_from_decimal(arguments.given, line.currency)
    seat_nos = _places(services, arguments, basket_id, by)
    order = Order(
        key=key,
        basket_id=basket_id,
        lines=tuple(
            BasketLine(Place(line.performance_id, seat_no), price_type_id) for seat_no in seat_nos
        ),
        tenders=(Tendered(Tender(arguments.tender), given),),
        channel="command line",
    )
    try:
        return services.tickets.sell(order, by=by)
    except HouselightsError:
        services.tickets.release(basket_id, by=by)
        raise


def _places(
    services: Services, arguments: argparse.Namespace, basket_id: str, by: Operator
) -> tuple[int, ...]:
    performance_id = arguments.performance
    if arguments.seats is not None:
        plan = services.tickets.house(performance_id, by=by).plan
        seat_nos, unknown = plan.seat_nos(arguments.seats)
        if unknown:
            raise UnknownSeat(tuple(unknown))
        return tuple(seat_nos)
    if arguments.best is not None:
        _positive(arguments.best, "best")
        return services.tickets.hold_best(
            performance_id, count=arguments.best, basket_id=basket_id, by=by
        )[0]
    _positive(arguments.quantity, "quantity")
    areas = services.tickets.house(performance_id, by=by).plan.ga_areas
    if not areas:
        raise Invalid({"quantity": "no_general_admission"})
    return services.tickets.hold_places(
        performance_id,
        area_no=areas[0].no,
        count=arguments.quantity,
        basket_id=basket_id,
        by=by,
    )[0]


def _positive(number: int, field: str) -> None:
    if number < 1:
        raise Invalid({field: "not_positive"})


def _price_type(services: Services, name: str | None, by: Operator) -> str:
    types = services.events.price_types(by=by)
    for kind in types:
        if name is None or name.casefold() in (kind.name.casefold(), kind.short.casefold()):
            return kind.id
    raise NotFound("price_type", name or "")


def _operator(services: Services, email: str | None) -> Operator:
    if email is None:
        return services.users.command_line(services.station)
    return services.users.operator_for(email, station=services.station)


def _list_performances(services: Services, by: Operator, *, as_json: bool) -> int:
    lines = [
        line
        for line in services.events.programme(by=by)
        if line.status is PerformanceStatus.ON_SALE
    ]
    if as_json:
        print(json.dumps([_line_document(line) for line in lines], ensure_ascii=False))
        return 0
    for line in lines:
        document = _line_document(line)
        print("\t".join(str(value) for value in document.values()))
    return 0


def _line_document(line: ProgrammeLine) -> dict[str, object]:
    return {
        "id": line.performance_id,
        "title": line.title,
        "starts_at": at_venue(line.starts_at, line.zone).isoformat(),
        "free": line.free,
        "general_admission": not line.seated,
    }


def _booking_document(booking: Booking) -> dict[str, object]:
    return {
        "booking": booking.number,
        "id": booking.id,
        "total": booking.total.minor,
        "change": booking.change.minor,
        "currency": booking.total.currency,
        "tickets": [
            {
                "id": ticket.id,
                "seat": ticket.seat,
                "zone": ticket.zone,
                "price_type": ticket.price_type,
                "price": ticket.price.minor,
                "code": ticket.code,
            }
            for ticket in booking.tickets
        ],
    }


def _decimal(amount: Money) -> str:
    places = exponent(amount.currency)
    return f"{amount.minor / 10**places:.{places}f}"


# -- journal and check ---------------------------------------------------------------------------


def verify_journal(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights journal verify [FILE]`: JournalBroken names the first line that does not hold."""
    del arguments
    by = services.users.command_line(services.station)
    print(f"{services.payments.verify_journal(by=by):,} lines hold")
    return 0


def export_journal(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights journal export FILE`: every line, one JSON document each."""
    by = services.users.command_line(services.station)
    lines: tuple[JournalLine, ...] = services.payments.journal(by=by)
    write_journal(arguments.file, lines)
    print(f"{len(lines):,} lines")
    return 0


def report_house(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights report NAME`: a file, or with --json the figures; HouseOutOfOrder when its money
    is not the journal's (the file is written all the same)."""
    by = _operator(services, arguments.operator)
    if arguments.list:
        return _list_reports(services, by, as_json=arguments.json)
    form = _report_format(arguments)
    wanted = Wanted(
        arguments.first, arguments.last, event_id=arguments.event, tender=arguments.tender
    )
    report = services.reports.make(arguments.name, wanted, by=by)
    if form is not None:
        services.reports.save(report, arguments.out, form=form, by=by)
    if arguments.json:
        print(json.dumps(document_of(report), ensure_ascii=False))
    else:
        print(f"{report.length:,} rows in {arguments.out}")
        for proof in report.proofs:
            print(Notation().proof(proof))
    if not report.holds:
        broken = sum(not proof.holds for proof in report.proofs)
        raise HouseOutOfOrder({"currencies_whose_report_and_journal_differ": broken})
    return 0


def _report_format(arguments: argparse.Namespace) -> ReportFormat | None:
    """How to write the file; None for none. Wrong usage ends the program with 2."""
    if not arguments.name:
        arguments.usage("name a report, or ask for --list")
    if arguments.out is None:
        if not arguments.json or arguments.format:
            arguments.usage("say with --out FILE where it goes, or ask for --json")
        return None
    name = arguments.format or arguments.out.suffix.removeprefix(".").lower()
    if name not in list(ReportFormat):
        arguments.usage("say with --format whether it is csv, xlsx or pdf")
    return ReportFormat(name)


def _list_reports(services: Services, by: Operator, *, as_json: bool) -> int:
    offered = services.reports.catalogue(by=by)
    if as_json:
        documents = [
            {"name": o.name, "title": o.title, "about": o.sentence, "narrowed_by": o.narrowings}
            for o in offered
        ]
        print(json.dumps(documents, ensure_ascii=False))
        return 0
    for one in offered:
        print(f"{one.name:16} {one.title}: {one.sentence}")
    return 0


def check_house(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights check`: prove the invariants; HouseOutOfOrder names those that fail."""
    counts = services.payments.check(by=services.users.command_line(services.station))
    if arguments.json:
        print(json.dumps(counts))
    else:
        for name, count in counts.items():
            print(f"{count:>12,}  {name.replace('_', ' ')}")
    return 0
