"""`houselights sell`: one sale through the same services as the window."""

from __future__ import annotations

import argparse
import json

from app.bootstrap import Services
from app.cli.running import decimal, operator, run
from app.domain.errors import (
    HouselightsError,
    Invalid,
    NotFound,
    UnknownSeat,
)
from app.domain.events import PerformanceStatus, ProgrammeLine
from app.domain.payments import (
    Tender,
    Tendered,
    money_from_decimal,
)
from app.domain.tickets import BasketLine, Booking, Order, Place
from app.domain.users import Operator
from app.domain.values import at_venue, new_id


def add_sell(sell: argparse.ArgumentParser) -> None:
    """The options of `sell`."""
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


def sell_tickets(services: Services, arguments: argparse.Namespace) -> int:
    """`houselights sell`: list what is on sale, or sell through the same service as the window."""
    by = operator(services, arguments.operator)
    if arguments.list:
        return _list_performances(services, by, as_json=arguments.json)
    asked = (arguments.seats, arguments.best, arguments.quantity)
    if arguments.performance is None or all(choice is None for choice in asked):
        raise Invalid({"seats": "what_to_sell"})
    booking = _sell(services, arguments, by)
    if arguments.json:
        print(json.dumps(_booking_document(booking), ensure_ascii=False))
    else:
        print(f"{booking.number}  {decimal(booking.total)} {booking.total.currency}")
        for ticket in booking.tickets:
            print(f"  {ticket.seat:12} {ticket.price_type:12} {decimal(ticket.price):>9}")
        print(f"  change {decimal(booking.change)}")
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
