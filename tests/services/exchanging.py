"""A theatre in which tickets can be exchanged: a second evening, another event, fees; and short ways to
ask for an exchange."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from app.domain.events import Event
from app.domain.exchanges import ExchangePreview, ExchangeWish
from app.domain.payments import Tender, Tendered
from app.domain.programme import PerformanceEntry
from app.domain.tickets import BasketLine, Booking, Place
from app.domain.users import Operator
from app.domain.values import Money, new_id
from app.services.events import NewPerformance
from tests.builders import Theatre

FEE = 250
CASH = (Tendered(Tender.CASH),)


class Exchanging:
    """`first` and `second` play the same event, `other` another one that costs ten more; leaving the
    first event costs 2.50 a ticket, leaving the other nothing."""

    def __init__(self, house: Theatre) -> None:
        self.house = house
        self.services = house.services
        self.first = house.performance.id
        services, by, showing = house.services, house.admin, house.performance
        event = services.programme.event(house.event.id, by=by)
        services.programme.edit_event(replace(event, exchange_fee=FEE), by=by)
        prices = dict(services.events.offer(self.first, by=by).prices)
        entry = PerformanceEntry(showing.venue_id, "2026-11-28T20:00", plan_id=showing.plan_id)
        self.second = services.schedule.add_performance(event.id, entry, prices=prices, by=by).id
        other = Event(new_id(), "The Long Summer", "Another play.", "Drama", by.user_id, 1900)
        later = replace(
            showing,
            id=new_id(),
            event_id=other.id,
            starts_at=showing.starts_at + timedelta(days=2),
            wall_time="2026-11-29T20:00",
        )
        dearer = {key: amount + 1000 for key, amount in prices.items()}
        services.events.add_event(other, performances=(NewPerformance(later, dearer),), by=by)
        self.other = later.id

    def sold(self, *labels: str, **changes: object) -> Booking:
        order = self.house.order(*labels, **changes)
        return self.services.tickets.sell(order, by=self.house.cashier)

    def lines(self, performance_id: str, *labels: str, child: bool = False):
        kind = self.house.child if child else self.house.adult
        return tuple(
            BasketLine(Place(performance_id, no), kind.id) for no in self.house.seats(*labels)
        )

    def wish(self, booking: Booking, out: tuple[str, ...], lines, **more: object) -> ExchangeWish:
        """`out` names seats of live tickets."""
        give_up = tuple(ticket.id for ticket in booking.live if ticket.seat in out)
        assert len(give_up) == len(out)
        return ExchangeWish(booking.id, give_up, tuple(lines), **more)

    def preview(self, wish: ExchangeWish, *, by: Operator | None = None) -> ExchangePreview:
        return self.services.exchanges.preview(wish, by=by or self.house.cashier)

    def make(
        self,
        wish: ExchangeWish,
        *,
        tenders=CASH,
        tender: Tender | None = None,
        key: str = "",
        by: Operator | None = None,
    ) -> tuple[ExchangePreview, Booking]:
        """Previewed, then made."""
        shown = self.preview(wish, by=by)
        booking = self.services.exchanges.exchange(
            wish,
            expected=shown,
            tenders=tenders,
            tender=tender,
            key=key or new_id(),
            by=by or self.house.cashier,
        )
        return shown, booking

    def held(self, booking_id: str) -> dict[str, Money]:
        """By ticket, all payments together."""
        found: dict[str, Money] = {}
        for one in self.services.bookings.held(booking_id, by=self.house.cashier):
            found[one.ticket_id] = found.get(one.ticket_id, one.amount * 0) + one.amount
        return found

    def check(self) -> None:
        """Everything agrees, and the rollups are what they come to when made again."""
        self.services.payments.check(by=self.house.admin)
        before = self._rollups()
        self.services.analytics.rebuild(by=self.house.admin)
        assert self._rollups() == before

    def _rollups(self) -> list[tuple]:
        query = """
            SELECT event_id, metric_type, metric_key, day, currency, sum(sold), sum(gross),
                sum(returned), sum(refunded)
            FROM event_metrics GROUP BY event_id, metric_type, metric_key, day, currency
            HAVING sum(sold) <> 0 OR sum(gross) <> 0 OR sum(returned) <> 0 OR sum(refunded) <> 0
            ORDER BY event_id, metric_type, metric_key, day, currency"""
        with self.services.database.engine.connect() as connection:
            return [
                tuple(int(v) if hasattr(v, "is_signed") else v for v in row)
                for row in connection.execute(text(query))
            ]
