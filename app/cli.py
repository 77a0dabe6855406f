"""Commands for scripts: the services without a window.

Nothing here prints an error: it leaves as an exception, and `ui.main` has the words. Results go to
stdout; with `--json` they are one JSON document, amounts in minor units of `currency`.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.bootstrap import Services, build
from app.config import Settings, demo_database, local_database
from app.demo.furnish import describe, furnish
from app.domain.errors import HouselightsError, Invalid, NotFound, UnknownSeat
from app.domain.events import PerformanceStatus, ProgrammeLine
from app.domain.payments import (
    JournalLine,
    Tender,
    money_from_decimal,
    verify_chain,
)
from app.domain.tickets import BasketLine, Booking, Order, Place
from app.domain.users import Operator
from app.domain.values import Money, at_venue, exponent, new_id
from app.gateways.journal_files import read_journal, write_journal
from app.gateways.plan_files import PlanImport, open_plan


def add_commands(commands: Any) -> None:
    """Add this module's sub-commands to an argparse sub-parser collection."""
    plan = (
        commands.add_parser("import", help="bring data in from files")
        .add_subparsers(dest="what", required=True, metavar="WHAT")
        .add_parser("plan", help="a seating plan in the pretix JSON format")
    )
    plan.add_argument("file", type=Path)
    plan.add_argument("--venue", required=True, help="its venue, made when unknown")
    plan.add_argument("--zone", default="Europe/Berlin", help="time zone of a new venue")
    plan.add_argument("--currency", default="EUR", help="currency of a new venue")
    plan.add_argument("--json", action="store_true")
    plan.set_defaults(run=run, command=import_plan)

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

    check = commands.add_parser("check", help="prove that seats, tickets and money agree")
    check.add_argument("--json", action="store_true")
    check.set_defaults(run=run, command=check_house)


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
        tender=Tender(arguments.tender),
        given=given,
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


def check_house(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights check`: prove the invariants; HouseOutOfOrder names those that fail."""
    counts = services.payments.check(by=services.users.command_line(services.station))
    if arguments.json:
        print(json.dumps(counts))
    else:
        for name, count in counts.items():
            print(f"{count:>12,}  {name.replace('_', ' ')}")
    return 0
