"""Whatever is sold, exchanged, cancelled and given back in whatever order: an exchange posts what it showed,
no money is made or lost, and in the end everything but the fees can go back to where it came from."""

import os
import random
import shutil
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.errors import NotEnoughSeats, SeatTaken
from app.domain.exchanges import ExchangeWish
from app.domain.payments import Tender, Tendered
from app.domain.report_parts import Wanted
from app.domain.report_tables import sum_of
from app.domain.tickets import BasketLine, BookingStatus, Place
from app.domain.values import Money, new_id
from app.gateways.card_terminal import SimulatedTerminal, SimulatorDriver
from tests.builders import Clock, plan, theatre
from tests.services.exchanging import Exchanging

_EXAMPLES = int(os.environ.get("EXCHANGE_EXAMPLES", "12"))


class Desk:
    """Somebody who does anything a counter can with bookings, and looks at every exchange twice."""

    def __init__(self, at: Exchanging, chance: random.Random) -> None:
        self.at, self.chance = at, chance
        self.by = at.house.cashier
        self.bookings: list[str] = []
        self.vouchers: list[str] = []
        self.exchanged = 0

    def act(self) -> None:
        acts = (self.sell, self.sell, self.reserve, self.pay, self.cancel, self.refund)
        act = self.chance.choice((*acts, self.exchange, self.exchange, self.exchange))
        self.at.house.clock.pass_by(minutes=self.chance.randint(0, 600))
        try:
            act()
        except (SeatTaken, NotEnoughSeats):
            return

    # -- what happens ------------------------------------------------------------------------

    def sell(self) -> None:
        order = self.at.house.order_of([], lines=self._lines(), channel="counter")
        due = self.at.services.tickets.quote(order, by=self.by).total
        tenders, key = self._tenders(due), new_id()
        order = self.at.house.order_of([], lines=order.lines, tenders=tenders, key=key)
        booking = self.at.services.cards.sold_with(
            [t.reference for t in tenders if t.tender is Tender.CARD],
            sell=lambda: self.at.services.tickets.sell(order, by=self.by),
            by=self.by,
        )
        self.bookings.append(booking.id)

    def reserve(self) -> None:
        order = self.at.house.order_of([], lines=self._lines())
        total = self.at.services.tickets.quote(order, by=self.by).total
        deposit = Money(self.chance.randint(1, total.minor), "EUR") if total.minor else None
        booking = self.at.services.tickets.reserve(
            order,
            until=self.at.house.clock.now + timedelta(days=90),
            deposit=self.chance.choice((None, deposit)),
            by=self.by,
        )
        self.bookings.append(booking.id)

    def pay(self) -> None:
        booking = self._some()
        if booking is not None and booking.status is BookingStatus.RESERVED:
            self.at.services.bookings.pay(booking.id, tenders=[Tendered(Tender.CASH)], by=self.by)

    def cancel(self) -> None:
        booking = self._some()
        if booking is None or not booking.live:
            return
        some = self.chance.sample(booking.live, self.chance.randint(1, len(booking.live)))
        self.at.services.bookings.cancel(
            booking.id, ticket_ids=[ticket.id for ticket in some], reason="", by=self.by
        )

    def refund(self) -> None:
        booking = self._some()
        if booking is None or booking.status is BookingStatus.RESERVED:
            return
        held = self.at.held(booking.id)
        fees = {ticket.id for ticket in booking.tickets if ticket.exchange_id}
        for ticket_id in sorted(held.keys() - fees)[: self.chance.randint(1, 2)]:
            part = self.chance.choice((held[ticket_id].minor, held[ticket_id].minor // 3 + 1))
            wanted = {ticket_id: min(held[ticket_id], Money(part, "EUR"))}
            self.at.services.bookings.refund(
                booking.id, wanted=wanted, reason="", key=new_id(), by=self.by
            )

    def exchange(self) -> None:
        before = self._some()
        if before is None or before.status is BookingStatus.CANCELLED:
            return
        out = self.chance.sample(before.live, self.chance.randint(0, len(before.live)))
        wish = ExchangeWish(
            before.id,
            tuple(ticket.id for ticket in out),
            self._lines(),
            waive_fee=self.chance.random() < 0.2,
        )
        shown = self.at.preview(wish)
        tenders = self._tenders(shown.due) if shown.due else ()
        after = self.at.services.cards.sold_with(
            [t.reference for t in tenders if t.tender is Tender.CARD],
            sell=lambda: self.at.services.exchanges.exchange(
                wish, expected=shown, tenders=tenders, key=new_id(), by=self.by
            ),
            by=self.by,
        )
        self.exchanged += 1
        assert after.total == shown.total
        assert after.paid - before.paid == shown.due
        assert after.refunded - before.refunded == shown.back
        gone = after.refunds[len(before.refunds) :]
        assert {(r.payment_id, r.tender, r.amount) for r in gone} == {
            (part.payment_id, part.tender, part.amount) for part in shown.parts
        }
        old = {ticket.id for ticket in before.tickets}
        new = [ticket for ticket in after.tickets if ticket.id not in old]
        assert Counter(ticket.price for ticket in new) == Counter(t.price for t in shown.taken)
        held = self.at.held(after.id)
        assert sum(amount.minor for amount in held.values()) == (after.paid - after.refunded).minor
        for one in shown.out:
            assert held.get(one.ticket.id, Money(0, "EUR")) == one.fee
        if not shown.unpaid:
            assert all(held.get(t.id, Money(0, "EUR")) == t.price for t in new)

    # -- the end -----------------------------------------------------------------------------

    def give_everything_back(self) -> None:
        """All but the fees, and each payment gets back what of it was not a fee."""
        for booking_id in self.bookings:
            booking = self._booking(booking_id)
            if booking.live:
                self.at.services.bookings.cancel(booking_id, reason="", by=self.by)
            fees = {ticket.id for ticket in booking.tickets if ticket.exchange_id}
            held = self.at.held(booking_id)
            wanted = {key: amount for key, amount in held.items() if key not in fees}
            if wanted:
                self.at.services.bookings.refund(
                    booking_id, wanted=wanted, reason="", key=new_id(), by=self.by
                )
            booking = self._booking(booking_id)
            kept = Counter()
            for one in self.at.services.bookings.held(booking_id, by=self.by):
                assert one.ticket_id in fees
                kept[one.payment_id] += one.amount.minor
            made = self.at.services.exchanges.of(booking_id, by=self.by)
            assert kept.total() == sum(one.fee.minor for one in made)
            back = Counter()
            tenders = {payment.id: payment.tender for payment in booking.payments}
            for refund in booking.refunds:
                back[refund.payment_id] += refund.amount.minor
                assert refund.tender is tenders[refund.payment_id]
            for payment in booking.payments:
                assert back[payment.id] == payment.amount.minor - kept[payment.id]

    def reports_hold(self) -> None:
        """Each event's money reports agree with the journal, and their statements with what is held."""
        by, reports = self.at.house.admin, self.at.services.reports
        held = Counter()
        for booking_id in self.bookings:
            performances = {t.id: t.performance_id for t in self._booking(booking_id).tickets}
            for ticket_id, amount in self.at.held(booking_id).items():
                held[performances[ticket_id]] += amount.minor
        both, other = (self.at.first, self.at.second), (self.at.other,)
        for performances in (both, other):
            event_id = self.at.services.events.line(performances[0], by=by).event_id
            wanted = Wanted(event_id=event_id)
            for name in ("daily-sales", "event-statement", "operators", "payments", "customers"):
                assert reports.make(name, wanted, by=by).holds, name
            statement = reports.make("event-statement", wanted, by=by)
            taken = sum_of((t for t in statement.tables if t.title == "Performances"), "Takings")
            assert taken.get("EUR", 0) == sum(held[each] for each in performances)

    # -- at random ---------------------------------------------------------------------------

    def _booking(self, booking_id: str):
        return self.at.services.bookings.booking(booking_id, by=self.by)

    def _some(self):
        return self._booking(self.chance.choice(self.bookings)) if self.bookings else None

    def _lines(self) -> tuple[BasketLine, ...]:
        performances = (self.at.first, self.at.second, self.at.other)
        places = {
            Place(self.chance.choice(performances), self.chance.randint(1, 48))
            for _ in range(self.chance.randint(1, 4))
        }
        kinds = (self.at.house.adult.id, self.at.house.child.id)
        return tuple(
            BasketLine(place, self.chance.choice(kinds))
            for place in sorted(places, key=lambda p: (p.performance_id, p.seat_no))
        )

    def _tenders(self, due: Money) -> tuple[Tendered, ...]:
        """Cash, a slip, a card through the terminal, a gift voucher, or two of them."""
        kinds = [Tender.SLIP, Tender.CARD, Tender.VOUCHER]
        if self.chance.random() < 0.3 or due.minor < 2:
            return (Tendered(Tender.CASH),)
        part = Money(self.chance.randint(1, due.minor), due.currency)
        tender = self.chance.choice(kinds)
        if tender is Tender.SLIP:
            first = Tendered(tender, part, f"slip {self.chance.randint(1, 99)}")
        elif tender is Tender.CARD:
            attempt = self.at.services.cards.charge(
                part, key=new_id(), basket_id=new_id(), by=self.by
            )
            first = Tendered(tender, part, attempt.id)
        else:
            order = self.at.house.order_of([], vouchers=(part,))
            (bought,) = self.at.services.tickets.sell(order, by=self.by).vouchers
            first = Tendered(tender, part, bought.code)
        return (first, Tendered(Tender.CASH)) if part < due else (first,)


def evening(url: str, terminal: Path, chance: random.Random, *, acts: int) -> Desk:
    """So many acts over a database, everything given back at the end, and everything agrees."""
    driver = SimulatorDriver(SimulatedTerminal(terminal, by_amount=False))
    house = theatre(url, clock=Clock(), house=plan(standing=8), terminal=driver)
    try:
        desk = Desk(Exchanging(house), chance)
        for _ in range(acts):
            desk.act()
        desk.at.check()
        desk.reports_hold()
        desk.give_everything_back()
        desk.at.check()
        desk.reports_hold()
    finally:
        house.services.close()
    return desk


@settings(
    max_examples=_EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(chance=st.randoms(use_true_random=False), acts=st.integers(3, 16))
@pytest.mark.timeout(900)
def test_exchanges_post_what_they_showed(sqlite_template: Path, chance: random.Random, acts: int):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "houselights.db"
        shutil.copyfile(sqlite_template, file)
        evening(f"sqlite:///{file}", Path(folder) / "terminal.jsonl", chance, acts=acts)


@pytest.mark.timeout(900)
def test_a_long_evening_of_exchanges(database_url: str, tmp_path: Path):
    seed = int(os.environ.get("SEASON_SEED", random.randrange(2**32)))
    print("seed", seed)
    desk = evening(database_url, tmp_path / "terminal.jsonl", random.Random(seed), acts=120)
    assert desk.exchanged > 4, "too few: the evening proves little"
