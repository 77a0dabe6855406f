"""What a basket comes to and why: the price list, prices promised with a hold, discounts; and that the sale
charges what the quote said."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.discounts import CodeRefusal, Discount, DiscountEntry, DiscountKind, Scope
from app.domain.errors import Conflict, Denied, EmptyBasket, NoPrice, SeatTaken, UnknownSeat
from app.domain.events import Performance
from app.domain.payments import Tender, Tendered
from app.domain.pricing import Promise, Quote
from app.domain.tickets import BasketLine, Order, Place, TicketStatus
from app.domain.users import Operator, Role
from app.domain.values import Money, new_id
from tests.builders import Theatre
from tests.services.stage import entry, full_prices, member, sold

_SHARED = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
CARD = (Tendered(Tender.CARD),)


def quote(house: Theatre, order: Order, *, by: Operator | None = None) -> Quote:
    return house.services.tickets.quote(order, by=by or house.cashier)


def add(house: Theatre, name: str, kind: DiscountKind, **terms) -> Discount:
    return house.services.discounts.add(DiscountEntry(name, kind, **terms), by=house.admin)


def percent(house: Theatre, part: int = 1000, **terms) -> Discount:
    return add(house, "A tenth", DiscountKind.PERCENT, value=part, **terms)


def reprice(house: Theatre, amounts, performance_id: str = "") -> None:
    performance_id = performance_id or house.performance.id
    version = house.services.prices.prices(performance_id, by=house.admin).version
    house.services.prices.set_prices(performance_id, amounts, version=version, by=house.admin)


def promised(house: Theatre, order: Order, price: Money) -> Order:
    return replace(order, lines=tuple(replace(line, promised=price) for line in order.lines))


def held(house: Theatre, *labels: str) -> Order:
    """An order whose places are held, at the price they had then."""
    order = house.order(*labels)
    house.services.tickets.hold(
        house.performance.id, house.seats(*labels), basket_id=order.basket_id, by=house.cashier
    )
    return promised(house, order, house.euros(40))


def sells(house: Theatre, order: Order, asked: Quote, *, by: Operator | None = None):
    """The sale comes to what the quote said, ticket by ticket."""
    booking = house.services.tickets.sell(
        replace(order, key=new_id(), expected=asked.total), by=by or house.cashier
    )
    assert booking.total == asked.total
    figures = {line.line.place.seat_no: (line.price, line.tax) for line in asked.lines}
    assert {t.seat_no: (t.price, t.tax) for t in booking.tickets} == figures
    return booking


def kept_and_charged(house: Theatre, order: Order) -> tuple[Promise | None, Money]:
    asked = quote(house, order)
    return asked.lines[0].promise, sells(house, order, asked).total


# -- the quote ----------------------------------------------------------------------------------


def test_a_quote_says_what_each_ticket_costs_and_writes_nothing(house: Theatre):
    asked = quote(house, house.order("A-1", "D-1"))
    assert [(q.seat, q.zone, q.price_type) for q in asked.lines] == [
        ("A-1", "Zone 1", "Adult"),
        ("D-1", "Zone 2", "Adult"),
    ]
    assert [q.price for q in asked.lines] == [house.euros(40), house.euros(30)]
    assert asked.lines[0].tax == house.euros(40).tax_included(700)
    assert (asked.total, asked.reduced) == (house.euros(70), house.euros(0))
    assert house.services.tickets.house(house.performance.id, by=house.cashier).claims == ()


def test_a_quote_is_refused_as_the_sale_would_be(house: Theatre):
    order = house.order("A-1")
    unpriced = BasketLine(Place(house.performance.id, 1), new_id())
    for wrong, refusal in (
        (replace(order, lines=()), EmptyBasket),
        (replace(order, lines=(unpriced,)), NoPrice),
        (house.order_of([999]), UnknownSeat),
        (house.order("A-1", "A-1"), SeatTaken),
    ):
        with pytest.raises(refusal):
            quote(house, wrong)


def test_customers_are_quoted_what_they_may_buy_themselves(house: Theatre):
    viola = member(house, Role.CUSTOMER)
    order = house.order("A-1", customer_id=viola.user_id)
    assert quote(house, order, by=viola).total == house.euros(40)
    with pytest.raises(Denied):
        quote(house, replace(order, customer_id=new_id()), by=viola)
    house.services.prices.open_price_type(house.adult.id, self_service=False, by=house.admin)
    with pytest.raises(Denied):
        quote(house, order, by=viola)


# -- the promised price -------------------------------------------------------------------------


@pytest.mark.parametrize("now", [55, 25])
def test_the_price_told_with_a_hold_stands_while_it_lasts(house: Theatre, now):
    order = held(house, "A-1")
    house.clock.pass_by(minutes=1)
    reprice(house, {(1, house.adult.id): now * 100})
    assert quote(house, replace(order, basket_id=new_id())).total == house.euros(now)
    assert kept_and_charged(house, order) == (Promise.KEPT, house.euros(40))


def test_the_list_counts_once_the_hold_has_ended(house: Theatre):
    order = held(house, "A-1")
    reprice(house, {(1, house.adult.id): 5500})
    house.clock.pass_by(minutes=11)
    with pytest.raises(Conflict, match="price") as refusal:
        house.services.tickets.sell(order, by=house.cashier)
    assert refusal.value.theirs.total == house.euros(55)
    assert kept_and_charged(house, order) == (Promise.LOST, house.euros(55))


def test_of_a_hold_and_a_change_at_one_instant_it_is_known_which_came_first(house: Theatre):
    before = held(house, "A-1")
    reprice(house, {(1, house.adult.id): 5500})
    after = held(house, "A-2")
    reprice(house, {(1, house.adult.id): 6000})
    assert kept_and_charged(house, before) == (Promise.KEPT, house.euros(40))
    assert quote(house, after).lines[0].promise is Promise.LOST
    told = promised(house, after, house.euros(55))
    assert kept_and_charged(house, told) == (Promise.KEPT, house.euros(55))


def test_nobody_is_charged_by_a_price_that_was_made_up(house: Theatre):
    order = promised(house, held(house, "A-1"), house.euros(1))
    with pytest.raises(Conflict, match="price"):
        house.services.tickets.sell(order, by=house.cashier)
    reprice(house, {(1, house.adult.id): 5500})
    assert kept_and_charged(house, order) == (Promise.LOST, house.euros(55))


def test_a_price_type_that_was_retired_is_still_sold_to_who_holds_it(house: Theatre):
    order = held(house, "A-1")
    later = house.order("A-2")
    house.services.prices.activate_price_type(house.adult.id, active=False, by=house.admin)
    with pytest.raises(NoPrice):
        quote(house, promised(house, later, house.euros(40)))
    assert kept_and_charged(house, order) == (Promise.KEPT, house.euros(40))


def test_a_price_that_was_taken_off_the_list_is_still_sold_to_who_holds_it(house: Theatre):
    order = held(house, "A-1")
    reprice(house, {})
    booking = sells(house, order, quote(house, order))
    assert booking.tickets[0].price_type == "Adult"


def test_a_discount_is_off_the_promised_price(house: Theatre):
    order = held(house, "A-1")
    reprice(house, {(1, house.adult.id): 9000})
    percent(house)
    assert kept_and_charged(house, order) == (Promise.KEPT, house.euros(36))


def test_a_hold_that_ran_out_and_is_taken_up_again_promises_todays_price(house: Theatre):
    order = held(house, "A-1")
    reprice(house, {(1, house.adult.id): 3000})
    house.clock.pass_by(minutes=11)
    house.services.tickets.hold(
        house.performance.id, house.seats("A-2"), basket_id=order.basket_id, by=house.cashier
    )
    found = quote(house, order)
    assert (found.total, found.lines[0].promise) == (house.euros(30), Promise.LOST)


def test_a_price_list_with_a_past_can_be_deleted(house: Theatre):
    reprice(house, {(1, house.adult.id): 5500})
    schedule = house.services.schedule
    version = schedule.performance(house.performance.id, by=house.admin).version
    schedule.delete_performance(house.performance.id, version=version, by=house.admin)


_SEATS = (1, 2, 3)
_steps = st.one_of(
    st.tuples(st.just("hold"), st.sampled_from(_SEATS)),
    st.tuples(st.just("release"), st.sampled_from(_SEATS)),
    st.tuples(st.just("price"), st.sampled_from([None, 3000, 4000, 5000])),
    st.tuples(st.just("wait"), st.sampled_from([0, 4, 7])),
)


@_SHARED
@given(steps=st.lists(_steps, max_size=12), told=st.sampled_from([3000, 4000, 5000]))
def test_a_promise_is_kept_exactly_while_it_was_the_price_at_the_hold(house: Theatre, steps, told):
    performance = _another_performance(house)
    basket, key = new_id(), (1, house.adult.id)
    price: int | None = 4000
    holds: dict[int, int | None] = {}  # seat number -> the price when it was held
    until = house.clock.now
    for what, value in steps:
        house.clock.pass_by(milliseconds=1)
        if until <= house.clock.now:
            holds = {}
        if what == "hold":
            until = house.services.tickets.hold(
                performance.id, [value], basket_id=basket, by=house.cashier
            )
            holds.setdefault(value, price)
        elif what == "release":
            house.services.tickets.release(
                basket, places=[Place(performance.id, value)], by=house.cashier
            )
            holds.pop(value, None)
        elif what == "price":
            price = value
            reprice(house, {} if value is None else {key: value}, performance.id)
        else:
            house.clock.pass_by(minutes=value)
    if until <= house.clock.now:
        holds = {}
    for seat_no in _SEATS:
        line = BasketLine(Place(performance.id, seat_no), house.adult.id, house.euros(told / 100))
        order = Order(new_id(), basket, (line,))
        if holds.get(seat_no) == told:
            expected = told
        elif price is None:
            with pytest.raises(NoPrice):
                quote(house, order)
            continue
        else:
            expected = price
        assert sells(house, order, quote(house, order)).total.minor == expected


def _another_performance(house: Theatre) -> Performance:
    return house.services.schedule.add_performance(
        house.event.id, entry(house), prices=full_prices(house), by=house.admin
    )


# -- discounts ----------------------------------------------------------------------------------


def test_the_basket_says_which_discount_and_the_ticket_keeps_it(house: Theatre):
    tenth = percent(house)
    order = house.order("A-1", "A-2")
    asked = quote(house, order)
    assert [q.reduction.discount.name for q in asked.lines] == ["A tenth", "A tenth"]
    assert (asked.total, asked.reduced) == (house.euros(72), house.euros(8))
    ticket = sells(house, order, asked).tickets[0]
    assert (ticket.discount_id, ticket.discount, ticket.reduction) == (
        tenth.id,
        "A tenth",
        house.euros(4),
    )
    kept = house.services.bookings.booking(ticket.booking_id, by=house.cashier).tickets[0]
    assert (kept.discount, kept.reduction, kept.tax) == ("A tenth", house.euros(4), ticket.tax)
    assert ticket.tax == house.euros(36).tax_included(700)


def test_a_code_is_read_however_it_is_typed(house: Theatre):
    percent(house, code="Summer-10")
    assert quote(house, house.order("A-1")).total == house.euros(40)
    for typed in ("SUMMER10", " summer 10", "Sum-mer-10"):
        asked = quote(house, house.order("A-1", codes=(typed, "summer10")))
        assert (asked.total, asked.refused) == (house.euros(36), ())


def refusals(house: Theatre, *codes: str, by: Operator | None = None, seats=("A-1",), **changes):
    asked = quote(house, house.order(*seats, codes=codes, **changes), by=by)
    return [one.reason for one in asked.refused]


def test_a_code_that_gives_nothing_says_why(house: Theatre):
    now, day = house.clock.now, timedelta(days=1)
    percent(house, code="OLD", valid_until=now)
    percent(house, code="NEW", valid_from=now + day)
    percent(house, code="CIRCLE", scope=Scope(zones=frozenset({"Zone 2"})))
    percent(house, code="PARTY", from_tickets=2)
    percent(house, code="WEAK", part=10)
    percent(house, code="STRONG", part=2000)
    idle = percent(house, code="IDLE")
    house.services.discounts.activate(idle.id, active=False, version=1, by=house.admin)
    assert refusals(house, "OLD", "NEW", "CIRCLE", "PARTY", "IDLE", "nothing", "", "  ") == [
        CodeRefusal.EXPIRED,
        CodeRefusal.NOT_YET,
        CodeRefusal.NOT_FOR_THESE,
        CodeRefusal.TOO_FEW,
        CodeRefusal.UNKNOWN,
        CodeRefusal.UNKNOWN,
    ]
    asked = quote(house, house.order("A-1", codes=("WEAK", "STRONG")))
    assert [(one.code, one.reason, one.discount.terms.code) for one in asked.refused] == [
        ("WEAK", CodeRefusal.OUTDONE, "WEAK")
    ]
    assert asked.total == house.euros(32)


def test_a_discount_begins_and_ends_when_it_says(house: Theatre):
    now = house.clock.now
    percent(house, valid_from=now + timedelta(hours=1), valid_until=now + timedelta(hours=2))
    totals = []
    for _ in range(3):
        totals.append(quote(house, house.order("A-1")).total)
        house.clock.pass_by(hours=1)
    assert totals == [house.euros(40), house.euros(36), house.euros(40)]


def test_some_discounts_the_counter_alone_gives(house: Theatre):
    percent(house, code="STAFF", self_service=False)
    percent(house, part=500, self_service=False)
    viola = member(house, Role.CUSTOMER)
    own = {"by": viola, "customer_id": viola.user_id}
    assert refusals(house, "STAFF", **own) == [CodeRefusal.NOT_FOR_CUSTOMERS]
    order = house.order("A-1", customer_id=viola.user_id, codes=("STAFF",))
    assert quote(house, order, by=viola).total == house.euros(40)
    assert quote(house, order).total == house.euros(36)


def test_uses_are_counted_and_come_back_with_a_cancelled_ticket(house: Theatre):
    percent(house, code="FIRST3", most_uses=3)
    codes = {"codes": ("FIRST3",)}
    first = sold(house, "A-1", "A-2", **codes)
    order = house.order("A-3", "A-4", **codes)
    assert quote(house, order).reduced == house.euros(4)  # one is left
    sold(house, "A-3", "A-4", **codes)
    assert refusals(house, "FIRST3", seats=("B-1",)) == [CodeRefusal.USED_UP]
    house.services.bookings.cancel(
        first.id, ticket_ids=[first.tickets[0].id], reason="ill", by=house.cashier
    )
    assert quote(house, house.order("A-1", "B-2", **codes)).reduced == house.euros(4)
    assert [one.used for one in house.services.discounts.discounts(by=house.admin)] == [2]


def test_a_reservation_takes_uses_and_gives_them_back(house: Theatre):
    percent(house, most_uses=1)
    reserved = house.services.tickets.reserve(
        house.order("A-1"), until=house.clock.now + timedelta(hours=1), by=house.cashier
    )
    assert reserved.total == house.euros(36)
    assert quote(house, house.order("A-2")).total == house.euros(40)
    house.services.bookings.cancel(reserved.id, reason="", by=house.cashier)
    assert quote(house, house.order("A-2")).total == house.euros(36)


def test_a_family_goes_four_for_three(house: Theatre):
    add(house, "Family", DiscountKind.N_FOR_M, takes=4, pays=3)
    order = house.order("A-1", "A-2", "D-1", "D-2", "D-3")
    asked = quote(house, order)
    assert asked.total == house.euros(40 + 40 + 30 + 30)
    booking = sells(house, order, asked)
    family = [t for t in booking.tickets if t.discount == "Family"]
    assert sorted(t.price.minor for t in family) == [0, 3000, 4000, 4000]
    assert asked.uses == {family[0].discount_id: 4}


def test_a_seat_bound_code_is_for_its_seats(house: Theatre):
    seats = {house.performance.id: frozenset(house.seats("A-1"))}
    percent(house, part=5000, code="ROSE", scope=Scope(seats=seats))
    asked = quote(house, house.order("A-1", "A-2", codes=("rose",)))
    assert [q.price for q in asked.lines] == [house.euros(20), house.euros(40)]
    assert refusals(house, "rose", seats=("A-2",)) == [CodeRefusal.NOT_FOR_THESE]


def test_a_ticket_may_be_free(house: Theatre):
    percent(house, part=10_000)
    booking = sells(house, house.order("A-1"), quote(house, house.order("A-1")))
    assert (booking.total, booking.tickets[0].status) == (house.euros(0), TicketStatus.VALID)


def test_a_discount_that_changes_meanwhile_is_told_before_money_is_taken(house: Theatre):
    tenth = percent(house)
    order = house.order("A-1", expected=house.euros(36))
    house.services.discounts.activate(tenth.id, active=False, version=1, by=house.admin)
    with pytest.raises(Conflict, match="price") as refusal:
        house.services.tickets.sell(order, by=house.cashier)
    assert refusal.value.theirs.total == house.euros(40)


# -- the quote is the sale ----------------------------------------------------------------------

_terms = st.builds(
    lambda kind, value, takes, most, booking, code, children: {
        "kind": kind,
        "value": value,
        "currency": "EUR",
        "takes": takes,
        "pays": takes - 1,
        "most_uses": most,
        "per_booking": booking,
        "code": code,
        "children": children,
    },
    kind=st.sampled_from(DiscountKind),
    value=st.sampled_from([1, 333, 1000, 5000, 10_000]),
    takes=st.integers(2, 4),
    most=st.sampled_from([None, 4, 8]),
    booking=st.sampled_from([None, 4]),
    code=st.sampled_from(["", "ONE", "TWO"]),
    children=st.booleans(),
)


@_SHARED
@given(
    offers=st.lists(_terms, max_size=4),
    baskets=st.lists(
        st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=1, max_size=6), max_size=4
    ),
    codes=st.sets(st.sampled_from(["one", "two", "three"])),
)
def test_the_sale_charges_what_the_basket_showed(house: Theatre, offers, baskets, codes):
    performance = _another_performance(house)
    prices = {
        (zone.no, kind.id): 3999 // (zone.no + (kind is house.child))
        for zone in house.plan.zones
        for kind in (house.adult, house.child)
    }
    reprice(house, prices, performance.id)
    with_codes = {terms["code"]: terms for terms in offers if terms["code"]}.values()
    offers = [*(terms for terms in offers if not terms["code"]), *with_codes]
    made = [_made(house, performance, terms) for terms in offers]
    taken: set[int] = set()
    carried = dict.fromkeys((one.id for one in made), 0)
    for basket in baskets:
        wanted = dict(seat for seat in basket if seat[0] not in taken)
        taken |= wanted.keys()
        lines = tuple(
            BasketLine(Place(performance.id, no), (house.child if child else house.adult).id)
            for no, child in wanted.items()
        )
        if not lines:
            continue
        order = Order(new_id(), new_id(), lines, codes=tuple(sorted(codes)))
        asked = quote(house, order)
        assert asked.total.minor == sum(q.price.minor for q in asked.lines)
        assert asked.total + asked.reduced == Money.total(
            (q.list_price for q in asked.lines), "EUR"
        )
        booking = sells(house, order, asked)
        reductions = (t.reduction for t in booking.tickets if t.reduction)
        assert Money.total(reductions, "EUR") == asked.reduced
        for ticket in booking.tickets:
            if ticket.discount_id is not None:
                carried[ticket.discount_id] += 1
    for one in house.services.discounts.discounts(by=house.admin):
        if one.id in carried:
            assert one.used == carried[one.id]
            assert one.left is None or one.used <= one.terms.most_uses
    for one in made:  # the next example has the house to itself
        free = replace(one.terms, code="")
        edited = house.services.discounts.edit(one.id, free, version=1, by=house.admin)
        house.services.discounts.activate(
            one.id, active=False, version=edited.version, by=house.admin
        )


def _made(house: Theatre, performance: Performance, terms) -> Discount:
    values = dict(terms)
    children = frozenset({house.child.id}) if values.pop("children") else frozenset()
    scope = Scope(performances=frozenset({performance.id}), price_types=children)
    return house.services.discounts.add(DiscountEntry("It", scope=scope, **values), by=house.admin)
