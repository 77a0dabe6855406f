"""A day at a counter, through the services: one of everything a till and an office do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.domain.analytics import Interaction
from app.domain.baskets import KeptBasket
from app.domain.customers import Contact
from app.domain.events import Venue
from app.domain.exchanges import ExchangeWish
from app.domain.notifications import Channel, Kind, Wish
from app.domain.payments import Tender, Tendered
from app.domain.programme import PerformanceEntry
from app.domain.shifts import DrawerAct
from app.domain.tickets import BasketLine, Place
from app.domain.users import Operator
from app.domain.values import Money, new_id
from app.services.notifications import Message
from tests.builders import Theatre

CASH = (Tendered(Tender.CASH),)


class Counter:
    """`services` are those of one station; `house` names seats and prices."""

    def __init__(self, services, house: Theatre, *, row: str) -> None:
        self.services, self.house, self.row = services, house, row
        self.by = services.users.log_in(
            "carla@example.org", password="curtain up", station=services.station
        )

    def seat(self, number: int) -> str:
        return f"{self.row}-{number}"

    def order(self, *numbers: int, **changes):
        return self.house.order(*(self.seat(n) for n in numbers), **changes)

    def day(self) -> None:
        """Everything, one after the other; the drawer is open meanwhile."""
        services, by = self.services, self.by
        services.shifts.open(Money(20000, "EUR"), by=by)
        services.shifts.move(DrawerAct.PAID_IN, amount=Money(500, "EUR"), note="change", by=by)
        customer = services.customers.add(
            Contact(f"Ada {self.row}", f"ada.{self.row.lower()}@example.org"), by=by
        )
        self.edit(customer.id)
        booking = self.exchange(self.sell(customer.id))
        self.give_back(booking)
        self.reserve(customer.id)
        self.park()
        self.vouchers_and_cards()
        services.interactions.seen(Interaction.SEARCH, detail="hamlet", by=by)
        assert services.interactions.write() == 1
        services.notifications.wish(Wish(Kind.EVENT_UPDATED, Channel.EMAIL, wanted=False), by=by)
        services.notifications.mark_read(by=by)
        services.upkeep.tidy(by=by)
        services.bookings.expire(by=by)
        services.accounts.prefer(language="en", theme="dark", by=by)
        services.shifts.close({}, by=by)
        services.payments.check(by=by)

    def edit(self, customer_id: str) -> None:
        known = self.services.customers.customer(customer_id, by=self.by).customer
        contact = Contact(known.name, known.email, "0123 456")
        self.services.customers.edit(customer_id, contact, version=known.version, by=self.by)

    def sell(self, customer_id: str):
        basket, by = new_id(), self.by
        self.services.tickets.hold(
            self.house.performance.id,
            self.house.seats(self.seat(1), self.seat(2)),
            basket_id=basket,
            by=by,
        )
        order = self.order(1, 2, basket_id=basket, customer_id=customer_id)
        sold = self.services.tickets.sell(order, by=by)
        assert self.services.tickets.sell(order, by=by).id == sold.id
        self.services.bookings.printed(sold.id, by=by)
        self.services.bookings.check_in(sold.tickets[1].code, by=by)
        return sold

    def exchange(self, booking):
        gone = booking.tickets[0]
        (seat,) = self.house.seats(self.seat(3))
        line = BasketLine(Place(self.house.performance.id, seat), self.house.child.id)
        wish = ExchangeWish(booking.id, (gone.id,), (line,))
        shown = self.services.exchanges.preview(wish, by=self.by)
        return self.services.exchanges.exchange(
            wish, expected=shown, tenders=CASH, tender=None, key=new_id(), by=self.by
        )

    def give_back(self, booking) -> None:
        (ticket,) = (one for one in booking.live if one.seat == self.seat(3))
        bookings, by = self.services.bookings, self.by
        bookings.cancel(booking.id, ticket_ids=[ticket.id], reason="ill", by=by)
        bookings.refund(
            booking.id, wanted={ticket.id: ticket.price}, reason="ill", key=new_id(), by=by
        )
        undone = self.services.tickets.sell(self.order(4), by=by)
        bookings.void(undone.id, key=new_id(), by=by)

    def reserve(self, customer_id: str) -> None:
        until = datetime.now(UTC) + timedelta(hours=20)
        order = self.order(5, customer_id=customer_id)
        booking = self.services.tickets.reserve(order, until=until, notes="group", by=self.by)
        self.services.bookings.pay(booking.id, tenders=CASH, by=self.by)

    def park(self) -> None:
        basket = KeptBasket(new_id())
        baskets, by = self.services.baskets, self.by
        places = self.house.seats(self.seat(6))
        self.services.tickets.hold(self.house.performance.id, places, basket_id=basket.id, by=by)
        line = BasketLine(Place(self.house.performance.id, places[0]), self.house.adult.id)
        baskets.park(replace(basket, lines=(line,)), name="back at two", by=by)
        assert baskets.resume(basket.id, by=by).lost == ()
        self.services.tickets.release(basket.id, by=by)
        baskets.drop(basket.id, by=by)

    def leave_a_basket(self) -> None:
        """The window goes away without a word."""
        line = BasketLine(
            Place(self.house.performance.id, self.house.seats(self.seat(10))[0]),
            self.house.adult.id,
        )
        self.services.baskets.keep(KeptBasket(new_id(), lines=(line,)), by=self.by)

    def vouchers_and_cards(self) -> None:
        services, by = self.services, self.by
        bought = services.tickets.sell(
            self.house.order_of([], vouchers=(Money(5000, "EUR"),)), by=by
        )
        code = bought.vouchers[0].code
        paid = (Tendered(Tender.VOUCHER, reference=code),)
        services.tickets.sell(self.order(7, tenders=paid), by=by)
        basket = new_id()
        attempt = services.cards.charge(self.house.euros(40), key=new_id(), basket_id=basket, by=by)
        card = (Tendered(Tender.CARD, reference=attempt.id),)
        services.tickets.sell(self.order(8, basket_id=basket, tenders=card), by=by)


def office_day(services, house: Theatre, *, by: Operator) -> None:
    """What a manager does: programme, prices, people, and a performance cancelled with its money."""
    services.venues.add_venue(Venue(new_id(), "Annex", "Europe/Berlin", "EUR"), by=by)
    event = services.programme.event(house.event.id, by=by)
    services.programme.edit_event(replace(event, title="The Winter Garden II"), by=by)
    services.programme.add_category("Opera", by=by)
    prices = dict(services.events.offer(house.performance.id, by=by).prices)
    entry = PerformanceEntry(
        house.performance.venue_id, "2026-12-28T20:00", plan_id=house.performance.plan_id
    )
    late = services.schedule.add_performance(event.id, entry, prices=prices, by=by)
    now = services.schedule.performance(late.id, by=by)
    dearer = {key: amount + 100 for key, amount in prices.items()}
    services.prices.set_prices(late.id, dearer, version=now.version, by=by)
    services.tickets.block(late.id, house.seats("A-1"), reason="press", by=by)
    services.tickets.unblock(late.id, house.seats("A-1"), by=by)
    order = replace(
        house.order("B-1"),
        lines=(BasketLine(Place(late.id, house.seats("B-1")[0]), house.adult.id),),
    )
    services.tickets.sell(order, by=by)
    services.notifications.message_holders(late.id, Message("Hello", "A word."), by=by)
    services.cancellations.run(late.id, reason="snow", by=by)
    services.payments.check(by=by)
