"""Working an exchange out, inside a transaction somebody else opened: which tickets go, what the new ones
cost, how the money lies. The preview shows what comes of it, the act posts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.errors import (
    BookingState,
    EmptyBasket,
    NotFound,
    OtherCurrency,
    SeatTaken,
    TicketState,
)
from app.domain.exchanges import (
    ExchangePreview,
    ExchangeWish,
    GivenUp,
    Moves,
    TakenInstead,
    Terms,
    fees,
    held_for,
    lost_discounts,
    moved,
)
from app.domain.payments import Held, refund_parts, tax_within
from app.domain.ports import Work
from app.domain.pricing import Quote, QuotedLine
from app.domain.tickets import (
    Booking,
    BookingStatus,
    ClaimStatus,
    Order,
    Place,
    Ticket,
    TicketStatus,
)
from app.domain.users import Operator
from app.domain.values import Money
from app.services.checkout import Checkout


@dataclass(frozen=True)
class ExchangePlan:
    """An exchange worked out: what is shown of it, and what is needed to post it."""

    booking: Booking
    order: Order
    quote: Quote
    out: tuple[Ticket, ...]
    taken: tuple[Ticket, ...]
    moves: Moves
    preview: ExchangePreview


def planned(
    work: Work,
    wish: ExchangeWish,
    booking: Booking,
    *,
    checkout: Checkout,
    by: Operator,
    lock: bool = False,
) -> ExchangePlan:
    """What a wish comes to now. Looks at no claims; raises as `ExchangeService.preview` but SeatTaken."""
    out = _given_up(work, wish, booking)
    terms = work.exchanges.terms(
        {t.performance_id for t in out} | {line.place.performance_id for line in wish.lines}
    )
    _check_currency(booking, terms)
    order = Order(
        key="",
        basket_id=wish.basket_id or booking.id,
        lines=wish.lines,
        codes=(*wish.codes, *_codes_of(work, out)),
        customer_id=booking.customer_id,
        channel=booking.channel,
    )
    quote = checkout.quote(work, order, by=by, lock=lock, returned=out)
    taken = _called_alike(
        checkout.tickets(quote, booking_id=booking.id, customer_id=booking.customer_id), out
    )
    held = work.payments.held(booking.id)
    kept = _fees(wish, booking, out, held=held, terms=terms)
    moves = moved(
        held,
        given_up=[ticket.id for ticket in out],
        fees=kept,
        taken=[*((t.id, t.price.minor) for t in taken), *_room(booking, wish, held)],
    )
    preview = _shown(booking, quote, out, held=held, fees=kept, moves=moves)
    return ExchangePlan(booking, order, quote, out, taken, moves, preview)


def check_free(work: Work, wish: ExchangeWish, plan: ExchangePlan) -> None:
    """SeatTaken for new places somebody else has."""
    own = {Place(ticket.performance_id, ticket.seat_no) for ticket in plan.out}
    taken = []
    for performance_id, house in plan.quote.plans.items():
        wanted = {
            line.place.seat_no
            for line in wish.lines
            if line.place.performance_id == performance_id and line.place not in own
        }
        for claim in work.tickets.claims(performance_id) if wanted else ():
            mine = claim.status is ClaimStatus.HELD and claim.basket_id == plan.order.basket_id
            if claim.seat_no in wanted and not mine:
                taken.append(house.label_of(claim.seat_no))
    if taken:
        raise SeatTaken(tuple(taken))


def _called_alike(taken: Sequence[Ticket], out: Sequence[Ticket]) -> tuple[Ticket, ...]:
    """Whoever came on the old tickets comes on the new ones, in their order."""
    names = [ticket.attendee for ticket in out]
    names += [""] * (len(taken) - len(names))
    return tuple(replace(ticket, attendee=name) for ticket, name in zip(taken, names, strict=False))


def _given_up(work: Work, wish: ExchangeWish, booking: Booking) -> tuple[Ticket, ...]:
    """The tickets that go, in the booking's order."""
    if booking.status is BookingStatus.CANCELLED:
        raise BookingState(booking.number, booking.status.value)
    if not wish.lines:
        raise EmptyBasket
    missing = set(wish.give_up) - {ticket.id for ticket in booking.tickets}
    if missing:
        raise NotFound("ticket", min(missing))
    out = tuple(ticket for ticket in booking.tickets if ticket.id in wish.give_up)
    admitted = work.exchanges.admitted([ticket.id for ticket in out])
    for ticket in out:
        if ticket.status is TicketStatus.CANCELLED:
            raise TicketState(ticket.seat, ticket.status.value)
        if ticket.id in admitted:
            raise TicketState(ticket.seat, "admitted")
    return out


def _codes_of(work: Work, out: Sequence[Ticket]) -> tuple[str, ...]:
    """What was typed for the tickets that go counts for those that come."""
    ids = dict.fromkeys(ticket.discount_id for ticket in out if ticket.discount_id)
    codes = (work.discounts.get(discount_id).terms.code for discount_id in ids)
    return tuple(code for code in codes if code)


def _check_currency(booking: Booking, terms: Mapping[str, Terms]) -> None:
    for one in terms.values():
        if one.currency != booking.total.currency:
            raise OtherCurrency(booking.total.currency, one.currency)


def _fees(
    wish: ExchangeWish,
    booking: Booking,
    out: Sequence[Ticket],
    *,
    held: Sequence[Held],
    terms: Mapping[str, Terms],
) -> dict[str, int]:
    if wish.waive_fee or booking.status is BookingStatus.RESERVED:
        return {}
    return fees(
        out,
        [line.place.performance_id for line in wish.lines],
        per_ticket={performance_id: one.fee for performance_id, one in terms.items()},
        held={ticket.id: held_for(held, ticket.id) for ticket in out},
    )


def _room(booking: Booking, wish: ExchangeWish, held: Sequence[Held]) -> list[tuple[str, int]]:
    """What a reservation's deposit can still pay on the tickets that stay (id, minor units)."""
    if booking.status is not BookingStatus.RESERVED:
        return []
    staying = (ticket for ticket in booking.live if ticket.id not in wish.give_up)
    return [(ticket.id, ticket.price.minor - held_for(held, ticket.id)) for ticket in staying]


def _shown(
    booking: Booking,
    quote: Quote,
    out: Sequence[Ticket],
    *,
    held: Sequence[Held],
    fees: Mapping[str, int],
    moves: Moves,
) -> ExchangePreview:
    currency, nothing = booking.total.currency, booking.total * 0
    unpaid = booking.status is BookingStatus.RESERVED
    given_up = tuple(
        _shown_out(ticket, held=held_for(held, ticket.id), fee=fees.get(ticket.id, 0))
        for ticket in out
    )
    taken = tuple(_shown_taken(line) for line in quote.lines)
    price = Money.total((one.price for one in taken), currency)
    old = Money.total((ticket.price for ticket in out), currency)
    credit = Money.total((one.held for one in given_up), currency)
    fee = Money(sum(fees.values()), currency)
    back = Money.total(moves.back.values(), currency)
    return ExchangePreview(
        booking_id=booking.id,
        number=booking.number,
        unpaid=unpaid,
        out=given_up,
        taken=taken,
        credit=nothing if unpaid else credit,
        fee=fee,
        fee_tax=Money(sum(_tax_of(ticket, fees.get(ticket.id, 0)) for ticket in out), currency),
        price=price,
        due=nothing if unpaid else Money(sum(minor for _, minor in moves.short), currency),
        back=back,
        total=booking.total + price - (old if unpaid else credit - fee),
        parts=refund_parts(moves.kept, moves.back) if back else (),
        lost=lost_discounts(out, taken),
    )


def _shown_out(ticket: Ticket, *, held: int, fee: int) -> GivenUp:
    currency = ticket.price.currency
    return GivenUp(
        ticket, Money(held, currency), Money(_tax_of(ticket, held), currency), Money(fee, currency)
    )


def _tax_of(ticket: Ticket, minor: int) -> int:
    return tax_within(ticket.tax.minor, price=ticket.price.minor, held=minor)


def _shown_taken(line: QuotedLine) -> TakenInstead:
    reduction = line.reduction
    return TakenInstead(
        line.line,
        line.seat,
        line.zone,
        line.price_type,
        line.price,
        line.tax,
        "" if reduction is None else reduction.discount.name,
        None if reduction is None else reduction.amount,
    )
