"""Rollups are what the ledger says, whatever was sold, cancelled and given back in whatever order."""

from random import Random

import pytest
from sqlalchemy import text

from app.domain.payments import Tender, Tendered
from app.domain.tickets import BasketLine, Place
from app.domain.users import Operator, Role
from app.domain.values import Money, new_id
from tests.builders import Theatre

ROWS = """
    SELECT event_id, metric_type, metric_key, day, currency, sum(sold), sum(gross), sum(returned),
        sum(refunded)
    FROM event_metrics GROUP BY event_id, metric_type, metric_key, day, currency
    HAVING sum(sold) + sum(gross) + sum(returned) + sum(refunded) <> 0
    ORDER BY event_id, metric_type, metric_key, day, currency"""

LET_GO = {  # lines are append-only, and say so themselves
    "sqlite": ("DROP TRIGGER ticket_sales_no_delete",),
    "postgresql": ("DROP TRIGGER append_only ON ticket_sales",),
}


def rows(house: Theatre, sql: str = ROWS) -> list[tuple]:
    with house.services.database.engine.connect() as connection:
        return [
            tuple(int(v) if hasattr(v, "is_signed") else v for v in row)
            for row in connection.execute(text(sql))
        ]


def differences(house: Theatre) -> dict[str, int]:
    return {
        rule: count
        for rule, count in house.services.analytics._work.read(
            lambda work: work.analytics.differences()
        ).items()
        if count
    }


class Evening:
    """A counter where anything happens: two tills, split tenders, returns and refunds in any order."""

    def __init__(self, house: Theatre, seed: int) -> None:
        self.house = house
        self.random = Random(seed)
        self.bookings: list[str] = []
        self.free = [*range(1, 41)]
        second = house.services.users.station("T2")
        cashier = house.services.users.add(
            "Theo",
            email="theo@example.org",
            password="curtain up",
            role=Role.CASHIER,
            by=house.admin,
        )
        theo = Operator(cashier.id, cashier.name, cashier.role, second.id, second.code)
        self.tills = (house.cashier, theo)

    def act(self) -> None:
        self.house.clock.pass_by(minutes=self.random.randrange(900))
        by = self.random.choice(self.tills)
        choices = [self.sell, self.sell, self.sell, self.reserve, self.cancel, self.refund]
        self.random.choice(choices)(by)

    def sell(self, by: Operator) -> None:
        order = self._order()
        if order is None:
            return
        tenders = (Tendered(Tender.CASH),)
        if self.random.random() < 0.4:
            part = Tendered(Tender.SLIP, Money(1500, "EUR"), "slip 7")
            tenders = (part, Tendered(Tender.CASH))
        booking = self.house.services.tickets.sell(
            self.house.order_of(order[0], lines=order[1], tenders=tenders, channel=order[2]), by=by
        )
        self.bookings.append(booking.id)

    def reserve(self, by: Operator) -> None:
        order = self._order()
        if order is None:
            return
        services = self.house.services
        until = self.house.clock.now.replace(year=2027)
        booking = services.tickets.reserve(
            self.house.order_of(order[0], lines=order[1]), until=until, by=by
        )
        if self.random.random() < 0.6:
            self.house.clock.pass_by(hours=30)
            payer = self.random.choice(self.tills)
            services.bookings.pay(booking.id, tenders=(Tendered(Tender.CASH),), by=payer)
        self.bookings.append(booking.id)

    def cancel(self, by: Operator) -> None:
        booking = self._some()
        live = list(booking.live) if booking else []
        if live:
            some = self.random.sample(live, self.random.randint(1, len(live)))
            self.house.services.bookings.cancel(
                booking.id, ticket_ids=[ticket.id for ticket in some], reason="ill", by=by
            )
            self.free += [ticket.seat_no for ticket in some]

    def refund(self, by: Operator) -> None:
        booking = self._some()
        held = self.house.services.bookings.held(booking.id, by=by) if booking else ()
        left: dict[str, int] = {}
        for one in held:
            left[one.ticket_id] = left.get(one.ticket_id, 0) + one.amount.minor
        left = {ticket: minor for ticket, minor in left.items() if minor > 0}
        if left:
            ticket = self.random.choice(sorted(left))
            amount = self.random.choice((left[ticket], max(1, left[ticket] // 3)))
            self.house.services.bookings.refund(
                booking.id,
                wanted={ticket: Money(amount, "EUR")},
                reason="ill",
                key=new_id(),
                by=by,
            )

    def _order(self):
        count = self.random.randint(1, 3)
        if len(self.free) < count:
            return None
        self.random.shuffle(self.free)
        seats = [self.free.pop() for _ in range(count)]
        kinds = (self.house.adult.id, self.house.child.id)
        lines = tuple(
            BasketLine(Place(self.house.performance.id, no), self.random.choice(kinds))
            for no in seats
        )
        return seats, lines, self.random.choice(("counter", "web"))

    def _some(self):
        if not self.bookings:
            return None
        found = self.random.choice(self.bookings)
        return self.house.services.bookings.booking(found, by=self.house.cashier)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rollups_are_the_ledger_after_any_evening(house: Theatre, seed: int):
    evening = Evening(house, seed)
    for _ in range(40):
        evening.act()
    assert differences(house) == {}
    kept = rows(house)
    assert {row[1] for row in kept} >= {"performance", "zone", "price_type", "tender", "channel"}
    assert sum(row[8] for row in kept) > 0, "nothing was refunded: the evening proves little"
    house.services.analytics.rebuild(by=house.admin)
    assert rows(house) == kept
    assert differences(house) == {}


def test_a_reservation_counts_when_it_is_paid(house: Theatre):
    until = house.clock.now.replace(year=2027)
    booking = house.services.tickets.reserve(house.order("A-1"), until=until, by=house.cashier)
    assert rows(house) == []
    house.services.bookings.pay(booking.id, tenders=(Tendered(Tender.CASH),), by=house.cashier)
    assert {row[5] for row in rows(house) if row[1] == "zone"} == {1}
    assert differences(house) == {}


def test_free_tickets_stay_with_whoever_booked_them(house: Theatre):
    with house.services.database.engine.begin() as connection:
        connection.execute(text("UPDATE prices SET amount = 0"))
    until = house.clock.now.replace(year=2027)
    booking = house.services.tickets.reserve(house.order("A-1"), until=until, by=house.cashier)
    house.services.bookings.pay(booking.id, tenders=(), by=house.admin)
    house.services.tickets.sell(house.order("A-2"), by=house.admin)
    kept = rows(house)
    sellers = {row[2]: row[5] for row in kept if row[1] == "operator"}
    assert sellers == {house.cashier.user_id: 1, house.admin.user_id: 1}
    assert differences(house) == {}
    house.services.analytics.rebuild(by=house.admin)
    assert rows(house) == kept


def test_a_reservation_given_up_is_no_return(house: Theatre):
    until = house.clock.now.replace(year=2027)
    booking = house.services.tickets.reserve(house.order("A-1"), until=until, by=house.cashier)
    house.services.bookings.cancel(booking.id, reason="changed plans", by=house.cashier)
    assert rows(house) == []
    assert differences(house) == {}


def test_a_rollup_that_went_wrong_is_found_and_made_right(house: Theatre):
    house.services.tickets.sell(house.order("A-1", "A-2"), by=house.cashier)
    kept = rows(house)
    with house.services.database.engine.begin() as connection:
        connection.execute(
            text("UPDATE event_metrics SET gross = gross + 1 WHERE metric_type = 'zone'")
        )
    assert differences(house) == {"rollups_that_differ_from_the_ledger": 2}
    house.services.analytics.rebuild(by=house.admin)
    assert rows(house) == kept


def test_tickets_sold_before_there_were_rollups_are_taken_up(house: Theatre):
    booking = house.services.tickets.sell(house.order("A-1", "A-2"), by=house.cashier)
    house.clock.pass_by(days=1)
    house.services.bookings.cancel(
        booking.id, ticket_ids=[booking.tickets[0].id], reason="ill", by=house.cashier
    )
    kept = rows(house)
    with house.services.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM event_metrics"))
        for trigger in LET_GO[connection.dialect.name]:
            connection.execute(text(trigger))
        connection.execute(text("DELETE FROM ticket_sales"))
    assert differences(house)["tickets_sold_without_a_line_of_sale"] == 2
    house.services.analytics.rebuild(by=house.admin)
    assert rows(house) == kept
    assert differences(house) == {}
