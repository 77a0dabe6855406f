"""Tickets, goods and gift vouchers sold, taken back and paid back in any order: what is held for each of them
is what was paid for it and not given back, to the cent, and the house is sound throughout."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)

from app.domain.errors import BookingState, TicketState, VoucherUnusable
from app.domain.goods import ProductEntry
from app.domain.memberships import MembershipEntry
from app.domain.payments import Tender, Tendered
from app.domain.tickets import Booking, BookingStatus, Goods
from app.domain.values import Money, new_id
from tests.builders import Clock, Theatre, plan, theatre
from tests.services.stage import customer

EUR = "EUR"
MINOR = st.integers(1, 9_000)
PRICES = (450, 0, 6_000)  # of the booklet, the leaflet and the membership


class Mixed(RuleBasedStateMachine):
    """A counter that remembers for itself what it must hold for every ticket, item and voucher."""

    house: Theatre
    goods: tuple[str, ...]
    customer_id: str
    seats: list[int]
    bookings = Bundle("bookings")

    @initialize()
    def open(self) -> None:
        self.held: dict[str, Counter[str]] = {}
        self.still_pays: set[str] = set()
        self.takings = 0

    @rule(
        target=bookings,
        tickets=st.integers(0, 2),
        goods=st.lists(st.integers(0, 2), max_size=3),
        vouchers=st.lists(MINOR, max_size=2),
        slips=st.lists(MINOR, max_size=2),
    )
    def sell(self, tickets: int, goods: list[int], vouchers: list[int], slips: list[int]):
        if not tickets and not goods and not vouchers:
            return multiple()
        seats = [self.seats.pop() for _ in range(min(tickets, len(self.seats)))]
        due = 4_000 * len(seats) + sum(PRICES[which] for which in goods) + sum(vouchers)
        order = self.house.order_of(
            seats,
            goods=tuple(Goods(self.goods[which]) for which in goods),
            vouchers=tuple(Money(minor, EUR) for minor in vouchers),
            customer_id=self.customer_id,
            tenders=tenders(due, slips),
        )
        booking = self.house.services.tickets.sell(order, by=self.house.cashier)
        assert booking.total.minor == due
        self.held[booking.id] = Counter(
            {one.id: one.price.minor for one in (*booking.tickets, *booking.items)}
            | {one.id: one.amount.minor for one in booking.vouchers}
        )
        self.still_pays |= {voucher.id for voucher in booking.vouchers}
        self.takings += due
        self.compare(booking.id)
        return booking.id

    @rule(booking_id=bookings, which=st.integers(0, 9), goods=st.booleans())
    def take_back(self, booking_id: str, which: int, goods: bool) -> None:
        booking = self._booking(booking_id)
        things = [*booking.items, *booking.vouchers] if goods else [*booking.tickets]
        if not things:
            return
        one = things[which % len(things)]
        try:
            if goods:
                done = self.house.services.bookings.cancel_items(
                    booking_id, item_ids=[one.id], reason="", by=self.house.cashier
                )
            else:
                done = self.house.services.bookings.cancel(
                    booking_id, ticket_ids=[one.id], reason="", by=self.house.cashier
                )
        except (BookingState, TicketState, VoucherUnusable):
            return
        self.still_pays.discard(one.id)
        assert done.owed.minor == self.held[booking_id][one.id]
        self.compare(booking_id)

    @rule(booking_id=bookings, part=st.integers(1, 4), only=st.integers(0, 9))
    def give_back(self, booking_id: str, part: int, only: int) -> None:
        held = self._held(booking_id)
        if not held:
            return
        wanted = {one: max(1, minor // part) for one, minor in held.items()}
        if only % 2:
            one = sorted(wanted)[only % len(wanted)]
            wanted = {one: wanted[one]}
        refunds = self.house.services.bookings.refund(
            booking_id,
            wanted={one: Money(minor, EUR) for one, minor in wanted.items()},
            reason="",
            key=new_id(),
            by=self.house.cashier,
        )
        assert sum(refund.amount.minor for refund in refunds) == sum(wanted.values())
        self.held[booking_id].subtract(wanted)
        self.takings -= sum(wanted.values())
        self.compare(booking_id)

    def compare(self, booking_id: str) -> None:
        """What the house holds is what we remember; a voucher that still pays holds its money itself."""
        expected = {
            one: minor
            for one, minor in self.held[booking_id].items()
            if minor and one not in self.still_pays
        }
        assert self._held(booking_id) == expected
        booking = self._booking(booking_id)
        assert (booking.status is BookingStatus.CANCELLED) == (not booking.lives)
        assert booking.paid.minor - booking.refunded.minor == self.held[booking_id].total()

    def teardown(self) -> None:
        self.house.services.payments.check(by=self.house.admin)

    def _booking(self, booking_id: str) -> Booking:
        return self.house.services.bookings.booking(booking_id, by=self.house.cashier)

    def _held(self, booking_id: str) -> dict[str, int]:
        found: Counter[str] = Counter()
        for one in self.house.services.bookings.held(booking_id, by=self.house.cashier):
            found[one.ticket_id] += one.amount.minor
        return dict(found)


def tenders(due: int, slips: list[int]) -> tuple[Tendered, ...]:
    """Slips of these amounts as far as they are due, the rest in cash."""
    parts: list[Tendered] = []
    for minor in slips:
        part = min(minor, due)
        if part:
            parts.append(Tendered(Tender.SLIP, Money(part, EUR), "7"))
        due -= part
    return (*parts, Tendered(Tender.CASH))


@pytest.mark.timeout(300)
def test_every_cent_of_mixed_sales_is_where_it_belongs(database_url: str):
    house = theatre(database_url, clock=Clock(), house=plan(standing=5_000))
    try:
        kind = house.services.memberships.add_kind(MembershipEntry("Friends", 12), by=house.admin)
        entries = zip(
            ("Programme", "Leaflet", "Friends"), PRICES, (None, None, kind.id), strict=True
        )
        goods = tuple(
            house.services.goods.add(
                ProductEntry(name, Money(minor, EUR), 700, membership), by=house.admin
            ).id
            for name, minor, membership in entries
        )
        known = {
            "house": house,
            "goods": goods,
            "customer_id": customer(house, "Anna"),
            "seats": list(range(41, 5_041)),
        }
        machine = type("Machine", (Mixed,), known)
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=12,
                stateful_step_count=15,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        house.services.close()
