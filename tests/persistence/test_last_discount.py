"""Two tills and the last use of a discount: one customer gets it, the other is told before money is taken."""

import pytest

from app.domain.discounts import DiscountEntry, DiscountKind
from app.domain.errors import Conflict
from app.domain.tickets import Booking
from tests.persistence.test_together import Rivals, kinds

_ROUNDS = 6
_ROW = 20


@pytest.fixture
def rivals(database_url):
    made = Rivals(database_url)
    yield made
    made.house.services.payments.check(by=made.house.admin)
    made.close()


def add(rivals: Rivals, **terms):
    entry = DiscountEntry("Last", DiscountKind.PERCENT, value=1000, **terms)
    return rivals.house.services.discounts.add(entry, by=rivals.house.admin)


def used(rivals: Rivals) -> int:
    (one,) = rivals.house.services.discounts.discounts(by=rivals.house.admin)
    return one.used


def test_the_last_use_goes_to_one_of_two_tills(rivals):
    add(rivals, most_uses=_ROUNDS, code="LAST")
    house = rivals.house
    for turn in range(1, _ROUNDS + 1):
        if turn < _ROUNDS:
            house.services.tickets.sell(house.order(f"C-{turn}", codes=("last",)), by=house.cashier)
            continue
        orders = {
            station.by.station_id: house.order(
                f"{row}-1", codes=("last",), expected=house.euros(36)
            )
            for row, station in zip("AB", rivals.stations, strict=True)
        }
        results = rivals.each(
            lambda s, orders=orders: s.services.tickets.sell(orders[s.by.station_id], by=s.by)
        )
    assert kinds(results) == {"Booking": 1, "Conflict": 1}
    assert [r.what for r in results if isinstance(r, Conflict)] == ["price"]
    assert used(rivals) == _ROUNDS


def test_a_limit_holds_however_many_sell_at_once(rivals):
    add(rivals, most_uses=7)
    house = rivals.house
    acts = [
        lambda s=station, row=row, no=no: s.services.tickets.sell(
            house.order(f"{row}-{no}", f"{row}-{no + 1}"), by=s.by
        )
        for row, station in zip("AB", rivals.stations, strict=True)
        for no in range(1, _ROW, 4)
    ]
    results = rivals.at_once(*acts)
    reduced = [t for r in results if isinstance(r, Booking) for t in r.tickets if t.discount_id]
    assert set(kinds(results)) <= {"Booking", "Conflict"}
    assert used(rivals) == len(reduced) <= 7
    house.services.tickets.sell(house.order("C-1", "C-2", "C-3"), by=house.cashier)
    house.services.tickets.sell(house.order("C-4", "C-5", "C-6", "C-7", "C-8"), by=house.cashier)
    assert used(rivals) == 7


def test_what_is_cancelled_at_one_till_is_free_at_the_other(rivals):
    add(rivals, most_uses=4)
    house = rivals.house
    bookings = [
        house.services.tickets.sell(house.order(f"C-{no}"), by=house.cashier) for no in range(1, 5)
    ]
    first, second = rivals.stations
    results = rivals.at_once(
        *(
            lambda key=booking.id: first.services.bookings.cancel(key, reason="", by=first.by)
            for booking in bookings[:2]
        ),
        *(
            lambda no=no: second.services.tickets.sell(house.order(f"A-{no}"), by=second.by)
            for no in (1, 2)
        ),
    )
    assert kinds(results)["Cancelled"] == 2
    sold = [r for r in results if isinstance(r, Booking)]
    assert used(rivals) == 2 + sum(1 for booking in sold for t in booking.tickets if t.discount_id)
